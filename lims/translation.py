"""Kazakh, Russian and English: one catalogue for screen and paper, numbers and dates with fixed patterns."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from lims.errors import TranslationError

LANGUAGE_NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
LANGUAGES = tuple(LANGUAGE_NAMES)
SOURCE_LANGUAGE = "en"
"""Texts stand in the code in English; the other catalogues translate them."""
TIME_ZONE = ZoneInfo("Asia/Almaty")
_DATE_PATTERN = "dd.MM.y"
_TIME_PATTERN = "dd.MM.y HH:mm"
_CATALOGUES = Path(__file__).parent / "locale"


@dataclass(frozen=True, slots=True)
class Translator:
    """Says texts, numbers and dates in one language. Made per person or document, never global.

    Raises
    ------
    TranslationError
        If the language is none of ``LANGUAGES``.
    """

    language: str
    _texts: dict[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Load the catalogue once a process."""
        if self.language not in LANGUAGES:
            raise TranslationError(f"language {self.language!r}; known are {', '.join(LANGUAGES)}")
        object.__setattr__(self, "_texts", catalogue(self.language))

    def __call__(self, text: str, **facts: object) -> str:
        """Translate a text and fill in facts, as ``str.format`` does.

        Raises
        ------
        TranslationError
            If the catalogue lacks the text: a gap on paper is worse than an error at the desk.
        """
        if self.language != SOURCE_LANGUAGE:
            try:
                text = self._texts[text]
            except KeyError:
                raise TranslationError(f"no {self.language} translation of {text!r}") from None
        return text.format(**facts) if facts else text

    def date(self, value: date) -> str:
        """Write a date as courts read it, for example 22.11.2026."""
        return str(format_date(value, _DATE_PATTERN, locale=self.language))

    def moment(self, value: datetime) -> str:
        """Write an aware time in the laboratory's time zone, with the offset named."""
        local = value.astimezone(TIME_ZONE)
        return f"{format_datetime(local, _TIME_PATTERN, locale=self.language)} (UTC{local:%z})"

    def number(self, value: Decimal | int) -> str:
        """Write a number with the language's signs, without rounding it."""
        return str(format_decimal(value, locale=self.language, decimal_quantization=False))


def marked(text: str) -> str:
    """Mark a text for the catalogues where it stands apart from the place that says it; gives it back as it is."""
    return text


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> dict[str, str]:
    """Give all translations of a language, empty ones left out; the source language has none."""
    if language == SOURCE_LANGUAGE:
        return {}
    with (_CATALOGUES / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language, abort_invalid=True)
    return {str(message.id): str(message.string) for message in messages if message.id and message.string}
