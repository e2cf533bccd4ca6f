"""Folders from which pages import: those of the settings and what lies in them, and nothing else."""

import os

import pytest

from lims.errors import NotFoundError
from lims.services.run_folders import MAX_OFFERED, RunFolders


def test_the_folders_of_the_settings_are_offered_with_those_in_them_newest_first(tmp_path):
    root = tmp_path / "runs"
    for age, name in enumerate(("monday", "tuesday", "1.D", ".hidden"), start=1):
        (root / name).mkdir(parents=True)
        os.utime(root / name, (age, age))
    (root / "notes.txt").touch()
    (root / "link").symlink_to(tmp_path)
    folders = RunFolders(roots=(root, tmp_path / "missing"))
    expected = [root, root / "tuesday", root / "monday", tmp_path / "missing"]
    assert folders.offered() == tuple(map(str, expected))
    assert folders.chosen(str(root / "monday")) == root / "monday"


def test_no_other_folder_is_given_whatever_lies_there(tmp_path):
    root = tmp_path / "runs"
    (root / "day" / "deep").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path)
    folders = RunFolders(roots=(root,))
    for name in (tmp_path, root / "..", root / "day" / "..", root / "link", root / "day" / "deep", "/", ""):
        with pytest.raises(NotFoundError, match="folder of runs"):
            folders.chosen(str(name))
    with pytest.raises(NotFoundError):
        RunFolders().chosen(str(root))


def test_the_list_is_bounded(tmp_path):
    for number in range(MAX_OFFERED + 5):
        (tmp_path / f"{number}").mkdir()
    assert len(RunFolders(roots=(tmp_path,)).offered()) == MAX_OFFERED
