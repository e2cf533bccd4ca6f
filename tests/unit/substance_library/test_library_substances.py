"""The library as substances: identity by recomputed keys, names found in every writing, salts and labelled ones."""

import pytest

from spectra import MassSpectrum
from substance_library import (
    InChIKey,
    IonTechnique,
    KnownSubstance,
    LibraryRelease,
    ReferenceSpectrum,
    SpectrumProvenance,
    SubstanceName,
    UnknownAccessionError,
    starter_substances,
)
from substance_library.library import IdentityBasis, Kinship, SubstanceLibrary, relations_of
from substance_library.name_search import FoundBy, NameIndex, folded_name, look_alike_name

METHAMPHETAMINE = "MYWUZJCMWCOHBA-VIFPVBQESA-N"
BASE, SALT = "C[C@@H](Cc1ccccc1)NC", "C[C@@H](Cc1ccccc1)NC.Cl"
LABELLED = "[2H]C([2H])([2H])N[C@@H](C)Cc1ccccc1"
SOURCE = SpectrumProvenance(technique=IonTechnique.EI, source="Collection 1")


def record(accession, name, *, smiles="", key=None, synonyms=(), provenance=SOURCE, extra=()):
    fields = [("SMILES", smiles)] if smiles else []
    return ReferenceSpectrum(
        accession=accession,
        name=name,
        inchikey=InChIKey(key) if key else None,
        formula=None,
        spectrum=MassSpectrum(mz=[40.0], intensity=[1.0]),
        fields=(*fields, *(("Synon", text) for text in synonyms), *extra),
        provenance=provenance,
    )


def library(*spectra, known=()):
    release = LibraryRelease(name="1", sha256="0" * 64, purpose="", spectra=spectra)
    return SubstanceLibrary.of(release, known)


def test_identity_is_recomputed_and_the_stated_key_is_kept_beside_it():
    """MassBank states another hand for dextromethorphan than its structure has."""
    dextro = "CN1CC[C@]23CCCC[C@@H]2[C@@H]1Cc1ccc(OC)cc13"
    stated = "MKXZASYAUGDDCJ-CGTJXYLNSA-N"
    (one,) = library(record("1", "Dextromethorphan", smiles=dextro, key=stated)).substances
    assert one.basis is IdentityBasis.RECOMPUTED
    assert str(one.inchikey) != stated
    assert one.key == str(one.inchikey)
    assert [str(key) for key in one.stated_keys] == [stated]


def test_without_a_structure_the_key_is_a_claim_and_without_a_key_the_name_stands():
    found = library(record("1", "A", key=METHAMPHETAMINE), record("2", "B"), record("3", "b"))
    claimed, named = found.substances
    assert (claimed.basis, named.basis) == (IdentityBasis.STATED, IdentityBasis.NAME)
    assert (named.inchikey, named.accessions) == (None, ("2", "3"))


def test_names_never_decide_identity():
    """Tricky case 15: "PCP" is phencyclidine in one collection and pentachlorophenol in another."""
    phencyclidine, pentachlorophenol = "C1CCC(CC1)(c1ccccc1)N1CCCCC1", "Oc1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl"
    found = library(
        record("1", "Phencyclidine", smiles=phencyclidine, synonyms=("PCP",)),
        record("2", "PCP", smiles=pentachlorophenol),
    )
    hits = found.search_name("pcp")
    assert len(found.substances) == len(hits) == 2
    assert {found.substance(hit.key).smiles for hit in hits} == {phencyclidine, pentachlorophenol}


def test_what_a_release_knows_goes_with_the_spectra_and_beside_them():
    ethanol = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"
    known = (
        KnownSubstance(
            inchikey=InChIKey(METHAMPHETAMINE),
            smiles=BASE,
            names=(SubstanceName(text="метамфетамин", language="ru", source="an edition"),),
            substance_class="amphetamines",
        ),
        KnownSubstance(
            inchikey=InChIKey(ethanol), names=(SubstanceName(text="этанол", language="ru", source="an edition"),)
        ),
    )
    found = library(record("1", "Methamphetamine", key=METHAMPHETAMINE), known=known)
    first, second = found.substances
    assert (first.basis, first.smiles, first.substance_class) == (IdentityBasis.RECOMPUTED, BASE, "amphetamines")
    assert [name.text for name in first.names] == ["метамфетамин", "Methamphetamine"]
    assert (second.basis, second.accessions) == (IdentityBasis.STATED, ())
    assert found.spectra_of(METHAMPHETAMINE) == found.release.spectra
    assert found.spectra_of(ethanol) == ()


