"""The page "Reception", run by Streamlit's own test driver: from the order to labels and receipt, and its refusals."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.discrepancy import Decision
from lims.domain.exhibit import ExhibitKind
from lims.domain.request import Consumption, Delivery
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.translation import LANGUAGES, Translator
from tests.builders.kept_homes import KeptHomes
from tests.builders.pictures import png
from tests.ui.conftest import staffed
from tests.ui.test_pages import button, start

LINES = (
    "parcel\t\t\tS-1\tintact\t\t\tdry\tbag\tB-1\t\t1\n"
    "tablets\tx\ttablet\t\t\t10\tblue, a star\n"
    "=1+1 *card* <b>\t\tpaper or card\tS-2\tbroken\t1\n"
)
CASE = "2026-0001"


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    return staffed(kept_homes, tmp_path / "home")


def number_of(laboratory: Laboratory) -> str:
    return laboratory.accessioning.cases(limit=1)[0].number


def fill(test: AppTest, **words: str) -> None:
    for name, text in words.items():
        next(one for one in (*test.text_input, *test.text_area) if str(one.key).endswith(name)).input(text)


def press(test: AppTest, label: str) -> AppTest:
    button(test, label).click()
    return test.run()


def choose(test: AppTest, end: str, value: object) -> None:
    next(one for one in test.selectbox if str(one.key).endswith(end)).set_value(value)


def to_the_table(test: AppTest) -> AppTest:
    fill(test, **{"-body": "Court of Almaty", "-by": "Courier Ivanov", "-asked": "What is it?\n\nHow much?"})
    choose(test, "-came-en", Delivery.COURIER)
    choose(test, "-extent-en", Consumption.PARTIAL)
    fill(test, **{"-where": "order 7/26, point 3"})
    press(test, "On to the seizures")
    test.date_input[0].set_value(date(2026, 11, 1))
    fill(test, **{"-place": "Almaty, post office"})
    press(test, "Write the seizure down")
    return press(test, "On to the exhibits")


def paste(test: AppTest, lines: str) -> AppTest:
    fill(test, **{"-pasted": lines})
    return press(test, "Take the lines into the table")


def test_e_1_an_intake_is_written_down_in_three_steps_and_registered_in_one_act(laboratory: Laboratory) -> None:
    test = to_the_table(start(laboratory, "reception", "technician"))
    assert laboratory.accessioning.cases(limit=5) == (), "nothing is recorded before the last button"
    test = press(paste(test, LINES), "Register all of it")
    assert not test.exception
    assert [error.value for error in test.error] == []
    number = number_of(laboratory)
    case, exhibits = laboratory.accessioning.case(number), laboratory.accessioning.exhibits_of(number)
    assert (case.appointing_body, case.questions) == ("Court of Almaty", ("What is it?", "How much?"))
    assert case.request is not None
    assert case.request.permission is not None
    assert (case.request.delivery, case.request.permission.extent) == (Delivery.COURIER, Consumption.PARTIAL)
    assert [one.number for one in exhibits] == [f"{number}/1", f"{number}/1.1", f"{number}/2"]
    assert [one.seal_intact for one in exhibits] == [True, None, False]
    assert [one.seizure_number for one in exhibits] == [f"{number}-S1", f"{number}-S1", ""]
    assert (exhibits[1].unit_count, exhibits[1].kind) == (10, ExhibitKind.TABLET)
    assert {one.delivered_by for one in exhibits} == {"Courier Ivanov"}
    assert [message.value.replace("\\", "") for message in test.success] == [f"Case {number} is registered."]
    links = [one.proto.url for one in test.get("link_button")]
    assert f"/intakes/{number}.pdf?language=en" in links
    assert any(link.startswith("/labels/sheet.pdf?") for link in links)


def test_lines_that_cannot_be_read_are_named_together_and_nothing_is_lost(laboratory: Laboratory) -> None:
    test = to_the_table(start(laboratory, "reception", "technician"))
    test = paste(test, "card\t\tstone\t\t\tmany\n")
    said = test.error[0].value.replace("\\", "")
    assert "line 1, Kind: 'stone'" in said
    assert "line 1, Units: 'many'" in said
    test = paste(test, "card\t\tTablet\t\tintact\n\tx\t\tS-3\n")
    for _ in range(2):
        test = press(test, "Register all of it")
        said = test.error[0].value.replace("\\", "")
        assert "line 1, Number of the seal: ''" in said
        assert "line 2, Description: ''" in said
        test = press(press(test, "Back"), "On to the exhibits")
    assert laboratory.accessioning.cases(limit=5) == ()


def test_an_order_without_an_appointing_body_goes_no_further(laboratory: Laboratory) -> None:
    test = press(start(laboratory, "reception", "technician"), "On to the seizures")
    assert "Appointing body" in test.error[0].value
    assert "On to the exhibits" not in [one.label for one in test.button]


@pytest.fixture
def received(laboratory: Laboratory) -> AppTest:
    technician = laboratory.staffing.get("technician")
    case = laboratory.accessioning.register_case(CaseFacts(appointing_body="Court *b*"), actor=technician)
    facts = ExhibitFacts(description="bag <b>", seal_number="S-1")
    laboratory.accessioning.register_exhibit(case.number, facts, actor=technician)
    return start(laboratory, "reception", "technician", reception_section="received")


def test_e_2_a_discrepancy_is_recorded_with_a_witness_and_closes_the_exhibit(
    laboratory: Laboratory, received: AppTest
) -> None:
    exhibit = f"{number_of(laboratory)}/1"
    press(received, "Record the discrepancy")
    assert [error.value for error in received.error] == ["Choose what does not agree, and the witness."]
    choose(received, "discrepancy-subject-en", "count")
    witness = next(one for one in received.selectbox if one.key == "discrepancy-witness")
    assert "Test Technician (technician)" not in witness.options, "nobody witnesses for oneself"
    witness.select_index(0)
    for label, words in (
        ("As the order or the inventory says", "10 tablets"),
        ("As it was found", "9 tablets"),
        ("Who of the sender was told", "Investigator"),
        ("How: by letter, telephone, e-mail, with its number", "letter 5"),
    ):
        next(one for one in received.text_input if one.label == label).input(words)
    press(received, "Record the discrepancy")
    assert not laboratory.accessioning.exhibit(exhibit).workable
    choose(received, f"answer-{exhibit}-1-decision-en", Decision.CLEARED)
    next(one for one in received.text_input if one.label == "In the sender's words").input("nine is right")
    next(one for one in received.text_input if one.label == "Who answered").input("Investigator")
    press(received, "Record the answer")
    assert laboratory.accessioning.exhibit(exhibit).workable


def test_a_photograph_is_kept_from_a_file_and_the_camera_is_asked_for_only_when_chosen(
    laboratory: Laboratory, received: AppTest
) -> None:
    assert received.get("camera_input") == []
    press(received, "Keep the photograph")
    assert [error.value for error in received.error] == ["There is no picture yet. Take one, or choose a file."]
    received.file_uploader[0].upload("seal.png", png(), "image/png")
    next(one for one in received.text_input if one.label == "What it shows").input("the seal")
    press(received, "Keep the photograph")
    kept = laboratory.photographing.of_exhibit(f"{number_of(laboratory)}/1")
    assert [(one.shows, one.size) for one in kept] == [("the seal", len(png()))]


def test_more_exhibits_come_as_parts_with_a_donor(laboratory: Laboratory, received: AppTest) -> None:
    number = number_of(laboratory)
    next(one for one in received.text_input if one.label == "Name").input("Somebody")
    press(received, "Register the donor")
    donor = laboratory.donors.of_case(number)[0].number
    choose(received, "-1-whole", f"{number}/1")
    lines = f"Description\tKind\tTaken from the person at\tDonor\ntube\tblood\t01.11.2026 03:40\t{donor}"
    press(paste(received, lines), "Register the exhibits")
    assert [error.value for error in received.error] == []
    made = laboratory.accessioning.exhibits_of(number)[-1]
    assert (made.number, made.donor_number) == (f"{number}/1.1", donor)
    assert made.collected_at is not None
    assert made.collected_at.isoformat() == "2026-10-31T22:40:00+00:00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_step_speaks_every_language(laboratory: Laboratory, language: str) -> None:
    t = Translator(language)
    test = start(laboratory, "reception", "expert-a", language=language)
    fill(test, **{"-body": "X"})
    for label in ("On to the seizures", "On to the exhibits", "Register all of it"):
        test = press(test, t(label))
        assert not test.exception
        assert [error.value for error in test.error] == []
    assert [title.value for title in test.title] == [t("Reception")]
    assert laboratory.accessioning.exhibits_of(number_of(laboratory)) == ()
