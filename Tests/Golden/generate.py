"""Writes the test vectors beside this file: what Google's own protobuf parser makes of bytes.

    .build-venv/bin/python Tests/Golden/generate.py

The messages are grpcio-health-checking's generated classes, on upb, the parser that gRPC uses from
C, Python, Ruby and PHP. The same versions (Tests/Servers/requirements.txt) write the same files.
"""

import json
import os
import random
import subprocess
import sys

import google.protobuf
from google.protobuf.internal import api_implementation
from google.protobuf.message import DecodeError
from grpc_health.v1 import health_pb2

SEED = 20_240_501
HERE = os.path.dirname(os.path.abspath(__file__))
UNDER_PURE_PYTHON = "--judge-lists"
INT32 = (0, 1, 2, 3, 4, 5, 99, 127, 128, 255, 16_384, 2**31 - 1, -1, -2, -(2**31))


# The wire format, by hand, so that it can be broken at will.


def varint(number, size=0):
    """A number as a varint, padded with needless zero groups to `size` bytes."""
    number &= 2**64 - 1
    out = bytearray()
    while number >= 0x80 or len(out) + 1 < size:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out) + bytes([number])


def tag(field, wire_type, size=0):
    return varint(field << 3 | wire_type, size)


def field_varint(field, number):
    return tag(field, 0) + varint(number)


def field_bytes(field, content):
    return tag(field, 2) + varint(len(content)) + content


def group(field, content):
    return tag(field, 3) + content + tag(field, 4)


# Health/Check


def request_names():
    fixed = ["", "a", "shop.Cart", "grpc.health.v1.Health", "/", " ", "with space", "\x00"]
    fixed += ["a\x00b", "\t\n", "%2F", "Größe", "数据库.健康", "🩺", "e\u0301", "\u202eevil"]
    fixed += ["\ufeff", "\U0010ffff"]
    fixed += ["a.b.c.d.e.f.g", "default/shop.Cart:1.0", "*", "-", '"', "\\", "\x7f", "\x80"]
    lengths = [2, 125, 126, 127, 128, 129, 255, 256, 1000, 16_383, 16_384]
    return fixed + ["n" * length for length in lengths] + ["é" * 63, "é" * 64]


def handmade_responses():
    """The cases that a reader of the encoding document would think of."""
    serving, good = field_varint(1, 1), []
    good += [b""] + [field_varint(1, number) for number in INT32]
    for number in (2**32, 2**32 + 1, 2**32 + 2, 2**33 + 1, 2**63, 2**63 + 1, 2**64 - 1, 2**31):
        good.append(field_varint(1, number))
    good += [tag(1, 0) + varint(1, size) for size in range(1, 12)]
    good += [tag(1, 0) + varint(0, size) for size in range(1, 12)]
    good += [tag(1, 0) + b"\xff" * 9 + bytes([last]) for last in (0, 1, 2, 0x7F, 0x80, 0xFF)]
    good += [tag(1, 0) + b"\x80" * 9 + bytes([last]) for last in (0, 1, 2, 0x7F, 0x80, 0xFF)]
    good += [tag(1, 0, size) + varint(1) for size in range(1, 11)]
    good += [b"\x88\x80\x80\x80" + bytes([last]) + b"\x01" for last in range(0, 0x80, 8)]
    for first in INT32[:5]:
        for second in INT32[:5]:
            good.append(field_varint(1, first) + field_varint(1, second))
    unknown = [field_varint(2, 7), tag(2, 1) + bytes(8), field_bytes(2, b"abc")]
    unknown += [tag(2, 5) + bytes(4)]
    unknown += [group(2, b""), group(2, serving), group(2, group(3, b"")), group(1, serving)]
    unknown += [field_varint(15, 1), field_varint(16, 1), field_varint(2**29 - 1, 1)]
    unknown += [field_varint(19_000, 1), field_bytes(2, b""), field_bytes(2, bytes(200))]
    unknown += [tag(1, 1) + bytes(8), tag(1, 5) + bytes(4), field_bytes(1, b"\x01")]
    unknown += [field_bytes(1, b""), field_bytes(1, b"\x01\x02\x01"), field_bytes(1, bytes(3))]
    for extra in unknown:
        good += [extra, extra + serving, serving + extra, extra + field_varint(1, 2) + extra]
    return good + malformed_responses(serving)


