"""Documents of rules: what is refused and why, and what the engine does with a made-up rule."""

import copy
import json
from importlib import resources

import pytest

from substance_library.errors import InvalidRuleError, TooManyMappingsError
from substance_library.generic.document import read_document
from substance_library.generic.drawings import drawing
from substance_library.generic.fragment import canonical_fragment, fragments_beside
from substance_library.generic.graph import graph_of
from substance_library.generic.judging import MAX_MAPPINGS, judge
from substance_library.generic.vocabulary import Fit, best_fit, fit, predicate
from substance_library.generic.words import MODULES, load_words
from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare

MADE_UP = {
    "schema": 1,
    "id": "ZZ_MADE_UP",
    "jurisdiction": "ZZ",
    "title": "Made up for tests",
    "source": "made up",
    "valid_from": "2000-01-01",
    "valid_to": None,
    "partly_encoded": False,
    "slots": {"shared": {"name": "ring", "at": ["ring"], "allowed": [{"is": "halogen", "words": "halogen"}]}},
    "forms": [
        {
            "name": "aniline",
            "core": "[c:1]1[c:2][c:3][c:4][c:5][c:6]1-[NX3:7]",
            "positions": {"ring": [1, 2, 3, 4, 5], "N": 7},
            "slots": [
                "shared",
                {
                    "name": "R1",
                    "at": ["N"],
                    "max": 1,
                    "allowed": [{"is": "alkyl", "max_carbons": 2, "words": "alkyl <= C2"}],
                    "undecided": [{"is": "univalent", "point": "what a residue is"}],
                },
                {"name": "R2", "at": ["N"], "max": 1, "allowed": [{"is": "alkyl", "words": "any alkyl"}]},
            ],
        }
    ],
}


def changed(change):
    document = copy.deepcopy(MADE_UP)
    change(document)
    return document


def judged(smiles, document=MADE_UP):
    return judge(read_document(document), prepare(Smiles(smiles)))


@pytest.mark.parametrize(
    ("change", "what", "found"),
    [
        (lambda it: it.update(schema=2), "schema", "2"),
        (lambda it: it.update(colour="red"), "ZZ_MADE_UP", "unknown keys ['colour']"),
        (lambda it: it["forms"][0].update(core="c1cc"), "form 'aniline', core", "'c1cc'"),
        (lambda it: it["forms"][0].update(shape="round"), "form 'aniline'", "unknown keys ['shape']"),
        (lambda it: it["forms"][0]["positions"].update(far=[99]), "positions", "[99]"),
        (lambda it: it["forms"][0]["slots"].append("unheard"), "slot", "'unheard'"),
        (lambda it: it["forms"][0]["slots"][1].update(at=["O"]), "slot R1", "['O']"),
        (lambda it: it["forms"][0]["slots"][1].update(apart="far"), "apart", "'far'"),
        (lambda it: it["forms"][0]["slots"][1].update(least=1), "slot 'R1'", "unknown keys ['least']"),
        (lambda it: it["forms"][0]["slots"][1]["allowed"][0].update({"is": "alkil"}), "allowed", "'alkil'"),
        (lambda it: it["forms"][0]["slots"][1]["allowed"].append("alkyl"), "allowed", "'alkyl'"),
        (lambda it: it["forms"][0]["slots"][1]["allowed"][0].update(max_carbons="2"), "alkyl, max_carbons", "'2'"),
        (lambda it: it["forms"][0]["slots"][1]["allowed"][0].update(max_carbons=True), "alkyl, max_carbons", "True"),
        (lambda it: it["forms"][0]["slots"][1]["allowed"][0].update(carbons=2), "alkyl", "unknown ['carbons']"),
        (lambda it: it["forms"][0]["slots"][1]["allowed"][0].pop("words"), "allowed, alkyl", "no 'words'"),
        (lambda it: it["forms"][0]["slots"][1]["undecided"][0].pop("point"), "undecided, univalent", "no 'point'"),
        (
            lambda it: it["forms"][0]["slots"][1]["allowed"].append({"is": "named", "smiles": ["C("], "words": "x"}),
            "named, smiles",
            "['C(']",
        ),
        (
            lambda it: it["forms"][0]["slots"][1]["allowed"].append({"is": "named", "words": "x"}),
            "named",
            "missing ['smiles']",
        ),
        (
            lambda it: it["forms"][0]["slots"][1]["allowed"].append(
                {"is": "on", "linker": "Se", "rest": {"is": "alkyl"}, "words": "x"}
            ),
            "on, linker",
            "'Se'",
        ),
        (
            lambda it: it["forms"][0]["slots"][1]["allowed"].append(
                {"is": "on", "linker": "O", "rest": {"is": "alkil"}, "words": "x"}
            ),
            "on",
            "'alkil'",
        ),
        (
            lambda it: it["forms"][0]["slots"][1]["allowed"].append(
                {"is": "any_of", "of": [{"is": "alkil"}], "words": "x"}
            ),
            "any_of",
            "'alkil'",
        ),
        (lambda it: it.update(excluded=[{"name": "x", "smiles": "C(", "words": "x"}]), "named structure", "'C('"),
        (lambda it: it.update(open_exclusions=[{"point": "x", "smarts": ["[c"]}]), "open exclusion", "'[c'"),
        (lambda it: it.update(structures=[{"is": "mirror image"}]), "structures", "'mirror image'"),
    ],
)
def test_a_document_that_cannot_be_read_says_where_and_why(change, what, found):
    with pytest.raises(InvalidRuleError) as refusal:
        read_document(changed(change))
    assert what in refusal.value.what
    assert found in refusal.value.found
    assert "ZZ_MADE_UP" in str(refusal.value)


