"""Making and changing a sampling plan: what it will let the report say stands below the fields at every change."""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lims.domain.permissions import Act, may_do
from lims.domain.sampling_plan import STATISTICAL, PlanDesign, Population, SamplingMethod, SamplingPlan
from lims.errors import InvalidRecordError
from lims.services.photographing import PhotographFacts
from lims.services.sampling import PlanFacts
from lims.services.sampling_wording import foreseen_sentences
from lims.translation import marked
from lims.ui.bench_item import say
from lims.ui.bench_numbers import decimal_of
from lims.ui.plain import REFUSALS
from lims.ui.sections import attempt
from lims.ui.session import Visit

_METHODS = {
    SamplingMethod.HYPERGEOMETRIC: marked("hypergeometric"),
    SamplingMethod.BAYESIAN: marked("Bayesian"),
    SamplingMethod.ALL: marked("all units"),
    SamplingMethod.SQUARE_ROOT: marked("square root"),
    SamplingMethod.FRANK: marked("20 and a tenth of those above 20"),
    SamplingMethod.CUSTOM: marked("chosen by the laboratory"),
}
_MOST_PARTS = 20


def new_plan(visit: Visit, exhibit: str, *, made: int) -> None:
    """Fix a population and how its units are sampled."""
    t, mark = visit.t, f"{exhibit}-{made}"
    _photograph(visit, exhibit)
    received = visit.laboratory.accessioning.exhibit(exhibit).unit_count
    population = _population(visit, exhibit, mark, units=received or 1)
    design = _design(visit, mark)
    _foresee(visit, design, population)
    if st.button(t("Make the plan"), type="primary", key=f"plan-{mark}"):
        attempt(lambda: _made(visit, exhibit, population, design))


def change_plan(visit: Visit, plan: SamplingPlan) -> None:
    """Put another design in the place of the one in force."""
    t, mark = visit.t, f"{plan.number}-{plan.version}"
    with st.expander(t("Change the plan")):
        design = _design(visit, mark)
        _foresee(visit, design, lambda: plan.population)
        reason = st.text_input(t("Reason of the change; the report names both plans"), key=f"change-reason-{mark}")
        if st.button(t("Change the plan"), key=f"change-{mark}"):
            attempt(
                lambda: visit.laboratory.sampling.change(plan.number, design(), reason=reason, actor=visit.person),
                then=lambda: say(t("The plan is changed.")),
            )


def split_plan(visit: Visit, plan: SamplingPlan) -> None:
    """Divide a population whose units turned out not to be alike."""
    t, mark = visit.t, f"split-{plan.number}-{plan.version}"
    with st.expander(t("Divide the population")):
        count = int(st.number_input(t("Into how many parts"), 2, _MOST_PARTS, step=1, key=f"{mark}-count"))
        parts = [
            _population(visit, plan.exhibit_number, f"{mark}-{place}", units=1, place=place)
            for place in range(1, count + 1)
        ]
        reason = st.text_input(t("In what the units are not alike"), key=f"{mark}-reason")
        st.caption(t("Each part keeps the design of this plan; it can be changed afterwards."))
        if st.button(t("Divide"), key=mark):
            attempt(lambda: _divided(visit, plan, parts, reason))


def _made(visit: Visit, exhibit: str, population: Callable[[], Population], design: Callable[[], PlanDesign]) -> None:
    facts = PlanFacts(population=population(), design=design())
    plan = visit.laboratory.sampling.plan(exhibit, facts, actor=visit.person)
    say(visit.t("Plan {number} is made: {units} units are to be drawn.", number=plan.number, units=plan.units))


def _divided(visit: Visit, plan: SamplingPlan, parts: list[Callable[[], Population]], reason: str) -> None:
    facts = tuple(PlanFacts(population=one(), design=plan.design) for one in parts)
    made = visit.laboratory.sampling.split(plan.number, facts, reason=reason, actor=visit.person)
    say(visit.t("The population is divided: {plans}.", plans=", ".join(one.number for one in made)))


def _population(
    visit: Visit, exhibit: str, mark: str, *, units: int, place: int | None = None
) -> Callable[[], Population]:
    """Draw the fields of one population; what they say is put together when it is asked."""
    t = visit.t
    left, middle, right = st.columns([1, 3, 2])
    label = t("Units") if place is None else t("Units of part {place}", place=place)
    count = left.number_input(label, min_value=1, value=units, step=1, key=f"units-{mark}")
    alike = middle.text_input(t("Alike in size, colour, marks, packing"), key=f"alike-{mark}")
    photographs = {one.number: one.shows for one in visit.laboratory.photographing.of_exhibit(exhibit)}
    shown = right.selectbox(
        t("Photograph that shows them"),
        list(reversed(photographs)),
        format_func=lambda one: f"{one}  {photographs[one]}",
        placeholder=t("none yet"),
        key=f"photograph-{mark}-{len(photographs)}",
    )
    return lambda: Population(units=int(count), alike_in=alike, photograph=str(shown or ""))