def malformed_responses(serving):
    bad = [tag(0, wire_type) + b"\x01" + bytes(8) for wire_type in range(8)]
    bad += [tag(field, wire_type) + bytes(8) for field in (1, 2, 16) for wire_type in (6, 7)]
    bad += [tag(1, 3), tag(1, 4), tag(2, 3) + serving, tag(2, 3) + tag(3, 4), tag(2, 4) + serving]
    bad += [serving + tag(2, 3), serving + tag(2, 4), group(0, b""), group(2, tag(2, 6))]
    bad += [group(2, tag(3, 3)), group(2, field_bytes(4, b"x")[:-1]), group(2, tag(0, 0) + b"\x00")]
    bad += [tag(2, 2) + varint(length) for length in (1, 127, 128, 2**31 - 1, 2**31, 2**32 - 1)]
    bad += [tag(2, 2) + varint(length) + b"x" for length in (2, 2**32, 2**32 + 1, 2**63, 2**64 - 1)]
    bad += [tag(2, 2) + varint(1, size) + b"x" for size in range(1, 12)]
    bad += [tag(2, 1) + bytes(count) for count in range(9)]
    bad += [tag(2, 5) + bytes(count) for count in range(5)]
    bad += [b"\x80" * count for count in range(1, 12)] + [b"\xff" * count for count in range(1, 12)]
    for depth in (2, 10, 50, 98, 99, 100, 101, 102, 150, 300):
        nested = serving
        for _ in range(depth):
            nested = group(2, nested)
        bad += [nested + serving, nested[:-1], tag(2, 3) * depth]
    return bad + [message + serving for message in bad]


