import io

import h5py
import numpy as np
import pytest

from spectra import FormatError, RunMetadata
from spectra.formats import read_andi_hdf
from spectra.formats.andi_hdf import is_andi_hdf
from tests.builders.andi_file import TWO_SCANS, andi_file
from tests.builders.andi_hdf_file import STORED, andi_hdf_file

WHOLE = andi_hdf_file()


@pytest.fixture
def write(tmp_path):
    def written(data):
        path = tmp_path / "run.cdf"
        path.write_bytes(data)
        return path

    return written


def refusal(path):
    with pytest.raises(FormatError) as caught:
        read_andi_hdf(path)
    assert caught.value.path == path
    return caught.value


def edited(edit, **parts):
    """Give a file that was opened again and edited."""
    buffer = io.BytesIO(andi_hdf_file(**parts))
    with h5py.File(buffer, "r+", libver="latest") as file:
        edit(file)
    return buffer.getvalue()


@pytest.mark.parametrize("stored", STORED)
@pytest.mark.parametrize("version", ["earliest", "v108", "v110", "latest"])
def test_a_file_reads_to_what_was_written(write, stored, version):
    texts = {
        "experiment_title": np.bytes_("sample 1"),
        "operator_name": np.bytes_("CN "),
        "external_file_ref_0": 25,
        "administrative_comments": np.array([b"S", b"I"], dtype="S1"),
    }
    instrument = np.array([list(b"GC\0")], dtype="u1").view("S1")
    path = write(andi_hdf_file(stored=stored, version=version, texts=texts, instrument=instrument))
    run = read_andi_hdf(path)
    assert is_andi_hdf(path)
    assert run.scan_times_s.tolist() == [5.25, 5.84]
    assert run.scan_starts.tolist() == [0, 2, 5]
    assert run.mz.tolist() == [58.5, 91.0, 41.0, 58.0, 58.25]
    assert run.intensity.tolist() == [10.0, 5.0, 1.0, 2.0, 4.0]
    assert run.metadata == RunMetadata(
        sample_name="sample 1",
        operator="CN",
        instrument="GC",
        method="25",
        source_format="ANDI/AIA netCDF (mass spectrometry)",
    )


def test_another_container_is_refused(write):
    assert refusal(write(andi_file())).place == "byte 0"
    assert not is_andi_hdf(write(andi_file()))
    assert not is_andi_hdf(write(b"").parent)


def test_every_truncation_is_refused(write):
    for kept in range(8, len(WHOLE), 13):
        assert refusal(write(WHOLE[:kept])), kept


@pytest.mark.parametrize("name", TWO_SCANS)
def test_a_missing_variable_is_refused_by_name(write, name):
    assert refusal(write(andi_hdf_file(without=(name,)))).found == f"no '{name}'"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"mass_values": [TWO_SCANS["mass_values"]]}, "float64 of shape (1, 5)"),
        ({"mass_values": 5.0}, "float64 of shape ()"),
        ({"mass_values": np.array([b"a"] * 5)}, "|S1 of shape (5,)"),
        ({"mass_values": np.zeros(5, dtype=complex)}, "complex128 of shape (5,)"),
    ],
)
def test_a_variable_that_is_no_list_of_numbers_is_refused(write, changes, found):
    error = refusal(write(andi_hdf_file(**changes)))
    assert (error.place, error.found) == ("mass_values", found)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"point_count": [2, 2]}, "point_count"),
        ({"scan_index": [0, 3]}, "scan_index"),
        ({"total_intensity": [15.0, 7.1]}, "scan 2"),
        ({"mass_values": [58.5, np.nan, 41.0, 58.0, 58.25]}, "the scans"),
    ],
)
def test_the_scans_are_checked_as_in_the_classic_container(write, changes, place):
    assert refusal(write(andi_hdf_file(**changes))).place == place


@pytest.mark.parametrize(
    ("attribute", "value", "found"),
    [
        ("scale_factor", 2.0, "scale_factor [2.]"),
        ("add_offset", np.array([0.0, 0.0]), "add_offset [0. 0.]"),
        ("scale_factor", np.nan, "scale_factor [nan]"),
    ],
)
def test_a_scale_that_this_reader_does_not_apply_is_refused(write, attribute, value, found):
    error = refusal(write(andi_hdf_file(attributes={"mass_values": {attribute: value}})))
    assert (error.place, error.found) == ("mass_values", found)


