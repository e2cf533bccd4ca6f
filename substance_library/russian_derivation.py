"""Derivatives by note 6 of the Russian list: a listed base with H, halogen or hydroxyl formally replaced.

The class of each base is a structural rule: whether a substance is listed itself or a registered medicine is asked
after the match. The text: Decree 1178 of 19 November 2012, note 6; its beginning was read, the rest is general
knowledge.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from substance_library.derivation import EFFORT, EFFORT_POINT, STAR_POINT, is_incomplete, prepared_base
from substance_library.derivations.graph import AROMATIC, Effort, Graph, SearchExhaustedError
from substance_library.derivations.leftover import Cutting, Leftover
from substance_library.derivations.proving import canonically_numbered, notes_of, salt_notes
from substance_library.derivations.skeleton import HYDROXYL, replaceable_part
from substance_library.derivations.substituents import BIVALENT
from substance_library.identifiers import Smiles
from substance_library.prepared_structure import PreparedStructure
from substance_library.rule_answer import Placed, RuleAnswer, RuleProof, RuleResult

SOURCE = (
    "Russia, Government Decree 1178 of 2012-11-19, note 6 to the list of narcotic drugs (beginning read at "
    "hippocratic.ru medtext_36835, rest general)"
)
HYDROXYL_POINT = "a hydroxyl or carboxyl inside a larger substituent: the text excludes the bare groups"
OXO_POINT = "oxo as a bivalent substituent on one atom"
BRIDGE_POINT = "a fused benzo ring or other aromatic bridge as a bivalent substituent on two neighbouring atoms"
_NOTE = "whether it is listed itself or a registered medicine is asked after this match"
_CARBON = 6
_CARBOXYL_TEXT = "*C(=O)O"
_OXO_TEXT = "*=O"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteSixRule:
    """The derivatives of one base, whatever the date."""

    id: str
    """The class in tables of cases."""
    base_name: str
    base: Smiles
    jurisdiction: str = "RU"
    source: str = SOURCE
    partly_encoded: bool = False

    @property
    def title(self) -> str:
        """What it covers."""
        return f"derivatives of {self.base_name}"

    def judge(self, structure: PreparedStructure) -> RuleAnswer:
        """Say whether a structure is a derivative of the base.

        Parameters
        ----------
        structure : PreparedStructure
            Its parent is compared.

        Returns
        -------
        RuleAnswer
            The base itself is no derivative: it is listed.

        Examples
        --------
        >>> from substance_library.prepared_structure import prepare
        >>> mephedrone = prepare(Smiles("CC(NC)C(=O)c1ccc(C)cc1"))
        >>> [rule.judge(mephedrone).result.value for rule in note_six_rules()]
        ['match', 'no_match']
        """
        base = prepared_base(self.base)
        if structure.parent_smiles == base.structure.parent_smiles:
            return RuleAnswer(result=RuleResult.NO_MATCH, failed=(f"it is {self.base_name} itself, which is listed",))
        if is_incomplete(structure):
            proof = RuleProof(core=self.core, mapping=(), placed=(), notes=notes_of(structure))
            return RuleAnswer(result=RuleResult.CANNOT_DECIDE, proof=proof, undecided=(STAR_POINT,))
        if not base.skeleton.pattern.fits_into(Graph.of(structure.parent).census()):
            return RuleAnswer(result=RuleResult.NO_MATCH, failed=(self.without_skeleton,))
        return _Question(self, structure).answer()

    @property
    def core(self) -> str:
        """The base in words and as SMILES."""
        return f"{self.base_name}: {self.base}"

    @property
    def without_skeleton(self) -> str:
        """What fails where no mapping is found."""
        return f"the skeleton of {self.base_name} is not in it"


def note_six_rules() -> tuple[NoteSixRule, ...]:
    """Give the rules for the two bases of the cathinones."""
    return (
        NoteSixRule(id="RU_DERIV_EPHEDRONE", base_name="ephedrone (methcathinone)", base=Smiles("CC(NC)C(=O)c1ccccc1")),
        NoteSixRule(
            id="RU_DERIV_N_METHYLEPHEDRONE", base_name="N-methylephedrone", base=Smiles("CC(N(C)C)C(=O)c1ccccc1")
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One mapping as it was read."""

    mapping: tuple[int, ...]
    leftovers: tuple[Leftover, ...]
    failed: tuple[str, ...]
    points: tuple[tuple[str, ...], ...]
    """Open points of each leftover."""
    texts: tuple[str, ...]

    @property
    def open_points(self) -> tuple[str, ...]:
        return tuple(sorted({point for points in self.points for point in points}))

    @property
    def order(self) -> tuple[int, int, int, list[str]]:
        """What failed least first, then what leaves least open, then the fewest and first fragments."""
        return len(self.failed), len(self.open_points), len(self.leftovers), sorted(self.texts)


