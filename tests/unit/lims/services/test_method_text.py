"""Methods written as files: what is written is read back to the same method, and changes are named."""

import dataclasses
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.method import LadderRun, MeasuredSubstance, Method, QuantitationChoices, QuantitationSetting
from lims.errors import UnreadableFileError
from lims.services.method_file import read_method
from lims.services.method_text import MethodChange, method_changes, method_text
from tests.builders.batches import method
from tests.builders.clocks import MORNING
from tests.builders.examples import fewer
from tests.builders.record_strategies import any_record


def read(text: str | bytes) -> Method:
    data = text if isinstance(text, bytes) else text.encode()
    return read_method(data, name=Path("typed"), defined_at=MORNING, defined_by="expert-a")


def as_new(one: Method) -> Method:
    """Give a method as somebody brings it: who and when, version and status are not of the file."""
    fresh = dataclasses.replace(one, defined_at=MORNING, defined_by="expert-a", version=1)
    return dataclasses.replace(fresh, status=type(one.status).IN_USE)


@fewer(20)
@given(
    any_record(Method), st.dictionaries(st.sampled_from(("curve", "analyte_ions", "weighing_u")), st.text(max_size=5))
)
def test_a_method_that_was_written_is_read_back(one: Method, settings: dict[str, str]) -> None:
    chosen = tuple(QuantitationSetting(name=name, value=settings[name]) for name in sorted(settings))
    told = dataclasses.replace(one, quantitation=dataclasses.replace(one.quantitation, settings=chosen))
    assert read(method_text(told)) == as_new(told)


def test_texts_that_look_like_something_else_stay_texts() -> None:
    odd = method(name='a "b" \\ ] # [limits]', limits_basis="= # ''' x = 1")
    assert read(method_text(odd)) == as_new(odd)


def test_a_ladder_and_identities_are_written_where_they_are_known() -> None:
    ladder = LadderRun(
        carbon_numbers=(10, 12),
        retention_times_s=(Decimal("300.5"), Decimal(420)),
        hold_up_time_s=None,
        run_sha256="ab",
    )
    whole = method(ladder=ladder, analyte=MeasuredSubstance(name="a", inchikey="K", accession="S1"))
    text = method_text(whole)
    assert read(text) == as_new(whole)
    assert 'accession = "S1"' in text
    assert "hold_up_time_s" not in text
    assert "[ladder]" not in method_text(method())


def test_what_a_new_version_says_otherwise_is_named_field_by_field() -> None:
    before = method()
    limits = dataclasses.replace(before.limits, control_low=Decimal("0.80"))
    choices = QuantitationChoices(
        preset=before.quantitation.preset,
        preset_version=1,
        release="other",
        settings=(QuantitationSetting(name="curve", value="linear"),),
    )
    after = dataclasses.replace(before, limits=limits, quantitation=choices)
    assert method_changes(before, before) == ()
    found = {one.name: one for one in method_changes(before, after)}
    assert found["limits.control_low"] == MethodChange(
        name="limits.control_low", before=str(before.limits.control_low), after="0.80"
    )
    assert found["quantitation.settings.curve"].after == '"linear"'
    assert found["quantitation.release"].after == '"other"'
    everything = method_changes(None, after)
    assert {one.before for one in everything} == {""}
    assert {"number", "limits.control_low"} <= {one.name for one in everything}


@pytest.mark.parametrize("data", [b"\xff", b"number = ", b"a = " + b"[" * 5000, b"x" * 1_000_001])
def test_what_is_no_method_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError, match="typed"):
        read(data)
