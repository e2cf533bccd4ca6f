"""Several spectra of one substance, measured in one way, should agree: one that does not may be another substance."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from substance_library.checks.finding import Check, Checked, CheckFinding, Severity
from substance_library.checks.likeness import ACCURATE_BIN, UNIT_MASS_BIN, all_cosines, likeness_rows
from substance_library.provenance import IonTechnique
from substance_library.reference_spectrum import ReferenceSpectrum

OUTLIER = 0.5
"""Median cosine to the others below which a spectrum stands apart."""
AGREED = 0.8
"""Median cosine among the others from which they agree; then the one apart is a complaint."""
_FEWEST = 3
_MOST = 400
"""Spectra of one group that are compared with each other; of more, the first ones."""


def check_replicates(spectra: Sequence[ReferenceSpectrum]) -> Checked:
    """Find spectra that stand apart from the others of their substance.

    Notes
    -----
    Compared are spectra of one InChIKey, one technique, one ionisation, one collision energy and one adduct. Of three
    and more the one apart is a complaint if the others agree; of two that differ each is a note, because nobody can say
    which of them is wrong.
    """
    groups = [places for places in _groups(spectra).values() if len(places) > 1]
    findings = [finding for places in groups for finding in _of_group([spectra[i] for i in places[:_MOST]])]
    return Checked(looked_at=sum(map(len, groups)), findings=tuple(findings))


def _groups(spectra: Sequence[ReferenceSpectrum]) -> dict[tuple[str, ...], list[int]]:
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, one in enumerate(spectra):
        if one.inchikey is None or one.provenance is None:
            continue
        adduct = one.spectrum.precursor.adduct if one.spectrum.precursor else None
        way = one.provenance
        key = (str(one.inchikey), way.technique.value, way.ionisation, way.collision_energy, adduct or "")
        groups[key].append(place)
    return groups


def _of_group(group: list[ReferenceSpectrum]) -> Iterator[CheckFinding]:
    ei = group[0].provenance is not None and group[0].provenance.technique is IonTechnique.EI
    rows = likeness_rows([one.spectrum for one in group], width=UNIT_MASS_BIN if ei else ACCURATE_BIN)
    cosines = all_cosines(rows)
    if len(group) < _FEWEST:
        if cosines[0, 1] < OUTLIER:
            yield from (_finding(one, other, cosines[0, 1], Severity.NOTE) for one, other in (group, group[::-1]))
        return
    for place, one in enumerate(group):
        others = np.delete(np.arange(len(group)), place)
        to_others = float(np.median(cosines[place, others]))
        if to_others < OUTLIER and _agreement(cosines[np.ix_(others, others)]) >= AGREED:
            yield _finding(one, group[int(others[0])], to_others, Severity.COMPLAINT)


def _agreement(cosines: npt.NDArray[np.float64]) -> float:
    return float(np.median(cosines[np.triu_indices(len(cosines), k=1)]))


def _finding(one: ReferenceSpectrum, other: ReferenceSpectrum, cosine: float, severity: Severity) -> CheckFinding:
    apart = "the others, which agree" if severity is Severity.COMPLAINT else "the one other"
    return CheckFinding(
        check=Check.REPLICATES,
        severity=severity,
        accession=one.accession,
        words=f"{one.name}: cosine {cosine:.2f} to {apart}, spectrum of {one.inchikey}",
        others=(other.accession,),
    )
