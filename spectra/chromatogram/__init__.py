"""Runs over time: scans, chromatographic peaks, components."""

from spectra.chromatogram.component import Component, DetectedComponents
from spectra.chromatogram.current_peaks import GC_EI_DETECTION, ComponentDetection
from spectra.chromatogram.deconvolution import GC_EI_DECONVOLUTION, Deconvolution
from spectra.chromatogram.detection import Detection, find_components
from spectra.chromatogram.peaks import ChromatographicPeak, PeakPicking, noise_level, pick_peaks
from spectra.chromatogram.run import Run, RunMetadata, UnitMassGrid, unit_mass_grid

__all__ = [
    "GC_EI_DECONVOLUTION",
    "GC_EI_DETECTION",
    "ChromatographicPeak",
    "Component",
    "ComponentDetection",
    "Deconvolution",
    "DetectedComponents",
    "Detection",
    "PeakPicking",
    "Run",
    "RunMetadata",
    "UnitMassGrid",
    "find_components",
    "noise_level",
    "pick_peaks",
    "unit_mass_grid",
]
