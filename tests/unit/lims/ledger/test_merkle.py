import pytest

from lims.errors import ProofError
from lims.ledger import leaf_hash
from lims.ledger.merkle import (
    EMPTY_ROOT,
    LARGEST_SIZE,
    CompactRange,
    ConsistencyProof,
    InclusionProof,
    check_consistency,
    check_inclusion,
    leaf_digest,
    node_digest,
    prove_consistency,
    prove_inclusion,
    tree_root,
)
from tests.builders.merkle_trees import CONSISTENCY, LEAVES, PATHS, ROOTS

DIGESTS = [leaf_digest(data) for data in LEAVES]
OTHER = bytes(32)


def hexed(path):
    return tuple(digest.hex() for digest in path)


@pytest.mark.parametrize("size", range(9))
def test_at_11_the_roots_are_the_published_ones(size):
    grown = CompactRange()
    for leaf in DIGESTS[:size]:
        grown = grown.append(leaf)
    assert grown.size == size
    assert grown.root == tree_root(DIGESTS[:size]) == ROOTS[size]


def test_the_stores_leaf_hash_is_the_trees_leaf_as_hex():
    assert [leaf_hash(data) for data in LEAVES] == [digest.hex() for digest in DIGESTS]


def test_the_kept_nodes_are_the_roots_of_the_full_subtrees():
    """transparency-dev/merkle, testonly/constants.go, CompactTrees: the tree of seven leaves."""
    kept = CompactRange().extend(DIGESTS[:7])
    assert hexed(kept.nodes) == (
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
    )


@pytest.mark.parametrize(("place", "path"), PATHS.items(), ids=str)
def test_the_inclusion_proofs_are_the_published_ones(place, path):
    index, size = place
    proof = prove_inclusion(DIGESTS[:size], index)
    assert proof == InclusionProof(index=index, size=size, path=tuple(map(bytes.fromhex, path)))
    assert check_inclusion(proof, leaf=DIGESTS[index], root=ROOTS[size]).holds


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCY.items(), ids=str)
def test_the_consistency_proofs_are_the_published_ones(sizes, path):
    old_size, size = sizes
    proof = prove_consistency(DIGESTS[:size], old_size)
    assert proof == ConsistencyProof(old_size=old_size, size=size, path=tuple(map(bytes.fromhex, path)))
    assert check_consistency(proof, old_root=ROOTS[old_size], root=ROOTS[size]).holds


def test_a_check_says_why_a_proof_of_inclusion_does_not_hold():
    proof = prove_inclusion(DIGESTS, 5)
    longer = InclusionProof(index=5, size=8, path=(*proof.path, OTHER))
    shorter = InclusionProof(index=5, size=8, path=proof.path[:-1])
    reasons = [
        check_inclusion(longer, leaf=DIGESTS[5], root=ROOTS[8]).reason,
        check_inclusion(shorter, leaf=DIGESTS[5], root=ROOTS[8]).reason,
        check_inclusion(proof, leaf=DIGESTS[5], root=OTHER).reason,
    ]
    assert reasons == [
        "the path of 4 digests is too long for 8 leaves",
        "the path of 2 digests is too short for 8 leaves",
        f"the root of 8 leaves is {ROOTS[8].hex()}, expected {'00' * 32}",
    ]


def test_a_check_says_why_a_proof_of_consistency_does_not_hold():
    proof = prove_consistency(DIGESTS, 6)

    def reason(path, old_size=6, old_root=ROOTS[6], root=ROOTS[8]):
        changed = ConsistencyProof(old_size=old_size, size=8, path=path)
        return check_consistency(changed, old_root=old_root, root=root).reason

    assert reason((*proof.path, OTHER)) == "the path of 4 digests is too long for 8 leaves"
    assert reason(proof.path[:-1]) == "the path of 2 digests is too short for 8 leaves"
    assert reason(()) == "the path is empty"
    assert reason((), old_size=4) == "the path is empty"
    assert reason(proof.path, old_root=OTHER) == f"the root of 6 leaves is {ROOTS[6].hex()}, expected {'00' * 32}"
    assert reason(proof.path, root=OTHER) == f"the root of 8 leaves is {ROOTS[8].hex()}, expected {'00' * 32}"
    assert reason((OTHER,), old_size=8) == "a path of 1 digests between trees of the same size"
    assert reason((), old_size=8) == f"the root of 8 leaves is {ROOTS[6].hex()}, expected {ROOTS[8].hex()}"


