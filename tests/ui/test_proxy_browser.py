"""Two processes over one PostgreSQL behind the real nginx: a browser works through it, and outlives one of them."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from lims.persistence.engine import open_engine
from lims.services.laboratory import Laboratory
from lims.services.training import training_run
from spectra.formats import write_andi_cdf
from tests.builders.plain_homes import ADDRESS, plain_settings
from tests.builders.proxies import HOST, NGINX, Proxy, free_port, proxied
from tests.ui.conftest import ARTEFACTS, PASSWORD, Desk, add_exhibit, make_laboratory, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.postgresql,
    pytest.mark.nightly,
    pytest.mark.skipif(NGINX is None, reason="Debian's nginx is not installed"),
]


@dataclass(frozen=True, slots=True)
class Site:
    """A laboratory that two processes serve."""

    laboratory: Laboratory
    proxy: Proxy
    processes: tuple[str, str]
    """Where each is found without the proxy."""
    exhibit: str


@pytest.fixture
def site(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    home, port = tmp_path / "home", free_port()
    plain_settings(home, first=f'{ADDRESS}database_url = "{database_url}"\n')
    with (home / "aigaq.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[web]\norigin = "https://{HOST}:{port}"\nproxy = "127.0.0.1"\n')
    opened: list[Engine] = []

    def kept(url: str) -> Engine:
        opened.append(open_engine(url))
        return opened[-1]

    monkeypatch.setattr("lims.bootstrap.open_engine", kept)
    laboratory = make_laboratory(home)
    exhibit = add_exhibit(laboratory, tmp_path, seed=3)
    folder = tmp_path / "nginx"
    folder.mkdir()
    with ExitStack() as stack:
        stack.callback(lambda: [one.dispose() for one in opened])
        first, second = (stack.enter_context(serving(home, log=tmp_path / f"{one}.log")) for one in ("first", "second"))
        ports = [int(one.rpartition(":")[2]) for one in (first, second)]
        proxy = stack.enter_context(proxied(folder, port=port, upstreams=ports))
        yield Site(laboratory, proxy, (first, second), exhibit)


@pytest.fixture
def desk(browser: Browser, site: Site) -> Iterator[Desk]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 1500}, locale="en-GB", reduced_motion="reduce", ignore_https_errors=True
    )
    context.set_default_timeout(90_000)
    seat = Desk(context, context.new_page(), [])
    page = seat.page
    page.on("console", lambda message: seat.faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seat.faults.append(str(error)))
    page.goto(f"{site.proxy.url}/auth/sign-in")
    page.get_by_label("User name").fill("technician")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    seat.settle()
    yield seat
    seat.context.close()


def cookies(page: Page) -> dict[str, str]:
    return {one["name"]: one["value"] for one in page.context.cookies()}


def asked(site: Site, where: str, path: str, sent: dict[str, str]) -> httpx.Response:
    """Ask a process itself, as the proxy would."""
    with httpx.Client(base_url=where, trust_env=False, cookies=sent) as client:
        return client.get(path, headers={"Host": site.proxy.url.removeprefix("https://")})


def process_of(address: str) -> int:
    """Give the process that listens at an address."""
    port = address.rpartition(":")[2]
    listed = subprocess.run(["pgrep", "-f", "--", f"--port {port}$"], capture_output=True, text=True, check=True)
    return int(listed.stdout.split()[0])


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_browser_works_through_the_proxy_and_outlives_its_process(desk: Desk, site: Site, tmp_path: Path) -> None:
    page = desk.page
    assert {"__Host-aigaq-session", "aigaq-seat"} <= set(cookies(page))
    for where in site.processes:
        answer = asked(site, where, "/auth/account", cookies(page))
        assert (answer.status_code, "Test Technician" in answer.text) == (200, True)
        assert asked(site, where, "/auth/account", {}).status_code == 303, "without the cookie nobody is signed in"
    page.get_by_role("link", name="Exhibits").first.click()
    page.get_by_text("Import a run").click()
    run = tmp_path / "another.cdf"
    run.write_bytes(write_andi_cdf(training_run(random=np.random.default_rng(11))))
    page.locator("input[type=file]").set_input_files(run)
    expect(page.get_by_text("another.cdf")).to_be_visible()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text(re.compile(r"is imported: \d+ scans"))).to_be_visible()
    assert [one.raw.file_name for one in site.laboratory.importing.runs(site.exhibit)][-1] == "another.cdf"
    labels = page.request.get(f"{site.proxy.url}/labels/sheet.pdf", params={"number": site.exhibit})
    assert (labels.status, labels.body()[:5]) == (200, b"%PDF-")
    ARTEFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTEFACTS / "90-behind-a-proxy.png", full_page=True)
    assert desk.faults == []
    os.kill(process_of(busy(site)), signal.SIGKILL)
    page.reload()
    desk.settle()
    expect(page.get_by_text("Test Technician")).to_be_visible()
    expect(page.get_by_role("heading", name="Exhibits")).to_be_visible()


def busy(site: Site) -> str:
    """Give the process to which the proxy led the browser last."""
    lines = [line for line in site.proxy.log.read_text("utf-8").splitlines() if "/_stcore/" in line]
    port = lines[-1].rpartition(":")[2].strip()
    return next(one for one in site.processes if one.endswith(port))
