"""What is measured in the story: the real batch where it is present, else simulated runs, and then it says so."""

import csv
import shutil
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from lims.domain.method import InstrumentKind, MeasuredSubstance, Method, QuantitationChoices, QuantitationSetting
from lims.services.method_file import read_method_file
from lims.translation import TIME_ZONE
from spectra import MassSpectrum
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from spectra.formats import write_andi_cdf
from substance_library import principal_ions
from tests.builders.batches import LIMITS
from tests.builders.pictures import png_chunk

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT.parent / "shared" / "data"
METHOD_FILE = ROOT / "docs" / "examples" / "demonstration-method.toml"
ANALYTE, INCHIKEY = "Etizolam", "VMZUTJCNQWMAGF-UHFFFAOYSA-N"
_BATCH = "gcms-benzodiazepines"
_LIBRARY = Path("swgdrug") / "swgdrug-3.4.msp.gz"
_COLUMNS = "sample_name,sample_type,vial,nominal_ug_per_ml,exhibit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One injection of the sequence, as its plan is written."""

    name: str
    kind: str
    vial: str
    nominal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Materials:
    """A batch to be measured, by which method, and when."""

    real: bool
    """Whether an instrument measured the runs; else they are simulated, and each report says so."""
    first_day: datetime
    """The morning on which the exhibits come; the runs are measured on the next day."""
    method: Method
    instrument: str
    zone: str
    lines: tuple[Line, ...]
    library: Path | None
    """File of the release; None for the package's own, which is for training: its spectra count for nothing."""
    standard: str
    """Name of the internal standard in the library."""
    write: Callable[[Path], list[Path]] = field(repr=False)
    """Puts the runs into a folder as people upload them, in the order of measurement."""

    def day(self, number: int) -> datetime:
        """Give the morning of a day, counted from that on which the exhibits come."""
        return self.first_day + timedelta(days=number)

    @property
    def exhibits(self) -> int:
        """Count the exhibits of the sequence."""
        return sum(line.kind == "exhibit" for line in self.lines)

    def plan(self, exhibits: Sequence[str]) -> str:
        """Write the plan for exhibits with these numbers."""
        numbers = iter(exhibits)
        rows = [
            ",".join((one.name, one.kind, one.vial, one.nominal, next(numbers) if one.kind == "exhibit" else ""))
            for one in self.lines
        ]
        return "\n".join((_COLUMNS, *rows))


def materials() -> Materials:
    """Give the real batch, or the simulated one."""
    return _real() if (DATA / _BATCH).is_dir() and (DATA / _LIBRARY).is_file() else simulated()


def _real() -> Materials:
    morning = datetime(2022, 2, 22, 9, 0, tzinfo=TIME_ZONE)
    with (DATA / _BATCH / "sequence.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return Materials(
        real=True,
        first_day=morning,
        method=read_method_file(METHOD_FILE, defined_at=morning - timedelta(days=1), defined_by="expert-a"),
        instrument="GCMS",
        zone="Europe/London",
        lines=tuple(
            Line(name=row["sample_name"], kind=row["sample_type"], vial=row["vial"], nominal=row["nominal_ug_per_ml"])
            for row in rows
        ),
        library=DATA / _LIBRARY,
        standard="Bupivacaine",
        write=_archives,
    )


def _archives(folder: Path) -> list[Path]:
    """Put each folder of the instrument into an archive, as a browser takes it."""
    runs = sorted((DATA / _BATCH).glob("*.D"))
    return [
        Path(shutil.make_archive(str(folder / run.stem), "zip", root_dir=run.parent, base_dir=run.name)) for run in runs
    ]