def test_a_path_alone_does_not_bind_the_size_so_the_root_must_come_with_it():
    """The first leaf has three nodes beside it in trees of 5 to 8 leaves; the checkpoint says which tree it is."""
    proof = prove_inclusion(DIGESTS, 0)
    resized = [InclusionProof(index=0, size=size, path=proof.path) for size in (4, 5, 6, 7, 8, 9)]
    held = [check_inclusion(one, leaf=DIGESTS[0], root=ROOTS[8]).holds for one in resized]
    assert held == [False, True, True, True, True, False]


def test_a_node_does_not_pass_for_a_leaf():
    """Without the prefixes the tree of two leaves would have the root of one leaf: their digests, put together."""
    joined = DIGESTS[0] + DIGESTS[1]
    assert tree_root(DIGESTS[:2]) == node_digest(DIGESTS[0], DIGESTS[1]) != leaf_digest(joined)


@pytest.mark.parametrize(
    ("size", "nodes", "message"),
    [
        (-1, (), "a tree of -1 leaves, expected 0 to 9223372036854775807"),
        (LARGEST_SIZE + 1, (OTHER,), "a tree of 9223372036854775808 leaves, expected 0 to 9223372036854775807"),
        (3, (OTHER,), "1 nodes for a tree of 3 leaves, expected 2"),
        (3, (OTHER, OTHER[1:]), "node 1: 31 bytes, expected 32"),
    ],
)
def test_nodes_that_no_tree_has_are_refused(size, nodes, message):
    with pytest.raises(ProofError, match=f"^{message}$"):
        CompactRange(size=size, nodes=nodes)


def test_a_full_tree_takes_no_leaf():
    full = CompactRange(size=LARGEST_SIZE, nodes=(OTHER,) * 63)
    with pytest.raises(ProofError, match="a tree of 9223372036854775808 leaves"):
        full.append(OTHER)


def test_a_leaf_that_is_no_digest_is_refused():
    with pytest.raises(ProofError, match=r"^leaf 0: 4 bytes, expected 32$"):
        CompactRange().append(b"data")


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (1, 1), (0, 0), (0, LARGEST_SIZE + 1)])
def test_a_place_outside_the_tree_is_refused(index, size):
    with pytest.raises(ProofError, match=f"^leaf {index} of {size}, expected"):
        InclusionProof(index=index, size=size, path=())


@pytest.mark.parametrize(("old_size", "size"), [(0, 1), (0, 0), (2, 1), (1, LARGEST_SIZE + 1)])
def test_sizes_between_which_nothing_can_be_proved_are_refused(old_size, size):
    with pytest.raises(ProofError, match=f"^from {old_size} to {size} leaves, expected"):
        ConsistencyProof(old_size=old_size, size=size, path=())


def test_paths_of_anything_but_digests_are_refused():
    with pytest.raises(ProofError, match=r"^path 0: 33 bytes, expected 32$"):
        InclusionProof(index=0, size=2, path=(bytes(33),))
    with pytest.raises(ProofError, match=r"^path 1: 0 bytes, expected 32$"):
        ConsistencyProof(old_size=1, size=2, path=(OTHER, b""))


@pytest.mark.parametrize("index", [-1, 8])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index):
    with pytest.raises(ProofError, match=f"^there is no leaf {index} in a tree of 8$"):
        prove_inclusion(DIGESTS, index)


@pytest.mark.parametrize("old_size", [0, 9])
def test_there_is_no_proof_from_a_tree_that_is_no_beginning(old_size):
    with pytest.raises(ProofError, match=f"^no tree of {old_size} leaves can be the beginning of one of 8$"):
        prove_consistency(DIGESTS, old_size)


def test_at_11_an_empty_tree_has_the_digest_of_nothing_as_its_root():
    assert CompactRange().root == EMPTY_ROOT == ROOTS[0]
