"""Generated records: every entity of the laboratory with any content that it allows."""

import dataclasses
import types
import typing
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache

from hypothesis import strategies as st

from lims.domain.acceptance import AcceptanceLimits
from lims.domain.account import Account, SignInSession
from lims.domain.batch import Batch, DiscardedRun
from lims.domain.case import Case
from lims.domain.deadline import TermEvent, TermStep
from lims.domain.detector_look import DetectorAnswer, DetectorLook
from lims.domain.deviation import Deviation
from lims.domain.disclosure import Disclosure
from lims.domain.discrepancy import Decision, Discrepancy, SenderAnswer
from lims.domain.donor import Commitment, Donor
from lims.domain.examination import Examination
from lims.domain.exhibit import OF_A_DONOR, Exhibit
from lims.domain.finding import BenchSystem, ControlOutcome, Evidence, Finding, TechniqueOutcome
from lims.domain.identification import Identification
from lims.domain.identification_basis import Isomer, IsomerSet, IsomerState, Support
from lims.domain.identification_rule import Comparison
from lims.domain.library import RecordedRelease, ReleasePart
from lims.domain.library_import import ImportCounts, LibraryImport
from lims.domain.method import LadderRun, Method, QuantitationChoices, SequenceColumns
from lims.domain.nonconformity import SUBJECT_KINDS, ImpactAssessment, NonconformingWork, Subject
from lims.domain.photograph import Photograph
from lims.domain.procedure import Procedure
from lims.domain.quantitation import ContentResult, Quantitation
from lims.domain.raw_upkeep import RawRepair, RawSweep, RepairedObject, SetAsideFile
from lims.domain.region import regions
from lims.domain.report import Report
from lims.domain.report_content import ReportContent
from lims.domain.request import Consumption, ConsumptionPermission, RequestReview
from lims.domain.review_point import ReviewPlace, ReviewPoint
from lims.domain.run import RawData, RecordedRun
from lims.domain.seizure import FieldScreen, Seizure
from lims.domain.sequence import Injection, InjectionKind
from lims.domain.staff import DELEGABLE, Absence, Delegation, StaffMember
from lims.domain.technique import technique, techniques
from tests.builders import (
    custody_strategies,
    isomer_strategies,
    law_strategies,
    measuring_strategies,
    quantitation_strategies,
    watch_strategies,
)

ENTITIES = (
    *(Account, SignInSession, Batch, Case, DetectorLook, Examination, Exhibit, Method, RawRepair, RawSweep),
    *(LibraryImport, RecordedRelease, RecordedRun, Report, StaffMember),
    *(Donor, Photograph, Seizure),
    *measuring_strategies.ENTITIES,
    *custody_strategies.ENTITIES,
    *isomer_strategies.ENTITIES,
    *law_strategies.ENTITIES,
    *quantitation_strategies.ENTITIES,
    *watch_strategies.ENTITIES,
    *(Deviation, Finding, Identification, NonconformingWork, Procedure),
)
EVERYTHING = (*ENTITIES, ReportContent)

WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=6).map(
    lambda text: unicodedata.normalize("NFC", text).strip() or "x"
)
SIMPLE = {
    str: WORDS,
    int: st.integers(0, 2**53 - 1),
    bool: st.booleans(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False, places=3),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    type(None): st.none(),
}


