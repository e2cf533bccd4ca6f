"""Changes of a signed PDF: what chance, carelessness or a forger with everything in hand may do to its bytes.

Each is a pure function of the bytes, the report they come from, and a seeded generator; ``changed`` draws one. What it
gives always differs from the report. Updates, signatures and files saved anew are in the modules beside; ``pdf_kinds``
has all of them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

from lims.reporting.keys import SigningKey
from lims.reporting.pades import READING_FAULTS

END_MARK = b"%%EOF"
_TRIES = 50
_STREAM = re.compile(rb"stream\r?\n")
_WORDS = re.compile(rb"/(?:Title|Author|Creator|Name|Reason|M|Keywords|T|CreationDate|ModDate) ?[(<]([^()<>]{4,})[)>]")


class ImpossibleChangeError(Exception):
    """The bytes at hand have no place for this change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A signed report, with everything that somebody who changes it may have in hand."""

    name: str
    pdf: bytes = field(repr=False)
    other: bytes = field(repr=False)
    """Another report of the same laboratory, signed by the same persons."""
    trusted: SigningKey = field(repr=False)
    """Of a third person of the laboratory: it leads to the trusted root."""
    own: SigningKey = field(repr=False)
    """Made by the forger; it leads to nobody's root."""


Changing = Callable[[bytes, Original, Random], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of change."""

    change: Changing
    weight: int
    """How often in relation to the others."""
    cost: str = "bytes"
    """"bytes": microseconds; "objects": a PDF is parsed; "signing": a signature is made; "program": a process runs."""

    @property
    def name(self) -> str:
        """Give the name under which it is counted."""
        return self.change.__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A changed file."""

    original: Original = field(repr=False)
    kind: str
    pdf: bytes = field(repr=False)


def apply(kind: Kind, original: Original, chance: Random) -> Changed:
    """Make one change of a kind.

    Raises
    ------
    ImpossibleChangeError
        If the report has no place for it.
    """
    for _ in range(_TRIES):
        pdf = kind.change(original.pdf, original, chance)
        if pdf != original.pdf:
            return Changed(original=original, kind=kind.name, pdf=pdf)
    raise ImpossibleChangeError(f"{kind.name} leaves {original.name} as it is")


def changed(originals: Sequence[Original], chance: Random, *, kinds: Sequence[Kind]) -> Changed:
    """Draw a report and a kind, and change the one by the other."""
    while True:
        original = chance.choice(originals)
        kind = chance.choices(kinds, weights=[kind.weight for kind in kinds])[0]
        try:
            return apply(kind, original, chance)
        except ImpossibleChangeError:
            continue


def spans_of_signatures(pdf: bytes) -> list[tuple[int, int]]:
    """Give where the signature dictionaries lie, their first byte and the first behind them."""
    return [
        (pdf.rfind(b" obj", 0, found.start()), pdf.find(b"endobj", found.start()) + 6)
        for found in re.finditer(rb"/ByteRange ?\[", pdf)
        if pdf.rfind(b" obj", 0, found.start()) >= 0
    ]


def gaps(pdf: bytes) -> list[tuple[int, int]]:
    """Give where the hexadecimal signatures lie, with their brackets."""
    return [found.span() for found in re.finditer(rb"(?<=/Contents )<[0-9A-Fa-f]{200,}>", pdf)]


def revisions(pdf: bytes) -> list[int]:
    """Give where each revision ends, with its end mark and the line end behind it."""
    ends = []
    for found in re.finditer(END_MARK, pdf):
        end = found.end()
        while pdf[end : end + 1] in {b"\r", b"\n"}:
            end += 1
        ends.append(end)
    return ends


def streams(pdf: bytes, *, of: bytes = b"") -> list[tuple[int, int]]:
    """Give where the bytes of streams lie; with words, those whose dictionary holds them."""
    found = []
    for start in _STREAM.finditer(pdf):
        if pdf[start.start() - 3 : start.start()] == b"end":
            continue
        head = pdf[pdf.rfind(b" obj", 0, start.start()) : start.start()]
        if of in head:
            found.append((start.end(), pdf.find(b"endstream", start.end())))
    return [(begin, end) for begin, end in found if end > begin]


def _xrefs(pdf: bytes) -> list[tuple[int, int]]:
    return [(found.start(), pdf.find(END_MARK, found.start())) for found in re.finditer(rb"\bxref\r?\n0", pdf)]


def _within(spans: Sequence[tuple[int, int]], chance: Random) -> int:
    """Draw a place in one of the spans, each span as often as the others."""
    if not spans:
        raise ImpossibleChangeError("no such place")
    begin, end = chance.choice(spans)
    if end <= begin:
        raise ImpossibleChangeError("an empty place")
    return chance.randrange(begin, end)


def _put(pdf: bytes, place: int, new: bytes, *, instead_of: int) -> bytes:
    return pdf[:place] + new + pdf[place + instead_of :]


def _flipped(pdf: bytes, place: int, bits: int) -> bytes:
    return _put(pdf, place, bytes([pdf[place] ^ bits]), instead_of=1)


def flip_bit(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Flip one bit anywhere."""
    return _flipped(pdf, chance.randrange(len(pdf)), 1 << chance.randrange(8))


def flip_byte(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change one byte anywhere."""
    return _flipped(pdf, chance.randrange(len(pdf)), chance.randrange(1, 256))


def flip_in_signature(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change one byte of a signature dictionary."""
    return _flipped(pdf, _within(spans_of_signatures(pdf), chance), chance.randrange(1, 256))


def flip_beside_contents(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change one byte of a signature dictionary that is no digit of the signature: ranges, time, reason, filter."""
    spans = [part for span in spans_of_signatures(pdf) for part in _without_gap(pdf, span)]
    return _flipped(pdf, _within(spans, chance), 1 << chance.randrange(8))


def _without_gap(pdf: bytes, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
    inside = next((gap for gap in gaps(pdf) if span[0] <= gap[0] < span[1]), None)
    if inside is None:
        yield span
    else:
        yield span[0], inside[0] + 1
        yield inside[1] - 1, span[1]


def flip_in_cross_reference(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change one byte of a cross-reference table or a trailer."""
    return _flipped(pdf, _within(_xrefs(pdf), chance), 1 << chance.randrange(8))


def flip_in_attachment(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change one byte of an attached file."""
    return _flipped(pdf, _within(streams(pdf, of=b"/EmbeddedFile"), chance), chance.randrange(1, 256))


def flip_in_stream(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change one byte of a page, a picture or a font."""
    return _flipped(pdf, _within(streams(pdf), chance), chance.randrange(1, 256))


def flip_at_the_ends(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change one of the first or last bytes, where readers look away."""
    place = chance.randrange(20) if chance.random() < 0.5 else len(pdf) - 1 - chance.randrange(20)
    return _flipped(pdf, place, chance.randrange(1, 256))


def change_case_of_a_digit(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Write one hexadecimal digit of a signature in the other case: the same signature in other bytes."""
    place = _within(gaps(pdf), chance)
    return _put(pdf, place, pdf[place : place + 1].swapcase(), instead_of=1)


def put_space_into_padding(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Put a space into the zeros behind a signature, which readers skip."""
    begin, end = chance.choice(gaps(pdf) or [(0, 0)])
    zeros = len(pdf[begin:end]) - len(pdf[begin:end].rstrip(b"0>"))
    if zeros < 2:
        raise ImpossibleChangeError("no padding")
    return _put(pdf, end - 1 - chance.randrange(1, zeros), chance.choice([b" ", b"\n", b"\t", b"1"]), instead_of=1)


def append_line_end(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Append one line end or space."""
    return pdf + chance.choice([b"\n", b"\r\n", b"\r", b" ", b"\x00"])


def append_end_mark(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Append another end mark, or the last lines once more."""
    start = pdf.rfind(b"startxref")
    return pdf + chance.choice([b"%%EOF\n", b"%%EOF", pdf[start:] if start >= 0 else b"startxref\n0\n%%EOF\n"])


def append_comment(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Append a comment."""
    return pdf + b"%% read on " + str(chance.random()).encode() + b"\n"


def append_garbage(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Append bytes without a meaning."""
    return pdf + chance.randbytes(chance.randrange(1, 3000))


def append_objects(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Append a page's object anew, without a cross-reference: some readers take the last one."""
    numbers = re.findall(rb"\b(\d+) 0 obj\b", pdf)
    if not numbers:
        raise ImpossibleChangeError("no objects")
    return (
        pdf + chance.choice(numbers) + b" 0 obj\n<</Type/Page/MediaBox[0 0 9 9]>>\nendobj\ntrailer\n<</Root 1 0 R>>\n"
    )


def prepend_bytes(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Put something before the header, which readers forgive."""
    return chance.choice([b"\n", b"%!PS\n", b"\xef\xbb\xbf", chance.randbytes(9)]) + pdf


def insert_bytes(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Insert some bytes anywhere."""
    return _put(pdf, chance.randrange(len(pdf)), chance.randbytes(chance.randrange(1, 40)), instead_of=0)


def delete_bytes(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Take out some bytes anywhere."""
    return _put(pdf, chance.randrange(len(pdf)), b"", instead_of=chance.randrange(1, 400))


def overwrite_bytes(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Write over some bytes, as a bad sector does."""
    length = chance.choice([1, 4, 16, 512])
    new = chance.choice([bytes(length), b"\xff" * length, chance.randbytes(length)])
    return _put(pdf, chance.randrange(max(1, len(pdf) - length)), new, instead_of=length)


def swap_two_blocks(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let two blocks of equal length change places."""
    length = chance.choice([16, 64, 512])
    if len(pdf) < 4 * length:
        raise ImpossibleChangeError("too short")
    one = chance.randrange(len(pdf) // 2 - length)
    two = chance.randrange(len(pdf) // 2, len(pdf) - length)
    first, second = pdf[one : one + length], pdf[two : two + length]
    return pdf[:one] + second + pdf[one + length : two] + first + pdf[two + length :]


def cut_anywhere(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Keep the beginning only."""
    return pdf[: chance.randrange(len(pdf))]


def cut_a_few_bytes(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Lose the last bytes."""
    return pdf[: -chance.randrange(1, 60)]


def cut_to_an_earlier_revision(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Go back to a revision before the last: without the reviewer, or without both signatures."""
    earlier = [end for end in revisions(pdf) if end < len(pdf)]
    if not earlier:
        raise ImpossibleChangeError("one revision alone")
    return pdf[: chance.choice(earlier)]


def change_header(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Let the header name another version."""
    return _put(pdf, 5, chance.choice([b"1.3", b"1.4", b"2.0", b"9.9"]), instead_of=3)


def change_plain_words(pdf: bytes, _: Original, chance: Random) -> bytes:
    """Change a letter of a name, a title, a reason or a time that stands in the file uncompressed."""
    spans = [found.span(1) for found in _WORDS.finditer(pdf)]
    place = _within(spans, chance)
    return _put(pdf, place, bytes([chance.choice(b"0123456789abcdefABCDEF")]), instead_of=1)


def take_bytes_of_the_other(pdf: bytes, original: Original, chance: Random) -> bytes:
    """Put a part of another report into the same place."""
    length = chance.choice([100, 1000, 10_000])
    place = chance.randrange(max(1, min(len(pdf), len(original.other)) - length))
    return _put(pdf, place, original.other[place : place + length], instead_of=length)


KINDS_OF_BYTES: tuple[Kind, ...] = (
    *(
        Kind(change=change, weight=40)
        for change in (flip_bit, flip_byte, flip_in_signature, flip_in_attachment, flip_in_stream)
    ),
    *(
        Kind(change=change, weight=20)
        for change in (flip_beside_contents, flip_in_cross_reference, flip_at_the_ends, change_case_of_a_digit)
    ),
    *(
        Kind(change=change, weight=10)
        for change in (
            *(put_space_into_padding, append_line_end, append_end_mark, append_comment, append_garbage, append_objects),
            *(prepend_bytes, insert_bytes, delete_bytes, overwrite_bytes, swap_two_blocks, cut_anywhere),
            *(cut_a_few_bytes, cut_to_an_earlier_revision, change_header, change_plain_words, take_bytes_of_the_other),
        )
    ),
)


def combined(kinds: Sequence[Kind]) -> Kind:
    """Make a kind that lets two or three others follow each other; what the next cannot read stays as it is."""

    def several_changes(pdf: bytes, original: Original, chance: Random) -> bytes:
        for kind in chance.sample(kinds, chance.choice([2, 2, 3])):
            try:
                pdf = kind.change(pdf, original, chance)
            except (ImpossibleChangeError, *READING_FAULTS):
                continue
        return pdf

    return Kind(change=several_changes, weight=20)
