"""The page of the law: a clerk drafts act, edition and rows, another person confirms, and the answer is there."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.law_text import LawTextStatus
from lims.services.laboratory import Laboratory
from lims.ui.law_entry import as_csv, sheet_rows
from lims.ui.watch_start import WATCH_JOB
from substance_library.determination import LegalStatus
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import QUALITY
from tests.ui.conftest import add_exhibit, staffed
from tests.ui.test_pages import button, start
from tests.ui.test_quality_page import finished

CLERK, SECOND = "admin", QUALITY.number
CAFFEINE = "Cn1c(=O)c2c(ncn2C)n(C)c1=O"
ROWS = ("number,kind,name_en,smiles,salts", f"T-1,named,caffeine (fictitious row),{CAFFEINE},yes")
"""A row of an act that exists in tests only."""


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    return staffed(kept_homes, tmp_path / "home")


def section(test: AppTest, label: str) -> AppTest:
    test.segmented_control[0].set_value(label)
    return test.run()


def field(test: AppTest, key: str):
    return next(one for one in (*test.text_input, *test.text_area, *test.date_input) if str(one.key).startswith(key))


def told(test: AppTest) -> str:
    return " ".join(one.value for one in (*test.text, *test.info, *test.warning, *test.success, *test.error))


def draft_act(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "law", CLERK), "entry")
    field(test, "law-number-law act").input("XX-1")
    field(test, "law-act-jurisdiction").input("XX")
    field(test, "law-act-citation").input("Fictitious act of the tests")
    field(test, "law-act-parts").input("list")
    button(test, "Draft the act").click()
    test.run()
    assert not test.exception
    assert "XX-1 is drafted" in told(test).replace("\\", "")


def draft_edition(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "law", CLERK), "entry")
    field(test, "law-number-law edition").input("XX-1-first")
    next(one for one in test.selectbox if one.key == "law-edition-act").set_value("XX-1")
    field(test, "law-edition-day-2").set_value(date(2026, 1, 1))
    field(test, "law-edition-source").input("a test")
    button(test, "Draft the edition").click()
    test.run()
    assert not test.exception


def draft_rows(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "law", CLERK), "entry")
    field(test, "law-number-law table").input("XX-1-rows")
    next(one for one in test.selectbox if one.key == "law-rows-edition").set_value("XX-1-first")
    field(test, "law-rows-part").input("list")
    for key in ("law-rows-all", "law-rows-complete"):
        next(one for one in test.checkbox if one.key == key).check()
    test.file_uploader[0].set_value(("rows.csv", "\n".join(ROWS).encode(), "text/csv"))
    button(test, "Draft the rows").click()
    test.run()
    assert not test.exception
    assert "XX-1-rows is drafted" in told(test).replace("\\", "")


def confirm(laboratory: Laboratory, number: str, label: str) -> AppTest:
    test = section(start(laboratory, "law", SECOND), "texts")
    lines = laboratory.legislating.texts()
    place = next(place for place, line in enumerate(lines) if line.number == number)
    next(one for one in test.selectbox if one.key == "law-chosen").set_value(place)
    test.run()
    field(test, f"law-compared-{number}").input("the paper of the test")
    button(test, label).click()
    test.run()
    finished(test, WATCH_JOB)
    assert not test.exception
    return test


def ask(laboratory: Laboratory, smiles: str, *, person: str = "expert-a", language: str = "en") -> str:
    test = start(laboratory, "law", person, language=language)
    field(test, "law-smiles").input(smiles)
    box = next(one for one in test.selectbox if one.key == "law-jurisdiction")
    box.set_value("XX" if "XX" in box.options else "KZ")
    (asked,) = test.button
    asked.click()
    test.run()
    assert not test.exception
    return told(test)


def test_a_law_is_drafted_by_one_and_confirmed_by_another(laboratory: Laboratory) -> None:
    draft_act(laboratory)
    draft_edition(laboratory)
    draft_rows(laboratory)
    own = section(start(laboratory, "law", CLERK), "texts")
    assert "another person compares it" in told(own)
    assert not [one for one in own.button if one.label in {"Confirm", "Publish the edition"}]
    confirm(laboratory, "XX-1", "Confirm")
    confirm(laboratory, "XX-1-rows", "Confirm")
    confirm(laboratory, "XX-1-first", "Publish the edition")
    assert {line.state for line in laboratory.legislating.texts()} == {LawTextStatus.IN_BOOK.value}
    assert laboratory.legislating.table("XX-1-rows").source_name == "rows.csv"
    found = ask(laboratory, f"{CAFFEINE}.Cl")
    assert "Listed by name" in found
    assert "caffeine (fictitious row)" in found
    assert "Not covered" in ask(laboratory, "CCO")


def test_a_draft_goes_back_with_its_reason(laboratory: Laboratory) -> None:
    draft_act(laboratory)
    test = section(start(laboratory, "law", SECOND), "texts")
    field(test, "law-reason-XX-1").input("the citation is another one")
    button(test, "Return to the clerk").click()
    test.run()
    assert laboratory.legislating.act("XX-1").status is LawTextStatus.RETURNED
    assert "the citation is another one" in told(test)


def test_a_faulty_file_drafts_nothing_and_names_every_fault(laboratory: Laboratory) -> None:
    draft_act(laboratory)
    draft_edition(laboratory)
    test = section(start(laboratory, "law", CLERK), "entry")
    field(test, "law-number-law table").input("XX-1-rows")
    next(one for one in test.selectbox if one.key == "law-rows-edition").set_value("XX-1-first")
    field(test, "law-rows-part").input("list")
    bad = b"number,kind,name_en,smiles\nT-1,named,x,C1CC\nT-2,none,y,C\n"
    test.file_uploader[0].set_value(("bad.csv", bad, "text/csv"))
    button(test, "Draft the rows").click()
    test.run()
    (error,) = test.error
    assert "line 2" in error.value.replace("\\", "")
    assert "line 3" in error.value.replace("\\", "")
    assert {line.number for line in laboratory.legislating.texts()} == {"XX-1", "XX-1-first"}


@pytest.mark.parametrize("language", ["en", "ru", "kk"])
def test_what_the_book_does_not_hold_is_not_decided(laboratory: Laboratory, language: str) -> None:
    words = {"en": "Cannot be decided", "ru": "Решить нельзя", "kk": "Шешу мүмкін емес"}[language]
    found = ask(laboratory, CAFFEINE, language=language)
    assert words in found
    assert "470" in found, "what is missing is named"


def test_an_expert_enters_no_texts(laboratory: Laboratory) -> None:
    test = start(laboratory, "law", "expert-a")
    assert "entry" not in test.segmented_control[0].options
    assert len(test.segmented_control[0].options) == 3


def test_typed_rows_go_the_way_of_a_file() -> None:
    columns = ("number", "kind", "name_en")
    typed = {"number": [" T-1 ", None, ""], "kind": ["named", None, ""], "name_en": ['a, "b"', None, " "]}
    rows = sheet_rows(typed, columns)
    assert rows == [["T-1", "named", 'a, "b"']]
    assert as_csv(columns, rows) == b'number,kind,name_en\nT-1,named,"a, ""b"""\n'


