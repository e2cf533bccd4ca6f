"""Words for a side chain that is a chain of counted length, or a ring near the core, or both."""

from collections.abc import Container, Iterator, Mapping
from itertools import combinations
from typing import Any

from substance_library.generic.chains import CountedChain
from substance_library.generic.fragment import Fragment, canonical_fragment
from substance_library.generic.graph import DOUBLE, SINGLE
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, predicate

_LIMITS: Mapping[str, Any] = {"elements": list, "max_mass_u": int}
_HYDROXYL, _CYANO, _FIRST_ATOM = _COUNTED = ("hydroxyl_point", "cyano_point", "first_atom_point")
_BRANCH = "branch_point"


@predicate(
    "counted_chain",
    required={
        **_LIMITS,
        "members": list,
        "min_chain": int,
        "max_chain": int,
        **dict.fromkeys((*_COUNTED, _BRANCH), str),
    },
)
def counted_chain(fragment: Fragment, description: Description) -> Fit:
    """Fit an open chain of ``min_chain`` to ``max_chain`` atoms of ``members``, substituted at will from ``elements``.

    The count starts at the atom at the core. Other elements, oxo and what lies behind other elements are substituents.
    Where the answer turns on the oxygen or sulfur of a terminal OH or SH, on the carbon of a cyano group, on a chain
    through the first atom or on a longer branch, it is open, and the ``..._point`` says so.
    """
    if fragment.rings() or not _is_within(fragment, description):
        return NO_FIT
    return _count_fit(fragment, description)


@predicate(
    "ring_near_core",
    required={
        **_LIMITS,
        "ring_sizes": list,
        "ring_elements": list,
        "on_ring_nitrogen": list,
        "max_bridge": int,
        "oxo_place": int,
    },
)
def ring_near_core(fragment: Fragment, description: Description) -> Fit:
    """Fit a ring bound directly, or through a hydrocarbon of ``max_bridge`` carbons with at most one double bond.

    Of a polycycle each ring has one of ``ring_sizes`` and is made of ``ring_elements``; its nitrogen bears hydrogen or
    ``on_ring_nitrogen``, its other atoms anything. Oxo stands only on atom ``oxo_place`` of the bridge, counted from
    the core.
    """
    systems = _listed_systems(fragment, description)
    return FITS if systems and _is_listed_bridge(fragment, systems, description) else NO_FIT


@predicate("chain_bearing_ring", required={"chain": dict, "ring": dict})
def chain_bearing_ring(fragment: Fragment, description: Description) -> Fit:
    """Fit a chain as ``chain`` counts it that bears a ring as ``ring`` has it, but not so near to the core."""
    systems = _listed_systems(fragment, description["ring"])
    if not systems or _is_listed_bridge(fragment, systems, description["ring"]):
        return NO_FIT
    return _count_fit(fragment, description["chain"])


def _is_within(fragment: Fragment, description: Description) -> bool:
    elements = fragment.root is not None and set(fragment.elements()) <= set(description["elements"])
    return elements and fragment.graph.mass_u(fragment.atoms) <= description["max_mass_u"]


def _count_fit(fragment: Fragment, description: Description) -> Fit:
    """Count under every reading of the open points; where all agree nothing is open."""
    count = _Count(fragment, description)
    plain = count.fits(frozenset())
    for together in range(1, len(_COUNTED) + 1):
        readings = [*combinations(_COUNTED, together), *([(_BRANCH,)] if together == 1 else [])]
        turning = [it for it in readings if count.fits(frozenset(it)) != plain]
        if turning:
            points = dict.fromkeys(description[point] for it in turning for point in it)
            return Fit(fits=True, points=tuple(points))
    return FITS if plain else NO_FIT


class _Count:
    """The length of a chain under a reading: the set of open points that are read in the unusual way."""

    def __init__(self, fragment: Fragment, description: Description) -> None:
        self._chain = CountedChain(fragment, frozenset(description["members"]))
        self._limits = range(description["min_chain"], description["max_chain"] + 1)

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


def _listed_systems(fragment: Fragment, description: Description) -> tuple[frozenset[int], ...]:
    """Give the ring systems nearest to the core; none where one of them is not as the text has it."""
    if not fragment.rings() or not _is_within(fragment, description):
        return ()
    systems = tuple(_nearest_systems(fragment))
    return systems if all(_is_listed_system(fragment, it, description) for it in systems) else ()


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


def _is_listed_system(fragment: Fragment, system: frozenset[int], description: Description) -> bool:
    rings = [ring for ring in fragment.rings() if ring <= system]
    sizes = all(len(ring) in description["ring_sizes"] for ring in rings)
    elements = {fragment.graph.elements[atom] for atom in system} <= set(description["ring_elements"])
    listed = {canonical_fragment(it) for it in description["on_ring_nitrogen"]}
    return sizes and elements and {it.smiles() for it in _borne_by_nitrogen(fragment, system)} <= listed


def _borne_by_nitrogen(fragment: Fragment, system: frozenset[int]) -> Iterator[Fragment]:
    for it in fragment.beyond(system):
        if fragment.root not in it.atoms and any(fragment.graph.elements[link.core_atom] == "N" for link in it.links):
            yield it


def _is_listed_bridge(fragment: Fragment, systems: tuple[frozenset[int], ...], description: Description) -> bool:
    """Say whether what lies between the core and the rings is nothing, or a hydrocarbon of few carbons."""
    bridge = _bridge(fragment, systems)
    oxo = _oxo_atoms(fragment, bridge)
    carbons = bridge - oxo.keys()
    elements = fragment.graph.elements
    return (
        len(carbons) <= description["max_bridge"]
        and all(elements[atom] == "C" and not fragment.graph.charges[atom] for atom in carbons)
        and all(_place(fragment, atom) == description["oxo_place"] for atom in oxo.values())
        and _is_at_most_singly_unsaturated(fragment, carbons, oxo)
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


def _is_at_most_singly_unsaturated(fragment: Fragment, carbons: frozenset[int], oxo: Container[int]) -> bool:
    """Count the double bonds of the bridge, one to the ring included."""
    bonds = {
        frozenset({atom, other}): order
        for atom in carbons
        for other, order in fragment.neighbours(atom).items()
        if other not in oxo
    }
    double = list(bonds.values()).count(DOUBLE)
    return double <= 1 and set(bonds.values()) <= {SINGLE, DOUBLE}
