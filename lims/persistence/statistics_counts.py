"""Statistics found in the database: the newest entry of each record is asked for single facts, no record is loaded.

The lists say which entry is the newest; what they do not have, the database reads out of the canonical JSON of that
entry. It takes seconds with a million entries, and no table of its own.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Connection,
    Engine,
    FromClause,
    Select,
    Text,
    cast,
    func,
    select,
)

from lims.domain.alert import Alert
from lims.domain.case import Case
from lims.domain.custody import Custody
from lims.domain.deadline import TermEvent
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.identification import Conclusion, Identification, IdentificationStatus
from lims.domain.record import from_body
from lims.domain.report import Report, ReportStatus
from lims.domain.run import RecordedRun
from lims.domain.seizure import Seizure
from lims.domain.statistics import (
    AlertLine,
    CaseLine,
    IdentifiedLine,
    IssueLine,
    SeizureLine,
    StatisticsLines,
    WeighedLine,
)
from lims.domain.turnaround import STEP_ACTS, Step
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.ledger.entry import read_moment
from lims.persistence.tables import LEDGER, RECORD
from lims.persistence.transactions import reading
from lims.services.statistics_ports import Told

_Row = tuple[Any, ...]
_Query = Select[*tuple[Any, ...]]
_MADE_UP, _REAL = "demonstration", "open"
"""States of cases."""
_STANDS = frozenset({ReportStatus.ISSUED.value, ReportStatus.SUPERSEDED.value})
_QUESTIONS = 15
_RECORDED_ONCE = frozenset({Weighing.KIND, RecordedRun.KIND, Finding.KIND})
"""Kinds whose first entry reaches the step: the later ones need not be read."""
_LINE = RECORD.alias("line")
"""The record that is asked about."""
_NEWEST = LEDGER.alias("newest")
"""Its newest entry."""
_EXHIBIT, _CASE = RECORD.alias("exhibit"), RECORD.alias("laboratory_case")
_REGISTERED = LEDGER.alias("registered")
"""The newest entry of the exhibit."""


class SqlStatistics:
    """Counts in SQLite or PostgreSQL."""

    def __init__(self, engine: Engine) -> None:
        """Use an engine made by ``open_engine``."""
        self._engine = engine

    def lines(self, *, tell: Told) -> StatisticsLines:
        """Give what is counted, all of one moment: of real cases; where every case is made up, of those."""
        with reading(self._engine) as connection:
            cases = _cases_by_state(connection)
            made_up = not cases.get(_REAL)
            asked = _Asking(connection, _MADE_UP if made_up else _REAL, tell)
            issues = asked.issues()
            return StatisticsLines(
                made_up=made_up,
                left_out=0 if made_up else cases.get(_MADE_UP, 0),
                entries=connection.scalar(select(func.max(LEDGER.c.sequence))) or 0,
                cases=asked.cases(issues),
                seizures=asked.seizures(),
                exhibits=asked.exhibits(),
                identified=asked.identified(),
                weighed=asked.weighed(),
                issued=_issued(issues),
                alerts=asked.alerts(),
            )


def _cases_by_state(connection: Connection) -> Mapping[str, int]:
    query = (
        select(RECORD.c.state, func.count().label("cases")).where(RECORD.c.kind == Case.KIND).group_by(RECORD.c.state)
    )
    return {row.state: row.cases for row in connection.execute(query)}


class _Asking:
    """The questions of one transaction, about cases of one sort."""

    def __init__(self, connection: Connection, cases: str, tell: Told) -> None:
        self._connection = connection
        self._cases = cases
        self._tell = tell
        self._answered = 0

    def seizures(self) -> tuple[SeizureLine, ...]:
        """Give every seizure that is recorded."""
        facts = (self._fact(_NEWEST, name) for name in ("region", "channel", "seizing_body", "seized_on"))
        asked = select(_LINE.c.number, _LINE.c.parent, *facts)
        query = self._of_cases(asked, Seizure.KIND, _with_entry(_LINE), _LINE.c.parent)
        return tuple(
            SeizureLine(number=number, case_number=case, region=region, channel=channel, body=body, seized_on=day)
            for number, case, region, channel, body, day in self._ask(query)
        )

    def exhibits(self) -> Mapping[str, int]:
        """Count exhibits by seizure; parts of an exhibit are in it already."""
        seizure = self._fact(_NEWEST, "seizure_number").label("seizure")
        query = self._of_cases(select(seizure, func.count()), Exhibit.KIND, _with_entry(_LINE), _LINE.c.parent)
        whole = query.where(self._fact(_NEWEST, "part_of") == "")
        return dict(self._ask(whole.group_by(seizure)))

    def identified(self) -> tuple[IdentifiedLine, ...]:
        """Give every substance that was identified and checked."""
        facts = (self._fact(_NEWEST, name) for name in ("inchikey", "substance", "concluded_at"))
        query = select(_EXHIBIT.c.number, self._fact(_REGISTERED, "seizure_number"), _EXHIBIT.c.parent, *facts)
        query = self._of_cases(query, Identification.KIND, _with_seizure(_with_entry(_LINE)), _EXHIBIT.c.parent)
        checked = query.where(
            _LINE.c.state == IdentificationStatus.CHECKED.value,
            self._fact(_NEWEST, "verdict", "conclusion") == Conclusion.IDENTIFIED.value,
        )
        return tuple(
            IdentifiedLine(
                exhibit_number=exhibit,
                seizure_number=seizure,
                case_number=case,
                inchikey=inchikey,
                substance=substance,
                concluded_at=read_moment(concluded),
            )
            for exhibit, seizure, case, inchikey, substance, concluded in self._ask(checked.order_by(_LINE.c.number))
        )

    def weighed(self) -> tuple[WeighedLine, ...]:
        """Give the newest net mass before examination of every exhibit; of parts and aliquots, none."""
        gross, tare = self._fact(_NEWEST, "gross", "mass_g"), self._fact(_NEWEST, "tare", "mass_g")
        query = select(_EXHIBIT.c.number, self._fact(_REGISTERED, "seizure_number"), gross, tare)
        query = self._of_cases(query, Weighing.KIND, _with_seizure(_with_entry(_LINE)), _EXHIBIT.c.parent)
        before = query.where(
            self._fact(_NEWEST, "purpose") == WeighingPurpose.BEFORE.value,
            self._fact(_NEWEST, "item_number") == _EXHIBIT.c.number,
            self._fact(_REGISTERED, "part_of") == "",
        )
        newest: dict[str, WeighedLine] = {}
        for exhibit, seizure, full, empty in self._ask(before.order_by(_LINE.c.sequence)):
            net = Decimal(full) - Decimal(empty or 0)
            newest[exhibit] = WeighedLine(exhibit_number=exhibit, seizure_number=seizure, mass_g=net)
        return tuple(newest.values())

    def cases(self, issues: Sequence[_Row]) -> tuple[CaseLine, ...]:
        """Give every case, with the times at which it first reached each step."""
        reached = {step: _earliest(rows) for step, rows in self._steps(issues).items()}
        first = (LEDGER.c.kind == Case.KIND) & (LEDGER.c.number == _CASE.c.number) & (LEDGER.c.version == 1)
        source = _CASE.join(LEDGER, first).join(_NEWEST, _NEWEST.c.sequence == _CASE.c.sequence)
        facts = (self._fact(_NEWEST, name) for name in ("laboratory", "category", "term_events"))
        registered = select(_CASE.c.number, self._moment(LEDGER), *facts).select_from(source)
        rows = self._ask(registered.where(_CASE.c.kind == Case.KIND, _CASE.c.state == self._cases))
        return tuple(
            CaseLine(
                number=case,
                laboratory=laboratory,
                category=category,
                reached={Step.RECEIVED: read_moment(at)}
                | {step: times[case] for step, times in reached.items() if case in times},
                term_events=_term_events(events),
            )
            for case, at, laboratory, category, events in rows
        )

    def _steps(self, issues: Sequence[_Row]) -> Mapping[Step, list[_Row]]:
        """Give the acts that reach a step, of every case."""
        own, of_exhibit, of_weighing = _LINE.c.number, _LINE.c.parent, self._fact(_NEWEST, "exhibit_number")
        return {
            Step.ASSIGNED: [
                *self._acts_of_cases(Case.KIND, Step.ASSIGNED, own),
                *self._acts_of_cases(Custody.KIND, Step.ASSIGNED, _LINE.c.parent),
            ],
            Step.MEASURED: [
                *self._acts_of_exhibits(Weighing.KIND, Step.MEASURED, _with_entry(_LINE), of_weighing),
                *self._acts_of_exhibits(RecordedRun.KIND, Step.MEASURED, _LINE, of_exhibit),
                *self._acts_of_exhibits(Finding.KIND, Step.MEASURED, _LINE, of_exhibit),
            ],
            Step.CONCLUDED: [
                *self._acts_of_exhibits(Examination.KIND, Step.CONCLUDED, _LINE, of_exhibit),
                *self._acts_of_exhibits(Identification.KIND, Step.CONCLUDED, _LINE, of_exhibit),
            ],
            Step.REVIEWED: self._acts_of_reports(Step.REVIEWED),
            Step.ISSUED: list(issues),
        }

    def alerts(self) -> tuple[AlertLine, ...]:
        """Give every alert, with its state of now."""
        first = LEDGER.alias("raised")
        source = _LINE.join(
            first, (first.c.kind == _LINE.c.kind) & (first.c.number == _LINE.c.number) & (first.c.version == 1)
        ).join(_EXHIBIT, (_EXHIBIT.c.kind == Exhibit.KIND) & (_EXHIBIT.c.number == _LINE.c.parent))
        query = self._of_cases(select(_LINE.c.state, self._moment(first)), Alert.KIND, source, _EXHIBIT.c.parent)
        return tuple(AlertLine(state=state, raised_at=read_moment(at)) for state, at in self._ask(query))

    def issues(self) -> list[_Row]:
        """Give exhibit, case, state and time of every issue of a report."""
        return self._acts_of_reports(Step.ISSUED)

    def _acts_of_reports(self, step: Step) -> list[_Row]:
        examination = RECORD.alias("examination")
        of_report = (examination.c.kind == Examination.KIND) & (examination.c.number == _LINE.c.parent)
        return self._acts_of_exhibits(Report.KIND, step, _LINE.join(examination, of_report), examination.c.parent)

    def _acts_of_exhibits(self, kind: str, step: Step, lines: FromClause, exhibit: ColumnElement[str]) -> list[_Row]:
        """Ask for exhibit, case, state and time of every act by which a record of an exhibit reaches a step."""
        entry = LEDGER.alias("entry")
        source = _with_entries(lines, entry, kind).join(
            _EXHIBIT, (_EXHIBIT.c.kind == Exhibit.KIND) & (_EXHIBIT.c.number == exhibit)
        )
        asked = select(_EXHIBIT.c.number, _EXHIBIT.c.parent, _LINE.c.state, self._moment(entry))
        return self._ask(self._reaching(self._of_cases(asked, kind, source, _EXHIBIT.c.parent), entry, kind, step))

    def _acts_of_cases(self, kind: str, step: Step, case: ColumnElement[str]) -> list[_Row]:
        """Ask the same of records of a case itself."""
        entry = LEDGER.alias("entry")
        asked = select(_LINE.c.number, case, _LINE.c.state, self._moment(entry))
        found = self._of_cases(asked, kind, _with_entries(_LINE, entry, kind), case)
        return self._ask(self._reaching(found, entry, kind, step))

    def _reaching(self, query: _Query, entry: FromClause, kind: str, step: Step) -> _Query:
        reaching = [act for act, reached in STEP_ACTS.items() if reached is step]
        query = query.where(self._text(entry, "act").in_(reaching))
        return query.where(entry.c.version == 1) if kind in _RECORDED_ONCE else query

    def _of_cases(self, query: _Query, kind: str, source: FromClause, case: ColumnElement[str]) -> _Query:
        """Ask about records of a kind that belong to cases of the right sort."""
        joined = source.join(_CASE, (_CASE.c.kind == Case.KIND) & (_CASE.c.number == case))
        return query.select_from(joined).where(_LINE.c.kind == kind, _CASE.c.state == self._cases)

    def _fact(self, entry: FromClause, *path: str) -> ColumnElement[Any]:
        """Read one text out of the record of an entry; empty where there is none, as in bodies of before."""
        return func.coalesce(self._text(entry, "body", *path), "")

    def _moment(self, entry: FromClause) -> ColumnElement[Any]:
        return self._text(entry, "recorded_at")

    def _text(self, entry: FromClause, *path: str) -> ColumnElement[Any]:
        data = entry.c.data
        if self._connection.dialect.name == "postgresql":
            return func.json_extract_path_text(cast(func.convert_from(data, "UTF8"), JSON), *path)
        return func.json_extract(cast(data, Text), "$." + ".".join(path))

    def _ask(self, query: _Query) -> list[_Row]:
        rows = [tuple(row) for row in self._connection.execute(query)]
        self._answered += 1
        self._tell(self._answered, _QUESTIONS)
        return rows


def _with_entry(lines: FromClause) -> FromClause:
    return lines.join(_NEWEST, _NEWEST.c.sequence == _LINE.c.sequence)


def _with_entries(lines: FromClause, entry: FromClause, kind: str) -> FromClause:
    return lines.join(entry, (entry.c.kind == kind) & (entry.c.number == _LINE.c.number))


def _with_seizure(lines: FromClause) -> FromClause:
    """Join the exhibit that a record belongs to, and its newest entry."""
    return lines.join(_EXHIBIT, (_EXHIBIT.c.kind == Exhibit.KIND) & (_EXHIBIT.c.number == _LINE.c.parent)).join(
        _REGISTERED, _REGISTERED.c.sequence == _EXHIBIT.c.sequence
    )


def _term_events(text: str) -> tuple[TermEvent, ...]:
    """Read the steps of a term out of the JSON that the database gave."""
    return tuple(from_body(TermEvent, one) for one in json.loads(text)) if text else ()


def _issued(rows: Sequence[_Row]) -> tuple[IssueLine, ...]:
    return tuple(
        IssueLine(exhibit_number=exhibit, issued_at=read_moment(at), stands=state in _STANDS)
        for exhibit, _, state, at in rows
    )


def _earliest(rows: Sequence[_Row]) -> Mapping[str, datetime]:
    """Give the first time of each case."""
    first: dict[str, str] = {}
    for _, case, _, at in rows:
        first[case] = min(at, first.get(case, at))
    return {case: read_moment(at) for case, at in first.items()}