class _Question:
    """One structure against one base."""

    def __init__(self, rule: NoteSixRule, structure: PreparedStructure) -> None:
        self._rule = rule
        self._structure = structure
        molecule, self._given = canonically_numbered(structure)
        self._effort = Effort(EFFORT)
        self._cutting = Cutting(molecule, self._effort, Graph.drawn(molecule))
        self._base = prepared_base(rule.base)
        self._carbons = sum(atom.GetAtomicNum() == _CARBON for atom in self._base.structure.parent.GetAtoms())

    def answer(self) -> RuleAnswer:
        """Try every mapping; one that fails on nothing is a match."""
        best, ended = self._best()
        if best is not None and not best.failed and not best.open_points:
            return RuleAnswer(result=RuleResult.MATCH, proof=self._proof(best))
        undecided = () if best is None or best.failed else best.open_points
        if ended or undecided:
            points = (*undecided, *((EFFORT_POINT,) if ended else ()))
            proof = self._proof(best) if best is not None else self._empty_proof()
            return RuleAnswer(result=RuleResult.CANNOT_DECIDE, proof=proof, undecided=points)
        failed = (self._rule.without_skeleton,) if best is None else best.failed
        return RuleAnswer(result=RuleResult.NO_MATCH, failed=failed)

    def _best(self) -> tuple[_Read | None, bool]:
        """Give the mapping that comes nearest, and whether the search ended before all were tried."""
        best = None
        try:
            for read in self._all():
                if best is None or read.order < best.order:
                    best = read
        except SearchExhaustedError:
            return best, True
        return best, False

    def _all(self) -> Iterator[_Read]:
        pattern, graph = self._base.skeleton.pattern, self._cutting.graph
        for mapping in pattern.mappings(graph, self._effort):
            self._effort.spend(len(mapping))
            yield self._read(mapping)

    def _read(self, mapping: tuple[int, ...]) -> _Read:
        leftovers = self._cutting.leftovers(mapping)
        carbons = sum(self._carbons_of(leftover) for leftover in leftovers)
        failed = [problem for leftover in leftovers for problem in self._problems(leftover)]
        if carbons > self._carbons:
            failed.append(f"{carbons} carbons in the substituents, more than {self._carbons} in the base")
        return _Read(
            mapping=mapping,
            leftovers=leftovers,
            failed=tuple(failed),
            points=tuple(tuple(self._points(leftover)) for leftover in leftovers),
            texts=tuple(map(self._text, leftovers)),
        )

    def _carbons_of(self, leftover: Leftover) -> int:
        return sum(self._cutting.graph.kinds[atom].element == _CARBON for atom in leftover.atoms)

    def _text(self, leftover: Leftover) -> str:
        fragment = self._cutting.fragment(leftover)
        return "" if fragment is None else fragment.text

    def _problems(self, leftover: Leftover) -> Iterator[str]:
        """Name what no reading mends."""
        text = self._text(leftover)
        if leftover.valence > BIVALENT or not text:
            yield f"{text or 'a fragment'} is held by more than two bonds"
        if text == _CARBOXYL_TEXT or self._is_hydroxyl(leftover):
            yield f"{text}: hydroxyl and carboxyl are excepted"

    def _is_hydroxyl(self, leftover: Leftover) -> bool:
        return len(leftover.atoms) == 1 and self._hydroxyls(leftover) == 1

    def _hydroxyls(self, leftover: Leftover) -> int:
        return sum(replaceable_part(self._cutting.molecule, atom) == HYDROXYL for atom in leftover.atoms)

    def _points(self, leftover: Leftover) -> Iterator[str]:
        """Name the open points that a leftover turns on."""
        if self._text(leftover) == _OXO_TEXT:
            yield OXO_POINT
        if self._hydroxyls(leftover):
            yield HYDROXYL_POINT
        if _is_aromatic_bridge(leftover, self._cutting.graph):
            yield BRIDGE_POINT

    def _proof(self, read: _Read) -> RuleProof:
        skeleton, structure = self._base.skeleton, self._base.structure
        pairs = zip(skeleton.atoms, read.mapping, strict=True)
        placed = zip(read.leftovers, read.texts, read.points, strict=True)
        return RuleProof(
            core=self._rule.core,
            mapping=tuple((structure.given_atoms[atom], self._given[image]) for atom, image in pairs),
            placed=tuple(self._placed(leftover, text, points, read) for leftover, text, points in placed),
            notes=(*notes_of(self._structure), *salt_notes(skeleton, self._cutting.graph, read.mapping), _NOTE),
        )

    def _empty_proof(self) -> RuleProof:
        return RuleProof(core=self._rule.core, mapping=(), placed=(), notes=notes_of(self._structure))

    def _placed(self, leftover: Leftover, text: str, points: Sequence[str], read: _Read) -> Placed:
        return Placed(
            slot="; ".join(words for _, words in sorted(self._places(leftover, read))),
            fragment=text.replace("*", "[*]"),
            atoms=tuple(self._given[atom] for atom in leftover.atoms),
            allowed_by="; ".join(f"open: {point}" for point in points) or _words(leftover),
        )

    def _places(self, leftover: Leftover, read: _Read) -> Iterator[tuple[int, str]]:
        skeleton, structure = self._base.skeleton, self._base.structure
        for attachment in leftover.attachments:
            atom = skeleton.atoms[read.mapping.index(attachment.core)]
            symbol = structure.parent.GetAtomWithIdx(atom).GetSymbol()
            given = structure.given_atoms[atom]
            yield given, f"{' and '.join(['H'] * attachment.order)} at {symbol}{given} of the base"


def _words(leftover: Leftover) -> str:
    return "a bivalent atom or group" if leftover.valence == BIVALENT else "a monovalent atom or group"


def _is_aromatic_bridge(leftover: Leftover, graph: Graph) -> bool:
    """Tell whether a leftover joins two neighbouring atoms of the base through aromatic atoms alone."""
    if len(leftover.attachments) != BIVALENT:
        return False
    first, last = leftover.attachments
    if last.core not in graph.bonds[first.core]:
        return False
    return AROMATIC in {first.kind, last.kind} or _aromatic_path(first.atom, last.atom, leftover, graph)


def _aromatic_path(start: int, end: int, leftover: Leftover, graph: Graph) -> bool:
    aromatic = {atom for atom in leftover.atoms if graph.aromatic[atom]}
    seen, waiting = {start} & aromatic, [start] if start in aromatic else []
    while waiting:
        for other in graph.bonds[waiting.pop()]:
            if other in aromatic and other not in seen:
                seen.add(other)
                waiting.append(other)
    return end in seen
