"""A desk whose documents are small and whose signatures are real: ECDSA keys of people, made once a process.

The content is what the laboratory's desk prints, as canonical JSON; only paper and PDF are left out. Each signature
covers every byte before it, so that whoever holds the public keys finds any change.
"""

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from tests.builders.laboratories import PlainDesk

_MARK = b"\nsigned as "


@cache
def key_of(person: str) -> ec.EllipticCurvePrivateKey:
    """Give the key of a person; the number chooses it, so that nothing has to be kept."""
    digest = int.from_bytes(hashlib.sha256(f"key of {person}".encode()).digest())
    return ec.derive_private_key(digest % (2**255) + 1, ec.SECP256R1())


@dataclass
class KeyedDesk(PlainDesk):
    """Signs with the keys of people."""

    @property
    def signature_level(self) -> str:
        return "ECDSA P-256 over every byte before it"

    def _sign(self, pdf: bytes, part: str, person: Any, number: str, at: Any, pin: str | None) -> Any:
        signed = super()._sign(pdf, part, person, number, at, pin)
        made = key_of(person.number).sign(signed.pdf, ec.ECDSA(hashes.SHA256()))
        whole = signed.pdf + b"key " + base64.b64encode(made) + b"\n"
        proof = {**signed.proof, "sha256_after": hashlib.sha256(whole).hexdigest()}
        return type(signed)(pdf=whole, proof=proof)


def signatures(document: bytes) -> list[tuple[str, str]]:
    """Give part and person of every signature of a document, in their order.

    Raises
    ------
    AssertionError
        If one does not fit the bytes before it.
    """
    found, place = [], document.find(_MARK)
    while place >= 0:
        line_end = document.index(b"\n", place + 1) + 1
        key_end = document.index(b"\n", line_end) + 1
        part, person = document[place + len(_MARK) : line_end].decode().split(" at ")[0].split(" by ")
        _verify(person, document[:line_end], document[line_end + 4 : key_end])
        found.append((part, person))
        place = document.find(_MARK, key_end - 1)
    return found


def _verify(person: str, signed: bytes, signature: bytes) -> None:
    try:
        key_of(person).public_key().verify(base64.b64decode(signature), signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise AssertionError(f"the signature of {person} does not fit the document") from error


def content_of(document: bytes) -> dict[str, Any]:
    """Read what a document says."""
    content: dict[str, Any] = json.loads(document[: document.index(b"\n")])
    return content
