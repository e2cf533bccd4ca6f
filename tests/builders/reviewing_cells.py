"""Cells of the rights matrix for reviews, amendments and deliveries, and reports in the states that they begin from."""

import dataclasses
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lims.domain.amendment import AmendmentOrder
from lims.domain.delivery import ReportDelivery
from lims.domain.examination import Examination
from lims.domain.report import Report, ReportStatus
from lims.domain.report_review import ReportDisagreement
from lims.domain.signature import SignatureMeaning
from lims.domain.staff import StaffMember
from lims.services.amending import DeliveryFacts, NoticeFacts
from lims.services.disclosing import Packet
from tests.builders.reviews import ADMINISTRATIVE_YES

DAY = date(2026, 1, 2)


def write_states(
    lab: Any, reports: Mapping[ReportStatus, Report], facts: Mapping[str, Any], write: Callable[[Report], None]
) -> None:
    """Write a superseded report with a recipient, and one that each person may decide a disagreement about."""
    now = lab.bench.clock.now()
    issued = reports[ReportStatus.ISSUED]
    given = ReportDelivery(
        recipient="Court",
        document_sha256=str(issued.pdf_sha256),
        delivered_on=DAY,
        manner="by hand",
        recorded_by="somebody",
        recorded_at=now,
    )
    ordered = issued.deliver(given).order_amendment(
        AmendmentOrder(what="w", why="w", ordered_by="somebody", ordered_at=now)
    )
    superseded = ordered.supersede(by="another")
    write(dataclasses.replace(superseded, number="superseded of all", version=1, **facts))
    for person in lab.people:
        said = ReportDisagreement(by="somebody-else", at=now, words="w", third_person=person)
        disputed = reports[ReportStatus.REVIEWED].dispute(said)
        write(dataclasses.replace(disputed, number=f"disputed of {person}", version=1, **facts))


def _clear(lab: Any, actor: StaffMember) -> object:
    report = lab.load(Report, "reviewed of all")
    confirmed = lab.confirmed(actor, SignatureMeaning.ADMINISTRATIVE_REVIEWER, report)
    return lab.call("administering").approve(
        report.number, actor=actor, checklist=ADMINISTRATIVE_YES, confirmation=confirmed
    )


def _deliver(lab: Any, actor: StaffMember) -> object:
    facts = DeliveryFacts(recipient="Court", delivered_on=DAY, manner="by hand")
    return lab.call("amending").deliver("issued of all", facts, actor=actor)


def _notify(lab: Any, actor: StaffMember) -> object:
    return lab.call("amending").notify("superseded of all", 1, NoticeFacts(told_on=DAY, manner="letter"), actor=actor)


def _disclose(lab: Any, actor: StaffMember) -> object:
    report = lab.load(Report, "issued of all")
    packet = Packet(report=report, case_number="c", origin="o", ledger_size=2, entries=1, files=())
    return lab.call("disclosing").record(packet, bag_sha256="0" * 64, actor=actor)


def _take_back(lab: Any, actor: StaffMember) -> object:
    found = lab.load(Examination, f"concluded of {actor.number}")
    return lab.call("amending").take_back(found.number, reason="r", actor=actor, version=found.version)


REVIEWING_CELLS: Mapping[str, tuple[str, Callable[[Any, StaffMember], object]]] = {
    "reviewing.comment": (
        "report.commented",
        lambda lab, actor: lab.call("reviewing").comment("reviewed of all", words="w", actor=actor),
    ),
    "reviewing.dispute": (
        "report.disputed",
        lambda lab, actor: lab.call("reviewing").dispute(
            "reviewed of all", words="w", third_person="p-head", actor=actor
        ),
    ),
    "reviewing.resolve": (
        "report.resolved",
        lambda lab, actor: lab.call("reviewing").resolve(
            f"disputed of {actor.number}", words="w", stands=True, actor=actor
        ),
    ),
    "administering.approve": ("report.administratively-reviewed", _clear),
    "amending.order": (
        "report.amendment-ordered",
        lambda lab, actor: lab.call("amending").order("issued of all", what="w", why="w", actor=actor),
    ),
    "amending.take_back": ("examination.conclusion-taken-back", _take_back),
    "amending.deliver": ("report.delivered", _deliver),
    "amending.notify": ("report.recipient-notified", _notify),
    "disclosing.record": ("report.disclosed", _disclose),
    "copying.copy": (
        "report.copied",
        lambda lab, actor: lab.call("copying").copy("issued of all", language="kk", actor=actor),
    ),
    "copying.summarise": (
        "report.copied",
        lambda lab, actor: lab.call("copying").summarise("issued of all", language="kk", actor=actor),
    ),
}
