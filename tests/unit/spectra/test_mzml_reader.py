import base64
import gzip
import math
import zlib

import numpy as np
import pytest

from spectra import FormatError
from spectra.formats import binary_arrays
from spectra.formats.mzml import is_mzml, read_mzml, read_mzml_scans
from tests.builders.scan_files import (
    CHROMATOGRAM,
    THREE_SCANS,
    Scan,
    bare_mzml,
    cv,
    mzml_array,
    mzml_body,
    mzml_file,
    sealed_mzml,
)

LEVEL = cv("MS:1000511", "ms level", 1)
TIME = cv("MS:1000016", "scan start time", "1.5", "UO:0000010")
MZ = mzml_array(THREE_SCANS[0].mz, "mz")
INTENSITY = mzml_array(THREE_SCANS[0].intensity, "intensity")
ZLIB = cv("MS:1000574", "zlib compression")
MZ_KIND = cv("MS:1000514", "m/z array", unit="MS:1000040")
FIRST_ARRAYS = f'<binaryDataArrayList count="2">{MZ}{INTENSITY}</binaryDataArrayList>'


def text_of(array):
    return array.partition("<binary>")[2].partition("<")[0]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.mzML"


def read(path, data):
    path.write_bytes(data)
    return read_mzml(path)


def test_every_spectrum_becomes_a_scan(path):
    run = read(path, mzml_file())
    assert run.scan_times_s.tolist() == [1.5, 1.75, 2.5]
    assert run.scan_starts.tolist() == [0, 3, 7, 8]
    assert run.mz.tolist() == [58.5, 91.25, 304.5, 82.0, 105.0, 182.5, 304.5, 59.0]
    assert run.intensity.tolist() == [10.0, 5.0, 70.0, 40.0, 20.0, 99.0, 1.0, 3.0]
    assert run.metadata.sample_name == "made for a test"
    assert run.metadata.acquired_at == "2026-11-22T10:00:00Z"
    assert run.metadata.instrument == "LCQ Deca 7"
    assert run.metadata.source_format == "mzML 1.1.0"
    facts = run.facts
    assert facts.ms_level.tolist() == [1, 2, 1]
    assert facts.polarity.tolist() == [1, 1, 1]
    assert facts.centroided.tolist() == [1, 1, 1]
    assert np.nan_to_num(facts.precursor_mz).tolist() == [0.0, 304.5, 0.0]
    assert facts.precursor_charge.tolist() == [0, 1, 0]
    assert (facts.isolation_lower_offset[1], facts.isolation_upper_offset[1]) == (0.5, 0.75)
    assert facts.collision_energy_ev[1] == 30.0
    assert facts.activation == ("", "collision-induced dissociation", "")


@pytest.mark.parametrize("compression", ["zlib", "none"])
@pytest.mark.parametrize("codes", [("f8", "f8"), ("f4", "f4"), ("f8", "f4"), ("f8", "i4"), ("f8", "i8")])
def test_every_packing_gives_the_same_numbers(path, codes, compression):
    scans = (Scan(time_s=1.0, mz=(58.5, 91.25), intensity=(10, 5)), Scan(time_s=2.0))
    run = read(path, mzml_file(scans, codes=codes, compression=compression))
    assert run.mz.tolist() == [58.5, 91.25]
    assert run.intensity.tolist() == [10.0, 5.0]


def test_minutes_become_seconds(path):
    run = read(path, mzml_file((Scan(time_s=90.0), Scan(time_s=150.0)), unit="UO:0000031"))
    assert run.scan_times_s.tolist() == [90.0, 150.0]


def test_a_file_without_an_index_and_a_gzipped_one_are_read(path):
    assert len(read(path, bare_mzml(mzml_body()))) == 3
    assert len(read(path, gzip.compress(mzml_file()))) == 3
    assert is_mzml(path)


def test_negative_profiles_and_what_is_not_stated(path):
    run = read(
        path, mzml_file((Scan(time_s=1.0, polarity=-1, centroided=0), Scan(time_s=2.0, polarity=0, centroided=-1)))
    )
    assert run.facts.polarity.tolist() == [-1, 0]
    assert run.facts.centroided.tolist() == [0, -1]


