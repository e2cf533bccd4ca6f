"""Changes of the ledger itself, from one flipped bit to a past that is rewritten with everything that hangs on it."""

import dataclasses
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, insert, update

from lims.domain.case import Case
from lims.domain.record import body_of
from lims.ledger import GENESIS, LedgerEntry, leaf_hash
from lims.persistence.tables import LEDGER
from tests.tamper.changes import Change, Kind, Place, between, entry
from tests.tamper.changing_lists import Row, other_bytes, other_text, other_value
from tests.tamper.targets import ImpossibleChangeError, Target

_TREE: Place = ("ledger_tree",)
_FAR = 1_000_000_000
"""Where rows wait while their numbers change."""


def flip_entry_bytes(target: Target, chance: random.Random) -> Change:
    """Flip a bit of an entry, cut it, or add bytes to it."""
    row = chance.choice(target.rows(LEDGER))
    _update(target, row["sequence"], data=other_bytes(row["data"], chance))
    return Change(words=f"bytes of entry {row['sequence']}", places=(entry(row["sequence"]),))


def flip_entry_bytes_with_leaf(target: Target, chance: random.Random) -> Change:
    """Do the same, and compute the leaf again."""
    row = chance.choice(target.rows(LEDGER))
    data = other_bytes(row["data"], chance)
    _update(target, row["sequence"], data=data, leaf=leaf_hash(data))
    return Change(words=f"bytes and leaf of entry {row['sequence']}", places=_at_or_behind(target, row["sequence"]))


def rewrite_entry(target: Target, chance: random.Random) -> Change:
    """Write one fact of an entry anew, in canonical form."""
    row = chance.choice(target.rows(LEDGER))
    _update(target, row["sequence"], data=forged(row, chance))
    return Change(words=f"a fact of entry {row['sequence']}", places=(entry(row["sequence"]),))


def rewrite_entry_with_leaf(target: Target, chance: random.Random) -> Change:
    """Write one fact of an entry anew, and compute its leaf again."""
    row = chance.choice(target.rows(LEDGER))
    data = forged(row, chance)
    _update(target, row["sequence"], data=data, leaf=leaf_hash(data))
    words = f"a fact and the leaf of entry {row['sequence']}"
    return Change(words=words, places=_at_or_behind(target, row["sequence"]))


def copy_entry_over_another(target: Target, chance: random.Random) -> Change:
    """Put the bytes and leaf of one entry in place of those of another."""
    row, other = _two(target, chance)
    _update(target, row["sequence"], data=other["data"], leaf=other["leaf"])
    words = f"entry {other['sequence']} in place of {row['sequence']}"
    return Change(words=words, places=(entry(row["sequence"]),))


def change_leaf(target: Target, chance: random.Random) -> Change:
    """Change the leaf that is kept beside an entry."""
    row = chance.choice(target.rows(LEDGER))
    _update(target, row["sequence"], leaf=other_text(row["leaf"], chance))
    return Change(words=f"leaf of entry {row['sequence']}", places=(entry(row["sequence"]),))


def change_finding_column(target: Target, chance: random.Random) -> Change:
    """Change a column by which an entry is found."""
    row = chance.choice(target.rows(LEDGER))
    column = LEDGER.columns[chance.choice(("kind", "number", "version"))]
    known = [one[column.name] for one in target.rows(LEDGER)]
    value = other_value(column, row[column.name], known, chance)
    target.require_free(LEDGER, row | {column.name: value}, ("kind", "number", "version"))
    _update(target, row["sequence"], **{column.name: value})
    return Change(words=f"{column.name} of entry {row['sequence']}", places=(entry(row["sequence"]),))


