"""Words for rings: monocycles and what they bear, fused dioxoles, rings that a fragment closes with the core."""

from substance_library.generic.fragment import Fragment
from substance_library.generic.graph import SINGLE
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, best_fit, fit, predicate

_DIOXOLE = 5
_DIOXOLE_OXYGENS = 2
_RINGS_OF_A_BICYCLE = 2
_SHARED_BY_FUSED_RINGS = 2


@predicate(
    "monocycle",
    optional={"aromatic": bool, "sizes": list, "elements": list, "substituents": list, "substituted": bool},
)
def monocycle(fragment: Fragment, description: Description) -> Fit:
    """Fit a ring bound by a ring atom that shares no atom with another ring.

    ``aromatic``, ``sizes``, ``elements`` (of the ring) restrict it. ``substituted`` true lets the ring bear anything,
    ``substituents`` only what is described; without both it bears hydrogen only.
    """
    ring = _lone_ring(fragment)
    if ring is None or not _is_such_ring(fragment, ring, description):
        return NO_FIT
    if description.get("substituted", False):
        return FITS
    return _each_fits(fragment.beyond(ring), description.get("substituents", []))


@predicate("fused_dioxole", optional={"aromatic": bool})
def fused_dioxole(fragment: Fragment, description: Description) -> Fit:
    """Fit a ring bound by a ring atom with one 1,3-dioxole fused to it (methylenedioxyphenyl), bearing anything."""
    root = fragment.root
    if root is None:
        return NO_FIT
    system = fragment.ring_system(root)
    rings = [ring for ring in fragment.rings() if ring <= system]
    own = [ring for ring in rings if root in ring]
    if len(rings) != _RINGS_OF_A_BICYCLE or len(own) != 1 or not _is_such_ring(fragment, own[0], description):
        return NO_FIT
    (other,) = (ring for ring in rings if ring != own[0])
    shared = own[0] & other
    return FITS if len(shared) == _SHARED_BY_FUSED_RINGS and _is_dioxole(fragment, other, shared) else NO_FIT


@predicate("ring_on_chain", required={"ring": dict, "min_chain": int}, optional={"max_chain": int, "bearing": list})
def ring_on_chain(fragment: Fragment, description: Description) -> Fit:
    """Fit a ring at the end of a chain of saturated carbons; ``bearing`` says what the chain may bear besides."""
    best = NO_FIT
    for chain in _chains_to_rings(fragment):
        if not description["min_chain"] <= len(chain) <= description.get("max_chain", len(chain)):
            continue
        answer = _chain_fits(fragment, chain, description)
        if answer.fits and not answer.points:
            return answer
        best = answer if answer.fits else best
    return best


@predicate("chain_bearing", required={"length": int, "bearing": list})
def chain_bearing(fragment: Fragment, description: Description) -> Fit:
    """Fit a chain of saturated carbons of this length from the core on, everything else on it being described."""
    best = NO_FIT
    for chain in _chains_of_length(fragment, description["length"]):
        answer = _each_fits(fragment.beyond(chain), description["bearing"])
        if answer.fits and not answer.points:
            return answer
        best = answer if answer.fits else best
    return best


@predicate("closing_ring", optional={"elements": list, "sizes": list, "saturated_bonds": bool})
def closing_ring(fragment: Fragment, description: Description) -> Fit:
    """Fit a fragment that closes a ring with the core.

    ``elements`` are those of the ring system outside the core; ``sizes`` those of the ring through the core;
    ``saturated_bonds`` asks for single bonds to the core.
    """
    core = frozenset(link.core_atom for link in fragment.links)
    rings = [ring for ring in fragment.graph.rings if core <= ring and ring & fragment.atoms]
    if not rings or ("sizes" in description and not any(len(ring) in description["sizes"] for ring in rings)):
        return NO_FIT
    system = _system_beside(fragment, rings)
    found = {fragment.graph.elements[atom] for atom in system}
    right = found <= set(description.get("elements", found))
    single = all(link.order == SINGLE for link in fragment.links)
    return FITS if right and (single or not description.get("saturated_bonds", False)) else NO_FIT


