import dataclasses
from datetime import date, timedelta

import pytest

from lims.domain.staff import Delegation, Role, StaffMember
from lims.errors import (
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TransitionError,
)
from lims.ledger import LedgerEntry
from lims.services.accessioning import CaseFacts
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, PASSWORD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY, add

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
NEW = StaffMember(number="new", name="New", post="x", roles=(Role.EXPERT,))
DEPUTY = StaffMember(number="deputy", name="Deputy", post="chemist", roles=(Role.TECHNICAL_REVIEWER,))


@pytest.fixture
def staffing(bench):
    bench.hire()
    return bench.staffing


def newest(bench) -> LedgerEntry:
    *_, stored = bench.store.entries()
    return LedgerEntry.from_bytes(stored.data)


def of_act(bench, act: str) -> list[LedgerEntry]:
    entries = (LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries())
    return [entry for entry in entries if entry.act == act]


# registered by one, confirmed by another


def test_the_first_person_is_an_administrator_and_registers_the_next(bench):
    first = bench.staffing.register(ADMIN, password=PASSWORD, actor=None)
    assert (first.roles, first.confirmation.founding) == (ADMIN.roles, True)
    assert of_act(bench, "staff.registered")[0].authority == "founding"
    second = bench.staffing.register(EXPERT, password=PASSWORD, actor=ADMIN)
    assert (second.roles, second.proposal.roles) == ((), EXPERT.roles)
    assert of_act(bench, "staff.registered")[1].authority == ""


@pytest.mark.parametrize(
    ("roles", "match"),
    [
        ((Role.EXPERT,), "this act needs administrator"),
        ((Role.QUALITY_MANAGER,), "this act needs administrator"),
        ((Role.ADMINISTRATOR, Role.EXPERT), "sees no case and cannot be expert too"),
        ((Role.ADMINISTRATOR, Role.QUALITY_MANAGER), "sees no case and cannot be quality manager too"),
    ],
)
def test_the_first_person_is_an_administrator_and_nothing_that_sees_cases(bench, roles, match):
    with pytest.raises((NotPermittedError, InvalidRecordError), match=match):
        bench.staffing.register(dataclasses.replace(ADMIN, roles=roles), password=PASSWORD, actor=None)
    assert bench.entries == 0


def test_nobody_registers_themselves_where_people_exist(bench):
    bench.staffing.register(ADMIN, password=PASSWORD, actor=None)
    entries = bench.entries
    another = dataclasses.replace(ADMIN, number="another")
    with pytest.raises(NotPermittedError, match="people exist already"):
        bench.staffing.register(another, password=PASSWORD, actor=None)
    with pytest.raises(NotPermittedError, match="another is not on the staff"):
        bench.staffing.register(another, password=PASSWORD, actor=another)
    assert bench.entries == entries


@pytest.mark.parametrize("actor", [TECHNICIAN, EXPERT, REVIEWER, HEAD, QUALITY], ids=lambda member: member.number)
def test_only_an_administrator_registers_people(staffing, actor):
    with pytest.raises(NotPermittedError, match="this act needs administrator"):
        staffing.register(NEW, password=PASSWORD, actor=actor)
    with pytest.raises(NotFoundError):
        staffing.get("new")


def test_sg_3_a_number_is_given_once_and_never_the_programs_own(staffing, bench):
    expert = staffing.get("expert-a")
    with pytest.raises(StaleVersionError):
        staffing.register(dataclasses.replace(EXPERT, name="Else"), password=PASSWORD[::-1] + "x", actor=ADMIN)
    assert staffing.get("expert-a") == expert
    assert bench.authentication.check_password("expert-a", PASSWORD) == expert
    with pytest.raises(InvalidRecordError, match="the program's own"):
        staffing.register(dataclasses.replace(NEW, number="system"), password=PASSWORD, actor=ADMIN)


def test_sg_3_a_proposed_role_gives_nothing_until_another_person_confirms_it(staffing, bench):
    staffing.register(dataclasses.replace(NEW, roles=(Role.TECHNICIAN,)), password=PASSWORD, actor=ADMIN)
    stated = dataclasses.replace(NEW, roles=(Role.TECHNICIAN,))
    with pytest.raises(NotPermittedError, match=r"new is without a role; case.registered needs technician or expert"):
        bench.accessioning.register_case(CaseFacts(appointing_body="x"), actor=stated)
    staffing.confirm("new", actor=QUALITY)
    assert bench.accessioning.register_case(CaseFacts(appointing_body="x"), actor=stated).number == "2026-0001"