def take_the_version_of_another(target: Target, chance: random.Random) -> Change:
    """Forge an entry with kind, number and version of another one, and leave the other one out."""
    row, other = _two(target, chance)
    own = LedgerEntry.from_bytes(row["data"])
    data = dataclasses.replace(own, kind=other["kind"], number=other["number"], version=other["version"]).to_bytes()
    names = {name: other[name] for name in ("kind", "number", "version")}
    with target.hands() as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.sequence == other["sequence"]))
        changed = update(LEDGER).where(LEDGER.c.sequence == row["sequence"])
        connection.execute(changed.values(data=data, leaf=leaf_hash(data), **names))
    words = f"entry {row['sequence']} as {other['kind']} {other['number']} {other['version']} of {other['sequence']}"
    kept = [n for n in range(1, target.size + 1) if n != other["sequence"]]
    behind = [next((n for n in kept if n > one["sequence"]), target.size) for one in (row, other)]
    places = (*map(entry, (row["sequence"], *behind)), *((_TREE,) if target.size in behind else ()))
    return Change(words=words, places=places)


def swap_entries(target: Target, chance: random.Random) -> Change:
    """Give two entries each other's place."""
    row, other = _two(target, chance)
    with target.hands() as connection:
        for old, new in ((row["sequence"], _FAR), (other["sequence"], row["sequence"]), (_FAR, other["sequence"])):
            connection.execute(update(LEDGER).where(LEDGER.c.sequence == old).values(sequence=new))
    words = f"entries {row['sequence']} and {other['sequence']} exchanged"
    return Change(words=words, places=(entry(row["sequence"]), entry(other["sequence"])))


def renumber_row(target: Target, chance: random.Random) -> Change:
    """Give an entry a number behind the last."""
    row = chance.choice(target.rows(LEDGER))
    number = target.size + chance.randint(1, 500)
    _update(target, row["sequence"], sequence=number)
    places = (*_at_or_behind(target, row["sequence"]), entry(number))
    return Change(words=f"entry {row['sequence']} as {number}", places=places)


def delete_entry(target: Target, chance: random.Random) -> Change:
    """Delete an entry."""
    row = chance.choice(target.rows(LEDGER))
    with target.hands() as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.sequence == row["sequence"]))
    return Change(words=f"entry {row['sequence']} deleted", places=_at_or_behind(target, row["sequence"]))


def delete_entry_and_close_the_gap(target: Target, chance: random.Random) -> Change:
    """Delete an entry and give those behind it new numbers, in the rows only."""
    row = chance.choice(target.rows(LEDGER))
    rows = target.rows(LEDGER)
    kept = [one for one in rows if one is not row]
    _replace_from(target, row["sequence"], [one | {"sequence": n} for n, one in enumerate(kept, start=1)])
    words = f"entry {row['sequence']} deleted, the others moved up"
    return Change(words=words, places=_at_or_behind(target, row["sequence"]))


def repeat_entry(target: Target, chance: random.Random) -> Change:
    """Put a copy of an entry behind it, under a name that is free, and move the others on."""
    rows = target.rows(LEDGER)
    place = chance.randrange(len(rows))
    copy = rows[place] | {"number": f"{rows[place]['number']}-copy"}
    changed = [*rows[: place + 1], copy, *rows[place + 1 :]]
    _replace_from(target, place + 1, [one | {"sequence": n} for n, one in enumerate(changed, start=1)])
    return Change(words=f"entry {place + 1} twice", places=(entry(place + 2),))


def add_forged_entry(target: Target, chance: random.Random) -> Change:
    """Add an entry at the end that fits in every way but stands in no tree and no list."""
    last = target.rows(LEDGER)[-1]
    added = following(LedgerEntry.from_bytes(last["data"]), last["leaf"], chance)
    with target.hands() as connection:
        connection.execute(insert(LEDGER).values(row_of(added)))
    return Change(words=f"entry {added.sequence} forged at the end", places=(entry(added.sequence), _TREE))


def cut_the_tail_off(target: Target, chance: random.Random) -> Change:
    """Delete the newest entries, and nothing else."""
    size = chance.randrange(target.size)
    with target.hands() as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.sequence > size))
    return Change(words=f"all behind entry {size} deleted", places=(entry(size + 1), _TREE))


# A past with everything that hangs on it: later entries chained anew, tree and lists made anew. Only checkpoints tell.


