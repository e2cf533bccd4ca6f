"""Methods of batches: every version with who defined it and what it changed; defined from a text, and withdrawn."""

from collections.abc import Callable, Sequence
from pathlib import Path

import streamlit as st

from lims.domain.method import Method, MethodStatus
from lims.domain.permissions import Act, may_do
from lims.domain.procedure import Procedure
from lims.errors import NotFoundError
from lims.services.method_file import read_method
from lims.services.method_text import MethodChange, method_changes, method_text
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.sections import attempt, begun_anew, changed_meanwhile, fields, seen
from lims.ui.session import Visit

_CHOSEN = "method-chosen"
_READ = "method-read"
"""The method that was read and is asked to be recorded, with the version that it replaces."""
_SHAPES = {MethodStatus.IN_USE: "■", MethodStatus.WITHDRAWN: "✕"}
_NEW = ""


def methods(visit: Visit) -> None:
    """Show the chosen method; let experts and the quality manager define and withdraw."""
    t = visit.t
    number = _choice(visit)
    if number:
        versions = visit.laboratory.batching.versions(number)
        drawn = seen(versions[0])
        changed_meanwhile(visit, versions[0], drawn)
        _standing(visit, versions[0])
        _versions(visit, versions)
        _text(visit, versions[0])
        _withdraw(visit, versions[0], drawn=drawn)
    if may_do(Act.METHOD_DEFINED, visit.person.roles):
        _define(visit, next(one for one in versions if one.version == drawn) if number else None)
    elif not number:
        st.info(t("An expert or the quality manager records a method."))


def _choice(visit: Visit) -> str:
    t = visit.t
    lines = {line.number: line for line in visit.laboratory.batching.methods()}
    if not lines:
        st.info(t("No method is recorded yet."))
        return _NEW
    offered = [*lines, _NEW] if may_do(Act.METHOD_DEFINED, visit.person.roles) else list(lines)
    kept = st.session_state.get(_CHOSEN)
    chosen = st.selectbox(
        t("Method"),
        offered,
        index=offered.index(kept) if kept in offered else 0,
        format_func=lambda one: (
            t("a new method")
            if not one
            else f"{one}   {_SHAPES[MethodStatus(lines[one].state)]} {t(lines[one].state)}   {lines[one].title}"
        ),
        key=f"method-choice-{t.language}-{sum(line.version for line in lines.values())}",
    )
    st.session_state[_CHOSEN] = chosen
    return str(chosen)


def _standing(visit: Visit, method: Method) -> None:
    t = visit.t
    st.subheader(f"{method.number}  {_SHAPES[method.status]} {t(method.state)}")
    st.text(
        t(
            "{name}. Analyte {analyte}, internal standard {standard}, library release {release}.",
            name=method.name,
            analyte=method.analyte.name,
            standard=method.internal_standard.name,
            release=method.quantitation.release,
        )
    )
    st.text(t("Limits rest on: {basis}", basis=method.limits_basis))
    if method.demonstration:
        st.warning(t("A demonstration method: its limits are an example and were validated by nobody."))
    procedure = _procedure(visit, method.number)
    if procedure is None:
        st.text(t("○ No procedure is recorded under this number: nobody stated a validation."))
    elif procedure.validation is None or procedure.withdrawn_on is not None:
        st.text(t("▲ Its procedure is {state}: no batch is planned under it.", state=t(procedure.state)))
    else:
        stated = procedure.validation
        st.text(
            t(
                "■ Validated on {day} by {record}; stated by {person}.",
                day=t.date(stated.validated_on),
                record=stated.record,
                person=stated.stated_by,
            )
        )


def _procedure(visit: Visit, number: str) -> Procedure | None:
    try:
        return visit.laboratory.validating.procedure(number)
    except NotFoundError:
        return None


def _versions(visit: Visit, versions: Sequence[Method]) -> None:
    t = visit.t
    before = (*versions[1:], None)
    st.dataframe(
        {
            t("Version"): [one.version for one in versions],
            t("State"): [f"{_SHAPES[one.status]} {t(one.state)}" for one in versions],
            t("Defined by"): [one.defined_by for one in versions],
            t("Defined"): [t.moment(one.defined_at) for one in versions],
            t("What changed"): [
                t("new") if old is None else ", ".join(change.name for change in method_changes(old, one))
                for one, old in zip(versions, before, strict=True)
            ],
        },
        hide_index=True,
        height="content",
        key=f"method-versions-{versions[0].number}",
    )


