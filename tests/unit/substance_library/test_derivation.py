"""The rule of analogues by derivation (law.md 1.2) on toy lists; every list here is made up."""

from datetime import date

import pytest

from substance_library import derivation
from substance_library.derivation import (
    EFFORT_POINT,
    STAR_POINT,
    Derivation,
    DerivationBase,
    DerivationTables,
    ListedSubstituent,
)
from substance_library.derivations.replacing import ETHER_POINT, HYDROGEN_POINT, NESTED_POINT
from substance_library.derivations.substituents import SubstituentTable
from substance_library.errors import InvalidDerivationError
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare
from substance_library.rule_answer import RuleResult
from tests.builders.toy_lists import (
    AFTER,
    BASES,
    FIRST,
    FRAGMENTS,
    LAST,
    MIDDLE,
    OTHER_FRAGMENTS,
    asked,
    base,
    replaced,
    row,
    toy,
)

AMINE = "CC(N)Cc1ccccc1"
FLUORO_ALCOHOL = "OC(C)c1ccc(F)cc1"
DIFLUORO = "FC(F)CN"


def matched(smiles, base_smiles, *fragments):
    answer = asked(smiles, base_smiles, fragments)
    return answer.substituents if answer.result is RuleResult.MATCH else answer.result.value


class TestReplacement:
    def test_a_listed_substituent_in_the_place_of_hydrogen_matches_with_its_row(self):
        answer = asked("CC(N)Cc1ccc(C)cc1", AMINE)
        assert (answer.result, answer.base_id, answer.substituents) == (RuleResult.MATCH, "toy-1", ("[*]C",))

    def test_every_substituent_needs_its_row(self):
        assert matched("CC(N)Cc1ccc(C)c(Br)c1", AMINE, "[*]C", "[*]Cl") == "no_match"

    def test_one_that_stands_twice_is_named_twice(self):
        assert matched("CC(N)Cc1cc(Cl)cc(Cl)c1", AMINE, "[*]C", "[*]Cl") == ("[*]Cl", "[*]Cl")

    def test_the_base_itself_is_listed_by_name_and_no_analogue(self):
        for form in (AMINE, "C[C@H](N)Cc1ccccc1", "CC([NH3+])Cc1ccccc1.[Cl-]", "[2H]C([2H])(C(C)N)c1ccccc1"):
            answer = asked(form, AMINE)
            assert answer.result is RuleResult.NO_MATCH
            assert "itself" in answer.failed[0]

    def test_one_listed_base_is_no_analogue_of_another(self):
        answer = asked("CC(N)Cc1ccc(C)cc1", (AMINE, "CC(N)Cc1ccc(C)cc1"))
        assert answer.result is RuleResult.NO_MATCH
        assert "toy-2" in answer.failed[0]

    def test_a_part_of_the_base_cannot_be_missing(self):
        assert matched("CCCc1ccccc1", AMINE, "[*]C") == "no_match"
        assert matched("NCCc1ccccc1", AMINE, "[*]C") == "no_match"

    @pytest.mark.parametrize(
        "changed", ["CC(N)CC1CCCCC1", "CC(N)Cc1ccncc1", "CC(N)C=C1C=CC=CC1", "C/C(Cc1ccccc1)=N\\C", "C=C(NC)Cc1ccccc1"]
    )
    def test_bond_orders_elements_and_aromaticity_are_preserved(self, changed):
        assert asked(changed, AMINE).result is RuleResult.NO_MATCH

    def test_no_bond_is_added_between_atoms_of_the_base(self):
        assert asked("NC1CC1c1ccccc1", "NCCCc1ccccc1").result is RuleResult.NO_MATCH
        assert asked("CC1Cc2ccccc2N1", AMINE).result is RuleResult.NO_MATCH

    def test_a_substituent_that_is_only_added_replaces_nothing(self):
        assert matched("CC([N+](C)(C)[O-])Cc1ccccc1", AMINE, "[*]C") == "no_match"
        assert matched("O=S1CCCC1", "C1CCSC1", "[*]=O") == "no_match"
        assert matched("O=C1CCCS1", "C1CCSC1", "[*]=O") == ("[*]=O",)

    def test_the_fourth_group_of_a_quaternary_nitrogen_replaces_the_hydrogen_of_the_salt(self):
        assert matched("CC([N+](C)(C)C)Cc1ccccc1", AMINE, "[*]C") == ("[*]C", "[*]C", "[*]C")
        assert matched("CC([N+](C)(C)C)Cc1ccccc1.[I-]", AMINE, "[*]C") == ("[*]C", "[*]C", "[*]C")
        assert matched("CC([N+](C)(C)CC)Cc1ccccc1", AMINE, "[*]C") == "cannot_decide", "a methyl on a listed methyl"
        assert matched("C[N+](C)(C)Cc1ccccc1", "C[N+](C)(C)Cc1ccccc1", "[*]C") == "no_match", "the base itself"
        assert matched("C[N+](C)(C)Cc1ccccc1C", "C[N+](C)(C)Cc1ccccc1", "[*]C") == ("[*]C",)
        assert matched("CN(C)Cc1ccccc1C", "C[N+](C)(C)Cc1ccccc1", "[*]C") == "no_match"

    @pytest.mark.parametrize(
        ("smiles", "base_smiles", "methyls"),
        [
            ("CC([N+](C)(C)C)Cc1ccccc1", AMINE, 3),
            ("C[N+](C)(C)Cc1ccccc1", "CN(C)Cc1ccccc1", 1),
            ("C[N+](C)(C)Cc1ccc(C)cc1.[I-]", "C[N+](C)(C)Cc1ccccc1", 1),
            ("C[n+]1ccccc1", "c1ccncc1", 1),
            ("C[S+](C)C", "CSC", 1),
            ("C[NH2+]Cc1ccccc1", "NCc1ccccc1", 1),
            ("CNCc1ccccc1", "[NH3+]Cc1ccccc1", 1),
        ],
    )
    def test_the_text_names_no_charge(self, smiles, base_smiles, methyls):
        """The hydrogen of the salt's N-H is one that can be replaced."""
        assert matched(smiles, base_smiles, "[*]C") == ("[*]C",) * methyls

    def test_a_quaternary_base_is_itself(self):
        assert matched("C[N+](C)(C)Cc1ccccc1", "C[N+](C)(C)Cc1ccccc1.[Cl-]", "[*]C") == "no_match"

    def test_the_proof_says_that_a_salt_gave_its_hydrogen(self):
        notes = asked("C[N+](C)(C)Cc1ccccc1", "CN(C)Cc1ccccc1", ("[*]C",)).proofs[0].proof.notes
        assert any("hydrogen of the base's salt" in note for note in notes)

    def test_a_hydrogen_on_nitrogen_sulfur_or_an_aldehyde_is_a_hydrogen(self):
        assert matched("CNCc1ccccc1", "NCc1ccccc1", "[*]C") == ("[*]C",)
        assert matched("CSc1ccccc1", "Sc1ccccc1", "[*]C") == ("[*]C",)
        assert matched("CC(=O)c1ccccc1", "O=Cc1ccccc1", "[*]C") == ("[*]C",)

    def test_all_mappings_are_tried(self):
        assert matched("CCN(C)CC", "CN(C)C", "[*]C") == ("[*]C", "[*]C")
        assert matched("Nc1ccc(N)c(Cl)c1", "Nc1ccc(N)cc1", "[*]Cl") == ("[*]Cl",)


