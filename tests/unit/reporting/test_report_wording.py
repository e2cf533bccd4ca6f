import io
from decimal import Decimal

import pytest
from fontTools.ttLib import TTFont

from lims.errors import DocumentError
from lims.reporting.fonts import _cut_font, require_sign_font, stamp_font
from lims.reporting.sections.research import formula_parts
from lims.reporting.wording import detection_or_unknown, fixed, minutes, percent
from lims.services.searching import DETECTIONS
from lims.translation import Translator


@pytest.mark.parametrize(
    ("language", "written"), [("en", "1,234.500"), ("ru", "1\u00a0234,500"), ("kk", "1\u00a0234,500")]
)
def test_numbers_use_the_signs_of_the_language_and_keep_their_zeros(language: str, written: str) -> None:
    t = Translator("en")
    object.__setattr__(t, "language", language)  # the catalogues are not needed for numbers
    assert fixed(Decimal("1234.5"), places=3, t=t) == written


def test_rounding_is_half_to_even(english: Translator) -> None:
    assert fixed(Decimal("0.125"), places=2, t=english) == "0.12"
    assert fixed(Decimal("0.135"), places=2, t=english) == "0.14"
    assert fixed(Decimal(12), places=0, t=english) == "12"


def test_seconds_become_minutes(english: Translator) -> None:
    assert minutes(Decimal("613.51"), t=english) == "10.225"


def test_a_small_percentage_is_not_printed_as_nothing(english: Translator) -> None:
    assert percent(Decimal("0.0049"), t=english) == "< 0.01"
    assert percent(Decimal(0), t=english) == "0.00"
    assert percent(Decimal("0.005"), t=english) == "< 0.01"
    assert percent(Decimal("0.0051"), t=english) == "0.01"


@pytest.mark.parametrize(
    ("formula", "lowered"),
    [("C17H15ClN4S", ["17", "15", "4"]), ("C8H11NO2", ["8", "11", "2"]), ("C10H16N+", ["10", "16"]), ("", [])],
)
def test_counts_of_a_formula_are_set_lower(formula: str, lowered: list[str]) -> None:
    parts = formula_parts(formula)
    assert "".join(part.text for part in parts) == formula
    assert [part.text for part in parts if part.lowered] == lowered


def test_a_charge_stays_on_the_line() -> None:
    assert [part.text for part in formula_parts("C2H4+2") if part.lowered] == ["2", "4"]


def test_sign_font_has_kazakh_and_names_what_it_lacks() -> None:
    require_sign_font("ӘҒҚҢӨҰҮҺІ әғқңөұүһі\n№ ₸")
    with pytest.raises(DocumentError, match=r"'🧪' \(U\+1F9EA\)"):
        require_sign_font("name 🧪")


def test_stamp_font_counts_in_thousandths_of_an_em_and_is_always_the_same() -> None:
    data = stamp_font("Әлия 0123")
    with TTFont(io.BytesIO(data)) as font:
        assert font["head"].unitsPerEm == 1000
        assert font["hmtx"][font.getBestCmap()[ord("0")]][0] == 636
    _cut_font.cache_clear()
    assert stamp_font("Әлия 0123") == data
    assert stamp_font("Әлия 99") is stamp_font("Әлия 0123")  # another time or number is no other font


def test_a_known_way_of_detection_is_said_in_the_reader_s_language():
    for words in DETECTIONS:
        assert detection_or_unknown(words, t=Translator("en")) == words
        said = {detection_or_unknown(words, t=Translator(language)) for language in ("kk", "ru")}
        assert len(said | {words}) == 3


def test_other_words_of_detection_stand_as_they_were_recorded():
    assert detection_or_unknown("0.5 % of the largest area", t=Translator("ru")) == "0.5 % of the largest area"
    assert detection_or_unknown("", t=Translator("en")) == "unknown"
