"""The raw store on a real file system: nothing is rewritten, nothing is half there, nothing is believed unchecked."""

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from lims.errors import RawStoreError, SettingsError
from lims.persistence.raw_folder import FolderShelf
from lims.persistence.raw_store import AddressedRawStore, open_raw_store
from spectra.formats import run_manifest
from tests.builders.agilent_folder import data_file, write_folder

DATA = b"what the instrument wrote"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path):
    return AddressedRawStore(FolderShelf(tmp_path / "raw"))


@pytest.fixture
def root(tmp_path):
    return tmp_path / "raw"


@pytest.fixture
def folder(tmp_path):
    return write_folder(tmp_path / "220223014.D", data_file().data, contents_xml=b"<c/>")


def files(root):
    return sorted(path for path in root.rglob("*") if path.is_file())


def object_path(root, sha256=SHA256):
    return root / sha256[:2] / sha256


def put_manifest(store, rows):
    return store.put(rows if isinstance(rows, bytes) else json.dumps(rows).encode())


# put and get


def test_bytes_are_kept_under_their_digest_and_given_back(store, root):
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA
    assert files(root) == [object_path(root)]
    assert store.get(store.put(b"")) == b""


def test_the_same_bytes_are_kept_once_and_are_young_again(store, root):
    store.put(DATA)
    os.utime(object_path(root), (1, 1))
    before = object_path(root).stat()
    assert store.put(DATA) == SHA256
    after = object_path(root).stat()
    assert after.st_ino == before.st_ino
    assert time.time() - 60 < after.st_mtime
    assert files(root) == [object_path(root)]


def test_objects_are_read_only_in_folders_of_their_owner(store, root):
    store.put(DATA)
    assert object_path(root).stat().st_mode & 0o777 == 0o400
    assert object_path(root).parent.stat().st_mode & 0o777 == 0o700
    assert root.stat().st_mode & 0o777 == 0o700
    assert object_path(root).stat().st_nlink == 1


def test_a_store_opens_again_with_what_it_holds(store, root):
    store.put(DATA)
    assert AddressedRawStore(FolderShelf(root)).get(SHA256) == DATA
    assert open_raw_store(root.as_uri()).get(SHA256) == DATA


@pytest.mark.parametrize(
    "change", [lambda data: data + b"\0", lambda data: data[:-1], lambda _: b"", lambda d: d[::-1]]
)
def test_altered_bytes_are_not_given_out_and_not_taken_for_the_same(store, root, change):
    store.put(DATA)
    path = object_path(root)
    path.chmod(0o600)
    path.write_bytes(change(DATA))
    found = hashlib.sha256(change(DATA)).hexdigest()
    with pytest.raises(RawStoreError, match=f"raw object {SHA256} has changed: its bytes now have SHA-256 {found}"):
        store.get(SHA256)
    with pytest.raises(RawStoreError, match="has changed"):
        store.put(DATA)


def test_missing_bytes_are_told(store):
    with pytest.raises(RawStoreError, match="No such file or directory"):
        store.get(SHA256)


@pytest.mark.parametrize(
    "digest",
    ["", "abc", SHA256.upper(), SHA256[:-1], SHA256 + "0", "../" * 21 + "x", "g" * 64, "\0" * 64, SHA256[:-1] + "\n"],
)
def test_what_is_no_digest_names_no_file(store, digest):
    with pytest.raises(RawStoreError, match="is no SHA-256"):
        store.get(digest)
    with pytest.raises(RawStoreError, match="is no SHA-256"):
        store.files_of_run(digest)


def test_a_folder_in_place_of_an_object_is_told(store, root):
    object_path(root).mkdir(parents=True)
    with pytest.raises(RawStoreError, match="Is a directory"):
        store.get(SHA256)
    with pytest.raises(RawStoreError, match="Is a directory"):
        store.put(DATA)


def test_a_store_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RawStoreError, match=r"(Not a directory|File exists)"):
        FolderShelf(tmp_path / "file")
    with pytest.raises(RawStoreError, match="Not a directory"):
        FolderShelf(tmp_path / "file" / "raw")


