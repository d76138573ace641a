"""The trust domains that the tests of SPIFFE know, and identities in them.

The key of an authority is the hash of its trust domain's name. So every process has the same
authorities, and none has to tell another about them.
"""

import hashlib

from certificates import BEGIN, END, PAST, Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

NO_USAGE = dict.fromkeys(
    [
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    ],
    False,
)
# BoringSSL takes no certificate for a server that has not the first of these.
SERVES_AND_SIGNS = x509.KeyUsage(
    **{**NO_USAGE, "digital_signature": True, "key_cert_sign": True}
)
SIGNS = x509.KeyUsage(**{**NO_USAGE, "key_cert_sign": True})
IDENTIFIES = x509.KeyUsage(**{**NO_USAGE, "digital_signature": True})


def derived_key(text):
    return ec.derive_private_key(
        int.from_bytes(hashlib.sha256(text.encode()).digest(), "big"), ec.SECP256R1()
    )


def authority(domain):
    """The root of a trust domain."""
    return Certificate(
        f"Authority of {domain}",
        key=derived_key(domain),
        names=[f"spiffe://{domain}"],
        ca=True,
        extensions=[SIGNS],
    )


def namesake(domain):
    """An authority with the name of a trust domain's root and another key. Nothing but a
    signature tells the two apart: it was made without key identifiers.
    """
    return Certificate(
        f"Authority of {domain}",
        key=derived_key(f"{domain} of old"),
        names=[f"spiffe://{domain}"],
        ca=True,
        identifiers=False,
        extensions=[SIGNS],
    )


def intermediate(domain):
    """An authority below the root of a trust domain."""
    return Certificate(
        f"Intermediate of {domain}", authority(domain), ca=True, extensions=[SIGNS]
    )


def svid(issuer, *uris, is_authority=False, is_expired=False):
    """A certificate for an identity; the names are not checked, so that they can be wrong."""
    return Certificate(
        "workload",
        issuer,
        names=list(uris),
        ca=is_authority,
        begin=BEGIN,
        end=PAST if is_expired else END,
        extensions=[SERVES_AND_SIGNS if is_authority else IDENTIFIES],
    )
