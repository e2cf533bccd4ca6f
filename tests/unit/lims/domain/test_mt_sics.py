"""MT-SICS as text: what is written is read back, and nothing else is a weight."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lims.domain.mt_sics import MASS_UNITS, read_serial, read_weight, read_zero
from lims.errors import BalanceError

VALUES = st.decimals(-500, 500, places=4)


@given(
    value=VALUES,
    unit=st.sampled_from(sorted(MASS_UNITS)),
    letter=st.sampled_from("SD"),
    command=st.sampled_from("ST"),
    gap=st.integers(1, 12),
)
def test_a_weight_is_read_as_it_was_written(value, unit, letter, command, gap):
    line = f"{command} {letter}{' ' * gap}{value} {unit}"
    found = read_weight(line)
    assert (found.raw, found.mass_g, found.stable) == (line, value * MASS_UNITS[unit], letter == "S")


@given(
    st.text(st.characters(codec="ascii"), max_size=30) | st.from_regex(r"[STZI4 SDA\-+.0-9gk\"]{0,20}", fullmatch=True)
)
@example("S S  1.00  g")
@example("S S 1.00 g ")
@example("S S 1. g")
@example("S S +1.00 g")
@example("S S 1e3 g")
@example("S S ١٢ g")
@example("SI S 1.00 g")
def test_any_other_text_is_refused_or_says_exactly_its_mass(line):
    try:
        found = read_weight(line)
    except BalanceError:
        return
    assert line.isascii()
    command, stability, value, unit = line.split()
    assert command in {"S", "T"}
    assert found.stable == (stability == "S")
    assert found.mass_g == Decimal(value) * MASS_UNITS[unit]


def test_a_zero_and_a_serial_number_are_read():
    read_zero("Z A")
    assert read_serial('I4 A "B021002593"') == "B021002593"
    for line in ("Z I", "Z A ", "z A", "ES"):
        with pytest.raises(BalanceError):
            read_zero(line)
    for line in ('I4 A " "', 'I4 A "a"b"\n', "I4 L", ""):
        with pytest.raises(BalanceError):
            read_serial(line)
