"""Aigaq's matching core: mass spectra in, numbers out. No database, no clock, no settings."""

from spectra.chromatogram import (
    GC_EI_DETECTION,
    Component,
    ComponentDetection,
    DetectedComponents,
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
    SpectraError,
)
from spectra.formats import read_msp, read_run, run_manifest
from spectra.scores import SIMPLE_EI, MatchFactorPreset, MatchFactors, match_factors, weighted_cosine
from spectra.search import ExhaustiveSearch, Hit, HitList, LibraryEntry
from spectra.spectrum import MassSpectrum, Precursor, RawSpectrum
from spectra.tolerance import Dalton, Ppm, Tolerance, UnitMass
from spectra.weighting import Weighting

__all__ = [
    "GC_EI_DETECTION",
    "SIMPLE_EI",
    "Component",
    "ComponentDetection",
    "Dalton",
    "DetectedComponents",
    "ExhaustiveSearch",
    "FormatError",
    "FormatErrors",
    "Hit",
    "HitList",
    "InvalidSettingError",
    "InvalidSpectrumError",
    "InvalidToleranceError",
    "LibraryEntry",
    "MassSpectrum",
    "MatchFactorPreset",
    "MatchFactors",
    "PeakPicking",
    "Ppm",
    "Precursor",
    "RawSpectrum",
    "Run",
    "RunMetadata",
    "SpectraError",
    "Tolerance",
    "UnitMass",
    "Weighting",
    "find_components",
    "match_factors",
    "read_msp",
    "read_run",
    "run_manifest",
    "weighted_cosine",
]
