"""The fonts of reports: those that come with dependencies, so that a report's bytes never depend on the host."""

import io
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from string import digits
from typing import TYPE_CHECKING

from lims.errors import DocumentError

if TYPE_CHECKING:
    import typst

TEXT_FAMILY = "Libertinus Serif"
"""Embedded in typst: complete Kazakh and Russian."""
SIGN_FAMILY = "DejaVu Sans"
"""Package data of matplotlib: signs that the text family lacks, figures, signature appearances."""

_PDF_UNITS = 1000


@lru_cache(maxsize=1)
def font_folder() -> Path:
    """Find the folder of matplotlib's fonts, without the cost of importing it.

    Raises
    ------
    DocumentError
        If the installation lacks them.
    """
    spec = find_spec("matplotlib")
    places = spec.submodule_search_locations if spec is not None else None
    folder = Path(places[0]) / "mpl-data" / "fonts" / "ttf" if places else Path()
    if not (folder / "DejaVuSans.ttf").is_file():
        raise DocumentError("the font DejaVuSans.ttf of matplotlib is not installed")
    return folder


@lru_cache(maxsize=1)
def typst_fonts() -> "typst.Fonts":
    """Load the fonts once: those of the typst package and of matplotlib, never the system's."""
    import typst  # noqa: PLC0415 - only composing pays for it

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(font_folder())])


def sign_font_file() -> Path:
    """Give the file of the upright sign font."""
    return font_folder() / "DejaVuSans.ttf"


def stamp_font(text: str) -> bytes:
    """Cut the sign font down to the letters of a text, with all digits, and to 1000 units an em.

    With all digits the font of a person is the same whatever the time and the report's number are, and is kept.
    pyHanko writes glyph widths in the units of the font, where a PDF counts in thousandths of an em: with the 2048
    units of the whole font every letter would be followed by as much space again.
    """
    return _cut_font("".join(sorted({*text, *digits})))


@lru_cache(maxsize=64)
def _cut_font(text: str) -> bytes:
    from fontTools import subset  # noqa: PLC0415 - only signing pays for it
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - as above
    from fontTools.ttLib.scaleUpem import scale_upem  # noqa: PLC0415 - as above

    options = subset.Options(layout_closure=False, hinting=False, recalc_timestamp=False)
    options.drop_tables += ["FFTM", "GPOS", "GSUB", "GDEF", "kern"]
    subsetter = subset.Subsetter(options=options)
    subsetter.populate(text=text)
    with TTFont(sign_font_file(), lazy=True, recalcTimestamp=False) as font:
        subsetter.subset(font)
        scale_upem(font, _PDF_UNITS)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def require_sign_font(text: str) -> None:
    """Refuse a text that the sign font cannot draw: SVG pictures and signatures would drop the character silently.

    Raises
    ------
    DocumentError
        Naming the first such character.
    """
    missing = next((c for c in text if c != "\n" and ord(c) not in _sign_font_characters()), None)
    if missing is not None:
        raise DocumentError(f"{named_character(missing)} in {text!r} has no glyph in {SIGN_FAMILY}")


def named_character(character: str) -> str:
    """Name a character so that it can be found: itself and its code point."""
    return f"the character {character!r} (U+{ord(character):04X})"


@lru_cache(maxsize=1)
def _sign_font_characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only drawing and signing pay for it

    with TTFont(sign_font_file(), lazy=True) as font:
        return frozenset(font.getBestCmap())
