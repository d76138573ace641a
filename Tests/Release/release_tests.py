"""What the released binary is and costs, and that it needs nothing around it.

usage: release_tests.py PROBE DEMO_SERVER BOUNDS KIND [--record]

The probe runs in an empty root directory; its system calls and instructions are counted during a
check, and during one on TLS, and held against what BOUNDS has for this system, whose libraries are
in the file, for this machine and for this kind of build ("tls", "no-tls"). No clock is read: what
is counted is the same on a busy machine. --record writes what is counted now into BOUNDS.
"""

import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from peers import PATIENCE, SERVERS, server, tls_server
from tracing import touched_addresses

# More than what is recorded by this share is a regression.
TOLERANCE = 0.10
# A server may answer in one write or in several, so the least of a few runs counts.
RUNS = 5
# How often these are called on TLS depends on the pieces that the server's answers come in.
TRAFFIC = {"ppoll", "recvfrom", "sendto", "setsockopt"}

# What the file may have at most, whatever is recorded.
SIZE_LIMITS = {"tls": 6_000_000, "no-tls": 1_900_000}
# With libraries newer than those of Debian 12: OpenSSL 3.5 has 1.1 MB more than 3.0.
SIZE_LIMITS_WITH_NEWER_LIBRARIES = {"tls": 7_000_000, "no-tls": 2_000_000}

PROBE, DEMO_SERVER, BOUNDS = (Path(word).resolve() for word in sys.argv[1:4])
KIND = sys.argv[4]


def run(program, *arguments):
    """Without an environment: its size would be counted too."""
    path = shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
    return subprocess.run(
        [path, *map(str, arguments)], capture_output=True, text=True, env={}, timeout=60)


class EmptyRoot(unittest.TestCase):
    """In a directory with nothing in it but the binary, as a container without a base image."""

    def setUp(self):
        place = tempfile.TemporaryDirectory(prefix="empty-root-")
        self.addCleanup(place.cleanup)
        self.root = Path(place.name)
        shutil.copy(PROBE, self.root / "probe")
        if os.geteuid() == 0:
            self.enter = ["chroot", self.root]
        else:
            self.enter = ["unshare", "--map-root-user", f"--root={self.root}", "--wd=/"]
        if run(*self.enter, "/probe", "-version").returncode != 0:
            self.skipTest("this user cannot have a root directory of their own")

    def check(self, address, *arguments):
        done = run(*self.enter, "/probe", "-addr", address, *arguments)
        return done.returncode, done.stdout + done.stderr

    def test_numeric_addresses(self):
        with server(DEMO_SERVER) as address:
            self.assertEqual(self.check(address), (0, "status: SERVING\n"))
        with server(DEMO_SERVER, "--listen", "[::1]:0") as address:
            self.assertEqual(self.check(address), (0, "status: SERVING\n"))

    def test_localhost(self):
        with server(DEMO_SERVER) as address:
            port = address.rpartition(":")[2]
            self.assertEqual(self.check(f"localhost:{port}"), (0, "status: SERVING\n"))

    def test_unix_socket(self):
        with server(DEMO_SERVER, "--listen", f"unix:{self.root}/socket"):
            self.assertEqual(self.check("unix:/socket"), (0, "status: SERVING\n"))

    def test_a_refused_port_has_words(self):
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            code, text = self.check("127.0.0.1:%d" % held.getsockname()[1])
        self.assertEqual(code, 2)
        self.assertIn("connection refused", text)

    def test_a_name_with_nothing_but_resolv_conf(self):
        # resolv.conf has no place for a port, and 53 is for the mighty.
        listen = "127.53.53.53:53"
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as tried:
            try:
                tried.bind(("127.53.53.53", 53))
            except OSError as error:
                self.skipTest(f"no name server can listen at {listen}: {error}")
        names = server(
            sys.executable, SERVERS / "dns_server.py", "--listen", listen,
            "--record", "shop.example=127.0.0.1")
        (self.root / "etc").mkdir()
        (self.root / "etc/resolv.conf").write_text("nameserver 127.53.53.53\n")
        with names, server(DEMO_SERVER) as address:
            port = address.rpartition(":")[2]
            self.assertEqual(self.check(f"shop.example:{port}"), (0, "status: SERVING\n"))
            code, text = self.check(f"other.example:{port}")
            self.assertEqual(code, 2)
            self.assertIn("no such name", text)

    @unittest.skipIf(KIND == "no-tls", "this build has no TLS")
    def test_tls_with_nothing_but_certificates(self):
        with tls_server() as (address, made):
            (self.root / "etc/ssl/certs").mkdir(parents=True)
            shutil.copy(made / "bundle.pem", self.root / "etc/ssl/certs/ca-certificates.crt")
            shutil.copy(made / "ca.pem", self.root / "ca.pem")
            shutil.copy(made / "stranger.pem", self.root / "stranger.pem")
            serving = (0, "status: SERVING\n")
            self.assertEqual(self.check(address, "-tls"), serving)
            self.assertEqual(self.check(address, "-tls", "-tls-ca-cert", "/ca.pem"), serving)
            code, text = self.check(address, "-tls", "-tls-ca-cert", "/stranger.pem")
            self.assertEqual(code, 2)
            self.assertIn("certificate", text)


