"""NpSG annex, group 6 (arylcyclohexylamines), structure by structure from the wording in the reference of law, 3.6."""

import pytest

from tests.builders.rule_cases import NO, YES, answered

RULE = "DE_NPSG_6_ARYLCYCLOHEXYLAMINE"

AMINES = [
    *[
        (group, YES)
        for group in (
            "N",
            "NC",
            "NCC",
            "NCCCCCC",
            "NCCCCCCCCC",  # hexyl, further substituted to a chain of nine
            "NC(C)(C)C",
            "N(C)C",
            "N(CC)CCC",
            "NCC=C",
            "NC=C",
            "NCC#C",
            "NC5CC5",
            "NC5CCCCC5",
            "NC5CCCC(C)C5",
            "NCC5CC5",
            "NCCO",
            "NCCOC",
            "NCCCOC",
            "NCCN(C)C",
            "NCCC#N",
            "NCC(=O)O",
            "NC(C)=O",
            "NCc5ccccc5",
            "NCCc5ccc(OC)cc5",
            "NCc5ccccn5",
            "NCc5ccco5",
            "NCC5CCCCCCC5",
            "N5CC5",
            "N5CCC5",
            "N5CCCC5",
            "N5CCCCC5",
            "N5CCCCCC5",
            "N5CCOCC5",
            "N5CCSCC5",
            "N5CCNCC5",
            "N5CCN(C)CC5",
            "N5CC=CCC5",
            "n5cccc5",
            "n5ccnc5",
            "N5CCC(O)CC5",
            "N5CCC(F)CC5",
            "N5CCCCC5C",
            "N5CC(C)OC(C)C5",
            "N5CCC(c6ccccc6)CC5",
            "N5CCC(O)(c6ccccc6)CC5",
        )
    ],
    *[
        (group, NO)
        for group in (
            "NCCCCCCCCCC",
            "NCCF",
            "NCC(F)(F)F",
            "NCCCl",
            "NCCSC",
            "NCc5cccs5",
            "NCc5ccc(F)cc5",
            "NC5CCC(F)CC5",
            "NC5CCCCCC5",
            "Nc5ccccc5",
            "NC5CCOCC5",
            "NO",
            "NOC",
            "NN",
            "NS(C)(=O)=O",
            "N=C",
            "N=C(C)C",
            "N=O",
            "[N+](=O)[O-]",
            "[N+](C)(C)C",
            "NC[Si](C)(C)C",
            "NCP(=O)(O)O",
            "N5CCCCCCC5",
            "N5CCC(=O)CC5",
            "N5CCCC5=O",
            "N5CCC(OC)CC5",
            "N5CCC(N)CC5",
            "N5CCC(CO)CC5",
            "N5CCC(c6ccc(F)cc6)CC5",
            "N5CCC(CCCCCCC)CC5",
            "N5CCC(Cc6ccccc6)CC5",
            "N5Cc6ccccc6CC5",
            "N5C6CCC5CC6",
            "N5CCC6(CC5)OCCO6",
            "N5CCP(C)CC5",
            "O",
            "S",
            "C",
        )
    ],
]

RESIDUES_R3 = [
    *[
        (residue, YES)
        for residue in (
            "C",
            "CC",
            "CCCCCC",
            "C(C)(C)C",
            "C#C",
            "CC#C",
            "C#CCCCC",
            "c5ccccc5",
            "n5cccc5",
            "c5ccc[nH]5",
            "c5cc[nH]c5",
            "c5cccn5C",
            "c5ccccn5",
            "c5cccnc5",
            "c5ccncc5",
            "c5cccs5",
            "c5ccsc5",
            "c5ccco5",
            "c5ccoc5",
            "c5ccc6OCOc6c5",
            "c5cccc6OCOc56",
            "c5ccc6OCCOc6c5",
            "c5ccc6OCCc6c5",
            "c5cccc6OCCc56",
            "C5COc6ccccc56",
            "C5Cc6ccccc6O5",
            "c5cc6ccccc6s5",
            "c5csc6ccccc56",
            "c5ccc6sccc6c5",
            "c5ccc(F)cc5",
            "c5c(Cl)c(Br)c(I)cc5",
            "c5cccc(O)c5",
            "c5cccc(S)c5",
            "c5cccc(C)c5",
            "c5cccc(CCCCCC)c5",
            "c5cccc(C(C)(C)C)c5",
            "c5cccc(OC)c5",
            "c5cccc(OCCCCCC)c5",
            "c5cccc(SC)c5",
            "c5cccc(SCCCCCC)c5",
            "c5cccc(N)c5",
            "c5sc(C)c(Cl)c5",
            "c5ccc6OC(C)Oc6c5",
        )
    ],
    *[
        (residue, NO)
        for residue in (
            "[H]",
            "CCCCCCC",
            "C=C",
            "CC=C",
            "CF",
            "CO",
            "CC(=O)O",
            "C#N",
            "C(=O)O",
            "C(C)=O",
            "OC",
            "O",
            "NC",
            "F",
            "Cc5ccccc5",
            "CCc5ccccc5",
            "C5CCCCC5",
            "C5CC5",
            "CC5CC5",
            "C5=CCCCC5",
            "c5cncnc5",
            "c5cnccn5",
            "c5cncs5",
            "c5ncco5",
            "c5cn[nH]c5",
            "c5cc6ccccc6o5",
            "c5cc6ccccc6[nH]5",
            "c5ccc6CCCc6c5",
            "c5ccc6ccccc6c5",
            "c5ccc6OC(=O)Oc6c5",
            "c5ccc6OCCCOc6c5",
            "c5ccc6OCc6c5",
            "c5ccc6COCc6c5",
            "C5OCc6ccccc56",
            "c5scc6ccccc56",
            "c5ccc6ncccc6c5",
            "C5Oc6ccccc6O5",
            "c5cccc(C(F)(F)F)c5",
            "c5cccc(OC(F)F)c5",
            "c5cccc(C#N)c5",
            "c5cccc(C=C)c5",
            "c5cccc(NC)c5",
            "c5cccc(NC(C)=O)c5",
            "c5cccc(C(=O)O)c5",
            "c5cccc(CO)c5",
            "c5cccc(CN)c5",
            "c5cccc(CCCCCCC)c5",
            "c5cccc(OCCCCCCC)c5",
            "c5cccc(SCCCCCCC)c5",
            "c5cccc(OC(C)=O)c5",
            "c5cccc(S(C)(=O)=O)c5",
            "c5cccc(-c6ccccc6)c5",
            "c5cccc(C6CC6)c5",
            "c5ccc[n+]([O-])c5",
            "c5cccc(N=O)c5",
        )
    ],
]

