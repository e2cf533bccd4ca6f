"""The page of the registers by Streamlit's own test driver: lots from quarantine to waste, and differences of mass."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.exhibit_code import label_payload
from lims.domain.reagent import LotStatus
from lims.domain.reference_standard import AmountKind
from lims.services.laboratory import Laboratory
from lims.services.stocking import ReagentFacts, StandardFacts
from lims.translation import Translator
from lims.ui import register_differences, register_reagents, register_standards
from lims.ui.plain import plain
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import QUALITY
from tests.ui.conftest import make_laboratory, open_again
from tests.ui.test_pages import button, start

MANAGER = QUALITY.number


def make(home: Path) -> None:
    """Register a reagent and a standard that may be used, and a reagent in quarantine."""
    made = make_laboratory(home)
    expert, today = made.staffing.get("expert-a"), made.staffing.today()
    ethanol = ReagentFacts(
        number="R-1",
        name="ethanol *star* <b>",
        producer="P",
        lot="L7",
        received_on=today,
        expires_on=today + timedelta(days=5),
    )
    made.stocking.add_reagent(ethanol, actor=expert)
    made.stocking.release_reagent("R-1", reason="certificate fits", actor=expert)
    made.stocking.add_reagent(replace(ethanol, number="R-2", lot="L8"), actor=expert)
    standard = StandardFacts(
        number="S-1",
        substance="heroin",
        producer="P",
        lot="H9",
        certificate="C 12",
        received_on=today,
        received_mg=Decimal(250),
        reweigh_tolerance_mg=Decimal("0.5"),
        purity=Decimal("0.985"),
    )
    made.stocking.add_standard(standard, actor=expert)
    made.stocking.release_standard("S-1", reason="certificate fits", actor=expert)


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    kept_homes.copy("registers", tmp_path / "home", make)
    return open_again(tmp_path / "home")


def entries(laboratory: Laboratory) -> int:
    with laboratory.staffing.store.reading() as work:
        return work.head().entries


def at(laboratory: Laboratory, section: str, person: str, *, language: str = "en", **chosen: str) -> AppTest:
    return start(laboratory, "registers", person, language=language, registers_section=section, **chosen)


def keyed(test: AppTest, key: str):
    every = (
        *test.text_input,
        *test.text_area,
        *test.date_input,
        *test.selectbox,
        *test.button_group,
        *test.multiselect,
    )
    return next(one for one in (*every, *test.number_input) if str(one.key).startswith(key))


def fill(test: AppTest, **texts: str) -> AppTest:
    for key, text in texts.items():
        keyed(test, key.replace("__", "=").replace("_", "-").replace("=", "_")).input(text)
    return test


def press(test: AppTest, label: str) -> AppTest:
    next(one for one in test.button if one.label.replace("\\", "").startswith(label)).click()
    test.run()
    assert not test.exception
    return test


def told(test: AppTest) -> str:
    elements = (*test.text, *test.caption, *test.info, *test.success, *test.warning, *test.error, *test.subheader)
    return " ".join(str(one.value).replace("\\", "") for one in elements)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("person", ["technician", MANAGER])
def test_every_section_starts_in_every_language(laboratory: Laboratory, language: str, person: str) -> None:
    t = Translator(language)
    for section in ("reagents", "standards", "instruments", "differences", "doubts"):
        test = at(laboratory, section, person, language=language, reagents_chosen="R-1", standards_chosen="S-1")
        assert not test.exception, section
        assert [one.value for one in test.title] == [t("Registers")]
    assert not test.error


def test_17025_6_6_expiry_is_told_by_word_and_shape(laboratory: Laboratory) -> None:
    test = at(laboratory, "reagents", "technician")
    (table,) = test.dataframe
    today = laboratory.staffing.today()
    day = Translator("en").date(today + timedelta(days=5))
    assert list(table.value["Number"]) == ["R-2", "R-1"]
    assert list(table.value["Today"]) == ["◌ in quarantine", "● may be used"]
    assert set(table.value["May be used"]) == {f"until {day}, days left: 5"}
    assert keyed(test, "reagents-filter").set_value("L7").run() is test
    assert list(test.dataframe[0].value["Number"]) == ["R-1"]
    keyed(test, "reagents-filter").set_value("no such lot").run()
    assert "No lot is like that." in told(test)


@pytest.mark.parametrize(
    ("text", "number"), [("R-2", "R-2"), (label_payload("S-1"), "S-1"), ("h9", "S-1"), ("L8", "R-2")]
)
def test_a_scan_opens_a_lot_in_its_register(laboratory: Laboratory, text: str, number: str) -> None:
    test = at(laboratory, "differences", "technician")
    keyed(test, "registers-typed").input(text)
    press(test, "Open")
    assert f"{number} is open." in told(test)
    assert [one.value.replace("\\", "").split()[0] for one in test.subheader] == [number]


def test_a_foreign_code_takes_nothing_away(laboratory: Laboratory) -> None:
    test = at(laboratory, "reagents", "technician", reagents_chosen="R-1")
    keyed(test, "registers-typed").input("4006381333931 *b*")
    press(test, "Open")
    assert "No lot, or more than one, has 4006381333931 *b*" in told(test)
    assert test.subheader[0].value.startswith(plain("R-1"))


def test_17025_6_6_a_reagent_goes_from_quarantine_to_waste_on_the_page(laboratory: Laboratory) -> None:
    technician = at(laboratory, "reagents", "technician")
    fill(technician, reagent_number="R-9", reagent_name="marquis", reagent_producer="P", reagent_lot="M1")
    press(technician, "Register the lot")
    assert "R-9 is registered and in quarantine." in told(technician)
    assert keyed(technician, "reagent-number").value == ""
    assert not [one for one in technician.button if one.label.startswith("Release")], "an expert releases it"
    expert = at(laboratory, "reagents", "expert-a", reagents_chosen="R-9")
    press(expert, "Release it for use")
    assert "reason" in told(expert)
    fill(expert, release_reason="certificate fits")
    press(expert, "Release it for use")
    press(expert, "Record that R-9 was opened today")
    lot = laboratory.stocking.reagent("R-9")
    assert (lot.opened_on, lot.opened_by) == (laboratory.staffing.today(), "expert-a")
    assert not [one for one in expert.button if one.label.startswith("Record that")], "it is opened once"
    late = at(laboratory, "reagents", "technician", reagents_chosen="R-9")
    fill(late, block_reason="old")
    fill(expert, block_reason="turbid <b>")
    press(expert, "Take it out of use")
    assert "◌ in quarantine" in told(expert)
    press(late, "Take it out of use")
    assert "already recorded by somebody else" in told(late), "the screen is older than the lot"
    assert [one.reason for one in laboratory.stocking.reagent("R-9").changes] == ["certificate fits", "turbid <b>"]
    keyed(expert, "block-status").set_value(LotStatus.DISCARDED)
    fill(expert, block_reason="no good")
    press(expert, "Take it out of use")
    assert laboratory.stocking.reagent("R-9").status is LotStatus.DISCARDED
    assert not [one for one in expert.button if one.label.startswith(("Release", "Take"))]


def test_17025_6_5_l_12_a_standard_is_taken_reweighed_looked_into_and_set_right(laboratory: Laboratory) -> None:
    taker = at(laboratory, "standards", "expert-a", standards_chosen="S-1")
    fill(taker, take_amount="10,5", take_purpose="calibrators")
    press(taker, "Record what was taken")
    assert laboratory.stocking.standard("S-1").balance_mg == Decimal("239.5")
    fill(taker, reweigh_found="239.5", reweigh_u="0.1", reweigh_purpose="audit")
    press(taker, "Record the reweigh")
    assert "another person reweighs it" in told(taker)
    other = at(laboratory, "standards", "expert-b", standards_chosen="S-1")
    fill(other, reweigh_found="239.2", reweigh_u="0.1", reweigh_purpose="audit")
    press(other, "Record the reweigh")
    assert "what is there fits the book" in told(other)
    fill(other, reweigh_found="201", reweigh_u="0.1", reweigh_purpose="audit")
    press(other, "Record the reweigh")
    assert "▲ S-1: −38.5 mg differ from the book" in told(other)
    manager = at(laboratory, "standards", MANAGER, standards_chosen="S-1")
    assert "Only a difference of this lot" in told(manager)
    closing = at(laboratory, "differences", MANAGER)
    assert "Found less expected: -38.5 mg; without a cause at most 0.6" in told(closing)
    press(closing, "Close the difference")
    assert "finding: empty" in told(closing)
    fill(closing, close_finding="a use was not written down", close_action="told the bench")
    press(closing, "Close the difference")
    assert "S-1-D1 is closed." in told(closing)
    manager.run()
    fill(manager, correct_balance="201")
    press(manager, "Set the balance")
    lot = laboratory.stocking.standard("S-1")
    assert (lot.balance_mg, lot.lines[-1].kind) == (Decimal(201), AmountKind.CORRECTION)
    assert "a use was not written down" in lot.lines[-1].purpose


def test_a_standard_is_registered_with_what_its_certificate_states_and_nothing_else(laboratory: Laboratory) -> None:
    test = at(laboratory, "standards", "expert-a")
    fill(test, standard_number="S-7", standard_substance="etizolam", standard_producer="P", standard_lot="E1")
    press(test, "Register the lot")
    assert "is no number" in told(test)
    fill(test, standard_certificate="C 1", standard_received__mg="10", standard_reweigh__tolerance__mg="0")
    press(test, "Register the lot")
    lot = laboratory.stocking.standard("S-7")
    assert (lot.purity, lot.expires_on, lot.inchikey, lot.received_mg) == (None, None, "", Decimal(10))
    assert "Purity, mass fraction: not stated" in told(test)
    assert "no last day is known" in told(test)
    fill(test, release_reason="fits")
    press(test, "Release it for use")
    assert laboratory.stocking.standard("S-7").status is LotStatus.RELEASED


def test_wu_7_who_weighed_does_not_close_the_difference(laboratory: Laboratory) -> None:
    manager = laboratory.staffing.get(MANAGER)
    raised = laboratory.stocking.reweigh_standard(
        "S-1", Decimal(1), u_mg=Decimal(0), purpose="audit", actor=manager
    ).discrepancy
    assert raised is not None
    test = at(laboratory, "differences", MANAGER)
    assert "You weighed this; another person closes it." in told(test)
    assert not [one for one in test.button if one.label == "Close the difference"]
    bench = at(laboratory, "differences", "technician")
    assert not [one for one in bench.button if one.label == "Close the difference"]


def test_where_a_lot_was_used_is_asked_on_a_press(laboratory: Laboratory) -> None:
    test = at(laboratory, "reagents", "technician", reagents_chosen="R-1")
    assert "Nothing on record rests on it." not in told(test)
    press(test, "Look for exhibits and reports")
    assert "Nothing on record rests on it." in told(test)


FORGED = (
    ("reagents", "head", {"reagent_number": "R-9", "reagent_name": "n"}, "Register the lot"),
    ("reagents", "technician", {"release_reason": "forged"}, "Release it for use"),
    ("reagents", "head", {"block_reason": "forged"}, "Take it out of use"),
    ("standards", "technician", {"reweigh_found": "1", "reweigh_u": "0"}, "Record the reweigh"),
    ("standards", "head", {"take_amount": "1", "take_purpose": "forged"}, "Record what was taken"),
    ("standards", "expert-b", {"correct_balance": "1"}, "Set the balance"),
    ("standards", "technician", {"block_reason": "forged"}, "Take it out of use"),
    ("differences", "head", {"close_finding": "f", "close_action": "a"}, "Close the difference"),
)
"""Forms that a person without the right got drawn all the same, filled in and sent."""


@pytest.mark.parametrize(("section", "person", "typed", "label"), FORGED)
def test_a_forged_form_is_refused_by_the_service(
    laboratory: Laboratory,
    monkeypatch: pytest.MonkeyPatch,
    section: str,
    person: str,
    typed: dict[str, str],
    label: str,
) -> None:
    for module in (register_reagents, register_standards, register_differences):
        monkeypatch.setattr(module, "may_do", lambda *_: True)
    manager, head = laboratory.staffing.get(MANAGER), laboratory.staffing.get("expert-a")
    for _ in range(2):
        raised = laboratory.stocking.reweigh_standard("S-1", Decimal(1), u_mg=Decimal(0), purpose="p", actor=head)
        assert raised.discrepancy is not None
    laboratory.weighing.close_discrepancy(raised.discrepancy.number, finding="f", action="a", actor=manager)
    before = entries(laboratory)
    test = at(laboratory, section, person, reagents_chosen="R-2", standards_chosen="S-1")
    if section == "differences":
        keyed(test, "difference-states").set_value(["open"]).run()
    press(fill(test, **typed), label)
    assert "needs " in told(test), "the roles that may do it are named"
    assert entries(laboratory) == before


def test_who_may_do_nothing_here_reads(laboratory: Laboratory) -> None:
    test = at(laboratory, "standards", "head", standards_chosen="S-1")
    assert "heroin" in told(test)
    acts = {"Open", "Look for exhibits and reports"}
    assert {one.label for one in test.button} == acts
    assert button(test, "Open")
