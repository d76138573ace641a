"""A grpcio health server that does not keep still: once it is watched, its status changes at
random, and now and then it dies and comes back at the same port.

It ends with SERVICE_UNKNOWN. `told PATH` writes what a watch must have seen to a file, a word a
line: each change of the status, and DISCONNECTED for each death.
"""

import argparse
import random
import threading
from concurrent import futures

import control
import daemon
import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

# Nothing here may wait for ever.
PATIENCE = 20
STATUSES = ["SERVING", "NOT_SERVING", "UNKNOWN"]


class Servicer(health.HealthServicer):
    """Says when it is watched. A Watch begins with what the status was then."""

    def __init__(self):
        super().__init__()
        self.watched = threading.Event()

    def Watch(self, request, context, *rest):
        answers = super().Watch(request, context, *rest)
        self.watched.set()
        return answers


class Flipper:
    def __init__(self, given):
        self.given = given
        self.port = daemon.free_port()
        self.random = random.Random(given.seed)
        self.told = []
        self.over = threading.Event()
        self.failure = None
        self.start()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def start(self):
        self.servicer = Servicer()
        self.server = grpc.server(
            futures.ThreadPoolExecutor(max_workers=8), options=[("grpc.so_reuseport", 0)]
        )
        health_pb2_grpc.add_HealthServicer_to_server(self.servicer, self.server)
        self.servicer.set("", health_pb2.HealthCheckResponse.SERVING)
        if not self.server.add_insecure_port(self.address):
            raise OSError(f"the port {self.port} is taken")
        self.server.start()

    def tell(self, status):
        self.servicer.set("", health_pb2.HealthCheckResponse.ServingStatus.Value(status))
        if self.told[-1:] != [status]:
            self.told.append(status)

    def await_watch(self):
        if not self.servicer.watched.wait(PATIENCE):
            raise TimeoutError("nobody watches")
        if self.told[-1:] != ["SERVING"]:
            self.told.append("SERVING")

    def die(self):
        # What was told last may still be on its way, and nobody here can see it arrive.
        threading.Event().wait(0.5)
        self.server.stop(self.random.choice([None, 0.1])).wait(PATIENCE)
        self.told.append("DISCONNECTED")
        # Long enough to be found dead now and then.
        threading.Event().wait(self.random.uniform(0, 0.3))
        self.start()
        self.await_watch()

    def flip(self):
        self.await_watch()
        deaths = set(self.random.sample(range(self.given.steps), self.given.deaths))
        for step in range(self.given.steps):
            threading.Event().wait(self.random.uniform(0, 0.02))
            self.tell(self.random.choice(STATUSES))
            if step in deaths:
                self.die()
        self.tell("SERVICE_UNKNOWN")

    def run(self):
        try:
            self.flip()
        except Exception as failure:
            self.failure = failure
        self.over.set()

    def write(self, path):
        if not self.over.wait(PATIENCE):
            raise ValueError("not over yet")
        if self.failure:
            raise ValueError(str(self.failure))
        with open(path, "w") as file:
            file.writelines(f"{word}\n" for word in self.told)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--deaths", type=int, default=2)
    flipper = Flipper(parser.parse_args())
    threading.Thread(target=flipper.run, daemon=True).start()
    control.announce(flipper.address)
    control.obey(told=flipper.write)
    flipper.server.stop(None).wait(PATIENCE)


if __name__ == "__main__":
    control.run(main)
