import gzip
import hashlib
import os

import pytest

from spectra import FormatError
from spectra.formats import content
from spectra.formats.content import compress, read_bytes, read_content

TEXT = b"Name: a\nNum Peaks: 1\n58 1\n"


def test_a_plain_file_is_what_it_is(tmp_path):
    path = tmp_path / "a.msp"
    path.write_bytes(TEXT)
    found = read_content(path)
    assert (found.path, found.data, found.sha256) == (path, TEXT, hashlib.sha256(TEXT).hexdigest())


def test_gzip_is_known_by_content_and_the_digest_is_of_the_bytes_on_disk(tmp_path):
    path = tmp_path / "a.msp"
    stored = compress(TEXT)
    path.write_bytes(stored)
    found = read_content(path)
    assert (found.data, found.sha256) == (TEXT, hashlib.sha256(stored).hexdigest())


def test_compression_does_not_know_the_day():
    assert compress(TEXT) == compress(TEXT)
    assert gzip.decompress(compress(TEXT)) == TEXT
    assert compress(TEXT)[4:8] == bytes(4)


def test_several_members_and_padding_are_one_text(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(compress(b"one ") + compress(b"two") + bytes(512))
    assert read_content(path).data == b"one two"


@pytest.mark.parametrize("kept", [2, 10, 20, -1])
def test_a_cut_gzip_stream_is_refused(tmp_path, kept):
    path = tmp_path / "a.gz"
    path.write_bytes(compress(TEXT)[:kept])
    with pytest.raises(FormatError) as refusal:
        read_content(path)
    assert refusal.value.place == "the gzip stream"
    assert refusal.value.expected == "a complete stream"


@pytest.mark.parametrize("position", [12, -6, -2])
def test_a_damaged_gzip_stream_is_refused(tmp_path, position):
    stored = bytearray(compress(TEXT * 50))
    stored[position] ^= 0x55
    path = tmp_path / "a.gz"
    path.write_bytes(stored)
    with pytest.raises(FormatError) as refusal:
        read_content(path)
    assert refusal.value.expected == "an undamaged gzip stream"


def test_junk_after_a_gzip_member_is_refused(tmp_path):
    path = tmp_path / "a.gz"
    path.write_bytes(compress(TEXT) + b"junk")
    with pytest.raises(FormatError, match="an undamaged gzip stream"):
        read_content(path)


def test_inflation_is_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(content, "MAX_TEXT_BYTES", 1000)
    path = tmp_path / "bomb.gz"
    path.write_bytes(compress(bytes(1000)))
    assert read_content(path).data == bytes(1000)
    path.write_bytes(compress(bytes(600)) + compress(bytes(401)))
    with pytest.raises(FormatError, match="found more text than allowed; expected at most 1000 bytes"):
        read_content(path)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(content.MAX_FILE_BYTES + 1)  # sparse: it takes no space
    with pytest.raises(FormatError) as refusal:
        read_bytes(path)
    assert refusal.value.found == f"{2 * 1024**3 + 1} bytes"


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(FormatError, match="No such file or directory; expected a readable file"):
        read_bytes(tmp_path / "missing")
    with pytest.raises(FormatError, match="a folder or device; expected a file"):
        read_bytes(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FormatError, match="a folder or device; expected a file"):
        read_bytes(tmp_path / "pipe")
