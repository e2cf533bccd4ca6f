"""Workbooks: what goes in comes out, read by another program, and no cell computes anything."""

import io
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.errors import InvalidRecordError
from lims.services.workbook_file import MAX_LETTERS, About, Sheet, workbook
from tests.builders.examples import fewer
from tests.unit.lims.services.test_table_file import HOSTILE

NOON = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
TEXTS = st.one_of(
    st.sampled_from(
        (
            *(text for text in HOSTILE if "\r" not in text),
            "http://example.invalid",
            "mailto:a@b",
            "internal:A1",
            "{=1+1}",
            "0012",
            "TRUE",
            "_x0041_",
        )
    ),
    st.builds(
        "{}{}".format,
        st.sampled_from(("", "=", "+", "-", "@", "\t", " =", "\n=")),
        st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn"), include_characters="\t\n"), max_size=40),
    ),
)


def read(*rows, columns=None, name="Seizures", about=None):
    sheet = Sheet(name=name, columns=columns or tuple("abcdefgh"[: len(rows[0])]), rows=rows)
    about = about or About(name="About", facts={"Laboratory": "=1+1"}, remarks=("=2+2",))
    data = workbook([sheet], about, made_at=NOON)
    return data, openpyxl.load_workbook(io.BytesIO(data))


def cells(book):
    return [cell for page in book.worksheets for row in page.iter_rows() for cell in row if cell.value is not None]


@fewer(25)
@given(row=st.lists(TEXTS, min_size=1, max_size=8).map(tuple))
def test_whatever_text_goes_in_comes_out_and_no_cell_is_a_formula_or_a_link(row):
    data, book = read(row, columns=row)
    for line in (1, 2):
        assert tuple(cell.value or "" for cell in book.worksheets[0][line][: len(row)]) == row
    assert {cell.data_type for cell in cells(book)} == {"s"}
    assert not any(cell.hyperlink for cell in cells(book))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower() or name.endswith(".bin")]
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())


def test_a_return_at_the_head_of_a_cell_is_text_too():
    _, book = read(("\r=1+1",))
    assert (book.worksheets[0]["A2"].data_type, book.worksheets[0]["A2"].value) == ("s", "_x000D_=1+1")


@given(number=st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=6)))
def test_a_number_is_a_number_as_long_as_it_comes_back_exact_else_text(number):
    _, book = read((number,))
    cell = book.worksheets[0]["A2"]
    assert Decimal(str(cell.value)) == Decimal(number)
    assert cell.data_type == ("n" if len(str(abs(number)).replace(".", "").strip("0")) <= 15 else "s")


def test_places_are_kept_dates_are_dates_and_times_are_of_the_wall_of_the_laboratory():
    _, book = read((Decimal("1.100"), 7, date(2026, 11, 22), NOON, ""))
    mass, count, day, moment, empty = book.worksheets[0][2]
    assert (mass.value, mass.number_format) == (1.1, "0.000")
    assert (count.value, count.number_format) == (7, "0")
    assert (day.value, day.is_date) == (datetime(2026, 11, 22), True)  # noqa: DTZ001
    assert (moment.value, moment.is_date) == (datetime(2026, 11, 23, 12, 30), True)  # noqa: DTZ001
    assert empty.value in {None, ""}


def test_the_last_sheet_says_what_the_tables_are_and_names_of_sheets_are_fit():
    about = About(name="a[b]:c", facts={"Made": NOON, "Laboratory": "L"}, remarks=("One.", "Two."))
    _, book = read(("x",), name="A/B:" + "long " * 10, about=about)
    assert [len(page.title) <= 31 for page in book.worksheets] == [True, True]
    assert [cell.value for cell in cells(book) if cell.parent.title == "a b  c"] == [
        *("Made", datetime(2026, 11, 23, 12, 30), "Laboratory", "L", "One.", "Two.")  # noqa: DTZ001
    ]


def test_sheets_of_one_name_are_told_apart_and_the_same_tables_give_the_same_bytes():
    sheet = Sheet(name="Same", columns=("a",), rows=())
    about = About(name="same", facts={})
    data = workbook([sheet, sheet], about, made_at=NOON)
    assert openpyxl.load_workbook(io.BytesIO(data)).sheetnames == ["Same", "Same 2", "same 3"]
    assert workbook([sheet, sheet], about, made_at=NOON) == data


def test_a_text_that_no_cell_holds_is_refused_and_not_cut():
    read(("x" * MAX_LETTERS,))
    with pytest.raises(InvalidRecordError, match="32769 letters"):
        read(("😀" * 16_384 + "x",))
