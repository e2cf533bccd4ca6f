"""The directory of a zip archive, walked by our own code and compared with what stands before each member.

Python's ``zipfile`` believes the directory, overlooks members that overlap and renames what it cannot place. Here an
archive is taken only if every byte of it belongs to exactly one member, to the directory or to the end record, if both
descriptions of each member agree, and if no two names mean one file. Source of the layout: PKWARE, APPNOTE.TXT 6.3.10,
sections 4.3 to 4.5.
"""

import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from spectra.errors import FormatError
from spectra.formats.zip_names import folded, name_fault

LOCAL_MAGIC = b"PK\x03\x04"
MAX_ENTRIES = 10_000
MAX_TOTAL_BYTES = 512 * 1024**2
"""Of the archive, and of all its members unpacked. A real GC-MS run has 6 MB."""
MAX_RATIO = 200
"""Unpacked to packed size, of each member and of all. The files of 18 real runs reach 7.6 at the highest level."""
STORED, DEFLATED = 0, 8

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DESCRIPTOR = struct.Struct("<3I")
_EXTRA = struct.Struct("<2H")
_CENTRAL_MAGIC, _END_MAGIC, _DESCRIPTOR_MAGIC = b"PK\x01\x02", b"PK\x05\x06", b"PK\x07\x08"
_MAX_COMMENT = 0xFFFF
_MAX_DIRECTORY_BYTES = 16 * 1024**2
_ENCRYPTED_FLAGS = 0x1 | 0x40 | 0x2000
"""Encrypted, strongly encrypted, directory encrypted."""
_DESCRIPTOR_FLAG, _UTF8_FLAG = 0x8, 0x800
_COMPARED_FLAGS = _ENCRYPTED_FLAGS | _DESCRIPTOR_FLAG | _UTF8_FLAG
_ZIP64_EXTRA = 1
_ZIP64_16, _ZIP64_32 = 0xFFFF, 0xFFFFFFFF
_DOS_FOLDER, _DOS_REPARSE = 0x10, 0x400


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipMember:
    """One file or folder of an archive, as its directory and its own header agree on."""

    name: str
    """With ``/`` between its parts, without one at the end."""
    is_folder: bool
    method: int
    crc: int
    packed: int
    """Bytes in the archive."""
    size: int
    """Bytes unpacked."""
    data_start: int
    """Where the packed bytes begin in the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the directory."""

    raw_name: bytes
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    attributes: int
    start: int
    """Where the member's own header stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZipLimits:
    """How much an archive may hold."""

    entries: int
    total_bytes: int
    """Of the archive, and of all its members unpacked."""


LIBRARY_ZIP = ZipLimits(entries=0xFFFE, total_bytes=1024**3)
"""More entries than that need zip64, which is not read: unpack such an archive and give the folder."""


def zip_members(archive: Path, file: BufferedReader, limits: ZipLimits | None = None) -> tuple[ZipMember, ...]:
    """Walk an archive's directory and check every member against it; nothing is unpacked.

    Parameters
    ----------
    archive : Path
        Named in messages.
    file : BufferedReader
        The archive, open for reading.
    limits : ZipLimits, optional
        Without them those of runs.

    Returns
    -------
    tuple of ZipMember
        In the order in which they lie in the archive.

    Raises
    ------
    FormatError
        If the archive is not whole, is of several parts or zip64, is larger than the limits, has bytes
        before, between or after its members, members that overlap, are encrypted, are links or devices, are
        compressed by another method or beyond ``MAX_RATIO``, or whose two descriptions disagree; or if a name could
        mean another file, or the same file as another name.
    """
    limits = limits or ZipLimits(entries=MAX_ENTRIES, total_bytes=MAX_TOTAL_BYTES)
    size = file.seek(0, 2)
    if size > limits.total_bytes:
        raise FormatError(archive, "the archive's size", f"{size} bytes", f"at most {limits.total_bytes}")
    count, start, end = _end_record(archive, file, size, limits.entries)
    file.seek(start)
    rows = sorted(_rows(archive, file.read(end - start), count), key=lambda row: row.start)
    _check_names(archive, rows)
    _check_sizes(archive, rows, limits.total_bytes)
    return tuple(_members(archive, file, rows, start))


def _end_record(archive: Path, file: BufferedReader, size: int, entries: int) -> tuple[int, int, int]:
    """Find the one end record, at the very end; give the number of entries and where the directory lies."""
    tail_start = max(0, size - _END.size - _MAX_COMMENT)
    file.seek(tail_start)
    tail = file.read()
    found = tail.rfind(_END_MAGIC)
    if found < 0 or len(tail) - found < _END.size:
        raise FormatError(archive, "the archive's end", "no end record", "a complete zip archive")
    _, disk, first_disk, here, total, length, start, comment = _END.unpack_from(tail, found)
    end = tail_start + found
    if found + _END.size + comment != len(tail):
        after = len(tail) - found - _END.size
        raise FormatError(archive, "the archive's end", f"{after} bytes after the end record", f"{comment}, as it says")
    if _ZIP64_16 in {disk, total, here} or _ZIP64_32 in {length, start}:
        raise FormatError(archive, "the end record", "zip64", "a plain zip archive")
    if disk or first_disk or here != total:
        raise FormatError(archive, "the end record", "one part of several", "an archive in one file")
    if total > entries:
        raise FormatError(archive, "the end record", f"{total} entries", f"at most {entries}")
    if start + length != end:
        place = f"a directory from byte {start} to {start + length}"
        raise FormatError(archive, "the end record", place, f"one that ends where this record begins, at byte {end}")
    if length > _MAX_DIRECTORY_BYTES:
        raise FormatError(
            archive, "the end record", f"a directory of {length} bytes", f"at most {_MAX_DIRECTORY_BYTES}"
        )
    return total, start, end


def _rows(archive: Path, directory: bytes, count: int) -> Iterator[_Row]:
    position = 0
    for ordinal in range(1, count + 1):
        where = f"entry {ordinal} of the directory"
        if directory[position : position + 4] != _CENTRAL_MAGIC or len(directory) - position < _CENTRAL.size:
            raise FormatError(archive, where, "no entry", f"{count} entries, as the end record says")
        values = _CENTRAL.unpack_from(directory, position)
        name_length, extra_length, comment_length, disk = values[10:14]
        name_at = position + _CENTRAL.size
        extra_at = name_at + name_length
        position = extra_at + extra_length + comment_length
        if position > len(directory):
            raise FormatError(archive, where, "an entry that is cut", "an entry within the directory")
        raw_name = directory[name_at:extra_at]
        row = _Row(
            raw_name=raw_name,
            name=_decoded(archive, where, raw_name),
            flags=values[3],
            method=values[4],
            crc=values[7],
            packed=values[8],
            size=values[9],
            attributes=values[15],
            start=values[16],
        )
        if disk or _ZIP64_32 in {row.packed, row.size, row.start}:
            raise FormatError(archive, f"entry {row.name!a}", "zip64 or another part", "an entry of this one file")
        _check_extra(archive, row, directory[extra_at : extra_at + extra_length])
        _check_kind(archive, row)
        yield row
    if position != len(directory):
        raise FormatError(archive, "the directory", f"{len(directory) - position} bytes after its entries", "none")


def _decoded(archive: Path, where: str, raw: bytes) -> str:
    """Decode a name; the old code pages of DOS are not guessed at, because each gives another name."""
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise FormatError(archive, where, f"the name {raw!r}", "a name in UTF-8 (7-Zip: -mcu=on)") from None
    if fault := name_fault(name):
        raise FormatError(archive, where, f"the name {name!a}, {fault}", "a path that means one file on every system")
    return name


def _check_extra(archive: Path, row: _Row, extra: bytes) -> None:
    position = 0
    while position < len(extra):
        header = extra[position : position + _EXTRA.size]
        kind, length = _EXTRA.unpack(header) if len(header) == _EXTRA.size else (0, len(extra))
        position += _EXTRA.size + length
        if position > len(extra) or kind == _ZIP64_EXTRA:
            found = "zip64" if kind == _ZIP64_EXTRA else "extra fields that are cut"
            raise FormatError(archive, f"entry {row.name!a}", found, "a plain zip archive with whole extra fields")


def _check_kind(archive: Path, row: _Row) -> None:
    where = f"entry {row.name!a}"
    if row.flags & _ENCRYPTED_FLAGS:
        raise FormatError(archive, where, "an encrypted entry", "one without a password")
    if row.method not in {STORED, DEFLATED}:
        raise FormatError(archive, where, f"compression method {row.method}", "stored (0) or deflate (8)")
    is_folder = row.name.endswith("/")
    kind = stat.S_IFMT(row.attributes >> 16)
    if kind not in {0, stat.S_IFDIR if is_folder else stat.S_IFREG} or row.attributes & _DOS_REPARSE:
        raise FormatError(archive, where, "a link, a device or another kind than its name says", "a file or folder")
    if row.attributes & _DOS_FOLDER and not is_folder:
        raise FormatError(archive, where, "the mark of a folder on a file", "a file or folder")
    if is_folder and (row.size or row.packed or row.crc):
        raise FormatError(archive, where, "a folder with content", "an empty entry")


def _check_names(archive: Path, rows: list[_Row]) -> None:
    """Refuse two names of one file, and a file in the place of a folder; folders may be named or only implied."""
    seen: dict[str, tuple[str, bool]] = {}
    for row in rows:
        parts = row.name.removesuffix("/").split("/")
        for depth in range(1, len(parts) + 1):
            name = "/".join(parts[:depth])
            is_named = depth == len(parts)
            fresh = (name, not is_named or row.name.endswith("/"))
            before = seen.setdefault(folded(name), fresh)
            if before != fresh:
                found = f"{name!a} beside {before[0]!a}"
                raise FormatError(archive, f"entry {row.name!a}", found, "names that differ by more than case and form")
    named = [folded(row.name.removesuffix("/")) for row in rows]
    if len(set(named)) != len(named):
        twice = next(row.name for row, name in zip(rows, named, strict=True) if named.count(name) > 1)
        raise FormatError(archive, f"entry {twice!a}", "a second entry of that name", "each name once")


def _check_sizes(archive: Path, rows: list[_Row], total_bytes: int) -> None:
    for row in rows:
        if row.size > MAX_RATIO * row.packed:
            found = f"{row.size} bytes packed in {row.packed}"
            raise FormatError(archive, f"entry {row.name!a}", found, f"at most {MAX_RATIO} times as much")
    total = sum(row.size for row in rows)
    if total > total_bytes:
        raise FormatError(archive, "the directory", f"{total} bytes unpacked", f"at most {total_bytes}")


def _members(archive: Path, file: BufferedReader, rows: list[_Row], directory: int) -> Iterator[ZipMember]:
    """Compare each row with the member's own header; members must lie one after another without a gap."""
    position = 0
    for row, following in zip(rows, [*(row.start for row in rows[1:]), directory], strict=False):
        where = f"entry {row.name!a}"
        if row.start != position:
            found = f"its header named at byte {row.start}"
            raise FormatError(archive, where, found, f"byte {position}, the end of the member before it")
        data_start = _local_end(archive, file, row)
        end = data_start + row.packed
        if end > following:
            raise FormatError(
                archive, where, f"{row.packed} bytes from byte {data_start}", f"an end before {following}"
            )
        file.seek(end)
        _check_descriptor(archive, row, file.read(following - end) if following - end <= _DESCRIPTOR.size + 4 else b"?")
        position = following
        yield ZipMember(
            name=row.name.removesuffix("/"),
            is_folder=row.name.endswith("/"),
            method=row.method,
            crc=row.crc,
            packed=row.packed,
            size=row.size,
            data_start=data_start,
        )
    if position != directory:
        raise FormatError(archive, "the archive", f"{directory} bytes of no member", "members from the first byte")


