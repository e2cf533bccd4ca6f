"""All choices of a library search, under one name and version each."""

from dataclasses import dataclass

from spectra.cleaning_msms import ENTROPY_CLEANING, MsmsCleaning
from spectra.scores.hybrid import SIMPLE_HYBRID_EI, HybridEiPreset
from spectra.scores.match_factor import SIMPLE_EI, MatchFactorPreset
from spectra.tolerance import Dalton, Tolerance


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitMassSearch:
    """How EI spectra at unit mass are searched."""

    name: str
    version: int
    match_factor: MatchFactorPreset
    """Of identity, similarity and neutral loss search; its weighting for losses must be free of m/z."""
    hybrid: HybridEiPreset
    lowest_mz: float
    """Lowest m/z that the queries' instrument scanned; the library is cut there too. Not used for losses and hybrid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccurateMassSearch:
    """How MS/MS spectra with accurate masses are searched, by spectral entropy."""

    name: str
    version: int
    cleaning: MsmsCleaning
    tolerance: Tolerance
    """Of fragments, around the query's m/z."""
    weighted: bool
    """Whether spectra of low entropy are flattened first."""


EI_SEARCH = UnitMassSearch(name="ei-search", version=1, match_factor=SIMPLE_EI, hybrid=SIMPLE_HYBRID_EI, lowest_mz=1.0)
"""For libraries and queries of which nobody says where their scans began: nothing is cut."""

MSMS_SEARCH = AccurateMassSearch(
    name="msms-search", version=1, cleaning=ENTROPY_CLEANING, tolerance=Dalton(0.02), weighted=True
)
"""As published with the score: Li et al., Nat. Methods 18 (2021) 1524, doi:10.1038/s41592-021-01331-z."""
