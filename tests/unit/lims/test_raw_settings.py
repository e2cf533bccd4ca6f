import pytest

from lims.bootstrap import open_laboratory
from lims.errors import RawStoreError, SettingsError
from lims.settings import load_settings


def settings(tmp_path, text):
    (tmp_path / "aigaq.toml").write_text(text, "utf-8")
    return load_settings({}, home=tmp_path)


def test_two_gigabytes_stay_free_and_there_is_no_second_copy(tmp_path):
    found = settings(tmp_path, "")
    assert (found.raw_free_mb, found.raw_copy_url) == (2000, "")


def test_floor_and_copy_are_chosen(tmp_path):
    found = settings(tmp_path, f'[raw]\nfree_mb = 1\ncopy_url = "{(tmp_path / "second").as_uri()}"\n')
    laboratory = open_laboratory(found)
    assert laboratory.raw_copying.copy().copied == 0
    assert (tmp_path / "second").is_dir()


def test_the_floor_reaches_the_import(tmp_path):
    laboratory = open_laboratory(settings(tmp_path, f"[raw]\nfree_mb = {10**9}\n"))
    (tmp_path / "run.cdf").write_bytes(b"x")
    with pytest.raises(RawStoreError, match=f"and {10**9} MB are kept free"):
        laboratory.importing.raw_store.put_run(tmp_path / "run.cdf")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("raw = 5", "raw is a table"),
        ("[raw]\nfree = 1", "raw is a table .* with copy_url and free_mb and nothing else"),
        ("[raw]\nfree_mb = -1", "raw.free_mb is -1; expected a whole number of megabytes, 0 or more"),
        ("[raw]\nfree_mb = true", "raw.free_mb is True"),
        ("[raw]\nfree_mb = 1.5", "raw.free_mb is 1.5"),
        ("[raw]\ncopy_url = 5", "raw.copy_url is 5; expected text"),
    ],
)
def test_what_cannot_be_used_is_told(tmp_path, text, message):
    with pytest.raises(SettingsError, match=message):
        settings(tmp_path, text)
