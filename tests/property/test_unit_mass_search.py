import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.libraries import ei_library, real_ei_spectra
from spectra import SIMPLE_EI, ExhaustiveSearch, LibraryEntry, MassSpectrum
from spectra.scores import prepare_spectrum
from spectra.search import unit_mass_blocks, unit_mass_segment
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_index import UnitMassIndex
from spectra.search.unit_mass_rows import UnitMassChoices, unit_mass_row, unit_mass_rows
from tests.builders.examples import fewer
from tests.builders.spectra_strategies import NOMINAL_MZ, presets, spectra

LOWEST_MZ = 40.0
SAME = 1e-12
BORDER_MZ = st.sampled_from([45.0, 45.499999, 45.5, 45.648999, 45.649, 45.7, 46.0, 46.649])
PEAKS = st.one_of(
    spectra(mz=NOMINAL_MZ, max_size=8),
    spectra(mz=NOMINAL_MZ, intensity=st.sampled_from([1.0, 2.0, 1000.0]), max_size=3),
    spectra(mz=BORDER_MZ, max_size=6),
)


@st.composite
def libraries(draw):
    pool = draw(st.lists(PEAKS, min_size=1, max_size=8))
    return draw(st.lists(st.sampled_from(pool), min_size=1, max_size=25))


def built(library, preset):
    return UnitMassIndex.build(
        PackedSpectra.of(library),
        weighting=preset.weighting,
        unit_mass=preset.unit_mass,
        weakest_peak_fraction=preset.weakest_peak_fraction,
        lowest_mz=LOWEST_MZ,
    )


def slow_hits(query, library, preset, allowed):
    """Compare one by one; rank by cosine, neighbours within 1e-12 by position."""

    def weights(spectrum):
        prepared = prepare_spectrum(spectrum, preset, lowest_mz=LOWEST_MZ)
        return dict(zip(prepared.mz.tolist(), preset.weighting.weigh(prepared).tolist(), strict=True))

    def length(values):
        return float(np.sqrt(np.sum(np.square(list(values)))))

    left = weights(query)
    found = []
    for position, spectrum in enumerate(library):
        right = weights(spectrum)
        common = sorted(left.keys() & right.keys())
        if common and allowed[position]:
            dot = sum(left[mass] * right[mass] for mass in common)
            cosine = dot / length(left.values()) / length(right.values())
            reverse = dot / length(left[mass] for mass in common) / length(right.values())
            found.append((cosine, position, len(common), reverse))
    found.sort(reverse=True)
    rank = np.concatenate([[0], np.cumsum(-np.diff([hit[0] for hit in found]) > SAME)]) if found else []
    return [hit for _, _, hit in sorted((rank[place], hit[1], hit) for place, hit in enumerate(found))]


def check(hits, expected, top):
    assert hits.positions.tolist() == [hit[1] for hit in expected[:top]]
    assert hits.cosines.tolist() == pytest.approx([hit[0] for hit in expected[:top]], abs=SAME)
    assert hits.matched.tolist() == [hit[2] for hit in expected[:top]]
    assert hits.reverse_cosines.tolist() == pytest.approx([hit[3] for hit in expected[:top]], abs=1e-9)


@given(PEAKS, libraries(), presets(), st.integers(1, 30), st.data())
def test_the_index_finds_what_comparing_one_by_one_finds(query, library, preset, top, data):
    assume(len(prepare_spectrum(query, preset, lowest_mz=LOWEST_MZ)))
    flags = data.draw(st.none() | st.lists(st.booleans(), min_size=len(library), max_size=len(library)))
    allowed = np.ones(len(library), dtype=bool) if flags is None else np.array(flags)
    index = built(library, preset)
    hits = index.query(query, top=top, allowed=None if flags is None else allowed)
    check(hits, slow_hits(query, library, preset, allowed), top)


