"""Words for carboxamides that a text may or may not mean by "carboxamido"."""

from substance_library.generic.fragment import Fragment
from substance_library.generic.graph import DOUBLE
from substance_library.generic.vocabulary import FITS, NO_FIT, Description, Fit, predicate


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
