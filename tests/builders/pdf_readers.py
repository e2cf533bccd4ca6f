"""What other programs say of a PDF: nothing is a complaint but a word on their error output, or an exit code."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 120
_OF_THE_PROGRAM = (
    "warning: ICC support is not available",
    "NSS_Shutdown failed: NSS could not shutdown.",
    "Syntax Warning: Attribute BorderColor value is of wrong type (array)",
)
"""What Debian's mutool and pdfsig say of themselves, with any file; and what pdfinfo 22.12 says of an array of three
numbers, which is the type of that attribute (ISO 32000-1:2008, table 344)."""
READERS: tuple[tuple[str, ...], ...] = (
    ("qpdf", "--check", "read.pdf"),
    ("mutool", "info", "read.pdf"),
    ("mutool", "clean", "-d", "read.pdf", "cleaned.pdf"),
    ("mutool", "draw", "-q", "-r", "20", "-o", "drawn-%d.pgm", "read.pdf"),
    ("pdfinfo", "read.pdf"),
    ("pdfinfo", "-struct", "read.pdf"),
    ("pdffonts", "read.pdf"),
    ("pdfdetach", "-list", "read.pdf"),
    ("pdftotext", "read.pdf", "read.txt"),
    ("pdftoppm", "-r", "20", "-gray", "read.pdf", "page"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What one program said."""

    command: tuple[str, ...]
    code: int
    output: str
    errors: str


def ask(command: tuple[str, ...], pdf: bytes, folder: Path) -> Said | None:
    """Let a program read a file; None where it is not installed."""
    if shutil.which(command[0]) is None:
        return None
    (folder / "read.pdf").write_bytes(pdf)
    ended = subprocess.run(
        command, cwd=folder, check=False, capture_output=True, text=True, errors="replace", timeout=_SECONDS
    )
    kept = [line for line in ended.stderr.splitlines() if line.strip() and not line.startswith(_OF_THE_PROGRAM)]
    return Said(command=command, code=ended.returncode, output=ended.stdout, errors="\n".join(kept))


def complaints(pdf: bytes, folder: Path) -> Iterator[str]:
    """Let every program that is installed read a file, and give what it objects to."""
    for command in READERS:
        said = ask(command, pdf, folder)
        if said is not None and (said.code or said.errors):
            yield f"{' '.join(command)}: code {said.code}, {said.errors[:300]}"
