"""How a test talks to one of these servers.

The server prints one line, `listening ADDRESS`, when it answers. It then takes commands on its
standard input, one a line, and answers each with one line on its standard output. It leaves when
its standard input closes, at `quit`, and at SIGTERM or SIGINT: whoever started it need only go
away for it to go away too.
"""

import asyncio
import contextlib
import inspect
import signal
import sys
import threading


class Leave(Exception):
    """Raised in the main thread by a signal: the server should go."""


def _leave(*_):
    raise Leave


def run(main):
    """Runs a server's main function so that a signal ends it the way the end of input does."""
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    with contextlib.suppress(Leave):
        main()


def announce(address):
    """Says where the server answers, to whoever started it."""
    print(f"listening {address}", flush=True)


def endpoint(sock):
    """The bound address of a socket as a target: HOST:PORT, or [HOST]:PORT."""
    host, port = sock.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def answer(commands, verb, words):
    if verb not in commands:
        raise ValueError(f"no such command: {verb}")
    parameters = list(inspect.signature(commands[verb]).parameters)
    if len(words) != len(parameters):
        raise ValueError(f"usage: {' '.join([verb, *parameters])}")
    commands[verb](*words)
    return "ok"


def obey(**commands):
    """Carries out commands until there are no more; the empty name is written as two quotes.

    A command's handler gets the words that follow it. A ValueError that it raises is answered
    as `error: REASON`, and means that nothing was changed.
    """
    try:
        for line in sys.stdin:
            verb, *words = line.split() or [""]
            if verb == "quit":
                return
            words = ["" if word == '""' else word for word in words]
            try:
                reply = answer(commands, verb, words)
            except ValueError as reason:
                reply = f"error: {reason}"
            print(reply, flush=True)
    except Leave:
        return


def status_number(word, names):
    """A status as a number: one of the enumeration's names, or any int32 as digits."""
    if word in names:
        return names[word]
    number = int(word)
    if not -(2**31) <= number < 2**31:
        raise ValueError("a status is an int32")
    return number


class Background:
    """An asyncio loop in a thread of its own, so that the main thread can wait for commands."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def start(self, coroutine):
        """Starts a coroutine; the future that is returned can be waited for or cancelled."""
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop)

    def run(self, coroutine):
        """Runs a coroutine to its end and returns what it returns."""
        return self.start(coroutine).result()
