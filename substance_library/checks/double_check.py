"""The same spectrum twice: under one identity a note, under two a complaint, because one of the names is wrong."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from substance_library.checks.finding import Check, Checked, CheckFinding, Severity
from substance_library.checks.likeness import ACCURATE_BIN, UNIT_MASS_BIN, alike_pairs, likeness_rows
from substance_library.provenance import IonTechnique
from substance_library.reference_spectrum import ReferenceSpectrum

NEARLY_THE_SAME = 0.999
"""Cosine from which two spectra are one measurement, rounded or cut differently. Two measurements of one substance on
one instrument reach it too, and isomers seldom do: between identities it is a note, a person looks."""
_FEWEST_IONS = 10
"""Spectra of fewer ions are alike by chance."""
_Pair = tuple[int, int, float]


def check_doubles(spectra: Sequence[ReferenceSpectrum]) -> Checked:
    """Find equal and nearly equal spectra.

    Equal means every m/z and every intensity, but for one common factor. EI spectra are compared with all others of EI,
    MS/MS spectra with those of the same precursor to 0.01 Da.
    """
    equal = list(_equal_pairs(spectra))
    first = {place: earlier for earlier, place, _ in equal}
    near = [(i, j, value) for i, j, value in _near_pairs(spectra) if first.get(i, i) != first.get(j, j)]
    findings = [_equal_finding(spectra[i], spectra[j]) for i, j, _ in equal]
    findings += [
        _near_finding(spectra[i], spectra[j], cosine) for i, j, cosine in near if not _same(spectra[i], spectra[j])
    ]
    return Checked(looked_at=len(spectra), findings=tuple(findings))


def _equal_pairs(spectra: Sequence[ReferenceSpectrum]) -> Iterator[_Pair]:
    """Give each spectrum beside the first one that is equal to it."""
    first: dict[tuple[bytes, bytes, float], int] = {}
    for place, one in enumerate(spectra):
        scaled = np.round(one.spectrum.intensity / one.spectrum.intensity.max(), 9)
        precursor = one.spectrum.precursor.mz if one.spectrum.precursor else 0.0
        key = (one.spectrum.mz.tobytes(), scaled.tobytes(), precursor)
        if first.setdefault(key, place) != place:
            yield first[key], place, 1.0


def _near_pairs(spectra: Sequence[ReferenceSpectrum]) -> Iterator[_Pair]:
    for places, width in _comparable(spectra):
        rows = likeness_rows([spectra[place].spectrum for place in places], width=width)
        for i, j, cosine in alike_pairs(rows, at_least=NEARLY_THE_SAME):
            yield places[i], places[j], cosine


def _comparable(spectra: Sequence[ReferenceSpectrum]) -> Iterator[tuple[list[int], float]]:
    """Give the places of spectra that can be doubles of each other, with the width of bins."""
    groups: dict[float, list[int]] = defaultdict(list)
    for place, one in enumerate(spectra):
        if np.count_nonzero(one.spectrum.intensity) < _FEWEST_IONS:
            continue
        precursor = one.spectrum.precursor
        if precursor is not None:
            groups[round(precursor.mz / ACCURATE_BIN)].append(place)
        elif one.provenance is not None and one.provenance.technique is IonTechnique.EI:
            groups[0].append(place)
    for precursor_bin, places in groups.items():
        if len(places) > 1:
            yield places, UNIT_MASS_BIN if precursor_bin == 0 else ACCURATE_BIN


def _equal_finding(first: ReferenceSpectrum, second: ReferenceSpectrum) -> CheckFinding:
    if _same(first, second):
        severity, words = Severity.NOTE, f"the same spectrum as {first.accession}"
    else:
        severity, words = Severity.COMPLAINT, f"the same spectrum as {first.accession}, which is {_identity(first)}"
    return CheckFinding(
        check=Check.DUPLICATE,
        severity=severity,
        accession=second.accession,
        words=f"{words}; this is {_identity(second)}" if severity is Severity.COMPLAINT else words,
        others=(first.accession,),
    )


def _near_finding(first: ReferenceSpectrum, second: ReferenceSpectrum, cosine: float) -> CheckFinding:
    words = f"nearly the same spectrum as {first.accession} (cosine {cosine:.4f}), which is {_identity(first)}"
    return CheckFinding(
        check=Check.DUPLICATE,
        severity=Severity.NOTE,
        accession=second.accession,
        words=f"{words}; this is {_identity(second)}",
        others=(first.accession,),
    )


def _same(first: ReferenceSpectrum, second: ReferenceSpectrum) -> bool:
    return first.compound_key == second.compound_key


def _identity(reference: ReferenceSpectrum) -> str:
    return f"{reference.name} ({reference.inchikey or 'no InChIKey'})"
