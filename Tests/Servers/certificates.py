"""Makes the certificates, keys and files of certificates that the tests of TLS need, in a folder.

    certificates.py FOLDER

NAME.pem is a certificate, with what a server sends along with it, and NAME.key its key. Nothing
that is made here is kept longer than a test run. What must be over or not yet begun is so by a
century, and what is valid ends on a date that tests can name.
"""

import argparse
import base64
import datetime
import hashlib
import ipaddress
import os
import textwrap

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs7, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID as Usage
from cryptography.x509.oid import NameOID


def date(text):
    return datetime.datetime.fromisoformat(text)


BEGIN = date("2020-01-01T00:00:00")
END = date("2089-06-30T12:34:56")
PAST = date("2021-02-03T04:05:06")
FUTURE = date("2088-01-02T03:04:05")
LOCAL = ["localhost", "127.0.0.1", "::1"]
BUNDLE_SIZE = 140
PLAIN = form.NoEncryption()
SECRET = form.BestAvailableEncryption(b"secret")
PKCS8 = form.PrivateFormat.PKCS8
TRADITIONAL = form.PrivateFormat.TraditionalOpenSSL


def named(text):
    if isinstance(text, x509.Name):
        return text
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def ec_key():
    return ec.generate_private_key(ec.SECP256R1())


def rsa_key(size=2048):
    return rsa.generate_private_key(65537, size)


def pem_of_key(key, shape=PKCS8, encryption=PLAIN):
    return key.private_bytes(form.Encoding.PEM, shape, encryption).decode()


def pem_block(label, content):
    text = base64.b64encode(content).decode()
    lines = [f"-----BEGIN {label}-----", *textwrap.wrap(text, 64), f"-----END {label}-----"]
    return "\n".join(lines) + "\n"


def alternative(text):
    """A subject alternative name: an address, a URI or a DNS name, by its looks."""
    if "//" in text:
        return x509.UniformResourceIdentifier(text)
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text.removeprefix("dns="))


def key_usage(*uses):
    """What a key is for (RFC 5280, section 4.2.1.3)."""
    every = [
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ]
    return x509.KeyUsage(**{use: use in uses for use in every})


# Some authorities here serve, too, which BoringSSL wants the last of these for.
SIGNS_AND_SERVES = key_usage("key_cert_sign", "crl_sign", "digital_signature")


class Certificate:
    """A certificate and its key, signed by another one or by itself."""

    def __init__(self, subject, issuer=None, key=None, names=(), begin=BEGIN, end=END, **more):
        self.key = key or ec_key()
        signer = issuer or self
        self.name = named(subject)
        builder = (
            x509.CertificateBuilder()
            .subject_name(self.name)
            .issuer_name(signer.name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )
        is_authority = more.get("ca", False)
        constraints = x509.BasicConstraints(is_authority, None)
        builder = builder.add_extension(constraints, critical=True)
        # Strict verifiers want it of every authority, e.g. Python's since 3.13.
        uses = more.get("key_usage", SIGNS_AND_SERVES if is_authority else None)
        if uses:
            builder = builder.add_extension(uses, critical=True)
        if names:
            san = x509.SubjectAlternativeName([alternative(name) for name in names])
            builder = builder.add_extension(san, critical=False)
        # Those that authorities of today write: which key has signed, where names may be equal.
        own = x509.SubjectKeyIdentifier.from_public_key(self.key.public_key())
        signers = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key())
        for identifier in [own, signers] if more.get("identifiers", True) else []:
            builder = builder.add_extension(identifier, critical=False)
        if "usage" in more:
            builder = builder.add_extension(x509.ExtendedKeyUsage(more["usage"]), critical=False)
        for extension in more.get("extensions", ()):
            builder = builder.add_extension(extension, critical=True)
        is_edwards = isinstance(signer.key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey))
        digest = None if is_edwards else more.get("digest", hashes.SHA256())
        self.made = builder.sign(signer.key, digest, rsa_padding=more.get("rsa_padding"))

    @property
    def pem(self):
        return self.made.public_bytes(form.Encoding.PEM).decode()

    @property
    def der(self):
        return self.made.public_bytes(form.Encoding.DER)

    @property
    def subject_hash(self):
        """What OpenSSL calls the file of this certificate in a directory of them.

        It is made of the name in lower case, without the outermost header, which is two bytes
        long for names as short as these.
        """
        lower = named(self.name.rfc4514_string().removeprefix("CN=").lower())
        digest = hashlib.sha1(lower.public_bytes()[2:]).digest()
        return f"{int.from_bytes(digest[:4], 'little'):08x}"