class TestHalogensAndHydroxyls:
    def test_what_sits_where_the_base_has_the_same_is_retained(self):
        assert matched("OC(C)c1ccc(F)c(C)c1", FLUORO_ALCOHOL, "[*]C") == ("[*]C",)

    def test_retained_is_named_in_the_proof(self):
        notes = asked("OC(C)c1ccc(F)c(C)c1", FLUORO_ALCOHOL).proofs[0].proof.notes
        assert sorted(note.split(",")[0] for note in notes) == [
            "retained: F of the base",
            "retained: OH of the base",
        ]

    def test_the_same_halogen_elsewhere_is_a_replacement(self):
        assert matched("OC(C)c1ccc(F)c(F)c1", FLUORO_ALCOHOL, "[*]C") == "no_match"
        assert matched("OC(C)c1ccc(F)c(F)c1", FLUORO_ALCOHOL, "[*]F") == ("[*]F",)
        assert matched("OCC(O)c1ccc(F)cc1", FLUORO_ALCOHOL, "[*]F") == "no_match"
        assert matched("OCC(O)c1ccc(F)cc1", FLUORO_ALCOHOL, "[*]O") == ("[*]O",)

    def test_exchange_of_a_halogen_needs_its_row(self):
        assert matched("OC(C)c1ccc(Cl)cc1", FLUORO_ALCOHOL, "[*]C") == "no_match"
        assert matched("OC(C)c1ccc(Cl)cc1", FLUORO_ALCOHOL, "[*]Cl") == ("[*]Cl",)

    def test_a_hydroxyl_is_replaced_as_a_unit(self):
        assert matched("ClC(C)c1ccc(F)cc1", FLUORO_ALCOHOL, "[*]Cl") == ("[*]Cl",)
        assert matched("NC(=O)CCC", "OC(=O)CCC", "[*]N") == ("[*]N",)

    def test_a_bivalent_row_may_replace_hydrogen_and_hydroxyl_of_one_atom(self):
        answer = asked("CC(=O)c1ccc(F)cc1", FLUORO_ALCOHOL, ("[*]=O",))
        assert answer.substituents == ("[*]=O",)
        assert answer.proofs[0].proof.placed[0].slot.startswith("OH and H at C1")

    def test_as_many_are_retained_as_the_base_has(self):
        assert matched("FC(F)C(C)N", DIFLUORO, "[*]C") == ("[*]C",)
        assert matched("FC(F)(F)CN", DIFLUORO, "[*]F") == ("[*]F",)
        assert matched("FC(F)(F)CN", DIFLUORO, "[*]C") == "no_match"
        assert matched("FC(Cl)CN", DIFLUORO, "[*]Cl") == ("[*]Cl",)

    def test_hydrogen_in_the_place_of_a_halogen_or_hydroxyl_is_undecided(self):
        for smiles in ("OC(C)c1ccccc1", "CCc1ccc(F)cc1", "CCc1ccccc1", "OC(C)c1cccc(C)c1", "FCCN"):
            answer = asked(smiles, FLUORO_ALCOHOL if "c" in smiles else DIFLUORO)
            assert (answer.result, answer.undecided) == (RuleResult.CANNOT_DECIDE, (HYDROGEN_POINT,))
            assert (answer.base_id, answer.substituents) == (None, ())

    def test_hydrogen_is_decided_where_the_list_has_it(self):
        assert matched("OC(C)c1ccccc1", FLUORO_ALCOHOL, "[*][H]") == ("[*][H]",)

    def test_a_halogen_that_moves_turns_on_the_hydrogen_that_it_leaves(self):
        moved = "OC(C)c1cccc(F)c1"
        assert asked(moved, FLUORO_ALCOHOL, ("[*]F",)).undecided == (HYDROGEN_POINT,)
        assert asked(moved, FLUORO_ALCOHOL, ("[*]C",)).result is RuleResult.NO_MATCH

    def test_no_match_stands_where_another_condition_fails_beside_an_open_point(self):
        assert asked("OC(C)c1cccc(Br)c1", FLUORO_ALCOHOL, ("[*]C",)).result is RuleResult.NO_MATCH


