"""Write docs/validation/rules.md, which tests prove which rule in which code: ``python scripts/rules.py``.

The rules stand in docs/validation/rules.csv. A test proves a rule by carrying its id in its name. The code of a rule is
measured with ``--measure``, which runs the tests of all rules with coverage and writes docs/validation/rules-code.csv.
"""

import argparse
import ast
import csv
import io
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import coverage

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "docs" / "validation" / "rules.csv"
CODE = ROOT / "docs" / "validation" / "rules-code.csv"
PAGE = ROOT / "docs" / "validation" / "rules.md"
TESTS = ROOT / "tests"
PACKAGES = ("lims", "spectra", "substance_library")
SECTIONS = {
    "1": "1 Identification",
    "2": "2 Sampling",
    "4.3": "4 Weights",
    "5": "5 ISO/IEC 17025",
    "6": "6 ILAC-G19",
    "7": "7 Receipt, keeping and return",
    "8": "8 Custody",
    "9": "9 Signatures and audit",
    "10": "10 Reports",
    "11": "11 Evaluative reporting",
    "12": "12 Quality control",
    "14": "14 Kazakhstan",
    "15": "15 Early warning",
    "17": "17 What users ask for",
    "18": "18 Leaps",
    "19": "19 Acceptance tests",
}
HEAD = """# Rules, tests, code

Made by `python scripts/rules.py`; `tests/architecture/test_rules_table.py` keeps it true. The rules are those of the
rule book of the work, in own words and with its ids, and stand in `rules.csv`. The strength is the rule book's: MUST,
the program refuses; CFG, a laboratory's switch; test, an acceptance test; leap, what no compared system has.

- **Tests** carry the id of the rule in their name: `test_wu_4_...` is about WU-4. A name may carry several ids.
- **State**: *built* has a test and lacks nothing that is known; *partly* has a test and says what lacks; *not built*
  has no test.
- **Code**: the modules whose lines the tests of a rule run and the tests of few other rules run too. Each line that
  the tests of a rule run counts 1/n where the tests of n rules run it; shown are up to five modules that reach a fifth
  of the first. `--measure` finds them with coverage and keeps them in `rules-code.csv`. What is not measured, as in
  tests that start other processes, is what the test files import, and says so.
"""
_ID_LIKE = re.compile(r"(?:(?:id|sa|wu|g|e|cc|sg|au|rp|er|qc|kz|nr|at|l)_?\d+|17025_\d+|section_\d+)(?=_|$)")
_MOST_MODULES = 5
_SHARE_OF_THE_FIRST = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule, and why it is not wholly built."""

    id: str
    strength: str
    section: str
    text: str
    lacks: str
    """What is missing; empty where nothing is known to be."""
    issue: str
    """The issue in which it is to be built, empty if it is none."""

    @property
    def token(self) -> str:
        """Give the id as names of tests carry it."""
        return "_".join(re.findall(r"[a-z]+|\d+", self.id.lower()))

    @property
    def reason(self) -> str:
        """Say what lacks and where it belongs."""
        return " ".join(part for part in (self.lacks, self.issue and f"Issue {self.issue}.") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """One test function, or one of its cases."""

    path: str
    name: str
    case: str = ""
    """Of a case that is named after a rule; empty for the whole function."""
    group: str = ""
    """The class that it stands in; empty for none."""

    @property
    def place(self) -> str:
        """Give the address by which pytest runs it."""
        return "::".join(filter(None, (self.path, self.group, self.name)))

    @property
    def shown(self) -> str:
        """Name it as pytest does."""
        return f"{self.name}[{self.case}]" if self.case else self.name


class RulesError(ValueError):
    """Raised where names of tests and rules do not fit together; holds every fault."""


def read_rules() -> tuple[Rule, ...]:
    """Read the rules as they are committed."""
    with RULES.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    return tuple(
        Rule(
            id=line["id"],
            strength=line["strength"],
            section=line["source"],
            text=line["rule"],
            lacks=line["lacks"],
            issue=line["issue"],
        )
        for line in lines
    )


def read_code() -> dict[str, tuple[str, ...]]:
    """Read which modules were measured, by id of the rule."""
    with CODE.open(encoding="utf-8", newline="") as file:
        return {line["id"]: tuple(line["modules"].split(" ")) for line in csv.DictReader(file)}


def all_tests(root: Path = TESTS) -> Iterator[RuleTest]:
    """Give every test function below a folder, in order, and its cases."""
    for path in sorted(root.rglob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        for group, node in _functions(tree):
            one = RuleTest(path=path.relative_to(root.parent).as_posix(), name=node.name, group=group)
            yield one
            yield from (replace(one, case=case) for case in _cases(node, tree))


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Give the test functions of a module, each with its class."""
    for node in tree.body:
        body = [("", node)] if not isinstance(node, ast.ClassDef) else [(node.name, inner) for inner in node.body]
        for group, one in body:
            if isinstance(one, ast.FunctionDef) and one.name.startswith("test_"):
                yield group, one