class Folder:
    def __init__(self, path):
        self.path = path

    def write(self, name, content):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        mode = "wb" if isinstance(content, bytes) else "w"
        with open(path, mode, **({} if mode == "wb" else {"newline": ""})) as file:
            file.write(content)

    def add(self, name, certificate, *chain):
        """NAME.pem with the chain that goes with it, and NAME.key."""
        self.write(f"{name}.pem", "".join(part.pem for part in [certificate, *chain]))
        self.write(f"{name}.key", pem_of_key(certificate.key))


class Authorities:
    def __init__(self):
        self.root = Certificate("Example Root", ca=True)
        self.middle = Certificate("Example Intermediate", self.root, ca=True)
        # Somebody else's, and somebody else's with our name.
        self.stranger = Certificate("Stranger Root", ca=True)
        self.double = Certificate("Example Root", ca=True)
        # Two of one name that only their keys tell apart, as old authorities wrote them.
        self.old, self.old_double = (
            Certificate("Old Root", ca=True, identifiers=False) for _ in range(2))


def servers(folder, ca):
    """Certificates for servers: those that are right, and one for everything that can be wrong."""
    leaf = {"issuer": ca.root, "names": LOCAL}
    folder.add("good", Certificate("good", **leaf))
    # The scripted peers' own: good for every name that the cases use.
    names = [*LOCAL, "0.0.0.0", "::", "health.example"]
    folder.add("scripted", Certificate("scripted", ca.root, names=names))
    folder.add("rsa", Certificate("rsa", key=rsa_key(), **leaf))
    for name, key in [
        ("p384", ec.generate_private_key(ec.SECP384R1())),
        ("p521", ec.generate_private_key(ec.SECP521R1())),
        ("ed25519", ed25519.Ed25519PrivateKey.generate()),
        ("ed448", ed448.Ed448PrivateKey.generate()),
    ]:
        folder.add(name, Certificate(name, key=key, **leaf))
    folder.add("weak", Certificate("weak", key=rsa_key(1024), **leaf))

    # A chain of signatures that all differ.
    salted = padding.PSS(padding.MGF1(hashes.SHA384()), padding.PSS.DIGEST_LENGTH)
    rsa_middle = Certificate(
        "RSA", ca.root, key=rsa_key(), ca=True, digest=hashes.SHA384())
    ed25519_middle = Certificate(
        "Ed25519", rsa_middle, key=ed25519.Ed25519PrivateKey.generate(), ca=True,
        digest=hashes.SHA384(), rsa_padding=salted)
    p384_middle = Certificate(
        "P-384", ed25519_middle, key=ec.generate_private_key(ec.SECP384R1()), ca=True)
    mixed = Certificate("mixed", p384_middle, names=LOCAL, digest=hashes.SHA512())
    folder.add("mixed", mixed, p384_middle, ed25519_middle, rsa_middle)

    bygone = Certificate("DSA Root", key=dsa.generate_private_key(1024), ca=True)
    folder.add("dsa", bygone)
    folder.add("below-dsa", Certificate("below", bygone, names=LOCAL))

    below = Certificate("below", ca.middle, names=LOCAL)
    folder.add("chain", below, ca.middle)
    folder.add("chain-with-root", below, ca.middle, ca.root)
    folder.add("chain-disordered", below, ca.root, ca.middle)
    folder.add("chain-incomplete", below)

    folder.add("other-name", Certificate("db", ca.root, names=["db.internal"]))
    many = [f"host-{number}.example.com" for number in range(60)]
    folder.add("many-names", Certificate("many", ca.root, names=many))
    crowd = [f"host-{number}.a-rather-long-name.example.com" for number in range(1500)]
    folder.add("crowd", Certificate("crowd", ca.root, names=crowd))
    folder.add("upper-case", Certificate("upper", ca.root, names=["LOCALHOST"]))
    folder.add("name-only", Certificate("name", ca.root, names=["localhost"]))
    folder.add("address-only", Certificate("address", ca.root, names=["127.0.0.1", "::1"]))
    folder.add("other-address", Certificate("other", ca.root, names=["192.0.2.1", "2001:db8::1"]))
    folder.add("address-as-name", Certificate("address", ca.root, names=["dns=127.0.0.1"]))
    folder.add("wildcard", Certificate("wildcard", ca.root, names=["*.example.com"]))
    folder.add("wildcard-short", Certificate("wildcard", ca.root, names=["*.internal"]))
    folder.add("mapped-address", Certificate("mapped", ca.root, names=["::ffff:127.0.0.1"]))
    folder.add("mapped-other", Certificate("mapped", ca.root, names=["::ffff:192.0.2.1"]))
    folder.add("bare-wildcard", Certificate("wildcard", ca.root, names=["*"]))
    folder.add("common-name", Certificate("localhost", ca.root))
    folder.add("common-name-too", Certificate("localhost", ca.root, names=["db.internal"]))
    folder.add("uri-only", Certificate("uri", ca.root, names=["spiffe://example.org/db"]))
    folder.add("nul", Certificate("nul", ca.root, names=["localhost\0.evil.example"]))
    folder.add("escapes", Certificate("esc", ca.root, names=["\x1b]0;owned\x07\x1b[2J.example"]))

    folder.add("expired", Certificate("expired", end=PAST, **leaf))
    folder.add("future", Certificate("future", begin=FUTURE, **leaf))
    gone = Certificate("Gone Intermediate", ca.root, ca=True, end=PAST)
    folder.add("below-expired", Certificate("below", gone, names=LOCAL), gone)
    folder.add("expired-other-name", Certificate("e", ca.root, names=["db.internal"], end=PAST))

    folder.add("client-only", Certificate("client", usage=[Usage.CLIENT_AUTH], **leaf))
    folder.add("server-only", Certificate("server", usage=[Usage.SERVER_AUTH], **leaf))
    purposes(folder, ca)
    strange = Certificate("strange", ca.stranger, names=LOCAL)
    folder.add("unknown", strange)
    folder.add("unknown-with-root", strange, ca.stranger)
    folder.add("unknown-expired", Certificate("s", ca.stranger, names=LOCAL, end=PAST))
    hostile = Certificate("\x1b]0;owned\x07\x1b[2J\nhint: trust me", ca=True)
    folder.add("unknown-hostile", Certificate("hostile", hostile, names=LOCAL))
    folder.add("double", Certificate("double", ca.double, names=LOCAL))
    folder.add("old", Certificate("old", ca.old, names=LOCAL, identifiers=False))
    folder.add("self-signed", Certificate("self", names=LOCAL, ca=True))
    folder.add("self-signed-leaf", Certificate("self", names=LOCAL))
    folder.add("self-signed-other-name", Certificate("self", names=["db.internal"], ca=True))

    good = Certificate("not a CA", **leaf)
    folder.add("below-leaf", Certificate("below", good, names=LOCAL), good)
    inside = x509.NameConstraints([x509.DNSName("example.com")], None)
    narrow = Certificate("Narrow", ca.root, ca=True, extensions=[inside])
    folder.add("constrained", Certificate("outside", narrow, names=["localhost"]), narrow)
    riddle = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\0")
    folder.add("critical", Certificate("critical", extensions=[riddle], **leaf))
    tampered = bytearray(good.der)
    tampered[-1] ^= 1
    folder.write("tampered.pem", pem_block("CERTIFICATE", bytes(tampered)))
    folder.write("tampered.key", pem_of_key(good.key))


