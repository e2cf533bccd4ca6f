"""The outside witness: how old the last one is, handing a checkpoint out, and what those that come back say."""

from collections.abc import Sequence
from io import BytesIO

import segno
import streamlit as st

from lims.domain.ledger_upkeep import HandedCheckpoint
from lims.domain.permissions import Act, may_do
from lims.ledger.checkpoint import SignedCheckpoint
from lims.services.witness_notes import MAIL, note_json, note_mail, note_name, witness_in
from lims.services.witnessing import WitnessFinding, WitnessVerdict, compare_witnesses
from lims.translation import Translator, marked
from lims.ui import background
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.sections import attempt
from lims.ui.seen import act_done, fresh
from lims.ui.session import Visit

_LISTED = 10
_NOTE, _JOB = "witness-note", "witness-examined"
_VERDICTS = {
    WitnessVerdict.CONSISTENT: marked("● fits: this ledger begins with the same entries"),
    WitnessVerdict.NEWER: marked("✕ it covers more entries than there are: the ledger was rolled back"),
    WitnessVerdict.DIFFERENT: marked("✕ another history: the past was altered, or there are two ledgers"),
    WitnessVerdict.UNKNOWN_KEY: marked("▲ proves nothing: no key of this laboratory signed it"),
    WitnessVerdict.OTHER_ORIGIN: marked("▲ proves nothing: it is of another ledger"),
    WitnessVerdict.UNREADABLE: marked("▲ no checkpoint can be read in it"),
    WitnessVerdict.CANNOT_SAY: marked("○ these two cannot be compared without the ledger"),
}


def outside_witness(visit: Visit) -> None:
    """Show how old the last outside witness is, the list, and the forms for going out and coming back."""
    t = visit.t
    st.subheader(t("Outside witness"))
    page = int(st.session_state.get("witness-page", 1))
    try:
        handed = visit.laboratory.checkpointing.handed(
            reader=visit.person, limit=_LISTED + 1, offset=(page - 1) * _LISTED
        )
    except REFUSALS as error:
        show_refusal(error)
        return
    if page == 1:
        _age(visit, handed[0] if handed else None)
    _table(visit, handed, page)
    if may_do(Act.CHECKPOINT_HANDED_OUT, visit.person.roles):
        with st.expander(t("Hand out a checkpoint"), expanded=not handed or _NOTE in st.session_state):
            _hand_out(visit)
    with st.expander(t("Hold checkpoints from outside against the ledger")):
        _examine(visit)


def _age(visit: Visit, last: HandedCheckpoint | None) -> None:
    """Say how long ago somebody outside was given a checkpoint."""
    t = visit.t
    if last is None:
        st.warning(t("▲ No checkpoint was ever handed out: nobody outside could show that the past was altered."))
        return
    age = visit.laboratory.clock.now() - last.handed_at
    days, hours = age.days, age.seconds // 3600
    st.metric(t("Age of the last outside witness"), t("{days} d {hours} h", days=max(days, 0), hours=hours))
    st.text(
        t(
            "{number}: {size} entries, to {receiver}, {moment}.",
            number=last.number,
            size=last.size,
            receiver=last.handed_to,
            moment=t.moment(last.handed_at),
        )
    )


def _table(visit: Visit, handed: Sequence[HandedCheckpoint], page: int) -> None:
    t = visit.t
    if not handed and page == 1:
        return
    shown = handed[:_LISTED]
    st.dataframe(
        {
            t("Number"): [one.number for one in shown],
            t("Entries covered"): [one.size for one in shown],
            t("Handed to"): [one.handed_to for one in shown],
            t("By"): [one.handed_by for one in shown],
            t("When"): [t.moment(one.handed_at) for one in shown],
        },
        hide_index=True,
        key="witness-table",
    )
    if len(handed) > _LISTED or page > 1:
        st.number_input(t("Page"), min_value=1, step=1, key="witness-page")


