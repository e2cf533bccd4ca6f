"""The form for a lot of a reference standard, with what its certificate states."""

from datetime import date
from decimal import Decimal

import streamlit as st

from lims.errors import InvalidRecordError
from lims.services.stocking import StandardFacts
from lims.translation import Translator
from lims.ui.bench_numbers import decimal_of
from lims.ui.register_lots import say
from lims.ui.sections import attempt
from lims.ui.seen import fresh
from lims.ui.session import Visit


def add_standard(visit: Visit) -> None:
    """Draw the form; what is not stated stays unknown."""
    t = visit.t
    mark = fresh("new")
    with st.form(f"add-standard-{mark}"):
        typed, days = _texts(t, mark), _days(visit, mark)
        st.caption(t("The lot is in quarantine until somebody compares certificate and lot and releases it."))
        pressed = st.form_submit_button(t("Register the lot"), type="primary", width="stretch")
    if pressed:
        attempt(lambda: _added(visit, _facts(t, typed, days)))


def _texts(t: Translator, mark: str) -> dict[str, str]:
    labels = {
        "number": t("Number in the register"),
        "substance": t("Substance"),
        "producer": t("Producer"),
        "lot": t("Lot, as the label says"),
        "certificate": t("Certificate"),
        "inchikey": t("InChIKey, empty for unknown"),
        "received_mg": t("Received, mg"),
        "reweigh_tolerance_mg": t("Tolerance of a reweigh, mg; 0 for none"),
        "purity": t("Purity as mass fraction, empty for not stated"),
        "purity_u": t("Expanded uncertainty of the purity"),
        "purity_k": t("Its coverage factor k"),
    }
    columns = st.columns(2)
    return {
        name: columns[place % 2].text_input(label, key=f"standard-{name}-{mark}", autocomplete="off").strip()
        for place, (name, label) in enumerate(labels.items())
    }


def _days(visit: Visit, mark: str) -> tuple[date | None, date | None]:
    t, (left, right) = visit.t, st.columns(2)
    received: date | None = left.date_input(
        t("Received on"),
        value=visit.laboratory.staffing.today(),
        format="DD.MM.YYYY",
        key=f"standard-received-{mark}",
    )
    expires: date | None = right.date_input(
        t("Last day by the producer, empty for none"), value=None, format="DD.MM.YYYY", key=f"standard-expires-{mark}"
    )
    return received, expires


def _facts(t: Translator, typed: dict[str, str], days: tuple[date | None, date | None]) -> StandardFacts:
    received, expires = days
    if received is None:
        raise InvalidRecordError(f"{t('Received on')}: empty; expected a day")

    def optional(name: str, label: str) -> Decimal | None:
        return decimal_of(typed[name], label) if typed[name] else None

    return StandardFacts(
        number=typed["number"],
        substance=typed["substance"],
        producer=typed["producer"],
        lot=typed["lot"],
        certificate=typed["certificate"],
        inchikey=typed["inchikey"],
        received_on=received,
        received_mg=decimal_of(typed["received_mg"], t("Received, mg")),
        reweigh_tolerance_mg=decimal_of(typed["reweigh_tolerance_mg"], t("Tolerance of a reweigh, mg; 0 for none")),
        purity=optional("purity", t("Purity as mass fraction, empty for not stated")),
        purity_u=optional("purity_u", t("Expanded uncertainty of the purity")),
        purity_k=optional("purity_k", t("Its coverage factor k")),
        expires_on=expires,
    )


def _added(visit: Visit, facts: StandardFacts) -> None:
    added = visit.laboratory.stocking.add_standard(facts, actor=visit.person)
    st.session_state["standards-chosen"] = added.number
    say(visit.t("{number} is registered and in quarantine.", number=added.number))
