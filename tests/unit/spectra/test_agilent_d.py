import dataclasses
import struct

import numpy as np
import pytest

from spectra import FormatError
from spectra.formats import read_agilent_d, run_manifest
from spectra.formats.agilent_d import is_agilent_d
from tests.builders.agilent_folder import THREE_SCANS, WrittenScan, data_file, write_folder

WHOLE = data_file(method="benzodiazepines_GCMS_10split_2022.M")


def refusal(folder):
    with pytest.raises(FormatError) as caught:
        read_agilent_d(folder)
    return caught.value


def refused(folder, data):
    """Tell whether a reader refuses these bytes, with nothing but a format error."""
    write_folder(folder, bytes(data))
    try:
        read_agilent_d(folder)
    except FormatError:
        return True
    return False


def with_packed(place, form, value, data=WHOLE.data):
    changed = bytearray(data)
    struct.pack_into(form, changed, place, value)
    return bytes(changed)


def test_a_whole_file_reads_to_what_was_written(tmp_path):
    run = read_agilent_d(write_folder(tmp_path / "a.D", WHOLE.data))
    assert run.scan_times_s.tolist() == [185.502, 185.864, 186.226]
    assert run.scan_starts.tolist() == [0, 3, 5, 8]
    assert run.mz.tolist() == [44.0, 58.0, 200.0, 58.0, 91.0, 45.0, 90.95, 91.0]
    # 300 000 is kept as 4 687 * 64 and 2 000 000 as 3 906 * 512: what does not fit 14 bits is cut off
    assert run.intensity.tolist() == [20_000, 900, 50, 16_383, 299_968, 1_999_872, 3, 7]
    metadata = run.metadata
    assert (metadata.sample_name, metadata.operator, metadata.instrument) == ("made by a test", "CN", "GCMS")
    assert (metadata.acquired_at, metadata.vial) == ("23 Feb 22  02:30 pm", "7")
    assert metadata.method == "benzodiazepines_GCMS_10split_2022.M"
    assert metadata.source_format == "Agilent ChemStation MS (data.ms)"
    assert (metadata.simulated, metadata.simulation_statement) == (False, "")


def test_the_name_of_the_file_may_be_written_in_any_case(tmp_path):
    folder = write_folder(tmp_path / "a.D", WHOLE.data)
    (folder / "data.ms").rename(folder / "DATA.MS")
    assert is_agilent_d(folder)
    assert len(read_agilent_d(folder)) == 3


def test_a_short_method_name_is_the_whole_name(tmp_path):
    for method, expected in (("", ""), ("short.M", "short.M")):
        data = bytearray(data_file(method=method).data)
        data[0x180:0x1F0] = bytes(0x70)  # older software writes no long form
        assert read_agilent_d(write_folder(tmp_path / "a.D", bytes(data))).metadata.method == expected


def test_a_long_method_name_without_an_end_is_cut_as_the_header_cuts_it(tmp_path):
    name = "benzodiazepines_GCMS"[:19]
    data = data_file([dataclasses.replace(scan, time_ms=0x01010101 + n) for n, scan in enumerate(THREE_SCANS)]).data
    placed = bytearray(data)
    placed[0xE4 : 0xE4 + 20] = bytes([19]) + name.encode()
    tail = name.encode("utf-16-le")
    placed[0x200 - len(tail) : 0x200] = tail
    write_folder(tmp_path / "a.D", bytes(placed))
    assert read_agilent_d(tmp_path / "a.D").metadata.method.startswith(name)


def test_text_that_is_not_ascii_is_shown_escaped(tmp_path):
    run = read_agilent_d(write_folder(tmp_path / "a.D", data_file(sample="25 µg").data))
    assert run.metadata.sample_name == "25 \\xb5g"


def test_scans_without_peaks_are_scans(tmp_path):
    scans = [WrittenScan(time_ms=1_000, peaks=()), *THREE_SCANS, WrittenScan(time_ms=200_000, peaks=())]
    run = read_agilent_d(write_folder(tmp_path / "a.D", data_file(scans).data))
    assert np.diff(run.scan_starts).tolist() == [0, 3, 2, 3, 0]


def test_a_file_without_any_peak_is_refused(tmp_path):
    error = refusal(write_folder(tmp_path / "a.D", data_file([WrittenScan(time_ms=1_000, peaks=())]).data))
    assert (error.place, error.found) == ("the scans", "no peak in any scan")


