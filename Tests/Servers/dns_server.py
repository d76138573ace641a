"""A small DNS server on loopback, UDP and TCP on one port: it knows the names it is told.

Every other name is NXDOMAIN; a name it knows, asked for a type it has not, is an empty answer.

Commands: `set NAME ADDRESS` (this address alone), `remove NAME`, `unasked` (an error if anything
was ever asked), `asked NAME N` (an error unless the name was asked for so often), `quit`.
"""

import argparse
import asyncio
import ipaddress
import socket

import control
from dnslib import AAAA, QTYPE, RCODE, RR, A, DNSRecord

TTL_SECONDS = 60
ATTEMPTS = 20


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    add = parser.add_argument
    add("--record", metavar="NAME=ADDRESS", action="append", default=[])
    add("--silent", metavar="NAME[=TYPE]", action="append", default=[], help="never answered")
    add("--lose", metavar="NAME=TYPE", action="append", default=[], help="not answered at first")
    add("--fail", metavar="NAME[=RCODE]", action="append", default=[], help="default SERVFAIL")
    add("--tcp-only", metavar="NAME", action="append", default=[], help="truncated over UDP")
    add("--listen", metavar="ADDRESS:PORT", default="127.0.0.1:0", help="port 0 is a free one")
    add("--delay", metavar="SECONDS", type=float, default=0, help="before every answer")
    add("--tcp-refused", action="store_true", help="nobody listens on the TCP port")
    return parser.parse_args()


def plain(name):
    """Names are compared without case and without the final dot (RFC 4343, RFC 1034 3.1)."""
    return str(name).lower().rstrip(".")


def parts(text):
    return text.partition("=")


class Zone:
    def __init__(self, given):
        self.records = {}
        self.silent = {(plain(name), kind) for name, _, kind in map(parts, given.silent)}
        self.lost = {(plain(name), kind) for name, _, kind in map(parts, given.lose)}
        self.failing = {plain(name): code for name, _, code in map(parts, given.fail)}
        self.tcp_only = {plain(name) for name in given.tcp_only}
        self.delay = given.delay
        self.queries = []
        for record in given.record:
            name, _, address = record.partition("=")
            self.add(name, address)

    def add(self, name, address):
        self.records.setdefault(plain(name), []).append(ipaddress.ip_address(address))

    def set(self, name, address):
        self.records[plain(name)] = [ipaddress.ip_address(address)]

    def remove(self, name):
        if self.records.pop(plain(name), None) is None:
            raise ValueError(f"no such name: {name}")

    async def answer(self, data, over_tcp):
        """The answer to one question as bytes, or None if there is to be none."""
        question = DNSRecord.parse(data)
        name, kind = plain(question.q.qname), QTYPE[question.q.qtype]
        self.queries.append(name)
        if (name, "") in self.silent or (name, kind) in self.silent:
            return None
        if (name, kind) in self.lost:
            self.lost.remove((name, kind))
            return None
        await asyncio.sleep(self.delay)
        reply = question.reply()
        if name in self.failing:
            reply.header.rcode = getattr(RCODE, self.failing[name] or "SERVFAIL")
        elif name not in self.records:
            reply.header.rcode = RCODE.NXDOMAIN
        elif name in self.tcp_only and not over_tcp:
            reply.header.tc = 1
        else:
            for address in self.records[name]:
                record, made = (A, "A") if address.version == 4 else (AAAA, "AAAA")
                if kind in (made, "ANY"):
                    held = {"rtype": getattr(QTYPE, made), "rdata": record(str(address))}
                    reply.add_answer(RR(question.q.qname, ttl=TTL_SECONDS, **held))
        return reply.pack()


class Datagrams(asyncio.DatagramProtocol):
    def __init__(self, zone):
        self.zone = zone
        self.answering = set()

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, peer):
        task = asyncio.ensure_future(self.answer(data, peer))
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def answer(self, data, peer):
        reply = await self.zone.answer(data, over_tcp=False)
        if reply is not None:
            self.transport.sendto(reply, peer)


async def converse(zone, reader, writer):
    """One TCP connection: each message is preceded by its length (RFC 1035 4.2.2)."""
    try:
        while True:
            length = int.from_bytes(await reader.readexactly(2), "big")
            reply = await zone.answer(await reader.readexactly(length), over_tcp=True)
            if reply is not None:
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def bound_pair(listen):
    """A UDP and a TCP socket on the same port."""
    host, _, port = listen.partition(":")
    for _ in range(ATTEMPTS):
        datagrams = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        datagrams.bind((host, int(port)))
        streams = socket.socket()
        try:
            streams.bind(datagrams.getsockname())
            return datagrams, streams
        except OSError:
            datagrams.close()
            streams.close()
    raise SystemExit("no port was free for both UDP and TCP")


async def start(zone, datagrams, streams, tcp):
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(lambda: Datagrams(zone), sock=datagrams)
    if tcp:
        await asyncio.start_server(lambda r, w: converse(zone, r, w), sock=streams)


def main():
    given = options()
    zone = Zone(given)
    datagrams, streams = bound_pair(given.listen)
    address = control.endpoint(streams)
    control.Background().run(start(zone, datagrams, streams, not given.tcp_refused))

    def unasked():
        if zone.queries:
            raise ValueError(f"{len(zone.queries)} queries")

    def asked(name, count):
        times = zone.queries.count(plain(name))
        if times != int(count):
            raise ValueError(f"{times} queries")

    control.announce(address)
    control.obey(set=zone.set, remove=zone.remove, unasked=unasked, asked=asked)


if __name__ == "__main__":
    control.run(main)
