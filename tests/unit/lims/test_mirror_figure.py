"""The mirror plot and the chromatogram: what is filled, hollow, shifted, labelled, and what a click says."""

import numpy as np
import pytest

from lims.services.comparing import pair_spectra
from lims.ui.drawing import clicked_component
from lims.ui.kept import Kept
from lims.ui.mirror_figure import SHIFTED_COLOUR, MirrorWords, labelled_peaks, mirror_figure, spectrum_figure
from spectra import MassSpectrum

WORDS = MirrorWords(mz="m/z", intensity="i", in_both="both", in_one="one", shifted="moved")


def spectrum(**peaks):
    return MassSpectrum(
        mz=np.array([float(name[1:]) for name in peaks]), intensity=np.array(list(peaks.values()), dtype=np.float64)
    )


MEASURED = spectrum(m58=999.0, m91=200.0, m105=100.0)


def bars(figure):
    """Give m/z, heights, and whether they are filled, of every bar trace that has bars."""
    return [
        (list(one.x), [round(y) for y in one.y], one.marker.color == one.marker.line.color)
        for one in figure.data
        if one.type == "bar" and len(one.x)
    ]


def test_ions_in_both_are_filled_and_ions_in_one_are_hollow():
    found = bars(mirror_figure(pair_spectra(MEASURED, spectrum(m58=10.0, m77=5.0)), words=WORDS))
    assert found == [
        ([58.0], [999], True),
        ([91.0, 105.0], [200, 100], False),
        ([58.0], [-999], True),
        ([77.0], [-500], False),
    ]


def test_a_shifted_ion_is_green_where_it_stands_and_where_it_goes_with_an_arrow_and_the_difference():
    figure = mirror_figure(pair_spectra(MEASURED, spectrum(m58=10.0, m77=5.0), shift=14), words=WORDS)
    green = [one for one in figure.data if one.type == "bar" and one.marker.line.color == SHIFTED_COLOUR]
    assert [(list(one.x), one.marker.color == SHIFTED_COLOUR) for one in green] == [([77.0], False), ([91.0], True)]
    arrow, words = figure.layout.annotations
    assert (arrow.ax, arrow.x, words.text) == (77.0, 91.0, "91 (+14)")
    assert not mirror_figure(pair_spectra(MEASURED, MEASURED), words=WORDS).layout.annotations


def test_the_base_peak_and_the_molecule_always_carry_a_label():
    near = spectrum(m300=50.0, m342=999.0, m344=300.0, m347=20.0)
    assert [near.mz[place] for place in labelled_peaks(near)] == [300.0, 342.0, 347.0]
    assert [near.mz[place] for place in labelled_peaks(near, 344)] == [300.0, 342.0, 344.0, 347.0]
    figure = mirror_figure(pair_spectra(near, near), words=WORDS, molecule=342)
    assert "M 342" in [text for one in figure.data if one.type == "scatter" for text in one.text]


def test_a_spectrum_alone_is_filled():
    assert bars(spectrum_figure(MEASURED, words=WORDS)) == [([58.0, 91.0, 105.0], [999, 200, 100], True)]


@pytest.mark.parametrize(
    ("points", "number"),
    [([], None), ([{}], None), ([{"customdata": [3, 7]}], 3), ([{"x": 1.0}, {"customdata": (2, 0)}], 2)],
)
def test_a_click_says_which_mark_it_hit_or_none(points, number):
    assert clicked_component(points) == number


def test_what_was_asked_for_longest_ago_is_let_go_and_the_rest_is_made_once():
    made = []
    kept = Kept(2)

    def make(key):
        return lambda: made.append(key) or key

    assert [kept.get(key, make(key)) for key in ("a", "b", "a", "c", "a", "b")] == ["a", "b", "a", "c", "a", "b"]
    assert made == ["a", "b", "c", "b"]
    assert len(kept) == 2
