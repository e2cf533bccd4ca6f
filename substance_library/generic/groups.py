"""Words for open-chain groups: alkyl, haloalkyl, alkoxy and what is made of them; for elements; for combinations.

A predicate of this module fits a fragment only where one single bond ties it to the core, unless it says otherwise.
"""

import functools
from collections import Counter

from rdkit import Chem

from substance_library.generic.fragment import Fragment, canonical_fragment
from substance_library.generic.graph import DOUBLE, SINGLE, TRIPLE
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, best_fit, fit, predicate

HALOGENS = frozenset({"F", "Cl", "Br", "I"})
_CARBONS = {"min_carbons": int, "max_carbons": int}
_LINKERS: dict[str, tuple[tuple[str, int, int], ...]] = {
    "O": (("O", 0, 0),),
    "S": (("S", 0, 0),),
    "NH": (("N", 0, 1),),
    "CH2": (("C", 0, 2),),
    "S(=O)": (("S", 1, 0),),
    "S(=O)(=O)": (("S", 2, 0),),
    "C(=O)": (("C", 1, 0),),
    "OC(=O)": (("O", 0, 0), ("C", 1, 0)),
    "C(=O)O": (("C", 1, 0), ("O", 0, 0)),
    "C(=O)NH": (("C", 1, 0), ("N", 0, 1)),
    "NHC(=O)": (("N", 0, 1), ("C", 1, 0)),
}
"""Element, oxygens double-bonded to it, and hydrogens of each atom of a linker, from the core outwards."""


@predicate("anything")
def anything(_fragment: Fragment, _description: Description) -> Fit:
    """Fit whatever is there, however many bonds tie it."""
    return FITS


@predicate("univalent")
def univalent(fragment: Fragment, _description: Description) -> Fit:
    """Fit whatever one single bond ties."""
    return FITS if fragment.root is not None else NO_FIT


@predicate("named", required={"smiles": list})
def named(fragment: Fragment, description: Description) -> Fit:
    """Fit the fragments that are written out, also those tied by other bonds."""
    wanted = _by_size(tuple(description["smiles"])).get(len(fragment.atoms), frozenset())
    return _says(bool(wanted) and fragment.smiles() in wanted)


@predicate("halogen", optional={"elements": list})
def halogen(fragment: Fragment, description: Description) -> Fit:
    """Fit one halogen atom: F, Cl, Br, I unless ``elements`` says which."""
    elements = description.get("elements", HALOGENS)
    return _says(fragment.root is not None and len(fragment.atoms) == 1 and fragment.elements()[0] in elements)


@predicate("alkyl", optional=_CARBONS)
def alkyl(fragment: Fragment, description: Description) -> Fit:
    """Fit saturated open chains of carbon, branched ones included."""
    return _says(_is_open_chain(fragment, {"C"}) and _orders(fragment) <= {SINGLE} and _counts(fragment, description))


@predicate("alkenyl", optional=_CARBONS)
def alkenyl(fragment: Fragment, description: Description) -> Fit:
    """Fit open chains of carbon with double bonds and no triple bond."""
    orders = _orders(fragment)
    right = DOUBLE in orders and orders <= {SINGLE, DOUBLE}
    return _says(_is_open_chain(fragment, {"C"}) and right and _counts(fragment, description))


@predicate("alkynyl", optional=_CARBONS)
def alkynyl(fragment: Fragment, description: Description) -> Fit:
    """Fit open chains of carbon with triple bonds and no double bond."""
    orders = _orders(fragment)
    right = TRIPLE in orders and orders <= {SINGLE, TRIPLE}
    return _says(_is_open_chain(fragment, {"C"}) and right and _counts(fragment, description))


