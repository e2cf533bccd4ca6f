"""Nonconforming work: the list, one of them with everything that was done about it, and the step that comes next."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time

import streamlit as st

from lims.domain.nonconformity import CorrectiveAction, NonconformingWork, NonconformityStatus, Subject
from lims.domain.permissions import Act, may_do
from lims.services.nonconforming import NonconformityFacts
from lims.translation import TIME_ZONE
from lims.ui.custody_words import Names
from lims.ui.nonconformity_list import NONCONFORMITY_STATES, holding, nonconformity_page, subject_words
from lims.ui.quality_trace import KINDS, kind_words
from lims.ui.sections import attempt
from lims.ui.seen import act_done, fresh, seen_version
from lims.ui.session import Visit

_CHOSEN = "chosen-nonconformity"


def nonconformities(visit: Visit, names: Names) -> None:
    """Show the list, the chosen one with its next steps, and the form for a new one."""
    t, nonconforming = visit.t, visit.laboratory.nonconforming
    numbers = nonconformity_page(visit)
    if numbers:
        number = st.selectbox(t("Nonconformity"), numbers, key=_CHOSEN)
        _one(visit, nonconforming.get(str(number)), names)
    with st.expander(t("What holds work, and what stands on a case")):
        holding(visit)
    if may_do(Act.NONCONFORMITY_RAISED, visit.person.roles):
        with st.expander(t("Raise a nonconformity")):
            _raise(visit, names, raised=fresh("raise"))


def _one(visit: Visit, found: NonconformingWork, names: Names) -> None:
    t = visit.t
    with st.container(border=True, gap="xsmall"):
        st.text(f"{found.number}  {t(NONCONFORMITY_STATES[found.status])}")
        for line in _lines(visit, found, names):
            st.text(line)
    for step in _steps(visit, found, names):
        step()


def _lines(visit: Visit, found: NonconformingWork, names: Names) -> Iterator[str]:
    """Tell everything that is on record of it, in order."""
    t = visit.t
    yield t("What happened: {words}", words=found.what)
    yield t("About: {subjects}", subjects=subject_words(t, found))
    yield t("Found by {name} on {moment}.", name=_name(names, found.found_by), moment=t.moment(found.found_at))
    if found.caused_by:
        yield t("Caused by {name}.", name=_name(names, found.caused_by))
    if found.holding:
        yield t("▲ Work on this stands still.")
    if found.impact is not None:
        yield t(
            "Impact: {words} ({name}, {moment})",
            words=found.impact.words,
            name=_name(names, found.impact.assessed_by),
            moment=t.moment(found.impact.assessed_at),
        )
        yield t("Reports that it touches: {reports}", reports=", ".join(found.impact.touched) or t("none"))
        yield t("Recalled: {reports}", reports=", ".join(found.impact.recalled) or t("none"))
    for action in found.actions:
        yield from _action(visit, action, names)
    if found.resumption is not None:
        yield t(
            "Work goes on: {words} ({name}, {moment})",
            words=found.resumption.words,
            name=_name(names, found.resumption.by),
            moment=t.moment(found.resumption.at),
        )
    if found.closing is not None:
        yield t(
            "Closed: {words} ({name}, {moment})",
            words=found.closing.words,
            name=_name(names, found.closing.by),
            moment=t.moment(found.closing.at),
        )


def _action(visit: Visit, action: CorrectiveAction, names: Names) -> Iterator[str]:
    t = visit.t
    yield t(
        "Action: {words}, by {name} until {day}",
        words=action.words,
        name=_name(names, action.person),
        day=t.date(action.due_on),
    )
    if action.done_at is not None:
        yield t(
            "Done: {words} ({name}, {moment})",
            words=action.done,
            name=_name(names, action.done_by),
            moment=t.moment(action.done_at),
        )
    if action.verification is not None:
        seen = action.verification
        helped = t("It helped") if seen.helped else t("It did not help")
        yield t(
            "{helped}: {words} ({name}, {moment})",
            helped=helped,
            words=seen.words,
            name=_name(names, seen.verified_by),
            moment=t.moment(seen.verified_at),
        )


def _steps(visit: Visit, found: NonconformingWork, names: Names) -> Iterator[Callable[[], None]]:
    """Give the forms of the steps that are next, as far as the person's roles may do them."""
    seen = seen_version(found)
    status, state = found.status, NonconformityStatus
    offered = (
        (Act.NONCONFORMITY_ASSESSED, status in {state.OPEN, state.ASSESSED}, lambda: _assess(visit, found, seen)),
        (Act.NONCONFORMITY_ACTION_PLANNED, status is state.ASSESSED, lambda: _plan(visit, found, names, seen)),
        (Act.NONCONFORMITY_CORRECTED, status is state.IN_ACTION, lambda: _correct(visit, found, seen)),
        (Act.NONCONFORMITY_VERIFIED, status is state.CORRECTED, lambda: _verify(visit, found, seen)),
        (
            Act.NONCONFORMITY_RESUMED,
            found.holding and status in {state.CORRECTED, state.VERIFIED},
            lambda: _resume(visit, found, seen),
        ),
        (Act.NONCONFORMITY_CLOSED, status is state.VERIFIED and not found.holding, lambda: _close(visit, found, seen)),
    )
    for act, is_next, form in offered:
        if is_next and may_do(act, visit.person.roles):
            yield form