def _local_end(archive: Path, file: BufferedReader, row: _Row) -> int:
    """Check a member's own header; give where its data begin."""
    where = f"entry {row.name!a}"
    file.seek(row.start)
    header = file.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(LOCAL_MAGIC):
        raise FormatError(archive, where, f"no header at byte {row.start}", "the header of that entry")
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = _LOCAL.unpack(header)
    if file.read(name_length) != row.raw_name:
        raise FormatError(archive, where, "another name in its own header", "the name of the directory")
    _check_extra(archive, row, file.read(extra_length))
    stated = (flags & _COMPARED_FLAGS, method, crc, packed, size)
    listed = (row.flags & _COMPARED_FLAGS, row.method, row.crc, row.packed, row.size)
    later = (*listed[:2], 0, 0, 0)  # sizes that follow the data
    if stated != listed and not (row.flags & _DESCRIPTOR_FLAG and stated == later):
        found = "flags, method, checksum and sizes " + " ".join(map(str, stated))
        raise FormatError(archive, where, found, " ".join(map(str, listed)) + ", as the directory says")
    return row.start + _LOCAL.size + int(name_length + extra_length)


def _check_descriptor(archive: Path, row: _Row, between: bytes) -> None:
    """Check what stands between a member's data and the next header: nothing, or a descriptor that agrees."""
    agreed = _DESCRIPTOR.pack(row.crc, row.packed, row.size)
    allowed = (agreed, _DESCRIPTOR_MAGIC + agreed) if row.flags & _DESCRIPTOR_FLAG else (b"",)
    if between not in allowed:
        expected = "a descriptor with the directory's sizes" if row.flags & _DESCRIPTOR_FLAG else "the next member"
        raise FormatError(archive, f"entry {row.name!a}", "other bytes after its data", expected)
