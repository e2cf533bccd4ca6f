"""Disclosure packets as ZIP files in the home folder: written whole, recorded, then ready to be fetched."""

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lims.domain.report import Report
from lims.reporting.bag import BagFacts, PacketNotWrittenError, written_bag
from lims.services.disclosing import Packet, PacketFile, Told

PACKETS = "packets"
"""Name of the folder in the home folder."""
_UNFIT = re.compile(r"[^A-Za-z0-9._-]")
_SHORT = 16
"""Characters of a digest in a file name."""
_MADE = (1980, 1, 1, 0, 0, 0)
"""The same files give the same ZIP, whenever it is made: this is the first day that the format knows."""
_OWNER_ONLY = 0o700
_READABLE = 0o644 << 16
_BLOCK = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketFolder:
    """One file a report: a newer packet takes the place of the one before, which can be made again."""

    folder: Path

    def put(self, packet: Packet, *, made_on: date, told: Told, record: Callable[[str], Report]) -> Report:
        """Write a packet, have it recorded by its digest, and only then give it its place.

        Raises
        ------
        PacketNotWrittenError
            If it cannot be written: nothing is recorded then.
        """
        number, whole = packet.report.number, 2 * len(packet.files)
        facts = BagFacts(identifier=number, origin=packet.origin, made_on=made_on)
        scratch = self._scratch()
        try:
            with written_bag(_telling(packet.files, told, whole), scratch / _fit(number), facts) as bag:
                file = scratch / "packet.zip"
                _zip(bag.folder, file, top=_fit(number), told=lambda done: told(done, whole), begun=whole // 2)
                report = record(bag.sha256)
                self._replace(number, file, bag.sha256)
            told(whole, whole)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        return report

    def find(self, report_number: str, bag_sha256: str) -> Path | None:
        """Give the file of a packet; None if it is not there any more."""
        path = self._path(report_number, bag_sha256)
        return path if path.is_file() else None

    def _path(self, number: str, sha256: str) -> Path:
        return self.folder / f"{_fit(number)}.{_fit(sha256)[:_SHORT]}.zip"

    def _scratch(self) -> Path:
        try:
            self.folder.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
            return Path(tempfile.mkdtemp(prefix=".unfinished-", dir=self.folder))
        except OSError as error:
            raise PacketNotWrittenError(f"{self.folder}: {error.strerror or error}") from error

    def _replace(self, number: str, file: Path, sha256: str) -> None:
        """Give a file its name, and take away those of earlier packets of the report."""
        path = self._path(number, sha256)
        file.replace(path)
        for earlier in self.folder.glob(f"{_fit(number)}.*.zip"):
            if earlier != path:
                with suppress(OSError):
                    earlier.unlink()


def _telling(files: tuple[PacketFile, ...], told: Told, whole: int) -> Iterator[PacketFile]:
    for place, one in enumerate(files):
        told(place, whole)
        yield one


def _zip(folder: Path, to: Path, *, top: str, told: Callable[[int], None], begun: int) -> None:
    try:
        with zipfile.ZipFile(to, "x", zipfile.ZIP_DEFLATED) as archive:
            paths = sorted(path for path in folder.rglob("*") if path.is_file())
            for place, path in enumerate(paths):
                _add(archive, path, f"{top}/{path.relative_to(folder).as_posix()}")
                told(min(begun + place, 2 * begun))
        with to.open("rb") as written:
            os.fsync(written.fileno())
    except OSError as error:
        raise PacketNotWrittenError(f"{to}: {error.strerror or error}") from error


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> None:
    """Copy a file in pieces: raw data may be larger than the memory."""
    entry = zipfile.ZipInfo(name, _MADE)
    entry.compress_type, entry.external_attr, entry.file_size = zipfile.ZIP_DEFLATED, _READABLE, path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w") as target:
        shutil.copyfileobj(source, target, _BLOCK)


def _fit(name: str) -> str:
    """Leave nothing in a name that could lead out of the folder."""
    return _UNFIT.sub("_", name).lstrip(".")
