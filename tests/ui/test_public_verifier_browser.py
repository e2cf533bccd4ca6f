"""The page that checks a report, from a laboratory's own address, in Debian's Chromium and by nobody who signed in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from lims.translation import LANGUAGE_NAMES
from tests.builders.shared_demo import played_demo
from tests.ui.conftest import ARTEFACTS, serving

pytestmark = pytest.mark.browser
REPORT = "2026-0001-P1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """A laboratory at its address, and the folder in which its report lies."""

    url: str
    home: Path


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Public]:
    """Serve a demonstration; it is made before the browser, whose driver lets nothing be signed in this thread."""
    folder = tmp_path_factory.mktemp("public")
    home = folder / "demo"
    played_demo(tmp_path_factory, home)
    with serving(home, log=folder / "serve.log") as url:
        yield Public(url=url, home=home)


def test_from_the_page_for_signing_in_to_the_verdict_without_a_request(
    public: Public, browser: Browser, tmp_path: Path
) -> None:
    context = browser.new_context(viewport={"width": 1100, "height": 1400}, locale="en-GB")
    page, faults, requests = context.new_page(), [], []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: requests.append(request.url))
    for language in ("kk", "ru", "en"):
        page.goto(f"{public.url}/auth/sign-in?language={language}")
        expect(page.get_by_role("link", name=LANGUAGE_NAMES[language])).to_have_attribute("aria-current", "true")
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"public-sign-in-{language}.png", full_page=True)
    with page.expect_download() as download:
        page.get_by_role("link", name="Trust file of this laboratory").click()
    trust = tmp_path / "trust.pem"
    download.value.save_as(trust)
    page.get_by_role("link", name="Check a report").click()
    page.wait_for_url(f"{public.url}/verify")
    requests.clear()
    context.set_offline(True)
    page.set_input_files("#trust", trust)
    page.set_input_files("#receipt", public.home / f"{REPORT}.receipt.json")
    page.set_input_files("#report", public.home / f"{REPORT}.pdf")
    expect(page.locator("#verdict-code")).to_have_text("VALID")
    page.screenshot(path=ARTEFACTS / "public-verdict.png", full_page=True)
    altered = tmp_path / "altered.pdf"
    altered.write_bytes((public.home / f"{REPORT}.pdf").read_bytes().replace(b"Ketamine", b"ketamine", 1) + b"\n")
    page.set_input_files("#report", altered)
    expect(page.locator("#verdict-code")).to_have_text("ALTERED")
    assert (requests, faults) == ([], [])
    context.close()