def _cases(function: ast.FunctionDef, tree: ast.Module) -> Iterator[str]:
    """Give the keys of the tables of the module over which a test is parametrised."""
    for decorator in function.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(attr="parametrize"), args=[_, ast.Name(id=table), *_]):
                for statement in tree.body:
                    match statement:
                        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Dict(keys=keys)) if name == table:
                            yield from (str(key.value) for key in keys if isinstance(key, ast.Constant))


def ids_in(name: str, tokens: Mapping[str, str]) -> tuple[str, ...]:
    """Give the ids that the name of a test begins with, the longest first where one begins another.

    Raises
    ------
    RulesError
        If the name begins with what looks like an id and no rule has it.
    """
    rest, found = name.removeprefix("test_"), []
    while like := _ID_LIKE.match(rest):
        known = [token for token in tokens if rest == token or rest.startswith(f"{token}_")]
        longest = max(known, key=len, default="")
        behind = rest[len(longest) :].removeprefix("_")
        if not longest or (longest[-1].isdigit() and re.match(r"\d+(_|$)", behind) and not _ID_LIKE.match(behind)):
            raise RulesError(f"{name}: no rule of {RULES.name} has the id that {like.group()!r} begins")
        found.append(tokens[longest])
        rest = behind
    return tuple(found)


def tests_of_rules(rules: tuple[Rule, ...], tests: Iterator[RuleTest]) -> dict[str, tuple[RuleTest, ...]]:
    """Give the tests of each rule.

    Raises
    ------
    RulesError
        Naming every test whose id no rule has.
    """
    tokens = {rule.token: rule.id for rule in rules}
    found: dict[str, list[RuleTest]] = {rule.id: [] for rule in rules}
    faults = []
    for test in tests:
        try:
            carried = _id_of_case(test.case, tokens) if test.case else ids_in(test.name, tokens)
            for one in dict.fromkeys(carried):
                found[one].append(test)
        except RulesError as fault:
            faults.append(f"{test.path}: {fault}")
    if faults:
        raise RulesError("\n".join(faults))
    return {one: tuple(tests) for one, tests in found.items()}


def _id_of_case(case: str, tokens: Mapping[str, str]) -> tuple[str, ...]:
    """Give the id that a case is named after: the whole of its name before a hyphen."""
    token = case.partition("-")[0]
    return (tokens[token],) if token in tokens else ()


def state_of(rule: Rule, tests: tuple[RuleTest, ...]) -> str:
    """Say how far a rule is built."""
    if not tests:
        return "not built"
    return "partly" if rule.reason else "built"


def unproved(rules: tuple[Rule, ...], tests: Mapping[str, tuple[RuleTest, ...]]) -> list[str]:
    """Name the rules without a test that say no reason."""
    return [rule.id for rule in rules if not tests[rule.id] and not rule.reason]


def imported_modules(paths: set[str]) -> tuple[str, ...]:
    """Give the modules of the program that test files import."""
    names = set()
    for path in paths:
        for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
                names.add((node.module or "").replace(".", "/") + ".py")
    return tuple(sorted(name for name in names if (ROOT / name).is_file()))


def page(
    rules: tuple[Rule, ...], tests: Mapping[str, tuple[RuleTest, ...]], code: Mapping[str, tuple[str, ...]]
) -> str:
    """Write the page."""
    states = {rule.id: state_of(rule, tests[rule.id]) for rule in rules}
    parts = [HEAD, _summary(rules, states), _gaps(rules, states)]
    for section, title in SECTIONS.items():
        lines = [_line(rule, states[rule.id], tests, code) for rule in rules if rule.section == section]
        parts.append(
            f"## {title}\n\n| rule | strength | what | state | tests | code |\n{'|---' * 6}|\n" + "".join(lines)
        )
    return "\n".join(parts)


def _summary(rules: tuple[Rule, ...], states: Mapping[str, str]) -> str:
    rows = []
    for label, chosen in (("all", rules), ("MUST", [rule for rule in rules if rule.strength == "MUST"])):
        count = Counter(states[rule.id] for rule in chosen)
        rows.append(f"| {label} | {count['built']} | {count['partly']} | {count['not built']} | {len(chosen)} |\n")
    return f"## Summary\n\n| rules | built | partly | not built | together |\n{'|---' * 5}|\n" + "".join(rows)


