"""Runs over time: scans, chromatographic peaks, components."""

from spectra.chromatogram.component import (
    GC_EI_DETECTION,
    Component,
    ComponentDetection,
    DetectedComponents,
    find_components,
)
from spectra.chromatogram.peaks import ChromatographicPeak, PeakPicking, noise_level, pick_peaks
from spectra.chromatogram.run import Run, RunMetadata, UnitMassGrid, unit_mass_grid

__all__ = [
    "GC_EI_DETECTION",
    "ChromatographicPeak",
    "Component",
    "ComponentDetection",
    "DetectedComponents",
    "PeakPicking",
    "Run",
    "RunMetadata",
    "UnitMassGrid",
    "find_components",
    "noise_level",
    "pick_peaks",
    "unit_mass_grid",
]
