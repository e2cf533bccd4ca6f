"""People's own words on a page: never as Markdown or HTML, whatever they contain."""

import re

import streamlit as st

from lims.errors import LimsError
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
    """Show why an act was refused and what can be done."""
    faults = error.exceptions if isinstance(error, ExceptionGroup) else (error,)
    advice = f" {error.advice()}." if isinstance(error, LimsError) else ""
    st.error(plain("; ".join(str(fault) for fault in faults) + "." + advice))