def test_roles_that_changed_count_at_once_whatever_copy_a_caller_holds(staffing, bench):
    staffing.propose("technician", (Role.AUDITOR,), actor=ADMIN)
    assert staffing.get("technician").roles == (Role.TECHNICIAN,)
    staffing.confirm("technician", actor=QUALITY)
    with pytest.raises(NotPermittedError, match=r"technician is auditor; case.registered needs"):
        bench.accessioning.register_case(CaseFacts(appointing_body="x"), actor=TECHNICIAN)


@pytest.mark.parametrize("actor", [TECHNICIAN, EXPERT, REVIEWER, HEAD], ids=lambda member: member.number)
def test_only_the_quality_manager_confirms(staffing, actor):
    staffing.register(NEW, password=PASSWORD, actor=ADMIN)
    with pytest.raises(NotPermittedError, match="this act needs quality manager"):
        staffing.confirm("new", actor=actor)
    assert staffing.get("new").roles == ()


def test_the_administrator_confirms_the_first_quality_manager_and_nobody_else(bench):
    bench.staffing.register(ADMIN, password=PASSWORD, actor=None)
    for member in (QUALITY, EXPERT):
        bench.staffing.register(member, password=PASSWORD, actor=ADMIN)
    with pytest.raises(NotPermittedError, match=r"admin is administrator, library curator; staff.roles-confirmed"):
        bench.staffing.confirm("expert-a", actor=ADMIN)
    confirmed = bench.staffing.confirm("quality", actor=ADMIN)
    assert (confirmed.roles, confirmed.confirmation.founding) == ((Role.QUALITY_MANAGER,), True)
    assert of_act(bench, "staff.roles-confirmed")[0].authority == "founding"
    bench.staffing.register(dataclasses.replace(QUALITY, number="second"), password=PASSWORD, actor=ADMIN)
    with pytest.raises(NotPermittedError, match="needs quality manager"):
        bench.staffing.confirm("second", actor=ADMIN)
    bench.staffing.confirm("second", actor=QUALITY)
    assert of_act(bench, "staff.roles-confirmed")[-1].authority == ""


def test_sg_5_nobody_changes_the_own_roles(staffing):
    with pytest.raises(NotPermittedError, match="admin cannot propose the own roles"):
        staffing.propose("admin", (Role.LIBRARY_CURATOR,), actor=ADMIN)
    staffing.propose("quality", (Role.QUALITY_MANAGER, Role.HEAD), actor=ADMIN)
    with pytest.raises(NotPermittedError, match="quality cannot confirm the own roles"):
        staffing.confirm("quality", actor=QUALITY)


@pytest.mark.parametrize(
    ("roles", "match"),
    [
        ((Role.EXPERT, Role.EXPERT), "each stands once"),
        ((Role.ADMINISTRATOR, Role.EXPERT), "cannot be expert too"),
        ((Role.ADMINISTRATOR, Role.AUDITOR), "cannot be auditor too"),
    ],
)
def test_roles_that_nobody_may_hold_together_are_refused(staffing, roles, match):
    with pytest.raises(InvalidRecordError, match=match):
        staffing.register(dataclasses.replace(NEW, roles=roles), password=PASSWORD, actor=ADMIN)
    with pytest.raises(InvalidRecordError, match=match):
        staffing.propose("technician", roles, actor=ADMIN)


def test_what_is_not_proposed_is_not_confirmed(staffing):
    with pytest.raises(TransitionError, match="no roles of technician wait"):
        staffing.confirm("technician", actor=QUALITY)


def test_people_are_found_by_their_role(staffing):
    assert [member.number for member in staffing.with_role(Role.EXPERT)] == ["expert-a", "expert-b"]
    assert [member.number for member in staffing.with_role(Role.TECHNICAL_REVIEWER)] == ["expert-b"]
    staffing.go_away("expert-b", first_day=TODAY, actor=HEAD)
    assert [member.number for member in staffing.with_role(Role.EXPERT)] == ["expert-a"]
    assert next(member.number for member in staffing.everybody()) == "admin"


