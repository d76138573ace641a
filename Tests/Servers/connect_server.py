"""A health server on connectrpc and hypercorn: gRPC as an ASGI application, on h2c.

Commands: `set NAME STATUS`, `quit`.
"""

import argparse
import asyncio
import socket
import warnings

import control
from connectrpc.code import Code
from connectrpc.errors import ConnectError
from connectrpc.method import IdempotencyLevel, MethodInfo
from connectrpc.server import ConnectASGIApplication, Endpoint
from grpc_health.v1 import health_pb2
from hypercorn.asyncio import serve
from hypercorn.config import Config

SERVICE = "grpc.health.v1.Health"
STATUS = health_pb2.HealthCheckResponse.ServingStatus


class Application(ConnectASGIApplication):
    @property
    def path(self):
        return f"/{SERVICE}"


class Health:
    def __init__(self):
        self.statuses = {"": STATUS.SERVING, "shop.Cart": STATUS.SERVING}
        self.statuses.update({"shop.Down": STATUS.NOT_SERVING, "shop.Odd": STATUS.UNKNOWN})
        self.changed = asyncio.Condition()

    async def assign(self, name, status):
        async with self.changed:
            self.statuses[name] = status
            self.changed.notify_all()

    async def check(self, request, context):
        if request.service not in self.statuses:
            raise ConnectError(Code.NOT_FOUND, "unknown service")
        return health_pb2.HealthCheckResponse(status=self.statuses[request.service])

    async def watch(self, request, context):
        def current():
            return self.statuses.get(request.service, STATUS.SERVICE_UNKNOWN)

        sent = None
        while True:
            async with self.changed:
                await self.changed.wait_for(lambda: current() != sent)
                sent = current()
            yield health_pb2.HealthCheckResponse(status=sent)

    async def list(self, request, context):
        answer = health_pb2.HealthListResponse()
        for name, status in self.statuses.items():
            answer.statuses[name].status = status
        return answer


def endpoints(health):
    def method(name, taken, given):
        return MethodInfo(
            name=name,
            service_name=SERVICE,
            input=taken,
            output=given,
            idempotency_level=IdempotencyLevel.UNKNOWN,
        )

    check = method("Check", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse)
    watch = method("Watch", health_pb2.HealthCheckRequest, health_pb2.HealthCheckResponse)
    listing = method("List", health_pb2.HealthListRequest, health_pb2.HealthListResponse)
    return {
        f"/{SERVICE}/Check": Endpoint.unary(check, health.check),
        f"/{SERVICE}/Watch": Endpoint.server_stream(watch, health.watch),
        f"/{SERVICE}/List": Endpoint.unary(listing, health.list),
    }


async def run(health, sock, leaving):
    config = Config()
    config.bind = [f"fd://{sock.fileno()}"]
    config.graceful_timeout = 0
    config.errorlog = None
    config.loglevel = "ERROR"
    application = Application(service=health, endpoints=endpoints)
    await serve(application, config, shutdown_trigger=leaving.wait)


async def make():
    return Health(), asyncio.Event()


def main():
    argparse.ArgumentParser(description=__doc__).parse_args()
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    sock.listen(100)
    address = control.endpoint(sock)
    background = control.Background()
    # At its end hypercorn cancels its connections, and Python would report each of them.
    warnings.simplefilter("ignore")
    background.loop.set_exception_handler(lambda *_: None)
    health, leaving = background.run(make())
    serving = background.start(run(health, sock, leaving))

    def set_status(name, status):
        number = control.status_number(status, dict(STATUS.items()))
        background.run(health.assign(name, number))

    control.announce(address)
    control.obey(set=set_status)
    background.loop.call_soon_threadsafe(leaving.set)
    serving.result()


if __name__ == "__main__":
    control.run(main)
