import dataclasses
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest

from lims.domain.account import Factor, SignInSession, SignInWay
from lims.domain.staff import Role, StaffMember
from lims.errors import InvalidRecordError, NotFoundError, NotPermittedError, TransitionError
from lims.ledger import LedgerEntry
from lims.services.account_ports import Stage
from lims.services.sessions import ABSOLUTE_LIMIT, HALFWAY_LIMIT, IDLE_LIMIT
from tests.builders.devices import Device, enrol
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, PASSWORD, REVIEWER, TECHNICIAN
from tests.builders.people import QUALITY

HERE = "192.0.2.1"


@pytest.fixture
def sessions(bench):
    bench.hire()
    return bench.sessions


@pytest.fixture
def opened(bench, sessions):
    assert sessions
    return bench.signing_in.by_password("technician", PASSWORD, address=HERE)


def session_acts(bench):
    entries = [LedgerEntry.from_bytes(stored.data) for stored in bench.store.entries()]
    return [(entry.act, entry.actor) for entry in entries if entry.kind == "session"]


# steps


def test_a_role_that_signs_nothing_is_in_with_the_password(bench, opened):
    assert (opened.person.number, opened.stage) == ("technician", Stage.WHOLE)
    assert bench.sessions.signed_in(opened.token).number == "technician"
    assert session_acts(bench) == [("session.opened", "technician")]


def test_wrong_passwords_open_nothing(bench, sessions):
    assert sessions.of_person("technician") == ()
    assert bench.signing_in.by_password("technician", "wrong", address=HERE) is None
    assert bench.signing_in.by_password("nobody", PASSWORD, address=HERE) is None
    assert session_acts(bench) == []


@pytest.mark.usefixtures("sessions")
def test_an_enrolled_person_is_in_after_the_code_under_another_token(bench):
    device = enrol(bench.authentication, "expert-a")
    half = bench.signing_in.by_password("expert-a", PASSWORD, address=HERE)
    assert half.stage is Stage.CODE
    assert bench.sessions.signed_in(half.token) is None
    assert bench.signing_in.enrolment(half.token) is None
    assert session_acts(bench) == []
    assert bench.signing_in.enter_code(half.token, "000000", address=HERE) is None
    bench.clock.advance(seconds=1)
    whole = bench.signing_in.enter_code(half.token, device.code(bench.clock.now()), address=HERE)
    assert bench.sessions.signed_in(whole.token).number == "expert-a"
    assert whole.token != half.token
    assert bench.sessions.halfway(half.token) is None
    assert bench.signing_in.enter_code(half.token, device.code(bench.clock.now()), address=HERE) is None
    (stored,) = bench.sessions.of_person("expert-a")
    assert stored.factors == (Factor.PASSWORD, Factor.CODE)


@pytest.mark.usefixtures("sessions")
def test_a_signing_role_without_a_device_can_only_enrol(bench):
    half = bench.signing_in.by_password("expert-a", PASSWORD, address=HERE)
    assert half.stage is Stage.ENROLMENT
    assert bench.sessions.signed_in(half.token) is None
    assert bench.sessions.of_token(half.token) is None
    assert bench.signing_in.enter_code(half.token, "000000", address=HERE) is None
    device = Device.learn(bench.signing_in.enrolment(half.token).secret)
    assert bench.signing_in.enrol(half.token, "000000", address=HERE) is None
    bench.clock.advance(seconds=1)
    whole = bench.signing_in.enrol(half.token, device.code(bench.clock.now()), address=HERE)
    assert bench.sessions.signed_in(whole.token).number == "expert-a"
    assert bench.signing_in.enrolment(whole.token) is None


def test_everybody_else_may_enrol_and_gets_a_new_token(bench, opened):
    device = Device.learn(bench.signing_in.enrolment(opened.token).secret)
    again = bench.signing_in.enrol(opened.token, device.code(bench.clock.now()), address=HERE)
    assert bench.sessions.signed_in(opened.token) is None
    assert bench.sessions.signed_in(again.token).number == "technician"
    assert bench.signing_in.by_password("technician", PASSWORD, address=HERE).stage is Stage.CODE


