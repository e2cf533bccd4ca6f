"""The last resort: what nobody expected gets a number that stands on the screen and, with its story, in the log."""

import logging
import secrets

import streamlit as st

from lims.translation import LANGUAGES, SOURCE_LANGUAGE, Translator
from lims.ui.plain import REFUSALS, show_refusal

_LOG = logging.getLogger(__name__)


def show_incident(error: Exception, t: Translator) -> None:
    """Write what happened into the log under a number, and show the number: the text may hold data of a case."""
    incident = secrets.token_hex(4)
    _LOG.error("incident %s", incident, exc_info=error)
    words = t(
        "Something went wrong on our side. Look whether your last act is recorded before you do it again. "
        "Tell the administrator this number: incident {number}.",
        number=incident,
    )
    st.error(words)


def on_script_error(error: Exception) -> bool:
    """Answer what no page caught, for the whole application: the frame itself, a fragment, a dialog, a callback.

    Streamlit runs those without the page around them, and would show a message without a number.

    Returns
    -------
    bool
        True: what is to be shown is shown.
    """
    if isinstance(error, REFUSALS):
        show_refusal(error)
        return True
    language = str(st.session_state.get("language", SOURCE_LANGUAGE))
    show_incident(error, Translator(language if language in LANGUAGES else SOURCE_LANGUAGE))
    return True
