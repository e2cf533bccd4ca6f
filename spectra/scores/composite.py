"""The composite of Stein and Scott: weighted cosine and ratios of neighbouring ions, by their counts."""

from dataclasses import dataclass

import numpy as np

from spectra.cleaning import drop_weak_peaks
from spectra.scores.nist_identity import neighbour_ratios
from spectra.scores.unit_mass_alignment import lay_together
from spectra.spectrum import MassSpectrum
from spectra.tolerance import UnitMass
from spectra.weighting import Weighting


@dataclass(frozen=True, slots=True, kw_only=True)
class CompositePreset:
    """All choices that change a composite score, under one name and version."""

    name: str
    version: int
    weighting: Weighting
    unit_mass: UnitMass
    weakest_peak_fraction: float
    """Peaks below this fraction of the base peak are noise on both sides."""
    source: str


COMPOSITE_STEIN_SCOTT = CompositePreset(
    name="ei-composite-stein-scott",
    version=1,
    weighting=Weighting(mz_exponent=3.0, intensity_exponent=0.6),
    unit_mass=UnitMass(),
    weakest_peak_fraction=0.0005,
    source="Stein and Scott, J. Am. Soc. Mass Spectrom. 5 (1994) 859, doi:10.1016/1044-0305(94)87009-8",
)
COMPOSITE_KIM = CompositePreset(
    name="ei-composite-kim",
    version=1,
    weighting=Weighting(mz_exponent=1.3, intensity_exponent=0.53),
    unit_mass=UnitMass(),
    weakest_peak_fraction=0.0005,
    source="the composite of Stein and Scott 1994 with the weights of Kim, Koo, Wei and Zhang, Bioinformatics 28 "
    "(2012) 1158, doi:10.1093/bioinformatics/bts083",
)


def composite_score(query: MassSpectrum, reference: MassSpectrum, *, preset: CompositePreset) -> float:
    """Compare two unit-mass spectra by cosine and by the ratios of neighbouring common ions.

    Parameters
    ----------
    query, reference : MassSpectrum
        The unknown and the library's spectrum, as they are.
    preset : CompositePreset
        The choices, for example ``COMPOSITE_KIM``.

    Returns
    -------
    float
        0.0 (nothing in common) to 1.0 (the same up to a factor). Not symmetric: the query's ions are counted.

    Notes
    -----
    With ``W = m^a I^b``, ``N_u`` ions in the query and ``N_m`` in both::

        F_D = sum Wq Wr / (|Wq| |Wr|)
        F_R = mean over neighbouring common ions of min(x, 1/x),  x = (Wq / Wq') / (Wr / Wr')
        C   = (N_u F_D + N_m F_R) / (N_u + N_m);  C = F_D if there is no pair of neighbours

    Sources differ in what the sum of ratios is divided by; here by their number, so that a spectrum scores 1 with
    itself. Source: see ``preset.source``.

    Examples
    --------
    >>> plain = CompositePreset(name="x", version=1, weighting=Weighting(mz_exponent=0.0, intensity_exponent=1.0),
    ...     unit_mass=UnitMass(), weakest_peak_fraction=0.0, source="")
    >>> a = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([3.0, 4.0]))
    >>> b = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([4.0, 3.0]))
    >>> composite_score(a, b, preset=plain)  # (2 * 0.96 + 2 * 0.5625) / 4
    0.76125
    """
    pair = lay_together(_prepare(query, preset), _prepare(reference, preset))
    weights = [
        np.power(pair.mz, preset.weighting.mz_exponent) * np.power(intensity, preset.weighting.intensity_exponent)
        for intensity in (pair.query, pair.reference)
    ]
    common = int(pair.common.sum())
    if common == 0:
        return 0.0
    norm = float(np.linalg.norm(weights[0]) * np.linalg.norm(weights[1]))
    cosine = min(1.0, float(weights[0] @ weights[1]) / norm)
    ratios = neighbour_ratios(pair, weights[0], weights[1], broken_by_lone_ions=False).ratio
    if not len(ratios):
        return cosine
    query_ions = int((pair.query > 0).sum())
    return float((query_ions * cosine + common * ratios.mean()) / (query_ions + common))


def _prepare(spectrum: MassSpectrum, preset: CompositePreset) -> MassSpectrum:
    kept = drop_weak_peaks(preset.unit_mass.bin(spectrum), fraction_of_base_peak=preset.weakest_peak_fraction)
    strongest = kept.intensity.max(initial=0.0)
    return MassSpectrum(mz=kept.mz, intensity=kept.intensity / strongest if strongest > 0 else kept.intensity)
