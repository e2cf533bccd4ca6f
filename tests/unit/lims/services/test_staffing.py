import dataclasses

import pytest

from lims.domain.staff import Role, StaffMember
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, StaleVersionError
from lims.services.authentication import MINIMUM_PASSWORD
from tests.builders.laboratories import ADMIN, EXPERT, PASSWORD, REVIEWER, TECHNICIAN


@pytest.fixture
def staffing(bench):
    bench.hire()
    return bench.staffing


# who is on the staff


def test_the_first_person_is_an_administrator_and_registers_the_next(bench):
    assert bench.staffing.register(ADMIN, password=PASSWORD, actor=None) == ADMIN
    assert bench.staffing.register(EXPERT, password=PASSWORD, actor=ADMIN) == EXPERT
    assert bench.staffing.get("expert-a") == EXPERT


def test_the_first_person_must_be_an_administrator(bench):
    with pytest.raises(NotPermittedError, match="this act needs administrator"):
        bench.staffing.register(EXPERT, password=PASSWORD, actor=None)
    assert bench.entries == 0


def test_nobody_registers_themselves_where_people_exist(bench):
    bench.staffing.register(ADMIN, password=PASSWORD, actor=None)
    another = dataclasses.replace(ADMIN, number="another")
    with pytest.raises(NotPermittedError, match="people exist already"):
        bench.staffing.register(another, password=PASSWORD, actor=None)
    assert bench.entries == 1


@pytest.mark.parametrize("actor", [TECHNICIAN, EXPERT, REVIEWER], ids=lambda member: member.number)
def test_only_an_administrator_registers_people(staffing, actor):
    member = StaffMember(number="new", name="New", post="x", roles=(Role.EXPERT,))
    with pytest.raises(NotPermittedError, match="this act needs administrator"):
        staffing.register(member, password=PASSWORD, actor=actor)
    with pytest.raises(NotFoundError):
        staffing.get("new")


def test_a_number_is_given_once(staffing):
    again = dataclasses.replace(EXPERT, name="Somebody else")
    with pytest.raises(StaleVersionError):
        staffing.register(again, password=PASSWORD[::-1], actor=ADMIN)
    assert staffing.get("expert-a") == EXPERT
    assert staffing.authentication.check("expert-a", PASSWORD) == EXPERT


@pytest.mark.parametrize("length", [0, MINIMUM_PASSWORD - 1])
def test_a_short_password_registers_nobody(bench, length):
    with pytest.raises(InvalidRecordError, match=f"password: {length} characters; at least 12"):
        bench.staffing.register(ADMIN, password="x" * length, actor=None)
    assert bench.entries == 0
    assert bench.staffing.register(ADMIN, password="x" * MINIMUM_PASSWORD, actor=None) == ADMIN


def test_a_password_that_is_no_text_registers_nobody(bench):
    with pytest.raises(InvalidRecordError, match="password: a character that cannot be typed"):
        bench.staffing.register(ADMIN, password="\ud800" * 12, actor=None)
    assert bench.entries == 0


def test_people_are_found_by_their_role(staffing):
    assert [member.number for member in staffing.with_role(Role.EXPERT)] == ["expert-a", "expert-b"]
    assert staffing.with_role(Role.TECHNICAL_REVIEWER) == (REVIEWER,)
