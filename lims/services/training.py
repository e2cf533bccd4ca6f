"""The training run: a simulated GC-MS run made from the packaged principal ions."""

import numpy as np

from lims.errors import NotFoundError
from spectra import MassSpectrum, Run
from spectra.chromatogram.simulation import SimulatedColumn, SimulatedPeak, simulate_run
from substance_library import ReferenceSpectrum, principal_ions

SAMPLE_NAME = "SIMULATED training sample"
TRAINING_SUBSTANCES = ("Ketamine", "Fentanyl", "JWH-018")
"""Their retention times are made up: the simulation knows no column."""
_FIRST_S, _STEP_S = 260.0, 110.0
_COLUMN = SimulatedColumn(
    start_s=180.0,
    end_s=660.0,
    scan_interval_s=0.3,
    background=MassSpectrum(
        mz=np.array([28.0, 32.0, 40.0, 44.0, 73.0, 147.0, 207.0, 281.0]),
        intensity=np.array([300.0, 90.0, 40.0, 250.0, 60.0, 25.0, 120.0, 45.0]),
    ),
    bleed_growth=2.5,
)
"""Ions of air (28, 32, 40, 44) and of siloxane column bleed (73, 147, 207, 281), in made-up amounts."""


def training_run(*, random: np.random.Generator) -> Run:
    """Simulate the training run; the same generator state gives the same run.

    Raises
    ------
    NotFoundError
        If the packaged table lacks one of the substances.
    """
    by_name = {reference.name: reference for reference in principal_ions()}
    peaks = [
        SimulatedPeak(
            spectrum=_reference(by_name, name).spectrum,
            retention_time_s=_FIRST_S + position * _STEP_S,
            height=200_000.0 * (1 + position),
            width_s=1.1,
            abundance_spread=0.2,
        )
        for position, name in enumerate(TRAINING_SUBSTANCES)
    ]
    return simulate_run(peaks, _COLUMN, sample_name=SAMPLE_NAME, random=random)


def _reference(by_name: dict[str, ReferenceSpectrum], name: str) -> ReferenceSpectrum:
    if name not in by_name:
        raise NotFoundError("principal ions of", name)
    return by_name[name]
