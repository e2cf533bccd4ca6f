"""NpSG annex, group 5.1 (tryptamines), structure by structure from the wording in the reference of law, 3.6."""

import pytest

from tests.builders.rule_cases import NO, OPEN, YES, answered

RULE = "DE_NPSG_5_1_TRYPTAMINE"

AMINES = [
    *[
        (group, YES)
        for group in (
            "NC",
            "NCC",
            "NCCCCCC",
            "NC(C)(C)CCC",
            "N(C)C",
            "N(C(C)C)C(C)C",
            "N(CCCCCC)CCCCCC",
            "NC3CC3",
            "NC3CCC3",
            "N(C)C3CCCCC3",
            "NCC3CC3",
            "N(C)CC3CCCCC3",
            "NCC=C",
            "N(C)CC=C",
            "N3CCCC3",
        )
    ],
    *[
        (group, NO)
        for group in (
            "NCCCCCCC",
            "NC3CCCCCC3",
            "NCC3CCCCCC3",
            "NCCC3CC3",
            "NC(C)C3CC3",
            "NC3(C)CC3",
            "NC=C",
            "NCC(C)=C",
            "NCC=CC",
            "NCCC=C",
            "NCC#C",
            "NCc3ccccc3",
            "N(C)CCO",
            "N(C)CCF",
            "NC(C)=O",
            "N(C)C(C)=O",
            "NC=O",
            "NO",
            "N(C)O",
            "NN",
            "NS(C)(=O)=O",
            "[N+](C)(C)C",
            "[N+]([O-])(C)C",
            "N3CC3",
            "N3CCC3",
            "N3CCCCC3",
            "N3CCOCC3",
            "N3CCSC3",
            "N3CCNCC3",
            "N3CCCO3",
            "N3CC=CC3",
            "n3cccc3",
            "N=C",
            "O",
            "C",
        )
    ],
    ("N3C(C)CCC3", OPEN),
    ("N3CC(O)CC3", OPEN),
    ("N3CCCC3=O", OPEN),
]

POSITIONS = {
    "4": "CN(C)CCc1c[nH]c2cccc({})c12",
    "5": "CN(C)CCc1c[nH]c2ccc({})cc12",
    "6": "CN(C)CCc1c[nH]c2cc({})ccc12",
    "7": "CN(C)CCc1c[nH]c2c({})cccc12",
}

RESIDUES = [
    *[
        (residue, YES)
        for residue in (
            "F",
            "Cl",
            "Br",
            "I",
            "C",
            "CC",
            "CCCC",
            "C(C)(C)C",
            "OC",
            "OCC",
            "OCCCCCCCCCC",
            "OC(C)(C)C",
            "OCc3ccccc3",
            "C(N)=O",
            "OC(C)=O",
            "O",
            "SC",
            "[H]",
        )
    ],
    *[
        (residue, NO)
        for residue in (
            "CCCCC",
            "C3CC3",
            "C=C",
            "C#C",
            "C#N",
            "C(F)(F)F",
            "CF",
            "CO",
            "OCCCCCCCCCCC",
            "OC3CC3",
            "OCC=C",
            "OC(F)(F)F",
            "OCCF",
            "OCc3ccc(F)cc3",
            "OCCc3ccccc3",
            "Oc3ccccc3",
            "OC(=O)CC",
            "OC=O",
            "OC(=O)c3ccccc3",
            "OC(=O)OC",
            "OC(=O)N",
            "OS(=O)(=O)O",
            "S",
            "SCC",
            "S(C)=O",
            "S(C)(=O)=O",
            "N",
            "NC",
            "N(C)C",
            "[N+](=O)[O-]",
            "C(=O)O",
            "C(=O)OC",
            "C(C)=O",
            "C=O",
            "CC(N)=O",
            "C(N)=S",
            "c3ccccc3",
            "B(O)O",
            "OP(=O)(O)OC",
            "P(=O)(O)O",
            "CS(=O)(=O)NC",
        )
    ],
    *[
        (residue, OPEN)
        for residue in ("C(=O)NC", "C(=O)N(C)C", "C(=O)NCC", "NC(C)=O", "NC=O", "C(=O)N3CCCC3", "N(C)C(C)=O")
    ],
]

INDOLE_NITROGEN = [
    *[
        (residue, YES)
        for residue in (
            "C",
            "CC",
            "CCC",
            "C(C)C",
            "C(C)=O",
            "C(=O)CC",
            "C(=O)CCCCCCCCC",
            "C(=O)C(C)(C)C",
            "C(=O)C3CC3",
            "C(=O)C3CCCCC3",
            "C(=O)CC3CC3",
            "C(=O)CC3CCCCC3",
            "C(=O)CCC3CC3",
            "C(=O)CCCC3CCCCC3",
            "C(=O)Cc3ccccc3",
        )
    ],
    ("C(=O)CCCCCCCCCC", OPEN),
    ("C(=O)C(C)CCCCCCCC", OPEN),
    *[
        (residue, NO)
        for residue in (
            "CCCC",
            "C(C)(C)C",
            "C3CC3",
            "CC=C",
            "CC#C",
            "Cc3ccccc3",
            "C=O",
            "C(=O)CCCCCCCCCCC",
            "C(=O)c3ccccc3",
            "C(=O)CCc3ccccc3",
            "C(=O)Cc3ccc(F)cc3",
            "C(=O)OC",
            "C(=O)OC(C)(C)C",
            "C(=O)NC",
            "C(=O)C3CCCCCC3",
            "C(=O)CCCCC3CC3",
            "C(=O)C=C",
            "C(=O)C(F)(F)F",
            "C(=S)C",
            "S(C)(=O)=O",
            "O",
            "OC",
            "CO",
            "CCO",
            "C#N",
            "[Si](C)(C)C",
        )
    ],
]

