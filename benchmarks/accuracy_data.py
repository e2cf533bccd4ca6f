"""The real spectra of ``../shared/data`` in the form that the accuracy benchmark searches."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from spectra import MassSpectrum, UnitMass, read_msp
from spectra.formats import MspRecord

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
WIDTH = 1000
"""Nominal masses up to here; no drug of the libraries has more."""
LEAST_INTENSITY = 0.5
"""Of 999."""
_FULL = 999.0
_IDENTICAL = 0.999999
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")

IntArray = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EiSet:
    """EI spectra as rows of dense nominal-mass vectors, base peak 999."""

    spectra: Floats = field(repr=False)
    """Shape (n_spectra, WIDTH)."""
    key: npt.NDArray[np.str_]
    """First block of the InChIKey; the name where there is none."""
    nominal_mass: IntArray
    """Of the molecule; -1 where unknown."""
    source: npt.NDArray[np.str_]
    """Contributor and instrument."""
    inchikey: npt.NDArray[np.str_]

    def __len__(self) -> int:
        """Count the spectra."""
        return len(self.key)

    def rows(self, keep: npt.NDArray[Any]) -> "EiSet":
        """Give some of the spectra."""
        return EiSet(**{name: getattr(self, name)[keep] for name in self.__slots__})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MsmsSet:
    """Cleaned MS/MS spectra, one after another."""

    starts: IntArray
    mz: Floats
    intensity: Floats
    """Sums to 1 within each spectrum."""
    precursor: Floats
    key: npt.NDArray[np.str_]
    source: npt.NDArray[np.str_]

    def __len__(self) -> int:
        """Count the spectra."""
        return len(self.key)


def read_ei(name: str) -> EiSet:
    """Read one EI library, for example ``swgdrug/swgdrug-3.4``."""
    records = read_msp(SHARED_DATA / f"{name}.msp.gz").records
    return EiSet(
        spectra=np.stack([_dense(record) for record in records]),
        key=np.array([_key(record) for record in records]),
        nominal_mass=np.array([_nominal_mass(record) for record in records]),
        source=np.array([_source(record) for record in records]),
        inchikey=np.array([record.first("InChIKey") or "" for record in records]),
    )


def without_copies(spectra: EiSet) -> EiSet:
    """Leave out all but the first of a compound's spectra that are identical at unit mass."""
    keep = np.ones(len(spectra), dtype=bool)
    roots = _unit(np.sqrt(spectra.spectra))
    for rows in groups_of(spectra.key).values():
        alike = np.triu(roots[rows] @ roots[rows].T > _IDENTICAL, k=1)
        keep[rows[alike.any(axis=0)]] = False
    return spectra.rows(keep)


def isotopologues_apart(spectra: EiSet) -> npt.NDArray[np.str_]:
    """Give keys that tell a labelled standard from its parent: same connectivity, another nominal mass."""
    return np.char.add(np.char.add(spectra.key, "/"), spectra.nominal_mass.astype(str))


def groups_of(keys: npt.NDArray[Any]) -> dict[Any, IntArray]:
    """Give the rows of each key."""
    unique, place = np.unique(keys, return_inverse=True)
    order = np.argsort(place, kind="stable")
    cuts = np.searchsorted(place[order], np.arange(1, len(unique)))
    return dict(zip(unique.tolist(), np.split(order, cuts), strict=True))


def read_structures() -> dict[str, str]:
    """Give the SMILES of each first InChIKey block of the SWGDRUG library."""
    lines = (SHARED_DATA / "swgdrug" / "structures.csv").read_text("utf-8").splitlines()[1:]
    return {line.split(",", 1)[0][:14]: line.split(",", 1)[1] for line in lines}


def read_msms() -> MsmsSet:
    """Read the MS/MS library and clean it as section 4.2 of the methods says.

    Peaks from 1.6 below the precursor on are cut, those closer than 0.05 merged into their centroid, those below 1 %
    of the base peak dropped, and the rest scaled to a sum of 1.
    """
    kept = []
    for record in read_msp(SHARED_DATA / "massbank" / "massbank-msms-positive.msp.gz").records:
        precursor = _precursor(record)
        if precursor is None or not _INCHIKEY.fullmatch(record.first("InChIKey") or "") or _is_ei(record):
            continue
        mz, intensity = clean_msms(np.array(record.peaks.mz), np.array(record.peaks.intensity), precursor)
        if len(mz):
            kept.append((record, precursor, mz, intensity))
    return MsmsSet(
        starts=np.concatenate([[0], np.cumsum([len(mz) for _, _, mz, _ in kept])]),
        mz=np.concatenate([mz for _, _, mz, _ in kept]),
        intensity=np.concatenate([intensity for *_, intensity in kept]),
        precursor=np.array([precursor for _, precursor, _, _ in kept]),
        key=np.array([_key(record) for record, *_ in kept]),
        source=np.array([_source(record) for record, *_ in kept]),
    )


