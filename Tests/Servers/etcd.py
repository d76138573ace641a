"""An etcd with empty data: a Go server, whose health service knows only the empty name.

Commands: `quit`.
"""

import argparse

import control
import daemon


def command(port, folder, given):
    scheme = "https" if given.tls else "http"
    tls = [f"--cert-file={given.tls}.pem", f"--key-file={given.tls}.key"] if given.tls else []
    if given.client_ca:
        tls += ["--client-cert-auth", f"--trusted-ca-file={given.client_ca}"]
    return [
        daemon.find("etcd", "etcd-server"),
        "--name=one",
        f"--data-dir={folder}/data",
        f"--listen-client-urls={scheme}://127.0.0.1:{port}",
        f"--advertise-client-urls={scheme}://127.0.0.1:{port}",
        # A single member never dials its peers, so any free port will do and no one need know it.
        "--listen-peer-urls=http://127.0.0.1:0",
        "--initial-advertise-peer-urls=http://127.0.0.1:1",
        "--initial-cluster=one=http://127.0.0.1:1",
        "--logger=zap",
        *tls,
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tls", metavar="PATH", help="speak TLS with PATH.pem and PATH.key")
    parser.add_argument("--client-ca", metavar="FILE", help="demand a certificate of the client")
    given = parser.parse_args()
    daemon.serve(lambda port, folder: command(port, folder, given), tls=bool(given.tls))


if __name__ == "__main__":
    control.run(main)
