"""Every route, asked by everybody in every standing, as somebody asks who forges the request.

The tables say who gets what: ``ROUTES`` which addresses there are, ``READABLE`` who reads a report. Nothing that is
refused may be recorded.
"""

import dataclasses
import itertools
from collections.abc import Iterator

import pytest

from lims.domain.account import needs_second_factor
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import PERMITTED, Act
from lims.domain.reading_rights import may_read
from lims.domain.report import Report
from lims.domain.staff import Role, StaffMember
from lims.persistence.engine import open_engine
from lims.web.rates import Rates
from lims.web.routes import ROUTES
from tests.builders.laboratories import ADMIN, PASSWORD, REPORT, Bench
from tests.builders.people import QUALITY, add
from tests.builders.websites import Site, Visitor, open_site

SIGN_IN = "/auth/sign-in"
LABELS = "/labels/{form:str}.pdf"
INTAKE = "/intakes/{number}.pdf"
PAGE = "/reports/{number}/page-{place:int}.png"
EXHIBIT = "2026-0001/1"
FIRST = "the first one of a newcomer"
OPENED = {"plain": (), "absent": (Role.EXPERT,), **{f"p-{role}": (role,) for role in Role}}
"""Who has a session that is good, with the roles; one of these is away since it was opened."""
CLOSED = ("revoked", "left", "replaced", "new-roles")
"""Who had a session, which ended for one reason each."""
HALFWAY = ("without-code", "without-device", "first-password")
"""Who showed the password and still has a step to take."""
STANDINGS = (*OPENED, *CLOSED, *HALFWAY, "nobody")
GETS = tuple(route.path for route in ROUTES if "GET" in route.methods)
POSTS = tuple(route.path for route in ROUTES if "POST" in route.methods)
ENROLS = tuple(number for number, roles in OPENED.items() if not needs_second_factor(StaffMember(
    number="x", name="X", post="p", roles=roles)))  # fmt: skip
"""Who is signed in, has no device and may enrol one."""


@dataclasses.dataclass
class Everybody:
    """The site, and one browser for each standing."""

    site: Site
    browsers: dict[str, Visitor]

    @property
    def entries(self) -> int:
        with self.site.laboratory.staffing.store.reading() as work:
            return work.head().entries


@pytest.fixture(scope="module")
def everybody(tmp_path_factory, states, training_file) -> Iterator[Everybody]:
    """Bring a case to its issued report, sign everybody in, then end what has to be ended."""
    home = tmp_path_factory.mktemp("forged") / "home"
    home.mkdir()
    engine = open_engine(f"sqlite:///{home / 'aigaq.sqlite'}")
    bench = Bench(engine, home, states)
    bench.hire()
    bench.issued(training_file)
    with pytest.MonkeyPatch.context() as patch:
        site = open_site(home, patch, people=(), clock=bench.clock)
        site.rates = Rates(seconds=itertools.count(0, 60).__next__)  # each request a minute after the one before
        yield Everybody(site, _browsers(site))
    engine.dispose()


def _browsers(site: Site) -> dict[str, Visitor]:
    laboratory = site.laboratory
    roles = OPENED | dict.fromkeys((*CLOSED, "without-code", "without-device"), (Role.EXPERT, Role.TECHNICAL_REVIEWER))
    for number, held in roles.items():
        add(laboratory, StaffMember(number=number, name=number, post="p", roles=held), password=PASSWORD)
    newcomer = StaffMember(number="first-password", name="N", post="p", roles=(Role.EXPERT,))
    laboratory.staffing.register(newcomer, password=FIRST, actor=ADMIN)
    browsers = {standing: site.visitor() for standing in STANDINGS}
    for number in (*OPENED, *CLOSED):
        assert browsers[number].sign_in(number).headers["location"] == "/"
    site.code("without-code")
    for number, password in (("without-code", PASSWORD), ("without-device", PASSWORD), ("first-password", FIRST)):
        assert browsers[number].post(SIGN_IN, name=number, password=password).status_code == 303
    (revoked,) = laboratory.sessions.of_person("revoked")
    laboratory.sessions.revoke(revoked.number, actor=laboratory.staffing.get("revoked"))
    laboratory.staffing.leave("left", actor=ADMIN)
    laboratory.clock.advance(minutes=2)
    assert site.visitor().sign_in("replaced").headers["location"] == "/"
    laboratory.staffing.propose("new-roles", (Role.TECHNICIAN,), actor=ADMIN)
    laboratory.staffing.confirm("new-roles", actor=QUALITY)
    laboratory.staffing.go_away("absent", first_day=laboratory.staffing.today(), actor=ADMIN)
    return browsers


