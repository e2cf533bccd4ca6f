"""What others may build on: a name leaves this list only with a word in the changelog."""

import spectra

PUBLIC = [
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


def test_the_public_names_of_the_core_are_these():
    assert sorted(spectra.__all__) == sorted(PUBLIC)


def test_every_public_name_is_there():
    assert [name for name in PUBLIC if not hasattr(spectra, name)] == []
