"""Aigaq's matching core: mass spectra in, numbers out. No database, no clock, no settings."""

from spectra.chromatogram import (
    GC_EI_DECONVOLUTION,
    GC_EI_DETECTION,
    Component,
    ComponentDetection,
    Deconvolution,
    DetectedComponents,
    Detection,
    PeakPicking,
    Run,
    RunMetadata,
    find_components,
)
from spectra.errors import (
    FormatError,
    FormatErrors,
    InvalidSettingError,
    InvalidSpectrumError,
    InvalidToleranceError,
    MixedLibraryError,
    SpectraError,
)
from spectra.formats import read_msp, read_run, run_manifest
from spectra.formats.spectrum_file import NamedSpectrum, read_spectra
from spectra.scores import (
    NIST_IDENTITY_EI,
    SIMPLE_EI,
    SIMPLE_HYBRID_EI,
    WEIGHTED_ENTROPY,
    MatchFactorPreset,
    MatchFactors,
    entropy_similarity,
    hybrid_ei,
    identity_match_factors,
    match_factors,
    weighted_cosine,
)
from spectra.search import ExhaustiveSearch, Hit, HitList, LibraryEntry, Restriction
from spectra.search.identity import IDENTITY_EI, IdentityHit, IdentitySearch
from spectra.search.index import SearchIndex
from spectra.search.modes import SearchMode
from spectra.search.presets import EI_SEARCH, MSMS_SEARCH, AccurateMassSearch, UnitMassSearch
from spectra.spectrum import MassSpectrum, Precursor, RawSpectrum
from spectra.tolerance import Dalton, Ppm, Tolerance, UnitMass
from spectra.weighting import Weighting

__all__ = [
    "EI_SEARCH",
    "GC_EI_DECONVOLUTION",
    "GC_EI_DETECTION",
    "IDENTITY_EI",
    "MSMS_SEARCH",
    "NIST_IDENTITY_EI",
    "SIMPLE_EI",
    "SIMPLE_HYBRID_EI",
    "WEIGHTED_ENTROPY",
    "AccurateMassSearch",
    "Component",
    "ComponentDetection",
    "Dalton",
    "Deconvolution",
    "DetectedComponents",
    "Detection",
    "ExhaustiveSearch",
    "FormatError",
    "FormatErrors",
    "Hit",
    "HitList",
    "IdentityHit",
    "IdentitySearch",
    "InvalidSettingError",
    "InvalidSpectrumError",
    "InvalidToleranceError",
    "LibraryEntry",
    "MassSpectrum",
    "MatchFactorPreset",
    "MatchFactors",
    "MixedLibraryError",
    "NamedSpectrum",
    "PeakPicking",
    "Ppm",
    "Precursor",
    "RawSpectrum",
    "Restriction",
    "Run",
    "RunMetadata",
    "SearchIndex",
    "SearchMode",
    "SpectraError",
    "Tolerance",
    "UnitMass",
    "UnitMassSearch",
    "Weighting",
    "entropy_similarity",
    "find_components",
    "hybrid_ei",
    "identity_match_factors",
    "match_factors",
    "read_msp",
    "read_run",
    "read_spectra",
    "run_manifest",
    "weighted_cosine",
]
