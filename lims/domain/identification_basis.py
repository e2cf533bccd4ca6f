"""What an identification rests on: results as they stood, results left out, isomers, and the rule applied to them."""

from dataclasses import dataclass, field
from enum import StrEnum

from lims.domain.identification_rule import (
    Circumstances,
    Comparison,
    IdentificationCheck,
    Outcome,
    TechniqueResult,
    check_identification,
)
from lims.domain.technique import technique
from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError


class SupportKind(StrEnum):
    """Where a result stands."""

    FINDING = "finding"
    EXAMINATION = "examination"


class IsomerState(StrEnum):
    """How far isomers were looked at."""

    NOT_EXAMINED = "not examined"
    NONE_KNOWN = "none known"
    LISTED = "listed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """One result as it stood when it was used: the newest version of its record may say something else."""

    kind: SupportKind
    number: str
    """Of the finding or the examination."""
    version: int
    technique: str
    outcome: Outcome
    sampling: int
    system: str
    data: tuple[str, ...] = ()
    """SHA-256 of what can be reviewed."""
    comparison: Comparison = Comparison.NONE
    reference: str = ""
    component: int | None = None
    """Of the examination."""
    field_screen: bool = False
    authorised: bool = True
    note: str = ""
    """Why the outcome is what it is, where that is not the result's own."""

    def __post_init__(self) -> None:
        """Refuse a result of nothing."""
        require_text("number of the result", self.number)
        require_text("system", self.system)
        technique(self.technique)

    def result(self) -> TechniqueResult:
        """Give it as the rule takes it."""
        return TechniqueResult(
            technique=technique(self.technique),
            outcome=self.outcome,
            sampling=self.sampling,
            system=self.system,
            data=self.data,
            comparison=self.comparison,
            field_screen=self.field_screen,
            authorised=self.authorised,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A result about the substance that was not used, and why."""

    number: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse to leave out without a reason."""
        require_text("number of the result", self.number)
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Isomer:
    """A substance that the one in question could be taken for."""

    name: str
    inchikey: str | None = None
    separated_by: str = ""
    """Number of the result that tells it from the substance; empty: none does."""
    relation: str = ""
    """How it differs from the substance by structure; empty where that is not known."""
    tests: tuple[str, ...] = ()
    """Techniques that would tell it apart, the cheapest first; empty where no source names one."""
    group: str = ""
    """Number of the confirmed isomer group by which the result tells it apart; empty where the expert says so."""
    group_version: int = 0

    def __post_init__(self) -> None:
        """Refuse a substance without a name, and a group by which nothing is told apart."""
        require_text("name of the isomer", self.name)
        clean_text("separated by", self.separated_by)
        if self.group and not self.separated_by:
            raise InvalidRecordError(f"{self.name}: isomer group {self.group}, and no result that tells it apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class IsomerSet:
    """Which isomers were looked at, and who names them."""

    state: IsomerState = IsomerState.NOT_EXAMINED
    isomers: tuple[Isomer, ...] = ()
    basis: str = ""
    """The tables or the expert's knowledge that it rests on."""
    possible: tuple[str, ...] = ()
    """SMILES of ring isomers that the structure allows and no table holds: nothing was compared with them."""

    def __post_init__(self) -> None:
        """Refuse a list that contradicts its state, or rests on nothing."""
        if (self.state is IsomerState.LISTED) != bool(self.isomers):
            raise InvalidRecordError(f"isomers {self.state.value}: {len(self.isomers)} named; expected some if listed")
        if self.state is not IsomerState.NOT_EXAMINED:
            require_text("basis of the isomers", self.basis)

    @property
    def inseparable(self) -> tuple[str, ...]:
        """Names of those that no result tells from the substance."""
        return tuple(one.name for one in self.isomers if not one.separated_by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """Everything that a conclusion rests on, as the expert puts it together."""

    supports: tuple[Support, ...]
    left_out: tuple[LeftOut, ...] = ()
    isomers: IsomerSet = field(default_factory=IsomerSet)
    limitations: tuple[str, ...] = ()
    """What the expert adds to those that the program finds."""
    limited_sample_measure: str = ""
    """What was done in place of a second sampling, because the sample is limited (rule ID-5)."""
    correlation_reason: str = ""
    second_sampling: bool = True
    """The laboratory's policy (rule ID-5)."""

    def __post_init__(self) -> None:
        """Refuse an isomer told apart by a result that is not among them."""
        numbers = {one.number for one in self.supports}
        for isomer in self.isomers.isomers:
            if isomer.separated_by and isomer.separated_by not in numbers:
                raise InvalidRecordError(
                    f"{isomer.name} is told apart by {isomer.separated_by}, which is not used here"
                )

    def check(self, substance: str) -> IdentificationCheck:
        """Apply the rule."""
        return check_identification(
            substance,
            [one.result() for one in self.supports],
            inseparable=self.isomers.inseparable,
            circumstances=Circumstances(
                second_sampling=self.second_sampling,
                limited_sample_measure=self.limited_sample_measure,
                correlation_reason=self.correlation_reason,
            ),
        )

    def counting(self, substance: str) -> tuple[Support, ...]:
        """Give the results that contribute."""
        not_counted = self.check(substance).not_counted
        return tuple(one for one in self.supports if one.result() not in not_counted)
