"""People's own words on a page: never as Markdown or HTML, whatever they contain."""

import re

import streamlit as st

from lims.errors import LimsError
from lims.translation import Translator
from lims.ui.refusal_words import advice_words, refusal_words
from lims.ui.session import page_language
from spectra import SpectraError
from substance_library import SubstanceLibraryError

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~:$&^=@/])")

REFUSALS = (LimsError, SpectraError, SubstanceLibraryError)
"""What a page shows to its reader; everything else is a fault of ours."""


def plain(text: str) -> str:
    r"""Escape a text for the places where Streamlit reads Markdown, such as messages and labels.

    Examples
    --------
    >>> plain("2*3 <b>")
    '2\\*3 \\<b\\>'
    """
    return _MARKDOWN.sub(r"\\\1", text.replace("\n", " "))


def show_refusal(error: Exception) -> None:
    """Show why an act was refused and what can be done, in the language of the page as far as the words allow."""
    t = Translator(page_language())
    advice = advice_words(t, error)
    st.error(plain(f"{refusal_words(t, error)}." + (f" {advice}." if advice else "")))


def show_hindrance(t: Translator, error: Exception) -> None:
    """Show what keeps an act back, and what can be done about it, each on its line."""
    lines = (plain(line) for line in (refusal_words(t, error), advice_words(t, error)) if line)
    st.error("  \n".join(lines), icon=":material/block:")
