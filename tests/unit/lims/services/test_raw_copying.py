"""The second copy: complete, checked on the way, and what a repair brings back from it."""

import random

import pytest

from lims.domain.raw_upkeep import RawRepair
from lims.errors import InvalidRecordError, NotPermittedError, SettingsError
from lims.persistence.raw_store import open_raw_store
from lims.services.raw_copying import RawCopyService
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.clocks import MORNING
from tests.builders.laboratories import ADMIN, TECHNICIAN


@pytest.fixture
def hired(bench):
    bench.hire()
    return bench


@pytest.fixture
def second(bench):
    return open_raw_store((bench.folder / "second").as_uri())


@pytest.fixture
def copying(hired, second):
    return RawCopyService(store=hired.store, raw_store=hired.raw_store, second=second, clock=hired.clock)


@pytest.fixture
def run(hired, tmp_path):
    """A run that is a folder: a manifest and two files."""
    return hired.run(write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>"))


def path_of(bench, sha256, store="raw"):
    return bench.folder / store / sha256[:2] / sha256


def alter(path):
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[::-1] + b"\0")
    path.chmod(0o400)


def digests(keeper):
    return {file.sha256 for file in keeper.files()}


@pytest.mark.usefixtures("run")
def test_what_is_named_is_copied_once(hired, copying, second):
    hired.raw_store.put(b"nobody names it")
    seen = []
    done = copying.copy(progress=seen.append)
    assert (done.copied, done.present, done.faults) == (3, 0, ())
    assert seen == [1, 2, 3]
    assert digests(second) == {path.name for path in hired.raw_objects} - {
        next(p.name for p in hired.raw_objects if p.read_bytes() == b"nobody names it")
    }
    assert (copying.copy().copied, copying.copy().present) == (0, 3)
    assert copying.scrub_copy().objects == 3
    assert copying.scrub_copy(share=1).intact


def test_an_altered_object_is_not_copied(hired, copying, second, run):
    sha256 = next(d for d in hired.raw_store.files_of_run(run.raw.sha256))
    alter(path_of(hired, sha256))
    done = copying.copy()
    assert (done.copied, len(done.faults)) == (2, 1)
    assert "has changed" in done.faults[0]
    assert sha256 not in digests(second)


def test_an_altered_copy_is_found(hired, copying, run):
    copying.copy()
    alter(path_of(hired, run.raw.sha256, "second"))
    assert [fault.sha256 for fault in copying.scrub_copy().faults][:1] == [run.raw.sha256]
    assert hired.scrubbing.scrub().intact


def test_what_is_missing_and_what_is_altered_comes_back(hired, copying, run):
    copying.copy()
    lost, altered = hired.raw_store.files_of_run(run.raw.sha256)
    path_of(hired, lost).unlink()
    alter(path_of(hired, altered))
    bad = path_of(hired, altered).read_bytes()
    before = hired.entries
    done = copying.repair(actor=ADMIN)
    assert done.faults == ()
    (repair,) = done.repairs
    found = {item.sha256: item for item in repair.repaired}
    assert (found[lost].found, found[lost].damaged) == ("missing", None)
    assert found[altered].found == "altered"
    assert (hired.folder / "raw" / found[altered].damaged.kept_as).read_bytes() == bad
    assert hired.scrubbing.scrub().intact
    assert hired.auditing.verify().intact
    assert (repair.number, repair.repaired_by, repair.repaired_at) == ("RR-2026-0001", "admin", MORNING)
    assert hired.entries == before + 1
    with hired.store.reading() as work:
        assert work.load(RawRepair, repair.number) == repair
        (line,) = work.listed(RawRepair, limit=5)
    assert (line.state, line.title) == ("repaired", "2 objects")
    assert hired.sweeping.sweep(actor=ADMIN) is None  # the repair accounts for what it set aside


