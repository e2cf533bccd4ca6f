import dataclasses
from datetime import UTC, date, datetime

import pytest

from lims.domain.case import Case
from lims.domain.deadline import TermStep
from lims.domain.record import body_of, from_body
from lims.domain.request import (
    Adjudication,
    CaseLink,
    Consumption,
    ConsumptionPermission,
    ExaminationRequest,
    LiabilityWarning,
    RequestReview,
)
from lims.errors import InvalidRecordError, TransitionError
from lims.work_errors import CaseDecidedError, ConsumptionRefusedError, NotWarnedError
from tests.builders.receiving import event

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)
CASE = Case(
    number="2026-0001",
    laboratory="Laboratory",
    appointing_body="Court",
    order_number="7",
    order_date=DAY,
    seizure_date=None,
    seizure_place="",
    questions=("What is it?", "How much of it?", "What is it?"),
    demonstration=False,
)
PART = ConsumptionPermission(extent=Consumption.PARTIAL, reference="order 7, point 3")


def review(**facts):
    usual = {
        "questions_understood": True,
        "method_available": True,
        "capable": True,
        "methods": ("M-1",),
        "deviation": "",
        "told_to": "",
        "told_at": None,
        "reviewed_by": "expert",
        "reviewed_at": NOW,
    }
    return RequestReview(**{**usual, **facts})


def test_a_body_from_before_requests_were_recorded_is_read():
    old = {
        "number": "2026-0001",
        "laboratory": "L",
        "appointing_body": "Court",
        "order_number": "",
        "version": 1,
        "order_date": None,
        "seizure_date": None,
        "seizure_place": "",
        "questions": [],
        "demonstration": True,
    }
    case = from_body(Case, old)
    assert (case.request, case.warnings, case.term_events, case.category) == (None, (), (), "")


def test_questions_stay_word_for_word_and_in_their_order():
    assert from_body(Case, body_of(CASE)).questions == ("What is it?", "How much of it?", "What is it?")


def test_kz_2_nothing_is_used_up_without_a_recorded_permission():
    none = ConsumptionPermission(extent=Consumption.NONE)
    for case in (CASE, CASE.permit(none), dataclasses.replace(CASE, request=ExaminationRequest(appointed_by="Judge"))):
        with pytest.raises(ConsumptionRefusedError, match="nothing may be used up") as refusal:
            case.require_consumption()
        assert "Ask the appointing body" in refusal.value.advice()
    assert CASE.permit(PART).require_consumption() == PART


def test_kz_2_a_part_is_not_the_whole():
    with pytest.raises(ConsumptionRefusedError, match="order 7, point 3 permits a part"):
        CASE.permit(PART).require_consumption(entire=True)
    full = dataclasses.replace(PART, extent=Consumption.FULL)
    assert CASE.permit(full).require_consumption(entire=True) == full


@pytest.mark.parametrize("extent", [Consumption.PARTIAL, Consumption.FULL])
def test_kz_2_a_permission_names_where_it_stands(extent):
    with pytest.raises(InvalidRecordError, match="reference of the permission"):
        ConsumptionPermission(extent=extent)


def test_kz_2_a_later_permission_keeps_what_is_known_of_the_order():
    case = dataclasses.replace(CASE, request=ExaminationRequest(appointed_by="Judge")).permit(PART)
    assert case.request.appointed_by == "Judge"
    assert case.version == 2


def test_kz_1_the_warning_is_signed_by_the_expert_before_the_work():
    warned = CASE.sign_warning(LiabilityWarning(person="expert-a", signed_on=DAY, recorded_at=NOW))
    assert warned.require_warned("expert-a").signed_on == DAY
    assert warned.require_warned().person == "expert-a"
    for case, person in ((CASE, ""), (CASE, "expert-a"), (warned, "expert-b")):
        with pytest.raises(NotWarnedError, match="has not signed the warning") as refusal:
            case.require_warned(person)
        assert (refusal.value.case, refusal.value.person) == ("2026-0001", person)
        assert "Sign the warning" in refusal.value.advice()
    with pytest.raises(TransitionError, match="before"):
        warned.sign_warning(warned.warnings[0])


def test_17025_7_1_a_request_is_reviewed_and_a_deviation_is_told_to_the_customer():
    told = {"deviation": "by GC-MS only", "told_to": "Investigator", "told_at": NOW}
    assert CASE.review(review()).review(review(capable=False, **told)).reviews[-1].told_to == "Investigator"
    for answer in ("questions_understood", "method_available", "capable"):
        with pytest.raises(InvalidRecordError, match="the deviation in words"):
            review(**{answer: False})
    for missing in ({"told_to": ""}, {"told_at": None}):
        with pytest.raises(InvalidRecordError, match="told to the customer"):
            review(**{**told, **missing})


def test_section_17_2_a_decided_case_is_not_worked_on_until_somebody_wants_it():
    decided = CASE.adjudicate(Adjudication(decided_on=DAY, reference="verdict", recorded_by="head", recorded_at=NOW))
    CASE.require_wanted()
    with pytest.raises(CaseDecidedError, match="verdict") as refusal:
        decided.require_wanted()
    assert "whether it still wants" in refusal.value.advice()
    with pytest.raises(TransitionError, match="was decided"):
        decided.adjudicate(decided.adjudication)
    wanted = decided.want_work(reason="appeal", wanted_by="Court", recorded_by="head", at=NOW)
    wanted.require_wanted()
    for case in (CASE, wanted):
        with pytest.raises(TransitionError, match="nothing stops"):
            case.want_work(reason="appeal", wanted_by="Court", recorded_by="head", at=NOW)
    with pytest.raises(InvalidRecordError, match="reason"):
        decided.want_work(reason="", wanted_by="Court", recorded_by="head", at=NOW)


def test_cases_are_linked_with_a_reason_and_once():
    link = CaseLink(case_number="2026-0002", reason="same parcel", linked_by="expert", linked_at=NOW)
    linked = CASE.link(link)
    for case, other in ((linked, link), (CASE, dataclasses.replace(link, case_number="2026-0001"))):
        with pytest.raises(InvalidRecordError, match="linked already"):
            case.link(other)
    with pytest.raises(InvalidRecordError, match="reason"):
        dataclasses.replace(link, reason="")


def test_steps_give_a_new_case():
    started = CASE.categorise("simple").step_term(event(TermStep.STARTED, DAY))
    assert (CASE.category, started.category, started.version, len(started.term_events)) == ("", "simple", 3, 1)
    with pytest.raises(TransitionError):
        started.step_term(event(TermStep.STARTED, DAY))
