"""Cells of the rights matrix for alerts and provisional substances, and what their acts begin from."""

import dataclasses
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from lims.domain.alert import Alert, AlertOutcome, AlertReason, alert_number, component_number
from lims.domain.cluster import cluster_number
from lims.domain.examination import Candidate, Decision
from lims.domain.provisional import ProvisionalSubstance
from lims.domain.staff import StaffMember
from lims.domain.watch import Trigger
from lims.services.archive_ports import Membership
from tests.builders.laboratories import EXAMINATION

HIT = Candidate(
    rank=1,
    accession="000001",
    name="n",
    inchikey=None,
    match_factor=Decimal("950.00"),
    reverse_match_factor=Decimal("950.00"),
    matched_ions=9,
)
ALERT = Alert(
    number=alert_number(component_number(EXAMINATION, 1), trigger=Trigger.RELEASE, cause="r"),
    trigger=Trigger.RELEASE,
    cause="r",
    watch_number="r-W1",
    examination_number=EXAMINATION,
    examination_version=1,
    component_number=1,
    exhibit_number="2026-0001/1",
    expert="somebody",
    reason=AlertReason.UNKNOWN,
    decision=Decision.UNDECIDED,
    identity=None,
    hits=(HIT,),
    reports=("2026-0001-P1",),
)
CLUSTER = cluster_number(EXAMINATION, 1)
NAMED = "PS named"


def prepare(lab: Any) -> None:
    """Let a component found a cluster."""
    founder = {"founder_examination": EXAMINATION, "founder_component": 1}
    lab.bench.archive.join([Membership(examination_number=EXAMINATION, component_number=1, place=1, **founder)])


def write_states(lab: Any, write: Callable[..., None]) -> None:
    write(ALERT)
    named = ProvisionalSubstance(
        number=NAMED,
        name="n",
        cluster="of nothing here",
        components=("c",),
        made_by="somebody",
        made_at=lab.bench.clock.now(),
    )
    write(dataclasses.replace(named, version=1))


Cell = Callable[[Any, StaffMember], object]
WATCH_CELLS: Mapping[str, tuple[str, Cell]] = {
    "alerting.answer": (
        "alert.answered",
        lambda lab, actor: lab.call("alerting").answer(
            ALERT.number, outcome=AlertOutcome.STANDS, reason="r", actor=actor
        ),
    ),
    "alerting.assess": (
        "alert.assessed",
        lambda lab, actor: lab.call("alerting").assess(
            ALERT.number, outcome=AlertOutcome.STANDS, reason="r", actor=actor
        ),
    ),
    "clustering.make_provisional": (
        "provisional substance.made",
        lambda lab, actor: lab.call("clustering").make_provisional(CLUSTER, name="n", actor=actor),
    ),
    "clustering.resolve": (
        "provisional substance.resolved",
        lambda lab, actor: lab.call("clustering").resolve(NAMED, name="n", inchikey="", basis="b", actor=actor),
    ),
}
"""Each public method that writes on a person's word: the act that it begins with, and a call of it."""
