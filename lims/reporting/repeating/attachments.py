"""What is attached to the PDF of a report, read within limits: the file may be anybody's."""

import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader

from lims.ledger.extract import CHECKPOINT_FILE, ENTRIES_FILE, KEYS_FILE, PROOFS_FILE
from lims.reporting.content import DATA_FILE, SPECTRA_FILE
from lims.reporting.name_tree import leaves
from lims.reporting.pades import READING_FAULTS

LARGEST_BYTES = 32 * 2**20
"""Of one attachment, unpacked. The largest honest one, the data of a report with its chromatogram, has below 1 MiB."""
_WANTED = frozenset({DATA_FILE, SPECTRA_FILE, ENTRIES_FILE, PROOFS_FILE, CHECKPOINT_FILE, KEYS_FILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments:
    """The files that a check reads; None for one that is not there, or is larger than any report's."""

    data: bytes | None = field(default=None, repr=False)
    spectra: bytes | None = field(default=None, repr=False)
    entries: bytes | None = field(default=None, repr=False)
    proofs: bytes | None = field(default=None, repr=False)
    checkpoint: bytes | None = field(default=None, repr=False)
    keys: bytes | None = field(default=None, repr=False)
    ambiguous: tuple[str, ...] = ()
    """Names under which two files are attached: nobody could say which one a reader sees."""


def read_attachments(pdf: bytes) -> Attachments:
    """Read what a report carries; nothing of a file that is none."""
    found: dict[str, bytes] = {}
    twice: list[str] = []
    try:
        for name, file in leaves(PdfFileReader(io.BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]):
            data = _unpacked(file["/EF"]["/F"]) if name in _WANTED else None
            if data is not None:
                twice.extend([name] if name in found else [])
                found.setdefault(name, data)
    except READING_FAULTS:
        return Attachments()
    return _attachments(found, ambiguous=tuple(dict.fromkeys(twice)))


def _attachments(found: Mapping[str, bytes], *, ambiguous: tuple[str, ...]) -> Attachments:
    return Attachments(
        data=found.get(DATA_FILE),
        spectra=found.get(SPECTRA_FILE),
        entries=found.get(ENTRIES_FILE),
        proofs=found.get(PROOFS_FILE),
        checkpoint=found.get(CHECKPOINT_FILE),
        keys=found.get(KEYS_FILE),
        ambiguous=ambiguous,
    )


def _unpacked(stream: Any) -> bytes | None:  # noqa: ANN401 - a PDF stream
    """Unpack a stream as a report stores it, plain or deflated, and not beyond the limit."""
    packed = bytes(stream.encoded_data)
    match stream.get("/Filter"):
        case None:
            return packed if len(packed) <= LARGEST_BYTES else None
        case "/FlateDecode":
            return _inflated(packed)
        case [only] if only == "/FlateDecode":
            return _inflated(packed)
        case _:
            return None


def _inflated(packed: bytes) -> bytes | None:
    inflating = zlib.decompressobj()
    data = inflating.decompress(packed, LARGEST_BYTES + 1)
    return data if len(data) <= LARGEST_BYTES and inflating.eof else None
