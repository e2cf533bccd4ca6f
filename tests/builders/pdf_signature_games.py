"""Changes that leave as much as possible of what was signed as it was: games with byte ranges, gaps and signatures.

The names of the families (universal forgery, incremental saving, wrapping) are those of Mladenov, Mainka, Meyer zu
Selhausen, Grothe and Schwenk, "1 Trillion Dollar Refund", CCS 2019, doi:10.1145/3319535.3339812.
"""

import re
from functools import lru_cache
from random import Random

from asn1crypto import cms, core, x509  # type: ignore[import-untyped]

from tests.builders.pdf_changes import ImpossibleChangeError, Kind, Original, gaps, revisions, spans_of_signatures

_RANGE = re.compile(rb"/ByteRange \[(\d+) (\d+) (\d+) (\d+)\]( *)")


def _ranges(pdf: bytes) -> list[re.Match[bytes]]:
    found = list(_RANGE.finditer(pdf))
    if not found:
        raise ImpossibleChangeError("no byte range")
    return found


def _two_gaps(pdf: bytes) -> list[tuple[int, int]]:
    found = gaps(pdf)
    if len(found) < 2:
        raise ImpossibleChangeError("fewer than two signatures")
    return found


def _der(pdf: bytes, gap: tuple[int, int]) -> bytes:
    """Give the signature in a gap without its padding: as long as its own first bytes say."""
    try:
        data = bytes.fromhex(pdf[gap[0] + 1 : gap[1] - 1].decode())
    except ValueError as error:
        raise ImpossibleChangeError("no digits") from error
    if data[:2] != b"\x30\x82":
        raise ImpossibleChangeError("no CMS")
    return data[: 4 + int.from_bytes(data[2:4], "big")]


def _filled(pdf: bytes, gap: tuple[int, int], data: bytes) -> bytes:
    """Put bytes into a gap, padded with zeros."""
    room = gap[1] - gap[0] - 2
    digits = data.hex().upper().encode()
    if len(digits) > room:
        raise ImpossibleChangeError("too long for the gap")
    return pdf[: gap[0]] + b"<" + digits.ljust(room, b"0") + b">" + pdf[gap[1] :]


def _rewritten(pdf: bytes, found: re.Match[bytes], numbers: tuple[int, int, int, int]) -> bytes:
    """Write other numbers into the room of a byte range."""
    text = b"/ByteRange [%d %d %d %d]" % numbers
    room = found.end() - found.start()
    if len(text) > room:
        raise ImpossibleChangeError("too long for the byte range")
    return pdf[: found.start()] + text.ljust(room) + pdf[found.end() :]


def _numbers(found: re.Match[bytes]) -> tuple[int, int, int, int]:
    one, two, three, four = (int(found[place]) for place in (1, 2, 3, 4))
    return one, two, three, four


