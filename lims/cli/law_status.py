"""``aigaq law status``: one structure, one jurisdiction, one day. Its JSON is a contract with others' scripts."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.legal_determination import DatedStatus
from lims.errors import InvalidRecordError
from substance_library.determination import Content, Determination, Finding, FindingKind, RuleTried
from substance_library.errors import SubstanceLibraryError
from substance_library.identifiers import Smiles
from substance_library.law_book import LawBook
from substance_library.law_data import shipped_law_book, shipped_law_sha256
from substance_library.prepared_structure import prepare
from substance_library.status import StatusPolicy, determine

ALIASES = {"GB": "UK"}
"""Other codes of jurisdictions that the book names."""
_STATEMENTS = {
    "listed_by_name": "listed by name",
    "covered_by_rule": "covered by a rule",
    "not_covered": "not covered by the texts that were asked; this does not say that it is not controlled elsewhere",
    "cannot_decide": "cannot decide",
}


def run_status(
    smiles: list[str],
    *,
    jurisdiction: str,
    as_of: datetime,
    known_at: datetime | None,
    acts: list[str],
    content: str,
    as_json: bool,
    home: Path | None,
) -> None:
    """Print the legal status of a structure, or of several that are not told apart."""
    book = shipped_law_book() if home is None else require_laboratory(home).legislating.book()
    wanted = ALIASES.get(jurisdiction.upper(), jurisdiction.upper())
    moment = None if known_at is None else known_at.astimezone()
    policy = StatusPolicy(acts=tuple(_known_acts(acts, book)))
    answers = tuple(
        determine(prepare(Smiles(text)), wanted, as_of.date(), book, moment, content=_content(content), policy=policy)
        for text in smiles
    )
    _print(DatedStatus(as_of=as_of.date(), answers=answers), as_json=as_json)


def _content(text: str) -> Content | None:
    """Read a share and its uncertainty, such as ``5.2,0.3``."""
    if not text:
        return None
    try:
        percent, _, u = text.partition(",")
        return Content(percent=Decimal(percent), u_percent=Decimal(u))
    except (InvalidOperation, SubstanceLibraryError) as error:
        raise InvalidRecordError(f"content {text!r}; expected per cent and its uncertainty, as 5.2,0.3") from error


def _known_acts(wanted: list[str], book: LawBook) -> list[str]:
    known = {act.number for act in book.acts}
    strange = [number for number in wanted if number not in known]
    if strange:
        raise InvalidRecordError(f"act {', '.join(strange)}; expected some of {', '.join(sorted(known))}")
    return wanted


def _print(status: DatedStatus, *, as_json: bool) -> None:
    if as_json:
        print_json(determination_json(status.answers[0]) if len(status.answers) == 1 else status_json(status))
        return
    for one in status.answers:
        for line in determination_lines(one):
            say(line)
    if len(status.answers) > 1:
        say(f"together: {_STATEMENTS[status.result.value]}")
        for words in status.missing:
            say(f"  missing: {words}")


def status_json(status: DatedStatus) -> dict[str, Any]:
    """Give a status of several structures as plain values."""
    return {
        "as_of": status.as_of.isoformat(),
        "result": status.result.value,
        "missing": list(status.missing),
        "answers": [determination_json(one) for one in status.answers],
    }


def determination_json(one: Determination) -> dict[str, Any]:
    """Give a determination as plain values."""
    return {
        "smiles": one.smiles,
        "parent_smiles": one.parent_smiles,
        "inchikey": one.inchikey or None,
        "jurisdiction": one.jurisdiction,
        "as_of": one.as_of.isoformat(),
        "known_at": _moment(one.known_at),
        "result": one.result.value,
        "statement": _STATEMENTS[one.result.value],
        "entries": [_finding_json(it) for it in one.findings],
        "rules_not_matched": [_tried_json(it) for it in one.tried],
        "missing": list(one.missing),
        "warnings": list(one.warnings),
        "acts": list(one.acts),
        "editions": [
            {"act": it.act, "edition": it.number, "amended_by": it.amended_by or None, "standing": it.standing.value}
            for it in one.editions
        ],
        "versions": {
            "engine": one.versions.engine,
            "rdkit": one.versions.rdkit,
            "inchi": one.versions.inchi,
            "shipped_book_sha256": shipped_law_sha256(),
        },
    }


def _finding_json(one: Finding) -> dict[str, Any]:
    return {
        "outcome": one.kind.value,
        "rank": one.rank,
        "act": one.act,
        "citation": one.citation,
        "editions": list(one.editions),
        "entry": one.entry,
        "kind": one.entry_kind.value,
        "schedule": one.schedule or None,
        "row": one.row or None,
        "name": one.name,
        "how": one.how,
        "rule": one.rule or None,
        "base": one.base or None,
        "substituents": list(one.substituents),
        "open": list(one.open_points),
        "exemption": one.exemption or None,
        "notes": list(one.notes),
        "source": one.source or None,
        "proof": _proof_json(one),
    }


def _proof_json(one: Finding) -> dict[str, Any] | None:
    if one.proof is None:
        return None
    return {
        "core": one.proof.core,
        "mapping": [[pair.core, pair.given] for pair in one.proof.mapping],
        "placed": [
            {"slot": it.slot, "fragment": it.fragment, "atoms": list(it.atoms), "allowed_by": it.allowed_by}
            for it in one.proof.placed
        ],
        "notes": list(one.proof.notes),
    }


def _tried_json(one: RuleTried) -> dict[str, Any]:
    return {
        "act": one.act,
        "rule": one.rule,
        "standing": one.standing.value,
        "result": one.result.value if one.result else None,
        "failed": list(one.failed),
        "open": list(one.open_points),
    }


def determination_lines(one: Determination) -> Iterator[str]:
    """Give a determination as lines for a person."""
    yield f"{one.smiles}  {one.jurisdiction} on {one.as_of}: {_STATEMENTS[one.result.value]}"
    for it in one.findings:
        where = ", ".join(filter(None, (it.citation, it.schedule, it.row)))
        yield f"  {it.kind.value}: {it.name} ({where}): {it.how}"
        yield from (f"    open: {point}" for point in it.open_points if it.kind is FindingKind.OPEN)
        yield from (f"    {note}" for note in it.notes)
        if it.base:
            yield f"    base {it.base}, substituents {', '.join(it.substituents) or 'none'}"
    yield from (f"  not matched: {it.rule}: {'; '.join(it.failed or it.open_points)}" for it in one.tried)
    yield from (f"  missing: {words}" for words in one.missing)
    yield from (f"  warning: {words}" for words in one.warnings)


def _moment(moment: date | None) -> str | None:
    return None if moment is None else moment.isoformat()
