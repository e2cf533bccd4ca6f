"""The dialog for a person whose key lies on a token: it asks for the PIN, and for nothing else."""

from pathlib import Path

import pytest

from lims.domain.report import ReportStatus
from tests.builders.soft_token import MODULE, UTIL
from tests.integration.test_laboratory_of_two import HEAD
from tests.integration.test_token_signatures import PINS, WRONG, TwoWithTokens, two
from tests.ui.test_pages import button, start

__all__ = ["two"]  # the fixture
pytestmark = [
    pytest.mark.softhsm,
    pytest.mark.skipif(UTIL is None or MODULE is None, reason="Debian's softhsm2 is not installed"),
]
PIN = "PIN of your token"


def test_the_head_issues_with_the_pin_of_a_token(two: TwoWithTokens, training_file: Path) -> None:
    report = two.cleared(two.reviewed(training_file))
    page = start(two.laboratory, "issue", HEAD.number)
    button(page, "Sign and issue").click()
    page.run()
    asked = [found for found in page.text_input if found.proto.type == found.proto.PASSWORD]
    assert [found.label for found in asked] == [PIN]
    asked[0].input(WRONG)
    button(page, "Sign").click()
    page.run()
    assert any("the PIN is wrong" in message.value.replace("\\", "") for message in page.error)
    assert two.laboratory.reporting.get(report.number).status is ReportStatus.ADMINISTRATIVELY_REVIEWED
    next(found for found in page.text_input if found.label == PIN).input(PINS[HEAD.number])
    button(page, "Sign").click()
    page.run()
    assert not page.exception
    assert two.laboratory.reporting.get(report.number).status is ReportStatus.ISSUED
