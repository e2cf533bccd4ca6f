"""The quality page by Streamlit's own test driver: detectors beside the page, nonconformities step by step, tracing."""

import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.detectors import Detector
from lims.domain.nonconformity import NonconformityStatus, Subject
from lims.services.laboratory import Laboratory
from lims.services.nonconforming import NonconformityFacts
from lims.translation import Translator
from lims.ui import background
from lims.ui.pages import quality
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import QUALITY
from tests.ui.conftest import add_exhibit, make_laboratory, open_again
from tests.ui.test_batches_page import fail
from tests.ui.test_pages import button, start

MANAGER = QUALITY.number


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    return make_laboratory(tmp_path / "home")


def section(test: AppTest, label: str) -> AppTest:
    (control,) = test.segmented_control
    control.set_value(label)
    return test.run()


def finished(test: AppTest, key: str) -> AppTest:
    """Wait for the work beside the page, then draw the page as its watch does."""
    for _ in range(600):
        job = test.session_state[key]
        if job.ended.wait(timeout=0.1):
            return test.run()
    raise AssertionError(f"{key} did not end")


def area(test: AppTest, key: str):
    return next(one for one in test.text_area if str(one.key).startswith(key))


def told(test: AppTest) -> str:
    return " ".join(one.value for one in (*test.text, *test.caption))


