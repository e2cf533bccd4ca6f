"""The 18 real runs of one day as a batch: planned from the study's own sequence, imported, judged, charted.

The acceptance limits are those of the demonstration method: examples, not a validated method's.
"""

import csv
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from lims.domain.acceptance import AcceptanceRule
from lims.domain.batch import Batch, BatchStatus
from lims.domain.sequence import InjectionKind
from lims.errors import RunMismatchError
from lims.persistence.engine import open_engine
from lims.services.accessioning import ExhibitFacts
from lims.services.batching import BatchPlan
from lims.services.method_file import read_method_file
from lims.services.sequence_table import parse_plan
from tests.builders.laboratories import ADMIN, EXPERT, TECHNICIAN, Bench
from tests.builders.people import grant

pytestmark = pytest.mark.real_data

BEFORE = datetime(2022, 2, 20, 9, 0, tzinfo=UTC)
"""The runs are of 23 February 2022; an exhibit is received before it is measured."""
METHOD_FILE = Path(__file__).parents[2] / "docs" / "examples" / "demonstration-method.toml"


@dataclass
class Day:
    bench: Bench
    batch: Batch
    runs: list[Path]

    def bring(self, path):
        return self.bench.measuring.import_run(path, batch_number=self.batch.number, actor=TECHNICIAN)

    @property
    def now(self):
        return self.bench.batching.get(self.batch.number)


def plan_text(rows, exhibits):
    numbers = iter(exhibits)
    lines = ["sample_name,sample_type,vial,nominal_ug_per_ml,exhibit"]
    for row in rows:
        exhibit = next(numbers) if row["sample_type"] == "exhibit" else ""
        cells = [row["sample_name"], row["sample_type"], row["vial"], row["nominal_ug_per_ml"], exhibit]
        lines.append(",".join(cells))
    return "\n".join(lines)


