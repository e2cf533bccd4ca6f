"""Words for a bridge between a core and a bridge residue, as texts on synthetic cannabinoids have them.

Each predicate finds its bridge at the core, takes it away, and asks about the residues behind it: there is at least
one, each satisfies ``residue``, and together they weigh at most ``max_mass_u``.
"""

from collections.abc import Mapping, Sequence

from substance_library.generic.chains import longest_chain
from substance_library.generic.fragment import Fragment
from substance_library.generic.graph import DOUBLE
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, fit, predicate

_BEHIND_CARBONYL = {"carbonyl": None, "carboxamide": "N", "carboxyl": "O"}
RESIDUES: Mapping[str, type] = {"residue": dict, "max_mass_u": int}
"""Parameters that all bridges have."""


@predicate("bridge_residue", required={"elements": list, "max_chain": int})
def bridge_residue(fragment: Fragment, description: Description) -> Fit:
    """Fit what has a ring, also one closed with the bridge, or a chain with carbon of at most ``max_chain`` atoms."""
    if not set(fragment.elements()) <= set(description["elements"]):
        return NO_FIT
    within = fragment.atoms | {link.core_atom for link in fragment.links}
    if any(ring <= within and ring & fragment.atoms for ring in fragment.graph.rings):
        return FITS
    length = longest_chain(fragment.graph, fragment.atoms, lambda _atom: 1)
    return FITS if "C" in fragment.elements() and length <= description["max_chain"] else NO_FIT


@predicate("carbonyl_bridge", required={"bridge": str, "methylene": bool, **RESIDUES})
def carbonyl_bridge(fragment: Fragment, description: Description) -> Fit:
    """Fit C=O on the core, or on a CH2 of the core (``methylene``); ``bridge`` is carbonyl, carboxamide or carboxyl."""
    rest = _behind_carbonyl(fragment, methylene=description["methylene"])
    if rest is None:
        return NO_FIT
    wanted = _BEHIND_CARBONYL[description["bridge"]]
    if wanted is None:
        return residues_fit([rest], description)
    next_atom = rest.links[0].atom
    plain = rest.graph.elements[next_atom] == wanted and not rest.graph.charges[next_atom]
    if not plain or rest.root is None:
        return NO_FIT
    return residues_fit(rest.beyond({next_atom}), description, single=wanted == "O")


@predicate("azacarbonyl_bridge", required=RESIDUES)
def azacarbonyl_bridge(fragment: Fragment, description: Description) -> Fit:
    """Fit both things that the word may mean: nitrogen between core and C=O, also of a lactam; C=N in place of C=O."""
    root = fragment.links[0].atom
    if fragment.graph.elements[root] == "N":
        carbonyls = [it for it in fragment.neighbours(root) if _oxo_of(fragment, it) is not None]
        answers = [_behind_nitrogen(fragment, root, it, description) for it in carbonyls]
    else:
        answers = [_imine_fit(fragment, root, description)]
    return next((it for it in answers if it.fits), NO_FIT)


@predicate("hydrazone_bridge", required=RESIDUES)
def hydrazone_bridge(fragment: Fragment, description: Description) -> Fit:
    """Fit ``=N-N`` on a core atom, the residues on its second nitrogen."""
    (link,) = fragment.links if len(fragment.links) == 1 else (None,)
    graph = fragment.graph
    if link is None or link.order != DOUBLE or graph.elements[link.atom] != "N":
        return NO_FIT
    second = [it for it in fragment.neighbours(link.atom) if graph.elements[it] == "N"]
    if len(second) != 1 or graph.charges[second[0]] or graph.charges[link.atom]:
        return NO_FIT
    return residues_fit(fragment.beyond({link.atom, second[0]}), description)


@predicate("closing_carboxamide_bridge", required={"closing_elements": list, "ring_size": int, **RESIDUES})
def closing_carboxamide_bridge(fragment: Fragment, description: Description) -> Fit:
    """Fit C(=O)-N on the first position whose nitrogen closes a ring of ``ring_size`` atoms with the second position.

    The closing group is made of ``closing_elements`` and hydrogen; the residues are what else the nitrogen bears.
    """
    for link in fragment.links:
        oxo = _oxo_of(fragment, link.atom)
        nitrogens = [it for it in fragment.neighbours(link.atom) if fragment.graph.elements[it] == "N"]
        if oxo is None or len(nitrogens) != 1:
            continue
        answer = _closed_by_nitrogen(fragment, {link.atom, oxo, nitrogens[0]}, nitrogens[0], description)
        if answer.fits:
            return answer
    return NO_FIT


