"""Scrubs: whatever is done to a file of the raw store is found, and found by its name."""

import random
from datetime import timedelta

import pytest

from lims.errors import InvalidRecordError, MissingRawError, RawStoreError
from lims.services.scrubbing import RawFaultKind, ScrubbingService
from tests.builders.agilent_folder import data_file, write_folder

DAMAGES = ("delete", "truncate", "flip one bit", "append", "empty")


@pytest.fixture
def hired(bench):
    bench.hire()
    return bench


def damage(path, how, chance):
    """Do to a file what a person with the rights of the operating system can do."""
    data = bytearray(path.read_bytes())
    path.chmod(0o600)
    if how == "delete":
        path.unlink()
        return
    if how == "flip one bit":
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == "truncate":
        del data[chance.randrange(len(data)) :]
    elif how == "append":
        data += b"\0"
    else:
        data.clear()
    path.write_bytes(bytes(data))
    path.chmod(0o400)


def named_objects(bench, tmp_path, count):
    """Import a folder of many small files, so that the ledger names them all."""
    chance = random.Random(20261122)  # noqa: S311 - data of a test
    folder = write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>")
    for number in range(count):
        (folder / f"{number:05d}.txt").write_bytes(chance.randbytes(chance.randrange(1, 3000)))
    run = bench.run(folder)
    return run, chance


def every_damage_is_found(bench, tmp_path, count):
    run, chance = named_objects(bench, tmp_path, count)
    paths = [path for path in bench.raw_objects if path.name != run.raw.sha256]
    assert bench.scrubbing.scrub().intact
    harmed = {path.name: chance.choice(DAMAGES) for path in paths}
    for path in paths:
        damage(path, harmed[path.name], chance)
    found = {fault.sha256: fault.kind for fault in bench.scrubbing.scrub().faults}
    assert found == {
        name: RawFaultKind.MISSING if how == "delete" else RawFaultKind.ALTERED for name, how in harmed.items()
    }
    assert len(found) > count


def test_every_damage_is_found_in_one_scrub(hired, tmp_path):
    every_damage_is_found(hired, tmp_path, 200)


@pytest.mark.nightly
def test_every_damage_of_10_000_files_is_found_in_one_scrub(hired, tmp_path):
    every_damage_is_found(hired, tmp_path, 10_000)


def test_an_intact_store_is_read_to_its_end(hired, training_file):
    hired.drafted(training_file)
    seen = []
    scrub = hired.scrubbing.scrub(progress=seen.append)
    assert scrub.intact
    assert scrub.objects == len(hired.raw_objects)
    assert scrub.bytes_read == sum(path.stat().st_size for path in hired.raw_objects)
    assert seen == list(range(1, scrub.objects + 1))


def test_a_lost_manifest_is_missing_and_its_files_cannot_be_told(hired, tmp_path):
    run, _ = named_objects(hired, tmp_path, 0)
    for path in hired.raw_objects:
        path.unlink()
    (fault,) = hired.scrubbing.scrub().faults
    assert (fault.kind, fault.sha256, fault.name) == (RawFaultKind.MISSING, run.raw.sha256, run.raw.sha256)
    assert fault.said == f"raw object {run.raw.sha256} is missing: the ledger names it"


def test_seven_days_of_sevenths_read_every_object_once(hired, tmp_path):
    named_objects(hired, tmp_path, 100)
    objects = len(hired.raw_objects)
    read = []
    for _ in range(7):
        scrub = hired.scrubbing.scrub(share=7)
        read.append(scrub.objects)
        assert scrub.share == 7
        hired.clock.advance(days=1)
    assert sum(read) == objects
    assert max(read) < objects / 2
    assert hired.scrubbing.scrub(share=7).objects == read[0]


def test_a_seventh_finds_a_damage_within_seven_days(hired, tmp_path):
    run, chance = named_objects(hired, tmp_path, 20)
    path = next(path for path in hired.raw_objects if path.name != run.raw.sha256)
    damage(path, "flip one bit", chance)
    found = []
    for _ in range(7):
        found.extend(fault.sha256 for fault in hired.scrubbing.scrub(share=7).faults)
        hired.clock.advance(days=1)
    assert found == [path.name]


def test_a_share_below_one_is_refused(hired):
    with pytest.raises(InvalidRecordError, match="a share of 1/0"):
        hired.scrubbing.scrub(share=0)


def test_rights_and_strangers_are_told(hired):
    hired.raw_store.put(b"x")
    (path,) = hired.raw_objects
    path.chmod(0o600)
    strange = hired.folder / "raw" / "notes.txt"
    strange.write_text("a person's")
    faults = {fault.kind: fault for fault in hired.scrubbing.scrub().faults}
    assert faults.keys() == {RawFaultKind.WRITABLE, RawFaultKind.STRANGE}
    assert faults[RawFaultKind.WRITABLE].sha256 == path.name
    assert "0400" in faults[RawFaultKind.WRITABLE].said
    assert faults[RawFaultKind.STRANGE].name == "notes.txt"


def test_what_nobody_names_is_read_too_and_being_unnamed_is_no_fault(hired):
    hired.raw_store.put(b"not named yet")
    scrub = hired.scrubbing.scrub()
    assert (scrub.intact, scrub.objects) == (True, 1)
    damage(hired.raw_objects[0], "append", random.Random(1))  # noqa: S311 - data of a test
    assert [fault.kind for fault in hired.scrubbing.scrub().faults] == [RawFaultKind.ALTERED]


def test_an_unfinished_file_is_for_the_sweep_and_no_fault(hired):
    hired.raw_store.put(b"x")
    hired.raw_objects[0].with_name(".new-0123").write_bytes(b"half")
    assert hired.scrubbing.scrub().intact


@pytest.mark.parametrize(
    ("error", "kind"),
    [(RawStoreError("Input/output error"), "unreadable"), (MissingRawError("set aside meanwhile"), "missing")],
)
def test_an_object_that_cannot_be_read_is_told(hired, monkeypatch, error, kind):
    hired.raw_store.put(b"x")

    def refuse(_):
        raise error

    monkeypatch.setattr(hired.raw_store, "check", refuse)
    (fault,) = hired.scrubbing.scrub().faults
    assert (fault.kind.value, fault.said) == (kind, str(error))


def test_a_folder_in_place_of_an_object_is_strange_and_the_object_missing(hired, training_file):
    hired.run(training_file)
    (path,) = hired.raw_objects
    path.unlink()
    path.mkdir()
    assert {fault.kind for fault in hired.scrubbing.scrub().faults} == {RawFaultKind.MISSING, RawFaultKind.STRANGE}


def test_a_day_begins_at_midnight_utc(hired):
    for n in range(30):
        hired.raw_store.put(bytes([n]))
    service = ScrubbingService(store=hired.store, raw_store=hired.raw_store, clock=hired.clock)
    first = service.scrub(share=3).objects
    hired.clock.advance(hours=19, minutes=59)
    assert service.scrub(share=3).objects == first
    hired.clock.moment += timedelta(minutes=2)
    second = service.scrub(share=3).objects
    hired.clock.advance(days=1)
    assert first + second + service.scrub(share=3).objects == 30
