import numpy as np
import pytest

from spectra.chromatogram.coincidence import coincidence_density, coincidences
from spectra.chromatogram.ion_maxima import IonMaxima


def maxima(*rows):
    """Make maxima of rows (time, error, sharpness); every row is another ion."""
    time, error, sharpness = np.array(rows, dtype=float).reshape(-1, 3).T
    return IonMaxima(column=np.arange(len(time)), time_scans=time, time_error_scans=error, sharpness=sharpness)


def found(rows, *, minimum_sharpness=5.0, minimum_ions=3):
    return coincidences(maxima(*rows), n_scans=40, minimum_sharpness=minimum_sharpness, minimum_ions=minimum_ions)


def test_density_sums_sharpness_where_maxima_agree():
    density = coincidence_density(maxima((10.0, 0.0, 3.0), (10.0, 0.0, 4.0)), n_scans=40)
    assert len(density) == 400
    assert density[100] == pytest.approx(7.0)
    assert density[101] == pytest.approx(7.0 * np.exp(-0.5 * (0.1 / 0.12) ** 2))
    assert density[120] == 0.0


def test_an_uncertain_maximum_is_spread():
    density = coincidence_density(maxima((10.0, 0.5, 1.0)), n_scans=40)
    assert density[105] == pytest.approx(np.exp(-0.5 * 0.5**2 / (0.5**2 + 0.12**2)))


def test_maxima_beyond_the_run_do_not_count():
    density = coincidence_density(maxima((-3.0, 0.1, 1.0), (39.95, 0.1, 1.0), (50.0, 0.1, 1.0)), n_scans=40)
    assert density.max() == density[-1] < 1.0


def test_ions_that_peak_together_are_one_coincidence():
    (one,) = found([(10.02, 0.05, 9.0), (9.98, 0.05, 5.0), (10.0, 0.05, 4.0)])
    assert one.time_scans == 10.0
    assert one.sharpness == pytest.approx(18.0, rel=0.03)
    assert one.sharpest.tolist() == [0, 1]  # the third is less than half as sharp as the first


def test_too_few_ions_or_too_little_sharpness_are_none():
    three = [(10.0, 0.05, 2.0)] * 3
    assert len(found(three)) == 1
    assert found(three, minimum_ions=4) == ()
    assert found(three, minimum_sharpness=6.1) == ()
    assert found([]) == ()


def test_one_ion_that_peaks_twice_is_one_ion():
    twice = IonMaxima(
        column=np.array([4, 4, 7]),
        time_scans=np.array([9.9, 10.1, 10.0]),
        time_error_scans=np.full(3, 0.1),
        sharpness=np.full(3, 9.0),
    )
    assert len(coincidences(twice, n_scans=40, minimum_sharpness=5.0, minimum_ions=2)) == 1
    assert coincidences(twice, n_scans=40, minimum_sharpness=5.0, minimum_ions=3) == ()


def test_two_groups_apart_are_two_and_nearer_ones_are_one():
    def groups(apart):
        return found([(10.0, 0.05, 5.0)] * 3 + [(10.0 + apart, 0.05, 4.0)] * 3)

    assert [one.time_scans for one in groups(0.8)] == [10.0, 10.8]
    (one,) = groups(0.25)
    assert one.time_scans == pytest.approx(10.1, abs=0.051)


def test_of_three_without_valleys_the_highest_stands():
    rows = [(10.0, 0.2, 4.0)] * 3 + [(10.5, 0.2, 3.9)] * 3 + [(10.95, 0.2, 6.0)] * 3
    (one,) = found(rows)
    assert one.time_scans == pytest.approx(10.8, abs=0.2)