def begin(bench, shared_data, *, cases_apart=False):
    """Plan the day; its exhibits are of one case, or each of its own."""
    bench.clock.moment = BEFORE
    bench.states = None  # those were made later, and the ledger's time does not run backwards
    bench.hire()
    for person in (TECHNICIAN, EXPERT):
        grant(bench, person, "DEMO-ETIZOLAM")
    with (shared_data / "gcms-benzodiazepines" / "sequence.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    case = bench.case()
    exhibits = [
        bench.accessioning.register_exhibit(
            bench.case().number if cases_apart else case.number,
            ExhibitFacts(description=row["material"], condition="dry, closed"),
            actor=TECHNICIAN,
        )
        for row in rows
        if row["sample_type"] == "exhibit"
    ]
    bench.curating.add_release(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz", name=None, actor=ADMIN)
    method = read_method_file(METHOD_FILE, defined_at=BEFORE, defined_by=EXPERT.number)
    bench.batching.define_method(method, actor=EXPERT)
    plan = BatchPlan(
        method_number=method.number,
        instrument="GCMS",
        time_zone="Europe/London",
        injections=parse_plan(plan_text(rows, [exhibit.number for exhibit in exhibits]), name="sequence.csv"),
    )
    runs = sorted((shared_data / "gcms-benzodiazepines").glob("*.D"))
    return Day(bench, bench.batching.plan(plan, actor=TECHNICIAN), runs)


@pytest.fixture
def day(bench, shared_data):
    return begin(bench, shared_data)


@pytest.fixture(scope="module")
def measured(tmp_path_factory, shared_data):
    """The whole batch on SQLite, imported once."""
    folder = tmp_path_factory.mktemp("measured")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    day = begin(Bench(engine, folder), shared_data)
    day.outcomes = day.bench.measuring.import_folder(
        shared_data / "gcms-benzodiazepines", batch_number=day.batch.number, actor=TECHNICIAN
    )
    yield day
    engine.dispose()


def placed(batch):
    return [(run.place, run.raw_sha256, run.acquired_at) for run in batch.runs]


def test_every_run_finds_its_injection(measured):
    assert [outcome.path.name for outcome in measured.outcomes if outcome.refusal] == ["sequence.csv"]
    assert [outcome.path.stem for outcome in measured.outcomes if outcome.run] == [run.stem for run in measured.runs]
    assert [outcome.run.place for outcome in measured.outcomes if outcome.run] == list(range(1, 19))
    for outcome in measured.outcomes[1:]:
        injection = measured.batch.injection(outcome.run.place)
        assert (outcome.run.sample_name, outcome.run.vial) == (injection.sample_name, injection.vial)
        assert outcome.run.exhibit_number == injection.exhibit_number
    assert measured.now.status is BatchStatus.MEASURED


def test_a_second_import_recognises_every_run(measured):
    entries = measured.bench.entries
    again = measured.bench.measuring.import_files(measured.runs, batch_number=measured.batch.number, actor=TECHNICIAN)
    assert [outcome.known_as for outcome in again] == [run.run_number for run in measured.now.runs]
    assert measured.bench.entries == entries


def test_the_batch_passes_the_demonstration_limits(measured):
    judged = measured.bench.batching.judge(measured.batch.number, actor=EXPERT)
    assert judged.status is BatchStatus.ACCEPTED, judged.verdicts[-1].failed
    judgement = judged.verdicts[-1]
    counts = {rule: sum(outcome.rule is rule for outcome in judgement.outcomes) for rule in AcceptanceRule}
    assert counts == {
        AcceptanceRule.COMPLETE: 1,
        AcceptanceRule.BLANK_CLEAN: 6,
        AcceptanceRule.CARRY_OVER: 4,  # after 220223016 there is nothing to carry over, before 220223001 nothing at all
        AcceptanceRule.INTERNAL_STANDARD_AREA: 18,
        AcceptanceRule.RETENTION_DRIFT: 18,
        AcceptanceRule.CALIBRATION_FIT: 7,
        AcceptanceRule.CONTROL_RECOVERY: 2,
    }
    found = {one.place: one.concentration_ug_per_ml for one in judgement.measured}
    assert {place for place, amount in found.items() if amount is None} == {1, 9, 11, 13, 15, 16, 17}
    recoveries = [o.value for o in judgement.outcomes if o.rule is AcceptanceRule.CONTROL_RECOVERY]
    assert all(abs(recovery - 1) < 0.05 for recovery in recoveries)
    assert measured.bench.auditing.verify().intact


def test_two_swapped_files_stop(day, tmp_path):
    """The contents of vials 11 and 12 lie under each other's place in the sequence."""
    lines = list(day.batch.injections)
    first, second = (place for place, line in enumerate(lines) if line.kind is InjectionKind.EXHIBIT and place < 17)
    swapped = day.batch.injections[first], day.batch.injections[second]
    plan = BatchPlan(
        method_number=day.batch.method_number,
        instrument="GCMS",
        time_zone="UTC",
        injections=tuple(
            type(line)(
                place=line.place,
                vial={swapped[0].vial: swapped[1].vial, swapped[1].vial: swapped[0].vial}.get(line.vial, line.vial),
                sample_name=line.sample_name,
                kind=line.kind,
                nominal_ug_per_ml=line.nominal_ug_per_ml,
                exhibit_number=line.exhibit_number,
            )
            for line in lines
        ),
    )
    batch = day.bench.batching.plan(plan, actor=TECHNICIAN)
    incoming = tmp_path / "incoming"
    for run in day.runs[first - 1 : second + 1]:
        shutil.copytree(run, incoming / run.name)
    outcomes = day.bench.measuring.import_folder(incoming, batch_number=batch.number, actor=TECHNICIAN)
    assert [(outcome.run is not None, outcome.waits) for outcome in outcomes] == [
        (True, False),
        (False, False),
        (False, True),
        (False, True),
    ]
    assert isinstance(outcomes[1].refusal, RunMismatchError)
    assert "from vial '11'; the sequence says 12" in str(outcomes[1].refusal)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_the_files_gives_the_same_batch(measured, tmp_path, shared_data, seed):
    """What counts is the time of acquisition, not the order in which files lie in the folder."""
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    other = begin(Bench(engine, tmp_path), shared_data)
    paths = [other.runs[place] for place in np.random.default_rng(seed).permutation(len(other.runs))]
    other.bench.measuring.import_files(paths, batch_number=other.batch.number, actor=TECHNICIAN)
    assert placed(other.now) == placed(measured.now)
    engine.dispose()
