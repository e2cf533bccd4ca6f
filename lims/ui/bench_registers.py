"""The registers that the work on an exhibit rests on: balances with their check of the day, lots, and what was used."""

from collections.abc import Callable, Sequence

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.weighing import Reading
from lims.errors import InvalidRecordError
from lims.services.ports import ListedRecord
from lims.services.registering import CheckWeight
from lims.services.weighing import Measured
from lims.ui.bench_item import say
from lims.ui.bench_numbers import decimal_of
from lims.ui.bench_readings import choose_balance, one_reading
from lims.ui.mass_words import grams
from lims.ui.sections import attempt
from lims.ui.selection import go_to
from lims.ui.session import Visit

_LISTED = 50
_CHECKED = "bench-checks"
"""How many checks this browser session recorded: the reading of the next one is empty."""


def registers(visit: Visit, measured: Measured) -> None:
    """Show what was used for this exhibit, and the forms for the day's check and for lots."""
    t, roles = visit.t, visit.person.roles
    _used(visit, measured)
    if st.button(t("All lots, differences and weighings in question: Registers"), width="stretch"):
        go_to("registers")
    if may_do(Act.BALANCE_CHECKED, roles):
        with st.expander(t("Check a balance with a weight"), expanded=True):
            _check(visit)
    with st.expander(t("Lots of reagents")):
        _lots(visit, "reagent", visit.laboratory.stocking.reagents, Act.REAGENT_OPENED, _open)
    with st.expander(t("Reference standards")):
        _lots(visit, "standard", visit.laboratory.stocking.standards, Act.STANDARD_USED, _use)


def _used(visit: Visit, measured: Measured) -> None:
    """Name the balances, instruments and lots that the records of this exhibit name."""
    t = visit.t
    findings = visit.laboratory.finding.of_exhibit(measured.exhibit)
    lines = [
        *((one.number, f"{one.balance_number}, {one.certificate}, {one.check_number}") for one in measured.weighings),
        *((one.number, one.system.words) for one in findings),
    ]
    if not lines:
        st.info(t("Nothing was weighed and tested yet, so nothing of the registers was used."))
        return
    st.dataframe(
        {t("Number"): [number for number, _ in lines], t("Made with"): [words for _, words in lines]},
        hide_index=True,
        key="bench-used",
    )


def _check(visit: Visit) -> None:
    t = visit.t
    balance = choose_balance(visit)
    if balance is None:
        return
    mark = f"{balance}-{st.session_state.get(_CHECKED, 0)}"
    first, second, third = st.columns(3)
    number = first.text_input(t("Number of the check weight"), key="check-weight")
    nominal = second.text_input(t("Its mass, g"), key="check-nominal")
    tolerance = third.text_input(t("Tolerance, g"), key="check-tolerance")
    reading = one_reading(visit, t("The balance shows, g"), balance=balance, key=f"check-reading-{mark}")
    if st.button(t("Record the check"), type="primary", key="check-record"):
        attempt(lambda: _checked(visit, balance, (number, nominal, tolerance), reading))


def _checked(visit: Visit, balance: str, weight: tuple[str, str, str], reading: Callable[[], Reading] | None) -> None:
    t, (number, nominal, tolerance) = visit.t, weight
    if reading is None:
        raise InvalidRecordError(f"{balance}: no reading; expected what it shows with the weight on it")
    stated = CheckWeight(
        number=number,
        nominal_g=decimal_of(nominal, t("Its mass, g")),
        tolerance_g=decimal_of(tolerance, t("Tolerance, g")),
    )
    check = visit.laboratory.registering.check_balance(balance, stated, reading=reading(), actor=visit.person)
    st.session_state[_CHECKED] = st.session_state.get(_CHECKED, 0) + 1
    words = t("● passed") if check.passed else t("▲ failed: nothing may be weighed on it today")
    say(f"{check.number}: {grams(check.reading_g, t)}, {words}")


def _lots(
    visit: Visit,
    key: str,
    listed: Callable[..., Sequence[ListedRecord]],
    needed: Act,
    form: Callable[[Visit, Sequence[str]], None],
) -> None:
    t = visit.t
    left, right = st.columns([4, 1])
    wanted = left.text_input(t("Find"), placeholder=t("number, name or lot"), key=f"bench-{key}-filter").strip()
    place = right.number_input(t("Page"), min_value=1, step=1, key=f"bench-{key}-page-{wanted}")
    lines = listed(limit=_LISTED + 1, offset=(int(place) - 1) * _LISTED, words=wanted)
    if len(lines) > _LISTED:
        right.caption(t("More on the next page."))
    if not lines:
        st.info(t("No lot is like that."))
        return
    shown = lines[:_LISTED]
    st.dataframe(
        {
            t("Number"): [one.number for one in shown],
            t("Name and lot"): [one.title for one in shown],
            t("State"): [t(one.state) for one in shown],
        },
        hide_index=True,
        key=f"bench-{key}-table",
    )
    if may_do(needed, visit.person.roles):
        form(visit, [one.number for one in shown])


def _open(visit: Visit, numbers: Sequence[str]) -> None:
    t = visit.t
    with st.form("open-lot"):
        number = str(st.selectbox(t("Lot"), numbers, key="open-lot-number"))
        pressed = st.form_submit_button(t("Record that it was opened today"))
    if pressed:
        attempt(
            lambda: visit.laboratory.stocking.open_reagent(number, actor=visit.person),
            then=lambda: say(t("{number} was opened today.", number=number)),
        )


def _use(visit: Visit, numbers: Sequence[str]) -> None:
    t = visit.t
    with st.form("use-standard", clear_on_submit=True):
        left, middle, right = st.columns([2, 1, 3])
        number = str(left.selectbox(t("Lot"), numbers, key="use-standard-number"))
        amount = middle.text_input(t("Amount, mg"), key="use-standard-amount")
        purpose = right.text_input(t("Purpose"), key="use-standard-purpose")
        pressed = st.form_submit_button(t("Record what was taken"))
    if pressed:
        attempt(lambda: _taken(visit, number, amount, purpose))


def _taken(visit: Visit, number: str, amount: str, purpose: str) -> None:
    t = visit.t
    amount_mg = decimal_of(amount, t("Amount, mg"))
    visit.laboratory.stocking.use_standard(number, amount_mg, purpose=purpose, actor=visit.person)
    say(t("What was taken of {number} is recorded.", number=number))
