"""Spectra that are as alike as repetitions: ranks among a library's own, and real libraries where they are there."""

import dataclasses
import gzip
from itertools import combinations
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spectra import MassSpectrum
from spectra.spectrum import Precursor
from substance_library import InChIKey, ReferenceSpectrum, release_from_msp
from substance_library.alike_spectra import (
    REPLICATES_5,
    LibraryCompound,
    Replicates,
    compare,
    compare_formulas,
    compounds_of,
    likeness,
    replicates,
)
from substance_library.provenance import IonTechnique, SpectrumProvenance

KEYS = [f"{letter * 14}-UHFFFAOYSA-N" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
EI_FILE = Path(__file__).parents[4] / "shared" / "data" / "swgdrug" / "swgdrug-3.4.msp.gz"


def reference(key, intensity, *, formula="C11H15NO", accession="1", precursor=None, fields=()):
    spectrum = MassSpectrum(
        mz=np.array([58.0, 91.0, 119.0]), intensity=np.array([100.0, intensity, 20.0]), precursor=precursor
    )
    return ReferenceSpectrum(
        accession=accession,
        name=f"substance {key[0]}",
        inchikey=InChIKey(key),
        formula=formula,
        spectrum=spectrum,
        fields=fields,
    )


def library():
    """Twenty-four substances measured twice with growing differences, and two with one spectrum each."""
    ones = [reference(key, 40.0) for key in KEYS[:24]]
    twos = [reference(key, 40.0 + place) for place, key in enumerate(KEYS[:24])]
    return [*ones, *twos, reference(KEYS[24], 40.0), reference(KEYS[25], 90.0)]


def test_each_substance_counts_once_by_the_median_of_its_pairs():
    repeated = replicates(compounds_of(library(), IonTechnique.EI))
    assert len(repeated.likeness) == 24
    assert repeated.spectra == 48
    assert list(repeated.likeness) == sorted(repeated.likeness)
    assert repeated.likeness[-1] == 1.0


def test_a_pair_within_the_repetitions_is_not_told_apart_and_one_below_all_is():
    compounds = compounds_of(library(), IonTechnique.EI)
    repeated = replicates(compounds)
    near = compare(compounds[24], compounds[0], repeated=repeated, preset=REPLICATES_5)
    far = compare(compounds[24], compounds[25], repeated=repeated, preset=REPLICATES_5)
    assert (near.told_apart, far.told_apart) == (False, True)
    assert near.share > 0.9
    assert far.share == pytest.approx(1 / 25)


def test_with_too_few_repetitions_nothing_is_told_apart():
    repeated = Replicates(likeness=(0.99,) * 18, spectra=36)
    compounds = compounds_of(library(), IonTechnique.EI)
    assert not compare(compounds[24], compounds[25], repeated=repeated, preset=REPLICATES_5).told_apart


@given(st.lists(st.floats(0, 1), min_size=19, max_size=60))
def test_a_repetition_is_told_apart_at_most_as_often_as_the_level_says(values):
    """Left out in turn, at most a twentieth of the values has a share at the level: the rank of one among all."""
    told = [
        value
        for index, value in enumerate(values)
        if Replicates(likeness=tuple(sorted(values[:index] + values[index + 1 :])), spectra=0).share_at_most(value)
        <= REPLICATES_5.level
    ]
    assert len(told) <= REPLICATES_5.level * len(values)


def test_spectra_of_two_energies_are_not_compared():
    isolated = Precursor(mz=178.12)
    first = reference(KEYS[0], 40.0, precursor=isolated, fields=(("Collision_energy", "10"),))
    second = reference(KEYS[1], 40.0, precursor=isolated, fields=(("Collision_energy", "20"),))
    one, two = compounds_of([first, second], IonTechnique.MSMS)
    pair = compare(one, two, repeated=Replicates(likeness=(), spectra=0), preset=REPLICATES_5)
    assert (pair.likeness, pair.share, pair.told_apart) == (None, None, False)


def test_each_technique_is_gathered_by_itself_and_provenance_goes_first():
    soft = SpectrumProvenance(technique=IonTechnique.MS1, source="s")
    fragments = reference(KEYS[1], 40.0, precursor=Precursor(mz=178.12))
    one, two = reference(KEYS[0], 40.0), dataclasses.replace(reference(KEYS[2], 40.0), provenance=soft)
    found = {kind: [c.key for c in compounds_of([one, fragments, two], kind)] for kind in IonTechnique}
    assert found == {
        IonTechnique.EI: [KEYS[0]],
        IonTechnique.MSMS: [KEYS[1]],
        IonTechnique.MS1: [KEYS[2]],
        IonTechnique.UNKNOWN: [],
    }


def test_spectra_of_one_energy_are_compared_by_their_fragments():
    isolated = Precursor(mz=178.12)
    same = [reference(key, 40.0, precursor=isolated, fields=(("Collision_energy", "10"),)) for key in KEYS[:2]]
    assert likeness(*same) == pytest.approx(1.0)
    one, two = compounds_of(same, IonTechnique.MSMS)
    assert compare(one, two, repeated=Replicates(likeness=(), spectra=0), preset=REPLICATES_5).likeness == 1.0


def test_a_precursor_without_fragments_says_nothing():
    isolated = Precursor(mz=58.0)
    alone = ReferenceSpectrum(
        accession="1",
        name="alone",
        inchikey=InChIKey(KEYS[0]),
        formula="C11H15NO",
        spectrum=MassSpectrum(mz=np.array([58.0]), intensity=np.array([1.0]), precursor=isolated),
        fields=(),
    )
    assert likeness(alone, alone) is None
    assert replicates(compounds_of([alone, alone], IonTechnique.MSMS)).likeness == ()


def test_only_substances_of_one_formula_meet():
    spectra = [*library(), reference("Z" * 14 + "-UHFFFAOYSB-N", 40.0, formula="C9H13N")]
    compounds = compounds_of(spectra, IonTechnique.EI)
    found = compare_formulas(compounds, repeated=replicates(compounds), preset=REPLICATES_5)
    assert list(found) == ["C11H15NO"]
    assert len(found["C11H15NO"]) == 26 * 25 // 2


@pytest.mark.real_data
@pytest.mark.skipif(not EI_FILE.is_file(), reason="the collection is not here")
def test_id_6_ring_isomers_of_a_real_library_are_as_alike_as_its_repetitions(tmp_path):
    path = tmp_path / "swgdrug-3.4.msp"
    path.write_bytes(gzip.decompress(EI_FILE.read_bytes()))
    compounds = compounds_of(release_from_msp(path).spectra, IonTechnique.EI)
    repeated = replicates(compounds)
    assert len(repeated.likeness) == 79
    assert _by_hand(compounds) == list(repeated.likeness)
    found = compare_formulas(compounds, repeated=repeated, preset=REPLICATES_5)
    names = {one.key: one.names[0] for one in compounds}
    alike = {
        frozenset((names[pair.first], names[pair.second]))
        for pairs in found.values()
        for pair in pairs
        if not pair.told_apart
    }
    for ring in (
        ("Mephedrone", "3-Methylmethcathinone", "2-Methylmethcathinone"),
        ("Flephedrone", "3-Fluoromethcathinone", "2-Fluoromethcathinone"),
        ("Clephedrone", "3-Chloromethcathinone", "2-Chloromethcathinone"),
    ):
        assert all(frozenset(pair) in alike for pair in combinations(ring, 2)), ring
    assert frozenset(("Mephedrone", "Phenmetrazine")) not in alike


def _by_hand(compounds: tuple[LibraryCompound, ...]) -> list[float]:
    """Count again: square roots of intensities at whole masses, squared cosine, from the highest of the lowest m/z."""
    values = []
    for compound in compounds:
        pairs = [_squared_cosine(a.spectrum, b.spectrum) for a, b in combinations(compound.spectra, 2)]
        if pairs:
            values.append(round(median(pairs), 6))
    return sorted(values)


def _squared_cosine(first, second):
    lowest = max(first.mz[0], second.mz[0])
    rows = []
    for spectrum in (first, second):
        kept = {}
        for mz, height in zip(spectrum.mz, spectrum.intensity, strict=True):
            mass = int(np.floor(mz + 0.3))
            if mass >= round(lowest):
                kept[mass] = kept.get(mass, 0.0) + height
        top = max(kept.values(), default=0.0)
        rows.append({mass: height**0.5 for mass, height in kept.items() if height >= 0.002 * top})
    common = sum(rows[0][mass] * rows[1][mass] for mass in rows[0].keys() & rows[1].keys())
    norms = [sum(value**2 for value in row.values()) for row in rows]
    return common**2 / (norms[0] * norms[1]) if all(norms) else 0.0