class Contents(unittest.TestCase):
    def test_nothing_of_foundation_is_in_it(self):
        # No class or module of it, and none of the name tables of ICU, which comes along.
        for word in (b"Foundation", b"NSObject", b"icudt"):
            self.assertNotIn(word, PROBE.read_bytes(), word)

    def test_it_is_loaded_by_the_kernel_alone(self):
        headers = run("readelf", "--wide", "--program-headers", PROBE).stdout
        self.assertIn("LOAD", headers)
        self.assertNotRegex(headers, r"(?m)^ *INTERP ")
        tags = run("readelf", "--wide", "--dynamic", PROBE).stdout
        self.assertIn("(FLAGS_1)", tags)
        self.assertNotRegex(tags, r"\((NEEDED|RPATH|RUNPATH)\)")


def system_calls(*arguments):
    """Name and arguments of each system call of a run, in order."""
    with tempfile.NamedTemporaryFile("r") as log:
        run("strace", "-f", "-qq", "-e", "signal=none", "-o", log.name, PROBE, *arguments)
        lines = log.read().splitlines()
    calls = [re.match(r"\d+ +(\w+)\((.*)", line) for line in lines if "resumed>" not in line]
    return [call.groups() for call in calls if call]


def instructions(*arguments):
    with tempfile.NamedTemporaryFile("r") as out:
        run("valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}",
            PROBE, *arguments)
        return int(re.search(r"^(?:totals|summary): (\d+)", out.read(), re.MULTILINE).group(1))


def pieces(*arguments):
    """How many pieces of the file a run touches, each 64 KiB and mapped as a whole by Linux: what
    of the file is in memory then. Functions and data that a check uses have to stand together."""
    headers = run("readelf", "--wide", "--program-headers", PROBE).stdout
    numbers = re.findall(r"LOAD +\S+ 0x(\w+) \S+ 0x(\w+)", headers)
    parts = [range(int(start, 16), int(start, 16) + int(size, 16)) for start, size in numbers]
    touched = touched_addresses(PROBE, *arguments, env={})
    return len({address >> 16 for address in touched if any(address in part for part in parts)})


def costs_of(*arguments, uncounted=()):
    """What a check costs now."""
    def counted():
        return sum(name not in uncounted for name, _ in system_calls(*arguments))
    return {
        "instructions": min(instructions(*arguments) for _ in range(RUNS)),
        "system-calls": min(counted() for _ in range(RUNS)),
        "pieces": pieces(*arguments),
    }


def costs():
    """What a check of a serving server costs now, and one on TLS."""
    with server(DEMO_SERVER) as address:
        taken = costs_of("-addr", address)
    taken["size"] = PROBE.stat().st_size
    if KIND == "tls":
        with tls_server() as (address, made):
            trust = ["-tls", "-tls-ca-cert", str(made / "ca.pem")]
            secured = costs_of("-addr", address, *trust, *PATIENCE, uncounted=TRAFFIC)
        taken |= {f"{what}-on-tls": number for what, number in secured.items()}
    return taken


def system():
    """Such as debian-12."""
    known = platform.freedesktop_os_release()
    return f"{known['ID']}-{known.get('VERSION_ID', 'rolling')}"


class Bounds:
    """A line for each: SYSTEM MACHINE KIND WHAT NUMBER."""

    def __init__(self):
        rows = [line.split() for line in BOUNDS.read_text().splitlines()]
        self.numbers = {tuple(row[:-1]): int(row[-1]) for row in rows}
        self.ours = (system(), platform.machine(), KIND)

    def of(self, what):
        return self.numbers.get((*self.ours, what))

    def record(self, taken):
        self.numbers |= {(*self.ours, what): number for what, number in taken.items()}
        rows = sorted(self.numbers.items())
        BOUNDS.write_text("".join(f"{' '.join(key)} {number}\n" for key, number in rows))


class Costs(unittest.TestCase):
    def test_what_a_check_costs(self):
        bounds = Bounds()
        for what, number in costs().items():
            with self.subTest(what):
                bound = bounds.of(what)
                if bound is None:
                    self.skipTest(f"nothing recorded for {bounds.ours}; {HOW_TO_RECORD}")
                self.assertLessEqual(
                    number, bound * (1 + TOLERANCE),
                    f"{what}: {number} now, {bound} recorded; if it has to be so, {HOW_TO_RECORD}")

    def test_waiting_for_a_place_costs_nothing(self):
        with socket.create_server(("127.0.0.1", 0)) as one, \
                socket.create_server(("127.0.0.1", 0)) as other:
            silent = [f"-addr=127.0.0.1:{place.getsockname()[1]}" for place in (one, other)]
            calls = system_calls(*silent, "-wait=300ms", "-concurrency=1")
        self.assertIn("connect", [name for name, _ in calls])
        self.assertLess(len(calls), 200)

    def test_the_size_has_a_limit(self):
        limits = SIZE_LIMITS
        if re.search(r"OpenSSL (?!3\.0\.)|nghttp2 (?!1\.52\.)", run(PROBE, "-version").stdout):
            limits = SIZE_LIMITS_WITH_NEWER_LIBRARIES
        self.assertLessEqual(PROBE.stat().st_size, limits[KIND])

    def test_a_check_starts_no_thread_and_opens_no_file(self):
        with server(DEMO_SERVER) as address:
            calls = system_calls("-addr", address)
        self.assertIn("connect", [name for name, _ in calls])
        for name, words in calls:
            self.assertNotIn(name, ("clone", "clone3", "fork", "vfork", "open", "openat"), words)


HOW_TO_RECORD = "record it with Scripts/guard --record"

if __name__ == "__main__":
    if sys.argv[5:] == ["--record"]:
        Bounds().record(costs())
    else:
        unittest.main(argv=sys.argv[:1])
