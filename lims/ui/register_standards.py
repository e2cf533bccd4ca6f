"""The register of reference standards: each lot a ledger of its own, reweighed by another person than took last."""

from collections.abc import Iterator
from decimal import Decimal

import streamlit as st

from lims.domain.lot_standing import LotOnDay, LotStanding
from lims.domain.permissions import Act, may_do
from lims.domain.reagent import LotStatus
from lims.domain.reference_standard import AmountKind, ReferenceStandard
from lims.services.stocking import Reweigh
from lims.translation import marked
from lims.ui.bench_numbers import decimal_of
from lims.ui.lot_use import where_used
from lims.ui.mass_words import exact
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
from lims.ui.standard_form import add_standard

_LINES = {
    AmountKind.USE: marked("taken"),
    AmountKind.REWEIGH: marked("reweighed: found"),
    AmountKind.CORRECTION: marked("corrected to"),
}


def standards(visit: Visit) -> None:
    """Show the register, the chosen lot with its running balance, and the form for a new one."""
    number = chosen_lot(visit, ReferenceStandard)
    if number is not None:
        _one(visit, visit.laboratory.stocking.lot(ReferenceStandard, number))
    if may_do(Act.STANDARD_REGISTERED, visit.person.roles):
        with st.expander(visit.t("Register a lot of a reference standard")):
            add_standard(visit)


def _one(visit: Visit, found: LotOnDay) -> None:
    t, lot = visit.t, found.lot
    if not isinstance(lot, ReferenceStandard):
        return
    with st.container(border=True, gap="xsmall"):
        st.subheader(plain(f"{lot.number}  {standing_words(t, found)}"))
        left, right = st.columns(2)
        left.metric(t("There by the book, mg"), exact(lot.balance_mg, t))
        right.metric(t("Received, mg"), exact(lot.received_mg, t))
        for place, words in enumerate(_facts(visit, found, lot)):
            (right if place % 2 else left).text(words)
    _acts(visit, found, lot)
    _lines(visit, lot)
    change_table(visit, lot.changes, key=f"standard-changes-{lot.number}")
    with st.expander(t("Where this lot was used")):
        where_used(visit, ReferenceStandard.KIND, lot.number)


def _facts(visit: Visit, found: LotOnDay, lot: ReferenceStandard) -> Iterator[str]:
    t = visit.t
    yield t("Substance: {words}", words=lot.substance)
    yield f"InChIKey: {lot.inchikey or t('unknown')}"
    yield t("Producer: {words}", words=lot.producer)
    yield t("Lot: {words}", words=lot.lot)
    yield t("Certificate: {words}", words=lot.certificate)
    yield t("Purity, mass fraction: {words}", words=_purity(visit, lot))
    yield t("Received: {day}", day=t.date(lot.received_on))
    yield t("May be used: {words}", words=expiry_words(t, found))
    yield t("Tolerance of a reweigh, mg: {words}", words=exact(lot.reweigh_tolerance_mg, t))


def _purity(visit: Visit, lot: ReferenceStandard) -> str:
    t = visit.t
    if lot.purity is None:
        return t("not stated")
    words = exact(lot.purity, t)
    if lot.purity_u is None or lot.purity_k is None:
        return words
    return f"{words} ± {exact(lot.purity_u, t)} (k = {exact(lot.purity_k, t)})"


def _acts(visit: Visit, found: LotOnDay, lot: ReferenceStandard) -> None:
    """Offer what the person's roles may do with the lot as it stands."""
    t, roles, seen = visit.t, visit.person.roles, seen_version(lot)
    if lot.status is LotStatus.QUARANTINE and may_do(Act.STANDARD_RELEASED, roles):
        _release(visit, found, seen)
    if found.standing is LotStanding.USABLE and may_do(Act.STANDARD_USED, roles):
        _use(visit, lot)
    if may_do(Act.STANDARD_REWEIGHED, roles):
        with st.expander(t("Reweigh it")):
            _reweigh(visit, lot, seen)
    if may_do(Act.STANDARD_CORRECTED, roles):
        with st.expander(t("Set the running balance right")):
            _correct(visit, lot, seen)
    if lot.status is not LotStatus.DISCARDED and may_do(Act.STANDARD_BLOCKED, roles):
        with st.expander(t("Take this lot out of use")):
            _block(visit, found, seen)


def _release(visit: Visit, found: LotOnDay, seen: int) -> None:
    lot, reason = found.lot, releasing_form(visit, found)
    if reason is not None:
        attempt(
            lambda: visit.laboratory.stocking.release_standard(
                lot.number, reason=reason, actor=visit.person, version=seen
            ),
            then=lambda: say(visit.t("{number} is released.", number=lot.number)),
        )


def _block(visit: Visit, found: LotOnDay, seen: int) -> None:
    lot, asked = found.lot, blocking_form(visit, found)
    if asked is not None:
        status, reason = asked
        attempt(
            lambda: visit.laboratory.stocking.block_standard(
                lot.number, status=status, reason=reason, actor=visit.person, version=seen
            ),
            then=lambda: say(visit.t("{number} is out of use.", number=lot.number)),
        )


