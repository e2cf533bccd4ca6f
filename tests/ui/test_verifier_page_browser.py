"""The page that checks a report offline, in Debian's Chromium and from a file: the command's verdicts, no request."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from lims.reporting.evidence import Outside
from lims.reporting.ledger_trust import read_keys
from lims.reporting.page_file import PAGE_FILE, verification_page
from lims.reporting.page_words import VERDICTS, page_words
from lims.reporting.verification import verify_report
from lims.translation import LANGUAGES
from lims.verifier.verify_report import trust_file
from lims.verifier.verify_report import verify as verify_alone
from tests.builders.report_corpus import CorpusFile, corpus
from tests.ui.conftest import ARTEFACTS

pytestmark = pytest.mark.browser
BY_DAY = 20
SHOWN = ("issued-with-its-receipt", "superseded-with-its-receipt", "withdrawn-with-its-receipt")


@dataclass(slots=True)
class Reader:
    """Somebody before the page; notes every request, every error, and every word on the console."""

    page: Page
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def opens(self, folder: Path, *, at: datetime) -> None:
        """Open the page from a disk, at a time."""
        file = folder / PAGE_FILE
        file.write_bytes(verification_page())
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.faults.append(message.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.clock.set_fixed_time(at)
        self.page.goto(file.as_uri())
        self.requests.remove(file.as_uri())

    def brings(self, one: CorpusFile) -> dict[str, Any]:
        """Choose the files of one case anew, and read what the page gives for programs."""
        self.page.clock.set_fixed_time(one.checked_at)
        self.page.reload()
        self.requests.pop()
        self.page.set_input_files("#trust", payload("roots.pem", one.trust))
        if one.receipt is not None:
            self.page.set_input_files("#receipt", payload("receipt.json", one.receipt))
        self.page.set_input_files("#report", payload("report.pdf", one.pdf))
        expect(self.page.locator("#result")).to_be_visible()
        found: dict[str, Any] = json.loads(self.page.locator("#machine").text_content() or "")
        return found

    def picture(self, name: str) -> None:
        ARTEFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTEFACTS / f"verifier-{name}.png", full_page=True)


def payload(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def of_name(name: str) -> CorpusFile:
    return next(one for one in corpus() if one.name == name)


@pytest.fixture(scope="module", autouse=True)
def _made_before_the_browser() -> None:
    """Make the corpus: the browser's driver runs an event loop in this thread, in which nothing can be signed."""
    corpus()


@pytest.fixture
def reader(browser: Browser, tmp_path: Path) -> Iterator[Reader]:
    context = browser.new_context(viewport={"width": 1100, "height": 1300}, locale="en-GB")
    found = Reader(context.new_page())
    found.opens(tmp_path, at=corpus()[0].checked_at)
    yield found
    context.close()


def states(checks: Any) -> list[tuple[str, str]]:
    pairs = ((one["name"], one["state"]) if isinstance(one, dict) else (one.name, one.state) for one in checks)
    return [(str(name), str(state)) for name, state in pairs]


def test_it_says_of_twenty_files_what_the_program_of_one_file_says(reader: Reader) -> None:
    step = len(corpus()) // BY_DAY
    for one in corpus()[::step]:
        found = reader.brings(one)
        other = verify_alone(one.pdf, evidence=one.receipt, trust=trust_file(one.trust), at=one.checked_at)
        assert found["verdict"] in one.expected, one.name
        assert found["verdict"] == str(other.verdict), one.name
        assert states(found["checks"]) == states(other.checks), one.name
    assert (reader.requests, reader.faults) == ([], [])


