"""Determinations of an exhibit: made by the expert on the law of both days, and looked at by a second person."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lims.domain.legal_determination import DatedStatus, DeterminationStatus, LegalDetermination, StructureLevel
from lims.domain.permissions import Act, may_do
from lims.services.determining import DeterminationFacts
from lims.translation import Translator, marked
from lims.ui.law_again import asked_again, own_word
from lims.ui.law_question import home_first, show_determination
from lims.ui.law_words import STATUS_TEXTS
from lims.ui.plain import REFUSALS, show_refusal
from lims.ui.sections import attempt
from lims.ui.seen import seen_version
from lims.ui.selection import chosen_exhibit
from lims.ui.session import Visit
from substance_library.sizes import SizeStatement
from substance_library.thresholds import Basis, Dryness, Form, Matter, SizeResult

LEVEL_TEXTS = {
    StructureLevel.COMPLETE: marked("The structure is established completely"),
    StructureLevel.NO_STEREO: marked("Stereochemistry is not established"),
    StructureLevel.ISOMERS: marked("One of a set of isomers; all of them are given"),
}
SIZE_TEXTS = {
    SizeResult.BELOW_SMALL: marked("below small"),
    SizeResult.SMALL: marked("small"),
    SizeResult.LARGE: marked("large"),
    SizeResult.ESPECIALLY_LARGE: marked("especially large"),
    SizeResult.NOT_DECIDED: marked("not decided: a threshold lies within the uncertainty"),
    SizeResult.CANNOT_DECIDE: marked("cannot be decided"),
}
MATTER_TEXTS = {Matter.MIXTURE: marked("whole mixture"), Matter.PURE: marked("pure substance")}
FORM_TEXTS = {Form.BASE: marked("free base"), Form.SALT: marked("salt")}
DRYNESS_TEXTS = {Dryness.AS_IS: marked("as is"), Dryness.DRIED: marked("dried")}
C = TypeVar("C", bound=StrEnum)
_LEVELS: list[StructureLevel] = list(StructureLevel)
_STATES = {DeterminationStatus.MADE: marked("◔ waits for review"), DeterminationStatus.REVIEWED: marked("● reviewed")}


def determinations(visit: Visit) -> None:
    """Show the determinations of one exhibit, and the form for a new one."""
    t = visit.t
    st.session_state.setdefault("law-exhibit", chosen_exhibit() or "")
    number = st.text_input(t("Number of the exhibit"), key="law-exhibit").strip()
    if not number:
        return
    try:
        found = visit.laboratory.determining.determinations(number)
        visit.laboratory.accessioning.exhibit(number)
    except REFUSALS as error:
        show_refusal(error)
        return
    if not found:
        st.info(t("No legal status of this exhibit was determined."))
    for one in reversed(found):
        _one(visit, one)
    if may_do(Act.DETERMINATION_MADE, visit.person.roles):
        with st.expander(t("Determine the legal status"), expanded=not found):
            _make(visit, number, count=len(found))


def _one(visit: Visit, one: LegalDetermination) -> None:
    t = visit.t
    with st.container(border=True):
        st.text(f"{one.number}  {one.substance}  {t(_STATES[one.status])}")
        st.text(f"{one.expert}, {t.moment(one.made_at)}")
        st.text(t(LEVEL_TEXTS[one.level]))
        if one.on_seizure is None:
            st.warning(t("The day of the seizure is not recorded; the law of that day cannot be stated."))
        elif one.differs:
            st.warning(t("The law of the two days says different things. Which counts, the court decides."))
        if one.on_seizure is not None:
            _day(t, t("On the day of the seizure"), one.on_seizure)
        _day(t, t("On the day of the determination"), one.on_report)
        for said in one.overrides:
            words = t(STATUS_TEXTS[said.result])
            st.text(t("The expert's own word: {words}. Reason: {reason}", words=words, reason=said.reason))
        seen = seen_version(one)
        _review(visit, one, seen)
        own_word(visit, one, seen=seen)
        asked_again(visit, one)


def _day(t: Translator, heading: str, status: DatedStatus) -> None:
    st.subheader(heading)
    for answer in status.answers:
        show_determination(t, answer)
    for size in status.sizes:
        for line in _size_lines(t, size):
            st.text(line)


def _size_lines(t: Translator, size: SizeStatement) -> Iterator[str]:
    """Tell the size class of an amount, both readings where a threshold lies within the uncertainty."""
    words = t(SIZE_TEXTS[size.finding.result])
    yield t("Size by {citation}: {words}", citation=f"{size.citation}, {size.name or size.act}", words=words)
    if size.finding.readings:
        low, high = (t(SIZE_TEXTS[one]) for one in size.finding.readings)
        yield t("At the lower end {low}, at the upper end {high}.", low=low, high=high)
    for words in size.finding.missing:
        yield f"– {words}"


def _make(visit: Visit, number: str, *, count: int) -> None:
    t = visit.t
    jurisdictions = home_first(visit.laboratory.legislating.book().jurisdictions())
    with st.form(f"law-determine-{number}"):
        substance = st.text_input(t("Substance, as identified"), key=f"law-substance-{number}-{count}")
        structures = st.text_area(
            t("Structure, SMILES; of isomers that are not told apart one a line"),
            key=f"law-structures-{number}-{count}",
        )
        left, right = st.columns([2, 1])
        level = left.selectbox(
            t("How far the structure is established"),
            _LEVELS,
            format_func=lambda one: t(LEVEL_TEXTS[one]),
            key=f"law-level-{number}-{count}-{t.language}",
        )
        jurisdiction = right.selectbox(t("Jurisdiction"), jurisdictions, key=f"law-of-{number}-{count}")
        measured = _quantitation(visit, number, count)
        weighing, basis = _amount(visit, number, count)
        pressed = st.form_submit_button(t("Determine and record"), type="primary")
    if pressed:
        facts = DeterminationFacts(
            exhibit_number=number,
            substance=substance,
            structures=tuple(line.strip() for line in structures.splitlines() if line.strip()),
            level=level,
            jurisdiction=str(jurisdiction),
            weighing_number=weighing,
            basis=basis if weighing or measured else None,
            quantitation_number=measured,
        )
        attempt(lambda: visit.laboratory.determining.determine(facts, actor=visit.person))


def _quantitation(visit: Visit, number: str, count: int) -> str:
    """Ask which quantitation states the content; with a basis of pure substance its mass is the amount."""
    t = visit.t
    kept = [one for one in visit.laboratory.quantitating.of_exhibit(number) if one.discard is None]
    titles = {"": t("none"), **{one.number: f"{one.number}  {one.title}" for one in reversed(kept)}}
    chosen = st.selectbox(
        t("Quantitation that states the content"),
        list(titles),
        format_func=titles.__getitem__,
        key=f"law-quantitation-{number}-{count}-{t.language}",
    )
    return str(chosen)


def _amount(visit: Visit, number: str, count: int) -> tuple[str, Basis]:
    """Ask of which amount the size is, and of what that amount is; nothing is chosen beforehand."""
    t, key = visit.t, f"{number}-{count}-{visit.t.language}"
    weighed = [one.number for one in visit.laboratory.weighing.weighings(number)]
    places = st.columns(4)
    weighing = places[0].selectbox(
        t("Weighing whose size is asked"),
        ["", *weighed],
        key=f"law-weighing-{key}",
        format_func=lambda one: one or t("none"),
    )
    matter = _choice(t, places[1], t("Of what it is"), MATTER_TEXTS, f"law-matter-{key}")
    form = _choice(t, places[2], t("As what it is counted"), FORM_TEXTS, f"law-form-{key}")
    dryness = _choice(t, places[3], t("Condition"), DRYNESS_TEXTS, f"law-dryness-{key}")
    return str(weighing), Basis(matter=matter, form=form, dryness=dryness)


def _choice(t: Translator, place: DeltaGenerator, label: str, texts: Mapping[C, str], key: str) -> C | None:
    chosen: C | None = place.selectbox(
        label, [None, *texts], key=key, format_func=lambda one: t("unknown") if one is None else t(texts[one])
    )
    return chosen


def _review(visit: Visit, one: LegalDetermination, seen: int) -> None:
    if one.status is DeterminationStatus.REVIEWED or one.expert == visit.person.number:
        return
    if not may_do(Act.DETERMINATION_REVIEWED, visit.person.roles):
        return
    label = visit.t("I looked at it and agree")
    if st.button(label, key=f"law-review-{one.number}", type="primary"):
        attempt(lambda: visit.laboratory.determining.review(one.number, actor=visit.person, version=seen))
