"""Methods, procedures and deviations on the page of batches: three languages, every act, every refusal."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.deviation import DeviationStatus
from lims.services.laboratory import Laboratory
from lims.services.method_text import method_text
from lims.translation import Translator
from tests.builders.batches import METHOD
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import LONG_AGO
from tests.ui.batches import add_batch, make_batch_laboratory
from tests.ui.conftest import open_again
from tests.ui.test_pages import button, start

PROCEDURE = "P-1 <b>"


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    def make(home: Path) -> None:
        add_batch(make_batch_laboratory(home))

    kept_homes.copy("batches: batch", tmp_path / "home", make)
    return open_again(tmp_path / "home")


def section(laboratory: Laboratory, name: str, person: str, language: str = "en") -> AppTest:
    test = start(laboratory, "batches", person, language=language, batches_section=name)
    assert not test.exception
    return test


def field(test: AppTest, begins: str):
    widgets = (*test.text_input, *test.text_area, *test.multiselect, *test.date_input, *test.selectbox)
    return next(one for one in widgets if str(one.key).startswith(begins))


def told(test: AppTest) -> str:
    shown = (*test.text, *test.info, *test.error, *test.warning, *test.subheader, *test.caption)
    return "\n".join(one.value for one in shown)


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
@pytest.mark.parametrize("name", ["methods", "procedures", "deviations", "quantitation"])
@pytest.mark.parametrize("person", ["technician", "expert-a", "quality", "head"])
def test_each_section_starts_for_everybody(laboratory: Laboratory, person: str, name: str, language: str) -> None:
    test = section(laboratory, name, person, language)
    assert not test.error
    assert [one.value for one in test.title] == [Translator(language)("Batches")]


# methods


def test_a_new_version_is_read_shown_field_by_field_and_recorded(laboratory: Laboratory) -> None:
    test = section(laboratory, "methods", "expert-a")
    text = field(test, "method-text").value
    assert text == method_text(laboratory.batching.method(METHOD))
    assert "nobody stated a validation" in told(test)
    field(test, "method-text").input(text.replace("control_low = 0.85", "control_low = 0.80"))
    button(test, "Read").click()
    test.run()
    changes = next(one.value for one in test.dataframe if "Becomes" in one.value.columns)
    assert changes.values.tolist() == [["limits.control_low", "0.85", "0.80"]]
    assert "You record version 2 of method M-TEST" in told(test)
    assert laboratory.batching.method(METHOD).version == 1, "nothing is recorded by reading"
    button(test, "Record the method").click()
    test.run()
    assert any("the curve needs 4" in one.value for one in test.error), "nothing could be measured with it"
    assert laboratory.batching.method(METHOD).version == 1


def test_a_method_that_can_be_measured_with_is_recorded_with_all_its_versions(laboratory: Laboratory) -> None:
    release = laboratory.curating.releases()[0]
    names = [one.name for one in laboratory.curating.release(release).spectra[:2]]
    test = section(laboratory, "methods", "quality")
    text = field(test, "method-text").value
    changed = text.replace('release = "any"', f'release = "{release}"').replace("Etizolam", names[0])
    changed = changed.replace("Bupivacaine", names[1]).replace("fewest_calibrators = 2", "fewest_calibrators = 5")
    field(test, "method-text").input(changed)
    button(test, "Read").click()
    test.run()
    button(test, "Record the method").click()
    test.run()
    assert not test.error, [one.value for one in test.error]
    kept = laboratory.batching.method(METHOD)
    assert (kept.version, kept.defined_by, kept.analyte.name) == (2, "quality", names[0])
    versions = next(one.value for one in test.dataframe if "Defined by" in one.value.columns)
    assert versions["Version"].to_list() == [2, 1]
    assert versions["Defined by"].to_list() == ["quality", "expert-a"]
    assert "analyte.name" in versions["What changed"].to_list()[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [("number = ", "no TOML"), ('number = "M-9"', "name: missing"), ("x" * 10, "no TOML")],
)
def test_what_is_no_method_is_refused_with_every_fault(laboratory: Laboratory, text: str, words: str) -> None:
    test = section(laboratory, "methods", "expert-a")
    field(test, "method-text").input(text)
    button(test, "Read").click()
    test.run()
    assert any(words in one.value.replace("\\", "") for one in test.error)
    assert not any(one.label == "Record the method" for one in test.button)


def test_two_people_at_one_method_are_told_and_nothing_is_overwritten(laboratory: Laboratory) -> None:
    first, second = (section(laboratory, "methods", person) for person in ("expert-a", "quality"))
    button(first, "Withdraw the method").click()
    first.run()
    assert laboratory.batching.method(METHOD).state == "withdrawn"
    assert "✕ withdrawn" in told(first)
    button(second, "Withdraw the method").click()
    second.run()
    assert laboratory.batching.method(METHOD).version == 2
    assert "✕ withdrawn" in told(second)


def test_a_technician_defines_and_withdraws_nothing(laboratory: Laboratory) -> None:
    labels = {one.label for one in section(laboratory, "methods", "technician").button}
    assert not labels & {"Read", "Withdraw the method", "Record the method"}


# procedures and deviations


def write_down(laboratory: Laboratory) -> AppTest:
    test = section(laboratory, "procedures", "expert-a")
    field(test, "procedure-number").input(PROCEDURE)
    field(test, "procedure-name").input("Colour test *star*")
    field(test, "procedure-techniques").select("colour test")
    field(test, "procedure-criteria").input("blue")
    field(test, "procedure-required_controls").input("blank\n\n positive ")
    button(test, "Record the procedure").click()
    test.run()
    assert not test.error, [one.value for one in test.error]
    return test


def test_17025_7_2_2_a_procedure_is_written_validated_by_another_and_withdrawn_on_the_page(
    laboratory: Laboratory,
) -> None:
    test = write_down(laboratory)
    kept = laboratory.validating.procedure(PROCEDURE)
    assert (kept.required_controls, kept.recorded_by, kept.state) == (
        ("blank", "positive"),
        "expert-a",
        "in validation",
    )
    assert not any(one.label == "State the validation" for one in test.button), "who works by it does not validate it"
    head = section(laboratory, "procedures", "head")
    button(head, "State the validation").click()
    assert any("Choose the day" in one.value for one in head.run().error)
    field(head, "procedure-day").set_value(LONG_AGO)
    field(head, "procedure-validation").input("VR 7")
    button(head, "State the validation").click()
    head.run()
    assert not head.error, [one.value for one in head.error]
    stated = laboratory.validating.procedure(PROCEDURE).validation
    assert stated is not None
    assert (stated.record, stated.stated_by) == ("VR 7", "head")
    field(head, "procedure-reason").input("a new one <b>")
    button(head, "Withdraw the procedure").click()
    head.run()
    assert laboratory.validating.procedure(PROCEDURE).withdrawal_reason == "a new one <b>"
    assert "a new one <b>" in told(head)


def test_a_text_that_changed_meanwhile_is_not_validated(laboratory: Laboratory) -> None:
    write_down(laboratory)
    head = section(laboratory, "procedures", "head")
    field(head, "procedure-day").set_value(LONG_AGO)
    field(head, "procedure-validation").input("VR 7")
    expert = section(laboratory, "procedures", "expert-a")
    field(expert, "procedure-criteria").input("green")
    button(expert, "Record the procedure").click()
    expert.run()
    assert laboratory.validating.procedure(PROCEDURE).version == 2
    button(head, "State the validation").click()
    head.run()
    assert laboratory.validating.procedure(PROCEDURE).validation is None
    assert "green" in told(head)


def test_17025_7_2_1_7_a_deviation_is_asked_authorised_by_another_and_accepted_on_the_page(
    laboratory: Laboratory,
) -> None:
    write_down(laboratory)
    exhibit = laboratory.accessioning.exhibits(limit=1)[0].number
    test = section(laboratory, "deviations", "technician")
    field(test, "deviation-exhibit").input(exhibit)
    test.run()
    field(test, "deviation-departure").input("half the sample <b>")
    field(test, "deviation-why").input("there is no more")
    button(test, "Ask for it").click()
    test.run()
    (asked,) = laboratory.validating.deviations(exhibit)
    assert (asked.departure, asked.asked_by) == ("half the sample <b>", "technician")
    assert not any(one.label == "Authorise the deviation" for one in test.button)
    head = section(laboratory, "deviations", "head")
    button(head, "Authorise the deviation").click()
    head.run()
    assert laboratory.validating.deviation(asked.number).status is DeviationStatus.AUTHORISED
    button(head, "Record the acceptance").click()
    assert any("Choose the day" in one.value for one in head.run().error)
    field(head, "deviation-customer").input("Court, judge N")
    field(head, "deviation-letter").input("letter 7")
    field(head, "deviation-day").set_value(LONG_AGO)
    button(head, "Record the acceptance").click()
    head.run()
    assert not head.error, [one.value for one in head.error]
    assert laboratory.validating.deviation(asked.number).status is DeviationStatus.ACCEPTED
    assert "Court, judge N" in told(head)


def test_who_asked_does_not_authorise(laboratory: Laboratory) -> None:
    write_down(laboratory)
    exhibit = laboratory.accessioning.exhibits(limit=1)[0].number
    laboratory.validating.ask_deviation(
        exhibit, PROCEDURE, departure="d", justification="j", actor=laboratory.staffing.get("expert-a")
    )
    test = section(laboratory, "deviations", "expert-a")
    assert "Head or quality manager authorise it" in told(test)
    words = field(test, "deviation-filter")
    words.input("no such exhibit")
    assert "No deviation is like that." in told(test.run())
