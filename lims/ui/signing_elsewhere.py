"""Signatures that another program makes: what lies in the folders between this program and that one."""

from datetime import timedelta

import streamlit as st

from lims.services.desk_ports import ExchangeFolder, ExchangeRequest
from lims.ui.plain import plain
from lims.ui.session import Visit


def signatures_elsewhere(visit: Visit) -> None:
    """Show what waits to be signed by other programs; nothing where everybody signs here."""
    for folder in visit.laboratory.desk.exchanges():
        if folder.fault:
            words = visit.t(
                "The folder for signatures of {person} cannot be used: {fault}. Tell the administrator.",
                person=folder.person,
                fault=folder.fault,
            )
            st.error(plain(words))
        for one in folder.requests:
            _request(visit, folder, one)


def _request(visit: Visit, folder: ExchangeFolder, one: ExchangeRequest) -> None:
    t, until = visit.t, one.since + timedelta(seconds=folder.wait_s)
    facts = {"file": one.file_name, "person": folder.person, "moment": t.moment(one.since)}
    if one.answered:
        st.info(plain(t("◐ {file}: the signature of {person} is there and is being taken.", **facts)))
    elif visit.laboratory.clock.now() <= until:
        st.info(plain(t("○ {file} waits for the signing program of {person} since {moment}.", **facts)))
    else:
        words = t(
            "▲ {file} lies in the folder of {person} since {moment}, and nobody waits for its signature any more.",
            **facts,
        )
        st.warning(plain(words))
