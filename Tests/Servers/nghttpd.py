"""An HTTP/2 server that knows no gRPC: nghttpd, over an empty folder.

Commands: `quit`.
"""

import argparse
import os

import control
import daemon


def command(port, folder, certificate):
    root = os.path.join(folder, "root")
    os.mkdir(root)
    nghttpd = daemon.find("nghttpd", "nghttp2-server")
    tls = [f"{certificate}.key", f"{certificate}.pem"] if certificate else []
    options = ["--address=127.0.0.1", f"--htdocs={root}"] + ([] if tls else ["--no-tls"])
    return [nghttpd, *options, str(port), *tls]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tls", metavar="PATH", help="speak TLS with PATH.pem and PATH.key")
    given = parser.parse_args()
    daemon.serve(lambda port, folder: command(port, folder, given.tls), tls=bool(given.tls))


if __name__ == "__main__":
    control.run(main)
