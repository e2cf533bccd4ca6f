import dataclasses
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from lims.domain.competence import Competence, CompetenceTask, MethodWork, why_not_competent
from lims.domain.duties import Side, case_numbers, compatible, side_of
from lims.domain.exhibit import ExhibitKind
from lims.domain.permissions import Act, may_do, require_role, roles_for
from lims.domain.reading_rights import may_read
from lims.domain.record import body_of, from_body
from lims.domain.staff import Delegation, Role, StaffMember
from lims.domain.staff_steps import require_competence_step
from lims.errors import InvalidRecordError, NotPermittedError, TransitionError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
ALMATY = ZoneInfo("Asia/Almaty")
M_1, M_2 = MethodWork(method="M-1"), MethodWork(method="M-2")
HELD = Competence(
    number="e-K1",
    person="e",
    method="M-1",
    valid_from=TODAY,
    valid_until=TODAY + DAY,
    basis="training file 7",
    granted_by="q",
    granted_at=NOW,
)


def test_a_body_holds_everything():
    withdrawn = HELD.withdraw(by="q", at=NOW, reason="r")
    assert from_body(Competence, body_of(withdrawn)) == withdrawn
    assert (HELD.parent, HELD.title, HELD.state) == ("e", "M-1", "until 2026-11-23")
    assert dataclasses.replace(HELD, valid_until=None).state == "without end"
    assert withdrawn.state == "withdrawn"


@pytest.mark.parametrize("name", ["number", "person", "method", "basis"])
def test_what_a_competence_cannot_do_without_is_needed(name):
    with pytest.raises(InvalidRecordError, match="empty"):
        dataclasses.replace(HELD, **{name: ""})


def test_a_competence_is_for_days_and_never_granted_to_oneself():
    with pytest.raises(InvalidRecordError, match="the last day is first"):
        dataclasses.replace(HELD, valid_until=TODAY - DAY)
    with pytest.raises(NotPermittedError, match="e cannot grant a competence to the own person"):
        dataclasses.replace(HELD, granted_by="e")


@pytest.mark.parametrize(
    ("day", "covers"), [(TODAY - DAY, False), (TODAY, True), (TODAY + DAY, True), (TODAY + 2 * DAY, False)]
)
def test_it_covers_its_days(day, covers):
    assert HELD.covers(M_1, day) is covers
    assert HELD.held_on(day, time_zone=ALMATY) is covers
    assert not HELD.covers(M_2, day)
    missing = why_not_competent((HELD,), person="e", work=M_1, day=day)
    assert missing == ("" if covers else f"e is not competent for M-1 on {day}: e-K1 from {TODAY} is {HELD.state}")


def test_a_withdrawal_counts_from_its_day_in_the_laboratory():
    late = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)  # the 23rd in Almaty
    withdrawn = HELD.withdraw(by="q", at=late, reason="r")
    assert withdrawn.held_on(TODAY, time_zone=ALMATY)
    assert not withdrawn.held_on(TODAY + DAY, time_zone=ALMATY)
    assert not withdrawn.covers(M_1, TODAY)
    with pytest.raises(TransitionError, match="withdrawn already"):
        withdrawn.withdraw(by="q", at=late, reason="r")


def test_a_withdrawal_has_a_reason_and_is_not_ones_own():
    with pytest.raises(InvalidRecordError, match="reason: empty"):
        HELD.withdraw(by="q", at=NOW, reason="")
    with pytest.raises(NotPermittedError, match="e cannot withdraw the own competence"):
        HELD.withdraw(by="e", at=NOW, reason="r")


def test_without_any_competence_that_is_said():
    assert "no competence was ever granted" in why_not_competent((), person="e", work=M_1, day=TODAY)
    assert "no competence was ever granted" in why_not_competent((HELD,), person="e", work=M_2, day=TODAY)


# as the door takes it again


