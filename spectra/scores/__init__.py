"""Similarity of two spectra: one score a module, presets named and cited."""

from spectra.scores.cosine import weighted_cosine
from spectra.scores.match_factor import SIMPLE_EI, MatchFactorPreset, MatchFactors, match_factors, prepare_spectrum

__all__ = [
    "SIMPLE_EI",
    "MatchFactorPreset",
    "MatchFactors",
    "match_factors",
    "prepare_spectrum",
    "weighted_cosine",
]
