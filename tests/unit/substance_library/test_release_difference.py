"""What came, went and changed between two releases, against a recount that shares no code with it."""

import dataclasses
import gzip
from collections import Counter

import pytest

from spectra import MassSpectrum, Precursor
from substance_library import InChIKey, LibraryRelease, ReferenceSpectrum, release_from_msp
from substance_library.difference import PEAKS, release_difference

CAFFEINE, ETHANOL = InChIKey("RYYVLZVUVIJVGH-UHFFFAOYSA-N"), InChIKey("LFQSCWFLJHTTHZ-UHFFFAOYSA-N")
IONS = {40: 10, 41: 999}


def record(name, *, key=None, number="", ions=None, accession=None, fields=(), repairs=()):
    ions = ions or IONS
    stated = (("Name", name), *((("ID", number),) if number else ()), *fields)
    return ReferenceSpectrum(
        accession=accession or f"{name} {number}",
        name=name,
        inchikey=key,
        formula=None,
        spectrum=MassSpectrum(mz=list(map(float, ions)), intensity=list(map(float, ions.values()))),
        fields=stated,
        repairs=repairs,
    )


def release(name, *spectra):
    return LibraryRelease(name=name, sha256="0" * 64, purpose="", spectra=spectra)


def difference(before, after):
    return release_difference(release("1", *before), release("2", *after))


def names(records):
    return [one.name for one in records]


ONLY = record("only here", key=ETHANOL, ions={30: 5})


def test_equal_records_are_the_same_whatever_they_are_called_by():
    found = difference([record("A", accession="1"), ONLY], [ONLY, record("A", accession="77")])
    assert len(found.same) == 2
    assert (found.changed, found.went, found.came) == ((), (), ())


def test_equal_spectra_with_other_words_changed_in_these_words():
    found = difference([record("A", number="1")], [record("B", number="2")])
    (changed,) = found.changed
    assert (changed.before.name, changed.after.name, changed.changed) == ("A", "B", ("ID", "Name"))


def test_an_order_of_fields_and_a_repair_are_changes():
    before = record("A", fields=(("x", "1"), ("y", "2")))
    found = difference([before], [record("A", fields=(("y", "2"), ("x", "1")))])
    assert found.changed[0].changed == ("order of fields",)
    found = difference([record("A")], [record("A", repairs=("sorted",))])
    assert found.changed[0].changed == ("repairs",)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"name": "A", "key": CAFFEINE, "number": "1"}, {"name": "B", "key": CAFFEINE, "number": "1"}),
        ({"name": "A b", "key": CAFFEINE, "number": "1"}, {"name": "a  B", "key": CAFFEINE, "number": "2"}),
        ({"name": "A", "number": "1"}, {"name": "A", "number": "1", "key": CAFFEINE}),
        ({"name": "A"}, {"name": "A"}),
        ({"name": "A", "number": "1"}, {"name": "A", "key": CAFFEINE}),
    ],
)
def test_an_entry_with_other_peaks_is_recognised_by_what_agrees(before, after):
    found = difference([record(**before)], [record(**after, ions={50: 7, 51: 999})])
    (changed,) = found.changed
    assert PEAKS in changed.changed
    assert (found.went, found.came) == ((), ())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"name": "A", "key": CAFFEINE, "number": "1"}, {"name": "B", "key": CAFFEINE, "number": "2"}),
        ({"name": "A", "key": CAFFEINE, "number": "1"}, {"name": "A", "key": ETHANOL, "number": "1"}),
        ({"name": "A", "number": "1"}, {"name": "A", "number": "2"}),
        ({"name": "A"}, {"name": "B"}),
    ],
)
def test_less_or_a_contradiction_is_another_record(before, after):
    found = difference([record(**before)], [record(**after, ions={50: 7, 51: 999})])
    assert (len(found.went), len(found.came), found.changed) == (1, 1, ())


ENERGY = "Collision_energy"


@pytest.mark.parametrize(
    ("numbers", "energies", "changed"),
    [
        (("X-1", "X-2"), ("20 eV", "20 eV"), 1),
        (("X-1", "X-2"), ("20 eV", "40 eV"), 0),
        (("X-1", "X-1"), ("20 eV", "40 eV"), 1),
    ],
)
def test_a_spectrum_measured_in_another_way_is_another_record(numbers, energies, changed):
    before, after = (
        record("A", key=CAFFEINE, number=number, ions=ions, fields=((ENERGY, energy),))
        for number, energy, ions in zip(numbers, energies, (IONS, {50: 7, 51: 999}), strict=True)
    )
    found = difference([before], [after])
    assert (len(found.changed), len(found.went), len(found.came)) == (changed, 1 - changed, 1 - changed)


def test_another_precursor_is_another_way():
    before = record("A", key=CAFFEINE, number="1")
    isolated = MassSpectrum(mz=[50.0], intensity=[1.0], precursor=Precursor(mz=195.0877, adduct="[M+H]+"))
    after = dataclasses.replace(record("A", key=CAFFEINE, number="2"), spectrum=isolated)
    assert difference([before], [after]).changed == ()


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"name": "A", "number": "1"}, {"name": "A", "number": "2"}, 1),
        ({"name": "A", "key": CAFFEINE, "number": "1"}, {"name": "B", "key": CAFFEINE, "number": "2"}, 1),
        ({"name": "A", "number": "1"}, {"name": "B", "number": "2"}, 0),
        ({"name": "A", "key": CAFFEINE}, {"name": "A", "key": ETHANOL}, 0),
    ],
)
def test_a_peak_that_was_corrected_is_a_change(before, after, changed):
    corrected = {**IONS, 40: 12}
    found = difference([record(**before)], [record(**after, ions=corrected)])
    assert (len(found.changed), len(found.came)) == (changed, 1 - changed)


