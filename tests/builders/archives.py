"""What the watch is tried on: small libraries that grow, runs of known content, examinations that somebody decided."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lims.domain.examination import Examination
from lims.services.training import training_run
from spectra.formats import write_andi_cdf
from substance_library import ReferenceSpectrum, principal_ions
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