def _behind_carbonyl(fragment: Fragment, *, methylene: bool) -> Fragment | None:
    """Give what is behind C=O, or behind CH2-C=O; None where there is no such bridge."""
    if methylene:
        behind = _behind_methylene(fragment)
        if behind is None:
            return None
        fragment = behind
    root = fragment.root
    oxo = None if root is None else _oxo_of(fragment, root)
    if root is None or oxo is None:
        return None
    rest = fragment.beyond({root, oxo})
    return rest[0] if len(rest) == 1 and len(rest[0].links) == 1 else None


def _behind_methylene(fragment: Fragment) -> Fragment | None:
    root, graph = fragment.root, fragment.graph
    if root is None or graph.elements[root] != "C" or graph.hydrogens[root] != 2:  # noqa: PLR2004 - CH2
        return None
    rest = fragment.beyond({root})
    return rest[0] if len(rest) == 1 and len(rest[0].links) == 1 else None


def _oxo_of(fragment: Fragment, atom: int) -> int | None:
    """Give the oxygen of an atom that is C=O outside rings, else None."""
    graph = fragment.graph
    if graph.elements[atom] != "C":
        return None
    for other, order in graph.neighbours[atom].items():
        if order == DOUBLE and graph.elements[other] == "O" and other in fragment.atoms:
            return other
    return None


def residues_fit(residues: Sequence[Fragment], description: Description, *, single: bool = False) -> Fit:
    """Ask about every residue, and about all together."""
    if not residues or (single and len(residues) != 1):
        return NO_FIT
    answers = [fit(it, description["residue"]) for it in residues]
    if not all(it.fits for it in answers):
        return NO_FIT
    graph = residues[0].graph
    if graph.mass_u(frozenset().union(*(it.atoms for it in residues))) > description["max_mass_u"]:
        return NO_FIT
    return Fit(fits=True, points=tuple(point for it in answers for point in it.points))


def _behind_nitrogen(fragment: Fragment, nitrogen: int, carbon: int, description: Description) -> Fit:
    """Ask about N-C(=O)-residue."""
    oxo = _oxo_of(fragment, carbon)
    if oxo is None or fragment.graph.charges[nitrogen]:  # an ammonium is no azacarbonyl
        return NO_FIT
    residues = fragment.beyond({nitrogen, carbon, oxo})
    on_carbonyl = any(link.core_atom == carbon for it in residues for link in it.links)
    return residues_fit(residues, description) if on_carbonyl else NO_FIT


def _imine_fit(fragment: Fragment, root: int, description: Description) -> Fit:
    """Ask about C(=N)-residue; the nitrogen may bear a residue as well."""
    graph = fragment.graph
    around = fragment.neighbours(root)
    nitrogens = [it for it, order in around.items() if order == DOUBLE and graph.elements[it] == "N"]
    if graph.elements[root] != "C" or len(nitrogens) != 1 or len(around) != 2:  # noqa: PLR2004 - N and the residue
        return NO_FIT
    if any(root in ring for ring in fragment.rings()):
        return NO_FIT
    residues = fragment.beyond({root, *nitrogens})
    on_carbon = [it for it in residues if any(link.core_atom == root for link in it.links)]
    return residues_fit(on_carbon, description)


def _closed_by_nitrogen(fragment: Fragment, amide: set[int], nitrogen: int, description: Description) -> Fit:
    graph = fragment.graph
    core = {link.core_atom for link in fragment.links}
    closed = [ring for ring in graph.rings if core <= ring and nitrogen in ring and ring - core <= fragment.atoms]
    ring = next((it for it in closed if len(it) == description["ring_size"]), None)
    if ring is None:
        return NO_FIT
    parts = fragment.beyond(amide)
    closing = [it for it in parts if ring & it.atoms]
    residues = [it for it in parts if it not in closing]
    if any(set(it.elements()) - set(description["closing_elements"]) for it in closing):
        return NO_FIT
    on_nitrogen = all({link.core_atom for link in it.links} == {nitrogen} for it in residues)
    return residues_fit(residues, description) if on_nitrogen else NO_FIT
