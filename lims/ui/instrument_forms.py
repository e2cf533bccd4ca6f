"""The acts about an instrument: registered, calibrated, kept up, taken out of service and put back with a check."""

from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from lims.domain.instrument import BalanceRange, EquipmentKind, Instrument, UpkeepKind
from lims.domain.weight_uncertainty import BalanceBudget
from lims.services.registering import CalibrationFacts, InstrumentFacts, UpkeepFacts
from lims.ui.admin_words import done
from lims.ui.bench_numbers import decimal_of
from lims.ui.sections import attempt, fields
from lims.ui.session import Visit

_DATE = "DD.MM.YYYY"


def register(visit: Visit, kinds: Mapping[EquipmentKind, str]) -> None:
    """Take in an instrument; a balance states its range."""
    t, key = visit.t, fields("instrument-new")
    with st.form(key):
        one, two, three, four = st.columns(4)
        number = one.text_input(t("Number"), key=f"{key}-number")
        kind = two.selectbox(
            t("Kind"), list(kinds), format_func=lambda each: t(kinds[each]), key=f"{key}-kind-{t.language}"
        )
        model = three.text_input(t("Model"), key=f"{key}-model")
        serial = four.text_input(t("Serial number"), key=f"{key}-serial")
        place = one.text_input(t("Place"), key=f"{key}-place")
        firmware = two.text_input(t("Firmware (empty: unknown)"), key=f"{key}-firmware")
        name = three.text_input(t("Its name in files (empty: none)"), key=f"{key}-name")
        needs = four.checkbox(t("Needs calibration"), value=True, key=f"{key}-needs")
        minimum = one.text_input(t("Balance: minimum weight, g"), key=f"{key}-minimum")
        capacity = two.text_input(t("Balance: capacity, g"), key=f"{key}-capacity")
        pressed = st.form_submit_button(t("Register"), type="primary")
    if pressed:

        def act() -> Instrument:
            facts = InstrumentFacts(
                number=number,
                kind=EquipmentKind(kind),
                model=model,
                serial=serial,
                place=place,
                firmware=firmware,
                name_in_files=name,
                needs_calibration=needs,
                balance_range=_range(visit, minimum, capacity),
            )
            return visit.laboratory.registering.add(facts, actor=visit.person)

        attempt(act, then=done("instrument-new", t("{number} is registered.", number=number)))


def _range(visit: Visit, minimum: str, capacity: str) -> BalanceRange | None:
    t = visit.t
    if not minimum.strip() and not capacity.strip():
        return None
    return BalanceRange(
        capacity_g=decimal_of(capacity, t("Balance: capacity, g")),
        minimum_g=decimal_of(minimum, t("Balance: minimum weight, g")),
    )


def calibrate(visit: Visit, found: Instrument, drawn: int) -> None:
    """Record a certificate; that of a balance with its uncertainty budget."""
    t, name = visit.t, f"calibrate-{found.number}"
    key = fields(name)
    balance = found.kind is EquipmentKind.BALANCE
    with st.expander(t("Record a calibration")), st.form(key):
        left, right = st.columns(2)
        certificate = left.text_input(t("Certificate"), key=f"{key}-certificate")
        body = right.text_input(t("Who calibrated"), key=f"{key}-body")
        today = visit.laboratory.registering.today()
        on = left.date_input(t("Calibrated on"), value=today, format=_DATE, key=f"{key}-on")
        due = right.date_input(t("Due on (empty: no day set)"), value=None, format=_DATE, key=f"{key}-due")
        typed = _budget_fields(visit, key) if balance else None
        pressed = st.form_submit_button(t("Record the calibration"), type="primary")
    if pressed:

        def act() -> Instrument:
            budget = None if typed is None else _budget(visit, typed)
            facts = CalibrationFacts(certificate=certificate, body=body, calibrated_on=on, due_on=due, budget=budget)
            return visit.laboratory.registering.calibrate(found.number, facts, actor=visit.person, version=drawn)

        attempt(act, then=done(name, t("The calibration of {number} is recorded.", number=found.number)))