def test_the_acquisition_time_of_the_xml_file_has_more_digits(tmp_path):
    xml = b'<c:Contents xmlns:c="urn:c"><c:AcquiredTime> 2022-02-23T14:30:34Z </c:AcquiredTime></c:Contents>'
    run = read_agilent_d(write_folder(tmp_path / "a.D", WHOLE.data, contents_xml=xml))
    assert run.metadata.acquired_at == "2022-02-23T14:30:34Z"
    run = read_agilent_d(write_folder(tmp_path / "b.D", WHOLE.data, contents_xml=b"<Contents/>"))
    assert run.metadata.acquired_at == "23 Feb 22  02:30 pm"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32", "cp037"])
def test_a_document_type_is_refused_in_every_encoding(tmp_path, encoding):
    document = '<!DOCTYPE c [<!ENTITY x "1999-01-01">]><c><AcquiredTime>&x;</AcquiredTime></c>'
    text = f'<?xml version="1.0" encoding="{encoding}"?>{document}'
    error = refusal(write_folder(tmp_path / "a.D", WHOLE.data, contents_xml=text.encode(encoding)))
    assert error.path.name == "Contents.xml"


@pytest.mark.parametrize("declaration", [b"<!DOCTYPE c>", b"<!doctype c>", b"<! DOCTYPE c>"])
def test_a_document_type_is_refused_however_it_is_written(tmp_path, declaration):
    error = refusal(write_folder(tmp_path / "a.D", WHOLE.data, contents_xml=declaration + b"<c/>"))
    assert (error.found, error.expected) == ("a document type or over 1 MB", "a small XML file without DOCTYPE")


def test_a_document_type_that_only_the_decoded_text_shows_is_refused(tmp_path):
    hidden = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE c [+ADwAIQ-ENTITY x "1999-01-01">]><c/>'
    error = refusal(write_folder(tmp_path / "a.D", WHOLE.data, contents_xml=hidden))
    assert (error.place, error.found) == ("the XML", "a document type")


@pytest.mark.parametrize("xml", [b"", b"<c>", b"no xml", b"<c></d>", b"<?xml version='1.0' encoding='nonsense'?><c/>"])
def test_xml_that_is_not_well_formed_is_refused(tmp_path, xml):
    error = refusal(write_folder(tmp_path / "a.D", WHOLE.data, contents_xml=xml))
    assert (error.place, error.expected) == ("the XML", "well-formed XML")


def test_a_large_xml_file_is_refused(tmp_path):
    error = refusal(write_folder(tmp_path / "a.D", WHOLE.data, contents_xml=b"<c>" + b" " * 1_000_000 + b"</c>"))
    assert error.found == "a document type or over 1 MB"


def test_what_is_no_folder_is_refused(tmp_path):
    assert refusal(tmp_path / "missing").found == "nothing"
    (tmp_path / "file").touch()
    assert refusal(tmp_path / "file").found == "a file"
    assert not is_agilent_d(tmp_path / "file")


def test_a_folder_without_its_data_file_is_refused(tmp_path):
    assert refusal(tmp_path).found == "an empty folder"
    (tmp_path / "GC.ini").touch()
    error = refusal(tmp_path)
    assert (error.found, error.expected) == ("GC.ini", "an Agilent .D folder with one data.ms")
    assert not is_agilent_d(tmp_path)


def test_two_data_files_that_differ_in_case_are_refused(tmp_path):
    folder = write_folder(tmp_path / "a.D", WHOLE.data)
    (folder / "DATA.MS").write_bytes(WHOLE.data)
    assert refusal(folder).found == "DATA.MS, data.ms"


def test_another_format_is_refused(tmp_path):
    spectral = bytearray(WHOLE.data)
    spectral[0x04:0x16] = bytes([17]) + b"MSD Spectral File"
    for data in (b"CDF\x01" + bytes(1000), b"PK\x03\x04" + bytes(1000), bytes(1000), bytes(spectral)):
        error = refusal(write_folder(tmp_path / "a.D", data))
        assert (error.place, error.expected) == ("byte 0", "01320000 'GC / MS Data File' (ChemStation GC/MS)")


@pytest.mark.parametrize("n_bytes", [0, 1, 4, 0x100, 0x147])
def test_a_file_shorter_than_its_header_is_refused(tmp_path, n_bytes):
    error = refusal(write_folder(tmp_path / "a.D", WHOLE.data[:n_bytes]))
    assert (error.place, error.found) == ("the header", f"{n_bytes} bytes")


