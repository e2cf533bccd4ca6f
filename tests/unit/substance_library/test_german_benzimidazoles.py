"""NpSG annex, group 7 (benzimidazoles), structure by structure from the wording in the reference of law, 3.6."""

import pytest

from tests.builders.rule_cases import NO, OPEN, YES, answered

RULE = "DE_NPSG_7_BENZIMIDAZOLE"


def amine(group: str) -> str:
    """Put this group, which begins with its nitrogen and has two open rings at most, at the ethylene link."""
    return f"C({group})Cn1c(Cc2ccc(OCC)cc2)nc2cc([N+](=O)[O-])ccc12"


def ring(residue: str) -> str:
    """Put this residue at position 5 of the benzo ring."""
    return f"CCN(CC)CCn1c(Cc2ccc(OCC)cc2)nc2cc({residue})ccc12"


def phenyl(residue: str) -> str:
    """Put this residue at position 4' of the benzyl group."""
    return f"CCN(CC)CCn1c(Cc2ccc({residue})cc2)nc2ccccc12"


AMINES = [
    ("N", YES),
    ("NC", YES),
    ("NCC", YES),
    ("NCCC", YES),
    ("NC(C)C", YES),
    ("N(C)C", YES),
    ("N(CCC)C(C)C", YES),
    ("N3CCCC3", YES),
    ("N3CCCCC3", YES),
    ("N3CCOCC3", YES),
    ("NCCCC", NO),
    ("NC(C)(C)C", NO),
    ("N(CC)CC(C)C", NO),
    ("NC3CC3", NO),
    ("N(CC)CC=C", NO),
    ("N(CC)CC#C", NO),
    ("N(CC)CCF", NO),
    ("N(CC)CCO", NO),
    ("N(CC)C(C)=O", NO),
    ("NO", NO),
    ("NN", NO),
    ("N(CC)Cc3ccccc3", NO),
    ("[N+](C)(C)C", NO),
    ("[N+]([O-])(CC)CC", NO),
    ("N=C", NO),
    ("N3CCC3", NO),
    ("N3CC3", NO),
    ("N3CCCCCC3", NO),
    ("N3CCSCC3", NO),
    ("N3CCNCC3", NO),
    ("N3CCN(C)CC3", NO),
    ("N3CC=CC3", NO),
    ("N3CC=CCC3", NO),
    ("n3cccc3", NO),
    ("n3ccnc3", NO),
    ("N3CCCO3", NO),
    ("N3COCCC3", NO),
    ("O", NO),
    ("C", NO),
    ("N3C(C)CCC3", OPEN),
    ("N3CCC(F)C3", OPEN),
    ("N3CCCCC3C", OPEN),
    ("N3CCC(O)CC3", OPEN),
    ("N3CC(C)OC(C)C3", OPEN),
    ("N3CCCC3=O", OPEN),
]

RINGS = [
    *[
        (residue, YES)
        for residue in ("[N+](=O)[O-]", "N(=O)=O", "C(F)(F)F", "OC", "OC(F)(F)F", "C#N", "F", "Cl", "Br", "I", "[H]")
    ],
    *[
        (residue, NO)
        for residue in (
            "C",
            "CC",
            "O",
            "N",
            "NC(C)=O",
            "OCC",
            "C(F)F",
            "CF",
            "OC(F)F",
            "S(C)(=O)=O",
            "SC",
            "C(=O)OC",
            "C(C)=O",
            "CC#N",
            "c3ccccc3",
            "N=O",
            "C(Cl)(Cl)Cl",
            "OC(=O)C",
        )
    ],
]

PHENYLS = [
    *[
        (residue, YES)
        for residue in (
            "[H]",
            "C",
            "CCCCCC",
            "C(C)(C)C",
            "C(C)(C)C(C)C",
            "OC",
            "OCCCCC",
            "OC(C)C",
            "OCC(C)(C)C",
            "OC(F)(F)F",
            "OC(C)=O",
            "SC",
            "SCCCCC",
            "C(F)(F)F",
            "O",
            "C#N",
            "F",
            "Cl",
            "Br",
            "I",
        )
    ],
    *[
        (residue, NO)
        for residue in (
            "CCCCCCC",
            "C(C)(C)CC(C)C",
            "OCCCCCC",
            "SCCCCCC",
            "C3CC3",
            "C=C",
            "C#C",
            "CC=C",
            "OCC=C",
            "OC3CC3",
            "OCC3CC3",
            "OCc3ccccc3",
            "OC(=O)CC",
            "OC=O",
            "OC(F)F",
            "OCCF",
            "CCF",
            "C(F)F",
            "CO",
            "COC",
            "OCOC",
            "N",
            "NC",
            "N(C)C",
            "[N+](=O)[O-]",
            "S",
            "S(C)=O",
            "S(C)(=O)=O",
            "C(=O)O",
            "C(=O)OC",
            "C(C)=O",
            "C(N)=O",
            "c3ccccc3",
            "B(O)O",
            "[Si](C)(C)C",
        )
    ],
]

