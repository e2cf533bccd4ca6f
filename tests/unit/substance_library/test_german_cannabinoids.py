"""NpSG annex, group 2.1 (synthetic cannabinoids), structure by structure from the wording of the reference, 3.6."""

import pytest

from tests.builders.rule_cases import NO, OPEN, YES, answered

RULE = "DE_NPSG_2_1_SCRA"

# Cores: {B} bridge and residue, {S} side chain; a residue stands in {R}.
INDOLE = "{S}n1cc({B})c2ccccc12"
INDAZOLE = "{S}n1nc({B})c2ccccc12"
OXINDOLE = "{S}N1C(=O)C({B})c2ccccc12"
QUINOLONE = "{S}n1cc({B})c(=O)c2ccccc12"
BENZIMIDAZOLE_I = "{S}n1c({B})nc2ccccc12"

CORES = [
    ("{S}n1cc({B})c2ccccc12", YES),
    ("{S}n1nc({B})c2ccccc12", YES),
    ("{S}n1c(C)c({B})c2ccccc12", YES),
    ("{S}n1c(F)c({B})c2ccccc12", YES),
    ("{S}n1c(Cl)c({B})c2ccccc12", YES),
    ("{S}n1c(Br)c({B})c2ccccc12", YES),
    ("{S}n1c(I)c({B})c2ccccc12", YES),
    ("{S}n1c(CC)c({B})c2ccccc12", NO),
    ("{S}n1c(OC)c({B})c2ccccc12", NO),
    ("{S}n1c(-c3ccccc3)c({B})c2ccccc12", NO),
    ("{S}n1c(C(F)(F)F)c({B})c2ccccc12", NO),
    # 4-, 5-, 6-, 7-aza forms
    ("{S}n1cc({B})c2ncccc12", YES),
    ("{S}n1cc({B})c2cnccc12", YES),
    ("{S}n1cc({B})c2ccncc12", YES),
    ("{S}n1cc({B})c2cccnc12", YES),
    ("{S}n1nc({B})c2ncccc12", YES),
    ("{S}n1nc({B})c2cnccc12", YES),
    ("{S}n1nc({B})c2ccncc12", YES),
    ("{S}n1nc({B})c2cccnc12", YES),
    ("{S}n1c(C)c({B})c2cccnc12", YES),
    ("{S}n1cc({B})c2cncnc12", NO),
    ("{S}n1cc({B})c2nccnc12", NO),
    # oxindole, carbazole, benzimidazoles, quinolone
    ("{S}N1C(=O)C({B})c2ccccc12", YES),
    ("{S}N1C(=O)C(C)({B})c2ccccc12", NO),
    ("{S}N1C(=O)C(O)({B})c2ccccc12", NO),
    ("{S}n1c2ccccc2c2cc({B})ccc12", YES),
    ("{S}n1c2ccccc2c2c({B})cccc12", NO),
    ("{S}n1c2ccccc2c2ccc({B})cc12", NO),
    ("{S}n1c2ccccc2c2cccc({B})c12", NO),
    ("{S}n1c({B})nc2ccccc12", YES),
    ("n1({B})c({S})nc2ccccc12", YES),
    ("{S}n1cc({B})c(=O)c2ccccc12", YES),
    ("{S}n1cc({B})c(=O)c2ccc(F)cc12", YES),
    ("{S}n1cc({B})c(=O)c2ccc(Sc3ccccc3)cc12", YES),
    ("{S}n1cc({B})c(=O)c2ccc(C)cc12", NO),
    ("{S}n1cc({B})c(=O)c2ccc(Oc3ccccc3)cc12", NO),
    ("{S}n1cc({B})c(=O)c2cc(F)ccc12", NO),
    ("{S}n1cc({B})c(=O)c2cccc(F)c12", NO),
    ("{S}n1c(C)c({B})c(=O)c2ccccc12", NO),
    ("{S}n1ccc(=O)c2c({B})cccc12", NO),
    ("{S}n1c(=O)c({B})cc2ccccc12", NO),
    ("{S}n1cc({B})c(=O)c2cccnc12", NO),
    # pyrazoles, the phenyl ring obligatory
    ("{S}n1nc(-c3ccccc3)cc1{B}", YES),
    ("{S}n1nc({B})cc1-c1ccccc1", YES),
    ("{S}n1nc({B})c(C)c1-c1ccccc1", NO),
    ("{S}n1nc({B})c(Cl)c1-c1ccccc1", NO),
    ("{S}n1nc({B})cc1", NO),
    ("{S}n1nc({B})cc1C", NO),
    ("{S}n1nc({B})cc1C(C)(C)C", NO),
    ("{S}n1nc({B})cc1-c1ccccn1", NO),
    ("{S}n1nc({B})cc1Cc1ccccc1", NO),
    ("{S}n1nc({B})cc1-c1ccc(F)cc1", YES),
    ("{S}n1nc({B})cc1-c1ccccc1F", YES),
    ("{S}n1nc({B})cc1-c1cccc(Cl)c1", YES),
    ("{S}n1nc({B})cc1-c1ccc(F)c(Cl)c1", YES),
    ("{S}n1nc({B})cc1-c1ccc(Br)c(OC)c1C", YES),
    ("{S}n1nc({B})cc1-c1c(F)cccc1F", NO),
    ("{S}n1nc({B})cc1-c1cc(F)cc(F)c1", NO),
    ("{S}n1nc({B})cc1-c1ccc(O)cc1", NO),
    ("{S}n1nc({B})cc1-c1ccc2ccccc2c1", NO),
    # other rings
    ("{S}n1cc({B})cc1", NO),
    ("{S}n1ccnc1{B}", NO),
    ("{S}c1oc2ccccc2c1{B}", NO),
    ("{S}N1CC({B})c2ccccc12", NO),
    ("{S}n1cc({B})c2CCCCc12", NO),
    ("{S}c1cc({B})c2ccccc2c1", NO),
    ("{S}n1nc2ccccc2c1{B}", NO),
    ("{S}n1nnc2cc({B})ccc12", NO),
    # bridge or side chain at another position
    ("{S}n1ccc2c({B})cccc12", NO),
    ("{S}n1ccc2cc({B})ccc12", NO),
    ("{S}n1c({B})cc2ccccc12", NO),
    ("{S}c1[nH]c2ccccc2c1{B}", NO),
    ("[H]n1cc({B})c2ccc({S})cc12", NO),
]
BRIDGE_OF_CORES = "C(=O)NC(C)(C)c9ccccc9"