class TestEthersAndEsters:
    def test_the_hydrogen_of_a_hydroxyl_is_undecided(self):
        for smiles in ("COC(C)c1ccc(F)cc1", "CC(=O)OC(C)c1ccc(F)cc1"):
            answer = asked(smiles, FLUORO_ALCOHOL, ("[*]C", "[*]C(C)=O"))
            assert (answer.result, answer.undecided) == (RuleResult.CANNOT_DECIDE, (ETHER_POINT,))

    def test_a_row_for_the_whole_group_replaces_the_hydroxyl_as_a_unit(self):
        assert matched("COC(C)c1ccc(F)cc1", FLUORO_ALCOHOL, "[*]C", "[*]OC") == ("[*]OC",)
        assert matched("COC(=O)CCC", "OC(=O)CCC", "[*]OC") == ("[*]OC",)

    def test_no_match_where_what_the_oxygen_bears_is_not_listed_either(self):
        assert asked("CC(C)OC(C)c1ccc(F)cc1", FLUORO_ALCOHOL, ("[*]F",)).result is RuleResult.NO_MATCH

    def test_one_hydroxyl_keeps_one_oxygen(self):
        assert asked("COC(C)OC", "CC(O)O", ("[*]C",)).undecided == (ETHER_POINT,)
        assert asked("COC(C)OC", "CCO", ("[*]C",)).result is RuleResult.NO_MATCH
        assert asked("COC(C)OC", "CCO", ("[*]C", "[*]OC")).result is RuleResult.MATCH

    def test_two_kept_oxygens_that_are_bound_to_each_other_are_no_ether(self):
        assert asked("C1COO1", "OCCO", ("[*]C",)).result is RuleResult.NO_MATCH

    def test_an_ester_may_be_nested_too(self):
        answer = asked("CC(=O)OC(C)c1ccc(F)cc1", FLUORO_ALCOHOL, ("[*]C", "[*]=O"))
        assert answer.undecided == (NESTED_POINT, ETHER_POINT)

    def test_an_ether_elsewhere_is_a_substituent_like_any(self):
        assert matched("OC(C)c1ccc(F)c(OC)c1", FLUORO_ALCOHOL, "[*]Cl") == "no_match"

    def test_a_bridge_between_two_hydroxyls(self):
        catechol, bridged = "Oc1ccccc1O", "c1ccc2OCOc2c1"
        assert matched(bridged, catechol, "[*]OCO[*]") == ("[*]OCO[*]",)
        assert asked(bridged, catechol, ("[*]C[*]",)).undecided == (ETHER_POINT,)
        assert asked(bridged, catechol, ("[*]CO[*]",)).undecided == (ETHER_POINT,)
        assert matched(bridged, catechol, "[*]C") == "no_match"

    def test_an_oxygen_that_closes_a_ring_on_the_base_needs_its_row(self):
        lactone, acid = "O=C1CCCO1", "O=C(O)CCCO"
        assert matched(lactone, acid, "[*]C") == "no_match"
        assert matched(lactone, acid, "[*]O[*]") == ("[*]O[*]",)


