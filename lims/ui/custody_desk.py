"""The scan loop: one field that is ready for the next label, the list that fills, and one act for the whole list."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import MappingProxyType

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.place import Place
from lims.domain.staff import StaffMember
from lims.services.scanning import Scan, ScanVerdict
from lims.translation import Translator, marked
from lims.ui import custody_contents, custody_forms, scan_list
from lims.ui.custody_words import Names, holder_words, scan_words
from lims.ui.plain import plain, show_refusal
from lims.ui.scanner import scan_field
from lims.ui.session import Visit

FIELD = "scan-field"
_CHOSEN = "custody-act"
_TAKEN = frozenset({ScanVerdict.EXHIBIT, ScanVerdict.PLACE})


class DeskAct(StrEnum):
    """What can be done with the whole list."""

    HAND_OVER = "hand over"
    STORE = "store"
    TAKE_OUT = "take out"
    PUT_IN = "put in"
    TAKE_FROM = "take from"
    OPEN_SEALS = "open seals"
    CLOSE_SEALS = "close seals"
    RETURN = "return"
    DESTROY = "destroy"
    COUNT = "count"
    LABELS = "labels"


_WORDS = MappingProxyType(
    {
        DeskAct.HAND_OVER: marked("Hand over"),
        DeskAct.STORE: marked("Put in a place"),
        DeskAct.TAKE_OUT: marked("Take out of a place"),
        DeskAct.PUT_IN: marked("Put into an exhibit"),
        DeskAct.TAKE_FROM: marked("Take out of an exhibit"),
        DeskAct.OPEN_SEALS: marked("Open seals"),
        DeskAct.CLOSE_SEALS: marked("Close with seals"),
        DeskAct.RETURN: marked("Return"),
        DeskAct.DESTROY: marked("Destroy"),
        DeskAct.COUNT: marked("Count a place"),
        DeskAct.LABELS: marked("Labels"),
    }
)
_NEEDS: Mapping[DeskAct, Act] = MappingProxyType(
    {
        DeskAct.HAND_OVER: Act.TRANSFER_OFFERED,
        DeskAct.STORE: Act.TRANSFER_STORED,
        DeskAct.TAKE_OUT: Act.TRANSFER_TAKEN_OUT,
        DeskAct.PUT_IN: Act.CUSTODY_PUT_IN,
        DeskAct.TAKE_FROM: Act.CUSTODY_TAKEN_FROM,
        DeskAct.OPEN_SEALS: Act.CUSTODY_SEAL_OPENED,
        DeskAct.CLOSE_SEALS: Act.CUSTODY_SEAL_CLOSED,
        DeskAct.RETURN: Act.TRANSFER_RETURNED,
        DeskAct.DESTROY: Act.TRANSFER_DESTROYED,
        DeskAct.COUNT: Act.INVENTORY_COUNTED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the forms offer: read once for a page, not for each scan."""

    names: Names
    takers: tuple[StaffMember, ...]
    """Who may take exhibits over."""
    witnesses: tuple[StaffMember, ...]
    places: tuple[Place, ...]
    """Those in use."""


@st.fragment
def desk(visit: Visit, around: Around) -> None:
    """Draw the scan field, what the last scan did, the list, and the form of the chosen act."""
    _scan_field(visit)
    _last_scan(visit.t)
    _list(visit.t, around.names)
    chosen = _choice(visit)
    if chosen is not None:
        _forms(visit, around)[chosen]()


def _scan_field(visit: Visit) -> None:
    """Draw the field of the scanner, and one for a number that a person types."""
    t = visit.t
    scanner, typed = st.columns([5, 3])
    with scanner:
        scan_field(t("Scan labels here, one after another"), partial(scan_list.take, visit))
    with typed, st.form("scan", clear_on_submit=True, border=False):
        field, button = st.columns([3, 1.4], vertical_alignment="bottom")
        field.text_input(t("Or type a number"), key=FIELD, autocomplete="off")
        button.form_submit_button(t("Add"), on_click=scan_list.take_typed, args=(visit, FIELD), width="stretch")