POSITIONS = {
    4: ("CCCCCn1cc(C(=O)c3ccccc3)c2c({})cccc12", NO),
    5: ("CCCCCn1cc(C(=O)c3ccccc3)c2cc({})ccc12", YES),
    6: ("CCCCCn1cc(C(=O)c3ccccc3)c2ccc({})cc12", YES),
    7: ("CCCCCn1cc(C(=O)c3ccccc3)c2cccc({})c12", YES),
}
LISTED = ("F", "Cl", "Br", "I", "-c4ccccc4", "C", "OC", "[N+](=O)[O-]")
UNLISTED = (
    "C#N",
    "O",
    "N",
    "C(F)(F)F",
    "CC",
    "OCC",
    "OC(F)(F)F",
    "SC",
    "C(C)=O",
    "-c4ccc(F)cc4",
    "Cc4ccccc4",
    "C=C",
    "-c4ccccn4",
    "CF",
)

MORE_POSITIONS = [
    ("CCCCCn1cc(C(=O)c3ccccc3)c2cc(F)c(Cl)c(OC)c12", YES),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2cc3OCOc3cc12", NO),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2ncc(F)cc12", YES),
    # aza forms: what remains marked
    ("CCCCCn1cc(C(=O)c3ccccc3)c2nc(F)ccc12", YES),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2nccc(F)c12", YES),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2c(F)nccc12", NO),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2cnc(F)cc12", YES),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2c(F)cncc12", NO),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2cc(F)ncc12", YES),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2c(F)ccnc12", NO),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2cc(F)cnc12", YES),
    ("CCCCCn1cc(C(=O)c3ccccc3)c2ccc(F)nc12", YES),
    # carbazole: usual 6, 7, 8
    ("CCCCCn1c2ccc(F)cc2c2cc(C(=O)c3ccccc3)ccc12", YES),
    ("CCCCCn1c2cc(F)ccc2c2cc(C(=O)c3ccccc3)ccc12", YES),
    ("CCCCCn1c2c(F)cccc2c2cc(C(=O)c3ccccc3)ccc12", YES),
    ("CCCCCn1c2cccc(F)c2c2cc(C(=O)c3ccccc3)ccc12", NO),
    ("CCCCCn1c2ccccc2c2cc(C(=O)c3ccccc3)c(F)cc12", NO),
    ("CCCCCn1c2ccccc2c2c(F)c(C(=O)c3ccccc3)ccc12", NO),
    # benzimidazoles: 5, 6, 7
    ("CCCCCn1c(C(=O)c3ccccc3)nc2cc(F)ccc12", YES),
    ("CCCCCn1c(C(=O)c3ccccc3)nc2ccc(F)cc12", YES),
    ("CCCCCn1c(C(=O)c3ccccc3)nc2cccc(F)c12", YES),
    ("CCCCCn1c(C(=O)c3ccccc3)nc2c(F)cccc12", NO),
    # oxindole: 5, 6, 7
    ("CCCCCN1C(=O)C(=NNC(=O)c3ccccc3)c2cc(F)ccc12", YES),
    ("CCCCCN1C(=O)C(=NNC(=O)c3ccccc3)c2cccc(F)c12", YES),
    ("CCCCCN1C(=O)C(=NNC(=O)c3ccccc3)c2c(F)cccc12", NO),
]

