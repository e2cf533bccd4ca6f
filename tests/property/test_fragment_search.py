import gzip
import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra import Dalton, MassSpectrum, Ppm, Precursor
from spectra.cleaning_msms import ENTROPY_CLEANING, MsmsCleaning, clean_msms, clean_msms_spectrum
from spectra.formats import read_msp
from spectra.search import fragment_index, fragment_segment
from spectra.search.fragment_index import FragmentIndex, FragmentMode
from spectra.search.fragment_scoring import (
    PartialBound,
    PreparedQuery,
    ScoredSpectra,
    best,
    contribution,
    half_weights_of_one,
    rough_least_partial,
)
from spectra.search.fragment_scoring import half_weights as half_weights_of_many
from spectra.search.packed import PackedSpectra
from tests.builders.examples import fewer

SAME = 1e-12


# the slow twin: one pair of spectra at a time, in plain Python


def half_weights(spectrum, *, weighted):
    peaks = [(round(m * 1e6), i) for m, i in zip(spectrum.mz, spectrum.intensity, strict=True) if i > 0]
    total = math.fsum(i for _, i in peaks)
    shares = [i / total for _, i in peaks]
    entropy = -math.fsum(share * math.log(share) for share in shares)
    if weighted and entropy < 3:
        shares = [share ** (0.25 + 0.25 * entropy) for share in shares]
    total = math.fsum(shares)
    return [(m, share / total / 2) for (m, _), share in zip(peaks, shares, strict=True)]


def half_width(tolerance, mz):
    return round(tolerance.width * 1e6) if isinstance(tolerance, Dalton) else math.floor(tolerance.width * mz / 1e6)


def pairs_within(query, reference, tolerance, shift):
    return [
        (q, r)
        for q, (mz, _) in enumerate(query)
        for r, (other, _) in enumerate(reference)
        if abs(mz - (other + shift)) <= half_width(tolerance, mz)
    ]


def similarity(query, reference, mode, *, tolerance, weighted):
    one, other = half_weights(query, weighted=weighted), half_weights(reference, weighted=weighted)
    pairs = [] if mode is FragmentMode.NEUTRAL_LOSS else pairs_within(one, other, tolerance, 0)
    if mode in {FragmentMode.NEUTRAL_LOSS, FragmentMode.HYBRID} and reference.precursor is not None:
        shift = round(query.precursor.mz * 1e6) - round(reference.precursor.mz * 1e6)
        used, taken = {q for q, _ in pairs}, {r for _, r in pairs}
        by_loss = pairs_within(one, other, tolerance, shift)
        pairs += [(q, r) for q, r in by_loss if q not in used and r not in taken]
    return math.fsum(
        (one[q][1] + other[r][1]) * math.log2(one[q][1] + other[r][1])
        - one[q][1] * math.log2(one[q][1])
        - other[r][1] * math.log2(other[r][1])
        for q, r in pairs
    )


def takes_part(query, reference, mode, precursor_tolerance):
    if mode is not FragmentMode.IDENTITY:
        return True
    if reference.precursor is None:
        return False
    distance = abs(round(query.precursor.mz * 1e6) - round(reference.precursor.mz * 1e6))
    return distance <= half_width(precursor_tolerance, round(query.precursor.mz * 1e6))


def exhaustive(library, query, mode, *, tolerance, weighted, top, precursor_tolerance, allowed=None):
    scored = [
        (similarity(query, reference, mode, tolerance=tolerance, weighted=weighted), position)
        for position, reference in enumerate(library)
        if (allowed is None or allowed[position]) and takes_part(query, reference, mode, precursor_tolerance)
    ]
    waiting = sorted((entry for entry in scored if entry[0] > SAME), key=lambda entry: -entry[0])
    ranked = []
    while waiting and len(ranked) < top:
        tied = [entry for entry in waiting if entry[0] >= waiting[0][0] - SAME]
        ranked += sorted(tied, key=lambda entry: entry[1])
        waiting = waiting[len(tied) :]
    return ranked[:top]


def assert_equal_hits(hits, expected):
    assert hits.positions.tolist() == [position for _, position in expected]
    assert hits.scores.tolist() == pytest.approx([score for score, _ in expected], abs=1e-9)


# generated libraries: few masses, placed around the edges of the tolerance, to the micro-dalton

