"""What is being written down at reception: kept in the browser session until it is registered in one act."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from lims.services.accessioning import CaseFacts, IncomingExhibit, Intake, SeizureFacts

_DRAFT, _CASE, _ORDINAL, _SAID = "intake-draft", "chosen-case", "intake-ordinal", "intake-registered"
STEPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An intake as far as it is written."""

    step: int = 1
    case: CaseFacts | None = None
    seizures: tuple[SeizureFacts, ...] = ()

    def intake(self, exhibits: tuple[IncomingExhibit, ...]) -> Intake:
        """Give what is registered."""
        return Intake(case=self.case or CaseFacts(appointing_body=""), seizures=self.seizures, exhibits=exhibits)


def draft() -> Draft:
    """Give what was written so far."""
    found = st.session_state.get(_DRAFT)
    return found if isinstance(found, Draft) else Draft()


def keep(**changes: Any) -> None:  # noqa: ANN401 - fields of a draft
    """Keep a change of the draft."""
    st.session_state[_DRAFT] = replace(draft(), **changes)


def finish(case_number: str) -> None:
    """Forget the draft, which became a case; the forms of the next one begin empty."""
    st.session_state.pop(_DRAFT, None)
    st.session_state[_ORDINAL] = ordinal() + 1
    st.session_state[_SAID] = case_number
    choose_case(case_number)


def registered() -> str:
    """Give the case that the last draft became, once."""
    return str(st.session_state.pop(_SAID, ""))


def ordinal() -> int:
    """Count the intakes of this browser session."""
    return int(st.session_state.get(_ORDINAL, 0))


def key(name: str) -> str:
    """Name a field of this intake."""
    return f"intake-{ordinal()}-{name}"


def chosen_case() -> str:
    """Give the case that was registered or chosen last; empty for none."""
    return str(st.session_state.get(_CASE, ""))


def choose_case(number: str) -> None:
    """Choose a case."""
    st.session_state[_CASE] = number
