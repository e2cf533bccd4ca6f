"""The issued report of the demonstration, asked for by everybody in turn, who sign in as the demonstration says."""

import hashlib
import io
import json
import zipfile

from lims.demo.people import ACCOUNTS_FILE
from lims.domain.receipt import Receipt, check_receipt
from lims.reporting.page_pictures import page_picture
from tests.builders.devices import code_of_now
from tests.builders.shared_demo import played_demo
from tests.builders.websites import open_site

REPORT = "/reports/2026-0001-P1.pdf"


def _reads(number, address):
    """Tell of the others whether they read reports; nobody else fetches packets."""
    return "/copies/" in address and number not in {"admin", "curator"}


def _require_equal_arithmetic(laboratory):
    """Compute again what the page of the review does."""
    parts = {one.name: one.state for one in laboratory.reviewing.recompute("2026-0001-P1", language="kk")}
    assert (parts["data"], parts["match_factors"]) == ("equal", "equal")
    assert "differs" not in parts.values()


def test_an_issued_report_is_for_those_who_may_read_it(tmp_path, tmp_path_factory, monkeypatch):
    home = tmp_path / "demo"
    played_demo(tmp_path_factory, home)
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
    head = site.laboratory.staffing.get("head")
    made = site.laboratory.seen_by(head).disclosing.make("2026-0001-P1", actor=head).disclosures[-1]
    site.laboratory.seen_by(head).copying.copy("2026-0001-P1", language="kk", actor=head)
    copy = site.laboratory.reporting.get("2026-0001-P1").copies[-1]
    files = {
        f"/reports/2026-0001-P1/packets/{made.bag_sha256}.zip": {"head", "quality"},
        f"/reports/2026-0001-P1/copies/{copy.copy_sha256}.pdf": {"expert-a", "expert-b", "head", "quality"},
    }
    for address, allowed in files.items():
        for number, visitor in visitors.items():
            answer = visitor.client.get(address)
            assert answer.status_code == (200 if number in allowed or _reads(number, address) else 404), (
                number,
                address,
            )
        assert visitors["head"].client.get(address).headers["Cache-Control"] == "no-store"
        assert visitors["head"].client.get(address.replace(address[-12:-4], "00000000")).status_code == 404
        assert site.visitor().client.get(address).headers["location"] == "/auth/sign-in"
    zipped = visitors["head"].client.get(next(iter(files)))
    assert zipped.headers["content-type"] == "application/zip"
    assert zipfile.is_zipfile(io.BytesIO(zipped.content))
    copied = visitors["head"].client.get(list(files)[1])
    assert hashlib.sha256(copied.content).hexdigest() == copy.copy_sha256
    stranger = site.visitor().client.get("/reports/2026-0001-P1/page-1.png")
    assert stranger.headers["location"] == "/auth/sign-in"
    missing = visitors["head"].client.get("/reports/2026-0001-P9.receipt.json")
    assert (missing.status_code, missing.json()) == (404, {"error": "there is no report 2026-0001-P9"})
    assert site.visitor().client.get(REPORT).headers["location"] == "/auth/sign-in"
    site.laboratory.sessions.close_all("expert-a", by=None)
    assert visitors["expert-a"].client.get(REPORT).headers["location"] == "/auth/sign-in"
    assert visitors["expert-b"].client.get(REPORT).status_code == 200
    _require_equal_arithmetic(site.laboratory)
