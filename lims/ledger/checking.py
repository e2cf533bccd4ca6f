"""The check of a whole ledger: every stored row is held against its own bytes and against the row before.

Bytes that the quick reader takes are in canonical form beyond doubt; whatever it does not take, the strict reader of
``LedgerEntry`` decides. The slow, obvious twin of all this stands in the tests and must say the same.
"""

import json
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from orjson import JSONDecodeError, JSONEncodeError, dumps, loads

from lims.errors import CanonicalFormError, LedgerError
from lims.ledger.canonical import QUICK_OPTIONS, SCALARS, is_plain
from lims.ledger.chain import ChainCheck, ChainFault, StoredEntry, StoredRow
from lims.ledger.checked_part import BEGINNING, CheckedPart, Milestone
from lims.ledger.entry import FORMAT_VERSION, STORED_SHAPES, SURE_MOMENT, LedgerEntry, is_moment, leaf_hash, moment_text
from lims.ledger.growing_tree import GrowingTree
from lims.ledger.merkle import leaf_digest

CLOCK_CORRECTED = "clock.corrected"
"""The one act after which the ledger's time may go back: somebody set a wrong clock right and said so."""
_LEAF_PREFIX = b"\x00"
_EMPTY_LEAF = leaf_digest(b"")
_TEXT = frozenset({str})
_NAMES = {tuple(shape[name] for name in sorted(shape)): sorted(shape) for shape in STORED_SHAPES}
"""Names of the facts of an entry by their types, both in the order of the canonical bytes."""
_SURE_MOMENT = SURE_MOMENT.fullmatch
_NO_COLUMNS = (None, None, None)
_BATCH = 1000

_UNKNOWN = 2**62
"""In place of the newest version of a record, where nobody looked at the entries before: no version is as high."""

RecordName = Callable[[tuple[object, object]], Hashable]
"""What a record is remembered under, from its kind and number."""
Facts = Mapping[str, Any]
"""What an entry says, by the names of ``LedgerEntry`` and as JSON gives it."""


def check_chain(stored: Iterable[StoredEntry]) -> ChainCheck:
    """Check entries without the finding columns of their rows.

    Parameters
    ----------
    stored : iterable of StoredEntry
        In the order of their places.

    Returns
    -------
    ChainCheck
        All faults. Whoever holds the store can rewrite everything after the last hash that left it; that is not
        to be seen here.
    """
    checking = LedgerChecking()
    entries = iter(stored)
    while batch := [(e.sequence, None, None, None, e.leaf, e.data) for e in islice(entries, _BATCH)]:
        checking.add(batch)
    return checking.result()


