"""The check of a whole ledger: every stored row is held against its own bytes and against the row before.

Bytes that the quick reader takes are in canonical form beyond doubt; whatever it does not take, the strict reader of
``LedgerEntry`` decides. The slow, obvious twin of all this stands in the tests and must say the same.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from orjson import OPT_SORT_KEYS, OPT_STRICT_INTEGER, JSONDecodeError, JSONEncodeError, dumps, loads

from lims.errors import CanonicalFormError, LedgerError
from lims.ledger.chain import ChainCheck, ChainFault, StoredEntry, StoredRow
from lims.ledger.entry import FORMAT_VERSION, GENESIS, STORED_SHAPES, SURE_MOMENT, LedgerEntry, is_moment
from lims.ledger.growing_tree import GrowingTree
from lims.ledger.merkle import leaf_digest

CLOCK_CORRECTED = "clock.corrected"
"""The one act after which the ledger's time may go back: somebody set a wrong clock right and said so."""
_LEAF_PREFIX = b"\x00"
_EMPTY_LEAF = leaf_digest(b"")
_OPTIONS = OPT_SORT_KEYS | OPT_STRICT_INTEGER
"""Keys in the order of their bytes, which for ASCII is that of RFC 8785; numbers from 2**53 are refused."""
_SCALARS = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})
_NAMES = {tuple(shape[name] for name in sorted(shape)): sorted(shape) for shape in STORED_SHAPES}
"""Names of the facts of an entry by their types, both in the order of the canonical bytes."""
_SURE_MOMENT = SURE_MOMENT.fullmatch
_NO_COLUMNS = (None, None, None)
_BATCH = 1000

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

    def __init__(self, *, observe: Callable[[Facts], None] | None = None, sizes: Iterable[int] = ()) -> None:
        """Begin before the first row.

        Parameters
        ----------
        observe : callable, optional
            Told the facts of every entry that can be read, in order.
        sizes : iterable of int
            Entries after which the root of the tree is wanted.
        """
        self.tree = GrowingTree(sizes=sizes)
        """The tree over the bytes as they are, whatever the store says of their hashes."""
        self._observe = observe
        self._count = 0
        self._head = GENESIS
        self._time = ""
        self._faults: list[ChainFault] = []
        self._versions: dict[int, int] = {}

    def result(self) -> ChainCheck:
        """Give what was checked so far, and what was found."""
        return ChainCheck(entries=self._count, head=self._head, faults=tuple(self._faults))

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
        for sequence, kind, number, version, leaf, data in rows:
            count += 1
            digest = sha256(_LEAF_PREFIX + data).digest() if type(data) is bytes else _EMPTY_LEAF
            digests.append(digest)
            found_leaf = digest.hex()
            facts = _quick_facts(data)
            record = hash((kind, number))
            if (
                facts is not None
                and found_leaf == leaf
                and count == sequence == facts["sequence"]
                and facts["previous"] == head
                and facts["recorded_at"] >= time
                and facts["kind"] == kind
                and facts["number"] == number
                and facts["version"] == version == versions.get(record, 0) + 1
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
        record = hash((kind, number))
        expected = self._versions.get(record, 0) + 1
        if version != expected:
            self._tell(row, f"it is version {version} of {kind} {number}, expected {expected}")
        self._versions[record] = version

    def _tell(self, row: tuple[Any, ...], reason: str) -> None:
        self._faults.append(ChainFault(sequence=row[0], reason=reason))


def _quick_facts(data: bytes) -> Facts | None:
    """Read the bytes of an ordinary entry; None if they are not canonical beyond doubt, or no entry.

    That place and version are above 0 is left to whoever compares them with the place and version expected.
    """
    try:
        facts: Facts = loads(data)
        if dumps(facts, None, _OPTIONS) != data or type(facts) is not dict:
            return None
    except (JSONDecodeError, JSONEncodeError):
        return None
    if _NAMES.get(tuple(map(type, facts.values()))) != [*facts] or facts["v"] != FORMAT_VERSION:
        return None
    body, raw, signature, ascii_only = facts["body"], facts["raw"], facts["signature"], data.isascii()
    if (
        (_SURE_MOMENT(facts["recorded_at"]) is not None or is_moment(facts["recorded_at"]))
        and (ascii_only or (unicodedata.is_normalized("NFC", data.decode()) and "".join(body).isascii()))
        and (_SCALARS.issuperset(map(type, body.values())) or _is_plain(body, ascii_only=ascii_only))
        and (signature is None or _is_plain(signature, ascii_only=ascii_only))
        and (not raw or _TEXT.issuperset(map(type, raw)))
        and facts.get("authority") != ""
    ):
        return facts
    return None


def _is_plain(value: Any, *, ascii_only: bool) -> bool:  # noqa: ANN401 - any dictionary or list of JSON
    """Tell whether there is no float, and no key beyond ASCII, at any depth of a dictionary or list."""
    inner = value
    if type(value) is dict:
        inner = value.values()
        if not (ascii_only or "".join(value).isascii()):
            return False
    if _SCALARS.issuperset(map(type, inner)):
        return True
    return all(
        type(one) in _SCALARS or (type(one) is not float and _is_plain(one, ascii_only=ascii_only)) for one in inner
    )
