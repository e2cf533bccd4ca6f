"""The issued report of the demonstration, asked for by everybody in turn, who sign in as the demonstration says."""

import hashlib
import json

from lims.cli.demo import run_demo
from lims.demo.people import ACCOUNTS_FILE
from lims.domain.receipt import Receipt, check_receipt
from lims.reporting.page_pictures import page_picture
from tests.builders.devices import code_of_now
from tests.builders.websites import open_site

REPORT = "/reports/2026-0001-P1.pdf"


def test_an_issued_report_is_for_those_who_may_read_it(tmp_path, monkeypatch):
    home = tmp_path / "demo"
    run_demo(workspace=home, run=None, library=None, internal_standard="x", language="en", as_json=False)
    known = json.loads((home / ACCOUNTS_FILE).read_text("utf-8"))
    site = open_site(home, monkeypatch, people=())
    found, visitors = {}, {}
    for number, one in known.items():
        visitor = visitors[number] = site.visitor()
        answer = visitor.post("/auth/sign-in", name=number, password=one["password"])
        if one["second_factor"]:
            answer = visitor.post("/auth/code", code=code_of_now(home, number))
        assert answer.headers["location"] == "/"
        found[number] = visitor.client.get(REPORT)
    issued = (home / "2026-0001-P1.pdf").read_bytes()
    for number in ("expert-a", "expert-b", "head", "quality"):
        assert found[number].content == issued
        assert found[number].headers["content-type"] == "application/pdf"
        assert found[number].headers["Cache-Control"] == "no-store"
    assert found["admin"].status_code == 404
    receipts = {
        number: visitor.client.get(REPORT.replace(".pdf", ".receipt.json")) for number, visitor in visitors.items()
    }
    keys = site.laboratory.checkpointing.identity().keys
    for number in ("expert-a", "head", "quality"):
        check = check_receipt(Receipt.from_bytes(receipts[number].content), keys=keys)
        assert (check.status, check.pdf_sha256) == ("issued", hashlib.sha256(issued).hexdigest())
        assert 'filename="2026-0001-P1.receipt.json"' in receipts[number].headers["content-disposition"]
    assert receipts["admin"].status_code == 404
    pages = {number: visitor.client.get("/reports/2026-0001-P1/page-1.png") for number, visitor in visitors.items()}
    assert (pages["head"].content, pages["head"].headers["Cache-Control"]) == (page_picture(issued, 1), "no-store")
    assert pages["admin"].status_code == 404
    assert visitors["head"].client.get("/reports/2026-0001-P1/page-999.png").status_code == 404
    stranger = site.visitor().client.get("/reports/2026-0001-P1/page-1.png")
    assert stranger.headers["location"] == "/auth/sign-in"
    missing = visitors["head"].client.get("/reports/2026-0001-P9.receipt.json")
    assert (missing.status_code, missing.json()) == (404, {"error": "there is no report 2026-0001-P9"})
    assert site.visitor().client.get(REPORT).headers["location"] == "/auth/sign-in"
    site.laboratory.sessions.close_all("expert-a", by=None)
    assert visitors["expert-a"].client.get(REPORT).headers["location"] == "/auth/sign-in"
    assert visitors["expert-b"].client.get(REPORT).status_code == 200