OFFSETS = st.sampled_from([0, 0, 1, -1, 19_999, 20_000, 20_001, -19_999, -20_000, -20_001])
HEIGHTS = st.sampled_from([0.01, 0.1, 0.1, 0.5, 1.0, 1.0, 1000.0])
SHIFTS = st.sampled_from([0, 0, 14_015_650, 14_035_650, 14_035_651, 10_000, 10_001, 40_000, 100_000_000])


@st.composite
def fragment_spectra(draw, *, min_size=0, needs_precursor=False):
    nominal = sorted(draw(st.sets(st.integers(50, 58), min_size=min_size, max_size=8)))
    mz = [mass * 14_015_650 // 14 + draw(OFFSETS) for mass in nominal]
    heights = [draw(HEIGHTS) for _ in mz]
    precursor = Precursor(mz=(200_000_000 + draw(SHIFTS)) / 1e6)
    if not needs_precursor and draw(st.integers(0, 5)) == 0:
        precursor = None
    return MassSpectrum(mz=np.array(mz) / 1e6, intensity=np.array(heights), precursor=precursor)


@st.composite
def libraries(draw):
    pool = draw(st.lists(fragment_spectra(), min_size=1, max_size=8))
    return draw(st.lists(st.sampled_from(pool), min_size=0, max_size=25))


TOLERANCES = st.sampled_from([Dalton(0.02), Dalton(0.02), Dalton(0.000001), Ppm(20.0), Ppm(400.0)])
SETTINGS = st.fixed_dictionaries(
    {"mode": st.sampled_from(list(FragmentMode)), "top": st.sampled_from([1, 2, 5, 25])},
)
WINDOWS = st.sampled_from([Dalton(0.01), Dalton(0.000001), Ppm(50.0), Dalton(5.0)])


@pytest.fixture(params=["small", "pruned"], autouse=True)
def thresholds(request, monkeypatch):
    """Take the way of large libraries with small ones too."""
    if request.param == "pruned":
        monkeypatch.setattr(fragment_segment, "_WORTH_PRUNING", 1)
        monkeypatch.setattr(fragment_segment, "_CHUNK", 2)
        monkeypatch.setattr(fragment_segment, "_RICH", 1)


def of_mode(mode, window):
    return window if mode is FragmentMode.IDENTITY else None


@given(libraries(), fragment_spectra(min_size=1, needs_precursor=True), SETTINGS, TOLERANCES, WINDOWS, st.booleans())
def test_fast_search_returns_what_exhaustive_search_returns(library, query, chosen, tolerance, window, weighted):
    index = FragmentIndex.build(PackedSpectra.of(library), tolerance=tolerance, weighted=weighted)
    window = of_mode(chosen["mode"], window)
    hits = index.query(query, **chosen, precursor_tolerance=window)
    expected = exhaustive(library, query, **chosen, tolerance=tolerance, weighted=weighted, precursor_tolerance=window)
    assert_equal_hits(hits, expected)


@given(libraries(), fragment_spectra(min_size=1, needs_precursor=True), SETTINGS, WINDOWS, st.data())
def test_a_filter_leaves_out_and_changes_nothing_else(library, query, chosen, window, data):
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(library), max_size=len(library))), dtype=bool)
    index = FragmentIndex.build(PackedSpectra.of(library), tolerance=Dalton(0.02))
    window = of_mode(chosen["mode"], window)
    hits = index.query(query, **chosen, precursor_tolerance=window, allowed=allowed)
    expected = exhaustive(
        library,
        query,
        **chosen,
        tolerance=Dalton(0.02),
        weighted=True,
        precursor_tolerance=window,
        allowed=allowed,
    )
    assert_equal_hits(hits, expected)


@fewer(2)
@given(libraries(), libraries(), libraries(), fragment_spectra(min_size=1, needs_precursor=True), SETTINGS, WINDOWS)
def test_adding_is_building_anew(first, second, third, query, chosen, window):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragment_index, "MAX_ADDED", 6)
        index = FragmentIndex.build(PackedSpectra.of(first), tolerance=Dalton(0.02))
        grown = index.added(PackedSpectra.of(second)).added(PackedSpectra.of(third))
    rebuilt = FragmentIndex.build(PackedSpectra.of([*first, *second, *third]), tolerance=Dalton(0.02))
    window = of_mode(chosen["mode"], window)
    found, expected = (one.query(query, **chosen, precursor_tolerance=window) for one in (grown, rebuilt))
    assert len(grown) == len(rebuilt)
    assert found.positions.tolist() == expected.positions.tolist()
    assert found.scores.tolist() == pytest.approx(expected.scores.tolist(), abs=1e-12)


