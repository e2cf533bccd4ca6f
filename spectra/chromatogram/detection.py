"""How the components of a run are found: the ways that there are, and the one door to them."""

from spectra.chromatogram.component import DetectedComponents
from spectra.chromatogram.current_peaks import ComponentDetection, components_of_current
from spectra.chromatogram.deconvolution import Deconvolution, components_by_deconvolution
from spectra.chromatogram.run import Run

Detection = ComponentDetection | Deconvolution


def find_components(run: Run, *, detection: Detection) -> DetectedComponents:
    """Find the components of a run.

    Parameters
    ----------
    run : Run
        Centroided MS1 scans with at least one peak in one scan.
    detection : ComponentDetection or Deconvolution
        The choices: ``GC_EI_DETECTION`` takes each peak of the total ion current for one component,
        ``GC_EI_DECONVOLUTION`` parts substances that elute together.

    Returns
    -------
    DetectedComponents
        In the order of time, those below the reporting limit apart.

    Raises
    ------
    InvalidSpectrumError
        If no scan of the run holds a peak, a scan is not MS1, or a scan is a profile.
    """
    if isinstance(detection, Deconvolution):
        return components_by_deconvolution(run, detection=detection)
    return components_of_current(run, detection=detection)
