"""Simulated GC-MS runs of the week, from the packaged principal ions with counting noise; each file says what it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np

from lims.demo.crew import Site
from lims.demo.registers import ANALYTE, INTERNAL_STANDARD, METHOD_NUMBER, RELEASE, instrument_of
from lims.demo.stage import Stage
from lims.domain.batch import Batch
from lims.domain.examination import Examination
from lims.domain.run import RecordedRun
from lims.domain.sequence import Injection, InjectionKind
from lims.services.batching import BatchPlan
from spectra import MassSpectrum
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from spectra.formats import write_andi_cdf
from substance_library import principal_ions

_RETENTION_S: Mapping[str, float] = {INTERNAL_STANDARD: 250.0, "Ketamine": 300.0, "MDMA": 330.0, ANALYTE: 370.0}
"""Made up: the simulation knows no column."""
_COLUMN = SimulatedColumn(
    start_s=200.0,
    end_s=430.0,
    scan_interval_s=0.4,
    background=MassSpectrum(
        mz=np.array([28.0, 32.0, 40.0, 44.0, 73.0, 147.0, 207.0, 281.0]),
        intensity=np.array([300.0, 90.0, 40.0, 250.0, 60.0, 25.0, 120.0, 45.0]),
    ),
    bleed_growth=2.0,
)
_WIDTH_S, _STANDARD_COUNTS, _COUNTS_OF_UG = 1.1, 150_000.0, 4_000.0
_SEQUENCE = (
    ("BLANK", InjectionKind.BLANK, None),
    ("CAL 25", InjectionKind.CALIBRATOR, Decimal(25)),
    ("CAL 50", InjectionKind.CALIBRATOR, Decimal(50)),
    ("CAL 100", InjectionKind.CALIBRATOR, Decimal(100)),
    ("QC 40", InjectionKind.CONTROL, Decimal(40)),
    ("BLANK", InjectionKind.BLANK, None),
)
_BLANK_VIAL = "1"
MINUTES_A_RUN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """What a simulated run shows, and what it says about itself."""

    sample: str
    amounts: Mapping[str, float]
    """Counts of the base peak by substance."""
    vial: str = ""


def bring_run(stage: Stage, exhibit: str, site: Site, simulated: Simulated, *, aliquot: str = "") -> RecordedRun:
    """Write a run of an exhibit alone, and let the expert who has the exhibit bring it in."""
    path = write_run(stage, site, simulated)
    stage.clock.later(MINUTES_A_RUN)
    return stage.laboratory.importing.import_run(
        path, exhibit_number=exhibit, actor=stage.crew[site.experts[0]], aliquot_number=aliquot
    )


def plan_batch(stage: Stage, site: Site, exhibits: Sequence[str]) -> Batch:
    """Plan a batch: blanks, calibrators, a control, and a blank before each exhibit."""
    stage.clock.later(10)
    plan = BatchPlan(
        method_number=METHOD_NUMBER,
        instrument=instrument_of(site),
        time_zone="UTC",
        injections=tuple(_injections(exhibits)),
    )
    return stage.laboratory.batching.plan(plan, actor=stage.crew[site.experts[0]])


def measure(stage: Stage, site: Site, batch: Batch, *, amounts: Mapping[str, float], recovery: float) -> Batch:
    """Write and bring every run of a batch, and judge it.

    Parameters
    ----------
    amounts : mapping
        Concentration in each exhibit, ug/ml.
    recovery : float
        Of the control: found over nominal.
    """
    paths = []
    for one in batch.injections:
        known = float(one.nominal_ug_per_ml or 0)
        amount = known * (recovery if one.kind is InjectionKind.CONTROL else 1.0) or amounts.get(one.exhibit_number, 0)
        paths.append(write_run(stage, site, _of_batch(one, amount)))
        stage.clock.later(MINUTES_A_RUN)
    expert = stage.crew[site.experts[0]]
    for outcome in stage.laboratory.measuring.import_files(paths, batch_number=batch.number, actor=expert):
        if outcome.refusal is not None:
            raise outcome.refusal
    stage.clock.later(5)
    return stage.laboratory.batching.judge(batch.number, actor=expert)


def examine(stage: Stage, site: Site, run_number: str) -> Examination:
    """Search a run in the packaged ions, decide about each component, and conclude."""
    examining, expert = stage.laboratory.examining, stage.crew[site.experts[0]]
    stage.clock.later(5)
    opened = examining.open(run_number, release_name=RELEASE, actor=expert)
    for component in opened.components:
        stage.clock.later(2)
        best = component.candidates[0].name if component.candidates else ""
        if best == INTERNAL_STANDARD:
            examining.mark_internal_standard(
                opened.number, component.number, rank=1, reason="added by the laboratory (demo)", actor=expert
            )
        elif best in _RETENTION_S:
            examining.identify(opened.number, component.number, rank=1, actor=expert)
        else:
            reason = "no candidate that the story knows (demo)"
            examining.leave_unidentified(opened.number, component.number, reason=reason, actor=expert)
    return examining.conclude(opened.number, actor=expert)


def component_of(examination: Examination, substance: str) -> int | None:
    """Give the component that was identified as a substance; None if there is none."""
    found = (one.number for one in examination.identified if one.identity and one.identity.name == substance)
    return next(found, None)


def write_run(stage: Stage, site: Site, simulated: Simulated) -> Path:
    """Simulate a run that begins now, and write it."""
    name = f"{site.code}-{stage.clock.moment:%d-%H%M%S}.cdf"
    references = {one.name: one.spectrum for one in principal_ions()}
    peaks = [
        SimulatedPeak(
            spectrum=references[substance],
            retention_time_s=_RETENTION_S[substance],
            height=height,
            width_s=_WIDTH_S,
            abundance_spread=0.03,
        )
        for substance, height in simulated.amounts.items()
        if height
    ]
    run = simulate_run(peaks, _COLUMN, sample_name=simulated.sample, random=stage.chance(f"run {name}"))
    metadata = replace(
        run.metadata,
        acquired_at=f"{stage.clock.now():%Y%m%d%H%M%S}+0000",
        instrument=instrument_of(site),
        vial=simulated.vial,
    )
    path = stage.folder / name
    path.write_bytes(write_andi_cdf(replace(run, metadata=metadata)))
    return path


def _injections(exhibits: Sequence[str]) -> Sequence[Injection]:
    lines = list(_SEQUENCE)
    for place, _ in enumerate(exhibits):
        lines += [("BLANK", InjectionKind.BLANK, None)] if place else []
        lines.append((f"EX {place + 1}", InjectionKind.EXHIBIT, None))
    lines.append(("BLANK", InjectionKind.BLANK, None))
    waiting = iter(exhibits)
    return [
        Injection(
            place=place,
            vial=_BLANK_VIAL if kind is InjectionKind.BLANK else str(place),
            sample_name=name,
            kind=kind,
            nominal_ug_per_ml=amount,
            exhibit_number=next(waiting) if kind is InjectionKind.EXHIBIT else "",
        )
        for place, (name, kind, amount) in enumerate(lines, start=1)
    ]


def _of_batch(one: Injection, amount: float) -> Simulated:
    return Simulated(
        sample=one.sample_name,
        vial=one.vial,
        amounts={INTERNAL_STANDARD: _STANDARD_COUNTS, ANALYTE: _COUNTS_OF_UG * amount},
    )
