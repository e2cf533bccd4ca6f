"""``aigaq library``: what changes the library, from the console."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from html import escape
from pathlib import Path
from typing import Any

import typer

from lims.cli.casework import Seat, ask_credentials, seat
from lims.cli.identify import file_reader
from lims.cli.laboratories import require_laboratory
from lims.cli.output import note, print_json, say
from lims.cli.watch import watch_now
from lims.domain.library_import import LibraryImport, Verdict
from lims.domain.record import Record, body_of
from lims.domain.signature import SignatureConfirmation, SignatureMeaning
from lims.errors import InvalidRecordError
from lims.services.collecting import CollectionFacts, StandardMeasured
from lims.services.laboratory import Laboratory
from lims.services.library_findings import ImportFindings
from lims.services.vetting import ReleasePlan
from substance_library.checks.checking import check_spectra
from substance_library.checks.finding import CheckFinding, Severity
from substance_library.depiction import draw_structure_svg
from substance_library.identifiers import Smiles
from substance_library.importers.library_file import Collection, imported_library
from substance_library.provenance import IonTechnique
from substance_library.stated_structure import stated_structure

_WAITING = 4
"""Exit code where something waits for a decision, as of every check that is not met."""


def run_import(
    file: Path, *, facts: dict[str, Any], tables: Sequence[Path], by: str, as_json: bool, home: Path | None
) -> None:
    """Import a collection."""
    stated = CollectionFacts(**{**facts, "technique": _technique(facts["technique"])})
    here = seat(require_laboratory(home), by)
    made = here.laboratory.collecting.import_file(file, stated, actor=here.person, tables=tables)
    _tell_import(here.laboratory, made, as_json=as_json)


def run_import_standard(
    standard: str, *, run: str, at: str, smiles: str, by: str, as_json: bool, home: Path | None
) -> None:
    """Import an in-house standard."""
    try:
        moment = Decimal(at)
    except InvalidOperation:
        raise InvalidRecordError(f"retention time: {at!r} is no number; give seconds, such as 301.25") from None
    here = seat(require_laboratory(home), by)
    facts = StandardMeasured(standard=standard, run=run, retention_time_s=moment, smiles=smiles)
    made = here.laboratory.collecting.import_standard(facts, actor=here.person)
    _tell_import(here.laboratory, made, as_json=as_json)


def run_imports(*, as_json: bool, home: Path | None) -> None:
    """List the imports."""
    lines = require_laboratory(home).collecting.imports()
    if as_json:
        print_json([{"number": one.number, "state": one.state, "title": one.title} for one in lines])
        return
    for one in lines:
        say(f"{one.number}  {one.state}  {one.title}")


def run_findings(number: str, *, notes: bool, as_json: bool, home: Path | None) -> None:
    """Show the findings of an import."""
    laboratory = require_laboratory(home)
    found = laboratory.collecting.findings(number)
    decided = laboratory.collecting.get(number).verdicts
    waiting = sorted(found.report.complained - set(decided))
    shown = [one for one in found.report.findings if notes or one.severity is Severity.COMPLAINT]
    if as_json:
        print_json({**_findings_json(found, shown), "waiting": waiting})
    else:
        for refused in found.refused:
            say(f"refused, {refused.place} {refused.name}: found {refused.found}; expected {refused.expected}")
        for one in shown:
            verdict = decided.get(one.accession)
            say(f"{_words(one)}{f' [{verdict.verdict}: {verdict.reason}]' if verdict else ''}")
        say(f"{len(waiting)} records wait for a decision")
    if waiting:
        raise typer.Exit(_WAITING)


def run_draw(number: str, *, to: Path, home: Path | None) -> None:
    """Draw the structures of an import on one sheet."""
    laboratory = require_laboratory(home)
    records = laboratory.collecting.records(number)
    drawn: dict[str, str] = {}
    for one in records.release().spectra:
        structure = stated_structure(one)
        if structure is not None and structure.smiles is not None:
            drawn.setdefault(str(structure.smiles), f"{one.accession} {one.name}")
    for known in records.substances:
        if known.smiles:
            name = known.names[0].text if known.names else str(known.inchikey)
            drawn.setdefault(known.smiles, name)
    with to.open("x", encoding="utf-8") as file:
        file.writelines(_sheet(number, drawn))
    say(f"{to}: {len(drawn)} structures of {number}")


def run_decide(
    number: str,
    *,
    records: Sequence[str],
    complained: bool,
    leave_out: bool,
    reason: str,
    by: str,
    home: Path | None,
) -> None:
    """Decide about records."""
    here = seat(require_laboratory(home), by)
    wanted = list(records)
    if complained:
        found = here.laboratory.collecting.findings(number).report.complained
        wanted += sorted(found - set(here.laboratory.collecting.get(number).verdicts))
    verdict = Verdict.LEAVE_OUT if leave_out else Verdict.TAKE
    here.laboratory.vetting.decide(number, wanted, verdict=verdict, reason=reason, actor=here.person)
    say(f"{number}: {len(set(wanted))} records, {verdict}")


def run_check(
    number: str, *, drawings_confirmed: bool, comment: str, by: str, as_json: bool, home: Path | None
) -> None:
    """Let an import pass, as the second person."""
    if not by:
        raise InvalidRecordError(f"{number} is no file; to check an import say who signs, with --by")
    laboratory = require_laboratory(home)
    here = _unasked(laboratory, by)
    shown = here.laboratory.collecting.get(number)
    checked = here.laboratory.vetting.check(
        number,
        structures_confirmed=drawings_confirmed,
        comment=comment,
        actor=here.person,
        confirmation=_confirmed(laboratory, by, SignatureMeaning.APPROVER, shown),
    )
    _tell_import(laboratory, checked, as_json=as_json)


def run_check_file(path: Path, *, technique: str, as_json: bool, home: Path | None) -> None:
    """Check the records of a file; nothing is recorded."""
    reading = file_reader(home).records(path)
    collection = Collection(source=path.name, technique=_technique(technique))
    library = imported_library(reading, collection=collection, prefix="")
    report = check_spectra(library.spectra)
    found = ImportFindings(refused=library.refused, report=report)
    if as_json:
        facts = {"read": library.read, "taken": len(library.spectra), "refused_records": len(library.refused)}
        print_json({**facts, **_findings_json(found, report.findings)})
    else:
        say(f"{path}: {library.read} records read, {len(library.spectra)} taken, {len(library.refused)} refused")
        for one in report.findings:
            say(_words(one))
    if report.complained or library.refused:
        raise typer.Exit(_WAITING)


def run_refuse(number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Refuse an import."""
    here = seat(require_laboratory(home), by)
    refused = here.laboratory.vetting.refuse(number, reason=reason, actor=here.person)
    say(f"{refused.number}: {refused.state}")


