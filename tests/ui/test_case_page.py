"""The file of a case on the page Exhibits: everything of it, its term, order, court and donors; two people at once."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.deadline import TermStep
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.donors import DonorIdentity
from lims.services.laboratory import Laboratory
from lims.settings import SETTINGS_FILE
from lims.translation import LANGUAGES, Translator
from tests.builders.devices import code_of_now, enrol
from tests.builders.kept_homes import KeptHomes
from tests.ui.conftest import PASSWORD, open_again, staffed
from tests.ui.test_pages import button, start

CASE = "2026-0001"
DAY = date(2026, 11, 20)
TERMS = '[receiving.terms]\ncounting = "calendar"\n[receiving.terms.days]\nsimple = 10\n'
NAME = "Қанат Серікұлы (test)"


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    """Give a laboratory with two cases, the first with two exhibits, a part and a donor."""

    def make(home: Path) -> None:
        made = staffed(kept_homes, home)
        technician = made.staffing.get("technician")
        for body in ("Court of *Almaty* <b>", "Investigator of Astana"):
            made.accessioning.register_case(CaseFacts(appointing_body=body), actor=technician)
        number = number_of(made)
        for description in ("bag <b>", "card"):
            made.accessioning.register_exhibit(number, ExhibitFacts(description=description), actor=technician)
        made.accessioning.register_part(f"{number}/1", ExhibitFacts(description="tablets"), actor=technician)
        with (home / SETTINGS_FILE).open("a", encoding="utf-8") as file:
            file.write(TERMS)
        made.donors.register(number, DonorIdentity(name=NAME), actor=technician)

    kept_homes.copy("case-page", tmp_path / "home", make)
    return open_again(tmp_path / "home")


def number_of(laboratory: Laboratory) -> str:
    return min(line.number for line in laboratory.accessioning.cases(limit=9))


def other_of(laboratory: Laboratory) -> str:
    return max(line.number for line in laboratory.accessioning.cases(limit=9))


def opened(laboratory: Laboratory, person: str, *, language: str = "en") -> AppTest:
    """Give the file of the first case as a person sees it."""
    state = {"exhibits_section": "cases", "chosen_case": number_of(laboratory)}
    return start(laboratory, "exhibits", person, language=language, **state)


def write(test: AppTest, label: str, words: str) -> None:
    next(one for one in test.text_input if one.label == label).input(words)


def choose_day(test: AppTest, label: str, day: date) -> None:
    next(one for one in test.date_input if one.label == label).set_value(day)


def put_category(test: AppTest, words: str) -> None:
    next(one for one in test.selectbox if one.label == "Category of complexity").set_value(words)


def press(test: AppTest, label: str) -> AppTest:
    button(test, label).click()
    return test.run()


def told(test: AppTest) -> list[str]:
    return [one.value.replace("\\", "") for one in test.error]


def test_a_case_is_found_by_who_asked_and_by_the_label_of_an_exhibit(laboratory: Laboratory) -> None:
    test = start(laboratory, "exhibits", "technician", exhibits_section="cases")
    assert not test.exception
    assert list(test.dataframe[0].value["Appointing body"]) == ["Investigator of Astana", "Court of *Almaty* <b>"]
    test.text_input(key="case-filter").set_value("astana").run()
    assert len(test.dataframe[0].value) == 1
    number = number_of(laboratory)
    test.text_input(key="case-filter").set_value(f"{number}/1.1").run()
    press(test, f"Open case {number}")
    assert not test.exception
    assert [one.value.replace("\\", "") for one in test.header] == [number]
    test.session_state["chosen-case"] = None
    test.run()
    test.text_input(key="case-filter").set_value("nowhere").run()
    assert "No case is like that." in [one.value for one in test.info]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_case_file_shows_everything_of_the_case_in_each_language(laboratory: Laboratory, language: str) -> None:
    t, number = Translator(language), number_of(laboratory)
    test = opened(laboratory, "head", language=language)
    assert not test.exception
    assert not test.error
    table = next(one.value for one in test.dataframe if t("Seal now") in one.value)
    assert [one.strip() for one in table[t("Exhibit")]] == [f"{number}/{end}" for end in ("1", "1.1", "2")]
    assert set(table[t("Custody")]) == {t("● no gap")}
    assert {one.label for one in test.expander} >= {t("Term"), t("Order, linked cases, court"), t("Donors")}
    words = " ".join(one.value for one in test.text)
    assert t("○ open") in words
    assert t("the term has not begun") in words
    assert NAME not in words


def test_the_way_leads_up_and_down(laboratory: Laboratory) -> None:
    number = number_of(laboratory)
    test = start(laboratory, "exhibits", "technician", chosen_exhibit=f"{number}/1.1")
    press(test, f"Part of {number}/1")
    assert [one.value.replace("\\", "") for one in test.header] == [f"{number}/1"]
    press(test, f"Case {number}")
    assert [one.value.replace("\\", "") for one in test.header] == [number]
    press(test, "All cases")
    assert not test.header
    assert not test.exception


def test_a_part_is_registered_on_the_page_and_shown_beside_its_labels(laboratory: Laboratory) -> None:
    number = number_of(laboratory)
    test = start(laboratory, "exhibits", "technician", chosen_exhibit=f"{number}/1")
    press(test, "Register the part")
    assert any("description" in one for one in told(test)), "a description is needed"
    write(test, "Description", "powder *x*")
    write(test, "Container: bag, envelope, bottle", "bag")
    write(test, "Number of the container", "7")
    press(test, "Register the part")
    assert not test.exception
    part = laboratory.accessioning.exhibit(f"{number}/1.2")
    assert (part.description, part.part_of, part.container and part.container.number) == (
        "powder *x*",
        f"{number}/1",
        "7",
    )
    assert "Parts of this exhibit: 2" in [one.label for one in test.expander]
    assert "Register the part" not in [
        one.label for one in start(laboratory, "exhibits", "head", chosen_exhibit=f"{number}/1").button
    ]


def test_kz_3_a_term_is_begun_suspended_resumed_and_extended_with_its_basis(laboratory: Laboratory) -> None:
    number, test = number_of(laboratory), opened(laboratory, "head")
    press(test, "Begin the term")
    assert told(test) == ["Enter the day."]
    choose_day(test, "All objects and materials are there since", DAY)
    press(test, "Begin the term")
    choose_day(test, "Suspended from", DAY)
    press(test, "Suspend the term")
    assert any("reason" in one for one in told(test))
    write(test, "Reason: what is waited for, and the paper that asks for it", "materials asked for, letter 5")
    press(test, "Suspend the term")
    assert any("‖ the term is suspended" in one.value for one in test.text)
    choose_day(test, "Resumed from", DAY)
    press(test, "Resume the term")
    choose_day(test, "Extended on", DAY)
    choose_day(test, "New due day", date(2026, 12, 20))
    write(test, "Reason, and the paper that allows it", "letter 6")
    write(test, "Who allowed it", "Judge A")
    press(test, "Extend the term")
    assert not test.exception
    assert told(test) == []
    events = laboratory.accessioning.case(number).term_events
    assert [one.step for one in events] == [
        *(TermStep.STARTED, TermStep.SUSPENDED, TermStep.RESUMED, TermStep.EXTENDED)
    ]
    assert any("20.12.2026" in one.value for one in test.text)
    assert "Extend the term" not in [one.label for one in opened(laboratory, "expert-a").button], "the head extends"


def test_17025_7_1_the_request_is_reviewed_categorised_and_linked(laboratory: Laboratory) -> None:
    number, test = number_of(laboratory), opened(laboratory, "head")
    press(test, "Record the review of the request")
    assert any("deviation" in one for one in told(test)), "what is not as asked needs words"
    for box in test.checkbox:
        box.check()
    press(test, "Record the review of the request")
    put_category(test, "simple")
    press(test, "Record the category")
    other = other_of(laboratory)
    write(test, "Number of the other case", other)
    write(test, "What ties them", "the same parcel")
    press(test, "Link the cases, both ways")
    assert told(test) == []
    case = laboratory.accessioning.case(number)
    assert (case.reviews[0].capable, case.category) == (True, "simple")
    assert laboratory.accessioning.case(other).links[0].case_number == number
    press(test, f"Open case {other}")
    assert [one.value.replace("\\", "") for one in test.header] == [other]


def test_a_decision_of_the_court_stops_the_work_until_the_head_says_who_wants_it(laboratory: Laboratory) -> None:
    number, test = number_of(laboratory), opened(laboratory, "technician")
    choose_day(test, "Day of the decision", DAY)
    write(test, "Court and number of the decision", "1-26")
    press(test, "Record the decision of the court")
    assert any("■ decided by the court" in one.value for one in test.text)
    assert "Record that the work is wanted" not in [one.label for one in test.button]
    head = opened(laboratory, "head")
    write(head, "Who of the appointing body wants it", "Judge A")
    next(one for one in head.text_input if one.label == "Reason").input("an appeal")
    press(head, "Record that the work is wanted")
    assert told(head) == []
    decided = laboratory.accessioning.case(number).adjudication
    assert decided is not None
    assert (decided.wanted_by, decided.stops_work) == ("Judge A", False)


def test_who_a_donor_is_stands_on_no_page_of_those_without_the_right(laboratory: Laboratory) -> None:
    for person in ("technician", "expert-b", "head"):
        test = opened(laboratory, person)
        assert NAME not in " ".join(one.value for one in (*test.text, *test.markdown, *test.caption))
    test = opened(laboratory, "technician")
    assert {"Show who it is", "Erase for good"}.isdisjoint(one.label for one in test.button)
    press(test, "Hold the kept values against the ledger")
    assert any("● Every kept value" in one.value for one in test.success)
    expert = opened(laboratory, "expert-b")
    write(expert, "What for do you have to know who it is", "curiosity")
    press(expert, "Show who it is")
    assert any("expert-b" in one for one in told(expert)), "an expert without an examination of that donor is refused"
    assert NAME not in " ".join(one.value for one in expert.text)


def test_the_head_sees_who_it_is_once_and_erases_it_under_an_order(laboratory: Laboratory) -> None:
    donor = f"{number_of(laboratory)}-D1"
    enrol(laboratory.authentication, "head")
    test = opened(laboratory, "head")
    press(test, "Show who it is")
    assert any("purpose" in one for one in told(test))
    write(test, "What for do you have to know who it is", "summons 3")
    press(test, "Show who it is")
    assert any(NAME in one.value for one in test.text)
    test.run()
    assert not any(NAME in one.value for one in test.text), "what is drawn next shows it no more"
    assert any("Last looked at by" in one.value for one in test.text)
    order(test, PASSWORD, code_of_now(laboratory.settings.home, "head"))
    press(test, "Erase for good")
    assert told(test) == []
    assert laboratory.donors.get(donor).state == "erased"
    assert any("▣ Who it is was erased" in one.value for one in test.text)


def order(test: AppTest, password: str, code: str) -> None:
    for label, words in (("Court", "Court of Almaty"), ("Number of the order", "12/26"), ("Your password", password)):
        write(test, label, words)
    write(test, "Code from your device, six digits", code)
    choose_day(test, "Date of the order", DAY)


def test_nothing_is_erased_without_the_proof_of_who_asks(laboratory: Laboratory) -> None:
    enrol(laboratory.authentication, "head")
    test = opened(laboratory, "head")
    order(test, "not the password", code_of_now(laboratory.settings.home, "head"))
    press(test, "Erase for good")
    assert any("Nothing was recorded" in one for one in told(test))
    assert laboratory.donors.get(f"{number_of(laboratory)}-D1").erasure is None


TWO_AT_ONCE = {
    "suspend": ("All objects and materials are there since", "Begin the term", "expert-a"),
    "category": ("", "Record the category", "expert-a"),
    "court": ("Day of the decision", "Record the decision of the court", "technician"),
}


@pytest.mark.parametrize("act", TWO_AT_ONCE)
def test_two_people_at_one_case_are_told_and_overwrite_nothing(laboratory: Laboratory, act: str) -> None:
    label, pressed, person = TWO_AT_ONCE[act]
    number, first = number_of(laboratory), opened(laboratory, person)
    second = opened(laboratory, "head")
    write(second, "Number of the other case", other_of(laboratory))
    write(second, "What ties them", "the same sender")
    press(second, "Link the cases, both ways")
    before = laboratory.accessioning.case(number)
    if label:
        choose_day(first, label, DAY)
    if act == "court":
        write(first, "Court and number of the decision", "1-26")
    if act == "category":
        put_category(first, "simple")
    press(first, pressed)
    said = " ".join(told(first))
    assert "already recorded by somebody else" in said
    assert any("Somebody changed this while it stood here" in one.value for one in first.warning)
    assert laboratory.accessioning.case(number) == before
    if act == "category":
        put_category(first, "simple")
    press(first, pressed)
    assert told(first) == []
    assert laboratory.accessioning.case(number).version == before.version + 1, "what was typed is still there"


def test_a_run_is_brought_for_the_chosen_exhibit_and_stands_there_at_once(
    laboratory: Laboratory, training_file: Path
) -> None:
    chosen = f"{number_of(laboratory)}/1"
    test = start(laboratory, "exhibits", "expert-a", chosen_exhibit=chosen)
    assert any(one.value == "No run of this exhibit has been imported yet." for one in test.info)
    (box,) = (one for one in test.selectbox if one.label == "Exhibit")
    assert box.value == chosen
    test.file_uploader[0].set_value((training_file.name, training_file.read_bytes(), "application/x-netcdf"))
    press(test, "Import")
    assert not test.exception
    assert any("is imported" in one.value for one in test.success)
    assert not any(one.value == "No run of this exhibit has been imported yet." for one in test.info)
    assert laboratory.importing.runs(chosen)
