"""Tables for spreadsheets: no cell of other people's words is ever a formula."""

import csv
import io
from decimal import Decimal

import pytest

from lims.services.table_file import csv_table

TRIGGERS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
HOSTILE = (
    '=HYPERLINK("http://example.invalid","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "  =1+1",
    "\n=1+1",
    "\uff1d1+1",
    "harmless;=1+1",
    "harmless,=1+1",
    'harmless",=1+1',
    'x"=1+1',
    "line\n=1+1",
)


def cells(data, delimiter):
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return [cell for row in csv.reader(text, delimiter=delimiter) for cell in row]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_hostile_name_is_text_whatever_a_program_takes_for_the_end_of_a_cell(hostile, delimiter):
    found = cells(csv_table((hostile,), [("a", hostile, 1), (hostile, "b", 2)]), delimiter)
    live = [cell for cell in found if cell.lstrip(' \n"').startswith(TRIGGERS)]
    assert live == []


def test_harmless_cells_stay_as_they_are():
    """Names of substances have signs inside, numbers are numbers, and every letter comes back."""
    row = ("4-MMC", "α-PVP; (+)-isomer", "Әбіл: бөлме 1+1", Decimal("12.340"), 7)
    data = csv_table(("Substance", "s", "t", "g", "n"), [row])
    assert data.startswith("\ufeff".encode())
    assert cells(data, ",")[5:] == [str(one) for one in row]
