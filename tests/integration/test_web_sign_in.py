"""Signing in through our own pages, by people and by those who forge requests."""

import re
from html import unescape

import pytest

from lims.domain.staff import Role, StaffMember
from lims.services.second_factor import step_of
from lims.services.sign_in_delay import FREE_FOR_ADDRESS
from lims.translation import LANGUAGES
from tests.builders.devices import Device
from tests.builders.laboratories import PASSWORD
from tests.builders.people import add
from tests.builders.websites import Site, open_site

COOKIE = "aigaq-session"


@pytest.fixture
def site(tmp_path, monkeypatch) -> Site:
    return open_site(tmp_path / "home", monkeypatch)


def test_a_person_without_a_signing_role_needs_the_password_alone(site):
    visitor = site.visitor()
    answer = visitor.sign_in("technician")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert visitor.signed_in


def test_cookies_are_seen_by_no_script_and_no_other_site(site):
    visitor = site.visitor()
    cookies = visitor.sign_in("technician").headers.get_list("set-cookie")
    (session,) = [cookie for cookie in cookies if cookie.startswith(f"{COOKIE}=") and "Max-Age=0" not in cookie]
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(session.split("; "))
    assert "Secure" not in session
    assert "Domain" not in session
    assert len(visitor.client.cookies[COOKIE]) >= 43


def test_a_signing_person_enrols_and_is_in(site):
    visitor = site.visitor()
    assert (
        visitor.post("/auth/sign-in", name="expert-a", password=PASSWORD).headers["location"] == "/auth/second-factor"
    )
    assert not visitor.signed_in
    page = visitor.client.get("/auth/second-factor").text
    assert "<svg" in page
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    assert visitor.post("/auth/second-factor", code="000000").status_code == 401
    assert secret in visitor.client.get("/auth/second-factor").text.replace(" ", "")
    device = Device.learn(secret)
    site.devices["expert-a"] = device
    wait(site, 1)
    device.last_step = step_of(site.laboratory.clock.now()) - 1  # the code before may be too old when it arrives
    answer = visitor.post("/auth/second-factor", code=site.code("expert-a"))
    assert answer.headers["location"] == "/"
    assert visitor.signed_in
    assert visitor.client.get("/auth/second-factor").headers["location"] == "/auth/sign-in"


def wait(site, seconds):
    """Let the wait after a wrong try pass, in its table instead of on the clock."""
    assert seconds
    with site.laboratory.authentication.accounts._engine.connect().execution_options(write=True) as connection:
        connection.exec_driver_sql("DELETE FROM sign_in_delay")
        connection.commit()


def test_an_enrolled_person_gives_the_code_in_a_step_of_its_own(site):
    code = site.code("expert-a")
    visitor = site.visitor()
    answer = visitor.post("/auth/sign-in", name="expert-a", password=PASSWORD)
    assert answer.headers["location"] == "/auth/code"
    assert COOKIE not in visitor.client.cookies
    assert not visitor.signed_in
    half = visitor.client.cookies["aigaq-halfway"]
    assert visitor.post("/auth/code", code="000000").status_code == 401
    wait(site, 1)
    assert visitor.post("/auth/code", code=code).headers["location"] == "/"
    assert visitor.signed_in
    assert visitor.client.cookies[COOKIE] != half
    other = site.visitor()
    other.client.cookies.set(COOKIE, half)
    assert not other.signed_in


def test_the_answer_to_everything_wrong_is_one_and_the_same(site):
    texts = set()
    for name, password in (("technician", "wrong"), ("technician", "wrong"), ("nobody", "x"), ("", " "), ("a\0b", "y")):
        answer = site.visitor().post("/auth/sign-in", name=name, password=password)
        assert answer.status_code == 401
        texts.add(re.sub(r'value="[^"]*"', "", answer.text))
    assert len(texts) == 1
    assert "there were too many tries" in texts.pop()


def test_tries_of_one_address_are_slowed_whatever_the_name(site):
    for n in range(FREE_FOR_ADDRESS + 1):
        site.visitor(address="192.0.2.9").post("/auth/sign-in", name=f"nobody-{n}", password=PASSWORD)
    assert site.visitor(address="192.0.2.9").sign_in("technician").status_code == 401
    assert site.visitor(address="192.0.2.10").sign_in("technician").status_code == 303


