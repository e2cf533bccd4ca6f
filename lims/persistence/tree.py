"""The Merkle tree of the ledger in tables: its compact range, and roots of full subtrees from which proofs are made.

A proof needs at most two blocks of 256 digests of each level: that of the leaf and that at the end of the tree.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from functools import cache
from typing import Protocol

from sqlalchemy import Connection, delete, insert, select, update

from lims.errors import LedgerError, ProofError
from lims.ledger.merkle import (
    DIGEST_BYTES,
    CompactRange,
    ConsistencyProof,
    InclusionProof,
    consistency_subtrees,
    inclusion_subtrees,
    tree_root,
)
from lims.persistence.tables import LEDGER, LEDGER_TREE, TREE_NODE

_STEP = 8
"""Levels between those that are kept."""
_BLOCK = 1 << _STEP
"""Digests of one level under one digest of the next that is kept: 256, as the tiles of C2SP tlog-tiles."""
_MOST_READ = 256
"""Blocks that a tree remembers, about 20 kB each."""
_ONLY = 1


class Opening(Protocol):
    """Whatever opens a connection that reads."""

    def __call__(self) -> AbstractContextManager[Connection]:
        """Open it for as long as the context lasts."""
        ...


class SqlLedgerTree:
    """The tree as it was when it was asked for: what is under it never changes, so nothing has to be locked."""

    def __init__(self, opening: Opening, tree_range: CompactRange) -> None:
        """Keep how to read, and the compact range."""
        self._opening = opening
        self._range = tree_range
        self._blocks: dict[tuple[int, int], tuple[bytes, ...]] = {}

    @property
    def range(self) -> CompactRange:
        """Give the compact range as the store keeps it."""
        return self._range

    def leaves(self, start: int, end: int) -> tuple[bytes, ...]:
        """Give the leaf digests of the entries ``start + 1`` to ``end``."""
        self._require_size(end)
        with self._opening() as connection:
            return _leaves(connection, start, end)

    def prove_inclusion(self, sequence: int, size: int | None = None) -> InclusionProof:
        """Prove that an entry is in the tree of the first ``size`` entries; without a size, of all."""
        size = self._require_size(self._range.size if size is None else size)
        subtrees = inclusion_subtrees(sequence - 1, size=size)
        return InclusionProof(index=sequence - 1, size=size, path=self._roots(subtrees))

    def prove_consistency(self, old_size: int, size: int | None = None) -> ConsistencyProof:
        """Prove that the tree of ``size`` entries begins with that of ``old_size``; without a size, of all."""
        size = self._require_size(self._range.size if size is None else size)
        subtrees = consistency_subtrees(old_size, size=size)
        return ConsistencyProof(old_size=old_size, size=size, path=self._roots(subtrees))

    def _require_size(self, size: int) -> int:
        if not 0 <= size <= self._range.size:
            raise ProofError(f"a tree of {size} leaves; the ledger has {self._range.size} entries")
        return size

    def _roots(self, subtrees: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
        with ExitStack() as stack:
            blocks = _Blocks(lambda: stack.enter_context(self._opening()), self._blocks)
            return tuple(blocks.root(start, end) for start, end in subtrees)


class _Blocks:
    """Digests of each level that is kept, read a block at a time and each block once for all proofs of a tree."""

    def __init__(self, connect: Callable[[], Connection], read: dict[tuple[int, int], tuple[bytes, ...]]) -> None:
        """Connect only when something is not read yet."""
        self._connect = cache(connect)
        self._read = read

    def root(self, start: int, end: int) -> bytes:
        """Give the root of the subtree over the leaves from ``start`` to before ``end``."""
        roots = [self._full(first, height) for first, height in _full_subtrees(start, end)]
        return CompactRange(size=end - start, nodes=tuple(roots)).root

    def _full(self, first: int, height: int) -> bytes:
        level = height - height % _STEP
        place, count = first >> level, 1 << (height - level)
        block, offset = divmod(place, _BLOCK)
        if (level, block) not in self._read:
            if len(self._read) == _MOST_READ:
                self._read.clear()
            self._read[level, block] = self._fetch(level, block)
        digests = self._read[level, block][offset : offset + count]
        if len(digests) != count:
            raise LedgerError(f"the tree lacks digests of level {level} from place {place}; its lists must be rebuilt")
        return tree_root(digests) if count > 1 else digests[0]

    def _fetch(self, level: int, block: int) -> tuple[bytes, ...]:
        start, end = block * _BLOCK, (block + 1) * _BLOCK
        return _digests(self._connect(), level, start, end)


def _full_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a subtree of a Merkle tree into full ones, the largest first: first leaf and height of each."""
    rest = end - start
    while rest:
        height = rest.bit_length() - 1
        yield start, height
        start += 1 << height
        rest -= 1 << height


