"""The same spectrum twice: under one identity a note, under two a complaint, because one of the names is wrong."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

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
_MOST_NAMED = 10
"""Spectra that one finding names; it counts the others. A family of n alike spectra makes n findings, not n squared."""
_Pair = tuple[int, int, float]


def check_doubles(spectra: Sequence[ReferenceSpectrum]) -> Checked:
    """Find equal and nearly equal spectra.

    Equal means every m/z and every intensity, but for one common factor. EI spectra are compared with all others of EI,
    MS/MS spectra with those of the same precursor to 0.01 Da. A spectrum has at most one finding of each sort: the
    nearly equal ones before it are named together, the most alike first.
    """
    equal = list(_equal_pairs(spectra))
    first = {place: earlier for earlier, place, _ in equal}
    near = [(i, j, value) for i, j, value in _near_pairs(spectra) if first.get(i, i) != first.get(j, j)]
    findings = [_equal_finding(spectra[i], spectra[j]) for i, j, _ in equal]
    findings += [
        _near_finding(spectra[place], [(spectra[other], cosine) for other, cosine in alike])
        for place, alike in _of_each(pair for pair in near if not _same(spectra[pair[0]], spectra[pair[1]]))
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


def _of_each(near: Iterable[_Pair]) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """Give each spectrum with the earlier ones that are nearly equal to it, the most alike first."""
    alike: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for earlier, later, cosine in near:
        alike[later].append((earlier, cosine))
    for place, others in alike.items():
        yield place, sorted(others, key=lambda other: (-other[1], other[0]))


def _near_finding(one: ReferenceSpectrum, alike: Sequence[tuple[ReferenceSpectrum, float]]) -> CheckFinding:
    nearest, cosine = alike[0]
    words = f"nearly the same spectrum as {nearest.accession} (cosine {cosine:.4f}), which is {_identity(nearest)}"
    more = f"; and as {len(alike) - 1} others of another identity" if len(alike) > 1 else ""
    return CheckFinding(
        check=Check.DUPLICATE,
        severity=Severity.NOTE,
        accession=one.accession,
        words=f"{words}; this is {_identity(one)}{more}",
        others=tuple(other.accession for other, _ in alike[:_MOST_NAMED]),
    )


def _same(first: ReferenceSpectrum, second: ReferenceSpectrum) -> bool:
    return first.compound_key == second.compound_key


def _identity(reference: ReferenceSpectrum) -> str:
    return f"{reference.name} ({reference.inchikey or 'no InChIKey'})"
