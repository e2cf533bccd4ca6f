import pytest

from substance_library.identifiers import Smiles
from substance_library.named_match import Relation, compared, of_row, parent_inchikey, relation
from substance_library.prepared_structure import TakenOff, prepare
from substance_library.schedule import EntryScope, IsomerScope
from substance_library.scope_reading import Taken, read_scope

MORPHINE = "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5"
HEROIN = "CC(=O)Oc1ccc2c3c1O[C@H]1[C@@H](OC(C)=O)C=C[C@H]4[C@@H](C2)N(C)CC[C@@]341"
CODEINE = "COc1ccc2c3c1O[C@H]1[C@@H](O)C=C[C@H]4[C@@H](C2)N(C)CC[C@@]341"


@pytest.mark.parametrize(
    ("query", "row", "expected"),
    [
        ("CC(N)Cc1ccccc1", "C(C(N)C)c1ccccc1", Relation.SAME),
        ("CC([NH3+])Cc1ccccc1.[Cl-]", "CC(N)Cc1ccccc1", Relation.SAME),
        ("C[C@H](N)Cc1ccccc1", "CC(N)Cc1ccccc1", Relation.MORE_STEREO),
        ("CC(N)Cc1ccccc1", "C[C@H](N)Cc1ccccc1", Relation.LESS_STEREO),
        ("C[C@@H](N)Cc1ccccc1", "C[C@H](N)Cc1ccccc1", Relation.OTHER_STEREO),
        ("C/C=C\\C", "C/C=C/C", Relation.OTHER_STEREO),
        ("Oc1ccccn1", "O=c1cccc[nH]1", Relation.TAUTOMER),
        (HEROIN, MORPHINE, Relation.ESTER),
        (CODEINE, MORPHINE, Relation.ETHER),
        (MORPHINE, HEROIN, None),
        ("CNC(C)C(=O)c1ccccc1C", "CNC(C)C(=O)c1cccc(C)c1", Relation.POSITIONAL),
        ("CCNC(C)C(=O)c1ccccc1", "CNC(C)C(=O)c1cccc(C)c1", None),
        ("CNC(C)C(=O)c1ccccc1F", "CNC(C)C(=O)c1cccc(C)c1", None),
        ("COC(=O)c1ccccc1", "OC(=O)c1ccccc1", Relation.ESTER),
        ("O=C1CCCO1", "OCCCC(=O)O", None),
        ("C1CCOC1", "OCCCC", None),
        ("CC(=O)Nc1ccccc1", "Nc1ccccc1", None),
        ("CCCCO", "CCOCC", None),
    ],
)
def test_a_structure_stands_to_a_row_in_one_way(query, row, expected):
    assert relation(compared(prepare(Smiles(query))), of_row(row)) is expected


def test_an_ester_of_many_groups_is_cleaved_in_bounded_time():
    sugar = "CC(=O)OCC(OC(C)=O)C(OC(C)=O)C(OC(C)=O)C(OC(C)=O)COC(C)=O"
    query = compared(prepare(Smiles(sugar)))
    assert len(query.esters_of) <= 12
    assert relation(query, of_row(sugar.replace("CC(=O)OCC", "OCC", 1))) is Relation.ESTER


def test_a_polymer_is_no_ether_of_a_row():
    assert compared(prepare(Smiles("O" + "CCO" * 160))).ethers_of == frozenset()


def test_several_esters_of_one_alcohol_are_cleaved_together():
    diester = "CC(=O)OCCCOC(C)=O"
    assert relation(compared(prepare(Smiles(diester))), of_row("OCCCO")) is Relation.ESTER


def test_a_structure_without_an_inchi_has_no_key():
    assert parent_inchikey("*C") is None
    assert parent_inchikey("CCO").text.startswith("LFQSCWFLJHTTHZ")


NOTHING = TakenOff(parts=(), isotopes=(), charges=(), stereo=False)
SALT = TakenOff(parts=("Cl",), isotopes=(), charges=(), stereo=False)
HEAVY = TakenOff(parts=(), isotopes=((0, 2),), charges=(), stereo=False)


@pytest.mark.parametrize(
    ("how", "scope", "taken"),
    [
        (Relation.SAME, EntryScope(), Taken.IN),
        (Relation.TAUTOMER, EntryScope(), Taken.IN),
        (Relation.LESS_STEREO, EntryScope(), Taken.OPEN),
        (Relation.LESS_STEREO, EntryScope(isomers=(IsomerScope.STEREO,)), Taken.IN),
        (Relation.MORE_STEREO, EntryScope(), Taken.IN),
        (Relation.MORE_STEREO, EntryScope(isomers=(IsomerScope.NONE,)), Taken.OPEN),
        (Relation.MORE_STEREO, EntryScope(isomers=(IsomerScope.ALL,)), Taken.IN),
        (Relation.OTHER_STEREO, EntryScope(), Taken.OPEN),
        (Relation.OTHER_STEREO, EntryScope(isomers=(IsomerScope.POSITIONAL,)), Taken.OUT),
        (Relation.OTHER_STEREO, EntryScope(isomers=(IsomerScope.GEOMETRIC,)), Taken.IN),
        (Relation.POSITIONAL, EntryScope(), Taken.OPEN),
        (Relation.POSITIONAL, EntryScope(isomers=(IsomerScope.ALL,)), Taken.IN),
        (Relation.ESTER, EntryScope(esters=True), Taken.IN),
        (Relation.ESTER, EntryScope(esters=False), Taken.OUT),
        (Relation.ETHER, EntryScope(), Taken.OPEN),
    ],
)
def test_the_scope_of_a_row_says_what_it_takes_in(how, scope, taken):
    found = read_scope(how, scope, NOTHING, isotopologues_alike=True)
    assert found.taken is taken
    assert bool(found.points) == (taken is Taken.OPEN)


@pytest.mark.parametrize(
    ("off", "scope", "alike", "taken"),
    [
        (SALT, EntryScope(), True, Taken.IN),
        (SALT, EntryScope(salts=False), True, Taken.OPEN),
        (HEAVY, EntryScope(), True, Taken.IN),
        (HEAVY, EntryScope(), False, Taken.OUT),
        (HEAVY, EntryScope(isotopologues=True), False, Taken.IN),
        (HEAVY, EntryScope(isotopologues=False), True, Taken.OUT),
    ],
)
def test_salts_and_isotopes_are_read_beside_the_relation(off, scope, alike, taken):
    assert read_scope(Relation.SAME, scope, off, isotopologues_alike=alike).taken is taken


def test_what_one_reading_leaves_out_no_other_brings_in():
    out = EntryScope(esters=True, isotopologues=False)
    assert read_scope(Relation.ESTER, out, HEAVY, isotopologues_alike=True).taken is Taken.OUT
