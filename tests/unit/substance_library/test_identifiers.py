import pytest

from substance_library import InChIKey, InvalidIdentifierError, Smiles, identify_structure, inchi_version
from substance_library.identifiers import MAX_HEAVY_ATOMS, MAX_SMILES_LENGTH

FENTANYL = "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1"


def test_an_inchikey_prints_as_its_27_characters():
    assert str(InChIKey("PJMPHNIQZUBGLI-UHFFFAOYSA-N")) == "PJMPHNIQZUBGLI-UHFFFAOYSA-N"


def test_stereoisomers_share_the_skeleton_and_are_not_equal():
    dextromethorphan, levomethorphan = InChIKey("MKXZASYAUGDDCJ-NJAFHUGGSA-N"), InChIKey("MKXZASYAUGDDCJ-CGTJXYLNSA-N")
    assert dextromethorphan.skeleton == levomethorphan.skeleton == "MKXZASYAUGDDCJ"
    assert dextromethorphan != levomethorphan


@pytest.mark.parametrize(
    "text",
    [
        "",
        "N/A",
        "PJMPHNIQZUBGLI",
        "pjmphniqzubgli-uhfffaoysa-n",
        "PJMPHNIQZUBGLI-UHFFFAOYSA-N\n",
        " PJMPHNIQZUBGLI-UHFFFAOYSA-N",
        "PJMPHNIQZUBGLI-UHFFFAOYSA",
        "PJMPHNIQZUBGL1-UHFFFAOYSA-N",
        "РJMPHNIQZUBGLI-UHFFFAOYSA-N",  # the first letter is Cyrillic
        "PJMPHNIQZUBGLI-UHFFFAOYSA-NN",
    ],
)
def test_what_is_no_inchikey_is_refused_with_what_was_found(text):
    with pytest.raises(InvalidIdentifierError) as refusal:
        InChIKey(text)
    assert refusal.value.found == ascii(text)
    assert str(refusal.value) == f"InChIKey: found {text!a}; expected 14, 10 and 1 capital letters joined by hyphens"
    assert isinstance(refusal.value, ValueError)


def test_smiles_are_kept_as_written():
    written, other_order = Smiles("OCC"), Smiles("CCO")
    assert str(written) == "OCC"
    assert written != other_order
    assert identify_structure(written) == identify_structure(other_order)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "C C",
        "C\n",
        "C\x00",
        "CC\u0421",  # Cyrillic: RDKit alone would drop it and answer with ethane
        "\uff23C",  # full width
        "Ce\u0301",
        "C\u200bC",
    ],
)
def test_smiles_with_anything_but_visible_ascii_are_refused_before_rdkit_sees_them(text):
    with pytest.raises(InvalidIdentifierError, match="expected one or more visible ASCII characters") as refusal:
        Smiles(text)
    assert refusal.value.found == ascii(text)


def test_a_smiles_of_the_longest_length_is_read_and_one_more_character_is_refused():
    longest = "[CH2]" * (MAX_SMILES_LENGTH // 5)
    assert len(Smiles(longest).text) == MAX_SMILES_LENGTH == 2000
    with pytest.raises(InvalidIdentifierError, match="found 2001 characters; expected at most 2000"):
        Smiles("C" * (MAX_SMILES_LENGTH + 1))


def test_500_heavy_atoms_are_read_and_501_are_refused():
    assert identify_structure(Smiles("C" * MAX_HEAVY_ATOMS)).heavy_atoms == 500
    with pytest.raises(InvalidIdentifierError, match="found 501 heavy atoms; expected at most 500"):
        Smiles("C" * (MAX_HEAVY_ATOMS + 1))


def test_dummy_atoms_count_and_hydrogen_does_not():
    with pytest.raises(InvalidIdentifierError, match="found 501 heavy atoms"):
        Smiles("*" * 501)
    assert identify_structure(Smiles("[H]C([H])([H])O")).heavy_atoms == 2


@pytest.mark.parametrize("text", ["[C+999999999]", "[O-100]", "C[N+128](C)C"])
def test_a_charge_that_rdkit_would_wrap_around_is_refused(text):
    with pytest.raises(InvalidIdentifierError, match="charges of at most two digits"):
        Smiles(text)


def test_a_single_bond_before_ring_closures_is_no_charge():
    assert identify_structure(Smiles("C-123.C1.C2.C3")).formula == "C4H10"


@pytest.mark.parametrize("text", ["C(", "[Xx]", "C%99", "hello", "CC>>CC", "[10000000000C]"])
def test_text_that_is_no_smiles_is_refused(text):
    with pytest.raises(InvalidIdentifierError, match="expected a SMILES that RDKit can parse"):
        Smiles(text)


@pytest.mark.parametrize("text", ["C(C)(C)(C)(C)C", "c1cccc1", "O=O=O"])
def test_impossible_structures_are_refused(text):
    with pytest.raises(InvalidIdentifierError, match="expected possible valences and aromatic rings"):
        Smiles(text)


def test_a_long_smiles_is_quoted_shortened():
    with pytest.raises(InvalidIdentifierError) as refusal:
        Smiles("C" * 200 + "(")
    assert len(refusal.value.found) == 60
    assert refusal.value.found.endswith("CCC...")


def test_fentanyl_is_identified_by_its_published_figures():
    fentanyl = identify_structure(Smiles(FENTANYL))
    assert str(fentanyl.inchikey) == "PJMPHNIQZUBGLI-UHFFFAOYSA-N"
    assert fentanyl.formula == "C22H28N2O"
    # C 12, H 1.00782503, N 14.00307401, O 15.99491462 (CIAAW)
    assert fentanyl.exact_mass_da == pytest.approx(22 * 12 + 28 * 1.00782503 + 2 * 14.00307401 + 15.99491462, abs=1e-6)
    assert fentanyl.heavy_atoms == 25


def test_enantiomers_have_one_skeleton_and_two_keys():
    right, left = (identify_structure(Smiles(f"C[C{at}H](N)C(=O)c1ccccc1")).inchikey for at in ("@", "@@"))
    assert right.skeleton == left.skeleton == "PUAQLLVFLMYYJJ"
    assert right != left


def test_deuterium_changes_the_mass_and_the_key_but_not_the_skeleton():
    light, heavy = identify_structure(Smiles("CC")), identify_structure(Smiles("[2H]CC"))
    assert heavy.exact_mass_da - light.exact_mass_da == pytest.approx(2.01410178 - 1.00782503, abs=1e-6)
    assert heavy.inchikey != light.inchikey
    assert heavy.inchikey.skeleton == light.inchikey.skeleton


@pytest.mark.parametrize("text", ["*", "C*C", "C~C"])
def test_a_pattern_has_no_inchikey(text):
    with pytest.raises(InvalidIdentifierError, match="expected a structure for which InChI is defined"):
        identify_structure(Smiles(text))


def test_an_isotope_that_nobody_weighed_is_refused():
    with pytest.raises(InvalidIdentifierError, match="expected known isotopes, not 999C"):
        identify_structure(Smiles("[999CH4]"))


def test_rdkit_keeps_quiet_on_standard_error(capfd):
    for text in ("C(", "C(C)(C)(C)(C)C", "c1cccc1"):
        with pytest.raises(InvalidIdentifierError):
            Smiles(text)
    with pytest.raises(InvalidIdentifierError):
        identify_structure(Smiles("C~C"))
    identify_structure(Smiles("CC(N)C=CC[Pt]"))
    assert capfd.readouterr() == ("", "")


def test_the_inchi_software_names_its_version():
    assert inchi_version().startswith("1.")
