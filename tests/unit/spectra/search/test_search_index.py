import dataclasses
import json
import shutil

import numpy as np
import pytest

from spectra import (
    EI_SEARCH,
    MSMS_SEARCH,
    Dalton,
    FormatError,
    InvalidSettingError,
    InvalidSpectrumError,
    LibraryEntry,
    MassSpectrum,
    MatchFactorPreset,
    MixedLibraryError,
    Precursor,
    Restriction,
    SearchIndex,
    SearchMode,
    UnitMass,
    Weighting,
)
from spectra.search.modes import Question

ALL = frozenset(SearchMode)
PRECURSOR = Precursor(mz=150.05)


def ei(*peaks):
    return MassSpectrum(mz=np.array([m for m, _ in peaks], float), intensity=np.array([i for _, i in peaks], float))


def msms(*peaks, precursor=PRECURSOR):
    return dataclasses.replace(ei(*peaks), precursor=precursor)


def entry(identifier, spectrum, **facts):
    return LibraryEntry(identifier=identifier, group=facts.pop("group", identifier), spectrum=spectrum, **facts)


LIBRARY = (
    entry("a", ei((58, 100), (91, 50)), nominal_mass=149, release="3.3", substance_class="amphetamine"),
    entry("b", ei((58, 100), (105, 50)), nominal_mass=163, release="3.3", substance_class="cathinone"),
    entry("c", ei((72, 100), (105, 50)), nominal_mass=163, release="3.4", substance_class="amphetamine"),
    entry("d", ei((58, 90), (91, 50)), group="a", release="3.4"),
)
MSMS_LIBRARY = (
    entry("a", msms((58.065, 100), (91.054, 50))),
    entry("b", msms((58.065, 100), (105.07, 50), precursor=Precursor(mz=164.066))),
    entry("c", msms((58.065, 100), (119.05, 50), precursor=None)),
)


def names(found):
    return [hit.identifier for hit in found.hits]


@pytest.fixture
def index():
    return SearchIndex.build(LIBRARY, settings=EI_SEARCH, modes=ALL)


@pytest.fixture
def fragments():
    return SearchIndex.build(MSMS_LIBRARY, settings=MSMS_SEARCH, modes=ALL)


def test_each_compound_stands_once_by_its_best_spectrum(index):
    assert names(index.query(LIBRARY[3].spectrum, mode=SearchMode.IDENTITY, top=5)) == ["d", "b"]
    assert names(index.query(LIBRARY[0].spectrum, mode=SearchMode.SIMILARITY, top=1)) == ["a"]


def test_a_hybrid_search_finds_what_one_more_ch2_moved(index):
    query = ei((72, 100), (105, 50))
    found = index.query(query, mode=SearchMode.HYBRID, top=5, nominal_mass=163)
    hits = {hit.identifier: hit for hit in found.hits}
    assert list(hits)[:2] == ["c", "a"]
    # a moved by 14: ions 72 and 105 beside 58 and 91, weights sqrt(m I): 10450 + 5250 of 20970 + ...
    query_norm = np.sqrt(72 * 1.0 + 105 * 0.5)
    hybrid_norm = np.sqrt(58 * 1.0 + 72 * 1.0 + 91 * 0.5 + 105 * 0.5)
    assert hits["a"].match_factor == pytest.approx(999 * query_norm / hybrid_norm)
    assert hits["a"].matched_ions == 2
    assert hits["a"].mass_difference == 14.0
    assert found.preset == "ei-simple-hybrid/1"


def test_a_neutral_loss_search_compares_what_the_molecule_lost(index):
    query = ei((86, 100), (119, 50))  # of mass 177 it lost 91 and 58, as a did of 149
    found = index.query(query, mode=SearchMode.NEUTRAL_LOSS, top=5, nominal_mass=177)
    assert names(found)[0] == "a"
    assert found.hits[0].match_factor == pytest.approx(999.0)
    assert found.hits[0].matched_ions == 2
    assert found.hits[0].mass_difference == 28.0
    assert "d" not in names(found)  # nobody stated its mass
    assert found.preset == "ei-simple/1 of losses"


def test_isotopes_above_the_molecular_ion_stay_and_what_is_far_above_goes():
    library = [entry("a", ei((149, 100), (150, 10), (190, 50)), nominal_mass=149)]
    index = SearchIndex.build(library, settings=EI_SEARCH, modes={SearchMode.NEUTRAL_LOSS})
    hit = index.query(ei((163, 100), (164, 10)), mode=SearchMode.NEUTRAL_LOSS, top=1, nominal_mass=163).hits[0]
    assert hit.match_factor == pytest.approx(999.0)


