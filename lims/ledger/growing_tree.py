"""The Merkle tree of a ledger while it is read: a block of leaves at a time, and roots at the sizes that are asked for.

The slow, obvious twin is ``CompactRange``; the tests hold the two together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from lims.errors import ProofError
from lims.ledger.merkle import CompactRange

BLOCK_LEVEL = 8
"""Levels of a block; the store keeps the root of every full one, as the tiles of C2SP tlog-tiles do."""
BLOCK_LEAVES = 1 << BLOCK_LEVEL
_NODE_PREFIX = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePart:
    """What a later part of a tree was given, for the tree of everything before it."""

    behind: int
    """Leaves before the first one."""
    blocks: tuple[bytes, ...] = field(repr=False)
    rest: tuple[bytes, ...] = field(repr=False)
    """Leaves behind the last full block."""
    ends: Mapping[int, tuple[bytes, ...]] = field(repr=False)
    """By each size at which a root is wanted: the full subtrees over the leaves behind the last full block."""


class GrowingTree:
    """The tree over the leaves that were added so far; of a full block only its root is kept."""

    def __init__(self, *, sizes: Iterable[int] = (), behind: int = 0) -> None:
        """Begin with no leaves.

        Parameters
        ----------
        sizes : iterable of int
            Leaves after which the root is wanted.
        behind : int, optional
            Leaves before the first one that is added, a multiple of 256: the tree is the later part of another one,
            which takes it with ``join``. Alone it has neither a range nor roots.
        """
        self._blocks: list[bytes] = []
        self._rest: list[bytes] = []
        self._behind = behind
        self._sizes = sorted({size for size in sizes if size >= behind}, reverse=True)
        self._ends: dict[int, tuple[bytes, ...]] = {}

    @property
    def size(self) -> int:
        """Count the leaves."""
        return self._behind + len(self._blocks) * BLOCK_LEAVES + len(self._rest)

    @property
    def range(self) -> CompactRange:
        """Give the compact range over all leaves."""
        full = CompactRange().extend(self._blocks)
        return CompactRange(size=self.size, nodes=(*full.nodes, *_full_subtrees(self._rest)))

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Append leaf digests of 32 bytes in their order."""
        self._rest += leaves
        done = 0
        while len(self._rest) - done >= BLOCK_LEAVES:
            block = self._rest[done : done + BLOCK_LEAVES]
            self._note_ends(block)
            self._blocks.append(_block_root(block))
            done += BLOCK_LEAVES
        del self._rest[:done]

    def part(self) -> TreePart:
        """Give what was added, for the tree of everything before it."""
        self._note_ends(self._rest)
        blocks, rest = tuple(self._blocks), tuple(self._rest)
        return TreePart(behind=self._behind, blocks=blocks, rest=rest, ends=dict(self._ends))

    def join(self, part: TreePart) -> None:
        """Append what another tree was given.

        Raises
        ------
        ProofError
            If it does not begin where this one ends.
        """
        if self._rest or part.behind != self.size:
            raise ProofError(f"leaves behind place {part.behind} do not follow a tree of {self.size}")
        self._blocks += part.blocks
        self._rest = list(part.rest)
        self._ends |= part.ends
        self._sizes = [size for size in self._sizes if size > self.size]

    def roots(self) -> dict[int, bytes]:
        """Give the root at each size that was asked for and is reached."""
        self._note_ends(self._rest)
        roots: dict[int, bytes] = {}
        full = CompactRange()
        for size in sorted(self._ends):
            full = full.extend(self._blocks[full.size : size // BLOCK_LEAVES])
            roots[size] = CompactRange(size=size, nodes=(*full.nodes, *self._ends[size])).root
        return roots

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

    def _note_ends(self, block: Sequence[bytes]) -> None:
        """Note what the newest block has up to the sizes that end in it; it is not yet among the kept ones."""
        before = self._behind + len(self._blocks) * BLOCK_LEAVES
        # a size at the end of a full block is noted with no leaf of the next one, when the block is among the kept
        most = min(len(block), BLOCK_LEAVES - 1)
        while self._sizes and self._sizes[-1] <= before + most:
            size = self._sizes.pop()
            self._ends[size] = _full_subtrees(block[: size - before])


def _full_subtrees(leaves: Sequence[bytes]) -> tuple[bytes, ...]:
    """Give the roots of the full subtrees over less than a block of leaves, the largest first."""
    nodes: list[bytes] = []
    while leaves:
        if len(leaves) & 1:
            nodes.append(leaves[-1])
        leaves = _parents(leaves)
    return tuple(reversed(nodes))


def _block_root(digests: Sequence[bytes]) -> bytes:
    """Give the root over 256 digests."""
    for _ in range(BLOCK_LEVEL):
        digests = _parents(digests)
    return digests[0]


def _parents(digests: Sequence[bytes]) -> Sequence[bytes]:
    """Hash each pair of nodes as the node above it; of an odd number the last is left out."""
    pairs = zip(digests[::2], digests[1::2], strict=False)
    return [sha256(_NODE_PREFIX + left + right).digest() for left, right in pairs]
