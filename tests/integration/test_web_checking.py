"""The page that checks a report and the trust file, over the web and without signing in."""

import re
from importlib import resources

import pytest

from lims.ledger.checkpoint import VerifierKey
from lims.reporting.page_file import verification_page
from lims.translation import LANGUAGES
from lims.web.rates import READS_PER_MINUTE, Rates
from tests.builders.websites import Site, open_site


@pytest.fixture
def site(tmp_path, monkeypatch) -> Site:
    return open_site(tmp_path / "home", monkeypatch)


def test_everybody_gets_the_very_page_that_the_command_writes_under_its_own_policy(site):
    answer = site.visitor().client.get("/verify")
    assert (answer.status_code, answer.content) == (200, verification_page())
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    (own,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', answer.text)
    policy = answer.headers["Content-Security-Policy"]
    assert policy == f"{own}; frame-ancestors 'none'"
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "set-cookie" not in answer.headers


def test_everybody_gets_the_keys_and_roots_of_the_laboratory_and_nothing_else(site):
    answer = site.visitor().client.get("/verify/trust.pem")
    assert answer.status_code == 200
    assert 'filename="trust.pem"' in answer.headers["content-disposition"]
    lines = [line for line in answer.text.splitlines() if line.count("+") > 1 and not line.startswith("-")]
    keys = site.laboratory.checkpointing.identity().keys
    assert tuple(map(VerifierKey.from_text, lines)) == keys
    assert keys
    assert "PRIVATE" not in answer.text
    assert "set-cookie" not in answer.headers


def test_the_way_to_both_is_on_the_page_for_signing_in_in_each_language(site):
    for language in LANGUAGES:
        text = site.visitor().client.get("/auth/sign-in", params={"language": language}).text
        assert 'href="/verify"' in text
        assert 'href="/verify/trust.pem"' in text


def test_what_is_open_to_everybody_is_limited_as_the_rest(site):
    site.rates = Rates(seconds=lambda: 0.0)
    client = site.visitor().client
    answers = [client.get("/verify").status_code for _ in range(READS_PER_MINUTE + 1)]
    assert answers == [200] * READS_PER_MINUTE + [429]
    assert client.get("/verify/trust.pem").status_code == 429


@pytest.mark.parametrize("name", ["verify_report.py", "verify_report.html"])
def test_everybody_keeps_the_verifiers_as_files(site, name):
    answer = site.visitor().client.get(f"/verify/{name}")
    assert answer.status_code == 200
    assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
    program = resources.files("lims.verifier").joinpath("verify_report.py").read_bytes()
    assert answer.content == (program if name.endswith(".py") else verification_page())
    assert "set-cookie" not in answer.headers
