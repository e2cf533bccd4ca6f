import hashlib
import json
import os
import unicodedata

import pytest

from spectra import FormatError
from spectra.formats import Manifest, ManifestEntry, run_manifest


def folder_of(root, **files):
    for name, data in files.items():
        path = root / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def test_the_digest_of_a_file_is_the_one_that_sha256sum_prints(tmp_path):
    path = tmp_path / "run.cdf"
    path.write_bytes(b"CDF")
    manifest = run_manifest(path)
    digest = hashlib.sha256(b"CDF").hexdigest()
    assert manifest == Manifest(
        entries=(ManifestEntry(path="run.cdf", size=3, sha256=digest, source=path),), is_folder=False
    )
    assert manifest.sha256 == digest


def test_the_digest_of_a_folder_is_of_the_sorted_list_of_its_files(tmp_path):
    folder = folder_of(tmp_path / "a.D", data_ms=b"scans", AcqData__Contents_xml=b"<x/>")
    manifest = run_manifest(folder)
    rows = [
        {"path": "AcqData/Contents.xml", "sha256": hashlib.sha256(b"<x/>").hexdigest(), "size": 4},
        {"path": "data.ms", "sha256": hashlib.sha256(b"scans").hexdigest(), "size": 5},
    ]
    assert manifest.is_folder
    assert json.loads(manifest.canonical_bytes) == rows
    assert b" " not in manifest.canonical_bytes
    assert manifest.sha256 == hashlib.sha256(manifest.canonical_bytes).hexdigest()


def test_the_name_of_the_folder_is_not_part_of_the_run(tmp_path):
    one = run_manifest(folder_of(tmp_path / "a.D", data_ms=b"scans"))
    other = run_manifest(folder_of(tmp_path / "b.D", data_ms=b"scans"))
    assert one == other


def test_a_file_longer_than_a_chunk_is_read_to_its_end(tmp_path):
    data = os.urandom(1024 * 1024) + b"end"
    path = tmp_path / "long"
    path.write_bytes(data)
    assert run_manifest(path).entries[0] == ManifestEntry(
        path="long", size=len(data), sha256=hashlib.sha256(data).hexdigest(), source=path
    )


@pytest.mark.parametrize("names", [("data.ms", "DATA.MS"), ("Straße", "STRASSE"), ("sub/a", "SUB/A")])
def test_names_that_differ_only_by_case_are_refused(tmp_path, names):
    for name in names:
        path = tmp_path / "a.D" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    with pytest.raises(FormatError, match="names that differ by more than case and Unicode form"):
        run_manifest(tmp_path / "a.D")


def test_names_that_differ_only_by_unicode_form_are_refused(tmp_path):
    folder = tmp_path / "a.D"
    folder.mkdir()
    for form in ("NFC", "NFD"):
        (folder / unicodedata.normalize(form, "Новый.txt")).write_bytes(form.encode())
    assert len(list(folder.iterdir())) == 2
    with pytest.raises(FormatError, match="names that differ by more than case and Unicode form"):
        run_manifest(folder)


def test_the_unicode_form_of_a_name_does_not_change_the_digest(tmp_path):
    digests = set()
    for form in ("NFC", "NFD"):
        folder = tmp_path / form
        folder.mkdir()
        (folder / unicodedata.normalize(form, "Новый.txt")).write_bytes(b"x")
        (entry,) = run_manifest(folder).entries
        assert entry.source.read_bytes() == b"x"
        digests.add(run_manifest(folder).sha256)
    assert len(digests) == 1


def test_links_and_devices_are_refused(tmp_path):
    folder = folder_of(tmp_path / "a.D", data_ms=b"scans")
    (folder / "link").symlink_to(folder / "data.ms")
    with pytest.raises(FormatError, match="a link or device; expected plain files"):
        run_manifest(folder)
    (folder / "link").unlink()
    (folder / "link").symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(FormatError, match="a link or device; expected plain files"):
        run_manifest(folder)
    (folder / "link").unlink()
    os.mkfifo(folder / "pipe")
    with pytest.raises(FormatError, match="a link or device; expected plain files"):
        run_manifest(folder)


def test_a_folder_without_a_file_is_no_run(tmp_path):
    (tmp_path / "a.D" / "AcqData").mkdir(parents=True)
    with pytest.raises(FormatError, match="found no file; expected the files of a run"):
        run_manifest(tmp_path / "a.D")


def test_nothing_and_devices_are_no_run(tmp_path):
    with pytest.raises(FormatError, match="found nothing; expected a file or a folder"):
        run_manifest(tmp_path / "missing")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FormatError, match="found a device; expected a file or a folder"):
        run_manifest(tmp_path / "pipe")


def test_what_the_operating_system_refuses_is_a_format_error(tmp_path):
    with pytest.raises(FormatError, match="File name too long; expected readable files"):
        run_manifest(tmp_path / ("x" * 300))
