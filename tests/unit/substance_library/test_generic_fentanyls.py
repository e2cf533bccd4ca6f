"""US and Chinese fentanyl rules: structures drawn from the wording of the texts, none of them an acceptance case."""

import pytest

from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare

RULES = {rule.id: rule for rule in generic_rules()}
YES, NO, OPEN = "match", "no_match", "cannot_decide"


def fentanyl(*, acyl="CCC(=O)", aryl="c9ccccc9", pip="C1CCN({tail})CC1", tail="CCc8ccccc8"):
    return f"{acyl}N({aryl}){pip.format(tail=tail)}"


CASES = [
    # (A) any monocycle in place of the phenyl of phenethyl, further substituted or not
    (fentanyl(tail="CCc8ccco8"), YES, YES, "furan"),
    (fentanyl(tail="CCC8CC8"), YES, YES, "cyclopropane is a monocycle"),
    (fentanyl(tail="CCC8CCCCCCC8"), YES, YES, "a ring of eight"),
    (fentanyl(tail="CCN8CCOCC8"), YES, YES, "morpholine bound through N"),
    (fentanyl(tail="CCc8ccc(C#N)cc8"), YES, YES, "phenyl further substituted, with anything"),
    (fentanyl(tail="CCc8ccc(cc8)-c7ccccc7"), YES, YES, "phenyl bearing phenyl: still a monocycle, substituted"),
    (fentanyl(tail="CCn8nnn(CC)c8=O"), YES, YES, "tetrazolone of alfentanil"),
    (fentanyl(tail="CCC8CCCCC8=O"), YES, YES, "ring with oxo"),
    (fentanyl(tail="CCc8c[nH]c7ccccc87"), NO, YES, "indole is a bicycle"),
    (fentanyl(tail="CCC8Cc7ccccc7C8"), NO, YES, "indane is a bicycle"),
    (fentanyl(tail="CCC8CCC7(CC8)CC7"), NO, YES, "a spiro ring shares an atom"),
    (fentanyl(tail="CCC8CC7CCC8C7"), NO, YES, "norbornane"),
    (fentanyl(tail="CCc8ccc7OCOc7c8"), OPEN, YES, "methylenedioxyphenyl under (A)"),
    (fentanyl(tail="CCc8ccc7OC(F)(F)Oc7c8"), OPEN, YES, "a fused dioxole ring, substituted"),
    (fentanyl(tail="CCc8ccc7OCCOc7c8"), NO, YES, "benzodioxane is no dioxole"),
    (fentanyl(tail="CCC8CCC7OCOC7C8"), NO, YES, "dioxolane on cyclohexane is no dioxole, and a bicycle"),
    (fentanyl(tail="CCCC8CCC7OCOC7C8"), NO, YES, "the same behind a lengthened chain"),
    (fentanyl(tail="CCCc8ccc7OCOc7c8"), OPEN, YES, "methylenedioxyphenyl behind a lengthened chain"),
    (fentanyl(tail="CCc8ccc7occc7c8"), NO, YES, "benzofuran"),
    (fentanyl(tail="CCCCCC"), NO, YES, "no ring in the tail"),
    (fentanyl(tail="CCOc8ccccc8"), NO, YES, "ring behind O: phenoxyethyl is no phenethyl"),
    (fentanyl(tail="CCSc8cccs8"), NO, YES, "ring behind S"),
    (fentanyl(tail="CC(=O)c8ccccc8"), NO, YES, "oxo on the chain is not listed"),
    (fentanyl(tail="C(=O)Cc8ccccc8"), NO, YES, "oxo on the chain at N"),
    (fentanyl(tail="C=Cc8ccccc8"), NO, YES, "styryl"),
    (fentanyl(tail="C#Cc8ccccc8"), NO, YES, "ynamine"),
    # lengthened and shortened chains
    (fentanyl(tail="CCCc8ccccc8"), OPEN, YES, "3-phenylpropyl"),
    (fentanyl(tail="CCCCc8cccs8"), OPEN, YES, "4-thienylbutyl"),
    (fentanyl(tail="CC(C)CCc8ccccc8"), OPEN, YES, "lengthened, with methyl"),
    (fentanyl(tail="CC(C#N)CCc8ccccc8"), NO, YES, "lengthened, with a group that (B) does not list"),
    (fentanyl(tail="CCCc8ccc7ccccc7c8"), NO, YES, "lengthened, with a bicycle"),
    (fentanyl(tail="CC=Cc8ccccc8"), NO, YES, "cinnamyl is not a chain lengthened by C alone"),
    (fentanyl(tail="C(C)c8ccccc8"), NO, YES, "1-phenylethyl is benzyl with methyl"),
    (fentanyl(tail="c8ccccc8"), NO, YES, "no chain"),
    (fentanyl(tail="CCCc8ccccc8", acyl="OC(=O)", aryl="C"), NO, NO, "open chain length, but no aryl"),
    # (B) groups on the chain
    (fentanyl(tail="C(C)Cc8ccccc8"), YES, YES, "alpha-methyl"),
    (fentanyl(tail="CC(C)c8ccccc8"), YES, YES, "beta-methyl"),
    (fentanyl(tail="CC(C)(C)c8ccccc8"), YES, YES, "two methyls"),
    (fentanyl(tail="CC(O)c8ccccc8"), YES, YES, "beta-hydroxy"),
    (fentanyl(tail="CC(O)(CC)c8ccccc8"), YES, YES, "beta-hydroxy and ethyl"),
    (fentanyl(tail="CC(OC)c8ccccc8"), YES, YES, "beta-methoxy"),
    (fentanyl(tail="CC(OC(C)=O)c8ccccc8"), YES, YES, "ester of the hydroxyl compound"),
    (fentanyl(tail="CC(F)c8ccccc8"), YES, YES, "beta-fluoro"),
    (fentanyl(tail="CC(C(F)(F)F)c8ccccc8"), YES, YES, "haloalkyl"),
    (fentanyl(tail="CC(C=C)c8ccccc8"), YES, YES, "alkenyl"),
    (fentanyl(tail="CC(N)c8ccccc8"), YES, YES, "amino"),
    (fentanyl(tail="CC([N+](=O)[O-])c8ccccc8"), YES, YES, "nitro"),
    (fentanyl(tail="CC(C#N)c8ccccc8"), NO, YES, "cyano on the chain is not listed"),
    (fentanyl(tail="CC(C#C)c8ccccc8"), NO, YES, "alkynyl is not listed"),
    (fentanyl(tail="CC(S)c8ccccc8"), NO, YES, "sulfanyl is not listed"),
    (fentanyl(tail="CC(C(=O)OC)c8ccccc8"), NO, YES, "an ester through C is no ester of the hydroxyl compound"),
    (fentanyl(tail="CC7(CC7)c8ccccc8"), NO, YES, "cyclopropane on the chain"),
    (fentanyl(tail="C8Cc7ccccc7C8"), NO, YES, "indan-2-yl: the ring closes on the chain"),
    # (C) and (3): piperidine
    (fentanyl(pip="C1CCN({tail})CC1C"), YES, YES, "3-methyl"),
    (fentanyl(pip="C1CCN({tail})C(C)C1"), YES, YES, "2-methyl"),
    (fentanyl(pip="C1(C)CCN({tail})CC1"), YES, YES, "4-methyl"),
    (fentanyl(pip="C1(C(=O)OC)CCN({tail})CC1"), YES, YES, "ester, as in carfentanil"),
    (fentanyl(pip="C1(COC)CCN({tail})CC1"), YES, YES, "ether"),
    (fentanyl(pip="C1(OC(C)=O)CCN({tail})CC1"), YES, YES, "ester through O"),
    (fentanyl(pip="C1CCN({tail})CC1(F)F"), YES, YES, "two halogens"),
    (fentanyl(pip="C1CCN({tail})CC1OC"), YES, YES, "alkoxy"),
    (fentanyl(pip="C1CCN({tail})CC1C=C"), YES, YES, "alkenyl"),
    (fentanyl(pip="C1CCN({tail})CC1CF"), YES, YES, "haloalkyl"),
    (fentanyl(pip="C1CCN({tail})CC1O"), YES, YES, "hydroxyl"),
    (fentanyl(pip="C1CCN({tail})CC1N"), YES, YES, "amino"),
    (fentanyl(pip="C1CCN({tail})CC1[N+](=O)[O-]"), YES, YES, "nitro"),
    (fentanyl(pip="C1CCN({tail})CC1C#N"), NO, NO, "cyano on the piperidine"),
    (fentanyl(pip="C1CCN({tail})CC1C(=O)O"), NO, NO, "carboxylic acid is no ester"),
    (fentanyl(pip="C1CCN({tail})CC1=O"), NO, NO, "oxo"),
    (fentanyl(pip="C1CCN({tail})CC1=C"), NO, NO, "methylidene is not univalent"),
    (fentanyl(pip="C1CCN({tail})CC1c7ccccc7"), NO, NO, "phenyl"),
    (fentanyl(pip="C1(C#N)CCN({tail})CC1"), NO, NO, "4-cyano"),
    # other rings in place of piperidine
    (fentanyl(pip="C1CN({tail})CC1"), NO, NO, "pyrrolidine"),
    (fentanyl(pip="C1CCCN({tail})CC1"), NO, NO, "azepane"),
    (fentanyl(pip="C1CCCN({tail})C1"), NO, NO, "piperidin-3-yl"),
    (fentanyl(pip="N1CCN({tail})CC1"), NO, NO, "piperazine"),
    (fentanyl(pip="C1CCC({tail})CC1"), NO, NO, "cyclohexane"),
    (fentanyl(pip="C1=CCN({tail})CC1"), NO, NO, "tetrahydropyridine"),
    (fentanyl(pip="C1CC2CCC(C1)N2({tail})"), NO, NO, "tropane"),
    (fentanyl(pip="CC1CCN({tail})CC1"), NO, NO, "a methylene between N and piperidine"),
    (fentanyl(pip="C1CC[N+]([O-])({tail})CC1"), NO, NO, "N-oxide"),
    (fentanyl(pip="C1CC[N+](C)({tail})CC1"), NO, NO, "quaternary"),
    # (D) and (2): the aniline ring
    (fentanyl(aryl="c9ccncc9"), YES, YES, "pyridine"),
    (fentanyl(aryl="c9cccs9"), YES, YES, "thiophene"),
    (fentanyl(aryl="c9ccc(C#N)cc9"), YES, YES, "phenyl further substituted with anything"),
    (fentanyl(aryl="c9ccc(cc9)-c7ccccc7"), YES, YES, "biphenyl: a monocycle that bears another"),
    (fentanyl(aryl="Cc9ccccc9"), NO, NO, "benzyl in place of phenyl"),
    (fentanyl(aryl="C9=CCCCC9"), NO, NO, "cyclohexene is not aromatic"),
    (fentanyl(aryl="c9ccc7OCOc7c9"), OPEN, OPEN, "methylenedioxyphenyl"),
    (fentanyl(aryl="c9ccc7OCCOc7c9"), NO, NO, "benzodioxane is no dioxole"),
    (fentanyl(aryl="c9ccc7CCCc7c9"), NO, NO, "indane"),
    (fentanyl(aryl="c9ccc7cc[nH]c7c9"), NO, NO, "indole"),
    (fentanyl(aryl="C"), NO, NO, "methyl in place of phenyl"),
    (fentanyl(aryl="[H]"), NO, NO, "no aryl"),
    # (E) and (1): the acyl group
    (fentanyl(acyl="C(=O)"), YES, YES, "formyl"),
    (fentanyl(acyl="COCC(=O)"), YES, YES, "methoxyacetyl"),
    (fentanyl(acyl="c7ccccc7C(=O)"), YES, YES, "benzoyl"),
    (fentanyl(acyl="C=CC(=O)"), YES, YES, "acryloyl"),
    (fentanyl(acyl="CCOC(=O)"), YES, YES, "carbamate"),
    (fentanyl(acyl="CS(=O)(=O)"), OPEN, OPEN, "sulfonyl"),
    (fentanyl(acyl="CS(=O)(=O)", aryl="c9ccc7ccccc7c9"), NO, NO, "sulfonyl, and a bicycle fails completely"),
    (fentanyl(acyl="CS(=O)(=O)", tail="CCCCC"), NO, OPEN, "sulfonyl; in the US the tail fails completely"),
    (fentanyl(acyl="CCC(=S)"), NO, NO, "thioacyl is no acyl with C=O"),
    (fentanyl(acyl="CCC"), NO, NO, "propyl"),
    (fentanyl(acyl="CCS(=O)"), NO, NO, "sulfinyl"),
    # open points beside what fails, and several modifications
    (fentanyl(aryl="c9ccc7OCOc7c9", tail="CC(=O)c8ccccc8"), NO, OPEN, "dioxole open; in the US the chain fails"),
    (fentanyl(aryl="c9ccc(F)cc9", tail="C(C)Cc8cccs8", pip="C1CCN({tail})CC1C", acyl="CC(=O)"), YES, YES, "all"),
    # in China any group but hydrogen for phenethyl
    (fentanyl(tail="C"), NO, YES, "methyl"),
    (fentanyl(tail="C(=O)OC(C)(C)C"), NO, YES, "Boc"),
    (fentanyl(tail="[H]"), NO, NO, "hydrogen is excluded"),
    (fentanyl(tail="[2H]"), NO, NO, "deuterium is hydrogen"),
    # other skeletons
    ("CCC(=O)N(C1CCN(CCc2ccccc2)CC1)C1CCN(CC1)c1ccccc1", NO, NO, "no aryl on the amide N"),
    ("O=C1Cc2ccccc2N1C1CCN(CCc2ccccc2)CC1", NO, NO, "acyl and aryl closed to an oxindole"),
    ("CCC(=O)c1ccccc1C1CCN(CCc2ccccc2)CC1", NO, NO, "no anilide"),
    ("CCNC(=O)C1(CCN(CCc2ccccc2)CC1)c1ccccc1", NO, NO, "reversed amide at C4"),
    ("CCC(=O)N(c1ccccc1)CCN(C)CCc1ccccc1", NO, NO, "opened piperidine"),
    ("CCCCC", NO, NO, "pentane"),
    ("[Na+].[Cl-]", NO, NO, "salt"),
    ("[H][H]", NO, NO, "hydrogen"),
    ("*N(c1ccccc1)C1CCN(CCc2ccccc2)CC1", NO, NO, "an open bond is no acyl"),
]


