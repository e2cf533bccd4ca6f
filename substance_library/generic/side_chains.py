"""The word for a side chain that is either a chain of counted length or a ring near the core."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from substance_library.generic.chains import CountedChain
from substance_library.generic.fragment import Fragment
from substance_library.generic.graph import DOUBLE, SINGLE
from substance_library.generic.masses import mass_u
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, predicate

CHAIN_MEMBERS = frozenset({"C", "O", "S", "Si"})
RING_ELEMENTS = frozenset({"C", "N", "O", "S"})
RING_SIZES = range(3, 8)
BORNE_BY_RING_NITROGEN = frozenset({"*C", "*CC"})
OXO_PLACE = 2
"""The only atom of the bridge to a ring that may bear oxo, counted from the core."""


@predicate(
    "chain_or_ring",
    required={
        "elements": list,
        "max_mass_u": int,
        "min_chain": int,
        "max_chain": int,
        "max_bridge": int,
        "hydroxyl_point": str,
        "cyano_point": str,
        "first_atom_point": str,
        "branch_point": str,
        "ring_point": str,
    },
)
def chain_or_ring(fragment: Fragment, description: Description) -> Fit:
    """Fit a chain whose length is within limits, substituted with anything, or a ring bound near the core.

    Chain: members are C, O, S and Si outside rings, counted from the atom at the core; halogens, nitrogen, oxo and what
    lies behind nitrogen are substituents. Ring: 3 to 7 atoms of C, N, O, S, its nitrogen bearing H, methyl or ethyl,
    bound directly or through a hydrocarbon bridge of ``max_bridge`` carbons with at most one double bond and oxo at its
    second atom. The ``..._point`` texts name what is open.
    """
    if fragment.root is None or not set(fragment.elements()) <= set(description["elements"]):
        return NO_FIT
    if mass_u(fragment.graph, fragment.atoms) > description["max_mass_u"]:
        return NO_FIT
    if not fragment.rings():
        return _chain_fit(fragment, description)
    return _ring_fit(fragment, description)


def _chain_fit(fragment: Fragment, description: Description) -> Fit:
    """Count under every reading of the open points; where all agree nothing is open."""
    count = _Count(fragment, range(description["min_chain"], description["max_chain"] + 1))
    plain = count.fits(frozenset())
    for together in range(1, len(_COUNTED) + 1):
        readings = [*combinations(_COUNTED, together), *([(_BRANCH,)] if together == 1 else [])]
        turning = [it for it in readings if count.fits(frozenset(it)) != plain]
        if turning:
            points = dict.fromkeys(description[point] for it in turning for point in it)
            return Fit(fits=True, points=tuple(points))
    return FITS if plain else NO_FIT


_HYDROXYL, _CYANO, _FIRST_ATOM = _COUNTED = ("hydroxyl_point", "cyano_point", "first_atom_point")
_BRANCH = "branch_point"


class _Count:
    """The length of a chain under a reading: the set of open points that are read in the unusual way."""

    def __init__(self, fragment: Fragment, limits: range) -> None:
        self._chain = CountedChain(fragment, CHAIN_MEMBERS)
        self._limits = limits

    def fits(self, reading: frozenset[str]) -> bool:
        """Say whether the length is within the limits if these points are read so."""
        left_out = [self._chain.end_hydroxyls(), self._chain.cyano_carbons()]
        counted = [point in reading for point in (_HYDROXYL, _CYANO)]
        without = frozenset().union(
            *(atoms for atoms, is_counted in zip(left_out, counted, strict=True) if not is_counted)
        )
        paths = self._chain.paths(without=without)
        if _BRANCH in reading:
            return any(it in self._limits for it in paths)
        if _FIRST_ATOM in reading and paths:
            return 1 + sum(self._chain.arms(without=without)[:2]) in self._limits
        return max(paths, default=0) in self._limits


def _ring_fit(fragment: Fragment, description: Description) -> Fit:
    """Ask whether the nearest rings satisfy the text; a ring reached otherwise is open where the chain part fits."""
    systems = tuple(_nearest_systems(fragment))
    if not all(_is_listed_system(fragment, system) for system in systems):
        return NO_FIT
    if _is_listed_bridge(fragment, systems, description["max_bridge"]):
        return FITS
    chain = _chain_fit(fragment, description)
    return Fit(fits=True, points=(*chain.points, description["ring_point"])) if chain.fits else NO_FIT


def _nearest_systems(fragment: Fragment) -> Iterator[frozenset[int]]:
    """Give the ring systems that can be reached from the core without crossing another one."""
    in_ring = frozenset().union(*fragment.rings())
    root = fragment.root
    seen, waiting = set(), [root]
    while waiting:
        atom = waiting.pop()
        if atom is None or atom in seen:
            continue
        seen.add(atom)
        if atom in in_ring:
            system = fragment.ring_system(atom)
            seen |= system
            yield system
        else:
            waiting.extend(fragment.neighbours(atom))


def _is_listed_system(fragment: Fragment, system: frozenset[int]) -> bool:
    rings = [ring for ring in fragment.rings() if ring <= system]
    sizes = all(len(ring) in RING_SIZES for ring in rings)
    elements = all(fragment.graph.elements[atom] in RING_ELEMENTS for atom in system)
    borne = {it.smiles() for it in _borne_by_nitrogen(fragment, system)}
    return sizes and elements and borne <= BORNE_BY_RING_NITROGEN


def _borne_by_nitrogen(fragment: Fragment, system: frozenset[int]) -> Iterator[Fragment]:
    for it in fragment.beyond(system):
        if fragment.root not in it.atoms and any(fragment.graph.elements[link.core_atom] == "N" for link in it.links):
            yield it


def _is_listed_bridge(fragment: Fragment, systems: tuple[frozenset[int], ...], max_bridge: int) -> bool:
    """Say whether what lies between the core and the rings is nothing, or a hydrocarbon of few carbons."""
    bridge = _bridge(fragment, systems)
    oxo = _oxo_atoms(fragment, bridge)
    carbons = bridge - oxo.keys()
    elements = fragment.graph.elements
    return (
        len(carbons) <= max_bridge
        and all(elements[atom] == "C" and not fragment.graph.charges[atom] for atom in carbons)
        and all(_place(fragment, atom) == OXO_PLACE for atom in oxo.values())
        and _is_at_most_singly_unsaturated(fragment, carbons)
    )


def _bridge(fragment: Fragment, systems: tuple[frozenset[int], ...]) -> frozenset[int]:
    """Give the atoms between the core and the rings, with all that they bear besides rings."""
    rings = frozenset().union(*systems)
    root = fragment.root
    near = [part for part in fragment.graph.components(fragment.atoms - rings) if root in part]
    return near[0] if near else frozenset()


def _oxo_atoms(fragment: Fragment, bridge: frozenset[int]) -> Mapping[int, int]:
    """Give the oxygens of C=O in the bridge, each with its carbon."""
    graph = fragment.graph
    return {
        atom: next(iter(graph.neighbours[atom]))
        for atom in bridge
        if graph.elements[atom] == "O" and list(graph.neighbours[atom].values()) == [DOUBLE]
    }


def _place(fragment: Fragment, atom: int) -> int:
    """Count from the core: the first atom of the fragment is 1."""
    place, shell, seen = 1, {fragment.links[0].atom}, set[int]()
    while atom not in shell:
        seen |= shell
        shell = {other for it in shell for other in fragment.neighbours(it)} - seen
        place += 1
    return place


def _is_at_most_singly_unsaturated(fragment: Fragment, carbons: frozenset[int]) -> bool:
    orders = [
        order
        for atom in carbons
        for other, order in fragment.graph.neighbours[atom].items()
        if other in carbons and other > atom
    ]
    double = orders.count(DOUBLE)
    return double <= 1 and all(order in {SINGLE, DOUBLE} for order in orders)