def test_a_neutral_scale_is_no_scale(write):
    neutral = {"mass_values": {"scale_factor": np.array([1.0]), "add_offset": 0.0}}
    assert len(read_andi_hdf(write(andi_hdf_file(attributes=neutral)))) == 2


def test_a_scale_that_is_no_number_is_refused(write):
    error = refusal(write(andi_hdf_file(attributes={"mass_values": {"scale_factor": np.bytes_("twice")}})))
    assert error.place == "the HDF5 container"


def softly(file):
    file["mass_values"] = h5py.SoftLink("/intensity_values")


def outside(file):
    file["mass_values"] = h5py.ExternalLink("other.h5", "/mass_values")


def as_group(file):
    file.create_group("mass_values")


def virtually(file):
    layout = h5py.VirtualLayout(shape=(5,), dtype="f8")
    layout[:] = h5py.VirtualSource("other.h5", "mass_values", shape=(5,))
    file.create_virtual_dataset("mass_values", layout)


def externally(file):
    file.create_dataset("mass_values", shape=(5,), dtype="f8", external=[("/etc/hostname", 0, 40)])


def with_lzf(file):
    file.create_dataset("mass_values", data=np.array(TWO_SCANS["mass_values"]), chunks=(5,), compression="lzf")


def never_written(file):
    file.create_dataset("mass_values", shape=(5,), dtype="f8")


def without_a_chunk(file):
    file.create_dataset("mass_values", shape=(5,), dtype="f8", chunks=(2,))[:2] = 1.0


def as_a_bomb(file):
    file.create_dataset("mass_values", data=np.zeros(2_000_000), chunks=(2_000_000,), compression=9)


def beyond_measure(file):
    file.create_dataset("mass_values", shape=(2**40,), dtype="f8", chunks=(1000,))


def in_a_huge_chunk(file):
    file.create_dataset("mass_values", shape=(5,), maxshape=(None,), dtype="f8", chunks=(2**24,))


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (softly, "a SoftLink"),
        (outside, "a ExternalLink"),
        (as_group, "a Group"),
        (virtually, "values of another file"),
        (externally, "values of another file"),
        (with_lzf, "filter 32000"),
        (never_written, "0 stored bytes"),
        (without_a_chunk, "1 stored chunks"),
        (beyond_measure, f"{2**43} bytes"),
        (in_a_huge_chunk, "chunks of (16777216,)"),
    ],
)
def test_what_the_file_does_not_hold_itself_is_refused(write, edit, found):
    error = refusal(write(edited(edit, without=("mass_values",))))
    assert (error.place, error.found) == ("mass_values", found)


def test_a_bomb_is_refused_before_it_is_inflated(write):
    error = refusal(write(edited(as_a_bomb, without=("mass_values",))))
    assert error.found.startswith("16000000 bytes stored as ")


def test_texts_are_bounded(write):
    assert refusal(write(andi_hdf_file(instrument=np.zeros(70_000, dtype="S1")))).place == "instrument_name"
    assert refusal(write(andi_hdf_file(instrument=np.zeros(3)))).found == "float64 of shape (3,)"
    buffer = io.BytesIO()
    with h5py.File(io.BytesIO(WHOLE)) as short, h5py.File(buffer, "w", libver="latest") as long:
        for name in short:
            short.copy(name, long)
        long.attrs["operator_name"] = np.bytes_("x" * 70_000)
    assert refusal(write(buffer.getvalue())).found.startswith(
        "ValueError: the attribute operator_name is |S70000 of 70000"
    )


@pytest.mark.parametrize("value", ["sample 1", b"sample 1", np.array(["a", "b"], dtype=h5py.string_dtype())])
def test_texts_of_variable_length_are_refused(write, value):
    """In a damaged heap, where they lie, HDF5 searched without end (a byte changed from 2 to 128)."""
    error = refusal(write(andi_hdf_file(texts={"experiment_title": value})))
    assert error.found == (
        "ValueError: the attribute experiment_title is object of "
        f"{16 if np.ndim(value) == 0 else 32} bytes, not a number or text of fixed length"
    )
