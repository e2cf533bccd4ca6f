import re

import numpy as np
import pytest

from spectra import (
    EI_SEARCH,
    IDENTITY_EI,
    IdentitySearch,
    InvalidSettingError,
    InvalidSpectrumError,
    LibraryEntry,
    MassSpectrum,
    Restriction,
)
from spectra.formats import read_msp


def ei(*peaks):
    masses, heights = zip(*sorted(peaks), strict=True)
    return MassSpectrum(mz=np.array(masses, float), intensity=np.array(heights, float))


def search(*entries):
    return IdentitySearch(entries, settings=EI_SEARCH, preset=IDENTITY_EI)


PARENT = ei((44, 300), (77, 40), (91, 999), (105, 120), (146, 500), (189, 250), (245, 800))
LABELLED = ei((44, 300), (82, 40), (96, 999), (110, 120), (151, 500), (194, 250), (250, 800))
OTHER = ei((44, 280), (82, 60), (96, 500), (121, 999), (163, 100))
LIBRARY = (
    LibraryEntry(identifier="parent", group="p", spectrum=PARENT, release="1"),
    LibraryEntry(identifier="other", group="o", spectrum=OTHER, release="2"),
    LibraryEntry(identifier="parent again", group="p", spectrum=ei((44, 999), (91, 100), (245, 10)), release="2"),
)


def test_a_spectrum_of_the_library_finds_its_compound_as_it_is():
    first, second = search(*LIBRARY).query(OTHER, top=5)
    assert (first.hit.identifier, first.hit.match_factor, first.hit.mass_difference) == ("other", 999.0, None)
    assert first.ranked.mass_shift == 0
    assert first.ranked.score > second.ranked.score
    assert first.ranked.score == pytest.approx(sum(value for _, value in first.ranked.contributions))


def test_a_labelled_standard_finds_its_parent_and_says_by_how_much_it_differs():
    first = search(*LIBRARY).query(LABELLED, top=1)[0]
    assert (first.ranked.group, first.hit.mass_difference, first.ranked.mass_shift) == ("p", 5.0, 5)
    assert first.hit.match_factor < 300  # as it is, it does not match: the hit list hides nothing


def test_a_compound_stands_once_by_its_spectrum_of_the_highest_match_factor():
    found = search(*LIBRARY).query(PARENT, top=5)
    assert [one.hit.identifier for one in found] == ["parent", "other"]


def test_a_restriction_leaves_out_spectra_and_compounds():
    found = search(*LIBRARY).query(PARENT, top=5, restriction=Restriction(releases=frozenset({"2"})))
    assert {one.hit.identifier for one in found} == {"other", "parent again"}


def test_what_cannot_be_searched_is_refused():
    with pytest.raises(InvalidSettingError, match="top is 0"):
        search(*LIBRARY).query(PARENT, top=0)
    with pytest.raises(InvalidSpectrumError, match="no peak"):
        search(*LIBRARY).query(ei((50, 0)), top=1)


def test_nothing_in_common_is_no_hit():
    assert search(LIBRARY[0]).query(ei((400, 9), (401, 5)), top=3) == ()


@pytest.mark.real_data
def test_real_labelled_standards_find_their_parents(shared_data):
    records = read_msp(shared_data / "swgdrug" / "swgdrug-3.4.msp.gz").records
    entries = [
        LibraryEntry(
            identifier=f"{place:05d} {record.name}",
            group=record.name,
            spectrum=MassSpectrum.from_unsorted(record.peaks.mz, record.peaks.intensity),
        )
        for place, record in enumerate(records)
    ]
    names = {entry.group for entry in entries}
    labelled = [(entry, found) for entry in entries if (found := re.fullmatch(r"(.*)-d(\d+)", entry.group))]
    asked = [(entry, found[1]) for entry, found in labelled if found[1] in names]
    index = search(*(entry for entry in entries if not re.search(r"-d\d+", entry.group)))
    lists = [[one.ranked.group for one in index.query(entry.spectrum, top=3)] for entry, _ in asked]
    first = sum(found[0] == parent for found, (_, parent) in zip(lists, asked, strict=True))
    among_three = sum(parent in found for found, (_, parent) in zip(lists, asked, strict=True))
    assert (len(asked), first, among_three) == (90, 54, 74)  # as the docstring says
    diazepam = next(entry for entry, parent in asked if entry.group == "Diazepam-d5")
    best = index.query(diazepam.spectrum, top=1)[0]
    assert (best.ranked.group, best.hit.mass_difference) == ("Diazepam", 5.0)
