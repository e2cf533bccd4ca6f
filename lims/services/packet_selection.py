"""Which ledger entries belong into the disclosure packet of a case.

Two rules. An entry is of the case if its record says so: by the number of the case, or of something that is of it.
What is of no case (method, instrument, competence and so on) comes along where an entry of the case names it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from lims.ledger import JsonValue, LedgerEntry, StoredEntry

OF_THE_CASE = frozenset(
    {
        *("case", "seizure", "donor", "photograph", "exhibit", "run", "examination", "report"),
        *("custody", "transfer", "weighing", "aliquot", "mass balance", "discrepancy", "sampling plan"),
        *("deviation", "finding", "identification", "determination", "quantitation", "nonconformity", "watch", "alert"),
    }
)
COMES_ALONG = frozenset(
    {
        *("method", "procedure", "competence", "instrument", "balance check", "reagent", "reference standard"),
        *("release", "isomer group", "law act", "law edition", "law table"),
    }
)
"""Kinds of no case. Others stay out: accounts, sessions, staff files, places, counts, imports of the library."""
_NAMES_IT = (
    *("case_number", "seizure_number", "exhibit_number", "examination_number", "aliquot_number"),
    *("run_number", "part_of", "aliquot_of", "mass_balance_number"),
)
"""Fields by which a record says what it belongs to."""
_NAMES_SEVERAL = frozenset({"transfer", "nonconformity", "watch", "alert"})
"""Kinds whose records may be about several cases: one that names something of this case is of it."""
_OTHER_NAMES = ("lot", "name_in_files", "serial", "person", "act_number")
"""Fields by which a thing of no case is called at the bench, or which say whose it is."""


class EntriesOf(Protocol):
    """Gives the entries of some kinds whose number begins with a text, in the order of the ledger."""

    def __call__(self, kinds: Collection[str], *, begins: str = "") -> Iterable[StoredEntry]:
        """Give them; an empty text takes every number."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenEntry:
    """One entry of the packet, with its bytes."""

    entry: LedgerEntry
    data: bytes = field(repr=False)


@dataclass(slots=True, kw_only=True)
class _Choice:
    """What was found so far."""

    case: str
    numbers: set[str] = field(default_factory=set)
    """Of everything that is of the case."""
    batches: set[str] = field(default_factory=set)
    said: set[str] = field(default_factory=set)
    """Every text in the chosen bodies."""
    chosen: set[int] = field(default_factory=set)
    """Places of entries."""


def candidates(entries_of: EntriesOf, *, case: str) -> tuple[StoredEntry, ...]:
    """Read from a ledger all that ``choose`` can take for a case, without reading the ledger of the other cases.

    The number of everything that is of one case begins with the number of the case; an entry that may be about several
    cases has it, or that of a batch, somewhere in its bytes.
    """
    own = tuple(entries_of(OF_THE_CASE - _NAMES_SEVERAL, begins=case))
    batches = {str(_entry(one).body.get("batch_number") or "") for one in own} - {""}
    named = tuple(number.encode() for number in (case, *sorted(batches)))
    several = (one for one in entries_of(_NAMES_SEVERAL) if any(number in one.data for number in named))
    beside = (one for batch in sorted(batches) for one in entries_of(("batch", "run"), begins=batch))
    found = {one.sequence: one for one in (*own, *several, *beside, *entries_of(COMES_ALONG))}
    return tuple(found[sequence] for sequence in sorted(found))


def choose(entries: Iterable[StoredEntry], *, case: str) -> tuple[ChosenEntry, ...]:
    """Give the entries of a case and those that they rest on, in the order of the ledger.

    Parameters
    ----------
    entries : iterable of StoredEntry
        Those under the checkpoint, or the ``candidates`` among them.
    case : str
        Number of the case.
    """
    choice = _Choice(case=case, numbers={case})
    read = [ChosenEntry(entry=_entry(stored), data=stored.data) for stored in entries]
    known = [one.entry for one in read]
    for entry in known:
        if entry.kind in OF_THE_CASE and _is_of_case(entry, choice):
            _take(entry, choice)
    for entry in known:
        if _is_of_batch(entry, choice):
            _take(entry, choice)
    _take_along([one for one in known if one.kind in COMES_ALONG], choice)
    return tuple(one for one in read if one.entry.sequence in choice.chosen)


def _entry(stored: StoredEntry) -> LedgerEntry:
    return LedgerEntry.from_bytes(stored.data)


def _is_of_case(entry: LedgerEntry, choice: _Choice) -> bool:
    if entry.kind == "case":
        return entry.number == choice.case
    if entry.kind in _NAMES_SEVERAL:
        return not choice.numbers.isdisjoint(texts_in(entry.body))
    if entry.kind == "custody" and entry.number in choice.numbers:
        return True
    return any(entry.body.get(name) in choice.numbers for name in _NAMES_IT if entry.body.get(name))


def _is_of_batch(entry: LedgerEntry, choice: _Choice) -> bool:
    """Take the batches of the runs, what was measured in them beside exhibits, and nonconforming work in them."""
    if entry.kind == "batch":
        return entry.number in choice.batches
    if entry.kind == "nonconformity":
        return not choice.batches.isdisjoint(texts_in(entry.body))
    return (
        entry.kind == "run"
        and not entry.body.get("exhibit_number")
        and entry.body.get("batch_number") in choice.batches
    )


def _take(entry: LedgerEntry, choice: _Choice) -> None:
    choice.chosen.add(entry.sequence)
    if entry.kind not in _NAMES_SEVERAL and entry.kind != "batch":
        choice.numbers.add(entry.number)
    if entry.kind == "run" and entry.body.get("batch_number"):
        choice.batches.add(str(entry.body["batch_number"]))
    choice.said.add(entry.actor)
    choice.said.update(texts_in(entry.body))


def _take_along(candidates: list[LedgerEntry], choice: _Choice) -> None:
    """Take what is named; what that names in turn too, until nothing is added."""
    left = candidates
    while True:
        named = [one for one in left if not choice.said.isdisjoint(_called(one))]
        if not named:
            return
        for one in named:
            choice.chosen.add(one.sequence)
            if one.kind != "competence":  # who granted it is no party of the case
                choice.said.update(texts_in(one.body))
        left = [one for one in left if one.sequence not in choice.chosen]


def _called(entry: LedgerEntry) -> set[str]:
    """Give the names under which others know a thing; a competence goes with its person."""
    if entry.kind == "competence":
        return {str(entry.body.get("person"))}
    others = (entry.body.get(name) for name in _OTHER_NAMES if name != "person")
    return {entry.number, *(str(name) for name in others if name)}


def texts_in(value: JsonValue | Mapping[str, JsonValue]) -> Iterator[str]:
    """Give every text in a body, however deep."""
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one)
