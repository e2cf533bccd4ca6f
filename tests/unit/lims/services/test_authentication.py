import dataclasses
import threading
from datetime import timedelta
from hashlib import sha256

import pytest
from argon2 import PasswordHasher

from lims.domain.account import Account, Factor
from lims.domain.signature import SignatureMeaning, record_digest
from lims.domain.staff import Role, StaffMember
from lims.errors import (
    EnrolmentNeededError,
    InvalidRecordError,
    NotFoundError,
    NotPermittedError,
    PasswordChangeNeededError,
    SettingsError,
    TransitionError,
    WrongCredentialsError,
)
from lims.ledger import LedgerEntry
from lims.persistence.secret_box import AesSecretBox
from lims.services.passwords import Passwords
from lims.services.sign_in_delay import CAP, FREE_FOR_ADDRESS, NOTED_AT, delay_after
from tests.builders.devices import Device, enrol
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, PASSWORD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY


@pytest.fixture
def authentication(bench):
    bench.hire()
    return bench.authentication


@pytest.fixture
def device(authentication):
    return enrol(authentication, "expert-a")


def acts_about_accounts(bench):
    entries = [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()]
    return [(entry.act, entry.number, entry.actor) for entry in entries if entry.kind == "account"]


# passwords


def test_the_right_password_gives_the_person(authentication):
    assert authentication.check("technician", PASSWORD).number == "technician"


