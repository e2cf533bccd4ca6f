import dataclasses
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from lims.domain.signature import SignatureMeaning, record_digest
from lims.errors import WrongCredentialsError
from lims.services.authentication import ABSOLUTE_LIMIT, IDLE_LIMIT, AuthenticationService
from tests.builders.laboratories import EXPERT, PASSWORD

TOKEN = "a token of 256 bits"  # noqa: S105 - of a session that exists in a test only


@pytest.fixture
def authentication(bench):
    bench.hire()
    return bench.authentication


# passwords


def test_the_right_password_gives_the_person(authentication):
    assert authentication.check("expert-a", PASSWORD) == EXPERT


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
def test_everything_else_gives_nobody(authentication, number, password):
    assert authentication.check(number, password) is None


@pytest.mark.usefixtures("authentication")
def test_only_a_salted_argon2_hash_is_kept(bench):
    kept = bench.accounts.password_hash("expert-a")
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    assert kept != bench.accounts.password_hash("expert-b")
    for stored in bench.store.entries():
        assert b"argon2" not in stored.data
        assert PASSWORD.encode() not in stored.data


def test_a_damaged_hash_opens_nothing(bench, authentication):
    bench.accounts.set_password_hash("expert-a", "no hash at all")
    assert authentication.check("expert-a", PASSWORD) is None
    assert authentication.check("expert-a", "no hash at all") is None


def test_a_new_password_replaces_the_old(bench, authentication):
    bench.accounts.set_password_hash("expert-a", authentication.hasher.hash("another long password"))
    assert authentication.check("expert-a", PASSWORD) is None
    assert authentication.check("expert-a", "another long password") == EXPERT


def test_an_unknown_name_costs_as_much_as_a_wrong_password(bench):
    """Both run the same hash function with the same parameters: this one counts how often."""

    class Counting(PasswordHasher):
        calls = 0

        def verify(self, hash, password):  # noqa: A002 - the parameter's name in argon2
            Counting.calls += 1
            return super().verify(hash, password)

    bench.hire()
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    authentication = AuthenticationService(store=bench.store, accounts=bench.accounts, clock=bench.clock, hasher=hasher)
    for number in ("admin", "nobody", "a\0b"):
        before = Counting.calls
        assert authentication.check(number, "wrong") is None
        assert Counting.calls == before + 1


# confirming a signature


def test_a_confirmation_is_of_one_person_for_one_version_of_one_record(bench, authentication):
    confirmation = authentication.confirm(
        "expert-a", password=PASSWORD, code="", meaning=SignatureMeaning.AUTHOR, record=EXPERT
    )
    confirmation.require(person="expert-a", meaning=SignatureMeaning.AUTHOR, record=EXPERT, now=bench.clock.now())
    assert confirmation.record_sha256 == record_digest(EXPERT)
    assert PASSWORD not in str(confirmation)


@pytest.mark.parametrize(("number", "password"), [("expert-a", "wrong"), ("expert-b", ""), ("nobody", PASSWORD)])
def test_nobody_confirms_with_a_wrong_password(authentication, number, password):
    with pytest.raises(WrongCredentialsError, match=f"password or code of {number} is wrong"):
        authentication.confirm(number, password=password, code="", meaning=SignatureMeaning.AUTHOR, record=EXPERT)


# sessions


def test_a_session_gives_its_person_until_it_is_closed(authentication):
    authentication.open_session(TOKEN, EXPERT)
    assert authentication.signed_in(TOKEN) == EXPERT
    authentication.close_session(TOKEN)
    assert authentication.signed_in(TOKEN) is None
    authentication.close_session(TOKEN)


@pytest.mark.parametrize("token", ["", "another token", TOKEN.upper(), "a\0b"])
def test_another_token_gives_nobody(authentication, token):
    authentication.open_session(TOKEN, EXPERT)
    assert authentication.signed_in(token) is None


def test_only_the_hash_of_a_token_is_kept(bench, authentication):
    authentication.open_session(TOKEN, EXPERT)
    with bench.engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM web_session").all()
    assert TOKEN not in str(row)
    assert authentication.signed_in(row.token_hash) is None


def test_an_idle_session_ends(bench, authentication):
    authentication.open_session(TOKEN, EXPERT)
    bench.clock.moment += IDLE_LIMIT
    assert authentication.signed_in(TOKEN) == EXPERT
    bench.clock.moment += IDLE_LIMIT + timedelta(seconds=1)
    assert authentication.signed_in(TOKEN) is None
    bench.clock.moment -= timedelta(hours=1)
    assert timedelta(minutes=30) == IDLE_LIMIT


def test_use_keeps_a_session_alive_up_to_its_absolute_end(bench, authentication):
    authentication.open_session(TOKEN, EXPERT)
    opened = bench.clock.moment
    while bench.clock.moment < opened + ABSOLUTE_LIMIT:
        assert authentication.signed_in(TOKEN) == EXPERT
        bench.clock.advance(minutes=29)
    assert authentication.signed_in(TOKEN) is None
    assert timedelta(hours=12) == ABSOLUTE_LIMIT


def test_the_absolute_end_is_to_the_second(bench, authentication):
    authentication.open_session(TOKEN, EXPERT)
    for _ in range(24):
        bench.clock.advance(minutes=30)
        assert authentication.signed_in(TOKEN) == EXPERT
    bench.clock.advance(seconds=1)
    assert authentication.signed_in(TOKEN) is None


def test_use_is_noted_at_most_once_a_minute(bench, authentication):
    authentication.open_session(TOKEN, EXPERT)

    def used_at():
        with bench.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT used_at FROM web_session").scalar()

    opened = used_at()
    bench.clock.advance(seconds=59)
    assert authentication.signed_in(TOKEN) == EXPERT
    assert used_at() == opened
    bench.clock.advance(seconds=1)
    assert authentication.signed_in(TOKEN) == EXPERT
    assert used_at() == "2026-11-22T04:01:00.000000Z"


def test_two_sessions_of_one_person_do_not_know_each_other(authentication):
    authentication.open_session(TOKEN, EXPERT)
    authentication.open_session("another token", EXPERT)
    authentication.close_session(TOKEN)
    assert authentication.signed_in("another token") == EXPERT


def test_a_session_of_nobody_gives_nobody(authentication):
    ghost = dataclasses.replace(EXPERT, number="ghost")
    authentication.open_session(TOKEN, ghost)
    assert authentication.signed_in(TOKEN) is None
