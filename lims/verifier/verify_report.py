#!/usr/bin/env python3
"""Check a signed laboratory report without trusting the laboratory, or any program but this one file.

    python3 -I -S verify_report.py REPORT.pdf --checkpoint REPORT.receipt.json --trust ROOTS.pem

Needs Python 3.9 or newer and nothing else: no network, no packages. It reads the PDF, checks both signatures with their
certificates and time stamps, checks the ledger's proofs, and repeats the arithmetic of the report from the data that
the file carries. What it cannot check it says; what it cannot read is never VALID.

The file has sections, each of which needs only those above it: bounds; DER (X.690); RSA (RFC 8017), ECDSA (FIPS 186-5)
and Ed25519 (RFC 8032); certificates and revocation lists (RFC 5280); signed messages (RFC 5652) and time stamps
(RFC 3161); PDF (ISO 32000); the fields of a report; the ledger (RFC 8785, RFC 9162, C2SP signed notes); the arithmetic;
the verdict; the command line.

Exit codes: 0 VALID, 3 SUPERSEDED, 4 ALTERED, 5 NOT ISSUED, 6 CANNOT SAY, 7 WITHDRAWN, 2 for a wrong command line.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import html
import json
import math
import re
import sys
import time
import unicodedata
import zlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal, InvalidOperation
from fractions import Fraction
from statistics import NormalDist
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

# --- Bounds: whatever file comes, it costs limited time and memory ---------------------------------------------------

LARGEST_PDF = 200 * 2**20
LARGEST_RECEIPT = 16 * 2**20
LARGEST_STREAM = 32 * 2**20
LARGEST_INFLATED = 128 * 2**20
"""Of all streams of a file together."""
MOST_OBJECTS = 300_000
MOST_REVISIONS = 64
MOST_DER_NODES = 1_000_000
"""A list of a hundred thousand revoked certificates has half of that."""
LARGEST_STORE = 16 * 2**20
"""Of all data for long-term validation together."""
MOST_SECONDS = 60.0
"""Of computing, for one file."""
MOST_CHAIN_STEPS = 200
"""Signatures of certificates and revocation lists that are tried for one file."""
DEEPEST = 48
LONGEST_SHOWN = 300


class ReadingError(ValueError):
    """Something that cannot be read, or does not hold; its words say what."""


UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError, MemoryError)
"""What reading a damaged file may end with; each means that it cannot be read."""


class OutOfTimeError(Exception):
    """A file asks for more computing than one file may have."""


class Patience:
    """How long a file is computed with; loops that a file can make long ask it."""

    until = math.inf

    @classmethod
    def begin(cls) -> None:
        """Give a file its time."""
        cls.until = time.process_time() + MOST_SECONDS

    @classmethod
    def spend(cls) -> None:
        """Go on, or stop where the time is used up."""
        if time.process_time() > cls.until:
            raise OutOfTimeError


def shown(text: object) -> str:
    """Bring somebody else's words to one short printable line."""
    plain = "".join(c if c.isprintable() else " " for c in str(text)[: 2 * LONGEST_SHOWN])
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST_SHOWN else plain[:LONGEST_SHOWN] + "..."


# --- DER (ITU-T X.690), strict: one way to write each value -----------------------------------------------------------

BOOLEAN, INTEGER, BITS, OCTETS, NULL, OID, ENUMERATED = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0A
SEQUENCE, SET, UTC_TIME, GENERAL_TIME = 0x30, 0x31, 0x17, 0x18


class Der(NamedTuple):
    """One element: its tag and where its parts lie."""

    data: bytes
    start: int
    tag: int
    body: int
    end: int

    @property
    def raw(self) -> bytes:
        """The whole element."""
        return self.data[self.start : self.end]

    @property
    def content(self) -> bytes:
        """The element without tag and length."""
        return self.data[self.body : self.end]

    def of(self, tag: int) -> Der:
        """Require a tag."""
        if self.tag != tag:
            raise ReadingError(f"DER: tag {self.tag:#04x} at byte {self.start}, expected {tag:#04x}")
        return self

    def children(self) -> List[Der]:
        """Give the elements inside."""
        if not self.tag & 0x20:
            raise ReadingError(f"DER: nothing can stand inside tag {self.tag:#04x}")
        found: List[Der] = []
        at = self.body
        while at < self.end:
            found.append(read_der(self.data, at, self.end))
            at = found[-1].end
            if len(found) > MOST_DER_NODES:
                raise ReadingError("DER: too many elements")
        return found

    def inner(self) -> Der:
        """Give the one element inside."""
        children = self.children()
        if len(children) != 1:
            raise ReadingError(f"DER: {len(children)} elements, expected one")
        return children[0]


def read_der(data: bytes, at: int, end: int) -> Der:
    """Read one element; lengths are definite and as short as can be."""
    Patience.spend()
    if at + 2 > end or data[at] & 0x1F == 0x1F:
        raise ReadingError(f"DER: no element at byte {at}")
    tag, length, body = data[at], data[at + 1], at + 2
    if length >= 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4 or body + count > end or not data[body]:
            raise ReadingError(f"DER: a length that is not in its one form, at byte {at}")
        length = int.from_bytes(data[body : body + count], "big")
        body += count
        if length < 0x80:
            raise ReadingError(f"DER: a length that is longer than needed, at byte {at}")
    if body + length > end:
        raise ReadingError(f"DER: the element at byte {at} goes beyond its frame")
    return Der(data, at, tag, body, body + length)


def one_der(data: bytes) -> Der:
    """Read bytes that are one element, and all of it in DER."""
    node = read_der(data, 0, len(data))
    if node.end != len(data):
        raise ReadingError(f"DER: {len(data) - node.end} bytes after the element")
    waiting, seen = [(node, 0)], 0
    while waiting:
        one, depth = waiting.pop()
        seen += 1
        if depth > DEEPEST or seen > MOST_DER_NODES:
            raise ReadingError("DER: nested too deeply, or too many elements")
        if one.tag & 0x20:
            waiting += [(child, depth + 1) for child in one.children()]
        elif one.tag == INTEGER:
            integer(one)
        elif one.tag == BOOLEAN and one.content not in {b"\x00", b"\xff"}:
            raise ReadingError("DER: a truth value that is neither 00 nor FF")
    return node


def integer(node: Der) -> int:
    """Read an integer; no needless leading bytes."""
    data = node.of(INTEGER).content
    if not data or (len(data) > 1 and ((data[0] == 0 and data[1] < 0x80) or (data[0] == 0xFF and data[1] >= 0x80))):
        raise ReadingError("DER: an integer that is not in its one form")
    return int.from_bytes(data, "big", signed=True)


def oid(node: Der) -> str:
    """Read an object identifier as dotted numbers."""
    data = node.of(OID).content
    if not data or data[-1] & 0x80 or len(data) > 64:
        raise ReadingError("DER: a damaged object identifier")
    arcs, value = [], 0
    for byte in data:
        if value == 0 and byte == 0x80:
            raise ReadingError("DER: an object identifier that is not in its one form")
        value = value << 7 | byte & 0x7F
        if not byte & 0x80:
            arcs.append(value)
            value = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))


def bits(node: Der) -> bytes:
    """Read a bit string of whole bytes."""
    data = node.of(BITS).content
    if not data or data[0] != 0:
        raise ReadingError("DER: a bit string that does not end with a whole byte")
    return data[1:]


def moment(node: Der) -> datetime:
    """Read a time of a certificate or a time stamp; always UTC."""
    text = node.content.decode("ascii", "replace")
    if node.tag == UTC_TIME and re.fullmatch(r"\d{12}Z", text):
        text = ("19" if text >= "5" else "20") + text
    elif node.tag != GENERAL_TIME or not re.fullmatch(r"\d{14}(\.\d{1,6})?Z", text):
        raise ReadingError(f"DER: {shown(text)!r} is no time in UTC")
    try:
        whole = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    except ValueError as error:
        raise ReadingError(f"DER: {shown(text)!r} is no time") from error
    return whole + timedelta(microseconds=int((text[15:-1] or "0").ljust(6, "0")))


# --- Signatures -------------------------------------------------------------------------------------------------------