@pytest.mark.parametrize(
    ("number", "password"),
    [
        ("technician", "a long enough passwort"),
        ("technician", ""),
        ("technician", "\ud800"),
        ("technician", PASSWORD + " "),
        ("TECHNICIAN", PASSWORD),
        ("technician ", PASSWORD),
        ("nobody", PASSWORD),
        ("nobody", "no account has this password"),
        ("", ""),
        ("a\0b", PASSWORD),
        ("\ud800", PASSWORD),
        ("technician' --", PASSWORD),
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
    bench.accounts.set_password_hash("technician", "no hash at all")
    assert authentication.check("technician", PASSWORD) is None
    bench.clock.advance(minutes=1)
    assert authentication.check("technician", "no hash at all") is None


def test_a_hash_of_older_parameters_is_made_anew_when_it_is_right(bench, authentication):
    older = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    bench.accounts.set_password_hash("technician", older)
    assert authentication.check("technician", "another long password") is None
    assert bench.accounts.password_hash("technician") == older
    bench.clock.advance(minutes=1)
    assert authentication.check("technician", PASSWORD).number == "technician"
    assert bench.accounts.password_hash("technician") != older
    assert authentication.check("technician", PASSWORD).number == "technician"


def test_an_unknown_name_costs_as_much_as_a_wrong_password(bench):
    """Both run the same hash function with the same parameters: this one counts how often."""
    bench.hire()

    class Counting(PasswordHasher):
        calls = 0

        def verify(self, hash, password):  # noqa: A002 - the parameter's name in argon2
            Counting.calls += 1
            return super().verify(hash, password)

    passwords = Passwords(hasher=Counting(time_cost=1, memory_cost=8, parallelism=1))
    authentication = dataclasses.replace(bench.authentication, passwords=passwords)
    for number in ("technician", "nobody", "a\0b"):
        before = Counting.calls
        assert authentication.check(number, "wrong") is None
        assert Counting.calls == before + 1


def test_who_left_does_not_come_back_in(bench, authentication):
    bench.staffing.leave("technician", actor=ADMIN)
    assert authentication.check("technician", PASSWORD) is None


# changing the password


def test_a_changed_password_replaces_the_old_and_ends_every_session(bench, authentication):
    opened = bench.signing_in.by_password("technician", PASSWORD, address="")
    new = "another long enough password"
    authentication.change_password("technician", password=PASSWORD, code="", new_password=new)
    assert bench.sessions.signed_in(opened.token) is None
    assert authentication.check("technician", PASSWORD) is None
    bench.clock.advance(minutes=1)
    assert authentication.check("technician", new).number == "technician"
    assert acts_about_accounts(bench)[-1] == ("account.password_set", "technician", "technician")


@pytest.mark.parametrize("new", [PASSWORD, "short", "passwordpassword"])
def test_a_bad_new_password_changes_nothing(authentication, new):
    with pytest.raises(InvalidRecordError, match="password: "):
        authentication.change_password("technician", password=PASSWORD, code="", new_password=new)
    assert authentication.check("technician", PASSWORD).number == "technician"


def test_nobody_changes_a_password_without_the_old_one(authentication):
    with pytest.raises(WrongCredentialsError):
        authentication.change_password("technician", password="?" * 12, code="", new_password=PASSWORD + "!")


# a password that another person set


NEWCOMER = StaffMember(number="newcomer", name="N", post="p", roles=(Role.TECHNICIAN,))
OWN = "an own long enough password"


@pytest.fixture
def newcomer(bench, authentication):
    """Register and confirm a person who has not signed in yet."""
    assert authentication.account("newcomer").version == 0
    bench.staffing.register(NEWCOMER, password=PASSWORD, actor=ADMIN)
    return bench.staffing.confirm("newcomer", actor=QUALITY)


def test_sg_6_a_first_password_is_good_for_choosing_another_and_nothing_else(bench, authentication, newcomer):
    assert authentication.account("newcomer").state == "password to be changed"
    entries = bench.entries
    with pytest.raises(PasswordChangeNeededError, match="the password of newcomer was set by admin"):
        authentication.check("newcomer", PASSWORD)
    with pytest.raises(PasswordChangeNeededError):
        authentication.confirm("newcomer", password=PASSWORD, code="", meaning=SignatureMeaning.AUTHOR, record=newcomer)
    for step in (authentication.begin_enrolment, lambda number: authentication.finish_enrolment(number, "000000")):
        with pytest.raises(PasswordChangeNeededError):
            step("newcomer")
    assert bench.entries == entries
    assert authentication.check("newcomer", "wrong") is None  # whose it is stays unsaid to those who do not know it
    bench.clock.advance(seconds=1)
    authentication.change_password("newcomer", password=PASSWORD, code="", new_password=OWN)
    assert authentication.check("newcomer", OWN).number == "newcomer"
    assert acts_about_accounts(bench)[-2:] == [
        ("account.password_set", "newcomer", "admin"),
        ("account.password_set", "newcomer", "newcomer"),
    ]


@pytest.mark.parametrize("new", [PASSWORD, "short", "passwordpassword"])
def test_a_first_password_is_not_chosen_again(authentication, newcomer, new):
    with pytest.raises(InvalidRecordError):
        authentication.choose_password(newcomer, new)
    assert authentication.account("newcomer").password_is_anothers
    authentication.choose_password(newcomer, OWN)
    with pytest.raises(TransitionError, match="is the person's own"):
        authentication.choose_password(newcomer, "another long enough password")


def test_a_password_of_an_older_ledger_is_not_asked_to_be_changed():
    assert not Account(number="x").password_is_anothers
    assert not Account(number="x").set_password("x").password_is_anothers
    assert Account(number="x").set_password("admin").password_is_anothers


def test_who_forgot_the_password_gets_a_first_one(bench, authentication, device):
    first = "the first one after all"
    opened = bench.signing_in.by_password("technician", PASSWORD, address="192.0.2.1")
    for actor in (TECHNICIAN, EXPERT, HEAD, QUALITY):
        with pytest.raises(NotPermittedError):
            authentication.give_password("technician", password=first, actor=actor)
    with pytest.raises(NotPermittedError, match="changes the own password with the old one"):
        authentication.give_password("admin", password=first, actor=ADMIN)
    with pytest.raises(InvalidRecordError):
        authentication.give_password("technician", password="short", actor=ADMIN)  # noqa: S106
    with pytest.raises(NotFoundError):
        authentication.give_password("nobody", password=first, actor=ADMIN)
    assert bench.sessions.signed_in(opened.token)
    authentication.give_password("technician", password=first, actor=ADMIN)
    assert bench.sessions.signed_in(opened.token) is None
    assert authentication.check("technician", PASSWORD) is None
    authentication.give_password("expert-a", password=first, actor=ADMIN)
    with pytest.raises(PasswordChangeNeededError):  # the device stays the one of the person
        authentication.check("expert-a", first, device.code(bench.clock.now()))
    assert authentication.account("expert-a").second_factor
    bench.staffing.leave("technician", actor=ADMIN)
    with pytest.raises(TransitionError, match="technician left"):
        authentication.give_password("technician", password=first, actor=ADMIN)


# the second factor


@pytest.mark.parametrize("person", [ADMIN, QUALITY, HEAD, REVIEWER])
def test_who_keeps_accounts_or_confirms_roles_needs_a_second_factor_too(bench, authentication, person):
    with pytest.raises(EnrolmentNeededError, match=person.number):
        authentication.check(person.number, PASSWORD)
    found = enrol(authentication, person.number)
    assert authentication.check(person.number, PASSWORD) is None
    bench.clock.advance(seconds=1)
    assert authentication.check(person.number, PASSWORD, found.code(bench.clock.now())).number == person.number


def test_a_signing_role_can_do_nothing_before_it_enrols(authentication):
    with pytest.raises(EnrolmentNeededError, match="expert-a needs a second factor"):
        authentication.check("expert-a", PASSWORD)
    with pytest.raises(EnrolmentNeededError):
        authentication.check("expert-a", PASSWORD, "000000")
    assert authentication.check("expert-a", "wrong") is None  # what is wrong does not learn that


def test_password_and_code_together_give_the_person(bench, authentication, device):
    assert authentication.check("expert-a", PASSWORD, device.code(bench.clock.now())).number == "expert-a"


def test_neither_is_enough_alone(bench, authentication, device):
    assert authentication.check("expert-a", PASSWORD) is None
    bench.clock.advance(minutes=1)
    assert authentication.check("expert-a", "wrong", device.code(bench.clock.now())) is None
    bench.clock.advance(minutes=1)
    other = enrol(authentication, "expert-b")
    assert authentication.check("expert-a", PASSWORD, other.code(bench.clock.now())) is None


def test_sg_4_a_code_works_once_and_so_does_none_before_it(bench, authentication, device):
    earlier, later = device.code(bench.clock.now()), device.code(bench.clock.now())
    assert authentication.check("expert-a", PASSWORD, later).number == "expert-a"
    assert authentication.check("expert-a", PASSWORD, later) is None
    bench.clock.advance(seconds=2)
    assert authentication.check("expert-a", PASSWORD, earlier) is None


@pytest.mark.both_databases
def test_of_threads_with_one_code_one_gets_in(bench, authentication, device):
    code = device.code(bench.clock.now())
    step = device.last_step
    used = []
    threads = [
        threading.Thread(target=lambda: used.append(bench.accounts.use_step("expert-a", step, confirming=False)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(used) == [False] * 7 + [True]
    assert authentication.check("expert-a", PASSWORD, code) is None


def test_enrolling_shows_the_same_secret_until_a_code_confirms_it(bench, authentication):
    first = authentication.begin_enrolment("expert-a")
    assert authentication.begin_enrolment("expert-a") == first
    assert not authentication.finish_enrolment("expert-a", "000000")
    bench.clock.advance(minutes=1)
    device = Device.learn(first.secret)
    assert authentication.finish_enrolment("expert-a", device.code(bench.clock.now()))
    with pytest.raises(TransitionError, match="has a second factor"):
        authentication.begin_enrolment("expert-a")
    with pytest.raises(TransitionError, match="has a second factor"):
        authentication.finish_enrolment("expert-a", device.code(bench.clock.now()))
    assert acts_about_accounts(bench)[-1] == ("account.second_factor_enrolled", "expert-a", "expert-a")


def test_the_code_that_enrolled_opens_nothing_more(bench, authentication):
    device = Device.learn(authentication.begin_enrolment("expert-a").secret)
    code = device.code(bench.clock.now())
    assert authentication.finish_enrolment("expert-a", code)
    assert authentication.check("expert-a", PASSWORD, code) is None


def test_a_row_that_vanished_from_the_table_is_no_way_round(bench, authentication, device):
    assert device.last_step
    bench.accounts.forget_secret("expert-a")
    assert authentication.check("expert-a", PASSWORD, "000000") is None  # and no new enrolment is offered
    assert authentication.account("expert-a").second_factor


def test_the_secret_is_unreadable_in_the_database_and_bound_to_its_owner(bench, authentication, device):
    kept = bench.accounts.secret("expert-a")
    assert device.secret.hex() not in kept.sealed
    with pytest.raises(SettingsError, match="another second_factor_key"):
        bench.authentication.box.open(kept.sealed, owner="expert-b")
    elsewhere = dataclasses.replace(authentication, box=AesSecretBox(key=bytes(31) + b"x"))
    with pytest.raises(SettingsError, match="second factor of expert-a cannot be read"):
        elsewhere.check("expert-a", PASSWORD, "000000")


def test_sg_5_sg_6_two_people_take_a_lost_second_factor_away(bench, authentication, device):
    assert device.secret
    with pytest.raises(TransitionError, match="nobody asked"):
        authentication.reset("expert-a", actor=QUALITY)
    with pytest.raises(NotPermittedError):
        authentication.ask_reset("expert-a", actor=EXPERT)
    authentication.ask_reset("expert-a", actor=ADMIN)
    with pytest.raises(TransitionError, match="admin asked already"):
        authentication.ask_reset("expert-a", actor=ADMIN)
    both = dataclasses.replace(ADMIN, roles=(Role.ADMINISTRATOR, Role.QUALITY_MANAGER))
    for alone in (ADMIN, both, TECHNICIAN):
        with pytest.raises(NotPermittedError):
            authentication.reset("expert-a", actor=alone)
    authentication.reset("expert-a", actor=QUALITY)
    with pytest.raises(EnrolmentNeededError):
        authentication.check("expert-a", PASSWORD)
    with pytest.raises(TransitionError):  # good for one enrolment
        authentication.reset("expert-a", actor=QUALITY)
    fresh = enrol(authentication, "expert-a")
    assert authentication.check("expert-a", PASSWORD, fresh.code(bench.clock.now())).number == "expert-a"
    assert [act for act, number, _ in acts_about_accounts(bench) if number == "expert-a"] == [
        "account.password_set",
        "account.password_set",
        "account.second_factor_enrolled",
        "account.second_factor_reset_asked",
        "account.second_factor_reset",
        "account.second_factor_enrolled",
    ]


@pytest.mark.parametrize(("lost", "asks", "decides"), [(ADMIN, HEAD, QUALITY), (QUALITY, ADMIN, HEAD)])
def test_a_lost_device_of_those_who_reset_is_taken_away_by_two_others(authentication, lost, asks, decides):
    enrol(authentication, lost.number)
    authentication.ask_reset(lost.number, actor=asks)
    for alone in (lost, asks):
        with pytest.raises(NotPermittedError):
            authentication.reset(lost.number, actor=alone)
    authentication.reset(lost.number, actor=decides)
    assert not authentication.account(lost.number).second_factor


def test_one_head_does_not_ask_and_decide(authentication, device):
    assert device.secret
    authentication.ask_reset("expert-a", actor=HEAD)
    with pytest.raises(NotPermittedError, match="head cannot decide alone"):
        authentication.reset("expert-a", actor=HEAD)


def test_sg_5_nobody_decides_about_the_own_second_factor(bench, authentication):
    chief = StaffMember(number="chief", name="C", post="p", roles=(Role.EXPERT, Role.QUALITY_MANAGER))
    account = Account(number="chief", second_factor=True, reset_asked_by="admin")
    with pytest.raises(NotPermittedError, match="chief cannot decide alone"):
        account.reset(chief.number)
    assert bench.entries
    assert not authentication.account("nobody").second_factor


# waits after wrong tries


def test_sg_6_waits_double_up_to_a_quarter_of_an_hour():
    assert [delay_after(n).total_seconds() for n in range(1, 12)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900]
    assert delay_after(10**6) == CAP == timedelta(minutes=15)
    assert delay_after(0) == delay_after(FREE_FOR_ADDRESS, free=FREE_FOR_ADDRESS) == timedelta(0)
    assert delay_after(FREE_FOR_ADDRESS + 1, free=FREE_FOR_ADDRESS) == timedelta(seconds=1)


def test_ten_thousand_tries_are_twenty_checks_an_hour_at_most(bench, authentication):
    checked = []

    class Noting(PasswordHasher):
        def verify(self, hash, password):  # noqa: A002 - the parameter's name in argon2
            checked.append(bench.clock.now())
            return super().verify(hash, password)

    passwords = Passwords(hasher=Noting(time_cost=1, memory_cost=8, parallelism=1))
    attacked = dataclasses.replace(authentication, passwords=passwords)
    begin = bench.clock.now()
    for _ in range(10_000):
        assert attacked.check("technician", "wrong password", address="192.0.2.1") is None
        bench.clock.advance(milliseconds=720)
    hours = [sum(begin + timedelta(hours=n) <= at < begin + timedelta(hours=n + 1) for at in checked) for n in (0, 1)]
    assert bench.clock.now() - begin == timedelta(hours=2)
    assert hours[0] <= 20
    assert hours[1] <= 4
    assert [act for act, *_ in acts_about_accounts(bench)].count("account.delayed") == 1


def test_the_right_password_waits_too_and_then_ends_the_burst(bench, authentication):
    for _ in range(3):
        authentication.check("technician", "wrong")
        bench.clock.advance(seconds=10)
    authentication.check("technician", "wrong")
    bench.clock.advance(seconds=7)
    assert authentication.check("technician", PASSWORD) is None
    bench.clock.advance(seconds=1)
    assert authentication.check("technician", PASSWORD).number == "technician"
    assert authentication.check("technician", PASSWORD).number == "technician"


def test_a_wait_survives_a_restart(bench, authentication):
    assert authentication.check("technician", "wrong") is None
    again = dataclasses.replace(authentication, passwords=Passwords(hasher=authentication.passwords.hasher))
    assert again.check("technician", PASSWORD) is None
    bench.clock.advance(seconds=1)
    assert again.check("technician", PASSWORD).number == "technician"


def test_unknown_names_wait_the_same_way(bench, authentication):
    for seconds in (1, 2, 4):
        assert authentication.check("nobody", "wrong") is None
        assert bench.accounts.begin_try(_subject("nobody"), None, bench.clock.now()) is None
        bench.clock.advance(seconds=seconds)


def _subject(number):
    return sha256(f"account:{number}".encode()).hexdigest()


def test_an_address_may_slip_ten_times_and_then_waits_for_every_name(bench, authentication):
    for n in range(FREE_FOR_ADDRESS + 1):
        assert authentication.check(f"nobody-{n}", "wrong", address="192.0.2.1") is None
    assert authentication.check("technician", PASSWORD, address="192.0.2.1") is None
    assert authentication.check("technician", PASSWORD, address="192.0.2.2").number == "technician"
    bench.clock.advance(seconds=1)
    assert authentication.check("technician", PASSWORD, address="192.0.2.1").number == "technician"


def test_an_own_sign_in_does_not_free_the_address_for_the_next_try(bench, authentication):
    for n in range(FREE_FOR_ADDRESS + 4):
        authentication.check(f"nobody-{n}", "wrong", address="192.0.2.1")
        bench.clock.advance(seconds=8)
    assert authentication.check("nobody", "wrong", address="192.0.2.1") is None
    assert authentication.check("technician", PASSWORD, address="192.0.2.1") is None


def test_a_right_password_does_not_forgive_wrong_codes(bench, authentication, device):
    assert device.secret
    waits = []
    for _ in range(6):
        while (half := authentication.check_password("expert-a", PASSWORD)) is None:
            bench.clock.advance(seconds=1)
        assert half.number == "expert-a"
        assert not authentication.check_code("expert-a", "000000")
        begin = bench.clock.now()
        while authentication.check_password("expert-a", PASSWORD) is None:
            bench.clock.advance(seconds=1)
        waits.append((bench.clock.now() - begin).total_seconds())
    assert waits == [1, 2, 4, 8, 16, 32]


@pytest.mark.both_databases
def test_of_threads_at_once_one_try_is_made(bench):
    now = bench.clock.now()
    made = []
    gate = threading.Barrier(8)

    def run():
        gate.wait()
        made.append(bench.accounts.begin_try("subject", "address", now))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [failures for failures in made if failures is not None] == [1]


def test_sg_6_a_burst_is_noted_once_and_only_of_people(bench, authentication):
    for number in ("technician", "nobody"):
        for _ in range(NOTED_AT + 3):
            authentication.check(number, "wrong")
            bench.clock.advance(minutes=15)
    assert acts_about_accounts(bench)[-1] == ("account.delayed", "technician", "system")
    assert [act for act, *_ in acts_about_accounts(bench)].count("account.delayed") == 1
    assert authentication.account("technician").delayed_until is not None
    assert authentication.account("technician").title.startswith("delayed until 2026-")


def test_wrong_tries_of_yesterday_are_forgotten(bench, authentication):
    for _ in range(3):
        authentication.check("technician", "wrong")
        bench.clock.advance(minutes=1)
    bench.clock.advance(hours=25)
    assert authentication.check("technician", "wrong") is None
    bench.clock.advance(seconds=1)
    assert authentication.check("technician", PASSWORD).number == "technician"


def test_what_was_typed_as_a_name_is_not_kept(bench, authentication):
    authentication.check("my password by mistake", "expert-a")
    with bench.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM sign_in_delay").all()
    assert len(rows) == 1
    assert "mistake" not in str(rows)


# confirming a signature


def test_sg_2_sg_4_a_confirmation_is_of_one_person_for_one_version_of_one_record(bench, authentication, device):
    confirmation = authentication.confirm(
        "expert-a",
        password=PASSWORD,
        code=device.code(bench.clock.now()),
        meaning=SignatureMeaning.AUTHOR,
        record=EXPERT,
    )
    confirmation.require(person="expert-a", meaning=SignatureMeaning.AUTHOR, record=EXPERT, now=bench.clock.now())
    assert confirmation.record_sha256 == record_digest(EXPERT)
    assert confirmation.factors == (Factor.PASSWORD, Factor.CODE)
    assert PASSWORD not in str(confirmation)


@pytest.mark.parametrize(("number", "password"), [("expert-a", "wrong"), ("expert-b", ""), ("nobody", PASSWORD)])
def test_sg_4_nobody_confirms_with_a_wrong_password(authentication, number, password):
    with pytest.raises(WrongCredentialsError, match=f"password or code of {number} is wrong"):
        authentication.confirm(number, password=password, code="", meaning=SignatureMeaning.AUTHOR, record=EXPERT)


def test_a_signing_role_does_not_confirm_without_a_second_factor(authentication):
    with pytest.raises(EnrolmentNeededError):
        authentication.confirm("expert-a", password=PASSWORD, code="", meaning=SignatureMeaning.AUTHOR, record=EXPERT)


def test_a_person_without_a_signing_role_confirms_by_password(authentication):
    confirmation = authentication.confirm(
        "technician", password=PASSWORD, code="", meaning=SignatureMeaning.AUTHOR, record=EXPERT
    )
    assert confirmation.factors == (Factor.PASSWORD,)


# several accounts at once, for who looks after them


def test_accounts_are_given_in_the_order_of_the_people_also_where_nothing_was_recorded(authentication):
    enrol(authentication, "expert-a")
    found = authentication.accounts_of(["expert-a", "nobody", "admin"], reader=QUALITY)
    assert [(one.number, one.second_factor, one.version > 0) for one in found] == [
        ("expert-a", True, True),
        ("nobody", False, False),
        ("admin", False, True),
    ]


@pytest.mark.parametrize(
    "reader", [ADMIN, HEAD, QUALITY, TECHNICIAN, EXPERT, REVIEWER], ids=lambda member: member.number
)
def test_au_2_accounts_are_read_by_those_who_look_after_them(authentication, reader):
    if reader in (ADMIN, HEAD, QUALITY):
        assert [one.number for one in authentication.accounts_of(["expert-a"], reader=reader)] == ["expert-a"]
    else:
        with pytest.raises(NotPermittedError, match="this act needs head or quality manager or auditor"):
            authentication.accounts_of(["expert-a"], reader=reader)
