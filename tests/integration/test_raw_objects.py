"""The raw store on fsspec's own file system in memory: what holds for a folder holds for an object store."""

import errno
import hashlib
import os
import uuid
from datetime import UTC, datetime, timedelta

import fsspec
import pytest

from lims.errors import AlteredRawError, MissingRawError, RawStoreError, SettingsError
from lims.persistence.raw_objects import _aware
from lims.persistence.raw_store import open_raw_store
from tests.builders.agilent_folder import data_file, write_folder

DATA = b"what the instrument wrote"
SHA256 = hashlib.sha256(DATA).hexdigest()
NAME = f"{SHA256[:2]}/{SHA256}"
EMPTY = hashlib.sha256(b"").hexdigest()
YOUNG = timedelta(hours=1)


@pytest.fixture
def url():
    found = f"memory://{uuid.uuid4().hex}/raw"
    yield found
    fsspec.filesystem("memory").rm(found, recursive=True)


@pytest.fixture
def store(url):
    opened = open_raw_store(url)
    opened.put(b"")
    return opened


@pytest.fixture
def memory():
    return fsspec.filesystem("memory")


def names(store):
    return {file.name for file in store.files()} - {f"{EMPTY[:2]}/{EMPTY}"}


def test_bytes_are_kept_under_their_digest_and_given_back(store, url, memory):
    assert store.put(DATA) == SHA256
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA
    assert memory.cat(f"{url}/{NAME}") == DATA
    assert names(store) == {NAME}
    assert open_raw_store(f"{url}/").get(SHA256) == DATA


def test_a_run_is_kept_and_laid_out_again(store, tmp_path):
    folder = write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>")
    sha256 = store.put_run(folder)
    with store.open_run(sha256, name="1.D", is_folder=True) as laid_out:
        assert (laid_out / "data.ms").read_bytes() == data_file().data


def test_a_file_of_several_blocks_comes_back(store, tmp_path):
    data = os.urandom(3_500_000)
    (tmp_path / "run.cdf").write_bytes(data)
    sha256 = store.put_run(tmp_path / "run.cdf")
    store.check(sha256)
    assert store.get(sha256) == data


def test_altered_and_missing_objects_are_told(store, url, memory):
    store.put(DATA)
    memory.pipe(f"{url}/{NAME}", DATA[::-1])
    with pytest.raises(AlteredRawError, match="has changed"):
        store.get(SHA256)
    with pytest.raises(AlteredRawError, match="has changed"):
        store.put(DATA)
    memory.rm(f"{url}/{NAME}")
    with pytest.raises(MissingRawError, match=SHA256):
        store.get(SHA256)


def test_what_an_object_is_is_told_without_rights(store):
    store.put(DATA)
    (found,) = [file for file in store.files() if file.name == NAME]
    assert (found.sha256, found.size, found.state.value, found.read_only) == (SHA256, len(DATA), "object", True)
    assert datetime.now(UTC) - YOUNG < found.changed_at <= datetime.now(UTC)


def test_a_file_that_changes_while_it_is_read_leaves_nothing(store, tmp_path):
    (tmp_path / "run.cdf").write_bytes(DATA)
    with pytest.raises(RawStoreError, match="changed while it was read"):
        store.put_file(tmp_path / "run.cdf", sha256=hashlib.sha256(b"before").hexdigest())
    assert names(store) == set()


def test_bytes_that_come_back_as_others_never_get_the_name(store, monkeypatch):
    monkeypatch.setattr(type(store._shelf), "_read", lambda *_: iter((b"other",)))
    with pytest.raises(RawStoreError, match="read back with"):
        store.put(DATA)
    assert names(store) == set()


def test_a_name_that_is_taken_meanwhile_stays(store, url, memory):
    class Racing(type(store._shelf)):
        def renew(self, name):
            return memory.exists(f"{url}/{name}")

        def _make_folder(self, _):
            memory.pipe(f"{url}/{NAME}", DATA)

    store._shelf.__class__ = Racing
    assert store.put(DATA) == SHA256
    assert names(store) == {NAME}