@predicate("haloalkyl", optional={**_CARBONS, "elements": list})
def haloalkyl(fragment: Fragment, description: Description) -> Fit:
    """Fit alkyl in which at least one hydrogen is replaced by a halogen."""
    halogens = set(description.get("elements", HALOGENS))
    elements = set(fragment.elements())
    chain = _is_open_chain(fragment, {"C", *halogens}) and _orders(fragment) <= {SINGLE}
    return _says(chain and bool(elements & halogens) and _starts_with(fragment, "C") and _counts(fragment, description))


@predicate("substituted_alkyl")
def substituted_alkyl(fragment: Fragment, _description: Description) -> Fit:
    """Fit a group that begins with a saturated chain carbon and is neither alkyl nor alkenyl nor alkynyl."""
    root = fragment.root
    if root is None or fragment.graph.elements[root] != "C" or not _is_saturated_chain_atom(fragment, root):
        return NO_FIT
    return _says(not (fragment.is_acyclic() and set(fragment.elements()) == {"C"}))


@predicate("on", required={"linker": str, "rest": dict}, choices={"linker": _LINKERS})
def on(fragment: Fragment, description: Description) -> Fit:
    """Fit a linker such as ``O``, ``S(=O)(=O)`` or ``OC(=O)`` with the rest behind it: alkoxy is ``on O, alkyl``."""
    for element, oxygens, hydrogens in _LINKERS[description["linker"]]:
        behind = _behind(fragment, element, oxygens, hydrogens)
        if behind is None:
            return NO_FIT
        fragment = behind
    return fit(fragment, description["rest"])


@predicate("ester")
def ester(fragment: Fragment, _description: Description) -> Fit:
    """Fit a group with one ester, through its carbon or its oxygen or behind a chain, and hydrocarbon for the rest."""
    if fragment.root is None or Counter(it for it in fragment.elements() if it != "C") != {"O": 2}:
        return NO_FIT
    oxygens = [atom for atom in fragment.atoms if fragment.graph.elements[atom] == "O"]
    bridging = [atom for atom in oxygens if len(fragment.graph.neighbours[atom]) == 2]  # noqa: PLR2004 - C-O-C
    carbonyl = [atom for atom in oxygens if DOUBLE in fragment.graph.neighbours[atom].values()]
    if len(bridging) != 1 or len(carbonyl) != 1:
        return NO_FIT
    return _says(bool(set(fragment.graph.neighbours[bridging[0]]) & set(fragment.graph.neighbours[carbonyl[0]])))


@predicate("ether")
def ether(fragment: Fragment, _description: Description) -> Fit:
    """Fit a group with one oxygen between two carbons, the core's counted, and hydrocarbon for the rest."""
    if fragment.root is None or Counter(it for it in fragment.elements() if it != "C") != {"O": 1}:
        return NO_FIT
    (oxygen,) = (atom for atom in fragment.atoms if fragment.graph.elements[atom] == "O")
    return _says(len(fragment.graph.neighbours[oxygen]) == 2 and "C" in fragment.elements())  # noqa: PLR2004 - C-O-C


@predicate("carboxamide", required={"bound_by": str})
def carboxamide(fragment: Fragment, description: Description) -> Fit:
    """Fit a carboxamide of any substitution bound by its carbon (``bound_by`` C) or its nitrogen (N)."""
    root = fragment.root
    if root is None or fragment.graph.elements[root] != description["bound_by"]:
        return NO_FIT
    if description["bound_by"] == "C":
        return FITS if _is_carbonyl_with(fragment, root, {"N"}) else NO_FIT
    acyl = [it for it in fragment.neighbours(root) if _is_carbonyl_with(fragment, it, {"N", "C"})]
    return FITS if len(acyl) == 1 and _is_amide_nitrogen(fragment, root) else NO_FIT


@predicate("elements", required={"only": list})
def elements(fragment: Fragment, description: Description) -> Fit:
    """Fit a fragment that has no other elements, hydrogen aside."""
    return _says(set(fragment.elements()) <= set(description["only"]))


