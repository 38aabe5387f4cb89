"""Writes a RAW disk that is half zeros and half of what disks hold: programs and libraries, text, and noise."""

import os
import random
import sys

MIB = 1 << 20
FOLDERS = ("/usr/lib", "/usr/bin", "/usr/share")


def files():
    """The bytes of this machine's own files, in a fixed order, over and over."""
    while True:
        for folder in FOLDERS:
            for place, folders, names in os.walk(folder):
                folders.sort()
                for name in sorted(names):
                    path = os.path.join(place, name)
                    if os.path.isfile(path) and not os.path.islink(path):
                        try:
                            with open(path, "rb") as file:
                                yield file.read(64 * MIB)
                        except OSError:
                            continue


def text(generator, count):
    """Lines of a log."""
    lines = []
    size = 0
    while size < count:
        line = (f"2026-11-{generator.randint(1, 30):02d}T{generator.randint(0, 23):02d}:{generator.random():.6f}Z "
                f"host{generator.randint(1, 40)} kernel: request {generator.getrandbits(64):016x} "
                f"took {generator.randint(1, 90000)} us\n")
        lines.append(line)
        size += len(line)
    return "".join(lines).encode()[:count]


def write(path, mebibytes):
    """Stretches of 1 MiB by turns: three of files, one of text, one of noise, and after each 1 MiB of zeros."""
    generator = random.Random(7)
    source = files()
    pool = bytearray()
    with open(path, "wb") as out:
        for index in range(mebibytes // 2):
            turn = index % 5
            if turn < 3:
                while len(pool) < MIB:
                    pool += next(source)
                data = bytes(pool[:MIB])
                del pool[:MIB]
            elif turn == 3:
                data = text(generator, MIB)
            else:
                data = generator.randbytes(MIB)
            out.write(data)
            # Zeros as most exports have them: written, not left out.
            out.write(bytes(MIB))


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]))