# away


def test_who_is_absent_does_nothing_until_the_return_is_recorded(staffing, bench):
    staffing.go_away("technician", first_day=TODAY, actor=QUALITY)
    with pytest.raises(NotPermittedError, match="technician is absent from 2026-11-22 until the return is recorded"):
        bench.case()
    staffing.come_back("technician", actor=ADMIN)
    assert bench.case().number == "2026-0001"


def test_an_absence_has_days_of_the_laboratory(staffing, bench):
    staffing.go_away("technician", first_day=TODAY + DAY, last_day=TODAY + 2 * DAY, actor=TECHNICIAN)
    bench.case()  # 09:00 on the day before
    bench.clock.moment = bench.clock.moment.replace(hour=18, minute=59)
    bench.case()
    bench.clock.moment = bench.clock.moment.replace(hour=19)  # midnight in Almaty
    with pytest.raises(NotPermittedError, match="absent from 2026-11-23 until 2026-11-24"):
        bench.case()
    bench.clock.moment += 2 * DAY
    bench.case()


def test_people_record_their_own_absence_and_not_their_own_return(staffing):
    staffing.go_away("technician", first_day=TODAY, actor=TECHNICIAN)
    with pytest.raises(NotPermittedError):
        staffing.come_back("technician", actor=TECHNICIAN)
    with pytest.raises(NotPermittedError, match="this act needs head or quality manager or administrator"):
        staffing.go_away("expert-a", first_day=TODAY, actor=REVIEWER)


def test_an_absence_is_no_nonsense(staffing):
    with pytest.raises(InvalidRecordError, match="the last day comes first"):
        staffing.go_away("technician", first_day=TODAY, last_day=TODAY - DAY, actor=QUALITY)
    staffing.go_away("technician", first_day=TODAY, actor=QUALITY)
    with pytest.raises(TransitionError, match="absent on 2026-11-22 already"):
        staffing.go_away("technician", first_day=TODAY, actor=QUALITY)
    with pytest.raises(TransitionError, match="expert-a is not absent"):
        staffing.come_back("expert-a", actor=QUALITY)


# standing in


def test_a_delegate_acts_and_the_entry_names_the_delegation(staffing, bench):
    add(bench, DEPUTY, password=PASSWORD)
    staffing.delegate(Role.QUALITY_MANAGER, to="deputy", first_day=TODAY, last_day=TODAY + DAY, actor=QUALITY)
    staffing.go_away("quality", first_day=TODAY, actor=QUALITY)
    lent = staffing.get("deputy")
    staffing.register(NEW, password=PASSWORD, actor=ADMIN)
    staffing.confirm("new", actor=lent)
    assert of_act(bench, "staff.roles-confirmed")[-1].authority == "quality manager by delegation of quality"
    bench.clock.moment += 2 * DAY
    with pytest.raises(NotPermittedError, match=r"competence.granted needs head or quality manager"):
        bench.qualifying.grant("new", "M-1", basis="b", valid_from=TODAY, actor=lent)


def test_a_delegation_ends_with_its_day_its_recall_or_its_giver(staffing, bench):
    add(bench, DEPUTY, password=PASSWORD)
    staffing.delegate(Role.HEAD, to="deputy", first_day=TODAY, last_day=TODAY + 9 * DAY, actor=HEAD)
    lent = staffing.get("deputy")
    bench.qualifying.grant("expert-a", "M-1", basis="b", valid_from=TODAY, actor=lent)
    assert newest(bench).authority == "head by delegation of head"
    staffing.end_delegation(Role.HEAD, to="deputy", actor=HEAD)
    with pytest.raises(NotPermittedError):
        bench.qualifying.grant("expert-a", "M-1", basis="b", valid_from=TODAY, actor=lent)
    staffing.delegate(Role.HEAD, to="deputy", first_day=TODAY, last_day=TODAY + 9 * DAY, actor=HEAD)
    bench.qualifying.grant("expert-a", "M-1", basis="b", valid_from=TODAY, actor=lent)
    staffing.leave("head", actor=QUALITY)
    with pytest.raises(NotPermittedError):
        bench.qualifying.grant("expert-a", "M-1", basis="b", valid_from=TODAY, actor=lent)


