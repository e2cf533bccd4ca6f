"""Procedures: written down, validated by head or quality manager, withdrawn; what counts is the text that was seen."""

from collections.abc import Callable
from datetime import date

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.procedure import Procedure, ValidationStatus
from lims.domain.technique import techniques
from lims.services.validating import ProcedureFacts
from lims.translation import marked
from lims.ui.sections import attempt, begun_anew, changed_meanwhile, fields, seen
from lims.ui.session import Visit

_CHOSEN = "procedure-chosen"
_NEW = ""
FIRST_DAY = date(1950, 1, 1)
"""That may be chosen; by itself Streamlit offers the last ten years."""
_SHAPES = {
    ValidationStatus.IN_VALIDATION: "○",
    ValidationStatus.VALIDATED: "■",
    ValidationStatus.WITHDRAWN: "✕",
}
STATE_WORDS = {
    ValidationStatus.IN_VALIDATION: marked("in validation"),
    ValidationStatus.VALIDATED: marked("validated"),
    ValidationStatus.WITHDRAWN: marked("withdrawn"),
}


def procedures(visit: Visit) -> None:
    """Show the chosen procedure and what may be done with it now."""
    number = _choice(visit)
    known = visit.laboratory.validating.procedure(number) if number else None
    drawn = 0 if known is None else seen(known)
    if known is not None:
        changed_meanwhile(visit, known, drawn)
        _standing(visit, known)
        _validate(visit, known, drawn=drawn)
        _withdraw(visit, known, drawn=drawn)
    if may_do(Act.PROCEDURE_RECORDED, visit.person.roles):
        _write(visit, known, drawn=drawn)


def state_words(visit: Visit, state: str) -> str:
    """Say the state of a procedure, with a shape."""
    status = ValidationStatus(state)
    return f"{_SHAPES[status]} {visit.t(STATE_WORDS[status])}"


def _choice(visit: Visit) -> str:
    t = visit.t
    lines = {line.number: line for line in visit.laboratory.validating.procedures()}
    if not lines:
        st.info(t("No procedure is recorded yet. An expert or the quality manager writes one down."))
        return _NEW
    offered = [*lines, _NEW] if may_do(Act.PROCEDURE_RECORDED, visit.person.roles) else list(lines)
    kept = st.session_state.get(_CHOSEN)
    chosen = st.selectbox(
        t("Procedure"),
        offered,
        index=offered.index(kept) if kept in offered else 0,
        format_func=lambda one: (
            f"{one}   {state_words(visit, lines[one].state)}   {lines[one].title}" if one else t("a new procedure")
        ),
        key=f"procedure-choice-{t.language}-{sum(line.version for line in lines.values())}",
    )
    st.session_state[_CHOSEN] = chosen
    return str(chosen)


def _standing(visit: Visit, known: Procedure) -> None:
    t = visit.t
    st.subheader(f"{known.number}  {state_words(visit, known.state)}")
    unknown = t("unknown")
    rows = (
        (t("Name"), known.name),
        (t("Techniques"), ", ".join(known.techniques)),
        (t("May be used on"), ", ".join(known.matrices)),
        (t("Controls with every result"), ", ".join(known.required_controls)),
        (t("When a result counts"), known.acceptance_criteria),
        (t("Batch limits of method"), known.limits_of),
        (t("Number in the State register"), known.register_number or unknown),
        (t("Devices whose field screens count"), ", ".join(known.field_devices)),
        (t("Who may use them so that it counts"), ", ".join(known.field_operators)),
    )
    with st.container(border=True, gap="xsmall"):
        for label, value in rows:
            if value:
                st.text(f"{label}: {value}")
        st.text(
            t(
                "Version {version}, written by {person}, {moment}",
                version=known.version,
                person=known.recorded_by,
                moment=t.moment(known.recorded_at),
            )
        )
        _validated(visit, known)


def _validated(visit: Visit, known: Procedure) -> None:
    t, stated = visit.t, known.validation
    if stated is not None:
        words = t(
            "Validated on {day} by {record}; stated by {person}, {moment}",
            day=t.date(stated.validated_on),
            record=stated.record,
            person=stated.stated_by,
            moment=t.moment(stated.stated_at),
        )
        st.text(words)
    if known.withdrawn_on is not None:
        words = t(
            "Withdrawn on {day} by {person}: {reason}",
            day=t.date(known.withdrawn_on),
            person=known.withdrawn_by,
            reason=known.withdrawal_reason,
        )
        st.text(words)


