"""The trust domains that the tests of SPIFFE know, and identities in them.

The key of an authority is the hash of its trust domain's name. So every process has the same
authorities, and none has to tell another about them.
"""

import hashlib

from certificates import BEGIN, END, PAST, Certificate, key_usage
from cryptography.hazmat.primitives.asymmetric import ec

IDENTIFIES = key_usage("digital_signature")


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
    )


def intermediate(domain):
    """An authority below the root of a trust domain."""
    return Certificate(f"Intermediate of {domain}", authority(domain), ca=True)


def svid(issuer, *uris, is_authority=False, is_expired=False):
    """A certificate for an identity; the names are not checked, so that they can be wrong."""
    return Certificate(
        "workload",
        issuer,
        names=list(uris),
        ca=is_authority,
        begin=BEGIN,
        end=PAST if is_expired else END,
        **{} if is_authority else {"key_usage": IDENTIFIES},
    )
