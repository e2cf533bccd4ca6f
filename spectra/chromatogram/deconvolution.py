"""Components by deconvolution: ions whose maxima coincide give model peaks, and least squares parts ions among them.

The steps are those of AMDIS: Stein, "An integrated method for spectrum extraction and compound identification from gas
chromatography/mass spectrometry data", J. Am. Soc. Mass Spectrom. 10 (1999) 770, doi:10.1016/S1044-0305(99)00047-1.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from spectra.chromatogram.background import CountingNoise, counting_noise, slow_background
from spectra.chromatogram.coincidence import Coincidence, coincidences
from spectra.chromatogram.component import Component, DetectedComponents, parted_at_limit, require_area_fraction
from spectra.chromatogram.ion_fits import fitted_heights
from spectra.chromatogram.ion_maxima import IonMaxima, ion_maxima
from spectra.chromatogram.model_peaks import ModelPeak, independent_peaks, model_peak
from spectra.chromatogram.run import Run, unit_mass_grid
from spectra.chromatogram.scan_order import at_scan_middles, moments_in_scan, seen_scan_order
from spectra.errors import InvalidSettingError
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import UnitMass

_COARSE_SCANS = 4
"""Wide weak peaks are looked for in sums of so many scans, in which their ions stand out of the noise."""
_SAME_SHAPE = 0.9
"""What is seen in sums of scans is the peak that was seen in single scans where the cosine of their shapes is this."""
_OWN_SHAPE = 0.15
"""The least share of a model peak that no sum of its neighbours gives, or it is made of ions that they share."""
_MARGIN_SCANS = 3
"""A fit sees so many scans on either side of the model, for its baseline."""
_ION_DEVIATIONS = 2.0
"""An ion is in the spectrum where its fitted height is at least so many standard deviations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deconvolution:
    """All choices that decide which components a run is said to have.

    Raises
    ------
    InvalidSettingError
        If a share is outside its range or a limit is not above 0.
    """

    name: str
    version: int
    source: str
    unit_mass: UnitMass
    background_block_scans: int
    """Scans whose median is one point of an ion's slow background."""
    background_blocks: int
    """A rise over fewer blocks than this is a peak and no background."""
    minimum_rise: float
    """By how many standard deviations the maximum of an ion rises on both sides."""
    minimum_ions: int
    """The fewest ions that peak together, and the fewest in a spectrum."""
    minimum_sharpness: float
    """The smallest sum of sharpness of ions that peak together: fall per scan over the noise."""
    minimum_signal_to_noise: float
    """Height of the component's ions at its apex over the noise of all that stands beneath them."""
    merged_similarity: float
    """Neighbours within a width whose spectra are at least so similar are one substance: cosine of root intensities."""
    minimum_area_fraction: float
    """Reporting limit: the smallest area, as a fraction of the largest of the run."""

    def __post_init__(self) -> None:
        """Refuse what would report everything or nothing."""
        require_area_fraction(self.minimum_area_fraction)
        if not 0.0 < self.merged_similarity <= 1.0:
            raise InvalidSettingError(f"merged_similarity is {self.merged_similarity}; expected in (0, 1]")
        for limit in _POSITIVE:
            if not getattr(self, limit) > 0:
                raise InvalidSettingError(f"{limit} is {getattr(self, limit)}; expected above 0")


_POSITIVE = (
    "background_block_scans",
    "background_blocks",
    "minimum_rise",
    "minimum_ions",
    "minimum_sharpness",
    "minimum_signal_to_noise",
)

GC_EI_DECONVOLUTION = Deconvolution(
    name="gc-ei-deconvolution",
    version=1,
    source="after Stein, J. Am. Soc. Mass Spectrom. 10 (1999) 770, doi:10.1016/S1044-0305(99)00047-1",
    unit_mass=UnitMass(),
    background_block_scans=32,
    background_blocks=7,
    minimum_rise=5.0,
    minimum_ions=4,
    minimum_sharpness=8.0,
    minimum_signal_to_noise=10.0,
    merged_similarity=0.9,
    minimum_area_fraction=0.005,
)
"""Seized-drug screening by GC-EI-MS at unit mass, co-eluting substances parted."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Signal:
    """A run made ready: ions above their slow background, at the middles of the scans."""

    times_s: FloatArray
    nominal_mz: FloatArray
    noise: CountingNoise
    counts: FloatArray = field(repr=False)
    """All that was measured, shape (n_scans, n_masses): noise is a matter of this."""
    traces: FloatArray = field(repr=False)
    """Less the slow background."""
    narrow: tuple[Coincidence, ...]
    """Seen in single scans."""
    wide: tuple[Coincidence, ...]
    """Seen in sums of scans."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fitted:
    """A model peak with the heights of its ions."""

    model: ModelPeak
    neighbours: tuple[ModelPeak, ...]
    heights: FloatArray
    """Counts at the apex, shape (n_masses,); 0 where the ion is not significant."""
    others: FloatArray
    """What neighbours give there."""
    signal_to_noise: float
    area: float

    @property
    def n_ions(self) -> int:
        return int(np.count_nonzero(self.heights))


