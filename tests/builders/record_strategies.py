"""Generated records: every entity of the laboratory with any content that it allows."""

import dataclasses
import types
import typing
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum

from hypothesis import strategies as st

from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.library import RecordedRelease
from lims.domain.report import Report
from lims.domain.report_content import ReportContent
from lims.domain.run import RawData, RecordedRun
from lims.domain.staff import StaffMember

ENTITIES = (Case, Examination, Exhibit, RecordedRelease, RecordedRun, Report, StaffMember)
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


def any_record(kind):
    hints = typing.get_type_hints(kind)
    facts = {field.name: any_of(hints[field.name]) for field in dataclasses.fields(kind)}
    if kind is RawData:
        facts["file_name"] = WORDS.map(lambda text: "run " + text.replace("/", "-").replace("\\", "-"))
    if kind is Report:
        facts["reviewer"] = WORDS.map(lambda text: f"{text} II")
        facts["expert"] = WORDS.map(lambda text: f"{text} I")
    return st.builds(kind, **facts)
