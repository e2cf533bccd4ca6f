"""``aigaq law derive``: structures against dated lists. Its JSON is a contract with others' scripts."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from lims.cli.case_table import CaseRow, CaseTableError, CaseTableErrors, read_table
from lims.cli.output import print_json, say, with_progress
from substance_library.derivation import (
    Derivation,
    DerivationAnswer,
    DerivationBase,
    DerivationProof,
    DerivationTables,
    ListedSubstituent,
)
from substance_library.errors import InvalidValueError, SubstanceLibraryError, quoted
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import PreparedStructure, prepare

T = TypeVar("T")

FRAGMENT = "fragment"
_FRAGMENT_HEADING = {FRAGMENT: FRAGMENT}
"""Any heading that begins so, such as ``fragment with [*]``."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def run_derive(cases: Path, *, bases: Path, substituents: Path, as_json: bool) -> None:
    """Judge every row of a table and print the answers in the order of the rows; with a faulty row print none."""
    faults: list[CaseTableError] = []
    asked = _read(cases, ("label", "smiles", "as_of"), _case, faults)
    tables = DerivationTables(
        bases=tuple(_read(bases, ("base_id", "label", "smiles", "valid_from", "valid_to"), _base, faults)),
        substituents=tuple(_read(substituents, (FRAGMENT, "valence", "valid_from", "valid_to"), _substituent, faults)),
    )
    if faults:
        raise CaseTableErrors(f"{len(faults)} fault(s), nothing was answered", faults)
    rule = Derivation(tables)
    results = [
        _result(label, rule.judge(structure, as_of=as_of))
        for label, structure, as_of in with_progress(asked, "judging structures")
    ]
    if as_json:
        print_json(results)
    else:
        _print(results)


def _read(path: Path, columns: tuple[str, ...], parse: Callable[[CaseRow], T], faults: list[CaseTableError]) -> list[T]:
    """Read a table to its end and keep every fault with its column."""
    read = []
    for row in read_table(path, columns=columns, beginnings=_FRAGMENT_HEADING if FRAGMENT in columns else {}):
        try:
            read.append(parse(row))
        except _CellError as error:
            faults.append(CaseTableError(path, row=row, column=error.column, problem=str(error)))
    return read


class _CellError(ValueError):
    """A cell that cannot be read; named with its file and line by whoever reads the table."""

    def __init__(self, column: str, problem: str) -> None:
        super().__init__(problem)
        self.column = column


def _case(row: CaseRow) -> tuple[str, PreparedStructure, date]:
    return row["label"], prepare(_smiles(row)), _day(row, "as_of")


def _base(row: CaseRow) -> DerivationBase:
    smiles, first, last = _smiles(row), _day(row, "valid_from"), _last_day(row)
    if not row["base_id"]:
        raise _CellError("base_id", "found nothing; expected the number of the base")
    try:
        return DerivationBase(
            base_id=row["base_id"], label=row["label"], smiles=smiles, valid_from=first, valid_to=last, row=row.number
        )
    except InvalidValueError as error:
        raise _CellError("smiles", str(error)) from error


def _substituent(row: CaseRow) -> ListedSubstituent:
    first, last = _day(row, "valid_from"), _last_day(row)
    if row["valence"] not in {"1", "2"}:
        raise _CellError("valence", f"found {quoted(row['valence'])}; expected 1 or 2")
    try:
        return ListedSubstituent(
            fragment=row[FRAGMENT], valence=int(row["valence"]), valid_from=first, valid_to=last, row=row.number
        )
    except InvalidValueError as error:
        raise _CellError(FRAGMENT, str(error)) from error


def _smiles(row: CaseRow) -> Smiles:
    try:
        return Smiles(row["smiles"])
    except SubstanceLibraryError as error:
        raise _CellError("smiles", str(error)) from error


def _day(row: CaseRow, column: str) -> date:
    text = row[column]
    try:
        if _DAY.fullmatch(text) is not None:
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _CellError(column, f"found {quoted(text)}; expected a day such as 2024-01-23")


def _last_day(row: CaseRow) -> date | None:
    last = _day(row, "valid_to") if row["valid_to"] else None
    if last is not None and last < _day(row, "valid_from"):
        raise _CellError("valid_to", f"found {last}; expected {row['valid_from']} or later, or nothing")
    return last


def _result(label: str, answer: DerivationAnswer) -> dict[str, Any]:
    return {
        "label": label,
        "result": answer.result.value,
        "base_id": answer.base_id,
        "substituents": list(answer.substituents),
        "as_of": answer.as_of.isoformat(),
        "undecided": list(answer.undecided),
        "failed": list(answer.failed),
        "proof": [_proof(one) for one in answer.proofs],
    }


def _proof(one: DerivationProof) -> dict[str, Any]:
    base = one.base
    return {
        "base": {"base_id": base.base_id, "label": base.label, **_row(base.row, base.valid_from, base.valid_to)},
        "rows": [
            {"fragment": listed.fragment, **_row(listed.row, listed.valid_from, listed.valid_to)}
            for listed in one.substituents
        ],
        **asdict(one.proof),
        "undecided": list(one.points),
    }


def _row(number: int, first: date, last: date | None) -> dict[str, Any]:
    return {"row": number, "valid_from": first.isoformat(), "valid_to": last.isoformat() if last else None}


def _print(results: Iterable[dict[str, Any]]) -> None:
    for result in results:
        beside = ", ".join(result["substituents"])
        say(f"{result['result']:<13}  {result['label']}  {result['base_id'] or ''}  {beside}".rstrip())
        reasons = [f"open: {point}" for point in result["undecided"]] + result["failed"]
        for line in reasons:
            say(f"               {line}")