def rewrite_the_past(target: Target, chance: random.Random) -> Change:
    """Write one entry anew and all that follows from it."""
    place = chance.randrange(target.newest_checkpoint)
    entries = entries_of(target)
    entries[place] = LedgerEntry.from_bytes(forged(target.rows(LEDGER)[place], chance))
    return _new_past(target, entries, place, f"entry {place + 1} and everything behind it")


def delete_from_the_past(target: Target, chance: random.Random) -> Change:
    """Take an entry out and make everything behind it anew."""
    place = chance.randrange(target.newest_checkpoint)
    entries = entries_of(target)
    taken = entries.pop(place)
    entries = [_one_version_down(one, taken) if n >= place else one for n, one in enumerate(entries)]
    return _new_past(target, entries, place, f"entry {place + 1} taken out of the past")


def insert_into_the_past(target: Target, chance: random.Random) -> Change:
    """Put a new record into the past and make everything behind it anew."""
    place = chance.randrange(1, target.newest_checkpoint)
    entries = entries_of(target)
    entries.insert(place, following(entries[place - 1], "", chance))
    return _new_past(target, entries, place, f"a record put into the past as entry {place + 1}")


def swap_in_the_past(target: Target, chance: random.Random) -> Change:
    """Exchange two acts that follow one another, and make everything behind them anew."""
    place = chance.randrange(target.newest_checkpoint - 1)
    entries = entries_of(target)
    first, second = entries[place], entries[place + 1]
    if (first.kind, first.number) == (second.kind, second.number):
        raise ImpossibleChangeError
    entries[place : place + 2] = (
        dataclasses.replace(second, recorded_at=first.recorded_at),
        dataclasses.replace(first, recorded_at=second.recorded_at),
    )
    return _new_past(target, entries, place, f"acts {place + 1} and {place + 2} exchanged")


def _new_past(target: Target, entries: Sequence[LedgerEntry], place: int, words: str) -> Change:
    """Write entries from a place on, chained, with tree and lists that follow from them."""
    rows = rechained(target.rows(LEDGER)[:place], entries[place:])
    _replace_from(target, place + 1, rows, lists=True)
    behind = min(size for size in target.checkpoint_sizes if size > place)
    before = max((size for size in target.checkpoint_sizes if size <= place), default=0)
    shorter = (f"it is of {behind} entries, the ledger has {len(rows)}",)
    places = (shorter,) if len(rows) < behind else (between(before, behind),)
    return Change(words=f"{words}, between the checkpoints of {before} and {behind}", places=places)


def rechained(
    head: Sequence[Row],
    entries: Iterable[LedgerEntry],
    *,
    adapt: Callable[[LedgerEntry, Sequence[Row]], LedgerEntry] = lambda one, _: one,
) -> list[Row]:
    """Give rows with entries behind them, each numbered and naming the leaf before; ``adapt`` may change it first."""
    rows = [*head]
    for one in entries:
        previous = rows[-1]["leaf"] if rows else GENESIS
        rows.append(row_of(dataclasses.replace(adapt(one, rows), sequence=len(rows) + 1, previous=previous)))
    return rows


def _replace_from(target: Target, sequence: int, rows: Sequence[Row], *, lists: bool = False) -> None:
    with target.hands() as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.sequence >= sequence))
        if rows[sequence - 1 :]:
            connection.execute(insert(LEDGER), rows[sequence - 1 :])
        if lists:
            target.make_lists(connection)


def _update(target: Target, place: int, /, **values: Any) -> None:
    with target.hands() as connection:
        connection.execute(update(LEDGER).where(LEDGER.c.sequence == place).values(**values))


def _at_or_behind(target: Target, sequence: int) -> tuple[Place, ...]:
    """Point to an entry or to the next one; behind the last there is the tree."""
    return (entry(sequence), entry(sequence + 1), *((_TREE,) if sequence == target.size else ()))


def _two(target: Target, chance: random.Random) -> Sequence[Row]:
    return chance.sample(target.rows(LEDGER), 2)