RSA_KEY, PSS, EC_KEY, ED25519 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10", "1.2.840.10045.2.1", "1.3.101.112"
DIGESTS = {
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
RSA_WITH = {
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
ECDSA_WITH = {"1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512"}
MGF1 = "1.2.840.113549.1.1.8"
SMALLEST_RSA, LARGEST_RSA = 2048, 8192
GOST = ("1.2.643.", "1.2.398.3.10.")
"""Russian and Kazakh algorithms begin with these."""
DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def digest(name: str, data: bytes) -> bytes:
    """Hash with SHA-256, SHA-384 or SHA-512."""
    return hashlib.new(name, data).digest()


def digest_name(node: Der) -> str:
    """Read the algorithm of a hash: SHA-1 and older ones prove nothing today."""
    parts = node.of(SEQUENCE).children()
    name = oid(parts[0]) if parts else ""
    if name not in DIGESTS or len(parts) > 2 or (len(parts) == 2 and parts[1].raw != b"\x05\x00"):
        raise ReadingError(f"hash algorithm {name} is not supported here")
    return DIGESTS[name]


def verifies(key: Der, algorithm: Der, signature: bytes, message: bytes, *, hashed: str = "") -> bool:
    """Check a signature.

    ``key`` is a SubjectPublicKeyInfo, ``algorithm`` an AlgorithmIdentifier; ``hashed`` is the hash that a signed
    message names beside a bare RSA identifier.
    """
    parts = algorithm.of(SEQUENCE).children()
    name = oid(parts[0]) if parts else ""
    info = key.of(SEQUENCE).children()
    if len(info) != 2:
        raise ReadingError("a public key of an unknown form")
    kind = oid(info[0].children()[0])
    if (name.startswith(GOST) or kind.startswith(GOST)) and name:
        raise ReadingError(f"algorithm not supported here: {name} (a GOST algorithm needs a program that has it)")
    if kind in {RSA_KEY, PSS} and (name in RSA_WITH or (name == RSA_KEY and hashed)):
        return rsa_pkcs1(rsa_key(info[1]), RSA_WITH.get(name, hashed), signature, message)
    if kind in {RSA_KEY, PSS} and name == PSS and len(parts) == 2:
        return rsa_pss(rsa_key(info[1]), pss_parameters(parts[1]), signature, message)
    if kind == EC_KEY and name in ECDSA_WITH:
        curve = CURVES.get(oid(info[0].children()[1].of(OID)))
        if curve is None:
            raise ReadingError("algorithm not supported here: an elliptic curve other than P-256, P-384 and P-521")
        return ecdsa(curve, bits(info[1]), digest(ECDSA_WITH[name], message), signature)
    if kind == ED25519 == name:
        return ed25519(bits(info[1]), signature, message)
    raise ReadingError(f"algorithm not supported here: {name} with a key of the kind {kind}")


class RsaKey(NamedTuple):
    """Modulus and exponent."""

    n: int
    e: int


def rsa_key(node: Der) -> RsaKey:
    """Read an RSA public key of a size that holds and can be counted with."""
    parts = [integer(one) for one in one_der(bits(node)).of(SEQUENCE).children()]
    if len(parts) != 2:
        raise ReadingError("an RSA key of an unknown form")
    key = RsaKey(*parts)
    if not SMALLEST_RSA <= key.n.bit_length() <= LARGEST_RSA or not key.n & 1:
        raise ReadingError(f"an RSA key of {key.n.bit_length()} bits; expected {SMALLEST_RSA} to {LARGEST_RSA}")
    if not 3 <= key.e < 2**64 or not key.e & 1:
        raise ReadingError("an RSA key with an exponent that nobody uses")
    return key


def rsa_opened(key: RsaKey, signature: bytes) -> Optional[bytes]:
    """Raise a signature to the public exponent; None if it is no number below the modulus."""
    size = (key.n.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    return pow(value, key.e, key.n).to_bytes(size, "big") if len(signature) == size and value < key.n else None


def rsa_pkcs1(key: RsaKey, name: str, signature: bytes, message: bytes) -> bool:
    """Verify RSASSA-PKCS1-v1_5 (RFC 8017, 8.2.2): the whole padded block is built and compared."""
    told = DIGEST_INFO[name] + digest(name, message)
    size = (key.n.bit_length() + 7) // 8
    return rsa_opened(key, signature) == b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told


class PssParameters(NamedTuple):
    """Hash, hash of the mask, bytes of salt."""

    name: str
    mask: str
    salt: int


def pss_parameters(node: Der) -> PssParameters:
    """Read the parameters of RSASSA-PSS; the defaults name SHA-1 and are refused by that."""
    parts = {one.tag: one.inner() for one in node.of(SEQUENCE).children()}
    if not {0xA0, 0xA1} <= set(parts) <= {0xA0, 0xA1, 0xA2, 0xA3}:
        raise ReadingError("RSASSA-PSS without named hashes")
    mask = parts[0xA1].of(SEQUENCE).children()
    if len(mask) != 2 or oid(mask[0]) != MGF1 or (0xA3 in parts and integer(parts[0xA3]) != 1):
        raise ReadingError("RSASSA-PSS with unknown parameters")
    salt = integer(parts[0xA2]) if 0xA2 in parts else 20
    return PssParameters(digest_name(parts[0xA0]), digest_name(mask[1]), salt)


def rsa_pss(key: RsaKey, how: PssParameters, signature: bytes, message: bytes) -> bool:
    """Verify RSASSA-PSS (RFC 8017, 8.1.2 and 9.1.2)."""
    opened = rsa_opened(key, signature)
    spare = key.n.bit_length() - 1
    size, length = (spare + 7) // 8, len(digest(how.name, b""))
    if opened is None or any(opened[: len(opened) - size]) or not 0 <= how.salt <= size - length - 2:
        return False
    block = opened[len(opened) - size :]
    masked, found = block[: size - length - 1], block[size - length - 1 : -1]
    free = 8 * size - spare
    if block[-1] != 0xBC or masked[0] >> (8 - free):
        return False
    plain = bytes(a ^ b for a, b in zip(masked, mask_of(how.mask, found, len(masked))))
    plain = bytes([plain[0] & (0xFF >> free)]) + plain[1:]
    zeros = len(plain) - how.salt - 1
    if any(plain[:zeros]) or plain[zeros] != 1:
        return False
    return digest(how.name, bytes(8) + digest(how.name, message) + plain[zeros + 1 :]) == found


def mask_of(name: str, seed: bytes, length: int) -> bytes:
    """Make a mask (MGF1, RFC 8017, B.2.1)."""
    step = len(digest(name, b""))
    parts = (digest(name, seed + count.to_bytes(4, "big")) for count in range(-(-length // step)))
    return b"".join(parts)[:length]


class Curve(NamedTuple):
    """y^2 = x^3 - 3x + b over the field of p, with a point g of order n."""

    p: int
    b: int
    gx: int
    gy: int
    n: int


CURVES = {  # SEC 2, sections 2.4.2, 2.5.1 and 2.6.1
    "1.2.840.10045.3.1.7": Curve(
        0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
        0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
        0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    ),
    "1.3.132.0.34": Curve(
        2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
        0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    ),
    "1.3.132.0.35": Curve(
        2**521 - 1,
        int(
            "0051953EB9618E1C9A1F929A21A0B68540EEA2DA725B99B315F3B8B489918EF109E156193951EC7E937B1652C0BD3BB1BF07"
            "3573DF883D2C34F1EF451FD46B503F00",
            16,
        ),
        int(
            "00C6858E06B70404E9CD9E3ECB662395B4429C648139053FB521F828AF606B4D3DBAA14B5E77EFE75928FE1DC127A2FFA8DE"
            "3348B3C1856A429BF97E7E31C2E5BD66",
            16,
        ),
        int(
            "011839296A789A3BC0045C8A5FB42C7D1BD998F54449579B446817AFBD17273E662C97EE72995EF42640C550B9013FAD0761"
            "353C7086A272C24088BE94769FD16650",
            16,
        ),
        2**521 - 2**264 + 0xFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
    ),
}
Point = Tuple[int, int, int]
"""Jacobian coordinates; (0, 1, 0) is the point at infinity."""
INFINITY: Point = (0, 1, 0)


def doubled(curve: Curve, point: Point) -> Point:
    """Add a point to itself."""
    x, y, z = point
    p = curve.p
    if not z or not y:
        return INFINITY
    square = y * y % p
    s = 4 * x * square % p
    m = 3 * (x - z * z) * (x + z * z) % p
    nx = (m * m - 2 * s) % p
    return nx, (m * (s - nx) - 8 * square * square) % p, 2 * y * z % p


def added(curve: Curve, one: Point, other: Point) -> Point:
    """Add two points."""
    if not one[2] or not other[2]:
        return other if not one[2] else one
    p = curve.p
    z1, z2 = one[2] * one[2] % p, other[2] * other[2] % p
    u1, u2 = one[0] * z2 % p, other[0] * z1 % p
    s1, s2 = one[1] * z2 * other[2] % p, other[1] * z1 * one[2] % p
    h, r = (u2 - u1) % p, (s2 - s1) % p
    if not h:
        return INFINITY if r else doubled(curve, one)
    h2 = h * h % p
    h3, v = h * h2 % p, u1 * h2 % p
    x = (r * r - h3 - 2 * v) % p
    return x, (r * (v - x) - s1 * h3) % p, h * one[2] * other[2] % p


def combined(curve: Curve, first: int, second: int, point: Point) -> Point:
    """Give first times the generator plus second times a point."""
    g: Point = (curve.gx, curve.gy, 1)
    table = (None, g, point, added(curve, g, point))
    total = INFINITY
    for place in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = doubled(curve, total)
        chosen = table[(first >> place & 1) + 2 * (second >> place & 1)]
        if chosen is not None:
            total = added(curve, total, chosen)
    return total


def ecdsa(curve: Curve, key: bytes, hashed: bytes, signature: bytes) -> bool:
    """Verify ECDSA (FIPS 186-5, 6.4.2) with an uncompressed key and a signature in DER."""
    size = (curve.p.bit_length() + 7) // 8
    if len(key) != 2 * size + 1 or key[0] != 4:
        raise ReadingError("a key on an elliptic curve in another form than the uncompressed one")
    x, y = int.from_bytes(key[1 : size + 1], "big"), int.from_bytes(key[size + 1 :], "big")
    if max(x, y) >= curve.p or (y * y - x * x * x + 3 * x - curve.b) % curve.p:
        raise ReadingError("a key that is no point of its curve")
    try:
        r, s = (integer(one) for one in one_der(signature).of(SEQUENCE).children())
    except ValueError:
        return False
    if not (0 < r < curve.n and 0 < s < curve.n):
        return False
    e = int.from_bytes(hashed, "big") >> max(0, 8 * len(hashed) - curve.n.bit_length())
    w = pow(s, -1, curve.n)
    found = combined(curve, e * w % curve.n, r * w % curve.n, (x, y, 1))
    if not found[2]:
        return False
    return found[0] * pow(found[2], -2, curve.p) % curve.p % curve.n == r


ED_P = 2**255 - 19
ED_L = 2**252 + 27742317777372353535851937790883648493
ED_D = -121665 * pow(121666, -1, ED_P) % ED_P
EdPoint = Tuple[int, int, int, int]


def ed_added(one: EdPoint, other: EdPoint) -> EdPoint:
    """Add two points (RFC 8032, 5.1.4)."""
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % ED_P, (one[1] + one[0]) * (other[1] + other[0]) % ED_P
    c, d = 2 * one[3] * other[3] * ED_D % ED_P, 2 * one[2] * other[2] % ED_P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % ED_P, g * h % ED_P, f * g % ED_P, e * h % ED_P


def ed_times(number: int, point: EdPoint) -> EdPoint:
    """Multiply a point."""
    total: EdPoint = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = ed_added(total, point)
        point, number = ed_added(point, point), number >> 1
    return total


def ed_read(data: bytes) -> Optional[EdPoint]:
    """Read a point (RFC 8032, 5.1.3); None if the bytes are none."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= ED_P:
        return None
    square = (y * y - 1) * pow(ED_D * y * y + 1, -1, ED_P) % ED_P
    x = pow(square, (ED_P + 3) // 8, ED_P)
    if (x * x - square) % ED_P:
        x = x * pow(2, (ED_P - 1) // 4, ED_P) % ED_P
    if (x * x - square) % ED_P or (not x and sign):
        return None
    x = ED_P - x if x & 1 != sign else x
    return x, y, 1, x * y % ED_P


def ed_written(point: EdPoint) -> bytes:
    """Write a point (RFC 8032, 5.1.2)."""
    inverse = pow(point[2], -1, ED_P)
    x, y = point[0] * inverse % ED_P, point[1] * inverse % ED_P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def ed25519(key: bytes, signature: bytes, message: bytes) -> bool:
    """Verify Ed25519 (RFC 8032, 5.1.7) without the cofactor; keys of small order verify nothing."""
    point = ed_read(key) if len(key) == 32 else None
    s = int.from_bytes(signature[32:], "little")
    if point is None or len(signature) != 64 or s >= ED_L or ed_written(ed_times(8, point)) == b"\x01" + bytes(31):
        return False
    base = ed_read(b"\x58" + b"\x66" * 31)
    if base is None:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % ED_L
    minus: EdPoint = (ED_P - point[0], point[1], 1, -point[3] % ED_P)
    return ed_written(ed_added(ed_times(s, base), ed_times(k, minus))) == signature[:32]


# --- Certificates and revocation lists (RFC 5280) ---------------------------------------------------------------------

COMMON_NAME, KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_USAGE = "2.5.4.3", "2.5.29.15", "2.5.29.19", "2.5.29.37"
KEY_IDENTIFIER, POLICIES = "2.5.29.14", "2.5.29.32"
LIST_PLACES, LIST_PLACE = "2.5.29.31", "2.5.29.28"
UNDERSTOOD = {KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_USAGE, POLICIES}
"""Critical extensions beside these make a certificate unusable here."""
TIME_STAMPING, OCSP_SIGNING = "1.3.6.1.5.5.7.3.8", "1.3.6.1.5.5.7.3.9"
DIGITAL_SIGNATURE, CERTIFICATE_SIGN, LIST_SIGN = 0, 5, 6
"""Bits of the key usage."""
TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x14: "latin-1", 0x16: "ascii", 0x1C: "utf-32-be", 0x1E: "utf-16-be"}


@dataclass(frozen=True)
class Certificate:
    """What is read of one certificate."""

    raw: bytes
    body: bytes
    """That its issuer signed."""
    serial: int
    issuer: bytes
    subject: bytes
    holder: str
    """Common name."""
    begins: datetime
    ends: datetime
    key: Der
    algorithm: Der
    signature: bytes
    extensions: Dict[str, Tuple[bool, bytes]]

    @property
    def sha256(self) -> bytes:
        """The fingerprint."""
        return hashlib.sha256(self.raw).digest()

    @property
    def key_identifier(self) -> bytes:
        """The name of its key; empty if it has none."""
        held = self.extensions.get(KEY_IDENTIFIER)
        return one_der(held[1]).of(OCTETS).content if held else b""

    @property
    def authority(self) -> bool:
        """Whether it may sign certificates."""
        parts = self._parts(BASIC_CONSTRAINTS)
        return bool(parts) and parts[0].tag == BOOLEAN and parts[0].content == b"\xff" and self.may(CERTIFICATE_SIGN)

    @property
    def longest_path(self) -> Optional[int]:
        """How many authorities may stand between it and the last certificate; None for any number."""
        numbers = [integer(part) for part in self._parts(BASIC_CONSTRAINTS) if part.tag == INTEGER]
        return numbers[0] if numbers else None

    @property
    def purposes(self) -> List[str]:
        """The extended key usage."""
        return [oid(part) for part in self._parts(EXTENDED_USAGE)]

    @property
    def unknown_demands(self) -> List[str]:
        """Critical extensions that this program does not know."""
        return [name for name, (critical, _) in self.extensions.items() if critical and name not in UNDERSTOOD]

    def names_place(self, places: Tuple[bytes, ...]) -> bool:
        """Tell whether it names one of the places of a revocation list as its own."""
        points = [point for part in self._parts(LIST_PLACES) for point in part.of(SEQUENCE).children()]
        names = [name for point in points if point.tag == 0xA0 for name in point.inner().children()]
        return any(name.raw in places for name in names)

    def may(self, use: int) -> bool:
        """Tell whether the key usage has a bit; without a key usage nothing is allowed."""
        if KEY_USAGE not in self.extensions:
            return False
        flags = one_der(self.extensions[KEY_USAGE][1]).of(BITS).content[1:]
        return use // 8 < len(flags) and bool(flags[use // 8] & 0x80 >> use % 8)

    def _parts(self, name: str) -> List[Der]:
        return one_der(self.extensions[name][1]).of(SEQUENCE).children() if name in self.extensions else []


def certificate(node: Der) -> Certificate:
    """Read a certificate of version 3."""
    parts = node.of(SEQUENCE).children()
    if len(parts) != 3:
        raise ReadingError("a certificate of an unknown form")
    body = parts[0].of(SEQUENCE).children()
    if len(body) < 7 or body[0].tag != 0xA0 or body[2].raw != parts[1].raw:
        raise ReadingError("a certificate of an unknown form")
    times = body[4].of(SEQUENCE).children()
    later = [one.inner() for one in body[7:] if one.tag == 0xA3]
    return Certificate(
        raw=node.raw,
        body=parts[0].raw,
        serial=integer(body[1]),
        issuer=body[3].of(SEQUENCE).raw,
        subject=body[5].of(SEQUENCE).raw,
        holder=common_name(body[5]),
        begins=moment(times[0]),
        ends=moment(times[1]),
        key=body[6].of(SEQUENCE),
        algorithm=parts[1],
        signature=bits(parts[2]),
        extensions=extensions(later[0]) if later else {},
    )


def common_name(name: Der) -> str:
    """Give the first common name; empty if there is none."""
    for relative in name.children():
        for pair in relative.of(SET).children():
            kind, value = pair.of(SEQUENCE).children()
            if oid(kind) == COMMON_NAME:
                return value.content.decode(TEXTS.get(value.tag, "utf-8"), "replace")
    return ""


def extensions(node: Der) -> Dict[str, Tuple[bool, bytes]]:
    """Read extensions by their identifiers, with whether they are critical."""
    found: Dict[str, Tuple[bool, bytes]] = {}
    for one in node.of(SEQUENCE).children():
        parts = one.of(SEQUENCE).children()
        name = oid(parts[0])
        if name in found or len(parts) not in {2, 3}:
            raise ReadingError(f"extension {name} stands there twice, or in an unknown form")
        found[name] = (len(parts) == 3 and parts[1].of(BOOLEAN).content == b"\xff", parts[-1].of(OCTETS).content)
    return found


@dataclass(frozen=True)
class RevocationList:
    """What is read of one list of revoked certificates."""

    body: bytes
    issuer: bytes
    begins: datetime
    ends: Optional[datetime]
    revoked: Dict[int, datetime]
    complete: bool
    """False for a list with an unknown critical extension: it may speak of some certificates only."""
    places: Tuple[bytes, ...]
    """If not empty, it speaks only of certificates that name one of these places."""
    algorithm: Der
    signature: bytes


def revocation_list(whole: Der) -> RevocationList:
    """Read a list."""
    parts = whole.of(SEQUENCE).children()
    body = parts[0].of(SEQUENCE).children()
    body = body[1:] if body[0].tag == INTEGER else body
    times = [moment(one) for one in body[2:4] if one.tag in {UTC_TIME, GENERAL_TIME}]
    rows = [one for one in body[2 + len(times) :] if one.tag == SEQUENCE]
    later = [one.inner() for one in body if one.tag == 0xA0]
    named = extensions(later[0]) if later else {}
    revoked = {}
    for row in rows[0].children() if rows else []:
        facts = row.of(SEQUENCE).children()
        revoked[integer(facts[0])] = moment(facts[1])
    return RevocationList(
        body=parts[0].raw,
        issuer=body[1].of(SEQUENCE).raw,
        begins=times[0],
        ends=times[1] if len(times) > 1 else None,
        revoked=revoked,
        complete=not any(critical and name != LIST_PLACE for name, (critical, _) in named.items()),
        places=list_places(named[LIST_PLACE][1]) if LIST_PLACE in named else (),
        algorithm=parts[1],
        signature=bits(parts[2]),
    )


def list_places(data: bytes) -> Tuple[bytes, ...]:
    """Give the places of a list that is one of several; a list of some kinds of certificates only is not read."""
    point = one_der(data).of(SEQUENCE).inner()
    if point.tag != 0xA0 or point.inner().tag != 0xA0:
        raise ReadingError("a revocation list of some certificates only")
    return tuple(one.raw for one in point.inner().children())


@dataclass
class Believed:
    """Whom a reader trusts, and what he knows of revoked certificates."""

    roots: List[Certificate]
    others: List[Certificate] = field(default_factory=list)
    """Certificates that a chain may use; they are not trusted for that."""
    lists: List[RevocationList] = field(default_factory=list)
    answers: List[Der] = field(default_factory=list)
    """BasicOCSPResponse, whole."""
    steps: int = 0

    @property
    def knows_revoked(self) -> bool:
        """Whether revocation can be checked at all."""
        return bool(self.lists or self.answers)

    def signed_by(self, issuer: Certificate, algorithm: Der, signature: bytes, message: bytes) -> bool:
        """Check a signature of an authority; a file that asks for too many is refused."""
        Patience.spend()
        self.steps += 1
        if self.steps > MOST_CHAIN_STEPS:
            raise ReadingError("the file asks for too many signatures of certificates")
        try:
            return verifies(issuer.key, algorithm, signature, message)
        except ReadingError:
            return False

    def refused(self, last: Certificate, when: datetime) -> str:
        """Say why a certificate is not believed at a moment; empty if it is."""
        roots = {root.raw for root in self.roots}
        if last.raw in roots:
            return "" if last.begins <= when <= last.ends else f"the certificate was not valid on {said(when)}"
        faults = []
        for chain in self.chains([last], roots):
            fault = self.fault_of(chain, when)
            if not fault:
                return ""
            faults.append(fault)
        return faults[0] if faults else "the certificate does not lead to a trusted root"

    def chains(self, begun: List[Certificate], roots: Any) -> Iterator[List[Certificate]]:  # noqa: ANN401
        """Give the chains from a certificate to a root, the root last; names and signatures agree."""
        last = begun[-1]
        if len(begun) > 8:
            return
        for issuer in [*self.roots, *self.others]:
            if issuer.subject != last.issuer or issuer.raw in {one.raw for one in begun}:
                continue
            if not self.signed_by(issuer, last.algorithm, last.signature, last.body):
                continue
            if issuer.raw in roots:
                yield [*begun, issuer]
            else:
                yield from self.chains([*begun, issuer], roots)

    def fault_of(self, chain: List[Certificate], when: datetime) -> str:
        """Say what is wrong with a chain at a moment; empty if nothing is."""
        for place, one in enumerate(chain):
            if not one.begins <= when <= one.ends:
                return f"the certificate was not valid on {said(when)}"
            if one.unknown_demands:
                return f"the certificate of {shown(one.holder)} demands {one.unknown_demands[0]}, unknown here"
            if place and not one.authority:
                return f"{shown(one.holder)} may not issue certificates"
            if place and one.longest_path is not None and place - 1 > one.longest_path:
                return f"{shown(one.holder)} may not stand so far from the signer"
        pairs = zip(chain, chain[1:]) if self.knows_revoked else ()
        return next((fault for one, issuer in pairs for fault in [self.revoked(one, issuer, when)] if fault), "")

    def revoked(self, one: Certificate, issuer: Certificate, when: datetime) -> str:
        """Say that a certificate was revoked, or that nobody says it was not; empty if it was not."""
        spoken = False
        for held in self.lists:
            stale = held.ends is not None and held.ends < when
            elsewhere = held.places and not one.names_place(held.places)
            if held.issuer != one.issuer or not held.complete or stale or elsewhere or not issuer.may(LIST_SIGN):
                continue
            if self.signed_by(issuer, held.algorithm, held.signature, held.body):
                spoken = True
                if one.serial in held.revoked and held.revoked[one.serial] <= when:
                    return f"the certificate of {shown(one.holder)} was revoked on {said(held.revoked[one.serial])}"
        for answer in self.answers:
            told = self.answered(answer, one, issuer)
            if told is not None:
                spoken = True
                if told <= when:
                    return f"the certificate of {shown(one.holder)} was revoked on {said(told)}"
        return "" if spoken else f"no revocation list of the file speaks of the certificate of {shown(one.holder)}"

    def answered(self, answer: Der, one: Certificate, issuer: Certificate) -> Optional[datetime]:
        """Give when an OCSP answer says that a certificate was revoked: the year 9999 for never, None for no answer."""
        parts = answer.of(SEQUENCE).children()
        body = parts[0].of(SEQUENCE).children()
        rows = next((node for node in body if node.tag == SEQUENCE), None)
        answerers = [certificate(node) for node in parts[3].inner().children()] if len(parts) > 3 else []
        entitled = [issuer] + [
            it
            for it in answerers
            if it.issuer == issuer.subject
            and OCSP_SIGNING in it.purposes
            and self.signed_by(issuer, it.algorithm, it.signature, it.body)
        ]
        for row in rows.children() if rows else []:
            facts = row.of(SEQUENCE).children()
            if speaks_of(facts[0], one, issuer) and any(
                self.signed_by(it, parts[1], bits(parts[2]), parts[0].raw) for it in entitled
            ):
                if facts[1].tag == 0x80:
                    return datetime.max.replace(tzinfo=timezone.utc)
                return moment(facts[1].children()[0]) if facts[1].tag == 0xA1 else None
        return None


def speaks_of(named: Der, one: Certificate, issuer: Certificate) -> bool:
    """Tell whether the name in an OCSP answer is that of a certificate (RFC 6960, 4.1.1)."""
    algorithm, names, keys, serial = named.of(SEQUENCE).children()
    hashes = {**DIGESTS, "1.3.14.3.2.26": "sha1"}
    name = hashes.get(oid(algorithm.children()[0]))
    if name is None or integer(serial) != one.serial:
        return False
    held = bits(issuer.key.children()[1])
    expected = [hashlib.new(name, data).digest() for data in (issuer.subject, held)]
    return [names.content, keys.content] == expected


def said(when: datetime) -> str:
    """Write a moment for people."""
    return when.strftime("%Y-%m-%d %H:%M:%S UTC")


# --- Signed messages (RFC 5652) and time stamps (RFC 3161) ------------------------------------------------------------

SIGNED_DATA, DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST, SIGNING_TIME = (f"1.2.840.113549.1.9.{last}" for last in (3, 4, 5))
NAMED_CERTIFICATE, OLD_NAMED_CERTIFICATE = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.12"
STAMP = "1.2.840.113549.1.9.16.2.14"


@dataclass(frozen=True)
class SignedMessage:
    """What is read of a signed message with one signer."""

    content_kind: str
    content: Optional[bytes]
    certificates: List[Certificate]
    signer: Certificate
    hashed: str
    signed: Dict[str, Der]
    """Signed attributes: identifier -> the one value."""
    signed_bytes: bytes
    unsigned: Dict[str, Der]
    algorithm: Der
    signature: bytes

    def fault(self, message_digest: bytes) -> str:
        """Say what is wrong with it as the signature of bytes with a digest; empty if nothing is."""
        if {CONTENT_TYPE, MESSAGE_DIGEST} - set(self.signed):
            return "it does not name what was signed"
        if oid(self.signed[CONTENT_TYPE]) != self.content_kind:
            return "it was made for another kind of content"
        if self.signed[MESSAGE_DIGEST].of(OCTETS).content != message_digest:
            return "what was signed was changed afterwards"
        if not self.names_signer():
            return "it does not name the certificate that it was made with"
        if not verifies(self.signer.key, self.algorithm, self.signature, self.signed_bytes, hashed=self.hashed):
            return "the signature does not verify with the key of the certificate"
        return ""

    def names_signer(self) -> bool:
        """Tell whether the signed attributes name the signer's certificate (RFC 5035, and RFC 2634 in time stamps)."""
        if NAMED_CERTIFICATE in self.signed:
            named = self.signed[NAMED_CERTIFICATE].of(SEQUENCE).children()[0].of(SEQUENCE).children()[0]
            facts = named.of(SEQUENCE).children()
            name = digest_name(facts.pop(0)) if facts[0].tag == SEQUENCE else "sha256"
            return facts[0].of(OCTETS).content == digest(name, self.signer.raw)
        if OLD_NAMED_CERTIFICATE in self.signed and self.content_kind == TST_INFO:
            named = self.signed[OLD_NAMED_CERTIFICATE].of(SEQUENCE).children()[0].of(SEQUENCE).children()[0]
            facts = named.of(SEQUENCE).children()
            return facts[0].of(OCTETS).content == hashlib.new("sha1", self.signer.raw).digest()  # noqa: S324 - RFC 2634 knows no other
        return False


def signed_message(data: bytes) -> SignedMessage:
    """Read a ContentInfo that holds a SignedData with one signer."""
    kind, wrapped = one_der(data).of(SEQUENCE).children()
    if oid(kind) != SIGNED_DATA or wrapped.tag != 0xA0:
        raise ReadingError("no signed message")
    parts = wrapped.inner().of(SEQUENCE).children()
    inside = parts[2].of(SEQUENCE).children()
    bag = [node for part in parts[3:] if part.tag == 0xA0 for node in part.children()]
    certificates = [certificate(node) for node in bag[:50] if node.tag == SEQUENCE]
    facts = parts[-1].of(SET).inner().of(SEQUENCE).children()
    signer = signer_of(facts[1], certificates)
    if len(facts) not in {6, 7} or facts[3].tag != 0xA0 or (len(facts) == 7 and facts[6].tag != 0xA1):
        raise ReadingError("a signature without signed attributes")
    return SignedMessage(
        content_kind=oid(inside[0]),
        content=inside[1].inner().of(OCTETS).content if len(inside) > 1 else None,
        certificates=certificates,
        signer=signer,
        hashed=digest_name(facts[2]),
        signed=attributes(facts[3]),
        signed_bytes=b"\x31" + facts[3].raw[1:],
        unsigned=attributes(facts[6]) if len(facts) == 7 else {},
        algorithm=facts[4],
        signature=facts[5].of(OCTETS).content,
    )


def signer_of(named: Der, certificates: List[Certificate]) -> Certificate:
    """Find the certificate that a signature names by issuer and serial number, or by its key."""
    for one in certificates:
        if named.tag == SEQUENCE:
            issuer, serial = named.children()
            if one.issuer == issuer.raw and one.serial == integer(serial):
                return one
        elif named.tag == 0x80 and one.key_identifier == named.content:
            return one
    raise ReadingError("the signature does not carry the certificate that it names")


def attributes(node: Der) -> Dict[str, Der]:
    """Read attributes, each with one value and once."""
    found: Dict[str, Der] = {}
    for one in node.children():
        kind, values = one.of(SEQUENCE).children()
        if oid(kind) in found:
            raise ReadingError(f"the attribute {oid(kind)} stands there twice")
        found[oid(kind)] = values.of(SET).inner()
    return found


class TimeStamp(NamedTuple):
    """What a time stamp says, and whether it is believed."""

    at: Optional[datetime]
    fault: str
    """Why it proves nothing; empty if it proves its time."""
    intact: bool = False
    """It is of these very bytes, whoever made it."""


def time_stamp(token: bytes, hashed: Any, believed: Believed, at: Optional[datetime]) -> TimeStamp:  # noqa: ANN401
    """Check an RFC 3161 token.

    ``hashed`` gives the digest of what it must speak of, by the name of a hash; ``at`` is when the certificate of the
    service must hold, None for the time of the stamp.
    """
    try:
        message = signed_message(token)
        if message.content_kind != TST_INFO or message.content is None:
            return TimeStamp(None, "it is no time stamp")
        parts = one_der(message.content).of(SEQUENCE).children()
        imprint = parts[2].of(SEQUENCE).children()
        made = moment(parts[4].of(GENERAL_TIME))
        if imprint[1].of(OCTETS).content != hashed(digest_name(imprint[0])):
            return TimeStamp(made, "it is of something else")
        fault = message.fault(digest(message.hashed, message.content))
        if fault:
            return TimeStamp(made, fault)
        if message.signer.purposes != [TIME_STAMPING]:
            return TimeStamp(made, "its certificate is not one of a time-stamping service", intact=True)
        fault = with_others(believed, message.certificates).refused(message.signer, at or made)
        return TimeStamp(made, fault, intact=True)
    except UNREADABLE as error:
        return TimeStamp(None, f"it cannot be read: {shown(error)}")


def with_others(believed: Believed, certificates: List[Certificate]) -> Believed:
    """Let chains use further certificates."""
    return Believed(believed.roots, [*believed.others, *certificates], believed.lists, believed.answers)


# --- PDF (ISO 32000-1), as much as a report needs ---------------------------------------------------------------------

SPACE = b"\x00\t\n\x0c\r "
DELIMITERS = b"()<>[]{}/%"
REGULAR = re.compile(rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]+")
NUMBER = re.compile(rb"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})")
REFERENCE = re.compile(rb"(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+R(?![^\x00\t\n\x0c\r ()<>\[\]{}/%])")
HEADER = re.compile(rb"[\x00\t\n\x0c\r ]*(\d{1,10})[\x00\t\n\x0c\r ]+(\d{1,5})[\x00\t\n\x0c\r ]+obj")
BLANK = re.compile(rb"(?:[\x00\t\n\x0c\r ]+|%[^\r\n]*)*")
ROW = re.compile(rb"(\d{10}) (\d{5}) ([nf])[ \r\n]{1,2}")
START = re.compile(rb"startxref[\x00\t\n\x0c\r ]+(\d{1,12})[\x00\t\n\x0c\r ]+%%EOF")
ESCAPES = {110: 10, 114: 13, 116: 9, 98: 8, 102: 12}


class Name(str):
    """A PDF name."""

    __slots__ = ()


class Ref(NamedTuple):
    """A reference to an object."""

    number: int
    generation: int


class Stream(NamedTuple):
    """A dictionary with bytes."""

    facts: Dict[str, Any]
    data: bytes


class Reader:
    """Reads objects from bytes, at a place that moves on."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def skip(self) -> None:
        """Go past white space and comments."""
        found = BLANK.match(self.data, self.at)
        self.at = found.end() if found else self.at

    def peek(self, count: int = 1) -> bytes:
        """Look at the next bytes."""
        return self.data[self.at : self.at + count]

    def value(self, depth: int = 0) -> Any:  # noqa: ANN401, PLR0911 - one of the kinds of PDF
        """Read one object."""
        Patience.spend()
        if depth > DEEPEST:
            raise ReadingError("PDF: nested too deeply")
        self.skip()
        start = self.peek(2)
        if start == b"<<":
            return self.dictionary(depth)
        if start[:1] == b"[":
            return self.array(depth)
        if start[:1] == b"(":
            return self.literal()
        if start[:1] == b"<":
            return self.hexadecimal()
        if start[:1] == b"/":
            return self.name()
        reference = REFERENCE.match(self.data, self.at)
        if reference:
            self.at = reference.end()
            return Ref(int(reference[1]), int(reference[2]))
        return self.word()

    def word(self) -> Any:  # noqa: ANN401 - a number, a truth value, or nothing
        """Read a number or a keyword."""
        found = REGULAR.match(self.data, self.at)
        if not found or len(found[0]) > 100:
            raise ReadingError(f"PDF: no object at byte {self.at}")
        self.at = found.end()
        keywords = {b"true": True, b"false": False, b"null": None}
        if found[0] in keywords:
            return keywords[found[0]]
        if not NUMBER.fullmatch(found[0]):
            raise ReadingError(f"PDF: {shown(found[0])} is no object")
        return float(found[0]) if b"." in found[0] else int(found[0])

    def dictionary(self, depth: int) -> Dict[str, Any]:
        """Read a dictionary; a key that stands there twice could be read in two ways."""
        self.at += 2
        facts: Dict[str, Any] = {}
        while True:
            self.skip()
            if self.peek(2) == b">>":
                self.at += 2
                return facts
            if self.peek() != b"/":
                raise ReadingError(f"PDF: a key is missing at byte {self.at}")
            key = self.name()
            if key in facts:
                raise ReadingError(f"PDF: the key {shown(key)} stands there twice")
            facts[key] = self.value(depth + 1)

    def array(self, depth: int) -> List[Any]:
        """Read an array."""
        self.at += 1
        items: List[Any] = []
        while True:
            self.skip()
            if self.peek() == b"]":
                self.at += 1
                return items
            items.append(self.value(depth + 1))

    def name(self) -> Name:
        """Read a name."""
        found = REGULAR.match(self.data, self.at + 1)
        raw = found[0] if found else b""
        self.at += 1 + len(raw)
        plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda it: bytes([int(it[1], 16)]), raw)
        return Name(plain.decode("utf-8", "surrogateescape"))

    def hexadecimal(self) -> bytes:
        """Read a string in hexadecimal digits."""
        end = self.data.find(b">", self.at)
        digits = re.sub(rb"[\x00\t\n\x0c\r ]", b"", self.data[self.at + 1 : end]) if end >= 0 else b"?"
        if not re.fullmatch(rb"[0-9A-Fa-f]*", digits):
            raise ReadingError(f"PDF: a damaged string at byte {self.at}")
        self.at = end + 1
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())

    def literal(self) -> bytes:
        """Read a string in parentheses."""
        out, level, at, data = bytearray(), 1, self.at + 1, self.data
        while level:
            if at >= len(data):
                raise ReadingError(f"PDF: a string without an end at byte {self.at}")
            byte, at = data[at], at + 1
            if byte == 0x5C:
                at = self.escaped(out, at)
                continue
            level += {0x28: 1, 0x29: -1}.get(byte, 0)
            if level:
                out.append(byte)
        self.at = at
        return bytes(out)

    def escaped(self, out: bytearray, at: int) -> int:
        """Read what stands behind a backslash."""
        octal = re.compile(rb"[0-7]{1,3}").match(self.data, at)
        if octal:
            out.append(int(octal[0], 8) & 0xFF)
            return octal.end()
        byte = self.data[at] if at < len(self.data) else 0
        if byte in b"\r\n":
            return at + 2 if self.data[at : at + 2] == b"\r\n" else at + 1
        out.append(ESCAPES.get(byte, byte))
        return at + 1


Entry = Optional[Tuple[bool, int, int]]
"""Whether it lies in an object stream; then offset and generation, or stream and place in it. None: a free number."""


class Revision(NamedTuple):
    """One cross-reference section: where it begins, what it says of objects, its trailer."""

    start: int
    entries: Dict[int, Entry]
    trailer: Dict[str, Any]


class Pdf:
    """A file with its revisions, the newest first."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(b"%PDF-"):
            raise ReadingError("PDF: the file does not begin as one")
        self.data = data
        self.inflated = 0
        self.kept: Dict[Tuple[int, int], Any] = {}
        self.packed: Dict[int, List[Tuple[int, Any]]] = {}
        self.revisions = self._revisions()
        if any("Encrypt" in one.trailer for one in self.revisions):
            raise ReadingError("PDF: encrypted")
        if len({one.trailer.get("Root") for one in self.revisions if "Root" in one.trailer}) != 1:
            raise ReadingError("PDF: several roots")
        self.root = self.of(self.revisions[0].trailer.get("Root"), dict)

    def _revisions(self) -> List[Revision]:
        """Read the chain of cross-reference sections."""
        last = START.match(self.data, max(0, self.data.rfind(b"startxref")))
        if not last:
            raise ReadingError("PDF: the cross-reference table is not to be found")
        found: List[Revision] = []
        place: Optional[int] = int(last[1])
        while place is not None:
            if len(found) >= MOST_REVISIONS or any(place >= one.start for one in found):
                raise ReadingError("PDF: cross-reference sections in a circle, or too many")
            found.append(self._section(place))
            earlier = found[-1].trailer.get("Prev")
            if earlier is not None and not isinstance(earlier, int):
                raise ReadingError("PDF: a damaged trailer")
            place = earlier
        return found

    def _section(self, place: int) -> Revision:
        """Read one section: a table, with a stream beside it in a hybrid file, or a stream."""
        if not 0 <= place < len(self.data):
            raise ReadingError("PDF: a cross-reference section outside the file")
        reader = Reader(self.data, place)
        reader.skip()
        if reader.peek(4) != b"xref":
            return self._stream_section(place)
        reader.at += 4
        entries = self._table(reader)
        trailer = reader.value()
        if not isinstance(trailer, dict):
            raise ReadingError("PDF: no trailer")
        beside = trailer.get("XRefStm")
        if isinstance(beside, int) and 0 <= beside < len(self.data):
            hidden = self._stream_section(beside).entries
            entries = {
                **hidden,
                **{number: entry for number, entry in entries.items() if entry or number not in hidden},
            }
        return Revision(place, entries, trailer)

    def _table(self, reader: Reader) -> Dict[int, Entry]:
        entries: Dict[int, Entry] = {}
        while True:
            reader.skip()
            if reader.peek(7) == b"trailer":
                reader.at += 7
                return entries
            first, count = reader.value(), reader.value()
            reader.skip()
            if not (type(first) is type(count) is int and 0 <= first <= MOST_OBJECTS and 0 <= count <= MOST_OBJECTS):
                raise ReadingError("PDF: a damaged cross-reference table")
            for number in range(first, first + count):
                row = ROW.match(self.data, reader.at)
                if not row or number in entries:
                    raise ReadingError("PDF: a damaged cross-reference table")
                entries[number] = (False, int(row[1]), int(row[2])) if row[3] == b"n" else None
                reader.at = row.end()

    def _stream_section(self, place: int) -> Revision:
        """Read a cross-reference stream (ISO 32000-1, 7.5.8)."""
        stream = self._object_at(place, None)
        if not isinstance(stream, Stream) or stream.facts.get("Type") != "XRef":
            raise ReadingError("PDF: no cross-reference section where one should be")
        data, facts = self.plain(stream), stream.facts
        widths = facts.get("W")
        if not (isinstance(widths, list) and len(widths) == 3 and all(w in range(9) for w in widths)):
            raise ReadingError("PDF: a damaged cross-reference stream")
        index = facts.get("Index", [0, facts.get("Size")])
        numbers = [range(a, a + n) for a, n in zip(index[::2], index[1::2]) if a >= 0 and 0 <= n <= MOST_OBJECTS]
        entries: Dict[int, Entry] = {}
        at, step = 0, sum(widths)
        for number in (number for some in numbers for number in some):
            row = data[at : at + step]
            if len(row) != step or not step or len(entries) > MOST_OBJECTS:
                raise ReadingError("PDF: a damaged cross-reference stream")
            kind = int.from_bytes(row[: widths[0]], "big") if widths[0] else 1
            one = int.from_bytes(row[widths[0] : widths[0] + widths[1]], "big")
            two = int.from_bytes(row[widths[0] + widths[1] :], "big")
            entries[number] = (kind == 2, one, two) if kind in {1, 2} else None
            at += step
        return Revision(place, entries, facts)

    def entry(self, number: int, level: int) -> Entry:
        """Give where an object lies in the revision of a level, 0 being the newest."""
        for one in self.revisions[level:]:
            if number in one.entries:
                return one.entries[number]
        return None

    def get(self, value: Any, level: int = 0) -> Any:  # noqa: ANN401 - an object, or a reference to one
        """Follow references."""
        for _ in range(8):
            if not isinstance(value, Ref):
                return value
            entry = self.entry(value.number, level)
            if entry is None:
                return None
            value = self._packed(entry, value.number) if entry[0] else self._object_at(entry[1], value)
        raise ReadingError("PDF: references without an end")

    def of(self, value: Any, kind: Any, level: int = 0) -> Any:  # noqa: ANN401 - of the kind
        """Follow references to an object of a kind."""
        found = self.get(value, level)
        if not isinstance(found, kind):
            raise ReadingError(f"PDF: {type(found).__name__} where {kind.__name__} was expected")
        return found

    def _object_at(self, place: int, expected: Optional[Ref]) -> Any:  # noqa: ANN401 - an object
        """Read the object at a byte, which says its own number."""
        header = HEADER.match(self.data, place)
        if not header or (expected is not None and Ref(int(header[1]), int(header[2])) != expected):
            raise ReadingError(f"PDF: object {expected.number if expected else ''} is not where it should be")
        key = (place, int(header[1]))
        if key not in self.kept:
            if len(self.kept) > MOST_OBJECTS:
                raise ReadingError("PDF: too many objects")
            reader = Reader(self.data, header.end())
            value = reader.value()
            reader.skip()
            self.kept[key] = self._stream(reader, value) if reader.peek(6) == b"stream" else value
        return self.kept[key]

    def _stream(self, reader: Reader, facts: Any) -> Stream:  # noqa: ANN401 - a dictionary, or the file is damaged
        """Read the bytes of a stream; its length must be the stated one."""
        start = reader.at + 6
        start += 2 if self.data[start : start + 2] == b"\r\n" else 1
        length = self.get(facts.get("Length")) if isinstance(facts, dict) else None
        if not (type(length) is int and 0 <= length <= len(self.data) - start):
            raise ReadingError("PDF: a stream without its length")
        after = Reader(self.data, start + length)
        after.skip()
        if after.peek(9) != b"endstream":
            raise ReadingError("PDF: a stream of another length than it says")
        return Stream(facts, self.data[start : start + length])

    def _packed(self, entry: Tuple[bool, int, int], number: int) -> Any:  # noqa: ANN401 - an object
        """Read an object of an object stream (ISO 32000-1, 7.5.7)."""
        if entry[1] not in self.packed:
            holder = self.entry(entry[1], 0)
            if holder is None or holder[0]:
                raise ReadingError("PDF: an object stream that is not there")
            stream = self.of(Ref(entry[1], holder[2]), Stream)
            data, count, first = self.plain(stream), stream.facts.get("N"), stream.facts.get("First")
            if not (type(count) is type(first) is int and 0 <= count <= MOST_OBJECTS and 0 <= first <= len(data)):
                raise ReadingError("PDF: a damaged object stream")
            head = Reader(data[:first], 0)
            places = [(head.value(), head.value()) for _ in range(count)]
            if not all(type(one) is type(at) is int and at >= 0 for one, at in places):
                raise ReadingError("PDF: a damaged object stream")
            self.packed[entry[1]] = [(one, Reader(data, first + at).value()) for one, at in places]
        objects = self.packed[entry[1]]
        if entry[2] >= len(objects) or objects[entry[2]][0] != number:
            raise ReadingError(f"PDF: object {number} is not where it should be")
        return objects[entry[2]][1]

    def plain(self, stream: Stream) -> bytes:
        """Inflate a stream, with a limit on all of them together."""
        filters = self.get(stream.facts.get("Filter"))
        filters = filters if isinstance(filters, list) else [filters] if filters is not None else []
        if not filters:
            return stream.data
        if [self.get(one) for one in filters] != ["FlateDecode"]:
            raise ReadingError("PDF: a stream that is packed in a way that is not read here")
        room = min(LARGEST_STREAM, LARGEST_INFLATED - self.inflated)
        opened = zlib.decompressobj()
        try:
            data = opened.decompress(stream.data, room + 1)
        except zlib.error as error:
            raise ReadingError(f"PDF: a damaged stream: {error}") from error
        if len(data) > room or not opened.eof:
            raise ReadingError("PDF: a stream that is too large, or cut off")
        self.inflated += len(data)
        how = self.get(stream.facts.get("DecodeParms"))
        how = self.get(how[0]) if isinstance(how, list) and how else how
        return unpredicted(data, how) if isinstance(how, dict) else data


def unpredicted(data: bytes, how: Dict[str, Any]) -> bytes:
    """Take back the PNG prediction of rows of bytes."""
    if how.get("Predictor", 1) == 1:
        return data
    width = how.get("Columns", 1)
    if not (type(width) is int and 1 <= width <= 64 and how.get("Colors", 1) == 1):
        raise ReadingError("PDF: a prediction that is not read here")
    out, above = bytearray(), bytes(width)
    for at in range(0, len(data), width + 1):
        kind, row = data[at], bytearray(data[at + 1 : at + 1 + width])
        if kind not in {0, 1, 2} or len(row) != width:
            raise ReadingError("PDF: a prediction that is not read here")
        for place in range(width if kind else 0):
            before = (row[place - 1] if place else 0) if kind == 1 else above[place]
            row[place] = row[place] + before & 0xFF
        out += row
        above = bytes(row)
    return bytes(out)


def tree_leaves(pdf: Pdf, tree: Any) -> Iterator[Tuple[str, Any]]:  # noqa: ANN401 - a name tree
    """Give names and values of a name tree in their order."""
    waiting, seen = [tree], 0
    while waiting:
        seen += 1
        branch = pdf.of(waiting.pop(), dict)
        pairs, kids = pdf.get(branch.get("Names")) or [], pdf.get(branch.get("Kids")) or []
        if seen > 1000 or len(kids) > 1000 or len(pairs) > 10_000:
            raise ReadingError("PDF: a tree of names that is too large")
        for name, value in zip(pairs[::2], pairs[1::2]):
            yield pdf_text(pdf.get(name)), value
        waiting += reversed(kids)


def pdf_text(value: Any) -> str:  # noqa: ANN401 - a string of a PDF, or what stands in its place
    """Read a text string."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value[3:].decode("utf-8", "replace") if value.startswith(b"\xef\xbb\xbf") else value.decode("latin-1")


def attachments(pdf: Pdf) -> Tuple[Dict[str, bytes], Tuple[str, ...]]:
    """Give the attached files of a report by their names, and the names under which there are two."""
    found: Dict[str, bytes] = {}
    twice: List[str] = []
    names = pdf.get(pdf.root.get("Names"))
    if not isinstance(names, dict) or "EmbeddedFiles" not in names:
        return found, ()
    for name, value in tree_leaves(pdf, names["EmbeddedFiles"]):
        if name not in WANTED:
            continue
        files = pdf.of(pdf.of(value, dict).get("EF"), dict)
        data = pdf.plain(pdf.of(files.get("F"), Stream))
        twice += [name] if name in found else []
        found.setdefault(name, data)
    return found, tuple(dict.fromkeys(twice))


# --- The signatures of a report ---------------------------------------------------------------------------------------

EXPERT, REVIEWER, STAMP_FIELD = "Expert", "Reviewer", "TimeStamp"
LEVELS = ("PAdES B-B", "PAdES B-T", "PAdES B-LT", "PAdES B-LTA")


@dataclass(frozen=True)
class FieldFinding:
    """What was found in one signature field."""

    name: str
    present: bool
    intact: bool = False
    """What was signed is unchanged."""
    allowed: bool = False
    """Nothing stands behind it that it does not allow."""
    trusted: bool = False
    level: int = -1
    """Place in ``LEVELS`` of what was found; -1 for a signature that is not intact."""
    holder: str = ""
    key: bytes = b""
    reasons: Tuple[str, ...] = ()

    @property
    def unbroken(self) -> bool:
        """Whether the signature holds, whoever made it."""
        return self.present and self.intact and self.allowed

    @property
    def valid(self) -> bool:
        """Whether it holds and its maker is trusted."""
        return self.unbroken and self.trusted


@dataclass(frozen=True)
class Signatures:
    """What was found in a file."""

    readable: bool
    expert: FieldFinding
    reviewer: FieldFinding
    others: Tuple[str, ...] = ()
    """Signature fields that a report does not have."""
    complete: bool = False
    """The last signature or time stamp covers the file to its end."""
    stated: Optional[int] = None
    """Place in ``LEVELS`` of the level that the report states; None where it states none that there is."""
    stamped_at: Optional[datetime] = None
    """When a believed time stamp proves that the whole file existed."""
    reasons: Tuple[str, ...] = ()

    @property
    def broken(self) -> bool:
        """Whether a signature is there and no longer holds."""
        return any(one.present and not one.unbroken for one in (self.expert, self.reviewer))

    @property
    def both_valid(self) -> bool:
        """Whether both hold, both makers are trusted, and two keys were used."""
        pair = self.expert.valid and self.reviewer.valid and self.expert.key != self.reviewer.key
        return self.readable and pair and self.complete and not self.others and self.reaches_level

    @property
    def level(self) -> int:
        """The lower of both levels; -1 where one of the signatures does not hold."""
        return min(self.expert.level, self.reviewer.level)

    @property
    def reaches_level(self) -> bool:
        """Whether both have the level that the report states."""
        return self.stated is None or self.level >= self.stated

    @property
    def words(self) -> Tuple[str, ...]:
        """Everything that was found, in order."""
        return (*self.reasons, *self.expert.reasons, *self.reviewer.reasons)


class SignatureField(NamedTuple):
    """A field of the form."""

    name: str
    ref: Any
    facts: Dict[str, Any]


def signature_fields(pdf: Pdf) -> List[SignatureField]:
    """Give all signature fields of the form, filled or empty."""
    form = pdf.get(pdf.root.get("AcroForm"))
    found: List[SignatureField] = []
    waiting = [(one, "", None, 0) for one in pdf.get(form.get("Fields")) or []] if isinstance(form, dict) else []
    while waiting:
        ref, above, kind, depth = waiting.pop(0)
        facts = pdf.of(ref, dict)
        own, kind = pdf_text(pdf.get(facts.get("T"))), pdf.get(facts.get("FT")) or kind
        name = ".".join(part for part in (above, own) if part)
        if depth > 8 or len(found) > 100 or len(waiting) > 10_000:
            raise ReadingError("PDF: a form that is too deep or too large")
        waiting += [(kid, name, kind, depth + 1) for kid in pdf.get(facts.get("Kids")) or []]
        if kind == "Sig" and "Kids" not in facts:
            found.append(SignatureField(name, ref, facts))
    return found


class Signed(NamedTuple):
    """The bytes that a signature speaks of, and where it lies."""

    contents: bytes
    parts: Tuple[memoryview, memoryview]
    end: int
    """Behind the last byte that it covers."""
    level: int
    """Of the revision that it ends; 0 is the newest."""
    facts: Dict[str, Any]

    def digest(self, name: str) -> bytes:
        """Hash what it covers."""
        hashed = hashlib.new(name, self.parts[0])
        hashed.update(self.parts[1])
        return hashed.digest()


def signed_part(pdf: Pdf, ref: Any) -> Signed:  # noqa: ANN401 - a reference, or the file is damaged
    """Find what a signature covers: everything from the first byte to the end of a revision but its own place."""
    facts = pdf.of(ref, dict)
    entry = pdf.entry(ref.number, 0) if isinstance(ref, Ref) else None
    ranges = facts.get("ByteRange")
    if entry is None or entry[0] or not (isinstance(ranges, list) and [type(n) for n in ranges] == [int] * 4):
        raise ReadingError("a signature without its place")
    begin, length, resume, rest = ranges
    end = resume + rest
    if begin != 0 or not 0 < entry[1] < length < resume < end <= len(pdf.data):
        raise ReadingError("a signature over other bytes than a report's")
    gap = pdf.data[length:resume]
    if not re.fullmatch(rb"<[0-9A-F]+>", gap) or not re.search(rb"/Contents[ \r\n]*\Z", pdf.data[entry[1] : length]):
        raise ReadingError("the place of a signature holds something else")
    if facts.get("Contents") != bytes.fromhex(gap[1:-1].decode("ascii") + "0" * (len(gap) % 2)):
        raise ReadingError("the place of a signature is not where the signature is")
    node = read_der(facts["Contents"], 0, len(facts["Contents"]))
    if any(facts["Contents"][node.end :]):
        raise ReadingError("something stands behind the signature in its place")
    parts = (memoryview(pdf.data)[:length], memoryview(pdf.data)[resume:end])
    return Signed(node.raw, parts, end, revision_ending(pdf, end, ref.number), facts)


def revision_ending(pdf: Pdf, end: int, number: int) -> int:
    """Find the revision that ends at a byte and holds an object; everything older must lie before that byte."""
    tail = list(START.finditer(pdf.data, max(0, end - 64), end))
    if not tail or pdf.data[tail[-1].end() : end].strip(b"\r\n"):
        raise ReadingError("a signature does not end where a revision ends")
    places = [one.start for one in pdf.revisions]
    level = places.index(int(tail[-1][1])) if int(tail[-1][1]) in places else -1
    if level < 0 or any(place < end for place in places[:level]):
        raise ReadingError("a signature ends with a revision that is not of this file")
    older = [entry for it in pdf.revisions[level:] for entry in it.entries.values() if entry and not entry[0]]
    if number not in pdf.revisions[level].entries or any(entry[1] >= end for entry in older):
        raise ReadingError("a signature lies outside of its revision")
    return level


def forbidden_changes(pdf: Pdf, level: int, *, may_sign: bool) -> Iterator[str]:
    """Name what later revisions change that a report's signature does not allow.

    Allowed are the reviewer's signature where ``may_sign``, data for long-term validation, and a time stamp of the
    whole document. A new object changes nothing as long as no old one leads to it.
    """
    if any(one.trailer.get("Info") != pdf.revisions[level].trailer.get("Info") for one in pdf.revisions[:level]):
        yield "the file has other information about itself"
    awaited = referenced(pdf, level) if level else set()
    for later in range(level):
        kept = validation_objects(pdf, later + 1)
        for number, entry in pdf.revisions[later].entries.items():
            before = pdf.entry(number, later + 1)
            if before is None and number in awaited:
                yield f"object {number} was missing and came afterwards"
            if before is None or entry == before or number in kept:
                continue
            old, new = (
                pdf.get(Ref(number, where[2] if where and not where[0] else 0), it)
                for where, it in ((before, later + 1), (entry, later))
            )
            if not (isinstance(old, dict) and isinstance(new, dict)):
                yield f"object {number} was changed afterwards"
                continue
            for key in sorted(key for key in {*old, *new} if old.get(key) != new.get(key)):
                if not change_allowed(pdf, Change(number, key, old, new, later), may_sign=may_sign):
                    yield f"{shown(key)} of object {number} was changed afterwards"


def referenced(pdf: Pdf, level: int) -> Set[int]:
    """Give the numbers that the objects of a revision and of older ones name: one that is missing may come later."""
    found: Set[int] = set()
    for one in pdf.revisions[level:]:
        for number, entry in one.entries.items():
            if entry is not None and pdf.entry(number, level) == entry:
                found |= names_in(pdf.get(Ref(number, 0 if entry[0] else entry[2]), level))
    return found


def names_in(value: Any) -> Set[int]:  # noqa: ANN401 - an object
    """Give the numbers of all references in one object."""
    waiting, found = [value], set()
    while waiting:
        one = waiting.pop()
        one = one.facts if isinstance(one, Stream) else one
        if isinstance(one, Ref):
            found.add(one.number)
        elif isinstance(one, (dict, list)):
            waiting += one.values() if isinstance(one, dict) else one
    return found


class Change(NamedTuple):
    """One key of one object that a revision changed."""

    number: int
    key: str
    old: Dict[str, Any]
    new: Dict[str, Any]
    level: int


def change_allowed(pdf: Pdf, change: Change, *, may_sign: bool) -> bool:
    """Tell whether a report's signature allows a change."""
    old, new = change.old.get(change.key), change.new.get(change.key)
    root, form = pdf.revisions[0].trailer.get("Root"), pdf.root.get("AcroForm")
    if isinstance(root, Ref) and change.number == root.number:
        if change.key == "AcroForm" and isinstance(old, dict) and isinstance(new, dict):
            keys = [key for key in {*old, *new} if old.get(key) != new.get(key)]
            return all(change_in_form(pdf, key, old.get(key), new.get(key), change.level) for key in keys)
        return change.key in {"DSS", "Extensions"}
    if isinstance(form, Ref) and change.number == form.number:
        return change_in_form(pdf, change.key, old, new, change.level)
    if change.old.get("FT") == "Sig":
        empty = "V" not in change.old and pdf_text(pdf.get(change.old.get("T"))) == REVIEWER
        return may_sign and empty and change.key in {"V", "AP"}
    return change.old.get("Type") == "Page" and change.key == "Annots" and only_stamps(pdf, old, new, change.level)


def change_in_form(pdf: Pdf, key: str, old: Any, new: Any, level: int) -> bool:  # noqa: ANN401 - objects
    """Tell whether a change of the form only says that there are signatures, or adds a time stamp's field."""
    return key == "SigFlags" or (key == "Fields" and only_stamps(pdf, old, new, level))


def only_stamps(pdf: Pdf, old: Any, new: Any, level: int) -> bool:  # noqa: ANN401 - arrays, or references to them
    """Tell whether a list only grew by the fields of time stamps of the document."""
    before, after = pdf.get(old, level + 1) or [], pdf.get(new, level) or []
    if not (isinstance(before, list) and isinstance(after, list)) or after[: len(before)] != before:
        return False
    return all(is_stamp_field(pdf, pdf.get(one, level), level) for one in after[len(before) :])


def is_stamp_field(pdf: Pdf, facts: Any, level: int = 0) -> bool:  # noqa: ANN401 - a field, or something else
    """Tell whether a field holds a time stamp of the document, and shows nothing."""
    try:
        value = pdf.get(facts.get("V"), level) if facts.get("FT") == "Sig" else None
        hidden = all(not number for number in pdf.get(facts.get("Rect"), level) or [])
    except UNREADABLE:
        return False
    return isinstance(value, dict) and value.get("SubFilter") == "ETSI.RFC3161" and hidden and "AP" not in facts


def validation_objects(pdf: Pdf, level: int) -> Set[int]:
    """Give the numbers of all objects with data for long-term validation, in a revision."""
    root = pdf.get(pdf.revisions[0].trailer.get("Root"), level)
    waiting: List[Any] = [root.get("DSS")] if isinstance(root, dict) else []
    found: Set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, Ref):
            if one.number in found or len(found) > 10_000:
                continue
            found.add(one.number)
            one = pdf.get(one, level)
        if isinstance(one, Stream):
            one = one.facts
        waiting += list(one.values()) if isinstance(one, dict) else one if isinstance(one, list) else []
    return found


def validation_data(pdf: Pdf, believed: Believed) -> Believed:
    """Add the certificates, revocation lists and OCSP answers that the file carries (ISO 32000-2, 12.8.4.3)."""
    try:
        store = pdf.of(pdf.root.get("DSS"), dict)
        held = {
            key: [pdf.plain(pdf.of(one, Stream)) for one in (pdf.get(store.get(key)) or [])[:200]]
            for key in ("Certs", "CRLs", "OCSPs")
        }
        if sum(len(one) for some in held.values() for one in some) > LARGEST_STORE:
            raise ReadingError("PDF: too much data for long-term validation")
        return Believed(
            believed.roots,
            [*believed.others, *(certificate(one_der(one)) for one in held["Certs"])],
            [*believed.lists, *(revocation_list(one_der(one)) for one in held["CRLs"])],
            [*believed.answers, *(ocsp_answer(one_der(one)) for one in held["OCSPs"])],
        )
    except UNREADABLE:
        return believed


def ocsp_answer(whole: Der) -> Der:
    """Take the signed answer out of an OCSPResponse (RFC 6960, 4.2.1)."""
    status, wrapped = whole.of(SEQUENCE).children()
    if status.of(ENUMERATED).content != b"\x00":
        raise ReadingError("an OCSP answer that answers nothing")
    return one_der(wrapped.inner().of(SEQUENCE).children()[1].of(OCTETS).content)


class Terms(NamedTuple):
    """How one file is judged."""

    believed: Believed
    at: Optional[datetime]
    """When certificates must hold that no time stamp settles; None: when each signature says that it was made."""
    archived: Optional[datetime] = None
    """When a believed time stamp proves that the whole file existed."""
    stamped: bool = False
    """A time stamp covers the file to its end."""


def check_signatures(pdf: Optional[Pdf], data: Optional[Dict[str, Any]], terms: Terms) -> Signatures:
    """Check every signature of a file; ``data`` are the report's, which state a level."""
    told = (data or {}).get("signature_level", LEVELS[0])
    stated = LEVELS.index(told) if data is not None and told in LEVELS else None
    try:
        fields = signature_fields(pdf) if pdf is not None else None
    except UNREADABLE:
        fields = None
    if pdf is None or fields is None:
        expert, reviewer = (FieldFinding(name, present=False) for name in (EXPERT, REVIEWER))
        return Signatures(readable=False, expert=expert, reviewer=reviewer)
    known = validation_data(pdf, terms.believed) if stated is None or stated >= 2 else terms.believed
    reasons: List[str] = []
    stamps = [one for one in fields if one.name == STAMP_FIELD and "V" in one.facts and stated in {None, 3}]
    terms = check_stamp(pdf, stamps, Terms(known, terms.at), reasons)
    names = [one.name for one in fields if one not in stamps[:1]]
    others = tuple(name for place, name in enumerate(names) if name not in {EXPERT, REVIEWER} or name in names[:place])
    found = {one.name: one for one in reversed(fields)}
    expert, reviewer = (check_field(pdf, name, found.get(name), terms) for name in (EXPERT, REVIEWER))
    last = next((found[name] for name in (REVIEWER, EXPERT) if name in found and "V" in found[name].facts), None)
    complete = terms.stamped or (last is not None and covers_end(pdf, last))
    check = Signatures(
        readable=True,
        expert=expert,
        reviewer=reviewer,
        others=others,
        complete=complete,
        stated=stated,
        stamped_at=terms.archived,
    )
    return replace(check, reasons=(*reasons, *file_reasons(check, known)))


def file_reasons(found: Signatures, known: Believed) -> Iterator[str]:
    """Say what there is to say of the signatures together."""
    if found.others:
        yield f"signature fields that a report does not have: {shown(', '.join(found.others))}"
    if not (found.expert.present or found.reviewer.present):
        return
    if not found.complete:
        yield "something stands in the file after what the last signature covers"
    if found.expert.key and found.expert.key == found.reviewer.key:
        yield "both signatures were made with the same key"
    if not known.knows_revoked:
        yield "whether certificates were revoked was not checked: the file carries no revocation list"
    if found.stated is not None and not found.reaches_level:
        yield f"the report states the signature level {LEVELS[found.stated]}, which its signatures do not have"


def covers_end(pdf: Pdf, one: SignatureField) -> bool:
    """Tell whether a signature covers the file to its last byte."""
    try:
        return signed_part(pdf, one.facts.get("V")).end == len(pdf.data)
    except UNREADABLE:
        return False


def check_stamp(pdf: Pdf, stamps: List[SignatureField], terms: Terms, reasons: List[str]) -> Terms:
    """Check the time stamp over the whole file, if there is one; give the terms with what it proves."""
    if not stamps:
        return terms
    try:
        if not is_stamp_field(pdf, stamps[0].facts):
            raise ReadingError("it is none, or it is to be seen on a page")
        part = signed_part(pdf, stamps[0].facts["V"])
        stamp = time_stamp(part.contents, part.digest, terms.believed, terms.at)
    except UNREADABLE as error:
        reasons.append(f"the time stamp over the whole file cannot be read: {shown(error)}")
        return terms
    last = part.end == len(pdf.data)
    if stamp.fault or stamp.at is None or not last:
        reasons.append(f"the time stamp over the whole file proves nothing: {stamp.fault or 'more follows it'}")
        return terms._replace(stamped=last and stamp.intact)
    reasons.append(f"a trusted time stamp proves that the whole file existed on {said(stamp.at)}")
    return terms._replace(archived=stamp.at, stamped=True)


def check_field(pdf: Pdf, name: str, one: Optional[SignatureField], terms: Terms) -> FieldFinding:
    """Check the expert's or the reviewer's signature."""
    if one is None or "V" not in one.facts:
        return FieldFinding(name, present=False, reasons=(f"{name}: there is no signature",))
    try:
        part = signed_part(pdf, one.facts["V"])
        message = signed_message(part.contents)
        if part.facts.get("SubFilter") != "ETSI.CAdES.detached" or message.content is not None:
            raise ReadingError("a signature of another kind than a report's")
        fault = message.fault(part.digest(message.hashed))
        changes = list(forbidden_changes(pdf, part.level, may_sign=name == EXPERT))
        trust = trust_in(message, stated_time(pdf, part, message), terms)
    except UNREADABLE as error:
        return FieldFinding(name, present=True, reasons=(f"{name}: {shown(error)}",))
    if name == REVIEWER and part.end < len(pdf.data) and not terms.stamped:
        changes.append("something follows the last signature")
    state = fault or f"signed by {shown(message.signer.holder)}; what was signed is unchanged"
    return FieldFinding(
        name=name,
        present=True,
        intact=not fault,
        allowed=not changes,
        trusted=not trust.fault,
        level=-1 if fault else trust.level,
        holder=message.signer.holder,
        key=message.signer.key.raw,
        reasons=tuple(f"{name}: {words}" for words in (state, *changes[:5], *trust.words)),
    )


def stated_time(pdf: Pdf, part: Signed, message: SignedMessage) -> Optional[datetime]:
    """Give the time that the signature itself states."""
    if SIGNING_TIME in message.signed:
        return moment(message.signed[SIGNING_TIME])
    text = pdf_text(pdf.get(part.facts.get("M")))
    found = re.fullmatch(r"D:(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)(?:00'00'?)?", text)
    if not found:
        return None
    local = datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
    shift = timedelta(hours=int(found[3] or 0), minutes=int(found[4] or 0))
    return local + shift if found[2] == "-" else local - shift


class TrustFound(NamedTuple):
    """Whether the maker of a signature is believed, and why."""

    fault: str
    level: int
    words: List[str]


def trust_in(message: SignedMessage, stated: Optional[datetime], terms: Terms) -> TrustFound:
    """Say whether the maker of a signature is believed: at the moment of its time stamp, if it has a believed one."""
    words, when, level = [], terms.at or stated, 0
    if STAMP in message.unsigned:
        token, at = message.unsigned[STAMP].raw, terms.archived or terms.at
        stamp = time_stamp(token, lambda name: digest(name, message.signature), terms.believed, at)
        if stamp.fault or stamp.at is None:
            words.append(f"its time stamp proves nothing: {stamp.fault}")
        else:
            when, level = stamp.at, 1
            words.append(f"a trusted time stamp proves that it was there on {said(stamp.at)}")
    if when is None:
        raise ReadingError("it states no time")
    if message.signer.may(DIGITAL_SIGNATURE):
        fault = with_others(terms.believed, message.certificates).refused(message.signer, when)
    else:
        fault = "the certificate is not made for digital signatures"
    if level and not fault and terms.believed.knows_revoked:
        level = 3 if terms.archived else 2
    return TrustFound(
        fault, level, [*words, fault or f"the certificate leads to a trusted root, valid on {said(when)}"]
    )


# --- The ledger: canonical JSON (RFC 8785, narrowed), Merkle proofs (RFC 9162), signed notes (C2SP) -------------------

LARGEST_WHOLE = 2**53 - 1
LARGEST_SIZE = 2**63 - 1
KEY_LINE = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")
SURE_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
ENTRY_FACTS = {
    "v": int,
    "sequence": int,
    "previous": str,
    "recorded_at": str,
    "actor": str,
    "act": str,
    "kind": str,
    "number": str,
    "version": int,
    "body": dict,
    "raw": list,
    "software": str,
}


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any value of JSON
    """Write the one form of a value; refuse what has none."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if not all(isinstance(key, str) and key.isascii() for key in one):
                raise ReadingError("JSON: a key that is not ASCII")
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
        elif isinstance(one, str):
            if not unicodedata.is_normalized("NFC", one) or any("\ud800" <= c <= "\udfff" for c in one):
                raise ReadingError("JSON: a text that is not in Unicode NFC")
        elif not (one is None or isinstance(one, bool) or (type(one) is int and abs(one) <= LARGEST_WHOLE)):
            raise ReadingError("JSON: a number that is no whole one, or too large")
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def parsed(data: bytes) -> Any:  # noqa: ANN401 - any value of JSON
    """Read JSON without numbers that two readers could read differently."""

    def refuse(text: str) -> Any:  # noqa: ANN401 - never gives anything
        raise ReadingError(f"JSON: the number {shown(text)}")

    def whole(text: str) -> int:
        return int(text) if len(text) <= 20 else refuse(text)

    try:
        return json.loads(data.decode(), parse_float=refuse, parse_constant=refuse, parse_int=whole)
    except (ValueError, RecursionError) as error:
        raise ReadingError(f"not JSON: {shown(error)}") from error


def parse_canonical(data: bytes) -> Any:  # noqa: ANN401 - any value of JSON
    """Read the canonical form of a value, and only that."""
    value = parsed(data)
    if canonical(value) != data:
        raise ReadingError("JSON that is not in its canonical form")
    return value


def entry_of(data: bytes) -> Dict[str, Any]:
    """Read the bytes of a ledger entry."""
    value = parse_canonical(data)
    if not isinstance(value, dict) or value.get("v") != 1:
        raise ReadingError("no ledger entry")
    extra = set(value) - set(ENTRY_FACTS)
    if any(type(value.get(key)) is not kind for key, kind in ENTRY_FACTS.items()):
        raise ReadingError("a ledger entry with a fact that is missing or of another type")
    if not {"signature"} <= extra <= {"signature", "authority"} or value.get("authority", "-") == "":
        raise ReadingError("a ledger entry with facts that none has")
    if value["sequence"] < 1 or value["version"] < 1 or not SURE_MOMENT.fullmatch(value["recorded_at"]):
        raise ReadingError("a ledger entry with an impossible number or time")
    return value


def leaf(data: bytes) -> bytes:
    """Hash an entry as a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two nodes as the one above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def included(data: bytes, index: int, path: Sequence[bytes], size: int, root: bytes) -> bool:
    """Follow an inclusion proof (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size <= LARGEST_SIZE or any(len(one) != 32 for one in path):
        return False
    place, last, found = index, size - 1, leaf(data)
    for one in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node(one, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node(found, one)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Follow a consistency proof (RFC 9162, 2.1.4.2): the newer tree begins with the older one."""
    if not 1 <= old_size <= size <= LARGEST_SIZE or any(len(one) != 32 for one in path):
        return False
    if old_size == size:
        return not path and old_root == root
    nodes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    if not path:
        return False
    place, last = old_size - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = nodes[0]
    for one in nodes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            older, newer = node(one, older), node(one, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node(newer, one)
        place, last = place >> 1, last >> 1
    return last == 0 and older == old_root and newer == root


def unbase64(text: str) -> bytes:
    """Read base64 in its one form."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ReadingError("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise ReadingError("base64 that is not in its one form")
    return data


class LedgerKey(NamedTuple):
    """A key that signs checkpoints; its name is the ledger's."""

    name: str
    short: bytes
    public: bytes


def ledger_keys(text: str) -> List[LedgerKey]:
    """Read the keys among the lines of a text; other lines are passed over."""
    found: List[LedgerKey] = []
    for line in text.splitlines():
        match = KEY_LINE.fullmatch(line.strip())
        try:
            data = unbase64(match[3]) if match else b""
        except ReadingError:
            continue
        if match and len(data) == 33 and data[:1] == b"\x01":
            short = hashlib.sha256(match[1].encode() + b"\n" + data).digest()[:4]
            point = ed_read(data[1:])
            sound = point is not None and ed_written(ed_times(8, point)) != b"\x01" + bytes(31)
            key = LedgerKey(match[1], short, data[1:])
            if short.hex() == match[2] and sound and key not in found:
                found.append(key)
    return found


class Note(NamedTuple):
    """A signed checkpoint."""

    text: bytes
    origin: str
    size: int
    root: bytes
    lines: List[Tuple[str, bytes, bytes]]
    """Name, key ID and signature of each signature line."""

    def signers(self, keys: Sequence[LedgerKey]) -> Optional[List[LedgerKey]]:
        """Give the keys of this ledger that signed it; None if a line of a known key does not verify."""
        known = {(key.name, key.short): key for key in keys if key.name == self.origin}
        if len(known) != len({key for key in keys if key.name == self.origin}):
            return None
        found = []
        for name, short, signature in self.lines:
            key = known.get((name, short))
            if key is not None and not ed25519(key.public, signature, self.text):
                return None
            found += [key] if key is not None else []
        return found


def signed_note(data: bytes) -> Note:
    """Read a checkpoint with its signatures, in the one form that is written."""
    if len(data) > 2**20:
        raise ReadingError("a checkpoint that is too long")
    text, blank, signatures = data.decode().rpartition("\n\n")
    lines = text.split("\n")
    if not blank or not signatures.endswith("\n") or len(lines) < 3:
        raise ReadingError("no signed checkpoint")
    if any(not line or any(unicodedata.category(c) in {"Cc", "Cs"} for c in line) for line in lines):
        raise ReadingError("a checkpoint with an empty line or a control character")
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1], re.ASCII) or int(lines[1]) > LARGEST_SIZE:
        raise ReadingError("a checkpoint without a size")
    found = []
    for line in signatures[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not parts[1] or "+" in parts[1] or re.search(r"\s", parts[1]):
            raise ReadingError("a damaged signature line")
        packed = unbase64(parts[2])
        if len(packed) < 5:
            raise ReadingError("a damaged signature line")
        found.append((parts[1], packed[:4], packed[4:]))
    root = unbase64(lines[2])
    if len(root) != 32 or not 1 <= len(found) <= 100 or len(set(found)) != len(found):
        raise ReadingError("a checkpoint with a damaged root, or with a signature line twice")
    return Note(f"{text}\n".encode(), lines[0], int(lines[1]), root, found)


# --- The arithmetic of a report ---------------------------------------------------------------------------------------

EQUAL, DIFFERS, NOT_POSSIBLE = "equal", "differs", "not possible"
DATA_FILE, SPECTRA_FILE = "report-data.json", "identified-spectra.msp"
ENTRIES_FILE, PROOFS_FILE = "ledger-entries.jsonl", "ledger-proofs.jsonl"
CHECKPOINT_FILE, KEYS_FILE = "ledger-checkpoint.txt", "ledger-keys.txt"
LEDGER_FILES = (ENTRIES_FILE, PROOFS_FILE, CHECKPOINT_FILE, KEYS_FILE)
WANTED = (DATA_FILE, SPECTRA_FILE, *LEDGER_FILES)


class Check(NamedTuple):
    """One check: done and equal, done and different, or not possible, and why."""

    name: str
    state: str
    words: str


@dataclass
class Tally:
    """Gathers what the parts of one check gave."""

    name: str
    differing: List[str] = field(default_factory=list)
    lacking: List[str] = field(default_factory=list)
    equal: int = 0

    def judge(self, what: str, follows: bool) -> None:  # noqa: FBT001 - the outcome of one part
        """Count one part."""
        self.equal += follows
        if not follows:
            self.differing.append(what)

    def result(self, of_equal: str, nothing: str) -> Check:
        """Give the check; one part that differs makes it differ."""
        state = DIFFERS if self.differing else EQUAL if self.equal else NOT_POSSIBLE
        words = [*self.differing, *([f"{self.equal} {of_equal}"] if self.equal else []), *self.lacking]
        return Check(self.name, state, "; ".join(words) or nothing)


def decimal(value: Any) -> Decimal:  # noqa: ANN401 - text, or damaged data
    """Read a decimal of a size that can be counted with."""
    if not isinstance(value, str) or len(value) > 60:
        raise ReadingError("a number that is no decimal text")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ReadingError(f"{shown(value)} is no number") from error
    if not number.is_finite() or not -40 <= int(number.as_tuple().exponent) <= 40:
        raise ReadingError(f"{shown(value)} is no number to count with")
    return number


def parts_of(data: Any, *way: str) -> List[Any]:  # noqa: ANN401 - data of a report
    """Give a list inside the data; empty where a report from before that time has none."""
    for key in way:
        data = data.get(key) if isinstance(data, dict) else None
    return data if isinstance(data, list) else []


def check_match_factors(data: Dict[str, Any]) -> Check:
    """Compare measured and reference spectra again: 999 times the squared cosine of the roots of the intensities."""
    tally = Tally("match_factors")
    known = (data["method"]["preset"], data["method"]["preset_version"]) == ("ei-simple", 1)
    for run in parts_of(data, "runs"):
        for component in parts_of(run, "components"):
            identity = component["identity"]
            if identity is None or not known:
                continue
            place = f"run {run['number']}, component {component['number']}, {shown(identity['name'])}"
            chosen = [(one["name"], one["inchikey"]) for one in component["candidates"]]
            wanted = (identity["name"], identity["inchikey"])
            if wanted not in chosen:
                tally.lacking.append(f"{place}: it stands in no hit list")
                continue
            told = component["candidates"][chosen.index(wanted)]
            try:
                pair = match_factors(identity["measured"], identity["reference"])
            except UNREADABLE:
                tally.judge(f"{place}: its spectra are none", follows=False)
                continue
            said_pair = (told["match_factor"], told["reverse_match_factor"])
            words = f"{place}: the report says {said_pair}, its spectra give ({pair[0]:.0f}, {pair[1]:.0f})"
            tally.judge(words, follows=all(abs(a - b) <= 1.5 for a, b in zip(pair, said_pair)))
    if not known:
        tally.lacking.append("the preset of the report is not known here")
    return tally.result("components whose match factors follow from the spectra", "the report names no component")


def match_factors(measured: List[Any], reference: List[Any]) -> Tuple[float, float]:
    """Give match factor and reverse match factor; peaks below 0.2 % of the base peak do not count."""
    left, right = (roots_of(one) for one in (measured, reference))
    product = math.fsum(left[mz] * right[mz] for mz in left if mz in right)
    norms = [math.fsum(one * one for one in side.values()) for side in (left, right)]
    common = math.fsum(left[mz] ** 2 for mz in left if mz in right)
    factor = 999 * product * product / (norms[0] * norms[1]) if norms[0] and norms[1] else 0.0
    return factor, 999 * product * product / (common * norms[1]) if common and norms[1] else 0.0


def roots_of(peaks: List[Any]) -> Dict[int, float]:
    """Give the square roots of the intensities that count, by nominal mass."""
    heights: Dict[int, float] = {}
    for peak in peaks:
        mz, height = peak["mz"], float(decimal(peak["intensity"]))
        if type(mz) is not int or height < 0 or mz in heights:
            raise ReadingError("no spectrum")
        heights[mz] = height
    limit = 0.002 * max(heights.values(), default=0.0)
    return {mz: math.sqrt(height) for mz, height in heights.items() if mz > 0 and height > 0 and height >= limit}


def check_sampling(data: Dict[str, Any]) -> Check:
    """Make every sampling statement again."""
    tally = Tally("sampling")
    for plan in parts_of(data, "circumstances", "sampling"):
        if plan["statement"]["population"] > 100_000:
            tally.lacking.append(f"plan {plan['number']}: the population is too large here")
            continue
        try:
            faults = list(sampling_faults(plan, plan["statement"]))
        except UNREADABLE as error:
            faults = [f"its numbers cannot be computed with: {shown(error)}"]
        tally.judge("; ".join(f"plan {plan['number']}: {fault}" for fault in faults), follows=not faults)
    return tally.result("sampling statements that follow from the results", "the report has no sampling plan")


def sampling_faults(plan: Dict[str, Any], told: Dict[str, Any]) -> Iterator[str]:
    """Name what does not follow from population, design, tested units and results."""
    design, population, tested = told["design"], told["population"], told["tested"]
    numbers = [design.get(key) for key in ("proportion", "confidence", "prior_positive", "prior_negative")]
    if not all(one is None or abs(int(decimal(one).as_tuple().exponent)) <= 12 for one in numbers):
        raise ReadingError("a number with too many places")
    to_test = units_to_test(population, design)
    if to_test != told["to_test"]:
        yield f"{told['to_test']} units were to be tested; the figures give {to_test}"
    kind = statement_kind(plan, told)
    if kind != told["kind"]:
        yield "the figures do not support the sentence of the report"
    at_least = None
    if kind in {"at least", "at least, Bayesian"}:
        at_least = most_supported(design, population, tested, told["not_positive"])
    if at_least != told["at_least"]:
        yield f"at least {told['at_least']} units; the figures give {at_least}"
    if not drawn_again(plan, population):
        yield "the seed does not give the units that were drawn"


def statement_kind(plan: Dict[str, Any], told: Dict[str, Any]) -> str:
    """Tell which sentence the figures support."""
    if plan.get("split_into"):
        return "split"
    if not plan["draws"] or told["tested"] != len(plan["units"]) or told["tested"] < told["to_test"]:
        return "not finished"
    if len(told["substances"]) != 1:
        return "mixed" if told["substances"] else "none positive"
    method = told["design"]["method"]
    return {"hypergeometric": "at least", "Bayesian": "at least, Bayesian"}.get(method, "tested units only")


def units_to_test(population: int, design: Dict[str, Any]) -> int:
    """Give how many units a design asks for."""
    method, negatives = design["method"], design["expected_negatives"]
    if not 1 <= population <= 1_000_000:
        raise ReadingError("an impossible population")
    if method == "square root":
        return math.isqrt(population - 1) + 1
    if method == "Frank":
        return min(population, 20 + math.ceil(Fraction(max(population - 20, 0), 10)))
    if method not in {"hypergeometric", "Bayesian"}:
        units = population if design["custom_units"] is None else design["custom_units"]
        if not 1 <= units <= population:
            raise ReadingError("an impossible number of units")
        return int(units)
    share, certainty = Fraction(decimal(design["proportion"])), Fraction(decimal(design["confidence"]))
    if not (0 < share <= 1 and 0 < certainty < 1 and 0 <= negatives <= population):
        raise ReadingError("an impossible design")
    wanted = math.ceil(share * population)
    if population - negatives < wanted:
        raise ReadingError("a statement that no number of units supports")
    low, high = negatives if method == "hypergeometric" else max(negatives, 1) - 1, population
    while high - low > 1:
        middle = (low + high) // 2
        enough = supported(design, population, wanted, middle, negatives, share)
        low, high = (low, middle) if enough else (middle, high)
    return high


def supported(
    design: Dict[str, Any], population: int, wanted: int, tested: int, negatives: int, share: Fraction
) -> bool:
    """Tell whether so many tested units, so many of them negative, support a statement (UNODC ST/NAR/38, 2009)."""
    certainty = Fraction(decimal(design["confidence"]))
    if design["method"] == "hypergeometric":
        return hypergeometric(population, wanted - 1, tested, negatives) <= 1 - certainty
    a = Fraction(decimal(design["prior_positive"])) + tested - negatives
    b = Fraction(decimal(design["prior_negative"])) + negatives
    if a <= 0 or b <= 0:
        raise ReadingError("an impossible prior")
    if population > 1000:
        return 1 - beta_below(float(share), float(a), float(b)) >= float(certainty)
    return beta_binomial(population - tested, a, b, wanted - (tested - negatives)) >= certainty


def hypergeometric(population: int, positive: int, tested: int, negatives: int) -> Fraction:
    """Give the probability of at most so many negatives among the tested units."""
    drawn, marked = sorted((tested, population - positive))
    ways = 0
    for one in range(min(negatives, drawn) + 1):
        Patience.spend()
        ways += math.comb(marked, one) * math.comb(population - marked, drawn - one)
    return Fraction(ways, math.comb(population, drawn))


def beta_binomial(unseen: int, a: Fraction, b: Fraction, needed: int) -> Fraction:
    """Give the probability that so many of the unseen units are positive."""
    term = total = Fraction(1)
    enough = Fraction(int(needed <= 0))
    for found in range(unseen):
        Patience.spend()
        term *= Fraction(unseen - found, found + 1) * (a + found) / (b + unseen - found - 1)
        total += term
        enough += term if found + 1 >= needed else 0
    return enough / total


def most_supported(design: Dict[str, Any], population: int, tested: int, negatives: int) -> int:
    """Give the largest number of positive units that the results support."""
    if not 0 <= negatives <= tested <= population or tested == 0:
        raise ReadingError("impossible results")
    low, high = tested - negatives, population - negatives
    while low < high:
        middle = (low + high + 1) // 2
        enough = supported(design, population, middle, tested, negatives, Fraction(middle, population))
        low, high = (middle, high) if enough else (low, middle - 1)
    return low


def beta_below(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function, by its continued fraction (Lentz; DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(1 - x, b, a)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)) / a
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    total = d
    Patience.spend()
    for m in range(1, 20_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        before = total
        for step in (even, odd):
            d, c = 1 / (1 + step * d), 1 + step / c
            total *= c * d
        if abs(total - before) <= 1e-16 * total:
            break
    return front * total


GENERATOR = "PCG64 (numpy), raw 64-bit words, rejection, partial Fisher-Yates; version 1"


def drawn_again(plan: Dict[str, Any], population: int) -> bool:
    """Draw the units again where one draw by the known generator gave all of them; others cannot be repeated."""
    draw: Dict[str, Any] = plan["draws"][0] if len(plan["draws"]) == 1 else {"seed": None}
    if draw["seed"] is None or draw["generator"] != GENERATOR:
        return True
    count, words, left = len(plan["units"]), pcg64(draw["seed"]), list(range(1, population + 1))
    if not 0 <= draw["seed"] <= LARGEST_WHOLE or count > population:
        return False
    for place in range(count):
        limit = population - place
        word = next(word for word in words if word < 2**64 - 2**64 % limit)
        other = place + word % limit
        left[place], left[other] = left[other], left[place]
    return bool(sorted(left[:count]) == plan["units"])


def pcg64(seed: int) -> Iterator[int]:
    """Give the raw words of numpy's PCG64 (O'Neill 2014, XSL-RR 128/64) with the seeding of its SeedSequence."""
    low, high, full = 2**32 - 1, 2**64 - 1, 2**128 - 1
    constant = [0x43B0D7E5, 0x931E8875]

    def hashed(value: int) -> int:
        value ^= constant[0]
        constant[0] = constant[0] * constant[1] & low
        value = value * constant[0] & low
        return value ^ value >> 16

    pool = [hashed(seed >> 32 * place & low) for place in range(4)]
    for source in range(4):
        for target in range(4):
            if source != target:
                mixed = (0xCA01F9DD * pool[target] - 0x4973F715 * hashed(pool[source])) & low
                pool[target] = mixed ^ mixed >> 16
    constant = [0x8B51F9DD, 0x58F38DED]
    halves = [hashed(pool[place % 4]) for place in range(8)]
    first, second, third, fourth = (halves[at] | halves[at + 1] << 32 for at in range(0, 8, 2))
    step, times = (third << 64 | fourth) << 1 & full | 1, 0x2360ED051FC65DA44385DF649FCCF645
    state = ((step + (first << 64 | second)) * times + step) & full
    while True:
        state = (state * times + step) & full
        word, turn = (state >> 64 ^ state) & high, state >> 122
        yield (word >> turn | word << (64 - turn)) & high


def check_weights(data: Dict[str, Any]) -> Check:
    """Compute every mass and its uncertainty again, from the readings and the balance's budget."""
    tally = Tally("weights")
    for weight in parts_of(data, "circumstances", "weights"):
        place = f"weighing {weight['number']}"
        if {"2": "95.45", "3": "99.73"}.get(str(decimal(weight["k"]).normalize())) != weight["coverage_percent"]:
            tally.judge(f"{place}: k does not cover the stated per cent", follows=False)
        elif weight.get("gross_g") is None or weight.get("budget") is None:
            tally.lacking.append(f"{place}: its readings are not in the data")
        else:
            try:
                mass, u = weighed(weight, weight["budget"])
                follows = (mass, u) == (decimal(weight["mass_g"]), decimal(weight["u_g"]))
                words = f"{place}: the report says {weight['mass_g']} g, U {weight['u_g']} g; it is {mass} g, U {u} g"
            except UNREADABLE:
                follows, words = False, f"{place}: its numbers cannot be computed with"
            tally.judge(words, follows=follows)
    return tally.result("masses that follow from the readings and the balance", "the report states no mass")


def weighed(weight: Dict[str, Any], budget: Dict[str, Any]) -> Tuple[Decimal, Decimal]:
    """Give mass and expanded uncertainty, rounded as they are printed."""
    readability, repeatability, linearity, certificate_u, certificate_k = (
        decimal(budget[key])
        for key in ("readability_g", "repeatability_g", "linearity_g", "calibration_u_g", "calibration_k")
    )
    tare = weight.get("tare_g")
    times = Decimal(1 if tare is None else 2).sqrt()
    root = Decimal(3).sqrt()
    parts = [repeatability * times, readability / (2 * root) * times, linearity / root * times]
    u = decimal(weight["k"]) * sum((one**2 for one in [*parts, certificate_u / certificate_k]), Decimal(0)).sqrt()
    if u:
        u = u.quantize(Decimal(1).scaleb(u.adjusted() - 1), rounding=ROUND_CEILING)
    mass = decimal(weight["gross_g"]) - (decimal(tare) if tare is not None else 0)
    return mass.quantize(Decimal(1).scaleb(int(u.as_tuple().exponent))), u


def check_thresholds(data: Dict[str, Any]) -> Check:
    """Hold every mass against its thresholds again: what is within the uncertainty is not decided."""
    tally = Tally("threshold")
    for one in parts_of(data, "circumstances", "thresholds"):
        mass, u, limit = (decimal(one[key]) for key in ("mass_g", "u_g", "threshold_g"))
        found = {decided(mass, u, limit, inclusive=inclusive) for inclusive in (False, True)}
        tally.judge(f"{shown(one['basis'])}: the decision does not follow", follows=one["decision"] in found)
    for section in parts_of(data, "circumstances", "legal"):
        check_sizes(tally, section, parts_of(data, "circumstances", "weights"))
    return tally.result("decisions that follow from mass and uncertainty", "the report holds no mass against one")


def decided(mass: Decimal, u: Decimal, limit: Decimal, *, inclusive: bool) -> str:
    """Decide by ISO/IEC 17025, 7.8.6."""
    if mass - u > limit or (inclusive and mass - u == limit):
        return "exceeded"
    return "below" if mass + u < limit else "not decided"


def check_sizes(tally: Tally, section: Dict[str, Any], weights: List[Any]) -> None:
    """Find the size classes of one determination again."""
    days = [day for day in (section["on_seizure"], section["on_report"]) if day is not None]
    sizes = [one for day in days for one in parts_of(day, "sizes")]
    sizes = [one for one in sizes if parts_of(one, "thresholds") or one["result"] != "cannot decide"]
    amount = section.get("weighed")
    if sizes and amount is None:
        tally.lacking.append(f"determination {section['number']}: its amount is not in the data")
    if not sizes or amount is None:
        return
    mass, u = decimal(amount["amount"]), decimal(amount["u"])
    for size in sizes:
        try:
            follows = size_follows(size, amount, mass, u)
        except UNREADABLE:
            follows = False
        words = f"{section['number']}, {shown(size['citation'])}: the size class does not follow from the amount"
        tally.judge(words, follows=follows)
    for weight in weights:
        same = (decimal(weight["mass_g"]), decimal(weight["u_g"])) == (mass, u)
        if weight["number"] == section["weighing_number"] and not same:
            tally.judge(f"determination {section['number']}: its amount is not that of its weighing", follows=False)


def size_follows(told: Dict[str, Any], amount: Dict[str, Any], mass: Decimal, u: Decimal) -> bool:
    """Tell whether a size class and its comparisons follow from an amount."""
    rows = sorted(parts_of(told, "thresholds"), key=lambda one: decimal(one["amount"]))
    order, basis = ["small", "large", "especially large"], amount["basis"]
    sizes = [one["size"] for one in rows]
    stated = [basis["matter"], basis["dryness"]] + ([] if basis["matter"] == "whole mixture" else [basis["form"]])
    complete = rows and sizes == [one for one in order if one in sizes] and None not in stated
    if not complete or any(one["unit"] != amount["unit"] or one["inclusive"] is None for one in rows):
        return told["result"] == "cannot decide" and not parts_of(told, "readings") and not rows
    found = [decided(mass, u, decimal(one["amount"]), inclusive=one["inclusive"]) for one in rows]
    lower, upper = (
        ([size for size, word in zip(sizes, found) if word in counted] or ["below small"])[-1]
        for counted in ({"exceeded"}, {"exceeded", "not decided"})
    )
    result, readings = (lower, []) if lower == upper else ("not decided", [lower, upper])
    listed = [one["decision"] for one in parts_of(told, "thresholds")]
    return (result, readings, found) == (told["result"], parts_of(told, "readings"), listed)


def check_confidence(data: Dict[str, Any]) -> Check:
    """Compute the exact interval of the stated error rate again (Clopper and Pearson 1934)."""
    tally, told = Tally("confidence"), data["confidence"]["rate"]
    if told is not None:
        try:
            follows = rate_follows(told)
        except UNREADABLE:
            follows = False
        words = f"the interval does not follow from {told['errors']} errors in {told['trials']} trials"
        tally.judge(words, follows=follows)
    return tally.result("error rate whose interval follows from errors and trials", "the report states no error rate")


def rate_follows(told: Dict[str, Any]) -> bool:
    """Tell whether the interval, in per cent and rounded outwards to hundredths, follows from errors and trials."""
    errors, trials = told["errors"], told["trials"]
    tail = (1.0 - float(decimal(told["confidence_percent"])) / 100.0) / 2.0
    if not (0 < tail < 0.5 and 0 <= errors <= trials <= 10**9 and trials):
        raise ReadingError("impossible counts")
    low = quantile(tail, errors, trials - errors + 1) if errors else 0.0
    high = quantile(1.0 - tail, errors + 1, trials - errors) if errors < trials else 1.0
    ends = ((low, "low_percent", ROUND_FLOOR), (high, "high_percent", ROUND_CEILING))
    return all(rounds_to(end, decimal(told[name]), rounding) for end, name, rounding in ends)


def rounds_to(share: float, told: Decimal, rounding: str) -> bool:
    """Tell whether a share gives a percentage, whichever way the last digits of floating point fell."""
    near = (Decimal(share + step) * 100 for step in (-1e-11, 0.0, 1e-11))
    return any(one.quantize(Decimal("0.01"), rounding=rounding) == told for one in near)


def quantile(share: float, a: float, b: float) -> float:
    """Find where the incomplete beta function reaches a share, by halves."""
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if beta_below(middle, a, b) < share else (low, middle)
    return (low + high) / 2


def check_quantitation(data: Dict[str, Any]) -> Check:
    """Fit every calibration curve again and follow it to the content and the mass that the report states."""
    tally = Tally("quantitation")
    for one in parts_of(data, "quantitations"):
        try:
            faults = list(quantitation_faults(one, Fit.of(one["curve"], one["points"])))
        except UNREADABLE as error:
            faults = [f"its numbers cannot be computed with: {shown(error)}"]
        tally.judge(f"quantitation {one['number']}: {'; '.join(faults[:5])}", follows=not faults)
    return tally.result("quantitations that follow from calibrators and portions", "the data hold no quantitation")


class Fit(NamedTuple):
    """A calibration curve, fitted by weighted least squares in rational numbers."""

    powers: List[int]
    coefficients: List[float]
    spread: List[List[float]]
    """Inverse of the normal matrix, in the order of the powers."""
    variance: float
    """Of a response of weight 1."""
    exponent: int
    """Of the concentration in the weights, negative."""
    ends: Tuple[float, float]
    degrees: int

    @classmethod
    def of(cls, curve: Dict[str, Any], points: List[Any]) -> Fit:
        """Fit the calibrators that are marked as used."""
        used = [one for one in points if one["used"] and one["response"] is not None]
        x = [Fraction(decimal(one["nominal_ug_per_ml"])) for one in used]
        y = [Fraction(decimal(one["response"])) for one in used]
        powers = list(range(1 if curve["through_origin"] else 0, curve["degree"] + 1))
        exponent = {"none": 0, "1/x": 1, "1/x^2": 2}[curve["weighting"]]
        if curve["degree"] not in {1, 2} or len(x) <= len(powers) or len(set(x)) < len(powers) or min(x) <= 0:
            raise ReadingError("no curve can be fitted to its calibrators")
        weights = [one**-exponent for one in x]
        matrix = [[sum((w * a ** (p + q) for w, a in zip(weights, x)), Fraction(0)) for q in powers] for p in powers]
        inverse = inverted(matrix)
        right = [sum(w * b * a**p for w, a, b in zip(weights, x, y)) for p in powers]
        exact = [sum(one * other for one, other in zip(row, right)) for row in inverse]
        rest = [b - sum(c * a**p for c, p in zip(exact, powers)) for a, b in zip(x, y)]
        degrees = len(x) - len(powers)
        variance = float(sum(w * r * r for w, r in zip(weights, rest)) / degrees)
        spread = [[float(one) for one in row] for row in inverse]
        ends = (float(min(x)), float(max(x)))
        fit = cls(powers, [float(one) for one in exact], spread, variance, exponent, ends, degrees)
        slopes, flat = [fit.slope(one) for one in ends], 1e-9 * max(abs(float(one)) for one in y) / ends[1]
        if slopes[0] * slopes[1] <= 0 or min(map(abs, slopes)) <= flat:
            raise ReadingError("its curve turns or is flat among the calibrators")
        return fit

    def response(self, x: float) -> float:
        """Give the response at a concentration."""
        return sum(c * x**p for c, p in zip(self.coefficients, self.powers))

    def slope(self, x: float) -> float:
        """Give the slope at a concentration."""
        return sum(p * c * x ** (p - 1) for c, p in zip(self.coefficients, self.powers) if p)

    def concentration(self, response: float) -> float:
        """Read a concentration off the branch on which the calibrators lie; no number where the curve ends before."""
        known = dict(zip(self.powers, self.coefficients))
        missing, linear, quadratic = response - known.get(0, 0.0), known[1], known.get(2, 0.0)
        inside = linear * linear + 4 * quadratic * missing
        if inside < 0:
            return math.nan
        root = math.copysign(math.sqrt(inside), self.slope(self.ends[1]))
        if root * linear > 0:
            return 2 * missing / (linear + root)
        return (root - linear) / (2 * quadratic) if quadratic else missing / linear

    def scatter(self, x: float) -> float:
        """Give the standard deviation of one response; below the lowest calibrator that of the lowest."""
        return math.sqrt(self.variance * max(x, self.ends[0]) ** self.exponent)

    def curve_u(self, x: float) -> float:
        """Give the standard uncertainty of the curve itself."""
        basis = [x**p for p in self.powers]
        total = sum(a * b * one for a, row in zip(basis, self.spread) for b, one in zip(basis, row))
        return math.sqrt(max(0.0, self.variance * total))


def inverted(matrix: List[List[Fraction]]) -> List[List[Fraction]]:
    """Invert a matrix of rational numbers (Gauss and Jordan)."""
    size = len(matrix)
    rows = [[*row, *(Fraction(int(place == at)) for at in range(size))] for place, row in enumerate(matrix)]
    for place in range(size):
        pivot = next(at for at in range(place, size) if rows[at][place])
        rows[place], rows[pivot] = rows[pivot], rows[place]
        rows[place] = [one / rows[place][place] for one in rows[place]]
        for at in range(size):
            if at != place:
                rows[at] = [one - rows[at][place] * other for one, other in zip(rows[at], rows[place])]
    return [row[size:] for row in rows]


def agrees(told: Optional[str], found: float, within: float = 0.0) -> bool:
    """Tell whether a recorded number is the computed one, as far as recorded numbers go."""
    if told is None:
        return not math.isfinite(found)
    return math.isclose(float(decimal(told)), found, rel_tol=1e-6, abs_tol=1e-6 * abs(within))


def quantitation_faults(one: Dict[str, Any], fit: Fit) -> Iterator[str]:
    """Name every number of a quantitation that does not follow from the others."""
    curve, lowest = one["curve"], fit.ends[0]
    if [part["power"] for part in curve["coefficients"]] != fit.powers or curve["degrees_of_freedom"] != fit.degrees:
        yield "the curve is of another form"
        return
    limit = fit.scatter(lowest) / abs(fit.slope(lowest))
    told = [part["value"] for part in curve["coefficients"]]
    told += [curve["residual_standard_deviation"], curve["lowest_ug_per_ml"], curve["highest_ug_per_ml"]]
    told += [curve["detection_limit_ug_per_ml"], curve["quantitation_limit_ug_per_ml"]]
    found = [*fit.coefficients, math.sqrt(fit.variance), *fit.ends, 3.3 * limit, 10 * limit]
    if not all(map(agrees, told, found)):
        yield "the curve does not follow from its calibrators"
    for point in one["points"]:
        if point["used"] and point["response"] is not None:
            response, nominal = float(decimal(point["response"])), float(decimal(point["nominal_ug_per_ml"]))
            back = agrees(point["back_calculated_ug_per_ml"], fit.concentration(response))
            if not (back and agrees(point["residual"], response - fit.response(nominal), response)):
                yield f"calibrator {shown(point['run_number'])} does not lie on the curve as it says"
    for it in (*one["injections"], *one["controls"], *one["blanks"]):
        if it["concentration"] is not None and not concentration_follows(it, one["by"], fit):
            yield f"the concentration of {shown(it['run_number'])} does not follow from its response"
    yield from content_faults(one)


def concentration_follows(it: Dict[str, Any], by: Dict[str, Any], fit: Fit) -> bool:
    """Read a concentration off the curve again, with its uncertainty (JCGM 100:2008, 5.1.2 and G.4.1)."""
    if it["response"] is None or it["response_u"] is None:
        return False
    stated = {part["name"]: float(decimal(part["relative_u"])) for part in by["stated"]}
    known = [stated[name] for name in ("weighing", "volume", "purity") if name in stated]
    x = fit.concentration(float(decimal(it["response"])))
    noise = max(fit.scatter(x), float(decimal(it["response_u"])))
    own = math.sqrt(noise**2 + fit.curve_u(x) ** 2) / abs(fit.slope(x))
    whole = math.sqrt(own**2 + sum((x * part) ** 2 for part in known))
    k = student((whole / own) ** 4 * fit.degrees if own else math.inf, float(decimal(by["confidence"])))
    found = {"value": x, "calibration_u": own, "standard_u": whole, "k": k, "expanded_u": k * whole}
    return all(agrees(it["concentration"][name], number) for name, number in found.items())


def student(degrees: float, confidence: float) -> float:
    """Give Student's t, two-sided; of many degrees of freedom by the series of Abramowitz and Stegun, 26.7.5."""
    tail = 0.5 * (1.0 - confidence)
    z = NormalDist().inv_cdf(1.0 - tail)
    if degrees > 1000:
        first, second = (z**3 + z) / 4, (5 * z**5 + 16 * z**3 + 3 * z) / 96
        third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
        return z + first / degrees + second / degrees**2 + third / degrees**3
    x = quantile(2 * tail, degrees / 2, 0.5)
    return math.sqrt(degrees * (1 - x) / x)


def content_faults(one: Dict[str, Any]) -> Iterator[str]:
    """Name what does not follow of the content of the exhibit, and of the mass of the substance in it."""
    told, total = one["result"], one["total"]
    if told is None:
        return
    prepared = {it["run_number"]: it for it in one["preparations"]}
    if any(it["run_number"] not in prepared for it in one["injections"]):
        yield "a content without its portions"
        return
    pairs = [(prepared[it["run_number"]], it["concentration"]) for it in one["injections"] if it["concentration"]]
    percent, parts = content(one, pairs)
    confidence = decimal(one["by"]["confidence"])
    found = rounded(percent, parts, confidence)
    stated = [(it["name"], decimal(it["relative_u"]), it["degrees_of_freedom"]) for it in told["parts"]]
    names = [name for name, _, _ in parts]
    missing = [it for it in ("weighing", "volume", "purity", PORTION_VOLUME, "replicates") if it not in names]
    missing += ["dilution"] if any(decimal(portion["dilution"]) != 1 for portion, _ in pairs) else []
    numbers = tuple(decimal(told[key]) for key in ("percent", "u_percent", "k"))
    same = (found, stated, confidence * 100) == (numbers, parts, decimal(told["coverage_percent"]))
    if not same or missing != told["not_stated"]:
        yield f"the content is ({found[0]} +- {found[1]}) %, k {found[2]}, or has other parts of its uncertainty"
    if total is not None:
        grams, u, k = (decimal(total[key]) for key in ("exhibit_g", "exhibit_u_g", "exhibit_k"))
        whole = [*stated, ("mass of the exhibit", (u / k / grams).quantize(EIGHT), None)]
        mass = rounded(percent / 100 * grams, whole, decimal(told["coverage_percent"]) / 100)
        if (*mass, told["coverage_percent"]) != (
            *(decimal(total[key]) for key in ("mass_g", "u_g", "k")),
            total["coverage_percent"],
        ):
            yield f"the mass is ({mass[0]} +- {mass[1]}) g, k {mass[2]}"


Part = Tuple[str, Decimal, Optional[int]]
"""One part of an uncertainty: name, relative standard uncertainty, degrees of freedom or None for endless."""
EIGHT = Decimal("0.00000001")
PORTION_VOLUME = "volume of the portion"


def content(one: Dict[str, Any], pairs: List[Tuple[Any, Any]]) -> Tuple[Decimal, List[Part]]:
    """Give the mean content of the replicates in per cent, and the parts of its uncertainty."""
    standard, count = one["standard"], len(pairs)
    pure = Decimal(1)
    if standard is not None and not standard["applied"] and standard["purity"] is not None:
        pure = decimal(standard["purity"])
    percents = []
    for portion, read in pairs:
        micrograms = decimal(read["value"]) * decimal(portion["volume_ml"]) * decimal(portion["dilution"])
        percents.append(micrograms / (decimal(portion["sample_g"]) * 1_000_000) * 100 * pure)
    mean = sum(percents, Decimal(0)) / count

    def shared(values: List[Decimal]) -> Decimal:
        return (sum(values, Decimal(0)) / count).quantize(EIGHT)

    calibration = shared([decimal(read["calibration_u"]) / decimal(read["value"]) for _, read in pairs])
    parts: List[Part] = [("calibration", calibration, one["curve"]["degrees_of_freedom"])]
    certified = None
    if standard is not None and standard["purity_u"] is not None and standard["purity_k"] and standard["purity"]:
        u, k, purity = (decimal(standard[key]) for key in ("purity_u", "purity_k", "purity"))
        certified = (u / k / purity).quantize(EIGHT) if k and purity else None
    parts += [
        (it["name"], decimal(it["relative_u"]), it["degrees_of_freedom"])
        for it in one["by"]["stated"]
        if it["name"] != "purity" or certified is None
    ]
    parts += [("purity", certified, None)] if certified is not None else []
    masses = [[decimal(it[key]) for key in ("sample_u_g", "sample_k", "sample_g")] for it, _ in pairs]
    parts.append(("mass of the portion", shared([u / k / grams for u, k, grams in masses]), None))
    if all(it["volume_u_ml"] is not None and it["volume_k"] is not None for it, _ in pairs):
        volumes = [[decimal(it[key]) for key in ("volume_u_ml", "volume_k", "volume_ml")] for it, _ in pairs]
        parts.append((PORTION_VOLUME, shared([u / k / ml for u, k, ml in volumes]), None))
    if count > 1:
        spread = (sum(((it - mean) ** 2 for it in percents), Decimal(0)) / (count - 1) / count).sqrt()
        parts.append(("replicates", (spread / mean).quantize(EIGHT), count - 1))
    return mean, parts


def rounded(value: Decimal, parts: List[Part], confidence: Decimal) -> Tuple[Decimal, Decimal, Decimal]:
    """Give a value with its expanded uncertainty and its factor, rounded as they are printed."""
    whole = sum((u**2 for _, u, _ in parts), Decimal(0))
    rest = sum((u**4 / degrees for _, u, degrees in parts if degrees), Decimal(0))
    k = student(float(whole**2 / rest) if rest else math.inf, float(confidence))
    factor = Decimal(repr(k)).quantize(Decimal("0.01"), rounding=ROUND_CEILING)
    u = factor * whole.sqrt() * value
    u = u.quantize(Decimal(1).scaleb(u.adjusted() - 1), rounding=ROUND_CEILING) if u else u
    return value.quantize(Decimal(1).scaleb(int(u.as_tuple().exponent))), u, factor


def spectra_text(data: Dict[str, Any]) -> Optional[bytes]:
    """Write the file of spectra again, in the MSP format; None for a report that names no component."""
    records = []
    for run in parts_of(data, "runs"):
        for component in parts_of(run, "components"):
            identity = component["identity"]
            if identity is None:
                continue
            place = f"casework spectrum; run {run['number']}, component {component['number']}, file {run['file_name']}"
            lines = [f"Name: {one_line(identity['name'] + ' (report ' + data['number'] + ')')}"]
            lines += [f"Comment: {one_line(place)}", f"Retention time (s): {component['retention_time_s']}"]
            if identity["inchikey"] is not None:
                lines.append(f"InChIKey of the identified substance: {one_line(identity['inchikey'])}")
            if run["simulation_statement"]:
                lines.append(f"Simulated data: {one_line(run['simulation_statement'])}")
            lines.append(f"Num Peaks: {len(identity['measured'])}")
            lines += [f"{float(one['mz'])!r} {float(decimal(one['intensity']))!r}" for one in identity["measured"]]
            records.append("\n".join([*lines, ""]))
    return "\n".join(records).encode() if records else None


def one_line(text: str) -> str:
    """Bring a text to one line."""
    return " ".join(text.split())


# --- What the file and its receipt say together -----------------------------------------------------------------------


@dataclass(frozen=True)
class Inside:
    """What a PDF carries, read once."""

    files: Dict[str, bytes]
    twice: Tuple[str, ...] = ()
    """Names under which two files are attached."""
    data: Optional[Dict[str, Any]] = None
    """The content of the report; None where it is damaged or of another version."""
    note: Optional[Note] = None

    @property
    def ledger(self) -> bool:
        """Whether it carries anything of a ledger, or its data say that it does."""
        return any(name in self.files for name in LEDGER_FILES) or self.named is not None

    @property
    def named(self) -> Optional[Dict[str, Any]]:
        """What the data say of the checkpoint that lies beside them; None for a report without one."""
        told = self.data["ledger"].get("checkpoint") if self.data is not None else None
        return told if isinstance(told, dict) else None

    def lines(self, name: str) -> List[bytes]:
        """Give the lines of a file."""
        return [line for line in self.files.get(name, b"").split(b"\n") if line]


CONTENT_FACTS = {"number": str, "case": dict, "exhibit": dict, "runs": list, "method": dict, "ledger": dict}


def inside_of(pdf: Optional[Pdf]) -> Inside:
    """Read the attachments of a PDF."""
    try:
        files, twice = attachments(pdf) if pdf is not None else ({}, ())
    except UNREADABLE:
        files, twice = {}, ()
    data: Any = None
    note = None
    try:
        data = parse_canonical(files[DATA_FILE])
        people = [data[role]["name"] for role in ("expert", "reviewer")]
        whole = all(type(data.get(key)) is kind for key, kind in CONTENT_FACTS.items())
        data = data if whole and all(isinstance(one, str) for one in people) else None
    except UNREADABLE:
        data = None
    try:
        note = signed_note(files[CHECKPOINT_FILE])
    except UNREADABLE:
        note = None
    return Inside(files, twice, data, note)


def repeat(inside: Inside, keys: Sequence[LedgerKey], recorded: str) -> List[Check]:
    """Do every check of the data; none where no data are attached."""
    if DATA_FILE not in inside.files:
        return []
    arithmetic = (
        ("match_factors", check_match_factors),
        ("sampling", check_sampling),
        ("weights", check_weights),
        ("threshold", check_thresholds),
        ("quantitation", check_quantitation),
        ("confidence", check_confidence),
    )
    checks = [check_data(inside, recorded)]
    for name, check in arithmetic:
        if inside.data is None:
            checks.append(Check(name, NOT_POSSIBLE, "the data of the report could not be read"))
            continue
        try:
            checks.append(check(inside.data))
        except UNREADABLE as error:
            checks.append(Check(name, DIFFERS, f"the data cannot be computed with: {shown(error)}"))
    return [*checks, check_proofs(inside), check_checkpoint(inside, keys)]


def check_data(inside: Inside, recorded: str) -> Check:
    """Hold the data against every record that names their digest, and against the file of spectra."""
    tally, number = Tally("data"), inside.data["number"] if inside.data is not None else ""
    named = {recorded} - {""}
    for line in inside.lines(ENTRIES_FILE):
        try:
            entry = entry_of(line)
        except UNREADABLE:
            continue
        told = entry["body"].get("content_sha256")
        if (entry["kind"], entry["number"]) == ("report", number) and isinstance(told, str):
            named.add(told)
    if named:
        same = named == {hashlib.sha256(inside.files[DATA_FILE]).hexdigest()}
        tally.judge("the data do not have the digest that the record names", follows=same)
    if inside.data is None:
        tally.lacking.append("the data are damaged, or of a version that is not known here")
    else:
        try:
            expected = spectra_text(inside.data)
        except UNREADABLE:
            expected = b""
        attached = inside.files.get(SPECTRA_FILE)
        if expected is not None or attached is not None:
            tally.judge("the file of spectra does not hold the spectra of the data", follows=attached == expected)
    tally.differing += [f"two files are attached under the name {name}" for name in inside.twice]
    return tally.result("records that agree with the data", "no record that names the digest of the data is at hand")


def check_proofs(inside: Inside) -> Check:
    """Follow every proof from its entry to the root of the checkpoint."""
    tally = Tally("proofs")
    if inside.ledger:
        try:
            tally.differing += proof_faults(inside)
        except UNREADABLE as error:
            tally.differing.append(f"the extract of the ledger cannot be read: {shown(error)}")
        tally.equal = 0 if tally.differing else len(inside.lines(ENTRIES_FILE))
    return tally.result("entries that are proved to be in the ledger", "the file carries no extract of the ledger")


def proof_faults(inside: Inside) -> Iterator[str]:
    """Name what is wrong with the extract of the ledger."""
    lines, proofs, note = inside.lines(ENTRIES_FILE), inside.lines(PROOFS_FILE), inside.note
    if note is None:
        yield "the checkpoint in the file cannot be read"
        return
    if not lines or len(lines) != len(proofs):
        yield f"the extract has {len(lines)} entries and {len(proofs)} proofs"
        return
    for place, (line, proof) in enumerate(zip(lines, proofs), start=1):
        if not proved(line, proof, note):
            yield f"entry {place} of the extract is not proved to be in the ledger"
    if inside.data is None:
        return
    if not began(lines[0], inside.data):
        yield "the first entry of the extract is not the one that began this report"
    digests = {name: hashlib.sha256(inside.files[name]).hexdigest() for name in LEDGER_FILES if name in inside.files}
    told = parts_of(inside.named, "files")
    if {one["name"]: one["sha256"] for one in told} != digests or len(told) != len(digests):
        yield "the files of the ledger are not those that the data of the report name"


def proved(line: bytes, proof: bytes, note: Note) -> bool:
    """Tell whether a proof leads from an entry, at its place, to the root of a checkpoint."""
    try:
        entry, way = entry_of(line), parse_canonical(proof)
        path = [bytes.fromhex(one) for one in way["path"]]
        whole = set(way) == {"index", "path", "size"} and [one.hex() for one in path] == way["path"]
        fits = type(way["index"]) is int and way["index"] == entry["sequence"] - 1 and way["size"] == note.size
    except UNREADABLE:
        return False
    return whole and fits and included(line, way["index"], path, note.size, note.root)


def began(line: bytes, data: Dict[str, Any]) -> bool:
    """Tell whether an entry is the intent of a report, which is the head that its data name."""
    try:
        entry, told = entry_of(line), data["ledger"]
        mine = (entry["act"], entry["kind"], entry["number"]) == ("report.intended", "report", data["number"])
        return mine and (leaf(line).hex(), entry["sequence"]) == (told["head"], told["entries"])
    except UNREADABLE:
        return False


def check_checkpoint(inside: Inside, keys: Sequence[LedgerKey]) -> Check:
    """Say who signed the checkpoint: a key that the reader trusts, or one that only the file names."""
    note = inside.note
    if not inside.ledger:
        return Check("checkpoint", NOT_POSSIBLE, "the file carries no checkpoint of the ledger")
    if note is None:
        return Check("checkpoint", DIFFERS, "the checkpoint in the file cannot be read")
    told = inside.named or {}
    if inside.data is not None and [told.get(key) for key in ("origin", "size", "root")] != [
        note.origin,
        note.size,
        note.root.hex(),
    ]:
        return Check("checkpoint", DIFFERS, "the checkpoint in the file is not the one that the data name")
    signers = note.signers(keys)
    if signers:
        return Check("checkpoint", EQUAL, f"over {note.size} entries, signed by a trusted key of {shown(note.origin)}")
    own = ledger_keys(inside.files.get(KEYS_FILE, b"").decode("utf-8", "replace"))
    if signers is None or not note.signers(own):
        return Check("checkpoint", DIFFERS, "the signature of the checkpoint does not hold")
    return Check("checkpoint", NOT_POSSIBLE, f"a key of {shown(note.origin)} signed it that only the file itself names")


@dataclass(frozen=True)
class Receipt:
    """What a receipt says that is believed."""

    report: str
    note: Note
    pdf_sha256: str
    content_sha256: str
    status: str
    superseded_by: str
    withdrawal_reason: str
    consistency: Optional[Tuple[int, List[bytes]]]


RECEIPT_FACTS = {"format", "report", "entries", "proofs", "checkpoint", "keys", "consistency"}


def believed_receipt(data: bytes, keys: Sequence[LedgerKey]) -> Receipt:
    """Read a receipt; refuse one that no trusted key stands behind, or that does not prove what it says."""
    if len(data) > LARGEST_RECEIPT:
        raise ReadingError("the receipt is too large")
    facts = parse_canonical(data)
    if not isinstance(facts, dict) or set(facts) != RECEIPT_FACTS or facts["format"] != "aigaq-receipt-1":
        raise ReadingError("it is no receipt that this program knows")
    note = signed_note(facts["checkpoint"].encode())
    if not note.signers(keys):
        raise ReadingError(f"no trusted key of {shown(note.origin)} signed its checkpoint")
    texts, proofs = [one.encode() for one in facts["entries"]], facts["proofs"]
    if len(texts) not in {1, 2} or len(proofs) != len(texts) or not 1 <= len(facts["keys"]) <= 16:
        raise ReadingError("it has not one proof for each of its entries")
    entries = [entry_of(one) for one in texts]
    for text, entry, proof in zip(texts, entries, proofs):
        place, path = proof["index"], hashes_of(proof, "index")
        if place != entry["sequence"] - 1 or not included(text, place, path, note.size, note.root):
            raise ReadingError("an entry is not proved to be in the ledger")
    require_one_report(facts["report"], entries)
    consistency = facts["consistency"]
    body = entries[-1]["body"]
    return Receipt(
        report=facts["report"],
        note=note,
        pdf_sha256=body["pdf_sha256"],
        content_sha256=words_in(body, "content_sha256"),
        status=body["status"],
        superseded_by=words_in(body, "superseded_by"),
        withdrawal_reason=words_in(body, "withdrawal_reason"),
        consistency=(consistency["old_size"], hashes_of(consistency, "old_size")) if consistency is not None else None,
    )


def hashes_of(proof: Dict[str, Any], number: str) -> List[bytes]:
    """Read the digests of a proof."""
    hashes = [unbase64(one) for one in proof["hashes"]]
    if set(proof) != {number, "hashes"} or type(proof[number]) is not int or len(hashes) > 128:
        raise ReadingError("a proof in another form than a receipt's")
    if any(len(one) != 32 for one in hashes):
        raise ReadingError("a proof in another form than a receipt's")
    return hashes


def require_one_report(number: Any, entries: List[Dict[str, Any]]) -> None:  # noqa: ANN401 - text, or damaged
    """Refuse entries that are not the story of one report with one document, the newest last."""
    for entry in entries:
        body = entry["body"]
        named = {entry["number"], body.get("number"), number}
        if entry["kind"] != "report" or len(named) != 1 or not number:
            raise ReadingError("an entry is of another record")
        if not re.fullmatch("[0-9a-f]{64}", body.get("pdf_sha256") or "") or not isinstance(body.get("status"), str):
            raise ReadingError("an entry names no document or no state")
    first, last = entries[0], entries[-1]
    if first is not last and not (first["sequence"] < last["sequence"] and first["version"] < last["version"]):
        raise ReadingError("its entries are not in their order")
    if first["body"]["pdf_sha256"] != last["body"]["pdf_sha256"]:
        raise ReadingError("its entries name two documents")


def words_in(body: Dict[str, Any], key: str) -> str:
    """Give a text of a body; empty where there is none."""
    value = body.get(key)
    return value if isinstance(value, str) else ""


def two_histories(older: Note, newer: Note, proof: Optional[Tuple[int, List[bytes]]]) -> bool:
    """Tell whether two checkpoints that trusted keys signed cannot be of one ledger."""
    if older.origin != newer.origin:
        return False
    if older.size == newer.size:
        return older.root != newer.root
    if proof is None or proof[0] != older.size or older.size > newer.size:
        return False
    return not consistent(older.size, older.root, newer.size, newer.root, proof[1])


# --- The verdict ------------------------------------------------------------------------------------------------------

VALID, SUPERSEDED, ALTERED, NOT_ISSUED = "VALID", "SUPERSEDED", "ALTERED", "NOT ISSUED"
CANNOT_SAY, WITHDRAWN = "CANNOT SAY", "WITHDRAWN"
EXIT_CODES = {VALID: 0, SUPERSEDED: 3, ALTERED: 4, NOT_ISSUED: 5, CANNOT_SAY: 6, WITHDRAWN: 7}
MEANING = {
    VALID: (
        "issued by the laboratory, and unchanged to the last byte",
        "зертхана шығарған, соңғы байтына дейін өзгермеген",
        "выдано лабораторией и не изменено ни на один байт",
    ),
    SUPERSEDED: (
        "issued and unchanged, and replaced by another report",
        "шығарылған, өзгермеген, басқа қорытындымен ауыстырылған",
        "выдано, не изменено и заменено другим заключением",
    ),
    ALTERED: (
        "changed after it was signed",
        "қол қойылғаннан кейін өзгертілген",
        "изменено после подписания",
    ),
    NOT_ISSUED: (
        "not issued by the laboratory",
        "зертхана шығармаған",
        "лабораторией не выдано",
    ),
    CANNOT_SAY: (
        "something that a verdict needs is missing or does not agree",
        "шешімге қажет нәрсе жоқ немесе сәйкес келмейді",
        "чего-то, что нужно для вывода, нет, или оно не сходится",
    ),
    WITHDRAWN: (
        "issued and unchanged, and taken back by the laboratory",
        "шығарылған, өзгермеген, зертхана қайтарып алған",
        "выдано, не изменено и отозвано лабораторией",
    ),
}
NUMBER_MARK = "aigaq-report:"


@dataclass(frozen=True)
class Verification:
    """The verdict with what led to it."""

    verdict: str
    reasons: Tuple[str, ...]
    sha256: str
    report: Optional[str]
    checks: Tuple[Check, ...] = ()
    superseded_by: str = ""
    signatures: Optional[Signatures] = None


@dataclass(frozen=True)
class TrustFile:
    """Whom a reader trusts."""

    roots: List[Certificate]
    keys: List[LedgerKey]


def trust_file(data: bytes) -> TrustFile:
    """Read certificates in PEM, and lines with keys of ledgers; other lines are passed over."""
    text = data.decode("utf-8", "replace")
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]*)-----END CERTIFICATE-----", text)
    roots = [certificate(one_der(base64.b64decode("".join(block.split()), validate=True))) for block in blocks]
    return TrustFile(roots, ledger_keys(text))


def verify(
    data: bytes, *, evidence: Optional[bytes] = None, trust: TrustFile, at: Optional[datetime] = None
) -> Verification:
    """Say what a file is.

    ``evidence`` is a receipt or a bare checkpoint; ``at`` is the moment of the check, when certificates must hold for
    which no time stamp speaks; None for the time that each signature states itself.
    """
    if len(data) > LARGEST_PDF:
        return Verification(CANNOT_SAY, (f"the file has more than {LARGEST_PDF} bytes and was not read",), "", None)
    Patience.begin()
    try:
        return verified(data, evidence, trust, at)
    except OutOfTimeError:
        words = f"the file asks for more than {MOST_SECONDS:.0f} s of computing"
        return Verification(CANNOT_SAY, (words,), hashlib.sha256(data).hexdigest(), None)
    finally:
        Patience.until = math.inf


def verified(data: bytes, evidence: Optional[bytes], trust: TrustFile, at: Optional[datetime]) -> Verification:
    """Look at everything that a file holds, and judge it."""
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        pdf: Optional[Pdf] = Pdf(data)
    except UNREADABLE as error:
        pdf, unreadable = None, f"the file cannot be read as a PDF: {shown(error)}"
    else:
        unreadable = ""
    inside = inside_of(pdf)
    receipt, other, notes = evidence_of(evidence, trust.keys)
    signatures = check_signatures(pdf, inside.data, Terms(Believed(trust.roots), at))
    checks = tuple(repeat(inside, trust.keys, recorded_for(receipt, sha256)))
    words = [*notes, *([unreadable] if unreadable else []), *signatures.words]
    if inside.data is not None and inside.data.get("evidence") is False:
        words.insert(0, "by its own data the report is a demonstration and no evidence")
    case = Case(data, sha256, inside, signatures, checks, receipt)
    verdict, first = case.judged(other)
    number = inside.data["number"] if inside.data is not None else None
    return Verification(
        verdict=verdict,
        reasons=(*first, *words),
        sha256=sha256,
        report=receipt.report if receipt is not None and verdict in {VALID, SUPERSEDED, WITHDRAWN} else number,
        checks=checks,
        superseded_by=receipt.superseded_by if receipt is not None and verdict == SUPERSEDED else "",
        signatures=signatures,
    )


def recorded_for(receipt: Optional[Receipt], sha256: str) -> str:
    """Give the digest of the data that a receipt of this very file names."""
    return receipt.content_sha256 if receipt is not None and receipt.pdf_sha256 == sha256 else ""


def evidence_of(
    evidence: Optional[bytes], keys: Sequence[LedgerKey]
) -> Tuple[Optional[Receipt], Optional[Note], List[str]]:
    """Read what lies beside the file: a receipt, or a bare checkpoint; say why it is not believed."""
    if evidence is None:
        return None, None, []
    try:
        if evidence[:1] == b"{":
            return believed_receipt(evidence, keys), None, []
        note = signed_note(evidence)
        if note.signers(keys):
            return None, note, ["a bare checkpoint does not say whether a report was issued"]
    except UNREADABLE as error:
        return None, None, [f"the receipt is not believed: {shown(error)}"]
    return None, None, ["no trusted key signed the checkpoint beside the file"]


@dataclass(frozen=True)
class Case:
    """One file with everything that was found."""

    data: bytes
    sha256: str
    inside: Inside
    signatures: Signatures
    checks: Tuple[Check, ...]
    receipt: Optional[Receipt]

    def judged(self, other: Optional[Note]) -> Tuple[str, List[str]]:
        """Give the verdict with the sentences that come first."""
        newer = self.receipt.note if self.receipt is not None else other
        note = self.inside.note
        signed = any(one.name == "checkpoint" and one.state == EQUAL for one in self.checks)
        if note is not None and newer is not None and signed:
            proof = self.receipt.consistency if self.receipt is not None else None
            if two_histories(note, newer, proof):
                return CANNOT_SAY, [
                    "two histories of this ledger exist: its key signed checkpoints that exclude each other"
                ]
        if self.receipt is None:
            return self.without_receipt()
        if note is not None and note.origin != self.receipt.note.origin:
            verdict, words = self.without_receipt()
            return verdict, [*words, "the receipt is of another ledger than the one that the file names"]
        if self.receipt.pdf_sha256 == self.sha256:
            return self.same_bytes(self.receipt)
        return self.other_bytes(self.receipt)

    def same_bytes(self, receipt: Receipt) -> Tuple[str, List[str]]:
        """Judge the very file that the receipt names."""
        same = f"the file is report {shown(receipt.report)}, unchanged to the last byte"
        if receipt.status not in {"issued", "superseded", "withdrawn"}:
            return NOT_ISSUED, [same, f"by the receipt it is {shown(receipt.status)}, not issued"]
        faults = [*self.weak(), *self.wrong_people(), *self.contradictions()]
        if self.inside.data is not None and self.inside.data["number"] != receipt.report:
            faults.append("the data of the report bear another number than the receipt")
        if faults:
            return CANNOT_SAY, [same, *faults]
        if receipt.status == "withdrawn":
            return WITHDRAWN, [same, f"the laboratory withdrew it: {shown(receipt.withdrawal_reason)}"]
        if receipt.status == "superseded":
            return SUPERSEDED, [same, f"report {shown(receipt.superseded_by)} replaced it"]
        return VALID, [same, "by this receipt it stands; a later receipt would say of a later withdrawal"]

    def other_bytes(self, receipt: Receipt) -> Tuple[str, List[str]]:
        """Judge a file beside a receipt of other bytes."""
        if receipt.report in self.numbers():
            return ALTERED, [f"the file names report {shown(receipt.report)}, but is not the file that was issued"]
        if self.signatures.broken:
            return ALTERED, ["the file was changed after it was signed"]
        return CANNOT_SAY, [f"the receipt is of another report, {shown(receipt.report)}"]

    def without_receipt(self) -> Tuple[str, List[str]]:
        """Judge a file alone: it can be known to be altered, never to be valid."""
        found = self.signatures
        signed = found.expert.present or found.reviewer.present
        if not found.readable and b"/ByteRange" in self.data:
            return ALTERED, ["the file was signed and is changed or damaged since: it cannot be read"]
        if found.readable and (found.broken or (signed and (not found.complete or found.others))):
            return ALTERED, ["the file was changed after it was signed"]
        return CANNOT_SAY, [*self.contradictions(), "whether it was issued was not checked: there is no receipt"]

    def weak(self) -> List[str]:
        """Say that the signatures cannot be relied on."""
        return [] if self.signatures.both_valid else ["its signatures cannot be relied on, for the reasons below"]

    def wrong_people(self) -> List[str]:
        """Name signers that are not the persons whom the report names."""
        data = self.inside.data
        if data is None:
            return ["the data of the report cannot be read, so nobody can say who had to sign"]
        pairs = ((self.signatures.expert, data["expert"]["name"]), (self.signatures.reviewer, data["reviewer"]["name"]))
        return [
            f"a signature is by {shown(one.holder)}; the report names {shown(name)}"
            for one, name in pairs
            if one.present and not names_agree(name, one.holder)
        ]

    def contradictions(self) -> List[str]:
        """Name the checks that found something else than the report says."""
        return [f"the check {one.name} does not agree: {one.words}" for one in self.checks if one.state == DIFFERS]

    def numbers(self) -> Set[str]:
        """Give the report numbers that the file carries, readable or not."""
        marks = re.findall(re.escape(NUMBER_MARK.encode()) + rb"([^\s<>()]{1,400})", self.data)
        found = {html.unescape(one.decode("utf-8", "replace")) for one in marks}
        wide = NUMBER_MARK.encode("utf-16-be")
        place = self.data.find(wide)
        if place >= 0:
            text = self.data[place + len(wide) : place + len(wide) + 800].decode("utf-16-be", "replace")
            found.add(re.split(r"[\s<>()]", text, maxsplit=1)[0])
        return found | ({self.inside.data["number"]} if self.inside.data is not None else set())


def names_agree(recorded: str, certified: str) -> bool:
    """Tell whether a certificate can be that of a person: two words or more of the name, in any order and case."""
    known, told = (unicodedata.normalize("NFC", name).casefold().split() for name in (recorded, certified))
    return known == told or (len(told) > 1 and set(told) <= set(known))


# --- The command line -------------------------------------------------------------------------------------------------


def read_bytes(path: str, largest: int) -> bytes:
    """Read a file; one that is too large is cut where a fault is certain."""
    with open(path, "rb") as file:  # noqa: PTH123 - one file, one module
        return file.read(largest + 1)


def as_json(path: str, found: Verification) -> str:
    """Write what was found for a program."""
    facts: Dict[str, Any] = {
        "file": path,
        "verdict": found.verdict,
        "reasons": list(found.reasons),
        "sha256": found.sha256,
        "report": found.report,
        "language": "en",
        "checks": [one._asdict() for one in found.checks],
    }
    if found.verdict == SUPERSEDED:
        facts["superseded_by"] = found.superseded_by
    if found.signatures is not None:
        held, stated, stamped = found.signatures.level, found.signatures.stated, found.signatures.stamped_at
        facts["level"] = LEVELS[held] if held >= 0 else None
        facts["stated_level"] = LEVELS[stated] if stated is not None else None
        facts["stamped_at"] = stamped.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if stamped is not None else None
    return json.dumps(facts, ensure_ascii=False, indent=2)


def as_text(path: str, found: Verification) -> str:
    """Write what was found for people: the verdict first."""
    by = f" BY {shown(found.superseded_by)}" if found.verdict == SUPERSEDED else ""
    lines = [f"{found.verdict}{by}  {path}", *(f"  = {words}" for words in MEANING[found.verdict])]
    lines += [f"  - {shown(reason)}" for reason in found.reasons]
    lines += [f"  {one.name}: {one.state} ({shown(one.words)})" for one in found.checks]
    return "\n".join([*lines, f"  SHA-256 {found.sha256}"])


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Check one file and print what was found; the exit code says the verdict."""
    parser = argparse.ArgumentParser(description="Check a signed laboratory report with this one file alone.")
    parser.add_argument("file", help="the report (PDF)")
    parser.add_argument("--checkpoint", "--receipt", help="the receipt of the report, or a signed checkpoint")
    parser.add_argument("--trust", help="PEM certificates and keys of the ledger, from a source that you trust")
    parser.add_argument("--at", help="the moment of the check, as 2026-11-23T09:00:00+00:00; else now")
    parser.add_argument("--json", action="store_true", help="print JSON for programs")
    chosen = parser.parse_args(arguments)
    try:
        data = read_bytes(chosen.file, LARGEST_PDF)
        evidence = read_bytes(chosen.checkpoint, LARGEST_RECEIPT) if chosen.checkpoint else None
        trust = trust_file(read_bytes(chosen.trust, LARGEST_RECEIPT) if chosen.trust else b"")
        at = datetime.fromisoformat(chosen.at) if chosen.at else datetime.now(timezone.utc)
        if at.tzinfo is None:
            parser.error("--at needs an offset, such as +00:00")
    except (OSError, *UNREADABLE) as error:
        parser.error(shown(error))
    found = verify(data, evidence=evidence, trust=trust, at=at)
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.write((as_json if chosen.json else as_text)(chosen.file, found) + "\n")
    return EXIT_CODES[found.verdict]


if __name__ == "__main__":
    sys.exit(main())
