"""Sampling at the bench: the plans of an exhibit, units drawn and tested, and what may be said now."""

from collections.abc import Callable

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.sampling_plan import PlanStatus, SamplingPlan, UnitOutcome
from lims.errors import InvalidRecordError
from lims.services.sampling import ResultFacts
from lims.services.sampling_wording import statement_sentences
from lims.services.weighing import Measured
from lims.translation import marked
from lims.ui.bench_item import say
from lims.ui.bench_sampling_plan import change_plan, new_plan, split_plan
from lims.ui.sections import attempt
from lims.ui.session import Visit

_STATES = {
    PlanStatus.PLANNED: marked("○ planned"),
    PlanStatus.DRAWN: marked("◑ units drawn"),
    PlanStatus.TESTED: marked("● all units tested"),
    PlanStatus.SPLIT: marked("◇ divided"),
}
_OUTCOMES = {
    UnitOutcome.POSITIVE: marked("positive"),
    UnitOutcome.NEGATIVE: marked("negative"),
    UnitOutcome.OTHER_DRUG: marked("another drug"),
    UnitOutcome.DIFFERENT_SCREEN: marked("different in the screen"),
}


def sampling(visit: Visit, measured: Measured) -> None:
    """Show the chosen plan with the steps that come next, and the form for a new one."""
    t, roles = visit.t, visit.person.roles
    plans = visit.laboratory.sampling.of_exhibit(measured.exhibit)
    if plans:
        numbers = [one.number for one in reversed(plans)]
        key = f"bench-plan-{measured.exhibit}-{len(plans)}"
        chosen = st.selectbox(t("Sampling plan"), numbers, key=key) if len(plans) > 1 else numbers[0]
        _one(visit, next(one for one in plans if one.number == chosen))
    else:
        st.info(t("There is no sampling plan for this exhibit yet."))
    if may_do(Act.SAMPLING_PLANNED, roles):
        with st.expander(t("New sampling plan"), expanded=not plans):
            new_plan(visit, measured.exhibit, made=len(plans))
    elif not plans:
        st.info(t("An expert makes the plan; then its units are drawn and tested here."))


def _one(visit: Visit, plan: SamplingPlan) -> None:
    t = visit.t
    drawn, tested, positive = st.columns(3)
    drawn.metric(t("Units drawn"), f"{len(plan.drawn)} / {plan.units}")
    tested.metric(t("Units tested"), f"{len(plan.results)} / {plan.units}")
    positive.metric(t("Positive"), f"{len(plan.results) - len(plan.not_positive)} / {len(plan.results)}")
    with st.container(border=True, gap="xsmall"):
        st.text(f"{plan.number}  {t(_STATES[plan.status])}")
        for sentence in statement_sentences(visit.laboratory.sampling.statement(plan.number), t):
            st.text(sentence)
    _units(visit, plan)
    for step in _steps(visit, plan):
        step()


def _units(visit: Visit, plan: SamplingPlan) -> None:
    t = visit.t
    if not plan.drawn:
        return
    results = {one.unit: one for one in plan.results}
    found = [results.get(unit) for unit in plan.drawn]
    st.dataframe(
        {
            t("Unit"): list(plan.drawn),
            t("Outcome"): [t(_OUTCOMES[one.outcome]) if one else t("not tested yet") for one in found],
            t("Substance"): [one.substance if one else "" for one in found],
            t("Rests on"): [one.basis if one else "" for one in found],
        },
        hide_index=True,
        key=f"bench-units-{plan.number}",
    )


def _steps(visit: Visit, plan: SamplingPlan) -> tuple[Callable[[], None], ...]:
    """Give the forms of the steps that are next, as far as the person's roles may do them."""
    whole, untested = plan.status is not PlanStatus.SPLIT, len(plan.results) < len(plan.drawn)
    offered = (
        (Act.SAMPLING_DRAWN, whole and plan.to_draw > 0, lambda: _draw(visit, plan)),
        (Act.SAMPLING_RESULT_RECORDED, whole and untested, lambda: _result(visit, plan)),
        (Act.SAMPLING_CHANGED, whole, lambda: change_plan(visit, plan)),
        (Act.SAMPLING_SPLIT, whole, lambda: split_plan(visit, plan)),
    )
    return tuple(form for act, is_next, form in offered if is_next and may_do(act, visit.person.roles))