def test_terms_may_stand_in_groups(path):
    group = f'<referenceableParamGroup id="g">{LEVEL}</referenceableParamGroup>'
    body = mzml_body().replace(LEVEL, '<referenceableParamGroupRef ref="g"/>')
    body = body.replace(
        "<sampleList", f'<referenceableParamGroupList count="1">{group}</referenceableParamGroupList><sampleList'
    )
    assert read(path, sealed_mzml(body)).facts.ms_level.tolist() == [1, 2, 1]
    with pytest.raises(FormatError, match="the group 'h'; expected a group that is defined before"):
        read(path, sealed_mzml(body.replace('ref="g"', 'ref="h"', 1)))


def test_a_term_may_be_said_twice_but_not_two_ways(path):
    assert len(read(path, sealed_mzml(mzml_body().replace(LEVEL, LEVEL * 2)))) == 3
    with pytest.raises(FormatError, match="MS:1000511 as '1' and as '2'; expected one value for one term"):
        read(path, sealed_mzml(mzml_body().replace(LEVEL, LEVEL + LEVEL.replace('value="1"', 'value="2"'))))


def test_what_the_file_says_of_the_precursor_in_other_words(path):
    ion, window = cv("MS:1000744", "selected ion m/z", 304.5), cv("MS:1000827", "isolation window target m/z", 304.5)
    old = mzml_body().replace(ion, cv("MS:1000040", "m/z", 304.25))
    assert read(path, sealed_mzml(old)).facts.precursor_mz[1] == 304.25
    only_window = mzml_body().replace(ion, "").replace(window, window.replace("304.5", "304.75"))
    assert read(path, sealed_mzml(only_window)).facts.precursor_mz[1] == 304.75
    nothing = mzml_body().replace(ion, "").replace(window, "")
    assert math.isnan(read(path, sealed_mzml(nothing)).facts.precursor_mz[1])
    body = mzml_body()
    begin, end = body.index("<isolationWindow>"), body.index("</precursor>")
    empty = read(path, sealed_mzml(body[:begin] + body[end:])).facts
    assert math.isnan(empty.precursor_mz[1])
    assert empty.activation == ("", "", "")
    begin, end = body.index("<precursorList"), body.index("</precursorList>") + len("</precursorList>")
    assert math.isnan(read(path, sealed_mzml(body[:begin] + body[end:])).facts.precursor_mz[1])


def test_a_normalised_energy_is_no_energy_in_electronvolts(path):
    for unit in ("", "UO:0000187"):
        body = mzml_body().replace(' unitCvRef="UO" unitAccession="UO:0000266"', f' unitAccession="{unit}"')
        assert math.isnan(read(path, sealed_mzml(body)).facts.collision_energy_ev[1])


def test_arrays_beside_the_peaks_are_named_and_not_read(path):
    noise = MZ.replace("MS:1000514", "MS:1002529").replace(text_of(MZ), "any text")
    body = mzml_body().replace(
        FIRST_ARRAYS,
        FIRST_ARRAYS.replace('"2"', '"3"').replace("</binaryDataArrayList>", f"{noise}</binaryDataArrayList>"),
    )
    path.write_bytes(sealed_mzml(body))
    assert read_mzml_scans(path).scans[0].unread_arrays == ("resolution array",)
    assert len(read_mzml(path).mz) == 8


def test_a_spectrum_without_peaks_needs_no_arrays(path):
    empty = mzml_array((), "mz") + mzml_array((), "intensity")
    body = mzml_body((Scan(time_s=1.5),)).replace(f'<binaryDataArrayList count="2">{empty}</binaryDataArrayList>', "")
    assert 'binaryDataArrayList count="2"' not in body
    assert len(read(path, sealed_mzml(body)).mz) == 0
    nothing = sealed_mzml(
        mzml_body((Scan(time_s=1.5),)).replace(text_of(empty), "").replace('encodedLength="12"', 'encodedLength="0"')
    )
    assert len(read(path, nothing).mz) == 0


def test_an_array_length_of_its_own_must_be_the_declared_one(path):
    assert (
        len(read(path, sealed_mzml(mzml_body().replace("<binaryDataArray ", '<binaryDataArray arrayLength="3" ', 2))))
        == 3
    )
    with pytest.raises(FormatError, match="m/z array, arrayLength: found '4'; expected a whole number from 3 to 3"):
        read(path, sealed_mzml(mzml_body().replace("<binaryDataArray ", '<binaryDataArray arrayLength="4" ', 1)))