def clean_msms(mz: Floats, intensity: Floats, precursor: float) -> tuple[Floats, Floats]:
    """Clean one MS/MS spectrum; both arrays are empty where nothing is left."""
    keep = (mz <= precursor - 1.6) & (intensity > 0)
    order = np.argsort(mz[keep], kind="stable")
    mz, intensity = mz[keep][order], intensity[keep][order]
    while len(mz) > 1 and np.diff(mz).min() < 0.05:  # noqa: PLR2004 - section 4.2
        mz, intensity = _merged(mz, intensity)
    keep = intensity >= 0.01 * intensity.max(initial=0.0)
    return mz[keep], intensity[keep] / max(intensity[keep].sum(), np.finfo(float).tiny)


def _merged(mz: Floats, intensity: Floats) -> tuple[Floats, Floats]:
    free = np.ones(len(mz), dtype=bool)
    centroids = []
    for peak in np.argsort(-intensity, kind="stable"):
        if free[peak]:
            near = free & (np.abs(mz - mz[peak]) < 0.05)  # noqa: PLR2004 - section 4.2
            total = intensity[near].sum()
            centroids.append((float(mz[near] @ intensity[near] / total), float(total)))
            free &= ~near
    merged = np.array(sorted(centroids))
    return merged[:, 0], merged[:, 1]


def _dense(record: MspRecord) -> Floats:
    binned = UnitMass().bin(MassSpectrum.from_unsorted(record.peaks.mz, record.peaks.intensity))
    row = np.zeros(WIDTH)
    inside = binned.mz < WIDTH
    row[binned.mz[inside].astype(np.int64)] = binned.intensity[inside]
    row *= _FULL / max(row.max(), np.finfo(float).tiny)
    row[row < LEAST_INTENSITY] = 0.0
    return row


def _key(record: MspRecord) -> str:
    inchikey = record.first("InChIKey") or ""
    return inchikey[:14] if _INCHIKEY.fullmatch(inchikey) else f"name:{record.name.casefold()}"


def _nominal_mass(record: MspRecord) -> int:
    mass = record.first("MW") or record.first("ExactMass")
    try:
        return int(float(mass)) if mass else -1
    except ValueError:
        return -1


def _source(record: MspRecord) -> str:
    return f"{(record.first('Comments') or '').split(' ')[0]}|{record.first('Instrument') or ''}"


def _precursor(record: MspRecord) -> float | None:
    try:
        precursor = float((record.first("PrecursorMZ") or "").split("/")[0])
    except ValueError:
        return None
    return precursor if 40.0 <= precursor <= 2000.0 else None  # noqa: PLR2004 - section 4.2


def _is_ei(record: MspRecord) -> bool:
    return "EI" in (record.first("Instrument_type") or "").replace("ESI", "")


def _unit(rows: Floats) -> Floats:
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = np.divide(rows, norms, out=np.zeros_like(rows), where=norms > 0)
    return unit


def best_of_keys(scores: Floats, place: IntArray, count: int) -> Floats:
    """Give the best score of each compound, shape (n_queries, n_compounds), from those of all spectra."""
    order = np.argsort(place, kind="stable")
    best: Floats = np.maximum.reduceat(scores[:, order], np.searchsorted(place[order], np.arange(count)), axis=1)
    return best


def ranks_of(scores: Floats, own: IntArray) -> Floats:
    """Give 1 + the compounds with a higher score + half of those with the same, shape (n_queries,)."""
    true = scores[np.arange(len(scores)), own][:, None]
    higher = (scores > true + 1e-12).sum(axis=1)
    ranks: Floats = 1 + higher + ((np.abs(scores - true) <= 1e-12).sum(axis=1) - 1) / 2  # noqa: PLR2004 - rounding
    return ranks


def only_with_others(keys: Sequence[Any]) -> npt.NDArray[np.bool_]:
    """Say which spectra have another of the same compound beside them."""
    _, place, counts = np.unique(np.asarray(keys), return_inverse=True, return_counts=True)
    several: npt.NDArray[np.bool_] = counts[place] > 1
    return several