def test_the_detectors_are_asked_beside_the_page_and_each_says_what_it_cannot_see(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    add_exhibit(laboratory, tmp_path, seed=7)
    test = start(laboratory, "quality", MANAGER)
    assert any("Nobody has asked" in one.value for one in test.info)
    assert sum("It cannot see" in one.value for one in test.caption) == len(Detector)
    button(test, "Ask the detectors now").click()
    test.run()
    finished(test, "detectors")
    assert not test.exception
    look = laboratory.detecting.last_look()
    assert look is not None
    assert look.number in told(test)
    assert sum("found;" in one.value for one in test.text) == len(Detector)
    again = start(laboratory, "quality", MANAGER)
    assert look.number in told(again), "the date of the last look stays for the next session"


def test_a_near_identical_run_is_told_in_the_language_of_the_page(laboratory: Laboratory, tmp_path: Path) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    run = laboratory.importing.runs(exhibit)[0]
    copy = tmp_path / "copy.cdf"
    data = bytearray((tmp_path / "training-7.cdf").read_bytes())
    at = data.index(run.sample_name.encode())
    data[at : at + 1] = b"X"
    copy.write_bytes(data)
    technician = laboratory.staffing.get("technician")
    second = laboratory.importing.import_run(copy, exhibit_number=exhibit, actor=technician)
    t = Translator("ru")
    test = start(laboratory, "quality", MANAGER, language="ru")
    button(test, t("Ask the detectors now")).click()
    test.run()
    finished(test, "detectors")
    assert any(one.value.startswith(f"- {run.number} и {second.number}: одинаковы 100.0%") for one in test.text)
    assert any(one.value.startswith("▲") for one in test.text)


def test_work_beside_the_page_is_shown_and_its_fault_reaches_the_page(laboratory: Laboratory) -> None:
    job = background.Job(started_at=laboratory.clock.now(), done=3, whole=9)
    test = start(laboratory, "quality", MANAGER)
    test.session_state["detectors"] = job
    test.run()
    assert not test.exception
    assert not any("found;" in one.value for one in test.text)
    job.ended.set()
    test.run()
    assert len(test.exception) == 1, "the frame around the page names an incident"


def test_one_piece_of_work_is_begun_once(laboratory: Laboratory) -> None:
    test = start(laboratory, "quality", MANAGER)
    test.session_state["detectors"] = background.Job(started_at=laboratory.clock.now())
    button(test, "Ask the detectors now").click()
    test.run()
    time.sleep(0.5)
    assert laboratory.detecting.last_look() is None


def test_17025_7_10_a_nonconformity_goes_from_what_was_found_to_what_was_learnt(laboratory: Laboratory) -> None:
    test = start(laboratory, "quality", "technician")
    area(test, "raise-what").input("the balance drifted <b>*")
    next(one for one in test.selectbox if str(one.key).startswith("raise-kind")).select("instrument")
    next(one for one in test.text_input if str(one.key).startswith("raise-number-0")).input("Balance 1")
    button(test, "Raise").click()
    test.run()
    assert not test.exception
    assert not test.error, [one.value for one in test.error]
    (line,) = laboratory.nonconforming.listed()
    for person, key, words, label in (
        ("head", "assess-words", "no report yet", "Record the assessment"),
        ("head", "plan-words", "service the balance", "Plan the action"),
        ("technician", f"correct-{line.number}", "serviced", "Record as corrected"),
        (MANAGER, "verify-words", "check weights are right again", "It helped"),
        (MANAGER, f"resume-{line.number}", "drift is gone", "Let work go on"),
        (MANAGER, f"close-{line.number}", "check it each morning", "Close"),
    ):
        test = section(start(laboratory, "quality", person), "Nonconformities")
        area(test, key).input(words)
        if label == "Plan the action":
            next(one for one in test.selectbox if str(one.key).startswith("plan-who")).select(
                "Test Technician (technician)"
            )
            test.date_input[0].set_value(laboratory.clock.now().date())
        button(test, label).click()
        test.run()
        assert not test.exception, label
        assert not test.error, (label, [one.value for one in test.error])
    assert laboratory.nonconforming.get(line.number).status is NonconformityStatus.CLOSED
    assert "the balance drifted <b>*" in told(test)


def test_17025_7_10_who_corrected_it_does_not_verify_it(laboratory: Laboratory) -> None:
    test = start(laboratory, "quality", MANAGER)
    section(test, "Nonconformities")
    area(test, "raise-what").input("w")
    next(one for one in test.text_input if str(one.key).startswith("raise-number-0")).input("2031-0009")
    button(test, "Raise").click()
    test.run()
    assert any("2031" in one.value.replace("\\", "") for one in test.error), "a case that is not on record"
    assert laboratory.nonconforming.listed() == ()


def test_a_trace_tells_the_way_to_each_report_and_says_where_there_is_none(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    test = section(start(laboratory, "quality", MANAGER), "What touches which reports")
    next(one for one in test.selectbox if str(one.key).startswith("trace-kind")).select("person")
    next(one for one in test.text_input if one.key == "trace-number").input("technician")
    button(test, "Show").click()
    test.run()
    assert not test.exception
    assert any("0 reports that left the laboratory, 0 others, 1 exhibits" in one.value for one in test.text), exhibit
    assert any("Nothing on record" in one.value for one in test.info)


def test_the_ledger_is_verified_beside_the_page(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "quality", MANAGER), "State of the ledger")
    button(test, "Verify the ledger now").click()
    test.run()
    finished(test, "ledger-verification")
    assert not test.exception
    assert [one.value for one in test.success] == ["■ The ledger is whole."]
    assert any("No checkpoint was ever handed out" in one.value for one in test.warning)


def test_a_checkpoint_is_handed_out_and_what_comes_back_is_held_against_the_ledger(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "quality", MANAGER), "State of the ledger")
    hand_out = "Make a checkpoint and record it as handed out"
    button(test, hand_out).click()
    test.run()
    assert any("receiver of the checkpoint" in one.value for one in test.error)
    next(one for one in test.text_input if str(one.key).startswith("hand-out-to")).input("the prosecutor <b>, safe 4")
    button(test, hand_out).click()
    test.run()
    assert not test.exception
    (handed,) = laboratory.checkpointing.handed(reader=laboratory.staffing.get(MANAGER), limit=9)
    assert handed.handed_to == "the prosecutor <b>, safe 4"
    assert [one.value for one in test.metric if one.label == "Age of the last outside witness"] == ["0 d 0 h"]
    assert "the prosecutor <b>, safe 4" in told(test)
    (note,) = test.code
    assert f"\n{handed.size}\n" in note.value
    foreign = note.value.replace("\n", "\nforeign\n", 1).encode()
    files = [("back.checkpoint", note.value.encode(), "text/plain"), ("odd.checkpoint", foreign, "text/plain")]
    test.file_uploader[0].set_value(files)
    button(test, "Hold them against the ledger").click()
    test.run()
    finished(test, "witness-examined")
    assert not test.exception
    table = next(one.value for one in test.dataframe if "Verdict" in one.value)
    assert table["Verdict"][0] == "● fits: this ledger begins with the same entries"
    assert table["Verdict"][1].startswith("▲")
    assert not test.error


def test_who_may_not_hand_out_sees_the_age_and_no_form(laboratory: Laboratory) -> None:
    auditor = laboratory.staffing.get("head")
    made = laboratory.checkpointing.make()
    laboratory.checkpointing.hand_out(made, to="a court", actor=auditor)
    test = section(start(laboratory, "quality", MANAGER), "State of the ledger")
    assert "a court" in told(test)
    assert not any("No checkpoint was ever" in one.value for one in test.warning)