def _assess(visit: Visit, found: NonconformingWork, seen: int) -> None:
    t = visit.t
    touched = {
        report.number
        for subject in found.subjects
        for report in visit.laboratory.tracing.touched_by(subject.name).reports
    }
    with st.form(f"assess-{found.number}"):
        words = st.text_area(t("Impact on results"), key=f"assess-words-{fresh(found.number)}")
        recalled = st.multiselect(
            t("Reports that are not to be relied on"),
            sorted(touched),
            key=f"assess-recalled-{fresh(found.number)}",
            placeholder=t("none"),
        )
        pressed = st.form_submit_button(t("Record the assessment"), type="primary")
    if pressed:
        attempt(
            lambda: visit.laboratory.nonconforming.assess(
                found.number, words=words, recalled=recalled, actor=visit.person, version=seen
            ),
            then=act_done,
        )


def _plan(visit: Visit, found: NonconformingWork, names: Names, seen: int) -> None:
    t = visit.t
    with st.form(f"plan-{found.number}"):
        words = st.text_area(t("What is done about it"), key=f"plan-words-{fresh(found.number)}")
        person = st.selectbox(
            t("Who does it"),
            list(names),
            format_func=lambda one: _name(names, one),
            key=f"plan-who-{fresh(found.number)}",
        )
        due_on: date | None = st.date_input(
            t("Until"), value=None, format="DD.MM.YYYY", key=f"plan-due-{fresh(found.number)}"
        )
        pressed = st.form_submit_button(t("Plan the action"), type="primary")
    if pressed and due_on is None:
        st.error(t("State the day until which it is done."))
    elif pressed and due_on is not None:
        attempt(
            lambda: visit.laboratory.nonconforming.plan(
                found.number, words=words, person=person, due_on=due_on, actor=visit.person, version=seen
            ),
            then=act_done,
        )


def _correct(visit: Visit, found: NonconformingWork, seen: int) -> None:
    words = _words(f"correct-{fresh(found.number)}", visit.t("What was done"), visit.t("Record as corrected"))
    if words is not None:
        attempt(
            lambda: visit.laboratory.nonconforming.correct(found.number, done=words, actor=visit.person, version=seen),
            then=act_done,
        )


def _verify(visit: Visit, found: NonconformingWork, seen: int) -> None:
    t = visit.t
    with st.form(f"verify-{found.number}"):
        words = st.text_area(t("What you saw"), key=f"verify-words-{fresh(found.number)}")
        yes, no = st.columns(2)
        helped = yes.form_submit_button(t("It helped"), type="primary", width="stretch")
        useless = no.form_submit_button(t("It did not help"), width="stretch")
    if helped or useless:
        attempt(
            lambda: visit.laboratory.nonconforming.verify(
                found.number, helped=helped, words=words, actor=visit.person, version=seen
            ),
            then=act_done,
        )