@pytest.mark.parametrize("token", ["", "x", "\ud800"])
def test_a_token_of_nothing_leads_nowhere(bench, sessions, token):
    assert sessions.signed_in(token) is None
    assert bench.signing_in.enrolment(token) is None
    assert bench.signing_in.enrol(token, "000000", address=HERE) is None
    assert bench.signing_in.enter_code(token, "000000", address=HERE) is None
    sessions.close(token)


@pytest.mark.usefixtures("sessions")
def test_half_a_sign_in_does_not_wait_for_ever(bench):
    half = bench.signing_in.by_password("expert-a", PASSWORD, address=HERE)
    bench.clock.moment += HALFWAY_LIMIT + timedelta(seconds=1)
    assert bench.signing_in.enrolment(half.token) is None


@pytest.mark.usefixtures("sessions")
def test_a_provider_replaces_the_password_and_not_the_second_factor(bench):
    whole = bench.signing_in.by_provider("technician")
    assert bench.sessions.signed_in(whole.token).number == "technician"
    assert bench.sessions.of_token(whole.token).way is SignInWay.PROVIDER
    assert bench.signing_in.by_provider("expert-a").stage is Stage.ENROLMENT
    device = enrol(bench.authentication, "expert-a")
    half = bench.signing_in.by_provider("expert-a")
    assert half.stage is Stage.CODE
    whole = bench.signing_in.enter_code(half.token, device.code(bench.clock.now()), address=HERE)
    assert bench.sessions.of_token(whole.token).factors == (Factor.PROVIDER, Factor.CODE)
    assert bench.signing_in.by_provider("nobody") is None


# a password that another person set

OWN = "an own long enough password"


def newcomer(bench, *roles):
    """Register and confirm a person who has not signed in yet."""
    member = StaffMember(number="newcomer", name="N", post="p", roles=roles)
    bench.staffing.register(member, password=PASSWORD, actor=ADMIN)
    return bench.staffing.confirm("newcomer", actor=QUALITY)


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize("by_provider", [False, True])
def test_the_first_sign_in_asks_for_an_own_password_and_does_nothing_else(bench, by_provider):
    newcomer(bench, Role.TECHNICIAN)
    steps = bench.signing_in
    first = steps.by_provider("newcomer") if by_provider else steps.by_password("newcomer", PASSWORD, address=HERE)
    assert first.stage is Stage.PASSWORD
    assert bench.sessions.signed_in(first.token) is None
    assert steps.enter_code(first.token, "000000", address=HERE) is None
    assert steps.enrolment(first.token) is None
    assert steps.enrol(first.token, "000000", address=HERE) is None
    assert session_acts(bench) == []
    assert steps.chooses_password(first.token)
    for refused in (PASSWORD, "short"):
        with pytest.raises(InvalidRecordError):
            steps.choose_password(first.token, refused)
    whole = steps.choose_password(first.token, OWN)
    assert whole.stage is Stage.WHOLE
    assert bench.sessions.signed_in(whole.token).number == "newcomer"
    assert not steps.chooses_password(first.token)
    assert steps.choose_password(first.token, "a third long enough password") is None
    assert steps.by_password("newcomer", OWN, address=HERE).stage is Stage.WHOLE


