import dataclasses
from datetime import UTC, date, datetime, timedelta

import pytest

from lims.domain.permissions import Act
from lims.domain.record import body_of, from_body
from lims.domain.staff import (
    SYSTEM,
    Absence,
    Delegation,
    Role,
    RoleConfirmation,
    RoleProposal,
    StaffMember,
    founder,
    newcomer,
)
from lims.domain.staff_steps import require_staff_step
from lims.errors import InvalidRecordError, NotPermittedError, StaleVersionError, TransitionError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
MEMBER = StaffMember(number="m", name="M", post="p", roles=(Role.EXPERT,))
AWAY = Absence(first_day=TODAY, last_day=TODAY + DAY, recorded_by="a")
LENT = Delegation(role=Role.HEAD, given_by="h", first_day=TODAY, last_day=TODAY + DAY)


def test_a_body_of_before_absence_and_delegation_is_still_read():
    old = {"number": "m", "name": "M", "post": "p", "roles": ["expert"], "version": 1}
    assert from_body(StaffMember, old) == MEMBER


def test_a_body_holds_everything():
    member = MEMBER.go_away(AWAY).stand_in(LENT).propose((Role.HEAD,), by="a", at=NOW).confirm(by="q", at=NOW)
    member = member.come_back(TODAY).leave(at=NOW)
    assert from_body(StaffMember, body_of(member)) == member


@pytest.mark.parametrize(
    ("day", "away"), [(TODAY - DAY, False), (TODAY, True), (TODAY + DAY, True), (TODAY + 2 * DAY, False)]
)
def test_an_absence_covers_its_days(day, away):
    assert MEMBER.go_away(AWAY).present(day) is not away
    endless = dataclasses.replace(AWAY, last_day=None)
    assert MEMBER.go_away(endless).present(day) is (day < TODAY)


def test_the_day_of_the_return_counts_again():
    back = MEMBER.go_away(AWAY).come_back(TODAY + DAY)
    assert not back.present(TODAY)
    assert back.present(TODAY + DAY)
    back.require_present(TODAY + DAY)


@pytest.mark.parametrize(
    ("day", "holds"), [(TODAY - DAY, False), (TODAY, True), (TODAY + DAY, True), (TODAY + 2 * DAY, False)]
)
def test_a_delegation_covers_its_days(day, holds):
    assert bool(MEMBER.stand_in(LENT).delegations_on(day)) is holds
    assert not MEMBER.stand_in(LENT).end_delegation(Role.HEAD, given_by="h", day=TODAY).delegations_on(day)


def test_a_delegation_of_another_or_of_long_ago_is_not_ended():
    lent = MEMBER.stand_in(LENT)
    for role, giver, day in (
        (Role.QUALITY_MANAGER, "h", TODAY),
        (Role.HEAD, "x", TODAY),
        (Role.HEAD, "h", TODAY + 9 * DAY),
    ):
        with pytest.raises(TransitionError):
            lent.end_delegation(role, given_by=giver, day=day)
    two = lent.stand_in(dataclasses.replace(LENT, given_by="other")).end_delegation(Role.HEAD, given_by="h", day=TODAY)
    assert [one.ended_on for one in two.delegations] == [TODAY, None]


def test_people_who_left_take_no_step():
    left = MEMBER.leave(at=NOW)
    steps = (
        lambda: left.propose((Role.HEAD,), by="a", at=NOW),
        lambda: left.confirm(by="q", at=NOW),
        lambda: left.go_away(AWAY),
        lambda: left.come_back(TODAY),
        lambda: left.stand_in(LENT),
        lambda: left.leave(at=NOW),
    )
    for step in steps:
        with pytest.raises(TransitionError, match="m left on 2026-11-22"):
            step()
    with pytest.raises(NotPermittedError, match="m left on 2026-11-22"):
        left.require_present(TODAY)
    assert (left.state, left.present(TODAY)) == ("left", False)


def test_who_proposed_does_not_confirm_but_at_the_founding():
    proposed = MEMBER.propose((Role.QUALITY_MANAGER,), by="a", at=NOW)
    with pytest.raises(NotPermittedError, match="a proposed the roles of m"):
        proposed.confirm(by="a", at=NOW)
    assert proposed.confirm(by="a", at=NOW, founding=True).confirmation == RoleConfirmation(
        confirmed_by="a", confirmed_at=NOW, founding=True
    )


def test_the_programs_number_is_nobodys():
    with pytest.raises(InvalidRecordError, match="the program's own"):
        newcomer(dataclasses.replace(MEMBER, number=SYSTEM.number), roles=(), by="a", at=NOW)


# steps as the door takes them again

