"""Writes which functions a check runs; Scripts/guard --record calls it.

usage: order.py PROBE DEMO_SERVER ORDER

PROBE has to have its symbols. glibc has several variants of its string functions and chooses one
for the processor at hand, so all of those that today's processors get are written.
"""

import re
import socket
import subprocess
import sys
import tempfile

PROBE, DEMO_SERVER, ORDER = sys.argv[1:]
VARIANT = re.compile(
    r"^(__\w+?)_(sse2|sse42|avx|avx2|evex|avx512)(_unaligned)?(_erms)?(_movbe)?$")


def functions(arguments):
    """The names of the functions that a run calls."""
    with tempfile.NamedTemporaryFile("r") as out:
        subprocess.run(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", PROBE, *arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # A number stands for a name after its first use; a cycle or a recursion is numbered.
        return {re.sub(r"'\d+$", "", name) for name in
                re.findall(r"^c?fn=\(\d+\) (.+)$", out.read(), re.MULTILINE)}


def symbols():
    listing = subprocess.run(["nm", PROBE], capture_output=True, text=True, check=True).stdout
    return {line.split()[2] for line in listing.splitlines() if len(line.split()) == 3}


def main():
    server = subprocess.Popen(
        [DEMO_SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    address = server.stdout.readline().split()[1]
    called = functions(["-addr", address])
    server.stdin.close()
    server.wait()
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        called |= functions(["-addr", "127.0.0.1:%d" % held.getsockname()[1]])

    known = symbols()
    stems = {found.group(1) for found in map(VARIANT.match, called) if found}
    variants = {name for name in known if (found := VARIANT.match(name)) and found.group(1) in stems}
    with open(ORDER, "w") as file:
        # What the outliner makes has numbers for names, and others after every change.
        wanted = {name for name in (called | variants) & known if "OUTLINED" not in name}
        file.writelines(name + "\n" for name in sorted(wanted))


main()
