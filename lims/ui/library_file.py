"""A library file recorded as a release as it came, and the packaged library for training: acts of the curator."""

from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from lims.domain.library import RecordedRelease
from lims.domain.permissions import Act, may_do
from lims.ui import background
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.seen import act_done, fresh
from lims.ui.session import Visit
from lims.ui.watch_start import start_watch

_JOB, _TOLD = "library-release-file", "library-release-told"


def file_release(visit: Visit) -> None:
    """Offer both forms to the curator, and tell what the last one made."""
    t = visit.t
    if not may_do(Act.RELEASE_RECORDED, visit.person.roles):
        return
    _tell(visit)
    with st.expander(t("Record a library file as a release, without the check of its records")):
        _file(visit)
    with st.expander(t("Record the packaged library for training")):
        st.text(t("The principal ions that come with the program, marked for training and presumptive use only."))
        if st.button(t("Record the training library"), key="library-training"):
            background.start(
                visit, _JOB, lambda _: visit.laboratory.curating.add_training_release(actor=visit.person), waits=True
            )
            st.rerun()


def _file(visit: Visit) -> None:
    t = visit.t
    mark = fresh("library-release")
    with st.form(f"library-release-{mark}"):
        upload = st.file_uploader(t("Library file, MSP"), type=["msp"], key=f"library-release-file-{mark}")
        name = st.text_input(t("Name of the release, empty for the name of the file"), key=f"library-release-as-{mark}")
        st.caption(
            t(
                "The file is frozen under this name as it is, with its SHA-256; nobody checked its records. "
                "A release that casework searches in is better made of checked imports."
            )
        )
        pressed = st.form_submit_button(t("Record the file as a release"), type="primary", width="stretch")
    if not pressed:
        return
    if upload is None:
        st.error(t("Choose a file first."))
        return
    file, data = upload.name, upload.getvalue()
    background.start(visit, _JOB, lambda _: _recorded(visit, file, data, name.strip()), waits=True)
    act_done()
    st.rerun()


def _recorded(visit: Visit, file: str, data: bytes, name: str) -> RecordedRelease:
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(file).name
        path.write_bytes(data)
        return visit.laboratory.curating.add_release(path, name=name or None, actor=visit.person)


def _tell(visit: Visit) -> None:
    """Say what was recorded; the first time the watch looks with it at what was examined before."""
    t = visit.t
    try:
        made = background.result(visit, _JOB)
    except REFUSALS as error:
        show_refusal(error)
        return
    if not isinstance(made, RecordedRelease):
        return
    st.success(plain(t("Release {name} is recorded and frozen.", name=made.number)))
    if st.session_state.get(_TOLD) != made.number:
        st.session_state[_TOLD] = made.number
        start_watch(visit)
