"""A health server on grpclib, a pure Python implementation, with its own health service.

Commands: `set NAME STATUS` (SERVING, NOT_SERVING or UNKNOWN: it knows no others), `quit`.
"""

import argparse
import socket

import control

VALUES = {"SERVING": True, "NOT_SERVING": False, "UNKNOWN": None}


class Named:
    """What grpclib's health service takes as a service: something with a mapping of methods."""

    def __init__(self, name):
        self.name = name

    def __mapping__(self):
        return {f"/{self.name}/": None}


async def start(statuses, sock):
    from grpclib.health.check import ServiceStatus
    from grpclib.health.service import OVERALL, Health
    from grpclib.server import Server

    services = {"": OVERALL}
    for name in ("shop.Cart", "shop.Down", "shop.Odd"):
        services[name] = Named(name)
    statuses.update((name, ServiceStatus()) for name in services)
    server = Server([Health({service: [statuses[name]] for name, service in services.items()})])
    await server.start(sock=sock)
    return server


async def stop(server):
    server.close()
    await server.wait_closed()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ipv6", action="store_true", help="listen on [::1]")
    given = parser.parse_args()

    sock = socket.socket(socket.AF_INET6 if given.ipv6 else socket.AF_INET)
    sock.bind(("::1" if given.ipv6 else "127.0.0.1", 0))
    background = control.Background()
    statuses = {}
    server = background.run(start(statuses, sock))

    async def assign(name, word):
        statuses[name].set(VALUES[word])

    def set_status(name, status):
        if name not in statuses or status not in VALUES:
            raise ValueError("grpclib knows only its first services and three statuses")
        background.run(assign(name, status))

    set_status("", "SERVING")
    set_status("shop.Cart", "SERVING")
    set_status("shop.Down", "NOT_SERVING")
    set_status("shop.Odd", "UNKNOWN")
    control.announce(control.endpoint(sock))
    control.obey(set=set_status)
    background.run(stop(server))


if __name__ == "__main__":
    control.run(main)