@pytest.mark.parametrize("url", ["/var/raw", "file://elsewhere/raw", "", "http://host/raw", "https://host/raw"])
def test_what_cannot_hold_objects_is_no_raw_store(url):
    with pytest.raises(SettingsError, match=r"raw_store_url is .*; expected file:///folder, s3://bucket/folder"):
        open_raw_store(url)


def test_a_url_may_name_a_folder_with_spaces_and_letters(tmp_path):
    root = tmp_path / "сырые данные 100 %"
    sha256 = open_raw_store(root.as_uri()).put(DATA)
    assert object_path(root, sha256).read_bytes() == DATA
    assert open_raw_store(f"file://localhost{tmp_path}/raw").put(DATA) == SHA256


# interruption and concurrency


def run_python(code, *arguments, **options):
    return subprocess.Popen([sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)], **options)


def test_a_disk_that_is_full_leaves_nothing_of_an_object(store, root):
    """A limit on the size of files stands for the full disk: the operating system cuts the write short."""
    code = """
        import resource, signal, sys
        from pathlib import Path
        from lims.errors import RawStoreError
        from lims.persistence.raw_store import open_raw_store

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = open_raw_store(Path(sys.argv[1]).as_uri())
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
        try:
            store.put(bytes(4_000_000))
        except RawStoreError as error:
            print(error)
    """
    with run_python(code, root, stdout=subprocess.PIPE, text=True) as process:
        told, _ = process.communicate(timeout=60)
    assert "File too large" in told
    assert files(root) == []
    assert store.get(store.put(bytes(4_000_000))) == bytes(4_000_000)


def is_being_written(root):
    try:
        return any(path.stat().st_size for path in root.rglob(".new-*"))
    except FileNotFoundError:  # it was finished between the two looks
        return True


def test_a_process_that_is_killed_leaves_no_half_object(store, root):
    data = b"x" * 64_000_000
    sha256 = hashlib.sha256(data).hexdigest()
    code = """
        import sys
        from pathlib import Path
        from lims.persistence.raw_store import open_raw_store

        open_raw_store(Path(sys.argv[1]).as_uri()).put(b"x" * 64_000_000)
    """
    with run_python(code, root) as process:
        deadline = time.monotonic() + 30
        while not is_being_written(root) and time.monotonic() < deadline:
            pass
        process.kill()
    path = object_path(root, sha256)
    assert not path.exists() or store.get(sha256) == data
    assert store.put(data) == sha256
    assert store.get(sha256) == data


def test_eight_threads_that_keep_the_same_bytes_keep_them_once(store, root):
    data = os.urandom(300_000)
    with ThreadPoolExecutor(8) as pool:
        digests = {future.result() for future in [pool.submit(store.put, data) for _ in range(32)]}
    assert digests == {hashlib.sha256(data).hexdigest()}
    assert [path.read_bytes() for path in files(root)] == [data]


# runs


def test_a_folder_is_kept_by_a_manifest_and_laid_out_again(store, root, folder):
    sha256 = store.put_run(folder)
    manifest = run_manifest(folder)
    assert sha256 == manifest.sha256
    assert store.get(sha256) == manifest.canonical_bytes
    assert sorted(store.files_of_run(sha256)) == sorted(entry.sha256 for entry in manifest.entries)
    assert len(files(root)) == 3
    with store.open_run(sha256, name="220223014.D", is_folder=True) as laid_out:
        assert laid_out.name == "220223014.D"
        assert run_manifest(laid_out) == manifest
    assert not laid_out.exists()


def test_a_file_is_kept_as_itself(store, folder):
    sha256 = store.put_run(folder / "data.ms")
    assert sha256 == hashlib.sha256(data_file().data).hexdigest()
    with store.open_run(sha256, name="data.ms", is_folder=False) as laid_out:
        assert laid_out.read_bytes() == data_file().data
    assert not laid_out.exists()


