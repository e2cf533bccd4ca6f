import base64
import gzip
import math
import zlib

import numpy as np
import pytest

from spectra import FormatError
from spectra.formats.mzxml import is_mzxml, read_mzxml, read_mzxml_scans
from tests.builders.scan_files import (
    MZXML_HEAD,
    THREE_SCANS,
    Scan,
    mzml_file,
    mzxml_body,
    mzxml_file,
    mzxml_peaks,
    sealed_mzxml,
)

PEAKS = mzxml_peaks(THREE_SCANS[0])
PRECURSOR = (
    '<precursorMz precursorIntensity="0" precursorCharge="1" activationMethod="CID" windowWideness="1.25">'
    "304.5</precursorMz>"
)
PRODUCT_PEAKS = mzxml_peaks(THREE_SCANS[1])


def text_of(peaks):
    return peaks.partition(">")[2].partition("<")[0]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.mzXML"


def read(path, data):
    path.write_bytes(data)
    return read_mzxml(path)


def bare(body):
    """Give a file without index and checksum."""
    return MZXML_HEAD + body.encode() + b"</mzXML>"


@pytest.mark.parametrize("nested", [True, False])
def test_every_scan_is_read_in_the_order_in_which_it_begins(path, nested):
    run = read(path, mzxml_file(nested=nested))
    assert run.scan_times_s.tolist() == [1.5, 1.75, 2.5]
    assert run.scan_starts.tolist() == [0, 3, 7, 8]
    assert run.mz.tolist() == [58.5, 91.25, 304.5, 82.0, 105.0, 182.5, 304.5, 59.0]
    assert run.intensity.tolist() == [10.0, 5.0, 70.0, 40.0, 20.0, 99.0, 1.0, 3.0]
    assert run.metadata.instrument == "LCQ Deca"
    assert run.metadata.source_format == "mzXML 3.2"
    facts = run.facts
    assert facts.ms_level.tolist() == [1, 2, 1]
    assert facts.polarity.tolist() == [1, 1, 1]
    assert facts.centroided.tolist() == [1, 1, 1]
    assert np.nan_to_num(facts.precursor_mz).tolist() == [0.0, 304.5, 0.0]
    assert facts.precursor_charge.tolist() == [0, 1, 0]
    assert facts.isolation_lower_offset[1] == facts.isolation_upper_offset[1] == 0.625
    assert np.isnan(facts.collision_energy_ev).all()
    assert facts.activation == ("", "CID", "")


@pytest.mark.parametrize("compression", ["zlib", "none"])
@pytest.mark.parametrize("precision", [32, 64])
def test_every_packing_gives_the_same_numbers(path, precision, compression):
    run = read(path, mzxml_file(precision=precision, compression=compression))
    assert run.mz.tolist() == [58.5, 91.25, 304.5, 82.0, 105.0, 182.5, 304.5, 59.0]


def test_products_of_products_stand_inside_their_scans(path):
    inner = mzxml_file((THREE_SCANS[0], THREE_SCANS[1], Scan(time_s=1.8, level=3, precursor=182.5), THREE_SCANS[2]))
    facts = read(path, inner).facts
    assert facts.ms_level.tolist() == [1, 2, 3, 1]
    assert facts.precursor_mz[1:3].tolist() == [304.5, 182.5]


def test_what_is_not_stated_is_unknown(path):
    body = mzxml_body((Scan(time_s=1.0, polarity=0, centroided=-1), Scan(time_s=2.0, level=2)))
    known = read(path, bare(body)).facts
    assert known.centroided.tolist() == [1, 1]  # what the processing says of all scans
    unknown = read(path, bare(body.replace('<dataProcessing centroided="1"/>', "<dataProcessing/>"))).facts
    assert unknown.centroided.tolist() == [-1, 1]
    assert unknown.polarity.tolist() == [0, 1]
    assert math.isnan(unknown.precursor_mz[1])


def test_a_scan_may_speak_for_itself(path):
    body = mzxml_body((Scan(time_s=1.0, polarity=-1, centroided=0),)).replace('windowWideness="1.25"', "")
    facts = read(path, sealed_mzxml(body)).facts
    assert (facts.polarity.tolist(), facts.centroided.tolist()) == ([-1], [0])
    assert read(path, sealed_mzxml(body.replace('polarity="-"', 'polarity="any"'))).facts.polarity.tolist() == [0]


def test_a_precursor_without_value_charge_and_window_is_unknown(path):
    body = mzxml_body().replace(PRECURSOR, '<precursorMz precursorIntensity="0"></precursorMz>')
    facts = read(path, sealed_mzxml(body)).facts
    assert math.isnan(facts.precursor_mz[1])
    assert math.isnan(facts.isolation_lower_offset[1])
    assert (facts.precursor_charge[1], facts.activation[1]) == (0, "")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("PT0M1.5S", 1.5), ("PT1M2.25S", 62.25), ("PT1H1S", 3601.0), ("PT2H", 7200.0), ("PT1.5e1S", 15.0), ("PT0S", 0.0)],
)
def test_times_are_durations(path, written, seconds):
    body = mzxml_body((Scan(time_s=1.5),)).replace("PT1.5S", written)
    assert read(path, sealed_mzxml(body)).scan_times_s.tolist() == [seconds]


