"""Sentences of faults that a page can say in another language: the text with its places, and the facts beside it."""

from collections.abc import Mapping


class Said(str):
    """A sentence in English, as errors and the ledger have it, which still knows what it was made of."""

    __slots__ = ("facts", "text")

    text: str
    """A text of the catalogues, with names in braces."""
    facts: Mapping[str, object]
    """What stands at these names; one of them may be such a sentence itself."""


def said(text: str, **facts: object) -> Said:
    """Say a sentence in English, and keep text and facts.

    Examples
    --------
    >>> words = said("{number} is {state}", number="P1", state="open")
    >>> words, words.text, words.facts["number"]
    ('P1 is open', '{number} is {state}', 'P1')
    """
    made = Said(text.format(**facts))
    made.text, made.facts = text, facts
    return made
