"""``aigaq law``: structures against rules of law. Its JSON is a contract with others' scripts."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from lims.cli.case_table import CaseRow, CaseTableError, CaseTableErrors, read_table
from lims.cli.output import print_json, say, with_progress
from substance_library.errors import SubstanceLibraryError, TooManyMappingsError, quoted
from substance_library.generic_definition import generic_rules
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import PreparedStructure, prepare
from substance_library.rule_answer import RuleAnswer
from substance_library.russian_derivation import note_six_rules


class Rule(Protocol):
    """What ``check`` needs of a rule."""

    @property
    def id(self) -> str:
        """The class in tables of cases."""
        ...

    def judge(self, structure: PreparedStructure) -> RuleAnswer:
        """Say what the rule says about a structure."""
        ...


def run_check(cases: Path, *, as_json: bool) -> None:
    """Judge every row of a table and print the answers in the order of the rows; with a faulty row print none."""
    rules = rules_by_class()
    rows = read_table(cases, columns=("class", "smiles"))
    structures = _structures(cases, rows, rules)
    judged = list(zip(rows, structures, strict=True))
    results = [_judged(cases, row, rules, it) for row, it in with_progress(judged, "judging structures")]
    if as_json:
        print_json(results)
        return
    for result in results:
        say(f"{result['result']:<13}  {result['class']:<28}  {result['smiles']}")
        for line in _reasons(result["proof"]):
            say(f"               {line}")


def rules_by_class() -> dict[str, Rule]:
    """Give every rule that a table of cases may name."""
    rules: tuple[Rule, ...] = (*generic_rules(), *note_six_rules())
    return {rule.id: rule for rule in rules}


def _structures(path: Path, rows: list[CaseRow], rules: dict[str, Rule]) -> list[PreparedStructure]:
    """Read every structure before one is judged, so that all faults are named at once."""
    faults, structures = [], []
    for row in rows:
        if row["class"] not in rules:
            faults.append(CaseTableError(path, row=row, column="class", problem=_unknown_class(row["class"], rules)))
        try:
            structures.append(prepare(Smiles(row["smiles"])))
        except SubstanceLibraryError as error:
            faults.append(CaseTableError(path, row=row, column="smiles", problem=str(error)))
    if faults:
        raise CaseTableErrors.of(path, faults)
    return structures


def _unknown_class(name: str, rules: dict[str, Rule]) -> str:
    return f"found {quoted(name)}; expected one of {', '.join(sorted(rules))}"


def _judged(path: Path, row: CaseRow, rules: dict[str, Rule], structure: PreparedStructure) -> dict[str, Any]:
    try:
        return _result(row, rules[row["class"]].judge(structure))
    except TooManyMappingsError as error:
        raise CaseTableError(path, row=row, column="smiles", problem=str(error)) from error


def _result(row: CaseRow, answer: RuleAnswer) -> dict[str, Any]:
    return {
        "class": row["class"],
        "smiles": row["smiles"],
        "result": answer.result.value,
        "proof": proof_body(answer),
    }


def proof_body(answer: RuleAnswer) -> dict[str, Any]:
    """Give what proves an answer as plain values: core, mapping, fragments, open points, failed conditions."""
    proof = asdict(answer.proof) if answer.proof else {"core": None, "mapping": (), "placed": (), "notes": ()}
    return {**proof, "undecided": answer.undecided, "failed": answer.failed}


def _reasons(proof: dict[str, Any]) -> list[str]:
    placed = [f"{it['slot']}: {it['fragment']}  {it['allowed_by']}" for it in proof["placed"]]
    return [
        *placed,
        *(f"open: {point}" for point in proof["undecided"]),
        *(f"failed: {condition}" for condition in proof["failed"]),
    ]
