"""Substituents of a list: a fragment with one star or two, read from any way to write it, and the table in force."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from rdkit import Chem, rdBase

from substance_library.derivations.graph import Effort, Graph, Pattern
from substance_library.derivations.leftover import Cutting, Leftover, fragment_text
from substance_library.errors import InvalidDerivationError, InvalidIdentifierError, quoted
from substance_library.identifiers import MAX_HEAVY_ATOMS, MAX_SMILES_LENGTH, Smiles
from substance_library.prepared_structure import prepare

BIVALENT = 2
_STAR = re.compile(r"\[[0-9]*\*(?::[0-9]+)?\]|\*")
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]+")
_STAR_AND_HYDROGEN = [0, 1]
_EXPECTED = "a SMILES with one [*] or two, such as [*]C, [*]=O or [*]OCO[*]"
_STEPS_TO_CUT = 100_000

_Likeness = tuple[int, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedSubstituent:
    """One row of the list of substituents.

    Raises
    ------
    InvalidDerivationError
        If the fragment is none, or has another valence than the row states, or the last day precedes the first.
    """

    fragment: str
    """As written in the list."""
    valence: int
    """1 for a group held by one bond, 2 for a group held by two."""
    valid_from: date
    """The first day in force."""
    valid_to: date | None = None
    """The last day in force; None: open."""
    row: int = 0
    """Its number in the list, counted from 1."""

    def __post_init__(self) -> None:
        """Refuse what could not be compared with a structure."""
        molecule = _molecule(self.fragment)
        found = _valence(molecule, self.fragment)
        if found != self.valence:
            raise _refused(self.fragment, f"{found} bond(s) at its stars", f"{self.valence}, as its valence says")
        require_order(f"substituent {quoted(self.fragment)}", self.valid_from, self.valid_to)

    def stands_on(self, day: date) -> bool:
        """Tell whether it is in force on a day, first and last day included."""
        return stands_on(day, self.valid_from, self.valid_to)


def stands_on(day: date, valid_from: date, valid_to: date | None) -> bool:
    """Tell whether a row is in force on a day, first and last day included."""
    return valid_from <= day and (valid_to is None or day <= valid_to)


def require_order(what: str, valid_from: date, valid_to: date | None) -> None:
    """Refuse a last day before the first.

    Raises
    ------
    InvalidDerivationError
        If it is.
    """
    if valid_to is not None and valid_to < valid_from:
        raise InvalidDerivationError(what, found=f"valid_to {valid_to}", expected=f"{valid_from} or later, or nothing")


@dataclass(frozen=True, slots=True)
class SubstituentForm:
    """A substituent as a graph."""

    listed: ListedSubstituent
    text: str
    """Canonical."""
    pattern: Pattern
    """Its atoms with the stars; a star fits a star."""


@dataclass(frozen=True, slots=True)
class SubstituentTable:
    """The substituents in force on one day, found by fragment."""

    forms: tuple[SubstituentForm, ...]
    by_text: Mapping[str, ListedSubstituent]
    """The first row of each fragment."""
    hydrogen: ListedSubstituent | None
    """A row that lists hydrogen itself, if there is one."""
    likenesses: frozenset[_Likeness]
    elements: frozenset[int]
    """Of all fragments: what holds another element is not made of them."""

    @classmethod
    def of(cls, listed: Iterable[ListedSubstituent]) -> "SubstituentTable":
        """Make the table; of rows with the same fragment the first stands."""
        forms: dict[str, SubstituentForm] = {}
        hydrogen = None
        for one in listed:
            molecule = _molecule(one.fragment)
            if molecule is None:
                hydrogen = hydrogen or one
                continue
            form = _form(one, molecule)
            forms.setdefault(form.text, form)
        return cls(
            forms=tuple(forms.values()),
            by_text=MappingProxyType({text: form.listed for text, form in forms.items()}),
            hydrogen=hydrogen,
            likenesses=frozenset(_form_likeness(form) for form in forms.values()),
            elements=frozenset(kind.element for form in forms.values() for kind in form.pattern.graph.kinds),
        )

    def row_of(self, leftover: Leftover, cutting: Cutting) -> ListedSubstituent | None:
        """Find the row whose complete fragment a leftover is."""
        if leftover.valence > BIVALENT or _likeness(leftover, cutting.graph) not in self.likenesses:
            return None
        fragment = cutting.fragment(leftover)
        return None if fragment is None else self.by_text.get(fragment.text)

    def may_make(self, leftover: Leftover, graph: Graph, *, beside: int) -> bool:
        """Tell quickly whether a leftover can be made of listed fragments, and of one element beside them."""
        return all(graph.kinds[atom].element in {*self.elements, beside} for atom in leftover.atoms)


def _form(listed: ListedSubstituent, molecule: Chem.Mol) -> SubstituentForm:
    graph = Graph.of(molecule)
    pattern = Pattern.of(graph, spare=graph.hydrogens, marks=graph.hydrogens)
    return SubstituentForm(listed, fragment_text(molecule), pattern)


def _likeness(leftover: Leftover, graph: Graph) -> _Likeness:
    elements = sorted(graph.kinds[atom].element for atom in leftover.atoms)
    return leftover.valence, tuple(elements)


def _form_likeness(form: SubstituentForm) -> _Likeness:
    elements = sorted(kind.element for kind in form.pattern.graph.kinds if kind.element)
    return form.listed.valence, tuple(elements)


def _molecule(text: str) -> Chem.Mol | None:
    """Read a fragment; None is hydrogen."""
    plain = _STAR.sub("[*]", text)
    with rdBase.BlockLogs():
        raw = _raw(plain, text)
        if sorted(atom.GetAtomicNum() for atom in raw.GetAtoms()) == _STAR_AND_HYDROGEN:
            return None
        plain = _opened(raw) or plain
    try:
        prepared = prepare(Smiles(plain))
    except InvalidIdentifierError as error:
        raise _refused(text, "no such fragment", f"{_EXPECTED}; {error.expected}") from error
    if prepared.taken_off.parts:
        raise _refused(text, "several components", _EXPECTED)
    return prepared.parent


def _raw(plain: str, text: str) -> Chem.Mol:
    """Read atoms and bonds, without asking whether they are possible."""
    readable = len(plain) <= MAX_SMILES_LENGTH and _VISIBLE_ASCII.fullmatch(plain) is not None
    raw = Chem.MolFromSmiles(plain, sanitize=False) if readable else None
    if raw is None:
        raise _refused(text, "no SMILES", _EXPECTED)
    return raw


def _opened(raw: Chem.Mol) -> str:
    """Close an aromatic bridge such as ``[*]cccc[*]`` with an aromatic bond, and cut it out again."""
    stars = [atom.GetIdx() for atom in raw.GetAtoms() if atom.GetAtomicNum() == 0]
    if (
        raw.GetNumAtoms() > MAX_HEAVY_ATOMS
        or len(stars) != BIVALENT
        or not any(atom.GetIsAromatic() for atom in raw.GetAtoms())
    ):
        return ""
    if Chem.SanitizeMol(Chem.Mol(raw), catchErrors=True) == Chem.SanitizeFlags.SANITIZE_NONE:
        return ""
    ring = Chem.RWMol(raw)
    for star in stars:
        ring.ReplaceAtom(star, Chem.AtomFromSmiles("c"))
        for bond in ring.GetAtomWithIdx(star).GetBonds():
            bond.SetBondType(Chem.BondType.AROMATIC)
            bond.SetIsAromatic(True)  # noqa: FBT003 - RDKit names no keyword
    ring.AddBond(stars[0], stars[1], Chem.BondType.AROMATIC)
    if Chem.SanitizeMol(ring, catchErrors=True) != Chem.SanitizeFlags.SANITIZE_NONE:
        return ""
    cutting = Cutting(ring.GetMol(), Effort(_STEPS_TO_CUT))
    made = [cutting.fragment(leftover) for leftover in cutting.leftovers(stars)]
    return made[0].text if len(made) == 1 and made[0] is not None else ""


def _valence(molecule: Chem.Mol | None, text: str) -> int:
    """Count the bonds at the stars, each star at one atom that is no star."""
    if molecule is None:
        return 1
    stars = [atom for atom in molecule.GetAtoms() if atom.GetAtomicNum() == 0]
    held = [bond for star in stars for bond in star.GetBonds()]
    others = [bond.GetOtherAtom(star).GetAtomicNum() for star in stars for bond in star.GetBonds()]
    if not 1 <= len(stars) <= BIVALENT or len(held) != len(stars) or 0 in others:
        raise _refused(text, f"{len(stars)} star(s) with {len(held)} bond(s)", _EXPECTED)
    return int(sum(bond.GetBondTypeAsDouble() for bond in held))


def _refused(text: str, found: str, expected: str) -> InvalidDerivationError:
    return InvalidDerivationError(f"fragment {quoted(text)}", found=found, expected=expected)
