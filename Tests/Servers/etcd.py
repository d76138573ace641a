"""An etcd with empty data: a Go server, whose health service knows only the empty name.

Commands: `quit`.
"""

import argparse

import control
import daemon


def command(port, folder):
    return [
        daemon.find("etcd", "etcd-server"),
        "--name=one",
        f"--data-dir={folder}/data",
        f"--listen-client-urls=http://127.0.0.1:{port}",
        f"--advertise-client-urls=http://127.0.0.1:{port}",
        # A single member never dials its peers, so any free port will do and no one need know it.
        "--listen-peer-urls=http://127.0.0.1:0",
        "--initial-advertise-peer-urls=http://127.0.0.1:1",
        "--initial-cluster=one=http://127.0.0.1:1",
        "--logger=zap",
    ]


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    daemon.serve(command)


if __name__ == "__main__":
    control.run(main)
