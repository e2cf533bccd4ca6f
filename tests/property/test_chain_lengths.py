"""Counted chains against a slow twin that walks every path of the molecule."""

from hypothesis import given
from hypothesis import strategies as st
from rdkit import Chem

from substance_library.generic.chains import CountedChain, longest_chain
from substance_library.generic.fragment import fragments_beside
from substance_library.generic.graph import graph_of

ATOMS = st.sampled_from(["C", "O", "N", "C(F)", "C(=O)", "S", "C(C1CC1)", "C"])
CHAINS = st.recursive(
    st.lists(ATOMS, min_size=1, max_size=5).map("".join),
    lambda smaller: st.tuples(st.lists(ATOMS, max_size=4).map("".join), smaller, smaller).map(
        lambda parts: f"{parts[0]}C({parts[1]}){parts[2]}"
    ),
    max_leaves=6,
)
MEMBERS = frozenset({"C", "O", "S", "Si"})


def _paths(molecule, allowed, start):
    """Give every path without repetition that begins at an atom and stays within the allowed ones."""
    waiting = [(start,)]
    while waiting:
        path = waiting.pop()
        yield path
        onward = {other.GetIdx() for other in molecule.GetAtomWithIdx(path[-1]).GetNeighbors()} & set(allowed)
        waiting.extend((*path, other) for other in onward - set(path))


@given(CHAINS)
def test_the_longest_chain_is_that_of_all_paths(smiles):
    molecule = Chem.MolFromSmiles(smiles)
    everything = frozenset(range(molecule.GetNumAtoms()))
    in_chain = {atom.GetIdx() for atom in molecule.GetAtoms() if not atom.IsInRing()}
    slow = max(len(in_chain & set(path)) for start in everything for path in _paths(molecule, everything, start))
    assert longest_chain(graph_of(molecule), everything, lambda atom: int(atom in in_chain)) == slow


@given(CHAINS)
def test_the_chain_from_the_core_is_that_of_all_paths(smiles):
    molecule = Chem.MolFromSmiles(f"P{smiles}")
    graph = graph_of(molecule)
    (fragment,) = fragments_beside(
        graph, frozenset({0}), within=frozenset(range(1, len(graph.elements))), positions={0: "core"}
    )
    members = {
        atom.GetIdx()
        for atom in molecule.GetAtoms()
        if atom.GetSymbol() in MEMBERS and not atom.IsInRing() and not _is_oxo(atom)
    }
    slow = max((len(path) for path in _paths(molecule, members, 1)), default=0) if 1 in members else 0
    counted = CountedChain(fragment, MEMBERS)
    assert max(counted.paths(), default=0) == slow
    if slow:
        through = max(
            len(one) + len(other) - 1
            for one in _paths(molecule, members, 1)
            for other in _paths(molecule, members, 1)
            if set(one) & set(other) == {1}
        )
        assert 1 + sum(counted.arms()[:2]) == through


def _is_oxo(atom):
    return atom.GetSymbol() in {"O", "S"} and [bond.GetBondTypeAsDouble() for bond in atom.GetBonds()] == [2]
