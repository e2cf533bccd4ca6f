"""Zip archives written byte by byte, so that a test can let any field lie."""

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.builders.agilent_folder import data_file


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMember:
    """One member; what is None follows from the content, anything else is written as it is."""

    name: str | bytes
    content: bytes = b""
    method: int = 8
    flags: int = 0x800
    attributes: int = 0
    extra: bytes = b""
    local_extra: bytes = b""
    local_name: bytes | None = None
    packed: bytes | None = None
    """The bytes between header and next member."""
    listed: tuple[int | None, int | None, int | None] = (None, None, None)
    """CRC, packed and unpacked size in the directory."""
    local: tuple[int | None, int | None, int | None] = (None, None, None)
    """The same in the member's own header."""
    local_method: int | None = None
    local_magic: bytes = b"PK\x03\x04"
    start: int | None = None
    """Where the directory says that the header stands."""
    disk: int = 0
    after: bytes = b""
    """A descriptor, or other bytes behind the data."""

    @property
    def raw_name(self) -> bytes:
        return self.name.encode() if isinstance(self.name, str) else self.name

    @property
    def stream(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method != 8 or not self.content:
            return self.content
        deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        return deflate.compress(self.content) + deflate.flush()

    def facts(self, stated: tuple[int | None, int | None, int | None]) -> tuple[int, ...]:
        true = (zlib.crc32(self.content), len(self.stream), len(self.content))
        return tuple(own if said is None else said for said, own in zip(stated, true, strict=True))


def member(name: str | bytes, content: bytes = b"", **written: Any) -> WrittenMember:
    # zlib's method is wrong for what has no content: writers store it
    return WrittenMember(name=name, content=content, **({"method": 8 if content else 0} | written))


def descriptor(content: bytes, stream: bytes, *, magic: bytes = b"PK\x07\x08", size: int | None = None) -> bytes:
    stated = len(content) if size is None else size
    return magic + struct.pack("<3I", zlib.crc32(content), len(stream), stated)


def zip_bytes(members: Sequence[WrittenMember], *, before: bytes = b"", comment: bytes = b"", **end: int) -> bytes:
    """Write an archive; ``end`` replaces fields of the end record: disk, first, here, total, length, start."""
    body, directory = bytearray(before), bytearray()
    for one in members:
        start = len(body) if one.start is None else one.start
        name = one.raw_name if one.local_name is None else one.local_name
        method = one.method if one.local_method is None else one.local_method
        body += struct.pack("<4s5H3I2H", one.local_magic, 20, one.flags, method, 0, 33, *one.facts(one.local),
                            len(name), len(one.local_extra)) + name + one.local_extra  # fmt: skip
        body += one.stream + one.after
        directory += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 0x314, 20, one.flags, one.method, 0, 33,
                                 *one.facts(one.listed), len(one.raw_name), len(one.extra), 0, one.disk, 0,
                                 one.attributes, start) + one.raw_name + one.extra  # fmt: skip
    fields = {"disk": 0, "first": 0, "here": len(members), "total": len(members)}
    fields |= {"length": len(directory), "start": len(body)} | end
    return bytes(body + directory) + struct.pack("<4s4H2IH", b"PK\x05\x06", *fields.values(), len(comment)) + comment


def run_members(folder: str = "220223014.D/") -> list[WrittenMember]:
    """Give the members of a small, sound run."""
    return [
        member(f"{folder}data.ms", data_file().data),
        member(f"{folder}AcqData/Contents.xml", b"<c><AcquiredTime>2022-02-23</AcquiredTime></c>"),
    ]


def write_zip(path: Path, members: Sequence[WrittenMember], **written: Any) -> Path:
    path.write_bytes(zip_bytes(members, **written))
    return path
