"""The table of rules, tests and code follows from rules and tests; each check fails on a planted fault."""

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "rules.py"))
RULES = SCRIPT["read_rules"]()
TOKENS = {rule.token: rule.id for rule in RULES}
RuleTest, RulesError = SCRIPT["RuleTest"], SCRIPT["RulesError"]


@pytest.fixture(scope="module")
def tests():
    return SCRIPT["tests_of_rules"](RULES, SCRIPT["all_tests"]())


@pytest.fixture(scope="module")
def code(tests):
    return SCRIPT["code_of_tests"](tests)


def test_the_page_is_that_of_rules_and_tests(tests, code):
    written = (ROOT / "docs" / "validation" / "rules.md").read_text("utf-8")
    assert written == SCRIPT["page"](RULES, tests, code), "run: uv run python scripts/rules.py"


def test_no_rule_is_without_a_test_and_without_a_reason(tests):
    assert SCRIPT["unproved"](RULES, tests) == []


def test_every_rule_with_a_test_leads_to_code_that_exists(tests, code):
    assert len(TOKENS) == len(RULES)
    assert {rule.section for rule in RULES} <= set(SCRIPT["SECTIONS"])
    assert [one for one, own in tests.items() if own and not code[one]] == []
    assert [name for modules in code.values() for name in modules if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize(
    ("rule", "module"),
    [
        ("WU-4", "lims/services/weighing.py"),
        ("CC-2", "lims/services/custody.py"),
        ("AT-8", "lims/domain/identification_rule.py"),
        ("QC-2", "lims/domain/control_chart.py"),
        ("17025 7.10", "lims/services/nonconforming.py"),
        ("RP-1.4", "lims/services/issue_gate.py"),
    ],
)
def test_the_code_of_a_rule_is_where_it_is_known_to_be(code, rule, module):
    assert module in code[rule]


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("test_at_17_location_to_location_is_refused", ["AT-17"]),
        ("test_17025_7_1_the_review_is_logged", ["17025 7.1"]),
        ("test_17025_7_10_work_is_held", ["17025 7.10"]),
        ("test_17025_7_8_2_1_the_title_stands_there", ["17025 7.8.2.1"]),
        ("test_17025_7_6_at_5_the_sum", ["17025 7.6", "AT-5"]),
        ("test_rp_1_a_report_waits", ["RP-1"]),
        ("test_rp_1_12_all_runs", ["RP-1.12"]),
        ("test_rp_1_1_id_1_an_identity", ["RP-1.1", "ID-1"]),
        ("test_g_2_each_record", ["G2"]),
        ("test_section_17_2_it_asks", ["Section 17.2"]),
        ("test_sg_2", ["SG-2"]),
        ("test_at_1_sampling_table_3_2", ["AT-1"]),
        ("test_a_file_of_another_kind_stops_at_100_faults", []),
        ("test_e_mail_is_no_rule", []),
    ],
)
def test_ids_are_read_from_names(name, ids):
    assert list(SCRIPT["ids_in"](name, TOKENS)) == ids


@pytest.mark.parametrize(
    "name",
    [
        "test_wu_8_what_no_rule_says",
        "test_17025_7_8_3_nothing",
        "test_rp_1_13_nothing",
        "test_at_25_nothing",
        "test_g2_without_its_line",
        "test_id_1_wu_99_nothing",
    ],
)
def test_an_id_that_no_rule_has_is_refused(name):
    with pytest.raises(RulesError, match=name):
        SCRIPT["tests_of_rules"](RULES, iter([RuleTest(path="tests/test_planted.py", name=name)]))


def test_a_case_that_is_named_after_a_rule_is_a_test_of_it(tmp_path):
    (tmp_path / "tests").mkdir()
    source = """import pytest
CASES = {"wu_4-typed": 1, "wu_44": 2, "another": 3}
@pytest.mark.parametrize("case", CASES)
def test_it(case): ...
"""
    (tmp_path / "tests" / "test_planted.py").write_text(source, "utf-8")
    found = SCRIPT["tests_of_rules"](RULES, SCRIPT["all_tests"](tmp_path / "tests"))
    assert {one: [test.shown for test in tests] for one, tests in found.items() if tests} == {
        "WU-4": ["test_it[wu_4-typed]"]
    }


def test_a_rule_without_test_and_reason_is_named(tests):
    assert "WU-4" in SCRIPT["unproved"](RULES, tests | {"WU-4": ()})


def test_a_state_follows_from_tests_and_reason():
    (built,) = (rule for rule in RULES if rule.id == "WU-4")
    one = (RuleTest(path="tests/test_planted.py", name="test_wu_4_x"),)
    state_of = SCRIPT["state_of"]
    lacking = type(built)(id="x", strength="", section="1", text="x", lacks="a part", issue="")
    assert (state_of(built, one), state_of(lacking, one), state_of(lacking, ())) == ("built", "partly", "not built")
