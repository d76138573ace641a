"""The trust domains that the tests of SPIFFE know, and identities in them.

    svids.py FOLDER

writes one for everything that can be right or wrong, as certificates.py does for servers.

The key of an authority is the hash of its trust domain's name. So every process has the same
authorities, and none has to tell another about them.
"""

import argparse
import hashlib

from certificates import BEGIN, END, PAST, Certificate, Folder, Usage, key_usage
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


def identities(folder):
    """Authorities, and servers that prove an identity or fail to."""
    root, middle = authority("example.org"), intermediate("example.org")
    folder.add("authority", root)
    folder.add("foreign-authority", authority("partner.test"))
    folder.add("namesake-authority", namesake("example.org"))
    folder.add("intermediate", middle)
    folder.add("probe", svid(root, "spiffe://example.org/probe"))
    below = svid(middle, "spiffe://example.org/probe")
    folder.add("probe-chain", below, middle)

    db = "spiffe://example.org/db"
    folder.add("db", svid(root, db))
    folder.add("db-below", svid(middle, db), middle)
    folder.add("db-incomplete", svid(middle, db))
    folder.add("db-and-host", svid(root, db, "db.internal"))
    folder.add("partner", svid(authority("partner.test"), "spiffe://partner.test/db"))
    folder.add("impostor", svid(namesake("example.org"), db))
    folder.add("stranger", svid(authority("partner.test"), db))
    folder.add("expired", svid(root, db, is_expired=True))
    folder.add("client-only", Certificate("db", root, names=[db], usage=[Usage.CLIENT_AUTH]))
    folder.add("no-key-usage", Certificate("db", root, names=[db]))
    for name, uris in {
        "no-uri": ["db.internal"], "no-names": [], "two-uris": [db, "https://example.org/"],
        "two-ids": [db, "spiffe://example.org/web"], "same-id-twice": [db, db],
        "no-spiffe-id": ["https://example.org/db"], "upper-case": ["spiffe://Example.org/db"],
        "no-path": ["spiffe://example.org"],
    }.items():
        folder.add(name, svid(root, *uris))
    folder.add("is-authority", svid(root, db, is_authority=True))
    folder.add("cannot-sign", Certificate("db", root, names=[db], ca=True, key_usage=IDENTIFIES))
    for use in "key_cert_sign", "crl_sign":
        uses = key_usage("digital_signature", use)
        folder.add(use, Certificate("db", root, names=[db], key_usage=uses))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    identities(Folder(parser.parse_args().folder))


if __name__ == "__main__":
    main()
