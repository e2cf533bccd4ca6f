"""``aigaq law``: entering acts, editions and tables, confirming them, and reading the book."""

from pathlib import Path
from typing import Any

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.cli.watch import watch_now
from lims.domain.law_text import LawAct, LawEdition, LawTable
from lims.domain.record import body_of
from lims.errors import InvalidRecordError, NotFoundError
from lims.services.fact_file import read_facts
from lims.services.laboratory import Laboratory
from lims.services.legislating import TableFacts
from substance_library.editions import Act, Edition, edition_faults, in_order
from substance_library.law_book import LawBook
from substance_library.law_data import shipped_law_book

Text = LawAct | LawEdition | LawTable
_KINDS = ("table", "edition", "act")


def run_acts(*, jurisdiction: str, as_json: bool, home: Path | None) -> None:
    """Print the acts of the book and what of them is not there."""
    book = _book(home).as_known(None)
    acts = [act for act in book.acts if not jurisdiction or act.jurisdiction == jurisdiction.upper()]
    if as_json:
        print_json({"acts": [_act_json(act, book) for act in acts]})
        return
    for act in acts:
        say(f"{act.number}  {act.jurisdiction}  {act.citation}")
        for one in act.not_loaded:
            say(f"  not loaded: {one.words}")


def run_editions(act: str, *, as_json: bool, home: Path | None) -> None:
    """Print the editions of an act in order, with gaps and overlaps."""
    book = _book(home).as_known(None)
    if act not in {one.number for one in book.acts}:
        raise NotFoundError(LawAct.KIND, act)
    editions = book.editions_of(act)
    faults = [str(fault) for fault in edition_faults(editions)]
    if as_json:
        print_json({"act": act, "editions": [_edition_json(one, book) for one in editions], "faults": faults})
        return
    for one in in_order(editions):
        say(f"{one.number}  {one.amended_by or 'first text'}: {_days(one)}")
    for fault in faults:
        say(f"  {fault}")


def run_draft_act(file: Path, *, replaces: int | None, by: str, as_json: bool, home: Path | None) -> None:
    """Draft an act."""
    act = read_facts(file, Act)
    here = seat(require_laboratory(home), by)
    _print_text(here.laboratory.legislating.draft_act(act, actor=here.person, replaces=replaces), as_json=as_json)


def run_draft_edition(file: Path, *, replaces: int | None, by: str, as_json: bool, home: Path | None) -> None:
    """Draft an edition."""
    edition = read_facts(file, Edition)
    here = seat(require_laboratory(home), by)
    drafted = here.laboratory.legislating.draft_edition(edition, actor=here.person, replaces=replaces)
    _print_text(drafted, as_json=as_json)


def run_import(file: Path, table: Path, *, replaces: int | None, by: str, as_json: bool, home: Path | None) -> None:
    """Draft a table from a file of rows and one of facts about it."""
    facts = read_facts(table, TableFacts)
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InvalidRecordError(f"{file}: {error.strerror or error}") from error
    here = seat(require_laboratory(home), by)
    drafted = here.laboratory.legislating.import_table(
        facts, data, name=file.name, actor=here.person, replaces=replaces
    )
    _print_text(drafted, as_json=as_json)


def run_confirm(number: str, *, compared_with: str, by: str, as_json: bool, home: Path | None) -> None:
    """Confirm a table or an act, whichever the number is of."""
    here = seat(require_laboratory(home), by)
    legislating = here.laboratory.legislating
    found = _find(here.laboratory, number)
    if isinstance(found, LawEdition):
        raise InvalidRecordError(f"{number} is an edition; expected a table or an act: editions are published")
    if isinstance(found, LawTable):
        confirmed: Text = legislating.confirm_table(number, compared_with=compared_with, actor=here.person)
    else:
        confirmed = legislating.confirm_act(number, compared_with=compared_with, actor=here.person)
    _print_text(confirmed, as_json=as_json)
    watch_now(require_laboratory(home))


