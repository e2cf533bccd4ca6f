"""A batch whose runs are simulated and really quantified: an exhibit injected twice, calibrators, control, blanks."""

import math
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from lims.domain.acceptance import AcceptanceRule, RuleOutcome
from lims.domain.batch import Batch, BatchRun, Verdict
from lims.domain.method import Method, QuantitationChoices, QuantitationSetting
from lims.domain.record import Record
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.sequence import Injection, InjectionKind
from lims.domain.weighing import Weighing, WeighingPurpose
from lims.services.batch_measurement import quantitation_of
from lims.services.library_names import NamedCompound
from lims.services.quantifying import QuantifiedBatch, quantify_batch
from lims.services.quantitation_sequence import SequenceLine
from spectra import MassSpectrum, Run
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from substance_library import ReferenceSpectrum
from tests.builders.batches import METHOD, method
from tests.builders.measuring_bench import BALANCE, BUDGET, K, balance, shown

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
EXHIBIT = "2026-0001/1"
COLUMN = SimulatedColumn(
    start_s=60.0,
    end_s=150.0,
    scan_interval_s=0.5,
    background=MassSpectrum(mz=np.array([44.0, 207.0]), intensity=np.array([40.0, 60.0])),
    bleed_growth=2.0,
)
ANALYTE = MassSpectrum(mz=np.array([91.0, 134.0, 162.0, 205.0]), intensity=np.array([300.0, 999.0, 400.0, 600.0]))
STANDARD = MassSpectrum(mz=np.array([84.0, 140.0, 190.0]), intensity=np.array([500.0, 999.0, 700.0]))
_STANDARD_HEIGHT, _PER_UG = 1e5, 1e3
_SEQUENCE = (
    ("BLK", InjectionKind.BLANK, None),
    *((f"cal {amount}", InjectionKind.CALIBRATOR, amount) for amount in (25, 50, 100, 150, 200)),
    ("QC 40", InjectionKind.CONTROL, 40),
    ("BLK", InjectionKind.BLANK, None),
    ("EX a", InjectionKind.EXHIBIT, None),
    ("BLK", InjectionKind.BLANK, None),
    ("EX b", InjectionKind.EXHIBIT, None),
)
PLACES = (9, 11)
"""Of the exhibit."""


def quantitation_method(**settings: str) -> Method:
    """Give a method with a straight line, and settings that differ from its preset."""
    chosen = {"curve": "linear", "weighing_u": "0.1%", "volume_u": "0.2%", **settings}
    choices = tuple(QuantitationSetting(name=name, value=chosen[name]) for name in sorted(chosen))
    return method(
        quantitation=QuantitationChoices(
            preset="gc-ei-internal-standard", preset_version=1, release="principal-ions", settings=choices
        )
    )


def measured_batch(exhibit: str = EXHIBIT, *, number: str = "B-2026-0001") -> Batch:
    """Give a batch with all its runs."""
    lines = tuple(
        Injection(
            place=place,
            vial="1" if kind is InjectionKind.BLANK else str(place),
            sample_name=name,
            kind=kind,
            nominal_ug_per_ml=None if amount is None else Decimal(amount),
            exhibit_number=exhibit if kind is InjectionKind.EXHIBIT else "",
        )
        for place, (name, kind, amount) in enumerate(_SEQUENCE, start=1)
    )
    return Batch(
        number=number,
        method_number=METHOD,
        method_version=1,
        instrument="",
        time_zone="UTC",
        injections=lines,
        planned_at=AT,
        planned_by="expert-a",
        runs=tuple(
            BatchRun(
                place=one.place,
                run_number=run_number(exhibit, one.place),
                raw_sha256=f"{one.place:064x}",
                acquired_at=AT + timedelta(minutes=12 * one.place),
            )
            for one in lines
        ),
    )


def accepted(batch: Batch) -> Batch:
    """Give a batch that passed its rules."""
    outcome = RuleOutcome(
        rule=AcceptanceRule.BLANK_CLEAN, place=1, value=Decimal(0), low=None, high=Decimal("0.2"), passed=True
    )
    return batch.judge(Verdict(judged_at=AT, judged_by="expert-a", method_version=1, outcomes=(outcome,)))


