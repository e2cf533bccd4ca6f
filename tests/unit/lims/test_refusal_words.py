"""Faults in the language of a person: sentences that know their facts, and those that do not."""

import copy
import pickle
from datetime import date

import pytest

from lims.domain.report import ReportStatus, not_in_state
from lims.errors import LimsError, NotFoundError, TransitionError
from lims.said import said
from lims.translation import Translator
from lims.ui.refusal_words import advice_words, fault_words, refusal_words
from lims.work_errors import OmissionNeededError, ReportBlockedError

RU = Translator("ru")


def test_a_sentence_is_an_english_text_that_keeps_its_facts() -> None:
    words = said("{number} is {state}", number="P1", state=ReportStatus.DRAFTED)
    assert words == "P1 is drafted"
    for other in (copy.copy(words), pickle.loads(pickle.dumps(words))):  # noqa: S301 - our own
        assert (other, other.text, other.facts) == (words, words.text, words.facts)


def test_facts_that_are_sentences_states_and_days_are_said_too() -> None:
    inner = not_in_state("P1", ReportStatus.DRAFTED, ReportStatus.REVIEWED, ReportStatus.ISSUED)
    assert inner == "P1 is drafted, not reviewed or issued"
    told = fault_words(RU, ReportBlockedError("RP-1.8", inner, remedy="x").args[0])
    wanted = RU("{one} or {other}", one=RU("reviewed"), other=RU("issued"))
    assert told == RU(
        "{fault} (rule {rule})",
        fault=RU("{number} is {state}, not {wanted}", number="P1", state=RU("drafted"), wanted=wanted),
        rule="RP-1.8",
    )
    assert fault_words(RU, date(2026, 11, 22)) == "22.11.2026"


def test_what_nobody_can_translate_stands_in_english() -> None:
    assert refusal_words(RU, LimsError("a device speaks")) == "a device speaks"
    assert refusal_words(RU, LimsError(said("no such text {one}", one=1))) == "no such text 1"
    assert advice_words(RU, ValueError("x")) == ""


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_advice_and_nested_faults_are_in_the_language(language: str) -> None:
    t = Translator(language)
    missing = OmissionNeededError("RP-1.10", "b", said("the address of the laboratory"))
    assert t("the address of the laboratory") in refusal_words(t, missing)
    assert advice_words(t, missing) == t("Record it, or state with the examination why the report omits it")
    group = ExceptionGroup("two", [NotFoundError("report", "P9"), TransitionError("plain")])
    assert refusal_words(t, group) == f"{t('there is no {kind} {number}', kind='report', number='P9')}; plain"