def test_older_names_and_white_space_in_base64_are_read(path):
    folded = text_of(PEAKS)[:8] + "\n   " + text_of(PEAKS)[8:]
    body = mzxml_body().replace("contentType", "pairOrder").replace(text_of(PEAKS), folded)
    head = MZXML_HEAD.replace(b"mzXML_3.2", b"mzXML_2.0")
    assert len(read(path, sealed_mzxml(body, head=head))) == 3
    bare_peaks = mzxml_body(compression="none").replace('compressionType="none" compressedLen="0" ', "")
    assert len(read(path, sealed_mzxml(bare_peaks))) == 3


def test_empty_scans_need_no_bytes(path):
    body = mzxml_body((Scan(time_s=1.0),))
    text = text_of(mzxml_peaks(Scan(time_s=1.0)))
    assert len(read(path, sealed_mzxml(body)).mz) == 0
    nothing = body.replace(text, "").replace('compressedLen="8"', 'compressedLen="0"')
    assert len(read(path, sealed_mzxml(nothing)).mz) == 0


def test_a_gzipped_file_and_one_without_index_are_read(path):
    assert len(read(path, gzip.compress(mzxml_file()))) == 3
    assert is_mzxml(path)
    assert len(read(path, bare(mzxml_body()))) == 3


REFUSED = [
    (
        'precision="32"',
        'precision="16"',
        "'m/z-int' of 16 bits in byte order 'network'; expected 'm/z-int' of 32 or 64",
    ),
    ('precision="32"', "", "'m/z-int' of None bits"),
    ('precision="32"', 'precision="64"', "28 bytes|24 bytes; expected 48 bytes for 6 numbers"),
    ('byteOrder="network"', 'byteOrder="little"', "in byte order 'little'"),
    ('contentType="m/z-int"', 'contentType="m/z"', "'m/z' of 32 bits"),
    ('contentType="m/z-int"', "", "'None' of 32 bits"),
    ('compressionType="zlib"', 'compressionType="lzma"', "the compression 'lzma'; expected zlib or none"),
    ('compressionType="zlib"', 'compressionType="none"', "bytes; expected 24 bytes for 6 numbers"),
    ('compressedLen="', 'compressedLen="1', r"compressedLen: found \d+ bytes; expected 1\d+, as declared"),
    ('compressedLen="', 'compressedLen="-', "compressedLen: found '-"),
    ('peaksCount="3"', 'peaksCount="2"', "more than 16 bytes; expected 16 bytes"),
    ('peaksCount="3"', 'peaksCount="4"', "24 bytes; expected 32 bytes for 8 numbers"),
    ('peaksCount="3"', 'peaksCount="2000000000"', "2000000000 peaks; expected at most 1000000"),
    ('peaksCount="3"', "", "peaksCount: found nothing"),
    ('msLevel="1"', 'msLevel="0"', "msLevel: found '0'"),
    ('msLevel="2"', 'msLevel="1"', "1 precursors of an MS1 scan; expected at most one, and none for MS1"),
    (PRECURSOR, PRECURSOR * 2, "2 precursors of an MS2 scan"),
    (PRECURSOR + PRODUCT_PEAKS, PRODUCT_PEAKS + PRECURSOR, "precursorMz after the peaks or after a scan inside"),
    (PEAKS, PEAKS * 2, "peaks after the peaks or after a scan inside"),
    (PEAKS, "", "no peaks element; expected one, even if it is empty"),
    (text_of(PEAKS), "*" + text_of(PEAKS)[1:], "no base64"),
    (text_of(PEAKS), text_of(PEAKS)[:8] + "<!---->" + text_of(PEAKS)[8:], "text with markup in it"),
    ("304.5</precursorMz>", "0</precursorMz>", "precursorMz: found '0'"),
    ("304.5</precursorMz>", "304,5</precursorMz>", "precursorMz: found '304,5'"),
    ('windowWideness="1.25"', 'windowWideness="-1"', "windowWideness: found '-1'"),
    ('precursorCharge="1"', 'precursorCharge="1e9"', "precursorCharge: found '1e9'"),
    ('polarity="+"', 'polarity="positive"', r"the polarity 'positive'; expected \+, - or any"),
    (' centroided="1" msL', ' centroided="yes" msL', "centroided: found 'yes'; expected 0 or 1"),
    ('dataProcessing centroided="1"', 'dataProcessing centroided="?"', "centroided: found '.'; expected 0 or 1"),
    ('"PT1.5S"', '"1.5"', "retentionTime: found '1.5'; expected a time such as PT62.5S"),
    ('"PT1.5S"', '"PT"', "retentionTime: found 'PT'"),
    ('"PT1.5S"', '"PT-1S"', "retentionTime: found 'PT-1S'"),
    ('"PT1.5S"', '"PTnanS"', "retentionTime: found 'PTnanS'"),
    (' retentionTime="PT1.5S"', "", "no retention time"),
    ('"PT1.75S"', '"PT1.25S"', "scan 2 is earlier than the scan before it"),
    ('num="2"', 'num="1"', "num: found '1'; expected a whole number from 2"),
    ('num="2"', 'num="x"', "num: found 'x'; expected a whole number from 2"),
    ('num="1"', 'num="-1"', "num: found '-1'; expected a whole number from 0"),
    ('scanCount="3"', 'scanCount="4"', r"msRun: found 3 \(and 4 declared\)"),
    ("</msRun>", "</msRun><msRun/>", "a second msRun; expected one"),
    ("<msInstrument>", "<msInstrument><scan/>", "it inside 'msInstrument'; expected the order of elements of mzXML"),
]