BRIDGES = [
    *[
        (bridge, YES)
        for bridge in (
            # a carbonyl, methylenecarbonyl
            "C(=O)c3ccccc3",
            "C(=O)c3cccc4ccccc34",
            "C(=O)C3C(C)(C)C3(C)C",
            "C(=O)C",
            "C(=O)CCC(C)C",
            "C(=O)C(F)(F)F",
            "CC(=O)c3ccccc3",
            "CC(=O)C",
            "CC(=O)Cc3ccccc3OC",
            # b carboxamide, methylenecarboxamide
            "C(=O)NC3CCCCC3",
            "C(=O)NC",
            "C(=O)N(C)C",
            "C(=O)N3CCOCC3",
            "C(=O)NC(C(=O)OC)C(C)C",
            "C(=O)NC34CC5CC(C3)CC(C5)C4",
            "C(=O)NCc3ccccc3",
            "C(=O)N(C)c3ccccc3",
            "CC(=O)NC3CCCCC3",
            "CC(=O)N(C)CC",
            # c carboxyl, methylenecarboxyl
            "C(=O)Oc3cccc4cccnc34",
            "C(=O)OC",
            "C(=O)OCCN(C)C",
            "CC(=O)OC",
            "CC(=O)Oc3ccccc3",
            # d N-heterocycle with C=N at the core
            "c3nnc(o3)-c3ccccc3",
            "c3nnc(C(C)C)o3",
            "c3noc(n3)-c3ccccc3",
            "c3nc(-c4ccccc4)no3",
            "c3nc(-c4ccccc4)cs3",
            "c3nc(-c4ccccc4)co3",
            "c3nc(-c4ccccc4)c[nH]3",
            "c3cc(-c4ccccc4)on3",
            "c3cc(-c4ccccc4)n(C)n3",
            "c3nnn(-c4ccccc4)n3",
            "c3n[nH]c(-c4ccccc4)n3",
            "C3=NC(c4ccccc4)CO3",
        )
    ],
    *[
        (bridge, NO)
        for bridge in (
            "[H]",
            "C",
            "CCCCC",
            "c3ccccc3",
            "Cc3ccccc3",
            "CCc3ccccc3",
            "C=O",
            "C(=O)O",
            "C(=O)N",
            "C(=O)NO",
            "C(=O)NN",
            "C(=O)F",
            "CC(=O)O",
            "CC(N)=O",
            "CC=O",
            "C(O)c3ccccc3",
            "C(=S)c3ccccc3",
            "C(=S)NC3CCCCC3",
            "S(=O)(=O)c3ccccc3",
            "S(=O)(=O)NC3CCCCC3",
            "CNC(=O)c3ccccc3",
            "CCC(=O)c3ccccc3",
            "CCC(=O)NC3CCCCC3",
            "C(C)C(=O)c3ccccc3",
            "C(C)(C)C(=O)NC3CCCCC3",
            "C(O)C(=O)c3ccccc3",
            "OC(=O)c3ccccc3",
            "OCC(=O)c3ccccc3",
            "Oc3ccccc3",
            "C#N",
            "C#Cc3ccccc3",
            "C=Cc3ccccc3",
            "NC3CCCCC3",
            "N=Cc3ccccc3",
            "NC=O",
            "NC(=O)",
            "C=NNc3ccccc3",
            "C=NNC(=O)c3ccccc3",
            "C(=O)N=[N+]=[N-]",
            "P(=O)(c3ccccc3)c3ccccc3",
            "[N+](=O)[O-]",
            # rings that are no bridge
            "c3ccccn3",
            "c3ncccn3",
            "c3nc4ccccc4cn3",
            "c3ccc(-c4ccccc4)[nH]3",
            "c3coc(-c4ccccc4)n3",
            "c3csc(-c4ccccc4)n3",
            "c3cc(-c4ccccc4)no3",
            "c3cn(-c4ccccc4)nn3",
            "c3ccc(-c4ccccc4)s3",
            "c3cn(Cc4ccccc4)cn3",
            "n3cc(-c4ccccc4)cn3",
            "C3CC(c4ccccc4)=NO3",
            "c3cnn(-c4ccccc4)c3",
            "c3nnco3",
            "c3nc(-c4ccccc4)c[se]3",
            "C3=NCCCC3",
            "N3CCCC3",
            "c3cc4ccccc4n3C",
            "c3cc4ccccc4[nH]3",
            "[N+](C)(C)C(=O)c3ccccc3",
            "c3ncco3",
            "Cc3nnc(o3)-c3ccccc3",
        )
    ],
    *[
        (bridge, OPEN)
        for bridge in (
            # azacarbonyl and reversed amides
            "NC(=O)c3ccccc3",
            "NC(=O)CCC",
            "N(C)C(=O)c3ccccc3",
            "NC(=O)NC3CCCCC3",
            "NC(=O)OCC",
            "N3CCCC3=O",
            "N3C(=O)c4ccccc4C3=O",
            "C(=N)c3ccccc3",
            "C(=NC)c3ccccc3",
            "C(=NO)c3ccccc3",
            # NH tautomers with other Kekule forms
            "c3cc(-c4ccccc4)n[nH]3",
            "c3cc(-c4ccccc4)[nH]n3",
            "c3nn[nH]c3-c3ccccc3",
            # bicyclic bridge rings
            "c3nc4ccccc4[nH]3",
            "C3=NC4CCCCC4N3",
            "c3nc4ccccc4s3",
            "c3nc4ccccc4o3",
        )
    ],
]

