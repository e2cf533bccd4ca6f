"""Objects of the raw store as views: mapped in a folder, fetched elsewhere, checked in both."""

import mmap

import pytest

from lims.errors import AlteredRawError, MissingRawError
from lims.persistence.raw_store import open_raw_store

DATA = bytes(range(256)) * 1000


@pytest.fixture(params=["folder", "objects"])
def store(request, tmp_path):
    if request.param == "folder":
        return open_raw_store((tmp_path / "raw").as_uri())
    return open_raw_store(f"memory://{tmp_path}")


def test_a_view_is_the_bytes(store):
    assert bytes(store.view(store.put(DATA))) == DATA
    assert bytes(store.view(store.put(b""))) == b""


def test_what_is_missing_is_told(store):
    with pytest.raises(MissingRawError):
        store.view("0" * 64)


def test_a_folder_maps_its_files_and_keeps_them_as_long_as_they_are_seen(tmp_path):
    store = open_raw_store((tmp_path / "raw").as_uri())
    view = store.view(store.put(DATA))
    assert isinstance(view.obj, mmap.mmap)
    assert view.readonly
    assert view[-1] == 255


def test_an_altered_file_is_not_given(tmp_path):
    store = open_raw_store((tmp_path / "raw").as_uri())
    sha256 = store.put(DATA)
    path = tmp_path / "raw" / sha256[:2] / sha256
    path.chmod(0o600)
    path.write_bytes(DATA[:-1] + b"x")
    with pytest.raises(AlteredRawError, match="has changed"):
        store.view(sha256)