def test_an_object_is_set_aside_and_kept_again(store):
    store.put(DATA)
    assert store.set_aside(NAME, unchanged_since=datetime.now(UTC) - YOUNG) is None
    kept_as = store.set_aside(NAME, unchanged_since=None)
    assert kept_as.startswith(f"quarantine/{SHA256}.")
    assert [file.name for file in store.quarantined()] == [kept_as]
    assert store.digest_of(kept_as) == SHA256
    assert names(store) == set()
    assert store.set_aside(NAME, unchanged_since=None) is None
    assert store.get(store.put(DATA)) == DATA


def test_an_object_that_is_brought_again_is_young(store, url, memory):
    store.put(DATA)
    memory.store[memory._strip_protocol(f"{url}/{NAME}")].modified = datetime(2020, 1, 1, tzinfo=UTC)
    store.put(DATA)
    assert store.set_aside(NAME, unchanged_since=datetime.now(UTC) - YOUNG) is None


def test_an_object_that_is_brought_again_while_it_is_set_aside_stays(store, url, memory, monkeypatch):
    store.put(DATA)
    memory.store[memory._strip_protocol(f"{url}/{NAME}")].modified = datetime(2020, 1, 1, tzinfo=UTC)
    true_copy = type(memory).cp_file

    def copy(self, source, target, **options):
        true_copy(self, source, target, **options)
        if "quarantine" in target:
            monkeypatch.undo()
            store.put(DATA)

    monkeypatch.setattr(type(memory), "cp_file", copy)
    assert store.set_aside(NAME, unchanged_since=datetime.now(UTC) - YOUNG) is None
    assert store.get(SHA256) == DATA
    assert list(store.quarantined()) == []


def test_nobody_knows_who_else_writes_and_what_is_free(store):
    with store.alone() as alone:
        assert not alone
    assert store._shelf.free_bytes() is None
    full = open_raw_store(store._shelf._url, free_mb=10**9)
    full._require_room(10**12)


def test_what_cannot_be_removed_is_left_to_the_sweep(store, memory, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EACCES, "Access Denied")

    monkeypatch.setattr(type(memory), "rm_file", refused)
    store.put(DATA)
    monkeypatch.undo()
    left = [file for file in store.files() if file.state.value == "unfinished"]
    assert len(left) == 1
    assert store.get(SHA256) == DATA


def test_the_words_of_the_client_of_an_object_store_become_ours(store, memory, monkeypatch):
    """s3fs is no part of the tests; botocore's errors are no OSError, which is what matters here."""
    unreachable = type("EndpointConnectionError", (Exception,), {"__module__": "botocore.exceptions"})

    def refused(*_, **__):
        raise unreachable("Could not connect to the endpoint")

    monkeypatch.setattr(type(memory), "_open", refused)
    with pytest.raises(RawStoreError, match="Could not connect") as caught:
        store.put(DATA)
    assert caught.value.advice().startswith("Check the connection to the object store")


def test_an_error_of_the_program_stays_what_it_is(store, memory, monkeypatch):
    def wrong(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(type(memory), "_open", wrong)
    with pytest.raises(ZeroDivisionError):
        store.put(DATA)


def test_a_kind_of_store_that_nothing_knows_is_told():
    with pytest.raises(SettingsError, match=r"raw_store_url or copy_url is 'nothing://bucket/raw': .*not known"):
        open_raw_store("nothing://bucket/raw")


def test_file_systems_that_tell_utc_without_saying_so_are_believed():
    assert _aware(datetime(2026, 1, 1)) == datetime(2026, 1, 1, tzinfo=UTC)  # noqa: DTZ001 - what is tested


def test_any_other_file_system_of_fsspec_works(tmp_path):
    store = open_raw_store(f"local://{tmp_path}/objects")
    assert store.get(store.put(DATA)) == DATA
    kept_as = store.set_aside(NAME, unchanged_since=None)
    assert (tmp_path / "objects" / kept_as).read_bytes() == DATA