def read_range(connection: Connection, *, lock: bool = False) -> CompactRange:
    """Read the compact range; with ``lock``, hold the head of the ledger until the transaction ends.

    Raises
    ------
    LedgerError
        If there is none or a second one, or it cannot be one.
    """
    query = select(LEDGER_TREE.c.size, LEDGER_TREE.c.nodes)
    rows = connection.execute(query.with_for_update() if lock else query).all()
    if len(rows) != 1:
        raise LedgerError(f"the store has {len(rows) or 'no'} tree, expected one; its lists must be rebuilt")
    (row,) = rows
    nodes = bytes(row.nodes)
    try:
        return CompactRange(
            size=row.size, nodes=tuple(nodes[at : at + DIGEST_BYTES] for at in range(0, len(nodes), DIGEST_BYTES))
        )
    except ProofError as error:
        raise LedgerError(f"the store's tree is none: {error}; its lists must be rebuilt") from error


def extend_tree(connection: Connection, tree_range: CompactRange, leaves: Sequence[bytes]) -> CompactRange:
    """Append leaves to the tree of the store; give the range after them."""
    nodes: list[dict[str, object]] = []
    while leaves:
        to_boundary = _BLOCK - tree_range.size % _BLOCK
        *most, last = leaves[:to_boundary]
        before = tree_range.extend(most)
        tree_range = before.append(last)
        nodes.extend(_completed(before, last))
        leaves = leaves[to_boundary:]
    if nodes:
        connection.execute(insert(TREE_NODE), nodes)
    connection.execute(update(LEDGER_TREE).values(size=tree_range.size, nodes=b"".join(tree_range.nodes)))
    return tree_range


def _completed(before: CompactRange, leaf: bytes) -> Iterator[dict[str, object]]:
    """Give the subtrees of kept levels that a leaf completes, from the range before it."""
    size = before.size + 1
    height = (size & -size).bit_length() - 1
    for level in range(_STEP, height + 1, _STEP):
        subtree = CompactRange(size=(1 << level) - 1, nodes=before.nodes[-level:]).append(leaf)
        yield {"level": level, "place": (size >> level) - 1, "digest": subtree.root}


def clear_tree(connection: Connection) -> None:
    """Make the tree of no leaves."""
    connection.execute(delete(TREE_NODE))
    connection.execute(delete(LEDGER_TREE))
    connection.execute(insert(LEDGER_TREE).values(id=_ONLY, size=0, nodes=b""))


def _leaves(connection: Connection, start: int, end: int) -> tuple[bytes, ...]:
    query = select(LEDGER.c.leaf).where(LEDGER.c.sequence > start, LEDGER.c.sequence <= end)
    return tuple(bytes.fromhex(leaf) for leaf in connection.scalars(query.order_by(LEDGER.c.sequence)))


def _digests(connection: Connection, level: int, start: int, end: int) -> tuple[bytes, ...]:
    if level == 0:
        return _leaves(connection, start, end)
    places = (TREE_NODE.c.level == level) & (TREE_NODE.c.place >= start) & (TREE_NODE.c.place < end)
    query = select(TREE_NODE.c.digest).where(places).order_by(TREE_NODE.c.place)
    return tuple(bytes(digest) for digest in connection.scalars(query))
