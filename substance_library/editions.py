"""Acts of law and their editions: which text stood on a day, and where nobody can say.

Source of the convention: a text is in force from its first day to its last day, both inclusive; no last day means
open; an edition that follows without a gap begins on the day after the last day of the one before.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from substance_library.errors import InvalidLawError, quoted

_JURISDICTION = re.compile(r"[A-Z]{2,8}")
_SHA256 = re.compile(r"([0-9a-f]{64})?")
_DAY = timedelta(days=1)


class Standing(StrEnum):
    """What is known of a text and a day."""

    IN_FORCE = "in force"
    NOT_IN_FORCE = "not in force"
    DOUBTFUL = "doubtful"
    """Its first day is not known, and the day lies where it may have been."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The days on which a text is in force; where its first day is not known, what is known instead.

    Raises
    ------
    InvalidLawError
        If the days contradict each other.

    Examples
    --------
    >>> decided_in_march = InForce(not_before=date(2021, 3, 1))
    >>> decided_in_march.standing(date(2021, 2, 28)).value, decided_in_march.standing(date(2021, 3, 1)).value
    ('not in force', 'doubtful')
    """

    first: date | None = None
    """None: not known."""
    not_before: date | None = None
    """Where ``first`` is not known: the earliest day that it can be."""
    by: date | None = None
    """Where ``first`` is not known: a day on which it was in force already."""
    last: date | None = None
    """None: open."""
    basis: str = ""
    """What ``not_before`` and ``by`` rest on."""

    def __post_init__(self) -> None:
        """Refuse days in the wrong order, and bounds beside a first day that is known."""
        if self.first is not None and (self.not_before is not None or self.by is not None):
            raise _invalid("first day in force", f"{self.first} and bounds", "the day or bounds of it")
        days = [day for day in (self.first, self.not_before, self.by, self.last) if day is not None]
        if days != sorted(days):
            raise _invalid("days in force", ", ".join(map(str, days)), "the first not after the last")

    def standing(self, day: date) -> Standing:
        """Say whether the text was in force on a day."""
        ended = self.last is not None and day > self.last
        return Standing.NOT_IN_FORCE if ended else self.begun(day)

    def begun(self, day: date) -> Standing:
        """Say whether the text had come into force by a day, whatever became of it."""
        if self.first is not None:
            return Standing.IN_FORCE if day >= self.first else Standing.NOT_IN_FORCE
        if self.not_before is not None and day < self.not_before:
            return Standing.NOT_IN_FORCE
        return Standing.IN_FORCE if self.by is not None and day >= self.by else Standing.DOUBTFUL

    @property
    def order(self) -> date:
        """The day by which editions of one act are put in order."""
        return self.first or self.not_before or self.by or date.min


@dataclass(frozen=True, slots=True, kw_only=True)
class NotLoaded:
    """A text that the book does not hold: what it would decide cannot be decided."""

    words: str
    """What is missing, as a report names it."""
    first: date | None = None
    """From when on it matters; None: always."""
    last: date | None = None

    def matters_on(self, day: date) -> bool:
        """Tell whether a question about a day depends on it."""
        return (self.first is None or day >= self.first) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """An act, or the list that it approves, through all its editions.

    Raises
    ------
    InvalidLawError
        If it has no number, title or jurisdiction.
    """

    number: str
    """The book's own, such as ``KZ-470``."""
    jurisdiction: str
    citation: str
    """How the act is cited."""
    title_kk: str = ""
    title_ru: str = ""
    title_en: str = ""
    """Statutory titles as quoted; empty where none was read. Never translated here."""
    url: str = ""
    sha256: str = ""
    """Of the filed text; empty for none."""
    parts: tuple[str, ...] = ()
    """The parts with rows that decide a status, such as ``annex 1``; each is missing until it is loaded."""
    threshold_parts: tuple[str, ...] = ()
    """The parts with thresholds of quantity; each is missing until it is loaded."""
    not_loaded: tuple[NotLoaded, ...] = ()
    loaded_to: date | None = None
    """The last day up to which its amendments are known; None: nobody said."""
    exemption: str = ""
    """What is exempt after a match and cannot be looked up here, in words; empty: nothing is known of it."""
    source: str = ""
    """Who says so, and how far it is confirmed."""
    known_from: datetime = datetime(1, 1, 1, tzinfo=UTC)
    """Since when the book holds this version."""

    def __post_init__(self) -> None:
        """Refuse an act that nobody could cite."""
        for what in ("number", "citation"):
            require_words(f"{what} of an act", getattr(self, what))
        if _JURISDICTION.fullmatch(self.jurisdiction) is None:
            raise _invalid(f"jurisdiction of {self.number}", quoted(self.jurisdiction), "two to eight capital letters")
        if _SHA256.fullmatch(self.sha256) is None:
            raise _invalid(f"digest of {self.number}", quoted(self.sha256), "64 lower-case hex digits, or nothing")

    @property
    def title(self) -> str:
        """Give a title of the act in any language, else its citation."""
        return self.title_en or self.title_ru or self.title_kk or self.citation


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One state of an act: as passed, or as amended.

    Raises
    ------
    InvalidLawError
        If it has no number or act, or was published before it was signed.
    """

    number: str
    act: str
    amended_by: str
    """The amending act; empty for the first text."""
    signed: date | None
    published: date | None
    force: InForce
    changes: tuple[str, ...] | None = None
    """Parts whose rows it changes; None: not known, which counts as every part."""
    gap_words: str = ""
    """Why nothing stood between the edition before and this one; empty: there is no gap, or nobody looked."""
    verified_by: str = ""
    verified_on: date | None = None
    source: str = ""
    known_from: datetime = datetime(1, 1, 1, tzinfo=UTC)

    def __post_init__(self) -> None:
        """Refuse an edition without a name, and one that was published before it was signed."""
        require_words("number of an edition", self.number)
        require_words(f"act of {self.number}", self.act)
        if self.signed is not None and self.published is not None and self.published < self.signed:
            raise _invalid(f"publication of {self.number}", str(self.published), f"not before {self.signed}")

    def changed(self, part: str) -> bool:
        """Tell whether rows of a part may be others than in the edition before."""
        return self.changes is None or part in self.changes


class EditionFaultKind(StrEnum):
    """What is wrong between two editions of one act."""

    GAP = "gap"
    OVERLAP = "overlap"


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionFault:
    """Days on which no edition of an act stands, or two do."""

    kind: EditionFaultKind
    act: str
    before: str
    after: str
    """Numbers of both editions."""
    first: date
    last: date
    explained: str = ""

    def __str__(self) -> str:
        """Say it in one line."""
        words = f" ({self.explained})" if self.explained else ""
        return f"{self.act}: {self.kind.value} from {self.first} to {self.last}, {self.before} - {self.after}{words}"


def in_order(editions: Sequence[Edition]) -> tuple[Edition, ...]:
    """Give editions in the order in which they came."""
    return tuple(sorted(editions, key=lambda one: (one.force.order, one.signed or date.min, one.number)))


def standings(editions: Sequence[Edition], day: date) -> tuple[tuple[Edition, Standing], ...]:
    """Say of each edition of one act whether it stood on a day; an open one ends when a later one begins.

    Returns
    -------
    tuple of (Edition, Standing)
        In order. Where a later edition is doubtful, the one before may still stand and is doubtful too.
    """
    found: list[tuple[Edition, Standing]] = []
    replaced = Standing.NOT_IN_FORCE
    for edition in reversed(in_order(editions)):
        standing = edition.force.standing(day)
        if standing is Standing.IN_FORCE and edition.force.last is None and replaced is not Standing.NOT_IN_FORCE:
            standing = Standing.NOT_IN_FORCE if replaced is Standing.IN_FORCE else Standing.DOUBTFUL
        elif standing is Standing.DOUBTFUL and replaced is Standing.IN_FORCE:
            standing = Standing.NOT_IN_FORCE
        found.append((edition, standing))
        replaced = _stronger(replaced, edition.force.begun(day))
    return tuple(reversed(found))


def edition_faults(editions: Sequence[Edition]) -> tuple[EditionFault, ...]:
    """Find the days between the editions of one act on which none stands, or two do.

    Notes
    -----
    Only days that are known are compared: a first day that is not known is named by ``standings``.
    """
    known = [one for one in in_order(editions) if one.force.first is not None]
    found = (_fault_between(before, after) for before, after in pairwise(known))
    return tuple(one for one in found if one is not None)


def _fault_between(before: Edition, after: Edition) -> EditionFault | None:
    begin, end = after.force.first, before.force.last
    if begin is None or end is None:
        return _twice(before, after)
    if end + _DAY == begin:
        return None
    if end < begin:
        kind, first, last = EditionFaultKind.GAP, end + _DAY, begin - _DAY
    else:
        kind, first, last = EditionFaultKind.OVERLAP, begin, min(end, after.force.last or end)
    words = after.gap_words if kind is EditionFaultKind.GAP else ""
    return EditionFault(
        kind=kind, act=after.act, before=before.number, after=after.number, first=first, last=last, explained=words
    )


def _twice(before: Edition, after: Edition) -> EditionFault | None:
    """Two editions that begin on the same day: neither follows the other."""
    day = after.force.first
    if day is None or before.force.first != day:
        return None
    return EditionFault(
        kind=EditionFaultKind.OVERLAP, act=after.act, before=before.number, after=after.number, first=day, last=day
    )


def _stronger(one: Standing, other: Standing) -> Standing:
    """Give what is more certain of two."""
    order = (Standing.NOT_IN_FORCE, Standing.DOUBTFUL, Standing.IN_FORCE)
    return max(one, other, key=order.index)


def require_words(what: str, text: str) -> None:
    """Refuse blank text.

    Raises
    ------
    InvalidLawError
        Naming what is blank.
    """
    if not text.strip():
        raise _invalid(what, quoted(text), "text that is not blank")


def _invalid(what: str, found: str, expected: str) -> InvalidLawError:
    return InvalidLawError(what, found=found, expected=expected)
