"""Runs a program that is not ours for as long as the script that started it lives."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile

import control

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
EMPTY_SETTINGS = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
SETTINGS_ACK = b"\x00\x00\x00\x04\x01\x00\x00\x00\x00"
GOAWAY_NO_ERROR = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00" + bytes(8)
PR_SET_PDEATHSIG = 1
ATTEMPTS = 5
READY_SECONDS = 30
POLL_SECONDS = 0.02


def find(program, package):
    """The path of an installed program; system daemons are often not on the search path."""
    path = shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if path is None:
        sys.exit(f"{program} is not installed (Debian and Ubuntu: the package {package})")
    return path


def free_port():
    """A port that was free a moment ago, for programs that cannot be given port 0."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _die_with_parent():
    """Linux ends the program when the script goes, even if the script was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _receive(connection, count):
    received = b""
    while len(received) < count:
        some = connection.recv(count - len(received))
        if not some:
            raise ConnectionError
        received += some
    return received


def answers_http2(port):
    """Whether a server on the port sends its SETTINGS; says goodbye as a client should."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(PREFACE + EMPTY_SETTINGS)
            header = _receive(connection, 9)
            _receive(connection, int.from_bytes(header[:3], "big"))
            connection.sendall(SETTINGS_ACK + GOAWAY_NO_ERROR)
            connection.shutdown(socket.SHUT_WR)
            while connection.recv(4096):
                pass
        return header[3] == 4
    except OSError:
        return False


def answers_tls(port):
    """Whether a server on the port speaks TLS, if only to say that it wants a certificate."""
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["h2"])
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            with context.wrap_socket(connection) as tls:
                tls.sendall(PREFACE + EMPTY_SETTINGS + GOAWAY_NO_ERROR)
                tls.recv(1)
    except ssl.SSLError:
        return True
    except OSError:
        return False
    return True


def _wait_until_ready(process, port, answers):
    """True when it answers, False when it ended instead, as for a port that was just taken."""
    for _ in range(int(READY_SECONDS / POLL_SECONDS)):
        if answers(port):
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(POLL_SECONDS)
            return False
    return False


@contextlib.contextmanager
def running(command, folder):
    """The program with its output in a file of the folder; ended and awaited at the end."""
    with open(os.path.join(folder, "output"), "wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_die_with_parent,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve(command_for, tls=False):
    """Starts the program, announces its address, and ends it when the commands end.

    `command_for(port, folder)` writes what the program needs into the folder, which is removed
    at the end, and returns the command line.
    """
    for _ in range(ATTEMPTS):
        with tempfile.TemporaryDirectory(prefix="health-probe-") as folder:
            port = free_port()
            with running(command_for(port, folder), folder) as process:
                if _wait_until_ready(process, port, answers_tls if tls else answers_http2):
                    control.announce(f"127.0.0.1:{port}")
                    control.obey()
                    return
            with open(os.path.join(folder, "output"), errors="replace") as output:
                said = output.read()
    sys.exit(f"it did not start:\n{said}")
