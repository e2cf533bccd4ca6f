"""Whether the ions of a spectrum fit the molecule that its record states: the heaviest, the precursor, the isotopes.

The limits are of this program, not of a standard. They were set by what real collections give: of SWGDRUG 3.4 three of
2 977 EI spectra have an ion above the molecule at 2 %, and 98 % of the ratios lie well within the limits below.
"""

import math
import re
from collections.abc import Callable, Sequence

import numpy as np
from rdkit.Chem import GetPeriodicTable

from spectra.adducts import ELECTRON_MASS
from spectra.spectrum import FloatArray, MassSpectrum
from substance_library.checks.finding import Check, Checked, CheckFinding, Severity
from substance_library.errors import InvalidFormulaError
from substance_library.formula import element_counts, nominal_mass
from substance_library.provenance import IonTechnique
from substance_library.reference_spectrum import ReferenceSpectrum

ABOVE_MOLECULE = 0.02
"""Share of the base peak from which an ion that is heavier than the molecule is a complaint."""
CLEAR_MOLECULAR_ION = 0.10
"""Share of the base peak from which the isotope pattern of a molecular ion is looked at."""
PRECURSOR_OFF_DA = 0.5
"""From this difference a precursor is not that of formula and adduct, whatever the instrument resolves."""
PRECURSOR_AWAY_DA = 0.02
"""From this difference a person may look: twice what a time-of-flight instrument is off at its worst, in m/z 1 000."""
_RATIO_OF_M1 = (0.5, 2.0)
_RATIO_OF_HALOGENS = (0.5, 1.5)
_HALOGENATED = 0.25
"""Expected ratio of M+2 to M from which chlorine or bromine makes it."""
_STRAY_M2 = 0.15
_M1 = {"C": 0.0108, "N": 0.0037, "S": 0.0079, "Si": 0.0508}
_M2 = {"O": 0.0020, "S": 0.0447, "Si": 0.0336, "Cl": 0.3196, "Br": 0.9728}
"""Ratios of natural isotopes to the most abundant one. Source: IUPAC, Isotopic compositions of the elements 2013,
doi:10.1515/pac-2015-0503."""
_TWO_HEAVIER = ("Cl", "Br", "S", "Si")
_ADDUCT = re.compile(r"\[(\d?)M((?:[+-]\d?[A-Z][A-Za-z0-9]*)*)\](\d?)([+-])[*.]?")
_PART = re.compile(r"([+-])(\d?)([A-Z][A-Za-z0-9]*)")
_Words = tuple[Severity, str]


def check_molecular_ions(spectra: Sequence[ReferenceSpectrum]) -> Checked:
    """Look for ions heavier than the molecule, and compare precursors of MS/MS with formula and adduct."""
    return _checked(spectra, Check.MOLECULAR_ION, _heaviest_ion)


def check_isotopes(spectra: Sequence[ReferenceSpectrum]) -> Checked:
    """Compare the ions one and two above a clear molecular ion of EI with those that the formula makes."""
    return _checked(spectra, Check.ISOTOPES, _isotopes)


def _checked(
    spectra: Sequence[ReferenceSpectrum],
    check: Check,
    look: Callable[[ReferenceSpectrum, dict[str, int]], list[_Words] | None],
) -> Checked:
    looked_at = 0
    findings: list[CheckFinding] = []
    for one in spectra:
        counts = _counts(one.formula)
        found = look(one, counts) if counts else None
        looked_at += found is not None
        findings.extend(
            CheckFinding(check=check, severity=severity, accession=one.accession, words=words)
            for severity, words in found or []
        )
    return Checked(looked_at=looked_at, findings=tuple(findings))


def _heaviest_ion(reference: ReferenceSpectrum, counts: dict[str, int]) -> list[_Words] | None:
    technique = reference.provenance.technique if reference.provenance else IonTechnique.UNKNOWN
    if technique is IonTechnique.EI:
        return _above_molecule(reference, counts)
    return _precursor(reference, counts) if reference.spectrum.precursor is not None else None


def _above_molecule(reference: ReferenceSpectrum, counts: dict[str, int]) -> list[_Words]:
    molecule = nominal_mass(reference.formula or "")
    highest = molecule + 3 + 2 * sum(counts.get(symbol, 0) for symbol in _TWO_HEAVIER)
    ions = _unit_mass(reference.spectrum)
    above = ions[highest + 1 :]
    if not len(above) or above.max() < ABOVE_MOLECULE:
        return []
    mz = highest + 1 + int(np.argmax(above))
    share = f"{above.max():.0%} of the base peak"
    words = f"ion at m/z {mz} with {share}, above the molecule of mass {molecule} ({reference.formula})"
    return [(Severity.COMPLAINT, words)]


