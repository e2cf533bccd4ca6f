"""The sixteen tricky cases of the reference on control lists, section 5.4, each by its number."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from substance_library.determination import Content, FindingKind
from substance_library.editions import InForce, Standing
from substance_library.errors import TooManyMappingsError
from substance_library.identifiers import Smiles, identify_structure
from substance_library.law_data import shipped_law_book
from substance_library.rule_answer import RuleResult
from substance_library.schedule import Entry, EntryKind, EntryScope, Exclusion, ExclusionKind, IsomerScope, QuotedName
from substance_library.starter import starter_substances
from tests.builders.law_books import NARROW, act, answer, ask, book, class_rule, edition, named, substituent, table

SHIPPED = shipped_law_book()
DAY = date(2023, 6, 1)
SUBSTANCES = {one.preferred_name: one for one in starter_substances()}


def smiles(name):
    return SUBSTANCES[name].smiles.text


def un(text, day=DAY):
    return ask(text, SHIPPED, day, "UN")


@pytest.mark.parametrize(
    ("parent", "salt"),
    [
        ("Isotonitazene", ".OC(=O)CC(O)(C(=O)O)CC(=O)O"),
        ("Eutylone", ".Cl"),
    ],
)
def test_law_5_4_01_a_salt_is_its_parent_and_the_basis_of_the_weight_stays_open(parent, salt):
    found = un(smiles(parent) + salt)
    assert found.result.value == "listed_by_name"
    assert found.findings[0].name == parent
    assert any("of base or salt" in words for words in found.warnings)
    assert found.inchikey == SUBSTANCES[parent].inchikey.text


def test_law_5_4_01_a_row_that_leaves_salts_out_decides_nothing_about_one():
    law = book(named("1", "CC(N)Cc1ccccc1", scope=replace(NARROW, salts=False)))
    assert answer("CC(N)Cc1ccccc1", law) == "listed_by_name"
    assert answer("CC(N)Cc1ccccc1.Cl", law) == "cannot_decide"


def test_law_5_4_02_one_hand_is_listed_the_other_is_not_and_without_the_hand_nobody_can_say():
    levo, dextro = smiles("Levomethorphan"), smiles("Dextromethorphan")
    keys = [identify_structure(Smiles(one)).inchikey.text for one in (dextro, levo)]
    assert keys == ["MKXZASYAUGDDCJ-NJAFHUGGSA-N", "MKXZASYAUGDDCJ-CGTJXYLNSA-N"]
    assert un(levo).result.value == "listed_by_name"
    assert un(dextro).result.value == "not_covered"
    flat = un("COc1ccc2c(c1)C13CCCCC1C(C2)N(C)CC3")
    assert flat.result.value == "cannot_decide"
    assert "stereochemistry not established" in flat.missing[0]


def test_law_5_4_02_the_key_is_made_of_the_structure_and_of_nothing_beside_it():
    """A diastereomer under the name of dextromethorphan gets its own key, and its own answer."""
    other = smiles("Dextromethorphan").replace("[C@H](C2)", "[C@@H](C2)")
    found = un(other)
    assert found.inchikey[:14] == "MKXZASYAUGDDCJ"
    assert found.inchikey != SUBSTANCES["Dextromethorphan"].inchikey.text
    assert found.result.value == "cannot_decide"


@pytest.mark.parametrize("name", ["Ephedrine", "Pseudoephedrine"])
def test_law_5_4_02_ephedrine_and_pseudoephedrine_are_two_rows(name):
    found = un(smiles(name))
    certain = [one.name for one in found.findings if one.kind is FindingKind.LISTED]
    assert certain == [name]


def test_law_5_4_03_positional_isomers_have_days_of_their_own():
    two, three, four = "CNC(C)C(=O)c1ccccc1C", "CNC(C)C(=O)c1cccc(C)c1", "CNC(C)C(=O)c1ccc(C)cc1"
    assert [un(one, date(2018, 1, 1)).result.value for one in (three, four)] == ["cannot_decide", "listed_by_name"]
    assert un(three, date(2024, 12, 1)).result.value == "listed_by_name"
    unknown = un(two, date(2024, 12, 1))
    assert unknown.result.value == "cannot_decide"
    assert any("positional isomers" in words for words in unknown.missing)


def test_law_5_4_03_a_row_says_whether_positional_isomers_are_in():
    def law(*isomers):
        return book(named("1", "CNC(C)C(=O)c1cccc(C)c1", scope=replace(NARROW, isomers=isomers)))

    two = "CNC(C)C(=O)c1ccccc1C"
    assert answer(two, law(IsomerScope.NONE)) == "not_covered"
    assert answer(two, law(IsomerScope.STEREO)) == "not_covered"
    assert answer(two, law(IsomerScope.POSITIONAL)) == "listed_by_name"
    assert answer(two, law(IsomerScope.ALL)) == "listed_by_name"
    assert answer("CNC(CC)C(=O)c1ccccc1", law(IsomerScope.POSITIONAL)) == "not_covered"  # the methyl is in the chain


def test_law_5_4_04_an_isotopologue_is_its_substance_where_the_text_or_the_policy_says_so():
    labelled = "[2H]C([2H])([2H])NC(C)Cc1ccccc1"

    def law(isotopologues):
        return book(named("1", "CNC(C)Cc1ccccc1", scope=replace(NARROW, isotopologues=isotopologues)))

    words = {"yes": True, "no": False, "silent": None}
    answers = {said: answer(labelled, law(value)) for said, value in words.items()}
    assert answers == {"yes": "listed_by_name", "no": "not_covered", "silent": "listed_by_name"}
    assert answer(labelled, law(None), isotopologues_alike=False) == "not_covered"
    assert any("labelled standard is no seizure" in words for words in ask(labelled, law(None)).warnings)


def test_law_5_4_04_the_german_text_takes_isotopologues_in_whatever_the_policy():
    heavy = "CCN(CC)CCn1c(Cc2ccc(OC([2H])([2H])C)cc2)nc2cc([N+](=O)[O-])ccc12"
    found = ask(heavy, SHIPPED, date(2025, 6, 1), "DE", isotopologues_alike=False)
    assert found.result.value == "covered_by_rule"
    assert found.findings[0].rule == "DE_NPSG_7_BENZIMIDAZOLE"


def test_law_5_4_05_a_form_without_a_tail_is_outside_the_class():
    tail_less = "COC(=O)C(NC(=O)c1n[nH]c2ccccc12)C(C)(C)C"
    found = ask(tail_less, SHIPPED, date(2025, 6, 1), "DE")
    tried = {one.rule: one.result for one in found.tried}
    assert tried["DE_NPSG_2_1_SCRA"] is RuleResult.NO_MATCH
    assert found.result.value == "cannot_decide"  # other groups and the lists of the BtMG are not loaded
    whole = tail_less.replace("[nH]", "n(CCCCF)")
    assert ask(whole, SHIPPED, date(2025, 6, 1), "DE").result.value == "covered_by_rule"


@pytest.mark.parametrize(
    ("prodrug", "parent", "relation"),
    [
        ("CC(=O)Oc1cccc2[nH]cc(CCN(C)C)c12", "CN(C)CCc1c[nH]c2cccc(O)c12", "an ester"),
        (
            "CC(=O)O[C@H]1C=C[C@H]2[C@H]3Cc4ccc(O)c5c4[C@@]2(CCN3C)[C@H]1O5",
            "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5",
            "an ester",
        ),
        ("COc1cccc2[nH]cc(CCN(C)C)c12", "CN(C)CCc1c[nH]c2cccc(O)c12", "an ether"),
    ],
)
def test_law_5_4_06_a_prodrug_is_taken_in_only_where_the_row_says_so(prodrug, parent, relation):
    field = "esters" if relation == "an ester" else "ethers"
    for stated, expected in ((True, "listed_by_name"), (False, "not_covered"), (None, "cannot_decide")):
        found = ask(prodrug, book(named("1", parent, scope=replace(NARROW, **{field: stated}))))
        assert found.result.value == expected
        assert not found.findings or found.findings[0].how == relation


@pytest.mark.parametrize(
    ("prodrug", "parent"),
    [
        ("CCC(=O)n1cc2CC3C(=CC(CN3C)C(=O)N(CC)CC)c3cccc1c23", "CCN(CC)C(=O)C1CN(C)C2Cc3c[nH]c4cccc(C2=C1)c34"),
        ("O=C1CCCO1", "OCCCC(=O)O"),
        ("OCCCCO", "OCCCC(=O)O"),
    ],
)
def test_law_5_4_06_an_amide_a_lactone_and_a_diol_are_no_esters_of_the_row(prodrug, parent):
    wide = EntryScope(salts=True, esters=True, ethers=True, isomers=(IsomerScope.ALL,), isotopologues=True)
    assert answer(prodrug, book(named("1", parent, scope=wide))) == "not_covered"


def test_law_5_4_07_fentanyl_is_no_fentanyl_related_substance():
    fentanyl = "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1"
    for jurisdiction, rule in (("US", "US_FRS"), ("CN", "CN_FENTANYL_2019")):
        found = ask(fentanyl, SHIPPED, DAY, jurisdiction)
        assert [one.rule for one in found.tried] == [rule]
        assert found.result.value == "cannot_decide"  # its own row is in lists that are not loaded


def test_law_5_4_07_name_goes_before_class_before_derivation_and_all_are_printed():
    mephedrone = "CNC(C)C(=O)c1ccc(C)cc1"
    law = book(
        Entry(number="class", kind=EntryKind.CLASS_RULE, rule="UK_CATHINONE_1AA"),
        Entry(number="derived", kind=EntryKind.CLASS_RULE, rule="RU_DERIV_EPHEDRONE", by_derivation=True),
        named("name", mephedrone),
    )
    found = ask(mephedrone, law)
    assert found.result.value == "listed_by_name"
    assert [(one.rank, one.entry) for one in found.findings] == [(1, "name"), (2, "class"), (3, "derived")]
    assert any("the name goes before the rule" in words for words in found.warnings)
    without = replace(law, tables=(table(*law.tables[0].entries[:2]),))
    assert ask(mephedrone, without).findings[0].rule == "UK_CATHINONE_1AA"


@pytest.mark.parametrize(
    ("name", "jurisdiction"),
    [("Ketamine", "DE"), ("Tiletamine", "DE"), ("Bupropion", "RU"), ("Amfepramone", "RU")],
)
def test_law_5_4_08_a_medicine_matches_first_and_its_exemption_is_asked_then(name, jurisdiction):
    (medicine,) = {
        one for it in SHIPPED.tables for one in it.exclusions if one.name == name and jurisdiction in one.number
    }
    found = ask(medicine.smiles.text, SHIPPED, date(2025, 6, 1), jurisdiction)
    assert found.result.value == "cannot_decide"
    findings = [one for one in found.findings if one.kind is FindingKind.OPEN]
    assert all(one.proof is not None and "register" in one.open_points[-1] for one in findings)
    assert findings
    confirmed = replace(medicine, confirmed=True)
    tables = tuple(
        replace(it, exclusions=tuple(confirmed if one == medicine else one for one in it.exclusions))
        for it in SHIPPED.tables
    )
    exempt = ask(medicine.smiles.text, replace(SHIPPED, tables=tables), date(2025, 6, 1), jurisdiction)
    assert {one.kind for one in exempt.findings} == {FindingKind.EXEMPT}


@pytest.mark.parametrize("name", ["Apixaban", "Bendazol", "Tolperisone", "Tofisopam", "Benzydamine"])
@pytest.mark.parametrize("jurisdiction", ["DE", "UK", "RU", "US", "CN"])
def test_law_5_4_08_these_medicines_match_nothing(name, jurisdiction):
    text = next(one.smiles.text for it in SHIPPED.tables for one in it.exclusions if one.name == name)
    assert ask(text, SHIPPED, date(2025, 6, 1), jurisdiction).findings == ()


@pytest.mark.parametrize("group", ["N", "[N+](=O)[O-]"])
def test_law_5_4_09_a_class_that_shrank(group):
    extra = f"O=C(c1cccc2cc({group})ccc12)c1cn(CCCCC)c2ccccc12"
    before, after = (ask(extra, SHIPPED, day, "UK", acts=("UK-1CA",)) for day in (date(2018, 1, 1), date(2020, 1, 1)))
    assert {one.rule for one in before.findings} | {one.rule for one in before.tried} == {"UK_SCRA_1CA_2016"}
    assert {one.rule for one in after.findings} | {one.rule for one in after.tried} == {"UK_SCRA_1CA_2019"}
    assert [before.result.value, after.result.value] == ["covered_by_rule", "not_covered"]
    assert ask(extra, SHIPPED, date(2020, 1, 1), "UK").result.value == "cannot_decide"  # other texts are not loaded


@pytest.mark.parametrize(
    "medicine",
    [
        "CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nn[nH]n1",
        "CC(C)c1c(C(=O)Nc2ccccc2)c(-c2ccccc2)c(-c2ccc(F)cc2)n1CC[C@@H](O)C[C@@H](O)CC(=O)O",
    ],
)
@pytest.mark.parametrize("day", [date(2018, 1, 1), date(2020, 1, 1)])
def test_law_5_4_09_losartan_and_atorvastatin_were_never_covered(medicine, day):
    found = ask(medicine, SHIPPED, day, "UK", acts=("UK-1CA",))
    assert found.result.value == "not_covered"
    assert found.tried[0].failed


def test_law_5_4_10_extensions_are_editions_and_a_gap_is_a_gap():
    editions = (
        edition("ZZ-1/1", first=date(2018, 2, 6), last=date(2020, 2, 5)),
        edition("ZZ-1/2", first=date(2020, 2, 6), last=date(2021, 5, 6), changes=()),
        edition("ZZ-1/3", first=date(2021, 7, 1), changes=(), gap_words="lapsed"),
    )
    law = book(editions=editions, tables=(table(named("1", "CCN")),))
    answers = {
        day: answer("CCN", law, day)
        for day in (
            date(2018, 2, 5),
            date(2018, 2, 6),
            date(2020, 2, 6),
            date(2021, 5, 6),
            date(2021, 5, 7),
            date(2021, 6, 30),
            date(2021, 7, 1),
        )
    }
    found = "listed_by_name"
    assert list(answers.values()) == ["not_covered", found, found, found, "not_covered", "not_covered", found]
    assert any("gap from 2021-05-07 to 2021-06-30" in words for words in ask("CCN", law, date(2021, 6, 1)).warnings)


def test_law_5_4_10_the_american_class_became_permanent_without_a_gap():
    related = "CCC(=O)N(c1cccc(F)c1)C1CCN(CCc2ccccc2)CC1"
    answers = {
        day: ask(related, SHIPPED, day, "US").result.value
        for day in (date(2018, 2, 5), date(2018, 2, 6), date(2025, 7, 15), date(2025, 7, 16), date(2026, 1, 1))
    }
    assert list(answers.values()) == ["cannot_decide", *["covered_by_rule"] * 4]
    assert ask(related, SHIPPED, date(2018, 2, 5), "US", acts=("US-FRS",)).result.value == "not_covered"


def test_law_5_4_11_signed_published_and_in_force_are_three_days():
    one = edition("ZZ-1/1", signed=date(2020, 1, 10), published=date(2020, 1, 20), first=date(2020, 1, 30))
    law = book(editions=(one,), tables=(table(named("1", "CCN")),))
    answers = [answer("CCN", law, date(2020, 1, day)) for day in (10, 20, 29, 30)]
    assert answers == ["not_covered", "not_covered", "not_covered", "listed_by_name"]


def test_law_5_4_11_where_the_day_in_force_is_not_known_nobody_can_say():
    one = edition("ZZ-1/1", signed=date(2020, 1, 10), force=InForce(not_before=date(2020, 1, 10)))
    law = book(editions=(one,), tables=(table(named("1", "CCN")),))
    assert answer("CCN", law, date(2020, 1, 9)) == "not_covered"
    found = ask("CCN", law, date(2020, 1, 10))
    assert found.result.value == "cannot_decide"
    assert found.findings[0].open_points == ("whether it was in force on that day",)
    assert found.editions[0].standing is Standing.DOUBTFUL


def test_law_5_4_12_a_substance_moves_from_one_schedule_to_another_or_leaves():
    def moved(number, schedule):
        return named(number, "CCN", schedule=schedule)

    editions = (edition("ZZ-1/1"), edition("ZZ-1/2", first=date(2021, 1, 1)), edition("ZZ-1/3", first=date(2022, 1, 1)))
    tables = (
        table(moved("1", "I")),
        table(moved("1", "II"), of="ZZ-1/2", consolidated=False),
        table(of="ZZ-1/3", consolidated=False, removes=("1",)),
    )
    law = book(editions=editions, tables=tables)
    days = (date(2020, 6, 1), date(2021, 6, 1), date(2022, 6, 1))
    found = [ask("CCN", law, day) for day in days]
    assert [one.result.value for one in found] == ["listed_by_name", "listed_by_name", "not_covered"]
    assert [one.findings[0].schedule for one in found[:2]] == ["I", "II"]


def test_law_5_4_13_preparations_below_a_limit_are_exempt_and_a_straddle_decides_nothing():
    scope = replace(NARROW, preparation_limit_percent=Decimal("2.5"))
    law = book(named("1", "CCN", scope=scope))

    def content(percent):
        return answer("CCN", law, content=Content(percent=Decimal(percent), u_percent=Decimal("0.2")))

    assert [content(one) for one in ("2.2", "2.4", "2.6", "2.7", "9")] == [
        "not_covered",
        *["cannot_decide"] * 2,
        *["listed_by_name"] * 2,
    ]
    assert any("content is not known" in words for words in ask("CCN", law).findings[0].notes)


def test_law_5_4_13_plants_and_mixtures_have_no_structure():
    plant = Entry(number="p", kind=EntryKind.PLANT, names=(QuotedName(text="toy plant", language="en"),))
    found = ask("CCN", book(plant))
    assert found.result.value == "not_covered"
    assert any("plants and mixtures are not compared" in words for words in found.warnings)


def test_law_5_4_13_a_cutting_agent_is_judged_by_itself():
    found = ask("CC(N)Cc1ccccc1.Cn1cnc2c1c(=O)n(C)c(=O)n2C", book(named("1", "CC(N)Cc1ccccc1")))
    assert any("more than one substance" in words for words in found.warnings)


@pytest.mark.parametrize(
    ("drawn", "row"),
    [
        ("Oc1nc2ccccc2[nH]1", "O=c1[nH]c2ccccc2[nH]1"),
        ("CC(=O)CC(C)=O", "CC(O)=CC(C)=O"),
        ("C[NH2+]C(C)Cc1ccccc1", "CNC(C)Cc1ccccc1"),
    ],
)
def test_law_5_4_14_a_list_names_a_substance_and_not_a_drawing(drawn, row):
    assert answer(drawn, book(named("1", row))) == "listed_by_name"


def test_law_5_4_14_an_n_oxide_is_another_substance():
    assert answer("C[N+](C)([O-])CCc1c[nH]c2ccccc12", book(named("1", "CN(C)CCc1c[nH]c2ccccc12"))) == "not_covered"


def test_law_5_4_15_names_never_decide():
    law = book(Entry(number="1", kind=EntryKind.NAMED, names=(QuotedName(text="PCP", language="en"),), scope=NARROW))
    undrawn = ask("Oc1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl", law)
    assert undrawn.result.value == "cannot_decide"  # pentachlorophenol; what the row means, nobody has drawn
    assert undrawn.missing == ("Fictitious act ZZ-1: structures of 1 rows",)
    drawn = replace(law.tables[0].entries[0], smiles=Smiles("C1CCN(CC1)C1(CCCCC1)c1ccccc1"))
    assert answer("Oc1c(Cl)c(Cl)c(Cl)c(Cl)c1Cl", book(drawn)) == "not_covered"
    assert answer("C1CCN(CC1)C1(CCCCC1)c1ccccc1", book(drawn)) == "listed_by_name"


def test_law_5_4_16_two_national_lists_at_once_are_both_printed():
    law = book(
        acts=(act(), act("ZZ-2")),
        editions=(edition(), edition("ZZ-2/1")),
        tables=(table(named("1", "CCN")), table(named("7", "CCN", row="7"), of="ZZ-2/1")),
    )
    found = ask("CCN", law)
    assert [(one.act, one.entry) for one in found.findings] == [("ZZ-1", "1"), ("ZZ-2", "7")]
    one_gone = replace(law, tables=law.tables[1:])
    partly = ask("CCN", one_gone)
    assert partly.result.value == "listed_by_name"
    assert partly.missing == ("Fictitious act ZZ-1, list",)


@pytest.mark.parametrize("day", [date(2018, 1, 1), date(2020, 1, 1), date(2024, 1, 1), date(2026, 11, 1)])
@pytest.mark.parametrize("name", ["Heroin", "Isotonitazene", "Caffeine"])
def test_law_6_kazakhstan_cannot_be_decided_and_the_missing_texts_are_named(name, day):
    found = ask(smiles(name), SHIPPED, day, "KZ")
    assert found.result.value == "cannot_decide"
    words = " ".join(found.missing)
    if day < date(2019, 7, 5):
        assert "before 5 July 2019" in words
    else:
        assert "No. 470" in words
        assert "annex 1" in words
        assert "annex 3" in words
    if day > date(2021, 6, 10):
        assert "No. 396" in words
    assert any("amendments after 2024-02-06" in one for one in found.warnings) == (day > date(2024, 2, 6))


def test_law_6_decisions_of_march_2026_are_missing_for_what_they_may_concern():
    day = date(2026, 4, 1)
    assert un(smiles("Heroin"), day).result.value == "listed_by_name"
    caffeine = un(smiles("Caffeine"), day)
    assert caffeine.result.value == "cannot_decide"
    assert any("March 2026" in words for words in caffeine.missing)


def test_law_6_a_partly_encoded_rule_says_no_only_where_a_whole_condition_failed():
    no_core = ask("CCO", SHIPPED, date(2025, 6, 1), "UK", acts=("UK-1EA",))
    assert no_core.result.value == "not_covered"
    assert no_core.tried[0].failed
    other_limb = "CCOc1ccc(C(C)c2nc3cc([N+](=O)[O-])ccc3n2CCN(CC)CC)cc1"
    open_limb = ask(other_limb, SHIPPED, date(2025, 6, 1), "UK", acts=("UK-1EA",))
    assert open_limb.result.value == "cannot_decide"
    assert any("not encoded" in words for words in open_limb.missing)


def test_an_unlisted_substance_is_never_not_controlled():
    """The starter list has a part of the schedules: what is not in it may be in the rest."""
    found = un("CCCCCCCC")
    assert found.result.value == "cannot_decide"
    assert "1961 Single Convention: rows beyond those of the starter list" in found.missing


def test_the_kazakh_rule_with_toy_tables_names_base_and_rows():
    law = book(
        acts=(act(parts=("annex 1", "annex 3")),),
        tables=(
            table(named("a", "NCCc1ccccc1", scope=replace(NARROW, analogues=True)), part="annex 1"),
            table(substituent("s1", "[*]C"), substituent("s2", "[*]Cl"), part="annex 3"),
        ),
    )
    found = ask("CNCCc1ccc(Cl)cc1", law)
    assert found.result.value == "covered_by_rule"
    (finding,) = found.findings
    assert (finding.rank, finding.base) == (3, "a")
    assert set(finding.substituents) == {"[*]C (row s1)", "[*]Cl (row s2)"}
    assert finding.proof is not None
    assert answer("NCCc1ccccc1", law) == "listed_by_name"
    assert answer("NCCc1ccc(Br)cc1", law) == "not_covered"
    without = replace(law, tables=law.tables[:1])
    missing = ask("CNCCc1ccc(Cl)cc1", without)
    assert (missing.result.value, missing.missing) == ("cannot_decide", ("Fictitious act ZZ-1, annex 3",))


class TooSymmetrical:
    """A rule that gives up, as the engine does on a structure that fits in too many ways."""

    id, title, source, partly_encoded = "TOO_MANY", "toy class", "toy source", False

    def judge(self, structure):
        raise TooManyMappingsError("TOO_MANY", smiles=structure.smiles.text, limit=1)


def test_a_search_that_was_given_up_decides_nothing():
    law = book(class_rule("1", "TOO_MANY"))
    found = ask("CCN", law, rules={"TOO_MANY": TooSymmetrical()})
    assert found.result.value == "cannot_decide"
    assert "TOO_MANY" in found.findings[0].open_points[0]


def test_an_incomplete_structure_is_no_analogue_and_no_other_substance():
    law = book(
        acts=(act(parts=("a", "s")),),
        tables=(
            table(named("1", "NCCc1ccccc1", scope=replace(NARROW, analogues=True)), part="a"),
            table(substituent("s1", "[*]C"), part="s"),
        ),
    )
    found = ask("*NCCc1ccccc1", law)
    assert found.result.value == "cannot_decide"
    assert found.findings[0].open_points


def test_a_row_of_the_derivation_that_may_not_stand_leaves_the_answer_open():
    later = InForce(not_before=date(2021, 1, 1))
    bases = table(named("1", "NCCc1ccccc1", scope=replace(NARROW, analogues=True)), part="a")
    methyl = replace(substituent("s1", "[*]C"), force=later)
    law = book(acts=(act(parts=("a", "s")),), tables=(bases, table(methyl, substituent("s2", "[*]F"), part="s")))
    found = ask("CNCCc1ccccc1", law)
    assert found.result.value == "cannot_decide"
    assert "whether all its rows were in force on that day" in found.findings[0].open_points
    assert answer("CNCCc1ccccc1", law, date(2020, 6, 1)) == "not_covered"
    assert answer("NCCc1ccc(F)cc1", law) == "covered_by_rule"


def exclusion(number, text, **facts):
    return Exclusion(
        **{"number": number, "kind": ExclusionKind.NAMED, "smiles": Smiles(text), "confirmed": True, **facts}
    )


def test_an_exclusion_undoes_the_match_of_the_rules_that_it_names_and_of_no_other():
    flat, hand = "CNC(C)C(=O)c1ccc(C)cc1", "CN[C@@H](C)C(=O)c1ccc(C)cc1"
    rule = class_rule("class", "UK_CATHINONE_1AA")

    def law(one):
        return book(tables=(replace(table(rule), exclusions=(one,)),))

    assert answer(flat, law(exclusion("e", flat))) == "not_covered"
    assert answer(flat, law(exclusion("e", flat, of=("class",)))) == "not_covered"
    assert answer(flat, law(exclusion("e", flat, of=("other",)))) == "covered_by_rule"
    assert answer(hand, law(exclusion("e", flat))) == "not_covered"
    unknown_hand = ask(flat, law(exclusion("e", hand)))
    assert unknown_hand.result.value == "cannot_decide"
    assert "stereochemistry not established" in unknown_hand.findings[0].open_points[0]
    doubtful = exclusion("e", flat, force=InForce(not_before=date(2021, 1, 1)), confirmed=True)
    assert answer(flat, law(doubtful)) == "cannot_decide"
    assert answer(flat, law(exclusion("e", flat, kind=ExclusionKind.NOT_LISTED))) == "covered_by_rule"


def test_law_5_4_11_an_exact_edition_ends_the_doubt_about_those_before():
    doubtful = edition("ZZ-1/2", force=InForce(not_before=date(2020, 6, 1)), changes=())
    exact = edition("ZZ-1/3", first=date(2021, 1, 1), changes=())
    law = book(editions=(edition(), doubtful, exact), tables=(table(named("1", "CCN")),))
    standing = {one.number: one.standing for one in ask("CCN", law).editions}
    assert standing == {"ZZ-1/3": Standing.IN_FORCE}
