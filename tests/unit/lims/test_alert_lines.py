"""What the page says of an alert: about a determination it names no component, and no examination that there is not."""

from types import SimpleNamespace

import pytest

from lims.domain.alert import Alert, AlertReason, LawReading
from lims.domain.watch import Trigger
from lims.translation import Translator
from lims.ui.alert_desk import _lines

LAW = Alert(
    number="2026-0001/1-L1 edition x",
    trigger=Trigger.EDITION,
    cause="x",
    watch_number="x-W1",
    exhibit_number="2026-0001/1",
    expert="e",
    reason=AlertReason.LAW,
    determination_number="2026-0001/1-L1",
    law=LawReading(jurisdiction="ZZ", as_of="2026-01-01", before="not_covered", after="cannot_decide"),
)


@pytest.mark.parametrize(("language", "words"), [("en", "Determination"), ("ru", "Определение"), ("kk", "Айқындау")])
def test_l_1_an_alert_of_the_law_names_its_determination(language, words):
    first, second = _lines(SimpleNamespace(t=Translator(language)), LAW)
    assert f"{words} 2026-0001/1-L1" in first
    assert "2026-0001/1," in first
    assert " 0" not in first.replace("2026-0001", "")
    assert "not_covered" in second
