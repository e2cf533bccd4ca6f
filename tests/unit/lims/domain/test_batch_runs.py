"""Runs of batches: whose they are, and that their bodies of before still decode."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.batch import Batch, BatchRun
from lims.domain.record import body_of, from_body
from lims.domain.run import RawData, RecordedRun
from lims.domain.sequence import InjectionKind
from lims.errors import InvalidRecordError, RunMismatchError
from tests.builders.batches import acquired, injections
from tests.builders.clocks import MORNING


def run(**facts):
    usual = {
        "number": "2026-0001/1-R1",
        "exhibit_number": "2026-0001/1",
        "raw": RawData(sha256="ab" * 32, file_name="1.D", is_folder=True),
        "scans": 3,
        "sample_name": "",
        "acquired_at": "",
        "instrument": "",
        "method": "",
        "vial": "",
        "source_format": "f",
        "simulation_statement": "",
        "imported_at": MORNING,
        "imported_by": "technician",
    }
    return RecordedRun(**{**usual, **facts})


def test_a_run_of_before_belongs_to_no_batch():
    body = dict(body_of(run()))
    del body["batch_number"], body["place"]
    assert from_body(RecordedRun, body) == run()


def test_a_run_of_no_exhibit_belongs_to_its_batch():
    blank = run(exhibit_number="", batch_number="B-1", place=1)
    assert blank.parent == "B-1"
    assert run(batch_number="B-1", place=2).parent == "2026-0001/1"


@pytest.mark.parametrize(
    ("facts", "match"),
    [
        ({"exhibit_number": ""}, "of neither an exhibit nor a batch"),
        ({"place": 3}, "at place 3 of batch ''"),
        ({"batch_number": "B-1"}, "at place 0 of batch 'B-1'"),
    ],
)
def test_a_run_of_nothing_is_refused(facts, match):
    with pytest.raises(InvalidRecordError, match=match):
        run(**facts)


LINES = injections("2026-0001/1")


def empty():
    return Batch(
        number="B-1",
        method_number="M",
        method_version=1,
        instrument="",
        time_zone="UTC",
        injections=LINES,
        planned_at=MORNING,
        planned_by="x",
    )


def measure(batch, place):
    """Bring the run of a place as its file names itself; give the batch, and where the run was put."""
    line = LINES[place - 1]
    found = batch.place_of(sample_name=line.sample_name, vial=line.vial, acquired_at=acquired(place))
    return batch.measure(
        BatchRun(place=found, run_number=f"R{place}", raw_sha256=f"{place}", acquired_at=acquired(place))
    )


@given(st.permutations(range(1, len(LINES) + 1)))
def test_runs_sorted_by_time_give_one_batch_in_whatever_order_they_came(order):
    batch = empty()
    for place in sorted(order, key=acquired):
        batch = measure(batch, place)
    assert [run.run_number for run in batch.runs] == [f"R{place}" for place in range(1, len(LINES) + 1)]


@given(st.permutations(range(1, len(LINES) + 1)))
def test_in_any_order_named_vials_find_their_place_and_no_run_is_lost_unnoticed(order):
    """Blanks share a name and a vial: out of order one may take the place of another, and then a later one stops."""
    batch, stopped = empty(), False
    for place in order:
        try:
            batch = measure(batch, place)
        except RunMismatchError:
            stopped = True
    named = {run.place: run.run_number for run in batch.runs if LINES[run.place - 1].kind is not InjectionKind.BLANK}
    assert all(number == f"R{place}" for place, number in named.items())
    right = all(run.run_number == f"R{run.place}" for run in batch.runs)
    assert right or stopped