@predicate("alkylenedioxy", optional={"min_carbons": int, "max_carbons": int})
def alkylenedioxy(fragment: Fragment, description: Description) -> Fit:
    """Fit ``-O-alkylene-O-``: two bonds through oxygen, saturated open-chain carbon between."""
    ends = [link.atom for link in fragment.links]
    elements = fragment.graph.elements
    if len(ends) != _DIOXOLE_OXYGENS or any(elements[end] != "O" for end in ends):
        return NO_FIT
    between = fragment.atoms - set(ends)
    carbons = all(elements[atom] == "C" for atom in between)
    right = carbons and fragment.is_acyclic() and set(fragment.orders()) <= {SINGLE} and len(set(ends)) == len(ends)
    limit = description.get("max_carbons", len(between))
    return FITS if right and description.get("min_carbons", 1) <= len(between) <= limit else NO_FIT


def _lone_ring(fragment: Fragment) -> frozenset[int] | None:
    root = fragment.root
    if root is None:
        return None
    own = [ring for ring in fragment.rings() if root in ring]
    if len(own) != 1 or any(ring & own[0] for ring in fragment.rings() if ring != own[0]):
        return None
    return own[0]


def _is_such_ring(fragment: Fragment, ring: frozenset[int], description: Description) -> bool:
    aromatic = all(fragment.graph.aromatic[atom] for atom in ring)
    elements = {fragment.graph.elements[atom] for atom in ring}
    return (
        aromatic == description.get("aromatic", aromatic)
        and len(ring) in description.get("sizes", [len(ring)])
        and elements <= set(description.get("elements", elements))
    )


def _each_fits(fragments: list[Fragment], descriptions: list[Description]) -> Fit:
    points: tuple[str, ...] = ()
    for it in fragments:
        answer = best_fit(it, descriptions)
        if not answer.fits:
            return NO_FIT
        points += answer.points
    return Fit(fits=True, points=points)


def _is_dioxole(fragment: Fragment, ring: frozenset[int], shared: frozenset[int]) -> bool:
    elements, graph = fragment.graph.elements, fragment.graph
    oxygens = [atom for atom in ring if elements[atom] == "O"]
    carbons = [atom for atom in ring - shared if elements[atom] == "C"]
    right = len(ring) == _DIOXOLE and len(oxygens) == _DIOXOLE_OXYGENS and len(carbons) == 1
    return right and all(carbons[0] in graph.neighbours[oxygen] for oxygen in oxygens)


def _chains_to_rings(fragment: Fragment) -> list[tuple[int, ...]]:
    """Give every path of chain carbons from the core to an atom next to a ring."""
    in_ring = frozenset().union(*fragment.graph.rings)
    return [path for path in _chains(fragment) if in_ring & set(fragment.neighbours(path[-1]))]


def _chains_of_length(fragment: Fragment, length: int) -> list[tuple[int, ...]]:
    return [path for path in _chains(fragment) if len(path) == length]


def _chains(fragment: Fragment) -> list[tuple[int, ...]]:
    """Give every path of chain carbons that single bonds join, from the core on; outside rings there are few."""
    root, graph = fragment.root, fragment.graph
    in_ring = frozenset().union(*graph.rings)
    found: list[tuple[int, ...]] = []
    waiting: list[tuple[int, ...]] = [] if root is None else [(root,)]
    while waiting:
        path = waiting.pop()
        if graph.elements[path[-1]] != "C" or path[-1] in in_ring:
            continue
        found.append(path)
        onward = [other for other, order in fragment.neighbours(path[-1]).items() if order == SINGLE]
        waiting.extend((*path, other) for other in onward if other not in path)
    return sorted(found)


def _chain_fits(fragment: Fragment, chain: tuple[int, ...], description: Description) -> Fit:
    beside = fragment.beyond(chain)
    at_end = [it for it in beside if it.links[0].core_atom == chain[-1] and fit(it, description["ring"]).fits]
    if not at_end:
        return NO_FIT
    ring = fit(at_end[0], description["ring"])
    others = _each_fits([it for it in beside if it is not at_end[0]], description.get("bearing", []))
    return Fit(fits=True, points=ring.points + others.points) if others.fits else NO_FIT


def _system_beside(fragment: Fragment, rings: list[frozenset[int]]) -> frozenset[int]:
    """Give the atoms of the fragment in these rings and in all that are fused to them."""
    system = frozenset().union(*rings) & fragment.atoms
    while True:
        grown = system.union(*(ring for ring in fragment.rings() if ring & system))
        if grown == system:
            return system
        system = grown
