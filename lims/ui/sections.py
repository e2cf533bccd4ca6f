"""Sections of a page, and acts on it: one way to choose, one way to do and to be refused."""

from collections.abc import Callable, Container, Mapping

import streamlit as st

from lims.domain.record import Record
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit


def chosen_section(visit: Visit, sections: Mapping[str, str], *, key: str, closed: Container[str] = ()) -> str:
    """Let the person choose a section; the choice survives a change of language.

    Parameters
    ----------
    sections : mapping
        Marked titles by their keys, in order.
    key : str
        Of the choice in the session.
    closed : container of str
        Keys of sections that the person's roles do not open.
    """
    t = visit.t
    offered = [one for one in sections if one not in closed]
    box = f"{key}-{t.language}"
    kept = st.session_state.get(key)
    st.session_state.setdefault(box, kept if kept in offered else offered[0])
    chosen = st.segmented_control(
        t("Section"),
        offered,
        key=box,
        required=True,
        format_func=lambda one: t(sections[one]),
        label_visibility="collapsed",
    )
    st.session_state[key] = chosen
    return str(chosen) if chosen in offered else offered[0]


def attempt(act: Callable[[], object], *, then: Callable[[], object] | None = None) -> None:
    """Do an act and draw the page anew; where it is refused say why, and leave what was typed.

    Parameters
    ----------
    then : callable, optional
        Done after the act, where it was not refused.
    """
    try:
        done = act()
    except REFUSALS as error:
        show_refusal(error)
        return
    _keep_seen(done)
    if then is not None:
        then()
    st.rerun()


def open_section(visit: Visit, section: str, *, key: str) -> None:
    """Choose a section before ``chosen_section`` draws the choice."""
    st.session_state[key] = section
    st.session_state[f"{key}-{visit.t.language}"] = section


def seen(record: Record) -> int:
    """Give the version of a record that was on the screen when the person pressed a button; asked once in a drawing.

    The page is drawn anew from the newest record before it looks which button was pressed: an act that stated that
    version would overwrite what the person never saw.
    """
    drawn = int(st.session_state.get(_seen_key(record.KIND, record.number), record.version))
    _keep_seen(record)
    return drawn


def changed_meanwhile(visit: Visit, record: Record, drawn: int) -> None:
    """Say that somebody else changed a record since it was drawn here; the own acts of this browser are no news.

    The room for it is always there: what stands below, such as an open fold, would move else and be drawn as another.
    """
    told = st.container()
    if drawn != record.version:
        told.warning(
            visit.t(
                "▲ Somebody changed this while it stood here. What you see now is the newest; nothing is overwritten."
            )
        )


def _keep_seen(done: object) -> None:
    """Note the version of a record that is shown, or that an own act gave."""
    kind, number, version = (getattr(done, name, None) for name in ("KIND", "number", "version"))
    if isinstance(kind, str) and isinstance(number, str) and isinstance(version, int):
        st.session_state[_seen_key(kind, number)] = version


def _seen_key(kind: str, number: str) -> str:
    return f"seen-{kind}-{number}"


def fields(name: str) -> str:
    """Give what the keys of a form's fields begin with; ``begun_anew`` changes it, so that they are empty again."""
    return f"{name}-{int(st.session_state.get(f'anew-{name}', 0))}"


def begun_anew(name: str) -> Callable[[], None]:
    """Give what empties the fields of a form: for after the act, never when it was refused."""

    def empty() -> None:
        st.session_state[f"anew-{name}"] = int(st.session_state.get(f"anew-{name}", 0)) + 1

    return empty
