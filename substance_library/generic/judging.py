"""The judge: lays every form of a core on a structure in every way and asks about every fragment beside it.

One way that satisfies the text is a match. Else one that fails on nothing but open points is "cannot decide". Else
it is no match, and what failed is what failed in the way that came closest.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from substance_library.errors import TooManyMappingsError
from substance_library.generic.document import Companion, Form, RuleDocument
from substance_library.generic.drawings import drawings
from substance_library.generic.fragment import fragments_beside
from substance_library.generic.graph import MoleculeGraph, graph_of
from substance_library.generic.placing import Placement, Refusal, place_fragments
from substance_library.prepared_structure import PreparedStructure, is_same_parent
from substance_library.rule_answer import Placed, RuleAnswer, RuleProof, RuleResult

MAX_MAPPINGS = 4_000
"""For one form of a core. Real structures of 500 atoms stay below 1 000."""


_FORMS_NAMED = 6
"""A refusal names so many forms of the core; rules have up to forty."""
_MATCHES, _OPEN, _NOT_ENCODED, _FAILS = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to lay one form on the structure, and what the text says about it."""

    form: Form
    mapping: tuple[int, ...]
    """For each atom of the pattern the atom of the parent."""
    placements: tuple[Placement, ...]
    points: tuple[str, ...] = ()
    not_encoded: tuple[str, ...] = ()
    failed: tuple[Refusal | str, ...] = ()
    note: str = ""
    """How the drawing differs from the one that was given; empty for that one."""

    @property
    def tier(self) -> int:
        """Say what speaks most against it: nothing, open points, parts that are not encoded, or a failure."""
        if self.failed:
            return _FAILS
        if self.not_encoded:
            return _NOT_ENCODED
        return _OPEN if self.points else _MATCHES

    def rank(self) -> tuple[int, int, int, int]:
        """Order readings: the one that speaks most for the rule first."""
        return self.tier, len(self.failed), len(self.not_encoded), len(self.points)


def judge(rule: RuleDocument, structure: PreparedStructure) -> RuleAnswer:
    """Say what a rule says about a structure.

    Raises
    ------
    TooManyMappingsError
        If a form fits in more ways than ``MAX_MAPPINGS``, none of those tried is a match, and nothing else fails.
    """
    general = tuple(_general_failures(rule, structure))
    try:
        best = _best(_readings(rule, structure))
    except TooManyMappingsError:
        if not general:
            raise
        return RuleAnswer(result=RuleResult.NO_MATCH, failed=general)
    if best is None:
        core = f"no form of the core is there: {_listed(form.name for form in rule.forms)}"
        return RuleAnswer(result=RuleResult.NO_MATCH, failed=(*general, core))
    return _answer(rule, structure, replace(best, failed=(*general, *best.failed)))


def _best(readings: Iterator[Reading]) -> Reading | None:
    """Give the reading that speaks most for the rule, the first of equals; a match ends the search."""
    best: Reading | None = None
    for reading in readings:
        if best is None or reading.rank() < best.rank():
            best = reading
        if best.tier == _MATCHES:
            break
    return best


def _listed(names: Iterable[str]) -> str:
    """Name the first few, and how many more there are."""
    known = tuple(dict.fromkeys(names))
    more = f"; and {len(known) - _FORMS_NAMED} more" if len(known) > _FORMS_NAMED else ""
    return "; ".join(known[:_FORMS_NAMED]) + more


def _answer(rule: RuleDocument, structure: PreparedStructure, reading: Reading) -> RuleAnswer:
    points = (*reading.points, *reading.not_encoded)
    if reading.tier > _OPEN:
        return RuleAnswer(result=RuleResult.NO_MATCH, undecided=_once(points), failed=_once(reading.failed))
    points = (*points, *_open_exclusions(rule, structure))
    result = RuleResult.CANNOT_DECIDE if points else RuleResult.MATCH
    return RuleAnswer(result=result, proof=_proof(rule, structure, reading), undecided=_once(points))


def _once(texts: tuple[Refusal | str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(str, texts)))


def _general_failures(rule: RuleDocument, structure: PreparedStructure) -> Iterator[str]:
    if rule.max_mass_u is not None and structure.mass_u > rule.max_mass_u:
        yield f"the molecular mass of {structure.mass_u} u is above {rule.max_mass_u} u"
    for named in rule.excluded:
        if is_same_parent(structure, named.structure):
            yield f"excluded by name: {named.name} ({named.words})"


def _open_exclusions(rule: RuleDocument, structure: PreparedStructure) -> Iterator[str]:
    for it in rule.open_exclusions:
        inside = any(structure.parent.HasSubstructMatch(pattern) for pattern in it.patterns)
        if inside or any(is_same_parent(structure, named) for named in it.structures):
            yield it.point


def _readings(rule: RuleDocument, structure: PreparedStructure) -> Iterator[Reading]:
    for molecule, note in drawings(rule.structures, structure.parent):
        graph: MoleculeGraph | None = None
        for form in rule.forms:
            if molecule.HasSubstructMatch(form.core):
                graph = graph or graph_of(molecule)
                yield from _readings_of_form(rule, form, structure, graph, note)