@pytest.mark.parametrize(
    ("smiles", "result", "slots"),
    [
        ("Nc1ccccc1", "match", []),
        ("Nc1ccccc1F", "match", ["ring"]),
        ("CN(CCC)c1ccccc1", "match", ["R1", "R2"]),
        ("CCCN(C)c1ccccc1", "match", ["R1", "R2"]),
        ("CCCNc1ccccc1", "match", ["R2"]),
        ("CCCN(CCC)c1ccccc1", "cannot_decide", ["R1", "R2"]),
        ("C=CN(CCC)c1ccccc1", "cannot_decide", ["R1", "R2"]),
        ("C=CN(C=C)c1ccccc1", "no_match", None),
        ("Nc1ccccc1O", "no_match", None),
        ("N=C1C=CC=CC1", "no_match", None),
        ("c1ccc2c(c1)CCN2", "no_match", None),
        ("O=Nc1ccccc1", "no_match", None),
    ],
)
def test_fragments_go_to_the_slots_that_leave_least_open(smiles, result, slots):
    answer = judged(smiles)
    assert answer.result == result, answer
    if slots is not None:
        assert sorted(it.slot for it in answer.proof.placed) == slots


def test_too_few_and_too_many_are_said():
    document = changed(lambda it: it["forms"][0]["slots"][2].update(min=1, name="obligatory"))
    assert judged("Nc1ccccc1", document).failed == ("obligatory: 0 there, at least 1 needed",)
    narrow = changed(lambda it: it["slots"]["shared"].update(max=1))
    assert judged("Nc1c(F)cccc1F", narrow).failed == ("ring: 2 there, at most 1 allowed",)


def test_a_bond_inside_the_core_that_the_text_does_not_have_fails_or_is_open():
    core = {
        "core": "[c:1]1[c:2][c:3][c:4][c:5][c:6]1-[CX4:8]-[CX4:9]-[NX3:7]",
        "positions": {"ring": [1, 2, 3, 4, 5], "N": 7},
    }
    document = changed(lambda it: it["forms"][0].update(core))
    assert judged("NCCc1ccccc1", document).result == "match"
    indoline = judged("C1Cc2ccccc2N1", document)
    assert indoline.failed == ("a bond inside the core that the text does not have (N - ring)",)
    allowed = changed(
        lambda it: it["forms"][0].update(core, core_bonds=[{"between": ["N", "ring"], "point": "rings", "tag": "t"}])
    )
    assert judged("C1Cc2ccccc2N1", allowed).undecided == ("rings",)


def test_open_exclusions_make_a_match_open_and_no_more():
    document = changed(
        lambda it: it.update(
            open_exclusions=[
                {"point": "whether this one is meant", "smiles": ["Nc1ccccc1F"]},
                {"point": "whether iodides are meant", "smarts": ["cI"]},
            ]
        )
    )
    assert judged("Nc1ccccc1", document).result == "match"
    assert judged("Nc1ccccc1F.Cl", document).undecided == ("whether this one is meant",)
    assert judged("Nc1ccccc1I", document).undecided == ("whether iodides are meant",)
    assert judged("Oc1ccccc1I", document).undecided == ()


def test_companions_fail_or_are_open_where_they_are_alone():
    def with_companion(**words):
        def change(it):
            it["slots"]["shared"]["allowed"].append({"is": "univalent", "tag": "other", "words": "others beside"})
            for slot in it["forms"][0]["slots"][1:]:
                slot["allowed"][0]["limb"] = "alkyl"
            it["companions"] = [{"tag": "other", "needs": ["alkyl"], **words}]

        return changed(change)

    assert judged("CNc1ccccc1O", with_companion(point="alone")).result == "match"
    assert judged("Nc1ccccc1O", with_companion(point="alone")).undecided == ("alone",)
    assert judged("Nc1ccccc1O", with_companion(words="not alone")).failed == ("not alone",)