@pytest.mark.usefixtures("sessions")
def test_the_own_password_comes_before_the_device_and_after_the_code(bench):
    newcomer(bench, Role.EXPERT)
    first = bench.signing_in.by_password("newcomer", PASSWORD, address=HERE)
    assert first.stage is Stage.PASSWORD
    second = bench.signing_in.choose_password(first.token, OWN)
    assert second.stage is Stage.ENROLMENT
    assert bench.sessions.signed_in(second.token) is None
    device = Device.learn(bench.signing_in.enrolment(second.token).secret)
    assert bench.signing_in.enrol(second.token, device.code(bench.clock.now()), address=HERE).stage is Stage.WHOLE
    bench.authentication.give_password("newcomer", password=PASSWORD, actor=ADMIN)
    half = bench.signing_in.by_password("newcomer", PASSWORD, address=HERE)
    assert half.stage is Stage.CODE
    assert bench.signing_in.choose_password(half.token, "a third long enough password") is None
    third = bench.signing_in.enter_code(half.token, device.code(bench.clock.now()), address=HERE)
    assert third.stage is Stage.PASSWORD
    assert bench.sessions.signed_in(third.token) is None
    whole = bench.signing_in.choose_password(third.token, "a third long enough password")
    assert (whole.stage, bench.sessions.of_token(whole.token).factors) == (
        Stage.WHOLE,
        (Factor.PASSWORD, Factor.CODE),
    )


@pytest.mark.usefixtures("sessions")
def test_who_left_before_choosing_a_password_is_not_let_in(bench):
    newcomer(bench, Role.TECHNICIAN)
    first = bench.signing_in.by_password("newcomer", PASSWORD, address=HERE)
    stored = bench.sessions.halfway(first.token)
    bench.staffing.leave("newcomer", actor=ADMIN)
    assert bench.signing_in.choose_password(first.token, OWN) is None
    bench.accounts.open_session(stored, alone=False)  # as if it had not been closed
    assert bench.signing_in.choose_password(first.token, OWN) is None


# one session


def whole_session(bench, device, number="expert-a"):
    half = bench.signing_in.by_password(number, PASSWORD, address=HERE)
    bench.clock.advance(seconds=30)
    return bench.signing_in.enter_code(half.token, device.code(bench.clock.now()), address=HERE)


@pytest.mark.usefixtures("sessions")
@pytest.mark.parametrize("number", ["expert-a", "head", "quality", "admin"])
def test_who_signs_or_gives_rights_has_one_session(bench, number):
    device = enrol(bench.authentication, number)
    first = whole_session(bench, device, number)
    old = bench.sessions.of_token(first.token).number
    half = bench.signing_in.by_password(number, PASSWORD, address=HERE)
    assert bench.sessions.signed_in(first.token)  # half a sign-in, with a stolen password, closes nothing
    assert half.stage is Stage.CODE
    second = whole_session(bench, device, number)
    assert bench.sessions.signed_in(first.token) is None
    assert not bench.sessions.alive(first.token)
    assert bench.sessions.signed_in(second.token).number == number
    assert bench.sessions.replaced(first.token)
    assert not bench.sessions.replaced(second.token)
    assert bench.sessions.halfway(first.token) is None
    assert session_acts(bench)[-2:] == [("session.opened", number), ("session.closed", number)]
    with bench.store.reading() as work:
        closed = work.load(SignInSession, old)
    assert (closed.state, closed.reason) == ("closed", "the person signed in elsewhere")
    bench.sessions.close(first.token)
    assert not bench.sessions.replaced(first.token)
    assert session_acts(bench)[-1] == ("session.closed", number)
    assert bench.entries == len(list(bench.store.entries()))


def test_others_may_sit_at_two_browsers(bench, sessions, opened):
    other = bench.signing_in.by_password("technician", PASSWORD, address=HERE)
    assert sessions.signed_in(opened.token)
    assert sessions.signed_in(other.token)
    assert not sessions.replaced(opened.token)


