"""Write docs/validation/rules.md, which tests prove which rule in which code: ``python scripts/rules.py``.

The rules stand in docs/validation/rules.csv. A test proves a rule by carrying its id in its name.
"""

import ast
import csv
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RULES = ROOT / "docs" / "validation" / "rules.csv"
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
- **Code**: the modules that the tests of a rule name, by what they import and by the services of the laboratory that
  they call, also through helpers and fixtures of the same file. Shown are up to six, those first that the tests
  themselves name and that the tests of few other rules name; errors, records and signed entries, which all of them
  name, are left out. It says where to begin to read, and is no measurement of what runs.
"""
_ID_LIKE = re.compile(r"(?:(?:id|sa|wu|g|e|cc|sg|au|rp|er|qc|kz|nr|at|l)_?\d+|17025_\d+|section_\d+)(?=_|$)")
_MOST_MODULES = 6
_BY_ITSELF = 3
_EVERYWHERE = {
    "lims/errors.py",
    "lims/work_errors.py",
    "lims/report_errors.py",
    "lims/domain/record.py",
    "lims/ledger/__init__.py",
}


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
    where = ", ".join(code[rule.id])
    return f"| {rule.id} | {rule.strength} | {rule.text} | {state} | {shown} | {where} |\n"


# the code of a rule


@dataclass(frozen=True, slots=True, kw_only=True)
class TestModule:
    """What the names of one test file stand for."""

    imports: Mapping[str, str]
    """Modules of the program, by the name that was imported from them."""
    uses: Mapping[str, frozenset[str]]
    """Names and attributes in each function, method and constant of the file."""
    cases: Mapping[str, frozenset[str]]
    """Names that a case of a table uses, by its key."""

    def reached_from(self, start: frozenset[str]) -> set[str]:
        """Give names, and those that they lead to through what stands beside: helpers, fixtures, constants."""
        reached, waiting = set(), set(start)
        while waiting:
            one = waiting.pop()
            reached.add(one)
            waiting |= self.uses.get(one, frozenset()) - reached
        return reached


def services() -> dict[str, str]:
    """Give the module of each service, by the name that the laboratory has for it."""
    tree = ast.parse((ROOT / "lims" / "services" / "laboratory.py").read_text("utf-8"))
    imported = _imports(tree)
    (laboratory,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "Laboratory")
    found = {}
    for node in laboratory.body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id=kind)) if kind.endswith("Service"):
                found[name] = imported[kind]
    return found


def code_of_tests(tests: Mapping[str, tuple[RuleTest, ...]]) -> dict[str, tuple[str, ...]]:
    """Give the modules that the tests of each rule name, those first that few other rules name."""
    of_laboratory = services()
    modules = {path: _test_module(path) for path in {test.path for own in tests.values() for test in own}}
    named = {rule_id: _named_by(own, modules, of_laboratory) for rule_id, own in tests.items()}
    shared = Counter(module for own in named.values() for module in own)
    return {rule_id: _most_own(own, shared) for rule_id, own in named.items()}


def _most_own(named: Counter[str], shared: Counter[str]) -> tuple[str, ...]:
    chosen = sorted(named, key=lambda module: (-named[module] / shared[module], module))[:_MOST_MODULES]
    return tuple(chosen)


def _named_by(
    tests: tuple[RuleTest, ...], modules: Mapping[str, TestModule], of_laboratory: Mapping[str, str]
) -> Counter[str]:
    """Count how often tests name a module: more where a test does so itself than where it does so through others."""
    found: Counter[str] = Counter()
    for test in tests:
        module = modules[test.path]
        direct = module.uses[".".join(filter(None, (test.group, test.name)))]
        if test.case:
            tables = {name for name in direct if name.isupper()}
            direct = direct - tables | module.cases[test.case]
        for names, weight in ((direct, _BY_ITSELF), (module.reached_from(direct), 1)):
            known = {files[name] for files in (module.imports, of_laboratory) for name in names if name in files}
            found.update(dict.fromkeys(known - _EVERYWHERE, weight))
    return found or Counter({file for test in tests for file in modules[test.path].imports.values()} - _EVERYWHERE)


def _test_module(path: str) -> TestModule:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    uses = {name: frozenset(_used(node)) for node in tree.body for name in _defined(node)}
    cases = {}
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name, body=body):
                uses |= {
                    f"{name}.{one.name}": frozenset(_used(one)) for one in body if isinstance(one, ast.FunctionDef)
                }
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant):
                        cases[str(key.value)] = frozenset(_used(value))
    return TestModule(imports=_imports(tree), uses=uses, cases=cases)


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name))


def _used(node: ast.AST) -> Iterator[str]:
    for one in ast.walk(node):
        match one:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name


def _imports(tree: ast.Module) -> dict[str, str]:
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            for alias in node.names:
                file = _file_of(node.module or "", alias.name)
                found[alias.asname or alias.name] = file
    return found


def _file_of(module: str, name: str) -> str:
    """Give the file that an imported name comes from: the module, or a module inside the package."""
    path = module.replace(".", "/")
    inside = f"{path}/{name}.py"
    if (ROOT / inside).is_file():
        return inside
    return f"{path}.py" if (ROOT / f"{path}.py").is_file() else f"{path}/__init__.py"


def main() -> int:
    """Write the page."""
    rules = read_rules()
    tests = tests_of_rules(rules, all_tests())
    PAGE.write_text(page(rules, tests, code_of_tests(tests)), "utf-8")
    sys.stdout.write(f"{PAGE} written; without test and reason: {', '.join(unproved(rules, tests)) or 'none'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