def test_what_is_lent_is_not_lent_on(staffing, bench):
    add(bench, DEPUTY, password=PASSWORD)
    staffing.delegate(Role.HEAD, to="deputy", first_day=TODAY, last_day=TODAY, actor=HEAD)
    with pytest.raises(NotPermittedError, match="deputy is technical reviewer, not head"):
        staffing.delegate(Role.HEAD, to="expert-a", first_day=TODAY, last_day=TODAY, actor=staffing.get("deputy"))


@pytest.mark.parametrize(
    ("role", "to", "actor", "match"),
    [
        (Role.HEAD, "admin", HEAD, "nothing is delegated to that"),
        (Role.HEAD, "head", HEAD, "cannot delegate to the own person"),
        (Role.HEAD, "expert-a", QUALITY, "quality is quality manager, not head"),
        (Role.QUALITY_MANAGER, "expert-a", HEAD, "head is head, not quality manager"),
        (Role.EXPERT, "technician", EXPERT, "cannot be delegated"),
        (Role.ADMINISTRATOR, "technician", ADMIN, "cannot be delegated"),
    ],
)
def test_what_cannot_be_delegated_is_not(staffing, role, to, actor, match):
    with pytest.raises((NotPermittedError, InvalidRecordError), match=match):
        staffing.delegate(role, to=to, first_day=TODAY, last_day=TODAY, actor=actor)


def test_nobody_takes_back_what_another_lent(staffing, bench):
    add(bench, DEPUTY, password=PASSWORD)
    staffing.delegate(Role.HEAD, to="deputy", first_day=TODAY, last_day=TODAY, actor=HEAD)
    with pytest.raises(TransitionError, match="deputy has no head of quality"):
        staffing.end_delegation(Role.HEAD, to="deputy", actor=QUALITY)


# leaving


def test_who_left_does_nothing_and_is_not_signed_in(staffing, bench):
    session = bench.signing_in.by_password("technician", PASSWORD, address="192.0.2.1")
    assert bench.sessions.signed_in(session.token).number == "technician"
    left = staffing.leave("technician", actor=ADMIN)
    assert left.state == "left"
    assert bench.sessions.signed_in(session.token) is None
    with pytest.raises(NotPermittedError, match="technician left on 2026-11-22"):
        bench.case()
    with pytest.raises(TransitionError, match="technician left"):
        staffing.leave("technician", actor=ADMIN)
    with pytest.raises(TransitionError, match="technician left"):
        staffing.propose("technician", (Role.EXPERT,), actor=ADMIN)


def test_the_last_administrator_stays(staffing):
    with pytest.raises(TransitionError, match="admin is the only administrator"):
        staffing.leave("admin", actor=QUALITY)


def test_an_administrator_does_not_send_the_last_quality_manager_away(staffing, bench):
    with pytest.raises(TransitionError, match="quality is the only quality manager"):
        staffing.leave("quality", actor=ADMIN)
    staffing.leave("quality", actor=HEAD)
    staffing.register(dataclasses.replace(QUALITY, number="next"), password=PASSWORD, actor=ADMIN)
    assert staffing.confirm("next", actor=ADMIN).confirmation.founding
    assert of_act(bench, "staff.roles-confirmed")[-1].authority == "founding"


def test_pages_offer_what_the_roles_of_today_allow(staffing, bench):
    add(bench, DEPUTY, password=PASSWORD)
    staffing.delegate(Role.HEAD, to="deputy", first_day=TODAY, last_day=TODAY, actor=HEAD)
    today = staffing.acting(staffing.get("deputy"))
    assert today.roles == (Role.TECHNICAL_REVIEWER, Role.HEAD)
    bench.clock.moment += DAY
    assert staffing.acting(staffing.get("deputy")).roles == (Role.TECHNICAL_REVIEWER,)
    staffing.go_away("deputy", first_day=TODAY + DAY, actor=HEAD)
    assert staffing.acting(staffing.get("deputy")).roles == ()
    ghost = dataclasses.replace(
        DEPUTY, delegations=(Delegation(role=Role.HEAD, given_by="x", first_day=TODAY, last_day=TODAY + DAY),)
    )
    assert staffing.acting(ghost).roles == (Role.TECHNICAL_REVIEWER,)