@given(PEAKS, libraries(), presets(), st.integers(1, 30))
def test_blocks_find_what_comparing_one_by_one_finds(query, library, preset, top):
    assume(len(prepare_spectrum(query, preset, lowest_mz=LOWEST_MZ)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unit_mass_segment, "BLOCKS_FROM", 2)
        patch.setattr(unit_mass_segment, "_SEED_BLOCKS", 1)
        patch.setattr(unit_mass_blocks, "_COARSE", 2)
        patch.setattr(unit_mass_blocks, "_ROWS_A_BLOCK", 3)
        hits = built(library, preset).query(query, top=top, allowed=None)
    check(hits, slow_hits(query, library, preset, np.ones(len(library), dtype=bool)), top)


@fewer(3)
@given(PEAKS, libraries(), libraries(), presets())
def test_adding_and_saving_change_no_number(query, library, more, preset):
    assume(len(prepare_spectrum(query, preset, lowest_mz=LOWEST_MZ)))
    grown = built(library, preset).added(PackedSpectra.of(more))
    with tempfile.TemporaryDirectory() as folder:
        grown.save(Path(folder) / "index")
        loaded = UnitMassIndex.load(Path(folder) / "index", memory_map=False)
    one, other, third = (
        index.query(query, top=9, allowed=None) for index in (grown, loaded, built([*library, *more], preset))
    )
    for name in ("positions", "cosines", "matched", "reverse_cosines"):
        assert getattr(one, name).tolist() == getattr(other, name).tolist() == getattr(third, name).tolist()


@given(st.lists(spectra(mz=st.floats(0.4, 200.0), max_size=40), min_size=1, max_size=5), presets())
def test_all_spectra_are_prepared_as_each_alone(library, preset):
    choices = UnitMassChoices(
        weighting=preset.weighting,
        unit_mass=preset.unit_mass,
        weakest_peak_fraction=preset.weakest_peak_fraction,
        lowest_mz=LOWEST_MZ,
    )
    rows = unit_mass_rows(PackedSpectra.of(library), choices)
    for number, spectrum in enumerate(library):
        part = slice(rows.starts[number], rows.starts[number + 1])
        prepared = prepare_spectrum(spectrum, preset, lowest_mz=LOWEST_MZ)
        alone = unit_mass_row(spectrum, choices)
        assert rows.masses[part].tolist() == alone.masses.tolist() == prepared.mz.tolist()
        assert rows.weights[part].tolist() == pytest.approx(alone.weights.tolist(), abs=1e-15)
        weights = preset.weighting.weigh(prepared)
        expected = weights / np.linalg.norm(weights) if len(weights) else weights
        assert rows.weights[part].tolist() == pytest.approx(expected.tolist(), abs=SAME)


def test_a_spectrum_of_ten_thousand_peaks_is_found_by_itself():
    random = np.random.default_rng(6)
    library = [
        MassSpectrum(mz=np.arange(first, first + 10_000.0), intensity=random.uniform(1, 99, 10_000))
        for first in (41, 5_000, 60_000)
    ]
    index = built(library, SIMPLE_EI)
    for number, query in enumerate(library):
        hits = index.query(query, top=3, allowed=None)
        assert (hits.positions[0], hits.cosines[0], hits.matched[0]) == (number, 1.0, 10_000)


# real spectra, jittered


@pytest.fixture(scope="module")
def real(shared_data):
    return real_ei_spectra(shared_data)


def twins_over(real, size):
    """Give both searches, over spectra some of which are there twice, so that there are ties."""
    grown = ei_library(real, size=size - 2 * len(real[:500]))
    library = [*real[:500], *map(grown.spectrum, range(len(grown))), *real[:500]]
    entries = [LibraryEntry(identifier=f"{n:06d}", group=n, spectrum=one) for n, one in enumerate(library)]
    return built(library, SIMPLE_EI), ExhaustiveSearch(entries, preset=SIMPLE_EI, lowest_mz=LOWEST_MZ)


def compare(twins, queries):
    fast, slow = twins
    for query in queries:
        hits, expected = fast.query(query, top=25, allowed=None), slow.query(query, top=25).hits
        assert hits.positions.tolist() == [int(hit.identifier) for hit in expected]
        assert (999.0 * hits.cosines**2).tolist() == pytest.approx([hit.match_factor for hit in expected], abs=1e-9)
        reverse = [hit.reverse_match_factor for hit in expected]
        assert (999.0 * hits.reverse_cosines**2).tolist() == pytest.approx(reverse, abs=1e-9)
        assert hits.matched.tolist() == [hit.matched_ions for hit in expected]


@pytest.mark.real_data
@pytest.mark.parametrize("size", [3_000, pytest.param(12_500, marks=pytest.mark.nightly)])
def test_real_and_jittered_spectra_are_found_as_exhaustive_search_finds_them(real, size):
    queries = ei_library(real, size=100, seed=11)
    compare(twins_over(real, size), [*real[:500:10], *map(queries.spectrum, range(len(queries)))])


@pytest.mark.real_data
@pytest.mark.nightly
def test_ten_thousand_queries_are_answered_as_exhaustive_search_answers_them(real):
    queries = ei_library(real, size=10_000, seed=12)
    compare(twins_over(real, 12_500), map(queries.spectrum, range(len(queries))))
