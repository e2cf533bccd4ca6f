"""The heading and the words of an amendment, in every language (ISO/IEC 17025:2017, 7.8.8)."""

from dataclasses import replace

import fictitious_reports
import pytest

from lims.domain.amendment import Amendment
from lims.reporting.document import _frame
from lims.reporting.sections.introduction import introduction
from lims.translation import LANGUAGES, Translator

AMENDMENT = Amendment(replaces="2026-0001-P1", changes="the name of a substance", reason="it was misread")
HEADINGS = {
    "en": "Amendment to report no. 2026-0001-P1",
    "ru": "Поправка к заключению № 2026-0001-P1",
    "kk": "№ 2026-0001-P1 қорытындыға түзету",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_17025_7_8_8_an_amendment_is_headed_as_one_and_says_what_changed_and_why(language):
    t = Translator(language)
    content = replace(fictitious_reports.report(language=language), amendment=AMENDMENT)
    assert _frame(content, t=t)["title"] == HEADINGS[language]
    said = [str(block) for block in introduction(content, t=t)][:2]
    for words in (AMENDMENT.replaces, AMENDMENT.changes, AMENDMENT.reason):
        assert any(words in text for text in said)
    plain = replace(content, amendment=None)
    assert _frame(plain, t=t)["title"] == t("Forensic examination report")
    assert not any(AMENDMENT.replaces in str(block) for block in introduction(plain, t=t))