# what a page shows, and two people at one person's record


def test_the_staff_is_paged_searched_and_told_apart_by_whether_they_left(staffing):
    staffing.register(NEW, password=PASSWORD, actor=ADMIN)
    staffing.leave("technician", actor=HEAD)
    everybody = {member.number for member in staffing.everybody()}
    assert staffing.listed(limit=2)[0].number == "technician", "whose record changed last"
    pages = [one.number for offset in range(0, 9, 2) for one in staffing.listed(limit=2, offset=offset)]
    assert (set(pages), len(pages)) == (everybody, len(everybody))
    assert [one.number for one in staffing.listed(limit=9, words="EXPERT a")] == ["expert-a"]
    assert [one.number for one in staffing.listed(limit=9, here=False)] == ["technician"]
    assert {one.number for one in staffing.listed(limit=9, here=True)} == everybody - {"technician"}
    assert [one.number for one in staffing.unconfirmed()] == ["new"]


def test_nobody_left_is_an_empty_page(staffing):
    assert staffing.listed(limit=9, here=False) == ()


def test_au_1_the_history_of_a_person_names_each_act_who_did_it_and_when(staffing, bench):
    staffing.propose("technician", (Role.EXPERT,), actor=ADMIN)
    bench.clock.advance(hours=1)
    staffing.confirm("technician", actor=QUALITY)
    *_, proposed, confirmed = staffing.history("technician")
    assert (proposed.act, proposed.actor, proposed.member.proposal.roles) == (
        "staff.roles-proposed",
        "admin",
        (Role.EXPERT,),
    )
    assert (confirmed.act, confirmed.actor, confirmed.member.roles) == (
        "staff.roles-confirmed",
        "quality",
        (Role.EXPERT,),
    )
    assert confirmed.at - proposed.at >= timedelta(hours=1)
    assert [step.member.version for step in staffing.history("technician")] == [1, 2, 3, 4]
    with pytest.raises(NotFoundError):
        staffing.history("nobody")


def test_sg_3_roles_that_were_changed_since_they_were_shown_are_not_confirmed(staffing, bench):
    seen = staffing.propose("technician", (Role.AUDITOR,), actor=ADMIN)
    staffing.propose("technician", (Role.HEAD,), actor=ADMIN)
    entries = bench.entries
    with pytest.raises(StaleVersionError):
        staffing.confirm("technician", actor=QUALITY, version=seen.version)
    assert (bench.entries, staffing.get("technician").roles) == (entries, (Role.TECHNICIAN,))
    assert staffing.confirm("technician", actor=QUALITY, version=seen.version + 1).roles == (Role.HEAD,)


@pytest.mark.parametrize(
    "step",
    [
        lambda staffing, old: staffing.propose("technician", (Role.AUDITOR,), actor=ADMIN, version=old),
        lambda staffing, old: staffing.go_away("technician", first_day=TODAY, actor=HEAD, version=old),
        lambda staffing, old: staffing.come_back("technician", actor=HEAD, version=old),
        lambda staffing, old: staffing.leave("technician", actor=HEAD, version=old),
        lambda staffing, old: staffing.delegate(
            Role.HEAD, to="technician", first_day=TODAY, last_day=TODAY, actor=HEAD, version=old
        ),
        lambda staffing, old: staffing.end_delegation(Role.HEAD, to="technician", actor=HEAD, version=old),
    ],
)
def test_who_saw_an_older_record_of_a_person_changes_nothing(staffing, bench, step):
    old = staffing.get("technician").version
    staffing.propose("technician", (Role.EXPERT,), actor=ADMIN)
    entries = bench.entries
    with pytest.raises(StaleVersionError, match="already recorded by somebody else"):
        step(staffing, old)
    assert bench.entries == entries


def test_who_stands_in_for_a_person_is_named_as_long_as_it_holds(staffing, bench):
    staffing.delegate(Role.HEAD, to="expert-b", first_day=TODAY + DAY, last_day=TODAY + 2 * DAY, actor=HEAD)
    assert [one.number for one in staffing.lent_by("head")] == ["expert-b"]
    assert staffing.lent_by("quality") == ()
    bench.clock.advance(hours=96)
    assert staffing.lent_by("head") == ()