def _validate(visit: Visit, known: Procedure, *, drawn: int) -> None:
    t = visit.t
    if known.status is not ValidationStatus.IN_VALIDATION or not may_do(Act.PROCEDURE_VALIDATED, visit.person.roles):
        return
    mark = fields(f"validate-{known.number}")
    with st.form(f"procedure-validate-{mark}"):
        st.text(
            t(
                "You state in your name that version {version} of {number} is validated; work under it counts from "
                "that day on.",
                version=known.version,
                number=known.number,
            )
        )
        left, right = st.columns([1, 3])
        day = left.date_input(
            t("Validated on"), value=None, min_value=FIRST_DAY, format="DD.MM.YYYY", key=f"procedure-day-{mark}"
        )
        record = right.text_input(t("Record of the validation, by number or title"), key=f"procedure-validation-{mark}")
        pressed = st.form_submit_button(t("State the validation"), type="primary")
    if not pressed:
        return
    if day is None:
        st.error(t("Choose the day first."))
        return
    attempt(
        lambda: visit.laboratory.validating.validate(
            known.number, validated_on=day, record=record, actor=visit.person, version=drawn
        ),
        then=begun_anew(f"validate-{known.number}"),
    )


def _withdraw(visit: Visit, known: Procedure, *, drawn: int) -> None:
    t = visit.t
    if known.status is ValidationStatus.WITHDRAWN or not may_do(Act.PROCEDURE_WITHDRAWN, visit.person.roles):
        return
    mark = fields(f"withdraw-{known.number}")
    with st.expander(t("Withdraw this procedure")), st.form(f"procedure-withdraw-{mark}"):
        st.text(t("From today on nobody works under {number}; what was done stays valid.", number=known.number))
        reason = st.text_input(t("Reason"), key=f"procedure-reason-{mark}")
        pressed = st.form_submit_button(t("Withdraw the procedure"))
    if pressed:
        attempt(
            lambda: visit.laboratory.validating.withdraw(known.number, reason=reason, actor=visit.person, version=drawn)
        )


def _write(visit: Visit, known: Procedure | None, *, drawn: int) -> None:
    t = visit.t
    form = f"write-{known.number if known else 'new'}"
    mark = fields(form)
    label = t("Write a procedure down") if known is None else t("Write a new text of it")
    with st.expander(label, expanded=known is None), st.form(f"procedure-write-{mark}"):
        if known is not None:
            st.text(t("A new text begins in validation again: until it is validated nobody works under it."))
        facts = _facts(visit, known, mark)
        pressed = st.form_submit_button(t("Record the procedure"), type="primary")
    if pressed:
        attempt(
            lambda: visit.laboratory.validating.record(
                facts, actor=visit.person, replaces=None if known is None else drawn
            ),
            then=lambda: _chosen(facts.number, begun_anew(form)),
        )


def _chosen(number: str, emptied: Callable[[], None]) -> None:
    emptied()
    st.session_state[_CHOSEN] = number.strip()


def _facts(visit: Visit, known: Procedure | None, mark: str) -> ProcedureFacts:
    t = visit.t

    def line(label: str, field: str) -> str:
        value = "" if known is None else str(getattr(known, field))
        return st.text_input(label, value=value, key=f"procedure-{field}-{mark}")

    def several(label: str, field: str) -> tuple[str, ...]:
        value = "" if known is None else "\n".join(getattr(known, field))
        typed = st.text_area(label, value=value, height=90, key=f"procedure-{field}-{mark}", help=t("One on each line"))
        return tuple(one.strip() for one in typed.splitlines() if one.strip())

    number = line(t("Number"), "number") if known is None else known.number
    name = line(t("Name"), "name")
    chosen = st.multiselect(
        t("Techniques"),
        list(techniques()),
        default=[] if known is None else list(known.techniques),
        key=f"procedure-techniques-{mark}",
        placeholder=t("none"),
    )
    criteria = st.text_area(
        t("When a result counts as positive, negative or neither"),
        value="" if known is None else known.acceptance_criteria,
        key=f"procedure-criteria-{mark}",
    )
    left, right = st.columns(2)
    with left:
        matrices = several(t("May be used on"), "matrices")
        devices = several(t("Devices whose field screens count"), "field_devices")
        limits_of = line(t("Method whose batch limits hold besides"), "limits_of")
    with right:
        controls = several(t("Controls with every result"), "required_controls")
        operators = several(t("Who may use them so that it counts"), "field_operators")
        register = line(t("Number in the State register of methods; empty: unknown"), "register_number")
    return ProcedureFacts(
        number=number,
        name=name,
        techniques=tuple(str(one) for one in chosen),
        acceptance_criteria=criteria,
        matrices=matrices,
        required_controls=controls,
        limits_of=limits_of,
        register_number=register,
        field_devices=devices,
        field_operators=operators,
    )
