"""The rule of the watch: which hits of a new release are an alert about a component, and why."""

from collections.abc import Sequence
from dataclasses import dataclass

from lims.domain.alert import AlertReason
from lims.domain.examination import Candidate, Decision, ExaminedComponent

_SKELETON = 14
"""Characters of the first block of an InChIKey, which says how the atoms are connected."""
UNRESOLVED = frozenset({Decision.UNDECIDED, Decision.NOT_IDENTIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedHit:
    """One line of the hit list against the whole new release, which begins with the best compound."""

    candidate: Candidate
    formula: str
    """As the library states it; empty for unknown."""
    is_new: bool
    """Whether no release that the component was searched in before had the compound."""
    reaches: bool
    """Whether its match factor is at or above the limit of the rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Why an alert is raised, and what it names."""

    reason: AlertReason
    hits: tuple[Candidate, ...]
    best_known: Candidate | None
    identity_now: Candidate | None = None


def judge_hits(component: ExaminedComponent, hits: Sequence[WatchedHit]) -> Judged | None:
    """Say whether the hits of a new release are an alert about a component.

    Parameters
    ----------
    component : ExaminedComponent
        As the expert speaks of it now.
    hits : sequence of WatchedHit
        The hit list by rank.

    Returns
    -------
    Judged or None
        None for no alert.

    Notes
    -----
    A component without an identity: a new compound reaches the limit, and what stands above it is new too, or a
    stereoisomer of it (the same first block of the InChIKey), from which an EI spectrum does not tell it. An
    identified component: a new compound reaches the limit, and is more like the component than the identified one, or
    has its formula. What the laboratory itself added raises none.
    """
    if component.decision in UNRESOLVED:
        return _of_unresolved(hits)
    if component.decision is Decision.IDENTIFIED and component.identity is not None:
        return _of_identified(component.identity, hits)
    return None


def _of_unresolved(hits: Sequence[WatchedHit]) -> Judged | None:
    new = [one for one in hits if one.is_new and one.reaches]
    if not new:
        return None
    first = new[0]
    above = [one for one in hits if one.candidate.rank < first.candidate.rank and not one.is_new]
    if any(not _stereoisomers(one.candidate, first.candidate) for one in above):
        return None
    return Judged(reason=AlertReason.UNKNOWN, hits=_candidates(new), best_known=_best_known(hits))


def _of_identified(identity: Candidate, hits: Sequence[WatchedHit]) -> Judged | None:
    own = next((one for one in hits if _is_of(identity, one.candidate)), None)
    new = [one for one in hits if one.is_new and one.reaches and not _is_of(identity, one.candidate)]
    better = [one for one in new if own is None or one.candidate.match_factor > own.candidate.match_factor]
    isomers = [one for one in new if own is not None and _same_formula(one, own)]
    if not (better or isomers):
        return None
    return Judged(
        reason=AlertReason.BETTER if better else AlertReason.ISOMER,
        hits=_candidates([one for one in new if one in better or one in isomers]),
        best_known=_best_known(hits),
        identity_now=own.candidate if own else None,
    )


def _is_of(identity: Candidate, candidate: Candidate) -> bool:
    same_key = bool(identity.inchikey) and identity.inchikey == candidate.inchikey
    return same_key or identity.name.casefold() == candidate.name.casefold()


def _stereoisomers(one: Candidate, other: Candidate) -> bool:
    return bool(one.inchikey and other.inchikey) and str(one.inchikey)[:_SKELETON] == str(other.inchikey)[:_SKELETON]


def _same_formula(one: WatchedHit, other: WatchedHit) -> bool:
    return bool(one.formula) and one.formula == other.formula


def _candidates(hits: Sequence[WatchedHit]) -> tuple[Candidate, ...]:
    return tuple(one.candidate for one in hits)


def _best_known(hits: Sequence[WatchedHit]) -> Candidate | None:
    return next((one.candidate for one in hits if not one.is_new), None)
