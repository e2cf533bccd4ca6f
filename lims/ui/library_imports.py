"""Imports into the library: bringing a collection in, what the checks found, and decisions about single records."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import streamlit as st

from lims.domain.library_import import ImportState, LibraryImport, Verdict
from lims.domain.permissions import Act, may_do
from lims.services.collecting import CollectionFacts
from lims.services.library_findings import ImportFindings
from lims.translation import marked
from lims.ui import background
from lims.ui.library_check import second_person
from lims.ui.library_standard import own_standard
from lims.ui.plain import REFUSALS, plain, show_refusal
from lims.ui.sections import attempt
from lims.ui.session import Visit
from substance_library.checks.finding import Check, Severity
from substance_library.provenance import IonTechnique

IMPORT_STATES = {
    ImportState.PROPOSED: marked("◔ proposed, waits for a second person"),
    ImportState.CHECKED: marked("● checked by a second person"),
    ImportState.REFUSED: marked("■ refused by a second person"),
}
CHECK_TEXTS = {
    Check.STRUCTURE: marked("structure"),
    Check.MOLECULAR_ION: marked("molecular ion"),
    Check.ISOTOPES: marked("isotope pattern"),
    Check.DUPLICATE: marked("duplicate"),
    Check.REPLICATES: marked("replicates"),
    Check.NAME: marked("name"),
}
SEVERITY_TEXTS = {Severity.COMPLAINT: marked("complaint"), Severity.NOTE: marked("note")}
VERDICT_TEXTS = {Verdict.TAKE: marked("take"), Verdict.LEAVE_OUT: marked("leave out")}
_TECHNIQUES: list[IonTechnique] = list(IonTechnique)
_JOB = "library-import"
_SHOWN = 2000


def imports(visit: Visit) -> None:
    """Show all imports, one of them in full, and the form for a new one."""
    t, collecting = visit.t, visit.laboratory.collecting
    lines = collecting.imports()
    if lines:
        st.dataframe(
            {
                t("Number"): [one.number for one in lines],
                t("State"): [t(IMPORT_STATES[ImportState(one.state)]) for one in lines],
                t("Collection"): [one.title for one in lines],
                t("Changed"): [t.moment(one.recorded_at) for one in lines],
            },
            hide_index=True,
            key="library-imports",
        )
        number = st.selectbox(t("Number"), [one.number for one in lines], key="library-import-chosen")
        _one(visit, collecting.get(number))
    else:
        st.info(t("Nothing was imported into the library yet."))
    if may_do(Act.LIBRARY_IMPORTED, visit.person.roles):
        with st.expander(t("Import a collection"), expanded=not lines):
            _new(visit)
        own_standard(visit)


def _one(visit: Visit, found: LibraryImport) -> None:
    t, counts = visit.t, found.counts
    with st.container(border=True, gap="xsmall"):
        st.text(f"{found.number}  {found.collection}  {t(IMPORT_STATES[found.status])}")
        st.text(t("Imported by {name}, {moment}", name=found.imported_by, moment=t.moment(found.imported_at)))
        st.text(f"{found.raw.file_name or found.run}  SHA-256 {found.raw.sha256}")
        st.text(
            t(
                "{read} records read, {taken} taken, {refused} refused.",
                read=counts.read,
                taken=counts.taken,
                refused=counts.refused,
            )
        )
        for one in found.tallies:
            st.text(
                t(
                    "{check}: {looked_at} looked at, {complaints} complaints, {notes} notes",
                    check=t(CHECK_TEXTS[Check(one.check)]),
                    looked_at=one.looked_at,
                    complaints=one.complaints,
                    notes=one.notes,
                )
            )
        if found.checked_by and found.checked_at is not None:
            st.text(t("Second person: {name}, {moment}", name=found.checked_by, moment=t.moment(found.checked_at)))
        if found.refused_for:
            st.text(t("Refused: {words}", words=found.refused_for))
    findings = visit.laboratory.collecting.findings(found.number)
    _findings(visit, found, findings)
    waiting = sorted(findings.report.complained - set(found.verdicts))
    if found.status is not ImportState.PROPOSED:
        return
    if may_do(Act.LIBRARY_DECIDED, visit.person.roles):
        _decide(visit, found, waiting)
    second_person(visit, found, waiting=len(waiting))


def _findings(visit: Visit, found: LibraryImport, findings: ImportFindings) -> None:
    t, verdicts = visit.t, found.verdicts
    if findings.refused:
        with st.expander(t("Records that were refused ({count})", count=len(findings.refused))):
            shown = findings.refused[:_SHOWN]
            st.dataframe(
                {
                    t("Place"): [str(one.place) for one in shown],
                    t("Name"): [one.name for one in shown],
                    t("Found"): [one.found for one in shown],
                    t("Expected"): [one.expected for one in shown],
                },
                hide_index=True,
                key=f"library-refused-{found.number}",
            )
    told = sorted(findings.report.findings, key=lambda one: (one.severity is Severity.NOTE, one.accession))
    if told:
        with st.expander(t("What the checks found ({count})", count=len(told)), expanded=True):
            shown_findings = told[:_SHOWN]
            st.dataframe(
                {
                    t("Accession"): [one.accession for one in shown_findings],
                    t("Check"): [t(CHECK_TEXTS[one.check]) for one in shown_findings],
                    t("Kind"): [t(SEVERITY_TEXTS[one.severity]) for one in shown_findings],
                    t("Found"): [one.words for one in shown_findings],
                    t("Decision"): [
                        t(VERDICT_TEXTS[verdicts[one.accession].verdict]) if one.accession in verdicts else ""
                        for one in shown_findings
                    ],
                },
                hide_index=True,
                key=f"library-findings-{found.number}",
            )
            if len(told) > _SHOWN:
                st.caption(t("The first {shown} of {count} rows.", shown=_SHOWN, count=len(told)))


def _decide(visit: Visit, found: LibraryImport, waiting: Sequence[str]) -> None:
    t = visit.t
    key = f"{found.number}-{found.version}"
    with st.form(f"library-decide-{key}"):
        st.text(t("{count} records wait for a decision.", count=len(waiting)))
        chosen = st.multiselect(
            t("Records"), waiting, key=f"library-records-{key}", placeholder=t("none"), accept_new_options=True
        )
        everything = st.checkbox(t("All that wait"), key=f"library-all-{key}")
        verdict = st.segmented_control(
            t("Decision"),
            list(VERDICT_TEXTS),
            default=Verdict.LEAVE_OUT,
            format_func=lambda one: t(VERDICT_TEXTS[one]),
            key=f"library-verdict-{key}-{t.language}",
            required=True,
        )
        reason = st.text_input(t("Reason"), key=f"library-reason-{key}")
        pressed = st.form_submit_button(t("Record the decision"), type="primary")
    if pressed:
        accessions = list(waiting) if everything else [str(one) for one in chosen]
        attempt(
            lambda: visit.laboratory.vetting.decide(
                found.number, accessions, verdict=Verdict(str(verdict)), reason=reason, actor=visit.person
            )
        )


def _new(visit: Visit) -> None:
    """Take a file in, beside the page: a large collection takes minutes."""
    t = visit.t
    try:
        made = background.result(visit, _JOB)
    except REFUSALS as error:
        show_refusal(error)
    else:
        if isinstance(made, LibraryImport):
            st.success(plain(t("{number} is imported; it waits for a second person.", number=made.number)))
    with st.form("library-new"):
        upload = st.file_uploader(t("Collection: MSP, MassBank record or archive, SDF or MGF"), key="library-file")
        name = st.text_input(t("Name with its version, such as SWGDRUG 3.4"), key="library-name")
        left, right = st.columns(2)
        technique = left.selectbox(
            t("Technique, where the records do not state it"), _TECHNIQUES, key="library-technique"
        )
        licence = right.text_input(t("Licence"), key="library-licence")
        tables = st.file_uploader(
            t("Tables of structures and names, CSV"), type=["csv"], accept_multiple_files=True, key="library-tables"
        )
        pressed = st.form_submit_button(t("Import"), type="primary")
    if not pressed:
        return
    if upload is None:
        st.error(t("Choose a file first."))
        return
    facts = CollectionFacts(name=name, technique=technique, licence=licence)
    files = [(one.name, one.getvalue()) for one in (upload, *tables)]
    background.start(visit, _JOB, lambda _: _imported(visit, facts, files), waits=True)
    st.rerun()


def _imported(visit: Visit, facts: CollectionFacts, files: Sequence[tuple[str, bytes]]) -> LibraryImport:
    with TemporaryDirectory() as folder:
        paths = []
        for place, (name, data) in enumerate(files):
            path = Path(folder) / str(place) / Path(name).name
            path.parent.mkdir()
            path.write_bytes(data)
            paths.append(path)
        return visit.laboratory.collecting.import_file(paths[0], facts, actor=visit.person, tables=paths[1:])