def numpress(name, accession):
    return (ZLIB, cv(accession, name), rf"spectrum 1 \(line .*an array with {accession} '{name}'")


REFUSED = [
    numpress("MS-Numpress linear prediction compression", "MS:1002312"),
    numpress("MS-Numpress short logged float compression", "MS:1002314"),
    numpress("zstd compression", "MS:1003780"),
    numpress("truncation and zlib compression", "MS:1003088"),
    (ZLIB, ZLIB + cv("MS:1000576", "no compression"), "MS:1000574 and MS:1000576 together"),
    (ZLIB, "", "an array without kind, type or compression"),
    (MZ_KIND, "", "an array without kind, type or compression"),
    (MZ_KIND, MZ_KIND + cv("MS:1000515", "intensity array"), "MS:1000514 and MS:1000515 together"),
    (MZ_KIND, cv("MS:1002893", "ion mobility array"), "an array with MS:1002893 'ion mobility array'"),
    (MZ_KIND, cv("MS:1000617", "wavelength array"), "an array with MS:1000617 'wavelength array'"),
    (
        MZ_KIND,
        cv("MS:1000514", "m/z array", unit="UO:0000018"),
        "m/z array in UO:0000018; expected one of not stated, m/z",
    ),
    (MZ, INTENSITY, "two arrays of the kind MS:1000515"),
    (MZ, mzml_array((58, 91, 304), "mz", code="i4"), "an array with MS:1000519 '32-bit integer'"),
    (MZ, mzml_array((58.5, 91.25), "mz"), "16 bytes; expected 24 bytes for 3 numbers"),
    (MZ, mzml_array((58.5, 91.25, 93.0, 95.0), "mz"), "more than 24 bytes; expected 24 bytes, as declared"),
    (INTENSITY, mzml_array((1, 2**53 + 1, 3), "intensity", code="i8"), r"an integer beyond 2\^53"),
    (INTENSITY, mzml_array((1, -(2**63), 3), "intensity", code="i8"), r"an integer beyond 2\^53"),
    (FIRST_ARRAYS, f'<binaryDataArrayList count="1">{MZ}</binaryDataArrayList>', "3 m/z and 0 intensities; expected 3"),
    (FIRST_ARRAYS, "", "0 m/z and 0 intensities; expected 3 of each"),
    (FIRST_ARRAYS, FIRST_ARRAYS * 2, "2 of binaryDataArrayList; expected at most one"),
    (
        '<binaryDataArrayList count="2">',
        '<binaryDataArrayList count="3">',
        "binaryDataArrayList: found '3'; expected a whole number from 2",
    ),
    (
        FIRST_ARRAYS,
        FIRST_ARRAYS.replace('<binaryDataArrayList count="2">', "<binaryDataArrayList><scan/>"),
        "scan in binaryDataArrayList",
    ),
    (text_of(MZ), text_of(MZ)[:-4], "encodedLength: found '.*'; expected a whole number from"),
    (text_of(MZ), "*" + text_of(MZ)[1:], "no base64"),
    (text_of(MZ), text_of(MZ)[:8] + "<!-- -->" + text_of(MZ)[8:], "text with markup in it; expected text alone"),
    (text_of(MZ), text_of(MZ)[:8] + "<x/>" + text_of(MZ)[8:], "text with markup in it; expected text alone"),
    ("<binary>", "<binary/><binary>", "2 of binary; expected one"),
    ("<binary>", "<other/><binary>", "other in binaryDataArray; expected an element of mzML 1.1"),
    (LEVEL, "", "MS:1000511: found nothing; expected a whole number from 1 to 10"),
    (LEVEL, cv("MS:1000511", "ms level", "0"), "found '0'; expected a whole number from 1 to 10"),
    (LEVEL, cv("MS:1000511", "ms level", "\u0661"), "found '\u0661'; expected a whole number"),
    (LEVEL, cv("MS:1000511", "ms level", "1_0"), "found '1_0'; expected a whole number"),
    (LEVEL, LEVEL + cv("MS:1000129", "negative scan"), "MS:1000130 and MS:1000129 together|MS:1000129 and MS:1000130"),
    (LEVEL, LEVEL + cv("MS:1000128", "profile spectrum"), "MS:1000127 and MS:1000128 together|MS:1000128 and"),
    (LEVEL, LEVEL + "<spectrumDescription/>", "spectrumDescription in spectrum; expected an element of mzML 1.1"),
    (TIME, TIME.replace("UO:0000010", "UO:0000028"), "a scan start time in UO:0000028; expected minutes or seconds"),
    (TIME, TIME.replace(' unitCvRef="UO" unitAccession="UO:0000010"', ""), "a scan start time in no unit"),
    (TIME, TIME.replace('"1.5"', '"nan"'), "scan start time: found 'nan'; expected a number"),
    (TIME, TIME.replace('"1.5"', '"1e999"'), "scan start time: found '1e999'; expected a number"),
    (TIME, TIME.replace('"1.5"', '"-1"'), "the scans: found scan times must be finite and not negative"),
    (TIME, "", r"spectrum 1 \(line [34]\): found no retention time; expected a time"),
    (
        f"<scan>{TIME}</scan>",
        f"<scan>{TIME}</scan><scan>{TIME}</scan>",
        "scanList: found '1'; expected a whole number from 2",
    ),
    (
        f'count="1"><scan>{TIME}</scan>',
        f'count="2"><scan>{TIME}</scan><scan>{TIME}</scan>',
        "a spectrum made of 2 scans",
    ),
    ('level" value="2"', 'level" value="1"', "1 precursors of an MS1 scan; expected at most one, and none for MS1"),
    ("<selectedIon>", "<selectedIon/><selectedIon>", "selectedIonList: found '1'; expected a whole number from 2"),
    (
        'selectedIonList count="1"><selectedIon>',
        'selectedIonList count="2"><selectedIon/><selectedIon>',
        "2 selected ions",
    ),
    ("<activation>", "<activation/><activation>", "2 of activation; expected at most one"),
    ("<activation>", "<deactivation/><activation>", "deactivation in precursor; expected an element of mzML 1.1"),
    ('ion m/z" value="304.5"', 'ion m/z" value="0"', "selected ion m/z: found '0'; expected a number above 0"),
    ('ion m/z" value="304.5"', 'ion m/z" value="1e6"', "selected ion m/z: found '1e6'; expected a number above 0"),
    ('charge state" value="1"', 'charge state" value="1.5"', "MS:1000041: found '1.5'; expected a whole number"),
    ('lower offset" value="0.5"', 'lower offset" value="-0.5"', "lower offset: found '-0.5'"),
    ('energy" value="30.0"', 'energy" value="-30"', "collision energy: found '-30'"),
    ('index="1" id', 'index="2" id', "index: found '2'; expected a whole number from 1 to 1"),
    ('id="scan=1"', 'id=""', "no id; expected a name for each spectrum"),
    ('id="scan=1"', f'id="{"x" * 5000}"', "5000 characters; expected at most 4096"),
    ('id="scan=1"', 'id="scan=2"', "1 names that another spectrum has"),
    ('defaultArrayLength="3"', 'defaultArrayLength="2000000000"', "2000000000 peaks; expected at most 1000000"),
    ('defaultArrayLength="3"', 'defaultArrayLength="-3"', "defaultArrayLength: found '-3'"),
    ('defaultArrayLength="3"', "", "defaultArrayLength: found nothing"),
    ('spectrumList count="3"', 'spectrumList count="4"', r"spectrumList: found 3 \(and 4 declared\)"),
    ('spectrumList count="3"', 'spectrumList count="three"', r"spectrumList: found 3 \(and three declared\)"),
    ('chromatogramList count="1"', 'chromatogramList count="2"', r"chromatogramList: found 1 \(and 2 declared\)"),
    ("</spectrumList>", '</spectrumList><spectrumList count="0"/>', "a second spectrumList; expected one"),
    ("<spectrumList", "<foo/><spectrumListe", "it inside 'spectrumListe'|well-formed"),
    (LEVEL, LEVEL + '<userParam name="x"><spectrum/></userParam>', "it inside 'userParam'; expected the order"),
    ('xmlns="http://psi.hupo.org/ms/mzml" version', 'xmlns="http://psi.hupo.org/ms/other" version', "the namespace"),
]


