"""What the watch is tried on: small libraries that grow, runs of known content, examinations that somebody decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lims.domain.examination import Examination
from lims.services.examining import CANDIDATES_KEPT, _examined
from lims.services.searching import RunSearch
from lims.services.training import training_run
from spectra import MassSpectrum, Run, UnitMass
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from spectra.formats import write_andi_cdf
from substance_library import LibraryRelease, ReferenceSpectrum, principal_ions
from tests.builders.laboratories import ADMIN, EXPERT, Bench

KNOWN = ("Ketamine", "Fentanyl")
LATER = "JWH-018"
"""What the training run holds besides and the first library does not."""
OTHERS = ("MDMA", "Methadone", "Heroin")


def reference(name: str) -> ReferenceSpectrum:
    """Give the packaged principal ions of a substance."""
    return next(one for one in principal_ions() if one.name == name)


def write_msp(path: Path, references: Sequence[ReferenceSpectrum]) -> Path:
    """Write a library file."""
    path.write_text("\n".join(map(_record, references)), "utf-8")
    return path


def _record(one: ReferenceSpectrum) -> str:
    facts = {"Name": one.name, "InChIKey": one.inchikey or "", "Formula": one.formula or ""}
    lines = [f"{name}: {value}" for name, value in facts.items() if value]
    peaks = [f"{mz:g} {intensity:g}" for mz, intensity in zip(one.spectrum.mz, one.spectrum.intensity, strict=True)]
    return "\n".join([*lines, f"Num Peaks: {len(peaks)}", *peaks, ""])


def add_release(bench: Bench, folder: Path, name: str, substances: Sequence[str]) -> str:
    """Record a release of some substances; a minute later than what was before."""
    bench.clock.advance(minutes=1)
    path = write_msp(folder / f"{name}.msp", [reference(one) for one in substances])
    return bench.curating.add_release(path, name=name, actor=ADMIN).number


def write_run(folder: Path, seed: int) -> Path:
    """Write a training run: Ketamine, Fentanyl, JWH-018, simulated."""
    path = folder / f"run-{seed}.cdf"
    path.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(seed))))
    return path


def examined(bench: Bench, path: Path, release: str, *, exhibit: str | None = None) -> Examination:
    """Examine a training run in a release: what is known is identified, the third component is left."""
    number = exhibit or bench.exhibit().number
    run = bench.importing.import_run(path, exhibit_number=number, actor=EXPERT)
    examination = bench.examining.open(run.number, release_name=release, actor=EXPERT)
    for component, name in zip(examination.components, (*KNOWN, ""), strict=True):
        rank = next((one.rank for one in component.candidates if one.name == name), None)
        if rank is None:
            bench.examining.leave_unidentified(examination.number, component.number, reason="no hit fits", actor=EXPERT)
        else:
            bench.examining.identify(examination.number, component.number, rank=rank, actor=EXPERT)
    return bench.examining.conclude(examination.number, actor=EXPERT)


@dataclass(frozen=True)
class Planted:
    """Where a spectrum of known origin lies in the archive."""

    examination: str
    component: int
    label: str


COLUMN = SimulatedColumn(
    start_s=100.0,
    end_s=100.0,
    scan_interval_s=0.5,
    background=MassSpectrum(mz=np.array([40.0, 44.0, 207.0]), intensity=np.array([20.0, 40.0, 20.0])),
    bleed_growth=1.0,
)
"""A simulated column that runs as long as its peaks need."""
_APART_S = 15.0
_NEAR_S = 2.0


def simulated_run(
    spectra: Sequence[MassSpectrum], *, random: np.random.Generator, spread: float, name: str = "SIMULATED"
) -> Run:
    """Simulate a run of some substances, one after another: each ion's abundance spread, and counting noise.

    No instrument measured it, and the run says so.
    """
    peaks = [
        SimulatedPeak(
            spectrum=UnitMass().bin(one),
            retention_time_s=COLUMN.start_s + _APART_S * (place + 1),
            height=50_000.0,
            width_s=1.2,
            abundance_spread=spread,
        )
        for place, one in enumerate(spectra)
    ]
    column = replace(COLUMN, end_s=COLUMN.start_s + _APART_S * (len(spectra) + 1))
    return simulate_run(peaks, column, sample_name=name, random=random)


def plant(
    bench: Bench,
    folder: Path,
    spectra: Sequence[tuple[str, MassSpectrum]],
    release: LibraryRelease,
    *,
    per_run: int = 20,
    spread: float = 0.1,
    seed: int = 20261123,
) -> list[Planted]:
    """Put spectra of known origin into the archive through real records.

    Runs are simulated, imported, taken apart and searched as ever; only the search is prepared once for all of them.
    Every examination stays open and undecided.
    """
    search, random = RunSearch(release), np.random.default_rng(seed)
    exhibit, planted = bench.exhibit().number, list[Planted]()
    for first in range(0, len(spectra), per_run):
        some = spectra[first : first + per_run]
        path = folder / f"planted-{first}.cdf"
        run = simulated_run([one for _, one in some], random=random, spread=spread, name=f"SIMULATED {first}")
        path.write_bytes(write_andi_cdf(run))
        recorded = bench.importing.import_run(path, exhibit_number=exhibit, actor=EXPERT)
        path.unlink()
        examination = _opened(bench, recorded.number, search)
        for component in examination.components:
            place = round((float(component.retention_time_s) - COLUMN.start_s) / _APART_S) - 1
            away = abs(float(component.retention_time_s) - COLUMN.start_s - _APART_S * (place + 1))
            label = some[place][0] if 0 <= place < len(some) and away < _NEAR_S else ""
            planted.append(Planted(examination.number, component.number, label))
    return planted


def _opened(bench: Bench, run: str, search: RunSearch) -> Examination:
    """Open an examination as its service does, with a search that is made ready once."""
    searched = search.search(bench.importing.read(run), top=CANDIDATES_KEPT)
    total = sum(one.component.area for one in searched.components)
    components = tuple(_examined(number, one, total, None) for number, one in enumerate(searched.components, start=1))
    return bench.examining._record(run, search, components, len(searched.below_limit), EXPERT)