def components_by_deconvolution(run: Run, *, detection: Deconvolution) -> DetectedComponents:
    """Find the components of a run, those that elute together too.

    Parameters
    ----------
    run : Run
        Centroided MS1 scans at unit mass.
    detection : Deconvolution
        The choices, for example ``GC_EI_DECONVOLUTION``.

    Returns
    -------
    DetectedComponents
        In the order of time.

    Raises
    ------
    InvalidSpectrumError
        If no scan of the run holds a peak, a scan is not MS1, or a scan is a profile.

    Notes
    -----
    1. Slow background per ion, and noise as a factor of the root of the counts. 2. Maxima of ions, in scans and in
    sums of four scans, to a fraction of a scan; the order in which a scan measures its masses is seen from them and
    allowed for. 3. Times at which at least ``minimum_ions`` maxima coincide. 4. A model peak each, from the sharpest
    ions. 5. Non-negative least squares of every ion: its model, those of neighbours, and a straight baseline. 6. What
    is too weak leaves, what is doubled is merged, and the rest is fitted again.
    """
    grid = unit_mass_grid(run, unit_mass=detection.unit_mass)
    if not grid.intensity.any():
        return DetectedComponents(components=(), below_limit=())
    signal = _signal(run, grid.intensity, grid.nominal_mz.astype(np.float64), detection)
    fitted = _settled(signal, _models(signal, signal.narrow), detection)
    wide = _models(signal, signal.wide)
    added = [model for model in wide if all(model.likeness(found.model) < _SAME_SHAPE for found in fitted)]
    if added:
        together = [*(found.model for found in fitted), *added]
        fitted = _settled(signal, independent_peaks(together, unexplained=_OWN_SHAPE), detection)
    ordered = sorted(fitted, key=lambda found: found.model.time_scans)
    return parted_at_limit(
        [_component(signal, found) for found in ordered], minimum_area_fraction=detection.minimum_area_fraction
    )


def _signal(run: Run, intensity: FloatArray, nominal_mz: FloatArray, detection: Deconvolution) -> _Signal:
    noise = counting_noise(intensity)
    background = slow_background(
        intensity, block_scans=detection.background_block_scans, blocks=detection.background_blocks
    )
    maxima = ion_maxima(intensity, background, noise=noise, minimum_rise=detection.minimum_rise)
    order = seen_scan_order(maxima, n_scans=len(run), n_masses=len(nominal_mz))
    moments = moments_in_scan(len(nominal_mz), order)
    traces = at_scan_middles(intensity - background, order)
    return _Signal(
        times_s=run.scan_times_s,
        nominal_mz=nominal_mz,
        noise=noise,
        counts=traces + background,
        traces=traces,
        narrow=_coincidences(maxima.shifted(moments[maxima.column]), len(run), detection),
        wide=_wide_coincidences(intensity, background, noise, moments, detection),
    )


def _coincidences(maxima: IonMaxima, n_scans: int, detection: Deconvolution) -> tuple[Coincidence, ...]:
    return coincidences(
        maxima,
        n_scans=n_scans,
        minimum_sharpness=detection.minimum_sharpness,
        minimum_ions=detection.minimum_ions,
    )


def _wide_coincidences(
    intensity: FloatArray, background: FloatArray, noise: CountingNoise, moments: FloatArray, detection: Deconvolution
) -> tuple[Coincidence, ...]:
    """Look in sums of scans, whose noise follows the same law."""
    summed = _summed(intensity)
    maxima = ion_maxima(summed, _summed(background), noise=noise, minimum_rise=detection.minimum_rise)
    maxima = maxima.shifted(moments[maxima.column] / _COARSE_SCANS)
    middle = (_COARSE_SCANS - 1) / 2.0
    return tuple(
        replace(found, time_scans=found.time_scans * _COARSE_SCANS + middle)
        for found in _coincidences(maxima, len(summed), detection)
    )


