"""What remains to be searched: due releases, chunks, and the bytes of the archive."""

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.domain.watch import Trigger, Watch, WatchedSubject, WatchRule
from lims.errors import InvalidRecordError, RawStoreError
from lims.services.archive_ports import ExaminedLine, KeptSpectra
from lims.services.watch_plan import cut, due
from spectra import MassSpectrum
from spectra.search.packed import PackedSpectra
from tests.builders.examples import fewer

RELEASES = ("r1", "r2", "r3")


def line(number, release, components=3):
    return ExaminedLine(
        number=number,
        run_number="r",
        exhibit_number="x",
        examiner="e",
        release=release,
        components=components,
        opened=1,
    )


def parts(lines, watched=None, wanted=RELEASES):
    return [
        (one.cause, one.searched_before, [each.number for each in one.examinations])
        for one in due(lines, releases=RELEASES, watched=watched or {}, wanted=wanted)
    ]


def test_each_later_release_is_due_and_knows_what_was_searched_before():
    assert parts([line("b", "r1"), line("a", "r1"), line("c", "r2")]) == [
        ("r2", ("r1",), ["a", "b"]),
        ("r3", ("r1", "r2"), ["a", "b"]),
        ("r3", ("r2",), ["c"]),
    ]


def test_what_was_searched_is_not_due_and_what_was_passed_over_is():
    assert parts([line("a", "r1")], {"a": frozenset({"r2", "r3"})}) == []
    assert parts([line("a", "r1")], {"a": frozenset({"r3"})}) == [("r2", ("r1", "r3"), ["a"])]
    assert parts([line("a", "r3"), line("b", "r2")], {"b": frozenset({"r3"})}) == []
    assert parts([line("a", "r1")], wanted=("r3",)) == [("r3", ("r1",), ["a"])]
    assert parts([line("a", "a release that nobody recorded")]) == [
        ("r1", ("a release that nobody recorded",), ["a"]),
        ("r2", ("a release that nobody recorded", "r1"), ["a"]),
        ("r3", ("a release that nobody recorded", "r1", "r2"), ["a"]),
    ]


@fewer(25)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=12), st.integers(1, 20), st.integers(0, 12))
def test_chunks_are_whole_and_the_rest_is_cut_as_if_the_first_were_not_done(sizes, at_once, done):
    lines = [line(f"{place:02}", "r1", size) for place, size in enumerate(sizes)]
    (part,) = due(lines, releases=("r1", "r2"), watched={}, wanted=("r2",))
    chunks = [[one.number for one in chunk.examinations] for chunk in cut(part, at_once=at_once)]
    assert [number for chunk in chunks for number in chunk] == [one.number for one in lines]
    assert all(sum(sizes[int(number)] for number in chunk[:-1]) < at_once for chunk in chunks)
    past = {number: frozenset({"r2"}) for chunk in chunks[:done] for number in chunk}
    rest = due(lines, releases=("r1", "r2"), watched=past, wanted=("r2",))
    again = [[one.number for one in chunk.examinations] for left in rest for chunk in cut(left, at_once=at_once)]
    assert again == chunks[done:]


def kept():
    spectra = [
        MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([0.1, 25.0])),
        MassSpectrum(mz=np.array([77.0]), intensity=np.array([1e300])),
    ]
    return KeptSpectra(examination_number="e", lowest_mz=41.0, spectra=PackedSpectra.of(spectra))


def test_archived_spectra_come_back_to_the_last_bit():
    again = KeptSpectra.from_bytes("e", kept().to_bytes())
    assert (again.lowest_mz, len(again.spectra)) == (41.0, 2)
    assert [again.spectra.spectrum(n) for n in range(2)] == [kept().spectra.spectrum(n) for n in range(2)]
    assert again.to_bytes() == kept().to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no deflated bytes",
        zlib.compress(b"short"),
        zlib.compress(b"another!" + zlib.decompress(kept().to_bytes())[8:]),
        zlib.compress(zlib.decompress(kept().to_bytes())[:-8]),
    ],
)
def test_damaged_spectra_are_named_and_not_searched(data):
    with pytest.raises(RawStoreError, match="archived spectra of e"):
        KeptSpectra.from_bytes("e", data)


def test_a_research_of_nothing_or_of_one_thing_twice_is_no_record():
    facts = {
        "number": "r2-W1",
        "trigger": Trigger.RELEASE,
        "cause": "r2",
        "cause_sha256": "",
        "searched_before": ("r1",),
        "new_spectra": 1,
        "rule": None,
        "alerts": (),
        "software_version": "1",
    }
    subject = WatchedSubject(number="e", components=3)
    sound = Watch(**facts, subjects=(subject,))
    assert (sound.title, sound.parent, sound.state) == ("3 components, 0 alerts", "", "searched")
    assert WatchRule(preset="p", preset_version=1, match_factor=999).match_factor == 999
    with pytest.raises(InvalidRecordError, match="looked at nothing"):
        Watch(**facts, subjects=())
    with pytest.raises(InvalidRecordError, match="names a subject twice"):
        Watch(**facts, subjects=(subject, subject))
    for limit in (0, 1000):
        with pytest.raises(InvalidRecordError, match="match factor of the watch"):
            WatchRule(preset="p", preset_version=1, match_factor=limit)
