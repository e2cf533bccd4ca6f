"""The settings in force, to be read: each with where it comes from, and what the next start would change."""

import streamlit as st

from lims.settings_table import SettingLine, Source, settings_table
from lims.translation import Translator, marked
from lims.ui.plain import plain
from lims.ui.session import Visit

_SOURCES = {
    Source.DEFAULT: marked("○ as the program has it"),
    Source.FILE: marked("● the file"),
    Source.ENVIRONMENT: marked("◆ the environment"),
}


def settings(visit: Visit) -> None:
    """Show every setting; they are changed in the file, by whoever keeps the computer."""
    t = visit.t
    found = settings_table(visit.laboratory.settings)
    st.caption(t("Settings are changed in the file {path} and count from the next start.", path=plain(found.file)))
    if found.fault:
        st.error(
            t(
                "▲ The program would not start again with the settings as they are now: {fault}",
                fault=plain(found.fault),
            )
        )
    changed = [one for one in found.lines if one.after_restart is not None]
    if changed:
        st.warning(t("◇ The next start will change {count} settings.", count=len(changed)))
    _table(t, found.lines, with_next=bool(changed))


def _table(t: Translator, lines: tuple[SettingLine, ...], *, with_next: bool) -> None:
    words = st.text_input(t("Find"), placeholder=t("name of a setting"), key="settings-filter").strip().casefold()
    shown = [one for one in lines if words in one.name.casefold()]
    columns = {
        t("Setting"): [one.name for one in shown],
        t("Value"): [one.value for one in shown],
        t("Comes from"): [t(_SOURCES[one.source]) for one in shown],
    }
    if with_next:
        columns[t("After the next start")] = ["" if one.after_restart is None else one.after_restart for one in shown]
    st.dataframe(columns, hide_index=True, key="settings-table", height=560)