def _gaps(rules: tuple[Rule, ...], states: Mapping[str, str]) -> str:
    lines = [
        f"| {rule.id} | {rule.strength} | {states[rule.id]} | {rule.reason or 'no test yet'} |\n"
        for rule in rules
        if states[rule.id] != "built"
    ]
    return f"## What is not built, or partly\n\n| rule | strength | state | what lacks |\n{'|---' * 4}|\n" + "".join(
        lines
    )


def _line(
    rule: Rule, state: str, tests: Mapping[str, tuple[RuleTest, ...]], code: Mapping[str, tuple[str, ...]]
) -> str:
    by_path: dict[str, list[str]] = defaultdict(list)
    for test in tests[rule.id]:
        by_path[test.path].append(f"`{test.shown}`")
    shown = "<br>".join(f"{path}: {', '.join(names)}" for path, names in by_path.items())
    modules = code.get(rule.id) or imported_modules(set(by_path))
    where = ", ".join(modules) + ("" if rule.id in code or not modules else " (imports)")
    return f"| {rule.id} | {rule.strength} | {rule.text} | {state} | {shown} | {where} |\n"


# measuring the code


def measured(rules: tuple[Rule, ...], tests: Mapping[str, tuple[RuleTest, ...]]) -> dict[str, tuple[str, ...]]:
    """Run the tests of all rules with coverage and give the modules of each rule."""
    places = sorted({test.place for one in tests.values() for test in one})
    with tempfile.TemporaryDirectory() as folder:
        data_file = Path(folder) / "coverage"
        _run_with_coverage(places, data_file)
        lines = _lines_by_test(data_file)
    ran = {one: {line for test in own for line in _ran(test, lines)} for one, own in tests.items()}
    shared = Counter(line for own in ran.values() for line in own)
    return {rule.id: found for rule in rules if (found := _modules(ran[rule.id], shared))}


def _run_with_coverage(places: list[str], data_file: Path) -> None:
    contexts = [f"--cov={package}" for package in PACKAGES]
    left_out = ["-m", "not nightly and not browser and not postgresql"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", *left_out, *contexts, "--cov-context=test"]
    environment = os.environ | {"COVERAGE_FILE": str(data_file)}
    outcome = subprocess.run([*command, "--cov-report=", *places], cwd=ROOT, env=environment, check=False)  # noqa: S603 - a fixed command
    if outcome.returncode:
        sys.stderr.write("tests failed: what they ran counts all the same\n")


def _lines_by_test(data_file: Path) -> dict[str, set[tuple[str, int]]]:
    """Give the lines inside functions that each test and each of its cases ran itself, without its fixtures."""
    data = coverage.CoverageData(str(data_file))
    data.read()
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for file in data.measured_files():
        path = Path(file).relative_to(ROOT).as_posix()
        inside = _inside_functions(Path(file))
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in contexts if line in inside else ():
                place, _, phase = context.partition("|")
                if phase == "run":
                    found[place].add((path, line))
    return found


def _inside_functions(path: Path) -> set[int]:
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return {line for node in functions for line in range(node.body[0].lineno, (node.end_lineno or 0) + 1)}


def _modules(ran: set[tuple[str, int]], shared: Mapping[tuple[str, int], int]) -> tuple[str, ...]:
    weights: dict[str, float] = defaultdict(float)
    for path, line in ran:
        weights[path] += 1 / shared[path, line]
    heaviest = sorted(weights, key=lambda path: (-weights[path], path))[:_MOST_MODULES]
    return tuple(path for path in heaviest if weights[path] >= _SHARE_OF_THE_FIRST * weights[heaviest[0]])


def _ran(test: RuleTest, lines: Mapping[str, set[tuple[str, int]]]) -> Iterator[tuple[str, int]]:
    """Give what a test ran, over all its cases or over the one that is meant."""
    for place, own in lines.items():
        name, _, cases = place.partition("[")
        if name == test.place and test.case in cases:
            yield from own


def _written_code(code: Mapping[str, tuple[str, ...]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("id", "modules"))
    writer.writerows((one, " ".join(modules)) for one, modules in code.items())
    return text.getvalue()


def main() -> int:
    """Write the page; first measure the code where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="run the tests of all rules and find their code anew")
    rules = read_rules()
    tests = tests_of_rules(rules, all_tests())
    if parser.parse_args().measure:
        CODE.write_text(_written_code(measured(rules, tests)), "utf-8")
    PAGE.write_text(page(rules, tests, read_code()), "utf-8")
    sys.stdout.write(f"{PAGE} written; without test and reason: {', '.join(unproved(rules, tests)) or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
