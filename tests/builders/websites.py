"""The application's own pages, without Streamlit and without a browser: requests as somebody forges them."""

import atexit
import dataclasses
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from lims.bootstrap import open_laboratory
from lims.domain.account import needs_second_factor
from lims.domain.staff import StaffMember
from lims.services.laboratory import Laboratory
from lims.services.passwords import Passwords
from lims.services.ports import Clock
from lims.services.signing_in import SignInService
from lims.services.staffing import StaffingService
from lims.settings import DATABASE_FILE, Settings, load_settings
from lims.web import opening, provider_routes
from lims.web.gate import Gate
from lims.web.rates import Rates
from lims.web.routes import ROUTES
from tests.builders.databases import place_empty
from tests.builders.devices import Device, enrol
from tests.builders.laboratories import PASSWORD, PEOPLE, QUICK_HASHER
from tests.builders.people import hire

ORIGIN = "http://localhost"
OPENED: dict[str, Laboratory] = {}
"""Laboratories by folder, for pages that Streamlit's test driver runs: their bodies are given texts only."""
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def quick_laboratory(settings: Settings, *, clock: Clock | None = None) -> Laboratory:
    """Open a laboratory as served, but with quick hashes; a new one finds its tables made."""
    database = settings.home / DATABASE_FILE
    if settings.database_url == f"sqlite:///{database}" and not database.exists():
        place_empty(database)
    opened = open_laboratory(settings, clock=clock)
    authentication = dataclasses.replace(opened.authentication, passwords=Passwords(hasher=QUICK_HASHER))
    signing_in: SignInService = dataclasses.replace(opened.signing_in, authentication=authentication)
    staffing: StaffingService = dataclasses.replace(opened.staffing, authentication=authentication)
    return dataclasses.replace(opened, authentication=authentication, signing_in=signing_in, staffing=staffing)


@dataclasses.dataclass
class Site:
    """Our routes behind our gate, over a laboratory with people."""

    laboratory: Laboratory
    devices: dict[str, Device] = dataclasses.field(default_factory=dict)
    rates: Rates = dataclasses.field(default_factory=Rates)

    def visitor(self, *, address: str = "192.0.2.7", origin: str | None = ORIGIN, base: str = ORIGIN) -> "Visitor":
        """Give somebody with an empty cookie jar."""
        app = Gate(Starlette(routes=list(ROUTES)), lambda: self.laboratory.settings.web, self.rates)
        headers = {"Origin": origin} if origin else {}
        client = TestClient(app, base_url=base, client=(address, 50000), headers=headers, follow_redirects=False)
        return Visitor(self, client)

    def code(self, number: str) -> str:
        """Give an unused code of a person's device."""
        if number not in self.devices:
            self.devices[number] = enrol(self.laboratory.authentication, number)
        return self.devices[number].code(self.laboratory.clock.now())


@dataclasses.dataclass
class Visitor:
    """A browser without scripts."""

    site: Site
    client: TestClient

    def form_token(self, path: str) -> str:
        found = _CSRF.search(self.client.get(path).text)
        assert found, f"no form at {path}"
        return found[1]

    def post(self, path: str, *, shown_at: str | None = None, **fields: str):
        return self.client.post(path, data={"csrf": self.form_token(shown_at or path), **fields})

    def sign_in(self, number: str, password: str = PASSWORD):
        """Go through all the steps; give the last answer."""
        code = self.site.code(number) if needs_second_factor(self.site.laboratory.staffing.get(number)) else ""
        answer = self.post("/auth/sign-in", name=number, password=password)
        if answer.headers.get("location") == "/auth/code":
            answer = self.post("/auth/code", code=code)
        return answer

    @property
    def signed_in(self) -> bool:
        return self.client.get("/auth/account").status_code == 200


@cache
def _hired(people: tuple[StaffMember, ...]) -> Path:
    """Keep the folder of a laboratory with these people, made once in each process of the tests."""
    folder = tempfile.TemporaryDirectory(prefix="aigaq-sites-")
    atexit.register(folder.cleanup)
    home = Path(folder.name) / "home"
    hire(quick_laboratory(load_settings({}, home=home)), people, password=PASSWORD)
    return home


def open_site(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    change: Callable[[Settings], Settings] = lambda s: s,
    people: Sequence[StaffMember] = PEOPLE,
    clock: Clock | None = None,
) -> Site:
    """Serve a laboratory; with people who are hired, unless it has its own."""
    settings = change(load_settings({}, home=home))
    copied = bool(people) and clock is None and settings.database_url == f"sqlite:///{home / DATABASE_FILE}"
    if copied and not (home / DATABASE_FILE).exists():
        shutil.copytree(_hired(tuple(people)), home, dirs_exist_ok=True)
        people = ()
    monkeypatch.setenv("AIGAQ_HOME", str(home))
    laboratory = quick_laboratory(settings, clock=clock)
    monkeypatch.setattr(opening, "open_laboratory", lambda _: laboratory)
    monkeypatch.setattr(opening, "load_settings", lambda: settings)
    for cached in (opening.laboratory, opening.web_setting, provider_routes.identity_provider):
        cached.cache_clear()
    if people:
        hire(laboratory, people, password=PASSWORD)
    return Site(laboratory)