ADMIN_MEMBER = dataclasses.replace(MEMBER, roles=(Role.ADMINISTRATOR,))
PROPOSED = MEMBER.propose((Role.HEAD,), by="a", at=NOW)
STEPS = {
    Act.STAFF_REGISTERED: (None, newcomer(MEMBER, roles=(Role.HEAD,), by="a", at=NOW), "a"),
    Act.ROLES_PROPOSED: (MEMBER, PROPOSED, "a"),
    Act.ROLES_CONFIRMED: (PROPOSED, PROPOSED.confirm(by="q", at=NOW), "q"),
    Act.STAFF_ABSENT: (MEMBER, MEMBER.go_away(AWAY), "a"),
    Act.STAFF_RETURNED: (MEMBER.go_away(AWAY), MEMBER.go_away(AWAY).come_back(TODAY), "a"),
    Act.STAFF_LEFT: (MEMBER, MEMBER.leave(at=NOW), "a"),
    Act.ROLE_DELEGATED: (MEMBER, MEMBER.stand_in(LENT), "h"),
    Act.DELEGATION_ENDED: (
        MEMBER.stand_in(LENT),
        MEMBER.stand_in(LENT).end_delegation(Role.HEAD, given_by="h", day=TODAY),
        "h",
    ),
}


def require(before, after, act, actor, *, founding=False):
    require_staff_step(before, after, act=act, actor=actor, founding=founding)


@pytest.mark.parametrize("act", STEPS)
def test_the_step_of_an_act_is_taken_again(act):
    before, after, actor = STEPS[act]
    require(before, after, act, actor)


@pytest.mark.parametrize("act", STEPS)
@pytest.mark.parametrize(
    "change",
    [{"name": "Else"}, {"post": "else"}, {"roles": (Role.ADMINISTRATOR, Role.EXPERT)}, {"version": 7}],
    ids=lambda change: next(iter(change)),
)
def test_a_record_that_says_more_than_the_act_is_refused(act, change):
    before, after, actor = STEPS[act]
    if before is None and "roles" not in change and "version" not in change:
        return  # name and post of a new person are what the administrator says
    with pytest.raises((InvalidRecordError, StaleVersionError)):
        require(before, dataclasses.replace(after, **change), act, actor)


@pytest.mark.parametrize("act", STEPS)
def test_a_step_under_the_name_of_another_act_is_refused(act):
    before, after, actor = STEPS[act]
    for other in set(Act) - {act}:
        with pytest.raises((InvalidRecordError, NotPermittedError, TransitionError)):
            require(before, after, other, actor)


@pytest.mark.parametrize(
    "act", [act for act in STEPS if act not in {Act.STAFF_RETURNED, Act.STAFF_LEFT}], ids=lambda act: act.value
)
def test_a_step_signed_with_another_number_is_refused(act):
    before, after, _ = STEPS[act]
    with pytest.raises((InvalidRecordError, NotPermittedError)):
        require(before, after, act, "somebody")


def test_steps_that_say_too_little_are_refused():
    again = dataclasses.replace(MEMBER, version=2)
    for act in set(STEPS) - {Act.STAFF_REGISTERED}:
        with pytest.raises(InvalidRecordError, match="is not what"):
            require(MEMBER, again, act, "a")
    with pytest.raises(InvalidRecordError):
        require(None, MEMBER, Act.STAFF_REGISTERED, "a")
    require(None, dataclasses.replace(MEMBER, roles=()), Act.STAFF_REGISTERED, "a")
    with pytest.raises(InvalidRecordError):
        require(None, dataclasses.replace(MEMBER, roles=()), Act.STAFF_LEFT, "a")
    open_ended = dataclasses.replace(AWAY, returned_on=None)
    two = dataclasses.replace(MEMBER.go_away(AWAY), absences=(dataclasses.replace(open_ended, recorded_by="z"),))
    with pytest.raises(InvalidRecordError):
        require(MEMBER.go_away(AWAY), dataclasses.replace(two, version=3), Act.STAFF_RETURNED, "a")
    lent = MEMBER.stand_in(LENT)
    other = dataclasses.replace(lent, delegations=(dataclasses.replace(LENT, last_day=TODAY + 9 * DAY),), version=3)
    with pytest.raises(InvalidRecordError):
        require(lent, other, Act.DELEGATION_ENDED, "h")


def test_the_founding_is_not_stated_by_the_record():
    first = founder(ADMIN_MEMBER, at=NOW)
    assert first.confirmation == RoleConfirmation(confirmed_by="m", confirmed_at=NOW, founding=True)
    proposed = MEMBER.propose((Role.QUALITY_MANAGER,), by="a", at=NOW)
    require(proposed, proposed.confirm(by="a", at=NOW, founding=True), Act.ROLES_CONFIRMED, "a", founding=True)
    with pytest.raises((InvalidRecordError, NotPermittedError)):
        require(proposed, proposed.confirm(by="a", at=NOW, founding=True), Act.ROLES_CONFIRMED, "a")


def test_a_proposal_is_a_value():
    assert RoleProposal(roles=(), proposed_by="a", proposed_at=NOW).roles == ()
