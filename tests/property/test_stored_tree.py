"""The tree in the store beside its obvious twin: the same root, leaves and proofs from every leaf at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from lims.errors import LedgerError, ProofError
from lims.ledger import leaf_hash
from lims.ledger.merkle import CompactRange, check_consistency, check_inclusion, prove_consistency, prove_inclusion
from lims.persistence.engine import open_engine
from lims.persistence.store import SqlStore
from lims.persistence.tables import LEDGER
from lims.persistence.transactions import writing
from lims.persistence.tree import _full_subtrees, extend_tree, read_range
from lims.services.permitting import Rights
from tests.builders.laboratories import Bench
from tests.builders.merkle_trees import naive_root

LEAVES = 66_000
"""Beyond one full subtree of 65 536, so that three levels are kept."""


@pytest.fixture
def bench(engine, tmp_path, states):
    """Give a laboratory whose store takes every act: who may do what is tested elsewhere."""
    return Bench(engine, tmp_path, states, rights=Rights(enforced=False))


def row(sequence):
    data = str(sequence).encode()
    return {"sequence": sequence, "kind": "k", "number": data.decode(), "version": 1, "data": data}


def fill(engine, leaves, *, parts):
    """Append leaves in transactions of these sizes."""
    with writing(engine) as connection:
        done = 0
        for part in parts:
            some = leaves[done : done + part]
            rows = [row(done + place) | {"leaf": leaf.hex()} for place, leaf in enumerate(some, start=1)]
            connection.execute(insert(LEDGER), rows)
            extend_tree(connection, read_range(connection), some)
            done += len(some)


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('tree') / 'aigaq.sqlite'}")
    leaves = tuple(bytes.fromhex(leaf_hash(str(place).encode())) for place in range(1, LEAVES + 1))
    fill(engine, leaves, parts=[1, 254, 1, 1, 700, 64_578, 1, LEAVES])
    yield SqlStore(engine), leaves
    engine.dispose()


SIZES = st.integers(1, LEAVES) | st.sampled_from([1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, LEAVES])


def test_the_tree_kept_is_that_of_the_ledger(stored):
    store, leaves = stored
    tree = store.tree()
    assert tree.range == CompactRange().extend(leaves)
    assert tree.leaves(250, 260) == leaves[250:260]
    assert tree.leaves(0, 0) == ()
    with store.reading() as work:
        head = work.head()
    assert (head.entries, head.leaf, head.root) == (LEAVES, leaves[-1].hex(), tree.range.root.hex())


@settings(max_examples=25)
@given(size=SIZES, data=st.data())
def test_an_inclusion_proof_from_the_tables_is_that_from_all_leaves(stored, size, data):
    store, leaves = stored
    sequence = data.draw(st.integers(1, size) | st.sampled_from([1, size, max(1, size - 256)]))
    proof = store.tree().prove_inclusion(sequence, size)
    assert proof == prove_inclusion(leaves[:size], sequence - 1)
    assert check_inclusion(proof, leaf=leaves[sequence - 1], root=CompactRange().extend(leaves[:size]).root).holds


@settings(max_examples=25)
@given(size=SIZES, data=st.data())
def test_a_consistency_proof_from_the_tables_is_that_from_all_leaves(stored, size, data):
    store, leaves = stored
    old_size = data.draw(st.integers(1, size) | st.sampled_from([1, size, max(1, size - 256)]))
    proof = store.tree().prove_consistency(old_size, size)
    assert proof == prove_consistency(leaves[:size], old_size)
    roots = [CompactRange().extend(leaves[:n]).root for n in (old_size, size)]
    assert check_consistency(proof, old_root=roots[0], root=roots[1]).holds


def test_without_a_size_a_proof_is_of_the_whole_tree(stored):
    store, _ = stored
    assert store.tree().prove_inclusion(7).size == LEAVES
    assert store.tree().prove_consistency(7).size == LEAVES


@pytest.mark.parametrize(
    ("sequence", "size"), [(0, None), (LEAVES + 1, None), (8, 7), (1, LEAVES + 1), (1, 0), (1, -1)]
)
def test_a_proof_outside_the_tree_is_refused(stored, sequence, size):
    with pytest.raises(ProofError):
        stored[0].tree().prove_inclusion(sequence, size)
    with pytest.raises(ProofError):
        stored[0].tree().prove_consistency(sequence, size)


@given(st.integers(1, 2**40))
def test_full_subtrees_cover_what_they_were_cut_from(length):
    parts = list(_full_subtrees(0, length))
    assert [first for first, _ in parts] == [sum(1 << height for _, height in parts[:n]) for n in range(len(parts))]
    assert sum(1 << height for _, height in parts) == length


@settings(max_examples=15)
@given(parts=st.lists(st.sampled_from([1, 2, 100, 255, 256, 257, 300, 700]), min_size=1, max_size=5))
def test_it_is_the_same_tree_however_many_entries_a_transaction_has(tmp_path_factory, parts):
    engine = open_engine(f"sqlite:///{tmp_path_factory.mktemp('parts') / 'a.sqlite'}")
    leaves = tuple(bytes.fromhex(leaf_hash(str(place).encode())) for place in range(1, sum(parts) + 1))
    fill(engine, leaves, parts=parts)
    tree = SqlStore(engine).tree()
    assert tree.range.root == naive_root(leaves)
    for sequence in {1, len(leaves), len(leaves) // 2 or 1}:
        assert tree.prove_inclusion(sequence) == prove_inclusion(leaves, sequence - 1)
    engine.dispose()


# what somebody did to the tables


def test_a_proof_from_a_tree_with_a_hole_is_refused(bench):
    for _ in range(3):
        bench.case()
    tree = bench.store.tree()
    fill_up = [bytes.fromhex(leaf_hash(bytes([n]))) for n in range(254)]
    with writing(bench.engine) as connection:
        rows = [row(4 + place) | {"leaf": leaf.hex()} for place, leaf in enumerate(fill_up)]
        connection.execute(insert(LEDGER), rows)
        extend_tree(connection, read_range(connection), fill_up)
    assert bench.store.tree().prove_inclusion(257).size == 257
    with writing(bench.engine) as connection:
        connection.exec_driver_sql("DELETE FROM tree_node")
    assert tree.prove_inclusion(2).size == 3
    with pytest.raises(LedgerError, match="the tree lacks digests of level 8 from place 0"):
        bench.store.tree().prove_inclusion(257)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DELETE FROM ledger_tree", "the store has no tree"),
        ("UPDATE ledger_tree SET size = 4", "the store's tree is none: 2 nodes for a tree of 4 leaves"),
        ("UPDATE ledger_tree SET size = 5", "the tree has 5 leaves, the ledger 3 entries"),
    ],
)
def test_nothing_is_appended_to_a_tree_that_is_not_the_ledgers(bench, statement, told):
    for _ in range(3):
        bench.case()
    with writing(bench.engine) as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(LedgerError, match=told):
        bench.case()
    bench.store.rebuild_lists()
    assert bench.case().number == "2026-0004"
    assert bench.store.tree().range.size == 4
