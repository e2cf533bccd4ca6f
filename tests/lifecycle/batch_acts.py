"""Acts on batches: methods, plans, runs in their turn, verdicts, releases with reasons."""

from datetime import timedelta
from pathlib import Path

import numpy as np

from lims.domain.batch import Batch
from lims.domain.exhibit import Exhibit
from lims.domain.method import Method
from lims.domain.permissions import Act
from lims.domain.staff import StaffMember
from lims.services.batching import BatchPlan
from spectra.chromatogram.simulation import SimulatedPeak, simulate_run
from tests.builders.agilent_folder import WrittenScan
from tests.builders.batches import METHOD, injections, method, run_folder
from tests.builders.laboratories import REVIEWER
from tests.builders.people import QUALITY
from tests.lifecycle.examining_acts import COLUMN, SUBSTANCE
from tests.lifecycle.laboratory import EXPERT_C, REFERENCES, Life
from tests.lifecycle.receiving_acts import BENCH, EXPERTS
from tests.lifecycle.registry import act
from tests.tamper.acting import _BAD_BLANK


@act("batching.define_method", Act.METHOD_DEFINED)
def define_method(life: Life) -> None:
    number = life.chance.choice((METHOD, "M-OTHER"))
    known = {line.number: line.version for line in life.listed(Method)}
    replaces = known.get(number)
    life.bench.batching.define_method(method(number=number), actor=life.by(*EXPERTS, QUALITY), replaces=replaces)


@act("batching.withdraw_method", Act.METHOD_WITHDRAWN)
def withdraw_method(life: Life) -> None:
    number = METHOD if life.slips(life.mistakes / 2) else "M-OTHER"
    life.bench.batching.withdraw_method(number, actor=life.by(*EXPERTS, QUALITY))


@act("batching.plan", Act.BATCH_PLANNED)
def plan_batch(life: Life) -> None:
    plan_batch_of(life, life.some(Exhibit), life.by(*BENCH))


def plan_batch_of(life: Life, exhibit: str, actor: StaffMember) -> Batch:
    """Plan a batch with one exhibit; its blank is forgotten at times."""
    lines = injections(exhibit)
    if life.slips(life.mistakes / 2):
        lines = tuple(one for one in lines if one.place != 5)
    plan = BatchPlan(method_number=METHOD, instrument="GCMS", time_zone="UTC", injections=lines)
    return life.bench.batching.plan(plan, actor=actor)


def next_file(life: Life, batch: Batch) -> Path:
    """Write the next run of a batch as the instrument would; the exhibit's holds the substance."""
    taken = {run.place for run in batch.runs}
    injection = next((one for one in batch.injections if one.place not in taken), batch.injections[0])
    life.clock.advance(minutes=30)
    at = life.clock.now().replace(microsecond=0) - timedelta(minutes=10)
    vial = 77 if life.slips(life.mistakes / 2) else int(injection.vial)
    life.files += 1
    path = life.inbox / f"{life.files:04d}.D"
    scans = small_scans(life) if injection.exhibit_number else ()
    return run_folder(path, sample=injection.sample_name, vial=vial, at=at, scans=scans)


def small_scans(life: Life) -> tuple[WrittenScan, ...]:
    """Simulate a run of the substance and give it as an instrument would write it."""
    reference = next(one for one in REFERENCES if one.name == SUBSTANCE)
    peak = SimulatedPeak(
        spectrum=reference.spectrum, retention_time_s=192.0, height=5e4, width_s=1.2, abundance_spread=0.1
    )
    noise = np.random.default_rng(life.chance.getrandbits(32))
    run = simulate_run([peak], COLUMN, sample_name="EX-1", random=noise)
    edges = run.scan_starts.tolist()
    return tuple(
        WrittenScan(
            time_ms=round(time * 1000),
            peaks=tuple(
                (round(mz * 20), round(counts))
                for mz, counts in zip(run.mz[first:last][::-1], run.intensity[first:last][::-1], strict=True)
            ),
        )
        for time, first, last in zip(run.scan_times_s.tolist(), edges[:-1], edges[1:], strict=True)
    )


@act("measuring.import_run", Act.RUN_IMPORTED, Act.BATCH_MEASURED)
def measure_run(life: Life) -> None:
    batch = life.load(Batch, life.some(Batch, "planned"))
    life.bench.measuring.import_run(next_file(life, batch), batch_number=batch.number, actor=life.by(*BENCH))


@act("measuring.import_files", Act.RUN_IMPORTED, Act.BATCH_MEASURED, several=True)
def measure_files(life: Life) -> None:
    batch = life.load(Batch, life.some(Batch, "planned"))
    paths = [next_file(life, batch)]
    _require_all(life.bench.measuring.import_files(paths, batch_number=batch.number, actor=life.by(*BENCH)))


@act("measuring.import_folder", Act.RUN_IMPORTED, Act.BATCH_MEASURED, several=True)
def measure_folder(life: Life) -> None:
    batch = life.load(Batch, life.some(Batch, "planned"))
    path = next_file(life, batch)
    folder = life.inbox / f"folder {life.files}"
    folder.mkdir()
    path.rename(folder / path.name)
    _require_all(life.bench.measuring.import_folder(folder, batch_number=batch.number, actor=life.by(*BENCH)))


def _require_all(outcomes: object) -> None:
    for outcome in outcomes:
        if outcome.refusal is not None:
            raise outcome.refusal


@act("batching.discard", Act.BATCH_RUN_DISCARDED)
def discard_run(life: Life) -> None:
    batch = life.load(Batch, life.some(Batch))
    place = life.choose([run.place for run in batch.runs])
    life.bench.batching.discard(batch.number, place, reason="leak", actor=life.by(*EXPERTS), version=life.seen(batch))


@act("batching.judge", Act.BATCH_JUDGED)
def judge_batch(life: Life) -> None:
    judge_batch_of(life, life.some(Batch, "measured"), life.by(*EXPERTS), bad=life.chance.random() < 0.3)


def judge_batch_of(life: Life, number: str, actor: StaffMember, *, bad: bool) -> None:
    """Judge a batch; quantitation of real runs has tests of its own, so what was measured is set."""
    life.measurement.found = _BAD_BLANK if bad else {}
    life.bench.batching.judge(number, actor=actor)


@act("batching.release", Act.BATCH_RELEASED)
def release_batch(life: Life) -> None:
    words = dict.fromkeys(("cause", "action", "impact"), "" if life.slips() else "none found")
    life.bench.batching.release(life.some(Batch, "failed"), actor=life.by(REVIEWER, EXPERT_C, QUALITY), **words)