def test_every_truncation_is_refused(tmp_path):
    kept = [n for n in range(len(WHOLE.data)) if not refused(tmp_path / "a.D", WHOLE.data[:n])]
    assert kept == []


def test_padding_is_refused(tmp_path):
    for data in (WHOLE.data + b"\0", WHOLE.data + bytes(4096), WHOLE.data + WHOLE.data):
        assert refusal(write_folder(tmp_path / "a.D", data)).place == "the file's size"
    middle = WHOLE.data[: WHOLE.scans[1]] + bytes(2) + WHOLE.data[WHOLE.scans[1] :]
    assert refused(tmp_path / "a.D", middle)


def test_two_scans_in_each_others_place_are_refused(tmp_path):
    first, second, third = (scan.to_bytes() for scan in THREE_SCANS)
    swapped = WHOLE.data[: WHOLE.scans[0]] + second + first + third + WHOLE.data[WHOLE.directory :]
    assert len(swapped) == len(WHOLE.data)
    assert refused(tmp_path / "a.D", swapped)


def structural_places():
    places = [*range(0x16), *range(0x104, 0x108), 0x10A, 0x10B, *range(0x116, 0x11A), 0x142, 0x143]
    ends = (*WHOLE.scans[1:], WHOLE.directory)
    for start, end in zip(WHOLE.scans, ends, strict=True):
        places += [*range(start, start + 18), *range(end - 10, end)]
    return [*places, *range(WHOLE.directory, len(WHOLE.data))]


def flips_that_are_read(folder, places):
    survivors = []
    for place in places:
        for bit in range(8):
            data = bytearray(WHOLE.data)
            data[place] ^= 1 << bit
            if not refused(folder, data):
                survivors.append((place, bit))
    return survivors


def test_every_flipped_bit_of_the_structure_is_refused(tmp_path):
    assert flips_that_are_read(tmp_path / "a.D", structural_places()) == []


def test_every_flipped_bit_of_the_high_byte_of_an_intensity_is_refused(tmp_path):
    places = [start + 18 + 4 * peak + 2 for start, peak in zip(WHOLE.scans, (0, 1, 2), strict=True)]
    places += [start + 18 + 2 for start in WHOLE.scans]
    assert flips_that_are_read(tmp_path / "a.D", places) == []


def test_what_a_flipped_bit_can_still_change_is_a_mass_or_the_last_counts(tmp_path):
    """Nothing in the file repeats these; only the digest that is taken at import covers them."""
    ends = (*WHOLE.scans[1:], WHOLE.directory)
    peaks = {
        place: ("m/z", "m/z", "high byte", "low byte")[(place - start - 18) % 4]
        for start, end in zip(WHOLE.scans, ends, strict=True)
        for place in range(start + 18, end - 10)
    }
    survivors = flips_that_are_read(tmp_path / "a.D", peaks)
    assert {peaks[place] for place, _ in survivors} == {"m/z", "low byte"}
    assert len(survivors) < 0.4 * 8 * len(peaks)


def test_texts_of_the_header_are_taken_as_they_stand(tmp_path):
    data = bytearray(WHOLE.data)
    data[0x19] ^= 1
    assert read_agilent_d(write_folder(tmp_path / "a.D", bytes(data))).metadata.sample_name == "lade by a test"


@pytest.mark.parametrize(
    ("place", "form", "value", "where"),
    [
        (0x116, ">I", 0, "byte 0x116"),
        (0x116, ">I", 4, "byte 0x116"),
        (0x104, ">I", 0, "the file's size"),
        (0x104, ">I", 0xFFFFFFFF, "the file's size"),
        (0x10A, ">H", 0, "the header"),
        (0x10A, ">H", 1, "the header"),
        (0x10A, ">H", 0xFFFF, "scan 1"),
        (WHOLE.scans[0] + 12, ">H", 0xFFFF, "scan 1"),
        (WHOLE.scans[2] + 12, ">H", 4, "scan 3"),
        (WHOLE.directory + 4, ">I", 185_503, "scan 1"),
    ],
)
def test_a_lying_number_is_refused_where_it_stands(tmp_path, place, form, value, where):
    error = refusal(write_folder(tmp_path / "a.D", with_packed(place, form, value)))
    assert error.place.startswith(where)