@pytest.mark.nightly
def test_it_says_of_every_file_of_the_corpus_what_the_command_says(reader: Reader) -> None:
    differing = []
    for one in corpus():
        outside = Outside(keys=read_keys(one.trust), brought=one.receipt)
        roots = [one.trust] if b"BEGIN CERTIFICATE" in one.trust else []
        command = verify_report(one.pdf, recorded=None, trust_roots=roots, outside=outside, at=one.checked_at)
        found = reader.brings(one)
        same = (found["verdict"], found.get("superseded_by", "")) == (command.verdict, command.superseded_by)
        alike = command.verdict == "ALTERED" or states(found["checks"]) == states(command.checks)
        if not (same and alike and found["verdict"] in one.expected):
            differing.append((one.name, found["verdict"], command.verdict))
    assert len(corpus()) >= 200
    assert differing == []
    assert (reader.requests, reader.faults) == ([], [])


def test_the_verdict_is_a_word_and_a_sign_in_three_languages_that_switch_at_once(reader: Reader) -> None:
    page, words = reader.page, page_words()
    for name in SHOWN:
        verdict = reader.brings(of_name(name))["verdict"]
        for language in LANGUAGES:
            page.locator(f"[data-language={language}]").click()
            expect(page.locator("html")).to_have_attribute("lang", language)
            expect(page.locator("#verdict-word")).to_contain_text(words[language][verdict])
            expect(page.locator("#verdict-code")).to_have_text(verdict)
            expect(page.locator("#verdict svg:visible")).to_have_attribute("data-sign", verdict)
            expect(page.locator("#reasons li").first).not_to_be_empty()
            reader.picture(f"{name}-{language}")
    assert len(set(VERDICTS)) == page.locator("#verdict svg").count()
    assert (reader.requests, reader.faults) == ([], [])


def test_files_are_dropped_together_and_the_keyboard_reaches_everything(reader: Reader) -> None:
    page, one = reader.page, of_name("issued-with-its-receipt")
    dropped = [("r.pdf", one.pdf), ("r.receipt.json", one.receipt or b""), ("roots.pem", one.trust)]
    transfer = page.evaluate_handle(
        """(files) => { const t = new DataTransfer();
            for (const [name, bytes] of files) t.items.add(new File([new Uint8Array(bytes)], name)); return t; }""",
        [[name, list(data)] for name, data in dropped],
    )
    page.dispatch_event("body", "drop", {"dataTransfer": transfer})
    expect(page.locator("#verdict-code")).to_have_text("VALID")
    for name in ("report", "receipt", "trust"):
        expect(page.locator(f"#{name}-name")).not_to_have_text("none chosen")
    order = []
    for _ in range(9):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.id || document.activeElement.dataset.language || ''"))
    assert order[:6] == ["kk", "ru", "en", "report", "receipt", "trust"]
    assert "print" in order
    page.emulate_media(media="print")
    expect(page.locator("#drop")).to_be_hidden()
    expect(page.locator("#verdict")).to_be_visible()
    assert (reader.requests, reader.faults) == ([], [])


def test_texts_of_a_file_stay_texts_and_a_bad_trust_file_is_said(reader: Reader) -> None:
    page, one = reader.page, of_name("issued-with-its-receipt")
    name = "<img src=x onerror=alert(1)>.pdf"
    page.set_input_files("#report", payload(name, one.pdf))
    expect(page.locator("#report-name")).to_have_text(name)
    expect(page.locator("#facts")).to_contain_text(name)
    assert page.locator("img").count() == 0
    page.set_input_files(
        "#trust", payload("roots.pem", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    )
    expect(page.locator("#status")).to_contain_text("The trust file cannot be read")
    expect(page.locator("#result")).to_be_hidden()
    assert (reader.requests, reader.faults) == ([], [])


def test_a_request_that_the_page_tried_would_be_refused_and_seen(reader: Reader) -> None:
    """The control: the policy stops what a changed page would send, and this test would notice it."""
    reader.page.evaluate("fetch('http://127.0.0.1:9/').catch(() => 0)")
    reader.page.wait_for_timeout(200)
    assert any("Content Security Policy" in fault for fault in reader.faults)