@pytest.mark.parametrize("sealed", [True, False], ids=["indexed", "bare"])
@pytest.mark.parametrize(("old", "new", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_understood_is_refused(path, old, new, message, sealed):
    body = mzml_body()
    assert old in body
    changed = body.replace(old, new, 1)
    with pytest.raises(FormatError, match=message):
        read(path, sealed_mzml(changed) if sealed else bare_mzml(changed))


@pytest.mark.parametrize(
    ("mz", "intensity", "message"),
    [
        ((58.5, math.nan, 304.5), (1.0, 1.0, 1.0), "peak 2: m/z is nan"),
        ((58.5, math.inf, 304.5), (1.0, 1.0, 1.0), "peak 2: m/z is inf"),
        ((-5.0, 91.25, 304.5), (1.0, 1.0, 1.0), "peak 1: m/z is -5.0"),
        ((0.0, 91.25, 304.5), (1.0, 1.0, 1.0), "peak 1: m/z is 0.0"),
        ((58.5, 1e6, 2e6), (1.0, 1.0, 1.0), "peak 2: m/z is 1000000.0"),
        ((58.5, 304.5, 91.25), (1.0, 1.0, 1.0), "peak 3: m/z 91.25 stands after 304.5; expected rising m/z"),
        ((58.5, 91.25, 304.5), (1.0, math.nan, 1.0), "peak 2: intensity is nan"),
        ((58.5, 91.25, 304.5), (1.0, -1.0, 1.0), "peak 2: intensity is -1.0, negative"),
    ],
)
def test_peaks_that_no_spectrum_can_have_are_refused_by_scan(path, mz, intensity, message):
    scans = (THREE_SCANS[0], Scan(time_s=2.0, mz=mz, intensity=intensity))
    path.write_bytes(mzml_file(scans))
    assert read_mzml_scans(path).n_peaks == 6
    with pytest.raises(FormatError, match=rf"spectrum 2 \(line 5\): found {message}"):
        read_mzml(path)


def test_times_that_go_back_are_refused(path):
    with pytest.raises(FormatError, match="scan 2 is not later than the scan before it"):
        read(path, mzml_file((Scan(time_s=2.0), Scan(time_s=1.0))))


def test_a_document_without_spectra_is_refused(path):
    with pytest.raises(FormatError, match="the scans: found none; expected at least one mass spectrum"):
        read(path, mzml_file(()))
    with pytest.raises(FormatError, match="no spectrumList; expected an mzML file with mass spectra"):
        read(path, bare_mzml('<mzML xmlns="http://psi.hupo.org/ms/mzml"><run id="r"/></mzML>'))
    with pytest.raises(FormatError, match="no spectrumList"):
        read(path, b"<html/>")


def changed(old, new):
    data = mzml_file()
    assert old in data
    return data.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(b"made for a test", b"made for a tesT"), "fileChecksum: found the SHA-1 .* the file was altered"),
        (changed(b"<fileChecksum>", b"<fileChecksum>\n0"), "fileChecksum: found the SHA-1"),
        (changed(b'<index name="spectrum">', b'<index name="spectra">'), "an index of 'spectra'"),
        (changed(b"</offset>", b"0</offset>"), "1 of 3 offsets that lead elsewhere"),
        (changed(b'idRef="scan=2"', b'idRef="scan=3"'), "1 of 3 offsets that lead elsewhere"),
        (changed(b"</indexListOffset>", b"9</indexListOffset>"), "indexListOffset: found the byte"),
        (changed(b"<indexListOffset>", b"<indexListOffset>-"), "indexListOffset: found the byte '-"),
        (changed(b"<indexListOffset>", b"<indexListOffset>99999999999"), "indexListOffset: found the byte '9999"),
        (changed(b"<fileChecksum>", b"<fileChecksum>x</fileChecksum><fileChecksum>"), "a second fileChecksum"),
    ],
)
def test_what_the_file_says_of_itself_must_be_so(path, data, message):
    with pytest.raises(FormatError, match=message):
        read(path, data)


