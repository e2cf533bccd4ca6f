"""The custody page by Streamlit's own test driver: scans, one act for the whole list, two people at two browsers."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.custody import SealCondition
from lims.domain.exhibit_code import label_payload
from lims.domain.permissions import Act
from lims.domain.place import PlaceKind
from lims.domain.transfer import TransferStatus
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.services.sealing import SealOpening
from lims.translation import LANGUAGES, TIME_ZONE, Translator
from tests.builders.custody_cells import old_aliquot, photograph
from tests.builders.devices import Device, enrol
from tests.builders.pictures import png
from tests.ui.conftest import PASSWORD, make_laboratory
from tests.ui.test_pages import button, start

CODE = "Code from your device, six digits"
SCAN = "Or type a number"


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    """Give a laboratory whose technician received three exhibits, with a shelf and a vault."""
    made = make_laboratory(tmp_path / "home")
    technician, head = made.staffing.get("technician"), made.staffing.get("head")
    case = made.accessioning.register_case(CaseFacts(appointing_body="Test body"), actor=technician)
    for number in (1, 2, 3):
        facts = ExhibitFacts(description=f"bag *{number}* <b>", seal_number=f"S-{number}")
        made.accessioning.register_exhibit(case.number, facts, actor=technician)
    made.storing.add("shelf 1", kind=PlaceKind.SHELF, actor=head)
    made.storing.add("vault", kind=PlaceKind.ROOM, vault=True, actor=head)
    return made


def numbers(laboratory: Laboratory) -> list[str]:
    return sorted(line.number for line in laboratory.accessioning.exhibits(limit=10))


def scan(test: AppTest, text: str) -> AppTest:
    next(field for field in test.text_input if field.label == SCAN).input(text)
    button(test, "Add").click()
    return test.run()


def scanned(laboratory: Laboratory, person: str, *, language: str = "en") -> AppTest:
    """Give the page of a person who scanned everything."""
    test = start(laboratory, "custody", person, language=language)
    for number in numbers(laboratory):
        scan(test, label_payload(number))
    return test


def section(laboratory: Laboratory, name: str, person: str, *, language: str = "en", **state: str) -> AppTest:
    return start(laboratory, "custody", person, language=language, custody_section=name, **state)


def choose(test: AppTest, act: str) -> AppTest:
    (control,) = [one for one in test.segmented_control if act in one.options]
    control.set_value(act)
    return test.run()


def field(test: AppTest, key: str):
    return next(one for one in test.text_input if str(one.key).startswith(key))


def entries(laboratory: Laboratory) -> int:
    with laboratory.staffing.store.reading() as work:
        return work.head().entries


def where(laboratory: Laboratory) -> set[str]:
    return {laboratory.custody.custody(number).holder.words for number in numbers(laboratory)}


def prove(test: AppTest, key: str, device: Device | None, laboratory: Laboratory, *, password: str = PASSWORD) -> None:
    field(test, f"{key}-password").input(password)
    if device is not None:
        field(test, f"{key}-code").input(device.code(laboratory.clock.now()))


def test_scans_fill_the_list_and_no_code_stops_the_loop(laboratory: Laboratory) -> None:
    test = start(laboratory, "custody", "technician")
    assert not test.exception
    before = entries(laboratory)
    one, two, three = numbers(laboratory)
    for text in (label_payload(one), "4006381333931", label_payload(one), label_payload(two)[:-1] + "X", two):
        scan(test, text)
    scan(test, label_payload("2031-0009/1"))
    assert not test.exception
    (table,) = [found.value for found in test.dataframe if "Where it is" in found.value]
    assert list(table["Exhibit"]) == [two, one]
    assert list(table["Where it is"]) == ["in the hands of Test Technician"] * 2
    assert list(table["Seal"]) == ["S-2", "S-1"]
    assert "nothing on record here" in test.error[-1].value
    told = test.warning[-1].value.replace("\\", "")
    assert "4006381333931 is no label" in told
    assert f"{one} is on the list already" in told
    assert "read wrong" in told
    scan(test, label_payload(three))
    assert "is on the list" in test.success[-1].value
    assert any("3 exhibits" in found.value for found in test.subheader)
    assert entries(laboratory) == before


def test_a_reload_keeps_the_list_and_a_forged_address_brings_nothing(laboratory: Laboratory) -> None:
    one, two, _ = numbers(laboratory)
    test = scanned(laboratory, "technician")
    assert test.query_params["exhibit"] == numbers(laboratory)
    again = start(laboratory, "custody", "technician")
    assert again.session_state["scan-list"] == ()
    reloaded = start_at(laboratory, [two, "<b>", "x", one, two])
    assert [exhibit.number for exhibit in reloaded.session_state["scan-list"]] == [two, one]
    assert not reloaded.exception


def start_at(laboratory: Laboratory, listed: list[str]) -> AppTest:
    """Open the page at an address that names exhibits."""
    from tests.ui.test_pages import page

    args = (str(laboratory.settings.home), "custody", "technician", "en")
    test = AppTest.from_function(page, args=args, default_timeout=60)
    test.query_params["exhibit"] = listed
    return test.run()


def test_an_exhibit_is_taken_off_and_a_new_list_is_begun(laboratory: Laboratory) -> None:
    test = scanned(laboratory, "technician")
    button(test, "Take off the list").click()
    test.run()
    assert len(test.session_state["scan-list"]) == 2
    button(test, "Begin a new list").click()
    test.run()
    assert test.session_state["scan-list"] == ()
    assert "exhibit" not in test.query_params or test.query_params["exhibit"] == []


def test_cc_1_a_list_changes_hands_when_two_people_confirm_at_two_browsers(laboratory: Laboratory) -> None:
    device = enrol(laboratory.authentication, "expert-a")
    giver = scanned(laboratory, "technician")
    box = next(one for one in giver.selectbox if str(one.key).startswith("hand-over-to"))
    box.select(next(one for one in box.options if "expert-a" in one))
    field(giver, "hand-over-purpose").input("examination")
    button(giver, "Hand over").click()
    giver.run()
    assert any("You confirm that these exhibits go out" in one.value for one in giver.text)
    assert where(laboratory) == {"in the hands of technician"}
    prove(giver, "transfer-own", None, laboratory)
    before = entries(laboratory)
    button(giver, "Record").click()
    giver.run()
    assert not giver.exception, giver.exception
    assert entries(laboratory) == before + 4, "the transfer, and one event for each exhibit"
    assert giver.session_state["scan-list"] == ()
    assert any("offered" in one.value for one in giver.success)
    taker = start(laboratory, "custody", "expert-a")
    assert any("offers you 3 exhibits" in one.value for one in taker.text)
    button(taker, "Take").click()
    taker.run()
    prove(taker, "transfer-own", device, laboratory)
    button(taker, "Record").click()
    taker.run()
    assert not taker.exception
    assert where(laboratory) == {"in the hands of expert-a"}
    assert laboratory.custody.transfer("T2026-00001").status is TransferStatus.TAKEN


def test_cc_1_a_wrong_password_records_nothing_and_the_list_stays(laboratory: Laboratory) -> None:
    giver = scanned(laboratory, "technician")
    field(giver, "hand-over-purpose").input("examination")
    button(giver, "Hand over").click()
    giver.run()
    before = entries(laboratory)
    prove(giver, "transfer-own", None, laboratory, password="not the password")  # noqa: S106 - a wrong one
    button(giver, "Record").click()
    giver.run()
    assert any("Nothing was recorded" in one.value for one in giver.error)
    assert len(giver.session_state["scan-list"]) == 3
    assert entries(laboratory) == before


def test_an_offer_is_refused_or_withdrawn_with_a_reason(laboratory: Laboratory) -> None:
    for person, label in (("expert-a", "Refuse"), ("technician", "Withdraw the offer")):
        giver = scanned(laboratory, "technician")
        box = next(one for one in giver.selectbox if str(one.key).startswith("hand-over-to"))
        box.select(next(one for one in box.options if "expert-a" in one))
        field(giver, "hand-over-purpose").input("examination")
        button(giver, "Hand over").click()
        giver.run()
        prove(giver, "transfer-own", None, laboratory)
        button(giver, "Record").click()
        giver.run()
        answering = start(laboratory, "custody", person)
        button(answering, label).click()
        answering.run()
        assert any("reason" in one.value for one in answering.error)
        next(one for one in answering.text_input if one.label == "Reason").input("one bag is missing")
        button(answering, label).click()
        answering.run()
        assert not answering.exception
        assert laboratory.scanning.offers("technician") == ()
        assert where(laboratory) == {"in the hands of technician"}


def test_cc_2_a_list_goes_into_a_place_and_out_of_a_vault_with_a_witness(laboratory: Laboratory) -> None:
    device = enrol(laboratory.authentication, "expert-a")
    test = scanned(laboratory, "technician")
    scan(test, label_payload("PL-0002"))
    choose(test, "Put in a place")
    field(test, "store-purpose").input("keeping")
    button(test, "Put in").click()
    test.run()
    assert any("needs a second person" in one.value for one in test.error)
    box = next(one for one in test.selectbox if str(one.key).startswith("store-witness"))
    box.select(next(one for one in box.options if "expert-a" in one))
    button(test, "Put in").click()
    test.run()
    prove(test, "transfer-witness", device, laboratory)
    button(test, "Record").click()
    test.run()
    assert not test.exception, test.exception
    assert where(laboratory) == {"in place PL-0002"}


def test_cc_7_seals_of_the_whole_list_are_opened_with_photographs(laboratory: Laboratory) -> None:
    technician, now = laboratory.staffing.get("technician"), laboratory.clock.now()
    with laboratory.staffing.store.unit_of_work() as work:
        for number in numbers(laboratory):
            record = photograph(f"{number}-F1", number, at=now)
            work.record(record, act=Act.PHOTOGRAPH_ADDED, actor=technician, at=now)
        work.commit()
    test = choose(scanned(laboratory, "technician"), "Open seals")
    for number, seal in zip(numbers(laboratory), ("S-1", "S-2", "S-3"), strict=True):
        field(test, f"opened-{number}").input(seal)
    button(test, "Record all as opened").click()
    test.run()
    assert not test.exception
    assert {laboratory.custody.custody(number).seal for number in numbers(laboratory)} == {""}
    test = choose(scanned(laboratory, "technician"), "Close with seals")
    for number in numbers(laboratory):
        field(test, f"closed-{number}").input("N-1")
    before = entries(laboratory)
    button(test, "Record all as closed").click()
    test.run()
    assert any("N\\-1" in one.value for one in test.error)
    assert entries(laboratory) == before, "all of them, or none"


def test_cc_8_the_first_count_tells_nothing_and_the_second_person_compares(laboratory: Laboratory) -> None:
    first = choose(scanned(laboratory, "technician"), "Count a place")
    button(first, "Record the first count").click()
    first.run()
    assert [one.value.replace("\\", "") for one in first.success] == ["The first count is recorded."]
    second = choose(start(laboratory, "custody", "expert-a"), "Count a place")
    button(second, "Record the second count").click()
    second.run()
    told = second.success[0].value.replace("\\", "")
    assert "Counted by Test Technician: missing nothing; unexpected 2026-0001/1, 2026-0001/2, 2026-0001/3." in told


def test_the_timeline_tells_who_had_it_and_shows_a_gap_with_a_shape(laboratory: Laboratory) -> None:
    one = numbers(laboratory)[0]
    test = section(laboratory, "timeline", "expert-a")
    field(test, "timeline-number").input(label_payload(one))
    button(test, "Show").click()
    test.run()
    assert not test.exception
    assert any(found.value.startswith("■") and "Test Technician" in found.value for found in test.text)
    assert any("No gap" in found.value for found in test.success)
    field(test, "timeline-number").input("nonsense")
    button(test, "Show").click()
    test.run()
    assert any("no label" in found.value for found in test.error)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_the_page_speaks_the_language_with_a_list_and_an_offer(laboratory: Laboratory, language: str) -> None:
    t = Translator(language)
    test = scanned_in(laboratory, language)
    inside = ("Put into an exhibit", "Take out of an exhibit")
    for act in (
        "Put in a place",
        "Take out of a place",
        *inside,
        "Open seals",
        "Return",
        "Destroy",
        "Count a place",
        "Labels",
    ):
        choose(test, t(act))
        assert not test.exception, act
    assert not test.error


def scanned_in(laboratory: Laboratory, language: str) -> AppTest:
    t = Translator(language)
    test = start(laboratory, "custody", "technician", language=language)
    for number in numbers(laboratory):
        next(one for one in test.text_input if one.label == t(SCAN)).input(label_payload(number))
        button(test, t("Add")).click()
        test.run()
    return test


@pytest.mark.parametrize(("person", "offered"), [("head", ["Count a place", "Labels"]), ("expert-b", None)])
def test_only_the_acts_of_the_own_roles_are_offered(
    laboratory: Laboratory, person: str, offered: list[str] | None
) -> None:
    test = start(laboratory, "custody", person)
    control = next(one for one in test.segmented_control if "Labels" in one.options)
    assert control.options == (offered or control.options)
    assert ("Hand over" in control.options) is (offered is None)


def test_cc_3_the_list_goes_into_an_exhibit_and_out_of_it(laboratory: Laboratory) -> None:
    one, two, three = numbers(laboratory)
    laboratory.sealing.open_seals([opening(laboratory, three)], actor=laboratory.staffing.get("technician"))
    test = choose(scanned(laboratory, "technician"), "Put into an exhibit")
    field(test, "put-in-container").input(label_payload(three))
    field(test, "put-in-purpose").input("kept together")
    button(test, "Put into the exhibit").click()
    test.run()
    assert not test.exception
    assert [told.value for told in test.error] == []
    assert {laboratory.custody.custody(number).holder.name for number in (one, two)} == {three}
    test = choose(scanned(laboratory, "technician"), "Take out of an exhibit")
    field(test, "take-from-purpose").input("weighing")
    button(test, "Take out of the exhibit").click()
    test.run()
    assert any("lies" in told.value or "NotCustodian" in told.value or told.value for told in test.error), (
        "one lies in none"
    )
    next(each for each in test.selectbox if each.key == "scan-off").set_value(three).run()
    button(test, "Take off the list").click()
    test.run()
    button(test, "Take out of the exhibit").click()
    test.run()
    assert [told.value for told in test.error] == []
    assert where(laboratory) == {"in the hands of technician"}


def opening(laboratory: Laboratory, number: str) -> SealOpening:
    """Give the opening of an exhibit whose seal was photographed."""
    technician, now = laboratory.staffing.get("technician"), laboratory.clock.now()
    with laboratory.staffing.store.unit_of_work() as work:
        record = photograph(f"{number}-F1", number, at=now)
        work.record(record, act=Act.PHOTOGRAPH_ADDED, actor=technician, at=now)
        work.commit()
    seal = laboratory.custody.custody(number).seal
    return SealOpening(exhibit_number=number, seal=seal, condition=SealCondition.INTACT, photograph=f"{number}-F1")


def test_cc_7_seals_that_were_opened_meanwhile_are_not_opened_twice_and_the_person_is_told(
    laboratory: Laboratory,
) -> None:
    technician, one = laboratory.staffing.get("technician"), numbers(laboratory)[0]
    found = opening(laboratory, one)
    test = start(laboratory, "custody", "technician")
    scan(test, label_payload(one))
    choose(test, "Open seals")
    laboratory.sealing.open_seals([found], actor=technician)
    before = entries(laboratory)
    field(test, f"opened-{one}").input("S-1")
    button(test, "Record all as opened").click()
    test.run()
    assert any("already recorded by somebody else" in told.value for told in test.error)
    assert entries(laboratory) == before


def test_a_seal_is_photographed_at_the_desk(laboratory: Laboratory) -> None:
    one = numbers(laboratory)[0]
    test = start(laboratory, "custody", "technician")
    scan(test, label_payload(one))
    choose(test, "Open seals")
    test.file_uploader[0].set_value(("seal.png", png(), "image/png"))
    next(each for each in test.text_input if str(each.key).startswith("shows-")).input("seal before opening")
    button(test, "Keep the photograph").click()
    test.run()
    assert not test.exception
    (kept,) = laboratory.photographing.of_exhibit(one)
    assert kept.shows == "seal before opening"
    box = next(each for each in test.selectbox if str(each.key).startswith("photograph-True"))
    assert box.value == kept.number


def test_cc_5_what_is_recorded_later_than_it_happened_is_marked(laboratory: Laboratory) -> None:
    one = numbers(laboratory)[0]
    test = start(laboratory, "custody", "technician")
    scan(test, label_payload(one))
    choose(test, "Put in a place")
    field(test, "store-purpose").input("keeping; the computer was off")
    moment = laboratory.clock.now().astimezone(TIME_ZONE).replace(tzinfo=None, second=0, microsecond=0)
    (at,) = [each for each in test.datetime_input if str(each.key).startswith("store-at")]
    at.set_value(moment + timedelta(days=1))
    button(test, "Put in").click()
    test.run()
    assert any("which is not yet" in told.value for told in test.error)
    at = next(each for each in test.datetime_input if str(each.key).startswith("store-at"))
    at.set_value(moment - timedelta(days=400))
    button(test, "Put in").click()
    test.run()
    button(test, "Record").click()
    test.run()
    assert any("before received" in told.value.replace("\\", "") for told in test.error), (
        "never before the event before"
    )


def test_cc_4_a_correction_is_approved_by_a_second_person_and_stands_beside_the_event(laboratory: Laboratory) -> None:
    one, device = numbers(laboratory)[0], enrol(laboratory.authentication, "head")
    test = section(laboratory, "timeline", "technician", timeline_exhibit=one)
    field(test, f"correct-{one}-0-reason").input("the courier is named wrong")
    field(test, f"correct-{one}-0-purpose").input("receipt from the court's courier")
    button(test, "Show the correction").click()
    test.run()
    assert [told.value for told in test.error] == ["Choose who approves it."]
    box = next(each for each in test.selectbox if each.label == "Who approves it")
    assert not any("technician" in each for each in box.options), "nobody approves the own correction"
    box.select_index(0)
    button(test, "Show the correction").click()
    test.run()
    assert any("event No. 1 is corrected" in told.value for told in test.text)
    before = entries(laboratory)
    prove(test, "correction-approver", device, laboratory)
    button(test, "Record the correction").click()
    test.run()
    assert not test.exception
    assert [told.value for told in test.error] == []
    assert entries(laboratory) == before + 1
    (table,) = [found.value for found in test.dataframe if "Corrected" in found.value]
    assert list(table["Purpose"]) == ["receipt", "correction"]
    assert "right is: receipt from the court's courier" in table["Corrected"][0]
    assert "corrects No. 1: the courier is named wrong" in table["Corrected"][1]


def test_a_gap_is_drawn_in_red_hatching_and_said_in_words_of_the_language(laboratory: Laboratory) -> None:
    aliquot = aliquot_without_custody(laboratory)
    test = section(laboratory, "timeline", "technician", language="ru", timeline_exhibit=aliquot)
    assert not test.exception
    assert any("▨ Пробел" in told.value for told in test.error)
    (figure,) = test.get("plotly_chart")
    bar = json.loads(figure.proto.spec)["data"][0]
    assert (bar["marker"]["pattern"]["shape"], bar["y"]) == ("/", ["Пробел"])
    test = section(laboratory, "timeline", "technician", timeline_exhibit=aliquot)
    button(test, "Record that I have it").click()
    test.run()
    assert any("empty" in told.value for told in test.error), "a reason is needed"
    field(test, "begin-late-reason").input("taken before aliquots had a custody")
    button(test, "Record that I have it").click()
    test.run()
    assert laboratory.custody.custody(aliquot).holder.name == "technician"
    assert any("no custody on record" in told.value.replace("\\", "") for told in test.error), (
        "the time before stays a gap"
    )


def aliquot_without_custody(laboratory: Laboratory) -> str:
    """Write an aliquot as it was before aliquots had a custody."""
    technician, one = laboratory.staffing.get("technician"), numbers(laboratory)[0]
    now, number = laboratory.clock.now(), f"{one}-A900"
    aliquot, balance = old_aliquot(number, one, at=now - timedelta(days=1))
    with laboratory.staffing.store.unit_of_work() as work:
        work.record(aliquot, act=Act.ALIQUOT_TAKEN, actor=technician, at=now)
        work.record(balance, act=Act.MASS_OPENED, actor=technician, at=now)
        work.commit()
    return number


def test_places_stand_in_a_tree_with_how_full_they_are_and_are_added_and_closed(laboratory: Laboratory) -> None:
    test = section(laboratory, "places", "head")
    field(test, "place-add-0-name").input("box *1*")
    next(each for each in test.selectbox if each.label == "In which place").select_index(1)
    next(each for each in test.number_input if each.label.startswith("So many")).set_value(4)
    next(each for each in test.selectbox if str(each.key).startswith("place-add-0-kind")).set_value(PlaceKind.BOX)
    button(test, "Add the place").click()
    test.run()
    assert not test.exception
    assert [told.value for told in test.error] == []
    tree = test.dataframe[0].value
    assert [each.strip() for each in tree["Place"]] == ["shelf 1", "vault", "box *1*"]
    assert list(tree["How full"]) == ["0, no limit set", "0, no limit set", "□□□□□□□□□□ 0 of 4"]
    assert list(tree["What it is"]) == ["shelf", "room, a vault", "box"]
    test.session_state["chosen-place"] = "PL-0003"
    test.run()
    assert any("Nothing lies" in told.value for told in test.info)
    button(test, "Close place PL-0003").click()
    test.run()
    assert laboratory.storing.place("PL-0003").state == "closed"
    technician = section(laboratory, "places", "technician", chosen_place="PL-0001")
    assert {"Add the place", "Close place PL-0001"}.isdisjoint(each.label for each in technician.button)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["timeline", "places"])
def test_the_other_sections_speak_the_language(laboratory: Laboratory, language: str, name: str) -> None:
    state = {"timeline_exhibit": numbers(laboratory)[0], "chosen_place": "PL-0001"}
    test = section(laboratory, name, "technician", language=language, **state)
    assert not test.exception
    assert not test.error