@pytest.mark.usefixtures("sessions")
@pytest.mark.both_databases
def test_of_sign_ins_at_once_one_session_stays(bench):
    with bench.store.reading() as work:
        expert = work.load(StaffMember, "expert-a")
    barrier, opened = Barrier(6), []

    def sign_in():
        barrier.wait()
        facts = {"stage": Stage.WHOLE, "way": SignInWay.LOCAL, "factors": (Factor.PASSWORD, Factor.CODE)}
        opened.append(bench.sessions.open(expert, **facts))

    threads = [Thread(target=sign_in) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alive = [one for one in opened if bench.sessions.signed_in(one.token)]
    assert (len(opened), len(alive)) == (6, 1)
    acts = [act for act, _ in session_acts(bench)]
    assert (acts.count("session.opened"), acts.count("session.closed")) == (6, 5)


def test_a_lent_role_begins_with_a_new_session_and_its_second_factor(bench, sessions, opened):
    today = bench.clock.moment.date()
    bench.staffing.delegate(Role.HEAD, to="technician", first_day=today, last_day=today, actor=HEAD)
    assert sessions.signed_in(opened.token) is None
    assert bench.signing_in.by_password("technician", PASSWORD, address=HERE).stage is Stage.ENROLMENT


# limits


def test_only_the_hash_of_a_token_is_kept(bench, opened):
    with bench.engine.connect() as connection:
        (row,) = connection.exec_driver_sql("SELECT * FROM browser_session").all()
    assert opened.token not in str(row)
    assert opened.token not in str([stored.data for stored in bench.store.entries()])
    assert len(opened.token) >= 43  # 256 bits
    for public in (row.token_hash, row.number):
        assert bench.sessions.signed_in(public) is None


def test_an_idle_session_ends(bench, sessions, opened):
    bench.clock.moment += IDLE_LIMIT
    assert sessions.signed_in(opened.token).number == "technician"
    bench.clock.moment += IDLE_LIMIT + timedelta(seconds=1)
    assert sessions.signed_in(opened.token) is None
    assert sessions.of_person("technician") == ()
    assert timedelta(minutes=30) == IDLE_LIMIT


def test_watching_does_not_keep_a_session_alive(bench, sessions, opened):
    for _ in range(30):
        bench.clock.advance(minutes=1)
        assert sessions.alive(opened.token)
        assert sessions.of_token(opened.token)
    bench.clock.advance(seconds=1)
    assert not sessions.alive(opened.token)


def test_use_keeps_a_session_alive_up_to_its_absolute_end(bench, sessions, opened):
    begin = bench.clock.moment
    while bench.clock.moment < begin + ABSOLUTE_LIMIT:
        assert sessions.signed_in(opened.token).number == "technician"
        bench.clock.advance(minutes=29)
    assert sessions.signed_in(opened.token) is None
    assert timedelta(hours=12) == ABSOLUTE_LIMIT


def test_the_absolute_end_is_to_the_second(bench, sessions, opened):
    for _ in range(24):
        bench.clock.advance(minutes=30)
        assert sessions.signed_in(opened.token).number == "technician"
    bench.clock.advance(seconds=1)
    assert sessions.signed_in(opened.token) is None


def test_sessions_that_are_over_are_swept_at_the_next_sign_in(bench, opened):
    assert opened
    bench.clock.moment += ABSOLUTE_LIMIT + timedelta(seconds=1)
    bench.signing_in.by_password("technician", PASSWORD, address=HERE)
    assert len(bench.accounts.sessions_of("technician")) == 1


def test_use_is_noted_at_most_once_a_minute(bench, sessions, opened):
    def used_at():
        with bench.engine.connect() as connection:
            return connection.exec_driver_sql("SELECT used_at FROM browser_session").scalar()

    begin = used_at()
    bench.clock.advance(seconds=59)
    assert sessions.signed_in(opened.token).number == "technician"
    assert used_at() == begin
    bench.clock.advance(seconds=1)
    assert sessions.signed_in(opened.token).number == "technician"
    assert used_at() == "2026-11-22T04:01:00.000000Z"


def test_a_person_is_as_the_ledger_has_it_now(bench, sessions, opened):
    assert not sessions.signed_in(opened.token).absences
    bench.staffing.go_away("technician", first_day=bench.clock.moment.date(), actor=ADMIN)
    assert sessions.signed_in(opened.token).absences


def test_new_roles_begin_with_a_new_session(bench, sessions, opened):
    bench.staffing.propose("technician", (Role.EXPERT,), actor=ADMIN)
    bench.staffing.confirm("technician", actor=QUALITY)
    assert sessions.signed_in(opened.token) is None
    assert bench.signing_in.by_password("technician", PASSWORD, address=HERE).stage is Stage.ENROLMENT


def test_who_left_is_out_at_once(bench, sessions, opened):
    bench.staffing.leave("technician", actor=ADMIN)
    assert sessions.signed_in(opened.token) is None
    assert not sessions.alive(opened.token)
    assert bench.signing_in.by_provider("technician") is None


# ends


def test_a_session_is_over_when_its_person_closes_it(bench, sessions, opened):
    sessions.close(opened.token)
    assert sessions.signed_in(opened.token) is None
    sessions.close(opened.token)
    assert session_acts(bench) == [("session.opened", "technician"), ("session.closed", "technician")]


def test_two_sessions_of_one_person_do_not_know_each_other(bench, sessions, opened):
    other = bench.signing_in.by_password("technician", PASSWORD, address=HERE)
    sessions.close(opened.token)
    assert sessions.signed_in(other.token).number == "technician"


def test_a_person_sees_and_ends_the_own_sessions_only(bench, sessions, opened):
    other = bench.signing_in.by_password("technician", PASSWORD, address=HERE)
    numbers = {stored.number for stored in sessions.of_person("technician")}
    assert len(numbers) == 2
    mine = sessions.of_token(opened.token).number
    with pytest.raises(NotFoundError, match=f"there is no session {mine}"):
        sessions.revoke(mine, actor=EXPERT)
    sessions.revoke(sessions.of_token(other.token).number, actor=TECHNICIAN)
    assert sessions.signed_in(other.token) is None
    assert sessions.signed_in(opened.token).number == "technician"
    assert session_acts(bench)[-1] == ("session.revoked", "technician")


def test_all_sessions_of_a_person_are_ended_by_those_who_may(bench, sessions, opened):
    bench.signing_in.by_password("technician", PASSWORD, address=HERE)
    enrol(bench.authentication, "expert-a")
    bench.signing_in.by_password("expert-a", PASSWORD, address=HERE)
    for actor in (EXPERT, REVIEWER):
        with pytest.raises(NotPermittedError, match="may not see or end sessions of technician"):
            sessions.close_all("technician", by=actor)
    assert sessions.signed_in(opened.token).number == "technician"
    assert sessions.close_all("technician", by=ADMIN) == 2
    assert sessions.signed_in(opened.token) is None
    assert session_acts(bench)[-2:] == [("session.revoked", "admin")] * 2
    assert sessions.close_all("technician", by=None) == 0
    assert sessions.close_all("expert-a", by=None) == 0  # half a sign-in is ended and is no session


def test_an_ended_session_does_not_end_again():
    session = SignInSession(
        number="x",
        person="expert-a",
        way=SignInWay.LOCAL,
        factors=(Factor.PASSWORD,),
        opened_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert (session.parent, session.state, session.title) == ("expert-a", "opened", "local: password")
    closed = session.end("closed", by="expert-a")
    assert closed.state == "closed"
    with pytest.raises(TransitionError, match="was closed by expert-a"):
        closed.end("revoked", by="admin")
    with pytest.raises(InvalidRecordError):
        dataclasses.replace(session, person="")


def test_the_auditor_ends_nobodys_session(sessions, opened):
    auditor = StaffMember(number="auditor", name="A", post="p", roles=(Role.AUDITOR,))
    with pytest.raises(NotPermittedError):
        sessions.close_all("technician", by=auditor)
    assert sessions.signed_in(opened.token).number == "technician"
