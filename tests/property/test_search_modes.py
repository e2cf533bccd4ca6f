"""The one door to all searches, against comparing with every spectrum one by one by the scores' own functions."""

import dataclasses
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from spectra import (
    EI_SEARCH,
    MSMS_SEARCH,
    SIMPLE_EI,
    SIMPLE_HYBRID_EI,
    Dalton,
    ExhaustiveSearch,
    InvalidSpectrumError,
    LibraryEntry,
    MassSpectrum,
    Precursor,
    SearchIndex,
    SearchMode,
)
from spectra.cleaning_msms import clean_msms_spectrum
from spectra.formats import read_msp
from spectra.scores import hybrid_ei, match_factors
from spectra.search.hits import SAME_FACTOR
from tests.builders.examples import fewer
from tests.builders.spectra_strategies import NOMINAL_MZ, spectra

EI_MODES = frozenset(SearchMode)
WINDOW = Dalton(0.01)
WORDS = st.sampled_from(["", "a", "b"])


@st.composite
def ei_entries(draw, *, min_size=1):
    pool = draw(st.lists(spectra(mz=NOMINAL_MZ, intensity=st.sampled_from([1.0, 5.0, 99.0]), max_size=5), min_size=1))
    chosen = draw(st.lists(st.sampled_from(pool), min_size=min_size, max_size=12))
    names = draw(st.permutations(range(len(chosen))))
    return [
        LibraryEntry(
            identifier=f"{name:03d}",
            group=f"g{draw(st.integers(0, 4))}",
            spectrum=spectrum,
            nominal_mass=draw(st.sampled_from([None, 45, 58, 60, 61])),
            release=draw(WORDS),
            technique=draw(WORDS),
            substance_class=draw(WORDS),
        )
        for name, spectrum in zip(names, chosen, strict=True)
    ]


def slow_list(scored, entries, top):
    """Sort by factor, reverse factor and identifier; the best of each group."""
    order = sorted(
        (place for place, (_, _, matched) in enumerate(scored) if matched),
        key=lambda place: (-scored[place][0], -scored[place][1], entries[place].identifier),
    )
    seen, chosen = set(), []
    for place in order:
        if entries[place].group not in seen and len(chosen) < top:
            seen.add(entries[place].group)
            chosen.append(place)
    return [(entries[place].identifier, *scored[place]) for place in chosen]


def lost(spectrum, mass):
    binned = SIMPLE_EI.unit_mass.bin(spectrum)
    places = 1000.0 + mass - binned.mz
    near = places > 980.0
    return MassSpectrum(mz=places[near][::-1], intensity=binned.intensity[near][::-1])


def hybrid_partners(query, reference, shift):
    def prepared(spectrum):
        binned = SIMPLE_HYBRID_EI.unit_mass.bin(spectrum)
        least = SIMPLE_HYBRID_EI.weakest_peak_fraction * binned.intensity.max(initial=0.0)
        return set(binned.mz[binned.intensity >= least].tolist())

    theirs = prepared(reference)
    return prepared(query) & (theirs | {mass + shift for mass in theirs})


def slow_ei(query, entry, mode, nominal_mass):
    if mode is SearchMode.HYBRID:
        shift = 0 if entry.nominal_mass is None else nominal_mass - entry.nominal_mass
        score = hybrid_ei(query, entry.spectrum, preset=SIMPLE_HYBRID_EI, nominal_mass_difference=shift)
        common = hybrid_partners(query, entry.spectrum, shift if abs(shift) <= 300 else 0)
        masses = SIMPLE_HYBRID_EI.unit_mass.bin(query)
        kept = np.isin(masses.mz, sorted(common))
        seen = MassSpectrum(mz=masses.mz[kept], intensity=masses.intensity[kept])
        weights = [np.linalg.norm(SIMPLE_HYBRID_EI.weighting.weigh(s)) for s in (strong(masses), seen)]
        return 999 * score, 999 * score * weights[0] / weights[1] if len(seen) else 0.0, len(common)
    if mode is SearchMode.NEUTRAL_LOSS:
        if entry.nominal_mass is None:
            return 0.0, 0.0, 0
        query, reference = lost(query, nominal_mass), lost(entry.spectrum, entry.nominal_mass)
    else:
        reference = entry.spectrum
    found = match_factors(query, reference, preset=SIMPLE_EI, lowest_mz=1.0)
    return found.match_factor, found.reverse_match_factor, found.matched_ions