class TestBivalent:
    def test_two_bonds_to_two_atoms_close_a_ring(self):
        assert matched("CC(N)Cc1ccc2OCOc2c1", AMINE, "[*]OCO[*]") == ("[*]OCO[*]",)
        assert matched("CC(N1CCCC1)Cc1ccccc1", AMINE, "[*]CCCC[*]") == ("[*]CCCC[*]",)

    def test_two_bonds_to_one_atom(self):
        assert matched("CC1(N)CC1", "CC(C)N", "[*]C[*]") == ("[*]C[*]",)
        assert matched("O=CC(N)Cc1ccccc1", AMINE, "[*]=O") == ("[*]=O",)
        assert matched("C=C(N)C", "CC(C)N", "[*]C") == "no_match"

    def test_a_bridge_is_no_pair_of_monovalent_groups(self):
        assert matched("CC(N)Cc1ccc2OCOc2c1", AMINE, "[*]O", "[*]OC") == "no_match"
        assert matched("CC(N)Cc1ccc(O)c(OC)c1", AMINE, "[*]OCO[*]") == "no_match"

    def test_an_unsymmetrical_bridge_fits_both_ways(self):
        for smiles in ("CC(N)Cc1ccc2OCCc2c1", "CC(N)Cc1ccc2CCOc2c1"):
            assert matched(smiles, AMINE, "[*]CCO[*]") == ("[*]CCO[*]",)

    def test_three_bonds_are_no_substituent(self):
        assert asked("N1C2CCC1CC2", "C1CCNC1", ("[*]CC[*]",)).result is RuleResult.MATCH
        assert matched("C1C2CC3CC1CC(C2)C3", "C1CCCCC1", "[*]C", "[*]C[*]") == "cannot_decide"
        assert matched("C1C2CC3CC1CC(C2)C3", "C1CCCCC1", "[*]O[*]") == "no_match"

    @pytest.mark.parametrize("written", ["[*]C=CC=C[*]", "[*]cccc[*]", "*cccc*", "[*:1]C=CC=C[*:2]"])
    def test_a_fused_benzo_ring_is_a_bridge(self, written):
        table = DerivationTables(
            bases=(base(AMINE),),
            substituents=(row("[*]C=CC=C[*]") if "C" in written else _aromatic(written),),
        )
        answer = Derivation(table).judge(prepare(Smiles("CC(N)Cc1ccc2ccccc2c1")), as_of=MIDDLE)
        assert answer.result is RuleResult.MATCH

    def test_an_amine_may_become_a_pyrrole(self):
        assert matched("CC(n1cccc1)Cc1ccccc1", AMINE, "[*]C=CC=C[*]") == ("[*]C=CC=C[*]",)


