"""Procedures: written down, validated by head or quality manager, withdrawn; what counts is the text that was seen."""

import streamlit as st

from lims.domain.permissions import Act, may_do
from lims.domain.procedure import Procedure, ValidationStatus
from lims.domain.technique import techniques
from lims.services.validating import ProcedureFacts
from lims.translation import marked
from lims.ui.sections import attempt
from lims.ui.session import Visit

_CHOSEN = "procedure-chosen"
_NEW = ""
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
    seen = visit.laboratory.validating.procedure(number) if number else None
    if seen is not None:
        _standing(visit, seen)
        _validate(visit, seen)
        _withdraw(visit, seen)
    if may_do(Act.PROCEDURE_RECORDED, visit.person.roles):
        _write(visit, seen)


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


def _standing(visit: Visit, seen: Procedure) -> None:
    t = visit.t
    st.subheader(f"{seen.number}  {state_words(visit, seen.state)}")
    unknown = t("unknown")
    rows = (
        (t("Name"), seen.name),
        (t("Techniques"), ", ".join(seen.techniques)),
        (t("May be used on"), ", ".join(seen.matrices)),
        (t("Controls with every result"), ", ".join(seen.required_controls)),
        (t("When a result counts"), seen.acceptance_criteria),
        (t("Batch limits of method"), seen.limits_of),
        (t("Number in the State register"), seen.register_number or unknown),
        (t("Devices whose field screens count"), ", ".join(seen.field_devices)),
        (t("Who may use them so that it counts"), ", ".join(seen.field_operators)),
    )
    with st.container(border=True, gap="xsmall"):
        for label, value in rows:
            if value:
                st.text(f"{label}: {value}")
        st.text(
            t(
                "Version {version}, written by {person}, {moment}",
                version=seen.version,
                person=seen.recorded_by,
                moment=t.moment(seen.recorded_at),
            )
        )
        _validated(visit, seen)


def _validated(visit: Visit, seen: Procedure) -> None:
    t, stated = visit.t, seen.validation
    if stated is not None:
        words = t(
            "Validated on {day} by {record}; stated by {person}, {moment}",
            day=t.date(stated.validated_on),
            record=stated.record,
            person=stated.stated_by,
            moment=t.moment(stated.stated_at),
        )
        st.text(words)
    if seen.withdrawn_on is not None:
        words = t(
            "Withdrawn on {day} by {person}: {reason}",
            day=t.date(seen.withdrawn_on),
            person=seen.withdrawn_by,
            reason=seen.withdrawal_reason,
        )
        st.text(words)


def _validate(visit: Visit, seen: Procedure) -> None:
    t = visit.t
    if seen.status is not ValidationStatus.IN_VALIDATION or not may_do(Act.PROCEDURE_VALIDATED, visit.person.roles):
        return
    mark = f"{seen.number}-{seen.version}"
    with st.form(f"procedure-validate-{mark}"):
        st.text(
            t(
                "You state in your name that version {version} of {number} is validated; work under it counts from "
                "that day on.",
                version=seen.version,
                number=seen.number,
            )
        )
        left, right = st.columns([1, 3])
        day = left.date_input(t("Validated on"), value=None, format="DD.MM.YYYY", key=f"procedure-day-{mark}")
        record = right.text_input(t("Record of the validation, by number or title"), key=f"procedure-validation-{mark}")
        pressed = st.form_submit_button(t("State the validation"), type="primary")
    if not pressed:
        return
    if day is None:
        st.error(t("Choose the day first."))
        return
    attempt(
        lambda: visit.laboratory.validating.validate(
            seen.number, validated_on=day, record=record, actor=visit.person, version=seen.version
        )
    )


def _withdraw(visit: Visit, seen: Procedure) -> None:
    t = visit.t
    if seen.status is ValidationStatus.WITHDRAWN or not may_do(Act.PROCEDURE_WITHDRAWN, visit.person.roles):
        return
    mark = f"{seen.number}-{seen.version}"
    with st.expander(t("Withdraw this procedure")), st.form(f"procedure-withdraw-{mark}"):
        st.text(t("From today on nobody works under {number}; what was done stays valid.", number=seen.number))
        reason = st.text_input(t("Reason"), key=f"procedure-reason-{mark}")
        pressed = st.form_submit_button(t("Withdraw the procedure"))
    if pressed:
        attempt(
            lambda: visit.laboratory.validating.withdraw(
                seen.number, reason=reason, actor=visit.person, version=seen.version
            )
        )


def _write(visit: Visit, seen: Procedure | None) -> None:
    t = visit.t
    mark = "new" if seen is None else f"{seen.number}-{seen.version}"
    label = t("Write a procedure down") if seen is None else t("Write a new text of it")
    with st.expander(label, expanded=seen is None), st.form(f"procedure-write-{mark}"):
        if seen is not None:
            st.text(t("A new text begins in validation again: until it is validated nobody works under it."))
        facts = _facts(visit, seen, mark)
        pressed = st.form_submit_button(t("Record the procedure"), type="primary")
    if pressed:
        attempt(
            lambda: visit.laboratory.validating.record(
                facts, actor=visit.person, replaces=None if seen is None else seen.version
            ),
            then=lambda: _chosen(facts.number),
        )


def _chosen(number: str) -> None:
    st.session_state[_CHOSEN] = number.strip()


def _facts(visit: Visit, seen: Procedure | None, mark: str) -> ProcedureFacts:
    t = visit.t

    def line(label: str, field: str) -> str:
        value = "" if seen is None else str(getattr(seen, field))
        return st.text_input(label, value=value, key=f"procedure-{field}-{mark}")

    def several(label: str, field: str) -> tuple[str, ...]:
        value = "" if seen is None else "\n".join(getattr(seen, field))
        typed = st.text_area(label, value=value, height=90, key=f"procedure-{field}-{mark}", help=t("One on each line"))
        return tuple(one.strip() for one in typed.splitlines() if one.strip())

    number = line(t("Number"), "number") if seen is None else seen.number
    name = line(t("Name"), "name")
    chosen = st.multiselect(
        t("Techniques"),
        list(techniques()),
        default=[] if seen is None else list(seen.techniques),
        key=f"procedure-techniques-{mark}",
        placeholder=t("none"),
    )
    criteria = st.text_area(
        t("When a result counts as positive, negative or neither"),
        value="" if seen is None else seen.acceptance_criteria,
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