def _precursor(reference: ReferenceSpectrum, counts: dict[str, int]) -> list[_Words] | None:
    precursor = reference.spectrum.precursor
    expected = _mz_of(counts, precursor.adduct) if precursor and precursor.adduct else math.nan
    if precursor is None or not math.isfinite(expected):
        return None
    away = abs(precursor.mz - expected)
    if away < PRECURSOR_AWAY_DA:
        return []
    severity = Severity.COMPLAINT if away >= PRECURSOR_OFF_DA else Severity.NOTE
    words = f"precursor {precursor.mz:g}, formula {reference.formula} as {precursor.adduct} gives {expected:.4f}"
    return [(severity, words)]


def _mz_of(counts: dict[str, int], adduct: str) -> float:
    """Give the m/z of an adduct; NaN for one that is not understood."""
    match = _ADDUCT.fullmatch(adduct)
    parts = _PART.findall(match[2]) if match else []
    if match is None:
        return math.nan
    try:
        change = sum(
            (1 if sign == "+" else -1) * int(times or 1) * _mass(element_counts(part)) for sign, times, part in parts
        )
    except InvalidFormulaError:
        return math.nan
    charge = int(match[3] or 1) * (1 if match[4] == "+" else -1)
    return (int(match[1] or 1) * _mass(counts) + change - charge * ELECTRON_MASS) / abs(charge)


def _isotopes(reference: ReferenceSpectrum, counts: dict[str, int]) -> list[_Words] | None:
    ions, molecule = _unit_mass(reference.spectrum), nominal_mass(reference.formula or "")
    technique = reference.provenance.technique if reference.provenance else IonTechnique.UNKNOWN
    if technique is not IonTechnique.EI or len(ions) <= molecule + 2 or ions[molecule] < CLEAR_MOLECULAR_ION:
        return None
    if ions[molecule - 1] >= ions[molecule] / 2:
        return None  # a molecule that loses hydrogen overlays its own isotopes
    first, second = ions[molecule + 1] / ions[molecule], ions[molecule + 2] / ions[molecule]
    return [(Severity.COMPLAINT, words) for words in _wrong_ratios(counts, float(first), float(second))]


def _wrong_ratios(counts: dict[str, int], first: float, second: float) -> list[str]:
    one = sum(share * counts.get(symbol, 0) for symbol, share in _M1.items())
    two = sum(share * counts.get(symbol, 0) for symbol, share in _M2.items()) + one * one / 2
    wrong = []
    if one and not _RATIO_OF_M1[0] <= first / one <= _RATIO_OF_M1[1]:
        wrong.append(f"M+1 has {first:.1%} of M, the formula gives {one:.1%}")
    if two >= _HALOGENATED and not _RATIO_OF_HALOGENS[0] <= second / two <= _RATIO_OF_HALOGENS[1]:
        wrong.append(f"M+2 has {second:.1%} of M, chlorine and bromine of the formula give {two:.1%}")
    if two < _HALOGENATED and second - two > _STRAY_M2:
        wrong.append(f"M+2 has {second:.1%} of M, a formula without chlorine and bromine gives {two:.1%}")
    return wrong


def _unit_mass(spectrum: MassSpectrum) -> FloatArray:
    """Give the intensities at each nominal mass, the base peak 1."""
    nominal = np.rint(spectrum.mz).astype(np.int64)
    ions = np.zeros(int(nominal[-1]) + 1)
    np.add.at(ions, nominal, spectrum.intensity)
    found: FloatArray = ions / ions.max()
    return found


def _counts(formula: str | None) -> dict[str, int]:
    """Count the atoms; nothing where the formula is missing or none that can be counted."""
    try:
        return element_counts(formula) if formula else {}
    except InvalidFormulaError:
        return {}


def _mass(counts: dict[str, int]) -> float:
    table = GetPeriodicTable()
    heavy = {"D": table.GetMassForIsotope(1, 2), "T": table.GetMassForIsotope(1, 3)}
    return sum(
        count * (heavy[symbol] if symbol in heavy else table.GetMostCommonIsotopeMass(symbol))
        for symbol, count in counts.items()
    )