def _aromatic(fragment):
    return ListedSubstituent(fragment=fragment, valence=2, valid_from=FIRST)


class TestNesting:
    def test_a_listed_substituent_on_a_listed_substituent_is_undecided(self):
        for smiles in ("CC(N)Cc1ccc(CCl)cc1", "CC(N)Cc1ccc(CC)cc1", "CC(N)Cc1ccc(OC)cc1"):
            answer = asked(smiles, AMINE, ("[*]C", "[*]Cl", "[*]O"))
            assert (answer.result, answer.undecided) == (RuleResult.CANNOT_DECIDE, (NESTED_POINT,))

    def test_a_row_for_the_complete_fragment_decides(self):
        assert matched("CC(N)Cc1ccc(CCl)cc1", AMINE, "[*]C", "[*]Cl", "[*]CCl") == ("[*]CCl",)

    def test_what_is_carried_has_to_be_listed_too(self):
        assert matched("CC(N)Cc1ccc(CBr)cc1", AMINE, "[*]C", "[*]Cl") == "no_match"

    def test_a_bridge_may_carry_or_be_carried(self):
        assert asked("CC(N)Cc1ccc2OC(C)Oc2c1", AMINE, ("[*]C", "[*]OCO[*]")).undecided == (NESTED_POINT,)
        assert asked("CC(N)Cc1ccc(C2CC2)cc1", AMINE, ("[*]C", "[*]CC[*]")).undecided == (NESTED_POINT,)
        assert asked("CC(N)Cc1ccc(-c2ccc3ccccc3c2)cc1", AMINE, ("[*]c1ccccc1", "[*]C=CC=C[*]")).undecided == (
            NESTED_POINT,
        )

    def test_a_ring_of_the_drawing_may_be_carried(self):
        """Benzene rings with =C at two atoms are aromatic to RDKit; the row that they sit on has single bonds there."""
        answer = asked("CC(CN)c1c2cc(F)cc1C=c1ccccc1=C2", "CC(CN)c1ccc(F)cc1", ("[*]C=CC=C[*]",))
        assert answer.undecided == (NESTED_POINT,)


