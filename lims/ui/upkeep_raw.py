"""The raw store: every byte read again, a second copy brought up to date, damage repaired, leftovers set aside."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.raw_upkeep import RawSweep
from lims.services.raw_copying import RawCopying, RawRepairing
from lims.services.scrubbing import RawFaultKind, RawScrub
from lims.translation import Translator, marked
from lims.ui.service_state import size_words
from lims.ui.session import Visit
from lims.ui.upkeep_work import job

_WEEKLY = 7
"""Of so many shares one is read each day: every byte within a week."""
_SHOWN = 50
_FAULTS = {
    RawFaultKind.MISSING: marked("▲ missing"),
    RawFaultKind.ALTERED: marked("▲ altered"),
    RawFaultKind.UNREADABLE: marked("▲ unreadable"),
    RawFaultKind.WRITABLE: marked("◇ with other permissions"),
    RawFaultKind.STRANGE: marked("◇ not of this program"),
}


def raw_store(visit: Visit) -> None:
    """Show the work on the store on the left, and on its second copy on the right."""
    t = visit.t
    left, right = st.columns(2)
    with left:
        _scrub(visit)
        if may_do(Act.RAW_SWEPT, visit.person.roles):
            _sweep(visit)
    with right:
        if visit.laboratory.raw_copying.second is None:
            st.info(t("No second copy is set up: copy_url under [raw] in the settings."))
        else:
            _copy(visit)


def _scrub(visit: Visit) -> None:
    t, scrubbing, person = visit.t, visit.laboratory.scrubbing, visit.person
    st.caption(t("Reads raw data again and compares them with their digests. With much data this takes long."))
    for key, share, label in (
        ("raw-scrub-share", _WEEKLY, t("Read a seventh, as each day")),
        ("raw-scrub", 1, t("Read everything")),
    ):
        found = job(
            visit,
            key,
            label,
            lambda told, share=share: scrubbing.scrub(  # type: ignore[misc]
                share=share, reader=person, progress=lambda done: told(done, 0)
            ),
        )
        if isinstance(found, RawScrub):
            _found(t, found)


def _found(t: Translator, found: RawScrub) -> None:
    size = size_words(t, found.bytes_read)
    words = t("{objects} objects, {size} read.", objects=t.number(found.objects), size=size)
    if found.intact:
        st.success(t("● Whole. {words}", words=words))
        return
    st.error(t("▲ {count} faults. {words}", count=len(found.faults), words=words))
    shown = found.faults[:_SHOWN]
    st.dataframe(
        {
            t("Fault"): [t(_FAULTS[one.kind]) for one in shown],
            t("Name"): [one.name for one in shown],
            t("In words"): [one.said for one in shown],
        },
        hide_index=True,
    )


def _sweep(visit: Visit) -> None:
    t, sweeping = visit.t, visit.laboratory.sweeping
    st.caption(
        t("What no entry names is moved into the quarantine, never deleted. Recorded will be: what was moved, by you.")
    )
    key = "raw-sweep"
    swept = job(
        visit, key, t("Set aside what no entry names"), lambda _: sweeping.sweep(actor=visit.person) or 0, act=True
    )
    if isinstance(swept, RawSweep):
        st.success(t("{number}: {count} files are in the quarantine.", number=swept.number, count=len(swept.moved)))
    elif swept == 0:
        st.success(t("● There was nothing to set aside."))


def _copy(visit: Visit) -> None:
    t, copying, person = visit.t, visit.laboratory.raw_copying, visit.person
    st.caption(t("The second copy, on another disk or in another place."))
    copied = job(
        visit,
        "raw-copy",
        t("Bring the copy up to date"),
        lambda told: copying.copy(reader=person, progress=lambda done: told(done, 0)),
    )
    if isinstance(copied, RawCopying):
        st.text(t("{copied} objects copied, {present} were there.", copied=copied.copied, present=copied.present))
        _faults(t, copied.faults)
    scrubbed = job(
        visit,
        "raw-scrub-copy",
        t("Read the copy"),
        lambda told: copying.scrub_copy(reader=person, progress=lambda done: told(done, 0)),
    )
    if isinstance(scrubbed, RawScrub):
        _found(t, scrubbed)
    st.caption(
        t(
            "Repair: what is missing or damaged is brought back from the copy; what is damaged goes into the "
            "quarantine. Recorded will be: what was brought back, by you."
        )
    )
    repaired = job(visit, "raw-repair", t("Repair from the copy"), lambda _: copying.repair(actor=person), act=True)
    if isinstance(repaired, RawRepairing):
        count = sum(len(one.repaired) for one in repaired.repairs)
        st.text(t("{count} objects brought back.", count=count))
        _faults(t, repaired.faults)


def _faults(t: Translator, faults: tuple[str, ...]) -> None:
    if not faults:
        return
    st.error(t("▲ {count} objects could not be helped:", count=len(faults)))
    for one in faults[:_SHOWN]:
        st.text(f"- {one}")
