"""The fonts of a PDF as PDF/A-3u asks for them: embedded, with true widths, every drawn glyph there and known as text.

Numbers are those of the clauses of ISO 19005-3:2012, by which veraPDF numbers its rules too.
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import pikepdf
from fontTools.cffLib import CFFFontSet  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

WIDTH_TOLERANCE = 1
"""Thousandths of an em by which a width may differ from that in the font program."""
_FORBIDDEN_TEXT = {0x0000, 0xFEFF, 0xFFFE}
_SHOWING = {"Tj", "'", '"'}


@dataclass
class UsedFont:
    """A font with the codes that are drawn with it."""

    font: pikepdf.Object
    codes: set[int] = field(default_factory=set)

    @property
    def name(self) -> str:
        """Give its name."""
        return str(self.font.get("/BaseFont", "?"))


def used_fonts(pdf: pikepdf.Pdf) -> list[UsedFont]:
    """Find every font of pages and appearances, with the codes that are shown."""
    found: dict[tuple[int, int], UsedFont] = {}
    for stream, resources in drawn(pdf):
        for font, codes in _shown(stream, resources).items():
            used = found.setdefault(font, UsedFont(font=pdf.get_object(font)))
            used.codes |= codes
    return list(found.values())


def drawn(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object, pikepdf.Object]]:
    """Give each stream that draws, with its resources: pages, then every form."""
    empty = pikepdf.Dictionary()
    for page in pdf.pages:
        yield page, page.get("/Resources", empty)
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == "/Form":
            yield item, item.get("/Resources", empty)


def _shown(stream: pikepdf.Object, resources: pikepdf.Object) -> dict[tuple[int, int], set[int]]:
    shown: dict[tuple[int, int], set[int]] = defaultdict(set)
    fonts = resources.get("/Font", pikepdf.Dictionary())
    font: tuple[int, int] | None = None
    kept: list[tuple[int, int] | None] = []
    for operands, operator in pikepdf.parse_content_stream(stream):
        name = str(operator)
        if name == "q":
            kept.append(font)
        elif name == "Q":
            font = kept.pop() if kept else None
        elif name == "Tf":
            font = fonts[str(operands[0])].objgen
        elif name in _SHOWING and font is not None:
            shown[font] |= _codes(operands[-1])
        elif name == "TJ" and font is not None:
            for part in operands[0]:
                shown[font] |= _codes(part) if isinstance(part, pikepdf.String) else set()
    return shown


def _codes(text: pikepdf.Object) -> set[int]:
    data = bytes(text)
    return {int.from_bytes(data[place : place + 2], "big") for place in range(0, len(data), 2)}


def font_faults(pdf: pikepdf.Pdf) -> Iterator[str]:
    """List what PDF/A-3u forbids in the fonts that are drawn with."""
    for used in used_fonts(pdf):
        font = used.font
        if font.get("/Subtype") != "/Type0":
            yield f"6.2.11 {used.name}: {font.get('/Subtype')}, this check knows Type0 alone"
            continue
        yield from (f"{fault} ({used.name})" for fault in _type0_faults(used))


def _type0_faults(used: UsedFont) -> Iterator[str]:
    font, inner = used.font, used.font.DescendantFonts[0]
    if font.get("/Encoding") not in {"/Identity-H", "/Identity-V"}:
        yield f"6.2.11.3.3 an encoding of its own: {font.get('/Encoding')}"
    if inner.Subtype == "/CIDFontType2" and "/CIDToGIDMap" not in inner:
        yield "6.2.11.3.2 no CIDToGIDMap"
    if 0 in used.codes:
        yield "6.2.11.8 the glyph .notdef is drawn"
    descriptor = inner.FontDescriptor
    program = next((descriptor[key] for key in ("/FontFile2", "/FontFile3") if key in descriptor), None)
    if program is None:
        yield "6.2.11.4.1 not embedded"
        return
    yield from _text_faults(used)
    yield from _width_faults(used, inner, program.read_bytes())


def _text_faults(used: UsedFont) -> Iterator[str]:
    texts = _to_unicode(used.font.ToUnicode.read_bytes()) if "/ToUnicode" in used.font else {}
    lost = sorted(used.codes - texts.keys())
    if lost:
        yield f"6.2.11.7.2 codes without text: {lost[:5]}"
    if any(set(text) & _FORBIDDEN_TEXT for code, text in texts.items() if code in used.codes):
        yield "6.2.11.7.2 a code whose text is U+0000, U+FEFF or U+FFFE"


def _to_unicode(data: bytes) -> dict[int, list[int]]:
    """Read the three kinds of lines that a ToUnicode map has."""
    texts: dict[int, list[int]] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>", block):
            texts[int(code, 16)] = _points(text)
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", data, re.DOTALL):
        for first, last, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            for code in range(int(first, 16), int(last, 16) + 1):
                points = _points(text)
                texts[code] = [*points[:-1], points[-1] + code - int(first, 16)]
        for first, _, listed in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*\[(.*?)\]", block, re.DOTALL):
            for step, text in enumerate(re.findall(rb"<([0-9A-Fa-f]*)>", listed)):
                texts[int(first, 16) + step] = _points(text)
    return texts


def _points(text: bytes) -> list[int]:
    return [ord(letter) for letter in bytes.fromhex(text.decode()).decode("utf-16-be", errors="surrogatepass")]


def _width_faults(used: UsedFont, inner: pikepdf.Object, program: bytes) -> Iterator[str]:
    """Compare the widths that the PDF states with those of the embedded program, glyph by glyph."""
    true = _program_widths(program, frozenset(used.codes))
    stated, usual = _stated_widths(inner), int(inner.get("/DW", 1000))
    for code in sorted(used.codes):
        if code not in true:
            yield f"6.2.11.4.1 glyph {code} is not in the program"
        elif abs(stated.get(code, usual) - true[code]) > WIDTH_TOLERANCE:
            yield f"6.2.11.5 glyph {code}: width {stated.get(code, usual)}, in the program {true[code]:.1f}"


@lru_cache(maxsize=256)
def _program_widths(program: bytes, codes: frozenset[int]) -> dict[int, float]:
    """Read the widths of glyphs from a font program, in thousandths of an em; those that it lacks are left out."""
    if program[:4] not in {b"\x00\x01\x00\x00", b"OTTO", b"true"}:
        return dict(_bare_cff_widths(program, codes))
    font = TTFont(io.BytesIO(program))
    order, scale = font.getGlyphOrder(), 1000 / font["head"].unitsPerEm
    return {code: font["hmtx"][order[code]][0] * scale for code in codes if code < len(order)}


def _bare_cff_widths(program: bytes, codes: frozenset[int]) -> Iterator[tuple[int, float]]:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(program), None)
    top = fonts[0]
    for code in codes:
        name = f"cid{code:05}" if hasattr(top, "ROS") else (top.charset[code] if code < len(top.charset) else "")
        if name in top.CharStrings:
            glyph = top.CharStrings[name]
            glyph.draw(_Nothing())
            yield code, 1000 * top.FontMatrix[0] * glyph.width


class _Nothing:
    """A pen that draws nothing: a glyph tells its width while it is drawn."""

    def __getattr__(self, _name: str) -> object:
        return lambda *_, **__: None


def _stated_widths(inner: pikepdf.Object) -> dict[int, float]:
    """Read /W: a first code with a list of widths, or two codes with one width."""
    widths: dict[int, float] = {}
    parts = list(inner.get("/W", []))
    while parts:
        first = int(parts.pop(0))
        second = parts.pop(0)
        if isinstance(second, pikepdf.Array):
            widths |= {first + place: float(width) for place, width in enumerate(second)}
        else:
            width = float(parts.pop(0))
            widths |= dict.fromkeys(range(first, int(second) + 1), width)
    return widths
