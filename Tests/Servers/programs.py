"""Starts the servers here, and others that announce themselves as these do."""

import contextlib
import subprocess
import threading
from pathlib import Path

# How long a server may take until it listens: under valgrind and in an emulator it is slow.
START_SECONDS = 60
END_SECONDS = 10


@contextlib.contextmanager
def running(*command, listeners=1):
    """The addresses that a server announces ("listening ADDRESS"), and its standard input, for as
    long as the block runs."""
    command = [str(word) for word in command]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    # One that says too little is ended, so that reading ends too.
    impatience = threading.Timer(START_SECONDS, process.kill)
    impatience.start()
    try:
        words = [process.stdout.readline().split() for _ in range(listeners)]
        if any(len(line) != 2 or line[0] != "listening" for line in words):
            raise RuntimeError(f"{Path(command[0]).name} did not start")
        impatience.cancel()
        yield [line[1] for line in words], process.stdin
    finally:
        impatience.cancel()
        process.stdin.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
