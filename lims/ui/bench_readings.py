"""Readings of a balance: taken over its line or typed with a reason; the net mass is computed before it is recorded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import streamlit as st

from lims.domain.weighing import COVERAGE_PERCENT, Reading, Shown, Weighing, WeighingPurpose, typed_at_bench
from lims.services.registering import BalanceAtBench
from lims.ui.mass_words import grams, stated_words
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.session import Visit

RECORDS = "Ctrl+Enter"
"""The keys that record what is shown."""
_BALANCE, _REASON = "bench-balance", "bench-reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Readings that make a weighing, and the weighing that they make."""

    shown: Shown
    balance: str
    k: Decimal
    weighing: Weighing
    seen: bool
    """Whether the person had this net mass before the eyes; what was typed a moment ago was not shown yet."""


def record_button(visit: Visit, label: str, filled: Filled | None) -> Filled | None:
    """Draw the main button; give what is to be recorded, which is always what was shown before it was pressed."""
    pressed = st.button(label, type="primary", disabled=filled is None, shortcut=RECORDS)
    if not pressed or filled is None:
        return None
    if not filled.seen:
        st.warning(visit.t("The readings changed and nothing is recorded. Look at the net mass, then record it."))
        return None
    return filled


def weighing_fields(visit: Visit, item: str, purpose: WeighingPurpose, *, mark: str) -> Filled | None:
    """Draw the fields and the net mass in big numerals; None as long as they make no weighing.

    Parameters
    ----------
    mark : str
        Of the weighing that is next: each begins with empty readings.
    """
    t = visit.t
    left, factor = st.columns([3, 1])
    with left:
        chosen = choose_balance(visit)
    if chosen is None:
        return None
    k = factor.selectbox(
        t("Coverage factor k"),
        list(COVERAGE_PERCENT),
        format_func=lambda one: f"k = {one}, {COVERAGE_PERCENT[one]} %",
        key="bench-k",
    )
    shown = _shown(visit, chosen, mark)
    last = f"bench-shown-{mark}"
    filled = None if shown is None else _filled(visit, item, shown, purpose, balance=chosen, k=Decimal(k), last=last)
    _numerals(visit, shown, filled)
    return filled


def choose_balance(visit: Visit) -> str | None:
    """Let the person choose a balance in service, and say what stands against it today."""
    t = visit.t
    found = visit.laboratory.registering.balances()
    if not found:
        st.info(t("No balance in service is registered; the quality manager or an expert registers one."))
        return None
    titles = {one.balance.number: f"{one.balance.number}  {one.balance.model}, {one.balance.place}" for one in found}
    number = str(st.selectbox(t("Balance"), list(titles), format_func=titles.__getitem__, key=_BALANCE))
    _say_hindrance(found, number)
    return number


def one_reading(visit: Visit, label: str, *, balance: str, key: str) -> Callable[[], Reading] | None:
    """Draw one reading, over the line or typed; what it gives is put together when it is asked, None if it is empty."""
    if balance in visit.laboratory.weighing.balances.numbers:
        return _over_the_line(visit, label, balance, key)
    text = st.text_input(label, placeholder="12.34", key=key, autocomplete="off").strip()
    return (lambda: typed_at_bench(text)) if text else None


def _shown(visit: Visit, balance: str, mark: str) -> Callable[[], Shown] | None:
    """Draw gross and tare; each is read again or typed again until it is recorded."""
    t = visit.t
    left, right = st.columns(2)
    with left:
        gross = one_reading(visit, t("Gross, g"), balance=balance, key=f"bench-gross-{mark}")
    with right:
        tare = one_reading(
            visit, t("Tare, g; empty if the balance was tared"), balance=balance, key=f"bench-tare-{mark}"
        )
    reason = _reason(visit, balance)
    if gross is None:
        st.caption(t("Put it on the balance and give its gross mass; the net mass appears below."))
        return None
    return lambda: Shown(gross=gross(), tare=None if tare is None else tare(), manual_reason=reason)


def _reason(visit: Visit, balance: str) -> str:
    """Ask why a reading is typed; it stays for the next weighing."""
    if balance in visit.laboratory.weighing.balances.numbers:
        return ""
    return st.text_input(visit.t("Why the reading is typed and not taken from the balance"), key=_REASON).strip()


def _over_the_line(visit: Visit, label: str, balance: str, key: str) -> Callable[[], Reading] | None:
    t = visit.t
    kept = f"{key}-read"
    if st.button(t("Read the balance: {label}", label=label), key=f"{key}-button", width="stretch"):
        try:
            st.session_state[kept] = visit.laboratory.weighing.read_balance(balance, actor=visit.person)
        except REFUSALS as error:
            show_refusal(error)
    reading = st.session_state.get(kept)
    if not isinstance(reading, Reading):
        return None
    st.text(t("● stable") if reading.stable else t("◌ not stable yet: wait, then read again"))
    return lambda: reading


def _filled(
    visit: Visit,
    item: str,
    shown: Callable[[], Shown],
    purpose: WeighingPurpose,
    *,
    balance: str,
    k: Decimal,
    last: str,
) -> Filled | None:
    """Ask what the readings would make; a refusal is said at once, before anything is recorded."""
    try:
        readings = shown()
        weighing = visit.laboratory.weighing.would_weigh(
            item, readings, balance=balance, purpose=purpose, k=k, actor=visit.person
        )
    except REFUSALS as error:
        show_refusal(error)
        return None
    now = (balance, k, purpose, readings)
    seen = st.session_state.get(last) == now
    st.session_state[last] = now
    return Filled(shown=readings, balance=balance, k=k, weighing=weighing, seen=seen)


def _numerals(visit: Visit, shown: Callable[[], Shown] | None, filled: Filled | None) -> None:
    t = visit.t
    gross, tare, net = st.columns([1, 1, 2])
    if filled is None:
        net.metric(t("Net"), "–")
        if shown is not None:
            net.caption(t("Nothing is recorded."))
        return
    weighing = filled.weighing
    gross.metric(t("Gross"), grams(weighing.gross.mass_g, t))
    tare.metric(t("Tare"), grams(weighing.tare.mass_g, t) if weighing.tare else "–")
    net.metric(t("Net"), stated_words(weighing.stated, t))


def _say_hindrance(found: Sequence[BalanceAtBench], number: str) -> None:
    hindrance = next((one.hindrance for one in found if one.balance.number == number), "")
    if hindrance:
        st.warning(plain(f"▲ {hindrance}"))
