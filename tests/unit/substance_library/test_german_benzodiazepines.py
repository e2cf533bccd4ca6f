"""NpSG annex, group 3 (benzodiazepines), structure by structure from the wording in the reference of law, 3.6."""

import pytest

from tests.builders.rule_cases import NO, YES, answered

RULE = "DE_NPSG_3_BENZODIAZEPINE"

R2 = [
    *[
        (residue, YES)
        for residue in (
            "c4ccccc4",
            "c4ccccc4F",
            "c4ccccc4Cl",
            "c4cccc(Br)c4",
            "c4ccc(I)cc4",
            "c4c(F)cccc4F",
            "c4ccc(C)cc4",
            "c4ccc(CC)cc4",
            "c4ccccc4[N+](=O)[O-]",
            "c4ccc(N)cc4",
            "c4c(F)c(F)c(F)c(F)c4F",
            "c4ccccn4",
            "c4cccnc4",
            "c4ccncc4",
            "c4ncccc4Cl",
            "C4=CCCCC4",
            "C4C=CCCC4",
            "C4CC=CCC4",
        )
    ],
    *[
        (residue, NO)
        for residue in (
            "[H]",
            "C",
            "CC",
            "C4CCCCC4",
            "C4=CCCC4",
            "C4=CCCCCC4",
            "C4=C(C)CCCC4",
            "C4=CC=CCC4",
            "c4cccs4",
            "c4ccco4",
            "c4cccc5ccccc45",
            "c4cncnc4",
            "Cc4ccccc4",
            "c4ccccc4O",
            "c4ccccc4OC",
            "c4ccccc4C(F)(F)F",
            "c4ccc(CCC)cc4",
            "c4ccc(C#N)cc4",
            "c4ccc(NC)cc4",
            "c4ccc5OCOc5c4",
            "c4ccc(-c5ccccc5)cc4",
            "Oc4ccccc4",
            "C(=O)c4ccccc4",
        )
    ],
]

R3 = [
    *[
        (residue, YES)
        for residue in (
            "C",
            "O",
            "C(=O)O",
            "C(=O)[O-]",
            "C(=O)OCC",
            "C(=O)N(C)C",
            "OC(=O)CCC(=O)O",
            "[H]",
            "CC",  # R4
        )
    ],
    *[
        (residue, NO)
        for residue in (
            "CCC",
            "OC",
            "OCC",
            "OC(=O)N(C)C",
            "OC(C)=O",
            "OC(=O)CCC(=O)OC",
            "OC(=O)CC(=O)O",
            "C(=O)OC",
            "C(=O)OC(C)C",
            "C(=O)N",
            "C(=O)NC",
            "C(N)=O",
            "CO",
            "F",
            "Cl",
            "N",
            "N(C)C",
            "c5ccccc5",
            "Cc5ccccc5",
            "C#N",
        )
    ],
]

R3_AND_R4 = [
    ("C(C)(C)", YES),
    ("C(C)(CC)", YES),
    ("C(O)(C)", YES),
    ("C(O)(CC)", YES),
    ("C(C(=O)O)(C)", YES),
    ("C(=O)", YES),
    ("C(CC)(CC)", NO),
    ("C(O)(O)", NO),
    ("C(O)(C(=O)O)", NO),
    ("C(O)(CCC)", NO),
    ("C(=C)", NO),
    ("C(=S)", NO),
    ("C5(CC5)", NO),
]

R5 = [
    *[
        (residue, YES)
        for residue in (
            "[H]",
            "C",
            "CC",
            "CN(C)C",
            "CN(CC)CC",
            "CCN(C)C",
            "CCN(CC)CC",
            "CC5CC5",
            "CC(F)(F)F",
            "CC(=O)NN",
            "CC#C",
        )
    ],
    *[
        (residue, NO)
        for residue in (
            "CCC",
            "C(C)C",
            "C5CC5",
            "CCC5CC5",
            "CC5CCC5",
            "CC=C",
            "C#C",
            "CO",
            "COC",
            "CCO",
            "CCC#N",
            "CNC",
            "CN(C)CC",
            "CCCN(CC)CC",
            "CC(F)F",
            "CCF",
            "CC(=O)N",
            "CC(=O)NNC",
            "CCC(=O)NN",
            "CC(=O)O",
            "C(C)=O",
            "C(=O)OC",
            "C(=O)N(C)C",
            "c5ccccc5",
            "Cc5ccccc5",
            "O",
            "N",
        )
    ],
]