def run_publish(number: str, *, compared_with: str, by: str, as_json: bool, home: Path | None) -> None:
    """Publish an edition."""
    here = seat(require_laboratory(home), by)
    published = here.laboratory.legislating.publish_edition(number, compared_with=compared_with, actor=here.person)
    _print_text(published, as_json=as_json)
    watch_now(require_laboratory(home))


def run_return(number: str, *, reason: str, by: str, as_json: bool, home: Path | None) -> None:
    """Send a draft back."""
    here = seat(require_laboratory(home), by)
    legislating = here.laboratory.legislating
    found = _find(here.laboratory, number)
    if isinstance(found, LawTable):
        _print_text(legislating.return_table(number, reason=reason, actor=here.person), as_json=as_json)
    elif isinstance(found, LawEdition):
        _print_text(legislating.return_edition(number, reason=reason, actor=here.person), as_json=as_json)
    else:
        _print_text(legislating.return_act(number, reason=reason, actor=here.person), as_json=as_json)


def run_show(number: str, *, as_json: bool, home: Path | None) -> None:
    """Print a text that was entered here, in any state."""
    _print_text(_find(require_laboratory(home), number), as_json=as_json, whole=True)


def run_texts(*, as_json: bool, home: Path | None) -> None:
    """Print the list of texts that were entered here."""
    lines = require_laboratory(home).legislating.texts()
    if as_json:
        rows = [{"kind": it.kind, "number": it.number, "version": it.version, "state": it.state} for it in lines]
        print_json({"texts": rows})
        return
    for it in lines:
        say(f"{it.number}  {it.kind}, version {it.version}, {it.state}: {it.title}")


def _book(home: Path | None) -> LawBook:
    return shipped_law_book() if home is None else require_laboratory(home).legislating.book()


def _find(laboratory: Laboratory, number: str) -> Text:
    for kind in _KINDS:
        try:
            found: Text = getattr(laboratory.legislating, kind)(number)
        except NotFoundError:
            continue
        return found
    raise NotFoundError("text of the law", number)


def _act_json(act: Act, book: LawBook) -> dict[str, Any]:
    return {
        "act": act.number,
        "jurisdiction": act.jurisdiction,
        "citation": act.citation,
        "parts": list(act.parts),
        "not_loaded": [one.words for one in act.not_loaded],
        "loaded_to": act.loaded_to.isoformat() if act.loaded_to else None,
        "editions": [one.number for one in book.editions_of(act.number)],
        "source": act.source or None,
    }


def _edition_json(one: Edition, book: LawBook) -> dict[str, Any]:
    tables = [table for table in book.tables if table.edition == one.number]
    days = {
        name: getattr(one.force, name).isoformat() if getattr(one.force, name) else None
        for name in ("first", "not_before", "by", "last")
    }
    return {
        "edition": one.number,
        "amended_by": one.amended_by or None,
        "signed": one.signed.isoformat() if one.signed else None,
        "published": one.published.isoformat() if one.published else None,
        "in_force": days,
        "tables": [{"table": it.number, "part": it.part, "rows": len(it.rows)} for it in tables],
    }


def _days(one: Edition) -> str:
    force = one.force
    if force.first is not None:
        return f"in force from {force.first}" + (f" to {force.last}" if force.last else "")
    bounds = (("not before", force.not_before), ("in force by", force.by), ("to", force.last))
    return ", ".join(["first day not known", *(f"{words} {day}" for words, day in bounds if day is not None)])


def _print_text(text: Text, *, as_json: bool, whole: bool = False) -> None:
    if as_json:
        short = {"kind": text.KIND, "number": text.number, "version": text.version, "state": text.state}
        print_json({**short, "text": body_of(text)} if whole else short)
        return
    say(f"{text.KIND} {text.number} version {text.version}, {text.state}: {text.title}")
    if whole and isinstance(text, LawTable):
        for row in text.table.entries:
            say(f"  {row.number}  {row.kind.value}  {row.name}  {row.smiles or row.fragment or row.rule}")
