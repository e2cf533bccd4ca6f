"""The library whatever it is given: what is packed comes back, a difference loses nothing, damage is told."""

import string

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from spectra import FormatError, MassSpectrum, Precursor
from spectra.formats.library_records import read_library_records
from substance_library import (
    InChIKey,
    IonTechnique,
    LibraryRelease,
    ReferenceSpectrum,
    SpectrumProvenance,
    open_mapped,
    pack_release,
)
from substance_library.checks.checking import check_spectra
from substance_library.difference import release_difference
from substance_library.importers.library_file import Collection, imported_library
from substance_library.name_search import folded_name, look_alike_name
from tests.builders.examples import fewer

TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=8).filter(str.strip)
KEYS = st.sampled_from([None, *(InChIKey(f"{letter * 14}-UHFFFAOYSA-N") for letter in "ABC")])
MZ = st.lists(st.integers(20, 60), min_size=1, max_size=6, unique=True).map(sorted)


PRECURSORS = st.none() | st.floats(50, 900)


@st.composite
def spectra(draw):
    mz = draw(MZ)
    heights = draw(st.lists(st.integers(1, 5), min_size=len(mz), max_size=len(mz)))
    found = draw(PRECURSORS)
    isolated = None if found is None else Precursor(mz=found, charge=None, adduct="[M+H]+")
    return MassSpectrum(mz=np.array(mz, float), intensity=np.array(heights, float), precursor=isolated)


@st.composite
def records(draw, accession):
    return ReferenceSpectrum(
        accession=accession,
        name=draw(st.sampled_from(["A", "B", "a"]) | TEXT),
        inchikey=draw(KEYS),
        formula=draw(st.none() | st.sampled_from(["C2H6O", "C8H10N4O2"])),
        spectrum=draw(spectra()),
        fields=tuple(draw(st.lists(st.tuples(st.sampled_from(["ID", "Synon"]), st.sampled_from("12")), max_size=2))),
        provenance=draw(st.none() | st.just(SpectrumProvenance(technique=IonTechnique.EI, source="s"))),
    )


@st.composite
def releases(draw, name):
    count = draw(st.integers(1, 6))
    return tuple(draw(records(f"{name}/{place}")) for place in range(count))


def release(name, spectra_of_it):
    return LibraryRelease(name=name, sha256="0" * 64, purpose="", spectra=spectra_of_it)


@given(given_spectra=releases("1"), name=TEXT.map(str.strip))
@fewer(2)
def test_what_is_packed_comes_back(given_spectra, name):
    packed = pack_release(name, purpose="", spectra=given_spectra)
    parts = {part.sha256: memoryview(packed.parts[part.name]) for part in packed.manifest.parts}
    mapped = open_mapped(packed.manifest.canonical_bytes, parts.__getitem__)
    assert mapped.release().spectra == given_spectra
    assert mapped.manifest == packed.manifest


@given(before=releases("1"), after=releases("2"))
@fewer(2)
def test_every_record_of_both_releases_is_in_exactly_one_list(before, after):
    found = release_difference(release("1", before), release("2", after))
    left = [one.accession for one, _ in found.same] + [one.before.accession for one in found.changed]
    right = [two.accession for _, two in found.same] + [one.after.accession for one in found.changed]
    assert sorted(left + [one.accession for one in found.went]) == sorted(one.accession for one in before)
    assert sorted(right + [one.accession for one in found.came]) == sorted(one.accession for one in after)


@given(before=releases("1"), after=releases("2"))
@fewer(2)
def test_a_difference_read_backwards_has_the_same_size(before, after):
    there = release_difference(release("1", before), release("2", after))
    back = release_difference(release("2", after), release("1", before))
    assert len(there.same) == len(back.same)
    assert len(there.went) - len(there.came) == len(back.came) - len(back.went)


@given(one=releases("1"))
@fewer(2)
def test_a_release_does_not_differ_from_itself(one):
    found = release_difference(release("1", one), release("2", one))
    assert (len(found.same), found.changed, found.went, found.came) == (len(one), (), (), ())


@given(given_spectra=releases("1"))
@fewer(2)
def test_checks_are_deterministic_and_name_only_what_is_there(given_spectra):
    report = check_spectra(given_spectra)
    assert report == check_spectra(given_spectra)
    known = {one.accession for one in given_spectra}
    assert {name for one in report.findings for name in (one.accession, *one.others)} <= known
    assert all(one.complaints + one.notes == 0 or one.looked_at for one in report.counts)


@given(name=TEXT)
@example(name="A´")
def test_a_folded_name_folds_to_itself(name):
    assert folded_name(folded_name(name)) == folded_name(name)
    assert look_alike_name(name.upper()) == look_alike_name(name.upper().upper())


MSP = "Name: A\nID: 1\nNum Peaks: 2\n45 999; 46 120\n\nName: B\nNum Peaks: 1\n45 9\n"
MASSBANK = "ACCESSION: X-1\nCH$NAME: A\nPK$NUM_PEAK: 1\nPK$PEAK: m/z int. rel.int.\n  45.0 10 999\n//\n"
MGF = "BEGIN IONS\nTITLE=A\nPEPMASS=100\n45.0 10\nEND IONS\n"
SDF = (
    "A\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n    0.0000    0.0000    0.0000 C   0  0\nM  END\n"
    "> <NAME>\nA\n\n> <MASS SPECTRAL PEAKS>\n31 999\n45 500\n\n$$$$\n"
)


@pytest.mark.parametrize("text", [MSP, MASSBANK * 2, MGF * 2, SDF * 2])
@given(data=st.data())
@fewer(2)
def test_a_damaged_file_is_taken_record_by_record_or_refused(text, data, tmp_path_factory):
    """Letters are struck out, put in or changed: never another error, never a record lost."""
    damaged = list(text)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        how = data.draw(st.sampled_from(["strike", "put", "change"]))
        if how == "strike":
            del damaged[place]
        else:
            letter = data.draw(st.sampled_from(string.printable + "\u200b\u0430"))
            damaged[place : place + (how == "change")] = letter
        assume(damaged)
    path = tmp_path_factory.mktemp("damaged") / "library.txt"
    path.write_text("".join(damaged), encoding="utf-8", newline="")
    try:
        reading = read_library_records(path)
    except FormatError:
        return
    library = imported_library(reading, collection=Collection(source="s"), prefix="")
    assert library.read == reading.read == len(library.spectra) + len(library.refused)
    assert all(np.all(one.spectrum.intensity >= 0) for one in library.spectra)
    assert check_spectra(library.spectra).looked_at