def test_filters_leave_out_and_are_counted(index):
    def found(**sets):
        restriction = Restriction(**{name: frozenset(words) for name, words in sets.items()})
        return index.query(LIBRARY[0].spectrum, mode=SearchMode.IDENTITY, top=5, restriction=restriction)

    assert names(found(releases={"3.3"})) == ["a", "b"]
    assert found(releases={"3.3"}).searched == 2
    assert names(found(releases={"3.4"})) == ["d"]
    assert names(found(releases={"3.3"}, substance_classes={"cathinone"})) == ["b"]
    assert names(found(techniques={""})) == ["a", "b"]
    assert index.query(LIBRARY[0].spectrum, mode=SearchMode.IDENTITY, top=5, restriction=Restriction()).searched == 4


def test_a_filter_that_names_what_no_entry_has_is_an_error(index):
    with pytest.raises(InvalidSettingError, match=r"releases: no entry has \['3.5'\]; there are \['3.3', '3.4'\]"):
        index.query(
            LIBRARY[0].spectrum,
            mode=SearchMode.IDENTITY,
            top=5,
            restriction=Restriction(releases=frozenset({"3.4", "3.5"})),
        )


def test_releases_are_added_without_a_rebuild(index):
    newest = entry("e", ei((44, 100), (91, 20)), release="3.5", nominal_mass=135)
    grown = index.added([newest])
    assert (len(index), len(grown)) == (4, 5)
    only = Restriction(releases=frozenset({"3.5"}))
    for mode in SearchMode:
        found = grown.query(newest.spectrum, mode=mode, top=2, restriction=only, nominal_mass=135)
        assert names(found) == ["e"]
    assert len(grown.added([])) == 5
    for again in (newest, entry("a", newest.spectrum)):
        with pytest.raises(InvalidSettingError, match=r"1 spectra are in the index already"):
            grown.added([again])


def test_fragments_are_found_in_every_mode(fragments):
    query = MSMS_LIBRARY[0].spectrum

    def found(mode, window=None):
        return fragments.query(query, mode=mode, top=5, precursor_tolerance=window)

    assert names(found(SearchMode.IDENTITY, Dalton(0.01))) == ["a"]
    assert names(found(SearchMode.SIMILARITY)) == ["a", "b", "c"]
    assert found(SearchMode.SIMILARITY).hits[2].mass_difference is None
    assert names(found(SearchMode.NEUTRAL_LOSS)) == ["a", "b"]
    lost = found(SearchMode.NEUTRAL_LOSS).hits[1]
    assert (lost.matched_ions, lost.mass_difference) == (1, -14.016)
    hybrid = found(SearchMode.HYBRID).hits
    assert [hit.match_factor for hit in hybrid[:2]] == pytest.approx([999.0, 999.0])
    assert [hit.matched_ions for hit in hybrid] == [2, 2, 1]
    assert found(SearchMode.HYBRID).preset == "msms-search/1"


def test_a_query_without_a_precursor_can_be_searched_openly(fragments):
    query = msms((58.065, 100), (91.054, 50), precursor=None)
    assert names(fragments.query(query, mode=SearchMode.SIMILARITY, top=1)) == ["a"]
    with pytest.raises(InvalidSpectrumError, match="precursor"):
        fragments.query(query, mode=SearchMode.HYBRID, top=1)


def test_added_fragments_are_described_from_their_own_segment(fragments):
    newest = entry("z", msms((70.065, 10), (84.081, 90), precursor=Precursor(mz=155.1)))
    hit = fragments.added([newest]).query(newest.spectrum, mode=SearchMode.SIMILARITY, top=1).hits[0]
    assert (hit.identifier, hit.matched_ions, round(hit.reverse_match_factor, 6)) == ("z", 2, 999.0)


