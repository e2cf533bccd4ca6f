"""The book that is shipped: what was read, with its days, and the names of everything that was not.

No row of Kazakhstan is in it. Rows of the UN conventions are those of the starter list: months of decisions, no days in
force. ``data/law/acts.json`` has acts, editions and what is missing; ``docs/law.md`` says what the bounds mean.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any

from substance_library.editions import Act, Edition, InForce, NotLoaded
from substance_library.errors import PackageDataError
from substance_library.generic_definition import RULE_FOLDER
from substance_library.identifiers import Smiles
from substance_library.law_book import LawBook
from substance_library.schedule import Entry, EntryKind, Exclusion, ExclusionKind, ListTable, QuotedName
from substance_library.starter import SUBSTANCE_TABLE, starter_substances
from substance_library.substance import Convention, DatePrecision, InternationalStatus, ScheduleFact, Substance

LAW_FOLDER = "law"
ACT_TABLE = "acts.json"
MEDICINE_TABLE = "medicines.json"
RULES_PART = "rules"
NEWEST_DECISION = date(2025, 3, 31)
"""The last day of the month of the newest decision that the starter list has."""
_YEAR = 365
_BEFORE_1990 = date(1989, 12, 31)
_CONVENTION = "taken as in force from {by} on, a convention of this book and no date of the law"

_Document = Mapping[str, Any]


@lru_cache(maxsize=1)
def shipped_law_book() -> LawBook:
    """Give the book that is shipped with this package.

    Returns
    -------
    LawBook
        Everything in it became known when it was shipped.

    Raises
    ------
    PackageDataError
        If a shipped file is damaged.
    """
    document = _read(ACT_TABLE)
    try:
        known_from = datetime.fromisoformat(document["known_from"])
        acts = tuple(_act(one) for one in document["acts"])
        editions = tuple(_edition(act["number"], one) for act in document["acts"] for one in act.get("editions", ()))
        tables = tuple(table for act in document["acts"] for table in _tables(act))
    except (KeyError, TypeError, ValueError) as error:
        raise PackageDataError(ACT_TABLE, found=str(error), expected="acts, editions and rules") from error
    return LawBook(acts=acts, editions=editions, tables=tables).known_since(known_from)


@lru_cache(maxsize=1)
def shipped_law_sha256() -> str:
    """Give the digest of everything that the shipped book was made of, the generic rules included."""
    folder = resources.files("substance_library").joinpath("data")
    rules = sorted((one for one in folder.joinpath(RULE_FOLDER).iterdir()), key=lambda one: one.name)
    digest = hashlib.sha256(_bytes(ACT_TABLE) + _bytes(MEDICINE_TABLE))
    for file in (folder.joinpath(SUBSTANCE_TABLE), *rules):
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _bytes(name: str) -> bytes:
    try:
        return resources.files("substance_library").joinpath("data", LAW_FOLDER, name).read_bytes()
    except OSError as error:
        raise PackageDataError(name, found=error.strerror or str(error), expected="a file of this package") from error


def _read(name: str) -> _Document:
    try:
        document: _Document = json.loads(_bytes(name))
    except ValueError as error:
        raise PackageDataError(name, found=str(error), expected="JSON") from error
    return document


def _act(one: _Document) -> Act:
    return Act(
        number=one["number"],
        jurisdiction=one["jurisdiction"],
        citation=one["citation"],
        url=one.get("url", ""),
        parts=tuple(one.get("parts", ())),
        threshold_parts=tuple(one.get("threshold_parts", ())),
        not_loaded=tuple(
            NotLoaded(words=it["words"], first=_day(it.get("first")), last=_day(it.get("last")))
            for it in one.get("not_loaded", ())
        ),
        loaded_to=_day(one.get("loaded_to")),
        exemption=one.get("exemption", ""),
        source=one.get("source", ""),
    )


def _edition(act: str, one: _Document) -> Edition:
    force = one["force"]
    changes = one.get("changes")
    return Edition(
        number=one["number"],
        act=act,
        amended_by=one.get("amended_by", ""),
        signed=_day(one.get("signed")),
        published=None,
        force=InForce(
            first=_day(force.get("first")),
            not_before=_day(force.get("not_before")),
            by=_day(force.get("by")),
            last=_day(force.get("last")),
            basis=force.get("basis", ""),
        ),
        changes=None if changes is None else tuple(changes),
        source=one.get("source", ""),
    )


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _tables(act: _Document) -> Iterator[ListTable]:
    for edition in act.get("editions", ()):
        entries = tuple(_class_rules(act["number"], edition))
        exclusions = tuple(_medicines(act["number"], edition))
        if entries or exclusions:
            yield ListTable(
                number=f"{edition['number']}/{RULES_PART}",
                edition=edition["number"],
                part=RULES_PART,
                consolidated=True,
                complete=True,
                entries=entries,
                exclusions=exclusions,
            )
    if "convention" in act:
        yield _of_convention(act)


def _class_rules(act: str, edition: _Document) -> Iterator[Entry]:
    for key in ("rules", "derivation_rules"):
        for rule in edition.get(key, ()):
            yield Entry(
                number=f"{act}/{rule}", kind=EntryKind.CLASS_RULE, rule=rule, by_derivation=key == "derivation_rules"
            )


def _medicines(act: str, edition: _Document) -> Iterator[Exclusion]:
    names = edition.get("medicines", ())
    known = {one["name"]: one for one in _read(MEDICINE_TABLE)["medicines"]} if names else {}
    for name in names:
        yield Exclusion(
            number=f"{act}/medicine {name}",
            kind=ExclusionKind.MEDICINE,
            name=name,
            smiles=Smiles(known[name]["smiles"]),
            needs=edition["register"],
            source=known[name]["source"],
        )


def _of_convention(act: _Document) -> ListTable:
    convention = Convention(act["convention"])
    (edition,) = act["editions"]
    return ListTable(
        number=f"{edition['number']}/{act['parts'][0]}",
        edition=edition["number"],
        part=act["parts"][0],
        consolidated=True,
        complete=False,
        missing=f"{act['citation']}: rows beyond those of the starter list",
        entries=tuple(_scheduled(act["number"], convention)),
        exclusions=tuple(_not_scheduled(act["number"])),
    )


def _scheduled(act: str, convention: Convention) -> Iterator[Entry]:
    for substance in starter_substances():
        for fact in substance.schedule_facts:
            if fact.convention is convention:
                yield Entry(
                    number=f"{act}/{substance.preferred_name}",
                    kind=EntryKind.NAMED,
                    schedule=fact.schedule,
                    names=(QuotedName(text=substance.preferred_name, language="en"),),
                    smiles=substance.smiles,
                    force=_force(fact),
                    source=fact.source,
                )


def _not_scheduled(act: str) -> Iterator[Exclusion]:
    for substance in starter_substances():
        if substance.international_status is InternationalStatus.NOT_SCHEDULED:
            yield _stated(act, substance)


def _stated(act: str, substance: Substance) -> Exclusion:
    return Exclusion(
        number=f"{act}/not {substance.preferred_name}",
        kind=ExclusionKind.NOT_LISTED,
        name=substance.preferred_name,
        smiles=substance.smiles,
        source=substance.not_scheduled_source,
    )


def _force(fact: ScheduleFact) -> InForce:
    """Give the bounds of the day in force that follow from what is known of the decision."""
    first, last, words = _decided(fact)
    by = last + timedelta(days=_YEAR)
    return InForce(not_before=first, by=by, basis=f"{words}; {_CONVENTION.format(by=by)}")


def _decided(fact: ScheduleFact) -> tuple[date | None, date, str]:
    """Give the first and last day on which it can have been decided, and how that is known."""
    if fact.date_precision is DatePrecision.BEFORE_1990:
        return None, _BEFORE_1990, "in an original schedule, or decided before 1990"
    if fact.date_precision is DatePrecision.UNKNOWN:
        return None, NEWEST_DECISION, f"decided by {NEWEST_DECISION.isoformat()[:7]}, no date is stated"
    if fact.date_precision is DatePrecision.YEAR:
        year = int(fact.decided)
        return date(year, 1, 1), date(year, 12, 31), f"decided in {fact.decided}"
    year, month = map(int, fact.decided.split("-"))
    first = date(year, month, 1)
    return first, _end_of_month(first), f"decided in {fact.decided}"


def _end_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
