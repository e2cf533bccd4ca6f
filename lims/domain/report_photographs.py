"""Photographs that a report prints: of the exhibit before it was opened, and of its seals; the others it names."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from lims.domain.photograph import Photograph

MOST_PRINTED: Final = 6
"""Photographs of one report that are printed: the file stays small; the raw store has all."""


class NotPrinted(StrEnum):
    """Why a photograph is named and not printed."""

    AFTER_OPENING = "taken after the exhibit was opened"
    ENOUGH = "as many as a report prints are printed"
    UNREADABLE = "its file cannot be shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealShown:
    """A seal that a photograph shows, by the record of custody."""

    number: str
    """Empty: no seal was found where one was expected."""
    opened: bool
    """False: it was put on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotographSection:
    """One photograph of the exhibit."""

    number: str
    shows: str
    sha256: str
    """Of the file as the camera wrote it, which the raw store keeps."""
    file_name: str
    taken_at: datetime | None
    """None: unknown."""
    taken_by: str
    """Name and staff number, or the words that were recorded."""
    before_opening: bool | None
    """None: unknown, because the time of the photograph is."""
    seals: tuple[SealShown, ...] = ()
    shown_sha256: str = ""
    """Of the picture that is printed, made smaller and without what the camera wrote beside it; empty for none."""
    width_px: int = 0
    height_px: int = 0
    """Of the picture that is printed."""
    not_printed: NotPrinted | None = None
    """None: it is printed."""


def taken_before(photograph: Photograph, opened_at: datetime | None) -> bool | None:
    """Tell whether a photograph was taken before an exhibit was opened; None where nobody knows.

    Parameters
    ----------
    opened_at : datetime or None
        When its seal was first opened; None: by the record it never was.
    """
    if opened_at is None or photograph.added_at <= opened_at:
        return True
    return None if photograph.taken_at is None else photograph.taken_at <= opened_at


def to_print(sections: Iterable[PhotographSection]) -> tuple[PhotographSection, ...]:
    """Choose what is printed: before the opening or unknown, and seals; seals first if there are too many."""
    found = tuple(sections)
    wanted = [one for one in found if one.seals or one.before_opening is not False]
    chosen = sorted(wanted, key=lambda one: not one.seals)[:MOST_PRINTED]
    return tuple(
        one
        if one in chosen
        else replace(one, not_printed=NotPrinted.ENOUGH if one in wanted else NotPrinted.AFTER_OPENING)
        for one in found
    )
