"""Photographs at reception: taken by the camera of the workplace, or brought as files."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from lims.domain.exhibit import Exhibit
from lims.services.photographing import PhotographFacts
from lims.translation import marked
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import chosen_section
from lims.ui.session import Visit

_WAYS = {"file": marked("From a file"), "camera": marked("By the camera")}
_SHOWN = "intake-photographs-kept"


def photographs(visit: Visit, exhibits: Sequence[Exhibit]) -> None:
    """Show the photographs of an exhibit by name, and take a new one."""
    t, kept = visit.t, visit.laboratory.photographing
    number = st.selectbox(t("Exhibit"), [one.number for one in exhibits], key="photographed")
    for one in kept.of_exhibit(number):
        st.text(f"{one.number}   {one.shows}   {one.file_name}   SHA-256 {one.sha256}")
    count = int(st.session_state.get(_SHOWN, 0))
    way = chosen_section(visit, _WAYS, key="photograph-way")
    if way == "camera":
        picture = st.camera_input(t("Photograph"), key=f"camera-{count}")
    else:
        picture = st.file_uploader(t("Photograph: JPEG or PNG"), type=["jpg", "jpeg", "png"], key=f"picture-{count}")
    shows = st.text_input(t("What it shows"), key=f"shows-{count}", placeholder=t("before opening, seal, label"))
    if not st.button(t("Keep the photograph"), key="keep-photograph"):
        return
    if picture is None:
        st.error(t("There is no picture yet. Take one, or choose a file."))
        return
    if _keep(visit, number, picture.name, picture.getvalue(), shows):
        st.session_state[_SHOWN] = count + 1
        st.rerun()


def _keep(visit: Visit, number: str, name: str, data: bytes, shows: str) -> bool:
    """Keep a picture; tell whether it was not refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(data)
        try:
            visit.laboratory.photographing.add(number, path, PhotographFacts(shows=shows), actor=visit.person)
        except REFUSALS as error:
            show_refusal(error)
            return False
    return True