def _draw(visit: Visit, plan: SamplingPlan) -> None:
    t, mark = visit.t, f"{plan.number}-{plan.version}"
    with st.form(f"draw-{mark}"):
        st.text(t("{count} units are to be drawn.", count=plan.to_draw))
        words = st.text_input(t("How the units got their numbers, or what the black box was"), key=f"draw-words-{mark}")
        units = st.text_input(
            t("Units drawn by hand, as 3, 7, 12; empty: the program draws at random"), key=f"draw-units-{mark}"
        )
        pressed = st.form_submit_button(t("Draw the units"), type="primary")
    if pressed:
        attempt(lambda: _drawn(visit, plan, words, units.strip()))


def _drawn(visit: Visit, plan: SamplingPlan, words: str, units: str) -> None:
    sampling = visit.laboratory.sampling
    if units:
        changed = sampling.draw_by_hand(plan.number, _numbers(units), words=words, actor=visit.person)
    else:
        changed = sampling.draw(plan.number, numbering=words, actor=visit.person)
    say(visit.t("Units to test: {units}.", units=", ".join(map(str, changed.draws[-1].units))))


def _numbers(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise InvalidRecordError(f"units {text!r}; expected whole numbers, as 3, 7, 12") from error


def _result(visit: Visit, plan: SamplingPlan) -> None:
    """Record what one drawn unit gave; the next unit without a result is offered first."""
    t, mark = visit.t, f"{plan.number}-{plan.version}"
    known = {one.unit for one in plan.results}
    left = [unit for unit in plan.drawn if unit not in known]
    with st.form(f"result-{mark}"):
        first, second, third, fourth = st.columns([1, 2, 3, 3])
        unit = first.selectbox(t("Unit"), left, key=f"result-unit-{mark}")
        outcome = second.selectbox(
            t("Outcome"),
            tuple(UnitOutcome),
            index=None,
            placeholder=t("not chosen yet"),
            format_func=lambda one: t(_OUTCOMES[one]),
            key=f"result-outcome-{t.language}-{mark}",
        )
        substance = third.text_input(t("Substance"), value=_last_substance(plan), key=f"result-substance-{mark}")
        basis = fourth.selectbox(
            t("Test or examination that shows it"),
            _grounds(visit, plan.exhibit_number),
            accept_new_options=True,
            index=None,
            placeholder=t("number"),
            key=f"result-basis-{mark}",
        )
        pressed = st.form_submit_button(t("Record the result"), type="primary")
    if pressed:
        attempt(lambda: _tested(visit, plan, int(unit), outcome, substance, str(basis or "")))


def _tested(
    visit: Visit, plan: SamplingPlan, unit: int, outcome: UnitOutcome | None, substance: str, basis: str
) -> None:
    if outcome is None:
        raise InvalidRecordError(f"unit {unit}: no outcome; expected what it gave")
    found = UnitOutcome(str(outcome))
    named = "" if found in {UnitOutcome.NEGATIVE, UnitOutcome.DIFFERENT_SCREEN} else substance
    facts = ResultFacts(unit=unit, outcome=found, basis=basis, substance=named)
    visit.laboratory.sampling.record_result(plan.number, facts, actor=visit.person)
    say(visit.t("Unit {unit} is recorded.", unit=unit))


def _last_substance(plan: SamplingPlan) -> str:
    return plan.substances[0] if len(plan.substances) == 1 else ""


def _grounds(visit: Visit, exhibit: str) -> list[str]:
    """Name the findings and examinations of the exhibit, the newest first."""
    results = visit.laboratory.identifying.results(exhibit)
    findings = [one.number for one in reversed(results.findings)]
    return [*findings, *(one.number for one in reversed(results.examinations))]
