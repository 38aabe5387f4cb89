"""Writes a RAW disk as a stream-optimised VMDK in the layout of ESX: tables behind the grains, and a footer."""

import struct
import sys
import zlib

SECTOR, GRAIN = 512, 128


def padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % SECTOR)


def header(capacity: int, directory: int) -> bytes:
    fields = struct.pack("<4sIIQQQQIQQQB4sH", b"KDMV", 3, 0x30001, capacity, GRAIN, 1, 20, 512, 0, directory, 128, 0,
                         b"\n \r\n", 1)
    return padded(fields)


def marker(sectors: int, kind: int) -> bytes:
    return padded(struct.pack("<QII", sectors, 0, kind))


def main(source: str, target: str) -> None:
    disk = open(source, "rb").read()
    capacity = len(disk) // SECTOR
    text = (f'# Disk DescriptorFile\nversion=1\nCID=12345678\nparentCID=ffffffff\ncreateType="streamOptimized"\n'
            f'RW {capacity} SPARSE "disk.vmdk"\n').encode()
    out = header(capacity, 2**64 - 1) + text.ljust(20 * SECTOR, b"\0")
    out = out.ljust(128 * SECTOR, b"\0")
    table = [0] * 512
    for index in range((capacity + GRAIN - 1) // GRAIN):
        grain = disk[index * GRAIN * SECTOR:(index + 1) * GRAIN * SECTOR].ljust(GRAIN * SECTOR, b"\0")
        if any(grain):
            table[index] = len(out) // SECTOR
            data = zlib.compress(grain, 1)
            out += padded(struct.pack("<QI", index * GRAIN, len(data)) + data)
    out += marker(4, 1)
    place = len(out) // SECTOR
    out += struct.pack("<512I", *table)
    out += marker(1, 2)
    directory = len(out) // SECTOR
    out += padded(struct.pack("<I", place))
    out += marker(1, 3) + header(capacity, directory) + bytes(SECTOR)
    open(target, "wb").write(out)


main(*sys.argv[1:])