def test_a_class_comes_from_the_records_and_a_name_without_provenance_from_its_record():
    extra = (("CH$COMPOUND_CLASS", "Natural Product"),)
    (one,) = library(record("1", "A", provenance=None, extra=extra)).substances
    assert one.substance_class == "Natural Product"
    assert one.names[0].source == "its record"


def test_salts_and_labelled_substances_are_kin():
    found = library(
        record("1", "Methamphetamine", smiles=BASE),
        record("2", "Methamphetamine hydrochloride", smiles=SALT),
        record("3", "Methamphetamine-d3", smiles=LABELLED),
        record("4", "Ethanol", smiles="CCO"),
    )
    base, salt, labelled, ethanol = found.substances
    assert base.key == METHAMPHETAMINE
    assert [(one.kinship, str(one.inchikey)) for one in salt.relations] == [(Kinship.SALT_OF, METHAMPHETAMINE)]
    assert [(one.kinship, str(one.inchikey)) for one in labelled.relations] == [
        (Kinship.ISOTOPOLOGUE_OF, METHAMPHETAMINE)
    ]
    assert found.kin(base.key) == (salt, labelled)
    assert found.kin(salt.key) == (base,)
    assert found.kin(ethanol.key) == ()


@pytest.mark.parametrize(
    ("smiles", "kinships"),
    [
        (BASE, []),
        (SALT, [Kinship.SALT_OF]),
        ("C[C@@H](Cc1ccccc1)[NH2+]C.[Cl-]", [Kinship.SALT_OF]),
        (LABELLED, [Kinship.ISOTOPOLOGUE_OF]),
        (f"{LABELLED}.Cl", [Kinship.ISOTOPOLOGUE_OF, Kinship.SALT_OF]),
        ("[13CH4]", [Kinship.ISOTOPOLOGUE_OF]),
    ],
)
def test_relations_follow_from_structures(smiles, kinships):
    assert [one.kinship for one in relations_of(smiles)] == kinships


def test_an_unknown_key_is_told():
    with pytest.raises(UnknownAccessionError):
        library(record("1", "A")).substance("B")


def index(*names):
    pairs = ((text, SubstanceName(text=text, language="und", source="s")) for text in names)
    return NameIndex(pairs)


@pytest.mark.parametrize(
    ("written", "typed", "found_by"),
    [
        ("Cocaine", "Cocaine", FoundBy.AS_WRITTEN),
        ("Cocaine", " cocaine ", FoundBy.FOLDED),
        (".alpha.-PVP", "α-PVP", FoundBy.FOLDED),
        ("3,4-MDMA", "34mdma", FoundBy.FOLDED),
        ("N‑ethyl(x)", "n ethyl x", FoundBy.FOLDED),
        ("Cocaine", "Сосаіne", FoundBy.LOOK_ALIKE),
        ("СОСАINE", "cocaine", FoundBy.LOOK_ALIKE),
        ("МDMА", "MDMA", FoundBy.LOOK_ALIKE),
        ("тіопентал", "тiопентал", FoundBy.LOOK_ALIKE),
        ("қосынды", "косынды", FoundBy.WITHOUT_KAZAKH_LETTERS),
        ("ғылым өнімі", "гылым онiми", None),
        ("ғылым өнімі", "гылым оними", FoundBy.WITHOUT_KAZAKH_LETTERS),
        ("Heroin", "Cocaine", None),
        ("Heroin", " - ", None),
    ],
)
def test_names_are_found_as_people_type_them(written, typed, found_by):
    hits = index(written).search(typed)
    assert [hit.found_by for hit in hits] == ([found_by] if found_by else [])
    assert [hit.name.text for hit in hits] == ([written] if found_by else [])


def test_the_nearest_writing_comes_first_and_each_substance_once():
    names = index("МDMА", "MDMA", "mdma")
    assert [(hit.key, hit.found_by) for hit in names.search("MDMA")] == [
        ("MDMA", FoundBy.AS_WRITTEN),
        ("mdma", FoundBy.FOLDED),
        ("МDMА", FoundBy.LOOK_ALIKE),
    ]


def test_what_looks_different_stays_different():
    assert look_alike_name("ДОМ") != look_alike_name("DOM")
    assert folded_name("2C-B") != folded_name("2C-D")
    assert look_alike_name("МДА") != look_alike_name("MDA")


def test_every_name_of_the_starter_list_finds_its_substance():
    pairs = [(str(one.inchikey), name) for one in starter_substances() for name in one.names]
    names = NameIndex(pairs)
    for key, name in pairs:
        assert key in {hit.key for hit in names.search(name.text.upper())}
