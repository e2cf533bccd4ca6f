"""Somebody outside, who has the document, its receipt and the trust file, and trusts nobody."""

import json
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.builders.commands import aigaq
from tests.ui.conftest import ARTEFACTS, take_a_seat
from tests.ui.story.house import House


def fetch_the_trust_file(browser: Browser, house: House, folder: Path) -> Path:
    """Take the trust file from the public page, without signing in."""
    desk = take_a_seat(browser, width=1100, height=1300)
    answer = desk.context.request.get(f"{house.url}/verify/trust.pem")
    assert answer.ok
    path = folder / "trust.pem"
    path.write_bytes(answer.body())
    desk.context.close()
    return path


def verify_in_a_browser(
    browser: Browser, house: House, pdf: Path, receipt: Path, trust: Path, *, language: str, name: str
) -> str:
    """Let the public page check the document without a network; give the verdict."""
    desk = take_a_seat(browser, width=1100, height=1300)
    desk.page.clock.set_fixed_time(house.clock.now())
    desk.page.goto(f"{house.url}/verify")
    desk.page.locator(f"[data-language={language}]").click()
    desk.context.set_offline(True)
    desk.page.set_input_files("#trust", trust)
    desk.page.set_input_files("#receipt", receipt)
    desk.page.set_input_files("#report", pdf)
    expect(desk.page.locator("#result")).to_be_visible()
    expect(desk.page.locator("#verdict-code")).not_to_be_empty()
    verdict = desk.page.locator("#verdict-code").inner_text()
    ARTEFACTS.mkdir(exist_ok=True)
    desk.page.screenshot(path=ARTEFACTS / f"{name}-{language}-verified-{verdict}.png", full_page=True)
    assert desk.faults == []
    desk.context.close()
    return verdict


def verify_by_command(house: House, pdf: Path) -> str:
    """Let the command check the document beside the laboratory; give the verdict."""
    done = aigaq("report", "verify", pdf, "--home", house.laboratory.settings.home, "--json")
    return str(json.loads(done.stdout)["verdict"])
