"""Words for ring systems by their bare skeleton: which system it is, where it is bound, and what it bears.

A skeleton is written as SMILES with ``[*]`` at each bond to the core. What hangs on the ring system is cut off before
the comparison, so one skeleton stands for every substitution of it.
"""

import functools
from collections.abc import Iterable

from rdkit import Chem, rdBase

from substance_library.generic.fragment import Fragment, canonical_fragment
from substance_library.generic.graph import MoleculeGraph
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, best_fit, predicate


@predicate("ring_system", required={"skeletons": list}, optional={"substituents": list})
def ring_system(fragment: Fragment, description: Description) -> Fit:
    """Fit one of the ring systems, bound to the core by ring atoms, that bears nothing but ``substituents``."""
    system = fragment.ring_system(fragment.links[0].atom)
    ends = [link.atom for link in fragment.links]
    if not system.issuperset(ends):
        return NO_FIT
    if skeleton(fragment.graph, system, ends) not in canonical_skeletons(tuple(description["skeletons"])):
        return NO_FIT
    return each_fits(fragment.beyond(system), description.get("substituents", []))


@predicate("ring_on_alkyl", required={"skeletons": list, "max_carbons": int}, optional={"min_carbons": int})
def ring_on_alkyl(fragment: Fragment, description: Description) -> Fit:
    """Fit alkyl, branched or not, that bears one of the ring systems, itself bare, at any of its carbons."""
    root = fragment.root
    rings = frozenset().union(*fragment.rings())
    chain = fragment.atoms - rings
    if root is None or root not in chain or not _is_alkyl(fragment, chain):
        return NO_FIT
    borne = fragment.beyond(chain)
    least = description.get("min_carbons", 1)
    if len(borne) != 1 or len(borne[0].links) != 1 or not least <= len(chain) <= description["max_carbons"]:
        return NO_FIT
    return ring_system(borne[0], {"skeletons": description["skeletons"]})


@predicate(
    "ring_on_core_atom",
    optional={"skeletons": list, "sizes": list, "elements": list, "substituents": list, "substituted": bool},
)
def ring_on_core_atom(fragment: Fragment, description: Description) -> Fit:
    """Fit a fragment that closes one ring with one core atom, and shares no atom with a second ring.

    ``skeletons`` names the rings without their substituents; ``sizes`` (the core atom counted) and ``elements`` (of the
    fragment's ring atoms) restrict them. ``substituted`` true asks for at least one substituent, of any kind;
    ``substituents`` says which may be there; without both the ring is bare.
    """
    ring = _ring_with_core_atom(fragment)
    if ring is None or not _is_such_ring(fragment, ring, description):
        return NO_FIT
    borne = fragment.beyond(ring)
    if description.get("substituted", False):
        return FITS if borne else NO_FIT
    return each_fits(borne, description.get("substituents", []))


def each_fits(fragments: Iterable[Fragment], descriptions: list[Description]) -> Fit:
    """Ask that every fragment fits one of several descriptions; open points add up."""
    points: tuple[str, ...] = ()
    for it in fragments:
        answer = best_fit(it, descriptions)
        if not answer.fits or len(it.links) != 1:
            return NO_FIT
        points += answer.points
    return Fit(fits=True, points=points)


def skeleton(graph: MoleculeGraph, system: frozenset[int], ends: Iterable[int]) -> str:
    """Write ring atoms alone, with ``[*]`` at the given ones and hydrogen where anything else was cut off.

    Parameters
    ----------
    graph : MoleculeGraph
        The molecule.
    system : frozenset of int
        The ring atoms.
    ends : iterable of int
        Atoms of the system that bear an open bond, one for each bond.

    Returns
    -------
    str
        Canonical SMILES.
    """
    editable, ends = Chem.RWMol(), list(ends)
    new = {atom: editable.AddAtom(_bare_atom(graph, atom, system, ends)) for atom in sorted(system)}
    for atom, place in new.items():
        for other, order in graph.neighbours[atom].items():
            if other in new and other > atom:
                editable.AddBond(place, new[other], _BOND_TYPES[order])
    for end in ends:
        editable.AddBond(new[end], editable.AddAtom(Chem.Atom(0)), Chem.BondType.SINGLE)
    with rdBase.BlockLogs():
        return canonical_fragment(str(Chem.MolToSmiles(editable)))


@functools.cache
def canonical_skeletons(written: tuple[str, ...]) -> frozenset[str]:
    """Give skeletons as they are compared."""
    return frozenset(canonical_fragment(it) for it in written)


_BOND_TYPES = {
    1.0: Chem.BondType.SINGLE,
    1.5: Chem.BondType.AROMATIC,
    2.0: Chem.BondType.DOUBLE,
    3.0: Chem.BondType.TRIPLE,
}


def _bare_atom(graph: MoleculeGraph, atom: int, system: frozenset[int], ends: list[int]) -> Chem.Atom:
    """Give an atom without what was cut off; an aromatic nitrogen that loses a substituent gets a hydrogen."""
    bare = Chem.Atom(graph.elements[atom])
    bare.SetFormalCharge(graph.charges[atom])
    bare.SetIsAromatic(graph.aromatic[atom])
    if graph.aromatic[atom] and graph.elements[atom] == "N":
        cut = sum(1 for other in graph.neighbours[atom] if other not in system) - ends.count(atom)
        bare.SetNumExplicitHs(graph.hydrogens[atom] + cut)
        bare.SetNoImplicit(what=True)
    return bare


def _is_alkyl(fragment: Fragment, chain: frozenset[int]) -> bool:
    graph = fragment.graph
    carbons = all(graph.elements[atom] == "C" and not graph.charges[atom] for atom in chain)
    return carbons and all(set(graph.neighbours[atom].values()) == {1.0} for atom in chain)


def _ring_with_core_atom(fragment: Fragment) -> frozenset[int] | None:
    """Give the fragment's atoms of the one ring that it closes with one core atom."""
    core = frozenset(link.core_atom for link in fragment.links)
    closed = [ring for ring in fragment.graph.rings if core <= ring and ring - core <= fragment.atoms]
    if len(core) != 1 or len(closed) != 1:
        return None
    ring = closed[0] - core
    return None if any(ring & other for other in fragment.rings()) else ring


def _is_such_ring(fragment: Fragment, ring: frozenset[int], description: Description) -> bool:
    elements = {fragment.graph.elements[atom] for atom in ring}
    if len(ring) + 1 not in description.get("sizes", [len(ring) + 1]):
        return False
    if not elements <= set(description.get("elements", elements)):
        return False
    ends = [link.atom for link in fragment.links]
    known = description.get("skeletons")
    return known is None or skeleton(fragment.graph, ring, ends) in canonical_skeletons(tuple(known))
