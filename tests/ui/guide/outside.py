"""Somebody outside checks a report with the page that needs nobody."""

from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, expect

from tests.ui.conftest import take_a_seat
from tests.ui.guide.newcomer import SIZE, Demonstration, Diary, finish
from tests.ui.story.verifier import fetch_the_trust_file

REPORT = "2026-0001-P1"
"""The demonstration's own, whose document and receipt lie in its folder."""


def check_a_report(browser: Browser, house: Demonstration, diary: Diary, name: str) -> str:
    """Check the report, keep a picture, and give the verdict."""
    home = house.laboratory.settings.home
    desk = take_a_seat(browser, width=SIZE[0], height=SIZE[1])
    page = desk.page
    with TemporaryDirectory() as folder:
        trust = fetch_the_trust_file(browser, house, Path(folder))
        page.goto(f"{house.url}/verify")
        page.locator("[data-language=en]").click()
        page.set_input_files("#trust", trust)
        page.set_input_files("#receipt", home / f"{REPORT}.receipt.json")
        page.set_input_files("#report", home / f"{REPORT}.pdf")
        expect(page.locator("#verdict-code")).not_to_be_empty()
    verdict = page.locator("#verdict-code").inner_text()
    if diary.pictures is not None:
        path = diary.pictures / f"{name}.png"
        page.screenshot(path=path, full_page=True, clip={"x": 0, "y": 0, "width": SIZE[0], "height": 1300})
        finish(path)
        diary.taken.append(name)
    desk.context.close()
    return verdict
