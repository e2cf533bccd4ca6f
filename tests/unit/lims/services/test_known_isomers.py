"""Isomers of the tables and of the structure, as an identification takes them."""

import dataclasses
import hashlib
from decimal import Decimal

import numpy as np
import pytest

from lims.domain.identification_basis import Isomer, IsomerSet, IsomerState, Support, SupportKind
from lims.domain.identification_rule import Outcome
from lims.domain.isomer_group import GroupDecision, MemberPair
from lims.domain.technique import techniques
from lims.services.isomers import NO_ISOMERS, Structures, known_isomers, told_apart, with_known
from spectra import MassSpectrum
from substance_library import InChIKey, KnownSubstance, LibraryRelease, ReferenceSpectrum, starter_substances
from tests.builders.clocks import MORNING
from tests.builders.isomer_strategies import FIRST, GROUP, SECOND, twins

SUBSTANCES = {one.preferred_name: one for one in starter_substances()}
FLAT_METHORPHAN = "MKXZASYAUGDDCJ-UHFFFAOYSA-N"
NONE_KNOWN = IsomerSet(state=IsomerState.NONE_KNOWN, basis="the expert")
MMC = ("2-Methylmethcathinone", "3-Methylmethcathinone", "Buphedrone", "Phenmetrazine")


def found(name, *releases):
    return known_isomers(name, str(SUBSTANCES[name].inchikey), releases)


def release(*records):
    spectrum = MassSpectrum(mz=np.array([58.0]), intensity=np.array([1.0]))
    spectra = tuple(
        ReferenceSpectrum(
            accession=str(place), name=name, inchikey=InChIKey(key), formula=formula, spectrum=spectrum, fields=fields
        )
        for place, (name, key, formula, fields) in enumerate(records)
    )
    return LibraryRelease(name="r", sha256=hashlib.sha256(b"r").hexdigest(), purpose="", spectra=spectra)


def names(known):
    return tuple(one.name for one in known.isomers)


@pytest.mark.parametrize("name", sorted(SUBSTANCES))
def test_id_6_every_other_starter_substance_of_the_formula_is_in_the_set(name):
    one = SUBSTANCES[name]
    others = sorted(other.preferred_name for other in SUBSTANCES.values() if other.formula == one.formula)
    assert sorted((*names(found(name)), name)) == others


def test_id_6_mirror_images_are_isomers_and_no_test_is_made_up_for_them():
    (mirror,) = found("Dextromethorphan").isomers
    assert (mirror.name, mirror.relation, mirror.tests) == ("Levomethorphan", "enantiomers", ())
    diastereomer = {one.name: one.relation for one in found("Ephedrine").isomers}
    assert diastereomer == {"PMA": "constitutional isomers", "Pseudoephedrine": "diastereomers"}


def test_l_3_the_set_names_how_each_differs_and_the_tests_that_would_decide():
    mephedrone = found("Mephedrone")
    assert names(mephedrone) == MMC
    assert [one.relation.split()[0] for one in mephedrone.isomers] == ["positional"] * 2 + ["constitutional"] * 2
    assert {one.tests for one in mephedrone.isomers} == {
        ("infrared spectroscopy", "gas chromatography", "nuclear magnetic resonance")
    }


def test_id_6_ring_isomers_that_no_table_holds_are_counted_from_structure():
    assert found("Mephedrone").possible == ()
    assert found("4-Chloromethcathinone").possible == ("CNC(C)C(=O)c1ccccc1Cl",)
    assert found("4-Fluoromethcathinone").possible == ("CNC(C)C(=O)c1ccccc1F",)
    with_2cmc = release(
        ("2-CMC", "Z" * 14 + "-UHFFFAOYSA-N", "C10H12ClNO", (("SMILES", "CNC(C)C(=O)c1ccccc1Cl"),)),
    )
    known = found("4-Chloromethcathinone", with_2cmc)
    assert known.possible == ()
    assert [(one.name, one.relation) for one in known.isomers] == [
        ("2-CMC", "positional isomers"),
        ("3-Chloromethcathinone", "positional isomers"),
    ]


def test_a_substance_that_leaves_its_stereochemistry_open_stands_for_all_its_forms():
    key = str(SUBSTANCES["Mephedrone"].inchikey)
    form = f"{key[:14]}-QMMMGPOBSA-N"
    assert names(found("Mephedrone", release(("(S)-mephedrone", form, "C11H15NO", ())))) == MMC


def test_a_name_says_which_form_is_meant_where_a_library_gives_two_one_key():
    known = known_isomers("Dextromethorphan", FLAT_METHORPHAN, ())
    assert names(known) == ("Levomethorphan",)
    open_one = release(("Racemethorphan", FLAT_METHORPHAN, "C18H25NO", ()))
    assert names(found("Dextromethorphan", open_one)) == ("Levomethorphan",)


def test_a_form_of_unknown_structure_is_an_isomer_and_a_labelled_one_is_not():
    skeleton = str(SUBSTANCES["Ephedrine"].inchikey)[:14]
    unknown = release(("other form", f"{skeleton}-AAAAAAAASA-N", "C10H15NO", ()))
    assert "other form" in names(found("Ephedrine", unknown))
    text = str(SUBSTANCES["Ephedrine"].smiles)
    labelled = text.replace("CN", "[13CH3]N", 1)
    assert labelled != text
    carbon_13 = release(("13C", f"{skeleton}-BBBBBBBBSA-N", "C10H15NO", (("SMILES", labelled),)))
    assert names(found("Ephedrine", carbon_13)) == ("PMA", "Pseudoephedrine")


