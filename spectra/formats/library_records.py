"""Library files of every form, record by record: what is sound is taken, what is not is refused with its place.

A file of thousands of records is not thrown away for one of them, and none of them is lost: each is in the one list or
the other.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from spectra.errors import FormatError
from spectra.formats.content import MAX_FILE_BYTES, read_content
from spectra.formats.manifest import run_manifest
from spectra.formats.massbank import is_massbank, massbank_records
from spectra.formats.mgf import MgfRecord, is_mgf, mgf_records
from spectra.formats.msp import msp_records
from spectra.formats.sdf import is_sdf, sdf_records
from spectra.formats.text_lines import text_lines
from spectra.formats.text_record import MAX_RECORDS, RecordsReading, RefusedRecord, TextRecord
from spectra.formats.zip_directory import LIBRARY_ZIP, LOCAL_MAGIC, ZipMember, zip_members
from spectra.formats.zipped_run import member_content

RECORD_SUFFIXES = (".msp", ".txt", ".mgf", ".sdf", ".sd")
"""Files of an archive or folder that are looked at."""
_NAME_FIELDS = ("Name", "TITLE", "RECORD_TITLE", "ACCESSION")
_SomeRecord = TextRecord | MgfRecord
_Found = tuple[Sequence[_SomeRecord], list[FormatError]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Text:
    """What one text gave."""

    form: str
    records: tuple[TextRecord, ...]
    refused: tuple[RefusedRecord, ...]


def read_library_records(path: Path) -> RecordsReading:
    """Read an MSP, MGF, SDF or MassBank file, a zip archive of such, or a folder of them.

    Returns
    -------
    RecordsReading
        Each record is in ``records`` or in ``refused``.

    Raises
    ------
    FormatError
        If the path cannot be read, an archive is refused as a whole, a text is not UTF-8, or there is no record at all.
    """
    if path.is_dir():
        return _of_folder(path)
    if _is_zip(path):
        return _of_archive(path)
    content = read_content(path)
    text = _text(path, content.data, file="")
    return _reading(path, content.sha256, [text], other_files=0)


def _of_folder(path: Path) -> RecordsReading:
    manifest = run_manifest(path)
    ours = [one for one in manifest.entries if _is_ours(one.source.name)]
    texts = []
    for one in ours:
        content = read_content(one.source)
        if content.sha256 != one.sha256:
            raise FormatError(
                one.source, "the file", "other bytes than a moment ago", "a folder that nobody writes into"
            )
        texts.append(_text(path, content.data, file=str(one.source.relative_to(path))))
    return _reading(path, manifest.sha256, texts, other_files=len(manifest.entries) - len(ours))


def _of_archive(path: Path) -> RecordsReading:
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise FormatError(path, "the file's size", f"{path.stat().st_size} bytes", f"at most {MAX_FILE_BYTES}")
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            members = [one for one in zip_members(path, file, LIBRARY_ZIP) if not one.is_folder]
            ours = [one for one in members if _is_ours(one.name)]
            texts = [_text(path, _unpacked(path, file, one), file=one.name) for one in ours]
    except OSError as error:
        raise FormatError(path, "the archive", error.strerror or str(error), "a readable archive") from error
    return _reading(path, sha256, texts, other_files=len(members) - len(ours))


def _unpacked(path: Path, file: BufferedReader, member: ZipMember) -> bytes:
    file.seek(member.data_start)
    return b"".join(member_content(path, file, member))


def _reading(path: Path, sha256: str, texts: list[_Text], *, other_files: int) -> RecordsReading:
    records = tuple(record for text in texts for record in text.records)
    if not 0 < len(records) <= MAX_RECORDS:
        refused = [one for text in texts for one in text.refused]
        first = f"; the first refused: {refused[0].place}: {refused[0].found}" if refused else ""
        found = f"{len(records)} sound records{first}"
        raise FormatError(path, "the whole file", found, f"1 to {MAX_RECORDS} of MSP, MGF, SDF or MassBank")
    return RecordsReading(
        path=path,
        sha256=sha256,
        form=", ".join(sorted({text.form for text in texts if text.records})),
        records=records,
        refused=tuple(one for text in texts for one in text.refused),
        other_files=other_files,
    )


def _text(path: Path, data: bytes, *, file: str) -> _Text:
    form, read = _reader(data)
    lines = text_lines(path, data)
    records, faults = read(path, lines)
    return _Text(
        form=form,
        records=tuple(_text_record(record, file) for record in records),
        refused=tuple(_refused(fault, file) for fault in faults),
    )


def _reader(data: bytes) -> tuple[str, Callable[[Path, list[str]], _Found]]:
    """Choose by content; MSP is what is left, since its records begin as many other texts do."""
    if is_massbank(data):
        return "MassBank", lambda path, lines: massbank_records(path, lines, max_faults=MAX_RECORDS)
    if is_mgf(data):
        return "MGF", lambda path, lines: mgf_records(path, lines, max_faults=MAX_RECORDS)
    if is_sdf(data):
        return "SDF", lambda path, lines: sdf_records(path, lines, max_faults=MAX_RECORDS)
    return "MSP", lambda path, lines: msp_records(path, lines, max_faults=MAX_RECORDS)


def _text_record(record: _SomeRecord, file: str) -> TextRecord:
    return TextRecord(line=record.line, fields=record.fields, peaks=record.peaks, file=file)


def _refused(fault: FormatError, file: str) -> RefusedRecord:
    place = f"{file}, {fault.place}" if file else fault.place
    return RefusedRecord(place=place, name="", found=fault.found, expected=fault.expected)


def record_name(record: TextRecord) -> str:
    """Give what a record calls itself; empty for nothing."""
    return next(filter(None, map(record.first, _NAME_FIELDS)), "")


def _is_ours(name: str) -> bool:
    return name.casefold().removesuffix(".gz").endswith(RECORD_SUFFIXES)


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(LOCAL_MAGIC)) == LOCAL_MAGIC
    except OSError:
        return False  # the reader meets it again and says what it is