@pytest.mark.parametrize(("smiles", "us", "cn", "why"), CASES, ids=lambda it: it if isinstance(it, str) else None)
def test_the_wording_decides(smiles, us, cn, why):
    structure = prepare(Smiles(smiles))
    found = {name: RULES[name].judge(structure) for name in ("US_FRS", "CN_FENTANYL_2019")}
    assert found["US_FRS"].result == us, (why, found["US_FRS"])
    assert found["CN_FENTANYL_2019"].result == cn, (why, found["CN_FENTANYL_2019"])


@pytest.mark.parametrize(
    ("smiles", "rule", "point"),
    [
        (fentanyl(tail="CCCc8ccccc8"), "US_FRS", "lengthened"),
        (fentanyl(tail="CCc8ccc7OCOc7c8"), "US_FRS", "(A) whether a fused dioxole"),
        (fentanyl(aryl="c9ccc7OCOc7c9"), "US_FRS", "(D) whether a fused dioxole"),
        (fentanyl(acyl="CS(=O)(=O)"), "US_FRS", "sulfonyl"),
        (fentanyl(acyl="CS(=O)(=O)"), "CN_FENTANYL_2019", "sulfonyl"),
        (fentanyl(aryl="c9ccc7OCOc7c9"), "CN_FENTANYL_2019", "methylenedioxyphenyl"),
    ],
)
def test_an_open_answer_names_its_point(smiles, rule, point):
    answer = RULES[rule].judge(prepare(Smiles(smiles)))
    assert len(answer.undecided) == 1
    assert point in answer.undecided[0]
    assert answer.proof is not None


