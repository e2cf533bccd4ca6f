"""One act asked about one structure on one day: its rows by name, its class rules, its derivation, its exemptions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from substance_library.derivation_question import Derived, derived_from
from substance_library.determination import (
    DERIVATION_RANK,
    RANKS,
    Content,
    Finding,
    FindingKind,
    MatchProof,
    RuleTried,
)
from substance_library.editions import InForce, Standing
from substance_library.errors import TooManyMappingsError
from substance_library.law_book import StandingAct, StandingRow
from substance_library.named_match import Compared, Relation, of_row, relation
from substance_library.prepared_structure import PreparedStructure
from substance_library.rule_answer import RuleAnswer, RuleResult
from substance_library.rule_text import LawRule
from substance_library.schedule import Entry, EntryKind, Exclusion, ExclusionKind
from substance_library.scope_reading import ScopeReading, Taken, read_scope

_BY_STRUCTURE = frozenset({EntryKind.NAMED, EntryKind.DERIVATION_BASE})
_WITHOUT_STRUCTURE = frozenset({EntryKind.PLANT, EntryKind.MIXTURE})
_MEANS_IT = frozenset({Relation.SAME, Relation.MORE_STEREO, Relation.TAUTOMER})
"""Relations by which an exclusion speaks of the structure for certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of every act."""

    structure: PreparedStructure
    compared: Compared
    as_of: date
    content: Content | None
    isotopologues_alike: bool
    rules: Mapping[str, LawRule] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAnswer:
    """What one act says."""

    findings: tuple[Finding, ...] = ()
    tried: tuple[RuleTried, ...] = ()
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class ActQuestion:
    """The rows of one act that stand on the day, and what they say."""

    def __init__(self, standing: StandingAct, asked: Asked) -> None:
        """Sort the rows by what they are."""
        self._standing = standing
        self._asked = asked
        self._entries = [(row, row.row) for row in standing.rows if isinstance(row.row, Entry)]
        self._exclusions = [(row, row.row) for row in standing.rows if isinstance(row.row, Exclusion)]
        self._tried: list[RuleTried] = []
        self._missing: list[str] = []
        self._warnings: list[str] = []

    def answer(self) -> ActAnswer:
        """Ask everything, then apply exemptions and statements."""
        matched = [*self._named(), *self._by_class(), *self._derived()]
        findings = [self._exempted(one) for one in matched]
        stated = self._stated_not_listed()
        if stated is not None:
            self._warnings.append(f"{self._standing.act.citation}: stated as not listed ({stated.source})")
            findings = [one for one in findings if not (one.kind is FindingKind.OPEN and one.rank == 1)]
        self._missing += self._not_there(stated is not None)
        self._warn(findings)
        return ActAnswer(
            findings=tuple(findings),
            tried=tuple(self._tried),
            missing=tuple(dict.fromkeys(self._missing)),
            warnings=tuple(self._warnings),
        )

    # names

    def _named(self) -> Iterator[Finding]:
        undrawn = 0
        for standing, entry in self._entries:
            if entry.kind not in _BY_STRUCTURE:
                continue
            if entry.smiles is None:
                undrawn += 1
                continue
            how = relation(self._asked.compared, of_row(entry.smiles.text))
            if how is not None:
                yield from self._listed(standing, entry, how)
        if undrawn:
            self._missing.append(f"{self._standing.act.citation}: structures of {undrawn} rows")

    def _listed(self, standing: StandingRow, entry: Entry, how: Relation) -> Iterator[Finding]:
        taken_off = self._asked.structure.taken_off
        reading = read_scope(how, entry.scope, taken_off, isotopologues_alike=self._asked.isotopologues_alike)
        if reading.taken is Taken.OUT:
            return
        open_points = (*reading.points, *_doubt(standing))
        finding = self._finding(
            standing,
            entry,
            kind=FindingKind.OPEN if open_points else FindingKind.LISTED,
            how=how.value,
            open_points=open_points,
            notes=(*reading.notes, *_by_convention(entry.force)),
        )
        yield self._as_preparation(finding, entry, reading)

    def _as_preparation(self, finding: Finding, entry: Entry, reading: ScopeReading) -> Finding:
        limit, content = entry.scope.preparation_limit_percent, self._asked.content
        if limit is None or reading.taken is not Taken.IN:
            return finding
        words = f"preparations with less than {limit} % are exempt"
        if content is None:
            return replace(finding, notes=(*finding.notes, f"{words}; the content is not known"))
        if content.percent - content.u_percent >= limit:
            return finding
        if content.percent + content.u_percent < limit:
            return replace(finding, kind=FindingKind.EXEMPT, exemption=words, open_points=())
        point = f"{words}; the content of {content.percent} % lies within its uncertainty of that"
        return replace(finding, kind=FindingKind.OPEN, open_points=(*finding.open_points, point))

    # classes

    def _by_class(self) -> Iterator[Finding]:
        for standing, entry in self._entries:
            if entry.kind is EntryKind.CLASS_RULE:
                yield from self._of_class(standing, entry)

    def _of_class(self, standing: StandingRow, entry: Entry) -> Iterator[Finding]:
        rule = self._asked.rules.get(entry.rule)
        if rule is None:
            self._missing.append(f"{self._standing.act.citation}: the rule {entry.rule}")
            return
        answer = _judged(rule, self._asked.structure)
        if answer.result is RuleResult.NO_MATCH:
            self._not_matched(standing, entry, rule, answer)
            return
        open_points = (*answer.undecided, *_doubt(standing))
        yield self._finding(
            standing,
            entry,
            kind=FindingKind.OPEN if open_points else FindingKind.COVERED,
            name=rule.title,
            how="the rule takes it in" if answer.result is RuleResult.MATCH else "the rule may take it in",
            rule=rule.id,
            proof=MatchProof.of(answer.proof) if answer.proof else None,
            open_points=open_points,
            notes=_by_convention(entry.force),
            source=rule.source,
        )

    def _not_matched(self, standing: StandingRow, entry: Entry, rule: LawRule, answer: RuleAnswer) -> None:
        self._tried.append(
            RuleTried(
                act=self._standing.act.number,
                entry=entry.number,
                rule=rule.id,
                standing=standing.standing,
                result=answer.result,
                failed=answer.failed,
                open_points=answer.undecided,
            )
        )
        if rule.partly_encoded and not answer.failed:
            parts = "; ".join(answer.undecided) or "its other parts"
            self._missing.append(f"{self._standing.act.citation}, {rule.title}: not encoded: {parts}")

    # derivation

    def _derived(self) -> Iterator[Finding]:
        for one in derived_from(self._entries, self._asked.structure, self._asked.as_of):
            yield self._of_derivation(one)

    def _of_derivation(self, one: Derived) -> Finding:
        finding = self._finding(
            one.standing,
            one.base,
            kind=FindingKind.OPEN if one.open_points else FindingKind.COVERED,
            how="an analogue by derivation",
            proof=MatchProof.of(one.proof) if one.proof else None,
            open_points=one.open_points,
        )
        return replace(finding, rank=DERIVATION_RANK, base=one.base.number, substituents=one.substituents)

    # after the match

    def _exempted(self, finding: Finding) -> Finding:
        if finding.kind not in {FindingKind.COVERED, FindingKind.OPEN} or finding.rank == 1:
            return finding
        for standing, exclusion in self._exclusions:
            if exclusion.kind is ExclusionKind.NOT_LISTED or not _speaks_of(exclusion, finding):
                continue
            how = relation(self._asked.compared, of_row(exclusion.smiles.text))
            if how in _MEANS_IT or how is Relation.LESS_STEREO:
                return _exempt(finding, exclusion, standing, certain=how in _MEANS_IT)
        return finding

    def _stated_not_listed(self) -> Exclusion | None:
        """Give the statement that this very structure is on no list of the act."""
        for standing, exclusion in self._exclusions:
            if exclusion.kind is ExclusionKind.NOT_LISTED and standing.standing is Standing.IN_FORCE:
                how = relation(self._asked.compared, of_row(exclusion.smiles.text))
                if how in {Relation.SAME, Relation.TAUTOMER}:
                    return exclusion
        return None

    def _not_there(self, stated: bool) -> Iterator[str]:  # noqa: FBT001 - the only argument
        act, day = self._standing.act, self._asked.as_of
        if not stated:
            yield from self._standing.missing
        for one in act.not_loaded:
            if one.matters_on(day) and not (stated and one.first is None):
                yield f"{act.citation}: {one.words}"

    def _warn(self, findings: list[Finding]) -> None:
        act = self._standing.act
        if act.exemption and any(one.kind is FindingKind.COVERED for one in findings):
            self._warnings.append(f"{act.citation}: {act.exemption}")
        if any(entry.kind in _WITHOUT_STRUCTURE for _, entry in self._entries):
            self._warnings.append(f"{act.citation}: rows of plants and mixtures are not compared with a structure")

    def _finding(self, standing: StandingRow, entry: Entry, **facts: object) -> Finding:
        usual: dict[str, object] = {
            "rank": DERIVATION_RANK if entry.by_derivation else RANKS[entry.kind],
            "act": self._standing.act.number,
            "citation": self._standing.act.citation,
            "editions": standing.editions,
            "table": standing.table,
            "entry": entry.number,
            "entry_kind": entry.kind,
            "schedule": entry.schedule,
            "row": entry.row,
            "name": entry.name,
            "source": entry.source,
        }
        return Finding(**{**usual, **facts})  # type: ignore[arg-type]  # the fields stand above


def _judged(rule: LawRule, structure: PreparedStructure) -> RuleAnswer:
    try:
        return rule.judge(structure)
    except TooManyMappingsError as error:
        return RuleAnswer(result=RuleResult.CANNOT_DECIDE, undecided=(str(error),))


def _speaks_of(exclusion: Exclusion, finding: Finding) -> bool:
    return not exclusion.of or finding.entry in exclusion.of


def _exempt(finding: Finding, exclusion: Exclusion, standing: StandingRow, *, certain: bool) -> Finding:
    words = f"{exclusion.kind.value}: {exclusion.name or exclusion.number}"
    doubts = list(_doubt(standing))
    if not exclusion.confirmed:
        doubts.append(f"known as {words}, not confirmed" + (f"; {exclusion.needs}" if exclusion.needs else ""))
    if not certain:
        doubts.append(f"stereochemistry not established: {words} states it")
    if doubts:
        return replace(finding, kind=FindingKind.OPEN, open_points=(*finding.open_points, *doubts), exemption=words)
    return replace(finding, kind=FindingKind.EXEMPT, open_points=(), exemption=words)


def _doubt(standing: StandingRow) -> tuple[str, ...]:
    if standing.standing is not Standing.DOUBTFUL:
        return ()
    force = standing.row.force
    bounds = force.basis if force is not None else ""
    return ("whether it was in force on that day" + (f" ({bounds})" if bounds else ""),)


def _by_convention(force: InForce | None) -> tuple[str, ...]:
    """Say where a row counts as in force by a bound and not by its first day."""
    if force is None or force.first is not None or not force.basis:
        return ()
    return (f"first day in force not loaded; {force.basis}",)
