"""Who had an exhibit, and where, at each moment from its receipt to now; and every gap in that, by name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from itertools import pairwise, zip_longest

from lims.domain.custody import (
    BEGINNINGS,
    Custody,
    CustodyEvent,
    EventKind,
    Holder,
    HolderKind,
    SealCondition,
    SealFact,
)
from lims.said import said

Chains = Mapping[str, Sequence[Custody]]
"""By exhibit number, the versions of its custody from the first; of containers too."""
_SAME_PLACE = frozenset({*BEGINNINGS, EventKind.CORRECTED})
NOT_RECORDED = "no custody on record"
"""The gap of an aliquot before its chain begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time with one holder."""

    holder: Holder
    since: datetime
    until: datetime | None
    """None for now."""
    via: tuple[str, ...] = ()
    """Exhibits that it lay in meanwhile, from the innermost."""

    def covers(self, at: datetime) -> bool:
        """Tell whether a moment lies in it; its end belongs to the next one."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A time in which nobody had it, as far as the record says."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """All spans of one exhibit, oldest first; times in no span are times without a holder."""

    exhibit_number: str
    spans: tuple[Span, ...]

    def at(self, moment: datetime) -> Span | None:
        """Give the span of a moment; None for a time without a holder."""
        return next((span for span in reversed(self.spans) if span.covers(moment)), None)

    def holes(self, *, since: datetime, until: datetime) -> tuple[Hole, ...]:
        """Give the times between two moments that lie in no span."""
        return tuple(_holes(self.spans, since, until))


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyBreak:
    """One gap."""

    kind: str
    """``time without holder``, ``no custody on record``, ``seal``, ``unanswered offer``, ``overdue return``."""
    words: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyCheck:
    """Whether custody is whole from receipt to now."""

    exhibit_number: str
    breaks: tuple[CustodyBreak, ...]

    @property
    def intact(self) -> bool:
        """Whether there is no gap."""
        return not self.breaks


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCheck:
    """Whether a person had an exhibit at a moment (rule CC-6)."""

    exhibit_number: str
    person: str
    reasons: tuple[str, ...]
    """Why not; empty if the person had it."""

    @property
    def held(self) -> bool:
        """Whether the person had it."""
        return not self.reasons


def effective_events(chain: Sequence[Custody]) -> tuple[CustodyEvent, ...]:
    """Give the events of a chain with what was corrected later put in its place; corrections stay in the chain."""
    events = [one.event for one in chain]
    for one in chain:
        correction = one.event.correction
        if correction is None:
            continue
        wrong = events[correction.corrects - 1]
        events[correction.corrects - 1] = replace(
            wrong,
            occurred_at=correction.occurred_at or wrong.occurred_at,
            purpose=correction.purpose or wrong.purpose,
            taker=Holder(kind=HolderKind.PLACE, name=correction.place) if correction.place else wrong.taker,
        )
    return tuple(events)


def timeline(exhibit_number: str, chains: Chains) -> Timeline:
    """Make the timeline of an exhibit; while it lies in another exhibit, that one's holder has it."""
    return Timeline(exhibit_number=exhibit_number, spans=tuple(_resolved(exhibit_number, chains, frozenset())))


def require_custody(exhibit_number: str, chains: Chains, *, person: str, at: datetime) -> HoldCheck:
    """Tell whether a person had an exhibit in hand at a moment, and if not, who had it (rule CC-6)."""
    span = timeline(exhibit_number, chains).at(at)
    wanted = Holder(kind=HolderKind.PERSON, name=person)
    if span is not None and span.holder == wanted:
        return HoldCheck(exhibit_number=exhibit_number, person=person, reasons=())
    where = span.holder.words if span is not None else "with nobody that the record names"
    return HoldCheck(exhibit_number=exhibit_number, person=person, reasons=(f"{exhibit_number} was {where}",))


def check_custody(
    exhibit_number: str,
    chains: Chains,
    *,
    received_at: datetime,
    now: datetime,
    hand_over_time: timedelta,
    time_zone: tzinfo,
) -> CustodyCheck:
    """Look for every gap in the custody of an exhibit.

    Parameters
    ----------
    received_at : datetime
        As the exhibit says; custody begins there. Of an aliquot, when it was taken.
    hand_over_time : timedelta
        Within which an offer is answered.
    time_zone : tzinfo
        Whose days an expected return counts.
    """
    chain = chains.get(exhibit_number, ())
    breaks = (
        *_unrecorded(chain, since=received_at, now=now),
        *_gaps(timeline(exhibit_number, chains), received_at=_recorded_from(chain, received_at, now), now=now),
        *_jumps(effective_events(chain)),
        *seal_breaks(effective_events(chain)),
        *_open_offer(chain, now=now, hand_over_time=hand_over_time),
        *_overdue(chain, now=now, time_zone=time_zone),
    )
    return CustodyCheck(exhibit_number=exhibit_number, breaks=breaks)


def seal_breaks(events: Sequence[CustodyEvent]) -> tuple[CustodyBreak, ...]:
    """Name every seal that was not found as it was left (rule CC-7)."""
    opened = ((one, one.seal) for one in events if one.kind is EventKind.SEAL_OPENED and one.seal is not None)
    faults = ((event, _seal_fault(seal)) for event, seal in opened)
    return tuple(CustodyBreak(kind="seal", words=words, at=event.occurred_at) for event, words in faults if words)


def late_entries(chain: Sequence[Custody]) -> tuple[CustodyEvent, ...]:
    """Give the events that were recorded late (rule CC-5)."""
    return tuple(one.event for one in chain if one.event.late)