def test_a_match_is_proved_atom_by_atom():
    smiles = "CC(=O)N(c1ccc(F)cc1)C1CCN(CCc2cccs2)CC1C"
    answer = RULES["US_FRS"].judge(prepare(Smiles(smiles)))
    proof = answer.proof
    assert {(it.slot, it.fragment) for it in proof.placed} == {
        ("acyl", "[*]C"),
        ("aniline ring", "[*]c1ccc(F)cc1"),
        ("phenethyl ring", "[*]c1cccs1"),
        ("piperidine ring", "[*]C"),
    }
    placed = {atom for it in proof.placed for atom in it.atoms}
    core = {atom for _, atom in proof.mapping}
    assert placed | core == set(range(prepare(Smiles(smiles)).parent.GetNumAtoms()))
    assert not placed & core
    assert all(it.allowed_by.startswith(("(A)", "(C)", "(D)", "(E)")) for it in proof.placed)


def test_a_refusal_without_alternatives_says_that_the_text_has_none():
    answer = RULES["US_FRS"].judge(prepare(Smiles(fentanyl(tail="C=Cc8ccccc8"))))
    assert answer.failed == ("*C=Cc1ccccc1 at piperidine N: the text has no such substituent there",)


def test_a_refusal_says_what_failed():
    answer = RULES["US_FRS"].judge(prepare(Smiles(fentanyl(tail="CC(C#N)c8ccccc8"))))
    assert answer.proof is None
    assert len(answer.failed) == 1
    assert answer.failed[0].startswith("*C#N at chain end is none of: phenyl, as in fentanyl; (A) ")