def _summed(intensity: FloatArray) -> FloatArray:
    padded = np.pad(intensity, ((0, -len(intensity) % _COARSE_SCANS), (0, 0)), mode="edge")
    sums: FloatArray = padded.reshape(-1, _COARSE_SCANS, intensity.shape[1]).sum(axis=1)
    return sums


def _models(signal: _Signal, found: tuple[Coincidence, ...]) -> list[ModelPeak]:
    models = [
        model_peak(signal.traces, seen.sharpest, time_scans=seen.time_scans, noise=signal.noise) for seen in found
    ]
    return independent_peaks([model for model in models if model is not None], unexplained=_OWN_SHAPE)


def _settled(signal: _Signal, models: list[ModelPeak], detection: Deconvolution) -> list[_Fitted]:
    """Fit, let go of what is weak or doubled, and fit again, until all that is left stays."""
    fitted = [_fitted(signal, model, models) for model in models]
    while True:
        strong = [
            found
            for found in fitted
            if found.signal_to_noise >= detection.minimum_signal_to_noise and found.n_ions >= detection.minimum_ions
        ]
        kept = _merged(strong, detection.merged_similarity)
        if len(kept) == len(fitted):
            return fitted
        left = [found.model for found in kept]
        # neighbours only leave, so a fit of which all are still there would come out the same
        fitted = [
            found if all(near in left for near in found.neighbours) else _fitted(signal, found.model, left)
            for found in kept
        ]


def _merged(fitted: list[_Fitted], similarity: float) -> list[_Fitted]:
    """Keep of neighbours with nearly equal spectra the largest."""
    kept: list[_Fitted] = []
    for found in sorted(fitted, key=lambda found: -found.area):
        doubled = (
            abs(found.model.time_scans - other.model.time_scans) <= other.model.core_scans()
            and _similarity(found.heights, other.heights) >= similarity
            for other in kept
        )
        if not any(doubled):
            kept.append(found)
    return kept


def _similarity(first: FloatArray, second: FloatArray) -> float:
    return float(np.sqrt(first * second).sum() / np.sqrt(first.sum() * second.sum()))


def _fitted(signal: _Signal, model: ModelPeak, models: list[ModelPeak]) -> _Fitted:
    begin, end = max(0, model.first_scan - _MARGIN_SCANS), min(len(signal.traces), model.end_scan + _MARGIN_SCANS)
    near = tuple(other for other in models if other is not model and other.first_scan < end and other.end_scan > begin)
    design = np.stack([one.over(begin, end) for one in (model, *near)], axis=1)
    fitted = np.zeros((len(near) + 1, len(signal.nominal_mz)))
    seen = np.flatnonzero(signal.traces[begin:end].max(axis=0) > 0)
    fitted[:, seen] = fitted_heights(design, signal.traces[begin:end, seen])
    deviation = signal.noise.deviation(signal.counts[begin:end].mean(axis=0)) / np.sqrt((model.profile**2).sum())
    heights = np.where(fitted[0] >= _ION_DEVIATIONS * deviation, fitted[0], 0.0)
    apex = model.apex_scan
    beneath = signal.noise.deviation(signal.counts[apex] - heights)[heights > 0]
    times = signal.times_s[model.first_scan : model.end_scan]
    return _Fitted(
        model=model,
        neighbours=near,
        heights=heights,
        others=design[apex - begin, 1:] @ fitted[1:],
        signal_to_noise=float(heights.sum() / np.sqrt((beneath**2).sum())) if len(beneath) else 0.0,
        area=float(heights.sum() * np.trapezoid(model.profile, times)),
    )


def _component(signal: _Signal, found: _Fitted) -> Component:
    model = found.model
    present = found.heights > 0
    whole = float(signal.traces[model.apex_scan].sum())
    scans = np.arange(len(signal.times_s))
    shared = signal.nominal_mz[present & (found.others > found.heights)]
    return Component(
        retention_time_s=float(np.interp(model.time_scans, scans, signal.times_s)),
        apex_scan=model.apex_scan,
        first_scan=model.first_scan,
        last_scan=model.end_scan - 1,
        area=found.area,
        signal_to_noise=found.signal_to_noise,
        spectrum=MassSpectrum(mz=signal.nominal_mz[present], intensity=found.heights[present]),
        purity=float(found.heights.sum() / max(whole, found.heights.sum())),
        width_s=model.width_s(signal.times_s),
        tailing=model.tailing(signal.times_s),
        shared_mz=tuple(int(mz) for mz in shared),
    )