def test_what_is_wrong_is_refused(index, fragments):
    spectrum = LIBRARY[0].spectrum
    with pytest.raises(InvalidSettingError, match="without spectra"):
        SearchIndex.build([], settings=EI_SEARCH, modes=ALL)
    with pytest.raises(InvalidSettingError, match="no mode"):
        SearchIndex.build(LIBRARY, settings=EI_SEARCH, modes=())
    with pytest.raises(InvalidSettingError, match="share an identifier"):
        SearchIndex.build([LIBRARY[0], LIBRARY[0]], settings=EI_SEARCH, modes=ALL)
    with pytest.raises(InvalidSettingError, match="a: nominal mass 0"):
        SearchIndex.build([entry("a", spectrum, nominal_mass=0)], settings=EI_SEARCH, modes=ALL)
    with pytest.raises(InvalidSettingError, match="top is 0"):
        index.query(spectrum, mode=SearchMode.IDENTITY, top=0)
    with pytest.raises(InvalidSettingError, match="no precursor"):
        index.query(spectrum, mode=SearchMode.IDENTITY, top=1, precursor_tolerance=Dalton(0.1))
    with pytest.raises(InvalidSettingError, match="identity search needs one"):
        fragments.query(MSMS_LIBRARY[0].spectrum, mode=SearchMode.IDENTITY, top=1)
    with pytest.raises(InvalidSettingError, match="the others none"):
        fragments.query(MSMS_LIBRARY[0].spectrum, mode=SearchMode.HYBRID, top=1, precursor_tolerance=Dalton(0.1))
    with pytest.raises(InvalidSettingError, match="threads is 0"):
        index.query_many([spectrum], mode=SearchMode.IDENTITY, top=1, threads=0)
    with pytest.raises(InvalidSettingError, match="2 nominal masses for 1 spectra"):
        index.query_many([spectrum], mode=SearchMode.IDENTITY, top=1, nominal_masses=[1, 2])
    for mode in (SearchMode.HYBRID, SearchMode.NEUTRAL_LOSS):
        with pytest.raises(InvalidSpectrumError, match="molecular mass is not known"):
            index.query(spectrum, mode=mode, top=1)
    for mode in SearchMode:
        with pytest.raises(InvalidSpectrumError, match=r"no (peak|ion)"):
            index.query(ei((400, 0)), mode=mode, top=1, nominal_mass=149)
    with pytest.raises(InvalidSpectrumError, match="noise, or stood above"):
        fragments.query(msms((149.9, 1)), mode=SearchMode.SIMILARITY, top=1)


def test_a_mode_that_was_not_built_is_refused():
    index = SearchIndex.build(LIBRARY, settings=EI_SEARCH, modes={SearchMode.HYBRID})
    with pytest.raises(InvalidSettingError, match=r"built for \[.*hybrid.*\], not for identity"):
        index.query(LIBRARY[0].spectrum, mode=SearchMode.IDENTITY, top=1)


def test_an_engine_says_what_it_was_not_built_for():
    engine = SearchIndex.build(LIBRARY, settings=EI_SEARCH, modes={SearchMode.HYBRID}).engine
    question = Question(
        spectrum=LIBRARY[0].spectrum,
        mode=SearchMode.IDENTITY,
        nominal_mass=None,
        precursor_tolerance=None,
        allowed=None,
    )
    with pytest.raises(InvalidSettingError, match="not built for identity"):
        engine.best(question, top=1)


@pytest.mark.parametrize("modes", [{SearchMode.HYBRID}, {SearchMode.IDENTITY}, {SearchMode.NEUTRAL_LOSS}])
def test_an_index_of_one_mode_survives_the_disk(tmp_path, modes):
    index = SearchIndex.build(LIBRARY, settings=EI_SEARCH, modes=modes).added([entry("e", ei((58, 1)))])
    index.save(tmp_path / "index")
    loaded = SearchIndex.load(tmp_path / "index", settings=EI_SEARCH)
    question = {"mode": next(iter(modes)), "top": 9, "nominal_mass": 149}
    assert loaded.query(LIBRARY[0].spectrum, **question) == index.query(LIBRARY[0].spectrum, **question)
    assert loaded.modes == modes


def test_compounds_with_many_spectra_do_not_crowd_out_others():
    many = [entry(f"m{number:03d}", ei((58, 100), (91, number)), group="many") for number in range(1, 100)]
    index = SearchIndex.build([*many, *LIBRARY[1:3]], settings=EI_SEARCH, modes={SearchMode.IDENTITY})
    assert names(index.query(ei((58, 100), (72, 1), (91, 50)), mode=SearchMode.IDENTITY, top=3)) == ["m050", "b", "c"]


