"""Fictitious books of the law for tests; the jurisdiction ZZ is nobody's."""

from datetime import UTC, date, datetime

from substance_library.determination import Determination
from substance_library.editions import Act, Edition, InForce
from substance_library.identifiers import Smiles
from substance_library.law_book import LawBook
from substance_library.prepared_structure import prepare
from substance_library.schedule import Entry, EntryKind, EntryScope, IsomerScope, ListTable, QuotedName
from substance_library.status import StatusPolicy, determine

ZZ = "ZZ"
BEGIN = date(2020, 1, 1)
KNOWN = datetime(2020, 1, 2, tzinfo=UTC)
NARROW = EntryScope(
    salts=True, esters=False, ethers=False, isomers=(IsomerScope.NONE,), isotopologues=False, analogues=False
)
"""Everything is stated: nothing is left to decide."""


def act(number="ZZ-1", **facts):
    return Act(
        number=number, **{"jurisdiction": ZZ, "citation": f"Fictitious act {number}", "parts": ("list",), **facts}
    )


def edition(number="ZZ-1/1", *, first=BEGIN, last=None, force=None, **facts):
    usual = {"act": number.split("/")[0], "amended_by": "", "signed": None, "published": None, "known_from": KNOWN}
    return Edition(number=number, force=force or InForce(first=first, last=last), **{**usual, **facts})


def named(number, smiles, *, scope=NARROW, **facts):
    return Entry(
        number=number,
        kind=EntryKind.NAMED,
        names=(QuotedName(text=f"toy {number}", language="en"),),
        smiles=None if smiles is None else Smiles(smiles),
        scope=scope,
        **facts,
    )


def class_rule(number, rule, **facts):
    return Entry(number=number, kind=EntryKind.CLASS_RULE, rule=rule, **facts)


def substituent(number, fragment, valence=1):
    return Entry(number=number, kind=EntryKind.SUBSTITUENT, fragment=fragment, valence=valence, row=number)


def table(*rows, of="ZZ-1/1", part="list", **facts):
    usual = {"number": f"{of}/{part}", "consolidated": True, "complete": True, "known_from": KNOWN}
    entries = tuple(row for row in rows if isinstance(row, Entry))
    return ListTable(edition=of, part=part, entries=entries, **{**usual, **facts})


def book(*rows, acts=None, editions=None, tables=None):
    """Give a book of one act, one edition and one list, or of what is given."""
    return LawBook(
        acts=acts or (act(),),
        editions=editions or (edition(),),
        tables=tables if tables is not None else (table(*rows),),
    )


def ask(smiles: str, law: LawBook, day: date = date(2021, 6, 1), jurisdiction: str = ZZ, **facts) -> Determination:
    """Determine by SMILES; facts of the policy and of the question are told apart by their names."""
    policy = {name: facts.pop(name) for name in ("acts", "isotopologues_alike", "rules") if name in facts}
    chosen = StatusPolicy(**policy) if policy else None
    return determine(prepare(Smiles(smiles)), jurisdiction, day, law, policy=chosen, **facts)


def answer(smiles: str, law: LawBook, day: date = date(2021, 6, 1), jurisdiction: str = ZZ, **facts) -> str:
    """Give the word of the answer."""
    return ask(smiles, law, day, jurisdiction, **facts).result.value