RESIDUES_RN = [
    *[
        (residue, YES)
        for residue in (
            "C",
            "CCCCCC",
            "C(C)(C)C",
            "OC",
            "OCCCCCC",
            "OC(C)C",
            "O",
            "=O",
            "Cc5ccccc5",
            "CCc5ccccc5",
            "CCCCc5ccccc5",
        )
    ],
    *[
        (residue, NO)
        for residue in (
            "F",
            "Cl",
            "Br",
            "CCCCCCC",
            "OCCCCCCC",
            "c5ccccc5",
            "CCCCCc5ccccc5",
            "Cc5ccc(F)cc5",
            "CF",
            "CO",
            "C=C",
            "=C",
            "=N",
            "=NO",
            "=S",
            "N",
            "S",
            "SC",
            "C#N",
            "C(=O)O",
            "OC(C)=O",
            "OC=C",
            "C5CC5",
        )
    ],
]

WHOLE = [
    # R3 and R1/R2 without an aryl
    ("CNC1(C)CCCCC1", YES),
    ("NC1(CCCCC1)C#C", YES),
    # positions and number of Rn
    ("CNC1(c2ccccc2)C(C)CCCC1", YES),
    ("CNC1(c2ccccc2)CC(O)CCC1", YES),
    ("CNC1(c2ccccc2)CCC(=O)CC1", YES),
    ("CNC1(c2ccccc2)C(=O)C(C)C(O)C(OC)C1C", YES),
    ("CNC1(c2ccccc2)CCC(C)(C)CC1", YES),
    # the ring
    ("CNC1(c2ccccc2)CCCC1", NO),
    ("CNC1(c2ccccc2)CCCCCC1", NO),
    ("CNC1(c2ccccc2)CCCC=C1", NO),
    ("CNC1(c2ccccc2)CC=CCC1", NO),
    ("CNC1(c2ccccc2)CCOCC1", NO),
    ("CNC1(c2ccccc2)CCN(C)CC1", NO),
    ("CNC1(c2ccccc2)CCSCC1", NO),
    ("CNCC1(c2ccccc2)CCCCC1", NO),
    ("CNC(C)(c1ccccc1)C1CCCCC1", NO),
    ("CNC1CCCCC1c1ccccc1", NO),
    ("CNC1CCCCC1", NO),
    ("OC1(c2ccccc2)CCCCC1", NO),
    ("C1CCCCC1(c1ccccc1)[N+](=O)[O-]", NO),
    # ring closures of R3 to the cyclohexyl ring: rings of 4 to 6 atoms
    ("CNC12CCCCC1c1ccccc12", YES),  # direct bond, ring of 4
    ("CNC12CCCCC1Cc1ccccc12", YES),  # through CH2, ring of 5
    ("CNC12CCCCC1CCc1ccccc12", YES),  # through C2H4, ring of 6
    ("CNC12CCCCC1C(C)c1ccccc12", YES),
    ("CNC12CCCCC1Oc1ccccc12", YES),
    ("CNC12CCCCC1OCc1ccccc12", NO),  # the link begins with carbon and holds oxygen: no listed residue
    ("CNC12CCCCC1COc1ccccc12", YES),  # alkoxy
    ("CNC12CCCCC1CSc1ccccc12", YES),
    ("CNC12CCCCC1Nc1ccccc12", YES),
    ("CNC12CCCCC1CCCc1ccccc12", NO),  # ring of 7
    ("CNC12CCCCC1C(=O)c1ccccc12", NO),
    ("CNC12CCCCC1C=Cc1ccccc12", NO),
    ("CNC12CCCCC1Cc1sccc12", YES),
    ("CNC12CCCCC1Cc1cc(OC)ccc12", YES),
    ("CNC12CCCCC1Cc1cc(C#N)ccc12", NO),
    ("CNC12CCCCC1C(C3CC3)c1ccccc12", NO),
    ("CNC12CCCCC1=Cc1ccccc12", NO),
    ("NC12CCCCC1CCCC2", YES),  # from alkyl, ring of 6
    ("NC12CCCCC1CCC2", YES),
    ("NC12CCCCC1CCCCC2", NO),
    ("NC12CCCCC1C=CC2", NO),
    ("NC12CCCCC1COC2", NO),
    # closures that are not provided: from the nitrogen, cages
    ("C1CCC2(c3ccccc3)C(C1)CCN2", NO),
    ("C1CC2(c3ccccc3)CCC1N2", NO),
    ("CN1CC12CCCCC2", NO),
    ("C1CCC2(CC1)NCCc1ccccc12", NO),
    ("NC12CC3CC(CC(C3)C1)C2", NO),
    # quaternary, N-oxide
    ("C[N+](C)(C)C1(c2ccccc2)CCCCC1.[I-]", NO),
    ("C[N+](C)([O-])C1(c2ccccc2)CCCCC1", NO),
    # salts, isotopes, stereo, unusual writing
    ("C[NH2+]C1(c2ccccc2Cl)CCCCC1=O.[Cl-]", YES),
    ("C[C@]1(c2ccccc2)CCCCC1", NO),
    ("CN[C@]1(c2ccccc2Cl)CCCCC1=O", YES),
    ("CN[C@@]1(c2ccccc2Cl)CCCCC1=O", YES),
    ("[2H]C([2H])([2H])NC1(c2ccccc2Cl)CCCCC1=O", YES),
    ("C1CCCC(C1)(C2=CC=CC=C2)N3CCCCC3", YES),
    ("C1CCCC(C1)(C2=CC=CC=C2)N3CCCCC3.Br", YES),
    # others
    ("NC1(C(=O)O)CCCCC1", NO),
    ("CN(C)CC1CCCCC1(O)c1cccc(OC)c1", NO),
    ("CC(N)Cc1ccccc1", NO),
]