def test_losses_cannot_be_weighted_by_mass():
    heavy = MatchFactorPreset(
        name="heavy",
        version=1,
        weighting=Weighting(mz_exponent=1.3, intensity_exponent=0.5),
        unit_mass=UnitMass(),
        weakest_peak_fraction=0.0,
        source="a test",
    )
    settings = dataclasses.replace(EI_SEARCH, match_factor=heavy)
    with pytest.raises(InvalidSettingError, match=r"heavy/1 weighs by m/z\^1.3"):
        SearchIndex.build(LIBRARY, settings=settings, modes=ALL)
    assert len(SearchIndex.build(LIBRARY, settings=settings, modes={SearchMode.IDENTITY})) == 4


def test_unit_mass_and_accurate_mass_do_not_mix(index, fragments):
    whole = msms((58, 100), (91, 50), (105, 3))
    with pytest.raises(MixedLibraryError, match=r"x of the library: found 3 whole m/z and no other; expected accurate"):
        SearchIndex.build([*MSMS_LIBRARY, entry("x", whole)], settings=MSMS_SEARCH, modes=ALL)
    with pytest.raises(MixedLibraryError, match="x of the library: found a precursor"):
        SearchIndex.build([*LIBRARY, entry("x", MSMS_LIBRARY[0].spectrum)], settings=EI_SEARCH, modes=ALL)
    with pytest.raises(MixedLibraryError, match="x of the library"):
        index.added([entry("x", MSMS_LIBRARY[0].spectrum)])
    with pytest.raises(MixedLibraryError, match="the query: found a precursor"):
        index.query(MSMS_LIBRARY[0].spectrum, mode=SearchMode.IDENTITY, top=1)
    with pytest.raises(MixedLibraryError) as raised:
        fragments.query(whole, mode=SearchMode.SIMILARITY, top=1)
    assert (raised.value.whose, raised.value.expected) == ("the query", "accurate masses")


@pytest.mark.parametrize("group", ["text", ("two", "texts")])
def test_groups_survive_the_disk(tmp_path, group):
    index = SearchIndex.build([entry("a", ei((58, 1)), group=group)], settings=EI_SEARCH, modes={SearchMode.HYBRID})
    index.save(tmp_path / "index")
    assert SearchIndex.load(tmp_path / "index", settings=EI_SEARCH).catalogue.groups == (group,)


@pytest.mark.parametrize("group", [7, ("one", 2)])
def test_other_groups_cannot_be_written(tmp_path, group):
    index = SearchIndex.build([entry("a", ei((58, 1)), group=group)], settings=EI_SEARCH, modes={SearchMode.HYBRID})
    with pytest.raises(InvalidSettingError, match="cannot be written"):
        index.save(tmp_path / "index")


def test_an_index_of_fragments_survives_the_disk(tmp_path, fragments):
    digest = fragments.save(tmp_path / "index")
    for memory_map in (True, False):
        loaded = SearchIndex.load(tmp_path / "index", settings=MSMS_SEARCH, memory_map=memory_map, sha256=digest)
        for mode in (SearchMode.SIMILARITY, SearchMode.HYBRID):
            query = MSMS_LIBRARY[1].spectrum
            assert loaded.query(query, mode=mode, top=5) == fragments.query(query, mode=mode, top=5)


def test_a_changed_folder_is_refused(tmp_path, index):
    folder = tmp_path / "index"
    digest = index.save(folder)
    with pytest.raises(InvalidSettingError, match="exists"):
        index.save(folder)

    def refused(match, **options):
        options = {"settings": EI_SEARCH, **options}
        with pytest.raises(FormatError, match=match):
            SearchIndex.load(folder, **options)

    refused("settings: found UnitMassSearch", settings=dataclasses.replace(EI_SEARCH, lowest_mz=40.0))
    manifest = folder / "index.json"
    sound = manifest.read_text()
    manifest.write_text(sound.replace('"3.4"', '"9.9"'))
    assert SearchIndex.load(folder, settings=EI_SEARCH).catalogue.releases.words == ("3.3", "9.9")
    refused("the manifest: found SHA-256", sha256=digest)
    facts = json.loads(sound)
    for broken in ({**facts, "format": "other"}, {name: facts[name] for name in facts if name != "catalogue"}, [1]):
        manifest.write_text(json.dumps(broken))
        refused("format: found other|the manifest")
    manifest.write_text("{")
    refused("JSON")
    manifest.unlink()
    refused("No such file")
    manifest.write_text(sound)
    shutil.rmtree(folder / "hybrid")
    refused("parts")
