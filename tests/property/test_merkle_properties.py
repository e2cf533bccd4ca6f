"""Every proof is compared with the recursive definition of RFC 9162, and broken in every way there is."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lims.errors import ProofError
from lims.ledger.merkle import (
    CompactRange,
    ConsistencyProof,
    check_consistency,
    check_inclusion,
    leaf_digest,
    prove_consistency,
    prove_inclusion,
    tree_root,
)
from tests.builders.merkle_trees import naive_consistency, naive_leaf, naive_path, naive_root

COUNTED = [naive_leaf(str(number).encode()) for number in range(200)]
TREES = st.lists(st.binary(max_size=12).map(leaf_digest), min_size=1, max_size=200)


def test_every_tree_of_up_to_200_leaves_has_the_root_of_the_definition():
    grown = CompactRange()
    for size in range(201):
        assert grown.root == tree_root(COUNTED[:size]) == naive_root(COUNTED[:size])
        assert len(grown.nodes) == size.bit_count()
        if size < 200:
            grown = grown.append(COUNTED[size])


@given(st.lists(st.binary(max_size=12), max_size=100), st.integers(0, 100))
def test_appending_is_building_anew(data, at):
    leaves = [leaf_digest(one) for one in data]
    assert leaves == [naive_leaf(one) for one in data]
    grown = CompactRange().extend(leaves[:at]).extend(leaves[at:])
    assert grown == CompactRange().extend(leaves)
    assert grown.root == naive_root(leaves)


@given(TREES, st.data())
def test_a_proof_of_inclusion_is_the_path_of_the_definition_and_holds(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = prove_inclusion(leaves, index)
    assert list(proof.path) == naive_path(index, leaves)
    assert check_inclusion(proof, leaf=leaves[index], root=naive_root(leaves)).holds


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 32, 33])
def test_a_proof_of_inclusion_holds_for_no_other_place_and_no_other_leaf(size):
    leaves = COUNTED[:size]
    root = naive_root(leaves)
    for index in range(size):
        proof = prove_inclusion(leaves, index)
        for other in range(size):
            moved = dataclasses.replace(proof, index=other)
            assert check_inclusion(moved, leaf=leaves[index], root=root).holds == (other == index)
            assert check_inclusion(proof, leaf=leaves[other], root=root).holds == (other == index)


@given(TREES, st.data())
def test_a_proof_of_inclusion_with_any_byte_changed_does_not_hold(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = prove_inclusion(leaves, index), naive_root(leaves)
    facts = [leaves[index], root, *proof.path]
    place, byte = data.draw(st.integers(0, len(facts) - 1)), data.draw(st.integers(0, 31))
    facts[place] = changed(facts[place], byte, data.draw(st.integers(1, 255)))
    leaf, root, *path = facts
    assert not check_inclusion(dataclasses.replace(proof, path=tuple(path)), leaf=leaf, root=root).holds


@given(TREES, st.data())
def test_a_proof_of_inclusion_cut_or_lengthened_does_not_hold(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof, root = prove_inclusion(leaves, index), naive_root(leaves)
    place = data.draw(st.integers(0, len(proof.path)))
    more = (*proof.path[:place], data.draw(st.sampled_from([root, *leaves])), *proof.path[place:])
    paths = [more, proof.path[:place] + proof.path[place + 1 :]]
    for path in paths:
        held = check_inclusion(dataclasses.replace(proof, path=path), leaf=leaves[index], root=root).holds
        assert held == (path == proof.path)


@pytest.mark.parametrize("size", range(1, 40))
def test_a_proof_of_inclusion_for_another_size_never_ends_at_another_trees_root(size):
    """The tree that the size names has another root, and no path of this tree leads to it."""
    for index in range(size):
        proof = prove_inclusion(COUNTED[:size], index)
        for other in {size - 1, size + 1, 2 * size} - set(range(index + 1)):
            resized = dataclasses.replace(proof, size=other)
            assert not check_inclusion(resized, leaf=COUNTED[index], root=naive_root(COUNTED[:other])).holds


def test_every_proof_of_consistency_of_up_to_64_leaves_is_that_of_the_definition_and_holds():
    roots = [naive_root(COUNTED[:size]) for size in range(65)]
    for size in range(1, 65):
        for old_size in range(1, size + 1):
            proof = prove_consistency(COUNTED[:size], old_size)
            assert list(proof.path) == naive_consistency(old_size, COUNTED[:size])
            assert check_consistency(proof, old_root=roots[old_size], root=roots[size]).holds


def test_no_proof_of_consistency_of_up_to_64_leaves_holds_for_another_root():
    roots = [naive_root(COUNTED[:size]) for size in range(66)]
    for size in range(1, 65):
        for old_size in range(1, size + 1):
            proof = prove_consistency(COUNTED[:size], old_size)
            for wrong in {old_size - 1, old_size + 1}:
                assert not check_consistency(proof, old_root=roots[wrong], root=roots[size]).holds
            for wrong in {size - 1, size + 1}:
                assert not check_consistency(proof, old_root=roots[old_size], root=roots[wrong]).holds


@given(TREES, st.data())
def test_a_proof_of_consistency_with_any_byte_changed_does_not_hold(leaves, data):
    old_size = data.draw(st.integers(1, len(leaves)))
    proof = prove_consistency(leaves, old_size)
    facts = [naive_root(leaves[:old_size]), naive_root(leaves), *proof.path]
    place, byte = data.draw(st.integers(0, len(facts) - 1)), data.draw(st.integers(0, 31))
    facts[place] = changed(facts[place], byte, data.draw(st.integers(1, 255)))
    old_root, root, *path = facts
    assert not check_consistency(dataclasses.replace(proof, path=tuple(path)), old_root=old_root, root=root).holds


@given(TREES, st.data())
def test_a_proof_of_consistency_cut_or_lengthened_does_not_hold(leaves, data):
    old_size = data.draw(st.integers(1, len(leaves)))
    proof = prove_consistency(leaves, old_size)
    old_root, root = naive_root(leaves[:old_size]), naive_root(leaves)
    place = data.draw(st.integers(0, len(proof.path)))
    more = (*proof.path[:place], data.draw(st.sampled_from([root, old_root, *leaves])), *proof.path[place:])
    for path in (more, proof.path[:place] + proof.path[place + 1 :]):
        held = check_consistency(dataclasses.replace(proof, path=path), old_root=old_root, root=root).holds
        assert held == (path == proof.path)


@given(TREES, st.data())
def test_a_tree_whose_past_was_rewritten_is_consistent_with_no_older_one(leaves, data):
    """The attack that the proof is for: an old leaf exchanged, everything above computed anew, and a proof made."""
    old_size = data.draw(st.integers(1, len(leaves)))
    place = data.draw(st.integers(0, old_size - 1))
    forged = [*leaves[:place], changed(leaves[place], 0, 1), *leaves[place + 1 :]]
    proof = prove_consistency(forged, old_size)
    assert not check_consistency(proof, old_root=naive_root(leaves[:old_size]), root=naive_root(forged)).holds


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**63 - 1), st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_a_made_up_proof_of_consistency_is_refused_or_does_not_hold(old_size, size, path):
    try:
        proof = ConsistencyProof(old_size=old_size, size=size, path=tuple(path))
    except ProofError:
        assert old_size > size
        return
    assert not check_consistency(proof, old_root=leaf_digest(b"old"), root=leaf_digest(b"new")).holds


def changed(digest, byte, mask):
    return digest[:byte] + bytes([digest[byte] ^ mask]) + digest[byte + 1 :]
