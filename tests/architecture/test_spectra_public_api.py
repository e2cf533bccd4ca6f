"""What others may build on: a name leaves this list only with a word in the changelog."""

import spectra

PUBLIC = [
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


def test_the_public_names_of_the_core_are_these():
    assert sorted(spectra.__all__) == sorted(PUBLIC)


def test_every_public_name_is_there():
    assert [name for name in PUBLIC if not hasattr(spectra, name)] == []
