"""What a program touches, by valgrind's tool lackey."""

import os
import shutil
import struct
import subprocess


def entry_point(program):
    """Where a 64-bit ELF file begins, as it has it itself."""
    with open(program, "rb") as file:
        return struct.unpack_from("<Q", file.read(32), 24)[0]


def touched_addresses(program, *arguments, env=None):
    """Every address that a run executes, reads or writes, once, as the file has them: the program
    may be put anywhere, and its first instruction is the one that it begins at."""
    path = shutil.which("valgrind", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    with subprocess.Popen(
        [path, "--tool=lackey", "--trace-mem=yes", "--log-fd=2", program, *arguments],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", env=env,
    ) as traced:
        # Kind, address, size: "I  04015a20,3" or " L 1ffefff4e8,8".
        seen = dict.fromkeys(
            line[3:].partition(",")[0] for line in traced.stderr
            if line[:3] in ("I  ", " L ", " S ", " M "))
    moved = int(next(iter(seen)), 16) - entry_point(program)
    return {int(address, 16) - moved for address in seen}
