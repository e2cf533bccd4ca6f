"""A bounded walk through an XML file from somebody else: no document type, no entities, no more held than one record.

The readers of mzML and mzXML walk with lxml itself and not with pyteomics: pyteomics is quadratic in the attributes
of an element, resolves what it likes, and reads no byte offsets back. What they need is a closed list of elements.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lxml import etree

from spectra.errors import FormatError
from spectra.formats.content import GZIP_MAGIC

MAX_HELD_MARKUP = 500_000
"""Elements and attributes between two finished records; a spectrum of msconvert has some 250."""
MAX_HELD_BYTES = 64 * 1024**2
"""Bytes between two finished records; the two arrays of the largest spectrum take 22 MB."""
MAX_ATTRIBUTES = 64
"""Of one element; the richest of mzML and mzXML have some 20."""
MAX_TEXT_LENGTH = 4096
"""Of an attribute that is kept."""
_CHUNK = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ENCODINGS = {
    "utf-8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "iso-8859-1": "iso-8859-1",
}
"""Encodings in which every byte of markup is the ASCII byte, so that a scan of bytes sees what the parser sees."""
_START = 8192
_BEFORE_THE_ROOT = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", re.DOTALL)
_FIRST_TAG = re.compile(rb"<(?:[A-Za-z0-9._-]+:)?([A-Za-z0-9._-]+)[\s/>]")
_DECLARED_ENCODING = re.compile(rb"""\sencoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")

Element = Any
"""lxml is not typed."""


class XmlWalk:
    """One pass over the starts and ends of the elements that a format knows.

    Parameters
    ----------
    path : Path
        For messages.
    data : bytes
        The whole file.
    tags : sequence of str
        Local names of the elements of interest; all others are passed over.
    """

    def __init__(self, path: Path, data: bytes, tags: Sequence[str]) -> None:
        """Check the bytes before any parser sees them.

        Raises
        ------
        FormatError
            If the file is not in an allowed encoding, or has a document type or an entity declaration.
        """
        self._path = path
        self._data = data
        self._encoding = _checked_encoding(path, data)
        _require_no_declarations(path, data)
        self._tags = tuple(f"{{*}}{tag}" for tag in tags)
        self._held_markup = 0
        self._held_bytes = 0

    def __iter__(self) -> Iterator[tuple[str, Element]]:
        """Give ``("start", element)`` and ``("end", element)``; at a start only the attributes are there.

        Raises
        ------
        FormatError
            If the XML is not well-formed, ends early, or more than the limits stands between two records.
        """
        parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=self._tags,
            encoding=self._encoding,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        begin = len(_BYTE_ORDER_MARK) if self._data.startswith(_BYTE_ORDER_MARK) else 0
        try:
            for place in range(begin, len(self._data), _CHUNK):
                chunk = self._data[place : place + _CHUNK]
                self._hold(chunk, place)
                parser.feed(chunk)
                yield from map(self._checked, parser.read_events())
            parser.close()
        except etree.XMLSyntaxError as error:
            found = (error.msg or "no reason").strip()[:200]
            raise FormatError(self._path, f"line {error.lineno}", found, "well-formed XML to the end") from error

    def release(self, element: Element) -> None:
        """Let go of a finished element and of everything that stands before it in the file, but for its ancestors."""
        element.clear()
        node = element
        while (parent := node.getparent()) is not None:
            while node.getprevious() is not None:
                del parent[0]
            node = parent
        self._held_markup = self._held_bytes = 0

    def _hold(self, chunk: bytes, place: int) -> None:
        self._held_markup += chunk.count(b"<") + chunk.count(b"=")
        self._held_bytes += len(chunk)
        if self._held_markup > MAX_HELD_MARKUP + _CHUNK or self._held_bytes > MAX_HELD_BYTES + _CHUNK:
            found = f"{self._held_markup} elements and attributes in {self._held_bytes} bytes without a record"
            expected = f"at most {MAX_HELD_MARKUP} in {MAX_HELD_BYTES} bytes"
            raise FormatError(self._path, f"byte {place}", found, expected)

    def _checked(self, event: tuple[str, Element]) -> tuple[str, Element]:
        n_attributes = len(event[1].attrib)
        if n_attributes > MAX_ATTRIBUTES:
            place = f"line {event[1].sourceline}"
            raise FormatError(self._path, place, f"{n_attributes} attributes", f"at most {MAX_ATTRIBUTES}")
        return event


def local_name(element: Element) -> str:
    """Give the name of an element without its namespace."""
    name: str = element.tag.rpartition("}")[2]
    return name


def namespace(element: Element) -> str:
    """Give the namespace of an element; an empty string if it has none."""
    name: str = element.tag.rpartition("}")[0]
    return name.removeprefix("{")


def text_of(path: Path, element: Element) -> str:
    """Give the text of an element that holds nothing else.

    Raises
    ------
    FormatError
        If there is an element, a comment or an instruction in it: the text would be read in part.
    """
    if len(element):
        place = f"line {element.sourceline}, {local_name(element)}"
        raise FormatError(path, place, "text with markup in it", "text alone")
    return element.text or ""


def kept_text(path: Path, element: Element, attribute: str) -> str:
    """Give an attribute that is kept as text; an empty string if it is absent.

    Raises
    ------
    FormatError
        If it is longer than ``MAX_TEXT_LENGTH``.
    """
    value: str = element.get(attribute, "")
    if len(value) > MAX_TEXT_LENGTH:
        place = f"line {element.sourceline}, {attribute}"
        raise FormatError(path, place, f"{len(value)} characters", f"at most {MAX_TEXT_LENGTH}")
    return value


def root_of(path: Path) -> str:
    """Give the local name of the root element of a file, gzipped or not; an empty string if it seems to be no XML.

    Notes
    -----
    Only for telling formats apart: it looks at the first bytes, in any Unicode encoding, and passes roughly over what
    stands before the root. Whether the file is sound is the reader's question.
    """
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(GZIP_MAGIC):
        try:
            start = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(start, _START)
        except zlib.error:
            return ""
    text = _BEFORE_THE_ROOT.sub(b"", start.replace(b"\0", b""))
    found = _FIRST_TAG.search(text)
    return found[1].decode("ascii") if found else ""


def _checked_encoding(path: Path, data: bytes) -> str:
    """Give the encoding that the parser is told to use, whatever it would have guessed."""
    start = data[:512].removeprefix(_BYTE_ORDER_MARK)
    if not start.lstrip(b" \t\r\n").startswith(b"<") or b"\0" in start:
        found = start[:8].hex(" ") or "an empty file"
        raise FormatError(path, "byte 0", found, "XML in UTF-8, ASCII or ISO-8859-1")
    if not start.startswith(b"<?xml"):
        return "utf-8"
    declaration = start.partition(b"?>")[0]
    found_encoding = _DECLARED_ENCODING.search(declaration)
    if found_encoding is None and b"encoding" not in declaration:
        return "utf-8"
    name = found_encoding[1].decode("ascii").casefold() if found_encoding else "no readable name"
    if name not in _ENCODINGS:
        raise FormatError(path, "the encoding", name, "UTF-8, ASCII or ISO-8859-1")
    return _ENCODINGS[name]


def _require_no_declarations(path: Path, data: bytes) -> None:
    """Refuse every declaration: entities are how XML reads files of the server and grows without end."""
    place = data.find(b"<!")
    while place >= 0:
        if not data.startswith((b"<!--", b"<![CDATA["), place):
            found = data[place : place + 16].decode("ascii", "backslashreplace")
            raise FormatError(path, f"byte {place}", found, "no document type and no entities")
        place = data.find(b"<!", place + 2)