def test_a_run_with_an_altered_file_is_not_laid_out(store, root, folder):
    sha256 = store.put_run(folder)
    path = object_path(root, hashlib.sha256(b"<c/>").hexdigest())
    path.chmod(0o600)
    path.write_bytes(b"<d/>")
    with (
        pytest.raises(RawStoreError, match="has changed"),
        store.open_run(sha256, name="1.D", is_folder=True),
    ):
        pytest.fail("it was laid out")


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a/..", "a\0b"])
def test_a_run_is_laid_out_inside_its_own_folder_only(store, name):
    store.put(DATA)
    with (
        pytest.raises(RawStoreError, match="is no name under which a run can be laid out"),
        store.open_run(SHA256, name=name, is_folder=False),
    ):
        pytest.fail("it was laid out")


@pytest.mark.parametrize("name", ["../../../escaped", "/etc/escaped", "a/b/escaped"])
def test_of_a_path_only_the_name_is_used(store, name):
    store.put(DATA)
    with store.open_run(SHA256, name=name, is_folder=False) as laid_out:
        assert laid_out.name == "escaped"
        assert laid_out.parent.name.startswith("tmp")


@pytest.mark.parametrize("path", ["../escaped", "/escaped", "a/../../escaped", ".."])
def test_a_manifest_that_leads_out_of_its_folder_is_refused(store, path):
    store.put(DATA)
    sha256 = put_manifest(store, [{"path": path, "sha256": SHA256, "size": len(DATA)}])
    with (
        pytest.raises(RawStoreError, match="outside its folder"),
        store.open_run(sha256, name="1.D", is_folder=True),
    ):
        pytest.fail("it was laid out")


def test_a_manifest_with_a_file_where_a_folder_is_needed_is_refused(store):
    store.put(DATA)
    rows = [{"path": path, "sha256": SHA256, "size": len(DATA)} for path in ("a", "a/b")]
    with (
        pytest.raises(RawStoreError, match=r"(Not a directory|File exists)"),
        store.open_run(put_manifest(store, rows), name="1.D", is_folder=True),
    ):
        pytest.fail("it was laid out")


@pytest.mark.parametrize(
    "rows",
    [
        DATA,
        b"\xff\xfe",
        b"[" * 100_000,
        {},
        "text",
        7,
        [7],
        [{}],
        [{"path": "a"}],
        [{"sha256": SHA256}],
        [{"path": 7, "sha256": SHA256}],
        [{"path": "a", "sha256": None}],
        [["a", SHA256]],
    ],
)
def test_an_object_that_is_no_manifest_is_told(store, rows):
    sha256 = put_manifest(store, rows)
    with pytest.raises(RawStoreError, match=f"raw object {sha256} is no manifest of a folder"):
        store.files_of_run(sha256)
    with (
        pytest.raises(RawStoreError, match="is no manifest of a folder"),
        store.open_run(sha256, name="1.D", is_folder=True),
    ):
        pytest.fail("it was laid out")


def test_a_manifest_whose_files_are_gone_is_told(store, root, folder):
    sha256 = store.put_run(folder)
    object_path(root, hashlib.sha256(b"<c/>").hexdigest()).unlink()
    with (
        pytest.raises(RawStoreError, match="No such file or directory"),
        store.open_run(sha256, name="1.D", is_folder=True),
    ):
        pytest.fail("it was laid out")


def test_a_file_that_changes_between_two_readings_is_told(store, root, folder):
    """The manifest is made first, the bytes are read again afterwards: they have to be the same."""

    class Unsteady(type(folder)):
        readings = 0

        def open(self, *arguments, **options):
            Unsteady.readings += 1
            if Unsteady.readings == 2:
                with super().open("ab") as file:
                    file.write(b"more")
            return super().open(*arguments, **options)

    with pytest.raises(RawStoreError, match="changed while it was read; wait until the instrument has finished"):
        store.put_run(Unsteady(folder / "data.ms"))
    assert Unsteady.readings == 2
    assert files(root) == []
