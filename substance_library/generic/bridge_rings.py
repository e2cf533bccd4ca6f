"""The word for a small nitrogen ring that is a bridge: which atom of it is double-bonded to nitrogen."""

from collections.abc import Iterator

from rdkit import Chem

from substance_library.generic.bridges import RESIDUES, residues_fit
from substance_library.generic.fragment import Fragment
from substance_library.generic.graph import AROMATIC, DOUBLE
from substance_library.generic.vocabulary import NO_FIT, Description, Fit, predicate

_AROMATIC_FIVE = 5


@predicate(
    "heterocycle_bridge",
    required={"max_ring": int, "ring_elements": list, "tautomer_point": str, "bicycle_point": str, **RESIDUES},
)
def heterocycle_bridge(fragment: Fragment, description: Description) -> Fit:
    """Fit a ring of at most ``max_ring`` atoms whose carbon at the core is double-bonded to a nitrogen of the ring.

    The ring is made of ``ring_elements``; what hangs on it are the residues.

    Open are rings whose NH tautomers differ in this (``tautomer_point``) and rings that are part of a bicycle
    (``bicycle_point``).
    """
    root = fragment.root
    own = [] if root is None else [ring for ring in fragment.rings() if root in ring]
    ring = min(own, key=len, default=frozenset[int]())
    if root is None or not 0 < len(ring) <= description["max_ring"] or fragment.graph.elements[root] != "C":
        return NO_FIT
    if not {fragment.graph.elements[it] for it in ring} <= set(description["ring_elements"]):
        return NO_FIT
    points = _points(fragment, root, ring, description)
    if points is None:
        return NO_FIT
    answer = residues_fit(fragment.beyond(ring), description)
    return Fit(fits=True, points=(*points, *answer.points)) if answer.fits else NO_FIT


def _points(fragment: Fragment, root: int, ring: frozenset[int], description: Description) -> tuple[str, ...] | None:
    """Give what is open about the double bond to nitrogen; None where there is none in any drawing."""
    if fragment.ring_system(root) != ring:
        possible = any(_may_be_double(fragment, root, it) for it in _nitrogens_beside(fragment, root, ring))
        return (description["bicycle_point"],) if possible else None
    drawn = set(_drawn(fragment, root, ring))
    if not any(drawn):
        return None
    return () if all(drawn) else (description["tautomer_point"],)


def _nitrogens_beside(fragment: Fragment, root: int, ring: frozenset[int]) -> list[int]:
    return [it for it in fragment.neighbours(root) if it in ring and fragment.graph.elements[it] == "N"]


def _may_be_double(fragment: Fragment, root: int, nitrogen: int) -> bool:
    """Say whether some Kekule form or NH tautomer of a bicycle has the bond double."""
    graph = fragment.graph
    if graph.order(root, nitrogen) == DOUBLE:
        return True
    if graph.order(root, nitrogen) != AROMATIC or len(graph.neighbours[nitrogen]) > 2:  # noqa: PLR2004 - N-substituted
        return False
    takers = [it for it in fragment.ring_system(root) if _may_lose_or_take_hydrogen(fragment, it)]
    return not graph.hydrogens[nitrogen] or len(takers) > 1


def _may_lose_or_take_hydrogen(fragment: Fragment, atom: int) -> bool:
    graph = fragment.graph
    return graph.elements[atom] == "N" and graph.aromatic[atom] and len(graph.neighbours[atom]) == 2  # noqa: PLR2004


def _drawn(fragment: Fragment, root: int, ring: frozenset[int]) -> Iterator[bool]:
    """Say for the drawing, and for each NH tautomer, whether the carbon at the core is double-bonded to nitrogen."""
    graph = fragment.graph
    donors = [it for it in ring if _is_donor(fragment, it)]
    simple = len(ring) == _AROMATIC_FIVE and all(graph.aromatic[it] for it in ring) and len(donors) == 1
    if not simple:
        yield _is_double_in_kekule_form(fragment, root, ring)
        return
    movable = graph.elements[donors[0]] == "N" and graph.hydrogens[donors[0]]
    for donor in [it for it in ring if _may_lose_or_take_hydrogen(fragment, it)] if movable else donors:
        yield graph.elements[_partner(fragment, root, ring, donor)] == "N"


def _is_donor(fragment: Fragment, atom: int) -> bool:
    """Say whether an aromatic ring atom gives two electrons and stands between the double bonds."""
    graph = fragment.graph
    bare = len(graph.neighbours[atom]) == 2 and not graph.hydrogens[atom]  # noqa: PLR2004 - ring bonds only
    return graph.elements[atom] in {"O", "S"} or (graph.elements[atom] == "N" and not bare)


def _partner(fragment: Fragment, root: int, ring: frozenset[int], donor: int) -> int:
    """Give the atom to which the core atom is double-bonded when ``donor`` is the atom between the double bonds."""
    beside = [it for it in fragment.neighbours(root) if it in ring]
    if donor in beside:
        return next(it for it in beside if it != donor)
    return next(it for it in beside if donor in fragment.neighbours(it))


def _is_double_in_kekule_form(fragment: Fragment, root: int, ring: frozenset[int]) -> bool:
    drawn = Chem.Mol(fragment.graph.molecule)
    Chem.Kekulize(drawn, clearAromaticFlags=True)
    return any(
        drawn.GetBondBetweenAtoms(root, it).GetBondType() == Chem.BondType.DOUBLE
        for it in _nitrogens_beside(fragment, root, ring)
    )