def test_the_status_of_an_exhibit_is_determined_and_reviewed(laboratory: Laboratory, tmp_path: Path) -> None:
    exhibit = add_exhibit(laboratory, tmp_path, seed=7)
    test = section(start(laboratory, "law", "expert-a"), "determinations")
    field(test, "law-exhibit").input(exhibit)
    test.run()
    assert "No legal status" in told(test)
    field(test, "law-substance").input("caffeine")
    field(test, "law-structures").input(CAFFEINE)
    button(test, "Determine and record").click()
    test.run()
    assert not test.exception
    (made,) = laboratory.determining.determinations(exhibit)
    assert (made.substance, made.structures, made.jurisdiction) == ("caffeine", (CAFFEINE,), "KZ")
    assert "The day of the seizure is not recorded" in told(test)
    assert not [one for one in test.button if one.label == "I looked at it and agree"], "the expert's own"
    second = section(start(laboratory, "law", "expert-b"), "determinations")
    field(second, "law-exhibit").input(exhibit)
    second.run()
    button(second, "I looked at it and agree").click()
    second.run()
    assert laboratory.determining.determination(made.number).state == "reviewed"
    assert not field_keys(second, "override"), "another expert's determination"
    _asked_again(second, laboratory, made.number)
    _own_word(laboratory, exhibit, made.number)


def field_keys(test: AppTest, key: str) -> list[str]:
    return [str(one.key) for one in (*test.text_input, *test.selectbox) if str(one.key).startswith(key)]


def _asked_again(test: AppTest, laboratory: Laboratory, number: str) -> None:
    before = laboratory.determining.determination(number)
    for label, texts in (("then", "then"), ("now", "now")):
        button(test, f"With the texts as they {'were' if texts == 'then' else 'are'} known {label}").click()
        test.run()
        finished(test, f"law-again-{texts}-{number}")
        assert not test.exception
    assert "it comes out the same" in told(test)
    assert "it reads the same" in told(test)
    assert laboratory.determining.determination(number) == before, "nothing is recorded"


def _own_word(laboratory: Laboratory, exhibit: str, number: str) -> None:
    test = section(start(laboratory, "law", "expert-a", chosen_exhibit=exhibit), "determinations")
    button(test, "Record my word").click()
    test.run()
    assert "Choose a status first" in told(test)
    late = section(start(laboratory, "law", "expert-a", chosen_exhibit=exhibit), "determinations")
    for place, one in enumerate((test, late)):
        next(box for box in one.selectbox if str(box.key).startswith("override")).set_value(LegalStatus.CANNOT_DECIDE)
        field(one, "override-reason").input(f"reason {place}")
        button(one, "Record my word").click()
        one.run()
    assert "recorded by somebody else" in told(late)
    changed = laboratory.determining.determination(number)
    assert [one.reason for one in changed.overrides] == ["reason 0"]
    assert changed.state == "made", "it waits for review again"
    assert "reason 0" in told(test)


def test_a_mistyped_exhibit_is_no_exhibit_without_a_status(laboratory: Laboratory) -> None:
    test = section(start(laboratory, "law", "expert-a"), "determinations")
    field(test, "law-exhibit").input("2026-0001/99")
    test.run()
    (error,) = test.error
    assert "2026-0001/99" in error.value.replace("\\", "")


def test_a_correction_of_a_shipped_act_keeps_what_is_said_not_to_be_loaded(laboratory: Laboratory) -> None:
    shipped = next(one for one in laboratory.legislating.book().acts if one.not_loaded and one.exemption)
    test = section(start(laboratory, "law", CLERK), "entry")
    field(test, "law-number-law act").input(shipped.number)
    field(test, "law-act-jurisdiction").input(shipped.jurisdiction)
    field(test, "law-act-citation").input("Fictitious correction of the tests")
    button(test, "Draft the act").click()
    test.run()
    assert not test.exception
    drafted = laboratory.legislating.act(shipped.number).act
    assert drafted.citation == "Fictitious correction of the tests"
    assert (drafted.not_loaded, drafted.exemption) == (shipped.not_loaded, shipped.exemption)
