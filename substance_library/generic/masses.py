"""Masses of parts of a molecule."""

from collections.abc import Iterable

from rdkit import Chem

from substance_library.generic.graph import MoleculeGraph

_HYDROGEN = "H"


def mass_u(graph: MoleculeGraph, atoms: Iterable[int]) -> float:
    """Add up the average masses of atoms and of the hydrogens that they bear.

    Parameters
    ----------
    graph : MoleculeGraph
        The molecule.
    atoms : iterable of int
        Each atom once.

    Returns
    -------
    float
        In u; RDKit's table of the elements. An open bond counts nothing.
    """
    table = Chem.GetPeriodicTable()
    hydrogen = table.GetAtomicWeight(_HYDROGEN)
    return float(sum(table.GetAtomicWeight(graph.elements[it]) + graph.hydrogens[it] * hydrogen for it in atoms))