FILES = {
    LABELS: lambda roles: may_read(Exhibit.KIND, roles),
    INTAKE: lambda roles: may_read(Exhibit.KIND, roles),
    "/reports/{number}.pdf": lambda roles: may_read(Report.KIND, roles),
    PAGE: lambda roles: may_read(Report.KIND, roles),
    "/reports/{number}/packets/{sha256}.zip": lambda _: False,
    "/reports/{number}/copies/{sha256}.pdf": lambda _: False,
    "/reports/{number}.receipt.json": lambda roles: not PERMITTED[Act.REPORT_DELIVERED].isdisjoint(roles),
}
"""Who gets each file, by the roles; of packets and copies there are none here: test_web_documents.py has some."""


def expected(path: str, standing: str) -> tuple[int, str]:
    """Say what a browser gets: the status, and where it is sent."""
    to_sign_in = (303, SIGN_IN)
    opened = standing in OPENED
    if path == "/auth/account":
        return (200, "") if opened else to_sign_in
    if path == "/auth/own-password":
        return (200, "") if standing == "first-password" else to_sign_in
    if path == "/auth/second-factor":
        return (200, "") if standing in (*ENROLS, "without-device") else to_sign_in
    if path in FILES:
        gets = opened and standing != "absent" and FILES[path](OPENED[standing])
        found = (
            409 if path == PAGE else 200
        )  # the documents of this laboratory are plain text, of which no page is drawn
        return (found, "") if gets else (404, "") if opened else to_sign_in
    return (404, "") if path.startswith("/auth/provider") else (200, "")


def address(path: str) -> str:
    """Fill an address with what exists, so that only the person decides about the answer."""
    asked = f"?number={EXHIBIT}" if path == LABELS else ""
    number = EXHIBIT.partition("/")[0] if path == INTAKE else REPORT
    return (
        path.replace("{form:str}", "sheet").replace("{place:int}", "1").format(number=number, sha256="0" * 64) + asked
    )


@pytest.mark.parametrize("path", GETS)
def test_each_address_is_for_those_whom_it_is_for(everybody, path):
    before = everybody.entries
    found = {}
    for standing, browser in everybody.browsers.items():
        answer = browser.client.get(address(path))
        found[standing] = (answer.status_code, answer.headers.get("location", ""))
    assert found == {standing: expected(path, standing) for standing in STANDINGS}
    assert everybody.entries == before


def test_a_report_that_is_not_there_is_refused_in_the_same_words(everybody):
    for number in (REPORT, "2026-9999-P1"):
        answer = everybody.browsers["p-administrator"].client.get(f"/reports/{number}.pdf")
        assert (answer.status_code, answer.json()["error"].replace(number, "N")) == (404, "there is no report N")


FORGERIES = {
    "no token": ({}, {}),
    "an empty token": ({}, {"csrf": ""}),
    "another browser's token": ({}, {"csrf": "A" * 43}),
    "another origin": ({"Origin": "https://evil.example"}, {"csrf": "own"}),
    "the null origin": ({"Origin": "null"}, {"csrf": "own"}),
    "another port": ({"Origin": "http://localhost:8502"}, {"csrf": "own"}),
}
FIELDS = {
    "name": "p-expert",
    "password": PASSWORD,
    "new": "an own long enough password",
    "again": "an own long enough password",
    "code": "000000",
}