def test_a_substance_without_a_key_has_no_isomers_that_could_be_known():
    assert known_isomers("a plant", None, ()) == NO_ISOMERS


def test_structures_that_cannot_be_read_are_unknown():
    structures = Structures(texts={"a": "C(", "b": "CCO"})
    assert structures.get("a") is None
    assert structures.relation("a", "b") == ""
    assert structures.relation("b", "nowhere") == ""


def test_what_the_expert_says_of_an_isomer_stays_and_is_described():
    known = found("Mephedrone")
    stated = IsomerSet(
        state=IsomerState.LISTED, isomers=(Isomer(name="buphedrone", separated_by="T1"),), basis="the expert"
    )
    merged = with_known(stated, known, source="tables")
    first = merged.isomers[0]
    assert (first.name, first.separated_by, first.relation) == ("buphedrone", "T1", "constitutional isomers")
    assert [one.name for one in merged.isomers[1:]] == [name for name in MMC if name != "Buphedrone"]
    assert merged.basis == "the expert; tables"


def test_an_expert_who_names_a_mirror_image_by_its_key_leaves_the_others_to_the_tables():
    known = found("Ephedrine")
    stated = IsomerSet(
        state=IsomerState.LISTED,
        isomers=(Isomer(name="(+)-form", inchikey=f"{known.isomers[1].inchikey[:14]}-CCCCCCCCSA-N"),),
        basis="the expert",
    )
    assert [one.name for one in with_known(stated, known, source="t").isomers] == ["(+)-form", *names(known)]


def test_none_known_stays_where_tables_have_none():
    nothing = dataclasses.replace(NO_ISOMERS, possible=("CCO",))
    assert with_known(NONE_KNOWN, nothing, source="tables") == dataclasses.replace(NONE_KNOWN, possible=("CCO",))


def spectrum_of(**facts):
    usual = {
        "kind": SupportKind.EXAMINATION,
        "number": "E1",
        "version": 1,
        "technique": "mass spectrometry",
        "outcome": Outcome.POSITIVE,
        "sampling": 1,
        "system": "GC-MS",
        "component": 1,
    }
    return Support(**usual | facts)


@pytest.mark.parametrize(
    ("support", "group", "told"),
    [
        ({}, {}, "E1"),
        ({}, {"technique": "MS/MS"}, ""),
        ({}, {"decision": None}, ""),
        ({"outcome": Outcome.INCONCLUSIVE}, {}, ""),
        ({"component": None, "outcome": Outcome.NEGATIVE}, {}, ""),
        ({"technique": "gas chromatography"}, {}, ""),
        ({"number": "E2"}, {}, ""),
    ],
)
def test_only_a_positive_spectrum_and_a_confirmed_group_of_its_technique_tell_apart(support, group, told):
    told_apart_pair = MemberPair(
        first=FIRST, second=SECOND, relation="", likeness=Decimal("0.1"), share=Decimal("0.01"), told_apart=True
    )
    decision = GroupDecision(confirmed=True, reason="seen", decided_by="curator", decided_at=MORNING)
    facts = {"pairs": (told_apart_pair,), "decision": decision, "proposed_at": MORNING, **group}
    listed = IsomerSet(state=IsomerState.LISTED, isomers=(Isomer(name="B", inchikey=SECOND),), basis="tables")
    (isomer,) = told_apart(listed, FIRST, [spectrum_of(**support)], {"E1": [twins(**facts)]}).isomers
    assert (isomer.separated_by, isomer.group) == (told, GROUP if told else "")
    assert told_apart(listed, None, [], {}) == listed


def test_an_isomer_that_the_expert_names_without_a_key_is_told_apart_by_no_group():
    listed = IsomerSet(state=IsomerState.LISTED, isomers=(Isomer(name="B"),), basis="the expert")
    assert told_apart(listed, FIRST, [spectrum_of()], {"E1": [twins(proposed_at=MORNING)]}) == listed


def test_tests_that_tell_apart_are_techniques_of_the_table():
    named = {test for name in SUBSTANCES for isomer in found(name).isomers for test in isomer.tests}
    assert named
    assert named <= set(techniques())


def test_a_substance_of_no_table_has_the_isomers_that_the_release_knows():
    key = "Z" * 14 + "-UHFFFAOYSA-N"
    known = (KnownSubstance(inchikey=InChIKey(key), smiles="CNC(C)C(=O)c1ccccc1Cl"),)
    in_release = release(("2-CMC", key, "C10H12ClNO", ()), ("without formula", "Y" * 14 + "-UHFFFAOYSA-N", None, ()))
    of_2cmc = known_isomers("2-CMC", key, [in_release], known)
    assert {one.name: one.relation for one in of_2cmc.isomers} == dict.fromkeys(
        ("3-Chloromethcathinone", "4-Chloromethcathinone"), "positional isomers"
    )
    unknown = known_isomers("2-CMC", key, [in_release])
    assert unknown.possible == ()
    assert {one.relation for one in unknown.isomers} == {""}
