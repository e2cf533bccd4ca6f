"""The verdict on a batch as a page shows it: rules with value and limit, nonconformities, control charts."""

from decimal import Decimal
from typing import Literal

import streamlit as st

from lims.domain.acceptance import RuleOutcome
from lims.domain.batch import Batch, BatchStatus
from lims.domain.method import Method
from lims.domain.permissions import Act, may_do
from lims.ui import background
from lims.ui.batch_charts import show_chart
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import attempt
from lims.ui.session import Visit
from lims.ui.signing import Credentials, credential_fields, require_credentials


def judge_key(batch_number: str) -> str:
    """Name the work of judging a batch, by which its person finds it again."""
    return f"judge-{batch_number}"


def show_verdict(visit: Visit, batch: Batch, method: Method, *, drawn: int) -> None:
    """Show the newest verdict, beside it the control chart, below what may be done now."""
    t = visit.t
    st.subheader(t("Acceptance"))
    st.text(
        t(
            "Limits of method {method}, version {version}. Their basis: {basis}",
            method=method.number,
            version=method.version,
            basis=method.limits_basis,
        )
    )
    left, right = st.columns([6, 5])
    with left:
        _rules(visit, batch, drawn=drawn)
    with right:
        show_chart(visit, batch)
    for nonconformity in batch.nonconformities:
        with st.container(border=True):
            decided = t.moment(nonconformity.decided_at)
            st.caption(t("Nonconformity, {moment}", moment=decided))
            for question, answer in (
                (t("What went wrong"), nonconformity.cause),
                (t("What was done about it"), nonconformity.action),
                (t("What it means for the results"), nonconformity.impact),
            ):
                st.text(f"{question}: {answer}")
            st.text(visit.laboratory.staffing.get(nonconformity.decided_by).name)
    if batch.status is BatchStatus.FAILED:
        _release(visit, batch, drawn=drawn)


def _rules(visit: Visit, batch: Batch, *, drawn: int) -> None:
    t = visit.t
    if batch.status is BatchStatus.PLANNED:
        st.info(t("Runs are missing; the batch is judged when every injection has its run."))
    elif may_do(Act.BATCH_JUDGED, visit.person.roles):
        _judge(visit, batch, drawn=drawn)
    if not batch.verdicts:
        st.info(t("Nobody has judged this batch yet."))
        return
    verdict = batch.verdicts[-1]
    failed, all_outcomes = len(verdict.failed), len(verdict.outcomes)
    words = t(
        "{met} of {all} checks met, {moment}",
        met=all_outcomes - failed,
        all=all_outcomes,
        moment=t.moment(verdict.judged_at),
    )
    st.text(words)
    met, not_met = t("met"), t("NOT met")
    ordered = sorted(verdict.outcomes, key=lambda outcome: outcome.passed)  # what failed stands on top
    st.dataframe(
        {
            t("Verdict"): [f"■ {met}" if outcome.passed else f"✕ {not_met}" for outcome in ordered],
            t("Rule"): [t(outcome.rule.value) for outcome in ordered],
            t("Place"): [str(outcome.place or "") for outcome in ordered],
            t("Sample name"): [batch.injection(o.place).sample_name if o.place else "" for o in ordered],
            t("Value"): [_number(visit, outcome.value) for outcome in ordered],
            t("Limits"): [_limits(visit, outcome) for outcome in ordered],
        },
        hide_index=True,
    )


def _judge(visit: Visit, batch: Batch, *, drawn: int) -> None:
    """Measure every run beside the page: that takes some seconds."""
    key, batching, person = judge_key(batch.number), visit.laboratory.batching, visit.person
    try:
        background.result(visit, key)
    except REFUSALS as error:
        show_refusal(error)
    begun = background.job(visit, key)
    under_way = begun is not None and not begun.ended.is_set()
    if st.button(visit.t("Measure and judge"), type=_weight(batch), disabled=under_way):
        background.forget(visit, key)
        attempt(
            lambda: background.start(
                visit,
                key,
                lambda _: batching.judge(batch.number, actor=person, version=drawn),
                lane=background.Lane.MEASURING,
                waits=True,
            )
        )


def _weight(batch: Batch) -> Literal["primary", "secondary"]:
    """Fill the button where judging is what comes next."""
    return "primary" if batch.status is BatchStatus.MEASURED else "secondary"


def _number(visit: Visit, value: Decimal | None) -> str:
    return visit.t("nothing measured") if value is None else visit.t.number(value)


def _limits(visit: Visit, outcome: RuleOutcome) -> str:
    low, high = outcome.low, outcome.high
    if low is not None and high is not None:
        return f"{visit.t.number(low)} – {visit.t.number(high)}"
    return f"≥ {visit.t.number(low)}" if low is not None else f"≤ {visit.t.number(high or Decimal(0))}"


def _release(visit: Visit, batch: Batch, *, drawn: int) -> None:
    t = visit.t
    st.error(t("A rule is not met: no report may use this batch until a nonconformity says what was done."))
    if not may_do(Act.BATCH_RELEASED, visit.person.roles):
        return
    if visit.person.number in visit.laboratory.batching.workers(batch):
        st.info(t("You worked on this batch; another person releases it."))
        return
    st.text(t("You record a nonconformity that every report of this batch prints, and let reports use the batch."))
    with st.form(f"release-{batch.number}"):
        cause = st.text_area(t("What went wrong"))
        action = st.text_area(t("What was done about it"))
        impact = st.text_area(t("What it means for the results"))
        typed = credential_fields(visit, key=f"release-{batch.number}")
        if not st.form_submit_button(t("Record and release"), type="primary"):
            return
    attempt(lambda: _released(visit, batch, (cause, action, impact), typed, drawn=drawn))


def _released(visit: Visit, batch: Batch, answers: tuple[str, str, str], typed: Credentials, *, drawn: int) -> Batch:
    require_credentials(visit, typed)
    cause, action, impact = answers
    return visit.laboratory.batching.release(
        batch.number, cause=cause, action=action, impact=impact, actor=visit.person, version=drawn
    )
