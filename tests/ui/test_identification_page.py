"""An exhibit is identified at the page alone: findings with evidence, the question, isomers, and the conclusion."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.identification import Conclusion, IdentificationStatus
from lims.domain.identification_rule import Outcome
from lims.services.laboratory import Laboratory
from lims.services.validating import ProcedureFacts
from lims.translation import Translator
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import LONG_AGO, grant
from tests.ui.conftest import add_exhibit, make_laboratory, open_again
from tests.ui.test_pages import button, start

FTIR, COLOUR = "infrared spectroscopy", "colour test"


def make(home: Path) -> None:
    """Make a laboratory with procedures for FTIR and a colour test in force, and a concluded examination."""
    made = make_laboratory(home)
    expert, head = made.staffing.get("expert-a"), made.staffing.get("head")
    for number, technique, controls in (("FTIR-1", FTIR, ("polystyrene film",)), ("COLOUR-1", COLOUR, ())):
        grant(made, expert, number)
        facts = ProcedureFacts(
            number=number,
            name=number,
            techniques=(technique,),
            required_controls=controls,
            acceptance_criteria="c",
        )
        made.validating.record(facts, actor=expert)
        made.validating.validate(number, validated_on=LONG_AGO, record="VR", actor=head)
    exhibit = add_exhibit(made, home.parent, seed=7)
    run = made.importing.runs(exhibit)[0]
    number = made.examining.open(run.number, release_name="principal-ions", actor=expert).number
    for component in made.examining.get(number).components:
        made.examining.identify(number, component.number, rank=1, actor=expert)
    made.examining.conclude(number, actor=expert)


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    kept_homes.copy("concluded-with-procedures", tmp_path / "home", make)
    return open_again(tmp_path / "home")


def examination(laboratory: Laboratory) -> str:
    (line,) = laboratory.accessioning.exhibits(limit=5)
    return laboratory.examining.of_exhibit(line.number)[0].number


def exhibit(laboratory: Laboratory) -> str:
    return laboratory.accessioning.exhibits(limit=5)[0].number


def page(laboratory: Laboratory, person: str = "expert-a", *, language: str = "en") -> AppTest:
    test = start(laboratory, "examination", person, language=language, chosen_examination=examination(laboratory))
    assert not test.exception, test.exception
    return test


def keyed(found: Iterator, begin: str):
    return next(one for one in found if str(one.key).startswith(begin))


def refusals(test: AppTest) -> list[str]:
    """Give what was refused, and not what the page says beside of a report that cannot be signed yet."""
    words = [one.value.replace("\\", "") for one in test.error]
    return [one for one in words if "(rule RP-1.1)" not in one]


def record(laboratory: Laboratory, procedure: str, technique: str, *, sampling: int, evidence: bytes = b"") -> AppTest:
    test = page(laboratory)
    box = keyed(test.selectbox, "finding-procedure")
    box.select(next(one for one in box.options if one.startswith(procedure)))
    test.run()
    keyed(test.number_input, "finding-sampling").set_value(sampling)
    keyed(test.text_input, "finding-instrument").input("device")
    keyed(test.selectbox, f"finding-outcome-{technique}").select("positive")
    if technique == FTIR:
        keyed(test.selectbox, f"finding-comparison-{technique}").select("compared with a reference material")
        keyed(test.text_input, f"finding-reference-{technique}").input("RS-1")
        keyed(test.checkbox, "finding-control").check()
    else:
        keyed(test.selectbox, f"finding-comparison-{technique}").select("compared with nothing")
    if evidence:
        keyed(test.file_uploader, "finding-files").upload("spectrum.jdx", evidence, "text/plain")
    button(test, "Record the finding").click()
    return test.run()


def test_id_4_a_finding_is_recorded_with_its_file_and_refused_without(laboratory: Laboratory) -> None:
    refused = record(laboratory, "FTIR-1", FTIR, sampling=2)
    assert any("links to no file" in one.value for one in refused.error)
    assert laboratory.finding.of_exhibit(exhibit(laboratory)) == ()
    done = record(laboratory, "FTIR-1", FTIR, sampling=2, evidence=b"##TITLE=a spectrum")
    assert not done.exception
    assert refusals(done) == []
    (found,) = laboratory.finding.of_exhibit(exhibit(laboratory))
    assert (found.sampling, found.results[0].outcome) == (2, Outcome.POSITIVE)
    assert laboratory.finding.evidence(found.number, found.evidence[0].sha256) == b"##TITLE=a spectrum"
    assert any(found.number in one.value for one in done.text)


def test_id_1_an_exhibit_is_identified_at_the_page_alone(laboratory: Laboratory) -> None:
    """The training library identifies nothing, so two other techniques on two samplings do."""
    first = record(laboratory, "FTIR-1", FTIR, sampling=1, evidence=b"##TITLE=one")
    assert refusals(first) == []
    second = record(laboratory, "COLOUR-1", COLOUR, sampling=2)
    assert refusals(second) == []
    assert len(laboratory.finding.of_exhibit(exhibit(laboratory))) == 2
    test = page(laboratory)
    button(test, "Open the identification").click()
    test.run()
    (found,) = laboratory.identifying.of_exhibit(exhibit(laboratory))
    assert any("Which isomers" in one.value for one in test.text), "what lacks is on the page"
    keyed(test.selectbox, "conclusion-").select("identified")
    button(test, "Draw the conclusion").click()
    test.run()
    assert any("not identified" in one.value for one in test.error)
    keyed((one for one in test.selectbox if "isomers" in str(one.key)), "revise-").select("no isomer is known")
    next(one for one in test.text_input if str(one.key).endswith("-isomers-basis")).input("the tables of 2026")
    button(test, "Put it on these results").click()
    test.run()
    assert refusals(test) == []
    now = laboratory.identifying.get(found.number)
    assert now.outcome.gaps == (), now.basis.supports
    wanted = "limited to a set of isomers" if now.basis.isomers.inseparable else "identified"
    keyed(test.selectbox, "conclusion-").select(wanted)
    button(test, "Draw the conclusion").click()
    test.run()
    assert refusals(test) == []
    concluded = laboratory.identifying.get(found.number)
    assert concluded.status is IdentificationStatus.CONCLUDED
    assert concluded.verdict is not None
    assert concluded.verdict.conclusion is Conclusion(wanted)
    assert any(one.value == f"Conclusion: {wanted}" for one in test.text)


def test_id_2_a_result_is_left_out_with_a_reason_or_not_at_all(laboratory: Laboratory) -> None:
    record(laboratory, "FTIR-1", FTIR, sampling=1, evidence=b"##TITLE=one")
    test = page(laboratory)
    for box in test.checkbox:
        if "-use-" in str(box.key):
            box.uncheck()
    button(test, "Open the identification").click()
    test.run()
    assert any("reason" in one.value for one in test.error)
    assert laboratory.identifying.of_exhibit(exhibit(laboratory)) == ()


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_desk_speaks_the_language(laboratory: Laboratory, language: str) -> None:
    t = Translator(language)
    record(laboratory, "FTIR-1", FTIR, sampling=1, evidence=b"##TITLE=one")
    test = page(laboratory, language=language)
    button(test, t("Open the identification")).click()
    test.run()
    assert not test.exception
    assert refusals(test) == []
    assert any(t("Which isomers the techniques do not tell apart.") in one.value for one in test.text)


def test_a_reviewer_sees_the_desk_and_concludes_nothing_of_another(laboratory: Laboratory) -> None:
    record(laboratory, "FTIR-1", FTIR, sampling=1, evidence=b"##TITLE=one")
    test = page(laboratory)
    button(test, "Open the identification").click()
    test.run()
    other = page(laboratory, "expert-b")
    assert "Draw the conclusion" not in [one.label for one in other.button]
    assert "Put it on these results" not in [one.label for one in other.button]
