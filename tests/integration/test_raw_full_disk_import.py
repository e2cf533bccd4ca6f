"""An import on a disk that fills up: the run is recorded with all its bytes, or not at all."""

import contextlib
import os

import pytest
from sqlalchemy.exc import SQLAlchemyError

from lims.errors import LimsError
from lims.persistence.engine import open_engine
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.laboratories import TECHNICIAN, Bench
from tests.integration.test_raw_folder_faults import mounted

DISK_KB = 24_000
"""Enough for the laboratory before the import; what is left of it then is what a test varies."""


@pytest.fixture
def run(tmp_path):
    """A folder of 8 files, 400 kB together."""
    folder = write_folder(tmp_path / "1.D", data_file().data, contents_xml=b"<c/>")
    for number in range(6):
        (folder / f"{number}.txt").write_bytes(os.urandom(65_000))
    return folder


def fill(disk, left_kb):
    """Leave a disk with so many kilobytes and no more."""
    ballast = disk / "ballast"
    found = os.statvfs(disk)
    with ballast.open("wb") as file:
        for _ in range((found.f_bavail * found.f_frsize - left_kb * 1024) // 4096):
            file.write(bytes(4096))
    return ballast


def recorded(bench, number):
    with bench.store.reading() as work:
        return len(bench.importing.runs(number)), work.head().entries


def import_with(tmp_path, run, left_kb):
    """Import on a nearly full disk; then give the disk room again and look at what there is."""
    with mounted(tmp_path / f"disk-{left_kb}", "-o", f"size={DISK_KB}k") as disk:
        engine = open_engine(f"sqlite:///{disk / 'aigaq.sqlite'}")
        try:
            bench = Bench(engine, disk)
            bench.hire()
            exhibit = bench.exhibit().number
            before = recorded(bench, exhibit)[1]
            ballast = fill(disk, left_kb)
            done = False
            with contextlib.suppress(LimsError, SQLAlchemyError):
                bench.importing.import_run(run, exhibit_number=exhibit, actor=TECHNICIAN)
                done = True
            ballast.unlink()
            runs, entries = recorded(bench, exhibit)
            assert (runs, entries) == ((1, before + 1) if done else (0, before))
            assert bench.scrubbing.scrub().intact
            if not done:
                bench.importing.import_run(run, exhibit_number=exhibit, actor=TECHNICIAN)
                assert recorded(bench, exhibit)[0] == 1
                assert bench.scrubbing.scrub().intact
        finally:
            engine.dispose()
    return done


def test_an_import_on_a_full_disk_is_whole_or_not_there(tmp_path, run):
    outcomes = [import_with(tmp_path, run, left_kb) for left_kb in (0, 40, 200, 450, 520, 600, 4000)]
    assert outcomes[0] is False
    assert outcomes[-1] is True


@pytest.mark.nightly
def test_an_import_on_500_full_disks_is_whole_or_not_there(tmp_path, run):
    outcomes = [import_with(tmp_path, run, 4 * number) for number in range(500)]
    assert set(outcomes) == {False, True}