def test_of_several_that_could_be_meant_the_most_alike_is():
    old = record("A", key=CAFFEINE, number="1", ions={40: 10, 41: 999})
    near = record("A", key=CAFFEINE, number="2", ions={40: 11, 41: 999})
    far = record("A", key=CAFFEINE, number="3", ions={90: 10, 91: 999})
    found = difference([old], [far, near])
    assert found.changed[0].after is near
    assert found.came == (far,)


def test_of_one_spectrum_under_several_entries_each_keeps_its_own():
    before = [record("A", number="1"), record("B", number="2")]
    after = [record("B", number="9"), record("A", number="8")]
    found = difference(before, after)
    assert [(one.before.name, one.after.name) for one in found.changed] == [("B", "B"), ("A", "A")]


def test_equal_records_are_counted():
    found = difference([record("A", accession="1"), record("A", accession="2")], [record("A", accession="1"), ONLY])
    assert (len(found.same), names(found.went), names(found.came)) == (1, ["A"], ["only here"])


def test_a_compound_is_new_that_had_no_spectrum_before():
    before = [record("A", key=CAFFEINE)]
    after = [record("A", key=CAFFEINE), record("A again", key=CAFFEINE, ions={70: 1}), ONLY]
    found = difference(before, after)
    assert names(found.came) == ["A again", "only here"]
    assert names(found.new_compounds) == ["only here"]


def test_every_record_is_in_exactly_one_list():
    before = [record("A", number="1"), record("B", key=ETHANOL, number="2"), record("C", ions={60: 1}), ONLY]
    after = [record("B", key=ETHANOL, number="3", ions={61: 2}), record("A", number="4"), record("D", ions={62: 1})]
    found = difference(before, after)
    assert len(found.same) + len(found.changed) + len(found.went) == 4
    assert len(found.same) + len(found.changed) + len(found.came) == 3


def recounted(path):
    """Read an MSP file with nothing of this project: each record as its text without the peaks, and its peaks."""
    blocks = gzip.decompress(path.read_bytes()).decode().replace("\r\n", "\n").strip().split("\n\n")
    records = []
    for block in blocks:
        head, _, peaks = block.partition("\nNum Peaks:")
        pairs = [pair.split() for line in peaks.split("\n")[1:] for pair in line.split(";") if pair.strip()]
        records.append((head, tuple((float(mz), float(height)) for mz, height in pairs)))
    return records


def field(head, name):
    return next((line.partition(":")[2].strip() for line in head.split("\n") if line.startswith(f"{name}:")), "")


@pytest.mark.real_data
def test_swgdrug_from_3_3_to_3_4_is_right_to_the_record(shared_data):
    """A recount by multisets of texts: equal, equal peaks, then two of name, key and number without a clash of keys."""
    paths = [shared_data / "swgdrug" / f"swgdrug-{version}.msp.gz" for version in ("3.3", "3.4")]
    before, after = (Counter(recounted(path)) for path in paths)
    same = before & after
    left, right = list((before - same).elements()), list((after - same).elements())
    peaks_left, peaks_right = Counter(peaks for _, peaks in left), Counter(peaks for _, peaks in right)
    moved = peaks_left & peaks_right
    left = [one for one in left if one[1] not in moved]
    right = [one for one in right if one[1] not in moved]
    joined = []
    for head, peaks in left:
        facts = [(what, field(head, what).casefold().replace(" ", "")) for what in ("InChIKey", "Name", "ID")]
        for other in right:
            others = [field(other[0], what).casefold().replace(" ", "") for what, _ in facts]
            agree = sum(bool(value) and value == theirs for (_, value), theirs in zip(facts, others, strict=True))
            clash = bool(facts[0][1]) and bool(others[0]) and facts[0][1] != others[0]
            if agree >= 2 and not clash:
                joined.append(((head, peaks), other))
    assert len({id(one) for one, _ in joined}) == len({id(two) for _, two in joined}) == len(joined)
    found = release_difference(*(release_from_msp(path) for path in paths))
    assert len(found.same) == same.total() == 2747
    assert len(found.changed) == moved.total() + len(joined) == 91
    gone = [head for head, peaks in left if (head, peaks) not in [one for one, _ in joined]]
    came = [head for head, peaks in right if (head, peaks) not in [two for _, two in joined]]
    assert sorted(names(found.went)) == sorted(field(head, "Name") for head in gone)
    assert sorted(names(found.came)) == sorted(field(head, "Name") for head in came)
    assert (len(found.went), len(found.came)) == (23, 150)
    assert {(one.before.name, one.after.name) for one in found.changed if PEAKS in one.changed} == {
        (field(one[0], "Name"), field(two[0], "Name")) for one, two in joined
    }