@given(fragment_spectra(min_size=1, needs_precursor=True), st.sampled_from(list(FragmentMode)), st.booleans())
def test_a_spectrum_finds_itself_with_one(query, mode, weighted):
    index = FragmentIndex.build(PackedSpectra.of([query]), tolerance=Dalton(0.02), weighted=weighted)
    hits = index.query(query, mode=mode, top=1, precursor_tolerance=of_mode(mode, Dalton(0.01)))
    assert hits.positions.tolist() == [0]
    assert hits.scores.tolist() == pytest.approx([1.0], abs=1e-12)


@given(st.integers(1, 40), st.integers(0, 2**32 - 1), st.sampled_from([1, 7, 64, 1024]))
def test_the_bound_holds_for_every_spectrum(n_peaks, seed, cells):
    random = np.random.default_rng(seed)
    one, other = (random.random(n_peaks) ** random.integers(1, 9) for _ in range(2))
    one, other = one / one.sum() / 2, other / other.sum() / 2
    other *= random.random(n_peaks) > 0.3
    read = random.random(n_peaks) > random.random()
    pairs = contribution(one, other)
    skipped = np.array([one[~read].sum()])
    least = PartialBound.of(skipped, cells=cells).least_partial(pairs.sum() - 1e-12)[0]
    assert least <= pairs[read].sum() + 1e-12
    assert rough_least_partial(skipped, pairs.sum() - 1e-12)[0] <= pairs[read].sum() + 1e-12


@given(st.floats(0, 0.5), st.floats(0, 1))
def test_the_rough_bound_is_never_above_the_same_bound_without_rounding(skipped, score):
    exact = PartialBound.of(np.array([skipped]), cells=64).least_partial(score)[0]
    assert rough_least_partial(np.array([skipped]), score)[0] <= exact + 1e-12


@st.composite
def crowds(draw):
    """Peaks as close as a tolerance of 1 micro-dalton allows, many of them in one bucket of the postings."""
    steps = draw(st.lists(st.integers(3, 9), min_size=2, max_size=40))
    mz = np.array(list(itertools.accumulate(steps, initial=100_000_000)))
    return MassSpectrum(
        mz=mz / 1e6, intensity=np.linspace(draw(st.floats(0.01, 1)), 1, len(mz)), precursor=Precursor(mz=200.0)
    )


def assert_sums_bound_scores(library, query, mode, tolerance):
    index = FragmentIndex.build(PackedSpectra.of(library), tolerance=tolerance)
    prepared = PreparedQuery.of(query, tolerance=tolerance, weighted=True, library_gap=index.closest_udalton)
    kinds = {"fragments": mode is not FragmentMode.NEUTRAL_LOSS, "losses": mode is not FragmentMode.OPEN}
    search = fragment_segment._Search(index.segments[0], prepared, **kinds, top=1, allowed=None)
    search.read(np.arange(len(query)))
    scores = index.segments[0].rows.scores(slice(0, len(library)), prepared, **kinds)
    assert (search.sums >= np.floor(scores * search.units)).all()
    bounds = np.zeros(len(library))
    for lists in search.lists:
        for peak, counts in enumerate(lists.counts(np.arange(len(query)), search.units, np.dtype(np.uint64))):
            packed = lists.postings(peak)
            np.add.at(bounds, packed >> 8, counts[packed & 255].astype(np.float64))
    assert search.sums.tolist() == bounds.tolist()


MODES_WITH_POSTINGS = st.sampled_from([FragmentMode.OPEN, FragmentMode.NEUTRAL_LOSS, FragmentMode.HYBRID])


@given(libraries(), fragment_spectra(min_size=1, needs_precursor=True), MODES_WITH_POSTINGS)
def test_sums_are_upper_bounds(library, query, mode):
    assert_sums_bound_scores(library, query, mode, Dalton(0.02))


@given(st.lists(crowds(), min_size=1, max_size=8), crowds(), MODES_WITH_POSTINGS)
def test_sums_of_crowded_peaks_are_upper_bounds_and_do_not_overflow(library, query, mode):
    assert_sums_bound_scores(library, query, mode, Dalton(1e-6))


