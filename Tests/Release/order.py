"""Writes which functions and data a check touches; Scripts/guard --record calls it.

usage: order.py DEMO_SERVER ORDER PROBE...

What a check of a healthy server touches comes first, then what else a refused connection touches,
then the functions that a check on TLS runs besides; its data would come between the others' and the
strings, which have no names. Each PROBE has to have its symbols. Two things differ from a run
outside valgrind. glibc has variants of its string functions and takes those that suit the
processor, so all that today's processors get are written. And glibc looks for the kernel's clock
(vDSO), which valgrind hides.
"""

import bisect
import re
import socket
import subprocess
import sys

from peers import PATIENCE, server, tls_server
from tracing import touched_addresses

DEMO_SERVER, ORDER, *PROBES = sys.argv[1:]
# The kinds of certificates that servers have.
CERTIFICATES = ["good", "rsa"]
VARIANT = re.compile(
    r"^(__\w+?)_(sse2|sse42|avx|avx2|evex|avx512)(_unaligned)?(_erms)?(_movbe)?$")
HIDDEN = {
    "_dl_add_to_namespace_list", "_dl_lookup_symbol_x", "_dl_new_object", "_dl_setup_hash",
    "__strcmp_avx2", "__strcmp_evex", "pthread_mutex_lock", "pthread_mutex_unlock",
}


class Symbols:
    """The symbols of a program, by where they are."""

    def __init__(self, probe):
        listing = subprocess.run(
            ["nm", "--print-size", probe], capture_output=True, text=True, check=True).stdout
        self.at = {}
        self.code = set()
        for line in listing.splitlines():
            words = line.split()
            if len(words) < 3 or words[0] in ("U", "w"):
                continue
            size = int(words[1], 16) if len(words) == 4 else None
            self.at.setdefault(int(words[0], 16), []).append((words[-1], size))
            if words[-2] in "tTWi":
                self.code.add(words[-1])
        self.starts = sorted(self.at)
        self.names = {name for group in self.at.values() for name, _ in group}

    def around(self, address):
        """The names of what is at this address; what has no size goes on to the next."""
        index = bisect.bisect_right(self.starts, address) - 1
        if index < 0:
            return
        start = self.starts[index]
        for name, size in self.at[start]:
            if size is None or address < start + size:
                yield name


def wanted(probe, *arguments, only_code=False):
    """The names of all that a check executes, reads or writes."""
    symbols = Symbols(probe)
    names = set()
    for address in touched_addresses(probe, *arguments):
        names.update(symbols.around(address))
    stems = {found.group(1) for found in map(VARIANT.match, names) if found}
    names |= HIDDEN & symbols.names
    names |= {name for name in symbols.names
              if (found := VARIANT.match(name)) and found.group(1) in stems}
    if only_code:
        names &= symbols.code
    # What the outliner makes is only numbered, so Scripts/build-embedded names all of it.
    return {name for name in names if "OUTLINED" not in name}


def has_tls(probe):
    version = subprocess.run([probe, "-version"], capture_output=True, text=True, check=True)
    return "OpenSSL" in version.stdout


def wanted_by_tls():
    names = set()
    for certificate in CERTIFICATES:
        with tls_server(certificate) as (address, folder):
            trust = ["-tls", "-tls-ca-cert", str(folder / "ca.pem"), *PATIENCE]
            for probe in filter(has_tls, PROBES):
                names |= wanted(probe, "-addr", address, *trust, only_code=True)
    return names


def main():
    with server(DEMO_SERVER) as serving:
        often = set().union(*(wanted(probe, "-addr", serving) for probe in PROBES))
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        refusing = "127.0.0.1:%d" % held.getsockname()[1]
        seldom = set().union(*(wanted(probe, "-addr", refusing) for probe in PROBES)) - often
    secured = wanted_by_tls() - seldom - often
    with open(ORDER, "w") as file:
        for group in (often, seldom, secured):
            file.writelines(name + "\n" for name in sorted(group))


main()