def mutated(messages, random_source, count):
    """Every bit flip and every cut of the short ones, then random damage to any of them."""
    out = []
    for message in messages:
        if len(message) <= 12:
            for index in range(len(message) * 8):
                flipped = bytearray(message)
                flipped[index // 8] ^= 1 << index % 8
                out.append(bytes(flipped))
            out += [message[:end] for end in range(len(message))]
    short = [message for message in messages if 0 < len(message) <= 40]
    for _ in range(count):
        damaged = bytearray(random_source.choice(short))
        for _ in range(random_source.randint(1, 3)):
            at = random_source.randrange(len(damaged) + 1)
            kind = random_source.randrange(4)
            if kind == 0:
                damaged[at:at] = bytes([random_source.randrange(256)])
            elif kind == 1:
                del damaged[at : at + random_source.randint(1, 3)]
            elif kind == 2:
                damaged[at:at] = random_source.choice(short)
            elif at < len(damaged):
                damaged[at] = random_source.choice((0, 1, 8, 0x7F, 0x80, 0xFF))
        out.append(bytes(damaged))
    return out


def distinct(messages):
    return sorted(set(messages), key=lambda message: (len(message), message))


def composed(source, depth=2):
    """A few random fields, each well formed, some of them the status."""
    out = b""
    for _ in range(source.randint(1, 4)):
        number = source.choice((1, 1, 2, 3, 15, 16, 2047, 2048, 2**29 - 1))
        kind = source.randrange(7 if depth else 6)
        if kind == 0:
            out += field_varint(number, source.randrange(2**64))
        elif kind == 1:
            out += tag(number, 1) + source.randbytes(8)
        elif kind == 2:
            out += field_bytes(number, source.randbytes(source.randrange(6)))
        elif kind == 3:
            out += tag(number, 5) + source.randbytes(4)
        elif kind == 6:
            out += group(number, composed(source, depth - 1))
        else:
            out += field_varint(1, source.choice(INT32))
    return out


def response_inputs():
    source = random.Random(SEED)
    handmade = handmade_responses()
    noise = [source.randbytes(source.randint(1, 12)) for _ in range(200)]
    well_formed = [composed(source) for _ in range(1200)]
    chosen = source.sample([base for base in distinct(handmade) if 2 <= len(base) <= 12], 24)
    damaged = mutated(chosen, source, 300) + mutated(well_formed[:8], source, 600)
    return distinct(handmade + well_formed + damaged + noise)


def judge_response(data):
    try:
        return str(health_pb2.HealthCheckResponse.FromString(data).status)
    except DecodeError:
        return "error"


# Health/List


def entry(name=None, message=None, extra=b""):
    key = b"" if name is None else field_bytes(1, name)
    value = b"" if message is None else field_bytes(2, message)
    return field_bytes(1, key + value + extra)


def handmade_lists():
    serving, down = field_varint(1, 1), field_varint(1, 2)
    one, two = entry(b"a", serving), entry(b"shop.Cart", down)
    lists = [b"", one, two, one + two, two + one, entry(), entry(b""), entry(None, serving)]
    lists += [entry(b"a"), entry(b"a", b""), one + entry(b"a", down), entry(b"", serving) + one]
    lists += [entry(b"a", field_varint(1, number)) for number in INT32]
    lists += [entry(b"a", serving + down), entry(b"a", field_varint(9, 1)), entry(b"a", tag(1, 0))]
    swapped = field_bytes(2, down) + field_bytes(1, b"later")
    lists += [field_bytes(1, swapped), field_bytes(1, swapped + field_bytes(1, b"last"))]
    lists += [field_bytes(1, swapped + field_bytes(2, serving))]
    lists += [field_bytes(1, swapped + field_bytes(2, field_varint(7, 1)))]
    lists += [entry(name, serving) for name in (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80")]
    odd_names = ("é", "数据库", "\x00", "a\nb", "\x1b[31m")
    lists += [entry(name.encode(), serving) for name in odd_names]
    extras = [field_varint(2, 1), field_bytes(2, b"x"), group(3, b""), tag(1, 0) + b"\x01"]
    extras += [tag(1, 5) + bytes(4), tag(1, 0), tag(0, 2) + b"\x00", tag(1, 3), tag(1, 6)]
    lists += [one + extra + two for extra in [*extras, tag(1, 2) + b"\x7f"]]
    many = [entry(b"service-%d" % index, field_varint(1, index % 4)) for index in range(101)]
    return lists + [b"".join(many[:100]), b"".join(many), b"".join(many[:3])[:-1]]


def list_inputs():
    source = random.Random(SEED + 1)
    handmade = distinct(handmade_lists())
    names = (b"", b"a", b"b", b"shop.Cart", "é".encode(), b"n" * 20)
    well_formed = []
    for _ in range(250):
        message = b""
        for _ in range(source.randint(0, 4)):
            content = b"" if source.random() < 0.1 else field_varint(1, source.choice(INT32))
            message += entry(source.choice(names), content)
            message += source.choice((b"", b"", field_varint(2, 5), field_bytes(3, b"x")))
        well_formed.append(message)
    chosen = source.sample([base for base in handmade if 6 <= len(base) <= 12], 3)
    return distinct(handmade + well_formed + mutated(chosen, source, 150))


def judge_list(data):
    try:
        statuses = health_pb2.HealthListResponse.FromString(data).statuses
    except (DecodeError, UnicodeDecodeError):
        return "error"
    pairs = sorted((name.encode(), message.status) for name, message in statuses.items())
    return " ".join([str(len(pairs))] + [f"{name.hex()}={status}" for name, status in pairs])


def pure_python_verdicts(inputs):
    """What Google's other Python parser, without upb, says: asked in a process of its own."""
    environment = dict(os.environ, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION="python")
    answer = subprocess.run(
        [sys.executable, __file__, UNDER_PURE_PYTHON],
        input=json.dumps([data.hex() for data in inputs]),
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(answer.stdout)


# The files


def write(name, explanation, lines):
    version = f"grpcio-health-checking's messages, protobuf {google.protobuf.__version__} (upb)"
    header = ["Written by generate.py; do not edit.", f"Reference: {version}.", *explanation]
    with open(os.path.join(HERE, name), "w", encoding="ascii") as file:
        file.writelines(f"# {line}\n" for line in header)
        file.writelines(f"{line}\n" for line in lines)
    print(f"{name}: {len(lines)} lines, {os.path.getsize(os.path.join(HERE, name))} bytes")


def shown(data):
    return data.hex() or "-"


def main():
    if UNDER_PURE_PYTHON in sys.argv:
        inputs = [bytes.fromhex(text) for text in json.load(sys.stdin)]
        json.dump([judge_list(data) for data in inputs], sys.stdout)
        return
    assert api_implementation.Type() == "upb", "the reference is upb"

    requests = []
    for name in request_names():
        encoded = health_pb2.HealthCheckRequest(service=name).SerializeToString()
        requests.append(f"{shown(name.encode())} {shown(encoded)}")
    explanation = ["HealthCheckRequest: the name in UTF-8, then its encoding, in hex; - is empty."]
    write("requests.txt", explanation, requests)

    responses = [f"{shown(data)} {judge_response(data)}" for data in response_inputs()]
    explanation = ["HealthCheckResponse: the bytes in hex, then the status as an int32, or error."]
    write("responses.txt", explanation, responses)

    inputs = list_inputs()
    lists = []
    for data, other in zip(inputs, pure_python_verdicts(inputs)):
        if judge_list(data) == other:
            lists.append(f"{shown(data)} {other}")
    explanation = [
        "HealthListResponse: the bytes in hex, then error, or the number of services and",
        "NAME=STATUS for each, the names in hex and in the order of their bytes. Left out is what",
        "Google's two parsers disagree on: for one, upb drops a map entry that has any field",
        "besides key and value.",
    ]
    write("lists.txt", explanation, lists)
    print(f"lists.txt leaves out {len(inputs) - len(lists)} that the two parsers disagree on")


if __name__ == "__main__":
    main()
