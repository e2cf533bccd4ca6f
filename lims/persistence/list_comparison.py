"""Every list as it follows from the ledger, held against its table: each difference named by table, key and column.

Of a line only two hashes are remembered (about 130 bytes), so that a ledger of a million records fits; lines that
differ are made a second time, whole.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from lims.domain.record import Record, from_body
from lims.errors import LimsError
from lims.ledger.checking import Facts
from lims.ledger.growing_tree import GrowingTree
from lims.persistence.lists import LISTS, LedgerList, Line
from lims.persistence.projections import KINDS
from lims.persistence.tables import LEDGER, LEDGER_TREE, TREE_NODE
from lims.services.ledger_reading import ListFault

MOST_NAMED = 10_000
"""Differences of one list that are named one by one; of more, their number is told."""
_KEPT_PARENTS = 100_000
_STREAM = 1000


class ListComparison:
    """The lists as the entries told so far make them."""

    def __init__(self, parent_in_ledger: Callable[[type[Record], str], str]) -> None:
        """Begin with empty lists.

        Parameters
        ----------
        parent_in_ledger : callable
            Looks up, in the ledger itself, which record another belongs to; asked only for what is not remembered.
        """
        self._parent_in_ledger = parent_in_ledger
        self._parents: dict[tuple[str, str], str] = {}
        self._expected: list[dict[int, int]] = [{} for _ in LISTS]
        self._faults: list[ListFault] = []

    def note(self, facts: Facts) -> None:
        """Bring the lists up to an entry; one that is no record of this program is a fault."""
        try:
            record = _record_of(facts)
        except LimsError as error:
            fault = ListFault(table=LEDGER.name, key=str(facts["sequence"]), column="data", reason=str(error))
            self._faults.append(fault)
            return
        self._remember_parent(facts, record)
        for each, expected in zip(LISTS, self._expected, strict=True):
            for line in each.lines(facts, record, self._parent):
                key = _hash(line[: each.key_columns])
                if not (each.first_counts and key in expected):
                    expected[key] = _hash(line)

    def faults(
        self, connection: Connection, tree: GrowingTree, again: Callable[[], Iterable[Facts]]
    ) -> tuple[ListFault, ...]:
        """Hold every table against what was noted.

        Parameters
        ----------
        connection : Connection
            Which sees the lists as they were with the newest entry that was noted.
        tree : GrowingTree
            Over the bytes of all entries.
        again : callable
            Gives the facts of all entries once more; called only where a list differs.
        """
        suspects = [_suspects(connection, each, keys) for each, keys in zip(LISTS, self._expected, strict=True)]
        if any(suspect.keys for suspect in suspects):
            for facts in again():
                self._make_again(facts, suspects)
        named = (fault for suspect in suspects for fault in suspect.faults())
        return (*self._faults, *named, *_tree_faults(connection, tree))

    def _make_again(self, facts: Facts, suspects: list["_Suspects"]) -> None:
        try:
            record = _record_of(facts)
        except LimsError:
            return  # told already
        for suspect in suspects:
            suspect.note(suspect.ledger_list.lines(facts, record, self._parent))

    def _remember_parent(self, facts: Facts, record: Record) -> None:
        if len(self._parents) > _KEPT_PARENTS:
            self._parents.clear()
        self._parents[facts["kind"], facts["number"]] = record.parent

    def _parent(self, kind: type[Record], number: str) -> str:
        known = self._parents.get((kind.KIND, number))
        return self._parent_in_ledger(kind, number) if known is None else known


@dataclass(frozen=True, slots=True, kw_only=True)
class _Suspects:
    """The lines of one list that are not as they should be."""

    ledger_list: LedgerList
    found: dict[int, Line]
    """By the hash of their key: as the table has them; of a key that stands there twice, the last."""
    surplus: tuple[Line, ...]
    """In no entry, or a second time."""
    keys: frozenset[int]
    """Of lines that differ or are missing."""
    expected: dict[int, Line]
    """Filled when the lines are made again."""

    def note(self, lines: Iterable[Line]) -> None:
        """Take the lines that are in question."""
        for line in lines:
            key = _hash(line[: self.ledger_list.key_columns])
            if key in self.keys and not (self.ledger_list.first_counts and key in self.expected):
                self.expected[key] = line

    def faults(self) -> Iterator[ListFault]:
        """Name each difference; of very many the first ones, and how many more."""
        table = self.ledger_list.table.name
        count = 0
        for count, fault in enumerate(self._each(table), start=1):
            if count <= MOST_NAMED:
                yield fault
        if count > MOST_NAMED:
            yield ListFault(table=table, key="", reason=f"{count - MOST_NAMED} more differences")

    def _each(self, table: str) -> Iterator[ListFault]:
        columns, width = [column.name for column in self.ledger_list.table.columns], self.ledger_list.key_columns
        for line in self.surplus:
            yield ListFault(table=table, key=_key_text(line[:width]), reason="stands in no ledger entry")
        for key, line in self.expected.items():
            found = self.found.get(key)
            if found is None:
                yield ListFault(table=table, key=_key_text(line[:width]), reason="is missing")
                continue
            for column, is_now, should_be in zip(columns, found, line, strict=True):
                if is_now != should_be or type(is_now) is not type(should_be):
                    yield _other(table, _key_text(line[:width]), column, is_now, should_be)


def _suspects(connection: Connection, ledger_list: LedgerList, expected: dict[int, int]) -> _Suspects:
    """Stream a table and take away every line that is as expected."""
    found: dict[int, Line] = {}
    surplus: list[Line] = []
    for row in connection.execution_options(yield_per=_STREAM).execute(select(ledger_list.table)):
        line = tuple(row)
        key = _hash(line[: ledger_list.key_columns])
        wanted = expected.get(key)
        if wanted is None or key in found:
            surplus.append(line)
        elif wanted == _hash(line):
            del expected[key]
        else:
            found[key] = line
    return _Suspects(
        ledger_list=ledger_list, found=found, surplus=tuple(surplus), keys=frozenset(expected), expected={}
    )


def _tree_faults(connection: Connection, tree: GrowingTree) -> Iterator[ListFault]:
    rows = connection.execute(select(LEDGER_TREE)).all()
    if [row.id for row in rows] != [1]:
        yield ListFault(table=LEDGER_TREE.name, key="", reason=f"has {len(rows)} lines, expected one")
    expected = tree.range
    for row in rows:
        if row.size != expected.size:
            yield _other(LEDGER_TREE.name, str(row.id), "size", row.size, expected.size)
        if bytes(row.nodes) != b"".join(expected.nodes):
            found = bytes(row.nodes).hex()
            yield _other(LEDGER_TREE.name, str(row.id), "nodes", found, b"".join(expected.nodes).hex())
    nodes = tree.nodes()
    for row in connection.execute(select(TREE_NODE).order_by(TREE_NODE.c.level, TREE_NODE.c.place)):
        key = f"level {row.level} place {row.place}"
        digest = nodes.pop((row.level, row.place), None)
        if digest is None:
            yield ListFault(table=TREE_NODE.name, key=key, reason="stands in no ledger entry")
        elif digest != row.digest:
            yield _other(TREE_NODE.name, key, "digest", bytes(row.digest).hex(), digest.hex())
    for level, place in nodes:
        yield ListFault(table=TREE_NODE.name, key=f"level {level} place {place}", reason="is missing")


def _record_of(facts: Facts) -> Record:
    kind = KINDS.get(facts["kind"])
    if kind is None:
        raise LimsError(f"{facts['kind']!r} is no kind of record that this program knows")
    return from_body(kind, facts["body"])


def _other(table: str, key: str, column: str, found: object, expected: object) -> ListFault:
    return ListFault(
        table=table,
        key=key,
        column=column,
        found=str(found),
        expected=str(expected),
        reason=f"{column} is {found!r}, the ledger says {expected!r}",
    )


def _key_text(key: Line) -> str:
    return " ".join(map(str, key))


def _hash(line: Line) -> int:
    """Hash by the text of the values: Python's hash of a number can be met by another number, that of text cannot."""
    return hash(repr(line))