def purposes(folder, ca):
    """Certificates that say what they and their keys are for, and what else they say wrongly."""
    leaf = {"issuer": ca.root, "names": LOCAL}
    anything = Usage.ANY_EXTENDED_KEY_USAGE
    folder.add("any-usage", Certificate("any", usage=[anything], **leaf))
    folder.add("any-usage-too", Certificate("any", usage=[Usage.CLIENT_AUTH, anything], **leaf))
    neighbour = x509.ObjectIdentifier(anything.dotted_string + ".1")
    folder.add("near-any-usage", Certificate("near", usage=[neighbour], **leaf))
    signs = key_usage("crl_sign")
    folder.add("key-usage", Certificate("key usage", key_usage=signs, **leaf))
    folder.add("any-usage-bad-key", Certificate(
        "any", usage=[anything], key_usage=signs, **leaf))
    for name, usage in {"any": anything, "near": neighbour, "client": Usage.CLIENT_AUTH}.items():
        middle = Certificate(f"Narrow {name}", ca.root, ca=True, usage=[usage])
        folder.add(f"below-{name}-usage", Certificate("below", middle, names=LOCAL), middle)
    leaf_usage = Certificate("Not a CA", ca.root, usage=[anything])
    folder.add("below-any-usage-leaf", Certificate("b", leaf_usage, names=LOCAL), leaf_usage)
    silent = Certificate("Silent", ca.root, ca=True, key_usage=signs)
    folder.add("below-silent", Certificate("below", silent, names=LOCAL), silent)

    other = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca.double.key.public_key())
    folder.add("other-identifier", Certificate(
        "other", identifiers=False, extensions=[other], **leaf))
    middle_double = Certificate("Example Intermediate", ca.root, ca=True)
    folder.add("below-double", Certificate(
        "below", middle_double, names=LOCAL, identifiers=False), ca.middle)
    garbage = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.17"), b"\x05\0")
    broken = Certificate("Broken", ca.root, ca=True, extensions=[garbage])
    folder.add("below-malformed", Certificate("below", broken, names=LOCAL), broken)
    parts = [(NameOID.COUNTRY_NAME, "DE"), (NameOID.ORGANIZATION_NAME, "Example, Inc."),
             (NameOID.COMMON_NAME, "Root")]
    # That only their keys tell apart; the right one comes last.
    doubles = [Certificate("Example Intermediate", ca.root, ca=True, identifiers=False)
               for _ in range(40)]
    below = Certificate("below", ca.middle, names=LOCAL, identifiers=False)
    folder.add("below-doubles", below, *doubles[:3], ca.middle)
    folder.add("below-crowd", below, *doubles, ca.middle)
    organization = x509.Name([x509.NameAttribute(*part) for part in parts])
    root = Certificate(organization, ca=True)
    folder.add("of-organization", Certificate("of", root, names=LOCAL))


