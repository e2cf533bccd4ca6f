"""The match factor against plain decimal arithmetic with 50 digits, on generated and on real reference spectra."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given

from spectra import SIMPLE_EI, MassSpectrum, match_factors, read_msp
from tests.builders.spectra_strategies import NOMINAL_MZ, spectra

LOWEST_MZ = 40.0
TOLERANCE = 1e-9


def decimal_peaks(spectrum):
    """Do what the preset says in the order in which it says it: whole masses, range, noise, square roots."""
    sums = {}
    for mz, height in zip(spectrum.mz.tolist(), spectrum.intensity.tolist(), strict=True):
        mass = int(Decimal(round(mz * 1_000_000)) / 1_000_000 + Decimal("0.351"))
        if height > 0:
            sums[mass] = sums.get(mass, Decimal(0)) + Decimal(height)
    scanned = {mass: height for mass, height in sums.items() if mass >= LOWEST_MZ}
    limit = Decimal("0.002") * max(scanned.values(), default=Decimal(0))
    return {mass: height.sqrt() for mass, height in scanned.items() if height >= limit}


def decimal_factors(query, reference):
    with localcontext(prec=50):
        left, right = decimal_peaks(query), decimal_peaks(reference)
        common = left.keys() & right.keys()
        if not common:
            return 0.0, 0.0
        dot = sum(left[mass] * right[mass] for mass in common)
        squares = [sum(height * height for height in peaks.values()) for peaks in (left, right)]
        seen = sum(left[mass] * left[mass] for mass in common)
        return float(999 * dot * dot / (squares[0] * squares[1])), float(999 * dot * dot / (seen * squares[1]))


def assert_agree(query, reference):
    found = match_factors(query, reference, preset=SIMPLE_EI, lowest_mz=LOWEST_MZ)
    forward, reverse = decimal_factors(query, reference)
    assert found.match_factor == pytest.approx(forward, abs=TOLERANCE)
    assert found.reverse_match_factor == pytest.approx(reverse, abs=TOLERANCE)


@given(spectra(mz=NOMINAL_MZ, max_size=12), spectra(mz=NOMINAL_MZ, max_size=12))
def test_generated_spectra(query, reference):
    assert_agree(query, reference)


@pytest.mark.real_data
def test_real_reference_spectra(shared_data):
    records = read_msp(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz").records[::120]
    library = [MassSpectrum.from_unsorted(record.peaks.mz, record.peaks.intensity) for record in records]
    assert len(library) == 25
    for query in library:
        for reference in library:
            assert_agree(query, reference)
    assert np.mean([len(spectrum) for spectrum in library]) > 20
