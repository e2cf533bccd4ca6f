"""The size class of a seized amount: the thresholds of the rows that took the substance in, on the day that counts.

An analogue follows the row of its base.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from substance_library.determination import Determination, FindingKind
from substance_library.editions import Standing
from substance_library.law_book import LawBook, StandingAct
from substance_library.thresholds import SizeFinding, SizeResult, Threshold, WeighedAmount, size_of


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeStatement:
    """What one act says of an amount."""

    act: str
    citation: str
    editions: tuple[str, ...]
    entry: str
    """Number of the row; empty where no row took the substance in."""
    name: str
    finding: SizeFinding


def size_statements(
    determination: Determination, law_book: LawBook, weighed: WeighedAmount
) -> tuple[SizeStatement, ...]:
    """Hold an amount against the thresholds of every row that a determination found.

    Parameters
    ----------
    determination : Determination
        Of the substance that was weighed.
    law_book : LawBook
        The book that it was made with.
    weighed : WeighedAmount
        With its basis.

    Returns
    -------
    tuple of SizeStatement
        One for each row; one for each act with thresholds where no row was found. Nothing for acts without thresholds.
    """
    book = law_book.as_known(determination.known_at)
    acts = [
        one
        for one in book.on(determination.as_of, determination.jurisdiction)
        if one.act.threshold_parts and one.act.number in determination.acts
    ]
    return tuple(statement for act in acts for statement in _of_act(act, determination, weighed))


def _of_act(act: StandingAct, determination: Determination, weighed: WeighedAmount) -> Iterator[SizeStatement]:
    taken = {FindingKind.LISTED, FindingKind.COVERED}
    found = [one for one in determination.findings if one.act == act.act.number and one.kind in taken]
    rows = list(dict.fromkeys((one.base or one.entry, one.name) for one in found))
    if not rows:
        words = (*act.missing_thresholds, "the row of the list that takes the substance in")
        yield _statement(act, "", "", SizeFinding(result=SizeResult.CANNOT_DECIDE, missing=words))
    for entry, name in rows:
        yield _statement(act, entry, name, _of_row(act, entry, weighed))


def _of_row(act: StandingAct, entry: str, weighed: WeighedAmount) -> SizeFinding:
    rows = [(one.row, one.standing) for one in act.rows if isinstance(one.row, Threshold) and one.row.entry == entry]
    doubtful = any(standing is Standing.DOUBTFUL for _, standing in rows)
    missing = act.missing_thresholds + (("which thresholds stood on that day",) if doubtful else ())
    if missing:
        return SizeFinding(result=SizeResult.CANNOT_DECIDE, missing=missing)
    return size_of(weighed, [row for row, _ in rows])


def _statement(act: StandingAct, entry: str, name: str, finding: SizeFinding) -> SizeStatement:
    return SizeStatement(
        act=act.act.number,
        citation=act.act.citation,
        editions=tuple(edition.number for edition, _ in act.editions),
        entry=entry,
        name=name,
        finding=finding,
    )