@pytest.mark.parametrize(("group", "expected"), AMINES)
def test_de_6_the_amine(group, expected):
    assert answered(RULE, f"C1({group})(c2ccccc2)CCCCC1").result == expected


@pytest.mark.parametrize(("residue", "expected"), RESIDUES_R3)
def test_de_6_r3_beside_the_amine(residue, expected):
    assert answered(RULE, f"C1(NCC)({residue})CCCCC1").result == expected


@pytest.mark.parametrize(("residue", "expected"), RESIDUES_RN)
@pytest.mark.parametrize(
    "ring", ["C1(NCC)(c2ccccc2)C({})CCCC1", "C1(NCC)(c2ccccc2)CC({})CCC1", "C1(NCC)(c2ccccc2)CCC({})CC1"]
)
def test_de_6_rn_of_the_ring(ring, residue, expected):
    assert answered(RULE, ring.format(residue)).result == expected


@pytest.mark.parametrize(("smiles", "expected"), WHOLE)
def test_de_6_a_whole_structure(smiles, expected):
    assert answered(RULE, smiles).result == expected


def test_de_6_the_cap_is_500_u():
    assert answered(RULE, "CNC1(c2cc(I)c(Br)cc2C)CCCCC1").result == YES  # 408.1 u
    assert answered(RULE, "CNC1(c2cc(I)c(I)cc2CC)CCCCC1").result == YES  # 469.1 u
    assert answered(RULE, "CCCCN(C)C1(c2cc(I)c(I)cc2C)CCCCC1").result == NO  # 511.2 u


def test_de_6_a_proof_names_the_ring_closure():
    proof = answered(RULE, "CNC12CCCCC1Cc1cc(OC)ccc12").proof
    assert proof.core == "1-aminocyclohexane with a ring closure from R3"
    closing = [it for it in proof.placed if it.slot == "R3 with ring closure at 1 and 2-6"]
    assert [it.fragment for it in closing] == ["[*]Cc1cc(OC)ccc1[*]"]
    assert "4 to 6 atoms" in closing[0].allowed_by


def test_de_6_a_part_of_an_aromatic_ring_is_written_with_its_bonds():
    proof = answered(RULE, "C1CCC(CC1)(n1ccnc1)c1ccccc1").proof
    assert ("R1+R2", "[*]C=CN=C[*]") in {(it.slot, it.fragment) for it in proof.placed}