WHOLE = [
    # R3 on the alpha carbon, R4 on C2, nothing on the beta carbon
    ("CCC(N)Cc1c[nH]c2ccccc12", YES),
    ("CCCC(N)Cc1c[nH]c2ccccc12", YES),
    ("CC(C)C(N)Cc1c[nH]c2ccccc12", YES),
    ("CCCCC(N)Cc1c[nH]c2ccccc12", NO),
    ("CC(C)(N)Cc1c[nH]c2ccccc12", NO),
    ("C=CC(N)Cc1c[nH]c2ccccc12", NO),
    ("OCC(N)Cc1c[nH]c2ccccc12", NO),
    ("COC(=O)C(N)Cc1c[nH]c2ccccc12", NO),
    ("CNC(C(F)(F)F)Cc1c[nH]c2ccccc12", NO),
    ("CNC(=O)Cc1c[nH]c2ccccc12", NO),
    ("CN(C)CC(C)c1c[nH]c2ccccc12", NO),
    ("CN(C)CC(O)c1c[nH]c2ccccc12", NO),
    ("CN(C)CC(=O)c1c[nH]c2ccccc12", NO),
    ("CN(C)C=Cc1c[nH]c2ccccc12", NO),
    ("CN(C)CCCc1c[nH]c2ccccc12", NO),
    ("CN(C)CCc1c(C)[nH]c2ccccc12", YES),
    ("CN(C)CCc1c(CC)[nH]c2ccccc12", YES),
    ("CN(C)CCc1c(CCC)[nH]c2ccccc12", NO),
    ("CN(C)CCc1c(Cl)[nH]c2ccccc12", NO),
    ("CN(C)CCc1c(-c3ccccc3)[nH]c2ccccc12", NO),
    ("CC(N)Cc1c(C)n(C)c2ccc(OC)cc12", YES),
    # other positions of the side chain, other rings
    ("CN(C)CCc1cc2ccccc2[nH]1", NO),
    ("CN(C)CCn1ccc2ccccc12", NO),
    ("CN(C)CCc1cccc2[nH]ccc12", NO),
    ("CN(C)CCc1coc2ccccc12", NO),
    ("CN(C)CCc1csc2ccccc12", NO),
    ("CN(C)CCc1n[nH]c2ccccc12", NO),
    ("CN(C)CCc1c[nH]c2ncccc12", NO),
    ("CN(C)CCc1c[nH]c2cnccc12", NO),
    ("CN(C)CCC1CNc2ccccc12", NO),
    ("CN(C)CCc1c[nH]c2c1CCCC2", NO),
    ("CN(C)CCc1c[nH]c2c1ccc1ccccc12", NO),
    ("CN(C)CCC1(C)C(=O)Nc2ccccc12", NO),
    # ring closures that the act does not provide
    ("CN1CCCC1Cc1c[nH]c2ccccc12", NO),
    ("CN1CC(c2c[nH]c3ccccc23)CC1", NO),
    ("CN1CCc2c(C1)[nH]c1ccccc21", NO),
    ("C1CC2CN1CCc1c2[nH]c2ccccc12", NO),
    ("CN(C)C1CCc2[nH]c3ccccc3c2C1", NO),
    ("CN(C)CCc1c[nH]c2ccc3c(c12)CCC3", NO),
    # methylenedioxy on two neighbouring positions, and what is not that
    ("CN(C)CCc1c[nH]c2ccc3OCOc3c12", YES),
    ("CN(C)CCc1c[nH]c2cc3OCOc3cc12", YES),
    ("CN(C)CCc1c[nH]c2c3OCOc3ccc12", YES),
    ("CN(C)CCc1c[nH]c2cc3OCOc3c(Br)c12", YES),
    ("CN(C)CCc1c[nH]c2cc3OCCOc3cc12", NO),
    ("CN(C)CCc1c[nH]c2cc3OCCc3cc12", NO),
    ("CN(C)CCc1c[nH]c2cc3OC(C)Oc3cc12", NO),
    ("CN(C)CCc1c[nH]c2cc3OC(F)(F)Oc3cc12", NO),
    # phosphate at position 4 only
    ("CN(C)CCc1c[nH]c2cccc(OP(O)(O)=O)c12", YES),
    ("CNCCc1c[nH]c2cccc(OP(O)(O)=O)c12", YES),
    ("NCCc1c[nH]c2cccc(OP(O)(O)=O)c12", YES),
    ("C[NH+](C)CCc1c[nH]c2cccc(OP(O)([O-])=O)c12", YES),
    ("C[N+](C)(C)CCc1c[nH]c2cccc(OP(O)([O-])=O)c12", NO),
    ("CN(C)CCc1c[nH]c2ccc(OP(O)(O)=O)cc12", NO),
    ("CN(C)CCc1c[nH]c2cc(OP(O)(O)=O)ccc12", NO),
    ("CN(C)CCc1c[nH]c2c(OP(O)(O)=O)cccc12", NO),
    # several residues at once
    ("CN(C)CCc1c[nH]c2cc(OC)c(OC)cc12", YES),
    ("CN(C)CCc1c[nH]c2c(F)c(F)c(F)c(F)c12", YES),
    ("CN(C)CCc1c[nH]c2cc(OC)c(C#N)cc12", NO),
    # named exclusions and metabolites
    ("NCCc1c[nH]c2ccccc12", NO),
    ("NCCc1c[nH]c2ccc(O)cc12", NO),
    ("CC(=O)NCCc1c[nH]c2ccc(OC)cc12", NO),
    ("CC(=O)NCCc1c[nH]c2cc(O)c(OC)cc12", NO),
    ("[NH3+]CCc1c[nH]c2ccc(O)cc12.[Cl-]", NO),
    ("[2H]C([2H])(N)Cc1c[nH]c2ccccc12", NO),
    ("NCCc1c[nH]c2ccc(OC)cc12", OPEN),
    ("CNCCc1c[nH]c2ccc(O)cc12", OPEN),
    ("CN(C)CCc1c[nH]c2ccc(O)cc12", OPEN),
    ("CCN(C)CCc1c[nH]c2ccc(O)cc12", YES),
    ("CNCCc1c[nH]c2ccccc12", YES),
    ("CC(=O)NCCc1c[nH]c2ccc(O)cc12", NO),
    ("NCCc1c[nH]c2cccc(O)c12", YES),
    ("NCCc1c[nH]c2ccc(F)cc12", YES),
    # an open point beside a condition that failed completely
    ("CC1CCCN1CCc1c[nH]c2ccc(C#N)cc12", NO),
    ("CN(C)CCc1cn(C(=O)CCCCCCCCCC)c2ccc(N)cc12", NO),
    # salts, isotopes, stereo, unusual writing
    ("CN(C)CCc1c[nH]c2ccccc12.Cl", YES),
    ("[2H]C([2H])([2H])N(C([2H])([2H])[2H])CCc1c[nH]c2ccccc12", YES),
    ("C[C@H](N)Cc1c[nH]c2ccccc12", YES),
    ("C[C@@H]([NH3+])Cc1c[nH]c2ccccc12.CS([O-])(=O)=O", YES),
    ("C12=CC=CC=C1C(CCN(C)C)=CN2", YES),
    ("N1([H])C=C(C([H])([H])CN(C)C)C2=C1C=CC=C2", YES),
    ("CN(C)CCC1=CN=C2C=CC=CC12", NO),
    ("c1ccc2[nH]ccc2c1", NO),
]