def _readings_of_form(
    rule: RuleDocument, form: Form, structure: PreparedStructure, graph: MoleculeGraph, note: str
) -> Iterator[Reading]:
    mappings = graph.molecule.GetSubstructMatches(form.core, uniquify=False, maxMatches=MAX_MAPPINGS + 1)
    for mapping in mappings[:MAX_MAPPINGS]:
        yield replace(_reading(rule, form, graph, mapping), note=note)
    if len(mappings) > MAX_MAPPINGS:
        raise TooManyMappingsError(rule.id, smiles=structure.smiles.text, limit=MAX_MAPPINGS)


def _reading(rule: RuleDocument, form: Form, graph: MoleculeGraph, mapping: tuple[int, ...]) -> Reading:
    core = frozenset(mapping)
    positions = {mapping[index]: name for index, name in form.positions.items()}
    fragments = fragments_beside(graph, core, within=frozenset(range(len(graph.elements))) - core, positions=positions)
    placed = place_fragments(form.slots, fragments)
    bonds = _extra_bonds(form, graph, mapping)
    limbs = {*placed.limbs, *bonds.tags, *({form.limb} if form.limb else ())}
    refused = (*bonds.failed, *placed.failed)
    company = [it for it in rule.companions if it.tag in limbs and not limbs & set(it.needs)]
    return Reading(
        form=form,
        mapping=mapping,
        placements=placed.placements,
        points=(
            *((form.undecided,) if form.undecided else ()),
            *bonds.points,
            *placed.points,
            *(it.point for it in company if it.point),
        ),
        not_encoded=placed.not_encoded,
        failed=refused or tuple(_failed_conditions(rule, limbs, company)),
    )


def _failed_conditions(rule: RuleDocument, limbs: set[str], company: list[Companion]) -> Iterator[str]:
    yield from (it.words for it in company if not it.point)
    if rule.at_least_one and not limbs & set(rule.at_least_one):
        yield rule.at_least_one_words


@dataclass(frozen=True, slots=True, kw_only=True)
class _ExtraBonds:
    points: tuple[str, ...]
    tags: tuple[str, ...]
    failed: tuple[str, ...]


def _extra_bonds(form: Form, graph: MoleculeGraph, mapping: tuple[int, ...]) -> _ExtraBonds:
    """Find bonds between core atoms that the pattern does not have: rings that the core does not know."""
    points, tags, failed = [], [], []
    index = {atom: place for place, atom in enumerate(mapping)}
    for atom, place in index.items():
        for other in graph.neighbours[atom]:
            if other in index and place < index[other] and frozenset((place, index[other])) not in form.bonds:
                ends = frozenset(form.positions.get(it, "") for it in (place, index[other]))
                known = next((it for it in form.core_bonds if it.between == ends), None)
                if known is None:
                    failed.append(f"a bond inside the core that the text does not have ({' - '.join(sorted(ends))})")
                else:
                    points.append(known.point)
                    tags.append(known.tag)
    return _ExtraBonds(points=tuple(points), tags=tuple(filter(None, tags)), failed=tuple(failed))


def _proof(rule: RuleDocument, structure: PreparedStructure, reading: Reading) -> RuleProof:
    given = structure.given_atoms
    return RuleProof(
        core=reading.form.name,
        mapping=tuple((place, given[atom]) for place, atom in enumerate(reading.mapping)),
        placed=tuple(
            Placed(
                slot=_slot_with_positions(reading.form, it),
                fragment=_with_stars(it.fragment.smiles()),
                atoms=tuple(sorted(given[atom] for atom in it.fragment.atoms)),
                allowed_by=it.words,
            )
            for it in reading.placements
        ),
        notes=tuple(_notes(rule, structure, reading)),
    )


def _slot_with_positions(form: Form, placement: Placement) -> str:
    """Name the slot, and where it stands if the slot has more positions than one."""
    choice = any(slot.name == placement.slot and len(slot.at) > 1 for slot in form.slots)
    where = dict.fromkeys(link.position for link in placement.fragment.links)
    return f"{placement.slot} at {' and '.join(where)}" if choice else placement.slot


def _with_stars(smiles: str) -> str:
    """Write the open bonds as ``[*]``."""
    return smiles.replace("*", "[*]")


def _notes(rule: RuleDocument, structure: PreparedStructure, reading: Reading) -> Iterator[str]:
    if reading.note:
        yield reading.note
    if rule.max_mass_u is not None:
        yield f"molecular mass {structure.mass_u} u, at most {rule.max_mass_u} u"
    taken = structure.taken_off
    if taken.parts:
        yield f"taken off: {' and '.join(taken.parts)}"
    if taken.isotopes:
        yield "isotopes were dropped"
    if structure.other_organic:
        yield f"another substance is in the structure and was not judged: {' and '.join(structure.other_organic)}"