RESIDUES = [
    # a chain of at most twelve atoms, or a ring system, also reached through a substituent
    *[(f"C(=O)N{'C' * count}", YES) for count in (1, 2, 12)],
    ("C(=O)NCCCCCCCCCCCCC", NO),
    ("C(=O)NCCOCCOCCOCCC", YES),
    ("C(=O)NCCOCCOCCOCCCC", NO),
    ("C(=O)NCCCCCCCCCCCCCc3ccccc3", YES),
    ("C(=O)OCCCCCCCCCCCC", YES),
    ("C(=O)OCCCCCCCCCCCCC", NO),
    ("C(=O)NC(C(C)(C)C)C(=O)OCCCC", YES),
    ("C(=O)NCCS(C)(=O)=O", YES),
    ("C(=O)NC(CBr)C(Cl)I", YES),
    # other elements
    ("C(=O)NCC[Si](C)(C)C", NO),
    ("C(=O)NCCP(=O)(O)O", NO),
    ("C(=O)NCc3ccc(B(O)O)cc3", NO),
    ("C(=O)NCC[Se]C", NO),
    # 400 u
    ("C(=O)Nc3c(I)cc(I)cc3C", YES),  # 342.9 u
    ("C(=O)Nc3c(I)cc(I)cc3Br", NO),  # 407.8 u
    ("C(=O)N(Cc3ccc(I)cc3)Cc3ccc(Br)cc3", YES),  # 217.0 + 170.0
    ("C(=O)N(Cc3ccc(I)cc3)Cc3ccc(I)cc3", NO),  # 2 x 217.0
]