X = [
    ("O", YES),
    ("S", YES),
    ("N", YES),
    ("NC", YES),
    ("NCC", NO),
    ("NO", NO),
    ("NOC", NO),
    ("NN", NO),
    ("C", NO),
    ("CC", NO),
    ("[Se]", NO),
]

R1_RESIDUES = [
    *[(residue, YES) for residue in ("F", "Cl", "Br", "I", "C", "CC", "[N+](=O)[O-]", "N", "[H]")],
    *[
        (residue, NO)
        for residue in (
            "CCC",
            "C(C)C",
            "O",
            "OC",
            "SC",
            "C#N",
            "C(F)(F)F",
            "NC",
            "N(C)C",
            "NC(C)=O",
            "C=C",
            "C#C",
            "C(=O)O",
            "S(C)(=O)=O",
            "c5ccccc5",
            "CO",
            "N=O",
        )
    ],
]

R1_RINGS = [
    # 2-X form of the 1,4-series with every fused ring
    ("CN1C(=O)CN=C(c2ccccc2)c2ccccc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2ccsc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2sccc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2cscc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2cc(CC)sc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2c3CCCCc3sc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2sc3CCCCc3c12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2c3CCC(C)Cc3sc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2c3CCCc3sc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2c3CCCCCc3sc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2c3ccccc3sc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2c3CCCCc3oc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2ccoc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2occc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2cocc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2cccnc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2ncccc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2cc(Br)ncc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2cnccc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2cncnc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2cc[nH]c12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2cn(C)nc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2ncsc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2cc3ccccc3cc12", NO),
    ("CN1C(=O)CN=C(c2ccccc2)C2=C1CCCC2", NO),
    ("CN1C(=O)CN=C(c2ccccc2)c2cc3OCOc3cc12", NO),
    # halogens anywhere and in any number
    ("CN1C(=O)CN=C(c2ccccc2)c2cccc(Cl)c12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2c(Cl)cccc12", YES),
    ("CN1C(=O)CN=C(c2ccccc2)c2c(F)c(Cl)c(C)c(N)c12", YES),
]

