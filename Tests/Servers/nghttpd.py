"""An HTTP/2 server that knows no gRPC: nghttpd, without TLS, over an empty folder.

Commands: `quit`.
"""

import argparse
import os

import control
import daemon


def command(port, folder):
    root = os.path.join(folder, "root")
    os.mkdir(root)
    nghttpd = daemon.find("nghttpd", "nghttp2-server")
    return [nghttpd, "--no-tls", "--address=127.0.0.1", f"--htdocs={root}", str(port)]


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    daemon.serve(command)


if __name__ == "__main__":
    control.run(main)