SIDE_CHAINS = [
    # a chain of 3 to 10
    *[("C" * count, YES if 3 <= count <= 10 else NO) for count in range(1, 13)],
    *[
        (chain, YES)
        for chain in (
            "CCCCCF",
            "CCCCF",
            "CCCF",
            "CCCC(F)(F)F",
            "CCC(F)(F)F",
            "CCCCC#N",
            "CCCC#N",
            "CCC=C",
            "CCCC=C",
            "CC=C",
            "CC#C",
            "CCC(C)C",
            "CC(C)C",
            "CC(C)(C)C",
            "C(C)CC",
            "CCOC",
            "COC",
            "CSC",
            "CCSCC",
            "C[Si](C)(C)C",
            "OCC",
            "CCCO",
            "CCCCCO",
            "CCCCC(=O)C",
            "CCCC(=O)O",
            "CCC(=O)N",
            "CCCN(C)C",
            "CCCS(C)(=O)=O",
            "CCCNC",
            "C(=O)CC",
            "C(=O)CCC",
            "C(=O)CCCCCCCCC",
            "C(=O)C(C)C",
            "C(=O)C(C)(C)C",
            "CCCI",
            "C(=O)C=C",
            "S(=O)(=O)CC",
            "CCCCCCCCCCF",
        )
    ],
    *[
        (chain, NO)
        for chain in (
            "[H]",
            "CCF",
            "CCBr",
            "CCN",
            "CCN(C)C",
            "CCNCCCC",
            "CC#N",
            "C(F)F",
            "CC(F)(F)F",
            "CC(=O)N(C)C",
            "CC(=O)",
            "C(C)=O",
            "C(=O)N(CC)CC",
            "C(=O)CN",
            "N(CCC)CCC",
            "N",
            "C(=O)CCCCCCCCCC",
            "CCCCCCCCCCCF",
            "CCCP(=O)(O)O",
            "CCCB(O)O",
            "CC[Se]CC",
            "F",
        )
    ],
    *[
        (chain, OPEN)
        for chain in (
            # a terminal OH or SH
            "CCO",
            "CCS",
            "COO",
            "CCCCCCCCCCO",
            "CC(=O)O",
            # the carbon of a cyano group
            "CCC#N",
            "CCCCCCCCCCC#N",
            # a branched first atom
            "C(C)C",
            "C(C)(C)C",
            "C(CCCCCC)CCCCCC",
            # a branch longer than the limit
            "CCC(CC)CCCCCCCC",
            # rings reached otherwise
            "CCCCCc3ccccc3",
            "CC=CC=C3CCCCC3",
            "CCC#Cc3ccccc3",
            "CCCCCCC3CCCCC3",
            "CCOc3ccccc3",
            "CCCOc3ccccc3",
            "CCSc3ccccc3",
            "CCC(F)c3ccccc3",
            "CC(C)(C)CCc3ccccc3",
            "CCC(=O)c3ccccc3",
            "C(=O)CCc3ccccc3",
            "CCCNc3ccccc3",
            "CCC(=O)NCc3ccccc3",
        )
    ],
    # b ring of 3 to 7 atoms, direct or through 1 to 4 C
    *[
        (ring, YES)
        for ring in (
            "C3CC3",
            "C3CCC3",
            "C3CCCCC3",
            "C3CCCCCC3",
            "c3ccccc3",
            "CC3CC3",
            "CC3CCC3",
            "CC3CCCCCC3",
            "Cc3ccccc3",
            "Cc3ccc(F)cc3",
            "Cc3ccc(CCCCCCCCCCCC)cc3",
            "CCc3ccccc3",
            "CCCc3ccccc3",
            "CCCCc3ccccc3",
            "C(C)c3ccccc3",
            "CC(C)c3ccccc3",
            "C(C)(C)c3ccccc3",
            "CC(C)Cc3ccccc3",
            "CC=Cc3ccccc3",
            "C=C3CCCCC3",
            "CC(=O)c3ccccc3",
            "CC(=O)Cc3ccccc3",
            "CC3CCOCC3",
            "CC3CCSCC3",
            "CCN3CCOCC3",
            "CC3CCCCN3C",
            "CC3CCCCN3CC",
            "CC3CCCCN3",
            "CC3CCNCC3",
            "Cc3cccs3",
            "Cc3ccccn3",
            "Cc3cccc4ccccc34",
            "CC34CC5CC(C3)CC(C5)C4",
            "CC3CC4CCC3C4",
            "C(c3ccccc3)c3ccccc3",
            "Cc3ccc(-c4ccccc4)cc3",
        )
    ],
    *[
        (ring, NO)
        for ring in (
            "C3CCCCCCC3",
            "CC3CCCCCCC3",
            "CCC3CCCCCCCC3",
            "CC3CC[Si](C)(C)CC3",
            "CC3CCP(C)CC3",
            "CC3CCCCN3CCC",
            "CC3CCN(C(C)=O)CC3",
            "CC3CCN(Cc4ccccc4)CC3",
            "C(=O)c3ccccc3",
            "C(=O)c3cccc4ccccc34",
            "C(=O)C3CC3",
            "C(=O)C3CCCCC3",
            "C(=O)Cc3ccccc3",
            "C(O)c3ccccc3",
            "C(F)c3ccccc3",
            "COc3ccccc3",
            "Oc3ccccc3",
            "OCc3ccccc3",
            "Sc3ccccc3",
            "S(=O)(=O)c3ccccc3",
            "CNc3ccccc3",
            "Nc3ccccc3",
            "CC3CCCCCCCC3",
        )
    ],
    # 300 u
    ("Cc3cc(I)cc(Br)c3", YES),  # 295.9 u
    ("Cc3cc(I)c(F)c(Br)c3", NO),  # 313.9 u
    ("CCCCCI", YES),
]

