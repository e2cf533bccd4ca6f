"""Structures put together from parts whose standing the text fixes: the answer follows from the parts alone.

The slow, obvious twin of the engine: it never looks at the structure, only at what it was made of.
"""

from hypothesis import given
from hypothesis import strategies as st

from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare
from tests.builders.examples import fewer

RULES = {rule.id: rule for rule in generic_rules()}
KEPT, CHANGED, OPEN, FAILS = "kept", "changed", "open", "fails"


def expected(standings):
    if FAILS in standings or not {CHANGED, OPEN} & set(standings):
        return "no_match"
    return "cannot_decide" if OPEN in standings else "match"


def judged(rule, smiles):
    return RULES[rule].judge(prepare(Smiles(smiles))).result.value


# part -> its standing in the US and in China
ACYLS = {
    "CCC(=O)": (KEPT, KEPT),
    "C(=O)": (CHANGED, CHANGED),
    "C%10CCC%10C(=O)": (CHANGED, CHANGED),
    "o%10cccc%10": (FAILS, FAILS),
    "CCS(=O)(=O)": (OPEN, OPEN),
    "CCC": (FAILS, FAILS),
}
ARYLS = {
    "c%11ccccc%11": (KEPT, KEPT),
    "c%11cc(F)c(C#N)cc%11": (CHANGED, CHANGED),
    "c%11ccsc%11": (CHANGED, CHANGED),
    "c%11ccc%12OCOc%12c%11": (OPEN, OPEN),
    "c%11ccc%12ccccc%12c%11": (FAILS, FAILS),
    "C%11CCCCC%11": (FAILS, FAILS),
    "Cc%11ccccc%11": (FAILS, FAILS),
}
RING_GROUPS = {
    "[H]": (KEPT, KEPT),
    "C": (CHANGED, CHANGED),
    "CCl": (CHANGED, CHANGED),
    "OCC": (CHANGED, CHANGED),
    "COC": (CHANGED, CHANGED),
    "C(=O)OCC": (CHANGED, CHANGED),
    "N": (CHANGED, CHANGED),
    "C#N": (FAILS, FAILS),
    "SC": (FAILS, FAILS),
    "c%13ccccc%13": (FAILS, FAILS),
}
TAILS = {
    "CCc%14ccccc%14": (KEPT, KEPT),
    "CCc%14cc[nH]c%14": (CHANGED, CHANGED),
    "CCC%14CCC%14": (CHANGED, CHANGED),
    "C(C)Cc%14ccccc%14": (CHANGED, CHANGED),
    "CC(O)c%14ccccc%14": (CHANGED, CHANGED),
    "CC(C#N)c%14ccccc%14": (FAILS, CHANGED),
    "Cc%14ccccc%14": (FAILS, CHANGED),
    "CCCc%14ccccc%14": (OPEN, CHANGED),
    "CCc%14ccc%15OCOc%15c%14": (OPEN, CHANGED),
    "CCc%14ccc%15occc%15c%14": (FAILS, CHANGED),
    "CCCCC": (FAILS, CHANGED),
    "[H]": (FAILS, FAILS),
}


@given(
    acyl=st.sampled_from(sorted(ACYLS)),
    aryl=st.sampled_from(sorted(ARYLS)),
    place=st.sampled_from(("C1({g})CCN({t})CC1", "C1C({g})CN({t})CC1", "C1CCN({t})C({g})C1")),
    group=st.sampled_from(sorted(RING_GROUPS)),
    tail=st.sampled_from(sorted(TAILS)),
)
@fewer(1)
def test_a_fentanyl_is_the_sum_of_its_parts(acyl, aryl, place, group, tail):
    smiles = f"{acyl}N({aryl}){place.format(g=group, t=tail)}"
    parts = (ACYLS[acyl], ARYLS[aryl], RING_GROUPS[group], TAILS[tail])
    assert judged("US_FRS", smiles) == expected([part[0] for part in parts]), smiles
    assert judged("CN_FENTANYL_2019", smiles) == expected([part[1] for part in parts]), smiles


RINGS = {
    "c%10ccccc%10": KEPT,
    "Cc%10ccccc%10": CHANGED,
    "CCCOc%10cc(I)ccc%10": CHANGED,
    "Fc%10c(O)c([N+](=O)[O-])ccc%10": CHANGED,
    "C%11Oc%12c(O%11)cccc%12": CHANGED,
    "c%10cc%11OCCOc%11cc%10": CHANGED,
    "c%10cc%11CCCc%11cc%10": OPEN,
    "c%10cc%11ccccc%11cc%10": FAILS,
    "c%10cc%11scnc%11cc%10": FAILS,
    "c%10cnccc%10": FAILS,
}
CHAINS = {"C": KEPT, "CC": CHANGED, "C(C)CC": CHANGED, "CO": FAILS, "C(F)F": FAILS, "C=C": FAILS, "c%13ccccc%13": FAILS}
AMINES = {
    "N": KEPT,
    "NCCCC": CHANGED,
    "N(C)CC": CHANGED,
    "N%14CCSCC%14": CHANGED,
    "N%14CC%14": CHANGED,
    "NCc%14ccccc%14": OPEN,
    "N(C)CCOC": OPEN,
    "NC%14CCC%14": FAILS,
    "NC(=O)CC": FAILS,
    "NN": FAILS,
}


@given(
    ring=st.sampled_from(sorted(RINGS)), chain=st.sampled_from(sorted(CHAINS)), amine=st.sampled_from(sorted(AMINES))
)
@fewer(1)
def test_a_cathinone_is_the_sum_of_its_parts(ring, chain, amine):
    smiles = f"{ring}C(=O)C({chain}){amine}"
    parts = (RINGS[ring], CHAINS[chain], AMINES[amine])
    assert judged("UK_CATHINONE_1AA", smiles) == expected(parts), smiles


PHENYLS = {
    "c%10ccccc%10": KEPT,
    "c%10ccc(CC(C)C)cc%10": CHANGED,
    "c%10c(F)c(Cl)ccc%10": CHANGED,
    "c%10ccc(OC(F)(F)C)cc%10": CHANGED,
    "c%10ccc(S(=O)(=O)CC)cc%10": CHANGED,
    "c%10ccc(OC(C)=O)c(O)c%10": CHANGED,
    "c%10ccc(CCCCCCC)cc%10": FAILS,
    "c%10ccc(OCCCCCCC)cc%10": FAILS,
    "c%10ccc(SCCCCCC)cc%10": FAILS,
}
ETHANAMINES = {
    "CCN": KEPT,
    "CCN(C)CCC": CHANGED,
    "CCN(C=C)C": CHANGED,
    "CCN%12CCCCCC%12": CHANGED,
    "CCN%12CCOCC%12": OPEN,
    "CCN(C)CCCC": FAILS,
    "CCNC%12CC%12": FAILS,
    "CC(C)N": FAILS,
    "CCCN": FAILS,
    "CCO": FAILS,
}


@given(phenyl=st.sampled_from(sorted(PHENYLS)), amine=st.sampled_from(sorted(ETHANAMINES)))
@fewer(1)
def test_a_nitazene_is_the_sum_of_its_parts(phenyl, amine):
    smiles = f"n1({amine})c(C{phenyl})nc2ccccc12"
    assert judged("UK_NITAZENE_EA_PARTIAL", smiles) == expected((PHENYLS[phenyl], ETHANAMINES[amine])), smiles