def _hand_out(visit: Visit) -> None:
    t, mark = visit.t, fresh("witness")
    with st.form(f"hand-out-{mark}"):
        receiver = st.text_input(t("Who receives it, and where it is kept"), key=f"hand-out-to-{mark}")
        st.caption(
            t(
                "A checkpoint of the ledger as it is now is made, and it is recorded that this receiver has it. "
                "It holds nothing of any case. Keep it where nobody of this laboratory can change it."
            )
        )
        pressed = st.form_submit_button(t("Make a checkpoint and record it as handed out"), type="primary")
    if pressed:
        attempt(lambda: _handed(visit, receiver), then=act_done)
    note = st.session_state.get(_NOTE)
    if isinstance(note, SignedCheckpoint):
        _carriers(visit, note)


def _handed(visit: Visit, receiver: str) -> None:
    checkpointing = visit.laboratory.checkpointing
    made = checkpointing.make()
    checkpointing.hand_out(made, to=receiver, actor=visit.person)
    st.session_state[_NOTE] = made


def _carriers(visit: Visit, note: SignedCheckpoint) -> None:
    """Offer the checkpoint as file, mail, JSON and picture."""
    t, name = visit.t, note_name(note)
    st.success(plain(t("The checkpoint of {size} entries is recorded as handed out.", size=note.checkpoint.size)))
    mail = note_mail(note, sender=visit.person.number, at=visit.laboratory.clock.now())
    files = (
        (t("As a file"), note.to_bytes(), name, "application/octet-stream"),
        (t("As a mail"), mail, f"{name}{MAIL}", "message/rfc822"),
        (t("As JSON"), note_json(note), f"{name}.json", "application/json"),
    )
    for column, (label, data, file, mime) in zip(st.columns(len(files)), files, strict=True):
        column.download_button(label, data, file_name=file, mime=mime, on_click="ignore", width="stretch")
    picture, text = st.columns([2, 3])
    picture.image(_code(note), width=260, alt=t("QR code of the checkpoint"))
    text.code(note.to_bytes().decode(), language=None, wrap_lines=True)


def _code(note: SignedCheckpoint) -> str:
    """Draw the checkpoint as a QR code (ISO/IEC 18004), for a phone or for paper."""
    picture = BytesIO()
    segno.make(note.to_bytes().decode(), error="l", micro=False).save(
        picture, kind="svg", border=4, scale=4, xmldecl=False, light="white"
    )
    return picture.getvalue().decode()


def _examine(visit: Visit) -> None:
    t = visit.t
    with st.form("witness-examine"):
        files = st.file_uploader(
            t("Checkpoints as files, mails or JSON"), accept_multiple_files=True, key="witness-files"
        )
        st.caption(t("Reads every entry of the ledger; it is done beside the page."))
        pressed = st.form_submit_button(t("Hold them against the ledger"), type="primary")
    if pressed and not files:
        st.error(t("Choose a file first."))
    elif pressed:
        brought = tuple(witness_in(one.name, one.getvalue()) for one in files)
        auditing, checkpointing = visit.laboratory.auditing, visit.laboratory.checkpointing
        background.start(
            visit,
            _JOB,
            lambda _: (*auditing.examine(brought), *compare_witnesses(brought, identity=checkpointing.identity())),
        )
        st.rerun()
    try:
        found = background.result(visit, _JOB)
    except REFUSALS as error:
        show_refusal(error)
        return
    if isinstance(found, tuple):
        _show(t, [one for one in found if isinstance(one, WitnessFinding)])


def _show(t: Translator, found: Sequence[WitnessFinding]) -> None:
    if any(one.verdict.proves_fault for one in found):
        st.error(t("✕ The ledger is not what it was. Stop work, keep the store as it is, and tell the head."))
    st.dataframe(
        {
            t("File"): [one.name for one in found],
            t("Verdict"): [t(_VERDICTS[one.verdict]) for one in found],
            t("Entries covered"): ["" if one.size is None else str(one.size) for one in found],
        },
        hide_index=True,
        key="witness-findings",
    )
    with st.expander(t("Details, in English")):
        for one in found:
            st.text(f"{one.name}: {one.reason}")