WHOLE = [
    # the six-membered ring from the amide N to position 2
    ("CCCCCn1c2ccccc2c2c1ccn(C3CCCCC3)c2=O", YES),
    ("CCCCCn1c2ccccc2c2c1CCN(C3CCCCC3)C2=O", YES),
    ("CCCCCn1c2ccccc2c2c1c(C)cn(Cc3ccccc3)c2=O", YES),
    ("CCCCCn1c2ccccc2c2c1c1ccccc1n(Cc1ccccc1)c2=O", YES),
    ("CCCCCn1c2ccccc2c2c1CCNC2=O", NO),
    ("CCCCCn1c2ccccc2c2c1CN(C3CCCCC3)C2=O", NO),
    ("CCCCCn1c2ccccc2c2c1CCCN(C3CCCCC3)C2=O", NO),
    ("CCCCCn1c2ccccc2c2c1ncn(C3CCCCC3)c2=O", NO),
    ("CCCCCn1c2ccccc2c2c1COCN(C3CCCCC3)C2=O", NO),
    ("CCCCCn1c2ccccc2c2c1cc(F)n(C3CCCCC3)c2=O", NO),
    ("CCCCCn1c2ncccc2c2c1ccn(C(C)(C)c1ccccc1)c2=O", NO),
    ("CCCCCn1c2ccccc2c2c1CCCC2=O", NO),
    ("CCn1c2ccccc2c2c1ccn(C(C)(C)c1ccccc1)c2=O", NO),
    ("CCCCCn1c2ccc(F)cc2c2c1ccn(C(C)(C)c1ccccc1)c2=O", YES),
    ("CCCCCn1c2ccc(O)cc2c2c1ccn(C(C)(C)c1ccccc1)c2=O", NO),
    # the hydrazone of the oxindole, and of nothing else
    ("CCCCN1C(=O)C(=NNC(=O)C(C)(C)C)c2ccccc12", YES),
    ("CCCCN1C(=O)C(=NNc3ccccc3)c2ccccc12", YES),
    ("CCCCN1C(=O)C(=NN(C)C)c2ccccc12", YES),
    ("CCCCN1C(=O)C(=NN)c2ccccc12", NO),
    ("CCCCN1C(=O)C(=NO)c2ccccc12", NO),
    ("CCCCN1C(=O)C(=NOCc3ccccc3)c2ccccc12", NO),
    ("CCCCN1C(=O)C(=NCc3ccccc3)c2ccccc12", NO),
    ("CCCCN1C(=O)C(=O)c2ccccc12", NO),
    ("CCCCN1C(=O)C(=Cc3ccccc3)c2ccccc12", NO),
    ("CCN1C(=O)C(=NNC(=O)c2ccccc2)c2ccccc12", NO),
    ("CCCCn1c(O)c(N=NC(=O)c3ccccc3)c2ccccc12", NO),
    ("CCCCN1CC(=NNC(=O)c3ccccc3)c2ccccc12", NO),
    ("CCCCn1c(=O)c2ccccc2n1C(=O)c1ccccc1", NO),
    # ring closures that are not provided
    ("CCCN1CCOc2cccc3c2c1c(C(=O)c1ccccc1)[nH]3", NO),
    ("O=C(c1cccc2ccccc12)c1c(C)n2c3c1cccc3OCC2CN1CCOCC1", NO),
    ("O=C1c2cn(CCCCCCNC1)c1ccccc21", NO),
    # both an open side chain and a failed bridge
    ("CC(C)n1cc(C#N)c2ccccc12", NO),
    ("OCCn1cc(C(=O)c2ccccc2)c2c(F)cccc12", NO),
    ("CC(C)n1cc(NC(=O)c2ccccc2)c2ccccc12", OPEN),
    # real ones
    ("CCCCCn1cc(C(=O)C2C(C)(C)C2(C)C)c2ccccc12", YES),
    ("FCCCCCn1cc(C(=O)c2cccc3ccccc23)c2ccccc12", YES),
    ("CCCCCn1nc(C(=O)NC23CC4CC(CC(C4)C2)C3)c2ccccc12", YES),
    ("COC(=O)C(NC(=O)c1cn(CCCCCF)c2ccccc12)C(C)(C)C", YES),
    ("COC(=O)C(NC(=O)c1nn(Cc2ccc(F)cc2)c2ccccc12)C(C)C", YES),
    ("CC(C)(NC(=O)c1nn(CCCCC#N)c2ccccc12)c1ccccc1", YES),
    ("NC(=O)C(Cc1ccccc1)NC(=O)c1nn(CC2CCCCC2)c2ccccc12", YES),
    ("CCCCCn1c(C(=O)c2cccc3ccccc23)nc2ccccc12", YES),
    ("CCCCCn1c2ccccc2c2cc(C(=O)NC(C(C)C)C(=O)OC)ccc12", YES),
    ("CN1CCCCC1Cn1cc(C(=O)c2ccccc2I)c2ccccc12", YES),
    ("O=C(c1cccc2ccccc12)c1cn(CCN2CCOCC2)c2ccccc12", YES),
    ("CCCCCn1nc(C(=O)NC(C(C)C)C(N)=O)cc1-c1ccc(F)cc1", YES),
    ("O=C(NC(C)(C)c1ccccc1)c1nn(C2CCCCC2)c2ccccc12", YES),
    # medicines and other things
    ("CN1CCN(CC1)C(=O)c1cn(C)c2ccccc12", NO),
    ("CC(C)n1c(C=CC(O)CC(O)CC(=O)O)c(-c2ccc(F)cc2)c2ccccc12", NO),
    ("CS(=O)(=O)c1ccc(cc1)-n1nc(C(F)(F)F)cc1-c1ccc(C)cc1", NO),
    ("O=C(NN1CCCCC1)c1nn(-c2ccc(Cl)cc2Cl)c(-c2ccc(Cl)cc2)c1C", NO),
    # salts, isotopes, stereo, unusual writing
    ("O=C(c1cccc2ccccc12)c1cn(CCN2CCOCC2)c2ccccc12.OC(=O)C(=O)O", YES),
    ("C[NH+]1CCCCC1Cn1cc(C(=O)c2ccccc2I)c2ccccc12.[Cl-]", YES),
    ("[2H]C([2H])([2H])CCCCn1cc(C(=O)c2cccc3ccccc23)c2ccccc12", YES),
    ("CCCCn1nc(C(=O)N[C@H](C(N)=O)C(C)(C)C)c2ccccc12", YES),
    ("CCCCCN1C=C(C2=CC=CC=C21)C(=O)C3=CC=CC4=CC=CC=C43", YES),
    ("CCCCN1C(=O)C(=NNC(=O)c2ccccc2)c2ccccc12", YES),
    ("CCCCN1C(=O)/C(=N\\NC(=O)c2ccccc2)c2ccccc12", YES),
    ("c1ccc2[nH]ccc2c1", NO),
]