_SIMULATED = tuple(
    Line(name=name, kind=kind, vial=vial, nominal=nominal)
    for name, kind, vial, nominal in (
        ("BLANK", "blank", "1", ""),
        ("CAL 25", "calibrator", "2", "25"),
        ("CAL 50", "calibrator", "3", "50"),
        ("CAL 100", "calibrator", "4", "100"),
        ("QC 40", "control", "5", "40"),
        ("BLANK", "blank", "1", ""),
        ("EX 1", "exhibit", "7", ""),
        ("BLANK", "blank", "1", ""),
        ("EX 2", "exhibit", "9", ""),
        ("BLANK", "blank", "1", ""),
    )
)
_FOUND = {"EX 1": 60.0, "EX 2": 0.0}
"""Concentration in the simulated exhibits, ug/ml."""
_STANDARD = "Caffeine"
_RETENTION_S = {_STANDARD: 250.0, "Ketamine": 300.0, ANALYTE: 370.0}
_COLUMN = SimulatedColumn(
    start_s=200.0,
    end_s=430.0,
    scan_interval_s=0.4,
    background=MassSpectrum(mz=np.array([28.0, 44.0, 73.0, 207.0]), intensity=np.array([300.0, 250.0, 60.0, 120.0])),
    bleed_growth=2.0,
)


def simulated() -> Materials:
    """Give a small batch that a program makes up; its release is for training."""
    morning = datetime.now(TIME_ZONE).replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=7)
    settings = {"curve": "linear", "through_origin": "false", "weighting": "1/x"}
    method = Method(
        number="STORY-ETIZOLAM",
        name="Etizolam in simulated runs (test)",
        instrument_kind=InstrumentKind.GC_EI_MS,
        acquisition_method="simulation",
        analyte=MeasuredSubstance(name=ANALYTE),
        internal_standard=MeasuredSubstance(name=_STANDARD),
        quantitation=QuantitationChoices(
            preset="gc-ei-internal-standard",
            preset_version=1,
            release="principal-ions",
            settings=tuple(QuantitationSetting(name=name, value=value) for name, value in settings.items()),
        ),
        limits=LIMITS,
        limits_basis="made up for tests",
        fewest_calibrators=3,
        demonstration=True,
        defined_at=morning - timedelta(days=1),
        defined_by="expert-a",
    )
    return Materials(
        real=False,
        first_day=morning,
        method=method,
        instrument="SIM-GCMS",
        zone="UTC",
        lines=_SIMULATED,
        library=None,
        standard=_STANDARD,
        write=lambda folder: [_write(folder, place, line, morning) for place, line in enumerate(_SIMULATED, start=1)],
    )


def _write(folder: Path, place: int, line: Line, morning: datetime) -> Path:
    """Simulate one run of the day after the exhibits came."""
    references = {one.name: one.spectrum for one in principal_ions()}
    amount = float(line.nominal or _FOUND.get(line.name, 0.0))
    heights = {_STANDARD: 150_000.0, ANALYTE: 4_000.0 * amount, "Ketamine": 90_000.0 if line.kind == "exhibit" else 0.0}
    peaks = [
        SimulatedPeak(
            spectrum=references[name],
            retention_time_s=_RETENTION_S[name],
            height=height,
            width_s=1.1,
            abundance_spread=0.03,
        )
        for name, height in heights.items()
        if height
    ]
    run = simulate_run(peaks, _COLUMN, sample_name=line.name, random=np.random.default_rng(20_220_223 + place))
    begun = (morning + timedelta(days=1, minutes=12 * place)).astimezone(UTC)
    metadata = replace(run.metadata, acquired_at=f"{begun:%Y%m%d%H%M%S}+0000", instrument="SIM-GCMS", vial=line.vial)
    path = folder / f"run-{place:02d}.cdf"
    path.write_bytes(write_andi_cdf(replace(run, metadata=metadata)))
    return path


def picture_of_a_card() -> bytes:
    """Draw a white card with a print on a dark table; a picture that says by its form that nobody photographed it."""
    table = np.full((240, 360, 3), 70, dtype=np.uint8)
    table[40:200, 60:300] = 245
    table[70:84, 80:280:3] = (0, 114, 178)
    table[110:180:6, 80:240] = (213, 94, 0)
    rows = b"".join(b"\x00" + row.tobytes() for row in table)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", table.shape[1], table.shape[0], 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, body) for kind, body in parts)
