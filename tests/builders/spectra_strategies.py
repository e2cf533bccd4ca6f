"""Generated spectra, presets, libraries and runs for the property tests of the core."""

import numpy as np
from hypothesis import strategies as st

from spectra import MassSpectrum, MatchFactorPreset, Run, RunMetadata, UnitMass, Weighting

MZ = st.floats(0.5, 1_000.0)
NOMINAL_MZ = st.integers(30, 60).map(float)
"""Few masses, so that generated spectra have ions in common."""
COUNTS = st.floats(1e-3, 1e9)


@st.composite
def spectra(draw, *, mz=MZ, intensity=COUNTS, min_size=0, max_size=20, unique=False):
    masses = sorted(draw(st.lists(mz, min_size=min_size, max_size=max_size, unique=unique)))
    heights = draw(st.lists(intensity, min_size=len(masses), max_size=len(masses)))
    return MassSpectrum(mz=np.array(masses), intensity=np.array(heights))


@st.composite
def presets(draw):
    return MatchFactorPreset(
        name="generated",
        version=draw(st.integers(1, 9)),
        weighting=Weighting(
            mz_exponent=draw(st.sampled_from([0.0, 0.5, 1.0, 1.3, 3.0])),
            intensity_exponent=draw(st.sampled_from([0.3, 0.5, 0.53, 0.6, 1.0])),
        ),
        unit_mass=UnitMass(round_up_from=draw(st.sampled_from([0.5, 0.649, 0.7]))),
        weakest_peak_fraction=draw(st.sampled_from([0.0, 0.001, 0.002, 0.05])),
        source="generated",
    )


@st.composite
def runs(draw, *, mz=MZ, intensity=COUNTS, max_scans=8):
    steps = draw(st.lists(st.floats(1e-3, 10.0), min_size=1, max_size=max_scans))
    scans = [draw(spectra(mz=mz, intensity=intensity, max_size=6)) for _ in steps]
    text = st.text(st.characters(categories=("L", "N", "P")), max_size=8)
    return Run(
        scan_times_s=np.cumsum(steps),
        scan_starts=np.cumsum([0, *map(len, scans)]),
        mz=np.concatenate([scan.mz for scan in scans]),
        intensity=np.concatenate([scan.intensity for scan in scans]),
        metadata=RunMetadata(sample_name=draw(text), operator=draw(text), method=draw(text), acquired_at=draw(text)),
    )