def _resume(visit: Visit, found: NonconformingWork, seen: int) -> None:
    words = _words(f"resume-{fresh(found.number)}", visit.t("Why work may go on"), visit.t("Let work go on"))
    if words is not None:
        attempt(
            lambda: visit.laboratory.nonconforming.resume(found.number, words=words, actor=visit.person, version=seen),
            then=act_done,
        )


def _close(visit: Visit, found: NonconformingWork, seen: int) -> None:
    words = _words(f"close-{fresh(found.number)}", visit.t("What was learnt"), visit.t("Close"))
    if words is not None:
        attempt(
            lambda: visit.laboratory.nonconforming.close(found.number, words=words, actor=visit.person, version=seen),
            then=act_done,
        )


def _raise(visit: Visit, names: Names, *, raised: str) -> None:
    t = visit.t
    count = int(st.number_input(t("How many things is it about"), 1, 20, value=1, step=1, key=f"raise-count-{raised}"))
    now = visit.laboratory.clock.now().astimezone(TIME_ZONE)
    people = list(names)
    with st.form("raise"):
        what = st.text_area(t("What happened"), key=f"raise-what-{raised}")
        subjects = [_subject(visit, place, raised) for place in range(count)]
        found_by = st.selectbox(
            t("Found by"),
            people,
            index=people.index(visit.person.number),
            format_func=lambda one: _name(names, one),
            key=f"raise-found-by-{raised}",
        )
        day, hour = st.columns(2)
        found_on: date = day.date_input(t("Found on"), value=now.date(), format="DD.MM.YYYY", key=f"raise-day-{raised}")
        found_at: time = hour.time_input(
            t("at"), value=now.time().replace(second=0, microsecond=0), key=f"raise-time-{raised}"
        )
        caused_by = st.selectbox(
            t("Caused by, where that is known"),
            ["", *people],
            format_func=lambda one: _name(names, one) if one else t("unknown"),
            key=f"raise-caused-by-{t.language}-{raised}",
        )
        hold = st.checkbox(
            t("Work on this stands still until somebody lets it go on"), value=True, key=f"raise-hold-{raised}"
        )
        pressed = st.form_submit_button(t("Raise"), type="primary")
    if pressed:
        moment = datetime.combine(found_on, found_at, tzinfo=TIME_ZONE)
        attempt(lambda: _raised(visit, what, subjects, found_by, moment, caused_by, hold=hold), then=act_done)


def _raised(
    visit: Visit,
    what: str,
    subjects: list[tuple[str, str]],
    found_by: str,
    found_at: datetime,
    caused_by: str,
    *,
    hold: bool,
) -> None:
    facts = NonconformityFacts(
        what=what,
        subjects=tuple(Subject(kind=kind, number=number.strip()) for kind, number in subjects),
        found_by=found_by,
        found_at=found_at,
        caused_by=caused_by,
        hold=hold,
    )
    visit.laboratory.nonconforming.raise_one(facts, actor=visit.person)


def _subject(visit: Visit, place: int, raised: str) -> tuple[str, str]:
    t = visit.t
    kind, number = st.columns([2, 4])
    return (
        kind.selectbox(
            t("What, {place}", place=place + 1),
            KINDS,
            format_func=lambda one: kind_words(t, one),
            key=f"raise-kind-{place}-{t.language}-{raised}",
        ),
        number.text_input(t("Number, {place}", place=place + 1), key=f"raise-number-{place}-{raised}"),
    )


def _words(key: str, label: str, button: str) -> str | None:
    """Ask for the words of a decision; None as long as nothing was sent."""
    with st.form(key):
        words = st.text_area(label, key=f"{key}-words")
        return words if st.form_submit_button(button, type="primary") else None


def _name(names: Names, number: str) -> str:
    return f"{names[number]} ({number})" if number in names else number