def strong(binned):
    kept = binned.intensity >= SIMPLE_HYBRID_EI.weakest_peak_fraction * binned.intensity.max(initial=0.0)
    return MassSpectrum(mz=binned.mz[kept], intensity=binned.intensity[kept])


def as_rows(found):
    return [(h.identifier, h.match_factor, h.reverse_match_factor, h.matched_ions) for h in found.hits]


def assert_same(found, expected):
    rows = as_rows(found)
    assert [row[0] for row in rows] == [row[0] for row in expected]
    for one, other in zip(rows, expected, strict=True):
        assert one[1:3] == pytest.approx(other[1:3], abs=1e-6)
        assert one[3] == other[3]


def rounded(scored):
    """Make what differs by rounding only equal, so that sorting by number sorts ties by name."""
    return [(round(factor / SAME_FACTOR / 10), round(reverse / SAME_FACTOR / 10)) for factor, reverse, _ in scored]


@given(
    entries=ei_entries(),
    query=spectra(mz=NOMINAL_MZ, intensity=st.sampled_from([1.0, 5.0, 99.0]), min_size=1, max_size=6),
    mode=st.sampled_from(list(SearchMode)),
    top=st.integers(1, 6),
)
def test_ei_search_returns_what_comparing_one_by_one_returns(entries, query, mode, top):
    index = SearchIndex.build(entries, settings=EI_SEARCH, modes=EI_MODES)
    try:
        found = index.query(query, mode=mode, top=top, nominal_mass=60)
    except InvalidSpectrumError:
        assert mode is SearchMode.NEUTRAL_LOSS
        assert not len(lost(query, 60))
        return
    scored = [slow_ei(query, entry, mode, 60) for entry in entries]
    ranks = rounded(scored)
    scored = [(f * 1e-8, r * 1e-8, m) for (f, r), (_, _, m) in zip(ranks, scored, strict=True)]
    assert_same(found, slow_list(scored, entries, top))
    assert found.searched == len(entries)


@given(entries=ei_entries(), query=spectra(mz=NOMINAL_MZ, min_size=1, max_size=6), top=st.integers(1, 6))
def test_ei_identity_search_equals_the_exhaustive_twin_to_the_last_tie(entries, query, top):
    twin = ExhaustiveSearch(entries, preset=SIMPLE_EI, lowest_mz=1.0).query(query, top=top)
    found = SearchIndex.build(entries, settings=EI_SEARCH, modes=EI_MODES).query(
        query, mode=SearchMode.IDENTITY, top=top
    )
    assert found.preset == twin.preset
    assert_same(found, as_rows(twin))


@fewer(4)
@given(
    entries=ei_entries(min_size=3),
    query=spectra(mz=NOMINAL_MZ, min_size=1, max_size=6),
    mode=st.sampled_from([SearchMode.SIMILARITY, SearchMode.HYBRID]),
    cuts=st.tuples(st.integers(1, 2), st.integers(0, 3)),
)
def test_adding_releases_is_building_anew_and_so_is_reading_from_disk(entries, query, mode, cuts):
    first, second = entries[: cuts[0]], entries[cuts[0] : cuts[0] + cuts[1]]
    third = entries[cuts[0] + cuts[1] :]
    whole = SearchIndex.build(entries, settings=EI_SEARCH, modes=EI_MODES)
    grown = SearchIndex.build(first, settings=EI_SEARCH, modes=EI_MODES).added(second).added(third)
    with tempfile.TemporaryDirectory() as folder:
        digest = grown.save(Path(folder) / "index")
        loaded = SearchIndex.load(Path(folder) / "index", settings=EI_SEARCH, sha256=digest)
        for index in (grown, loaded):
            assert as_rows(index.query(query, mode=mode, top=9, nominal_mass=60)) == as_rows(
                whole.query(query, mode=mode, top=9, nominal_mass=60)
            )