def basis_records(exhibit: str = EXHIBIT) -> tuple[Record, ...]:
    """Give what a quantitation begins from: method, accepted batch, balance, weighings, reference standard."""
    net = _weighing(f"{exhibit}-W1", exhibit, WeighingPurpose.BEFORE, "12.34 g")
    portions = (_weighing(f"{exhibit}-A{n}-W1", exhibit, WeighingPurpose.ALIQUOT, f"0.{50 + n} g") for n in (1, 2))
    batch = replace(accepted(measured_batch(exhibit)), version=1)
    return (quantitation_method(), batch, balance(AT), net, *portions, standard_lot())


def standard_lot(**facts: Any) -> ReferenceStandard:
    usual: dict[str, Any] = {
        "number": "RS-7",
        "substance": "etizolam",
        "inchikey": "",
        "producer": "p",
        "lot": "7",
        "certificate": "C-7",
        "purity": Decimal("0.985"),
        "purity_u": Decimal("0.004"),
        "purity_k": Decimal(2),
        "expires_on": None,
        "received_on": AT.date(),
        "received_mg": Decimal(10),
        "reweigh_tolerance_mg": Decimal(1),
        "registered_by": "quality",
        "registered_at": AT,
    }
    return ReferenceStandard(**{**usual, **facts})


def _weighing(number: str, exhibit: str, purpose: WeighingPurpose, shows: str) -> Weighing:
    return Weighing(
        number=number,
        item_number=number.rpartition("-W")[0],
        exhibit_number=exhibit,
        purpose=purpose,
        balance_number=BALANCE,
        balance_version=1,
        certificate="KZ-77",
        check_number="c",
        gross=shown(shows).gross,
        tare=None,
        budget=replace(BUDGET, linearity_g=Decimal("0.0001"), repeatability_g=Decimal("0.0001")),
        k=K,
        weighed_by="technician",
        weighed_at=AT,
        manual_reason="no line",
    )


def run_number(exhibit: str, place: int) -> str:
    return f"{exhibit}-R{place}" if place in PLACES else f"B-2026-0001-R{place}"


def _named(name: str, spectrum: MassSpectrum) -> NamedCompound:
    reference = ReferenceSpectrum(accession=name, name=name, inchikey=None, formula=None, spectrum=spectrum, fields=())
    return NamedCompound(name=name, references=(reference,))


@dataclass
class SimulatedBatches:
    """Quantifies any batch: its runs are simulated, everything after that is the real part."""

    amounts: Mapping[int, float] = field(default_factory=lambda: {9: 33.0, 11: 34.0})
    """In the injections of the exhibit, by place, ug/ml."""

    def quantify(self, batch: Batch, method: Method) -> QuantifiedBatch:
        runs = {one.run_number: self._run(batch.injection(one.place)) for one in batch.runs}
        lines = [
            SequenceLine(
                number=one.place,
                run=one.run_number,
                sample_name=batch.injection(one.place).sample_name,
                kind=batch.injection(one.place).kind,
                nominal_ug_per_ml=_float(batch.injection(one.place).nominal_ug_per_ml),
                path=None,  # type: ignore[arg-type]  # nothing is read
            )
            for one in batch.runs
        ]
        return quantify_batch(
            lines,
            lambda line: runs[line.run],
            analyte=_named(method.analyte.name, ANALYTE),
            internal_standard=_named(method.internal_standard.name, STANDARD),
            method=quantitation_of(method.quantitation),
        )

    def _run(self, injection: Injection) -> Run:
        amount = float(injection.nominal_ug_per_ml or self.amounts.get(injection.place, 0.0))
        peaks = [SimulatedPeak(spectrum=STANDARD, retention_time_s=90.0, height=_STANDARD_HEIGHT, width_s=1.0)]
        if amount:
            height = amount * _PER_UG
            peaks.append(SimulatedPeak(spectrum=ANALYTE, retention_time_s=120.0, height=height, width_s=1.0))
        noise = np.random.default_rng(zlib.crc32(f"{injection.place}".encode()))
        return simulate_run(peaks, COLUMN, sample_name=injection.sample_name, random=noise)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value) or math.nan