@given(st.lists(crowds(), min_size=1, max_size=8), crowds(), SETTINGS, st.sampled_from([1, 2**12, 2**20]))
def test_sums_of_any_width_lose_nothing(library, query, chosen, fewest_units):
    index = FragmentIndex.build(PackedSpectra.of(library), tolerance=Dalton(1e-6))
    window = of_mode(chosen["mode"], Dalton(0.01))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fragment_segment, "_FEWEST_UNITS", fewest_units)
        hits = index.query(query, **chosen, precursor_tolerance=window)
    expected = exhaustive(library, query, **chosen, tolerance=Dalton(1e-6), weighted=True, precursor_tolerance=window)
    assert_equal_hits(hits, expected)


# a query and single m/z

HALF_WIDTHS = st.sampled_from([1, 2, 40, 20_000, 5_000_000])


@given(st.data(), HALF_WIDTHS)
def test_an_mz_matches_the_interval_that_holds_it(data, half):
    steps = data.draw(st.lists(st.integers(2 * half + 1, 2 * half + 70_000), min_size=1, max_size=12))
    centres = list(itertools.accumulate(steps, initial=data.draw(st.integers(1, 60_000_000))))
    query = PreparedQuery.of(
        MassSpectrum(mz=np.array(centres) / 1e6, intensity=np.ones(len(centres))),
        tolerance=Dalton(half / 1e6),
        weighted=True,
        library_gap=2**62,
    )
    edges = st.builds(
        lambda centre, offset: centre + offset,
        st.sampled_from(centres),
        st.sampled_from([0, -half - 1, -half, half, half + 1, 2**33]),
    )
    mz = data.draw(st.lists(st.one_of(edges, st.integers(-100_000, 70_000_000)), max_size=40))
    expected = [(i, q) for i, m in enumerate(mz) for q, centre in enumerate(centres) if abs(m - centre) <= half]
    found = query.matches(np.array(mz, dtype=np.int64))
    assert list(zip(found.places.tolist(), found.peaks.tolist(), strict=True)) == expected


@given(st.lists(st.floats(1e-308, 1e308), min_size=1, max_size=60), st.booleans())
def test_one_spectrum_is_weighted_like_many(heights, weighted):
    intensity = np.array(heights)
    many = half_weights_of_many(np.zeros(len(heights), dtype=np.int64), intensity, 1, weighted=weighted)
    one = half_weights_of_one(intensity, weighted=weighted)
    assert one.tolist() == pytest.approx(many.tolist(), rel=1e-12)
    assert one.min() > 0


# cleaning against its twin


def cleaned_slowly(spectrum, cleaning):
    highest = math.inf
    if cleaning.cut_below_precursor_da is not None:
        highest = round(spectrum.precursor.mz * 1e6) - round(cleaning.cut_below_precursor_da * 1e6)
    peaks = [(round(m * 1e6), i) for m, i in zip(spectrum.mz, spectrum.intensity, strict=True)]
    peaks = [(m, i) for m, i in peaks if i > 0 and m <= highest]
    distance = round(cleaning.merge_distance_da * 1e6)
    while any(second[0] - first[0] <= distance for first, second in itertools.pairwise(peaks)):
        merged = []
        while peaks:
            strongest = max(peaks, key=lambda peak: peak[1])
            near = [peak for peak in peaks if abs(peak[0] - strongest[0]) <= distance]
            peaks = [peak for peak in peaks if abs(peak[0] - strongest[0]) > distance]
            weight = sum(i for _, i in near)
            merged.append((strongest[0] + round(sum((m - strongest[0]) * i for m, i in near) / weight), weight))
        peaks = sorted(merged)
    base = max((i for _, i in peaks), default=0)
    peaks = [(m, i) for m, i in peaks if i / base >= cleaning.weakest_peak_fraction]
    return [(m / 1e6, i / sum(i for _, i in peaks)) for m, i in peaks]


@st.composite
def measured(draw):
    """Peaks on a grid of quarters with heights that are whole numbers: means and sums are the same in any order."""
    quarters = draw(st.lists(st.integers(200, 230), max_size=14))
    heights = draw(st.lists(st.sampled_from([0, 1, 2, 4, 64, 128]), min_size=len(quarters), max_size=len(quarters)))
    return MassSpectrum.from_unsorted(
        np.array(quarters) / 4, heights, precursor=Precursor(mz=draw(st.integers(210, 240)) / 4)
    )


CLEANINGS = st.builds(
    MsmsCleaning,
    cut_below_precursor_da=st.sampled_from([None, 0.0, 1.5]),
    weakest_peak_fraction=st.sampled_from([0.0, 0.01, 0.5]),
    merge_distance_da=st.sampled_from([0.0, 0.25, 0.5, 0.75]),
)


