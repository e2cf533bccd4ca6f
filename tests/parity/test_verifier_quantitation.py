"""The calibration curves and contents of the one-file verifier against those of the program."""

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri, stdtrit

from lims.domain.quantitation import Quantitation
from lims.domain.record import from_body
from lims.errors import InvalidRecordError
from lims.services.quantitation_repeating import quantitation_differences
from lims.verifier import verify_report as own
from spectra.chromatogram.calibration import CalibrationError, CalibrationModel, CalibrationWeighting, fit_calibration

RECORDS = json.loads(
    (Path(__file__).parents[1] / "unit" / "reporting" / "fictitious_quantitation.json").read_text("utf-8")
)
levels = st.decimals(min_value="0.1", max_value="100", places=2)
responses = st.decimals(min_value="0.001", max_value="20", places=4)


def says_no(body: dict[str, Any]) -> bool:
    found = own.check_quantitation({"quantitations": [body]})
    return found.state == own.DIFFERS


@given(
    points=st.lists(st.tuples(levels, responses), min_size=3, max_size=9),
    degree=st.sampled_from([1, 2]),
    weighting=st.sampled_from(list(CalibrationWeighting)),
    through_origin=st.booleans(),
)
def test_curves(
    points: list[tuple[Decimal, Decimal]], *, degree: int, weighting: CalibrationWeighting, through_origin: bool
) -> None:
    model = CalibrationModel(degree=degree, weighting=weighting, through_origin=through_origin)
    curve = {"degree": degree, "weighting": weighting.value, "through_origin": through_origin}
    body = [{"used": True, "nominal_ug_per_ml": str(x), "response": str(y)} for x, y in points]
    try:
        told = fit_calibration([float(x) for x, _ in points], [float(y) for _, y in points], model=model)
    except CalibrationError:
        with pytest.raises(own.UNREADABLE):
            own.Fit.of(curve, body)
        return
    found = own.Fit.of(curve, body)
    assert found.coefficients == pytest.approx(told.coefficients.tolist(), rel=1e-6, abs=1e-9)
    assert math.sqrt(found.variance) == pytest.approx(told.residual_standard_deviation, rel=1e-6, abs=1e-9)
    for x in (told.lowest, 0.5 * (told.lowest + told.highest), told.highest):
        assert found.curve_u(x) == pytest.approx(told.curve_standard_deviation(x), rel=1e-6, abs=1e-9)
        assert found.scatter(x) == pytest.approx(told.response_standard_deviation(x), rel=1e-6, abs=1e-9)
        back = told.concentration(told.response(x))
        assert found.concentration(found.response(x)) == pytest.approx(back, rel=1e-5, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("degrees", [1.0, 1.5, 2.0, 4.7, 30.0, 333.3, 999.0, 1001.0, 5e4, 1e9, math.inf])
@pytest.mark.parametrize("confidence", [0.5, 0.6827, 0.95, 0.9545, 0.99, 0.9973])
def test_factors_of_student(degrees: float, confidence: float) -> None:
    upper = 0.5 * (1 + confidence)
    told = ndtri(upper) if math.isinf(degrees) else stdtrit(degrees, upper)
    assert own.student(degrees, confidence) == pytest.approx(float(told), rel=1e-9)


def numbers_in(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to every decimal and whole number of a body."""
    if isinstance(value, dict):
        yield from chain.from_iterable(numbers_in(inner, (*way, key)) for key, inner in value.items())
    elif isinstance(value, list):
        yield from chain.from_iterable(numbers_in(inner, (*way, place)) for place, inner in enumerate(value))
    elif isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?(E[+-]?\d+)?", value):
        yield way


def changed(body: Any, way: tuple[Any, ...], by: str) -> Any:
    copy = json.loads(json.dumps(body))
    place = copy
    for key in way[:-1]:
        place = place[key]
    place[way[-1]] = str(Decimal(place[way[-1]]) * Decimal(by))
    return copy


def test_recorded_quantitations_repeat() -> None:
    assert [quantitation_differences(from_body(Quantitation, body)) for body in RECORDS] == [()] * len(RECORDS)
    assert own.check_quantitation({"quantitations": RECORDS}).state == own.EQUAL
    assert own.check_quantitation({"quantitations": []}).state == own.NOT_POSSIBLE
    assert any(body["result"] is not None and body["total"] is not None for body in RECORDS)


@pytest.mark.parametrize("place", range(len(RECORDS)))
def test_both_programs_notice_the_same_changed_numbers(place: int) -> None:
    """Every number of a record, a little larger: one that no program notices is one that nothing follows from."""
    body, noticed = RECORDS[place], 0
    for way in numbers_in(body):
        if isinstance(way[-1], str) and way[-1].endswith("number"):
            continue
        other = changed(body, way, "1.01")
        try:
            told = bool(quantitation_differences(from_body(Quantitation, other)))
        except InvalidRecordError:
            continue
        assert says_no(other) == told, way
        noticed += told
    assert noticed > 30


def test_words_in_the_place_of_numbers_are_no_quantitation() -> None:
    for key in ("curve", "points", "by", "injections"):
        assert says_no(RECORDS[0] | {key: "word"})
    assert says_no(RECORDS[0] | {"curve": RECORDS[0]["curve"] | {"degree": 3}})
    assert says_no(RECORDS[0] | {"points": RECORDS[0]["points"][:1]})