def core(template: str, *, bridge: str = BRIDGE_OF_CORES, side: str = "CCCCC") -> str:
    """Fill a core with a bridge and a side chain, which may use the ring numbers 3 to 9."""
    return template.replace("{S}", side).replace("{B}", bridge)


@pytest.mark.parametrize(("template", "expected"), CORES)
def test_de_2_1_cores_and_their_positions(template, expected):
    assert answered(RULE, core(template)).result == expected


@pytest.mark.parametrize("residue", LISTED)
@pytest.mark.parametrize("position", POSITIONS)
def test_de_2_1_listed_residues_at_marked_positions(position, residue):
    template, expected = POSITIONS[position]
    assert answered(RULE, template.format(residue)).result == expected


@pytest.mark.parametrize("residue", UNLISTED)
@pytest.mark.parametrize("position", POSITIONS)
def test_de_2_1_residues_that_are_not_listed(position, residue):
    assert answered(RULE, POSITIONS[position][0].format(residue)).result == NO


@pytest.mark.parametrize(("smiles", "expected"), MORE_POSITIONS)
def test_de_2_1_marked_positions_of_the_other_cores(smiles, expected):
    assert answered(RULE, smiles).result == expected


@pytest.mark.parametrize(("bridge", "expected"), BRIDGES)
@pytest.mark.parametrize("template", [INDOLE, INDAZOLE, QUINOLONE, BENZIMIDAZOLE_I])
def test_de_2_1_bridges(template, bridge, expected):
    assert answered(RULE, core(template, bridge=bridge)).result == expected


