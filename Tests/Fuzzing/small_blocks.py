"""Writes a RAW disk as a dynamic VHD of 4 KiB blocks, every other one of them stored."""

import struct
import sys

SECTOR, BLOCK = 512, 4096


def sealed(data: bytes, field: int) -> bytes:
    total = ~(sum(data) & 0xFFFFFFFF) & 0xFFFFFFFF
    return data[:field] + struct.pack(">I", total) + data[field + 4:]


def main(source: str, target: str) -> None:
    disk = open(source, "rb").read()
    count = (len(disk) + BLOCK - 1) // BLOCK
    fields = struct.pack(">8sIIQI4sI4sQQHBBII16s", b"conectix", 2, 0x10000, SECTOR, 0, b"fuzz", 0x10000, b"Wi2k",
                         len(disk), len(disk), 0, 0, 0, 3, 0, bytes(16))
    footer = sealed(fields.ljust(SECTOR, b"\0"), 64)
    dynamic = struct.pack(">8sQQIII", b"cxsparse", 2**64 - 1, 3 * SECTOR, 0x10000, count, BLOCK)
    dynamic = sealed(dynamic.ljust(2 * SECTOR, b"\0"), 36)
    table_bytes = -(-count * 4 // SECTOR) * SECTOR
    start = 3 * SECTOR + table_bytes
    table, blocks = b"", b""
    for index in range(count):
        if index % 2:
            table += b"\xff" * 4
            continue
        table += struct.pack(">I", (start + len(blocks)) // SECTOR)
        data = disk[index * BLOCK:(index + 1) * BLOCK].ljust(BLOCK, b"\0")
        blocks += bytes([0xF0 | index % 16]).ljust(SECTOR, b"\0") + data
    out = footer + dynamic + table.ljust(table_bytes, b"\xff") + blocks + footer
    open(target, "wb").write(out)


main(*sys.argv[1:])
