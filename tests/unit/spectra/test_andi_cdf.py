import dataclasses
import struct

import numpy as np
import pytest

from spectra import FormatError, Run, RunMetadata
from spectra.chromatogram.simulation import SIMULATION_STATEMENT
from spectra.formats import read_andi_cdf, write_andi_cdf
from spectra.formats.andi_cdf import is_andi_cdf
from tests.builders.andi_file import TWO_SCANS, andi_file

WHOLE = andi_file()
RUN = Run(
    scan_times_s=np.array([1.0, 1.5, 2.0]),
    scan_starts=np.array([0, 2, 2, 3]),
    mz=np.array([58.0651, 91.0542, 41.0]),
    intensity=np.array([1e9, 1e-9, 3.25]),
    metadata=RunMetadata(
        sample_name="Проба № 5 — 'кетамин'",
        acquired_at="20261122143000+0500",
        operator="CN",
        instrument="GCMS 7",
        method="screen.M",
        vial="11",
    ),
)


@pytest.fixture
def write(tmp_path):
    def written(data):
        path = tmp_path / "run.cdf"
        path.write_bytes(data)
        return path

    return written


def refusal(path):
    with pytest.raises(FormatError) as caught:
        read_andi_cdf(path)
    assert caught.value.path == path
    return caught.value


