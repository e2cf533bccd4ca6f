"""The detectors of misconduct for those who may ask: each with its question, what it found, and what it cannot see."""

from collections.abc import Sequence

import streamlit as st

from lims.domain.detector_look import DetectorAnswer
from lims.domain.detectors import INFORMATION, Detection, Detector
from lims.domain.permissions import Act, may_do
from lims.ui import background
from lims.ui.detector_words import asks, cannot_see, found
from lims.ui.session import Visit

_JOB = "detectors"


def detectors(visit: Visit) -> None:
    """Show the last look, the way to look again, and every detector with its answer."""
    t = visit.t
    last = visit.laboratory.detecting.last_look()
    if last is None:
        st.info(t("Nobody has asked the detectors yet."))
    else:
        name = visit.laboratory.staffing.get(last.asked_by).name
        st.text(
            t(
                "Last look: {moment}, by {name} ({number}).",
                moment=t.moment(last.asked_at),
                name=name,
                number=last.number,
            )
        )
    _ask(visit)
    st.caption(t("What is found is a question to people, and no verdict on one."))
    answers = {one.detector: one for one in last.answers} if last else {}
    detections = _found(visit)
    for detector in Detector:
        _answer(visit, detector, answers.get(detector), detections.get(detector))


def _ask(visit: Visit) -> None:
    t, detecting = visit.t, visit.laboratory.detecting
    with st.form("detect"):
        first, last, button = st.columns([2, 2, 3], vertical_alignment="bottom")
        begin = first.number_input(t("Working day from, hour"), 0, 23, value=None, step=1, key="detect-from")
        end = last.number_input(t("to, hour"), 0, 23, value=None, step=1, key="detect-to")
        st.caption(
            t("Reads the whole ledger and every run. With many runs this takes long; it is done beside the page.")
        )
        if not button.form_submit_button(t("Ask the detectors now"), type="primary", width="stretch"):
            return
    hours = None if begin is None or end is None else (int(begin), int(end))
    if may_do(Act.DETECTORS_ASKED, visit.person.roles):
        background.start(visit, _JOB, lambda tell: detecting.look(actor=visit.person, hours=hours, progress=tell))
    else:
        background.start(visit, _JOB, lambda tell: detecting.ask(reader=visit.person, hours=hours, progress=tell))
    st.rerun()


def _found(visit: Visit) -> dict[Detector, Detection]:
    """Give what the last look of this browser session found."""
    detections = background.result(visit, _JOB)
    if not isinstance(detections, Sequence):
        return {}
    return {one.detector: one for one in detections if isinstance(one, Detection)}


def _answer(visit: Visit, detector: Detector, last: DetectorAnswer | None, detection: Detection | None) -> None:
    t = visit.t
    with st.container(border=True, gap="xsmall"):
        count = len(detection.suspicions) if detection else last.found if last else None
        shape = "○" if not count else "◇" if detector in INFORMATION else "▲"
        st.text(f"{shape} {asks(t, detector)}")
        if detection is not None:
            st.text(_counts(visit, count or 0, detection.judged, detection.not_judged))
            for suspicion in detection.suspicions:
                st.text(f"- {found(t, suspicion)}")
        elif last is not None:
            st.text(_counts(visit, last.found, last.judged, last.not_judged))
            if last.found:
                st.text(t("Ask again to read what was found: what is found is not kept, it follows from the ledger."))
        st.caption(cannot_see(t, detector))


def _counts(visit: Visit, count: int, judged: int, not_judged: int) -> str:
    return visit.t(
        "{count} found; {judged} judged, {unknown} not judged.", count=count, judged=judged, unknown=not_judged
    )
