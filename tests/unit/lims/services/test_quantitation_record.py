"""The record of a quantitation, made of simulated runs: what it states, what it lacks, and that it repeats."""

import dataclasses
from decimal import Decimal

import pytest

from lims.domain.quantitation import Lacking, Preparation, Quantitation, StandardUsed
from lims.domain.record import body_of, from_body
from lims.services.quantitation_record import MeasuredExhibit, quantitation_of
from lims.services.quantitation_repeating import quantitation_differences
from tests.builders.quantified import (
    AT,
    EXHIBIT,
    PLACES,
    SimulatedBatches,
    measured_batch,
    quantitation_method,
    run_number,
)

STANDARD = StandardUsed(
    number="RS-1",
    version=1,
    substance="Etizolam",
    lot="7",
    certificate="C",
    purity=Decimal("0.985"),
    purity_u=Decimal("0.004"),
    purity_k=Decimal(2),
    applied=False,
)


def preparations():
    return tuple(
        Preparation(
            run_number=run_number(EXHIBIT, place),
            weighing_number=f"{EXHIBIT}-W{place}",
            sample_g=Decimal("0.05012"),
            sample_u_g=Decimal("0.00012"),
            sample_k=Decimal(2),
            volume_ml=Decimal(10),
            volume_u_ml=Decimal("0.02"),
            volume_k=Decimal(2),
            dilution=Decimal(50),
        )
        for place in PLACES
    )


def record(amounts=None, settings=None, **facts):
    batch, method = measured_batch(), quantitation_method(**(settings or {}))
    batches = SimulatedBatches() if amounts is None else SimulatedBatches(amounts)
    usual = {
        "exhibit_number": EXHIBIT,
        "batch": batch,
        "method": method,
        "release_sha256": "ab" * 32,
        "preparations": preparations(),
        "standard": STANDARD,
        "net": None,
        "expressed_as": "base",
        "expert": "expert-a",
    }
    measured = MeasuredExhibit(**{**usual, **facts})
    return quantitation_of(batches.quantify(batch, method), measured, number=f"{EXHIBIT}-Q1", at=AT)


@pytest.fixture(scope="module")
def made():
    return record()


def test_the_content_of_simulated_portions_is_found_within_its_uncertainty(made):
    truth = (Decimal(33) + Decimal(34)) / 2 * 10 * 50 / Decimal(50120) * 100 * Decimal("0.985")
    assert abs(made.result.percent - truth) <= made.result.u_percent
    assert [one.name for one in made.result.parts] == [
        *("calibration", "weighing", "volume", "purity"),
        *("mass of the portion", "volume of the portion", "replicates"),
    ]
    assert made.result.not_stated == ("dilution",)
    assert (made.total, made.lacking) == (None, (Lacking.NO_EXHIBIT_MASS,))
    assert [(one.place, one.used) for one in made.points] == [(place, True) for place in range(2, 7)]
    assert [one.sample_name for one in made.injections] == ["EX a", "EX b"]
    assert [len(one) for one in (made.blanks, made.controls)] == [3, 1]
    assert made.curve.response(Decimal(100)) == pytest.approx(Decimal("0.998"), abs=Decimal("0.005"))


@pytest.mark.parametrize(
    ("amounts", "facts", "lacking"),
    [
        ({}, {}, (Lacking.NOT_DETECTED,)),
        ({9: 33.0}, {}, (Lacking.NOT_DETECTED,)),
        ({9: 33.0, 11: 0.9}, {}, (Lacking.BELOW_QUANTITATION_LIMIT,)),
        ({9: 400.0, 11: 33.0}, {"settings": {"extrapolation": "refuse"}}, (Lacking.NO_NUMBER,)),
        (None, {"preparations": ()}, (Lacking.NO_PREPARATION,)),
        (None, {"preparations": preparations()[:1]}, (Lacking.NO_PREPARATION,)),
    ],
)
def test_a_content_is_stated_only_where_every_injection_supports_it(amounts, facts, lacking):
    made = record(amounts, facts.get("settings"), **{k: v for k, v in facts.items() if k != "settings"})
    assert (made.result, made.total, made.lacking) == (None, None, lacking)
    assert quantitation_differences(made) == ()


def test_17025_7_11_6_every_number_of_a_record_repeats_from_the_record_alone(made):
    read = from_body(Quantitation, body_of(made))
    assert read == made
    assert quantitation_differences(read) == ()


def _changed(made, path, value):
    """Give the record with one number changed, deep inside."""
    name, *rest = path
    old = getattr(made, name) if isinstance(name, str) else made[name]
    new = value(old) if not rest else _changed(old, rest, value)
    if isinstance(name, int):
        return (*made[:name], new, *made[name + 1 :])
    return dataclasses.replace(made, **{name: new})


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("points", 2, "response"), "coefficient of x^0"),
        (("points", 2, "nominal_ug_per_ml"), "coefficient of x^0"),
        (("points", 2, "back_calculated_ug_per_ml"), "calibrator B-2026-0001-R4"),
        (("points", 2, "residual"), "residual of B-2026-0001-R4"),
        (("curve", "coefficients", 1, "value"), "coefficient of x^1"),
        (("curve", "residual_standard_deviation"), "residual standard deviation"),
        (("curve", "quantitation_limit_ug_per_ml"), "quantitation limit"),
        (("curve", "highest_ug_per_ml"), "highest calibrator"),
        (("injections", 0, "response"), "2026-0001/1-R9: value"),
        (("injections", 0, "concentration", "value"), "2026-0001/1-R9: value"),
        (("injections", 0, "concentration", "k"), "2026-0001/1-R9: k"),
        (("injections", 0, "concentration", "expanded_u"), "2026-0001/1-R9: expanded u"),
        (("controls", 0, "concentration", "value"), "B-2026-0001-R7: value"),
        (("preparations", 0, "sample_g"), "content ("),
        (("preparations", 0, "volume_ml"), "content ("),
        (("preparations", 1, "dilution"), "content ("),
        (("standard", "purity"), "content ("),
        (("result", "percent"), "content ("),
        (("result", "u_percent"), "content ("),
        (("result", "k"), "content ("),
    ],
)
def test_a_number_that_was_changed_is_named(made, path, words):
    forged = _changed(made, path, lambda old: old * Decimal("1.01"))
    found = quantitation_differences(forged)
    assert any(words in one for one in found), found


def test_a_record_that_cannot_be_computed_with_says_so(made):
    assert (
        "no curve goes through its calibrators"
        in quantitation_differences(_changed(made, ("points",), lambda p: p[:2]))[0]
    )
    bare = _changed(made, ("preparations",), lambda p: p[:1])
    assert quantitation_differences(bare) == ("a content, and no portion for 2026-0001/1-R11",)
    zero = _changed(made, ("injections", 0, "concentration", "value"), lambda _: Decimal(0))
    assert quantitation_differences(zero)