def assert_same_scans(one, other):
    for name in ("scan_times_s", "scan_starts", "mz", "intensity"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name


def test_a_file_reads_to_what_was_written(write):
    texts = {
        "experiment_title": b"sample 1\0",
        "operator_name": b"SC ",
        "experiment_date_time_stamp": b"20070923040800+0200",
        "external_file_ref_0": b"FIRE_RTL.M",
        "administrative_comments": b"1% CH2Cl2",
    }
    run = read_andi_cdf(write(andi_file(texts=texts, instrument_name=[b"G", b"C", b"\0"])))
    assert run.scan_times_s.tolist() == [5.25, 5.84]
    assert run.scan_starts.tolist() == [0, 2, 5]
    assert run.mz.tolist() == [58.5, 91.0, 41.0, 58.0, 58.25]
    assert run.intensity.tolist() == [10.0, 5.0, 1.0, 2.0, 4.0]
    assert run.metadata == RunMetadata(
        sample_name="sample 1",
        acquired_at="20070923040800+0200",
        operator="SC",
        instrument="GC",
        method="FIRE_RTL.M",
        source_format="ANDI/AIA netCDF (mass spectrometry)",
    )


def test_texts_that_are_absent_are_empty_and_others_are_shown_escaped(write):
    metadata = read_andi_cdf(
        write(andi_file(texts={"experiment_title": b"25 \xb5g", "operator_name": b"\xd0\xaf"}))
    ).metadata
    assert (metadata.sample_name, metadata.operator) == ("25 \\xb5g", "Я")
    assert (metadata.instrument, metadata.method) == ("", "")


def test_a_number_where_a_text_belongs_is_shown(write):
    assert read_andi_cdf(write(andi_file(texts={"experiment_title": 25}))).metadata.sample_name == "25"


def test_peaks_are_sorted_within_their_scan_only(write):
    run = read_andi_cdf(write(andi_file(mass_values=[91.0, 58.5, 58.25, 41.0, 58.0])))
    assert run.mz.tolist() == [58.5, 91.0, 41.0, 58.0, 58.25]
    assert run.intensity.tolist() == [5.0, 10.0, 2.0, 4.0, 1.0]


def test_both_classic_versions_are_known_by_content(write):
    assert read_andi_cdf(write(andi_file(version=2))).mz.tolist() == list(TWO_SCANS["mass_values"])
    assert is_andi_cdf(write(WHOLE))
    assert not is_andi_cdf(write(b"CDF\x05" + WHOLE[4:]))
    assert not is_andi_cdf(write(b""))


def test_a_folder_is_no_file(tmp_path):
    assert not is_andi_cdf(tmp_path)
    assert refusal(tmp_path).found == "a folder or device"


def test_a_run_is_written_so_that_it_reads_back(write):
    back = read_andi_cdf(write(write_andi_cdf(RUN)))
    assert_same_scans(back, RUN)
    assert back.metadata == dataclasses.replace(RUN.metadata, source_format="ANDI/AIA netCDF (mass spectrometry)")


def test_a_run_without_peaks_is_written_so_that_it_reads_back(write):
    empty = dataclasses.replace(RUN, scan_starts=np.zeros(4, dtype=int), mz=np.array([]), intensity=np.array([]))
    assert_same_scans(read_andi_cdf(write(write_andi_cdf(empty))), empty)


@pytest.mark.parametrize("statement", [SIMULATION_STATEMENT, "made up for a lesson", ""])
def test_a_simulated_run_stays_simulated_in_its_file(write, statement):
    metadata = RunMetadata(simulated=True, simulation_statement=statement)
    back = read_andi_cdf(write(write_andi_cdf(dataclasses.replace(RUN, metadata=metadata)))).metadata
    assert back.simulated
    assert back.simulation_statement.startswith("SIMULATED DATA")
    assert statement in back.simulation_statement


def test_a_measured_run_stays_measured_in_its_file(write):
    back = read_andi_cdf(write(write_andi_cdf(RUN))).metadata
    assert (back.simulated, back.simulation_statement) == (False, "")


@pytest.mark.parametrize(
    "content",
    [b"", b"CDF", b"\x89HDF\r\n\x1a\n" + bytes(500), b"<!DOCTYPE html><html></html>", b"PK\x03\x04", b"CDF\x05"],
)
def test_another_format_is_refused(write, content):
    error = refusal(write(content))
    assert (error.place, error.expected) == ("byte 0", "a classic netCDF file (CDF-1 or CDF-2)")


def test_every_truncation_is_refused(write):
    for kept in range(4, len(WHOLE)):
        assert refusal(write(WHOLE[:kept])).place in {"the netCDF container", "byte 0"}, kept


@pytest.mark.parametrize("name", TWO_SCANS)
def test_a_missing_variable_is_refused_by_name(write, name):
    error = refusal(write(andi_file(without=(name,))))
    assert (error.place, error.found) == ("the variables", f"no '{name}'")


@pytest.mark.parametrize("name", TWO_SCANS)
def test_a_variable_that_is_no_list_is_refused_by_name(write, name):
    values = TWO_SCANS[name]
    for shape, changed in (((), values[0]), ((1, len(values)), [values]), ((len(values), 1), [[v] for v in values])):
        error = refusal(write(andi_file(**{name: changed})))
        assert (error.place, error.found) == (name, f"shape {shape}")


@pytest.mark.parametrize(
    ("attribute", "value", "found"),
    [
        ("scale_factor", 2.0, "scale_factor 2.0"),
        ("add_offset", 5.0, "add_offset 5.0"),
        ("scale_factor", np.nan, "scale_factor nan"),
    ],
)
def test_a_scale_that_this_reader_does_not_apply_is_refused(write, attribute, value, found):
    error = refusal(write(andi_file(attributes={"intensity_values": {attribute: value}})))
    assert (error.place, error.found) == ("intensity_values", found)


def test_a_neutral_scale_is_no_scale(write):
    neutral = {"intensity_values": {"scale_factor": 1.0, "add_offset": 0.0}}
    assert len(read_andi_cdf(write(andi_file(attributes=neutral)))) == 2


def test_a_scale_that_is_no_number_is_refused(write):
    error = refusal(write(andi_file(attributes={"mass_values": {"scale_factor": b"twice"}})))
    assert error.place == "the netCDF container"


@pytest.mark.parametrize(
    ("changes", "place", "found"),
    [
        ({"scan_acquisition_time": [5.25]}, "the scans", "variables of different lengths"),
        ({"total_intensity": [15.0, 7.0, 1.0]}, "the scans", "variables of different lengths"),
        ({"scan_index": [0, 3]}, "scan_index", "places that are not the sum of the counts"),
        ({"scan_index": [1, 2]}, "scan_index", "places that are not the sum of the counts"),
        ({"point_count": [2, 2]}, "point_count", "4 points in the scans, 5 m/z, 5 intensities"),
        ({"intensity_values": [10.0, 5.0, 1.0, 2.0]}, "point_count", "5 points in the scans, 5 m/z, 4 intensities"),
        ({"mass_values": [58.5, 91.0, 41.0]}, "point_count", "5 points in the scans, 3 m/z, 5 intensities"),
        ({"point_count": [-2, 7], "scan_index": [0, -2]}, "point_count", "counts that are no counts"),
        ({"point_count": [2, 6]}, "point_count", "counts that are no counts"),
        ({"total_intensity": [15.0, 7.1]}, "scan 2", "peaks that sum to 7"),
        ({"total_intensity": [14.9, 7.0]}, "scan 1", "peaks that sum to 15"),
        ({"total_intensity": [np.nan, 7.0]}, "total_intensity", "a total that is not finite"),
        ({"total_intensity": [np.inf, 7.0]}, "total_intensity", "a total that is not finite"),
    ],
)
def test_numbers_that_disagree_are_refused(write, changes, place, found):
    error = refusal(write(andi_file(**changes)))
    assert (error.place, error.found) == (place, found)


@pytest.mark.parametrize(
    "counts", [[2.5, 2.5], [np.nan, 5.0], [np.inf, 5.0], [2.0**62, 2.0**62, 2.0**62, 2.0**62, 5.0]]
)
def test_counts_that_are_no_counts_are_refused(write, counts):
    n_scans = len(counts)
    changes = {
        "point_count": counts,
        "scan_index": np.cumsum([0.0, *counts[:-1]]),
        "scan_acquisition_time": np.arange(n_scans),
        "total_intensity": np.zeros(n_scans),
    }
    error = refusal(write(andi_file(kinds={"point_count": "d", "scan_index": "d"}, **changes)))
    assert (error.place, error.found) == ("point_count", "counts that are no counts")


def test_a_total_of_nothing_means_that_none_was_recorded(write):
    assert len(read_andi_cdf(write(andi_file(total_intensity=[0.0, -9999.0])))) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"scan_acquisition_time": [5.84, 5.25]},
        {"scan_acquisition_time": [-1.0, 5.25]},
        {"mass_values": [58.5, np.nan, 41.0, 58.0, 58.25]},
        {"mass_values": [-58.5, 91.0, 41.0, 58.0, 58.25]},
        {"intensity_values": [-10.0, 5.0, 1.0, 2.0, 4.0]},
        {"intensity_values": [np.inf, 5.0, 1.0, 2.0, 4.0]},
    ],
)
def test_scans_that_no_run_can_have_are_refused(write, changes):
    error = refusal(write(andi_file(**changes)))
    assert (error.place, error.expected) == ("the scans", "sound scans")


