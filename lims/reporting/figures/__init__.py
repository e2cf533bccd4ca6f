"""Pictures of a report as SVG text: the same input gives the same bytes, and no user's text enters a picture."""

from lims.reporting.figures.calibration_curve import calibration_curve
from lims.reporting.figures.chromatogram import total_ion_chromatogram
from lims.reporting.figures.mirror_plot import mirror_plot
from lims.reporting.figures.structure import StructureDrawing, draw_structure

__all__ = ["StructureDrawing", "calibration_curve", "draw_structure", "mirror_plot", "total_ion_chromatogram"]
