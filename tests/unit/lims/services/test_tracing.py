"""Which reports something touches: every kind of subject, by a way that can be walked back; and nothing else."""

import dataclasses
from itertools import pairwise

import pytest

from lims.domain.exhibit import Exhibit
from lims.domain.finding import BenchSystem, Finding, TechniqueOutcome
from lims.domain.grounds import Name
from lims.domain.identification_rule import Outcome
from lims.domain.reagent import Reagent
from lims.domain.run import RawData, RecordedRun
from lims.services.permitting import Rights
from tests.builders.laboratories import EXPERT, REPORT, REVIEWER, TECHNICIAN, Bench

EXHIBIT = "2026-0001/1"


def raw_digest(bench):
    with bench.store.reading() as work:
        return work.load(RecordedRun, "2026-0001/1-R1").raw.sha256


def test_17025_7_10_every_report_that_a_subject_touches_is_named_with_the_way_to_it(bench, training_file):
    bench.hire()
    examination = bench.opened(training_file)
    bench.issued(training_file)
    subjects = {
        "case": "2026-0001",
        "exhibit": EXHIBIT,
        "run": "2026-0001/1-R1",
        "examination": examination.number,
        "report": REPORT,
        "release": examination.basis.release,
        "raw data": raw_digest(bench),
        "staff": REVIEWER.number,
    }
    for kind, number in subjects.items():
        subject = Name(kind=kind, number=number)
        found = bench.tracing.touched_by(subject)
        (report,) = found.issued
        assert (report.number, report.state, found.drafted) == (REPORT, "issued", ())
        assert (report.way[0], report.way[-1]) == (subject, Name(kind="report", number=REPORT))
        with bench.store.reading() as work:
            for under, above in pairwise(report.way):
                assert above in {one.record for one in work.resting_on([under])}
    assert bench.tracing.touched_by(Name(kind="run", number="2026-0002/1-R1")).reports == ()
    assert bench.tracing.touched_by(Name(kind="staff", number="quality")).reports == ()


def test_17025_7_10_a_report_that_is_not_issued_is_named_apart(bench, training_file):
    bench.hire()
    bench.drafted(training_file)
    found = bench.tracing.touched_by(Name(kind="staff", number=TECHNICIAN.number))
    assert ([one.number for one in found.drafted], found.issued) == ([REPORT], ())
    assert found.exhibits == (EXHIBIT,)


@pytest.fixture
def loose(engine, tmp_path, states, training_file):
    """Give an issued report in a store in which records can be put without the acts before them."""
    bench = Bench(engine, tmp_path, states)
    bench.hire()
    bench.issued(training_file)
    return Bench(engine, tmp_path, rights=Rights(enforced=False))


def put(bench, *records):
    with bench.store.unit_of_work() as work:
        for record in records:
            work.record(record, act="tested", actor=EXPERT, at=bench.clock.now())
        work.commit()


def a_finding(bench, number, *, exhibit=EXHIBIT, lot="L-7", instrument="FTIR 1", version=3):
    now = bench.clock.now()
    return Finding(
        number=number,
        exhibit_number=exhibit,
        sampling=1,
        procedure_number="PROC",
        procedure_version=version,
        system=BenchSystem(instrument=instrument, medium="Marquis", lot=lot),
        substance="amphetamines",
        is_class=True,
        results=(TechniqueOutcome(technique="colour test", outcome=Outcome.POSITIVE),),
        examiner="somebody",
        occurred_at=now,
        recorded_by="somebody",
        recorded_at=now,
    )


def test_17025_7_10_a_lot_is_known_by_its_register_number_and_a_procedure_by_its_version(loose):
    reagent = Reagent(
        number="RG-1",
        name="Marquis",
        producer="p",
        lot="L-7",
        certificate="",
        expires_on=None,
        received_on=loose.clock.now().date(),
        registered_by="q",
        registered_at=loose.clock.now(),
    )
    put(loose, reagent, a_finding(loose, f"{EXHIBIT}-T1"))
    for kind, number, version in (("reagent", "RG-1", 0), ("lot", "L-7", 0), ("procedure", "PROC", 3)):
        found = loose.tracing.touched_by(Name(kind=kind, number=number, version=version))
        assert [one.number for one in found.reports] == [REPORT], kind
    way = loose.tracing.touched_by(Name(kind="reagent", number="RG-1")).reports[0].way
    assert [name.kind for name in way] == ["lot", "finding", "exhibit", "examination", "report"]
    assert loose.tracing.touched_by(Name(kind="procedure", number="PROC", version=2)).reports == ()
    assert loose.tracing.touched_by(Name(kind="lot", number="L-8")).reports == ()


def test_17025_7_10_another_exhibit_of_a_batch_is_not_touched_and_a_blank_touches_all(loose):
    with loose.store.reading() as work:
        run = work.load(RecordedRun, "2026-0001/1-R1")
        exhibit = work.load(Exhibit, EXHIBIT)
    one = dataclasses.replace(exhibit, number="2026-0001/2", version=1)
    raws = [RawData(sha256=f"digest {place}", file_name="x.D", is_folder=True) for place in range(3)]
    usual = {"batch_number": "B-1", "version": 1}
    runs = [
        dataclasses.replace(run, number="2026-0001/1-R2", raw=raws[0], place=1, **usual),
        dataclasses.replace(run, number="2026-0001/2-R1", exhibit_number=one.number, raw=raws[1], place=2, **usual),
        dataclasses.replace(run, number="B-1-R1", exhibit_number="", raw=raws[2], place=3, **usual),
    ]
    put(loose, one, *runs)
    with loose.store.reading() as work:
        above = {one.record.number for one in work.resting_on([Name(kind="run", number="B-1-R1")])}
        assert above == {"B-1"}
        above = {one.record.number for one in work.resting_on([Name(kind="batch", number="B-1")])}
        assert above == {"2026-0001/1-R2", "2026-0001/2-R1", "B-1-R1"}