class TestDates:
    def rule(self, **lasts):
        return Derivation(
            DerivationTables(
                bases=(base(AMINE, number=7, last=lasts.get("base")), base("CN", number=8)),
                substituents=(row("[*]C", number=1, last=lasts.get("row")), row("[*]Cl", number=2)),
            )
        )

    @pytest.mark.parametrize(
        ("day", "result"),
        [
            (FIRST, "match"),
            (LAST, "match"),
            (AFTER, "no_match"),
            (date(2019, 12, 31), "cannot_decide"),
        ],
    )
    @pytest.mark.parametrize("which", ["base", "row"])
    def test_first_and_last_day_are_included(self, which, day, result):
        structure = prepare(Smiles("CC(N)Cc1ccc(C)cc1"))
        assert self.rule(**{which: LAST}).judge(structure, as_of=day).result.value == result

    def test_a_list_without_a_row_in_force_is_named_as_missing(self):
        structure = prepare(Smiles("CC(N)Cc1ccc(C)cc1"))
        for bases, rows, missing in [
            ((), (row("[*]C"),), ["the list of bases has no row in force on 2020-06-01"]),
            ((base(AMINE),), (), ["the list of substituents has no row in force on 2020-06-01"]),
            ((base(AMINE, first=AFTER),), (row("[*]C"),), ["the list of bases has no row in force on 2020-06-01"]),
        ]:
            rule = Derivation(DerivationTables(bases=bases, substituents=rows))
            answer = rule.judge(structure, as_of=MIDDLE)
            assert (answer.result, list(answer.undecided)) == (RuleResult.CANNOT_DECIDE, missing)

    def test_a_row_in_two_editions_is_the_one_of_the_day(self):
        rows = (row("[*]C", number=1, last=LAST), row("*C", number=9, first=AFTER))
        rule = Derivation(DerivationTables(bases=(base(AMINE),), substituents=rows))
        structure = prepare(Smiles("CC(N)Cc1ccc(C)cc1"))
        found = [rule.judge(structure, as_of=day).proofs[0].substituents[0].row for day in (LAST, AFTER)]
        assert found == [1, 9]

    def test_a_base_of_two_editions_is_the_one_of_the_day(self):
        bases = (base(AMINE, number=1, last=LAST), base(AMINE, number=2, first=AFTER))
        rule = Derivation(DerivationTables(bases=bases, substituents=(row("[*]C"),)))
        structure = prepare(Smiles("CC(N)Cc1ccc(C)cc1"))
        assert [rule.judge(structure, as_of=day).base_id for day in (LAST, AFTER)] == ["toy-1", "toy-2"]

    def test_a_last_day_before_the_first_is_refused(self):
        with pytest.raises(InvalidDerivationError, match="valid_to 2020-01-01"):
            row("[*]C", first=MIDDLE, last=FIRST)
        with pytest.raises(InvalidDerivationError, match="2020-06-01 or later"):
            base(AMINE, first=MIDDLE, last=FIRST)


class TestBases:
    def test_the_first_base_of_the_list_is_named_and_all_are_proved(self):
        answer = asked("CC(N(C)C)Cc1ccccc1", ("CC(NC)Cc1ccccc1", AMINE), ("[*]C",))
        assert answer.base_id == "toy-1"
        assert [proof.base.base_id for proof in answer.proofs] == ["toy-1", "toy-2"]
        assert [len(proof.substituents) for proof in answer.proofs] == [1, 2]

    def test_a_base_that_decides_stands_before_one_that_is_open(self):
        answer = asked("CCC(N)Cc1ccccc1", ("CC(N)C(O)c1ccccc1", AMINE), ("[*]C",))
        assert (answer.result, answer.base_id) == (RuleResult.MATCH, "toy-2")

    def test_salt_charge_label_and_hand_of_the_base_do_not_matter(self):
        for form in ("C[C@H]([NH3+])Cc1ccccc1.[Cl-]", "CC(N)C([2H])([2H])c1ccccc1", "CC(N)CC1=CC=CC=C1"):
            assert matched("CC(N)Cc1ccc(C)cc1", form, "[*]C") == ("[*]C",)

    def test_a_base_of_one_atom(self):
        assert matched("CN", "C", "[*]N") == ("[*]N",)
        assert matched("CN", "N", "[*]C") == ("[*]C",)
        assert matched("CO", "O", "[*]C") == ("[*]C",)

    @pytest.mark.parametrize(("smiles", "found"), [("ClO", "halogens and hydroxyl"), ("CC*", "a star")])
    def test_a_base_without_a_skeleton_is_refused(self, smiles, found):
        with pytest.raises(InvalidDerivationError, match=found):
            base(smiles)

    def test_a_base_without_a_number_is_refused(self):
        with pytest.raises(InvalidDerivationError, match="base_id"):
            DerivationBase(base_id=" ", label="", smiles=Smiles("CC"), valid_from=FIRST)


