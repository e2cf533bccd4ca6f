"""Looking after the stores: raw data scrubbed, copied and repaired, lists compared, what a crash left, the clock."""

from collections import Counter

import streamlit as st

from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.ledger_upkeep import ListsRebuild
from lims.domain.permissions import Act, may_do
from lims.domain.reading_rights import may_read
from lims.services.archiving import Unreadable
from lims.services.ledger_reading import ListFault
from lims.services.recovering import Recovery
from lims.translation import Translator
from lims.ui.admin_words import say
from lims.ui.plain import plain
from lims.ui.sections import attempt
from lims.ui.session import Visit
from lims.ui.upkeep_raw import raw_store
from lims.ui.upkeep_work import job

_COMPARE, _REBUILD = "lists-compare", "lists-rebuild"
_SHOWN = 50


def upkeep(visit: Visit) -> None:
    """Show what the roles of the person let do: raw store, lists, unfinished reports, clock."""
    t, roles = visit.t, visit.person.roles
    if may_do(Act.RAW_REPAIRED, roles):
        with st.expander(t("Raw store"), expanded=True):
            raw_store(visit)
    if may_do(Act.LISTS_REBUILT, roles):
        with st.expander(t("Lists"), expanded=True):
            _lists(visit)
    if may_do(Act.RAW_REPAIRED, roles) and may_read(Examination.KIND, roles):
        with st.expander(t("Archive of components")):
            _archive(visit)
    if may_do(Act.REPORT_VOIDED, roles) and may_read(Exhibit.KIND, roles):
        with st.expander(t("Reports that a crash left unfinished"), expanded=True):
            _unfinished(visit)
    if may_do(Act.CLOCK_CORRECTED, roles):
        with st.expander(t("The ledger's time")):
            _clock(visit)


def _lists(visit: Visit) -> None:
    """Compare the lists with the ledger, and make them anew."""
    t, relisting, person = visit.t, visit.laboratory.relisting, visit.person
    st.caption(t("Lists are made from the ledger: they can be compared with it, and made anew from it."))
    found = job(visit, _COMPARE, t("Compare the lists with the ledger"), lambda _: relisting.differences(reader=person))
    if isinstance(found, tuple):
        _differences(visit, [one for one in found if isinstance(one, ListFault)])
    st.caption(t("Recorded will be: you made the lists anew, and how many differences there were."))
    made = job(visit, _REBUILD, t("Make the lists anew"), lambda _: relisting.rebuild(actor=person), act=True)
    if isinstance(made, ListsRebuild):
        st.success(
            plain(
                t(
                    "{number}: the lists are made anew; {count} differences before.",
                    number=made.number,
                    count=made.differences,
                )
            )
        )


def _differences(visit: Visit, faults: list[ListFault]) -> None:
    """Say how many there are in each list; what they say of a case only to who may read of cases."""
    t = visit.t
    if not faults:
        st.success(t("● Every list says what the ledger says."))
        return
    st.error(t("▲ {count} differences between lists and ledger.", count=len(faults)))
    for table, count in sorted(Counter(one.table for one in faults).items()):
        st.text(f"{table}: {count}")
    if may_read(Exhibit.KIND, visit.person.roles):
        for one in faults[:_SHOWN]:
            st.text(f"- {one}")


def _archive(visit: Visit) -> None:
    """Make the archive of examined components anew from the raw data; it is no record, so nothing is recorded."""
    t, archiving = visit.t, visit.laboratory.archiving
    st.caption(
        t(
            "The archive is made of the raw data and is no record: it can be thrown away and made anew. Every run is "
            "read again. With much data this takes long."
        )
    )
    failed = job(
        visit, "archive-rebuild", t("Make the archive anew"), lambda told: archiving.rebuild(progress=told), act=True
    )
    if not isinstance(failed, tuple):
        return
    if not failed:
        st.success(t("● The archive is made anew."))
        return
    st.error(t("▲ {count} examinations could not be read:", count=len(failed)))
    for one in failed[:_SHOWN]:
        if isinstance(one, Unreadable):
            st.text(f"- {one.examination_number}: {one.reason}")


def _unfinished(visit: Visit) -> None:
    """Name the numbers that were taken and have no document, and give them up."""
    t, recovering = visit.t, visit.laboratory.recovering
    found = recovering.unfinished(reader=visit.person)
    if not found:
        st.text(t("● No report is unfinished."))
    else:
        st.text(t("▲ Numbers that were taken and have no document: {numbers}", numbers=", ".join(found)))
    st.caption(
        t(
            "Recorded will be: you give these numbers up; a number is never used again. What somebody is making at "
            "this moment is left alone, and documents that no entry names are named to you."
        )
    )
    done = job(
        visit,
        "reports-recover",
        t("Give up what a crash left"),
        lambda _: recovering.recover(actor=visit.person),
        act=True,
    )
    if isinstance(done, Recovery):
        _recovered(t, done)


def _recovered(t: Translator, done: Recovery) -> None:
    if done == Recovery():
        st.success(t("● There was nothing to give up."))
    for report in done.voided:
        st.text(t("{number} is given up: {reason}", number=report.number, reason=report.void_reason))
    for document in done.documents:
        st.text(
            t(
                "A document of {number} that no entry names: SHA-256 {digest}",
                number=document.report,
                digest=document.sha256,
            )
        )
    for number in done.at_work:
        st.text(t("{number} is being made at this moment; it was left alone.", number=number))


def _clock(visit: Visit) -> None:
    """Let the quality manager say that the clock is right and the ledger's time was not."""
    t = visit.t
    with st.form("set-clock-right"):
        st.text(
            t(
                "Only where this computer's clock is right and the ledger's time before was wrong. Recorded will be: "
                "the ledger's time goes on from {moment}, with your name and the reason. Later entries may then be "
                "dated before earlier ones. This cannot be undone.",
                moment=t.moment(visit.laboratory.clock.now()),
            )
        )
        reason = st.text_input(t("Why the ledger's time was wrong"), key="clock-reason")
        pressed = st.form_submit_button(t("Set the ledger's time right"))
    if pressed:
        attempt(
            lambda: visit.laboratory.timekeeping.set_right(reason=reason, actor=visit.person),
            then=lambda: say(t("The ledger's time goes on from the clock of this computer.")),
        )