def clients(folder, ca):
    """Certificates for clients, and their keys in every form that keys are kept in."""
    leaf = {"issuer": ca.root, "usage": [Usage.CLIENT_AUTH]}
    client = Certificate("client", **leaf)
    folder.add("client", client)
    below = Certificate("client below", ca.middle)
    folder.add("client-chain", below, ca.middle)
    folder.add("client-chain-incomplete", below)
    folder.add("client-unknown", Certificate("client", ca.stranger))
    folder.add("client-expired", Certificate("client", end=PAST, **leaf))
    folder.add("client-ed25519", Certificate("c", key=ed25519.Ed25519PrivateKey.generate(), **leaf))
    rsa_client = Certificate("client", key=rsa_key(), **leaf)
    folder.add("client-rsa", rsa_client)

    for name, curve in {"koblitz": ec.SECP256K1(), "brainpool": ec.BrainpoolP256R1()}.items():
        folder.add(f"client-{name}", Certificate(
            "client", key=ec.generate_private_key(curve), **leaf))
    folder.write("client-pkcs1.key", pem_of_key(rsa_client.key, TRADITIONAL))
    sec1 = pem_of_key(client.key, TRADITIONAL)
    folder.write("client-sec1.key", sec1)
    # As `openssl ecparam -genkey` writes it: the name of the curve, and then the key.
    curve = bytes.fromhex("06082a8648ce3d030107")
    folder.write("client-parameters.key", pem_block("EC PARAMETERS", curve) + sec1)
    folder.write("client-sec1-encrypted.key", pem_of_key(client.key, TRADITIONAL, SECRET))
    folder.write("client-pkcs1-encrypted.key", pem_of_key(rsa_client.key, TRADITIONAL, SECRET))
    folder.write("client-pkcs8-encrypted.key", pem_of_key(client.key, PKCS8, SECRET))
    pkcs8 = pem_of_key(client.key)
    folder.write("client-windows.key", pkcs8.replace("\n", "\r\n"))
    folder.write("client-windows.pem", client.pem.replace("\n", "\r\n"))
    # As `openssl pkcs12` writes them.
    bag = "Bag Attributes\n    friendlyName: client\nsubject=CN = client\n"
    folder.write("client-bag.pem", bag + client.pem)
    folder.write("client-bag.key", "Key Attributes: <No Attributes>\n" + pkcs8)
    folder.write("client-both.pem", client.pem + pkcs8)
    folder.write("client-both-reversed.pem", pkcs8 + client.pem)
    folder.write("client.der", client.der)
    folder.write("client-key.der", client.key.private_bytes(
        form.Encoding.DER, PKCS8, PLAIN))
    folder.write("client.p12", pkcs12.serialize_key_and_certificates(
        b"client", client.key, client.made, None, SECRET))
    folder.write("client.p7b", pkcs7.serialize_certificates([client.made], form.Encoding.PEM))
    request = x509.CertificateSigningRequestBuilder().subject_name(client.name)
    folder.write("client.csr", request.sign(client.key, hashes.SHA256()).public_bytes(
        form.Encoding.PEM).decode())
    folder.write("public.key", client.key.public_key().public_bytes(
        form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo).decode())
    folder.write("cut-off.pem", client.pem[:300])
    folder.write("cut-off.key", pkcs8[:100])


