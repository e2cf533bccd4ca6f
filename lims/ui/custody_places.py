"""Places as a tree with how full they are, what lies in one, and the forms of those who keep places."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.place import Place, PlaceKind, PlaceStatus
from lims.services.storing import PlaceFill
from lims.translation import Translator, marked
from lims.ui import scan_list
from lims.ui.label_links import link_to_labels
from lims.ui.plain import plain
from lims.ui.sections import attempt, begun_anew, changed_meanwhile, fields, seen
from lims.ui.session import Visit
from lims.ui.transfer_dialog import say

_LISTED = 100
_CHOSEN = "chosen-place"
_DEEPER = "\u2003"
_PARTS = 10
KIND_TEXTS = {
    PlaceKind.BUILDING: marked("building"),
    PlaceKind.ROOM: marked("room"),
    PlaceKind.CABINET: marked("cabinet"),
    PlaceKind.SHELF: marked("shelf"),
    PlaceKind.BOX: marked("box"),
}


_KINDS: list[PlaceKind] = list(PlaceKind)


def places(visit: Visit) -> None:
    """Show the tree; of the place that is chosen what lies in it."""
    t = visit.t
    tree = visit.laboratory.storing.tree()
    if tree:
        _tree(visit, tree)
        chosen = next((one for one in tree if one.place.number == st.session_state.get(_CHOSEN)), None)
        if chosen is None:
            st.caption(t("Choose a line to see what lies there."))
        else:
            _one(visit, chosen)
    else:
        st.info(t("No place is recorded yet. The head or the quality manager adds the first one."))
    if may_do(Act.PLACE_ADDED, visit.person.roles):
        with st.expander(t("Add a place"), expanded=not tree):
            _add(visit, tree)


def fullness(t: Translator, one: PlaceFill) -> str:
    """Say how full a place is, with a bar of signs where it has a capacity."""
    if one.place.capacity is None:
        return t("{count}, no limit set", count=one.inside)
    if one.full:
        words = t("{count} of {capacity}: full", count=one.inside, capacity=one.place.capacity)
        return f"{'■' * _PARTS} {words}"
    done = min(-(-one.inside * _PARTS // max(one.place.capacity, 1)), _PARTS - 1)
    words = t("{count} of {capacity}", count=one.inside, capacity=one.place.capacity)
    return f"{'■' * done}{'□' * (_PARTS - done)} {words}"


def _tree(visit: Visit, tree: tuple[PlaceFill, ...]) -> None:
    t = visit.t
    event = st.dataframe(
        {
            t("Place"): [_DEEPER * one.depth + one.place.name for one in tree],
            t("Number"): [one.place.number for one in tree],
            t("What it is"): [_kind(t, one.place) for one in tree],
            t("How full"): [fullness(t, one) for one in tree],
            t("In it itself"): [one.here for one in tree],
            t("State"): [_state(t, one.place) for one in tree],
        },
        key="place-tree",
        on_select="rerun",
        selection_mode="single-row",
        hide_index=True,
    )
    rows = event.selection.rows
    if rows and rows[0] < len(tree):
        st.session_state[_CHOSEN] = tree[rows[0]].place.number


def _kind(t: Translator, place: Place) -> str:
    words = t(KIND_TEXTS[place.kind])
    return t("{kind}, a vault", kind=words) if place.vault else words


def _state(t: Translator, place: Place) -> str:
    return t("● in use") if place.status is PlaceStatus.IN_USE else t("▣ closed")


def _one(visit: Visit, one: PlaceFill) -> None:
    """Show one page of what lies in a place, its label, and the form that closes it."""
    t, place, version = visit.t, one.place, seen(one.place)
    title, turned = st.columns([4, 1], vertical_alignment="bottom")
    title.subheader(plain(f"{place.number}  {place.name}"), anchor=False)
    changed_meanwhile(visit, place, version)
    page = turned.number_input(t("Page"), min_value=1, step=1, key=f"place-page-{place.number}")
    storing = visit.laboratory.storing
    numbers = storing.lying_in(place.number, limit=_LISTED + 1, offset=(int(page) - 1) * _LISTED)
    if len(numbers) > _LISTED:
        turned.caption(t("More on the next page."))
    _lying(visit, numbers[:_LISTED])
    link_to_labels(visit, [place.number])
    if place.status is PlaceStatus.IN_USE and may_do(Act.PLACE_CLOSED, visit.person.roles):
        _close(visit, place, version)


def _lying(visit: Visit, numbers: tuple[str, ...]) -> None:
    t = visit.t
    if not numbers:
        st.info(t("Nothing lies in this place itself."))
        return
    there = visit.laboratory.scanning.there(numbers)
    st.dataframe(
        {
            t("Exhibit"): [one.number for one in there],
            t("Description"): [one.description for one in there],
            t("Seal"): [one.custody.seal or t("none") for one in there],
            t("Last event"): [t.moment(one.custody.event.occurred_at) for one in there],
        },
        hide_index=True,
        key="place-contents",
    )
    if st.button(t("Put these on the list of the desk"), key="place-to-list"):
        scan_list.add(visit, numbers)
        say(t("{count} exhibits are on the list of the desk.", count=len(scan_list.scanned())))
        st.rerun()


def _close(visit: Visit, place: Place, version: int) -> None:
    t = visit.t
    with st.expander(t("Take this place out of use")):
        st.caption(t("It has to be empty. A closed place is not opened again; its number stays in the record."))
        if st.button(t("Close place {number}", number=place.number), key=f"close-{place.number}"):
            attempt(lambda: visit.laboratory.storing.close(place.number, actor=visit.person, version=version))


def _add(visit: Visit, tree: tuple[PlaceFill, ...]) -> None:
    t, prefix = visit.t, fields("place-add")
    titles = {one.place.number: f"{_DEEPER * one.depth}{one.place.name} ({one.place.number})" for one in tree}
    with st.form(prefix, border=False):
        left, right = st.columns(2)
        name = left.text_input(t("Name, as it is written on it"), key=f"{prefix}-name")
        kind = right.selectbox(
            t("What it is"),
            _KINDS,
            format_func=lambda one: t(KIND_TEXTS[one]),
            key=f"{prefix}-kind-{t.language}",
        )
        inside = left.selectbox(
            t("In which place"),
            list(titles),
            index=None,
            format_func=titles.__getitem__,
            placeholder=t("in none"),
            key=f"{prefix}-inside",
        )
        capacity = right.number_input(
            t("So many exhibits fit in (empty: no limit)"), min_value=1, value=None, step=1, key=f"{prefix}-capacity"
        )
        vault = st.checkbox(t("It is a vault: two people put in and take out"), key=f"{prefix}-vault")
        if not st.form_submit_button(t("Add the place"), type="primary"):
            return
    attempt(
        lambda: visit.laboratory.storing.add(
            name,
            kind=kind,
            inside=inside or "",
            capacity=None if capacity is None else int(capacity),
            vault=vault,
            actor=visit.person,
        ),
        then=begun_anew("place-add"),
    )