def test_who_is_away_is_told_so_and_stays_out(site):
    staffing = site.laboratory.staffing
    staffing.go_away("technician", first_day=staffing.today(), actor=staffing.get("admin"))
    visitor = site.visitor()
    answer = visitor.post("/auth/sign-in", name="technician", password=PASSWORD)
    assert (answer.status_code, "technician is absent from" in answer.text) == (403, True)
    assert not visitor.signed_in
    wrong = site.visitor().post("/auth/sign-in", name="technician", password="not this one")  # noqa: S106
    assert (wrong.status_code, "absent" in wrong.text) == (401, False)


# a password that another person set


FIRST, OWN = "the first one of a newcomer", "an own long enough password"


@pytest.fixture
def newcomer(site):
    """Sign in for the first time, with the password that the administrator set."""
    member = StaffMember(number="new", name="N", post="p", roles=(Role.TECHNICIAN,))
    site.laboratory.staffing.register(member, password=FIRST, actor=site.laboratory.staffing.get("admin"))
    visitor = site.visitor()
    answer = visitor.post("/auth/sign-in", name="new", password=FIRST)
    assert answer.headers["location"] == "/auth/own-password"
    return visitor


@pytest.mark.parametrize(("language", "title"), [("en", "Choose your own"), ("ru", "Задайте"), ("kk", "Жеке")])
def test_the_first_sign_in_asks_for_an_own_password_in_three_languages(newcomer, language, title):
    page = newcomer.client.get("/auth/own-password", params={"language": language}).text
    assert f"<h1>{title}" in page
    assert "<script" not in page


def test_nothing_else_is_possible_before_the_own_password(site, newcomer):
    for path in ("/auth/account", "/auth/second-factor", "/reports/2026-0001-P1.pdf"):
        assert newcomer.client.get(path).headers["location"] == "/auth/sign-in"
    for new, again in ((FIRST, FIRST), ("short", "short"), (OWN, OWN + "x"), ("passwordpassword", "passwordpassword")):
        assert newcomer.post("/auth/own-password", new=new, again=again).status_code == 400
    assert not newcomer.signed_in
    token = newcomer.client.cookies["aigaq-halfway"]
    assert newcomer.post("/auth/own-password", new=OWN, again=OWN).headers["location"] == "/"
    assert newcomer.signed_in
    assert newcomer.client.get("/auth/own-password").headers["location"] == "/auth/sign-in"
    thief = site.visitor()
    thief.client.cookies.set("aigaq-halfway", token)
    late = thief.post("/auth/own-password", shown_at="/auth/sign-in", new=FIRST + "x", again=FIRST + "x")
    assert late.headers["location"] == "/auth/sign-in"
    assert site.visitor().sign_in("new", OWN).headers["location"] == "/"


# one session


def test_a_second_sign_in_of_an_expert_closes_the_first_and_tells_it(site):
    first, second = site.visitor(), site.visitor()
    first.sign_in("expert-a")
    second.sign_in("expert-a")
    assert (first.signed_in, second.signed_in) == (False, True)
    assert "you signed in at another browser" in first.client.get("/auth/sign-in").text
    assert "вы вошли в другом браузере" in first.client.get("/auth/sign-in", params={"language": "ru"}).text
    assert "басқа браузерде" in first.client.get("/auth/sign-in", params={"language": "kk"}).text
    assert "you signed in at another browser" not in site.visitor().client.get("/auth/sign-in").text


# forged forms


POSTS = (
    "/auth/sign-in",
    "/auth/code",
    "/auth/own-password",
    "/auth/second-factor",
    "/auth/sign-out",
    "/auth/account/revoke",
    "/auth/account/password",
)


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("csrf", [None, "", "x", "A" * 43, "\u0451"])
def test_a_form_that_is_not_ours_does_nothing(site, path, csrf):
    visitor = site.visitor()
    visitor.sign_in("technician")
    fields = {"name": "technician", "password": PASSWORD, "code": "000000", "number": "x"}
    if csrf is not None:
        fields["csrf"] = csrf
    assert visitor.client.post(path, data=fields).status_code == 403
    assert visitor.signed_in


@pytest.mark.parametrize("path", POSTS)
def test_an_empty_token_does_not_equal_an_empty_cookie(site, path):
    visitor = site.visitor()
    visitor.client.cookies.set("aigaq-csrf", "")
    assert visitor.client.post(path, data={"csrf": ""}).status_code == 403


def test_two_tabs_share_their_token(site):
    visitor = site.visitor()
    first, second = visitor.form_token("/auth/sign-in"), visitor.form_token("/auth/sign-in")
    assert first == second
    assert site.visitor().form_token("/auth/sign-in") != first


def test_a_token_that_a_stranger_planted_is_not_taken_over(site):
    visitor = site.visitor()
    visitor.client.cookies.set("aigaq-csrf", "planted")
    assert visitor.form_token("/auth/sign-in") != "planted"