class TestProof:
    def test_it_maps_every_atom_of_the_skeleton_as_given(self):
        answer = asked("Cl.[H]N([H])C(C)Cc1ccc(OC)cc1", AMINE, ("[*]OC",))
        proof = answer.proofs[0].proof
        given = Smiles("Cl.[H]N([H])C(C)Cc1ccc(OC)cc1").text
        assert [pair[0] for pair in proof.mapping] == list(range(10))
        assert dict(proof.mapping)[2] == 2, given
        placed = proof.placed[0]
        assert (placed.fragment, sorted(placed.atoms)) == ("[*]OC", [11, 12])
        assert placed.allowed_by == "row 1: [*]OC, in force 2020-01-01 to open"
        assert placed.slot == "H at C7 of the base"

    def test_what_was_set_aside_is_said(self):
        notes = asked("C[C@H]([NH3+])Cc1ccc(C([2H])([2H])[2H])cc1.[Cl-]", AMINE).proofs[0].proof.notes
        assert notes == ("taken off: Cl", "isotopes set aside", "stereochemistry set aside", "charges undone")

    def test_a_mixture_names_the_part_that_was_not_judged(self):
        notes = asked("CC(N)Cc1ccc(CC)cc1.CNC(C)C", AMINE).proofs[0].proof.notes
        assert "not judged: CNC(C)C" in notes


class TestBounds:
    def test_a_star_in_the_structure_is_not_decided(self):
        assert asked("*c1ccc(CC(C)N)cc1", AMINE).undecided == (STAR_POINT,)

    @pytest.mark.parametrize(
        ("smiles", "base_smiles"),
        [
            ("C" * 500, "C"),
            ("CC(C)" * 100, "C" * 20),
            ("C1CC1" * 100, "C1CC1" * 6),
            ("c1ccccc1-" * 60 + "c1ccccc1", "c1ccccc1-" * 8 + "c1ccccc1"),
            ("FC(F)(F)" + "C(F)(F)" * 150 + "F", "FC(F)(F)" + "C(F)(F)" * 30 + "F"),
        ],
    )
    def test_symmetry_ends_with_an_answer(self, smiles, base_smiles):
        answer = asked(smiles, base_smiles, ("[*]C", "[*]Cl", "[*]CC[*]"))
        assert answer.result in {RuleResult.CANNOT_DECIDE, RuleResult.NO_MATCH}

    def test_a_search_that_is_ended_before_any_replacement_says_so(self, monkeypatch):
        monkeypatch.setattr(derivation, "EFFORT", 5)
        assert asked("CC(N)Cc1ccc(C)cc1", AMINE).undecided == (EFFORT_POINT,)

    def test_what_was_found_before_the_end_stands(self, monkeypatch):
        chain, row_of_chain = "C" * 21, ("[*]" + "C" * 20,)
        question = derivation._Question(
            prepare(Smiles(chain)), (base("C"),), SubstituentTable.of([row(row_of_chain[0])])
        )
        assert question.answer(MIDDLE).result is RuleResult.MATCH
        monkeypatch.setattr(derivation, "EFFORT", derivation.EFFORT - question._effort.left - 1)
        assert asked(chain, "C", row_of_chain).result is RuleResult.MATCH

    def test_an_ended_search_says_so(self):
        answer = asked("C" * 500, "C", ("[*]C",))
        assert (answer.result, answer.undecided) == (RuleResult.CANNOT_DECIDE, (EFFORT_POINT,))


@pytest.mark.parametrize("smiles", BASES)
def test_every_structure_made_forwards_is_found_and_no_other_of_its_size(smiles):
    rule = toy((smiles,), FRAGMENTS)
    itself = prepare(Smiles(smiles)).parent_smiles
    made = {one for fragment in FRAGMENTS for one in replaced(smiles, fragment)} - {itself}
    twice = {two for one in sorted(made)[::12] for two in replaced(one, "[*]F")} - made - {itself}
    others = {one for fragment in OTHER_FRAGMENTS[:3] for one in replaced(smiles, fragment)} - made
    results = {one: rule.judge(prepare(Smiles(one)), as_of=MIDDLE).result.value for one in made | twice | others}
    assert {one for one in made if results[one] != "match"} == set()
    assert {one for one in twice if results[one] == "no_match"} == set()
    assert {one for one in others if results[one] == "match"} == set()
