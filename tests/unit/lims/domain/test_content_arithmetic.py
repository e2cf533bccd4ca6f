"""From a concentration to the content of an exhibit: each part of the uncertainty, worked by hand."""

import dataclasses
from decimal import Decimal

import pytest
from scipy.stats import t

from lims.domain.content_arithmetic import Portion, content_result, mean_percent, substance_mass
from lims.domain.quantitation import Concentration, Preparation, RelativePart, StandardUsed
from lims.errors import InvalidRecordError

STANDARD = StandardUsed(
    number="RS-1",
    version=1,
    substance="Etizolam",
    lot="7",
    certificate="C",
    purity=Decimal("0.98"),
    purity_u=Decimal("0.0098"),
    purity_k=Decimal(2),
    applied=True,
)
STATED = (RelativePart(name="weighing", relative_u=Decimal("0.003")),)
USUAL = {"stated": STATED, "standard": STANDARD, "calibration_degrees": 5, "confidence": Decimal("0.95")}


def preparation(**facts):
    usual = {
        "run_number": "R1",
        "weighing_number": "W1",
        "sample_g": Decimal("0.05"),
        "sample_u_g": Decimal("0.0002"),
        "sample_k": Decimal(2),
        "volume_ml": Decimal(10),
        "volume_u_ml": Decimal("0.04"),
        "volume_k": Decimal(2),
    }
    return Preparation(**{**usual, **facts})


def portion(value="100", calibration_u="0.5", **facts):
    concentration = Concentration(
        value=Decimal(value),
        calibration_u=Decimal(calibration_u),
        standard_u=Decimal(1),
        k=Decimal(2),
        expanded_u=Decimal(2),
    )
    return Portion(preparation=preparation(**facts), concentration=concentration)


def test_the_content_is_what_was_dissolved_over_what_was_weighed():
    assert mean_percent([portion()], None) == Decimal(2)  # 100 ug/ml in 10 ml are 1 mg of 50 mg
    assert mean_percent([portion(dilution=Decimal(20))], None) == Decimal(40)
    assert mean_percent([portion()], dataclasses.replace(STANDARD, applied=False)) == Decimal("1.96")
    assert mean_percent([portion()], dataclasses.replace(STANDARD, applied=False, purity=None)) == Decimal(2)


def test_wu_5_the_content_has_the_decimals_of_its_uncertainty_which_is_rounded_up_to_two_figures():
    result = content_result([portion("100"), portion("102")], **USUAL)
    parts = {one.name: one.relative_u for one in result.parts}
    assert parts == {
        "calibration": Decimal("0.00495098"),  # the mean of 0.5/100 and 0.5/102
        "weighing": Decimal("0.003"),
        "purity": Decimal("0.00500000"),  # of the certificate
        "mass of the portion": Decimal("0.00200000"),
        "volume of the portion": Decimal("0.00200000"),
        "replicates": Decimal("0.00990099"),  # 0.02 over root 2, over root 2, over 2.02
    }
    # u = 0.0128274; nu = u^4 / (cal^4 / 5 + repl^4 / 1) = 2.7826; U = k u 2.02 = 0.0863, rounded up
    assert float(result.k) == pytest.approx(t.ppf(0.975, 2.7826), abs=0.01)
    assert (result.percent, result.u_percent, result.k) == (Decimal("2.020"), Decimal("0.087"), Decimal("3.33"))
    assert (result.coverage_percent, result.not_stated) == (Decimal(95), ("volume",))


def test_what_nobody_stated_is_named_and_not_taken_as_zero():
    bare = portion(volume_u_ml=None, volume_k=None, dilution=Decimal(2))
    result = content_result([bare], **{**USUAL, "standard": None})
    assert result.not_stated == ("volume", "purity", "volume of the portion", "replicates", "dilution")
    assert [one.name for one in result.parts] == ["calibration", "weighing", "mass of the portion"]


def test_a_certificate_knows_the_purity_better_than_the_method():
    stated = (*STATED, RelativePart(name="purity", relative_u=Decimal("0.05")))
    found = []
    for standard in (STANDARD, dataclasses.replace(STANDARD, purity_u=None, purity_k=None)):
        result = content_result([portion()], **{**USUAL, "stated": stated, "standard": standard})
        found += [one.relative_u for one in result.parts if one.name == "purity"]
    assert found == [Decimal("0.00500000"), Decimal("0.05")]


def test_the_mass_in_the_whole_exhibit_has_the_uncertainty_of_both_factors():
    portions = [portion("100"), portion("102")]
    result = content_result(portions, **USUAL)
    net = {
        "weighing_number": "W9",
        "exhibit_g": Decimal("12.34"),
        "exhibit_u_g": Decimal("0.40"),
        "exhibit_k": Decimal(2),
    }
    total = substance_mass(portions, result, standard=STANDARD, **net)
    # 2.02 % of 12.34 g are 0.249268 g; u_rel = root(0.0128274^2 + 0.016207^2); nu = 18.76, t = 2.0948
    assert (total.mass_g, total.u_g, total.k) == (Decimal("0.249"), Decimal("0.011"), Decimal("2.10"))


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"sample_g": Decimal(0)}, "expected above 0"),
        ({"dilution": Decimal(-1)}, "expected above 0"),
        ({"volume_k": None}, "needs its factor k"),
        ({"sample_u_g": Decimal(-1)}, "below 0"),
        ({"volume_k": Decimal(0)}, "a factor k of 0"),
        ({"weighing_number": ""}, "weighing of the portion: empty"),
    ],
)
def test_wu_1_a_portion_has_its_weighing_and_numbers_that_can_be(facts, words):
    with pytest.raises(InvalidRecordError, match=words):
        preparation(**facts)
