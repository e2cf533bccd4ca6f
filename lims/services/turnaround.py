"""How long cases take from step to step, read from the ledger."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from typing import Any

from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.record import from_body
from lims.domain.report import Report
from lims.domain.seizure import Seizure
from lims.domain.turnaround import STEP_ACTS, Course, Step, Turnaround, turnaround
from lims.ledger import LedgerEntry
from lims.services.ports import Store
from lims.translation import TIME_ZONE

_FIRST = (Exhibit.KIND, Examination.KIND)
"""Kinds whose first entry says what later records belong to."""
_WANTED = re.compile(
    b'"act":"(?:'
    + b"|".join(
        (
            *(re.escape(act.encode()) for act in STEP_ACTS),
            rb"case\.[^\"]*",
            rb"seizure\.registered",
            rb"exhibit\.registered",
            rb"examination\.opened",
        )
    )
    + b')"'
)
"""Of canonical entries, those that may say something of a course: the others need not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnaroundService:
    """Reads the whole ledger for those who may read it."""

    store: Store = field(repr=False)
    time_zone: tzinfo = TIME_ZONE
    """Whose days and months count."""

    def ask(self, *, first: date | None = None, last: date | None = None) -> Turnaround:
        """Say how long the cases took that were received on these days.

        Parameters
        ----------
        first, last : date, optional
            Days of receipt, both included; without them, all.

        Raises
        ------
        NotPermittedError
            If the laboratory is seen by a person who may not read the whole ledger.
        """
        courses = self.courses()
        return turnaround((one for one in courses if self._received(one, first, last)), time_zone=self.time_zone)

    def courses(self) -> tuple[Course, ...]:
        """Give the way of every case.

        Raises
        ------
        NotPermittedError
            As ``ask``.
        """
        reading = _Reading()
        for stored in self.store.entries():
            if _WANTED.search(stored.data):
                reading.note(LedgerEntry.from_bytes(stored.data))
        return tuple(reading.courses())

    def _received(self, course: Course, first: date | None, last: date | None) -> bool:
        day = course.reached[Step.RECEIVED].astimezone(self.time_zone).date()
        return (first is None or first <= day) and (last is None or day <= last)


class _Reading:
    """What entries said so far."""

    def __init__(self) -> None:
        self._cases: dict[str, dict[str, Any]] = {}
        self._regions: dict[str, set[str]] = {}
        self._reached: dict[str, dict[Step, datetime]] = {}
        self._parents: dict[tuple[str, str], str] = {}

    def note(self, entry: LedgerEntry) -> None:
        """Take what an entry says; the first act of a step counts."""
        body: Any = entry.body
        if entry.kind == Case.KIND:
            self._cases[entry.number] = body
        elif entry.kind == Seizure.KIND:
            self._regions.setdefault(body["case_number"], set()).add(body["region"])
        if entry.version == 1 and entry.kind in _FIRST:
            parent = body["case_number"] if entry.kind == Exhibit.KIND else body["exhibit_number"]
            self._parents[entry.kind, entry.number] = parent
        step = STEP_ACTS.get(entry.act)
        case = self._case_of(entry, body) if step else ""
        if step and case:
            self._reached.setdefault(case, {}).setdefault(step, entry.recorded_at)

    def _case_of(self, entry: LedgerEntry, body: Mapping[str, Any]) -> str:
        """Name the case of an entry; none for a run of a blank."""
        if entry.kind == Case.KIND:
            return entry.number
        if "case_number" in body:
            return str(body["case_number"])
        exhibit = body.get("exhibit_number", "")
        if entry.kind == Report.KIND:
            exhibit = self._parents.get((Examination.KIND, body["examination_number"]), "")
        return self._parents.get((Exhibit.KIND, exhibit), "")

    def courses(self) -> Iterator[Course]:
        """Give every case that was registered."""
        for number, body in self._cases.items():
            case = from_body(Case, body)
            yield Course(
                case_number=number,
                laboratory=case.laboratory,
                region=_region(self._regions.get(number, ())),
                category=case.category,
                reached=self._reached[number],
                term_events=case.term_events,
            )


def _region(found: Iterable[str]) -> str:
    known = sorted({one for one in found if one})
    return known[0] if len(known) == 1 else "several" if known else ""