@pytest.mark.parametrize("path", POSTS)
def test_a_forged_form_does_nothing_whoever_is_signed_in(everybody, path):
    """A page of somebody else lets a person's browser send each form: with the cookies, without our token."""
    before = everybody.entries
    victim = everybody.site.laboratory.sessions.of_person("p-expert")
    for (standing, browser), (forgery, (headers, fields)) in itertools.product(
        everybody.browsers.items(), FORGERIES.items()
    ):
        own = browser.form_token(SIGN_IN)
        csrf = {name: own if value == "own" else value for name, value in fields.items()}
        data = {**FIELDS, "number": victim[0].number, **csrf}
        answer = browser.client.post(path, data=data, headers=headers)
        assert answer.status_code == 403, (standing, forgery)
    assert everybody.entries == before
    assert everybody.site.laboratory.sessions.of_person("p-expert") == victim


def own_form(path: str, standing: str) -> int:
    """Say what a browser gets that sends a true form of ours with what is another person's or made up."""
    opened = standing in OPENED
    if path == "/auth/account/revoke":
        return 404 if opened and standing != "p-expert" else 303
    if path == "/auth/account/password":
        return 400 if opened else 303
    if path == "/auth/own-password":
        return 400 if standing == "first-password" else 303
    if path == "/auth/second-factor":
        return 401 if standing in (*ENROLS, "without-device") else 303
    return 401


@pytest.mark.parametrize("path", [path for path in POSTS if path != "/auth/sign-out"])
def test_a_true_form_with_somebody_elses_facts_does_nothing(everybody, path):
    """Everybody fills each form with another's name, session, wrong passwords and codes; nobody gains or ends one."""
    laboratory = everybody.site.laboratory
    before = everybody.entries
    victim = laboratory.sessions.of_person("p-expert")
    found = {}
    for standing, browser in everybody.browsers.items():
        data = {"csrf": browser.form_token(SIGN_IN), "name": f"made up {standing}", "number": victim[0].number}
        facts = {**FIELDS, "name": f"made up {standing}", "password": "x", "new": FIRST, "again": FIRST, **data}
        if (path, standing) == ("/auth/account/revoke", "p-expert"):
            facts["number"] = "none"
        found[standing] = browser.client.post(path, data=facts).status_code
        assert laboratory.sessions.of_person("p-expert") == victim, standing
    wanted = {standing: own_form(path, standing) for standing in STANDINGS}
    if path == "/auth/account/revoke":
        wanted["p-expert"] = 404
    assert found == wanted
    assert everybody.entries == before
    with laboratory.authentication.accounts._engine.connect().execution_options(write=True) as connection:
        connection.exec_driver_sql("DELETE FROM sign_in_delay")  # the waits after wrong tries, as if they had passed
        connection.commit()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_other_methods_lead_nowhere(everybody, method):
    before = everybody.entries
    browser = everybody.browsers["p-head"]
    for route in ROUTES:
        path = address(route.path)
        assert browser.client.request(method, path).status_code == 405, path
    assert everybody.entries == before


def test_each_role_and_each_way_out_is_among_those_who_ask(everybody):
    assert {f"p-{role}" for role in Role} < set(everybody.browsers)
    laboratory = everybody.site.laboratory
    assert [laboratory.sessions.of_person(number) for number in ("revoked", "left", "new-roles")] == [(), (), ()]
    assert len(laboratory.sessions.of_person("replaced")) == 1
    assert "you signed in at another browser" in everybody.browsers["replaced"].client.get(SIGN_IN).text
    assert "you signed in at another browser" not in everybody.browsers["revoked"].client.get(SIGN_IN).text
