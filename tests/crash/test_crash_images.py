"""The model of a disk that loses power: what it must keep, what it may lose, and what it refuses to guess."""

import random
import subprocess

import pytest

from tests.crash.crash_images import SECTOR, Disk, FileNode, FolderModel, Image
from tests.crash.recording import Operation, UnknownCallError, operations, record

ROOT = "/home"
DRAWS = 300


def _op(kind, path, **facts):
    return Operation(kind=kind, path=f"{ROOT}/{path}", **facts)


def _played(*done):
    disk = Disk(root=ROOT)
    for operation in done:
        disk.play(operation)
    return disk


def _contents(disk, name, model=FolderModel.AT_ONCE):
    found = set()
    for seed in range(DRAWS):
        image = Image(top=disk.top, model=model, chance=random.Random(seed))  # noqa: S311
        node = image.folder().get(name)
        found.add(image.content(node) if isinstance(node, FileNode) else None)
    return found


def test_what_was_synced_is_there():
    disk = _played(_op("create", "a"), _op("write", "a", data=b"kept"), _op("sync", "a"))
    assert _contents(disk, "a") == {b"kept"}


def test_what_was_not_synced_may_be_there_or_not():
    disk = _played(_op("create", "a"), _op("write", "a", data=b"x" * SECTOR))
    found = _contents(disk, "a")
    assert {b"", b"\0" * SECTOR, b"x" * SECTOR} <= found


def test_sectors_survive_in_any_order_and_one_is_torn():
    old, new = b"o" * 2 * SECTOR, b"n" * 2 * SECTOR
    disk = _played(_op("create", "a"), _op("write", "a", data=old), _op("sync", "a"), _op("write", "a", data=new))
    found = _contents(disk, "a")
    halves = {b"o" * SECTOR, b"n" * SECTOR}
    assert {first + second for first in halves for second in halves} <= found
    assert any(len({content[0:1], content[SECTOR - 1 : SECTOR]}) == 2 for content in found)
    assert all(len(content) == 2 * SECTOR for content in found)


def test_a_name_without_a_sync_of_its_folder_may_be_gone():
    done = (_op("create", "a"), _op("write", "a", data=b"kept"), _op("sync", "a"))
    assert _contents(_played(*done), "a", FolderModel.BY_SYNC) == {b"kept", None}
    assert _contents(_played(*done, _op("sync", "")), "a", FolderModel.BY_SYNC) == {b"kept"}


def test_a_removed_file_may_come_back_until_the_folder_is_synced():
    done = (_op("create", "a"), _op("sync", ""), _op("unlink", "a"))
    assert _contents(_played(*done), "a", FolderModel.BY_SYNC) == {b"", None}
    assert _contents(_played(*done), "a") == {None}


def test_renaming_is_one_change():
    disk = _played(_op("create", "a"), _op("sync", ""), _op("rename", "a", target=f"{ROOT}/b"))
    for seed in range(DRAWS):
        names = Image(top=disk.top, model=FolderModel.BY_SYNC, chance=random.Random(seed)).folder()  # noqa: S311
        assert len(names) == 1


def test_a_real_program_is_read_back_whole(tmp_path):
    home, marks, log = tmp_path / "home", tmp_path / "marks", tmp_path / "log"
    home.mkdir()
    record(["tests.crash.recorded_program", str(home), str(marks), "--acts", "import:1"], log)
    with log.open(encoding="ascii") as lines:
        done = operations(lines, root=str(home), marks=str(marks))
    disk = Disk(root=str(home))
    for operation in done:
        if operation.kind != "mark":
            disk.play(operation)
    files = {path.relative_to(home) for path in home.rglob("*") if path.is_file()}
    for path in files:
        assert bytes(disk.file(f"{home}/{path}").current) == (home / path).read_bytes(), path
    assert b"".join(one.data for one in done if one.kind == "mark") == marks.read_bytes()


def test_a_change_that_the_model_does_not_know_is_refused(tmp_path):
    program = "import os, sys; a = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT); os.copy_file_range(a, a, 1, 0, 5)"
    log = tmp_path / "log"
    traced = ("strace", "-y", "-xx", "-f", "-o", log, "-etrace=copy_file_range,openat", "python3", "-c", program)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "a").write_bytes(b"one")
    subprocess.run([*traced, tmp_path / "home" / "a"], check=True)
    with log.open(encoding="ascii") as lines, pytest.raises(UnknownCallError, match="copy_file_range"):
        operations(lines, root=str(tmp_path / "home"), marks="")


def test_the_key_of_the_second_factors_survives_from_its_first_use_on(tmp_path):
    home, marks, log = tmp_path / "home", tmp_path / "marks", tmp_path / "log"
    home.mkdir()
    record(["tests.crash.recorded_key", str(home), str(marks)], log)
    with log.open(encoding="ascii") as lines:
        done = operations(lines, root=str(home), marks=str(marks))
    disk = Disk(root=str(home))
    for operation in done[:-1]:
        disk.play(operation)
    assert done[-1].kind == "mark"
    assert _contents(disk, "second-factor.key", FolderModel.BY_SYNC) == {(home / "second-factor.key").read_bytes()}
