"""What a report is made of before it has a page: finished sentences, tables and pictures, in reading order.

The template sets one kind of block after the other and knows no word of any language.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import ClassVar

JsonBlock = dict[str, object]


class Align(StrEnum):
    """Where the text of a column stands."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The title of a section; numbered by the template."""

    KIND: ClassVar[str] = "heading"
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences."""

    KIND: ClassVar[str] = "paragraph"
    text: str
    strong: bool = False
    with_next: bool = False
    """Never the last line of a page: it introduces what follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """Sentences of equal rank."""

    KIND: ClassVar[str] = "bullets"
    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A label and what stands beside it."""

    label: str
    value: str
    is_digest: bool = False
    """Set in letters of equal width, on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Labels and values in two columns."""

    KIND: ClassVar[str] = "facts"
    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table."""

    title: str
    align: Align
    share: int
    """Of the page's width, in relation to the other columns; 0: as wide as its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under titles that are repeated on every page."""

    KIND: ClassVar[str] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    grouped: bool = False
    """A stronger rule stands where the first cell changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure as wide as the text, with what it says in words."""

    KIND: ClassVar[str] = "picture"
    svg: str
    alternative: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormulaPart:
    """A piece of a molecular formula."""

    text: str
    lowered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A structure drawing with name and formula below, and facts beside it."""

    KIND: ClassVar[str] = "structure"
    svg: str
    alternative: str
    caption: str
    formula: tuple[FormulaPart, ...]
    rows: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photograph with the facts about it beside it."""

    KIND: ClassVar[str] = "photo"
    svg: str
    alternative: str
    width_cm: float
    rows: tuple[Fact, ...]


Block = Heading | Paragraph | Bullets | Facts | Table | Picture | Structure | Photo


def as_json(blocks: Iterable[Block]) -> list[JsonBlock]:
    """Write blocks as the template reads them: their fields and their kind."""
    return [{"kind": block.KIND, **asdict(block)} for block in blocks]
