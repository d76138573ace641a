"""A health server on grpcio (gRPC's C-core) with grpcio-health-checking: the reference peer.

Commands: `set NAME STATUS`, `drain` (every service NOT_SERVING, as at a graceful shutdown),
`polite` (with --log: an error unless every connection so far was closed with a GOAWAY, and none
was reset or spoke bad HTTP/2), `quit`. Start it with --help for its options.
"""

import argparse
import contextlib
import os
import tempfile
import threading
from concurrent import futures
from pathlib import Path

import control

BROKEN = "shop.Broken"
BROKEN_MESSAGE = "Bestand nicht prüfbar: 数据库 ist zu 100% voll"
LIST_LIMIT = 100


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unix", metavar="PATH", help="listen on a unix socket")
    parser.add_argument("--ipv6", action="store_true", help="listen on [::1]")
    parser.add_argument("--tls", metavar="PATH", help="speak TLS with PATH.pem and PATH.key")
    parser.add_argument("--client-ca", metavar="FILE", help="demand a certificate of the client")
    parser.add_argument("--no-health", action="store_true", help="register no health service")
    parser.add_argument("--list", action="store_true", help="answer List, which grpcio does not")
    parser.add_argument("--slow", type=float, metavar="SECONDS", help="Check answers so late")
    parser.add_argument("--compression", choices=["gzip", "deflate"])
    parser.add_argument(
        "--refuse-compression", action="store_true", help="UNIMPLEMENTED for compressed requests"
    )
    parser.add_argument(
        "--status-details",
        action="store_true",
        help=f"{BROKEN} fails with FAILED_PRECONDITION, a non-ASCII message and 5 KB of details",
    )
    parser.add_argument(
        "--require-header",
        metavar="NAME:VALUE",
        help="PERMISSION_DENIED unless the call carries this",
    )
    parser.add_argument(
        "--log",
        metavar="FILE",
        nargs="?",
        const="",
        help="what the library logs, appended to FILE or to a temporary file",
    )
    parser.add_argument(
        "--max-streams", type=int, metavar="N", help="streams at a time on one connection"
    )
    parser.add_argument("--max-age", type=float, metavar="SECONDS", help="max_connection_age")
    return parser.parse_args()


class Log:
    """The library's log, which it writes to descriptor 2, as a file.

    The library reads its verbosity once, when it is imported: make this before.
    """

    def __init__(self, path):
        self.file = open(path, "a+") if path else tempfile.TemporaryFile("a+")
        os.dup2(self.file.fileno(), 2)
        os.environ["GRPC_VERBOSITY"] = "DEBUG"
        os.environ["GRPC_TRACE"] = "http"

    def polite(self):
        """Waits until the server has seen the end of every connection, then judges them."""
        for _ in range(200):
            self.file.seek(0)
            lines = self.file.read().splitlines()
            opened = sum("[INITIAL_WRITE]" in line for line in lines)
            if sum("reason=close_transport" in line for line in lines) >= opened:
                break
            threading.Event().wait(0.01)
        else:
            raise ValueError("a connection is still open")
        for line in lines:
            if line.startswith("E") or "reset by peer" in line or "Failed parsing" in line:
                raise ValueError(line)
        farewells = sum("INCOMING[" in line and "]: GOAWAY " in line for line in lines)
        if farewells != opened:
            raise ValueError(f"{opened} connections, {farewells} GOAWAY frames")


def servicer_of(given, leaving):
    """grpcio-health-checking's own servicer, with the misbehaviour that was asked for."""
    import grpc
    from grpc_health.v1 import health, health_pb2

    class Servicer(health.HealthServicer):
        def Check(self, request, context):
            if given.status_details and request.service == BROKEN:
                context.set_trailing_metadata((("grpc-status-details-bin", b"\x08\x09" * 2560),))
                context.abort(grpc.StatusCode.FAILED_PRECONDITION, BROKEN_MESSAGE)
            if given.slow:
                leaving.wait(given.slow)
            return super().Check(request, context)

        def List(self, request, context):
            if not given.list:
                return super().List(request, context)
            with self._lock:
                statuses = dict(self._server_status)
            if len(statuses) > LIST_LIMIT:
                context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, "too many services to list")
            answer = health_pb2.HealthListResponse()
            for name, status in statuses.items():
                answer.statuses[name].status = status
            return answer

    return Servicer()


def header_guard(required):
    import grpc

    name, _, value = required.partition(":")
    wanted = (name.strip().lower(), value.strip())

    def refuse(request, context):
        context.abort(grpc.StatusCode.PERMISSION_DENIED, f"the header {wanted[0]} is not right")

    class Guard(grpc.ServerInterceptor):
        def intercept_service(self, continuation, details):
            if wanted in ((item.key, item.value) for item in details.invocation_metadata):
                return continuation(details)
            handler = continuation(details)
            if handler is None or not handler.response_streaming:
                return grpc.unary_unary_rpc_method_handler(refuse)
            return grpc.unary_stream_rpc_method_handler(refuse)

    return Guard()


def listen(server, address, given):
    """Opens the address, with TLS if it was asked for; returns the port."""
    import grpc

    if not given.tls:
        return server.add_insecure_port(address)
    chain, key = (Path(f"{given.tls}.{kind}").read_bytes() for kind in ["pem", "key"])
    authority = Path(given.client_ca).read_bytes() if given.client_ca else None
    credentials = grpc.ssl_server_credentials([(key, chain)], authority, bool(authority))
    return server.add_secure_port(address, credentials)


def main():
    given = options()
    log = None if given.log is None else Log(given.log)
    import grpc
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    leaving = threading.Event()
    channel = [("grpc.so_reuseport", 0)]
    if given.max_age:
        age = int(given.max_age * 1000)
        channel += [("grpc.max_connection_age_ms", age), ("grpc.max_connection_age_grace_ms", 0)]
    if given.max_streams:
        channel.append(("grpc.max_concurrent_streams", given.max_streams))
    if given.refuse_compression:
        channel.append(("grpc.compression_enabled_algorithms_bitset", 1))
    compression = given.compression and getattr(grpc.Compression, given.compression.capitalize())
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=16),
        options=channel,
        compression=compression,
        interceptors=[header_guard(given.require_header)] if given.require_header else [],
    )
    servicer = servicer_of(given, leaving)
    statuses = health_pb2.HealthCheckResponse.ServingStatus

    def set_status(name, status):
        servicer.set(name, control.status_number(status, dict(statuses.items())))

    set_status("shop.Cart", "SERVING")
    set_status("shop.Down", "NOT_SERVING")
    set_status("shop.Odd", "UNKNOWN")
    if not given.no_health:
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)

    with contextlib.ExitStack() as cleanup:
        if given.unix:
            listen(server, f"unix:{given.unix}", given)
            cleanup.callback(lambda: os.path.exists(given.unix) and os.unlink(given.unix))
            address = f"unix:{given.unix}"
        else:
            host = "[::1]" if given.ipv6 else "127.0.0.1"
            address = f"{host}:{listen(server, host + ':0', given)}"
        server.start()
        control.announce(address)
        commands = {"set": set_status, "drain": servicer.enter_graceful_shutdown}
        control.obey(**commands, **({"polite": log.polite} if log else {}))
        leaving.set()
        servicer.enter_graceful_shutdown()
        server.stop(0).wait()


if __name__ == "__main__":
    control.run(main)