def test_the_notes_say_what_was_set_aside():
    answer = judged("[2H]Nc1ccccc1.Cl.CCCCCCCCN", changed(lambda it: it.update(max_mass_u="129.247")))
    assert answer.failed == ("no form of the core is there: aniline",)  # octylamine is the larger component
    notes = judged("[2H]Nc1ccccc1.Cl.CCCCN", changed(lambda it: it.update(max_mass_u="93.129"))).proof.notes
    assert notes == (
        "molecular mass 93.129 u, at most 93.129 u",
        "taken off: CCCCN and Cl",
        "isotopes were dropped",
        "another substance is in the structure and was not judged: CCCCN",
    )


def test_other_drawings_are_judged_too_and_named():
    @drawing("made-up swap of fluorine for hydroxy")
    def swapped(molecule, _description):
        changed_molecule = type(molecule)(molecule)
        for atom in changed_molecule.GetAtoms():
            if atom.GetSymbol() == "O":
                atom.SetAtomicNum(9)
        changed_molecule.UpdatePropertyCache()
        yield changed_molecule, "drawn with fluorine"

    document = changed(lambda it: it.update(structures=[{"is": "made-up swap of fluorine for hydroxy"}]))
    assert judged("Nc1ccccc1O").result == "no_match"
    answer = judged("Nc1ccccc1O", document)
    assert answer.result == "match"
    assert answer.proof.notes == ("drawn with fluorine",)


def test_too_many_ways_to_lay_a_core_are_no_answer():
    form = {"core": "[#6:1].[#6:2]", "positions": {"ring": [1], "N": [2]}, "slots": []}
    document = changed(lambda it: it["forms"][0].update(form))
    with pytest.raises(TooManyMappingsError) as refusal:
        judged("C" * 100, document)
    assert refusal.value.limit == MAX_MAPPINGS
    assert str(refusal.value).startswith("rule ZZ_MADE_UP, 'CCCC")


def test_what_fails_anyway_is_answered_without_laying_the_core():
    form = {"core": "[#6:1].[#6:2]", "positions": {"ring": [1], "N": [2]}, "slots": []}
    document = changed(lambda it: (it["forms"][0].update(form), it.update(max_mass_u="500")))
    answer = judged("C" * 100, document)
    assert (answer.result, answer.failed) == ("no_match", ("the molecular mass of 1404.716 u is above 500 u",))


def test_a_match_among_the_first_ways_is_an_answer_all_the_same():
    form = {"core": "[#6:1].[#6:2]", "positions": {"ring": [1], "N": [2]}}
    any_slot = [
        {"name": f"{n} bonds", "at": ["ring", "N"], "bonds": n, "allowed": [{"is": "anything", "words": "a"}]}
        for n in (1, 2)
    ]
    document = changed(lambda it: it["forms"][0].update(form, slots=any_slot))
    assert judged("C" * 100, document).result == "match"


@predicate("made up for tests: fits if an open point is read so")
def _made_up_open(_fragment, _description):
    return Fit(fits=True, points=("open",))


def fragments_of(smiles):
    """Cut a molecule at its first atom."""
    graph = graph_of(prepare(Smiles(smiles)).parent)
    core = frozenset({0})
    return fragments_beside(graph, core, within=frozenset(range(1, len(graph.elements))), positions={0: "core"})


def test_a_word_is_entered_once():
    load_words()
    assert "groups" in MODULES
    with pytest.raises(InvalidRuleError, match="a second predicate 'alkyl'"):
        predicate("alkyl")(lambda *_: None)


