"""Servers for the tests of the released files."""

import contextlib
import subprocess
import sys
import tempfile
from pathlib import Path

SERVERS = Path(__file__).resolve().parent.parent / "Servers"
sys.path.insert(0, str(SERVERS))
import programs  # noqa: E402

# Programs take their time under valgrind and in an emulator.
PATIENCE = ["-connect-timeout", "1m", "-rpc-timeout", "1m"]


@contextlib.contextmanager
def server(*command):
    """The address at which a server listens while the block runs."""
    with programs.running(*command) as ((address,), _):
        yield address


@contextlib.contextmanager
def tls_server(certificate="good"):
    """The address of a server that speaks TLS, and the folder with everybody's certificates."""
    with tempfile.TemporaryDirectory(prefix="certificates-") as folder:
        subprocess.run([sys.executable, SERVERS / "certificates.py", folder], check=True)
        grpcio = [sys.executable, SERVERS / "grpcio_server.py", "--tls", f"{folder}/{certificate}"]
        with server(*grpcio) as address:
            yield address, Path(folder)
