"""Cells of the rights matrix for nonconformities, and one in each state that an act begins from."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from lims.domain.nonconformity import (
    CorrectiveAction,
    Decision,
    ImpactAssessment,
    NonconformingWork,
    Subject,
    Verification,
)
from lims.domain.staff import StaffMember
from lims.services.nonconforming import NonconformityFacts

LOT = Subject(kind="lot", number="a lot of no case")


def in_each_state(now: Any) -> Mapping[str, NonconformingWork]:
    """Give one nonconformity as it goes, numbered by where it stands; nobody of the lab had a part in it."""
    raised = NonconformingWork(
        number="open",
        what="w",
        subjects=(LOT,),
        found_by="somebody",
        found_at=now,
        recorded_by="somebody",
        recorded_at=now,
    )
    impact = ImpactAssessment(words="none", touched=(), recalled=(), assessed_by="somebody", assessed_at=now)
    action = CorrectiveAction(words="w", person="else", due_on=now.date(), planned_by="somebody", planned_at=now)
    assessed = raised.assess(impact)
    planned = assessed.plan(action)
    corrected = planned.correct(done="w", by="else", at=now)
    resumed = corrected.resume(Decision(words="w", by="somebody", at=now))
    seen = Verification(helped=True, words="w", verified_by="somebody", verified_at=now)
    ways = {"open": raised, "assessed": assessed, "in action": planned, "corrected": corrected}
    ways["verified"] = resumed.verify(seen)
    return {name: dataclasses.replace(one, number=f"NC {name}", version=1) for name, one in ways.items()}


def write_states(lab: Any, write: Callable[..., None]) -> None:
    for one in in_each_state(lab.bench.clock.now()).values():
        write(one)


def _raise(lab: Any, actor: StaffMember) -> object:
    found_at = lab.bench.clock.now() - timedelta(hours=1)
    facts = NonconformityFacts(what="w", subjects=(LOT,), found_by="head", found_at=found_at)
    return lab.call("nonconforming").raise_one(facts, actor=actor)


def _plan(lab: Any, actor: StaffMember) -> object:
    today = lab.bench.clock.now().date()
    return lab.call("nonconforming").plan("NC assessed", words="w", person="head", due_on=today, actor=actor)


Cell = Callable[[Any, StaffMember], object]
NONCONFORMITY_CELLS: Mapping[str, tuple[str, Cell]] = {
    "nonconforming.raise_one": ("nonconformity.raised", _raise),
    "nonconforming.assess": (
        "nonconformity.assessed",
        lambda lab, actor: lab.call("nonconforming").assess("NC open", words="w", actor=actor),
    ),
    "nonconforming.plan": ("nonconformity.action-planned", _plan),
    "nonconforming.correct": (
        "nonconformity.corrected",
        lambda lab, actor: lab.call("nonconforming").correct("NC in action", done="w", actor=actor),
    ),
    "nonconforming.verify": (
        "nonconformity.verified",
        lambda lab, actor: lab.call("nonconforming").verify("NC corrected", helped=True, words="w", actor=actor),
    ),
    "nonconforming.resume": (
        "nonconformity.resumed",
        lambda lab, actor: lab.call("nonconforming").resume("NC corrected", words="w", actor=actor),
    ),
    "detecting.look": ("detectors.asked", lambda lab, actor: lab.call("detecting").look(actor=actor)),
    "nonconforming.close": (
        "nonconformity.closed",
        lambda lab, actor: lab.call("nonconforming").close("NC verified", words="w", actor=actor),
    ),
}
"""Each public method that writes on a person's word: the act that it begins with, and a call of it."""