def trust(folder, ca):
    """Files and directories of certificates to trust."""
    folder.add("ca", ca.root)
    folder.add("intermediate", ca.middle)
    folder.add("stranger", ca.stranger)
    folder.write("both.pem", ca.stranger.pem + ca.root.pem)
    folder.write("whole-chain.pem", ca.root.pem + ca.middle.pem)
    folder.write("double-first.pem", ca.double.pem + ca.root.pem)
    for name, parts in {
        "old-first": [ca.old, ca.old_double], "old-last": [ca.old_double, ca.old],
        "old-double": [ca.old_double],
    }.items():
        folder.write(f"{name}.pem", "".join(part.pem for part in parts))
    # Of the same name and even of the same key, but of no use.
    gone = Certificate("Example Root", key=ca.root.key, ca=True, end=PAST)
    plain = Certificate("Example Root", key=ca.root.key)
    gone_middle = Certificate(
        "Example Intermediate", ca.root, key=ca.middle.key, ca=True, end=PAST)
    folder.write("expired-ca.pem", gone.pem)
    folder.write("expired-first.pem", gone.pem + ca.root.pem)
    folder.write("expired-last.pem", ca.root.pem + gone.pem)
    folder.write("no-authority-first.pem", plain.pem + ca.root.pem)
    folder.write("expired-intermediate-first.pem", gone_middle.pem + ca.root.pem)
    folder.write("ca.der", ca.root.der)
    folder.write("empty.pem", "")
    folder.write("garbage.pem", "This is not a certificate.\n" * 40)
    folder.write("binary.pem", bytes(range(256)) * 40)
    damaged = pem_block("CERTIFICATE", b"This is not a certificate." * 20)
    folder.write("damaged.pem", damaged)
    folder.write("damaged-then-good.pem", damaged + ca.root.pem)
    folder.write("windows.pem", ca.root.pem.replace("\n", "\r\n"))

    key = ec_key()
    others = [Certificate(f"Other Root {n}", key=key, ca=True) for n in range(BUNDLE_SIZE)]
    half = BUNDLE_SIZE // 2
    with_ours = [*others[:half], ca.double, ca.root, *others[half:]]
    text = "".join(f"\n# {part.name.rfc4514_string()}\n{part.pem}" for part in with_ours)
    folder.write("bundle.pem", text)
    folder.write("bundle-windows.pem", text.replace("\n", "\r\n"))
    folder.write("bundle-of-others.pem", "".join(part.pem for part in others))

    # As `openssl rehash` makes them, here with copies in the place of links.
    for name, parts in {
        "hashed": [ca.double, ca.root],
        "hashed-first": [ca.root, ca.double],
        "hashed-double": [ca.double],
        "hashed-others": others[:3],
        "hashed-intermediate": [ca.middle],
        "hashed-expired": [gone],
        "hashed-expired-first": [gone, ca.root],
        "hashed-no-authority": [plain],
        "hashed-no-authority-first": [plain, ca.root],
        "hashed-expired-intermediate": [gone_middle, ca.root],
        "hashed-and-loose": others[:3],
    }.items():
        for part in parts:
            number = 0
            while os.path.exists(f"{folder.path}/{name}/{part.subject_hash}.{number}"):
                number += 1
            folder.write(f"{name}/{part.subject_hash}.{number}", part.pem)
    folder.write("hashed-and-loose/intermediate.pem", ca.middle.pem)
    folder.write("unhashed/root.pem", ca.root.pem)
    folder.write("unhashed/other.crt", others[0].pem)
    os.mkdir(os.path.join(folder.path, "empty"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    folder = Folder(parser.parse_args().folder)
    authorities = Authorities()
    servers(folder, authorities)
    clients(folder, authorities)
    trust(folder, authorities)


if __name__ == "__main__":
    main()
