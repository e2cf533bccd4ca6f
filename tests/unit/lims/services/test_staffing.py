import dataclasses
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from lims.domain.staff import Role, StaffMember
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, StaleVersionError
from lims.services.staffing import ABSOLUTE_LIMIT, IDLE_LIMIT, MINIMUM_PASSWORD, StaffingService
from tests.builders.laboratories import ADMIN, EXPERT, PASSWORD, REVIEWER, TECHNICIAN

TOKEN = "a token of 256 bits"  # noqa: S105 - of a session that exists in a test only


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
    assert staffing.check_password("expert-a", PASSWORD) == EXPERT


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


# passwords


def test_the_right_password_gives_the_person(staffing):
    assert staffing.check_password("expert-a", PASSWORD) == EXPERT


@pytest.mark.parametrize(
    ("number", "password"),
    [
        ("expert-a", "a long enough passwort"),
        ("expert-a", ""),
        ("expert-a", "\ud800"),
        ("expert-a", PASSWORD + " "),
        ("EXPERT-A", PASSWORD),
        ("expert-a ", PASSWORD),
        ("nobody", PASSWORD),
        ("nobody", "no account has this password"),
        ("", ""),
        ("a\0b", PASSWORD),
        ("\ud800", PASSWORD),
        ("expert-a' --", PASSWORD),
    ],
)
def test_everything_else_gives_nobody(staffing, number, password):
    assert staffing.check_password(number, password) is None


@pytest.mark.usefixtures("staffing")
def test_only_a_salted_argon2_hash_is_kept(bench):
    kept = bench.accounts.password_hash("expert-a")
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert kept != bench.accounts.password_hash("expert-b")
    for stored in bench.store.entries():
        assert b"argon2" not in stored.data
        assert PASSWORD.encode() not in stored.data


def test_a_damaged_hash_opens_nothing(bench, staffing):
    bench.accounts.set_password_hash("expert-a", "no hash at all")
    assert staffing.check_password("expert-a", PASSWORD) is None
    assert staffing.check_password("expert-a", "no hash at all") is None


def test_a_new_password_replaces_the_old(bench, staffing):
    bench.accounts.set_password_hash("expert-a", staffing.hasher.hash("another long password"))
    assert staffing.check_password("expert-a", PASSWORD) is None
    assert staffing.check_password("expert-a", "another long password") == EXPERT


def test_an_unknown_name_costs_as_much_as_a_wrong_password(bench):
    """Both run the same hash function with the same parameters: this one counts how often."""

    class Counting(PasswordHasher):
        calls = 0

        def verify(self, hash, password):  # noqa: A002 - the parameter's name in argon2
            Counting.calls += 1
            return super().verify(hash, password)

    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    staffing = StaffingService(store=bench.store, accounts=bench.accounts, clock=bench.clock, hasher=hasher)
    staffing.register(ADMIN, password=PASSWORD, actor=None)
    for number in ("admin", "nobody", "a\0b"):
        before = Counting.calls
        assert staffing.check_password(number, "wrong") is None
        assert Counting.calls == before + 1


# sessions


def test_a_session_gives_its_person_until_it_is_closed(staffing):
    staffing.open_session(TOKEN, EXPERT)
    assert staffing.signed_in(TOKEN) == EXPERT
    staffing.close_session(TOKEN)
    assert staffing.signed_in(TOKEN) is None
    staffing.close_session(TOKEN)


@pytest.mark.parametrize("token", ["", "another token", TOKEN.upper(), "a\0b"])
def test_another_token_gives_nobody(staffing, token):
    staffing.open_session(TOKEN, EXPERT)
    assert staffing.signed_in(token) is None


def test_only_the_hash_of_a_token_is_kept(bench, staffing):
    staffing.open_session(TOKEN, EXPERT)
    with bench.engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM web_session").all()
    assert TOKEN not in str(row)
    assert staffing.signed_in(row.token_hash) is None


def test_an_idle_session_ends(bench, staffing):
    staffing.open_session(TOKEN, EXPERT)
    bench.clock.moment += IDLE_LIMIT
    assert staffing.signed_in(TOKEN) == EXPERT
    bench.clock.moment += IDLE_LIMIT + timedelta(seconds=1)
    assert staffing.signed_in(TOKEN) is None
    bench.clock.moment -= timedelta(hours=1)
    assert timedelta(minutes=30) == IDLE_LIMIT


def test_use_keeps_a_session_alive_up_to_its_absolute_end(bench, staffing):
    staffing.open_session(TOKEN, EXPERT)
    opened = bench.clock.moment
    while bench.clock.moment < opened + ABSOLUTE_LIMIT:
        assert staffing.signed_in(TOKEN) == EXPERT
        bench.clock.advance(minutes=29)
    assert staffing.signed_in(TOKEN) is None
    assert timedelta(hours=12) == ABSOLUTE_LIMIT


def test_the_absolute_end_is_to_the_second(bench, staffing):
    staffing.open_session(TOKEN, EXPERT)
    for _ in range(24):
        bench.clock.advance(minutes=30)
        assert staffing.signed_in(TOKEN) == EXPERT
    bench.clock.advance(seconds=1)
    assert staffing.signed_in(TOKEN) is None


def test_use_is_noted_at_most_once_a_minute(bench, staffing):
    staffing.open_session(TOKEN, EXPERT)

    def used_at():
        with bench.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT used_at FROM web_session").scalar()

    opened = used_at()
    bench.clock.advance(seconds=59)
    assert staffing.signed_in(TOKEN) == EXPERT
    assert used_at() == opened
    bench.clock.advance(seconds=1)
    assert staffing.signed_in(TOKEN) == EXPERT
    assert used_at() == "2026-11-22T04:01:00.000000Z"


def test_two_sessions_of_one_person_do_not_know_each_other(staffing):
    staffing.open_session(TOKEN, EXPERT)
    staffing.open_session("another token", EXPERT)
    staffing.close_session(TOKEN)
    assert staffing.signed_in("another token") == EXPERT


def test_a_session_of_nobody_gives_nobody(staffing):
    ghost = dataclasses.replace(EXPERT, number="ghost")
    staffing.open_session(TOKEN, ghost)
    assert staffing.signed_in(TOKEN) is None
