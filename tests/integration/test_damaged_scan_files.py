"""Damaged copies of real mzML and mzXML scans, put in a true envelope first: what the readers notice by themselves."""

import random

import pytest

from spectra import FormatError
from spectra.formats.mzml import read_mzml
from spectra.formats.mzxml import read_mzxml
from tests.builders.scan_files import sealed_mzml, sealed_mzxml

pytestmark = pytest.mark.real_data

FLIPS = 150
SEED = 20261122


def sealed(shared_data, name, root, seal):
    data = (shared_data / "formats" / name).read_bytes().replace(b'scanCount="3113"', b'scanCount="2"')
    end = f"</{root}>".encode()
    begin = data.index(f"<{root} ".encode())
    return seal(data[begin : data.index(end) + len(end)], head=data[:begin])


@pytest.fixture(scope="module", params=["test.mzML", "test.mzXML"])
def whole(request, shared_data):
    if request.param == "test.mzML":
        return sealed(shared_data, request.param, "mzML", sealed_mzml), read_mzml, b"<fileChecksum>"
    return sealed(shared_data, request.param, "msRun", sealed_mzxml), read_mzxml, b"<sha1>"


def is_refused(path, reader, data):
    path.write_bytes(bytes(data))
    try:
        reader(path)
    except FormatError:
        return True
    return False


def test_the_whole_copy_is_read(whole, tmp_path):
    data, reader, _ = whole
    assert not is_refused(tmp_path / "a", reader, data)


def test_a_copy_that_was_cut_anywhere_is_refused(whole, tmp_path):
    data, reader, _ = whole
    end = len(data.rstrip())
    places = [0, 1, 100, *range(200, end, end // 40), end - 12, end - 1]
    assert [place for place in places if not is_refused(tmp_path / "a", reader, data[:place])] == []


def test_a_copy_with_a_missing_or_doubled_piece_is_refused(whole, tmp_path):
    data, reader, _ = whole
    middle = len(data) // 2
    for damaged in (
        data[:middle] + data[middle + 512 :],
        data[:middle] + data[middle - 512 :],
        data[:middle] + b"A" * 512 + data[middle + 512 :],
    ):
        assert is_refused(tmp_path / "a", reader, damaged)


def test_every_flipped_bit_before_the_checksum_is_refused(whole, tmp_path):
    data, reader, checksum = whole
    chance = random.Random(SEED)  # noqa: S311 - places to damage
    accepted = []
    for _ in range(FLIPS):
        place, bit = chance.randrange(data.index(checksum) + len(checksum)), chance.randrange(8)
        copy = bytearray(data)
        copy[place] ^= 1 << bit
        if not is_refused(tmp_path / "a", reader, copy):
            accepted.append((place, bit))
    assert accepted == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'defaultArrayLength="19914"', b'defaultArrayLength="19913"'),
        (b'<spectrumList count="2"', b'<spectrumList count="48"'),
        (b'encodedLength="', b'encodedLength="1'),
        (b'accession="MS:1000574" name="zlib compression"', b'accession="MS:1002312" name="MS-Numpress"'),
        (b'accession="MS:1000576" name="no compression"', b'accession="MS:1000574" name="zlib compression"'),
        (b"64-bit float", b"64-bit float"),
    ],
)
def test_a_lying_mzml_is_refused_even_if_it_was_sealed_again(shared_data, tmp_path, old, new):
    data = (shared_data / "formats" / "test.mzML").read_bytes()
    begin, end = data.index(b"<mzML "), data.index(b"</mzML>") + len(b"</mzML>")
    body = data[begin:end]
    assert old in body
    lying = sealed_mzml(body.replace(old, new, 1), head=data[:begin])
    assert is_refused(tmp_path / "a", read_mzml, lying) == (old != new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'peaksCount="43"', b'peaksCount="44"'),
        (b'scanCount="2"', b'scanCount="3"'),
        (b'precision="32"', b'precision="64"'),
        (b'byteOrder="network"', b'byteOrder="little"'),
        (b'msLevel="2"', b'msLevel="1"'),
        (b'num="20"', b'num="19"'),
        (b"PT356.68S", b"PT35.668S"),
        (b'num="20"', b'num="20"'),
    ],
)
def test_a_lying_mzxml_is_refused_even_if_it_was_sealed_again(shared_data, tmp_path, old, new):
    data = (shared_data / "formats" / "test.mzXML").read_bytes().replace(b'scanCount="3113"', b'scanCount="2"')
    begin, end = data.index(b"<msRun "), data.index(b"</msRun>") + len(b"</msRun>")
    body = data[begin:end]
    assert old in body
    lying = sealed_mzxml(body.replace(old, new, 1), head=data[:begin])
    assert is_refused(tmp_path / "a", read_mzxml, lying) == (old != new)
