"""Faults and refusals in the language of the person, as far as they say what they were made of."""

from datetime import date, datetime
from enum import Enum

from lims.errors import LimsError, TranslationError
from lims.said import Said
from lims.translation import Translator


def fault_words(t: Translator, words: object) -> str:
    """Say a sentence in the language of the person; one that nobody can translate as it is, in English.

    Parameters
    ----------
    words : object
        A sentence that knows its text and facts; or one of the facts.
    """
    if isinstance(words, Said):
        facts = {name: fault_words(t, fact) for name, fact in words.facts.items()}
        return _translated(t, words.text, **facts)
    if isinstance(words, Enum):
        return _translated(t, str(words.value))
    if isinstance(words, datetime):
        return t.moment(words)
    return t.date(words) if isinstance(words, date) else str(words)


def refusal_words(t: Translator, error: Exception) -> str:
    """Say why an act is refused; of several faults, each."""
    if isinstance(error, ExceptionGroup):
        return "; ".join(refusal_words(t, one) for one in error.exceptions)
    words = error.args[0] if error.args and isinstance(error.args[0], Said) else str(error)
    return fault_words(t, words)


def advice_words(t: Translator, error: Exception) -> str:
    """Say what can be done about it; nothing where nobody knows."""
    return fault_words(t, error.advice()) if isinstance(error, LimsError) else ""


def _translated(t: Translator, text: str, **facts: object) -> str:
    try:
        return t(text, **facts)
    except TranslationError:
        return text.format(**facts) if facts else text
