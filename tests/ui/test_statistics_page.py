"""The statistics page by Streamlit's own test driver: counted beside the page, shown, and taken away as files."""

import csv
import io
import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from lims.domain.region import regions, tiles
from lims.domain.seizure import Channel
from lims.domain.statistics import Dimension
from lims.errors import NotPermittedError
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from lims.services.laboratory import Laboratory
from lims.services.table_file import csv_table
from lims.services.workbook_file import Sheet
from lims.translation import LANGUAGES, Translator
from lims.ui import background
from lims.ui.pages.statistics import _SECTIONS
from lims.ui.region_map import SHORT_NAMES, TileValue, tile_map_figure
from lims.ui.session import Visit
from lims.ui.statistics_desk import _facts
from lims.ui.statistics_figures import TimeBar, parted_figure, time_bar_figure
from lims.ui.statistics_tables import seizure_table
from lims.ui.statistics_words import COMMON
from lims.ui.table_files import table_workbook
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
    for dimension, measure in zip(Dimension, ("seizures", "exhibits", "substances", "mass"), strict=True):
        test.selectbox[0].set_value(dimension)
        test.selectbox[1].set_value(measure)
        assert not test.run().exception, dimension
        assert "n = " in told(test), dimension
    for section, label in _SECTIONS.items():
        choose(test, t(label))
        assert not test.exception, section
        (expander,) = test.expander
        assert len(expander.text) >= 4, section
        assert test.dataframe or test.info, section


def test_the_map_has_a_tile_for_each_region_and_one_for_none_and_the_scheme_is_said_below(
    laboratory: Laboratory,
) -> None:
    seize(laboratory)
    test = counted(start(laboratory, "statistics", "head"))
    assert "a scheme and not geography" in told(test)
    assert "0 means that no record here names the region" in told(test)
    test.selectbox[1].set_value("mass")
    test.run()
    bars, *texts = json.loads(test.get("plotly_chart")[0].proto.spec)["data"]
    words = {text for one in texts for text in one["text"]}
    assert len(bars["x"]["bdata"] if isinstance(bars["x"], dict) else bars["x"]) >= 21
    assert len(words) == len(regions()) + 1
    assert [one for one in words if "unknown" in one and "East<br>Kazakhstan" in one], "nobody weighed that exhibit"
    assert sum("not<br>recorded" in one for one in words) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tile_says_number_and_short_name_and_only_what_is_unknown_is_hatched(language: str) -> None:
    """The shade repeats the number; zero has none, and neither has what lies nowhere."""
    t = Translator(language)
    values = {
        "KZ-75": TileValue(said="12", amount=Decimal(12)),
        "KZ-71": TileValue(said="3", amount=Decimal(3)),
        "KZ-63": TileValue(said=t("unknown"), amount=None),
        "": TileValue(said="40", amount=Decimal(40)),
    }
    bars, without, shaded = tile_map_figure(values, measure="<b>", t=t).data
    place = {tile.code: at for at, tile in enumerate(tiles())}
    assert [at for at, shape in enumerate(bars.marker.pattern.shape) if shape] == [place["KZ-63"]]
    free = bars.marker.color[place["KZ-10"]]
    assert {bars.marker.color[place[code]] for code in ("KZ-63", "")} == {free}
    assert bars.marker.color[place["KZ-75"]] == "rgb(8,48,107)"
    assert len({bars.marker.color[place[code]] for code in ("KZ-10", "KZ-71", "KZ-75")}) == 3
    assert len(shaded.text) == 2
    assert len(without.text) == len(tiles()) - 2
    assert set(SHORT_NAMES) == set(regions())
    assert all(t(name).split()[0] in " ".join((*shaded.text, *without.text)) for name in SHORT_NAMES.values())
    assert "<b>" not in bars.hovertemplate


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_is_taken_away_as_a_workbook_that_says_what_it_is(laboratory: Laboratory, language: str) -> None:
    seize(laboratory)
    t = Translator(language)
    visit = Visit(laboratory=laboratory, person=laboratory.staffing.get("head"), t=t)
    found = laboratory.statistics.ask()
    table = seizure_table(found, Dimension.BODY, t=t)
    sheet = Sheet(name="seizures", columns=table.columns, rows=table.rows)
    data = table_workbook(visit, sheet, _facts(found, t), [t(words) for words in COMMON])
    book = openpyxl.load_workbook(io.BytesIO(data))
    first, about = book.worksheets
    assert [cell.value for cell in first[1]] == list(table.columns)
    assert (first["A2"].value, first["A2"].data_type, first["B2"].value) == (HOSTILE, "s", 1)
    said = {about.cell(row, 1).value: about.cell(row, 2).value for row in range(1, about.max_row + 1)}
    for title in ("Laboratory", "Made", "Counted on", "Period", "Filters", "Cases"):
        assert said[t(title)] not in {None, ""}, title
    assert t(COMMON[0]) in [about.cell(row, 2).value for row in range(1, about.max_row + 1)]


def test_what_is_copied_pastes_as_text(laboratory: Laboratory) -> None:
    seize(laboratory)
    test = counted(start(laboratory, "statistics", "head"))
    test.selectbox[0].set_value(Dimension.BODY)
    test.run()
    (copied,) = test.code
    assert copied.value.splitlines()[1].startswith(f"'{HOSTILE}\t1\t")


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


def test_pictures_say_the_unknown_by_nothing_and_parts_by_hatching() -> None:
    """No bar for what nobody knows; a full and a hatched part; names of other people are no markup."""
    steps = [
        TimeBar(name="a <b> (n = 2)", median_h=Decimal("2.5"), percentile_90_h=Decimal(9)),
        TimeBar(name="b (n = 0)", median_h=None, percentile_90_h=None),
    ]
    medians, marks = time_bar_figure(steps, median="Median, h", percentile="Nine of ten, h", hours="Hours").data
    assert (list(medians.x), list(marks.x)) == ([2.5, None], [9.0, None])
    assert medians.y[0] == "a &lt;b&gt; (n = 2)"
    full, hatched = parted_figure(["2026-10", "2026-11"], {"raised": [1, 2], "settled": [0, 3]}, value_label="n").data
    assert (full.marker.pattern.shape, hatched.marker.pattern.shape) == (None, "/")
    assert list(hatched.x) == [0.0, 3.0]
