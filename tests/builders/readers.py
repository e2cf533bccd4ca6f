"""The readers of the laboratory without the process around them, or with one for each file: for all other tests."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from spectra.formats.bounded import BoundedReader
from spectra.formats.library_records import read_library_records
from spectra.formats.msp import MspFile, read_msp
from spectra.formats.reading import RunReading, read_run_reading
from spectra.formats.spectrum_file import NamedSpectrum, read_spectra
from spectra.formats.text_record import RecordsReading

T = TypeVar("T")


class InProcessReader:
    """Reads in the process of the test."""

    def run(self, path: Path) -> RunReading:
        with tempfile.TemporaryDirectory() as scratch:
            return read_run_reading(path, Path(scratch))

    def spectra(self, path: Path) -> tuple[NamedSpectrum, ...]:
        return read_spectra(path)

    def msp(self, path: Path) -> MspFile:
        return read_msp(path)

    def records(self, path: Path) -> RecordsReading:
        return read_library_records(path)


def kept_readings(read: Callable[[BoundedReader, Path], T]) -> Callable[[BoundedReader, Path], T]:
    """Let a bounded process read the same bytes under the same name once; a refusal is read again."""

    @lru_cache(maxsize=40)  # two batches
    def of_bytes(reader: BoundedReader, asked: "_Asked") -> T:
        return read(reader, asked.path)

    def kept(reader: BoundedReader, path: Path) -> T:
        return of_bytes(reader, _Asked(name=path.name, sha256=_digest(path), path=path))

    return kept


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """What is read: the same if name and bytes are."""

    name: str
    sha256: str
    path: Path = field(compare=False)


def _digest(path: Path) -> str:
    """Take all bytes below a path, with the names of files, and the names of empty folders."""
    whole = sha256()
    for one in sorted(path.rglob("*")) if path.is_dir() else [path]:
        content = one.read_bytes() if one.is_file() else b""
        whole.update(f"{one.relative_to(path)}\0{one.is_file()}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        whole.update(content)
    return whole.hexdigest()
