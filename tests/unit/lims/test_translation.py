from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lims.errors import TranslationError
from lims.translation import LANGUAGES, Translator, catalogue


@pytest.mark.parametrize("language", ["", "de", "EN", "en-GB", None])
def test_another_language_is_refused(language):
    with pytest.raises(TranslationError, match="known are kk, ru, en"):
        Translator(language)


def test_english_texts_stand_for_themselves():
    say = Translator("en")
    assert say("Sign in") == "Sign in"
    assert say("{count} of {all} runs", count=2, all=3) == "2 of 3 runs"
    assert say("braces {} stay without facts") == "braces {} stay without facts"
    assert catalogue("en") == {}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_other_languages_say_what_their_catalogue_says(language):
    say = Translator(language)
    texts = catalogue(language)
    assert len(texts) > 100
    for text, translated in texts.items():
        assert say(text) == translated


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_gap_in_a_catalogue_is_an_error(language):
    with pytest.raises(TranslationError, match=f"no {language} translation of 'no such text'"):
        Translator(language)("no such text")


def test_both_catalogues_translate_the_same_texts():
    assert set(catalogue("kk")) == set(catalogue("ru"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_and_times_have_one_form_in_every_language(language):
    say = Translator(language)
    assert say.date(date(2026, 1, 2)) == "02.01.2026"
    assert say.moment(datetime(2026, 11, 22, 20, 5, tzinfo=UTC)) == "23.11.2026 01:05 (UTC+0500)"


@pytest.mark.parametrize(
    ("language", "written"), [("en", "1,234,567.8901"), ("ru", "1\xa0234\xa0567,8901"), ("kk", "1\xa0234\xa0567,8901")]
)
def test_numbers_are_not_rounded_and_take_the_signs_of_the_language(language, written):
    assert Translator(language).number(Decimal("1234567.8901")) == written


def test_translators_of_one_language_are_equal():
    assert Translator("ru") == Translator("ru")
    assert Translator("ru") != Translator("kk")