@given(st.lists(measured(), max_size=5), CLEANINGS)
def test_cleaning_many_is_cleaning_each(spectra, cleaning):
    together = clean_msms(PackedSpectra.of(spectra), cleaning=cleaning)
    for position, spectrum in enumerate(spectra):
        expected = cleaned_slowly(spectrum, cleaning)
        alone = clean_msms_spectrum(spectrum, cleaning=cleaning)
        assert together.spectrum(position) == alone
        assert alone.mz.tolist() == pytest.approx([m for m, _ in expected], abs=1.1e-6)
        assert alone.intensity.tolist() == pytest.approx([i for _, i in expected], rel=1e-12)


# real spectra


def cleaned_records(path):
    spectra = []
    for record in read_msp(path).records:
        stated = record.first("PrecursorMZ")
        if stated not in {None, "NA"}:
            peaks = record.peaks
            spectra.append(MassSpectrum.from_unsorted(peaks.mz, peaks.intensity, precursor=Precursor(mz=float(stated))))
    return clean_msms(PackedSpectra.of(spectra), cleaning=ENTROPY_CLEANING)


@pytest.fixture(scope="module")
def real(shared_data, tmp_path_factory):
    """Every twelfth spectrum: reading all takes longer than all tests here."""
    text = gzip.decompress((shared_data / "massbank" / "massbank-msms-positive.msp.gz").read_bytes()).decode()
    path = tmp_path_factory.mktemp("real") / "some.msp"
    path.write_text("\n\n".join(text.strip().split("\n\n")[::12]) + "\n", encoding="utf-8")
    return cleaned_records(path)


@pytest.fixture(scope="module")
def filled(real):
    return np.flatnonzero(np.diff(real.starts))


def agrees(index, library, query, mode):
    window = of_mode(mode, Dalton(0.01))
    hits = index.query(query, mode=mode, top=10, precursor_tolerance=window)
    expected = exhaustive(
        library, query, mode, tolerance=Dalton(0.02), weighted=True, top=10, precursor_tolerance=window
    )
    assert_equal_hits(hits, expected)


@pytest.mark.real_data
def test_real_queries_agree_with_the_twin(real, filled):
    random = np.random.default_rng(3)
    chosen = random.choice(filled, 250, replace=False)
    library = [real.spectrum(position) for position in chosen]
    index = FragmentIndex.build(PackedSpectra.of(library), tolerance=Dalton(0.02))
    for query in library[:6]:
        for mode in FragmentMode:
            agrees(index, library, query, mode)


def scored_in_full(index, query, mode):
    """Score every row of the index exactly: the twin of the pruning, on libraries too large for plain Python."""
    rows = index.segments[0].rows
    prepared = PreparedQuery.of(
        query, tolerance=index.tolerance, weighted=index.weighted, library_gap=index.closest_udalton
    )
    scores = rows.scores(
        slice(0, len(rows)),
        prepared,
        fragments=mode is not FragmentMode.NEUTRAL_LOSS,
        losses=mode is not FragmentMode.OPEN,
    )
    return best([ScoredSpectra(positions=rows.position.astype(np.int64), scores=scores)], top=25)


def assert_pruning_loses_nothing(index, queries):
    for query in queries:
        for mode in (FragmentMode.OPEN, FragmentMode.NEUTRAL_LOSS, FragmentMode.HYBRID):
            hits, expected = index.query(query, mode=mode, top=25), scored_in_full(index, query, mode)
            assert hits.positions.tolist() == expected.positions.tolist()
            assert hits.scores.tolist() == pytest.approx(expected.scores.tolist(), abs=1e-12)


@pytest.mark.real_data
def test_pruning_loses_nothing_on_real_spectra(real, filled):
    index = FragmentIndex.build(real, tolerance=Dalton(0.02))
    chosen = np.random.default_rng(4).choice(filled, 40, replace=False)
    assert_pruning_loses_nothing(index, [real.spectrum(position) for position in chosen])


@pytest.mark.real_data
@pytest.mark.nightly
@pytest.mark.parametrize("thresholds", ["small"], indirect=True)
def test_pruning_loses_nothing_on_ten_thousand_real_queries(shared_data):
    real = cleaned_records(shared_data / "massbank" / "massbank-msms-positive.msp.gz")
    index = FragmentIndex.build(real, tolerance=Dalton(0.02))
    chosen = np.random.default_rng(5).choice(np.flatnonzero(np.diff(real.starts)), 10_000, replace=False)
    assert_pruning_loses_nothing(index, [real.spectrum(position) for position in chosen])