def test_a_dropped_line_of_the_index_is_noticed(path):
    data = mzml_file()
    begin = data.index(b"<offset")
    with pytest.raises(FormatError, match=r"2 offsets for 3 elements .*; expected one offset for each"):
        read(path, data[:begin] + data[data.index(b"</offset>") + 9 :])


def test_all_faults_of_a_file_are_there_and_its_scans_too(path):
    path.write_bytes(mzml_file().replace(b'spectrumList count="3"', b'spectrumList count="9"'))
    found = read_mzml_scans(path)
    assert [fault.place for fault in found.faults] == ["spectrumList", "fileChecksum"]
    assert found.n_chromatograms == 1
    assert len(found.run()) == 3
    with pytest.raises(FormatError, match=r"spectrumList: found 3 \(and 9 declared\) \(and 1 more that cannot be\)"):
        read_mzml(path)


def test_a_checksum_that_was_not_made_and_an_index_without_lines_are_no_faults(path):
    data = mzml_file()
    begin = data.index(b"<fileChecksum>")
    assert len(read(path, data[:begin] + b"<fileChecksum>0</fileChecksum></indexedmzML>")) == 3
    begin, end = data.index(b"\n<indexList "), data.index(b"</indexedmzML>")
    assert len(read(path, data[:begin] + data[end:])) == 3