def test_a_repair_of_an_intact_store_does_nothing(hired, copying, run):
    copying.copy()
    before = hired.entries
    assert copying.repair(actor=ADMIN).repairs == ()
    assert hired.entries == before
    assert run.raw.is_folder


def test_a_manifest_comes_back_first_and_then_what_it_names(hired, copying, run):
    copying.copy()
    for path in hired.raw_objects:
        path.unlink()
    done = copying.repair(actor=ADMIN)
    assert [len(repair.repaired) for repair in done.repairs] == [1, 2]
    assert done.repairs[0].repaired[0].sha256 == run.raw.sha256
    assert done.repairs[1].number == "RR-2026-0002"
    assert hired.scrubbing.scrub().intact


def test_what_the_copy_has_not_either_stays_as_it_is(hired, copying, run):
    copying.copy()
    lost, altered = hired.raw_store.files_of_run(run.raw.sha256)
    alter(path_of(hired, altered))
    alter(path_of(hired, altered, "second"))
    path_of(hired, lost).unlink()
    path_of(hired, lost, "second").unlink()
    done = copying.repair(actor=ADMIN)
    assert done.repairs == ()
    assert len(done.faults) == 2
    assert all("the copy cannot help" in fault for fault in done.faults)
    assert path_of(hired, altered).exists()
    assert list(hired.raw_store.quarantined()) == []


def test_an_object_that_was_set_aside_meanwhile_comes_back(hired, copying, run, monkeypatch):
    copying.copy()
    alter(path_of(hired, hired.raw_store.files_of_run(run.raw.sha256)[0]))
    true = type(hired.raw_store).set_aside

    def set_aside(self, name, *, unchanged_since):
        true(self, name, unchanged_since=unchanged_since)
        return true(self, name, unchanged_since=unchanged_since)

    monkeypatch.setattr(type(hired.raw_store), "set_aside", set_aside)
    (repair,) = copying.repair(actor=ADMIN).repairs
    assert repair.repaired[0].damaged is None
    assert hired.scrubbing.scrub().intact


def every_damage_is_repaired(bench, copying, tmp_path, count):
    chance = random.Random(20261122)  # noqa: S311 - data of a test
    folder = write_folder(tmp_path / "many.D", data_file().data, contents_xml=b"<c/>")
    for number in range(count):
        (folder / f"{number:05d}.txt").write_bytes(chance.randbytes(chance.randrange(1, 3000)))
    run = bench.run(folder)
    copying.copy()
    for path in bench.raw_objects:
        if path.name != run.raw.sha256:
            if chance.random() < 0.5:
                path.unlink()
            else:
                alter(path)
    (repair,) = copying.repair(actor=ADMIN).repairs
    assert len(repair.repaired) == len(set(bench.raw_store.files_of_run(run.raw.sha256))) > count
    assert bench.scrubbing.scrub().intact


def test_every_damage_is_repaired_from_the_copy(hired, copying, tmp_path):
    every_damage_is_repaired(hired, copying, tmp_path, 100)


@pytest.mark.nightly
def test_every_damage_of_10_000_files_is_repaired_from_the_copy(hired, copying, tmp_path):
    every_damage_is_repaired(hired, copying, tmp_path, 10_000)


def test_who_may_not_repair_changes_nothing(copying):
    with pytest.raises(NotPermittedError):
        copying.repair(actor=TECHNICIAN)


def test_without_a_second_copy_all_three_are_refused(hired):
    copying = RawCopyService(store=hired.store, raw_store=hired.raw_store, second=None, clock=hired.clock)
    for act in (copying.copy, copying.scrub_copy, lambda: copying.repair(actor=ADMIN)):
        with pytest.raises(SettingsError, match="copy_url under \\[raw\\] is not set"):
            act()


def test_a_repair_of_nothing_is_no_act():
    with pytest.raises(InvalidRecordError, match="brought nothing back"):
        RawRepair(number="RR-2026-0001", repaired_by="admin", repaired_at=MORNING, repaired=())
