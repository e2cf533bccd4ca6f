"""A small batch: its method, its sequence, files of runs that fit it, and numbers in place of quantitation."""

import dataclasses
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from lims.domain.acceptance import AcceptanceLimits, Measured
from lims.domain.batch import Batch
from lims.domain.method import InstrumentKind, MeasuredSubstance, Method, QuantitationChoices
from lims.domain.sequence import Injection, InjectionKind
from lims.services.batching import BatchPlan
from lims.services.training import training_run
from tests.builders.agilent_folder import WrittenScan, data_file, write_folder
from tests.builders.clocks import MORNING
from tests.builders.laboratories import EXPERT, TECHNICIAN, Bench

METHOD = "M-TEST"
FIRST_RUN = MORNING + timedelta(hours=1)
LIMITS = AcceptanceLimits(
    blank_fraction=Decimal("0.2"),
    carry_over_fraction=Decimal("0.01"),
    internal_standard_low=Decimal("0.7"),
    internal_standard_high=Decimal("1.3"),
    retention_drift_s=Decimal(3),
    control_low=Decimal("0.85"),
    control_high=Decimal("1.15"),
    calibrator_deviation=Decimal("0.15"),
    lowest_calibrator_deviation=Decimal("0.2"),
)
SEQUENCE = (
    ("BLK", "blank", None),
    ("cal 25", "calibrator", 25),
    ("cal 50", "calibrator", 50),
    ("QC 40", "control", 40),
    ("BLK", "blank", None),
    ("EX-1", "exhibit", None),
    ("BLK", "blank", None),
)


def method(**facts: object) -> Method:
    usual: dict[str, object] = {
        "number": METHOD,
        "name": "method of the tests",
        "instrument_kind": InstrumentKind.GC_EI_MS,
        "acquisition_method": "",
        "analyte": MeasuredSubstance(name="Etizolam"),
        "internal_standard": MeasuredSubstance(name="Bupivacaine"),
        "quantitation": QuantitationChoices(preset="gc-ei-internal-standard", preset_version=1, release="any"),
        "limits": LIMITS,
        "limits_basis": "made up for tests",
        "fewest_calibrators": 2,
        "demonstration": True,
        "defined_at": MORNING,
        "defined_by": EXPERT.number,
    }
    return Method(**{**usual, **facts})  # type: ignore[arg-type]  # a test may try anything


def injections(exhibit: str) -> tuple[Injection, ...]:
    return tuple(
        Injection(
            place=place,
            vial="1" if kind == "blank" else str(place),
            sample_name=name,
            kind=InjectionKind(kind),
            nominal_ug_per_ml=None if amount is None else Decimal(amount),
            exhibit_number=exhibit if kind == "exhibit" else "",
        )
        for place, (name, kind, amount) in enumerate(SEQUENCE, start=1)
    )


@dataclass
class SetMeasurement:
    """Finds what a test says: first of all a batch that passes every rule."""

    found: dict[int, Measured] = field(default_factory=dict)

    def check(self, method: Method) -> None:
        """Take every method."""

    def measure(self, batch: Batch, method: Method) -> tuple[Measured, ...]:  # noqa: ARG002 - of the port
        return tuple(self.found.get(one.place, passing(one)) for one in batch.injections)


def passing(injection: Injection) -> Measured:
    amount = injection.nominal_ug_per_ml or (Decimal(30) if injection.exhibit_number else None)
    return Measured(
        place=injection.place,
        internal_standard_area=Decimal(1000),
        internal_standard_retention_s=Decimal(390),
        analyte_response=None if amount is None else amount / 100,
        concentration_ug_per_ml=amount,
    )


@dataclass
class BatchDesk:
    """A laboratory with one planned batch and the means to measure it."""

    bench: Bench
    exhibit: str
    batch: Batch
    measurement: SetMeasurement

    @property
    def now(self) -> Batch:
        return self.bench.batching.get(self.batch.number)

    def file(self, place: int, **facts: object) -> Path:
        injection = self.batch.injection(place)
        usual = {"sample": injection.sample_name, "vial": int(injection.vial), "at": acquired(place)}
        name = str(facts.pop("name", f"{place:03d}.D"))
        return run_folder(self.bench.folder / "incoming" / name, **{**usual, **facts})  # type: ignore[arg-type]

    def bring(self, place: int, **facts: object):
        path = self.file(place, **facts)
        return self.bench.measuring.import_run(path, batch_number=self.batch.number, actor=TECHNICIAN)

    def measure_all(self) -> Batch:
        for place in range(1, len(SEQUENCE) + 1):
            self.bring(place)
        return self.now


def planned(bench: Bench) -> BatchDesk:
    """Hire people, register an exhibit and a method, plan the batch."""
    bench.hire()
    measurement = SetMeasurement()
    bench.batching = dataclasses.replace(bench.batching, measurement=measurement)
    exhibit = bench.exhibit().number
    bench.batching.define_method(method(), actor=EXPERT)
    plan = BatchPlan(method_number=METHOD, instrument="GCMS", time_zone="UTC", injections=injections(exhibit))
    bench.clock.advance(hours=12)
    return BatchDesk(bench, exhibit, bench.batching.plan(plan, actor=TECHNICIAN), measurement)


def acquired(place: int) -> datetime:
    return FIRST_RUN + timedelta(minutes=20 * place)


def training_scans() -> tuple[WrittenScan, ...]:
    """Give the simulated training run as an instrument would write it."""
    run = training_run(random=np.random.default_rng(20261122))
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


def run_folder(path: Path, *, sample: str, vial: int, at: datetime, scans: Sequence[WrittenScan] = ()) -> Path:
    """Write a run; without scans of one scan, whose counts follow from its time, so that no two runs are the same."""
    height = 1000 + int(at.astimezone(UTC).timestamp()) % 9000
    written = scans or (WrittenScan(time_ms=185_502, peaks=((1_160, height),)),)
    data = bytearray(data_file(written, sample=sample).data)
    struct.pack_into(">H", data, 0xFE, vial)
    xml = f"<c><AcquiredTime>{at:%Y-%m-%dT%H:%M:%SZ}</AcquiredTime></c>".encode()
    return write_folder(path, bytes(data), contents_xml=xml)
