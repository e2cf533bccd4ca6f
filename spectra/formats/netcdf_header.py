"""The header of a classic netCDF file (CDF-1, CDF-2), held against the size of the file before anything is read.

The layout is that of the netCDF classic format specification (Unidata, "The NetCDF Classic Format Specification"):
magic, number of records, then lists of dimensions, attributes and variables, each behind a tag and a count.
"""

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from spectra.errors import FormatError

MAX_ENTRIES = 1_000
"""Of each list: dimensions, attributes, variables. ANDI files have about 10, 30 and 40."""
_MAX_RANK = 8
_STREAMING = 0xFFFFFFFF
_PLACE = "the netCDF container"
_DIMENSIONS, _VARIABLES, _ATTRIBUTES = 0x0A, 0x0B, 0x0C
_TYPE_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 4, 6: 8}
"""NC_BYTE, NC_CHAR, NC_SHORT, NC_INT, NC_FLOAT, NC_DOUBLE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Variable:
    name: str
    begin: int
    n_bytes: int
    """Of the whole variable; of one record where it grows with the records."""
    grows: bool


def require_room(path: Path, data: bytes) -> None:
    """Refuse a classic netCDF file whose header promises what the file does not hold.

    Parameters
    ----------
    path : Path
        Named in errors.
    data : bytes
        The whole file, its magic already recognised.

    Raises
    ------
    FormatError
        If the header is cut, lists more than ``MAX_ENTRIES``, leaves the number of records open, or a variable
        would begin or end beyond the file.
    """
    header = _Header(path, data)
    n_records = header.word()
    if n_records == _STREAMING:
        header.refuse("a number of records that is left open", "a file that was closed")
    lengths = header.dimensions()
    header.attributes()
    variables = header.variables(lengths)
    growing = [variable.n_bytes for variable in variables if variable.grows]
    # each piece of a record is padded to words, but the only one is not
    record_bytes = sum(growing) if len(growing) == 1 else sum(n_bytes + -n_bytes % 4 for n_bytes in growing)
    for variable in variables:
        # of a growing variable the last piece ends one stride for each earlier record later
        end = variable.begin + variable.n_bytes + (max(n_records - 1, 0) * record_bytes if variable.grows else 0)
        if variable.begin < header.position or (end > len(data) and not (variable.grows and not n_records)):
            found = f"'{variable.name}' from byte {variable.begin} to {end}"
            header.refuse(found, f"a place between the header and the file's end at {len(data)}")


class _Header:
    """Walks the header once; each count is compared with a cap before it is believed."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self.position = 4
        self._data = data
        self._place_format = ">I" if data[3] == 1 else ">Q"

    def refuse(self, found: str, expected: str) -> NoReturn:
        raise FormatError(self.path, _PLACE, found, expected)

    def word(self, form: str = ">I") -> int:
        end = self.position + struct.calcsize(form)
        if end > len(self._data):
            self.refuse(f"its end at byte {len(self._data)}", "a whole header")
        number: int = struct.unpack_from(form, self._data, self.position)[0]
        self.position = end
        return number

    def dimensions(self) -> list[int]:
        return [self._dimension() for _ in range(self._count(_DIMENSIONS))]

    def attributes(self) -> None:
        for _ in range(self._count(_ATTRIBUTES)):
            self._name()
            size = self._type_bytes()
            self._skip(size * self.word())

    def variables(self, lengths: list[int]) -> list[_Variable]:
        return [self._variable(lengths) for _ in range(self._count(_VARIABLES))]

    def _dimension(self) -> int:
        self._name()
        return self.word()

    def _variable(self, lengths: list[int]) -> _Variable:
        name = self._name()
        rank = self.word()
        if rank > _MAX_RANK:
            self.refuse(f"'{name}' with {rank} dimensions", f"at most {_MAX_RANK}")
        ids = [self.word() for _ in range(rank)]
        if any(number >= len(lengths) for number in ids):
            self.refuse(f"'{name}' on dimension {max(ids)}", f"one of {len(lengths)}")
        self.attributes()
        size = self._type_bytes()
        self.word()  # the stated size: what is compared is the size that follows from dimensions and type
        begin = self.word(self._place_format)
        shape = [lengths[number] for number in ids]
        grows = bool(shape) and shape[0] == 0
        n_bytes = size * math.prod(shape[1:] if grows else shape)
        return _Variable(name=name, begin=begin, n_bytes=n_bytes, grows=grows)

    def _count(self, tag: int) -> int:
        found, count = self.word(), self.word()
        if found != tag and (found, count) != (0, 0):
            self.refuse(f"tag {found} before a list", f"tag {tag}, or an absent list")
        if count > MAX_ENTRIES:
            self.refuse(f"a list of {count}", f"at most {MAX_ENTRIES}")
        return count

    def _name(self) -> str:
        length = self.word()
        start = self.position
        self._skip(length)
        return self._data[start : start + length].decode("utf-8", "backslashreplace")

    def _type_bytes(self) -> int:
        kind = self.word()
        if kind not in _TYPE_BYTES:
            self.refuse(f"type {kind}", "one of the six types of classic netCDF")
        return _TYPE_BYTES[kind]

    def _skip(self, n_bytes: int) -> None:
        end = self.position + n_bytes + -n_bytes % 4
        if end > len(self._data):
            self.refuse(f"{n_bytes} bytes from byte {self.position}", f"at most {len(self._data) - self.position}")
        self.position = end
