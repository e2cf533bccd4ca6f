"""A disk that is full, read-only, forbidden or broken: the act fails as a whole, and no name shows half an object.

Full and read-only file systems are real ones, mounted for the test. Only where no real way to an error exists is a
system call replaced: a failing fsync, a write that stops short, a disk that gives other bytes back.
"""

import errno
import hashlib
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lims.errors import MissingRawError, RawStoreError
from lims.persistence.raw_folder import FolderShelf
from lims.persistence.raw_shelf import QUARANTINE
from lims.persistence.raw_store import AddressedRawStore, open_raw_store

DATA = b"what the instrument wrote"
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def root(tmp_path):
    return tmp_path / "raw"


@pytest.fixture
def store(root):
    return AddressedRawStore(FolderShelf(root))


def files(root):
    return sorted(path for path in root.rglob("*") if path.is_file())


@contextmanager
def mounted(folder, *options):
    """Mount a file system in memory; only root may, and not in every container."""
    folder.mkdir(exist_ok=True)
    found = subprocess.run(
        ["mount", "-t", "tmpfs", *options, "tmpfs", str(folder)], check=False, capture_output=True, text=True
    )
    if found.returncode != 0:
        pytest.skip(f"no file system can be mounted here: {found.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def as_nobody(code, *arguments):
    """Run a program as an ordinary person; root gives its rights up after the imports, which lie in its own folders."""
    head = """
        import os, sys
        from pathlib import Path
        from lims.errors import RawStoreError
        from lims.persistence.raw_store import open_raw_store
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
    """
    program = textwrap.dedent(head) + textwrap.dedent(code)
    return subprocess.run(
        [sys.executable, "-c", program, *map(str, arguments)], capture_output=True, text=True, check=True
    ).stdout.strip()


# a full disk


def test_a_full_disk_leaves_nothing_of_an_object(tmp_path):
    with mounted(tmp_path / "small", "-o", "size=2m") as disk:
        store = open_raw_store((disk / "raw").as_uri())
        store.put(DATA)
        with pytest.raises(RawStoreError, match="No space left on device") as caught:
            store.put(os.urandom(3_000_000))
        assert caught.value.advice().startswith("Free space on the disk of the raw store")
        assert caught.value.advice().endswith("nothing was recorded")
        assert [path.name for path in files(disk / "raw")] == [SHA256]
        assert store.get(SHA256) == DATA
        big = os.urandom(1_500_000)
        assert store.get(store.put(big)) == big  # the space of the failed one is free again


def test_no_more_names_leave_nothing_of_an_object(tmp_path):
    with mounted(tmp_path / "small", "-o", "size=2m,nr_inodes=4") as disk:
        store = open_raw_store((disk / "raw").as_uri())
        with pytest.raises(RawStoreError, match="No space left on device"):
            sum(1 for number in range(10) if store.put(bytes([number])))
        assert not [path for path in files(disk / "raw") if path.name.startswith(".new-")]


def test_a_run_of_many_files_on_a_full_disk_is_refused_as_a_whole(tmp_path):
    run = tmp_path / "1.D"
    run.mkdir()
    for number in range(20):
        (run / f"{number}.ms").write_bytes(os.urandom(200_000))
    with mounted(tmp_path / "small", "-o", "size=2m") as disk:
        store = open_raw_store((disk / "raw").as_uri())
        with pytest.raises(RawStoreError, match="No space left on device"):
            store.put_run(run)
        for path in files(disk / "raw"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def sizes(count):
    """Give sizes of file systems in kilobytes, from too small for anything to large enough for all."""
    return [64 + 4 * number for number in range(count)]


def outcome_of(act, disk):
    try:
        act(disk)
    except RawStoreError as error:
        return str(error).rpartition(": ")[2]
    return "kept"


def survives_every_size(tmp_path, count, act, whole):
    """Do an act on file systems of growing size; it fails whole or succeeds whole, and both happen."""
    outcomes = set()
    for number, size in enumerate(sizes(count)):
        with mounted(tmp_path / f"disk-{number}", "-o", f"size={size}k") as disk:
            outcomes.add(outcome_of(act, disk))
            whole(disk)
    assert outcomes == {"kept", "No space left on device"}


def every_object_is_whole(disk):
    for path in files(disk / "raw") if (disk / "raw").exists() else []:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def put_several(disk):
    store = open_raw_store((disk / "raw").as_uri())
    for number in range(6):
        store.put(bytes([number]) * 30_000)


def put_a_folder(disk):
    store = open_raw_store((disk / "raw").as_uri())
    store.put_run(disk.parent / "1.D")


def copy_a_store(disk):
    source = open_raw_store((disk.parent / "source").as_uri())
    sha256 = source.put(b"x" * 150_000)
    open_raw_store((disk / "raw").as_uri()).copy_from(source, sha256)


OPERATIONS = (put_several, put_a_folder, copy_a_store)


@pytest.fixture
def folder_beside(tmp_path):
    (tmp_path / "1.D").mkdir()
    for number in range(4):
        (tmp_path / "1.D" / f"{number}.ms").write_bytes(bytes([number]) * 40_000)
    return tmp_path


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_on_a_disk_of_any_size_is_done_or_refused(folder_beside, operation):
    survives_every_size(folder_beside, 60, operation, every_object_is_whole)


@pytest.mark.nightly
@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_on_disks_of_500_sizes_is_done_or_refused(folder_beside, operation):
    survives_every_size(folder_beside, 500, operation, every_object_is_whole)


def test_a_limit_on_the_size_of_files_cuts_the_write_and_leaves_nothing(root):
    """The operating system takes part of a block without an error, and refuses the rest."""
    code = """
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        store = open_raw_store(Path(sys.argv[1]).as_uri())
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))
        try:
            store.put(bytes(4_000_000))
        except RawStoreError as error:
            print(error)
            print(error.advice())
    """
    program = "import sys; from pathlib import Path; from lims.errors import RawStoreError;"
    program += "from lims.persistence.raw_store import open_raw_store\n" + textwrap.dedent(code)
    said = subprocess.run(
        [sys.executable, "-c", program, str(root)], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert "File too large" in said[0]
    assert said[1].startswith("Raise the limit on the size of files")
    assert files(root) == []


def test_no_new_run_below_the_floor_of_free_space(tmp_path):
    (tmp_path / "run.cdf").write_bytes(b"x" * 400_000)
    with mounted(tmp_path / "small", "-o", "size=4m") as disk:
        store = open_raw_store((disk / "raw").as_uri(), free_mb=3)
        store.put_run(tmp_path / "run.cdf")
        (tmp_path / "next.cdf").write_bytes(b"y" * 900_000)
        with pytest.raises(RawStoreError, match=r"the raw store has 3 MB free, the run needs 0 MB, and 3 MB") as caught:
            store.put_run(tmp_path / "next.cdf")
        assert caught.value.advice().startswith("Free space on the disk of the raw store, or lower free_mb")
        store.put(b"a report is still kept")
        assert len(files(disk / "raw")) == 2


# rights


def test_a_read_only_disk_is_told(tmp_path):
    with mounted(tmp_path / "disk") as disk:
        store = open_raw_store((disk / "raw").as_uri())
        store.put(DATA)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(RawStoreError, match="Read-only file system") as caught:
            store.put(b"more")
        assert caught.value.advice().startswith("Mount the disk of the raw store so that it can be written")
        assert store.get(SHA256) == DATA


@pytest.mark.parametrize("forbidden", ["raw", f"raw/{SHA256[:2]}"])
def test_a_folder_that_may_not_be_written_is_told(tmp_path, forbidden):
    """As an ordinary person, because root may write everywhere."""
    code = """
        folder = Path(sys.argv[1])
        store = open_raw_store((folder / "raw").as_uri())
        (folder / sys.argv[2]).mkdir(exist_ok=True)
        (folder / sys.argv[2]).chmod(0o500)
        try:
            store.put(sys.argv[3].encode())
        except RawStoreError as error:
            print(error)
            print(error.advice())
        (folder / sys.argv[2]).chmod(0o700)
    """
    folder = tmp_path / "place"
    folder.mkdir()
    for parent in (folder, *folder.parents):
        if parent.stat().st_uid == os.getuid():
            parent.chmod(parent.stat().st_mode | 0o055)
    folder.chmod(0o777)
    said = as_nobody(code, folder, forbidden, DATA.decode()).splitlines()
    assert "Permission denied" in said[0]
    assert said[1].startswith("Give the account that runs Aigaq the right to write there")
    assert files(folder / "raw") == []


def test_a_store_that_may_not_be_read_is_told(tmp_path):
    store = open_raw_store((tmp_path / "raw").as_uri())
    store.put(DATA)
    code = """
        try:
            open_raw_store(Path(sys.argv[1]).as_uri()).get(sys.argv[2])
        except RawStoreError as error:
            print(error)
    """
    assert "Permission denied" in as_nobody(code, tmp_path / "raw", SHA256)


# links and strange things


def test_a_link_in_place_of_an_object_is_not_followed(store, root, tmp_path):
    (tmp_path / "elsewhere").write_bytes(DATA)
    (root / SHA256[:2]).mkdir()
    (root / SHA256[:2] / SHA256).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RawStoreError, match="Too many levels of symbolic links"):
        store.get(SHA256)
    with pytest.raises(RawStoreError, match="Too many levels of symbolic links"):
        store.put(DATA)


# the calls of the operating system


def failing(monkeypatch, name, error, *, after=0):
    """Replace one system call by one that fails from its n-th use on; give the places where it was called."""
    true_call = getattr(os, name)
    calls = []

    def call(*arguments, **options):
        calls.append(arguments)
        if len(calls) > after:
            raise OSError(error, os.strerror(error))
        return true_call(*arguments, **options)

    monkeypatch.setattr(os, name, call)
    return calls


def test_a_failed_sync_of_the_bytes_is_no_object(store, root, monkeypatch):
    failing(monkeypatch, "fsync", errno.EIO)
    with pytest.raises(RawStoreError, match="Input/output error") as caught:
        store.put(DATA)
    assert caught.value.advice().startswith("Stop work and have the disk checked")
    assert files(root) == []
    monkeypatch.undo()
    assert store.put(DATA) == SHA256


@pytest.mark.parametrize("after", [1, 2])
def test_a_failed_sync_of_a_folder_is_not_acknowledged_and_the_object_is_whole(store, root, monkeypatch, after):
    """The name may stand there already: somebody else may have found the object whole and relied on it."""
    failing(monkeypatch, "fsync", errno.EIO, after=after)
    with pytest.raises(RawStoreError, match="Input/output error"):
        store.put(DATA)
    assert [path.read_bytes() for path in files(root)] == [DATA]
    with pytest.raises(RawStoreError, match="Input/output error"):  # and it is synced anew before it is relied on
        store.put(DATA)
    monkeypatch.undo()
    assert store.put(DATA) == SHA256


@pytest.mark.parametrize("name", ["write", "fchmod", "link", "utime", "open"])
def test_a_failed_call_leaves_no_half_object(store, root, monkeypatch, name):
    failing(monkeypatch, name, errno.EIO)
    with pytest.raises(RawStoreError, match="Input/output error"):
        store.put(DATA)
    monkeypatch.undo()
    assert files(root) == []
    assert store.put(DATA) == SHA256


def test_a_write_that_stops_short_is_continued(store, monkeypatch):
    true_write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: true_write(descriptor, bytes(data[:7])))
    assert store.put(DATA) == SHA256
    monkeypatch.undo()
    assert store.get(SHA256) == DATA


def test_a_disk_that_gives_other_bytes_back_is_found_before_the_name_shows_them(store, root, monkeypatch):
    """The moment after the sync is the disk's own; there the bytes are altered for true."""

    def alter(descriptor, *_):
        path = Path(f"/proc/self/fd/{descriptor}").resolve()
        path.chmod(0o600)
        path.write_bytes(DATA[::-1])

    monkeypatch.setattr(os, "posix_fadvise", alter)
    with pytest.raises(RawStoreError, match="read back with") as caught:
        store.put(DATA)
    assert caught.value.advice().startswith("Stop work and have memory and disk of this computer checked")
    assert files(root) == []


def test_what_cannot_be_removed_is_left_to_the_sweep(store, monkeypatch):
    failing(monkeypatch, "write", errno.ENOSPC)
    failing(monkeypatch, "unlink", errno.EIO)
    with pytest.raises(RawStoreError, match="No space left on device"):
        store.put(DATA)
    monkeypatch.undo()
    (left,) = store.files()
    assert left.state.value == "unfinished"
    assert left.name.startswith(f"{SHA256[:2]}/.new-")


# set aside


def test_a_file_is_set_aside_under_a_name_of_its_own(store):
    store.put(DATA)
    names = []
    for _ in range(3):
        store.put(DATA)
        names.append(store.set_aside(f"{SHA256[:2]}/{SHA256}", unchanged_since=None))
    assert len(set(names)) == 3
    assert sorted(file.name for file in store.quarantined()) == sorted(names)
    assert all(name.startswith(f"{QUARANTINE}/{SHA256}.") for name in names)
    assert list(store.files()) == []
    assert store.digest_of(names[0]) == SHA256
    with pytest.raises(MissingRawError):
        store.get(SHA256)
    assert store.set_aside(f"{SHA256[:2]}/{SHA256}", unchanged_since=None) is None
    assert store.get(store.put(DATA)) == DATA


def test_what_is_renewed_while_it_is_set_aside_is_put_back(store, root, monkeypatch):
    """An import finds the object present in the very moment between the look and the move."""
    path = root / SHA256[:2] / SHA256
    store.put(DATA)
    os.utime(path, (1, 1))
    true_rename = Path.rename

    def rename(self, target):
        os.utime(self)
        return true_rename(self, target)

    monkeypatch.setattr(Path, "rename", rename)
    cutoff = datetime(2020, 1, 1, tzinfo=UTC)
    assert store.set_aside(f"{SHA256[:2]}/{SHA256}", unchanged_since=cutoff) is None
    assert path.read_bytes() == DATA
    assert list(store.quarantined()) == []
    assert store.set_aside(f"{SHA256[:2]}/{SHA256}", unchanged_since=cutoff) is None  # it is young now


def test_an_object_that_is_set_aside_while_it_is_kept_is_written_anew(store, monkeypatch):
    store.put(DATA)
    true_utime = os.utime

    def utime(path, **options):
        true_utime(path, **options)
        monkeypatch.undo()
        store.set_aside(f"{SHA256[:2]}/{SHA256}", unchanged_since=None)

    monkeypatch.setattr(os, "utime", utime)
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA


def test_an_object_that_is_set_aside_after_it_was_renewed_is_written_anew(store, monkeypatch):
    store.put(DATA)
    true_check = store.check

    def check(sha256):
        monkeypatch.undo()
        store.set_aside(f"{SHA256[:2]}/{SHA256}", unchanged_since=None)
        true_check(sha256)

    monkeypatch.setattr(store, "check", check)
    assert store.put(DATA) == SHA256
    assert store.get(SHA256) == DATA


def test_what_is_none_of_ours_is_named_and_left(store, root):
    store.put(DATA)
    (root / "notes.txt").write_text("a person's")
    (root / SHA256[:2] / "folder").mkdir()
    (root / SHA256[:2] / ".new-link").symlink_to("elsewhere")
    (root / "ff").mkdir()
    (root / "ff" / SHA256).write_bytes(DATA)
    (root / "lost+found").mkdir()
    assert list(store.quarantined()) == []
    found = {file.name: file.state.value for file in store.files()}
    assert found == {
        f"{SHA256[:2]}/{SHA256}": "object",
        f"{SHA256[:2]}/folder": "strange",
        f"{SHA256[:2]}/.new-link": "strange",
        f"ff/{SHA256}": "strange",
        "notes.txt": "strange",
    }


def test_an_object_that_comes_and_goes_is_given_up(store, monkeypatch):
    monkeypatch.setattr(store, "_is_kept", lambda _: False)
    AddressedRawStore(store._shelf).put(DATA)
    with pytest.raises(RawStoreError, match="was set aside 5 times while it was kept"):
        store.put(DATA)


def test_one_process_is_alone_only_while_no_other_adds(root, store):
    with store.alone() as alone:
        assert alone
    other = open_raw_store(root.as_uri())
    other.put(DATA)
    with store.alone() as alone:
        assert not alone
    del other
    with store.alone() as alone:
        assert alone


def test_a_store_that_is_gone_is_told(root, store):
    root.rmdir()
    with pytest.raises(MissingRawError, match="No such file or directory"), store.alone():
        pytest.fail("it is there")
    with pytest.raises(MissingRawError, match="No such file or directory"):
        list(store.files())


def test_a_thousand_replays_fifty_at_once_are_one_object(store, root):
    with ThreadPoolExecutor(50) as pool:
        assert set(pool.map(store.put, [DATA] * 1000)) == {SHA256}
    assert [path.read_bytes() for path in files(root)] == [DATA]


def test_processes_at_once_keep_one_object(root):
    code = "import sys; from lims.persistence.raw_store import open_raw_store as o; s = o(sys.argv[1]);"
    code += "sys.stdin.read(1); print(s.put(bytes(100_000)))"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", code, root.as_uri()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    said = {process.communicate("x")[0].strip() for process in started}
    assert said == {hashlib.sha256(bytes(100_000)).hexdigest()}
    assert len(files(root)) == 1