def _design(visit: Visit, mark: str) -> Callable[[], PlanDesign]:
    """Draw the fields of a design; only those of its method."""
    t = visit.t
    left, right = st.columns(2)
    method = SamplingMethod(
        str(
            left.selectbox(
                t("How the number of units is found"),
                tuple(SamplingMethod),
                format_func=lambda one: t(_METHODS[one]),
                key=f"method-{t.language}-{mark}",
            )
        )
    )
    testing = right.text_input(t("How each unit is tested"), key=f"testing-{mark}")
    numbers = _numbers_of(visit, method, mark)
    basis = st.text_input(t("Why so many"), key=f"basis-{mark}") if method is SamplingMethod.CUSTOM else ""
    return lambda: PlanDesign(method=method, testing=testing, basis=basis, **numbers())


def _numbers_of(visit: Visit, method: SamplingMethod, mark: str) -> Callable[[], dict[str, Any]]:
    t = visit.t
    if method is SamplingMethod.CUSTOM:
        units = st.number_input(t("Units to test"), min_value=1, step=1, key=f"custom-{mark}")
        return lambda: {"custom_units": int(units)}
    if method not in STATISTICAL:
        return dict
    first, second, third = st.columns(3)
    proportion = first.text_input(t("Proportion that is to be positive"), placeholder="0.9", key=f"proportion-{mark}")
    confidence = second.text_input(t("Confidence, as 0.95"), placeholder="0.95", key=f"confidence-{mark}")
    negatives = third.number_input(t("Expected negatives"), min_value=0, step=1, key=f"negatives-{mark}")
    prior = _prior(visit, mark) if method is SamplingMethod.BAYESIAN else dict

    def said() -> dict[str, Any]:
        return {
            "proportion": decimal_of(proportion, "proportion"),
            "confidence": decimal_of(confidence, "confidence"),
            "expected_negatives": int(negatives),
            **prior(),
        }

    return said


def _prior(visit: Visit, mark: str) -> Callable[[], dict[str, Any]]:
    first, second = st.columns(2)
    positive = first.text_input(visit.t("Prior beta, positive"), placeholder="1", key=f"prior-a-{mark}")
    negative = second.text_input(visit.t("Prior beta, negative"), placeholder="1", key=f"prior-b-{mark}")
    return lambda: {
        "prior_positive": decimal_of(positive, "prior a"),
        "prior_negative": decimal_of(negative, "prior b"),
    }


def _foresee(visit: Visit, design: Callable[[], PlanDesign], population: Callable[[], Population]) -> None:
    """Say what the plan asks for and what may be said afterwards, or what is still missing."""
    try:
        sentences = foreseen_sentences(design(), visit.t, population=population().units)
    except REFUSALS as error:
        st.caption(visit.t("What the plan lets the report say appears here. Still missing:"))
        st.text(str(error))
        return
    with st.container(border=True, gap="xsmall"):
        for sentence in sentences:
            st.text(sentence)


def _photograph(visit: Visit, exhibit: str) -> None:
    """Let the person add the picture that shows the units side by side."""
    t = visit.t
    if not may_do(Act.PHOTOGRAPH_ADDED, visit.person.roles):
        return
    added = len(visit.laboratory.photographing.of_exhibit(exhibit))
    with st.popover(t("Add a photograph")), st.form(f"photograph-{exhibit}-{added}", border=False):
        upload = st.file_uploader(t("Photograph, JPEG or PNG"), type=["jpg", "jpeg", "png"], key=f"file-{added}")
        shows = st.text_input(t("What it shows"), key=f"shows-{added}")
        pressed = st.form_submit_button(t("Add"))
    if pressed:
        attempt(lambda: _add_photograph(visit, exhibit, upload, shows))


def _add_photograph(visit: Visit, exhibit: str, upload: UploadedFile | None, shows: str) -> None:
    if upload is None:
        raise InvalidRecordError("no photograph; expected a JPEG or PNG file")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(upload.name).name
        path.write_bytes(upload.getvalue())
        visit.laboratory.photographing.add(exhibit, path, PhotographFacts(shows=shows), actor=visit.person)