# forged sessions


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "' OR 1=1 --", "../../etc/passwd", "%00", "A" * 8000])
def test_a_made_up_cookie_is_nobody(site, token):
    visitor = site.visitor()
    visitor.client.cookies.set(COOKIE, token)
    assert not visitor.signed_in


def test_a_planted_session_is_not_the_one_that_a_person_gets(site):
    planted = site.visitor()
    planted.sign_in("technician")
    token = planted.client.cookies[COOKIE]
    victim = site.visitor()
    victim.client.cookies.set(COOKIE, token, domain="localhost.local", path="/")
    answer = victim.post("/auth/sign-in", name="technician", password=PASSWORD)
    (fresh,) = re.findall(rf"{COOKIE}=([^;]{{43,}});", "; ".join(answer.headers.get_list("set-cookie")) + ";")
    assert fresh != token
    assert site.laboratory.sessions.signed_in(token).number == "technician"
    assert site.laboratory.sessions.signed_in(fresh).number == "technician"
    planted.post("/auth/sign-out")
    assert site.laboratory.sessions.signed_in(token) is None
    assert site.laboratory.sessions.signed_in(fresh).number == "technician"


def test_signing_out_ends_the_session_and_not_the_cookie_alone(site):
    visitor = site.visitor()
    visitor.sign_in("technician")
    token = visitor.client.cookies[COOKIE]
    assert visitor.client.get("/auth/sign-out").status_code == 200
    assert visitor.signed_in  # a link alone does nothing
    assert visitor.post("/auth/sign-out").headers["location"] == "/auth/sign-in"
    thief = site.visitor()
    thief.client.cookies.set(COOKIE, token)
    assert not thief.signed_in
    assert COOKIE not in visitor.client.cookies


def test_a_person_ends_the_own_other_session_and_nobody_elses(site):
    first, second, stranger = site.visitor(), site.visitor(), site.visitor()
    first.sign_in("technician")
    second.sign_in("technician")
    stranger.sign_in("expert-a")
    number = re.search(r'name="number" value="([^"]+)"', first.client.get("/auth/account").text)[1]
    assert stranger.post("/auth/account/revoke", shown_at="/auth/account", number=number).status_code == 404
    assert second.signed_in
    assert first.post("/auth/account/revoke", shown_at="/auth/account", number=number).status_code == 303
    assert not second.signed_in
    assert first.signed_in


def test_a_changed_password_ends_every_session(site):
    first, second = site.visitor(), site.visitor()
    first.sign_in("technician")
    second.sign_in("technician")
    fields = {"password": PASSWORD, "new": "another long enough password", "again": "another long enough password"}
    bad = first.post("/auth/account/password", shown_at="/auth/account", **(fields | {"again": "a different one"}))
    assert (bad.status_code, first.signed_in) == (400, True)
    breached = fields | {"new": "passwordpassword", "again": "passwordpassword"}
    assert first.post("/auth/account/password", shown_at="/auth/account", **breached).status_code == 400
    assert first.post("/auth/account/password", shown_at="/auth/account", **fields).status_code == 303
    assert not first.signed_in
    assert not second.signed_in
    assert site.visitor().sign_in("technician").status_code == 401
    wait(site, 1)
    assert site.visitor().sign_in("technician", fields["new"]).status_code == 303


# words


@pytest.mark.parametrize("path", ["/auth/sign-in", "/auth/code", "/auth/sign-out"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_three_languages_and_keeps_the_choice(site, path, language):
    visitor = site.visitor()
    page = visitor.client.get(path, params={"language": language})
    assert f'<html lang="{language}">' in page.text
    assert f'<html lang="{language}">' in visitor.client.get(path).text
    assert "<script" not in page.text
    assert all(f"{path}?language={code}" in page.text for code in LANGUAGES)


def test_the_account_page_speaks_three_languages(site):
    visitor = site.visitor()
    visitor.sign_in("technician")
    titles = {visitor.client.get("/auth/account", params={"language": code}).text for code in LANGUAGES}
    assert len(titles) == 3


def test_names_are_shown_as_they_are_written(site):
    name = "<img src=x onerror=window.pwn=1> & <b>"
    add(
        site.laboratory,
        StaffMember(number="x", name=name, post="<i>p</i>", roles=(Role.TECHNICIAN,)),
        password=PASSWORD,
    )
    visitor = site.visitor()
    visitor.sign_in("x")
    page = visitor.client.get("/auth/account").text
    assert "<img" not in page
    assert "<i>" not in page
    assert name in unescape(page)
