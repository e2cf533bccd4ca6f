"""The words of reception, and a box in which one of a few words is chosen or left unknown."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

import streamlit as st

from lims.domain.discrepancy import Decision, DiscrepancySubject
from lims.domain.exhibit import Exhibit, receipt_gaps
from lims.domain.request import Consumption, Delivery
from lims.translation import Translator, marked
from lims.ui.session import Visit

Word = TypeVar("Word", bound=StrEnum)

DELIVERY_TEXTS: Mapping[Delivery, str] = MappingProxyType(
    {
        Delivery.BY_HAND: marked("by hand"),
        Delivery.COURIER: marked("courier"),
        Delivery.POST: marked("post"),
        Delivery.ELECTRONIC: marked("electronic"),
    }
)
CONSUMPTION_TEXTS: Mapping[Consumption, str] = MappingProxyType(
    {
        Consumption.NONE: marked("nothing may be used up"),
        Consumption.PARTIAL: marked("a part may be used up"),
        Consumption.FULL: marked("all may be used up"),
    }
)
SUBJECT_TEXTS: Mapping[DiscrepancySubject, str] = MappingProxyType(
    {
        DiscrepancySubject.SEAL: marked("seal"),
        DiscrepancySubject.COUNT: marked("number of units"),
        DiscrepancySubject.DESCRIPTION: marked("description"),
        DiscrepancySubject.CONDITION: marked("condition"),
        DiscrepancySubject.OTHER: marked("other"),
    }
)
DECISION_TEXTS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.CLEARED: marked("cleared: nothing stands against the examination"),
        Decision.EXAMINE: marked("examine anyway, with a disclaimer in the report"),
        Decision.DO_NOT_EXAMINE: marked("do not examine"),
    }
)
_GAP_TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "who delivered it": marked("who delivered it"),
        "how it was delivered": marked("how it was delivered"),
        "its condition": marked("its condition"),
        "the condition of its seal": marked("the condition of its seal"),
    }
)


def one_of(visit: Visit, label: str, words: Mapping[Word, str], *, key: str, chosen: Word | None = None) -> Word | None:
    """Draw a box with a few words; None for unknown.

    Parameters
    ----------
    words : mapping
        Marked texts by value.
    chosen : Word, optional
        What stands in it at first.
    """
    offered = list(words)
    return st.selectbox(
        label,
        offered,
        index=None if chosen is None else offered.index(chosen),
        format_func=lambda one: visit.t(words[one]),
        placeholder=visit.t("unknown"),
        key=f"{key}-{visit.t.language}",  # a box answers with its label, which changes with the language
    )


def seal_words(t: Translator, exhibit: Exhibit) -> str:
    """Give the number of the seal and its condition on receipt."""
    if not exhibit.seal_number:
        return t("none")
    words = {True: t("intact"), False: t("broken"), None: t("not recorded")}
    return f"{exhibit.seal_number} ({words[exhibit.seal_intact]})"


def gap_words(t: Translator, exhibit: Exhibit) -> str:
    """Name what an intake needs and this one lacks."""
    return ", ".join(t(_GAP_TEXTS[one]) for one in receipt_gaps(exhibit))