def test_names_with_entities_and_single_quotes_are_found_by_the_index(path):
    body = mzml_body(chromatograms=CHROMATOGRAM * 2).replace('id="scan=1"', 'id="a&amp;b&lt;"')
    body = body.replace('id="TIC"', "id='TIC'", 1).replace('index="0" id="TIC"', 'index="1" id="SIC"')
    data = sealed_mzml(body)
    begin = data.index(b"<chromatogram index")
    missing = b'<index name="chromatogram">'
    data = data.replace(missing, missing + b'<offset idRef="TIC">%d</offset>' % begin)
    data = data[: data.index(b"\n<fileChecksum>")] + b"</indexedmzML>"
    assert len(read(path, data)) == 3
    assert read_mzml_scans(path).n_chromatograms == 2


def test_an_index_that_leads_to_a_tag_without_name_is_refused(path):
    data = mzml_file().replace(b'<chromatogram index="0" id="TIC"', b'<chromatogram index="0" xx="TIC"')
    cut = data[: data.index(b"\n<fileChecksum>")] + b"</indexedmzML>"
    with pytest.raises(FormatError, match="offsets that lead elsewhere"):
        read(path, cut.replace(b'idRef="TIC"', b'idRef=""'))


def test_more_than_the_limits_is_refused(path, monkeypatch):
    monkeypatch.setattr(binary_arrays, "MAX_RUN_PEAKS", 7)
    with pytest.raises(FormatError, match="8 peaks in 3 scans; expected at most 7 peaks"):
        read(path, mzml_file())
    monkeypatch.setattr(binary_arrays, "MAX_RUN_PEAKS", 8)
    assert len(read(path, mzml_file())) == 3
    monkeypatch.setattr(binary_arrays, "MAX_SCANS", 2)
    with pytest.raises(FormatError, match=r"8 peaks in 3 scans; expected .* and 2 scans"):
        read(path, mzml_file())


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (b"\0" * 20, "no zlib stream"),
        (zlib.compress(bytes(24))[:-4], "a zlib stream that does not end"),
        (zlib.compress(bytes(24)) + b"x", "bytes after the zlib stream"),
        (zlib.compress(bytes(100_000_000)), "more than 24 bytes; expected 24 bytes, as declared"),
    ],
    ids=["garbage", "cut", "more", "bomb"],
)
def test_a_zlib_stream_that_is_not_whole_or_too_long_is_refused(path, packed, message):
    text = base64.b64encode(packed).decode()
    lying = MZ.replace(text_of(MZ), text).replace(f'encodedLength="{len(text_of(MZ))}"', f'encodedLength="{len(text)}"')
    with pytest.raises(FormatError, match=message):
        read(path, sealed_mzml(mzml_body().replace(MZ, lying)))


def test_a_file_is_known_by_its_content(tmp_path):
    known = {
        "a": mzml_file(),
        "b": bare_mzml(mzml_body()),
        "c": gzip.compress(mzml_file()),
        "d": b"\xef\xbb\xbf<!-- a comment --><m:mzML xmlns:m='u'>",
        "e": "<?xml version='1.0' encoding='utf-16'?><mzML >".encode("utf-16"),
        "f": b'<!DOCTYPE mzML [<!ENTITY x "y">]><mzML>',
    }
    unknown = {
        "g": b"<mzXML>",
        "h": b"",
        "i": b"CDF\x01",
        "j": b"\x1f\x8bnot gzip",
        "k": b"mzML",
        "l": b"<mzMLx>",
    }
    for name, data in (known | unknown).items():
        (tmp_path / name).write_bytes(data)
    assert [name for name in known | unknown if is_mzml(tmp_path / name)] == list(known)
    assert not is_mzml(tmp_path)
    assert not is_mzml(tmp_path / "nothing")
