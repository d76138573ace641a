"""A SPIFFE Workload API on grpcio, as an agent serves it: FetchX509SVID, plaintext.

It refuses calls without the header that the standard wants. The answer stays open after its first
message, as that of a real agent does. Start it with --help for its options.
"""

import argparse
import contextlib
import os
import threading
from concurrent import futures

import control
import grpc
import svids
from certificates import PKCS8, PLAIN, SECRET, ec_key, form
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

REFUSAL = "security header missing from request"


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--unix", metavar="PATH", help="listen on a unix socket")
    parser.add_argument("--domain", default="example.org", help="the trust domain")
    parser.add_argument("--path", default="/probe", help="of the SPIFFE ID")
    parser.add_argument("--federate", metavar="DOMAIN", nargs="*", default=[])
    parser.add_argument(
        "--intermediate", action="store_true", help="the identity has a chain of two"
    )
    parser.add_argument("--key", choices=["good", "garbage", "other", "encrypted"], default="good")
    parser.add_argument("--certificate", choices=["good", "garbage"], default="good")
    parser.add_argument(
        "--bundle", choices=["good", "garbage", "other", "exchange", "namesake"], default="good"
    )
    parser.add_argument("--more", action="store_true", help="a second identity, after the first")
    parser.add_argument(
        "--deny", type=int, metavar="COUNT", default=0, help="PERMISSION_DENIED so often, first"
    )
    return parser.parse_args()


def messages():
    """The classes of workloadapi.proto, made by Google's own library."""
    kinds = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="workloadapi.proto", syntax="proto3")

    def add(holder, number, name, kind, label=kinds.LABEL_OPTIONAL, type_name=None):
        holder.field.add(number=number, name=name, type=kind, label=label, type_name=type_name)

    identity = file.message_type.add(name="X509SVID")
    add(identity, 1, "spiffe_id", kinds.TYPE_STRING)
    add(identity, 2, "x509_svid", kinds.TYPE_BYTES)
    add(identity, 3, "x509_svid_key", kinds.TYPE_BYTES)
    add(identity, 4, "bundle", kinds.TYPE_BYTES)
    add(identity, 5, "hint", kinds.TYPE_STRING)
    answer = file.message_type.add(name="X509SVIDResponse")
    many, message = kinds.LABEL_REPEATED, kinds.TYPE_MESSAGE
    add(answer, 1, "svids", message, many, ".X509SVID")
    add(answer, 2, "crl", kinds.TYPE_BYTES, many)
    add(answer, 3, "federated_bundles", message, many, ".X509SVIDResponse.FederatedBundlesEntry")
    entry = answer.nested_type.add(name="FederatedBundlesEntry")
    entry.options.map_entry = True
    add(entry, 1, "key", kinds.TYPE_STRING)
    add(entry, 2, "value", kinds.TYPE_BYTES)
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("X509SVIDResponse"))


def garbage(size):
    """What has the outside of a certificate, and nothing of its inside."""
    return bytes([0x30, size]) + b"x" * size


def private_key(given, certificate):
    key = ec_key() if given.key == "other" else certificate.key
    protection = SECRET if given.key == "encrypted" else PLAIN
    der = key.private_bytes(form.Encoding.DER, PKCS8, protection)
    return garbage(40) if given.key == "garbage" else der


def bundle(given, root):
    """What the identities of the trust domain are proved by."""
    namesake = svids.namesake(given.domain)
    return {
        "good": root.der,
        "garbage": garbage(40),
        "other": svids.authority(f"{given.domain} once more").der,
        "exchange": namesake.der + root.der,
        "namesake": namesake.der,
    }[given.bundle]


def answer(given):
    root = svids.authority(given.domain)
    middle = [svids.intermediate(given.domain)] if given.intermediate else []
    identity = f"spiffe://{given.domain}{given.path}"
    certificate = svids.svid(middle[0] if middle else root, identity)
    chain = b"".join(part.der for part in [certificate, *middle])
    made = messages()()
    made.svids.add(
        spiffe_id=identity,
        x509_svid=garbage(40) if given.certificate == "garbage" else chain,
        x509_svid_key=private_key(given, certificate),
        bundle=bundle(given, root),
        hint="internal",
    )
    if given.more:
        other = svids.svid(svids.authority("second.org"), "spiffe://second.org/probe")
        made.svids.add(
            spiffe_id="spiffe://second.org/probe",
            x509_svid=other.der,
            x509_svid_key=other.key.private_bytes(form.Encoding.DER, PKCS8, PLAIN),
            bundle=svids.authority("second.org").der,
        )
    for domain in given.federate:
        made.federated_bundles[f"spiffe://{domain}"] = svids.authority(domain).der
    return made.SerializeToString()


def handlers(given, leaving):
    made = answer(given)
    calls = iter(range(1_000_000))

    def fetch(request, context):
        if ("workload.spiffe.io", "true") not in context.invocation_metadata():
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, REFUSAL)
        if request:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "the request is not empty")
        if next(calls) < given.deny:
            context.abort(grpc.StatusCode.PERMISSION_DENIED, "no identity issued")
        gone = threading.Event()
        context.add_callback(gone.set)
        yield made
        while not leaving.is_set() and not gone.wait(0.05):
            pass

    return grpc.method_handlers_generic_handler(
        "SpiffeWorkloadAPI", {"FetchX509SVID": grpc.unary_stream_rpc_method_handler(fetch)}
    )


def main():
    given = options()
    leaving = threading.Event()
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=64), options=[("grpc.so_reuseport", 0)]
    )
    server.add_generic_rpc_handlers([handlers(given, leaving)])
    with contextlib.ExitStack() as cleanup:
        if given.unix:
            server.add_insecure_port(f"unix:{given.unix}")
            cleanup.callback(lambda: os.path.exists(given.unix) and os.unlink(given.unix))
            address = f"unix:{given.unix}"
        else:
            address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        server.start()
        control.announce(address)
        control.obey()
        leaving.set()
        server.stop(0).wait()


if __name__ == "__main__":
    control.run(main)
