"""Alerts of the watch: how far it is, what it found, and what people say of it."""

from collections.abc import Callable, Iterator

import streamlit as st

from lims.domain.alert import Alert, AlertOutcome, AlertReason
from lims.domain.permissions import Act, may_do
from lims.translation import marked
from lims.ui import background
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.session import Visit
from lims.ui.watch_start import WATCH_JOB, start_watch

REASON_TEXTS = {
    AlertReason.UNKNOWN: marked("A new compound is like a component without an identity."),
    AlertReason.BETTER: marked("A new compound is more like the component than the identified one."),
    AlertReason.ISOMER: marked("A new isomer of the identified compound is like the component."),
    AlertReason.LAW: marked("The law reads differently of the identified compound."),
}
OUTCOME_TEXTS = {
    AlertOutcome.STANDS: marked("What was decided stands"),
    AlertOutcome.AGAIN: marked("To be examined again"),
}
_SHOWN = 200


def alerts(visit: Visit) -> None:
    """Show how far the watch is, and the alerts: those that wait, or the newest of all."""
    t, laboratory = visit.t, visit.laboratory
    status = laboratory.watching.status()
    st.text(
        t(
            "{components} components of {examinations} examinations; {due} comparisons with releases are due.",
            components=t.number(status.components),
            examinations=t.number(status.examinations),
            due=t.number(status.components_due),
        )
    )
    if status.components_due and st.button(t("Search again now"), type="primary", key="watch-run"):
        start_watch(visit)
        st.rerun()
    try:
        background.result(visit, WATCH_JOB)
    except REFUSALS as error:
        show_refusal(error)
    alerting = laboratory.alerting
    if not alerting.listed(limit=1).total:
        st.info(t("No alert was raised."))
        return
    waiting = st.toggle(t("Only those that wait"), value=True, key="alerts-waiting")
    page = alerting.waiting(limit=_SHOWN) if waiting else alerting.listed(limit=_SHOWN)
    st.caption(t("{shown} of {count} alerts.", shown=len(page.alerts), count=page.total))
    for one in page.alerts:
        _one(visit, one)


def _one(visit: Visit, alert: Alert) -> None:
    t = visit.t
    with st.container(border=True, gap="xsmall"):
        shape = "▲" if alert.waits_for_expert or alert.waits_for_quality else "●"
        st.text(f"{shape} {t(REASON_TEXTS[alert.reason])}")
        for line in _lines(visit, alert):
            st.text(line)
        if alert.waits_for_expert and may_do(Act.ALERT_ANSWERED, visit.person.roles):
            _answer(visit, alert, t("Answer of the expert"), visit.laboratory.alerting.answer, "answer")
        if alert.waits_for_quality and may_do(Act.ALERT_ASSESSED, visit.person.roles):
            _answer(visit, alert, t("About the issued reports"), visit.laboratory.alerting.assess, "assess")


def _lines(visit: Visit, alert: Alert) -> Iterator[str]:
    """Tell what is new, beside what was decided."""
    t = visit.t
    if alert.determination_number:
        exhibit, determination = t("Exhibit"), t("Determination")
        yield f"{exhibit} {alert.exhibit_number}, {determination} {alert.determination_number}, {alert.expert}"
    else:
        yield t(
            "Exhibit {exhibit}, examination {examination}, component {component}; for {name}",
            exhibit=alert.exhibit_number,
            examination=alert.examination_number,
            component=alert.component_number,
            name=alert.expert,
        )
    if alert.identity is not None:
        yield t("Identified as {name}", name=alert.identity.name)
    for hit in alert.hits:
        yield t(
            "New in {cause}: {name}, rank {rank}, match factor {factor}",
            cause=alert.cause,
            name=hit.name,
            rank=hit.rank,
            factor=t.number(hit.match_factor),
        )
    if alert.law is not None:
        yield t(
            "{jurisdiction}, as of {day}: before {before}, now {after}",
            jurisdiction=alert.law.jurisdiction,
            day=alert.law.as_of,
            before=alert.law.before,
            after=alert.law.after,
        )
    if alert.reports:
        yield t("Issued reports that would read differently: {reports}", reports=", ".join(alert.reports))
    for said in (alert.answer, alert.assessment):
        if said is not None:
            outcome = t(OUTCOME_TEXTS[said.outcome])
            yield f"{outcome}: {said.reason} ({said.by}, {t.moment(said.at)})"


def _answer(visit: Visit, alert: Alert, label: str, act: Callable[..., Alert], key: str) -> None:
    t = visit.t
    with st.form(f"alert-{key}-{alert.number}-{alert.version}"):
        outcome = st.segmented_control(
            label,
            list(OUTCOME_TEXTS),
            default=AlertOutcome.AGAIN,
            format_func=lambda one: t(OUTCOME_TEXTS[one]),
            key=f"alert-{key}-outcome-{alert.number}-{t.language}",
            required=True,
        )
        reason = st.text_input(t("Reason"), key=f"alert-{key}-reason-{alert.number}-{alert.version}")
        pressed = st.form_submit_button(t("Record the answer"), type="primary")
    if not pressed:
        return
    try:
        act(alert.number, outcome=AlertOutcome(str(outcome)), reason=reason, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()
