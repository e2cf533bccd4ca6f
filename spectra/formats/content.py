"""The bytes of a file, whole or not at all: gzip by content, inflation bounded, the digest of what lies on disk."""

import gzip
import hashlib
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from spectra.errors import FormatError

GZIP_MAGIC = b"\x1f\x8b"
MAX_FILE_BYTES = 2 * 1024**3
"""Larger files are refused before they are read into memory."""
MAX_TEXT_BYTES = 1024**3
"""The largest inflated text; SWGDRUG 3.4 has 4 MB, the MS/MS records of MassBank 60 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContent:
    """One file read to its end."""

    path: Path
    sha256: str
    """Of the bytes on disk, compressed or not: what ``sha256sum`` prints."""
    data: bytes = field(repr=False)
    """Inflated."""


def read_content(path: Path) -> FileContent:
    """Read a file, inflating gzip.

    Raises
    ------
    FormatError
        If it is not a readable file, is too large, or the gzip stream is damaged or cut.
    """
    stored = read_bytes(path)
    data = _inflate(path, stored) if stored.startswith(GZIP_MAGIC) else stored
    return FileContent(path=path, sha256=hashlib.sha256(stored).hexdigest(), data=data)


def read_bytes(path: Path) -> bytes:
    """Read a file as it lies on disk.

    Raises
    ------
    FormatError
        If there is no such file, it cannot be read, or it is larger than ``MAX_FILE_BYTES``.
    """
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise FormatError(path, "the path", "a folder or device", "a file")
        if size > MAX_FILE_BYTES:
            raise FormatError(path, "the file's size", f"{size} bytes", f"at most {MAX_FILE_BYTES}")
        return path.read_bytes()
    except OSError as error:
        raise FormatError(path, "the path", error.strerror or str(error), "a readable file") from error


def _inflate(path: Path, stored: bytes) -> bytes:
    parts: list[bytes] = []
    total = 0
    rest = stored
    while rest:  # a gzip file may hold several members, one after another
        member = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            part = member.decompress(rest, MAX_TEXT_BYTES + 1 - total)
        except zlib.error as error:
            raise FormatError(path, "the gzip stream", str(error), "an undamaged gzip stream") from error
        total += len(part)
        if total > MAX_TEXT_BYTES:
            raise FormatError(path, "the gzip stream", "more text than allowed", f"at most {MAX_TEXT_BYTES} bytes")
        if not member.eof:
            raise FormatError(path, "the gzip stream", f"its end after {total} bytes of text", "a complete stream")
        parts.append(part)
        rest = member.unused_data.lstrip(b"\0")  # padding after the last member is allowed by gzip itself
    return b"".join(parts)


def compress(text: bytes) -> bytes:
    """Compress text so that the same text gives the same bytes on every machine and day."""
    return gzip.compress(text, mtime=0)