@pytest.mark.parametrize(("group", "expected"), AMINES)
def test_de_5_1_the_amine_of_the_side_chain(group, expected):
    assert answered(RULE, f"C({group})Cc1c[nH]c2ccccc12").result == expected


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize(("residue", "expected"), RESIDUES)
def test_de_5_1_a_residue_of_the_benzo_ring(position, residue, expected):
    if (position, residue) == ("5", "O"):
        expected = OPEN  # bufotenine, a metabolite of serotonin
    assert answered(RULE, POSITIONS[position].format(residue)).result == expected


@pytest.mark.parametrize(("residue", "expected"), INDOLE_NITROGEN)
def test_de_5_1_r5_on_the_indole_nitrogen(residue, expected):
    assert answered(RULE, f"CN(C)CCc1cn({residue})c2ccccc12").result == expected


@pytest.mark.parametrize(("smiles", "expected"), WHOLE)
def test_de_5_1_a_whole_structure(smiles, expected):
    assert answered(RULE, smiles).result == expected


def test_de_5_1_the_cap_is_500_u():
    inside = "CN(C)CCc1c[nH]c2c(I)c(Br)c(F)cc12"
    assert answered(RULE, inside).result == YES
    assert answered(RULE, "CN(C)CCc1c[nH]c2c(I)c(I)c(F)cc12").result == YES  # 458.1 u
    assert answered(RULE, "CN(C)CCc1c[nH]c2c(I)c(I)c(Br)cc12").result == NO  # 519.0 u


def test_de_5_1_open_points_are_named():
    assert any("C10" in point for point in answered(RULE, "CN(C)CCc1cn(C(=O)CCCCCCCCCC)c2ccccc12").undecided)
    assert any("amide" in point for point in answered(RULE, "CN(C)CCc1c[nH]c2ccc(C(=O)NC)cc12").undecided)
    assert any("metabolite" in point for point in answered(RULE, "NCCc1c[nH]c2ccc(OC)cc12").undecided)
