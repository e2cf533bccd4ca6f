"""The register of reagents and test kits: each lot with its certificate, its days and what became of it."""

from collections.abc import Iterator
from datetime import date

import streamlit as st

from lims.domain.lot_standing import LotOnDay, LotStanding
from lims.domain.permissions import Act, may_do
from lims.domain.reagent import LotStatus, Reagent
from lims.errors import InvalidRecordError
from lims.services.stocking import ReagentFacts
from lims.ui.lot_use import where_used
from lims.ui.plain import plain
from lims.ui.register_lots import (
    blocking_form,
    change_table,
    chosen_lot,
    expiry_words,
    releasing_form,
    say,
    standing_words,
)
from lims.ui.sections import attempt
from lims.ui.seen import fresh, seen_version
from lims.ui.session import Visit


def reagents(visit: Visit) -> None:
    """Show the register, the chosen lot with what may be done now, and the form for a new one."""
    number = chosen_lot(visit, Reagent)
    if number is not None:
        _one(visit, visit.laboratory.stocking.lot(Reagent, number))
    if may_do(Act.REAGENT_REGISTERED, visit.person.roles):
        with st.expander(visit.t("Register a lot of a reagent or a test kit")):
            _add(visit)


def _one(visit: Visit, found: LotOnDay) -> None:
    t, lot, roles = visit.t, found.lot, visit.person.roles
    if not isinstance(lot, Reagent):
        return
    seen = seen_version(lot)
    with st.container(border=True, gap="xsmall"):
        st.subheader(plain(f"{lot.number}  {standing_words(t, found)}"))
        left, right = st.columns(2)
        for place, words in enumerate(_facts(visit, found, lot)):
            (right if place % 2 else left).text(words)
    if lot.status is LotStatus.QUARANTINE and may_do(Act.REAGENT_RELEASED, roles):
        _release(visit, found, seen)
    if found.standing is LotStanding.USABLE and lot.opened_on is None and may_do(Act.REAGENT_OPENED, roles):
        _open(visit, lot)
    change_table(visit, lot.changes, key=f"reagent-changes-{lot.number}")
    if lot.status is not LotStatus.DISCARDED and may_do(Act.REAGENT_BLOCKED, roles):
        with st.expander(t("Take this lot out of use")):
            _block(visit, found, seen)
    with st.expander(t("Where this lot was used")):
        where_used(visit, Reagent.KIND, lot.number)


def _facts(visit: Visit, found: LotOnDay, lot: Reagent) -> Iterator[str]:
    t = visit.t
    yield t("Name: {words}", words=lot.name)
    yield t("Producer: {words}", words=lot.producer)
    yield t("Lot: {words}", words=lot.lot)
    yield t("Certificate: {words}", words=lot.certificate or t("none"))
    yield t("Received: {day}", day=t.date(lot.received_on))
    opened = t("not opened") if lot.opened_on is None else f"{t.date(lot.opened_on)}, {lot.opened_by}"
    yield t("Opened: {words}", words=opened)
    yield t("May be used: {words}", words=expiry_words(t, found))
    days = lot.opened_life_days
    yield t("Days after opening: {words}", words=t("not stated") if days is None else str(days))


def _release(visit: Visit, found: LotOnDay, seen: int) -> None:
    lot, reason = found.lot, releasing_form(visit, found)
    if reason is not None:
        attempt(
            lambda: visit.laboratory.stocking.release_reagent(
                lot.number, reason=reason, actor=visit.person, version=seen
            ),
            then=lambda: say(visit.t("{number} is released.", number=lot.number)),
        )


def _open(visit: Visit, lot: Reagent) -> None:
    t = visit.t
    label = t("Record that {number} was opened today", number=lot.number)
    if st.button(plain(label), type="primary", width="stretch", key=f"open-{lot.number}"):
        attempt(
            lambda: visit.laboratory.stocking.open_reagent(lot.number, actor=visit.person),
            then=lambda: say(t("{number} was opened today.", number=lot.number)),
        )


def _block(visit: Visit, found: LotOnDay, seen: int) -> None:
    lot, asked = found.lot, blocking_form(visit, found)
    if asked is not None:
        status, reason = asked
        attempt(
            lambda: visit.laboratory.stocking.block_reagent(
                lot.number, status=status, reason=reason, actor=visit.person, version=seen
            ),
            then=lambda: say(visit.t("{number} is out of use.", number=lot.number)),
        )


def _add(visit: Visit) -> None:
    t = visit.t
    mark = fresh("new")
    today = visit.laboratory.staffing.today()
    with st.form(f"add-reagent-{mark}"):
        left, right = st.columns(2)
        number = left.text_input(t("Number in the register"), key=f"reagent-number-{mark}")
        name = right.text_input(t("Name"), key=f"reagent-name-{mark}")
        producer = left.text_input(t("Producer"), key=f"reagent-producer-{mark}")
        lot = right.text_input(t("Lot, as the label says"), key=f"reagent-lot-{mark}")
        certificate = left.text_input(t("Certificate, empty for none"), key=f"reagent-certificate-{mark}")
        received: date | None = right.date_input(
            t("Received on"), value=today, format="DD.MM.YYYY", key=f"reagent-received-{mark}"
        )
        expires: date | None = left.date_input(
            t("Last day by the producer, empty for none"),
            value=None,
            format="DD.MM.YYYY",
            key=f"reagent-expires-{mark}",
        )
        life = right.number_input(
            t("Days of use after opening, empty for not stated"),
            min_value=0,
            value=None,
            step=1,
            key=f"reagent-life-{mark}",
        )
        st.caption(t("The lot is in quarantine until somebody compares certificate and lot and releases it."))
        pressed = st.form_submit_button(t("Register the lot"), type="primary", width="stretch")
    if pressed:
        attempt(
            lambda: _added(
                visit,
                ReagentFacts(
                    number=number,
                    name=name,
                    producer=producer,
                    lot=lot,
                    certificate=certificate,
                    received_on=required_day(received, t("Received on")),
                    expires_on=expires,
                    opened_life_days=None if life is None else int(life),
                ),
            )
        )


def _added(visit: Visit, facts: ReagentFacts) -> None:
    added = visit.laboratory.stocking.add_reagent(facts, actor=visit.person)
    st.session_state["reagents-chosen"] = added.number
    say(visit.t("{number} is registered and in quarantine.", number=added.number))


def required_day(day: date | None, what: str) -> date:
    """Refuse a field without its day.

    Raises
    ------
    InvalidRecordError
        If it is empty.
    """
    if day is None:
        raise InvalidRecordError(f"{what}: empty; expected a day")
    return day