@st.composite
def msms_entries(draw):
    found = []
    for number in range(draw(st.integers(1, 10))):
        # 0.13 Da apart: no peak can match two
        steps = draw(st.lists(st.integers(1, 40), min_size=1, max_size=6))
        mz = 50.0071 + 0.13 * np.cumsum(steps) + draw(st.sampled_from([0.0, 0.02, 0.0200005]))
        heights = draw(st.lists(st.sampled_from([1.0, 20.0, 90.0]), min_size=len(mz), max_size=len(mz)))
        precursor = draw(st.sampled_from([120.005, 120.015, 121.3, None]))
        found.append(
            LibraryEntry(
                identifier=f"{number:02d}",
                group=draw(st.integers(0, 4)),
                spectrum=MassSpectrum(
                    mz=mz, intensity=np.array(heights), precursor=Precursor(mz=precursor) if precursor else None
                ),
            )
        )
    return found


@given(entries=msms_entries(), place=st.integers(0, 9), mode=st.sampled_from(list(SearchMode)), top=st.integers(1, 6))
def test_msms_search_finds_the_query_itself_and_ties_go_by_identifier(entries, place, mode, top):
    query = entries[place % len(entries)]
    assume(query.spectrum.precursor is not None)
    cleaned = clean_msms_spectrum(query.spectrum, cleaning=MSMS_SEARCH.cleaning)
    assume(len(cleaned))
    index = SearchIndex.build(entries, settings=MSMS_SEARCH, modes=EI_MODES)
    window = WINDOW if mode is SearchMode.IDENTITY else None
    found = index.query(query.spectrum, mode=mode, top=top, precursor_tolerance=window)
    best = found.hits[0]
    assert best.match_factor == pytest.approx(999.0)
    assert best.identifier <= query.identifier
    own = [hit for hit in found.hits if hit.identifier == query.identifier]
    for hit in own:
        assert hit.matched_ions == len(cleaned)
        assert hit.reverse_match_factor == pytest.approx(999.0)
        assert hit.mass_difference == 0.0
    for one, other in zip(found.hits, found.hits[1:], strict=False):
        tied = abs(one.match_factor - other.match_factor) <= SAME_FACTOR
        assert one.match_factor > other.match_factor or (tied and one.identifier < other.identifier)
    for hit in found.hits:
        assert hit.reverse_match_factor >= hit.match_factor - 1e-6 or mode is not SearchMode.IDENTITY


@pytest.fixture(scope="module")
def drugs(shared_data):
    records = read_msp(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz").records
    return [
        LibraryEntry(
            identifier=f"{place:05d}",
            group=dict(record.fields).get("InChIKey", record.fields[0][1])[:14],
            spectrum=MassSpectrum.from_unsorted(record.peaks.mz, record.peaks.intensity),
            nominal_mass=round(float(dict(record.fields)["ExactMass"])) if "ExactMass" in dict(record.fields) else None,
            release="3.4",
        )
        for place, record in enumerate(records)
    ]


@pytest.mark.real_data
def test_two_threads_give_what_one_gives(drugs):
    index = SearchIndex.build(drugs, settings=EI_SEARCH, modes=EI_MODES)
    asked = [entry for entry in drugs[::37] if entry.nominal_mass is not None][:60]
    queries = [entry.spectrum for entry in asked]
    masses = [entry.nominal_mass for entry in asked]
    for mode in SearchMode:
        one = index.query_many(queries, mode=mode, top=10, nominal_masses=masses)
        two = index.query_many(queries, mode=mode, top=10, nominal_masses=masses, threads=2)
        assert one == two
        assert one[3] == index.query(queries[3], mode=mode, top=10, nominal_mass=masses[3])


@pytest.mark.real_data
def test_real_ei_queries_agree_with_the_twin(drugs):
    index = SearchIndex.build(drugs, settings=EI_SEARCH, modes={SearchMode.IDENTITY})
    twin = ExhaustiveSearch(drugs, preset=SIMPLE_EI, lowest_mz=1.0)
    random = np.random.default_rng(20)
    for place in random.choice(len(drugs), 100, replace=False):
        query = drugs[place].spectrum
        jittered = dataclasses.replace(query, intensity=query.intensity * np.exp(random.normal(0, 0.3, len(query))))
        assert_same(index.query(jittered, mode=SearchMode.IDENTITY, top=25), as_rows(twin.query(jittered, top=25)))