@predicate("any_of", required={"of": list})
def any_of(fragment: Fragment, description: Description) -> Fit:
    """Fit where one of several fits."""
    return best_fit(fragment, description["of"])


@predicate("all_of", required={"of": list})
def all_of(fragment: Fragment, description: Description) -> Fit:
    """Fit where each of several fits; open points add up."""
    answers = [fit(fragment, it) for it in description["of"]]
    if not all(answer.fits for answer in answers):
        return NO_FIT
    return Fit(fits=True, points=tuple(point for answer in answers for point in answer.points))


@predicate("none_of", required={"of": list})
def none_of(fragment: Fragment, description: Description) -> Fit:
    """Fit where none of several fits; one that fits with open points leaves them open."""
    answer = best_fit(fragment, description["of"])
    return Fit(fits=True, points=answer.points) if answer.points else _says(not answer.fits)


@functools.cache
def _by_size(written: tuple[str, ...]) -> dict[int, frozenset[str]]:
    """Give fragments as they are compared by their number of atoms: writing a large fragment out takes time."""
    canonical = [canonical_fragment(it) for it in written]
    sizes = {it: Chem.MolFromSmiles(it).GetNumAtoms() - it.count("*") for it in canonical}
    return {size: frozenset(it for it in canonical if sizes[it] == size) for size in sizes.values()}


def _says(is_so: bool) -> Fit:  # noqa: FBT001 - it turns a truth into a fit
    return FITS if is_so else NO_FIT


def _is_open_chain(fragment: Fragment, allowed: set[str]) -> bool:
    if fragment.root is None or not set(fragment.elements()) <= allowed:
        return False
    charged = any(fragment.graph.charges[atom] for atom in fragment.atoms)
    return not charged and fragment.is_acyclic()


def _orders(fragment: Fragment) -> set[float]:
    return set(fragment.orders())


def _counts(fragment: Fragment, description: Description) -> bool:
    carbons = fragment.elements().count("C")
    return bool(description.get("min_carbons", 1) <= carbons <= description.get("max_carbons", carbons))


def _starts_with(fragment: Fragment, element: str) -> bool:
    return fragment.root is not None and fragment.graph.elements[fragment.root] == element


def _is_saturated_chain_atom(fragment: Fragment, atom: int) -> bool:
    orders = set(fragment.graph.neighbours[atom].values())
    return orders <= {SINGLE} and not any(atom in ring for ring in fragment.graph.rings)


def _behind(fragment: Fragment, element: str, oxygens: int, hydrogens: int) -> Fragment | None:
    """Take one atom of a linker away and give what is behind it, or None where it is another atom."""
    root = fragment.root
    if root is None or fragment.graph.elements[root] != element or fragment.graph.charges[root]:
        return None
    behind = fragment.beyond({root})
    oxo = [it for it in behind if it.links[0].order == DOUBLE and it.elements() == ["O"]]
    rest = [it for it in behind if it not in oxo]
    right = len(oxo) == oxygens and len(rest) == 1 and fragment.graph.hydrogens[root] == hydrogens
    return rest[0] if right else None


def _is_carbonyl_with(fragment: Fragment, atom: int, others: set[str]) -> bool:
    """Say whether an atom is C=O whose other neighbours inside the fragment are of these elements."""
    graph = fragment.graph
    if graph.elements[atom] != "C":
        return False
    around = fragment.neighbours(atom)
    oxo = [it for it, order in around.items() if order == DOUBLE and graph.elements[it] == "O"]
    return len(oxo) == 1 and {graph.elements[it] for it in around if it not in oxo} <= others and len(around) > 1


def _is_amide_nitrogen(fragment: Fragment, atom: int) -> bool:
    """Say whether a nitrogen bears hydrogen and carbon only."""
    graph = fragment.graph
    carbons = all(graph.elements[it] == "C" for it in fragment.neighbours(atom))
    return carbons and not graph.charges[atom] and set(graph.neighbours[atom].values()) == {1.0}