def _budget_fields(visit: Visit, key: str) -> tuple[str, ...]:
    t = visit.t
    st.caption(t("The uncertainty budget, from the certificate and the laboratory's own checks:"))
    left, right = st.columns(2)
    return (
        left.text_input(t("Readability d, g"), key=f"{key}-d"),
        right.text_input(t("Repeatability (standard deviation), g"), key=f"{key}-s"),
        left.text_input(t("Linearity (limit), g"), key=f"{key}-l"),
        right.text_input(t("Expanded uncertainty of the calibration U, g"), key=f"{key}-u"),
        left.text_input(t("Coverage factor k of the certificate"), key=f"{key}-k"),
    )


def _budget(visit: Visit, typed: tuple[str, ...]) -> BalanceBudget:
    t = visit.t
    names = (
        t("Readability d, g"),
        t("Repeatability (standard deviation), g"),
        t("Linearity (limit), g"),
        t("Expanded uncertainty of the calibration U, g"),
        t("Coverage factor k of the certificate"),
    )
    d, s, linearity, u, k = (decimal_of(text, name) for text, name in zip(typed, names, strict=True))
    return BalanceBudget(
        readability_g=d, repeatability_g=s, linearity_g=linearity, calibration_u_g=u, calibration_k=Decimal(k)
    )


def keep_up(visit: Visit, found: Instrument, drawn: int, kinds: Mapping[UpkeepKind, str]) -> None:
    """Record service, repair, damage, a move or new firmware."""
    t, name = visit.t, f"upkeep-{found.number}"
    key = fields(name)
    with st.expander(t("Record service, repair, damage, a move or firmware")), st.form(key):
        left, right = st.columns(2)
        kind = left.selectbox(
            t("What it was"), list(kinds), format_func=lambda each: t(kinds[each]), key=f"{key}-kind-{t.language}"
        )
        today = visit.laboratory.registering.today()
        on = right.date_input(t("When it happened"), value=today, format=_DATE, key=f"{key}-on")
        words = left.text_input(t("What was done, or what happened"), key=f"{key}-words")
        done_by = right.text_input(t("Person or firm"), key=f"{key}-by")
        place = left.text_input(t("Where it stands from now on (empty: as before)"), key=f"{key}-place")
        firmware = right.text_input(t("Firmware from now on (empty: as before)"), key=f"{key}-firmware")
        st.caption(t("Damage takes the instrument out of service at once."))
        pressed = st.form_submit_button(t("Record it"))
    if pressed:

        def act() -> Instrument:
            facts = UpkeepFacts(
                kind=UpkeepKind(kind), words=words, happened_on=on, done_by=done_by, place=place, firmware=firmware
            )
            return visit.laboratory.registering.keep_up(found.number, facts, actor=visit.person, version=drawn)

        attempt(act, then=done(name, t("Recorded of {number}.", number=found.number)))


def take_out(visit: Visit, found: Instrument, drawn: int) -> None:
    """Take an instrument out of service, with the reason."""
    t, name = visit.t, f"take-out-{found.number}"
    key = fields(name)
    with st.form(key):
        reason = st.text_input(t("Why it is taken out of service"), key=f"{key}-reason")
        pressed = st.form_submit_button(t("Take it out of service"))
    if pressed:
        attempt(
            lambda: visit.laboratory.registering.take_out(
                found.number, reason=reason, actor=visit.person, version=drawn
            ),
            then=done(name, t("{number} is out of service.", number=found.number)),
        )


def put_back(visit: Visit, found: Instrument, drawn: int) -> None:
    """Put an instrument back into service, with the check that showed that it works."""
    t, name = visit.t, f"put-back-{found.number}"
    key = fields(name)
    with st.form(key):
        check = st.text_input(t("The check that was made, and its outcome"), key=f"{key}-check")
        pressed = st.form_submit_button(t("Put it back into service"), type="primary")
    if pressed:
        attempt(
            lambda: visit.laboratory.registering.put_back(found.number, check=check, actor=visit.person, version=drawn),
            then=done(name, t("{number} is in service.", number=found.number)),
        )
