"""Words for residues that close a ring with the ring that they stand on."""

from substance_library.generic.fragment import Fragment, Link
from substance_library.generic.graph import SINGLE, MoleculeGraph
from substance_library.generic.skeletons import canonical_skeletons, each_fits, skeleton
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, predicate

_BARE_LINKERS = frozenset({"O", "S", "N"})
"""Of hydroxy, sulfanyl and amino: one atom, the closing bond in place of a hydrogen."""
_HEADS_OF_CHAINS = frozenset({"O", "S"})
"""Of alkoxy and alkylthio: bound to the residue's ring system, alkyl behind."""


@predicate(
    "closing_ring_system",
    required={"from": str, "sizes": list, "skeletons": list, "max_carbons": int},
    optional={"substituents": list},
)
def closing_ring_system(fragment: Fragment, description: Description) -> Fit:
    """Fit one of the ring systems on the position ``from`` with a second bond to the core that closes a ring.

    The second bond comes from the ring system directly, or from a residue of it: alkyl, alkoxy or alkylthio of at most
    ``max_carbons``, hydroxy, sulfanyl, amino. ``sizes`` counts the atoms of the closed ring.
    """
    ends = _ends(fragment, description["from"])
    if ends is None or _closed_size(fragment) not in description["sizes"]:
        return NO_FIT
    near, far = ends
    system = fragment.ring_system(near.atom)
    known = canonical_skeletons(tuple(description["skeletons"]))
    if not system or skeleton(fragment.graph, system, [near.atom]) not in known:
        return NO_FIT
    borne = fragment.beyond(system)
    linkers = [it for it in borne if far.atom in it.atoms]
    if any(not _is_linker(it, description["max_carbons"]) for it in linkers):
        return NO_FIT
    return each_fits([it for it in borne if it not in linkers], description.get("substituents", []))


@predicate("closing_alkyl", required={"from": str, "sizes": list, "max_carbons": int})
def closing_alkyl(fragment: Fragment, description: Description) -> Fit:
    """Fit alkyl on the position ``from`` that closes a ring of ``sizes`` atoms by a bond to the core."""
    ends = _ends(fragment, description["from"])
    carbons = set(fragment.elements()) == {"C"} and len(fragment.atoms) <= description["max_carbons"]
    if ends is None or not carbons or not fragment.is_acyclic() or set(fragment.orders()) - {SINGLE}:
        return NO_FIT
    return FITS if _closed_size(fragment) in description["sizes"] else NO_FIT


def _ends(fragment: Fragment, position: str) -> tuple[Link, Link] | None:
    """Give the bond at the position and the other one, if there are these two and both are single."""
    near = [link for link in fragment.links if link.position == position]
    far = [link for link in fragment.links if link.position != position]
    if len(near) != 1 or len(far) != 1 or any(link.order != SINGLE for link in fragment.links):
        return None
    return near[0], far[0]


def _closed_size(fragment: Fragment) -> int:
    """Count the atoms of the smallest ring that the fragment closes with the core."""
    one, other = fragment.links
    everything = frozenset(range(len(fragment.graph.elements)))
    inside = _shortest(fragment.graph, one.atom, other.atom, fragment.atoms)
    outside = _shortest(fragment.graph, one.core_atom, other.core_atom, everything - fragment.atoms)
    return inside + outside


def _shortest(graph: MoleculeGraph, start: int, end: int, within: frozenset[int]) -> int:
    """Count the atoms of the shortest path, both ends included; 0 where there is none."""
    shell, seen, length = {start}, set[int](), 1
    while shell and end not in shell:
        seen |= shell
        shell = {other for atom in shell for other in graph.neighbours[atom] if other in within} - seen
        length += 1
    return length if shell else 0


def _is_linker(linker: Fragment, max_carbons: int) -> bool:
    """Say whether a part between ring system and core is a listed residue, the closing bond in place of a hydrogen."""
    if len(linker.links) != 1 or linker.links[0].order != SINGLE or not linker.is_acyclic():
        return False
    graph, head = linker.graph, linker.links[0].atom
    chain = linker.atoms - {head} if graph.elements[head] in _HEADS_OF_CHAINS else linker.atoms
    if len(linker.atoms) == 1 and graph.elements[head] in _BARE_LINKERS:
        return not graph.charges[head]
    carbons = all(graph.elements[atom] == "C" for atom in chain) and len(chain) <= max_carbons
    return carbons and not set(linker.orders()) - {SINGLE}
