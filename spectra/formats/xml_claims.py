"""What an mzML or mzXML file says of itself as a whole, compared with what it is: counts, byte offsets, a checksum."""

import hashlib
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spectra.errors import FormatError

CHECKSUM_NOT_MADE = "0"
"""What OpenMS writes in the place of a checksum."""
_LONGEST_TAG = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Offset:
    """One line of an index: where the element with this name is said to begin."""

    place: str
    identity: str
    byte: str
    """As written."""


def count_fault(path: Path, place: str, *, declared: str | None, found: int) -> list[FormatError]:
    """Compare a declared count with what was found; a count that is not declared is no fault."""
    if declared is None or (_is_number(declared) and int(declared) == found):
        return []
    return [FormatError(path, place, f"{found} (and {declared[:40]} declared)", "as many as declared")]


def checksum_fault(path: Path, data: bytes, *, tag: str, stated: str) -> list[FormatError]:
    """Compare the SHA-1 that closes a file with its bytes.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
        The whole file, inflated.
    tag : str
        The element of the checksum: the digest is taken of everything from the first byte of the file up to and
        including the ``>`` that ends its opening tag.
    stated : str
        The digest as written.

    Notes
    -----
    Source: mzML 1.1, schema of ``indexedmzML``, ``fileChecksum``; mzXML 2 and 3, ``sha1``, as ProteoWizard writes it
    (``Serializer_mzXML.cpp``: the hash of all bytes written when the text of ``sha1`` begins). The digest has no key:
    it shows accidents and careless changes, not a forger who makes a new one.
    """
    stated = stated.strip()
    if stated == CHECKSUM_NOT_MADE:
        return []
    begin = data.rfind(b"<" + tag.encode("ascii"))
    digest = hashlib.sha1(data[: data.find(b">", begin) + 1], usedforsecurity=False).hexdigest()
    if stated.casefold() == digest:
        return []
    found = f"the SHA-1 {digest} of the bytes before it"
    return [FormatError(path, tag, found, f"{stated[:60]!r} as stated: the file was altered after it was written")]


def offset_faults(
    path: Path, data: bytes, offsets: Sequence[Offset], *, element: str, attribute: str, identities: Sequence[str]
) -> list[FormatError]:
    """Compare an index with the elements of the file: as many, in their order, each where it is said to be.

    Parameters
    ----------
    path, data
        The file.
    offsets : sequence of Offset
        The index. An empty one is no fault: not every file has an index.
    element, attribute : str
        What stands at each offset, after white space, and which of its attributes names it.
    identities : sequence of str
        The names of all elements that were found, in the order of the file.
    """
    if not offsets:
        return []
    if len(offsets) != len(identities):
        found = f"{len(offsets)} offsets for {len(identities)} elements"
        return [FormatError(path, f"the index of {element}", found, "one offset for each")]
    wrong = [
        offset
        for offset, identity in zip(offsets, identities, strict=True)
        if offset.identity != identity or not _stands_at(data, offset, element, attribute)
    ]
    if not wrong:
        return []
    found = f"{len(wrong)} of {len(offsets)} offsets that lead elsewhere, first {wrong[0].byte[:40]!r}"
    return [FormatError(path, wrong[0].place, found, f"the byte of <{element} {attribute}={wrong[0].identity[:80]!r}")]


def tag_offset_fault(path: Path, data: bytes, *, byte: str, place: str, element: str) -> list[FormatError]:
    """Check that an element begins at a stated byte, after white space."""
    if re.match(rb"<" + element.encode("ascii") + rb"[\s>]", _bytes_at(data, byte)):
        return []
    return [FormatError(path, place, f"the byte {byte[:40]!r}", f"the byte of <{element}>")]


def _stands_at(data: bytes, offset: Offset, element: str, attribute: str) -> bool:
    start = _bytes_at(data, offset.byte)
    if not re.match(rb"<" + element.encode("ascii") + rb"\s", start):
        return False
    named = re.search(rb"\s" + attribute.encode("ascii") + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""", start)
    if named is None:
        return False
    written = (named[1] if named[1] is not None else named[2]).decode("utf-8", "replace")
    return html.unescape(written) == offset.identity


def _bytes_at(data: bytes, byte: str) -> bytes:
    byte = byte.strip()
    return data[int(byte) : int(byte) + _LONGEST_TAG].lstrip() if _is_number(byte) else b""


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[0-9]{1,15}", text.strip()) is not None
