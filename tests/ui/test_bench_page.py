"""The bench by Streamlit's own test driver: scanned, weighed, sampled, divided, tested; every refusal in words."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.exhibit_code import label_payload
from lims.domain.instrument import EquipmentKind
from lims.domain.place import PlaceKind
from lims.domain.sampling_plan import PlanDesign, Population, SamplingMethod
from lims.domain.weighing import WeighingPurpose, typed
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.services.photographing import PhotographFacts
from lims.services.registering import CalibrationFacts, CheckWeight, InstrumentFacts
from lims.services.sampling import PlanFacts
from lims.services.stocking import ReagentFacts
from lims.services.validating import ProcedureFacts
from lims.services.weighing import AliquotFacts
from lims.translation import Translator
from lims.ui.plain import plain
from tests.builders.balance_simulator import SimulatedBalance, over_tcp
from tests.builders.kept_homes import KeptHomes
from tests.builders.measuring_bench import BALANCE, BUDGET, RANGE, SERIAL, K, shown
from tests.builders.people import LONG_AGO, QUALITY, grant
from tests.builders.pictures import png
from tests.ui.conftest import make_laboratory, open_again
from tests.ui.test_pages import button, start
from tests.ui.test_quality_page import finished

ITEM, COLOUR = "2026-0001/1", "colour test"
WEIGHT = CheckWeight(number="W-100", nominal_g=Decimal(100), tolerance_g=Decimal("0.02"))
DESIGN = PlanDesign(
    method=SamplingMethod.HYPERGEOMETRIC, testing="screened", proportion=Decimal("0.5"), confidence=Decimal("0.95")
)


def make(home: Path) -> None:
    """Receive ten tablets beside a balance that is calibrated, and not checked yet."""
    made = make_laboratory(home)
    technician = made.staffing.get("technician")
    case = made.accessioning.register_case(CaseFacts(appointing_body="Test body"), actor=technician)
    facts = ExhibitFacts(description="ten tablets *star* <b>", unit_count=10)
    number = made.accessioning.register_exhibit(case.number, facts, actor=technician).number
    assert number == ITEM
    made.registering.add(
        InstrumentFacts(
            number=BALANCE,
            kind=EquipmentKind.BALANCE,
            model="XPR204",
            serial=SERIAL,
            place="room 4",
            balance_range=RANGE,
        ),
        actor=QUALITY,
    )
    today = made.staffing.today()
    calibration = CalibrationFacts(
        certificate="KZ-77", body="Metrology", calibrated_on=today - timedelta(days=9), due_on=None, budget=BUDGET
    )
    made.registering.calibrate(BALANCE, calibration, actor=QUALITY)


@pytest.fixture
def unchecked(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    kept_homes.copy("bench", tmp_path / "home", make)
    return open_again(tmp_path / "home")


@pytest.fixture
def laboratory(unchecked: Laboratory) -> Laboratory:
    technician = unchecked.staffing.get("technician")
    unchecked.registering.check_balance(BALANCE, WEIGHT, reading=typed("100.00 g"), actor=technician)
    return unchecked


def at_bench(laboratory: Laboratory, section: str, person: str = "technician", *, language: str = "en") -> AppTest:
    return start(laboratory, "bench", person, language=language, chosen_exhibit=ITEM, bench_section=section)


def field(test: AppTest, label: str):
    return next(one for one in (*test.text_input, *test.number_input) if one.label == label)


def box(test: AppTest, label: str):
    return next(one for one in test.selectbox if one.label == label)


def fill(test: AppTest, **texts: str) -> AppTest:
    for label, text in texts.items():
        field(test, label).input(text)
    return test.run()


def press(test: AppTest, label: str) -> AppTest:
    button(test, label).click()
    test.run()
    assert not test.exception
    return test


def numerals(test: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in test.metric}


def refused(test: AppTest) -> str:
    return " ".join(one.value.replace("\\", "") for one in test.error)


def picture(folder: Path) -> Path:
    path = folder / "ten.png"
    path.write_bytes(png())
    return path


def keyed(found: Iterator[Any], begin: str) -> Any:
    return next(one for one in found if str(one.key).startswith(begin))


def aliquot_to_test(laboratory: Laboratory) -> str:
    weigh(laboratory)
    technician = laboratory.staffing.get("technician")
    facts = AliquotFacts(purpose="colour test")
    taken = laboratory.weighing.take_aliquot(ITEM, shown("1.00 g"), facts, balance=BALANCE, k=K, actor=technician)
    return taken.number


def drawn_plan(laboratory: Laboratory, file: Path) -> str:
    expert, technician = (laboratory.staffing.get(name) for name in ("expert-a", "technician"))
    added = laboratory.photographing.add(ITEM, file, PhotographFacts(shows="ten"), actor=technician)
    population = Population(units=10, alike_in="size", photograph=added.number)
    plan = laboratory.sampling.plan(ITEM, PlanFacts(population=population, design=DESIGN), actor=expert)
    laboratory.sampling.draw(plan.number, numbering="from the left", actor=expert)
    return plan.number


def weigh(laboratory: Laboratory, gross: str = "12.34 g") -> None:
    technician = laboratory.staffing.get("technician")
    laboratory.weighing.weigh(
        ITEM, shown(gross), balance=BALANCE, purpose=WeighingPurpose.BEFORE, k=K, actor=technician
    )


def entries(laboratory: Laboratory) -> int:
    with laboratory.staffing.store.reading() as work:
        return work.head().entries


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_the_bench_starts_in_every_language_with_every_section(laboratory: Laboratory, language: str) -> None:
    t = Translator(language)
    weigh(laboratory)
    for section in ("weighing", "sampling", "aliquots", "tests", "registers"):
        test = at_bench(laboratory, section, "expert-a", language=language)
        assert not test.exception, section
        assert [title.value for title in test.title] == [t("Bench")]
        assert [one.value for one in test.header] == [plain(ITEM)]
        assert "ten tablets *star* <b>" in [one.value for one in test.text]


def test_a_scan_puts_a_thing_on_the_bench_and_a_foreign_code_takes_nothing_away(laboratory: Laboratory) -> None:
    test = start(laboratory, "bench", "technician")
    assert any("Scan the label" in one.value for one in test.info)
    typed_number = "Or type a number"
    for text in (label_payload(ITEM), "4006381333931", label_payload("2031-0009/1")):
        field(test, typed_number).input(text)
        press(test, "Open")
        assert [one.value for one in test.header] == [plain(ITEM)]
    assert "is a whole label, but nothing on record here" in refused(test)
    place = laboratory.storing.add("shelf 1", kind=PlaceKind.SHELF, actor=laboratory.staffing.get("head"))
    field(test, typed_number).input(label_payload(place.number))
    press(test, "Open")
    assert "is a place; scan an exhibit or an aliquot" in refused(test)


def test_an_aliquot_lies_on_the_bench_until_an_exhibit_is_chosen_elsewhere(laboratory: Laboratory) -> None:
    aliquot = aliquot_to_test(laboratory)
    technician = laboratory.staffing.get("technician")
    other = laboratory.accessioning.register_exhibit("2026-0001", ExhibitFacts(description="bag"), actor=technician)
    test = at_bench(laboratory, "weighing")
    field(test, "Or type a number").input(label_payload(aliquot))
    press(test, "Open")
    assert [one.value for one in test.header] == [plain(aliquot)]
    assert numerals(test)["Before"] == "1.00 g"
    test.session_state["chosen-exhibit"] = other.number
    test.run()
    assert [one.value for one in test.header] == [plain(other.number)]


def test_wu_4_net_is_computed_and_shown_before_anything_is_recorded(laboratory: Laboratory) -> None:
    test = at_bench(laboratory, "weighing")
    before = entries(laboratory)
    fill(test, **{"Gross, g": "15,34", "Tare, g; empty if the balance was tared": "3.00"})
    assert "needs a reason" in refused(test)
    assert button(test, "Record the weighing").disabled
    fill(test, **{"Why the reading is typed and not taken from the balance": "no line"})
    assert test.error == []
    assert numerals(test) == {"Gross": "15.34 g", "Tare": "3.00 g", "Net": "(12.340 ± 0.045) g"}
    assert entries(laboratory) == before
    press(test, "Record the weighing")
    assert [one.net_g for one in laboratory.weighing.weighings(ITEM)] == [Decimal("12.34")]
    assert any("12" in one.value and "is recorded" in one.value for one in test.success)
    assert field(test, "Gross, g").value == ""
    assert field(test, "Why the reading is typed and not taken from the balance").value == "no line"


def test_wu_4_a_net_mass_that_nobody_saw_is_not_recorded(laboratory: Laboratory) -> None:
    test = at_bench(laboratory, "weighing")
    fill(test, **{"Gross, g": "15.34", "Why the reading is typed and not taken from the balance": "no line"})
    field(test, "Gross, g").input("16.00")
    press(test, "Record the weighing")
    assert any("nothing is recorded" in one.value for one in test.warning)
    assert laboratory.weighing.weighings(ITEM) == ()
    assert numerals(test)["Net"].startswith("(16.000")
    press(test, "Record the weighing")
    assert [one.net_g for one in laboratory.weighing.weighings(ITEM)] == [Decimal("16.00")]


def test_wu_3_a_balance_on_a_line_is_read_with_its_stability(laboratory: Laboratory) -> None:
    """What is still moving makes no weight; read again at rest it does."""
    simulated = SimulatedBalance()
    with over_tcp(simulated) as url:
        with (laboratory.settings.home / "aigaq.toml").open("a", encoding="utf-8") as settings:
            settings.write(f'\n[balances]\n{BALANCE} = "{url}"\n')
        test = at_bench(laboratory, "weighing")
        press(test, "Read the balance: Gross, g")
        assert any("not stable yet" in one.value for one in test.text)
        assert "was not stable" in refused(test)
        assert button(test, "Record the weighing").disabled
        simulated.answers["SI"] = "S S      12.34 g"
        press(test, "Read the balance: Gross, g")
        assert "● stable" in [one.value for one in test.text]
        press(test, "Record the weighing")
    (done,) = laboratory.weighing.weighings(ITEM)
    assert (done.manual, done.gross.raw, done.gross.serial) == (False, "S S      12.34 g", SERIAL)


def test_wu_7_a_remainder_that_does_not_fit_is_said_and_goes_to_the_quality_manager(laboratory: Laboratory) -> None:
    weigh(laboratory)
    test = at_bench(laboratory, "weighing", language="ru")
    t = Translator("ru")
    fill(
        test,
        **{t("Gross, g"): "12,00", t("Why the reading is typed and not taken from the balance"): "нет линии"},
    )
    assert numerals(test)[t("Should be left")] == "12,34 г"
    press(test, t("Record the weighing"))
    (raised,) = laboratory.weighing.discrepancies()
    assert any(raised.number in one.value.replace("\\", "") for one in test.success)
    assert t("▲ does not fit") in [one.value for one in test.text]
    told = " ".join(one.value for one in (*test.text, *test.caption))
    assert "-0,34 г" in told
    assert t("The quality manager looks into it on the page Registers.") in told
    assert not [one for one in test.button if one.label == t("Close the difference")]


def test_wu_1_a_weighing_that_a_failed_check_puts_in_doubt_says_so(laboratory: Laboratory) -> None:
    weigh(laboratory)
    technician = laboratory.staffing.get("technician")
    assert list(at_bench(laboratory, "weighing").dataframe[0].value["Sure"]) == ["● yes"]
    failed = laboratory.registering.check_balance(BALANCE, WEIGHT, reading=typed("101 g"), actor=technician)
    test = at_bench(laboratory, "weighing")
    assert list(test.dataframe[0].value["Sure"]) == ["▲ in question"]
    assert any(failed.number in one.value.replace("\\", "") for one in test.warning)
    registers = start(laboratory, "registers", "technician", registers_section="doubts")
    press(registers, "Look for weighings in question")
    finished(registers, f"weighings-in-doubt-{BALANCE}")
    assert list(registers.dataframe[0].value["Exhibit"]) == [ITEM]
    assert any("In question: 1 weighings" in one.value.replace("\\", "") for one in registers.warning)


def test_wu_1_a_balance_that_was_not_checked_says_so_and_is_checked_at_the_bench(unchecked: Laboratory) -> None:
    test = at_bench(unchecked, "weighing")
    assert any("checked" in one.value for one in test.warning)
    reasoned = {"Gross, g": "5.00", "Why the reading is typed and not taken from the balance": "no line"}
    fill(test, **reasoned)
    assert button(test, "Record the weighing").disabled
    test = at_bench(unchecked, "registers")
    press(test, "Record the check")
    assert "no reading" in refused(test)
    weight = {"Number of the check weight": "W-100", "Its mass, g": "100", "Tolerance, g": "0,02"}
    fill(test, **weight, **{"The balance shows, g": "100.01"})
    press(test, "Record the check")
    assert any("passed" in one.value for one in test.success)
    fill(test, **{"The balance shows, g": "101"})
    press(test, "Record the check")
    assert any("failed: nothing may be weighed" in one.value.replace("\\", "") for one in test.success)
    assert [one.passed for one in unchecked.registering.checks(BALANCE)] == [True, False]


def test_an_aliquot_is_taken_used_up_and_lost_at_the_tray(laboratory: Laboratory) -> None:
    test = at_bench(laboratory, "aliquots")
    assert any("was not weighed yet" in one.value for one in test.info)
    weigh(laboratory)
    test = at_bench(laboratory, "aliquots")
    reason = "Why the reading is typed and not taken from the balance"
    fill(test, **{"Gross, g": "1.00", reason: "no line", "Container": "vial 3"})
    press(test, "Record the aliquot")
    assert "purpose" in refused(test)
    next(one for one in test.text_input if str(one.key).startswith("bench-purpose-")).input("GC-MS")
    press(test, "Record the aliquot")
    (taken,) = laboratory.weighing.aliquots(ITEM)
    assert (taken.purpose, taken.container, taken.mass_g) == ("GC-MS", "vial 3", Decimal("1.00"))
    assert numerals(test)["Should be left"] == "11.34 g"
    lost = [one for one in test.text_input if str(one.key).startswith("lose-")]
    lost[0].input("0,10")
    lost[1].input("spilt")
    press(test, "Record the loss")
    assert laboratory.weighing.mass_balance(ITEM).expected_g == Decimal("11.24")
    used = [one for one in test.text_input if str(one.key).startswith("consume-")]
    for one, text in zip(used, ("1", "0.1", "test"), strict=True):
        one.input(text)
    press(test, "Record as used up")
    assert "permission" in refused(test), "rule KZ-2: the appointing body did not permit it"


def test_sa_3_the_statement_changes_with_the_fields_and_the_plan_is_drawn_and_tested(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    expert = laboratory.staffing.get("expert-a")
    laboratory.photographing.add(
        ITEM, picture(tmp_path), PhotographFacts(shows="ten"), actor=laboratory.staffing.get("technician")
    )
    test = at_bench(laboratory, "sampling", "expert-a")
    fill(test, **{"How each unit is tested": "screened", "Alike in size, colour, marks, packing": "size"})
    assert any("is no number" in one.value for one in test.text)
    fill(test, **{"Proportion that is to be positive": "0.5", "Confidence, as 0.95": "0.95"})
    assert any("at least 5 of 10 units are positive" in one.value for one in test.text)
    fill(test, **{"Proportion that is to be positive": "0,9"})
    assert any("at least 9 of 10 units are positive" in one.value for one in test.text)
    press(test, "Make the plan")
    (plan,) = laboratory.sampling.of_exhibit(ITEM)
    assert (plan.planned_by, plan.population.units, plan.design.proportion) == (expert.number, 10, Decimal("0.9"))
    test = at_bench(laboratory, "sampling")
    press(test, "Draw the units")
    assert "numbering" in refused(test)
    field(test, "How the units got their numbers, or what the black box was").input("from the left")
    press(test, "Draw the units")
    assert refused(test) == ""
    plan = laboratory.sampling.get(plan.number)
    assert len(plan.drawn) == plan.units
    press(test, "Record the result")
    assert "no outcome" in refused(test)
    box(test, "Outcome").set_value(box(test, "Outcome").options[0])
    field(test, "Substance").input("ketamine")
    press(test, "Record the result")
    assert "basis" in refused(test)


def test_sa_4_a_plan_is_changed_and_its_population_divided_with_a_reason(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    expert, technician = (laboratory.staffing.get(name) for name in ("expert-a", "technician"))
    added = laboratory.photographing.add(ITEM, picture(tmp_path), PhotographFacts(shows="ten"), actor=technician)
    population = Population(units=10, alike_in="size", photograph=added.number)
    facts = PlanFacts(population=population, design=DESIGN)
    plan = laboratory.sampling.plan(ITEM, facts, actor=expert)
    assert "Change the plan" not in [one.label for one in at_bench(laboratory, "sampling").button]
    test = at_bench(laboratory, "sampling", "expert-a")
    method = next(
        one for one in test.selectbox if plan.number in str(one.key) and one.label == "How the number of units is found"
    )
    method.set_value("all units")
    test.run()
    next(one for one in test.text_input if str(one.key).startswith(f"testing-{plan.number}")).input("each one")
    test.run()
    assert any("covers the tested units only" in one.value or "will cover" in one.value for one in test.text)
    press(test, "Change the plan")
    assert "reason" in refused(test)
    fill(test, **{"Reason of the change; the report names both plans": "few tablets"})
    press(test, "Change the plan")
    assert laboratory.sampling.get(plan.number).units == 10
    next(one for one in test.number_input if one.label == "Units of part 1").set_value(4)
    next(one for one in test.number_input if one.label == "Units of part 2").set_value(6)
    for one in [one for one in test.text_input if str(one.key).startswith("alike-split-")]:
        one.input("colour")
    field(test, "In what the units are not alike").input("two colours")
    press(test, "Divide")
    assert len(laboratory.sampling.of_exhibit(ITEM)) == 3
    test = at_bench(laboratory, "sampling")
    box(test, "Sampling plan").set_value(plan.number)
    test.run()
    assert any("◇ divided" in one.value for one in test.text)


def test_a_colour_test_of_an_aliquot_is_recorded_shown_for_a_unit_and_taken_out_of_use(
    laboratory: Laboratory, tmp_path: Path
) -> None:
    expert = laboratory.staffing.get("expert-a")
    assert any("No procedure is in force" in one.value for one in at_bench(laboratory, "tests").info)
    grant(laboratory, expert, "COLOUR-1")
    facts = ProcedureFacts(number="COLOUR-1", name="Marquis", techniques=(COLOUR,), acceptance_criteria="c")
    laboratory.validating.record(facts, actor=expert)
    head = laboratory.staffing.get("head")
    laboratory.validating.validate("COLOUR-1", validated_on=LONG_AGO, record="VR", actor=head)
    aliquot = aliquot_to_test(laboratory)
    test = at_bench(laboratory, "tests", "expert-a")
    keyed(test.text_input, "finding-substance").input("ketamine")
    keyed(test.text_input, "finding-medium").input("Marquis")
    keyed(test.selectbox, f"finding-outcome-{COLOUR}").select("positive")
    keyed(test.selectbox, f"finding-comparison-{COLOUR}").select("compared with nothing")
    press(test, "Record the finding")
    assert refused(test) == ""
    (found,) = laboratory.finding.of_exhibit(ITEM)
    assert (found.aliquot_number, found.substance) == (aliquot, "ketamine")
    plan = drawn_plan(laboratory, picture(tmp_path))
    test = at_bench(laboratory, "sampling", "expert-a")
    box(test, "Outcome").select("positive")
    field(test, "Substance").input("ketamine")
    box(test, "Test or examination that shows it").select(found.number)
    press(test, "Record the result")
    assert refused(test) == ""
    assert [one.basis for one in laboratory.sampling.get(plan).results] == [found.number]
    test = at_bench(laboratory, "tests", "expert-a")
    field(test, "Reason").input("old reagent")
    press(test, "Take it out of use")
    assert any("discarded: old reagent" in one.value for one in test.text)


def test_lots_are_found_and_opened(laboratory: Laboratory) -> None:
    facts = ReagentFacts(number="R-1", name="Marquis", producer="P", lot="L7", received_on=laboratory.staffing.today())
    laboratory.stocking.add_reagent(facts, actor=QUALITY)
    test = at_bench(laboratory, "registers")
    press(test, "Record that it was opened today")
    assert "R-1" in refused(test), "it is in quarantine"
    laboratory.stocking.release_reagent("R-1", reason="compared", actor=QUALITY)
    press(test, "Record that it was opened today")
    assert laboratory.stocking.reagent("R-1").opened_on == laboratory.staffing.today()


def test_who_does_not_work_at_the_bench_is_shown_and_may_do_nothing(laboratory: Laboratory) -> None:
    weigh(laboratory)
    for section in ("weighing", "sampling", "aliquots", "tests", "registers"):
        test = at_bench(laboratory, section, "head")
        assert not test.exception
        links = [one.label for one in test.button if one.label.endswith("Registers")]
        assert [one.label for one in test.button if one.label not in links] == ["Open"]
