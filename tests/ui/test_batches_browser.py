"""A batch through its page in Debian's Chromium: runs brought in, a failure shown, released by another person."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.ui.batches import acts_of, add_batch, prepare, write_runs, zipped
from tests.ui.conftest import PASSWORD, Desk, Served

pytestmark = [pytest.mark.browser, pytest.mark.nightly]  # by day: test_batches_page.py
SitDown = Callable[[str], Desk]


def open_page(desk: Desk) -> None:
    desk.page.get_by_role("link", name="Batches").click()
    desk.page.get_by_role("heading", name="Batches", exact=True).wait_for()
    desk.settle()


def test_a_batch_is_measured_fails_and_is_released(sit_down: SitDown, served: Served, tmp_path: Path) -> None:
    laboratory = served.laboratory
    prepare(laboratory)
    number = add_batch(laboratory)
    runs = [zipped(run) for run in write_runs(laboratory, number, tmp_path)]
    technician = sit_down("technician")
    open_page(technician)
    technician.page.locator(".js-plotly-plot").first.wait_for()
    technician.picture("8-batch-planned")
    technician.page.locator("input[type=file]").first.set_input_files([str(run) for run in runs])
    technician.page.get_by_text(runs[-1].name).first.wait_for()
    technician.page.get_by_role("button", name="Import").first.click()
    technician.page.get_by_text(re.compile(rf"^■ {re.escape(runs[0].name)}: run ")).wait_for(timeout=60_000)
    technician.settle()
    technician.picture("9-batch-imported")
    assert laboratory.batching.get(number).title == "7/7"
    acts_of(laboratory).judge(number, control="90")
    manager = sit_down("quality")
    open_page(manager)
    expect(manager.page.get_by_text("A rule is not met")).to_be_visible()
    manager.page.locator(".js-plotly-plot").nth(1).wait_for()
    manager.settle()
    manager.picture("10-batch-failed")
    for label in ("What went wrong", "What was done about it", "What it means for the results"):
        manager.page.get_by_role("textbox", name=label).fill(f"{label}, <b>said</b> *here*.")
    manager.page.get_by_role("textbox", name="Your password").fill(PASSWORD)
    manager.page.get_by_role("textbox", name="Code from your device").fill(served.code("quality"))
    manager.page.get_by_role("button", name="Record and release").click()
    expect(manager.page.get_by_text("What went wrong: What went wrong, <b>said</b> *here*.")).to_be_visible()
    manager.settle()
    manager.picture("11-batch-released")
    assert laboratory.batching.get(number).usable
    assert technician.faults == []
    assert manager.faults == []
