"""The document of a rule, read and checked: what the judge works with."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rdkit import Chem, rdBase

from substance_library.errors import InvalidIdentifierError, InvalidRuleError, quoted
from substance_library.generic.drawings import check_drawing
from substance_library.generic.vocabulary import Description, check_description
from substance_library.generic.words import load_words
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import PreparedStructure, prepare

SCHEMA = 1
_FORM_KEYS = {"name", "core", "positions", "slots", "undecided", "core_bonds", "limb"}
_SLOT_KEYS = {"name", "at", "bonds", "apart", "min", "max", "empty", "allowed", "undecided", "not_encoded"}
_RULE_KEYS = {
    *("schema", "id", "jurisdiction", "title", "source", "valid_from", "valid_to", "partly_encoded", "notes"),
    *("max_mass_u", "forms", "slots", "at_least_one", "companions", "excluded", "open_exclusions", "structures"),
}
APART = ("same", "neighbours", "each")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A place for fragments: where, how many, and what may stand there."""

    name: str
    at: tuple[str, ...]
    bonds: int
    """How many bonds tie one fragment to the core."""
    apart: str
    """For two bonds: at the ``same`` core atom, at ``neighbours``, at ``each`` position of ``at``; or empty."""
    min: int
    max: int | None
    empty_limb: str
    """The limb that is met where nothing but hydrogen stands here; empty: none."""
    allowed: tuple[Description, ...]
    undecided: tuple[Description, ...]
    not_encoded: tuple[Description, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreBond:
    """A bond between two core atoms that the pattern does not have and that is more than "no"."""

    between: frozenset[str]
    point: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One form of the core."""

    name: str
    core: Chem.Mol = field(repr=False, compare=False)
    positions: Mapping[int, str]
    """Index of a pattern atom -> name of its position. Atoms without a name carry hydrogen only."""
    bonds: frozenset[frozenset[int]]
    """Pairs of pattern atoms that the pattern joins."""
    slots: tuple[Slot, ...]
    undecided: str
    """The open point on which this form turns; empty for a form that the text states."""
    limb: str
    core_bonds: tuple[CoreBond, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """Fragments that the text allows only in company."""

    tag: str
    needs: tuple[str, ...]
    """Limbs or tags of which one must be there."""
    point: str
    """What is open without company; empty: it fails."""
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedStructure:
    """A structure that a text names."""

    name: str
    structure: PreparedStructure
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenExclusion:
    """Structures of which it is open whether the text excludes them."""

    point: str
    structures: tuple[PreparedStructure, ...]
    patterns: tuple[Chem.Mol, ...] = field(repr=False, compare=False)
    """Any of these inside a structure makes it one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDocument:
    """A rule ready to judge."""

    id: str
    max_mass_u: Decimal | None
    forms: tuple[Form, ...]
    at_least_one: tuple[str, ...]
    """Limbs of which one must be there; empty: no such condition."""
    at_least_one_words: str
    companions: tuple[Companion, ...]
    excluded: tuple[NamedStructure, ...]
    open_exclusions: tuple[OpenExclusion, ...]
    structures: tuple[Description, ...]
    """Other drawings of a structure that count as well, besides the one that was given."""


def read_document(document: Mapping[str, Any]) -> RuleDocument:
    """Check a document and make it ready.

    Raises
    ------
    InvalidRuleError
        If a key is missing or unknown, a pattern cannot be read, a slot names a position that no core has, or a
        description uses a word that the vocabulary has not.
    """
    rule = str(document.get("id", "without id"))
    _check_keys(rule, document, _RULE_KEYS)
    if document.get("schema") != SCHEMA:
        raise InvalidRuleError(f"{rule}, schema", found=repr(document.get("schema")), expected=str(SCHEMA))
    load_words()
    shared = document.get("slots", {})
    at_least_one = document.get("at_least_one", {})
    for drawing in document.get("structures", ()):
        check_drawing(f"{rule}, structures", drawing)
    return RuleDocument(
        id=rule,
        max_mass_u=Decimal(document["max_mass_u"]) if document.get("max_mass_u") else None,
        forms=tuple(_form(rule, form, shared) for form in document["forms"]),
        at_least_one=tuple(at_least_one.get("of", ())),
        at_least_one_words=at_least_one.get("words", ""),
        companions=tuple(_companion(it) for it in document.get("companions", ())),
        excluded=tuple(_named(rule, document.get("excluded", ()))),
        open_exclusions=tuple(_open_exclusion(rule, it) for it in document.get("open_exclusions", ())),
        structures=tuple(document.get("structures", ())),
    )


def _form(rule: str, form: Mapping[str, Any], shared: Mapping[str, Any]) -> Form:
    what = f"{rule}, form {quoted(str(form.get('name')))}"
    _check_keys(what, form, _FORM_KEYS)
    core = _pattern(what, form["core"])
    positions = _positions(what, core, form["positions"])
    named = [shared[it] if isinstance(it, str) and it in shared else it for it in form["slots"]]
    slots = tuple(_slot(what, it) for it in named)
    for slot in slots:
        unknown = set(slot.at) - set(positions.values())
        if unknown:
            raise InvalidRuleError(f"{what}, slot {slot.name}", found=str(sorted(unknown)), expected="named positions")
    return Form(
        name=form["name"],
        core=core,
        positions=positions,
        bonds=frozenset(frozenset((bond.GetBeginAtomIdx(), bond.GetEndAtomIdx())) for bond in core.GetBonds()),
        slots=slots,
        undecided=form.get("undecided", ""),
        limb=form.get("limb", ""),
        core_bonds=tuple(
            CoreBond(between=frozenset(it["between"]), point=it["point"], tag=it.get("tag", ""))
            for it in form.get("core_bonds", ())
        ),
    )


def _pattern(what: str, smarts: str) -> Chem.Mol:
    with rdBase.BlockLogs():
        core = Chem.MolFromSmarts(smarts)
    if core is None:
        raise InvalidRuleError(f"{what}, core", found=quoted(smarts), expected="SMARTS that RDKit can read")
    return core


def _positions(what: str, core: Chem.Mol, named: Mapping[str, Any]) -> dict[int, str]:
    """Translate map numbers of the pattern into indices."""
    index = {atom.GetAtomMapNum(): atom.GetIdx() for atom in core.GetAtoms() if atom.GetAtomMapNum()}
    numbers = {number: name for name, its in named.items() for number in (its if isinstance(its, list) else [its])}
    unknown = sorted(set(numbers) - set(index))
    if unknown:
        raise InvalidRuleError(f"{what}, positions", found=str(unknown), expected="atom numbers of the core")
    return {index[number]: name for number, name in numbers.items()}


def _slot(what: str, slot: Mapping[str, Any]) -> Slot:
    if not isinstance(slot, Mapping):
        raise InvalidRuleError(f"{what}, slot", found=repr(slot), expected="a slot, or the name of a shared one")
    what = f"{what}, slot {quoted(str(slot.get('name')))}"
    _check_keys(what, slot, _SLOT_KEYS)
    for tier in ("allowed", "undecided", "not_encoded"):
        for description in slot.get(tier, ()):
            check_description(f"{what}, {tier}", description)
            _check_text(f"{what}, {tier}", description, "words" if tier == "allowed" else "point")
    if slot.get("apart", "") not in ("", *APART):
        raise InvalidRuleError(f"{what}, apart", found=repr(slot["apart"]), expected=f"one of {APART}")
    return Slot(
        name=slot["name"],
        at=tuple(slot["at"]),
        bonds=slot.get("bonds", 1),
        apart=slot.get("apart", ""),
        min=slot.get("min", 0),
        max=slot.get("max"),
        empty_limb=slot.get("empty", {}).get("limb", ""),
        allowed=tuple(slot.get("allowed", ())),
        undecided=tuple(slot.get("undecided", ())),
        not_encoded=tuple(slot.get("not_encoded", ())),
    )


def _check_text(what: str, description: Description, key: str) -> None:
    if not isinstance(description.get(key), str) or not description[key].strip():
        raise InvalidRuleError(f"{what}, {description['is']}", found=f"no {key!r}", expected="the words of the text")


def _companion(companion: Mapping[str, Any]) -> Companion:
    return Companion(
        tag=companion["tag"],
        needs=tuple(companion["needs"]),
        point=companion.get("point", ""),
        words=companion.get("words", ""),
    )


def _named(rule: str, excluded: Sequence[Mapping[str, Any]]) -> Iterator[NamedStructure]:
    for it in excluded:
        yield NamedStructure(name=it["name"], structure=_structure(rule, it["smiles"]), words=it["words"])


def _open_exclusion(rule: str, it: Mapping[str, Any]) -> OpenExclusion:
    return OpenExclusion(
        point=it["point"],
        structures=tuple(_structure(rule, smiles) for smiles in it.get("smiles", ())),
        patterns=tuple(_pattern(f"{rule}, open exclusion", smarts) for smarts in it.get("smarts", ())),
    )


def _structure(rule: str, smiles: str) -> PreparedStructure:
    try:
        return prepare(Smiles(smiles))
    except InvalidIdentifierError as error:
        raise InvalidRuleError(f"{rule}, a named structure", found=quoted(smiles), expected="a SMILES") from error


def _check_keys(what: str, given: Mapping[str, Any], known: set[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise InvalidRuleError(what, found=f"unknown keys {unknown}", expected=f"only {sorted(known)}")
