"""The schema that travels in a report describes the data of every report, and no other data."""

import copy
import importlib.util
import json
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import fictitious_circumstances
import fictitious_reports
import pytest
from jsonschema import Draft202012Validator

from lims.domain.report_content import ReportContent
from lims.ledger import parse_canonical
from lims.reporting.content import content_json
from lims.reporting.data_schema import report_schema, schema_json, schema_of

GOLDEN = Path(__file__).parents[2] / "golden" / "report" / "generate.py"


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema_json()))


def golden_contents() -> list[ReportContent]:
    specification = importlib.util.spec_from_file_location("generate_golden_contents", GOLDEN)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return [content for content, _ in module.golden_contents().values()]


def data(content: ReportContent):
    return json.loads(content_json(content))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads(schema_json()))
    assert parse_canonical(schema_json()) == report_schema()


def test_the_data_of_every_golden_report_are_as_the_schema_says(schema: Draft202012Validator) -> None:
    contents = golden_contents()
    assert len(contents) >= 4
    for content in (*contents, fictitious_circumstances.full_report(), fictitious_reports.large_report(components=12)):
        assert [error.message for error in schema.iter_errors(data(content))] == []


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("number",), 7),
        (("number",), None),
        (("runs", 0, "scans"), "1600"),
        (("runs", 0, "components", 0, "retention_time_s"), 260.01),
        (("runs", 0, "components", 0, "retention_time_s"), "two minutes"),
        (("runs", 0, "components", 0, "finding"), "perhaps"),
        (("prepared_at",), "2026-11-22 09:05"),
        (("case", "order_date"), "2 November 2026"),
        (("evidence",), 1),
        (("added",), "a field that nobody knows"),
        (("ledger", "checkpoint"), {}),
    ],
)
def test_other_data_are_refused(schema: Draft202012Validator, place, value) -> None:
    changed = copy.deepcopy(data(fictitious_reports.report()))
    whole = changed
    for step in place[:-1]:
        whole = whole[step]
    whole[place[-1]] = value
    assert not schema.is_valid(changed)


def test_every_field_is_asked_for(schema: Draft202012Validator) -> None:
    whole = data(fictitious_reports.report())
    for name in whole:
        assert not schema.is_valid({field: value for field, value in whole.items() if field != name}), name


def test_a_field_says_what_it_means() -> None:
    peak = report_schema()["$defs"]["report_content.Peak"]
    assert peak["description"] == "One ion of a unit-mass spectrum."
    assert peak["properties"]["intensity"]["description"] == "Relative to the base peak, 0 to 999, one decimal place."


@dataclass(frozen=True)
class Unwritten:
    mass: Decimal
    place: complex


def test_a_type_without_a_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no form in the data for <class 'complex'>"):
        schema_of(Unwritten, schema_id="urn:x")


def test_two_classes_of_one_name_are_refused() -> None:
    @dataclass(frozen=True)
    class Peak:
        number: int

    other, Peak.__module__ = Peak, "elsewhere.report_content"
    pair = dataclass(frozen=True)(type("Pair", (), {"__annotations__": {"one": fictitious_reports.Peak, "two": other}}))
    with pytest.raises(TypeError, match=r"two classes of the data are called report_content\.Peak"):
        schema_of(pair, schema_id="urn:x")