@pytest.mark.parametrize(("bridge", "expected"), RESIDUES)
def test_de_2_1_bridge_residues(bridge, expected):
    assert answered(RULE, core(INDAZOLE, bridge=bridge)).result == expected


@pytest.mark.parametrize(("side", "expected"), SIDE_CHAINS)
@pytest.mark.parametrize("template", ["n1({S})cc({B})c2ccccc12", "c1({S})n({B})c2ccccc2n1"])
def test_de_2_1_side_chains(template, side, expected):
    assert answered(RULE, core(template, side=side)).result == expected


@pytest.mark.parametrize(("smiles", "expected"), WHOLE)
def test_de_2_1_a_whole_structure(smiles, expected):
    assert answered(RULE, smiles).result == expected


@pytest.mark.parametrize(
    ("smiles", "word"),
    [
        (core(INDOLE, bridge="NC(=O)c3ccccc3"), "azacarbonyl"),
        (core(INDOLE, bridge="c3nc4ccccc4s3"), "bicycle"),
        (core(INDOLE, bridge="c3cc(-c4ccccc4)n[nH]3"), "tautomer"),
        (core(INDOLE, side="OCC"), "OH"),
        (core(INDOLE, side="N#CCC"), "cyano"),
        (core(INDOLE, side="CC(C)"), "first atom"),
        (core(INDOLE, side="c3ccccc3CCCCC"), "ring"),
    ],
)
def test_de_2_1_open_points_are_named(smiles, word):
    assert any(word in point for point in answered(RULE, smiles).undecided)


def test_de_2_1_no_cap_on_the_whole_molecule():
    heavy = "BrCCC(I)Cn1nc(C(=O)NC(C(=O)OC)Cc3c(I)cccc3)c2cc(I)ccc12"
    assert answered(RULE, heavy).result == YES


def test_de_2_1_a_proof_names_form_positions_residues_and_words():
    proof = answered(RULE, "CC(C)(C)C(NC(=O)c1nn(CCCC=C)c2cc(F)ccc12)C(=O)OC").proof
    assert proof.core == "a indazole"
    assert {(it.slot, it.fragment, it.allowed_by) for it in proof.placed} == {
        (
            "bridge and residue",
            "[*]C(=O)NC(C(=O)OC)C(C)(C)C",
            "bridge b, carboxamide, with its residues",
        ),
        ("side chain", "[*]CCCC=C", "side chain a: chain of 3 to 10 C, O, S, Si, substituted at will, at most 300 u"),
        ("R1-R3 at 6", "[*]F", "F, Cl, Br, I"),
    }


def test_de_2_1_a_refusal_names_position_and_fragment():
    failed = answered(RULE, "CCCCCn1cc(C(=O)c2ccccc2)c2c(F)cccc12").failed
    assert failed == ("*F at 4: the text has no such substituent there",)