def entries_of(target: Target) -> list[LedgerEntry]:
    """Read every entry of the history."""
    return [LedgerEntry.from_bytes(row["data"]) for row in target.rows(LEDGER)]


def row_of(one: LedgerEntry) -> Row:
    """Give an entry as a row of the ledger."""
    data = one.to_bytes()
    names = {"kind": one.kind, "number": one.number, "version": one.version}
    return {"sequence": one.sequence, **names, "leaf": leaf_hash(data), "data": data}


def forged(row: Row, chance: random.Random) -> bytes:
    """Change one fact of an entry."""
    one = LedgerEntry.from_bytes(row["data"])
    forgery: Callable[[LedgerEntry, random.Random], LedgerEntry] = chance.choice(
        (_other_actor, _other_time, _other_body, _other_body, _other_act, _other_software)
    )
    return forgery(one, chance).to_bytes()


def _other_actor(one: LedgerEntry, chance: random.Random) -> LedgerEntry:
    return dataclasses.replace(one, actor=other_text(one.actor, chance))


def _other_act(one: LedgerEntry, chance: random.Random) -> LedgerEntry:
    return dataclasses.replace(one, act=other_text(one.act, chance))


def _other_software(one: LedgerEntry, chance: random.Random) -> LedgerEntry:
    return dataclasses.replace(one, software=other_text(one.software, chance))


def _other_time(one: LedgerEntry, _: random.Random) -> LedgerEntry:
    return dataclasses.replace(one, recorded_at=one.recorded_at + timedelta(microseconds=1))


def _other_body(one: LedgerEntry, chance: random.Random) -> LedgerEntry:
    texts = sorted(name for name, value in one.body.items() if isinstance(value, str) and name not in _NAMING)
    if not texts:
        return _other_actor(one, chance)
    name = chance.choice(texts)
    return dataclasses.replace(one, body={**one.body, name: other_text(str(one.body[name]), chance)})


_NAMING = frozenset({"number"})


def following(before: LedgerEntry, leaf: str, chance: random.Random) -> LedgerEntry:
    """Forge the record of a case that nobody registered."""
    number = f"2026-9{chance.randrange(10**6):06d}"
    return LedgerEntry(
        sequence=before.sequence + 1,
        previous=leaf or GENESIS,
        recorded_at=before.recorded_at,
        actor=before.actor,
        act="case.registered",
        kind="case",
        number=number,
        version=1,
        body=body_of(_case(number)),
        software=before.software,
    )


def _case(number: str) -> Case:
    return Case(
        number=number,
        laboratory="Laboratory of the tests",
        appointing_body="Court",
        order_number="",
        order_date=None,
        seizure_date=None,
        seizure_place="",
        questions=(),
        demonstration=False,
    )


def _one_version_down(one: LedgerEntry, taken: LedgerEntry) -> LedgerEntry:
    if (one.kind, one.number) != (taken.kind, taken.number):
        return one
    return dataclasses.replace(one, version=one.version - 1, body={**one.body, "version": one.version - 1})


KINDS = (
    Kind(change=flip_entry_bytes, weight=40),
    Kind(change=flip_entry_bytes_with_leaf, weight=30),
    Kind(change=rewrite_entry, weight=30),
    Kind(change=rewrite_entry_with_leaf, weight=40),
    Kind(change=copy_entry_over_another),
    Kind(change=change_leaf, weight=20),
    Kind(change=change_finding_column, weight=30),
    Kind(change=take_the_version_of_another),
    Kind(change=swap_entries, weight=20),
    Kind(change=renumber_row),
    Kind(change=delete_entry, weight=20),
    Kind(change=delete_entry_and_close_the_gap),
    Kind(change=repeat_entry),
    Kind(change=add_forged_entry),
    Kind(change=cut_the_tail_off),
    Kind(change=rewrite_the_past, weight=8),
    Kind(change=delete_from_the_past, weight=3),
    Kind(change=insert_into_the_past, weight=3),
    Kind(change=swap_in_the_past, weight=3),
)
