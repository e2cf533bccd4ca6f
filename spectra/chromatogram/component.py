"""Components of a run: what eluted, when, how much of it, with which spectrum, and how well it is known."""

import math
from dataclasses import dataclass, field

from spectra.errors import InvalidSettingError
from spectra.spectrum import MassSpectrum


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One chromatographic component.

    What a way of detection does not measure is NaN; ``GC_EI_DETECTION`` measures neither purity nor shape.
    """

    retention_time_s: float
    """Of the apex: of a whole scan by the peaks of the total ion current, else to a fraction of a scan."""
    apex_scan: int
    first_scan: int
    last_scan: int
    area: float
    """Counts times seconds: of the total ion current above a straight baseline, or of all ions that were fitted."""
    signal_to_noise: float
    """Height of the peak over the standard deviation of the noise; which peak and which noise says the detection."""
    spectrum: MassSpectrum = field(repr=False)
    """Unit mass, in counts: mean of the scans above half height less the background, or fitted height at the apex."""
    purity: float = math.nan
    """Share of the component in the signal above the background at its apex, 0 to 1."""
    width_s: float = math.nan
    """Width of its peak at half height, seconds."""
    tailing: float = math.nan
    """Time from apex to tail over time from front to apex, at 10 % of the height: 1 is symmetric, below 1 fronts.

    NaN where the fitted peak does not fall to 10 % on both sides.
    """
    shared_mz: tuple[int, ...] = ()
    """Nominal masses of the spectrum of which neighbours give more at the apex than the component: uncertain."""

    @property
    def base_peak_mz(self) -> int:
        """The nominal mass of the strongest ion."""
        return int(self.spectrum.base_peak_mz)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectedComponents:
    """What was found in a run."""

    components: tuple[Component, ...]
    """At or above the reporting limit, in the order of time."""
    below_limit: tuple[Component, ...]
    """Detected but smaller than the limit; kept, so that nothing is lost unseen."""


def parted_at_limit(found: list[Component], *, minimum_area_fraction: float) -> DetectedComponents:
    """Part components at the reporting limit, a fraction of the largest area among them."""
    limit = minimum_area_fraction * max((component.area for component in found), default=0.0)
    return DetectedComponents(
        components=tuple(component for component in found if component.area >= limit),
        below_limit=tuple(component for component in found if component.area < limit),
    )


def require_area_fraction(fraction: float) -> None:
    """Refuse a reporting limit that would report nothing.

    Raises
    ------
    InvalidSettingError
        If it is outside [0, 1).
    """
    if not 0.0 <= fraction < 1.0:
        raise InvalidSettingError(f"minimum_area_fraction is {fraction}; expected in [0, 1)")