def test_a_forged_section_gives_no_witness_and_hands_none_out(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "_choice", lambda _: "ledger")
    test = start(laboratory, "quality", "technician")
    assert any("needs" in one.value for one in test.error)
    assert not [one for one in test.button if one.label.startswith("Make a checkpoint")]
    manager = laboratory.staffing.get(MANAGER)
    assert laboratory.checkpointing.handed(reader=manager, limit=1) == ()


def test_17025_7_10_what_holds_work_is_asked_by_thing_and_by_case(laboratory: Laboratory, tmp_path: Path) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    technician = laboratory.staffing.get("technician")
    facts = NonconformityFacts(
        what="bag open",
        subjects=(Subject(kind="exhibit", number=exhibit),),
        found_by="technician",
        found_at=laboratory.clock.now(),
    )
    raised = laboratory.nonconforming.raise_one(facts, actor=technician)
    test = start(laboratory, "quality", "technician")
    for kind, number, words in (
        ("exhibit", exhibit, f"▲ Work on this stands still: {raised.number}"),
        ("case", exhibit.split("/")[0], f"▲ Open on this case: {raised.number}"),
        ("run", "none", "● Nothing holds work on this."),
    ):
        next(one for one in test.selectbox if str(one.key).startswith("holding-kind")).select(kind)
        next(one for one in test.text_input if one.key == "holding-number").input(number)
        button(test, "Show").click()
        test.run()
        assert not test.exception
        assert words in [one.value for one in (*test.warning, *test.success)], kind


def test_17025_7_10_two_people_at_one_nonconformity_are_told(laboratory: Laboratory, tmp_path: Path) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    facts = NonconformityFacts(
        what="w",
        subjects=(Subject(kind="exhibit", number=exhibit),),
        found_by="technician",
        found_at=laboratory.clock.now(),
    )
    number = laboratory.nonconforming.raise_one(facts, actor=laboratory.staffing.get("technician")).number
    late = section(start(laboratory, "quality", "head"), "Nonconformities")
    laboratory.nonconforming.assess(number, words="first", actor=laboratory.staffing.get(MANAGER))
    area(late, "assess-words").input("second")
    button(late, "Record the assessment").click()
    late.run()
    assert any("recorded by somebody else" in one.value for one in late.error)
    impact = laboratory.nonconforming.get(number).impact
    assert impact is not None
    assert impact.words == "first"


def test_the_list_of_nonconformities_is_searched(laboratory: Laboratory) -> None:
    test = start(laboratory, "quality", "technician")
    assert any("No nonconformity is recorded." in one.value for one in test.info)
    next(one for one in test.text_input if one.key == "nonconformity-filter").set_value("NC-1999").run()
    assert any("No nonconformity is like that." in one.value for one in test.info)


def test_control_charts_of_a_method_without_batches_say_so(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "quality", "technician"), "Control charts")
    assert any("No method is recorded." in one.value for one in test.info)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_17025_7_7_1_control_charts_are_drawn_of_each_instrument_beside_the_page(
    kept_homes: KeptHomes, tmp_path: Path, language: str
) -> None:
    kept_homes.copy("batches: failed", tmp_path / "home", fail)
    judged, t = open_again(tmp_path / "home"), Translator(language)
    test = section(start(judged, "quality", "technician", language=language), t("Control charts"))
    button(test, t("Draw the control charts")).click()
    test.run()
    (method,) = judged.batching.methods()
    finished(test, f"quality-charts-{method.number}")
    assert not test.exception
    assert judged.charting.instruments(method.number)
    drawn = [one for one in test.main if one.type == "plotly_chart"]
    assert len(drawn) == len(test.subheader) > 0
    assert any("20" in one.value for one in test.caption), "how many points limits need"


@pytest.mark.parametrize("person", ["technician", "expert-a", "head", MANAGER])
def test_each_role_has_its_sections(laboratory: Laboratory, person: str) -> None:
    test = start(laboratory, "quality", person)
    assert not test.exception
    everybody = ["Nonconformities", "Control charts", "Deviations"]
    oversight = [*everybody, "What touches which reports", "State of the ledger"]
    expected = {"head": oversight, MANAGER: ["Detectors", *oversight]}.get(person, everybody)
    assert test.segmented_control[0].options == expected


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_every_section_speaks_the_language(laboratory: Laboratory, language: str) -> None:
    t = Translator(language)
    test = start(laboratory, "quality", MANAGER, language=language)
    labels = ("Nonconformities", "Control charts", "Deviations", "What touches which reports", "State of the ledger")
    for label in (*labels, "Detectors"):
        section(test, t(label))
        assert not test.exception, label
