"""A laboratory with one exhibit, served as people get it, and a real browser."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal
from zlib import crc32

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from streamlit.components.v2 import manifest_scanner

from lims.bootstrap import open_laboratory
from lims.domain.account import SECOND_FACTOR_ROLES
from lims.domain.staff import Role, StaffMember
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from lims.services.training import training_run
from lims.settings import load_settings
from spectra.formats import write_andi_cdf
from tests.builders.devices import Device, code_of_now, enrol
from tests.builders.kept_homes import KeptHomes
from tests.builders.people import QUALITY, hire
from tests.builders.plain_homes import ADDRESS, plain_settings

expect.set_options(timeout=60_000)  # a page on a busy machine takes longer than the five seconds that are usual
PASSWORD = "twelve and more characters"  # noqa: S105 - of people who exist for a minute
ARTEFACTS = Path(__file__).parents[2] / "test-artefacts"
CHROMIUM = shutil.which("chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PEOPLE = (
    ("admin", "Test Administrator", (Role.ADMINISTRATOR, Role.LIBRARY_CURATOR)),
    ("technician", "Test Technician", (Role.TECHNICIAN,)),
    ("expert-a", "Әлия Өтеген (test)", (Role.EXPERT, Role.TECHNICAL_REVIEWER)),
    ("expert-b", "Ёж Щербаков (test)", (Role.EXPERT, Role.TECHNICAL_REVIEWER)),
    ("head", "Бас Сарапшы (test)", (Role.HEAD,)),
)


@dataclass(frozen=True, slots=True)
class Served:
    """A running application and the laboratory behind it."""

    url: str
    laboratory: Laboratory = field(repr=False)
    devices: dict[str, Device] = field(repr=False)
    """Of the people who sign, by staff number."""

    def code(self, number: str) -> str:
        """Give a code that is taken at once."""
        return code_of_now(self.laboratory.settings.home, number)


def open_again(home: Path) -> Laboratory:
    """Open the laboratory of a folder."""
    return open_laboratory(load_settings({}, home=home))


@pytest.fixture(scope="session", autouse=True)
def components_of_others() -> Iterator[None]:
    """Let Streamlit's test driver look through the installed packages for page components once, not for each page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def kept_homes(tmp_path_factory: pytest.TempPathFactory) -> KeptHomes:
    """Keep laboratories that many tests begin with."""
    return KeptHomes(tmp_path_factory.mktemp("kept"))


def make_laboratory(home: Path) -> Laboratory:
    """Make a laboratory with people and the training library."""
    plain_settings(home, first=ADDRESS)
    laboratory = open_again(home)
    people = [StaffMember(number=number, name=name, post="test post", roles=roles) for number, name, roles in PEOPLE]
    hire(laboratory, people, password=PASSWORD)
    laboratory.curating.add_training_release(actor=people[0])
    return laboratory


def staffed(kept: KeptHomes, home: Path) -> Laboratory:
    """Give a copy of such a laboratory, made once."""

    def make(first: Path) -> None:
        make_laboratory(first)

    kept.copy("staffed", home, make)
    return open_again(home)


def add_exhibit(laboratory: Laboratory, folder: Path, *, seed: int) -> str:
    """Register a case with one exhibit and import a training run of its own for it."""
    technician = laboratory.staffing.get("technician")
    case = laboratory.accessioning.register_case(
        CaseFacts(appointing_body="Test body <b>bold</b> ![x](http://example.org/x.png)", demonstration=True),
        actor=technician,
    )
    exhibit = laboratory.accessioning.register_exhibit(
        case.number, ExhibitFacts(description="Training exhibit *star*", condition="dry"), actor=technician
    )
    run = folder / f"training-{seed}.cdf"
    run.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(seed))))
    laboratory.importing.import_run(run, exhibit_number=exhibit.number, actor=technician)
    return exhibit.number


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a laboratory with ``aigaq serve`` on a free port."""
    tmp_path = tmp_path_factory.mktemp("served")
    laboratory = make_laboratory(tmp_path / "home")
    signers = [number for number, _, roles in PEOPLE if not SECOND_FACTOR_ROLES.isdisjoint(roles)]
    signers += [] if QUALITY.number in signers else [QUALITY.number]
    devices = {number: enrol(laboratory.authentication, number) for number in signers}
    with serving(tmp_path / "home", log=tmp_path / "serve.log") as url:
        yield Served(url, laboratory, devices)


@contextmanager
def serving(home: Path, *, log: Path, program: Sequence[str | Path] = ()) -> Iterator[str]:
    """Serve the laboratory of a folder on a free port as long as the context lasts; give the address.

    Parameters
    ----------
    program : sequence of str or Path, optional
        What serves, instead of ``aigaq serve``; it takes the same options.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    written = log.open("wb")
    serve = program or (Path(sys.executable).with_name("aigaq"), "serve")
    command = [*serve, "--home", home, "--port", str(port)]
    process = subprocess.Popen(command, stdout=written, stderr=subprocess.STDOUT, env=os.environ | {"CI": ""})
    try:
        _wait_until_up(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)
        written.close()


def _wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(240):
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.25)
    raise AssertionError(f"the application did not start: {log.read_text()[-2000:]}")


@pytest.fixture
def exhibit(served: Served, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Give the number of a new exhibit with an imported run; it is the first of the list."""
    return add_exhibit(served.laboratory, tmp_path, seed=crc32(request.node.name.encode()))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Debian's chromium; for one module only, because its driver runs an event loop in the tests' thread."""
    if CHROMIUM is None:
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass(slots=True)
class Desk:
    """One person at a browser; notes every console error and every request that leaves the machine."""

    context: BrowserContext
    page: Page
    faults: list[str]

    def settle(self) -> None:
        """Wait until the page's script has run to its end."""
        self.page.wait_for_selector("[data-testid=stApp]")
        self.page.wait_for_function(
            """() => document.querySelector('[data-testid=stApp]').getAttribute('data-test-script-state')
               === 'notRunning' && !document.querySelector('[data-stale=true]')""",
            timeout=60_000,
        )

    def picture(self, name: str) -> None:
        """Keep a screenshot for people to look at."""
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def take_a_seat(browser: Browser, *, width: int, height: int, scheme: Literal["light", "dark"] = "light") -> Desk:
    """Open a browser context of one person's own, in which every fault is noted."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="en-GB", color_scheme=scheme, reduced_motion="reduce"
    )
    context.set_default_timeout(90_000)
    desk = Desk(context, context.new_page(), [])
    desk.page.on("console", lambda message: desk.faults.append(message.text) if message.type == "error" else None)
    desk.page.on("pageerror", lambda error: desk.faults.append(str(error)))
    desk.page.on("request", lambda request: None if _local(request.url) else desk.faults.append(request.url))
    return desk


@pytest.fixture
def sit_down(browser: Browser, served: Served) -> Iterator[Callable[[str], Desk]]:
    """Give a function that signs a person in through the form, in a browser context of that person's own."""
    desks: list[Desk] = []

    def sign_in(name: str) -> Desk:
        desk = take_a_seat(browser, width=1280, height=1500)
        desks.append(desk)
        page = desk.page
        page.goto(f"{served.url}/auth/sign-in")
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        if name in served.devices:
            field = page.get_by_label("Code from your device")
            field.fill(served.code(name))
            field.press("Enter")
        desk.settle()
        return desk

    yield sign_in
    for desk in desks:
        desk.context.close()


def _local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:"))
