"""The detectors over a real store: who may ask, and what they read."""

import dataclasses

import pytest

from lims.domain.detectors import Detector
from lims.domain.run import RecordedRun
from lims.errors import LedgerError, NotPermittedError
from lims.persistence.projections import KINDS
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore, over
from tests.builders.laboratories import EXPERT, HEAD
from tests.builders.people import QUALITY


def test_the_quality_manager_asks_and_nobody_at_the_bench(bench, training_file):
    bench.hire()
    bench.issued(training_file)
    found = {one.detector: one for one in bench.detecting.ask(reader=QUALITY)}
    assert set(found) == set(Detector)
    assert [one for one in found.values() if one.suspicions] == []
    assert found[Detector.NEAR_IDENTICAL].judged == 1
    for person in (EXPERT, HEAD):
        with pytest.raises(NotPermittedError):
            bench.detecting.ask(reader=person)
    forged = dataclasses.replace(EXPERT, roles=QUALITY.roles)
    store = PersonalStore(store=bench.store, person=EXPERT.number, clock=bench.clock, rights=Rights())
    with pytest.raises(NotPermittedError, match="may not read the whole ledger"):
        over(bench.detecting, store, keep=()).ask(reader=forged)


def test_a_run_that_was_copied_with_another_header_is_found_in_the_store(bench, training_file, tmp_path):
    bench.hire()
    bench.opened(training_file)
    with bench.store.reading() as work:
        run = work.load(RecordedRun, "2026-0001/1-R1")
    copy = tmp_path / training_file.name
    data = bytearray(training_file.read_bytes())
    at = data.index(run.sample_name.encode())
    data[at : at + 1] = b"X"
    copy.write_bytes(data)
    bench.clock.advance(hours=1)
    second = bench.run(copy)
    near = {one.detector: one for one in bench.detecting.ask(reader=QUALITY)}[Detector.NEAR_IDENTICAL]
    (suspicion,) = near.suspicions
    assert run.number in suspicion.words
    assert second.number in suspicion.words
    assert "100.0%" in suspicion.words


def test_a_run_whose_bytes_are_gone_is_not_judged(bench, training_file):
    bench.hire()
    bench.opened(training_file)
    for path in bench.raw_objects:
        path.unlink()
    near = {one.detector: one for one in bench.detecting.ask(reader=QUALITY)}[Detector.NEAR_IDENTICAL]
    assert (near.suspicions, near.judged, near.not_judged) == ((), 0, 1)


def test_an_entry_of_a_kind_that_is_unknown_is_refused(bench):
    bench.hire()
    without = {kind: one for kind, one in KINDS.items() if kind != "staff"}
    with pytest.raises(LedgerError, match="ledger entry 1: 'staff' is no kind of record"):
        dataclasses.replace(bench.detecting, kinds=without).ask(reader=QUALITY)


def test_a_look_is_recorded_with_counts_and_without_what_was_found(bench, training_file):
    bench.hire()
    bench.opened(training_file)
    assert bench.detecting.last_look() is None
    told = []
    found = bench.detecting.look(actor=QUALITY, progress=lambda done, of: told.append((done, of)))
    assert told == [(0, 1)]
    look = bench.detecting.last_look()
    assert (look.number, look.asked_by, look.asked_at) == ("DL-2026-0001", QUALITY.number, bench.clock.now())
    counts = [(one.detector, one.found, one.judged, one.not_judged) for one in look.answers]
    assert counts == [(one.detector, len(one.suspicions), one.judged, one.not_judged) for one in found]
    bench.clock.advance(hours=1)
    bench.detecting.look(actor=QUALITY)
    assert bench.detecting.last_look().number == "DL-2026-0002"
    before = bench.entries
    with pytest.raises(NotPermittedError):
        bench.detecting.look(actor=HEAD)
    assert bench.entries == before
