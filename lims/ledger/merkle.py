"""The Merkle tree over the ledger's leaves, and the two proofs that can be given from it.

RFC 9162 (Certificate Transparency 2.0), section 2.1, which is the tree of RFC 6962 with SHA-256. A digest here is 32
bytes; the store keeps leaf hashes as hex text.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Self

from lims.errors import ProofError

DIGEST_BYTES = 32
LARGEST_SIZE = 2**63 - 1
"""Leaves that a tree may have: the largest whole number of a database row."""
EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 9162, section 2.1.1)."""
_LEAF_PREFIX = b"\x00"
_NODE_PREFIX = b"\x01"


def leaf_digest(data: bytes) -> bytes:
    """Hash the stored bytes of an entry as a leaf.

    Returns
    -------
    bytes
        32 bytes, ``SHA-256(0x00 || data)`` (RFC 9162, section 2.1.1).

    Examples
    --------
    >>> leaf_digest(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return hashlib.sha256(_LEAF_PREFIX + data).digest()


def node_digest(left: bytes, right: bytes) -> bytes:
    """Hash two nodes as the node above them.

    Returns
    -------
    bytes
        32 bytes, ``SHA-256(0x01 || left || right)`` (RFC 9162, section 2.1.1). The prefix differs from that of a
        leaf, so that no leaf can pass for a node.
    """
    return hashlib.sha256(_NODE_PREFIX + left + right).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactRange:
    """What has to be kept of a tree to append to it: the roots of its full subtrees.

    Raises
    ------
    ProofError
        If the size is out of range, or the nodes are not one digest for each bit that is set in the size.
    """

    size: int = 0
    """Leaves, 0 to 2**63 - 1."""
    nodes: tuple[bytes, ...] = field(default=(), repr=False)
    """The largest subtree, which holds the oldest leaves, first."""

    def __post_init__(self) -> None:
        """Refuse nodes that no tree of this size has."""
        if not 0 <= self.size <= LARGEST_SIZE:
            raise ProofError(f"a tree of {self.size} leaves, expected 0 to {LARGEST_SIZE}")
        if len(self.nodes) != self.size.bit_count():
            raise ProofError(
                f"{len(self.nodes)} nodes for a tree of {self.size} leaves, expected {self.size.bit_count()}"
            )
        _require_digests("node", self.nodes)

    def extend(self, leaves: Iterable[bytes]) -> Self:
        """Append leaf digests in their order; each costs at most one hash for each level of the tree.

        Raises
        ------
        ProofError
            If a leaf is not a digest, or the tree would be larger than 2**63 - 1.
        """
        size, nodes = self.size, list(self.nodes)
        for leaf in leaves:
            _require_digests("leaf", (leaf,))
            node, full = leaf, size
            while full & 1:
                node = node_digest(nodes.pop(), node)
                full >>= 1
            nodes.append(node)
            size += 1
        return type(self)(size=size, nodes=tuple(nodes))

    def append(self, leaf: bytes) -> Self:
        """Append one leaf digest.

        Raises
        ------
        ProofError
            If it is not a digest, or the tree is full.
        """
        return self.extend((leaf,))

    @property
    def root(self) -> bytes:
        """Give the root of the tree, 32 bytes."""
        if not self.nodes:
            return EMPTY_ROOT
        *larger, root = self.nodes
        for node in reversed(larger):
            root = node_digest(node, root)
        return root


@dataclass(frozen=True, slots=True, kw_only=True)
class InclusionProof:
    """The way from one leaf to the root: that the leaf is in the tree, at this place.

    Raises
    ------
    ProofError
        If no tree of this size has the place, or the path is not made of digests.
    """

    index: int
    """Place of the leaf, from 0; the ledger's entry ``sequence`` is at ``sequence - 1``."""
    size: int
    """Leaves of the tree."""
    path: tuple[bytes, ...] = field(repr=False)
    """The other child of every node on the way, the lowest first."""

    def __post_init__(self) -> None:
        """Refuse a place outside the tree."""
        if not 0 <= self.index < self.size <= LARGEST_SIZE:
            raise ProofError(f"leaf {self.index} of {self.size}, expected 0 <= leaf < size <= {LARGEST_SIZE}")
        _require_digests("path", self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsistencyProof:
    """That a tree begins with all leaves of an older one, in their order.

    Raises
    ------
    ProofError
        If the older tree is empty (RFC 9162 knows no such proof: nothing would be proved) or larger than the newer,
        or the path is not made of digests.
    """

    old_size: int
    size: int
    path: tuple[bytes, ...] = field(repr=False)
    """Nodes of the newer tree, the lowest first."""

    def __post_init__(self) -> None:
        """Refuse sizes between which nothing can be proved."""
        if not 1 <= self.old_size <= self.size <= LARGEST_SIZE:
            raise ProofError(
                f"from {self.old_size} to {self.size} leaves, expected 1 <= old size <= size <= {LARGEST_SIZE}"
            )
        _require_digests("path", self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofCheck:
    """Whether a proof holds."""

    reason: str = ""
    """Why it does not; empty if it does."""

    @property
    def holds(self) -> bool:
        """Tell whether it does."""
        return not self.reason


def tree_root(leaves: Iterable[bytes]) -> bytes:
    """Build the root of a tree from all its leaf digests.

    Raises
    ------
    ProofError
        If a leaf is not a digest.
    """
    return CompactRange().extend(leaves).root


def prove_inclusion(leaves: Sequence[bytes], index: int) -> InclusionProof:
    """Prove that a leaf is in the tree.

    Parameters
    ----------
    leaves : sequence of bytes
        Digests of all leaves of the tree.
    index : int
        Place of the leaf, from 0.

    Returns
    -------
    InclusionProof
        ``PATH(index, leaves)`` of RFC 9162, section 2.1.3.1. Every leaf but this one is hashed: the time is linear.

    Raises
    ------
    ProofError
        If there is no such leaf, or a leaf is not a digest.
    """
    return InclusionProof(
        index=index, size=len(leaves), path=_roots(leaves, inclusion_subtrees(index, size=len(leaves)))
    )


def inclusion_subtrees(index: int, *, size: int) -> tuple[tuple[int, int], ...]:
    """Name the subtrees whose roots are the path of an inclusion proof.

    Returns
    -------
    tuple of (int, int)
        First leaf, and first leaf behind it, of each subtree; the lowest first. A store that keeps roots of subtrees
        makes a proof from them without every leaf.

    Raises
    ------
    ProofError
        If there is no such leaf.
    """
    if not 0 <= index < size:
        raise ProofError(f"there is no leaf {index} in a tree of {size}")
    start, end = 0, size
    beside: list[tuple[int, int]] = []
    while end - start > 1:
        middle = start + _left_leaves(end - start)
        if index < middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    return tuple(reversed(beside))


def check_inclusion(proof: InclusionProof, *, leaf: bytes, root: bytes) -> ProofCheck:
    """Check that a leaf is in the tree with a root, at the place that the proof names.

    Parameters
    ----------
    proof : InclusionProof
    leaf : bytes
        Digest of the leaf, made by the caller from the bytes that are in question.
    root : bytes
        Root of the tree from a source that the caller trusts, such as a signed checkpoint of ``proof.size``.

    Returns
    -------
    ProofCheck
        By the steps of RFC 9162, section 2.1.3.2.

    Notes
    -----
    A path binds leaf, place and root, but not always the size: that of the first leaf is as long in trees of 5 to 8
    leaves. ``Checkpoint.check_inclusion`` compares the sizes too.
    """
    place, last = proof.index, proof.size - 1
    found = leaf
    for node in proof.path:
        if last == 0:
            return ProofCheck(reason=f"the path of {len(proof.path)} digests is too long for {proof.size} leaves")
        if place & 1 or place == last:
            found = node_digest(node, found)
            place, last = _to_right_child(place, last)
        else:
            found = node_digest(found, node)
        place, last = place >> 1, last >> 1
    if last:
        return ProofCheck(reason=f"the path of {len(proof.path)} digests is too short for {proof.size} leaves")
    return _same_root(found, root, size=proof.size)


def prove_consistency(leaves: Sequence[bytes], old_size: int) -> ConsistencyProof:
    """Prove that a tree begins with an older one.

    Parameters
    ----------
    leaves : sequence of bytes
        Digests of all leaves of the newer tree.
    old_size : int
        Leaves of the older tree, 1 to all.

    Returns
    -------
    ConsistencyProof
        ``PROOF(old_size, leaves)`` of RFC 9162, section 2.1.4.1; without a path for the same size.

    Raises
    ------
    ProofError
        If there is no such older tree, or a leaf is not a digest.
    """
    subtrees = consistency_subtrees(old_size, size=len(leaves))
    return ConsistencyProof(old_size=old_size, size=len(leaves), path=_roots(leaves, subtrees))


def consistency_subtrees(old_size: int, *, size: int) -> tuple[tuple[int, int], ...]:
    """Name the subtrees whose roots are the path of a consistency proof, as ``inclusion_subtrees`` does.

    Raises
    ------
    ProofError
        If there is no such older tree.
    """
    if not 1 <= old_size <= size:
        raise ProofError(f"no tree of {old_size} leaves can be the beginning of one of {size}")
    start, end = 0, size
    beside: list[tuple[int, int]] = []
    while end != old_size:
        middle = start + _left_leaves(end - start)
        if old_size <= middle:
            beside.append((middle, end))
            end = middle
        else:
            beside.append((start, middle))
            start = middle
    if start:  # else the node is the older root itself, which the reader of the proof has
        beside.append((start, end))
    return tuple(reversed(beside))


def check_consistency(proof: ConsistencyProof, *, old_root: bytes, root: bytes) -> ProofCheck:
    """Check that the tree with a root begins with the older tree.

    Parameters
    ----------
    proof : ConsistencyProof
    old_root, root : bytes
        Roots of ``proof.old_size`` and ``proof.size`` leaves, from signed checkpoints.

    Returns
    -------
    ProofCheck
        By the steps of RFC 9162, section 2.1.4.2; for the same size, that the roots are the same and the path is
        empty. ``Checkpoint.check_consistency`` compares the sizes too.
    """
    if proof.old_size == proof.size:
        if proof.path:
            return ProofCheck(reason=f"a path of {len(proof.path)} digests between trees of the same size")
        return _same_root(old_root, root, size=proof.size)
    path = proof.path
    if not path:
        return ProofCheck(reason="the path is empty")
    if proof.old_size.bit_count() == 1:
        path = (old_root, *path)
    return _climb(proof, path, old_root=old_root, root=root)


def _climb(proof: ConsistencyProof, path: tuple[bytes, ...], *, old_root: bytes, root: bytes) -> ProofCheck:
    """Go up from the last node of the older tree to both roots (RFC 9162, section 2.1.4.2, steps 3 to 7)."""
    place, last = proof.old_size - 1, proof.size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_found = found = path[0]
    for node in path[1:]:
        if last == 0:
            return ProofCheck(reason=f"the path of {len(proof.path)} digests is too long for {proof.size} leaves")
        if place & 1 or place == last:
            old_found, found = node_digest(node, old_found), node_digest(node, found)
            place, last = _to_right_child(place, last)
        else:
            found = node_digest(found, node)
        place, last = place >> 1, last >> 1
    if last:
        return ProofCheck(reason=f"the path of {len(proof.path)} digests is too short for {proof.size} leaves")
    older = _same_root(old_found, old_root, size=proof.old_size)
    return _same_root(found, root, size=proof.size) if older.holds else older


def _to_right_child(place: int, last: int) -> tuple[int, int]:
    """Leave out the levels at which the node has no other child: it is the last of the tree, and a left one."""
    while place and not place & 1:
        place, last = place >> 1, last >> 1
    return place, last


def _left_leaves(size: int) -> int:
    """Give the largest power of two below a size of at least 2: the leaves of the left subtree."""
    return 1 << ((size - 1).bit_length() - 1)


def _roots(leaves: Sequence[bytes], subtrees: Iterable[tuple[int, int]]) -> tuple[bytes, ...]:
    return tuple(tree_root(leaves[start:end]) for start, end in subtrees)


def _same_root(found: bytes, root: bytes, *, size: int) -> ProofCheck:
    if found != root:
        return ProofCheck(reason=f"the root of {size} leaves is {found.hex()}, expected {root.hex()}")
    return ProofCheck()


def _require_digests(what: str, digests: tuple[bytes, ...]) -> None:
    for place, digest in enumerate(digests):
        if len(digest) != DIGEST_BYTES:
            raise ProofError(f"{what} {place}: {len(digest)} bytes, expected {DIGEST_BYTES}")
