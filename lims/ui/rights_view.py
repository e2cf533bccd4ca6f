"""The tables of rights on the screen, from the same source as the manual: who may do what, and who may read what."""

from collections.abc import Iterable

import streamlit as st

from lims.domain.duties import Side
from lims.domain.rights_table import ActRow, KindRow, act_rows, kind_rows
from lims.domain.staff import Role
from lims.translation import Translator, marked
from lims.ui.session import Visit

_YES = "■"
_SIDES = {Side.WORK: marked("work"), Side.REVIEW: marked("review"), Side.RELEASE: marked("release")}


def rights(visit: Visit) -> None:
    """Show both tables, of all roles or of those that the person chooses."""
    t = visit.t
    st.caption(
        t("What is not in these tables is not allowed. They are part of the program and no setting changes them.")
    )
    find, which = st.columns(2)
    words = find.text_input(t("Find"), placeholder=t("act or kind of record"), key="rights-filter").strip().casefold()
    roles = which.multiselect(
        t("Roles"),
        list(Role),
        format_func=lambda role: t(role.value),
        placeholder=t("all"),
        key=f"rights-roles-{t.language}",
    )
    shown = tuple(roles) or tuple(Role)
    st.subheader(t("Who may do what"), anchor=False)
    _acts(t, [row for row in act_rows() if words in row.act and _concerns(row.roles, roles)], shown)
    st.subheader(t("Who may read what"), anchor=False)
    _kinds(t, [row for row in kind_rows() if words in row.kind and _concerns(row.roles, roles)], shown)


def _concerns(held: frozenset[Role], chosen: Iterable[Role]) -> bool:
    wanted = set(chosen)
    return not wanted or not wanted.isdisjoint(held)


def _acts(t: Translator, rows: list[ActRow], roles: tuple[Role, ...]) -> None:
    if not rows:
        st.info(t("No act is like that."))
        return
    first = t("Act, as the ledger names it")
    st.dataframe(
        {
            first: [row.act for row in rows],
            **{t(role.value): [_YES if role in row.roles else "" for row in rows] for role in roles},
            t("Competence"): [t("needed") if row.competence else "" for row in rows],
            t("Side of the case"): [t(_SIDES[row.side]) if row.side else "" for row in rows],
            t("Besides"): [_besides(t, row) for row in rows],
        },
        column_config={first: st.column_config.TextColumn(pinned=True)},
        hide_index=True,
        key="rights-acts",
        height=420,
    )


def _besides(t: Translator, row: ActRow) -> str:
    words = (t("about oneself") if row.about_oneself else "", t("the program") if row.by_program else "")
    return ", ".join(filter(None, words))


def _kinds(t: Translator, rows: list[KindRow], roles: tuple[Role, ...]) -> None:
    if not rows:
        st.info(t("No kind of record is like that."))
        return
    first = t("Kind, as the ledger names it")
    st.dataframe(
        {
            first: [row.kind for row in rows],
            **{t(role.value): [_YES if role in row.roles else "" for row in rows] for role in roles},
            t("Besides"): [t("the own") if row.the_own else "" for row in rows],
        },
        column_config={first: st.column_config.TextColumn(pinned=True)},
        hide_index=True,
        key="rights-kinds",
    )
