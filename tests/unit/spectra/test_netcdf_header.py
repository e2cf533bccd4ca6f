"""The header of classic netCDF against the size of its file: each number of it made to lie."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from scipy.io import netcdf_file

from spectra import FormatError
from spectra.formats.netcdf_header import require_room
from tests.builders.andi_file import TWO_SCANS, andi_file

PATH = Path("run.cdf")
RECORDS = 3


def growing(*kinds):
    """Write variables that grow with the records, the kinds given, and a fixed one."""
    buffer = io.BytesIO()
    container = netcdf_file(buffer, "w")
    container.createDimension("time", None)
    container.createDimension("pair", 2)
    container.createVariable("fixed", "d", ("pair",))[:] = [1.0, 2.0]
    for number, kind in enumerate(kinds):
        variable = container.createVariable(f"v{number}", kind, ("time", "pair"))
        variable[:] = np.ones((RECORDS, 2)).astype(variable.typecode())
    container.flush()
    return buffer.getvalue()


def refusal(data):
    with pytest.raises(FormatError) as caught:
        require_room(PATH, data)
    assert caught.value.place == "the netCDF container"
    return caught.value.found


def with_word(data, place, value):
    changed = bytearray(data)
    struct.pack_into(">I", changed, place, value)
    return bytes(changed)


@pytest.mark.parametrize("version", [1, 2])
def test_a_whole_file_has_room(version):
    require_room(PATH, andi_file(version=version, texts={"operator_name": b"CN"}))


@pytest.mark.parametrize("kinds", [(), ("d",), ("b",), ("b", "d"), ("h", "i", "f")])
def test_records_have_room_and_none_to_spare(kinds):
    data = growing(*kinds)
    require_room(PATH, data)
    if kinds:
        with netcdf_file(io.BytesIO(data), "r", mmap=False) as container:
            last = max(container.variables[f"v{number}"].itemsize() for number in range(len(kinds)))
        assert "to " in refusal(data[: -4 - last])


def test_no_record_needs_no_room():
    data = growing("d", "d")
    require_room(PATH, with_word(data[: data.index(struct.pack(">d", 2.0)) + 8], 4, 0))


@pytest.mark.parametrize("number", [0x7FFFFFFF, RECORDS + 1, 0xFFFFFFFE])
def test_a_lying_number_of_records_is_refused(number):
    assert refusal(with_word(growing("d", "d"), 4, number)).startswith("'v0' from byte")


def test_a_number_of_records_that_is_left_open_is_refused():
    assert refusal(with_word(growing("d"), 4, 0xFFFFFFFF)) == "a number of records that is left open"
    assert refusal(with_word(andi_file(), 4, 0xFFFFFFFF)) == "a number of records that is left open"


@pytest.mark.parametrize("number", [1001, 2_000_000_000])
def test_lists_are_capped(number):
    data = andi_file(texts={"operator_name": b"CN"})
    for tag, count in ((0x0A, len(TWO_SCANS)), (0x0B, len(TWO_SCANS)), (0x0C, 1)):
        place = data.index(struct.pack(">II", tag, count))
        assert refusal(with_word(data, place + 4, number)) == f"a list of {number}"


def variable_place(data):
    """Give where the rank of ``mass_values`` stands; its dimension, attributes (2), type, size and place follow."""
    place = data.index(b"mass_values\0", data.index(struct.pack(">II", 0x0B, len(TWO_SCANS)))) + 12
    assert struct.unpack_from(">I", data, place) == (1,)
    return place


@pytest.mark.parametrize(
    ("offset", "value", "found"),
    [
        (0, 40, "'mass_values' with 40 dimensions"),
        (0, 2_000_000_000, "'mass_values' with 2000000000 dimensions"),
        (4, 99, "'mass_values' on dimension 99"),
        (8, 5, "tag 5 before a list"),
        (16, 77, "type 77"),
        (24, 0x7FFFFFFF, f"'mass_values' from byte {0x7FFFFFFF} to {0x7FFFFFFF + 40}"),
        (24, 4, "'mass_values' from byte 4 to 44"),
    ],
)
def test_a_lying_variable_is_refused(offset, value, found):
    data = andi_file()
    assert refusal(with_word(data, variable_place(data) + offset, value)) == found


def test_the_stated_size_of_a_variable_is_not_believed():
    data = andi_file()
    require_room(PATH, with_word(data, variable_place(data) + 20, 0xFFFFFFFF))


def test_every_cut_is_refused():
    data = andi_file(texts={"operator_name": b"CN"})
    for kept in range(4, len(data)):
        assert refusal(data[:kept])