@pytest.mark.parametrize("sealed", [True, False], ids=["indexed", "bare"])
@pytest.mark.parametrize(("old", "new", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_not_understood_is_refused(path, old, new, message, sealed):
    body = mzxml_body()
    assert old in body
    changed = body.replace(old, new, 1)
    with pytest.raises(FormatError, match=message):
        read(path, sealed_mzxml(changed) if sealed else bare(changed))


def test_peaks_after_a_scan_inside_are_refused(path):
    body = mzxml_body()
    body = body.replace(PEAKS, "").replace("</scan></scan>", f"</scan>{PEAKS}</scan>")
    with pytest.raises(FormatError, match="peaks after the peaks or after a scan inside"):
        read(path, bare(body))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -5.0, 0.0])
def test_an_mz_that_no_spectrum_can_have_is_refused_by_scan(path, bad):
    path.write_bytes(mzxml_file((Scan(time_s=1.0, mz=(bad, 91.25), intensity=(1.0, 1.0)),)))
    assert read_mzxml_scans(path).n_peaks == 2
    with pytest.raises(FormatError, match=rf"scan 1 \(line \d+\): found peak 1: m/z is {bad}"):
        read_mzxml(path)


def test_unsorted_peaks_are_refused(path):
    with pytest.raises(FormatError, match=r"m/z 58\.5 stands after 91\.25; expected rising m/z"):
        read(path, mzxml_file((Scan(time_s=1.0, mz=(91.25, 58.5), intensity=(1.0, 1.0)),)))


def test_a_bomb_is_refused_at_its_declared_length(path):
    packed = zlib.compress(bytes(100_000_000))
    bomb = PEAKS.replace(text_of(PEAKS), base64.b64encode(packed).decode())
    bomb = (
        bomb.partition('compressedLen="')[0]
        + f'compressedLen="{len(packed)}" precision'
        + bomb.partition("precision")[2]
    )
    with pytest.raises(FormatError, match="more than 24 bytes; expected 24 bytes, as declared"):
        read(path, sealed_mzxml(mzxml_body().replace(PEAKS, bomb)))


def changed(old, new):
    data = mzxml_file()
    assert old in data
    return data.replace(old, new, 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (changed(b"a.raw", b"b.raw"), "sha1: found the SHA-1 .* the file was altered"),
        (changed(b"</offset>", b"0</offset>"), "1 of 3 offsets that lead elsewhere"),
        (changed(b'<offset id="2">', b'<offset id="3">'), "1 of 3 offsets that lead elsewhere"),
        (changed(b'<index name="scan">', b'<index name="scans">'), "an index of 'scans'"),
        (changed(b"<indexOffset>", b"<indexOffset>9"), "indexOffset: found the byte"),
        (changed(b"<sha1>", b"<sha1>0</sha1><sha1>"), "a second sha1"),
        (changed(b"mzXML_3.2", b"mzXML_4.2"), "the namespace .* expected that of mzXML 2 or 3"),
        (changed(b"</mzXML>", b""), "well-formed XML to the end"),
    ],
)
def test_what_the_file_says_of_itself_must_be_so(path, data, message):
    with pytest.raises(FormatError, match=message):
        read(path, data)


def test_a_document_without_scans_is_refused(path):
    with pytest.raises(FormatError, match="the scans: found none"):
        read(path, mzxml_file(()))
    with pytest.raises(FormatError, match="no msRun; expected an mzXML file with a run"):
        read(path, MZXML_HEAD + b"</mzXML>")


def test_a_count_that_is_not_declared_is_no_fault(path):
    body = mzxml_body().replace(' scanCount="3"', "")
    assert len(read(path, sealed_mzxml(body))) == 3


def test_the_two_formats_are_not_taken_for_each_other(path):
    path.write_bytes(mzml_file())
    assert not is_mzxml(path)
    with pytest.raises(FormatError, match=r"the namespace .* expected that of mzXML"):
        read_mzxml(path)