def _last_scan(t: Translator) -> None:
    refused = scan_list.refusal()
    if refused is not None:
        show_refusal(refused)
    done = scan_list.scans()
    if not done:
        st.caption(t("Each code is read as soon as the scanner ends it; the field empties and is ready again."))
        return
    last = done[-1]
    words = plain(scan_words(t, last))
    if last.verdict in _TAKEN:
        st.success(words)
    else:
        st.error(words)
    _not_taken(t, done)


def _not_taken(t: Translator, done: tuple[Scan, ...]) -> None:
    """Keep what was not taken in sight: people scan without looking up."""
    others = [one for one in done[:-1] if one.verdict not in _TAKEN]
    if others:
        st.warning(plain(t("Not taken before that: {codes}", codes=" ".join(scan_words(t, one) for one in others))))


def _list(t: Translator, names: Names) -> None:
    listed = scan_list.scanned()
    st.subheader(t("{count} exhibits on the list", count=len(listed)))
    if not listed:
        return
    newest_first = tuple(reversed(listed))
    st.dataframe(
        {
            t("Exhibit"): [one.number for one in newest_first],
            t("Description"): [one.description for one in newest_first],
            t("Where it is"): [holder_words(t, one.holder, names) for one in newest_first],
            t("Seal"): [one.custody.seal or t("none") for one in newest_first],
            t("Offered to"): [names.get(one.custody.offered_to, one.custody.offered_to) for one in newest_first],
        },
        hide_index=True,
        key="scan-table",
    )
    number, off, new = st.columns([3, 1.5, 1.5], vertical_alignment="bottom")
    chosen = number.selectbox(t("Exhibit on the list"), [one.number for one in newest_first], key="scan-off")
    off.button(t("Take off the list"), on_click=scan_list.take_off, args=(chosen,), width="stretch")
    new.button(t("Begin a new list"), on_click=scan_list.clear, width="stretch")


def _choice(visit: Visit) -> DeskAct | None:
    """Let the person choose among the acts of the own roles; the choice survives a change of language."""
    t, roles = visit.t, visit.person.roles
    offered = [one for one in DeskAct if one not in _NEEDS or may_do(_NEEDS[one], roles)]
    box = f"{_CHOSEN}-{t.language}"
    kept = st.session_state.get(_CHOSEN, offered[0])
    st.session_state.setdefault(box, kept if kept in offered else offered[0])
    chosen = st.segmented_control(
        t("What happens to all of them"), offered, key=box, required=True, format_func=lambda one: t(_WORDS[one])
    )
    st.session_state[_CHOSEN] = chosen
    return chosen


def _forms(visit: Visit, around: Around) -> Mapping[DeskAct, Callable[[], None]]:
    return {
        DeskAct.HAND_OVER: lambda: custody_forms.hand_over(visit, around.takers),
        DeskAct.STORE: lambda: custody_forms.store(visit, around.places, around.witnesses),
        DeskAct.TAKE_OUT: lambda: custody_forms.take_out(visit, around.witnesses),
        DeskAct.PUT_IN: lambda: custody_contents.put_in(visit),
        DeskAct.TAKE_FROM: lambda: custody_contents.take_from(visit),
        DeskAct.OPEN_SEALS: lambda: custody_forms.open_seals(visit),
        DeskAct.CLOSE_SEALS: lambda: custody_forms.close_seals(visit),
        DeskAct.RETURN: lambda: custody_forms.give_away(visit, around.witnesses, destroyed=False),
        DeskAct.DESTROY: lambda: custody_forms.give_away(visit, around.witnesses, destroyed=True),
        DeskAct.COUNT: lambda: custody_forms.count(visit, around.places, around.names),
        DeskAct.LABELS: lambda: custody_forms.labels(visit),
    }
