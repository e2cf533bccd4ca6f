"""Similarity of two spectra: one score a module, presets named and cited."""

from spectra.scores.accurate_cosine import (
    ACCURATE_COSINE,
    ACCURATE_COSINE_OPTIMAL,
    AccurateCosinePreset,
    accurate_cosine,
)
from spectra.scores.combined import CandidateCompound, CombinedPreset, RankedCompound
from spectra.scores.combined_ei import COMBINED_EI, COMBINED_EI_ISOTOPOLOGUES, rank_compounds_ei
from spectra.scores.combined_msms import COMBINED_MSMS_IDENTITY, COMBINED_MSMS_OPEN, rank_compounds_msms
from spectra.scores.composite import COMPOSITE_KIM, COMPOSITE_STEIN_SCOTT, CompositePreset, composite_score
from spectra.scores.cosine import weighted_cosine
from spectra.scores.hybrid import SIMPLE_HYBRID_EI, HybridEiPreset, hybrid_cosine, hybrid_ei, hybrid_entropy
from spectra.scores.match_factor import SIMPLE_EI, MatchFactorPreset, MatchFactors, match_factors, prepare_spectrum
from spectra.scores.matched_ions import MatchedIons, matched_ions
from spectra.scores.neutral_loss import neutral_loss_cosine, neutral_loss_entropy
from spectra.scores.nist_identity import NIST_IDENTITY_EI, IdentityPreset, identity_match_factors
from spectra.scores.spectral_entropy import (
    UNWEIGHTED_ENTROPY,
    WEIGHTED_ENTROPY,
    EntropyPreset,
    entropy_similarity,
    spectral_entropy,
    spectral_entropy_similarity,
    weigh_low_entropy,
)

__all__ = [
    "ACCURATE_COSINE",
    "ACCURATE_COSINE_OPTIMAL",
    "COMBINED_EI",
    "COMBINED_EI_ISOTOPOLOGUES",
    "COMBINED_MSMS_IDENTITY",
    "COMBINED_MSMS_OPEN",
    "COMPOSITE_KIM",
    "COMPOSITE_STEIN_SCOTT",
    "NIST_IDENTITY_EI",
    "SIMPLE_EI",
    "SIMPLE_HYBRID_EI",
    "UNWEIGHTED_ENTROPY",
    "WEIGHTED_ENTROPY",
    "AccurateCosinePreset",
    "CandidateCompound",
    "CombinedPreset",
    "CompositePreset",
    "EntropyPreset",
    "HybridEiPreset",
    "IdentityPreset",
    "MatchFactorPreset",
    "MatchFactors",
    "MatchedIons",
    "RankedCompound",
    "accurate_cosine",
    "composite_score",
    "entropy_similarity",
    "hybrid_cosine",
    "hybrid_ei",
    "hybrid_entropy",
    "identity_match_factors",
    "match_factors",
    "matched_ions",
    "neutral_loss_cosine",
    "neutral_loss_entropy",
    "prepare_spectrum",
    "rank_compounds_ei",
    "rank_compounds_msms",
    "spectral_entropy",
    "spectral_entropy_similarity",
    "weigh_low_entropy",
    "weighted_cosine",
]