def _seal_fault(seal: SealFact) -> str:
    if seal.condition is SealCondition.MISSING:
        return (
            said("seal {seal} was missing", seal=seal.expected)
            if seal.expected
            else said("seal of any number was missing")
        )
    if not seal.expected:
        return said("seal {seal} was on it, and the record knows of none", seal=seal.number)
    if seal.number != seal.expected:
        return said("seal {seal} was on it, expected {expected}", seal=seal.number, expected=seal.expected)
    if seal.condition is SealCondition.INTACT:
        return ""
    return said("seal {seal} was {condition}", seal=seal.number, condition=seal.condition)


def _own_spans(chain: Sequence[Custody]) -> Iterator[Span]:
    events = [one for one in effective_events(chain) if one.kind is not EventKind.CORRECTED]
    moved = [one for one in events if one.kind in BEGINNINGS or one.giver != one.taker]
    moved = [one for one in moved if one.kind is not EventKind.OFFERED]
    for event, after in zip_longest(moved, moved[1:]):
        if event.taker.kind is HolderKind.UNKNOWN:
            continue
        yield Span(holder=event.taker, since=event.occurred_at, until=after.occurred_at if after else None)


def _resolved(number: str, chains: Chains, seen: frozenset[str]) -> Iterator[Span]:
    for span in _own_spans(chains.get(number, ())):
        if span.holder.kind is not HolderKind.CONTAINER:
            yield span
        elif span.holder.name not in seen:
            outer = _resolved(span.holder.name, chains, seen | {number})
            yield from _cut(span, outer)


def _cut(span: Span, outer: Iterator[Span]) -> Iterator[Span]:
    """Give the parts of a container's spans that lie in the time in which something was in it."""
    for one in outer:
        since = max(span.since, one.since)
        ends = [end for end in (span.until, one.until) if end is not None]
        until = min(ends, default=None)
        if until is None or since < until:
            yield Span(holder=one.holder, since=since, until=until, via=(span.holder.name, *one.via))


def _recorded_from(chain: Sequence[Custody], received_at: datetime, now: datetime) -> datetime:
    """Give since when there is a record of custody; of what has none, now."""
    first = effective_events(chain)[0] if chain else None
    if first is None or first.kind is not EventKind.BEGUN_LATE:
        return now if first is not None and first.taker.kind is HolderKind.UNKNOWN else received_at
    return first.occurred_at


def _unrecorded(chain: Sequence[Custody], *, since: datetime, now: datetime) -> Iterator[CustodyBreak]:
    until = _recorded_from(chain, since, now)
    if until > since:
        words = said("no custody was recorded from {since} to {until} UTC", since=_at(since), until=_at(until))
        yield CustodyBreak(kind=NOT_RECORDED, words=words, at=since)


def _gaps(line: Timeline, *, received_at: datetime, now: datetime) -> Iterator[CustodyBreak]:
    for hole in line.holes(since=received_at, until=now):
        yield _gap(hole.since, hole.until)


def _holes(spans: Sequence[Span], since: datetime, until: datetime) -> Iterator[Hole]:
    reached = since
    for span in spans:
        if span.since > reached:
            yield Hole(since=reached, until=span.since)
        if span.until is None:
            return
        reached = max(reached, span.until)
    if reached < until:
        yield Hole(since=reached, until=until)


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _gap(since: datetime, until: datetime) -> CustodyBreak:
    words = said("nobody had it from {since} to {until} UTC", since=_at(since), until=_at(until))
    return CustodyBreak(kind="time without holder", words=words, at=since)


def _jumps(events: Sequence[CustodyEvent]) -> Iterator[CustodyBreak]:
    """Name events that do not begin where the one before ended, in place or in time: a correction can bring that."""
    moved = [one for one in events if one.kind not in _SAME_PLACE]
    for before, after in pairwise(moved):
        if after.occurred_at < before.occurred_at:
            words = said(
                "{later} at {later_at} comes after {earlier} at {earlier_at}",
                later=after.kind,
                later_at=after.occurred_at,
                earlier=before.kind,
                earlier_at=before.occurred_at,
            )
            yield CustodyBreak(kind="time without holder", words=words, at=after.occurred_at)


def _open_offer(chain: Sequence[Custody], *, now: datetime, hand_over_time: timedelta) -> Iterator[CustodyBreak]:
    if not chain or not chain[-1].offer:
        return
    offered = next(one.event for one in reversed(chain) if one.event.kind is EventKind.OFFERED)
    if now - offered.recorded_at > hand_over_time:
        words = said(
            "{offer} to {person} was neither taken nor refused", offer=chain[-1].offer, person=chain[-1].offered_to
        )
        yield CustodyBreak(kind="unanswered offer", words=words, at=offered.recorded_at)


def _overdue(chain: Sequence[Custody], *, now: datetime, time_zone: tzinfo) -> Iterator[CustodyBreak]:
    if chain and is_overdue(chain[-1], now=now, time_zone=time_zone):
        words = said(
            "expected back on {day}, still {holder}", day=chain[-1].expected_return, holder=chain[-1].holder.words
        )
        yield CustodyBreak(kind="overdue return", words=words)


def is_overdue(custody: Custody, *, now: datetime, time_zone: tzinfo) -> bool:
    """Tell whether an exhibit should have been given back by the day before today."""
    expected = custody.expected_return
    return custody.here and expected is not None and expected < now.astimezone(time_zone).date()