def test_a_file_without_scans_is_refused(write):
    nothing = {name: np.array([]) for name in TWO_SCANS}
    assert refusal(write(andi_file(**nothing))).place in {"the scans", "the netCDF container"}


NUMBER_OF_RECORDS = 4
DIMENSIONS = 12
"""Their number; each is the length of its name, the name padded to 4 bytes, its size."""


def with_word(data, place, value):
    changed = bytearray(data)
    struct.pack_into(">I", changed, place, value)
    return bytes(changed)


def size_of_dimension(data, name):
    place = data.index(name) + len(name)
    return place + -place % 4


@pytest.mark.parametrize("size", [0x7FFFFFFF, 0xFFFFFFFB, 6, 4])
@pytest.mark.parametrize("name", [b"mass_values_0", b"scan_index_0"])
def test_a_lying_dimension_is_refused(write, name, size):
    assert refusal(write(with_word(WHOLE, size_of_dimension(WHOLE, name), size)))


@pytest.mark.parametrize("value", [0x7FFFFFFF, 0x77359400, 0xFFFFFFFF])
def test_a_lying_number_of_dimensions_is_refused(write, value):
    assert refusal(write(with_word(WHOLE, DIMENSIONS, value))).place == "the netCDF container"


@pytest.mark.parametrize("value", [0x7FFFFFFF, 0x77359400, 0xFFFFFFFF])
def test_a_lying_number_of_variables_is_refused(write, value):
    place = WHOLE.index(bytes.fromhex("0000000b")) + 4
    assert refusal(write(with_word(WHOLE, place, value))).place in {"the netCDF container", "the variables"}


def test_a_lying_attribute_is_refused(write):
    data = andi_file(texts={"operator_name": b"SC"})
    place = data.index(b"operator_name") + 16  # the name is padded to 16 bytes; its type follows, then its length
    assert struct.unpack_from(">II", data, place) == (2, 2)
    assert refusal(write(with_word(data, place + 4, 2_000_000_000))).place == "the netCDF container"
    assert refusal(write(with_word(data, place, 77))).place == "the netCDF container"


def test_a_variable_that_begins_beyond_the_file_is_refused(write):
    place = WHOLE.index(b"mass_values\0") + 12
    n_dimensions, _, n_attributes_tag, _, kind, n_bytes = struct.unpack_from(">6I", WHOLE, place)
    assert (n_dimensions, n_attributes_tag, kind, n_bytes) == (1, 0, 6, 40)
    for begin in (len(WHOLE), 0x7FFFFFFF, 0xFFFFFFFF):
        assert refusal(write(with_word(WHOLE, place + 24, begin))).place == "the netCDF container"
    assert refusal(write(with_word(WHOLE, place + 4, 99))).place == "the netCDF container"
    assert refusal(write(with_word(WHOLE, place + 16, 77))).place == "the netCDF container"


@pytest.mark.real_data
def test_a_real_file_reads_whole(shared_data):
    run = read_andi_cdf(shared_data / "formats" / "agilent-gcms.cdf")
    assert (len(run), len(run.mz)) == (6401, 157_201)
    assert (run.scan_times_s[0], run.scan_times_s[-1]) == (5.25, 3779.754)
    assert run.total_ion_current.sum() == 126_587_412.0
    assert run.metadata.sample_name == "P071 Essence super BP"
    assert run.metadata.instrument == "Gas Chromatograph"
    assert not run.metadata.simulated


@pytest.mark.real_data
@pytest.mark.parametrize("cut", [30, 120, 2_000, 1_200_000, 2_517_393 - 120])
def test_a_cut_copy_of_a_real_file_is_refused(shared_data, write, cut):
    data = (shared_data / "formats" / "agilent-gcms.cdf").read_bytes()
    assert refusal(write(data[:-cut])).place == "the netCDF container"


@pytest.mark.real_data
def test_a_real_file_that_is_written_again_reads_the_same(shared_data, write):
    run = read_andi_cdf(shared_data / "formats" / "agilent-gcms.cdf")
    assert_same_scans(read_andi_cdf(write(write_andi_cdf(run))), run)
