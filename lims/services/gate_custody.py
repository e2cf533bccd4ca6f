"""Custody before a report: whether it is complete to date (rule RP-1.3)."""

from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo

from lims.domain.custody import HolderKind
from lims.domain.custody_timeline import NOT_RECORDED, CustodyBreak, check_custody, timeline
from lims.domain.exhibit import Exhibit
from lims.domain.nonconformity import NonconformingWork, NonconformityStatus
from lims.said import said
from lims.services.custody_items import begins_at, item_in
from lims.services.custody_steps import chains_of, standing
from lims.services.ports import UnitOfWork

_PAST = frozenset({"time without holder", NOT_RECORDED, "seal"})
"""Gaps that happened and stay; the others end when somebody acts."""
_MAX_LISTED = 10_000


def custody_faults(
    work: UnitOfWork, exhibit_number: str, *, now: datetime, hand_over_time: timedelta, time_zone: tzinfo
) -> Iterator[str]:
    """Name every gap of the custody of an exhibit or an aliquot that nobody answered for.

    A gap of the past stays for ever. It is answered by a nonconformity about the exhibit that was found after it and is
    closed; the report then names both.
    """
    custody, chains = standing(work, exhibit_number), chains_of(work, exhibit_number)
    if custody.offer:
        yield said(
            "{offer} offers it to {person}, who has not taken it", offer=custody.offer, person=custody.offered_to
        )
    check = check_custody(
        exhibit_number,
        chains,
        received_at=begins_at(item_in(work, exhibit_number)),
        now=now,
        hand_over_time=hand_over_time,
        time_zone=time_zone,
    )
    line = timeline(exhibit_number, chains)
    held = line.at(now)
    known = custody.holder.kind is not HolderKind.UNKNOWN
    if known and (held is None or held.holder.kind is HolderKind.CONTAINER):
        yield said("nobody has it now")
    answers = closed_about(work, custody.exhibit_number)
    for one in check.breaks:
        if one.kind != "unanswered offer" and not answered(one, answers):
            yield one.words


def answered(gap: CustodyBreak, nonconformities: tuple[NonconformingWork, ...]) -> bool:
    """Tell whether a gap of the past was found as nonconforming, and that was closed."""
    at = gap.at
    return gap.kind in _PAST and at is not None and any(one.found_at >= at for one in nonconformities)


def closed_about(work: UnitOfWork, exhibit_number: str) -> tuple[NonconformingWork, ...]:
    """Give the closed nonconformities that name an exhibit, the oldest first."""
    lines = work.listed(NonconformingWork, limit=_MAX_LISTED, states=(NonconformityStatus.CLOSED.value,))
    numbers = [one.number for one in reversed(lines)]
    loaded = {one.number: one for one in work.several(NonconformingWork, numbers)} if numbers else {}
    return tuple(
        one
        for one in (loaded[number] for number in numbers)
        if any((subject.kind, subject.number) == (Exhibit.KIND, exhibit_number) for subject in one.subjects)
    )
