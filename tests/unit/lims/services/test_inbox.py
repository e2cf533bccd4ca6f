import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lims.errors import UnreadableFileError
from lims.services.inbox import Inbox, Progress

START = datetime(2026, 2, 23, 9, 0, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


@pytest.fixture
def inbox(tmp_path):
    return Inbox(folder=tmp_path, quiet=timedelta(seconds=30))


def progress(inbox, seconds):
    return {arrival.path.name: arrival.progress for arrival in inbox.look(at(seconds))}


def test_a_run_is_ready_when_it_stayed_as_it_is(inbox):
    run = inbox.folder / "1.D"
    run.mkdir()
    (run / "data.ms").write_bytes(b"begun")
    assert progress(inbox, 0) == {"1.D": Progress.GROWING}
    (run / "data.ms").write_bytes(b"begun and more")
    assert progress(inbox, 29) == {"1.D": Progress.GROWING}
    assert progress(inbox, 58) == {"1.D": Progress.GROWING}
    assert progress(inbox, 59) == {"1.D": Progress.READY}
    (run / "late.txt").touch()
    assert progress(inbox, 60) == {"1.D": Progress.GROWING}
    assert progress(inbox, 90) == {"1.D": Progress.READY}


def test_what_was_taken_is_not_offered_again_unless_it_changes(inbox):
    run = inbox.folder / "run.cdf"
    run.write_bytes(b"x")
    inbox.look(at(0))
    inbox.look(at(30))
    inbox.take(run)
    assert progress(inbox, 60) == {"run.cdf": Progress.TAKEN}
    os.utime(run, (1, 1))
    assert progress(inbox, 61) == {"run.cdf": Progress.GROWING}
    assert progress(inbox, 91) == {"run.cdf": Progress.CHANGED}
    run.unlink()
    assert progress(inbox, 92) == {}


def test_temporary_files_and_links_are_no_arrivals(inbox, tmp_path):
    for name in (".part", "~lock", "run.cdf"):
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to(tmp_path / "run.cdf")
    assert list(progress(inbox, 0)) == ["run.cdf"]


def test_a_file_that_vanishes_while_it_is_looked_at_is_a_change(inbox, monkeypatch):
    run = inbox.folder / "1.D"
    run.mkdir()
    (run / "data.ms").touch()
    inbox.look(at(0))
    original = Path.lstat

    def vanished(self):
        if self.name == "data.ms":
            raise FileNotFoundError(self)
        return original(self)

    monkeypatch.setattr(Path, "lstat", vanished)
    assert progress(inbox, 30) == {"1.D": Progress.GROWING}


def test_a_folder_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match="nowhere"):
        Inbox(folder=tmp_path / "nowhere", quiet=timedelta(seconds=1)).look(START)