WHOLE = [
    # C=O beside C=O, which RDKit reads as an aromatic ring of seven
    ("CN1C(=O)C(=O)C(=O)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("O=C1C(=O)C=Nc2cc(Cl)ccc2N1", YES),
    ("Cc1nnc2C(=O)N=C(c3ccccc3)c3cc(Br)ccc3-n12", YES),
    ("Cc1nnc2C(=O)C(=O)N(c3ccccc3)c3cc(Br)ccc3-n12", YES),
    ("O=C1C(=O)[N+]([O-])=C(c2ccccc2)c2cc(Cl)ccc2N1", YES),
    ("CN=C1C(=O)N=C(c2ccccc2)c2cc(Cl)ccc2N1C", YES),
    ("O=C1N=C(c2ccccc2)c2cc(Cl)ccc2N=C1O", YES),
    ("NC1=Nc2ccc([N+](=O)[O-])cc2N(c2ccccc2)C(=O)C1", YES),
    # 1,4: drawn forms, and what is not drawn
    ("CN1C(=O)CNC(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1CCN=C(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CCN=C(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)N=C(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CC=C(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("O=C1COC(c2ccccc2)c2cc(Cl)ccc2N1", NO),
    ("CC1=NN=C(c2ccccc2)c2cc(Cl)ccc2C1", NO),
    ("CN1C(=O)CN=C(c2ccccc2)C1", NO),
    ("CN1C(=O)CN(C)C(=O)c2cc(Cl)ccc12", NO),
    # 1,2-fused triazole and imidazole
    ("c1nnc2CN=C(c3ccccc3)c3cc(Br)ccc3-n12", YES),
    ("CCc1nnc2CN=C(c3ccccc3)c3cc(Br)ccc3-n12", YES),
    ("CN(C)Cc1nnc2CN=C(c3ccccc3)c3cc(Cl)ccc3-n12", YES),
    ("OCc1nnc2CN=C(c3ccccc3)c3cc(Cl)ccc3-n12", NO),
    ("CCCc1nnc2CN=C(c3ccccc3)c3cc(Cl)ccc3-n12", NO),
    ("Oc1nnc2CN=C(c3ccccc3)c3cc(Cl)ccc3-n12", NO),
    ("O=c1[nH]nc2CN=C(c3ccccc3)c3cc(Cl)ccc3-n12", NO),
    ("Cc1nnc2C(O)N=C(c3ccccc3)c3cc(Cl)ccc3-n12", YES),
    ("Cc1nnc2C(C)N=C(c3ccccc3)c3cc(Cl)ccc3-n12", YES),
    ("Cc1nnc2CN=C(c3ccccc3Cl)c3cc(CC)sc3-n12", YES),
    ("Cc1nnc2CN=C(c3ccccc3Cl)c3c4CCCCc4sc3-n12", YES),
    ("Cc1nnc2CN=C(c3ccccc3Cl)c3c4CC(C(=O)N5CCOCC5)Cc4sc3-n12", NO),
    ("Cc1nnc2CN=C(c3ccccc3)c3cc(OC)ccc3-n12", NO),
    ("Cc1nnc2CC=C(c3ccccc3)c3cc(Cl)ccc3-n12", NO),
    ("Cc1nnc2CNC(c3ccccc3)c3cc(Cl)ccc3-n12", NO),
    ("n1nnc2CN=C(c3ccccc3)c3cc(Cl)ccc3-n12", NO),
    ("Cc1ncc2CN=C(c3ccccc3F)c3cc(Cl)ccc3-n12", YES),
    ("c1ncc2CN=C(c3ccccc3F)c3cc(Cl)ccc3-n12", YES),
    ("Cc1nc(C)c2CN=C(c3ccccc3F)c3cc(Cl)ccc3-n12", NO),
    ("CCOC(=O)c1ncn2c1CN=C(c1ccccc1)c1cc(Cl)ccc12", NO),
    ("CCOC(=O)c1ncn-2c1CN(C)C(=O)c1cc(F)ccc1-2", NO),
    ("Cc1cn2c(n1)CN=C(c1ccccc1F)c1cc(Cl)ccc12", NO),
    ("c1cn2c(n1)CN=C(c1ccccc1F)c1cc(Cl)ccc12", NO),
    ("Cc1ccc2CN=C(c3ccccc3F)c3cc(Cl)ccc3-n12", NO),
    # N-oxide
    ("CNC1=Nc2ccc(Cl)cc2C(c2ccccc2)=[N+]([O-])C1", YES),
    ("NC1=Nc2ccc(Cl)cc2C(c2ccccc2)=[N+]([O-])C1", YES),
    ("O=C1C[N+]([O-])=C(c2ccccc2)c2cc(Cl)ccc2N1", YES),
    ("Cc1nnc2C[N+]([O-])=C(c3ccccc3)c3cc(Cl)ccc3-n12", YES),
    ("Cc1ncc2C[N+]([O-])=C(c3ccccc3F)c3cc(Cl)ccc3-n12", YES),
    ("CNC1=Nc2ccc(Cl)cc2C(c2ccccc2)=[N+](O)C1.[Cl-]", YES),
    ("CCNC1=Nc2ccc(Cl)cc2C(c2ccccc2)=[N+]([O-])C1", NO),
    ("CN(C)C1=Nc2ccc(Cl)cc2C(c2ccccc2)=[N+]([O-])C1", NO),
    ("C[N+]1=C(c2ccccc2)c2cc(Cl)ccc2NC(=O)C1", NO),
    # tautomers between X and N1 or C3
    ("OC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", YES),
    ("SC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", YES),
    ("NC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", YES),
    ("CNC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", YES),
    ("N=C1CN=C(c2ccccc2)c2cc(Cl)ccc2N1", YES),
    ("OC1=CN=C(c2ccccc2)c2cc(Cl)ccc2N1C", YES),
    ("SC1=CN=C(c2ccccc2)c2cc(Cl)ccc2N1C", YES),
    ("NC1=CN=C(c2ccccc2)c2cc(Cl)ccc2N1C", YES),
    ("CNC1=C(C)N=C(c2ccccc2)c2cc(Cl)ccc2N1", YES),
    ("OC1=C(O)N=C(c2ccccc2)c2cc(Cl)ccc2N1", YES),
    ("OC1=C(CC)N=C(c2ccccc2)c2cc(Cl)ccc2N1", YES),
    ("OC1=C(CCC)N=C(c2ccccc2)c2cc(Cl)ccc2N1", NO),
    ("COC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", NO),
    ("CSC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", NO),
    ("COC1=CN=C(c2ccccc2)c2cc(Cl)ccc2N1C", NO),
    ("CN(C)C1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", NO),
    ("ON=C1CN=C(c2ccccc2)c2cc(Cl)ccc2N1C", NO),
    ("NNC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", NO),
    ("CC1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1", NO),
    ("[O-]C1=Nc2ccc(Cl)cc2C(c2ccccc2)=NC1.[Na+]", YES),
    ("CN1C(=O)C=NC(c2ccccc2)c2cc(Cl)ccc12", NO),
    # 1,5-series
    ("CN1C(=O)CC(=O)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("O=C1CC(=O)N(c2ccccc2)c2cc(Cl)ccc2N1", YES),
    ("CN1C(=O)CCN(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CC(O)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CC(C)(CC)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CC(C)(C)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CC(CC)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CC(CC)(CC)N(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CC(CCC)N(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CC(OC)N(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CC(=S)N(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=S)CC(=O)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1CCC(=O)N(c2ccccc2)c2cc(Cl)ccc12", NO),  # counted from the carbonyl: phenyl on N1, methyl on N5
    ("O=C1CC(=O)N(C)c2cc(Cl)ccc2N1", NO),
    ("CN1C(=O)CC(C)=Nc2cc(Cl)ccc12", YES),
    ("O=C1CC(C)=Nc2cc(Cl)ccc2N1", YES),
    ("O=C1CC=Nc2cc(Cl)ccc2N1", YES),
    ("O=C1CC(c2ccccc2)=Nc2cc(Cl)ccc2N1", NO),
    ("O=C1CC(CC)=Nc2cc(Cl)ccc2N1", NO),
    ("CN1C(=O)C(C)C(=O)N(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)C(O)C(=O)N(C2=CCCCC2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CC(=O)N(c2ccccc2)c2cc(C(F)(F)F)ccc12", NO),
    ("CN1C(=O)CC(=O)N(C)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CC(=O)N(Cc2ccccc2)c2cc(Cl)ccc12", NO),
    ("Cc1nnc2CC(=O)N(c3ccccc3)c3cc(Cl)ccc3-n12", YES),
    ("Cc1ncc2CC(=O)N(c3ccccc3)c3cc(Cl)ccc3-n12", YES),
    ("Cc1nnc2CC(C)=Nc3cc(Cl)ccc3-n12", YES),
    ("OC1=Nc2ccc(Cl)cc2N(c2ccccc2)C(=O)C1", YES),
    ("OC1=CC(=O)N(c2ccccc2)c2cc(Cl)ccc2N1C", YES),
    # ketazolam, oxazolam, loprazolam types
    ("CN1C(=O)CN2C(=O)C=C(C)OC2(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CN2C(=O)C=COC2(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CN1C(=O)CN2C(=O)C=C(CCC)OC2(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CN2C(=O)C(C)=C(C)OC2(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CN2C(=O)CC(C)OC2(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CN2C(=O)C=C(C)NC2(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CN2C(=O)C=C(C)OC2(C)c2cc(Cl)ccc12", NO),
    ("CC1CN2CC(=O)Nc3ccc(Cl)cc3C2(c2ccccc2)O1", YES),
    ("C1CN2CC(=O)Nc3ccc(Cl)cc3C2(c2ccccc2Cl)O1", YES),
    ("C1CN2CC(=O)Nc3ccc(Br)cc3C2(c2ccccc2F)O1", YES),
    ("CCC1CN2CC(=O)Nc3ccc(Cl)cc3C2(c2ccccc2)O1", YES),
    ("CC1COC2(c3ccccc3Cl)N1CC(=O)Nc1ccc(Cl)cc12", NO),
    ("OCCN1C(=O)CN2CCOC2(c2ccccc2F)c2cc(Cl)ccc12", NO),
    ("C1CN2CC(=O)Nc3ccc(Cl)cc3C2(c2ccccc2Cl)S1", NO),
    ("C1CCN2CC(=O)Nc3ccc(Cl)cc3C2(c2ccccc2Cl)O1", NO),
    ("Cc1nnc2CN3CCOC3(c3ccccc3)c3cc(Cl)ccc3-n12", YES),
    ("O=C1C(=CN2CCN(C)CC2)N=C2CN=C(c3ccccc3Cl)c3cc([N+](=O)[O-])ccc3N12", YES),
    ("S=C1C(=CN2CCN(C)CC2)N=C2CN=C(c3ccccc3Cl)c3cc([N+](=O)[O-])ccc3N12", YES),
    ("O=C1C(=CN2CCN(CC)CC2)N=C2CN=C(c3ccccc3Cl)c3cc([N+](=O)[O-])ccc3N12", NO),
    ("O=C1C(=CN2CCOCC2)N=C2CN=C(c3ccccc3Cl)c3cc([N+](=O)[O-])ccc3N12", NO),
    ("O=C1C(=CN(C)C)N=C2CN=C(c3ccccc3Cl)c3cc([N+](=O)[O-])ccc3N12", NO),
    # real ones
    ("CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("OC1N=C(c2ccccc2)c2cc(Cl)ccc2NC1=O", YES),
    ("CN1C(=O)C(O)N=C(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("CCOC(=O)C1N=C(c2ccccc2F)c2cc(Cl)ccc2NC1=O", YES),
    ("OC(=O)C1N=C(c2ccccc2)c2cc(Cl)ccc2NC1=O", YES),
    ("[K+].[OH-].[K+].[O-]C(=O)C1N=C(c2ccccc2)c2cc(Cl)ccc2NC1=O", YES),
    ("CN1C(=O)C(OC(=O)N(C)C)N=C(c2ccccc2)c2cc(Cl)ccc12", NO),
    ("CCN(CC)CCN1C(=O)CN=C(c2ccccc2F)c2cc(Cl)ccc12", YES),
    ("FC(F)(F)CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("FC(F)(F)CN1C(=S)CN=C(c2ccccc2F)c2cc(Cl)ccc12", YES),
    ("C#CCN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12", YES),
    ("O=C1CN=C(c2ccccn2)c2cc(Br)ccc2N1", YES),
    ("CN1C(=O)CN=C(c2ccccc2Cl)c2cc(CC)sc12", YES),
    ("N#CCCN1C(=O)C(O)N=C(c2ccccc2F)c2cc(Cl)ccc12", NO),
    ("CN1C(=O)CN=C(C2CCCCC2)c2cc(Cl)ccc12", NO),
    # salts, isotopes, stereo, unusual writing
    ("CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12.Cl", YES),
    ("C[NH+]1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12.[Cl-]", YES),
    ("[2H]c1c([2H])c([2H])c(C2=NCC(=O)N(C)c3ccc(Cl)cc32)c([2H])c1[2H]", YES),
    ("O[C@H]1N=C(c2ccccc2)c2cc(Cl)ccc2NC1=O", YES),
    ("C1=CC=C(C=C1)C2=NCC(=O)N(C)C3=CC=C(Cl)C=C32", YES),
    ("CC1=NN=C2N1C3=C(C=C(Br)C=C3)C(=NC2)C4=CC=CC=C4", YES),
    ("c1ccc2c(c1)NCCCN2", NO),
    ("c1ccccc1", NO),
]


@pytest.mark.parametrize(("residue", "expected"), R2)
def test_de_3_r2_on_c5(residue, expected):
    assert answered(RULE, f"CN1C(=O)CN=C({residue})c2cc(Cl)ccc12").result == expected


@pytest.mark.parametrize(("residue", "expected"), R2)
def test_de_3_r2_in_the_other_forms(residue, expected):
    assert answered(RULE, f"CN1C(=O)CC(=O)N({residue})c2cc(Cl)ccc12").result == expected
    assert answered(RULE, f"c1nnc2CN=C({residue})c3cc(Br)ccc3-n12").result == expected
    assert answered(RULE, f"CN1C(=O)CN2CCOC2({residue})c2cc(Cl)ccc12").result == expected


@pytest.mark.parametrize(("residue", "expected"), R3)
def test_de_3_r3_on_c3(residue, expected):
    assert answered(RULE, f"CN1C(=O)C({residue})N=C(c2ccccc2)c2cc(Cl)ccc12").result == expected
    assert answered(RULE, f"Cc1nnc2C({residue})N=C(c3ccccc3)c3cc(Br)ccc3-n12").result == expected


@pytest.mark.parametrize(("carbon", "expected"), R3_AND_R4)
def test_de_3_both_residues_of_c3(carbon, expected):
    assert answered(RULE, f"CN1C(=O){carbon}N=C(c2ccccc2)c2cc(Cl)ccc12").result == expected


@pytest.mark.parametrize(("residue", "expected"), R5)
def test_de_3_r5_on_n1_and_on_the_azole(residue, expected):
    assert answered(RULE, f"N1({residue})C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12").result == expected
    assert answered(RULE, f"c1({residue})nnc2CN=C(c3ccccc3)c3cc(Br)ccc3-n12").result == expected
    assert answered(RULE, f"c1({residue})ncc2CN=C(c3ccccc3)c3cc(Br)ccc3-n12").result == expected


@pytest.mark.parametrize(("x", "expected"), X)
def test_de_3_x_on_c2(x, expected):
    assert answered(RULE, f"CN1C(={x})CN=C(c2ccccc2)c2cc(Cl)ccc12").result == expected
    assert answered(RULE, f"CN1C(={x})CC(=O)N(c2ccccc2)c2cc(Cl)ccc12").result == expected


@pytest.mark.parametrize(("residue", "expected"), R1_RESIDUES)
@pytest.mark.parametrize(
    "ring",
    [
        "CN1C(=O)CN=C(c2ccccc2)c2cc({})ccc12",
        "CN1C(=O)CN=C(c2ccccc2)c2ccc({})cc12",
        "CN1C(=O)CN=C(c2ccccc2)c2cccc({})c12",
        "CN1C(=O)CN=C(c2ccccc2)c2c({})cccc12",
        "CN1C(=O)CN=C(c2ccccc2)c2cc({})sc12",
    ],
)
def test_de_3_a_residue_of_r1(ring, residue, expected):
    assert answered(RULE, ring.format(residue)).result == expected


@pytest.mark.parametrize(("smiles", "expected"), R1_RINGS)
def test_de_3_the_ring_of_r1(smiles, expected):
    assert answered(RULE, smiles).result == expected


@pytest.mark.parametrize(("smiles", "expected"), WHOLE)
def test_de_3_a_whole_structure(smiles, expected):
    assert answered(RULE, smiles).result == expected


def test_de_3_the_cap_is_600_u():
    heavy = "CN1C(=O)CN=C(c2c(I)cc(I)cc2{})c2cc(Cl)ccc12"
    assert answered(RULE, heavy.format("")).result == YES  # 536.5 u
    assert answered(RULE, heavy.format("Br")).result == NO  # 615.4 u
    assert answered(RULE, heavy.format("") + ".O[Cl](=O)(=O)=O").result == YES


def test_de_3_a_proof_names_form_tautomer_and_residues():
    answer = answered(RULE, "CNC1=Nc2ccc(Cl)cc2C(c2ccccc2)=[N+]([O-])C1")
    assert answer.proof.core == "f chlordiazepoxide type: C2 = X, tautomer N1=C2-XH"
    assert {(it.slot, it.fragment) for it in answer.proof.placed} == {
        ("X", "[*]C"),
        ("R1 at 1 and 5", "[*]c1ccc(Cl)cc1[*]"),
        ("R2", "[*]c1ccccc1"),
    }


def test_de_3_a_refusal_without_core_stays_short():
    (failed,) = answered(RULE, "CCO").failed
    assert failed.startswith("no form of the core is there: a (1,4): C2 = X; ")
    assert failed.endswith("; and 31 more")
