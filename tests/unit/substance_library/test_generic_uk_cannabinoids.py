"""UK paragraph 1(ca): the text of 2016 and the narrower one of 2019, as far as they are encoded."""

import pytest

from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import prepare

RULES = {rule.id: rule for rule in generic_rules()}
TEXTS = tuple(RULES[f"UK_SCRA_1CA_{year}"] for year in (2016, 2019))
NAPHTHOYL = "C(=O)c7cccc8ccccc78"


def jwh_018(*, tail="CCCCC", link=NAPHTHOYL, ring="c2ccccc12"):
    return f"n1({tail})cc({link}){ring}"


@pytest.mark.parametrize(
    ("smiles", "in_2016", "in_2019"),
    [
        (jwh_018(), "match", "match"),
        (jwh_018(ring="c2cc(N)ccc12"), "match", "no_match"),
        (jwh_018(ring="c2cc([N+](=O)[O-])ccc12"), "match", "no_match"),
        (jwh_018(ring="c2cc(O)ccc12"), "match", "no_match"),
        (jwh_018(ring="c2cc(OC)ccc12"), "match", "match"),
        (jwh_018(ring="c2cc(C#N)ccc12"), "match", "match"),
        (jwh_018(ring="c2cc(C=C)ccc12"), "match", "match"),
        (jwh_018(ring="c2cc(Cc3ccccc3)ccc12"), "match", "match"),
        (jwh_018(ring="c2cc(-c3ccc(F)cc3)ccc12"), "match", "match"),
        (jwh_018(ring="c2cc(-c3ccc(N)cc3)ccc12"), "match", "no_match"),
        (jwh_018(tail="CCCCCF"), "match", "match"),
        (jwh_018(tail="CCCCCO"), "match", "no_match"),
        (jwh_018(link="C(=O)c7ccc([N+](=O)[O-])c8ccccc78"), "match", "no_match"),
        (jwh_018(link="C(=O)c7ccc(C)c8ccccc78"), "match", "match"),
        (f"n1(CCCCC)nc({NAPHTHOYL})c2ccccc12", "match", "match"),
        (f"n1(CCCCC)c({NAPHTHOYL})nc2ccccc12", "match", "match"),
        (f"n1(CCCCC)ccc({NAPHTHOYL})c1", "match", "match"),
        (f"n1(CCCCC)cc({NAPHTHOYL})c2cccnc12", "match", "match"),
        (f"n1(CCCCC)cc({NAPHTHOYL})c2cncnc12", "no_match", "no_match"),
        (f"o1cc({NAPHTHOYL})c2ccccc12", "no_match", "no_match"),
        (jwh_018(ring="c2cc3OCOc3cc12"), "no_match", "no_match"),
        (jwh_018(tail="[H]"), "no_match", "no_match"),
    ],
)
def test_law_3_8_the_class_became_narrower(smiles, in_2016, in_2019):
    answers = [rule.judge(prepare(Smiles(smiles))) for rule in TEXTS]
    assert [answer.result.value for answer in answers] == [in_2016, in_2019], answers


@pytest.mark.parametrize(
    "smiles",
    [
        jwh_018(tail="CC7CCCCC7"),
        jwh_018(tail="CCCC"),
        jwh_018(link="C(=O)c7ccccc7"),
        jwh_018(link="C(=O)Oc7cccc8cccnc78"),
        jwh_018(link="C(=O)Cc7ccccc7"),
    ],
)
def test_replacements_that_are_not_encoded_leave_a_no_match_incomplete(smiles):
    for rule in TEXTS:
        answer = rule.judge(prepare(Smiles(smiles)))
        assert answer.result == "no_match"
        assert answer.failed == ()
        assert all("not encoded" in point for point in answer.undecided)


@pytest.mark.parametrize("medicine", TEXTS[1].document["excluded"], ids=lambda it: it["name"])
def test_law_3_8_the_ten_medicines_match_on_no_date(medicine):
    for rule in TEXTS:
        answer = rule.judge(prepare(Smiles(medicine["smiles"] + ".Cl")))
        assert answer.result == "no_match"
        assert answer.failed[0].startswith(f"excluded by name: {medicine['name']}")


def test_there_are_ten_medicines_and_two_nitazenes():
    assert len(TEXTS[1].document["excluded"]) == 10
    assert {it["name"] for it in TEXTS[0].document["excluded"]} - {
        it["name"] for it in TEXTS[1].document["excluded"]
    } == {"clonitazene", "etonitazene"}


def test_another_tautomer_of_a_medicine_is_excluded_too():
    losartan_2h = "CCCCc1nc(Cl)c(CO)n1Cc1ccc(cc1)-c1ccccc1-c1nn[nH]n1"
    assert TEXTS[0].judge(prepare(Smiles(losartan_2h))).failed == (
        "excluded by name: losartan (excluded by name in the text of 2016)",
    )


def test_the_second_text_follows_the_first_without_a_gap():
    first, second = TEXTS
    assert first.valid_to is not None
    assert (second.valid_from - first.valid_to).days == 1
    assert second.valid_to is None
    assert first.partly_encoded
    assert second.partly_encoded