@cache
def any_of(kind):
    """Give a strategy for a type as records use them: plain values, enumerations, unions, tuples, dataclasses."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    if isinstance(kind, types.UnionType):
        return st.one_of([any_of(part) for part in typing.get_args(kind)])
    if typing.get_origin(kind) is tuple:
        return st.lists(any_of(typing.get_args(kind)[0]), max_size=2).map(tuple)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return any_record(kind)


@cache  # what is made anew for each example costs more than the example
def any_record(kind):
    hints = typing.get_type_hints(kind)
    facts = {field.name: any_of(hints[field.name]) for field in dataclasses.fields(kind)}
    if kind is ReviewPoint:
        elsewhere = st.sampled_from([place for place in ReviewPlace if place is not ReviewPlace.COMPONENT])
        return st.one_of(
            st.builds(kind, place=st.just(ReviewPlace.COMPONENT), component=st.integers(1, 99), words=WORDS),
            st.builds(kind, place=elsewhere, words=WORDS),
        )
    if kind is RawData:
        facts["file_name"] = WORDS.map(lambda text: "run " + text.replace("/", "-").replace("\\", "-"))
    if kind is Report:
        facts["reviewer"] = WORDS.map(lambda text: f"{text} II")
        facts["expert"] = WORDS.map(lambda text: f"{text} I")
    if kind is RawSweep:
        facts["moved"] = st.lists(any_of(SetAsideFile), min_size=1, max_size=2).map(tuple)
    if kind is DetectorLook:
        facts["answers"] = st.lists(any_of(DetectorAnswer), min_size=1, max_size=2).map(tuple)
    if kind is RawRepair:
        facts["repaired"] = st.lists(any_of(RepairedObject), min_size=1, max_size=2).map(tuple)
    if kind is RecordedRun:
        facts["place"] = st.integers(1, 99)  # of the batch that every generated run has
    if kind in _SOUND:
        facts |= _SOUND[kind]()
    return st.builds(kind, **facts)


def _limits():
    low, high = st.decimals("0.001", "0.9", places=3), st.decimals("1.0", "2.0", places=2)
    names = [field.name for field in dataclasses.fields(AcceptanceLimits)]
    return {name: low if name.endswith("_low") else high for name in names}


def _sequence():
    """Give sound sequences: a blank before each of some exhibits, every other thing before them."""
    return {"time_zone": st.sampled_from(("UTC", "Asia/Almaty")), "injections": st.lists(PLAIN, max_size=3).map(_lines)}


def _lines(names):
    lines = [{"kind": InjectionKind.CALIBRATOR, "nominal_ug_per_ml": Decimal("2.50")}]
    for name in names:
        lines += [{"kind": InjectionKind.BLANK}, {"kind": InjectionKind.EXHIBIT, "exhibit_number": name}]
    return tuple(
        Injection(place=place, vial=str(place), sample_name=f"s {place}", **line)
        for place, line in enumerate(lines, start=1)
    )


PLAIN = WORDS.map(lambda text: f"x{text}")
"""Begins as no formula does."""
_DAYS = {"first_day": st.dates(max_value=date(2000, 1, 1)), "last_day": st.dates(min_value=date(2000, 1, 2))}
_NAMES = tuple(sorted(techniques()))
_PLAIN_NAMES = tuple(name for name in _NAMES if not technique(name).only_for)
_EXAMINED = {
    Evidence: lambda: {"sha256": WORDS, "file_name": st.just("a.jdx")},
    ControlOutcome: lambda: {"met": st.sampled_from((True,))},
    BenchSystem: lambda: {"instrument": WORDS},
    TechniqueOutcome: lambda: {"technique": st.sampled_from(_PLAIN_NAMES), "comparison": st.just(Comparison.LIBRARY)},
    Finding: lambda: {
        "sampling": st.integers(1, 9),
        "results": any_of(TechniqueOutcome).map(lambda one: (one,)),
        "evidence": any_of(Evidence).map(lambda one: (one,)),
        "occurred_at": st.datetimes(datetime(2000, 1, 1), datetime(2001, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "recorded_at": st.datetimes(datetime(2002, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone stands beside
    },
    Procedure: lambda: {
        "techniques": st.lists(st.sampled_from(_NAMES), min_size=1, max_size=2, unique=True).map(tuple)
    },
    Support: lambda: {"technique": st.sampled_from(_NAMES)},
    Isomer: lambda: {"separated_by": st.just(""), "group": st.just("")},
    IsomerSet: lambda: {"state": st.just(IsomerState.LISTED), "isomers": any_of(Isomer).map(lambda one: (one,))},
}
"""Of findings and identifications."""
_SOUND = {
    **measuring_strategies.SOUND,
    **custody_strategies.SOUND,
    **isomer_strategies.SOUND,
    **law_strategies.SOUND,
    **quantitation_strategies.SOUND,
    Quantitation: lambda: {"result": any_of(ContentResult)},
    **watch_strategies.SOUND,
    Absence: lambda: {**_DAYS, "last_day": st.none() | _DAYS["last_day"]},
    Disclosure: lambda: {"entries": st.integers(1, 9), "ledger_size": st.integers(9, 99)},
    Delegation: lambda: {**_DAYS, "role": st.sampled_from(sorted(DELEGABLE))},
    ConsumptionPermission: lambda: {"extent": st.sampled_from(Consumption), "reference": WORDS},
    RequestReview: lambda: {"deviation": WORDS, "told_to": WORDS, "told_at": SIMPLE[datetime]},
    TermEvent: lambda: {"step": st.just(TermStep.SUSPENDED), "until": st.none()},
    SenderAnswer: lambda: {"decision": st.just(Decision.EXAMINE), "disclaimer": WORDS},
    Discrepancy: lambda: {
        "found_by": WORDS.map(lambda text: f"{text} I"),
        "witness": WORDS.map(lambda text: f"{text} II"),
    },
    Exhibit: lambda: {
        "kind": st.sampled_from(sorted(OF_A_DONOR)),
        "part_of": st.just(""),
        "unit_count": st.none() | st.integers(1, 9),
        "received_at": st.datetimes(datetime(2002, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone stands beside
        "collected_at": st.none() | st.datetimes(max_value=datetime(2001, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    },
    ImportCounts: lambda: {"read": st.just(7), "taken": st.just(4), "refused": st.just(3)},
    LibraryImport: lambda: {"checked_by": WORDS, "checked_at": SIMPLE[datetime]},
    RecordedRelease: lambda: {"parts": st.lists(any_of(ReleasePart), min_size=1, max_size=2).map(tuple)},
    Subject: lambda: {"kind": st.sampled_from(sorted(SUBJECT_KINDS))},
    ImpactAssessment: lambda: {"recalled": st.just(())},
    NonconformingWork: lambda: {
        "subjects": st.lists(any_of(Subject), min_size=1, max_size=3, unique=True).map(tuple),
        "found_at": st.datetimes(datetime(2000, 1, 1), datetime(2001, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "recorded_at": st.datetimes(datetime(2002, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone stands beside
    },
    Donor: lambda: {
        "commitments": st.lists(any_of(Commitment), max_size=3, unique_by=lambda one: one.field).map(tuple)
    },
    FieldScreen: lambda: {"device": WORDS, "operator": WORDS, "kit": st.just("")},
    Seizure: lambda: {"region": st.sampled_from(("", *regions()))},
    Photograph: lambda: {
        "file_name": st.just("a.jpg"),
        "taken_at": st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2001, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "added_at": st.datetimes(datetime(2002, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the zone stands beside
    },
    **_EXAMINED,
    AcceptanceLimits: _limits,
    Batch: _sequence,
    DiscardedRun: lambda: {"reason": PLAIN},
    Method: lambda: {
        "number": PLAIN,
        "acquisition_method": PLAIN,
        "fewest_calibrators": st.integers(1, 9),
    },
    QuantitationChoices: lambda: {"settings": st.just(())},
    SequenceColumns: lambda: {one.name: st.just(one.name) for one in dataclasses.fields(SequenceColumns)[:-1]},
    LadderRun: lambda: {
        "carbon_numbers": st.just((10, 12)),
        "retention_times_s": st.just((Decimal("300.50"), Decimal(420))),
        "hold_up_time_s": st.none() | st.decimals(0, 300, places=2),
    },
}
"""The fields that a strategy by type alone would fill with what these records refuse."""
