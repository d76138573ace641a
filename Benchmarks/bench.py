"""Measures what Scripts/bench has built; run that.

Every command of a comparison runs in turn (A B C A B C), so that what the machine does meanwhile
falls on all of them, and what is reported is the median.
"""

import argparse
import json
import os
import platform
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Tests" / "Servers"))
import programs  # noqa: E402

SERVICES = [f"bench.Service{number}" for number in range(50)]
# As many as a system's bundle has, about.
AUTHORITIES = 140
BEGIN, END = "<!-- begin: Scripts/bench -->", "<!-- end: Scripts/bench -->"


def note(text):
    print(f"== {text}", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, options):
        self.tools = Path(options.tools).resolve()
        self.quick = options.quick
        self.measurer = str(self.tools / "measure")
        self.probe = str(self.tools / "shipped")
        self.floor = str(self.tools / "floor")
        self.floor_tls = str(self.tools / "floor-tls")
        self.probes = {
            "shipped (Embedded)": self.probe,
            "ordinary release": str(self.tools / "ordinary"),
        }
        self.peers = {Path(peer).name: peer for peer in options.peer}
        self.probes |= self.peers
        self.directory = tempfile.TemporaryDirectory(prefix="bench-")
        self.scratch = Path(self.directory.name)

    # One run of one command.

    def measure(self, command, expect=None):
        done = subprocess.run(
            [self.measurer, *command], stdout=subprocess.PIPE, check=True, text=True)
        wall, user, system, peak, faults, code = map(int, done.stdout.split())
        if expect is not None and code != expect:
            raise SystemExit(f"bench: {command[:6]} ended with {code}, not {expect}")
        return {
            "wall_ms": wall / 1000, "cpu_ms": (user + system) / 1000, "user_ms": user / 1000,
            "system_ms": system / 1000, "peak_kib": peak, "faults": faults,
        }

    def medians(self, commands, runs, expect):
        """commands: {name: argument list}. The first run of each warms up and is not counted."""
        samples = {name: [] for name in commands}
        for number in range(runs + 1):
            for name, command in commands.items():
                taken = self.measure(command, expect)
                if number > 0:
                    samples[name].append(taken)
        return {
            name: {key: statistics.median(one[key] for one in taken) for key in taken[0]}
            for name, taken in samples.items()
        }

    def system_calls(self, command):
        if shutil.which("strace") is None:
            return None
        log = self.scratch / "strace"
        done = subprocess.run(
            ["strace", "-f", "-qq", "-e", "signal=none", "-o", str(log), *command],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if done.returncode not in (0, 2):
            return None
        lines = log.read_text(errors="replace").splitlines()
        return sum("resumed>" not in line and "+++" not in line for line in lines)

    def instructions(self, command):
        """By callgrind; it cannot run every program."""
        if shutil.which("valgrind") is None:
            return None
        out = self.scratch / "callgrind"
        out.unlink(missing_ok=True)
        try:
            subprocess.run(
                ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *command],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
            found = re.search(r"^(?:totals|summary): (\d+)", out.read_text(), re.MULTILINE)
        except (OSError, subprocess.TimeoutExpired):
            return None
        return int(found.group(1)) if found and int(found.group(1)) else None

    # Servers.

    @contextmanager
    def server(self, *command, listeners=1):
        with programs.running(*command, listeners=listeners) as (addresses, _):
            yield addresses

    def demo_server(self, *arguments, listeners=1):
        return self.server(
            str(self.tools / "health-demo-server"), *arguments, listeners=listeners)

    def tls_server(self, behind, certificate, key):
        return self.server(
            sys.executable, str(HERE / "tls_front.py"), certificate, key, behind)

    def openssl(self, *words):
        subprocess.run(
            ["openssl", *words], check=True, cwd=self.scratch, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)

    def certificates(self):
        """A certificate for 127.0.0.1, its key, the authority's, and a bundle of many with it."""
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        days = ["-days", "2"]
        authorities = []
        for number in range(AUTHORITIES):
            name = f"authority{number}"
            self.openssl(
                "req", "-x509", *curve, *days, "-subj", f"/O=Bench/CN=Authority {number}",
                "-keyout", f"{name}.key", "-out", f"{name}.pem")
            authorities.append((self.scratch / f"{name}.pem").read_text())
        (self.scratch / "bundle.pem").write_text("".join(authorities))
        (self.scratch / "names").write_text("subjectAltName=IP:127.0.0.1\n")
        self.openssl("req", *curve, "-subj", "/CN=bench", "-keyout", "leaf.key", "-out", "leaf.csr")
        self.openssl(
            "x509", "-req", *days, "-in", "leaf.csr", "-CA", f"{name}.pem", "-CAkey",
            f"{name}.key", "-CAcreateserial", "-extfile", "names", "-out", "leaf.pem")
        names = ("leaf.pem", "leaf.key", f"{name}.pem", "bundle.pem")
        return [str(self.scratch / name) for name in names]

    # The comparisons.

    def compare(self, commands, expect, runs):
        commands = {
            name: command for name, command in commands.items()
            if name not in self.peers or self.can_do(name, command, expect)
        }
        results = self.medians(commands, runs, expect)
        for name, command in commands.items():
            results[name]["system_calls"] = self.system_calls(command)
            results[name]["instructions"] = self.instructions(command)
            results[name]["size_kib"] = Path(command[0]).stat().st_size / 1024
        return results

    def can_do(self, name, command, expect):
        """Another probe need not have all that is measured."""
        code = subprocess.run(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
        if code != expect:
            note(f"{name} is left out: it ended with {code}, not {expect}")
        return code == expect

    def commands(self, address, services=()):
        host, port = address.rsplit(":", 1)
        flags = [word for name in services for word in ("-service", name)]
        commands = {"floor (C)": [self.floor, host, port, *services]}
        for name, path in self.probes.items():
            commands[name] = [path, "-addr", address, *flags]
        return commands

    def check(self):
        note("one check, SERVING")
        with self.demo_server() as (address,):
            commands = self.commands(address)
            for name, command in commands.items():
                done = subprocess.run(command, capture_output=True, text=True)
                if "status: SERVING" not in done.stdout + done.stderr:
                    raise SystemExit(f"bench: {name} does not say that the server is serving")
            return self.compare(commands, 0, 10 if self.quick else 300)

    def refused(self):
        note("a refused port")
        # Bound but not listening: the port refuses, and nobody else can have it.
        with socket.socket() as held:
            held.bind(("127.0.0.1", 0))
            commands = self.commands("127.0.0.1:%d" % held.getsockname()[1])
            # A peer that retries for a second until it gives up gets fewer runs.
            slow = {
                name: command for name, command in commands.items()
                if self.measure(command, 2)["wall_ms"] > 300
            }
            fast = {name: item for name, item in commands.items() if name not in slow}
            results = self.compare(fast, 2, 10 if self.quick else 200)
            if slow:
                results |= self.compare(slow, 2, 3)
            return results

    def tls(self):
        """With a file of one certificate, and with a bundle as systems have it."""
        certificate, key, authority, bundle = self.certificates()
        runs = 10 if self.quick else 200
        with self.demo_server() as (plain,):
            with self.tls_server(plain, certificate, key) as (address,):
                host, port = address.rsplit(":", 1)

                def commands(trusted, *flags):
                    probes = {
                        name: [path, "-addr", address, "-tls", *flags]
                        for name, path in self.probes.items()
                    }
                    return {"floor (C)": [self.floor_tls, host, port, trusted]} | probes

                note("a TLS check with a CA file")
                file = commands(authority, "-tls-ca-cert", authority)
                results = {"file": self.compare(file, 0, runs)}
                note("a TLS check with the system's roots")
                # The variables are OpenSSL's and Go's; there is no directory with hashed names.
                os.environ |= {"SSL_CERT_FILE": bundle, "SSL_CERT_DIR": str(self.scratch / "none")}
                results["system"] = self.compare(commands(bundle), 0, runs)
                del os.environ["SSL_CERT_FILE"], os.environ["SSL_CERT_DIR"]
        return results

    def many_services(self):
        note("50 services on one connection")
        registered = [w for name in SERVICES for w in ("--service", name + "=SERVING")]
        with self.demo_server(*registered) as (address,):
            commands = self.commands(address, SERVICES)
            ours = ("floor (C)", "shipped (Embedded)", "ordinary release")
            commands = {name: commands[name] for name in ours}
            return self.compare(commands, 0, 5 if self.quick else 100)

    # Many targets.

    def targets_file(self, addresses):
        path = self.scratch / f"targets-{len(addresses)}"
        path.write_text("".join(address + "\n" for address in addresses))
        return ["-targets", str(path)]

    def many_targets(self):
        most = 1000 if self.quick else 10_000
        sizes = [size for size in (1, 10, 100, 1000, 10_000) if size <= most]
        listen = ["--ports", str(most)]
        results = {}
        with self.demo_server(*listen, listeners=most) as addresses:
            for size in sizes:
                note(f"{size} targets")
                command = [self.probe, *self.targets_file(addresses[:size])]
                runs = 50 if size <= 10 else 10 if size <= 100 else 5 if size <= 1000 else 3
                runs = min(runs, 3) if self.quick else runs
                results[size] = self.medians({"": command}, runs, 0)[""]
                if size <= 1000:
                    results[size]["system_calls"] = self.system_calls(command)
        one = results[1]
        for size, result in results.items():
            result["cpu_ms_each"] = result["cpu_ms"] / size
            if size > 1:
                extra = result["peak_kib"] - one["peak_kib"]
                result["kib_each_beyond_one"] = extra / (size - 1)
        return results

    def waiting(self):
        """-wait for targets that are all SERVING, beside one check of each."""
        count = 500 if self.quick else 5000
        note(f"-wait for {count} targets")
        with self.demo_server("--ports", "200", listeners=200) as addresses:
            listed = [addresses[number % 200] for number in range(count)]
            check = [self.probe, *self.targets_file(listed), "-rpc-timeout", "20s"]
            results = self.medians(
                {"check": check, "wait": [*check, "-wait", "1m"]}, 2 if self.quick else 5, 0)
        return results | {"targets": count}

    def some_dead(self):
        """A twentieth refuses, a twentieth accepts and says nothing, spread over the list."""
        count = 200 if self.quick else 2000
        bad = count // 20
        note(f"{count} targets, a tenth of them dead or silent")
        refusing = [socket.socket() for _ in range(bad)]
        silent = [socket.socket() for _ in range(bad)]
        try:
            for held in refusing + silent:
                held.bind(("127.0.0.1", 0))
            for held in silent:
                held.listen(8)
            names = [["127.0.0.1:%d" % held.getsockname()[1] for held in group]
                     for group in (refusing, silent)]
            alive = count - 2 * bad
            with self.demo_server("--ports", str(alive), listeners=alive) as addresses:
                listed = []
                for number in range(bad):
                    listed += addresses[number * 18:(number + 1) * 18]
                    listed += [names[0][number], names[1][number]]
                command = [self.probe, *self.targets_file(listed)]
                code = subprocess.run(command, capture_output=True).returncode
                if code != 2:
                    raise SystemExit(f"bench: dead targets give exit code {code}")
                result = self.medians({"": command}, 2 if self.quick else 3, 2)[""]
        finally:
            for held in refusing + silent:
                held.close()
        return result | {"targets": count, "timeout_ms": 1000}

    # Watch.

    def flood(self, count):
        """One watch of a server that sends `count` updates at once; returns what it took."""
        reader, writer = os.pipe()
        taken = {"lines": 0}

        def drain():
            while chunk := os.read(reader, 1 << 16):
                taken["lines"] += chunk.count(b"\n")

        try:
            with self.server(str(self.tools / "flood"), str(count)) as (address,):
                thread = threading.Thread(target=drain)
                thread.start()
                measured = self.measure_into(writer, [self.probe, "-addr", address, "-watch"])
                thread.join()
        finally:
            os.close(reader)
        if taken["lines"] < count:
            raise SystemExit(f"bench: {taken['lines']} lines for {count} updates")
        return measured | {"updates": count, "lines": taken["lines"]}

    def measure_into(self, output, command):
        """As `measure`, but standard output goes to this descriptor, which is closed."""
        try:
            process = subprocess.Popen(
                [self.measurer, "--keep-output", *command], stdout=output,
                stderr=subprocess.PIPE, text=True)
        finally:
            os.close(output)
        line = process.communicate()[1].splitlines()[-1]
        wall, user, system, peak, faults, code = map(int, line.split())
        if code != 3:
            raise SystemExit(f"bench: the watch ended with {code}, not 3")
        return {
            "wall_ms": wall / 1000, "cpu_ms": (user + system) / 1000, "peak_kib": peak,
            "faults": faults,
        }

    def change_beside(self, idle, changes):
        """The CPU time of the watch for each change of one target, with so many others that do not
        change, and its memory."""
        demo = str(self.tools / "health-demo-server")
        listen = ["--ports", str(max(1, idle))]
        with programs.running(demo) as ((changing,), commands), \
                self.demo_server(*listen, listeners=max(1, idle)) as others:
            listed = [changing] + others[:idle]
            watch = subprocess.Popen(
                [self.probe, *self.targets_file([f"{one} shop.Cart" for one in listed]),
                 "-watch", "-connect-timeout", "1m", "-rpc-timeout", "1m"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            try:
                for _ in listed:
                    watch.stdout.readline()
                before = cpu_nanoseconds(watch.pid)
                for number in range(changes):
                    status = "SERVING" if number % 2 else "NOT_SERVING"
                    commands.write(f"set shop.Cart {status}\n")
                    commands.flush()
                    watch.stdout.readline()
                spent = cpu_nanoseconds(watch.pid) - before
                peak = peak_kib(watch.pid)
            finally:
                watch.terminate()
                watch.communicate()
        return {"cpu_us_each": spent / 1000 / changes, "peak_kib": peak}

    def beside_idle(self):
        results = {}
        for idle in (0, 100) if self.quick else (0, 1000, 10_000):
            note(f"a change beside {idle} idle targets")
            runs = [self.change_beside(idle, 100 if self.quick else 500)
                    for _ in range(1 if self.quick else 3)]
            results[idle] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        for result in results.values():
            result["ratio"] = result["cpu_us_each"] / results[0]["cpu_us_each"]
        return results

    def watch(self):
        results = {}
        for count in (10, 10_000) if self.quick else (10, 100_000, 1_000_000):
            note(f"{count} watch updates")
            runs = [self.flood(count) for _ in range(1 if self.quick else 3)]
            result = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
            result["updates_per_second"] = count / (result["wall_ms"] / 1000)
            result["cpu_us_each"] = result["cpu_ms"] * 1000 / count
            results[count] = result
        return results


def cpu_nanoseconds(process):
    return int(Path(f"/proc/{process}/schedstat").read_text().split()[0])


def peak_kib(process):
    return int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text()).group(1))


# The report.

COLUMNS = [
    ("wall ms", "wall_ms", 2), ("CPU ms", "cpu_ms", 2), ("peak KiB", "peak_kib", 0),
    ("page faults", "faults", 0), ("system calls", "system_calls", 0),
    ("instructions", "instructions", 0), ("size KiB", "size_kib", 0),
]


def number(value, digits):
    return "-" if value is None else f"{value:,.{digits}f}"


def table(headings, rows):
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def comparison(title, results):
    floor = next(iter(results.values()))
    rows = []
    for name, result in results.items():
        cells = [name]
        for _, key, digits in COLUMNS:
            cell = number(result[key], digits)
            if result is not floor and result[key] is not None and floor[key]:
                cell += f" ({result[key] / floor[key]:.2f}x)"
            cells.append(cell)
        rows.append(cells)
    return [f"### {title}", ""] + table([""] + [heading for heading, _, _ in COLUMNS], rows)


def targets_report(results):
    headings = ["targets", "wall ms", "CPU ms", "CPU ms per target", "peak KiB",
                "KiB per target beyond one", "system calls"]
    rows = [[
        number(size, 0), number(one["wall_ms"], 1), number(one["cpu_ms"], 1),
        number(one["cpu_ms_each"], 3), number(one["peak_kib"], 0),
        number(one.get("kib_each_beyond_one"), 2), number(one.get("system_calls"), 0),
    ] for size, one in results.items()]
    return ["### Many targets, all SERVING (shipped)", ""] + table(headings, rows)


def dead_report(one):
    headings = ["targets", "wall ms", "timeouts", "CPU ms", "peak KiB"]
    row = [number(one["targets"], 0), number(one["wall_ms"], 0),
           number(one["wall_ms"] / one["timeout_ms"], 2), number(one["cpu_ms"], 1),
           number(one["peak_kib"], 0)]
    title = "### A twentieth refuses, a twentieth accepts and is silent (shipped)"
    return [title, ""] + table(headings, [row])


def waiting_report(one):
    headings = ["targets", "CPU ms, one check of each", "CPU ms, -wait", "ratio"]
    row = [number(one["targets"], 0), number(one["check"]["cpu_ms"], 1),
           number(one["wait"]["cpu_ms"], 1),
           number(one["wait"]["cpu_ms"] / one["check"]["cpu_ms"], 2)]
    return ["### Waiting for targets that are all SERVING (shipped)", ""] + table(headings, [row])


def beside_idle_report(results):
    headings = ["idle targets", "CPU µs per change", "ratio", "peak KiB"]
    rows = [[
        number(size, 0), number(one["cpu_us_each"], 1), number(one["ratio"], 2),
        number(one["peak_kib"], 0),
    ] for size, one in results.items()]
    title = "### One target changes, others are watched beside it (shipped)"
    return [title, ""] + table(headings, rows)


def watch_report(results):
    headings = ["updates", "wall ms", "updates per second", "CPU µs per update", "peak KiB"]
    rows = [[
        number(size, 0), number(one["wall_ms"], 1), number(one["updates_per_second"], 0),
        number(one["cpu_us_each"], 2), number(one["peak_kib"], 0),
    ] for size, one in results.items()]
    return ["### A burst of watch updates to a pipe (shipped)", ""] + table(headings, rows)


def report(results):
    lines = [results["machine"] + ". Medians; in brackets, the ratio to the floor.", ""]
    lines += comparison("One check, SERVING", results["check"])
    lines += comparison("A port that refuses", results["refused"])
    lines += comparison(
        "A TLS check, SERVING: one certificate is trusted (-tls-ca-cert)", results["tls"]["file"])
    lines += comparison(
        f"A TLS check, SERVING: a system's bundle of {AUTHORITIES} is trusted",
        results["tls"]["system"])
    lines += comparison("50 services on one connection", results["services"])
    lines += targets_report(results["targets"])
    lines += dead_report(results["dead"])
    lines += waiting_report(results["waiting"])
    lines += beside_idle_report(results["beside_idle"])
    lines += watch_report(results["watch"])
    return "\n".join(lines)


def machine():
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    name = model.group(1) if model else platform.machine()
    return f"{os.cpu_count()} cores ({name}), Linux {platform.release().split('-')[0]}"


def write_readme(text):
    readme = HERE / "README.md"
    old = readme.read_text()
    head, rest = old.split(BEGIN)
    readme.write_text(head + BEGIN + "\n\n" + text + "\n" + END + rest.split(END)[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tools")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--json")
    parser.add_argument("--peer", action="append", default=[])
    options = parser.parse_args()
    # Ten thousand listeners need as many descriptors; so does a probe of them.
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    bench = Bench(options)
    results = {
        "machine": machine(), "when": time.strftime("%Y-%m-%d"), "quick": options.quick,
        "check": bench.check(), "refused": bench.refused(), "tls": bench.tls(),
        "services": bench.many_services(), "targets": bench.many_targets(),
        "dead": bench.some_dead(), "waiting": bench.waiting(),
        "beside_idle": bench.beside_idle(), "watch": bench.watch(),
    }
    bench.directory.cleanup()
    text = report(results)
    print(text)
    if options.json:
        Path(options.json).write_text(json.dumps(results, indent=2) + "\n")
    if options.write:
        write_readme(text)


if __name__ == "__main__":
    main()