def run_release(
    name: str,
    *,
    imports: Sequence[str],
    base: str,
    left_out: Sequence[str],
    by: str,
    as_json: bool,
    home: Path | None,
) -> None:
    """Make and sign a release."""
    laboratory = require_laboratory(home)
    here = _unasked(laboratory, by)
    plan = ReleasePlan(name=name, imports=tuple(imports), base=base, left_out=tuple(left_out))
    prepared = here.laboratory.vetting.prepare(plan, actor=here.person)
    note(f"release {prepared.number}: {prepared.spectra} spectra, SHA-256 {prepared.sha256}")
    confirmed = _confirmed(laboratory, by, SignatureMeaning.RELEASER, prepared)
    made = here.laboratory.vetting.publish(prepared, actor=here.person, confirmation=confirmed)
    if as_json:
        print_json(dict(body_of(made)))
    else:
        say(f"release {made.number} recorded: {made.spectra} spectra, SHA-256 {made.sha256}")
    watch_now(laboratory)
    note("'aigaq watch run' searches what was left unidentified in it")


def _technique(text: str) -> IonTechnique:
    found = {one.value.casefold(): one for one in IonTechnique}
    if text.casefold() not in found:
        raise InvalidRecordError(f"technique {text!r}; expected one of {', '.join(IonTechnique)}")
    return found[text.casefold()]


def _unasked(laboratory: Laboratory, by: str) -> Seat:
    """Give the laboratory as a person sees it whose signature is asked for at the end."""
    person = laboratory.staffing.acting(laboratory.staffing.get(by))
    return Seat(laboratory=laboratory.seen_by(person), person=person)


def _confirmed(laboratory: Laboratory, by: str, meaning: SignatureMeaning, record: Record) -> SignatureConfirmation:
    typed = ask_credentials(laboratory, by)
    return laboratory.authentication.confirm(
        by, password=typed.password, code=typed.code, meaning=meaning, record=record
    )


def _tell_import(laboratory: Laboratory, made: LibraryImport, *, as_json: bool) -> None:
    if as_json:
        print_json(dict(body_of(made)))
        return
    counts = made.counts
    say(f"{made.number} {made.state}: {made.collection}, {made.form}, SHA-256 {made.raw.sha256}")
    say(f"  {counts.read} records read, {counts.taken} taken, {counts.refused} refused")
    if made.technique == IonTechnique.UNKNOWN:
        note("How records were measured that do not say it was not stated; with --technique more can be checked")
    for one in made.tallies:
        say(f"  {one.check}: {one.looked_at} looked at, {one.complaints} complaints, {one.notes} notes")
    if made.state == "proposed":
        waiting = laboratory.collecting.findings(made.number).report.complained - set(made.verdicts)
        say(f"  {len(waiting)} records wait for a decision, {counts.structures} drawings for a look")


def _findings_json(found: ImportFindings, shown: Sequence[CheckFinding]) -> dict[str, Any]:
    return {
        "refused": [
            {"place": one.place, "name": one.name, "found": one.found, "expected": one.expected}
            for one in found.refused
        ],
        "checks": [
            {"check": one.check.value, "looked_at": one.looked_at, "complaints": one.complaints, "notes": one.notes}
            for one in found.report.counts
        ],
        "findings": [
            {
                "accession": one.accession,
                "check": one.check.value,
                "severity": one.severity.value,
                "words": one.words,
                "others": list(one.others),
            }
            for one in shown
        ],
    }


def _words(finding: CheckFinding) -> str:
    return f"{finding.severity}, {finding.check}, {finding.accession}: {finding.words}"


def _sheet(number: str, drawn: dict[str, str]) -> list[str]:
    head = "<!doctype html><meta charset='utf-8'><style>figure{display:inline-block;margin:1em;width:320px}</style>"
    figures = [
        f"<figure>{draw_structure_svg(Smiles(smiles), stereochemistry=True)}"
        f"<figcaption>{escape(words)}<br><small>{escape(smiles)}</small></figcaption></figure>\n"
        for smiles, words in drawn.items()
    ]
    return [head, f"<title>{escape(number)}</title><h1>{escape(number)}: {len(drawn)}</h1>\n", *figures]