def _text(visit: Visit, method: Method) -> None:
    t = visit.t
    with st.expander(t("The whole method as a file")):
        st.code(method_text(method), language=None)
        st.download_button(
            t("Download"),
            method_text(method),
            file_name=f"{method.number}-{method.version}.toml",
            mime="application/toml",
            on_click="ignore",
        )


def _withdraw(visit: Visit, method: Method, *, drawn: int) -> None:
    t = visit.t
    if method.status is not MethodStatus.IN_USE or not may_do(Act.METHOD_WITHDRAWN, visit.person.roles):
        return
    with st.expander(t("Withdraw this method")), st.form(f"method-withdraw-{method.number}"):
        st.text(
            t(
                "You record that method {number} is out of use: no new batch is planned under it, planned ones go on.",
                number=method.number,
            )
        )
        pressed = st.form_submit_button(t("Withdraw the method"))
    if pressed:
        attempt(lambda: visit.laboratory.batching.withdraw_method(method.number, actor=visit.person, version=drawn))


def _define(visit: Visit, base: Method | None) -> None:
    """Read a text or a file, say what would be recorded, and record it on a second press."""
    t = visit.t
    mark = fields(f"method-{base.number if base else 'new'}")
    label = t("Define a method") if base is None else t("Define a new version")
    with st.expander(label, expanded=base is None):
        with st.form(f"method-define-{mark}"):
            upload = st.file_uploader(t("Method file, TOML"), type=["toml"], key=f"method-file-{mark}")
            typed = st.text_area(
                t("or write it here"),
                value="" if base is None else method_text(base),
                height=260,
                key=f"method-text-{mark}",
            )
            pressed = st.form_submit_button(t("Read"))
        if pressed:
            data = upload.getvalue() if upload is not None else typed.encode()
            name = upload.name if upload is not None else t("the typed method")
            _read(visit, data, name=name, base=base, mark=mark)
        _record(visit, mark, emptied=begun_anew(f"method-{base.number if base else 'new'}"))


def _read(visit: Visit, data: bytes, *, name: str, base: Method | None, mark: str) -> None:
    st.session_state.pop(_READ, None)
    try:
        found = read_method(
            data, name=Path(name), defined_at=visit.laboratory.clock.now(), defined_by=visit.person.number
        )
    except REFUSALS as error:
        show_refusal(error)
        return
    replaces = base if base is not None and base.number == found.number else None
    st.session_state[_READ] = (mark, found, replaces)


def _record(visit: Visit, mark: str, *, emptied: Callable[[], None]) -> None:
    t = visit.t
    kept: tuple[str, Method, Method | None] | None = st.session_state.get(_READ)
    if kept is None or kept[0] != mark:
        return
    _, found, replaces = kept
    changes = method_changes(replaces, found)
    if replaces is not None and not changes and replaces.status is MethodStatus.IN_USE:
        st.info(t("Nothing is different from version {version}.", version=replaces.version))
        return
    if replaces is None:
        st.text(t("You record the new method {number} in your name.", number=found.number))
    else:
        st.text(
            t(
                "You record version {version} of method {number} in your name. Batches that are planned keep theirs.",
                version=replaces.version + 1,
                number=found.number,
            )
        )
    _changes(visit, changes, mark)
    if st.button(t("Record the method"), type="primary", key=f"method-record-{mark}"):
        batching = visit.laboratory.batching
        attempt(
            lambda: batching.define_method(
                found, actor=visit.person, replaces=None if replaces is None else replaces.version
            ),
            then=lambda: _recorded(found.number, emptied),
        )
    st.caption(
        plain(t("It is checked against the library release first: {release}", release=found.quantitation.release))
    )


def _recorded(number: str, emptied: Callable[[], None]) -> None:
    emptied()
    st.session_state.pop(_READ, None)
    st.session_state[_CHOSEN] = number


def _changes(visit: Visit, changes: Sequence[MethodChange], mark: str) -> None:
    t = visit.t
    st.dataframe(
        {
            t("Field"): [one.name for one in changes],
            t("Was"): [one.before for one in changes],
            t("Becomes"): [one.after for one in changes],
        },
        hide_index=True,
        key=f"method-changes-{mark}",
    )
