from decimal import Decimal

import pytest

from lims.domain.acceptance import AcceptanceLimits, AcceptanceRule, Measured, judge_batch
from lims.domain.sequence import Injection, InjectionKind
from lims.errors import InvalidRecordError

LIMITS = {
    "blank_fraction": Decimal("0.2"),
    "carry_over_fraction": Decimal("0.01"),
    "internal_standard_low": Decimal("0.7"),
    "internal_standard_high": Decimal("1.3"),
    "retention_drift_s": Decimal(3),
    "control_low": Decimal("0.9"),
    "control_high": Decimal("1.1"),
    "calibrator_deviation": Decimal("0.15"),
    "lowest_calibrator_deviation": Decimal("0.2"),
}
KINDS = ("blank", "calibrator", "calibrator", "blank", "control", "blank", "exhibit")
AMOUNTS = (None, 25, 100, None, 40, None, None)
RESPONSES = (None, "0.2", "1.0", None, "0.35", None, "0.5")
FOUND = (None, "26", "99", None, "41", None, "55")


def injections():
    return [
        Injection(
            place=place,
            vial=str(place),
            sample_name=f"s{place}",
            kind=InjectionKind(kind),
            nominal_ug_per_ml=None if amount is None else Decimal(amount),
            exhibit_number="x" if kind == "exhibit" else "",
        )
        for place, (kind, amount) in enumerate(zip(KINDS, AMOUNTS, strict=True), start=1)
    ]


def measured(**changes):
    """Give sound figures, one of them changed: ``p4={"analyte_response": "0.1"}``."""
    rows = []
    for place, (response, found) in enumerate(zip(RESPONSES, FOUND, strict=True), start=1):
        facts = {
            "internal_standard_area": "1000",
            "internal_standard_retention_s": "390.5",
            "analyte_response": response,
            "concentration_ug_per_ml": found,
            **changes.get(f"p{place}", {}),
        }
        if facts.get("missing"):
            continue
        facts = {name: None if value is None else Decimal(value) for name, value in facts.items()}
        rows.append(Measured(place=place, **facts))
    return rows


def failed(**changes):
    outcomes = judge_batch(injections(), measured(**changes), limits=AcceptanceLimits(**LIMITS))
    return [(outcome.rule, outcome.place, outcome.value) for outcome in outcomes if not outcome.passed]


def test_17025_7_7_1_a_sound_batch_passes_every_rule_at_every_place():
    outcomes = judge_batch(injections(), measured(), limits=AcceptanceLimits(**LIMITS))
    assert all(outcome.passed for outcome in outcomes)
    counted = {rule: sum(outcome.rule is rule for outcome in outcomes) for rule in AcceptanceRule}
    assert counted == {
        AcceptanceRule.COMPLETE: 1,
        AcceptanceRule.BLANK_CLEAN: 3,
        AcceptanceRule.CARRY_OVER: 2,
        AcceptanceRule.INTERNAL_STANDARD_AREA: 7,
        AcceptanceRule.RETENTION_DRIFT: 7,
        AcceptanceRule.CALIBRATION_FIT: 2,
        AcceptanceRule.CONTROL_RECOVERY: 1,
    }


@pytest.mark.parametrize(
    ("changes", "place"),
    [({"p6": {"missing": True}}, 6), ({"p3": {"missing": True}, "p5": {"missing": True}}, 5)],
)
def test_a_batch_that_lacks_a_run_is_incomplete(changes, place):
    assert failed(**changes) == [(AcceptanceRule.COMPLETE, 0, place)]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"p1": {"analyte_response": "0.0401"}}, [(AcceptanceRule.BLANK_CLEAN, 1, Decimal("0.2005"))]),
        ({"p4": {"analyte_response": "0.03"}}, [(AcceptanceRule.CARRY_OVER, 4, Decimal("0.03"))]),
        # without the lowest calibrator nothing says what a clean blank is
        (
            {"p2": {"analyte_response": None}, "p1": {"analyte_response": "0.001"}},
            [(AcceptanceRule.BLANK_CLEAN, 1, None)],
        ),
    ],
)
def test_qc_13_at_20_a_blank_that_holds_the_substance_fails(changes, expected):
    assert failed(**changes) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"internal_standard_area": "699"}, [(AcceptanceRule.INTERNAL_STANDARD_AREA, 7, Decimal("0.699"))]),
        ({"internal_standard_area": "1301"}, [(AcceptanceRule.INTERNAL_STANDARD_AREA, 7, Decimal("1.301"))]),
        (
            {"internal_standard_area": None, "internal_standard_retention_s": None},
            [(AcceptanceRule.INTERNAL_STANDARD_AREA, 7, None), (AcceptanceRule.RETENTION_DRIFT, 7, None)],
        ),
    ],
)
def test_qc_12_the_internal_standard_lies_in_its_window(facts, expected):
    assert failed(p7=facts) == expected


def test_qc_11_the_retention_lies_in_its_window():
    drifted = failed(p2={"internal_standard_retention_s": "394"})
    assert drifted == [(AcceptanceRule.RETENTION_DRIFT, 2, Decimal("3.5"))]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"p3": {"concentration_ug_per_ml": "116"}}, [(AcceptanceRule.CALIBRATION_FIT, 3, Decimal("0.16"))]),
        ({"p2": {"concentration_ug_per_ml": "30"}}, []),  # the lowest may deviate by a fifth
        ({"p2": {"concentration_ug_per_ml": "31"}}, [(AcceptanceRule.CALIBRATION_FIT, 2, Decimal("0.24"))]),
        ({"p3": {"concentration_ug_per_ml": None}}, [(AcceptanceRule.CALIBRATION_FIT, 3, None)]),
    ],
)
def test_a_calibrator_lies_near_its_amount(changes, expected):
    assert failed(**changes) == expected


@pytest.mark.parametrize(("found", "value"), [("44.1", Decimal("1.1025")), (None, None)])
def test_qc_10_a_control_is_found_again(found, value):
    assert failed(p5={"concentration_ug_per_ml": found}) == [(AcceptanceRule.CONTROL_RECOVERY, 5, value)]


def test_a_blank_after_nothing_is_no_carry_over():
    outcomes = judge_batch(
        injections(),
        measured(p5={"analyte_response": None, "concentration_ug_per_ml": "40"}),
        limits=AcceptanceLimits(**LIMITS),
    )
    assert [outcome.place for outcome in outcomes if outcome.rule is AcceptanceRule.CARRY_OVER] == [4]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"blank_fraction": Decimal(0)}, "blank_fraction is 0"),
        ({"retention_drift_s": Decimal("NaN")}, "retention_drift_s is NaN"),
        ({"control_low": Decimal(2)}, "control_low 2 is not below control_high 1.1"),
    ],
)
def test_limits_that_mean_nothing_are_refused(change, message):
    with pytest.raises(InvalidRecordError, match=message):
        AcceptanceLimits(**{**LIMITS, **change})
