"""How often the rule of the watch errs, by its limit: ``python -m benchmarks.watch_rule`` prints JSON.

The compounds that came with SWGDRUG 3.4 are the new ones. Measured on spectra of ``../shared/data`` as they are:

- *decoys*: EI spectra of MassBank, of other compounds: each alert is a false one, or MassBank names the same compound
  differently (the free substance for its TMS derivative);
- *unknown to the library*: spectra of SWGDRUG 3.3 with their compound (first block of the InChIKey) taken out of 3.4,
  so that only others can be found: alerts about isomers and homologues;
- *as they are*: spectra of SWGDRUG 3.3 as components that nobody identified although their compound is in the library;
- *found again*: spectra of SWGDRUG 3.4 whose compound has another, different spectrum: how often it reaches the limit.
"""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from lims.domain.alert_rule import WatchedHit, judge_hits
from lims.domain.examination import Candidate, ExaminedComponent
from spectra import SIMPLE_EI
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_rows import UnitMassChoices, unit_mass_rows
from substance_library import ReferenceSpectrum, release_from_msp

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LIMITS = (700, 750, 800, 850, 900, 950)
_LOWEST_MZ = 40.0
_TOP = 25
_COPY = 998.9
Floats = npt.NDArray[np.float64]


def main() -> None:
    """Print the rates."""
    old, new, decoys = (_read(name) for name in ("swgdrug/swgdrug-3.3", "swgdrug/swgdrug-3.4", "massbank/massbank-ei"))
    keys, names = {one.compound_key for one in old}, {one.name.casefold() for one in old}
    came = [one.compound_key not in keys and one.name.casefold() not in names for one in new]
    table = _table([*old, *new, *decoys])
    rows = {"old": table[: len(old)], "new": table[len(old) : len(old) + len(new)], "decoys": table[-len(decoys) :]}
    factors = {name: 999.0 * np.square(rows[name] @ rows["new"].T) for name in ("old", "decoys", "new")}
    own = np.array([one.compound_key[:14] for one in old])[:, None] == np.array([one.compound_key[:14] for one in new])
    found = {
        "new compounds": len({one.compound_key for one, is_new in zip(new, came, strict=True) if is_new}),
        "decoys": _alerts(factors["decoys"], new, came),
        "unknown to the library": _alerts(np.where(own, 0.0, factors["old"]), new, came),
        "as they are": _alerts(factors["old"], new, came),
        "found again": _found_again(factors["new"], new),
    }
    print(json.dumps(found, indent=2))


def _read(name: str) -> list[ReferenceSpectrum]:
    return [one for one in release_from_msp(DATA / f"{name}.msp.gz").spectra if one.spectrum.precursor is None]


def _table(spectra: Sequence[ReferenceSpectrum]) -> Floats:
    """Give weighted rows of length 1 over nominal masses."""
    choices = UnitMassChoices(
        weighting=SIMPLE_EI.weighting,
        unit_mass=SIMPLE_EI.unit_mass,
        weakest_peak_fraction=SIMPLE_EI.weakest_peak_fraction,
        lowest_mz=_LOWEST_MZ,
    )
    rows = unit_mass_rows(PackedSpectra.of([one.spectrum for one in spectra]), choices)
    table = np.zeros((len(rows), rows.width))
    table[np.repeat(np.arange(len(rows)), np.diff(rows.starts)), rows.masses] = rows.weights
    return table


def _alerts(factors: Floats, new: Sequence[ReferenceSpectrum], came: Sequence[bool]) -> dict[str, Any]:
    """Count the alerts about undecided components, by limit."""
    counts = dict.fromkeys(LIMITS, 0)
    is_new = np.array(came)
    for row in factors[(factors[:, is_new] >= min(LIMITS)).any(axis=1)]:
        for limit in LIMITS:
            counts[limit] += judge_hits(_UNDECIDED, _hits(row, new, came, limit)) is not None
    return {"spectra": len(factors), "alerts": counts}


def _hits(row: Floats, new: Sequence[ReferenceSpectrum], came: Sequence[bool], limit: int) -> list[WatchedHit]:
    """Give the hit list of one spectrum: each compound by its best spectrum."""
    hits: list[WatchedHit] = []
    seen: set[tuple[str, str]] = set()
    for place in np.argsort(-row, kind="stable").tolist():
        group = (new[place].compound_key, new[place].name.casefold())
        if group in seen:
            continue
        seen.add(group)
        candidate = Candidate(
            rank=len(seen),
            accession=new[place].accession,
            name=new[place].name,
            inchikey=new[place].inchikey,
            match_factor=Decimal(round(float(row[place]), 2)),
            reverse_match_factor=Decimal(0),
            matched_ions=0,
        )
        formula, reaches = new[place].formula or "", bool(row[place] >= limit)
        hits.append(WatchedHit(candidate=candidate, formula=formula, is_new=came[place], reaches=reaches))
        if len(hits) == _TOP:
            break
    return hits


def _found_again(factors: Floats, new: Sequence[ReferenceSpectrum]) -> dict[str, Any]:
    """Say how often another spectrum of the same compound and formula reaches the limit; copies count for nothing."""
    labels = np.array([f"{one.compound_key[:14]} {one.formula}" for one in new])
    same = (labels[:, None] == labels) & (factors < _COPY)
    asked = same.any(axis=1)
    best = np.where(same, factors, 0.0).max(axis=1)[asked]
    return {
        "spectra": int(asked.sum()),
        "share": {limit: round(float((best >= limit).mean()), 3) for limit in LIMITS},
    }


_UNDECIDED = ExaminedComponent(
    number=1,
    retention_time_s=Decimal(1),
    area=1,
    area_percent=Decimal(1),
    base_peak_mz=1,
    signal_to_noise=1,
    candidates=(),
)

if __name__ == "__main__":
    main()
