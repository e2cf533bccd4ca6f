"""The page Examination by Streamlit's test driver: who sees what, each act once, and two people at one record."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.batch import BatchStatus
from lims.domain.examination import Decision
from lims.domain.identification import Conclusion, IdentificationStatus, Verdict
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from lims.services.batching import BatchPlan
from lims.services.identifying import BasisFacts
from lims.services.laboratory import Laboratory
from lims.services.sequence_table import parse_plan
from lims.services.supporting import ComponentUse, Question
from lims.translation import Translator
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import grant
from tests.ui.conftest import make_laboratory, open_again
from tests.ui.story.materials import simulated
from tests.ui.test_pages import start

EXHIBIT = "2026-0001/1"


def make(home: Path) -> None:
    """Make a laboratory with a measured batch: blanks, calibrators, a control, and two exhibits of one seizure."""
    made, material = make_laboratory(home), simulated()
    technician, expert = made.staffing.get("technician"), made.staffing.get("expert-a")
    for person in (technician, expert):
        grant(made, person, material.method.number)
    case = made.accessioning.register_case(CaseFacts(appointing_body="A body"), actor=technician)
    seizure = made.accessioning.register_seizure(
        case.number, SeizureFacts(seized_on=date(2019, 2, 1)), actor=technician
    )
    facts = ExhibitFacts(
        description="a card *x*",
        condition="dry",
        seal_number="00917",
        seal_intact=True,
        received_at=material.first_day,
        seizure_number=seizure.number,
    )
    exhibits = [
        made.accessioning.register_exhibit(case.number, facts, actor=technician).number
        for _ in range(material.exhibits)
    ]
    made.batching.define_method(material.method, actor=expert)
    lines = parse_plan(material.plan(exhibits), name="plan.csv")
    plan = BatchPlan(
        method_number=material.method.number, instrument=material.instrument, time_zone=material.zone, injections=lines
    )
    batch = made.batching.plan(plan, actor=technician)
    runs = home.parent / "runs"
    runs.mkdir()
    for path in material.write(runs):
        made.measuring.import_run(path, batch_number=batch.number, actor=technician)
    made.examining.open(f"{exhibits[0]}-R1", release_name="principal-ions", actor=expert)


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    kept_homes.copy("examined-in-a-batch", tmp_path / "home", make)
    return open_again(tmp_path / "home")


def number(laboratory: Laboratory) -> str:
    return laboratory.examining.of_exhibit(EXHIBIT)[0].number


def page(laboratory: Laboratory, person: str = "expert-a", *, language: str = "en") -> AppTest:
    test = start(laboratory, "examination", person, language=language, chosen_examination=number(laboratory))
    assert not test.exception, test.exception
    return test


def keyed(test: AppTest, begin: str):
    fields = (*test.button, *test.text_input, *test.selectbox, *test.radio, *test.number_input)
    return next(one for one in fields if str(one.key).startswith(begin))


def labelled(test: AppTest, label: str):
    return next(one for one in test.button if one.label == label)


def said(test: AppTest) -> str:
    found = (*test.text, *test.caption, *test.info, *test.warning, *test.error)
    return "\n".join(one.value.replace("\\", "") for one in found)


def press(test: AppTest, key: str) -> AppTest:
    return keyed(test, key).click().run()


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_kz_4_the_page_says_how_exhibit_run_and_candidate_stand(laboratory: Laboratory, language: str) -> None:
    t = Translator(language)
    test = page(laboratory, language=language)
    words = said(test)
    assert [one.value.replace("\\", "") for one in test.title] == [EXHIBIT]
    expected = (
        t("seal {seal}, {condition}", seal="00917", condition=t("intact")),
        t("○ in examination"),
        t("? no known deadline"),
        t("RI unknown: no ladder"),
        t("on the day of the seizure"),
        t("Still lacking"),
        t("No validated error rate exists for these match factors; none is stated."),
        t("Drawn without stereochemistry: mass spectrometry does not establish it."),
    )
    assert [one for one in expected if one not in words] == []
    assert "a card *x*" in words, "a person's words stand as they were written"


def test_components_and_candidates_are_walked_and_kept_in_another_language(laboratory: Laboratory) -> None:
    test = press(press(page(laboratory), "view-Down"), "view-Right")
    component, candidate = keyed(test, "view-component"), keyed(test, "view-candidate")
    assert (component.value, candidate.value) == (2, 2)
    assert keyed(test, "view-identify").label.startswith("Identify as ")
    state = {"chosen-examination": number(laboratory)}
    for kept in (f"view-component-{state['chosen-examination']}", f"view-candidate-{state['chosen-examination']}-2"):
        state[kept] = test.session_state[kept]
    other = start(laboratory, "examination", "expert-a", language="kk", **state)
    assert (keyed(other, "view-component").value, keyed(other, "view-candidate").value) == (2, 2)


def test_a_rejected_candidate_stays_listed_and_comes_back_only_with_a_reason(laboratory: Laboratory) -> None:
    test = press(page(laboratory), "view-reject")
    assert "is rejected as component 1" in said(test)
    labelled(test, "Record").click().run()
    assert "reason: empty" in said(test)
    keyed(test, "view-words-reject").input("an ion is missing")
    labelled(test, "Record").click().run()
    assert any("rejected\\: an ion is missing" in caption for caption in keyed(test, "view-candidate").proto.captions)
    press(test, "view-identify")
    assert laboratory.examining.get(number(laboratory)).components[0].decision is Decision.UNDECIDED
    keyed(test, "view-words-identify").input("it is there in the second run")
    labelled(test, "Record").click().run()
    found = laboratory.examining.get(number(laboratory)).components[0]
    assert (found.decision, found.reason) == (Decision.IDENTIFIED, "it is there in the second run")


def test_17025_7_5_1_a_note_is_written_and_read_by_the_reviewer(laboratory: Laboratory) -> None:
    test = press(page(laboratory), "view-note")
    keyed(test, "view-words-note").input("m/z 58 <b>also</b> from the solvent")
    labelled(test, "Record").click().run()
    assert "view-asked" not in test.session_state, "the dialog is closed"
    assert "m/z 58 <b>also</b> from the solvent" in said(page(laboratory, "expert-b"))


def test_two_people_at_one_component_are_told_and_nothing_is_overwritten(laboratory: Laboratory) -> None:
    test = page(laboratory)
    expert = laboratory.staffing.get("expert-a")
    laboratory.examining.leave_unidentified(number(laboratory), 1, reason="too weak", actor=expert)
    press(test, "view-identify")
    assert "Somebody changed this while it stood here" in said(test)
    keyed(test, "view-words-identify").input("it is that")
    labelled(test, "Record").click().run()
    assert "already recorded by somebody else" in said(test)
    assert laboratory.examining.get(number(laboratory)).components[0].reason == "too weak"


def test_id_3_the_spectrum_stands_beside_a_standard_of_the_batch_and_in_the_hybrid_way(laboratory: Laboratory) -> None:
    state = {"chosen-examination": number(laboratory), "view-mirror": "standard"}
    test = start(laboratory, "examination", "expert-b", **state)
    assert not test.exception
    assert len(keyed(test, "view-standard").options) == 3
    assert "Standard: RT 250" in said(test), "caffeine elutes at 250 s in every simulated run"
    hybrid = start(laboratory, "examination", "expert-b", **{**state, "view-mirror": "hybrid"})
    keyed(hybrid, "view-shift").set_value(14).run()
    assert "at a difference of +14 Da" in said(hybrid)


def test_17025_7_5_2_a_run_is_discarded_with_a_reason_and_stays_listed(laboratory: Laboratory) -> None:
    test = page(laboratory)
    labelled(test, "Discard the run").click().run()
    assert "reason: empty" in said(test)
    keyed(test, "results-discard-reason").input("the septum leaked")
    labelled(test, "Discard the run").click().run()
    run = laboratory.importing.runs(EXHIBIT)[0]
    batch = laboratory.batching.get(run.batch_number)
    assert (batch.status, batch.discarded[0].reason) == (BatchStatus.PLANNED, "the septum leaked")
    assert "✕ discarded by expert-a: the septum leaked" in said(test)
    assert not [one for one in test.button if one.label == "Discard the run"]


def test_the_examination_is_concluded_and_taken_back_at_the_page(laboratory: Laboratory) -> None:
    test = page(laboratory)
    assert keyed(test, "examination-conclude").disabled
    for component in laboratory.examining.get(number(laboratory)).components:
        laboratory.examining.identify(
            number(laboratory), component.number, rank=1, actor=laboratory.staffing.get("expert-a")
        )
    press(page(laboratory), "examination-conclude")
    assert laboratory.examining.get(number(laboratory)).state == "concluded"
    test = page(laboratory)
    keyed(test, "take-back-reason").input("component 2 was seen wrong")
    labelled(test, "Take it back").click().run()
    assert laboratory.examining.get(number(laboratory)).state == "open"


def test_the_list_finds_examinations_by_state_and_words(laboratory: Laboratory) -> None:
    test = start(laboratory, "examination", "expert-b")
    assert list(test.dataframe[0].value["Examination"]) == [number(laboratory)]
    keyed(test, "list-words").input("no such number").run()
    assert "No examination is like that." in said(test)


def concluded(laboratory: Laboratory) -> str:
    """Conclude the examination, and an identification as inconclusive: the training library identifies nothing."""
    expert = laboratory.staffing.get("expert-a")
    for component in laboratory.examining.get(number(laboratory)).components:
        laboratory.examining.identify(number(laboratory), component.number, rank=1, actor=expert)
    laboratory.examining.conclude(number(laboratory), actor=expert)
    identity = laboratory.examining.get(number(laboratory)).components[0].identity
    assert identity is not None
    batch = laboratory.importing.runs(EXHIBIT)[0].batch_number
    laboratory.batching.judge(batch, actor=expert)
    opened = laboratory.identifying.open(
        Question(exhibit_number=EXHIBIT, substance=identity.name, inchikey=identity.inchikey),
        BasisFacts(components=(ComponentUse(examination_number=number(laboratory), sampling=1, component=1),)),
        actor=expert,
    )
    verdict = Verdict(conclusion=Conclusion.INCONCLUSIVE, reason="a library for training")
    return laboratory.identifying.conclude(opened.number, verdict, actor=expert).number


def test_g_3_g_6_a_second_person_disagrees_the_head_ends_it_and_then_the_second_agrees(laboratory: Laboratory) -> None:
    """The rules ID-1 to ID-9 leave the conclusion to two people; what they said stays."""
    found = concluded(laboratory)
    assert not [one for one in page(laboratory).button if str(one.key).startswith("agree-")], "not the own one"
    test = page(laboratory, "expert-b")
    keyed(test, "dispute-words").input("the retention was not evaluated")
    labelled(test, "Record the disagreement").click().run()
    assert laboratory.identifying.get(found).status is IdentificationStatus.DISPUTED
    head = page(laboratory, "head")
    assert "▲ expert-b" in said(head)
    labelled(head, "End the disagreement").click().run()
    assert "Choose how it ends." in said(head)
    keyed(head, "resolve-stands").set_value(True)
    keyed(head, "resolve-words").input("nothing is claimed by retention")
    labelled(head, "End the disagreement").click().run()
    press(page(laboratory, "expert-b"), "agree-")
    assert laboratory.identifying.get(found).status is IdentificationStatus.CHECKED
    assert "nothing is claimed by retention" in said(page(laboratory))