WHOLE = [
    # positions of the benzo ring: 5 and 6 are marked, 4 and 7 are not
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2cc(F)ccc12", YES),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2ccc(F)cc12", YES),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2cc(F)c(Cl)cc12", YES),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2c(F)cccc12", NO),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2cccc(F)c12", NO),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2cc3OCOc3cc12", NO),
    # the phenyl ring bears any number of residues, each on its own
    ("CCN(CC)CCn1c(Cc2cc(OC)c(OC)c(OC)c2)nc2ccccc12", YES),
    ("CCN(CC)CCn1c(Cc2c(F)c(F)c(F)c(F)c2F)nc2ccccc12", YES),
    ("CCN(CC)CCn1c(Cc2ccccc2OC(C)=O)nc2ccccc12", YES),
    ("CCN(CC)CCn1c(Cc2cc(OC)c(N)c(OC)c2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(Cc2ccc3CCCc3c2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(Cc2ccc3ccccc3c2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(Cc2cccnc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(Cc2cccs2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(CC2CCCCC2)nc2ccccc12", NO),
    # links that are not marked
    ("CCN(CC)CCn1c(C(C)c2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(C(=O)c2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(C(O)c2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(CCc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(-c2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(Oc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(Sc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCn1c(Nc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)C(C)Cn1c(Cc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CC(C)n1c(Cc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)CCCn1c(Cc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)Cn1c(Cc2ccccc2)nc2ccccc12", NO),
    ("CCN(CC)C(=O)Cn1c(Cc2ccccc2)nc2ccccc12", NO),
    ("CN1CCCC1Cn1c(Cc2ccccc2)nc2ccccc12", NO),
    ("C1CC(N(C)C)C1n1c(Cc2ccccc2)nc2ccccc12", NO),
    # other cores
    ("CCN(CC)CCn1c(Cc2ccccc2)cc2ccccc12", NO),
    ("CCN(CC)CCc1c(Cc2ccccc2)[nH]c2ccccc12", NO),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2ncccc12", NO),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2c1CCCC2", NO),
    ("CCN(CC)CCn1c(Cc2ccccc2)ncc1", NO),
    ("CCN(CC)CCn1c(Cc2ccccc2)nc2cc3ccccc3cc12", NO),
    ("CCN(CC)CCn1c(Cc2ccccc2)[n+]([O-])c2ccccc12", NO),
    # an open point beside a condition that failed completely
    ("CC1CCCN1CCn1c(Cc2ccc(OCCCCCC)cc2)nc2ccccc12", NO),
    ("CC1CCCN1CCn1c(Cc2ccc(N)cc2)nc2ccccc12", NO),
    # salts, charges, isotopes, unusual writing
    ("Cl.CCN(CC)CCn1c(Cc2ccc(OCC)cc2)nc2ccccc12", YES),
    ("CC[NH+](CC)CCn1c(Cc2ccc(OCC)cc2)nc2ccccc12.[Cl-]", YES),
    ("CC[NH+](CC)CCn1c(Cc2ccc(OCC)cc2)[nH+]c2ccccc12.[Cl-].[Cl-]", YES),
    ("CCN(CC)CCn1c(Cc2ccc([O-])cc2)nc2ccccc12.[Na+]", YES),
    ("[2H]C([2H])([2H])CN(CC)CCn1c(Cc2ccc(OCC)cc2)nc2ccccc12", YES),
    ("[13CH3]CN(CC)CCn1c([13CH2]c2ccc(OCC)cc2)nc2ccccc12", YES),
    ("C1(CC2C=CC(OCC)=CC=2)=NC2=CC([N+]([O-])=O)=CC=C2N1CCN(CC)CC", YES),
    ("[H]C([H])([H])CN(CC)CCn1c(Cc2ccc(OCC)cc2)nc2ccccc12", YES),
    # nothing of all this
    ("c1ccc2[nH]cnc2c1", NO),
    ("CCN(CC)CCOC(=O)c1ccc(N)cc1", NO),
]


@pytest.mark.parametrize(("group", "expected"), AMINES)
def test_de_7_the_amine_of_the_ethylene_link(group, expected):
    assert answered(RULE, amine(group)).result == expected


@pytest.mark.parametrize(("residue", "expected"), RINGS)
def test_de_7_a_residue_of_the_benzo_ring(residue, expected):
    assert answered(RULE, ring(residue)).result == expected


@pytest.mark.parametrize(("residue", "expected"), PHENYLS)
def test_de_7_a_residue_of_the_phenyl_ring(residue, expected):
    assert answered(RULE, phenyl(residue)).result == expected


@pytest.mark.parametrize(("smiles", "expected"), WHOLE)
def test_de_7_a_whole_structure(smiles, expected):
    assert answered(RULE, smiles).result == expected


def test_de_7_500_u_are_within_and_a_little_more_is_outside():
    """The caps count the average molecular mass of the parent; the counter-ion is left out."""
    inside = "CCCN(CCC)CCn1c(Cc2c(I)cc(OCC)cc2)nc2ccccc12"
    assert answered(RULE, inside).result == NO  # 505.4 u
    lighter = "CCN(C)CCn1c(Cc2c(I)cc(OCC)cc2)nc2ccc(F)cc12"
    assert answered(RULE, lighter).result == YES  # 481.4 u
    assert answered(RULE, f"OS(=O)(=O)C(F)(F)F.{lighter}").result == YES


def test_de_7_an_open_point_is_named():
    answer = answered(RULE, amine("N3C(C)CCC3"))
    assert any("pyrrolidine" in point for point in answer.undecided)
    assert answer.proof is not None


def test_de_7_the_proof_names_residues_and_the_words_that_allow_them():
    answer = answered(RULE, "CCN(CC)CCn1c(Cc2ccc(OC(C)C)cc2)nc2cc(ccc12)[N+](=O)[O-]")
    placed = {(one.slot, one.fragment) for one in answer.proof.placed}
    assert ("R1", "[*]CC") in placed or ("R1, R2", "[*]CC") in placed
    assert all(one.allowed_by for one in answer.proof.placed)
    assert {fragment for _, fragment in placed} == {"[*]CC", "[*]OC(C)C", "[*][N+](=O)[O-]"}