def test_the_step_of_a_competence_is_what_its_act_says():
    withdrawn = HELD.withdraw(by="h", at=NOW, reason="r")
    require_competence_step(None, HELD, act=Act.COMPETENCE_GRANTED, actor="q")
    require_competence_step(HELD, withdrawn, act=Act.COMPETENCE_WITHDRAWN, actor="h")
    for before, after, act, actor in (
        (None, HELD, Act.COMPETENCE_GRANTED, "h"),
        (None, HELD, Act.COMPETENCE_WITHDRAWN, "q"),
        (HELD, HELD, Act.COMPETENCE_GRANTED, "q"),
        (HELD, HELD, Act.COMPETENCE_WITHDRAWN, "q"),
        (None, withdrawn, Act.COMPETENCE_GRANTED, "q"),
        (HELD, withdrawn, Act.COMPETENCE_WITHDRAWN, "q"),
        (HELD, dataclasses.replace(withdrawn, method="M-2"), Act.COMPETENCE_WITHDRAWN, "h"),
        (HELD, dataclasses.replace(HELD, valid_until=None, version=2), Act.COMPETENCE_WITHDRAWN, "h"),
    ):
        with pytest.raises(InvalidRecordError, match="is not what"):
            require_competence_step(before, after, act=act, actor=actor)


# the tables of permissions and sides


def test_what_is_in_no_table_is_nobodys():
    assert roles_for("case.deleted") == frozenset()
    assert not may_do("case.deleted", tuple(Role))
    assert not may_read("secret", tuple(Role))
    assert may_do(Act.CASE_REGISTERED, (Role.TECHNICIAN,))
    assert may_read("case", (Role.AUDITOR,))
    assert not may_read("case", (Role.ADMINISTRATOR, Role.LIBRARY_CURATOR))


def test_a_lent_role_passes_the_early_refusal():
    lent = Delegation(role=Role.HEAD, given_by="h", first_day=TODAY, last_day=TODAY)
    member = StaffMember(number="m", name="M", post="p", roles=(), delegations=(lent,))
    require_role(member, Act.REPORT_ISSUED)
    with pytest.raises(NotPermittedError, match="m is without a role; this act needs technician or expert"):
        require_role(member, Act.CASE_REGISTERED)


@pytest.mark.parametrize("small", [False, True])
def test_sides_are_apart_but_review_and_release_in_a_laboratory_of_two(small):
    pair = {Side.REVIEW, Side.RELEASE}
    for taken in Side:
        for wanted in Side:
            expected = taken is wanted or (small and {taken, wanted} == pair)
            assert compatible(taken, wanted, release_by_reviewer=small) is expected


def test_an_act_of_no_side_belongs_to_no_case():
    assert side_of("case.registered") is None
    assert side_of("nonsense") is None
    assert side_of("report.issued") is Side.RELEASE
    assert case_numbers(HELD, lambda *_: "x") == ()


@pytest.mark.parametrize("task", [*CompetenceTask, None])
@pytest.mark.parametrize("granted", [(), (CompetenceTask.ANALYSIS,), (CompetenceTask.REVIEW, CompetenceTask.ANALYSIS)])
def test_17025_6_2_5_a_competence_is_for_its_tasks(task, granted):
    held = dataclasses.replace(HELD, tasks=granted)
    work = MethodWork(method="M-1", task=task)
    assert held.covers(work, TODAY) is (not granted or task is None or task in granted)


@pytest.mark.parametrize(
    ("granted", "kinds", "covers"),
    [
        ((), {ExhibitKind.BLOOD}, True),
        ((ExhibitKind.POWDER,), set(), True),
        ((ExhibitKind.POWDER,), {ExhibitKind.POWDER}, True),
        ((ExhibitKind.POWDER,), {ExhibitKind.BLOOD}, False),
        ((ExhibitKind.POWDER,), {ExhibitKind.POWDER, ExhibitKind.BLOOD}, False),
        ((ExhibitKind.POWDER, ExhibitKind.BLOOD), {ExhibitKind.POWDER, ExhibitKind.BLOOD}, True),
    ],
)
def test_17025_6_2_5_a_competence_is_for_its_matrices(granted, kinds, covers):
    held = dataclasses.replace(HELD, matrices=granted)
    work = MethodWork(method="M-1", matrices=frozenset(kinds))
    assert held.covers(work, TODAY) is covers
    missing = why_not_competent((held,), person="e", work=work, day=TODAY)
    assert missing == "" if covers else "for powder" in missing


def test_17025_6_2_5_the_proficiency_test_is_passed_before_it_is_recorded():
    assert dataclasses.replace(HELD, proficiency_on=TODAY).proficiency_on == TODAY
    with pytest.raises(InvalidRecordError, match="is still to come"):
        dataclasses.replace(HELD, proficiency_on=TODAY + 2 * DAY)
