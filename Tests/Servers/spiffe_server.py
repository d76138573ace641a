"""A health server on grpcio whose certificate is an X.509-SVID, or nearly one, and that wants one
of its clients. Its services are those of grpcio_server.py. Commands: `set NAME STATUS`, `quit`.
Start it with --help for its options.
"""

import argparse
from concurrent import futures

import control
import grpc
import svids
from certificates import PKCS8, pem_of_key
from grpc_health.v1 import health, health_pb2, health_pb2_grpc


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domain", default="example.org", help="the trust domain that signs")
    parser.add_argument(
        "--uri", nargs="*", metavar="URI", help="instead of spiffe://DOMAIN/shop"
    )
    parser.add_argument("--intermediate", action="store_true", help="a chain of two")
    parser.add_argument("--authority", action="store_true", help="the certificate is an authority")
    parser.add_argument("--expired", action="store_true")
    parser.add_argument("--clients", metavar="DOMAIN", default="example.org", help="whom to trust")
    return parser.parse_args()


def credentials(given):
    uris = [f"spiffe://{given.domain}/shop"] if given.uri is None else given.uri
    root = svids.authority(given.domain)
    middle = [svids.intermediate(given.domain)] if given.intermediate else []
    own = svids.svid(
        middle[0] if middle else root,
        *uris,
        is_authority=given.authority,
        is_expired=given.expired,
    )
    return grpc.ssl_server_credentials(
        [(pem_of_key(own.key, PKCS8).encode(), "".join(c.pem for c in [own, *middle]).encode())],
        svids.authority(given.clients).pem.encode(),
        require_client_auth=True,
    )


def main():
    given = options()
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16), options=[("grpc.so_reuseport", 0)]
    )
    servicer = health.HealthServicer()
    statuses = dict(health_pb2.HealthCheckResponse.ServingStatus.items())

    def set_status(name, status):
        servicer.set(name, control.status_number(status, statuses))

    set_status("shop.Cart", "SERVING")
    set_status("shop.Down", "NOT_SERVING")
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_secure_port("127.0.0.1:0", credentials(given))
    server.start()
    control.announce(f"127.0.0.1:{port}")
    control.obey(set=set_status)
    servicer.enter_graceful_shutdown()
    server.stop(0).wait()


if __name__ == "__main__":
    control.run(main)
