"""What another technique showed: recorded at the page with its procedure, sampling, controls and files of evidence."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from pathlib import Path
from types import MappingProxyType

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lims.domain.finding import BenchSystem, ControlOutcome, EvidenceKind, Finding, TechniqueOutcome
from lims.domain.identification_rule import Comparison, Outcome
from lims.domain.procedure import Procedure, ValidationStatus
from lims.errors import InvalidRecordError
from lims.services.finding import EvidenceFile, FindingFacts
from lims.services.supporting import Question
from lims.translation import TIME_ZONE, Translator, marked
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.session import Visit

_OUTCOMES = MappingProxyType(
    {
        Outcome.POSITIVE: marked("positive"),
        Outcome.NEGATIVE: marked("negative"),
        Outcome.INCONCLUSIVE: marked("inconclusive"),
    }
)
_COMPARISONS = MappingProxyType(
    {
        Comparison.REFERENCE_MATERIAL: marked("compared with a reference material"),
        Comparison.LIBRARY: marked("compared with a library"),
        Comparison.NONE: marked("compared with nothing"),
    }
)
_KINDS = MappingProxyType(
    {EvidenceKind.DATA: marked("data of an instrument"), EvidenceKind.PHOTOGRAPH: marked("photograph")}
)


def outcome_words(t: Translator, outcome: Outcome) -> str:
    """Say what a technique said."""
    return t(_OUTCOMES[outcome])


def finding_words(t: Translator, finding: Finding) -> str:
    """Say in one line what a finding found."""
    of = "; ".join(f"{t(one.technique)}: {outcome_words(t, one.outcome)}" for one in finding.results)
    return t(
        "{number}, sampling {sampling}: {substance} - {results}",
        number=finding.number,
        sampling=finding.sampling,
        substance=finding.substance,
        results=of,
    )


def record_finding(visit: Visit, question: Question, *, recorded: int, aliquots: Sequence[str] = ()) -> None:
    """Let a person of the bench record what a technique showed of the substance in question, or of another one.

    Parameters
    ----------
    recorded : int
        How many findings there are: each form is a new one, and none begins with what the last one said.
    aliquots : sequence of str
        Numbers of aliquots, of which one may have been tested; the first is offered first. None: no field for it.
    """
    t = visit.t
    procedures = _in_force(visit)
    if not procedures:
        st.info(t("No procedure is in force; head or quality manager put one in force."))
        return
    number = st.selectbox(
        t("Procedure"), [one.number for one in procedures], format_func=_titles(procedures), key="finding-procedure"
    )
    procedure = next(one for one in procedures if one.number == number)
    mark = f"{question.exhibit_number}-{question.substance}-{recorded}"
    with st.form(f"finding-{procedure.number}-{mark}"):
        aliquot = _aliquot(visit, aliquots, mark)
        facts = _facts(visit, question, procedure, mark, aliquot=aliquot)
        kind = st.selectbox(
            t("The files are"),
            tuple(EvidenceKind),
            format_func=lambda one: t(_KINDS[one]),
            key=f"finding-kind-{t.language}-{mark}",
        )
        uploads = st.file_uploader(t("Files of evidence"), accept_multiple_files=True, key=f"finding-files-{mark}")
        pressed = st.form_submit_button(t("Record the finding"), type="primary")
    if pressed:
        _record(visit, facts, uploads, EvidenceKind(str(kind)))


def _record(
    visit: Visit, facts: Callable[[], FindingFacts], uploads: Sequence[UploadedFile], kind: EvidenceKind
) -> None:
    try:
        with _as_files(uploads, kind) as files:
            visit.laboratory.finding.record(facts(), files=files, actor=visit.person)
    except REFUSALS as error:
        show_refusal(error)
        return
    st.rerun()


def _aliquot(visit: Visit, aliquots: Sequence[str], mark: str) -> str:
    """Ask which aliquot was tested; empty for none."""
    if not aliquots:
        return ""
    t, box = visit.t, f"finding-aliquot-{visit.t.language}-{mark}"
    return str(st.selectbox(t("Aliquot"), [*aliquots, ""], format_func=lambda one: one or t("none"), key=box))


def _facts(
    visit: Visit, question: Question, procedure: Procedure, mark: str, *, aliquot: str
) -> Callable[[], FindingFacts]:
    """Draw the fields; what they say is put together when the form is sent, so that a refusal is said there."""
    t = visit.t
    substance, inchikey, sampling = st.columns([4, 4, 1.5])
    looked_for = substance.text_input(
        t("Substance or class"), value=question.substance, key=f"finding-substance-{mark}"
    )
    key = inchikey.text_input(t("InChIKey, if known"), value=question.inchikey or "", key=f"finding-inchikey-{mark}")
    taken = sampling.number_input(t("Sampling"), 1, step=1, key=f"finding-sampling-{mark}")
    is_class = st.checkbox(t("It is a class of substances"), key=f"finding-class-{mark}")
    instrument, medium, lot = st.columns(3)
    made_with = (
        instrument.text_input(t("Instrument"), key=f"finding-instrument-{mark}"),
        medium.text_input(t("Column, plate, reagent or kit"), key=f"finding-medium-{mark}"),
        lot.text_input(t("Lot"), key=f"finding-lot-{mark}"),
    )
    results = [_result(t, name, mark) for name in procedure.techniques]
    controls = [_control(t, name, mark) for name in procedure.required_controls]
    moment = _moment(visit, mark)
    return lambda: FindingFacts(
        exhibit_number=question.exhibit_number,
        sampling=int(taken),
        procedure_number=procedure.number,
        system=BenchSystem(instrument=made_with[0], medium=made_with[1], lot=made_with[2]),
        substance=looked_for,
        results=tuple(one() for one in results),
        occurred_at=moment(),
        inchikey=None if is_class else key.strip() or None,
        is_class=is_class,
        aliquot_number=aliquot,
        controls=tuple(controls),
    )


def _result(t: Translator, technique: str, mark: str) -> Callable[[], TechniqueOutcome]:
    said, compared, reference = st.columns([2, 3, 3])
    outcome = said.selectbox(
        t(technique),
        tuple(Outcome),
        index=None,
        placeholder=t("not chosen yet"),
        format_func=lambda one: outcome_words(t, one),
        key=f"finding-outcome-{technique}-{t.language}-{mark}",
    )
    comparison = compared.selectbox(
        t("Comparison"),
        tuple(Comparison),
        format_func=lambda one: t(_COMPARISONS[one]),
        key=f"finding-comparison-{technique}-{t.language}-{mark}",
    )
    lot = reference.text_input(
        t("Lot of the material, or release of the library"), key=f"finding-reference-{technique}-{mark}"
    )
    return lambda: TechniqueOutcome(
        technique=technique,
        outcome=_stated(technique, outcome),
        comparison=Comparison(str(comparison)),
        reference=lot.strip(),
    )


def _stated(technique: str, outcome: Outcome | None) -> Outcome:
    if outcome is None:
        raise InvalidRecordError(f"{technique}: no outcome; expected what it showed")
    return outcome


def _control(t: Translator, name: str, mark: str) -> ControlOutcome:
    met = st.checkbox(t("Control met: {name}", name=plain(name)), key=f"finding-control-{name}-{mark}")
    return ControlOutcome(name=name, met=met)


def _moment(visit: Visit, mark: str) -> Callable[[], datetime]:
    t, clock = visit.t, visit.laboratory.clock
    now = clock.now().astimezone(TIME_ZONE)
    just_now = st.checkbox(
        t("Done just now; else on the day and at the time below"), value=True, key=f"finding-now-{mark}"
    )
    day, hour = st.columns(2)
    on: date = day.date_input(t("Done on"), value=now.date(), format="DD.MM.YYYY", key=f"finding-day-{mark}")
    at: time = hour.time_input(t("at"), value=now.time().replace(second=0, microsecond=0), key=f"finding-time-{mark}")
    return lambda: clock.now() if just_now else datetime.combine(on, at, tzinfo=TIME_ZONE)


@contextmanager
def _as_files(uploads: Sequence[UploadedFile], kind: EvidenceKind) -> Iterator[tuple[EvidenceFile, ...]]:
    """Give what a browser sent as files in a folder of its own, which is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for place, upload in enumerate(uploads):
            path = Path(folder) / str(place) / Path(upload.name).name
            path.parent.mkdir()
            path.write_bytes(upload.getvalue())
            paths.append(path)
        yield tuple(EvidenceFile(path=path, kind=kind) for path in paths)


def _in_force(visit: Visit) -> tuple[Procedure, ...]:
    validating = visit.laboratory.validating
    lines = [one for one in validating.procedures() if one.state == ValidationStatus.VALIDATED.value]
    return tuple(validating.procedure(one.number) for one in lines)


def _titles(procedures: Sequence[Procedure]) -> Callable[[str], str]:
    return {one.number: f"{one.number}  {one.name}" for one in procedures}.__getitem__
