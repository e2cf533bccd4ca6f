"""The trust file: whom a reader believes who has no laboratory at hand.

PEM certificates, to which signatures in a report must lead, and beside them the public keys of ledgers, a line each.
Everything else in the file is a remark. It says whom to trust, so it must come another way than the report.
"""

import re
from collections.abc import Iterable

from lims.ledger.checkpoint import VerifierKey

_CERTIFICATE = re.compile(rb"-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----")
_HEAD = "Trust file of a laboratory: certificates of signers, and keys of its ledger. Compare both with another source."


def trust_file(roots: Iterable[bytes], keys: Iterable[VerifierKey]) -> bytes:
    """Write a trust file.

    Parameters
    ----------
    roots : iterable of bytes
        PEM files; their certificates are taken, each once, and nothing else of them.
    keys : iterable of VerifierKey
        Of ledgers.
    """
    certificates = [found.replace(b"\r\n", b"\n") for file in roots for found in _CERTIFICATE.findall(file)]
    lines = [key.to_text().encode() for key in keys]
    return b"\n".join((_HEAD.encode(), *dict.fromkeys((*lines, *certificates)))) + b"\n"