@pytest.mark.parametrize(
    ("fragment", "description", "fits"),
    [
        ("NCC(C)C", {"is": "alkyl", "min_carbons": 4, "max_carbons": 4}, True),
        ("NCC(C)C", {"is": "alkyl", "min_carbons": 5}, False),
        ("NCC#CC", {"is": "alkynyl", "max_carbons": 4}, True),
        ("NCC#CC=C", {"is": "alkynyl"}, False),
        ("NCC=CC=C", {"is": "alkenyl"}, True),
        ("NCC=CC#C", {"is": "alkenyl"}, False),
        ("N=CC", {"is": "alkyl"}, False),
        ("NC1CC1", {"is": "alkyl"}, False),
        ("NC(F)(F)Cl", {"is": "haloalkyl", "elements": ["F"]}, False),
        ("NC(F)(F)F", {"is": "haloalkyl", "elements": ["F"]}, True),
        ("NOF", {"is": "haloalkyl"}, False),
        ("NI", {"is": "halogen", "elements": ["F", "Cl"]}, False),
        ("NCl", {"is": "halogen", "elements": ["F", "Cl"]}, True),
        ("NC(=O)CC", {"is": "on", "linker": "C(=O)", "rest": {"is": "alkyl"}}, True),
        ("NC(=O)NCC", {"is": "on", "linker": "C(=O)NH", "rest": {"is": "alkyl"}}, True),
        ("NC(=O)N(C)CC", {"is": "on", "linker": "C(=O)NH", "rest": {"is": "alkyl"}}, False),
        ("NS(=O)CC", {"is": "on", "linker": "S(=O)", "rest": {"is": "alkyl"}}, True),
        ("NS(=O)(=O)CC", {"is": "on", "linker": "S(=O)", "rest": {"is": "alkyl"}}, False),
        ("NOC(=O)C", {"is": "on", "linker": "OC(=O)", "rest": {"is": "alkyl"}}, True),
        ("NC=O", {"is": "on", "linker": "C(=O)", "rest": {"is": "univalent"}}, False),
        ("NC(=O)OC", {"is": "ester"}, True),
        ("NCCOC(=O)C", {"is": "ester"}, True),
        ("NC(=O)O", {"is": "ester"}, False),
        ("NC(=O)COC", {"is": "ester"}, False),
        ("NOCO", {"is": "ester"}, False),
        ("NC(=O)OC(=O)C", {"is": "ester"}, False),
        ("NCOC", {"is": "ether"}, True),
        ("NCCO", {"is": "ether"}, False),
        ("NCC=O", {"is": "ether"}, False),
        ("NCOCOC", {"is": "ether"}, False),
        ("NCOC", {"is": "elements", "only": ["C"]}, False),
        ("NCOC", {"is": "elements", "only": ["C", "O"]}, True),
        ("NCCO", {"is": "substituted_alkyl"}, True),
        ("NCC1CC1", {"is": "substituted_alkyl"}, True),
        ("NCCC", {"is": "substituted_alkyl"}, False),
        ("NCC=C", {"is": "substituted_alkyl"}, False),
        ("NC1CC1", {"is": "substituted_alkyl"}, False),
        ("NC=CO", {"is": "substituted_alkyl"}, False),
        ("NOC", {"is": "substituted_alkyl"}, False),
        ("NC1CCCC1", {"is": "monocycle", "sizes": [5], "elements": ["C"], "aromatic": False}, True),
        ("NC1CCCC1", {"is": "monocycle", "aromatic": True}, False),
        ("NC1CCCC1C", {"is": "monocycle"}, False),
        ("NC1CCCC1C", {"is": "monocycle", "substituents": [{"is": "alkyl"}]}, True),
        ("NC1CCCC1O", {"is": "monocycle", "substituents": [{"is": "alkyl"}]}, False),
        ("NC1CCCC1=O", {"is": "monocycle", "substituted": True}, True),
        ("NCC1CCCC1", {"is": "monocycle"}, False),
        ("N=C1CCCC1", {"is": "monocycle"}, False),
        ("Nc1ccc2OCOc2c1", {"is": "fused_dioxole", "aromatic": True}, True),
        ("NC1CCC2OCOC2C1", {"is": "fused_dioxole", "aromatic": True}, False),
        ("Nc1cc2OCOc2c2OCOc12", {"is": "fused_dioxole"}, False),
        ("Nc1ccc2OCCc2c1", {"is": "fused_dioxole"}, False),
        ("NC1OC2CCCCC2O1", {"is": "fused_dioxole"}, False),
        ("N=C1CC2OCOC2C1", {"is": "fused_dioxole"}, False),
        ("NCCC1CC1", {"is": "ring_on_chain", "min_chain": 2, "max_chain": 2, "ring": {"is": "monocycle"}}, True),
        ("NCCC1CC1", {"is": "ring_on_chain", "min_chain": 1, "max_chain": 1, "ring": {"is": "monocycle"}}, False),
        ("NCCC1CC1C", {"is": "ring_on_chain", "min_chain": 2, "ring": {"is": "monocycle"}}, False),
        ("NC1CC1", {"is": "ring_on_chain", "min_chain": 1, "ring": {"is": "monocycle"}}, False),
        ("NCC(O)C1CC1", {"is": "ring_on_chain", "min_chain": 2, "ring": {"is": "monocycle"}}, False),
        ("NCCCCC", {"is": "chain_bearing", "length": 5, "bearing": []}, True),
        ("NCCCCCC", {"is": "chain_bearing", "length": 5, "bearing": []}, False),
        ("NCCCC(C)CC", {"is": "chain_bearing", "length": 5, "bearing": [{"is": "alkyl", "max_carbons": 1}]}, True),
        ("NCCCC(C)C", {"is": "chain_bearing", "length": 5, "bearing": [{"is": "alkyl", "max_carbons": 1}]}, True),
        ("NCCCC=C", {"is": "chain_bearing", "length": 5, "bearing": [{"is": "univalent"}]}, False),
        ("N=CC", {"is": "chain_bearing", "length": 2, "bearing": []}, False),
        ("NCC", {"is": "none_of", "of": [{"is": "halogen"}]}, True),
        ("NCC", {"is": "all_of", "of": [{"is": "alkyl"}, {"is": "univalent"}]}, True),
        ("NCC", {"is": "all_of", "of": [{"is": "alkyl"}, {"is": "halogen"}]}, False),
        ("NCC", {"is": "any_of", "of": [{"is": "halogen"}, {"is": "alkyl"}]}, True),
        ("N1CCCC1", {"is": "closing_ring", "sizes": [5], "elements": ["C"]}, True),
        ("N1CCCC1", {"is": "closing_ring", "sizes": [6]}, False),
        ("N1CCOC1", {"is": "closing_ring", "elements": ["C"]}, False),
        ("N1Cc2ccsc2C1", {"is": "closing_ring", "elements": ["C"]}, False),
        ("NCC", {"is": "closing_ring"}, False),
        ("[nH]1cccc1", {"is": "closing_ring", "saturated_bonds": True}, False),
        ("C1OCO1", {"is": "alkylenedioxy"}, True),
        ("C1OC(C)(C)CO1", {"is": "alkylenedioxy", "max_carbons": 3}, False),
        ("C1OC(F)O1", {"is": "alkylenedioxy"}, False),
        ("C1OC=CO1", {"is": "alkylenedioxy"}, False),
        ("C1OCCC1", {"is": "alkylenedioxy"}, False),
        ("COCO", {"is": "alkylenedioxy"}, False),
    ],
)
def test_the_words_mean_what_the_page_says(fragment, description, fits):
    load_words()
    (only,) = fragments_of(fragment)
    assert fit(only, description).fits == fits