def change_a_byte_range(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let a byte range begin later, end earlier, run backwards or leave no gap."""
    found = chance.choice(_ranges(pdf))
    start, length, resume, rest = _numbers(found)
    numbers = chance.choice(
        [
            (start, length, resume, max(0, rest - chance.randrange(1, 99))),
            (start, length, length, len(pdf) - length),
            (start, length, resume, 0),
            (start, 0, 0, 0),
            (chance.randrange(1, 99), length, resume, rest),
            (start, length + chance.randrange(1, 99), resume, rest),
            (start, length, resume - chance.randrange(1, 99), rest),
            (resume, rest, start, length),
            (start, length, resume, 9 * len(pdf)),
        ]
    )
    return _rewritten(pdf, found, numbers)


def cover_appended_bytes(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Append something and let the last byte range reach to the new end (the digest in the signature stays)."""
    longer = pdf + b"%%" + chance.randbytes(20).hex().encode() + b"\n"
    last = _ranges(longer)[-1]
    start, length, resume, _rest = _numbers(last)
    return _rewritten(longer, last, (start, length, resume, len(longer) - resume))


def forge_universally(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Make what a signature says unreadable, and hope that a reader takes that for no fault (universal forgery)."""
    span = chance.choice(spans_of_signatures(pdf) or [(0, 0)])
    words, others = chance.choice(
        [
            (b"/ByteRange", b"/ByteRangX"),
            (b"/Contents", b"/Contentx"),
            (b"/Contents <3082", b"/Contents <0000"),
            (b"/ByteRange [0 ", b"/ByteRange [-1"),
            (b"/Type /Sig", b"/Type /Sog"),
            (b"/SubFilter /ETSI", b"/SubFilter /NONE"),
            (b"/Filter /Adobe.PPKLite", b"/Filter /Aigaq.PPKLite"),
        ]
    )
    return pdf[: span[0]] + pdf[span[0] : span[1]].replace(words, others) + pdf[span[1] :]


def hide_a_byte_range_in_the_padding(pdf: bytes, _: Original, chance: Random) -> bytes:
    """End the signature early and put a second byte range into the rest of the gap; no offset moves."""
    gap = chance.choice(gaps(pdf) or [(0, 0)])
    used = len(pdf[gap[0] : gap[1]].rstrip(b"0>")) + 2
    hidden = b"> /ByteRange [0 %d %d %d] " % (gap[0], gap[1], max(0, len(pdf) - gap[1] - chance.randrange(99)))
    room = gap[1] - gap[0] - used
    if room < len(hidden) + 1:
        raise ImpossibleChangeError("no room in the padding")
    return pdf[: gap[0] + used] + hidden.ljust(room) + pdf[gap[1] :]


def wrap_the_last_signature(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Widen the gap of the last signature: what was signed moves back, something else stands between (wrapping)."""
    gap = _two_gaps(pdf)[-1]
    injected = b" /ByteRange [0 %d %%010d %d] " % (gap[0], len(pdf) - gap[1])
    between = b"/Junk (%s) " % chance.randbytes(30).hex().encode()
    moved = gap[1] + len(injected % 0) + len(between)
    return pdf[: gap[1]] + injected % moved + between + pdf[gap[1] :]


def move_a_signature(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let a signature dictionary point to bytes elsewhere for its contents."""
    gap = chance.choice(gaps(pdf) or [(0, 0)])
    number = b"%d 0 R" % chance.randrange(1, 600)
    if gap[1] - gap[0] < len(number):
        raise ImpossibleChangeError("no signature")
    return pdf[: gap[0]] + number.ljust(gap[1] - gap[0]) + pdf[gap[1] :]


def take_a_signature_of_the_other(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Put the same person's signature of another report into the gap."""
    here, there = _two_gaps(pdf), _two_gaps(original.other)
    place = chance.randrange(2)
    digits = original.other[there[place][0] + 1 : there[place][1] - 1].rstrip(b"0")
    return _filled(pdf, here[place], bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode()))


def swap_the_signatures(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let the signatures of expert and reviewer change places, or one of them stand in both."""
    one, two = _two_gaps(pdf)[:2]
    first, second = _der(pdf, one), _der(pdf, two)
    pair = chance.choice([(second, first), (first, first), (second, second)])
    return _filled(_filled(pdf, one, pair[0]), two, pair[1])


def add_an_unsigned_attribute(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Add to a signature what the signature itself does not cover: it stays valid."""
    gap = chance.choice(gaps(pdf) or [(0, 0)])
    return _filled(pdf, gap, _with_attribute(_der(pdf, gap), chance.randrange(4)))


def add_a_certificate(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Add a certificate to a signature, which the signature does not cover: it stays valid."""
    gap, key = chance.choice(gaps(pdf) or [(0, 0)]), chance.choice([original.own, original.trusted])
    return _filled(pdf, gap, _with_certificate(_der(pdf, gap), key.certificate_der))


def name_another_certificate(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Exchange the signer's certificate for another person's."""
    gap, key = chance.choice(gaps(pdf) or [(0, 0)]), chance.choice([original.own, original.trusted])
    return _filled(pdf, gap, _with_signer(_der(pdf, gap), key.certificate_der))


def write_a_signature_otherwise(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Encode the same signature in the loose form of BER: an indefinite length around it."""
    gap = chance.choice(gaps(pdf) or [(0, 0)])
    return _filled(pdf, gap, b"\x30\x80" + _der(pdf, gap)[4:] + b"\x00\x00")


def _read(data: bytes) -> cms.ContentInfo:
    try:
        found = cms.ContentInfo.load(data)
        found["content"]["signer_infos"][0]["signed_attrs"].native  # noqa: B018 - asn1crypto parses when a value is asked for
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise ImpossibleChangeError("no CMS") from error
    return found


@lru_cache(maxsize=64)
def _with_attribute(data: bytes, number: int) -> bytes:
    structure = _read(data)
    attribute = cms.CMSAttribute({"type": f"1.2.3.4.{number}", "values": [core.OctetString(b"unsigned")]})
    structure["content"]["signer_infos"][0]["unsigned_attrs"] = cms.CMSAttributes([attribute])
    return bytes(structure.dump(force=True))


@lru_cache(maxsize=64)
def _with_certificate(data: bytes, certificate: bytes) -> bytes:
    structure = _read(data)
    choice = cms.CertificateChoices("certificate", x509.Certificate.load(certificate))
    structure["content"]["certificates"].append(choice)
    return bytes(structure.dump(force=True))


@lru_cache(maxsize=64)
def _with_signer(data: bytes, certificate: bytes) -> bytes:
    structure, other = _read(data), x509.Certificate.load(certificate)
    structure["content"]["certificates"] = [cms.CertificateChoices("certificate", other)]
    signer = cms.IssuerAndSerialNumber({"issuer": other.issuer, "serial_number": other.serial_number})
    structure["content"]["signer_infos"][0]["sid"] = cms.SignerIdentifier("issuer_and_serial_number", signer)
    return bytes(structure.dump(force=True))


def swap_two_objects(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let two neighbouring objects of the composed document change places, and mend the cross-reference table."""
    end = revisions(pdf)[0] if revisions(pdf) else 0
    table = pdf.rfind(b"\nxref\n", 0, end)
    entries = [(int(found[1]), found.start(1)) for found in re.finditer(rb"(\d{10}) 00000 n", pdf[table:end])]
    if table < 0 or len(entries) < 3:
        raise ImpossibleChangeError("no table")
    entries.sort()
    place = chance.randrange(len(entries) - 2)
    (first, line), (second, other_line), (third, _line) = entries[place : place + 3]
    bodies = pdf[second:third] + pdf[first:second]
    moved = bytearray(pdf[:first] + bodies + pdf[third:])
    moved[table + line : table + line + 10] = b"%010d" % (first + third - second)
    moved[table + other_line : table + other_line + 10] = b"%010d" % first
    return bytes(moved)


GAMES: tuple[Kind, ...] = tuple(
    Kind(change=change, weight=8)
    for change in (
        *(change_a_byte_range, cover_appended_bytes, forge_universally, hide_a_byte_range_in_the_padding),
        *(wrap_the_last_signature, move_a_signature, take_a_signature_of_the_other, swap_the_signatures),
        *(add_an_unsigned_attribute, add_a_certificate, name_another_certificate, write_a_signature_otherwise),
        *(swap_two_objects,),
    )
)