def test_a_directory_before_the_first_byte_is_refused(tmp_path):
    # size and count agree with a directory that would begin two bytes before the file
    data = bytearray(WHOLE.data[: 12 * 60 - 2])
    data += bytes(12 * 60 - 2 - len(data))
    for place, form, value in ((0x104, ">I", 0), (0x116, ">I", 60), (0x142, "<H", 60)):
        struct.pack_into(form, data, place, value)
    assert len(data) == 12 * 60 - 2
    assert refusal(write_folder(tmp_path / "a.D", bytes(data))).expected.startswith("places after the header")


def test_scans_before_the_first_byte_are_refused(tmp_path):
    data = with_packed(0x10A, ">H", 0)
    data = with_packed(WHOLE.directory, ">I", 0, data)
    assert refusal(write_folder(tmp_path / "a.D", data)).expected.startswith("places after the header")


def test_a_scan_header_cut_by_the_directory_is_refused(tmp_path):
    # one more scan in the directory than there is room for
    rows = WHOLE.data[WHOLE.directory :] + struct.pack(">III", WHOLE.directory // 2 + 1, 186_999, 0)
    data = bytearray(WHOLE.data[: WHOLE.directory] + rows)
    struct.pack_into(">I", data, 0x116, 4)
    struct.pack_into("<H", data, 0x142, 4)
    error = refusal(write_folder(tmp_path / "a.D", bytes(data)))
    assert (error.found, error.expected) == ("the scan directory", "a scan header")


def test_bytes_of_no_scan_before_the_directory_are_refused(tmp_path):
    data = bytearray(WHOLE.data[: WHOLE.directory] + bytes(6) + WHOLE.data[WHOLE.directory :])
    struct.pack_into(">I", data, 0x104, (WHOLE.directory + 6) // 2 + 1)
    error = refusal(write_folder(tmp_path / "a.D", bytes(data)))
    assert (error.place, error.found) == (f"byte {WHOLE.directory}", "6 bytes of no scan")


def test_more_scans_than_the_decoder_counts_are_refused(tmp_path):
    scans = [WrittenScan(time_ms=1 + number, peaks=((900, 1),) if number == 0 else ()) for number in range(65_537)]
    error = refusal(write_folder(tmp_path / "a.D", data_file(scans).data))
    assert (error.found, error.expected) == ("a decoder that gave up", "65537 scans")
    error = refusal(write_folder(tmp_path / "a.D", data_file(scans[:65_536]).data))
    assert (error.place, error.found) == ("byte 0x116", "65536 scans")


def test_scans_that_do_not_rise_in_time_are_refused(tmp_path):
    scans = [THREE_SCANS[0], dataclasses.replace(THREE_SCANS[1], time_ms=185_502)]
    error = refusal(write_folder(tmp_path / "a.D", data_file(scans).data))
    assert (error.place, error.expected) == ("the scans", "sound scans")
    assert "scan 2 is not later" in error.found


def test_an_mz_of_zero_is_refused(tmp_path):
    error = refusal(write_folder(tmp_path / "a.D", data_file([WrittenScan(time_ms=1, peaks=((0, 5),))]).data))
    assert (error.place, error.expected) == ("the scans", "sound scans")


@pytest.mark.parametrize("fraction", [-1, 6, 1_000_000])
def test_peaks_that_do_not_add_up_to_the_recorded_total_are_refused(tmp_path, fraction):
    scan = WrittenScan(time_ms=1, peaks=((1_820, 700), (1_160, 900), (900, 20), (880, 30), (860, 4)), fraction=fraction)
    error = refusal(write_folder(tmp_path / "a.D", data_file([scan]).data))
    assert (error.place, error.found) == ("scan 1", "peaks that sum to 1654")
    assert error.expected == f"the recorded total of {1654 + fraction}"


@pytest.mark.parametrize("fraction", [0, 5])
def test_the_recorded_total_may_have_the_counts_that_were_cut_off(tmp_path, fraction):
    scan = WrittenScan(time_ms=1, peaks=((1_820, 700), (1_160, 900), (900, 20), (880, 30), (860, 4)), fraction=fraction)
    run = read_agilent_d(write_folder(tmp_path / "a.D", data_file([scan]).data))
    assert run.total_ion_current.tolist() == [1654.0]


def test_reading_changes_nothing_on_disk(tmp_path):
    folder = write_folder(tmp_path / "a.D", WHOLE.data, contents_xml=b"<c/>")
    before = run_manifest(folder)
    read_agilent_d(folder)
    assert run_manifest(folder) == before