class LedgerChecking:
    """What the next row is held against. Memory grows by about 90 bytes for each record, not with the entries."""

    def __init__(
        self,
        *,
        observe: Callable[[Facts], None] | None = None,
        sizes: Iterable[int] = (),
        name: RecordName = hash,
        after: Milestone = BEGINNING,
    ) -> None:
        """Begin before the first row, or as the later part of a check.

        Parameters
        ----------
        observe : callable, optional
            Told the facts of every entry that can be read, in order.
        sizes : iterable of int
            Entries after which the root of the tree is wanted.
        name : callable, optional
            Under what a record is remembered; one that is the same in two processes lets the one join the other.
        after : Milestone, optional
            Where an entry before ends, the number of entries a multiple of 256: only what is behind it is checked, and
            no fault by itself that records begin with another version than 1; see ``join``.
        """
        self.tree = GrowingTree(sizes=sizes, behind=after.entries)
        """The tree over the bytes as they are, whatever the store says of their hashes."""
        self._observe = observe
        self._name = name
        self._after = after
        self._count, self._head, self._time = after.entries, after.head, after.time
        self._faults: list[ChainFault] = []
        self._versions: dict[Hashable, int] = {}
        self._firsts: dict[Hashable, int] = {}
        self._unseen = _UNKNOWN if after.entries else 0

    def result(self) -> ChainCheck:
        """Give what was checked so far, and what was found."""
        return ChainCheck(entries=self._count, head=self._head, faults=tuple(self._faults))

    def part(self) -> CheckedPart:
        """Give what was checked, for the check of everything before it.

        Raises
        ------
        LedgerError
            If a fault was found: then one check of the whole says what it is.
        """
        if self._faults:
            raise LedgerError(f"entry {self._faults[0].sequence}: {self._faults[0].reason}")
        return CheckedPart.of(
            begin=self._after, end=self._milestone(), firsts=self._firsts, newest=self._versions, tree=self.tree.part()
        )

    def join(self, part: CheckedPart) -> bool:
        """Take what another check found without fault behind this one; False, and nothing is taken, if they do not fit.

        They fit if nothing is wrong here, the other began where this one ends, and every record goes on there with the
        version that follows its newest one here.
        """
        newest = self._versions
        follows = all(newest.get(name, 0) + 1 == first for name, first, _ in part.records())
        if self._faults or part.begin != self._milestone() or not follows:
            return False
        self.tree.join(part.tree)
        newest.update((name, version) for name, _, version in part.records())
        self._count, self._head, self._time = part.end.entries, part.end.head, part.end.time
        return True

    def _milestone(self) -> Milestone:
        return Milestone(entries=self._count, head=self._head, time=self._time)

    def add(self, rows: Sequence[StoredRow] | Sequence[tuple[Any, ...]]) -> None:
        """Check rows in the order of their places: their place, hash, link, time, version, and finding columns.

        Parameters
        ----------
        rows : sequence of tuple
            As ``StoredRow`` says. Where kind, number and version are None, the row has only its place, hash and bytes.

        Notes
        -----
        The loop runs a million times in a few seconds: a row without a fault passes one condition and calls nothing
        of this class; any other is looked at again, slowly, for everything that is wrong with it.
        """
        digests: list[bytes] = []
        versions, observe, head, time, count = self._versions, self._observe, self._head, self._time, self._count
        name, unseen = self._name, self._unseen
        for sequence, kind, number, version, leaf, data in rows:
            count += 1
            digest = sha256(_LEAF_PREFIX + data).digest() if type(data) is bytes else _EMPTY_LEAF
            digests.append(digest)
            found_leaf = digest.hex()
            facts = _quick_facts(data)
            record = name((kind, number))
            newest = versions.get(record, unseen)
            if (
                facts is not None
                and found_leaf == leaf
                and count == sequence == facts["sequence"]
                and facts["previous"] == head
                and facts["recorded_at"] >= time
                and facts["kind"] == kind
                and facts["number"] == number
                and facts["version"] == version
                and (version == newest + 1 or (newest == _UNKNOWN and self._begins(record, version)))
            ):
                versions[record] = version
                time = facts["recorded_at"]
            else:
                self._count, self._head, self._time = count, head, time
                facts = self._look_again((sequence, kind, number, version, leaf, data), found_leaf)
                time = self._time
            head = found_leaf
            if observe is not None and facts is not None:
                observe(facts)
        self._count, self._head, self._time = count, head, time
        self.tree.extend(digests)

    def _look_again(self, row: tuple[Any, ...], leaf: str) -> Facts | None:
        """Name everything that is wrong with a row; nothing is, if only the quick reader did not take it."""
        if type(row[5]) is not bytes:
            self._tell(row, f"its bytes are no bytes but {type(row[5]).__name__}")
            return None
        if row[4] != leaf:
            self._tell(row, "its bytes do not have the recorded hash")
        facts = self._strict_facts(row)
        if facts is not None:
            self._look_at_place(row, facts)
            self._look_at_order(row, facts)
        return facts

    def _strict_facts(self, row: tuple[Any, ...]) -> Facts | None:
        """Let the strict reader decide what the quick one did not take."""
        try:
            LedgerEntry.from_bytes(row[5])
        except (CanonicalFormError, LedgerError) as error:
            self._tell(row, f"its bytes cannot be read: {error}")
            return None
        facts: Facts = json.loads(row[5])
        return facts

    def _look_at_place(self, row: tuple[Any, ...], facts: Facts) -> None:
        place = (self._count, row[0], facts["sequence"])
        if len(set(place)) > 1:
            self._tell(row, "it is number {} in the store, {} by row, {} by text".format(*place))
        if facts["previous"] != self._head:
            self._tell(row, "it does not follow the entry before it")
        names = (facts["kind"], facts["number"], facts["version"])
        if row[1:4] not in (names, _NO_COLUMNS):
            by_columns, by_text = ("{} {} version {}".format(*values) for values in (row[1:4], names))
            self._tell(row, f"its columns name {by_columns}, its text {by_text}")

    def _look_at_order(self, row: tuple[Any, ...], facts: Facts) -> None:
        kind, number, version = facts["kind"], facts["number"], facts["version"]
        if facts["recorded_at"] < self._time and facts["act"] != CLOCK_CORRECTED:
            self._tell(row, "it is dated before the entry before it")
        self._time = facts["recorded_at"]
        record = self._name((kind, number))
        newest = self._versions.get(record, self._unseen)
        if version != newest + 1 and not (newest == _UNKNOWN and self._begins(record, version)):
            self._tell(row, f"it is version {version} of {kind} {number}, expected {newest + 1}")
        self._versions[record] = version

    def _begins(self, record: Hashable, version: int) -> bool:
        """Note with which version a record begins here, unless with the first; False if it is none."""
        if version > 1:
            self._firsts[record] = version
        return version > 0

    def _tell(self, row: tuple[Any, ...], reason: str) -> None:
        self._faults.append(ChainFault(sequence=row[0], reason=reason))


def milestone_at(row: StoredRow) -> Milestone:
    """Give where an entry ends, by its bytes.

    Raises
    ------
    LedgerError, CanonicalFormError
        If they cannot be read.
    """
    sequence, *_, data = row
    time = moment_text(LedgerEntry.from_bytes(data).recorded_at)
    return Milestone(entries=sequence, head=leaf_hash(data), time=time)


def _quick_facts(data: bytes) -> Facts | None:
    """Read the bytes of an ordinary entry; None if they are not canonical beyond doubt, or no entry.

    That place and version are above 0 is left to whoever compares them with the place and version expected.
    """
    try:
        facts: Facts = loads(data)
        if dumps(facts, None, QUICK_OPTIONS) != data or type(facts) is not dict:
            return None
    except (JSONDecodeError, JSONEncodeError):
        return None
    if _NAMES.get(tuple(map(type, facts.values()))) != [*facts] or facts["v"] != FORMAT_VERSION:
        return None
    body, raw, signature, ascii_only = facts["body"], facts["raw"], facts["signature"], data.isascii()
    if (
        (_SURE_MOMENT(facts["recorded_at"]) is not None or is_moment(facts["recorded_at"]))
        and (ascii_only or (unicodedata.is_normalized("NFC", data.decode()) and "".join(body).isascii()))
        and (SCALARS.issuperset(map(type, body.values())) or is_plain(body, ascii_only=ascii_only))
        and (signature is None or is_plain(signature, ascii_only=ascii_only))
        and (not raw or _TEXT.issuperset(map(type, raw)))
        and facts.get("authority") != ""
    ):
        return facts
    return None
