"""Servers for the tests of the released files."""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

SERVERS = Path(__file__).resolve().parent.parent / "Servers"
# Programs take their time under valgrind and in an emulator.
PATIENCE = ["-connect-timeout", "1m", "-rpc-timeout", "1m"]


@contextlib.contextmanager
def server(*command):
    """The address at which a server listens while the block runs."""
    process = subprocess.Popen(
        [str(word) for word in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        word, _, address = process.stdout.readline().strip().partition(" ")
        if word != "listening":
            raise RuntimeError(f"{command[0]} did not start")
        yield address
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


@contextlib.contextmanager
def tls_server(certificate="good"):
    """The address of a server that speaks TLS, and the folder with everybody's certificates."""
    with tempfile.TemporaryDirectory(prefix="certificates-") as folder:
        subprocess.run([sys.executable, SERVERS / "certificates.py", folder], check=True)
        grpcio = [sys.executable, SERVERS / "grpcio_server.py", "--tls", f"{folder}/{certificate}"]
        with server(*grpcio) as address:
            yield address, Path(folder)
