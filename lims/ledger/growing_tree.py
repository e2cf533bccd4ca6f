"""The Merkle tree of a ledger while it is read: a block of leaves at a time, and roots at the sizes that are asked for.

The slow, obvious twin is ``CompactRange``; the tests hold the two together.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from lims.ledger.merkle import CompactRange

BLOCK_LEVEL = 8
"""Levels of a block; the store keeps the root of every full one, as the tiles of C2SP tlog-tiles do."""
BLOCK_LEAVES = 1 << BLOCK_LEVEL
_NODE_PREFIX = b"\x01"


class GrowingTree:
    """The tree over the leaves that were added so far; of a full block only its root is kept."""

    def __init__(self, *, sizes: Iterable[int] = ()) -> None:
        """Begin with no leaves.

        Parameters
        ----------
        sizes : iterable of int
            Leaves after which the root is wanted.
        """
        self._blocks: list[bytes] = []
        self._full = CompactRange()
        self._rest: list[bytes] = []
        self._sizes = sorted(set(sizes), reverse=True)
        self._roots: dict[int, bytes] = {}

    @property
    def size(self) -> int:
        """Count the leaves."""
        return len(self._blocks) * BLOCK_LEAVES + len(self._rest)

    @property
    def range(self) -> CompactRange:
        """Give the compact range over all leaves."""
        return self._range_with(self._rest)

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Append leaf digests of 32 bytes in their order."""
        self._rest += leaves
        done = 0
        while len(self._rest) - done >= BLOCK_LEAVES:
            block = self._rest[done : done + BLOCK_LEAVES]
            self._note_roots(block)
            self._blocks.append(_block_root(block))
            self._full = self._full.append(self._blocks[-1])
            done += BLOCK_LEAVES
        del self._rest[:done]

    def roots(self) -> dict[int, bytes]:
        """Give the root at each size that was asked for and is reached."""
        self._note_roots(self._rest)
        return dict(self._roots)

    def nodes(self) -> dict[tuple[int, int], bytes]:
        """Give the root of every full block of leaves, and of every full block of blocks, by level and place."""
        found: dict[tuple[int, int], bytes] = {}
        level, digests = BLOCK_LEVEL, self._blocks
        while digests:
            found |= {(level, place): digest for place, digest in enumerate(digests)}
            full = len(digests) // BLOCK_LEAVES
            digests = [_block_root(digests[at * BLOCK_LEAVES : (at + 1) * BLOCK_LEAVES]) for at in range(full)]
            level += BLOCK_LEVEL
        return found

    def _note_roots(self, block: Sequence[bytes]) -> None:
        """Note the roots at the sizes that end in a block, the newest, which is not yet among the kept ones."""
        before = len(self._blocks) * BLOCK_LEAVES
        # a size at the end of a full block is noted with no leaf of the next one, when the block is among the kept
        most = min(len(block), BLOCK_LEAVES - 1)
        while self._sizes and self._sizes[-1] <= before + most:
            size = self._sizes.pop()
            self._roots[size] = self._range_with(block[: size - before]).root

    def _range_with(self, leaves: Sequence[bytes]) -> CompactRange:
        size = self._full.size * BLOCK_LEAVES + len(leaves)
        return CompactRange(size=size, nodes=(*self._full.nodes, *_full_subtrees(leaves)))


def _full_subtrees(leaves: Sequence[bytes]) -> Sequence[bytes]:
    """Give the roots of the full subtrees over less than a block of leaves, the largest first."""
    nodes: list[bytes] = []
    while leaves:
        if len(leaves) & 1:
            nodes.append(leaves[-1])
        leaves = _parents(leaves)
    return nodes[::-1]


def _block_root(digests: Sequence[bytes]) -> bytes:
    """Give the root over 256 digests."""
    for _ in range(BLOCK_LEVEL):
        digests = _parents(digests)
    return digests[0]


def _parents(digests: Sequence[bytes]) -> Sequence[bytes]:
    """Hash each pair of nodes as the node above it; of an odd number the last is left out."""
    pairs = zip(digests[::2], digests[1::2], strict=False)
    return [sha256(_NODE_PREFIX + left + right).digest() for left, right in pairs]
