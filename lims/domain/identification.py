"""Identifications: which substance an exhibit holds, by which results, and what is still lacking.

One record for each substance in question. The rule says what the results suffice for; the expert concludes; a second
person checks, and a disagreement stays with its resolution (rules ID-1 to ID-9, G3, G6).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.identification_basis import Basis, IsomerState
from lims.domain.identification_rule import (
    Gap,
    Outcome,
)
from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError


class IdentificationStatus(StrEnum):
    """open -> concluded -> checked; or disputed, until somebody resolves that; a revision opens it again."""

    OPEN = "open"
    CONCLUDED = "concluded"
    DISPUTED = "disputed"
    CHECKED = "checked"


class Conclusion(StrEnum):
    """What the expert concludes; each has its wording in every language."""

    IDENTIFIED = "identified"
    LIMITED = "limited to a set of isomers"
    CLASS_ONLY = "class only"
    NOT_DETECTED = "not detected"
    INCONCLUSIVE = "inconclusive"


NAMING = frozenset({Conclusion.IDENTIFIED, Conclusion.LIMITED})
"""Conclusions that name a substance, or the set that it is of."""


class Limitation(StrEnum):
    """What the scheme of an identification does not tell (rule ID-7); found by the program, never left out."""

    LIBRARY_ONLY = "compared with a library only"
    STEREOCHEMISTRY = "stereochemistry not established"
    ISOMERS = "isomers not separated"
    ISOMERS_NOT_EXAMINED = "isomers not examined"
    ONE_SAMPLING = "one sampling"
    CORRELATED = "correlated techniques"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome:
    """What the rule said of the results, as it stood then."""

    rule: str
    gaps: tuple[Gap, ...]
    identity: tuple[str, ...]
    library_only: bool
    not_counted: tuple[str, ...]
    """Technique and number of each result that contributes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How a disagreement ended."""

    by: str
    at: datetime
    words: str
    stands: bool
    """Whether the conclusion stands; otherwise it is revised."""

    def __post_init__(self) -> None:
        """Refuse a resolution that says nothing."""
        require_text("resolution", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """What a second person holds against a conclusion; it is never taken away."""

    by: str
    at: datetime
    words: str
    against: Conclusion
    resolution: Resolution | None = None

    def __post_init__(self) -> None:
        """Refuse a disagreement without its reason."""
        require_text("disagreement", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependentCheck:
    """A second person came to the same conclusion (rule G3)."""

    by: str
    at: datetime
    conclusion: Conclusion


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """A checked conclusion was put in question again, because a report that names it is to be amended."""

    by: str
    at: datetime
    words: str

    def __post_init__(self) -> None:
        """Refuse a reopening without its reason."""
        require_text("reason", self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the expert concludes, in fields from which every language makes its sentence."""

    conclusion: Conclusion
    class_name: str = ""
    """Of a class only."""
    scope: str = ""
    """Of "not detected": what the techniques would have shown, and from which amount on."""
    reason: str = ""

    def __post_init__(self) -> None:
        """Refuse a conclusion without what its wording needs."""
        if self.conclusion is Conclusion.CLASS_ONLY:
            require_text("class", self.class_name)
        if self.conclusion is Conclusion.NOT_DETECTED:
            require_text("scope", self.scope)
        if self.conclusion is Conclusion.INCONCLUSIVE:
            require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identification:
    """Immutable: every step returns a new identification, the old one stays as evidence."""

    KIND: ClassVar[str] = "identification"

    number: str
    """The exhibit's number, ``-N`` and the ordinal."""
    exhibit_number: str
    procedure_number: str
    """The method of identification, which the expert is competent for."""
    expert: str
    substance: str
    """In question."""
    inchikey: str | None
    """None where it is not known, or a material is in question."""
    basis: Basis
    outcome: RuleOutcome
    verdict: Verdict | None = None
    concluded_at: datetime | None = None
    checks: tuple[IndependentCheck, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    reopenings: tuple[Reopening, ...] = ()
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a question without a substance."""
        require_text("identification number", self.number)
        require_text("procedure number", self.procedure_number)
        require_text("substance", self.substance)
        require_text("expert", self.expert)

    @property
    def parent(self) -> str:
        """Belong to the exhibit."""
        return self.exhibit_number

    @property
    def state(self) -> str:
        """Give the status."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show the substance and what was concluded."""
        return self.substance if self.verdict is None else f"{self.substance}: {self.verdict.conclusion.value}"

    @property
    def status(self) -> IdentificationStatus:
        """Where it stands."""
        if self.verdict is None:
            return IdentificationStatus.OPEN
        if any(one.resolution is None for one in self.disagreements):
            return IdentificationStatus.DISPUTED
        return IdentificationStatus.CHECKED if self._checked else IdentificationStatus.CONCLUDED

    @property
    def _checked(self) -> bool:
        return any(self.concluded_at is not None and one.at >= self.concluded_at for one in self.checks)

    @property
    def limitations(self) -> tuple[Limitation, ...]:
        """What the scheme does not tell, found from what it rests on."""
        return tuple(_limitations(self))

    # steps

    def revise(self, basis: Basis, *, expert: str) -> Self:
        """Put it on another basis; a conclusion that was there has to be drawn anew.

        Raises
        ------
        TransitionError
            If it is another expert's, or checked.
        """
        self._require_expert(expert)
        if self.status in {IdentificationStatus.CHECKED, IdentificationStatus.DISPUTED}:
            raise TransitionError(f"{self.number} is {self.state}; a second person has a word in it")
        return replace(
            self,
            basis=basis,
            outcome=rule_outcome(self.substance, basis),
            verdict=None,
            concluded_at=None,
            version=self.version + 1,
        )

    def conclude(self, verdict: Verdict, *, expert: str, at: datetime) -> Self:
        """Draw the conclusion, as far as the rule lets it be drawn.

        Raises
        ------
        TransitionError
            If it is not open, or another expert's.
        InvalidRecordError
            If the results do not suffice for this conclusion; everything that is lacking is named.
        """
        self._require_expert(expert)
        if self.status is not IdentificationStatus.OPEN:
            raise TransitionError(f"{self.number} is {self.state}, not {IdentificationStatus.OPEN.value}")
        lacking = tuple(_lacking(self, verdict.conclusion))
        if lacking:
            raise InvalidRecordError(f"{self.number}: not {verdict.conclusion.value}: {'; '.join(lacking)}")
        return replace(self, verdict=verdict, concluded_at=at, version=self.version + 1)

    def agree(self, *, by: str, at: datetime) -> Self:
        """Record that a second person comes to the same conclusion.

        Raises
        ------
        TransitionError
            If it is not concluded.
        NotPermittedError
            If the expert checks the own conclusion.
        """
        verdict = self._require_second(by)
        check = IndependentCheck(by=by, at=at, conclusion=verdict.conclusion)
        return replace(self, checks=(*self.checks, check), version=self.version + 1)

    def dispute(self, *, by: str, at: datetime, words: str) -> Self:
        """Record that a second person comes to another conclusion.

        Raises
        ------
        TransitionError
            If it is not concluded.
        NotPermittedError
            If the expert disagrees with the own conclusion: then it is revised.
        InvalidRecordError
            If no reason is given.
        """
        verdict = self._require_second(by)
        said = Disagreement(by=by, at=at, words=words, against=verdict.conclusion)
        return replace(self, disagreements=(*self.disagreements, said), version=self.version + 1)

    def resolve(self, resolution: Resolution) -> Self:
        """End a disagreement: the conclusion stands, or is drawn anew; what both said stays.

        Raises
        ------
        TransitionError
            If nobody disagrees.
        NotPermittedError
            If one of the two ends it.
        """
        if self.status is not IdentificationStatus.DISPUTED:
            raise TransitionError(f"{self.number} is {self.state}, not {IdentificationStatus.DISPUTED.value}")
        last = self.disagreements[-1]
        if resolution.by in {self.expert, last.by}:
            raise NotPermittedError(f"{resolution.by} is one of the two who disagree about {self.number}")
        ended = (*self.disagreements[:-1], replace(last, resolution=resolution))
        if resolution.stands:
            return replace(self, disagreements=ended, version=self.version + 1)
        return replace(self, disagreements=ended, verdict=None, concluded_at=None, version=self.version + 1)

    def reopen(self, *, by: str, at: datetime, words: str) -> Self:
        """Put a conclusion in question again, because a report that names it is to be amended.

        Raises
        ------
        TransitionError
            If it is open or disputed.
        NotPermittedError
            If its expert does that.
        InvalidRecordError
            If no reason is given.
        """
        if self.status in {IdentificationStatus.OPEN, IdentificationStatus.DISPUTED}:
            raise TransitionError(f"{self.number} is {self.state}")
        if by == self.expert:
            raise NotPermittedError(f"{by} concluded {self.number}; the head puts it in question again")
        reopenings = (*self.reopenings, Reopening(by=by, at=at, words=words))
        return replace(self, verdict=None, concluded_at=None, reopenings=reopenings, version=self.version + 1)

    def _require_expert(self, expert: str) -> None:
        if expert != self.expert:
            raise TransitionError(f"{self.number} is of {self.expert}, not of {expert}")

    def _require_second(self, person: str) -> Verdict:
        if self.verdict is None or self.status is not IdentificationStatus.CONCLUDED:
            raise TransitionError(f"{self.number} is {self.state}, not {IdentificationStatus.CONCLUDED.value}")
        if person == self.expert:
            raise NotPermittedError(f"{person} concluded {self.number}; a second person checks it")
        return self.verdict


def rule_outcome(substance: str, basis: Basis) -> RuleOutcome:
    """Apply the rule and keep what it said."""
    check = basis.check(substance)
    silent = [one for one in basis.supports if one.result() in check.not_counted]
    return RuleOutcome(
        rule=check.rule,
        gaps=check.gaps,
        identity=check.identity,
        library_only=check.library_only,
        not_counted=tuple(f"{one.technique} of {one.number}" for one in silent),
    )


def missing(identification: Identification) -> tuple[Gap, ...]:
    """Say what still keeps the substance from being identified; nothing: it may be."""
    unseen = identification.basis.isomers.state is IsomerState.NOT_EXAMINED
    return (*identification.outcome.gaps, *((Gap.ISOMERS,) if unseen else ()))


def _lacking(identification: Identification, wanted: Conclusion) -> Iterator[str]:
    """Name everything against a conclusion."""
    counting = identification.basis.counting(identification.substance)
    specific = len(identification.outcome.identity) == 1
    if wanted in {Conclusion.IDENTIFIED, Conclusion.LIMITED}:
        yield from (gap.value for gap in missing(identification))
        if wanted is Conclusion.IDENTIFIED and not specific:
            others = ", ".join(identification.basis.isomers.inseparable)
            yield f"ID-6: no result tells it from {others}; the conclusion is limited to the set"
        if wanted is Conclusion.LIMITED and specific:
            yield "there is no isomer that the results do not tell apart"
    elif wanted is Conclusion.CLASS_ONLY and not counting:
        yield "no result is positive and counts"
    elif wanted is Conclusion.NOT_DETECTED:
        if counting:
            yield f"{counting[0].technique} of {counting[0].number} is positive and counts"
        if not any(one.outcome is Outcome.NEGATIVE for one in identification.basis.supports):
            yield "no result is negative; what was not looked for was not found absent"


def _limitations(identification: Identification) -> Iterator[Limitation]:
    counting = identification.basis.counting(identification.substance)
    basis = identification.basis
    if not counting:
        return
    if identification.outcome.library_only:
        yield Limitation.LIBRARY_ONLY
    if identification.inchikey is not None:
        yield Limitation.STEREOCHEMISTRY
    if basis.isomers.state is IsomerState.NOT_EXAMINED:
        yield Limitation.ISOMERS_NOT_EXAMINED
    if basis.isomers.inseparable:
        yield Limitation.ISOMERS
    if len({one.sampling for one in counting}) == 1:
        yield Limitation.ONE_SAMPLING
    if basis.correlation_reason:
        yield Limitation.CORRELATED
