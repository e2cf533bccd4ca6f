"""Pages of a PDF as poppler draws them, and a small likeness of each by which another version of poppler can be held.

The same version draws the same pixels: then the digest decides. Another one smooths letters a little differently: then
the grey of squares of 16 pixels may differ by as much as two renderers differ on the same page, and no more.
"""

import base64
import hashlib
import re
import subprocess
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

DOTS_PER_INCH = 60
SQUARE = 16
MOST_DIFFERENT = 25
"""Of 255, of the grey of one square; poppler 22.12 and mutool 1.21 differ by up to 23 on the golden reports."""
MOST_ON_AVERAGE = 2.5
"""Of 255, over all squares of a page; the same two by up to 2.2."""
_SECONDS = 120
Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageLikeness:
    """What is kept of one page."""

    sha256: str
    """Of its pixels."""
    width: int
    height: int
    squares: Grey = field(repr=False)
    """Mean grey of each square."""

    @classmethod
    def of(cls, page: Grey) -> Self:
        """Take the likeness of a page."""
        height, width = page.shape
        rows, columns = height // SQUARE, width // SQUARE
        cut = page[: rows * SQUARE, : columns * SQUARE].reshape(rows, SQUARE, columns, SQUARE)
        return cls(
            sha256=hashlib.sha256(page.tobytes()).hexdigest(),
            width=width,
            height=height,
            squares=np.rint(cut.mean(axis=(1, 3))).astype(np.uint8),
        )

    def to_text(self) -> str:
        """Write it in one line."""
        packed = base64.b64encode(zlib.compress(self.squares.tobytes(), 9)).decode()
        return f"{self.sha256} {self.width}x{self.height} {packed}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read what ``to_text`` wrote."""
        digest, size, packed = text.split()
        width, height = (int(side) for side in size.split("x"))
        values = np.frombuffer(zlib.decompress(base64.b64decode(packed)), dtype=np.uint8)
        return cls(sha256=digest, width=width, height=height, squares=values.reshape(height // SQUARE, width // SQUARE))

    def differences(self, other: Self) -> "PageDifference":
        """Compare two pages, square by square."""
        if (self.width, self.height) != (other.width, other.height):
            return PageDifference(largest=255, average=255.0, places=())
        apart = np.abs(self.squares.astype(int) - other.squares.astype(int))
        places = tuple((int(row), int(column)) for row, column in np.argwhere(apart > MOST_DIFFERENT))
        return PageDifference(largest=int(apart.max()), average=float(apart.mean()), places=places)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDifference:
    """How far two likenesses of a page are apart."""

    largest: int
    average: float
    places: tuple[tuple[int, int], ...]
    """Row and column of each square that differs too much."""

    @property
    def same_page(self) -> bool:
        """Tell whether two renderers may have drawn the same page so."""
        return self.largest <= MOST_DIFFERENT and self.average <= MOST_ON_AVERAGE


def poppler_version() -> str:
    """Give the version of the poppler that draws here."""
    said = subprocess.run(["pdftoppm", "-v"], check=True, capture_output=True, text=True, timeout=_SECONDS).stderr
    found = re.search(r"version ([0-9.]+)", said)
    return found[1] if found else "unknown"


def drawn_by_poppler(pdf: bytes, folder: Path) -> list[Grey]:
    """Draw every page in grey."""
    (folder / "drawn.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(DOTS_PER_INCH), "-gray", "drawn.pdf", "page"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
    return _read_pages(folder)


def drawn_by_mutool(pdf: bytes, folder: Path) -> list[Grey]:
    """Draw every page in grey with another renderer."""
    (folder / "drawn.pdf").write_bytes(pdf)
    command = ["mutool", "draw", "-q", "-r", str(DOTS_PER_INCH), "-c", "gray", "-o", "page-%03d.pgm", "drawn.pdf"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)
    return _read_pages(folder)


def _read_pages(folder: Path) -> list[Grey]:
    pages = []
    for path in sorted(folder.glob("page-*.pgm")):
        with Image.open(path) as picture:
            pages.append(np.asarray(picture.convert("L"), dtype=np.uint8))
        path.unlink()
    return pages


def keep_page(page: Grey, difference: PageDifference, path: Path) -> None:
    """Keep a page as a picture, with a red frame around every square that differs."""
    picture = Image.fromarray(page).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for row, column in difference.places:
        left, top = column * SQUARE, row * SQUARE
        pen.rectangle((left, top, left + SQUARE, top + SQUARE), outline=(200, 0, 0))
    path.parent.mkdir(exist_ok=True)
    picture.save(path)


def likenesses(pages: list[Grey]) -> list[PageLikeness]:
    """Take the likeness of each page."""
    return [PageLikeness.of(page) for page in pages]


def page_lines(pdfs: dict[str, bytes], folder: Path) -> dict[str, Any]:
    """Write what is kept of the pages of some documents, and of what drew them."""
    return {
        "poppler": poppler_version(),
        "dots_per_inch": DOTS_PER_INCH,
        "documents": {
            name: {
                "pdf_sha256": hashlib.sha256(pdf).hexdigest(),
                "pages": [one.to_text() for one in likenesses(drawn_by_poppler(pdf, folder))],
            }
            for name, pdf in pdfs.items()
        },
    }
