"""The custody page by Streamlit's own test driver: scans, one act for the whole list, two people at two browsers."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.exhibit_code import label_payload
from lims.domain.permissions import Act
from lims.domain.place import PlaceKind
from lims.domain.transfer import TransferStatus
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.translation import Translator
from tests.builders.custody_cells import photograph
from tests.builders.devices import Device, enrol
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
    test = start(laboratory, "custody", "expert-a")
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
    for act in ("Put in a place", "Take out of a place", "Open seals", "Return", "Destroy", "Count a place", "Labels"):
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
    (control,) = test.segmented_control
    assert control.options == (offered or control.options)
    assert ("Hand over" in control.options) is (offered is None)
