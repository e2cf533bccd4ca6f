"""Signing in, being watched and being thrown out, in Debian's Chromium; no script is needed until the work begins."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from lims.domain.staff import Role, StaffMember
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.training import training_run
from spectra.formats import write_andi_cdf
from tests.builders.devices import Device
from tests.builders.payloads import PAYLOADS
from tests.builders.people import add
from tests.ui.conftest import ARTEFACTS, PASSWORD, Desk, Served

pytestmark = pytest.mark.browser
SitDown = Callable[[str], Desk]
WITHIN_MS = 5_000


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A browser that runs no script."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 900, "height": 1100}, locale="en-GB")
    yield context.new_page()
    context.close()


def picture(page: Page, name: str) -> None:
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / f"{name}.png", full_page=True)


def test_a_person_enrols_without_a_script_in_three_languages(plain_page: Page, served: Served) -> None:
    add(
        served.laboratory,
        StaffMember(number="newcomer", name="Ұлжан Құрманғалиқызы (test)", post="p", roles=(Role.EXPERT,)),
        password=PASSWORD,
    )
    page = plain_page
    page.goto(f"{served.url}/auth/sign-in")
    for language, name in (("ru", "Русский"), ("kk", "Қазақша"), ("en", "English")):
        page.get_by_role("link", name=name).click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        picture(page, f"12-sign-in-{language}")
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Name or password is wrong, or there were too many tries.")
    picture(page, "13-sign-in-refused")
    time.sleep(1.1)  # the wait after one wrong try
    page.get_by_label("User name").fill("newcomer")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Enrol your second factor")).to_be_visible()
    for language in ("kk", "ru", "en"):
        page.goto(f"{served.url}/auth/second-factor?language={language}")
        picture(page, f"14-enrolment-{language}")
    device = Device.learn(page.locator("code").inner_text().replace(" ", ""))
    page.get_by_label("Code from your device").fill(device.code(datetime.now(UTC)))
    page.get_by_role("button", name="Confirm the device").click()
    page.goto(f"{served.url}/auth/account")
    expect(page.get_by_text("Your second factor is enrolled.")).to_be_visible()
    picture(page, "15-account")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("how", ["revoked", pytest.param("new roles", marks=pytest.mark.nightly)])
def test_who_is_thrown_out_sees_nothing_within_seconds(sit_down: SitDown, served: Served, how: str) -> None:
    laboratory = served.laboratory
    number = f"temporary-{how[:3]}"
    member = StaffMember(number=number, name="Temporary (test)", post="p", roles=(Role.TECHNICIAN,))
    add(laboratory, member, password=PASSWORD)
    desk = sit_down(number)
    expect(desk.page.get_by_role("heading", name="Exhibits")).to_be_visible()
    if how == "revoked":
        laboratory.sessions.close_all(number, by=laboratory.staffing.get("admin"))
    else:
        laboratory.staffing.propose(number, (Role.LIBRARY_CURATOR,), actor=laboratory.staffing.get("admin"))
        laboratory.staffing.confirm(number, actor=laboratory.staffing.get("quality"))
    desk.page.get_by_role("link", name="Sign in").wait_for(timeout=WITHIN_MS)  # nobody touched the page
    expect(desk.page.get_by_role("heading", name="Exhibits")).to_have_count(0)
    desk.page.reload()
    desk.settle()
    expect(desk.page.get_by_role("link", name="Sign in")).to_be_visible()
    assert desk.context.request.get(f"{served.url}/auth/account", max_redirects=0).status == 303
    assert desk.faults == []


def test_pages_work_under_the_policy_of_contents(sit_down: SitDown, served: Served) -> None:
    desk = sit_down("technician")
    answer = desk.context.request.get(served.url)
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "'unsafe-inline'" not in re.search(r"script-src ([^;]*)", policy)[1]
    desk.page.get_by_role("link", name="Batches").click()
    desk.page.get_by_role("heading", name="Batches", exact=True).wait_for()
    desk.settle()
    desk.picture("16-frame")
    assert desk.faults == []


@pytest.mark.nightly  # by day: test_texts_of_people_stay_text in test_browser.py
def test_sixty_texts_in_every_field_stay_texts(sit_down: SitDown, served: Served, tmp_path: Path) -> None:
    laboratory, everything = served.laboratory, "\n".join(PAYLOADS)
    assert len(set(PAYLOADS)) == 60
    name = " ".join(PAYLOADS).replace("\n", " ")
    member = StaffMember(number="payloads", name=name, post=name, roles=(Role.TECHNICIAN,))
    add(laboratory, member, password=PASSWORD)
    case = laboratory.accessioning.register_case(
        CaseFacts(appointing_body=everything, order_number=everything, seizure_place=everything, questions=PAYLOADS),
        actor=laboratory.staffing.get("payloads"),
    )
    exhibit = laboratory.accessioning.register_exhibit(
        case.number,
        ExhibitFacts(description=everything, seal_number=everything),
        actor=laboratory.staffing.get("payloads"),
    )
    run = tmp_path / "payloads.cdf"
    run.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(60))))
    recorded = laboratory.importing.import_run(
        run, exhibit_number=exhibit.number, actor=laboratory.staffing.get("payloads")
    )
    expert = laboratory.staffing.get("expert-a")
    examination = laboratory.examining.open(recorded.number, release_name="principal-ions", actor=expert)
    laboratory.examining.leave_unidentified(examination.number, 1, reason=everything, actor=expert)
    for person in ("payloads", "expert-a"):
        desk = sit_down(person)
        table = desk.page.locator("[data-testid=stDataFrame] canvas").first
        table.wait_for()
        table.scroll_into_view_if_needed()
        desk.settle()
        box = table.bounding_box()
        assert box is not None
        desk.page.mouse.click(box["x"] + 15, box["y"] + 52)  # the box before the first row; the table is a picture
        desk.page.get_by_text("Appointing body: ").wait_for()
        desk.settle()
        if person == "expert-a":
            desk.page.get_by_role("button", name="Open examination").click()
            desk.page.get_by_text("3 components, 2 undecided").wait_for()
            desk.settle()
        desk.picture(f"17-payloads-{person}")
        assert desk.page.evaluate("typeof window.pwn") == "undefined"
        assert desk.page.locator("iframe, form[action*=foreign], input[type=password][name=p]").count() == 0
        assert desk.page.evaluate("getComputedStyle(document.body).display") != "none"
        desk.page.goto(f"{served.url}/auth/account")
        assert desk.page.evaluate("typeof window.pwn") == "undefined"
        assert desk.faults == []
