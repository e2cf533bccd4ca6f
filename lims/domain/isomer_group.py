"""Substances of one formula and what of them a technique does not tell apart: computed, then judged by the curator."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import clean_text, require_text
from lims.errors import InvalidRecordError, TransitionError

_SKELETON = 14
"""Characters of an InChIKey that tell the connectivity."""


class GroupStatus(StrEnum):
    """How far a person has looked at a group."""

    PROPOSED = "proposed"
    """By the computation alone: nothing rests on it."""
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMember:
    """A substance of the release."""

    inchikey: str
    """As the release states it: it may stand for several stereoisomers."""
    names: tuple[str, ...]
    spectra: int

    def __post_init__(self) -> None:
        """Refuse a substance that could not be named."""
        require_text("InChIKey of a member", self.inchikey)
        if not self.names:
            raise InvalidRecordError(f"{self.inchikey} without a name")


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPair:
    """Two members and how alike their spectra are."""

    first: str
    second: str
    """InChIKeys."""
    relation: str
    """How they differ by structure; empty where a structure is not known."""
    likeness: Decimal | None
    """0 to 1; None where there is no condition under which both were measured."""
    share: Decimal | None
    """Of the repetitions in the release that are no more alike than the two; None as above."""
    told_apart: bool

    def __post_init__(self) -> None:
        """Refuse a substance beside itself, and two told apart by nothing."""
        if self.first == self.second:
            raise InvalidRecordError(f"{self.first} beside itself; expected two substances")
        if self.told_apart and (self.likeness is None or self.share is None):
            raise InvalidRecordError(f"{self.first} and {self.second} told apart without a comparison")


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDecision:
    """What a person made of a group."""

    confirmed: bool
    reason: str
    decided_by: str
    decided_at: datetime

    def __post_init__(self) -> None:
        """Refuse to decide without a reason."""
        require_text("reason", self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class IsomerGroup:
    """All substances of one formula in a release, compared with each other (rules ID-6 and L-3)."""

    KIND: ClassVar[str] = "isomer group"

    number: str
    """Release, technique and formula: there is one for each."""
    release: str
    release_sha256: str
    formula: str
    technique: str
    """By which the spectra were measured: EI or MS/MS."""
    members: tuple[GroupMember, ...]
    pairs: tuple[MemberPair, ...]
    """Each two members once."""
    criterion: str
    """Name, version and level of the statistic, and the scores that it ranks."""
    repetitions: int
    """Substances of the release that were measured more than once: what the pairs are ranked among."""
    proposed_by: str
    proposed_at: datetime
    decision: GroupDecision | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a group without two members, and pairs of others."""
        for name in ("number", "release", "release_sha256", "formula", "technique", "criterion", "proposed_by"):
            require_text(f"isomer group {name.replace('_', ' ')}", getattr(self, name))
        keys = {one.inchikey for one in self.members}
        pairs = {frozenset((one.first, one.second)) for one in self.pairs}
        if len(keys) < len(self.members) or len(pairs) != len(self.pairs) or not pairs <= _all_pairs(keys):
            raise InvalidRecordError(f"{self.number}: members or pairs are repeated, or pairs are of other substances")

    @property
    def parent(self) -> str:
        """Belong to the release."""
        return self.release

    @property
    def status(self) -> GroupStatus:
        """Say how far a person has looked at it."""
        if self.decision is None:
            return GroupStatus.PROPOSED
        return GroupStatus.CONFIRMED if self.decision.confirmed else GroupStatus.REJECTED

    @property
    def state(self) -> str:
        """Say how far a person has looked at it."""
        return self.status.value

    @property
    def title(self) -> str:
        """Show the formula, and how many are not told apart."""
        return f"{self.formula}: {sum(not one.told_apart for one in self.pairs)} of {len(self.pairs)} pairs alike"

    @property
    def sets(self) -> tuple[tuple[str, ...], ...]:
        """Give the sets of InChIKeys that hang together by pairs that are not told apart, in the order of the members.

        A substance that is told apart from every other one is in none.
        """
        return tuple(one for one in _connected(self) if len(one) > 1)

    def tells_apart(self, first: str, second: str) -> bool:
        """Tell whether a person has confirmed that the technique tells two substances apart.

        Substances of two connectivities are compared by these: every pair of their forms has to be told apart.
        """
        length = len(first) if first[:_SKELETON] == second[:_SKELETON] else _SKELETON
        wanted = {first[:length], second[:length]}
        between = [one for one in self.pairs if {one.first[:length], one.second[:length]} == wanted]
        return self.status is GroupStatus.CONFIRMED and bool(between) and all(one.told_apart for one in between)

    def decide(self, decision: GroupDecision) -> Self:
        """Confirm or reject what was computed; a later decision replaces an earlier one, which stays in the ledger.

        Raises
        ------
        TransitionError
            If it says the same as the decision that stands.
        """
        clean_text("reason", decision.reason)
        if self.decision is not None and self.decision.confirmed == decision.confirmed:
            raise TransitionError(f"{self.number} is {self.state} already, by {self.decision.decided_by}")
        return replace(self, decision=decision, version=self.version + 1)


def _all_pairs(keys: set[str]) -> set[frozenset[str]]:
    return {frozenset((a, b)) for a in keys for b in keys if a < b}


def _connected(group: IsomerGroup) -> list[tuple[str, ...]]:
    alike: dict[str, set[str]] = {one.inchikey: {one.inchikey} for one in group.members}
    for pair in group.pairs:
        if not pair.told_apart:
            joined = alike[pair.first] | alike[pair.second]
            for key in joined:
                alike[key] = joined
    order = [one.inchikey for one in group.members]
    sets = {tuple(key for key in order if key in joined) for joined in alike.values()}
    return sorted(sets, key=lambda one: order.index(one[0]))