def test_open_points_are_carried_through_combinations():
    load_words()
    (ethyl,) = fragments_of("NCC")
    is_open, alkyl, halogen = (
        {"is": "made up for tests: fits if an open point is read so"},
        {"is": "alkyl"},
        {"is": "halogen"},
    )
    assert fit(ethyl, {"is": "any_of", "of": [is_open, alkyl]}).points == ()
    assert fit(ethyl, {"is": "any_of", "of": [halogen, is_open]}).points == ("open",)
    assert fit(ethyl, {"is": "all_of", "of": [alkyl, is_open]}).points == ("open",)
    assert fit(ethyl, {"is": "none_of", "of": [halogen, is_open]}).points == ("open",)
    assert best_fit(ethyl, [halogen]).fits is False
    (ring,) = fragments_of("NC1CC1C")
    assert fit(ring, {"is": "monocycle", "substituents": [is_open]}).points == ("open",)
    (chain,) = fragments_of("NCCC1CC1")
    described = {"is": "ring_on_chain", "min_chain": 1, "ring": is_open, "bearing": [is_open]}
    assert fit(chain, described).points != ()


def test_fragments_are_compared_in_one_form():
    assert canonical_fragment("COC(=O)[*]") == canonical_fragment("[*]C(=O)OC")
    assert canonical_fragment("C(") == ""


def test_every_shipped_document_is_read_and_has_the_name_of_its_file():
    folder = resources.files("substance_library").joinpath("data", "rules")
    names = sorted(entry.name for entry in folder.iterdir())
    assert names == [f"{rule.id}.json" for rule in generic_rules()]
    for rule in generic_rules():
        assert rule.document == json.loads(folder.joinpath(f"{rule.id}.json").read_text(encoding="utf-8"))
        assert rule.source.strip()
        assert rule.valid_to is None or rule.valid_from <= rule.valid_to


def test_no_rule_knows_an_acceptance_case():
    """A document names structures only where the text names them."""
    named = {it["name"] for rule in generic_rules() for it in rule.document.get("excluded", ())}
    assert {"bupropion", "cathinone", "amfepramone", "pyrovalerone", "methcathinone", "losartan"} <= named