def _use(visit: Visit, lot: ReferenceStandard) -> None:
    t, mark = visit.t, fresh(lot.number)
    with st.form(f"take-{mark}"):
        left, right, button = st.columns([1, 3, 1.6], vertical_alignment="bottom")
        amount = left.text_input(t("Amount, mg"), key=f"take-amount-{mark}", autocomplete="off")
        purpose = right.text_input(t("Purpose"), key=f"take-purpose-{mark}")
        pressed = button.form_submit_button(t("Record what was taken"), type="primary", width="stretch")
    if pressed:
        attempt(
            lambda: visit.laboratory.stocking.use_standard(
                lot.number, decimal_of(amount, t("Amount, mg")), purpose=purpose, actor=visit.person
            ),
            then=lambda: say(t("What was taken of {number} is recorded.", number=lot.number)),
        )


def _reweigh(visit: Visit, lot: ReferenceStandard, seen: int) -> None:
    t, mark = visit.t, fresh(lot.number)
    st.caption(t("Somebody who did not take from it last reweighs it. A difference goes to the quality manager."))
    with st.form(f"reweigh-{mark}"):
        left, middle, right = st.columns([1, 1, 2])
        found = left.text_input(t("Found, mg"), key=f"reweigh-found-{mark}", autocomplete="off")
        u = middle.text_input(t("Expanded uncertainty, mg"), key=f"reweigh-u-{mark}", autocomplete="off")
        purpose = right.text_input(t("Purpose"), key=f"reweigh-purpose-{mark}")
        pressed = st.form_submit_button(t("Record the reweigh"), type="primary", width="stretch")
    if pressed:
        attempt(lambda: _reweighed(visit, lot, (found, u, purpose), seen))


def _reweighed(visit: Visit, lot: ReferenceStandard, typed: tuple[str, str, str], seen: int) -> None:
    t, (found, u, purpose) = visit.t, typed
    done = visit.laboratory.stocking.reweigh_standard(
        lot.number,
        decimal_of(found, t("Found, mg")),
        u_mg=decimal_of(u, t("Expanded uncertainty, mg")),
        purpose=purpose,
        actor=visit.person,
        version=seen,
    )
    say(_outcome(visit, done))


def _outcome(visit: Visit, done: Reweigh) -> str:
    t = visit.t
    if done.discrepancy is None:
        return t("● {number}: what is there fits the book.", number=done.standard.number)
    return t(
        "▲ {number}: {difference} mg differ from the book; it went to the quality manager as {raised}.",
        number=done.standard.number,
        difference=_signed(visit, done.discrepancy.difference),
        raised=done.discrepancy.number,
    )


def _correct(visit: Visit, lot: ReferenceStandard, seen: int) -> None:
    t, mark = visit.t, fresh(lot.number)
    closed = [one for one in visit.laboratory.weighing.discrepancies_of(lot.number) if one.closing is not None]
    if not closed:
        st.info(t("Only a difference of this lot that was looked into and closed sets the balance right."))
        return
    titles = {one.number: f"{one.number}  {_signed(visit, one.difference)} {t('mg')}" for one in reversed(closed)}
    with st.form(f"correct-{mark}"):
        number = st.selectbox(
            t("Closed difference"), list(titles), format_func=titles.__getitem__, key=f"correct-difference-{mark}"
        )
        balance = st.text_input(t("There from now on, mg"), key=f"correct-balance-{mark}", autocomplete="off")
        st.caption(t("The lines before stay; a new one sets the balance and names the difference with its finding."))
        pressed = st.form_submit_button(t("Set the balance"), type="primary", width="stretch")
    if pressed:
        attempt(
            lambda: visit.laboratory.stocking.correct_standard(
                lot.number,
                decimal_of(balance, t("There from now on, mg")),
                discrepancy=str(number),
                actor=visit.person,
                version=seen,
            ),
            then=lambda: say(t("The running balance of {number} is set.", number=lot.number)),
        )


def _lines(visit: Visit, lot: ReferenceStandard) -> None:
    """Show the running balance, newest first."""
    t = visit.t
    if not lot.lines:
        st.caption(t("Nothing was taken yet."))
        return
    newest = tuple(reversed(lot.lines))
    st.dataframe(
        {
            t("When"): [t.moment(one.recorded_at) for one in newest],
            t("What"): [t(_LINES[one.kind]) for one in newest],
            t("Amount, mg"): [exact(one.amount_mg, t) for one in newest],
            t("Left by the book, mg"): [exact(one.balance_mg, t) for one in newest],
            t("Purpose"): [one.purpose for one in newest],
            t("By"): [one.recorded_by for one in newest],
        },
        column_config={
            t("Amount, mg"): st.column_config.TextColumn(alignment="right"),
            t("Left by the book, mg"): st.column_config.TextColumn(alignment="right"),
        },
        hide_index=True,
        key=f"standard-lines-{lot.number}",
    )


def _signed(visit: Visit, value: Decimal) -> str:
    words = exact(abs(value), visit.t)
    return f"−{words}" if value < 0 else f"+{words}"
