"""The statistics page by Streamlit's own test driver: counted beside the page, shown, and taken away as files."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.seizure import Channel
from lims.domain.statistics import Dimension
from lims.errors import NotPermittedError
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from lims.services.laboratory import Laboratory
from lims.services.table_file import csv_table
from lims.translation import LANGUAGES, Translator
from lims.ui import background
from lims.ui.pages.statistics import _SECTIONS
from lims.ui.statistics_tables import seizure_table
from tests.builders.kept_homes import KeptHomes
from tests.ui.conftest import staffed
from tests.ui.test_pages import button, start

HOSTILE = '=HYPERLINK("http://example.invalid","body") <b>*bold*</b>'


@pytest.fixture
def laboratory(kept_homes: KeptHomes, tmp_path: Path) -> Laboratory:
    return staffed(kept_homes, tmp_path / "home")


def seize(laboratory: Laboratory, *, demonstration: bool = False) -> None:
    """Register a case with a seizure in a region and an exhibit of it."""
    technician = laboratory.staffing.get("technician")
    accessioning = laboratory.accessioning
    facts = CaseFacts(appointing_body="Court", demonstration=demonstration)
    case = accessioning.register_case(facts, actor=technician).number
    seizure = accessioning.register_seizure(
        case,
        SeizureFacts(seized_on=date(2026, 10, 31), region="KZ-63", channel=Channel.STASH, seizing_body=HOSTILE),
        actor=technician,
    )
    exhibit = ExhibitFacts(description="powder", seizure_number=seizure.number)
    accessioning.register_exhibit(case, exhibit, actor=technician)


def counted(test: AppTest) -> AppTest:
    """Wait for the counting beside the page, then draw the page as its watch does."""
    job = test.session_state["statistics"]
    assert job.ended.wait(timeout=60)
    return test.run()


def told(test: AppTest) -> str:
    return " ".join(one.value for one in (*test.text, *test.caption, *test.warning, *test.info))


def choose(test: AppTest, label: str) -> AppTest:
    test.segmented_control[0].set_value(label)
    return test.run()


def test_seizures_are_counted_at_the_first_look_and_anew_where_that_is_asked(laboratory: Laboratory) -> None:
    seize(laboratory)
    test = counted(start(laboratory, "statistics", "head"))
    assert not test.exception
    assert [one.value for one in test.metric] == ["1", "1", "1", "0"]
    (table,) = test.dataframe
    assert table.value.iloc[0].to_list() == ["KZ-63", "East Kazakhstan", 1, 1, 0, 0, ""]
    assert len(test.get("plotly_chart")) == 1
    seize(laboratory)
    assert [one.value for one in test.run().metric] == ["1", "1", "1", "0"], "of the moment that it states"
    button(test, "Count anew").click()
    test.run()
    assert [one.value for one in counted(test).metric] == ["2", "2", "2", "0"]


def test_made_up_cases_are_counted_where_there_is_no_other_and_called_that(laboratory: Laboratory) -> None:
    seize(laboratory, demonstration=True)
    test = counted(start(laboratory, "statistics", "head"))
    assert [one.value for one in test.metric] == ["1", "1", "1", "0"]
    assert any("made up" in one.value for one in test.warning)
    seize(laboratory)
    test = counted(start(laboratory, "statistics", "head"))
    assert [one.value for one in test.metric] == ["1", "1", "1", "0"]
    assert not test.warning
    assert "1 made-up cases are left out." in told(test)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_section_and_dimension_speaks_the_language_and_defines_itself(
    laboratory: Laboratory, language: str
) -> None:
    seize(laboratory)
    t = Translator(language)
    test = counted(start(laboratory, "statistics", "head", language=language))
    for dimension in Dimension:
        test.selectbox[0].set_value(dimension)
        assert not test.run().exception, dimension
    for section, label in _SECTIONS.items():
        choose(test, t(label))
        assert not test.exception, section
        (expander,) = test.expander
        assert len(expander.text) >= 4, section
        assert test.dataframe or test.info, section


def test_a_hostile_body_is_text_on_the_page_and_in_the_file(laboratory: Laboratory) -> None:
    seize(laboratory)
    found = laboratory.statistics.ask()
    table = seizure_table(found, Dimension.BODY, t=Translator("en"))
    data = csv_table(table.columns, table.rows).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(data, newline="")))[1][0] == f"'{HOSTILE}"
    test = counted(start(laboratory, "statistics", "head"))
    test.selectbox[0].set_value(Dimension.BODY)
    test.run()
    assert test.dataframe[0].value.iloc[0, 0] == HOSTILE
    assert not any("HYPERLINK" in one.value for one in test.markdown)


@pytest.mark.parametrize("person", ["technician", "expert-a"])
def test_who_may_not_read_the_whole_ledger_is_refused_before_anything_is_counted(
    laboratory: Laboratory, person: str
) -> None:
    seen = laboratory.seen_by(laboratory.staffing.get(person))
    for ask in (seen.statistics.require_reader, seen.statistics.ask):
        with pytest.raises(NotPermittedError):
            ask()


def test_a_counting_that_failed_reaches_the_page(laboratory: Laboratory) -> None:
    test = start(laboratory, "statistics", "head")
    job = background.Job(started_at=laboratory.clock.now())
    job.ended.set()
    test.session_state["statistics"] = job
    test.run()
    assert len(test.exception) == 1, "the frame around the page names an incident"
