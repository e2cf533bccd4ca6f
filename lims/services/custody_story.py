"""What happened to one item, told whole: who had it, where nobody did, every event, and what was corrected later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from lims.domain.aliquot import Aliquot
from lims.domain.custody import Correction, Custody, CustodyEvent, HolderKind
from lims.domain.custody_timeline import CustodyCheck, Hole, Timeline, check_custody, effective_events, timeline
from lims.services.custody_items import begins_at, item_in
from lims.services.custody_steps import chains_of, standing
from lims.services.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldEvent:
    """One event of a chain, as it was recorded and as it is right."""

    version: int
    """Its place in the chain, from 1."""
    recorded: CustodyEvent
    right: CustodyEvent
    """With what was corrected later put in its place; the same where nothing was."""
    corrections: tuple[Correction, ...]
    """Those that correct it, the oldest first."""
    correctable_place: bool
    """Whether it is the event that brought the item to the place where it lies still."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyStory:
    """The custody of one item from its beginning to now."""

    custody: Custody
    """The end of the chain; of an item without one, where it is all the same."""
    since: datetime
    """When its custody ought to begin."""
    until: datetime
    """Now; of what the laboratory no longer has, when it went."""
    line: Timeline
    holes: tuple[Hole, ...]
    check: CustodyCheck
    events: tuple[ToldEvent, ...]
    unrecorded: bool
    """Whether it is an aliquot without a chain, which the person who has it can begin late."""


def story_in(
    work: UnitOfWork, number: str, *, now: datetime, hand_over_time: timedelta, time_zone: tzinfo
) -> CustodyStory:
    """Tell the custody of an item, in a transaction of the caller.

    Raises
    ------
    NotFoundError
        If there is no such item.
    """
    item, chains, custody = item_in(work, number), chains_of(work, number), standing(work, number)
    since, line = begins_at(item), timeline(number, chains)
    until = now if custody.here or custody.holder.kind is HolderKind.UNKNOWN else custody.event.occurred_at
    return CustodyStory(
        custody=custody,
        since=since,
        until=until,
        line=line,
        holes=line.holes(since=since, until=until),
        check=check_custody(
            number, chains, received_at=since, now=now, hand_over_time=hand_over_time, time_zone=time_zone
        ),
        events=_told(chains[number], custody.placed_by),
        unrecorded=isinstance(item, Aliquot) and custody.holder.kind is HolderKind.UNKNOWN,
    )


def _told(chain: Sequence[Custody], placed_by: int) -> tuple[ToldEvent, ...]:
    corrections = [one.event.correction for one in chain if one.event.correction is not None]
    return tuple(
        ToldEvent(
            version=one.version,
            recorded=one.event,
            right=right,
            corrections=tuple(each for each in corrections if each.corrects == one.version),
            correctable_place=one.version == placed_by,
        )
        for one, right in zip(chain, effective_events(chain), strict=True)
    )
