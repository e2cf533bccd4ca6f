"""``aigaq procedure``, ``deviation``, ``finding`` and ``identification``: the bench and the expert from a console."""

from datetime import datetime
from pathlib import Path
from typing import Any

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.deviation import Deviation
from lims.domain.finding import Finding
from lims.domain.identification import Identification, Verdict, missing
from lims.domain.procedure import Procedure
from lims.domain.technique import EDITION
from lims.services.bench_files import read_finding_file, read_identification_file
from lims.services.fact_file import read_facts
from lims.services.laboratory import Laboratory
from lims.services.validating import AcceptanceFacts, ProcedureFacts


def run_add_procedure(file: Path, *, by: str, replaces: int | None, as_json: bool, home: Path | None) -> None:
    """Record a procedure."""
    facts = read_facts(file, ProcedureFacts)
    here = seat(require_laboratory(home), by)
    _print_procedure(here.laboratory.validating.record(facts, actor=here.person, replaces=replaces), as_json=as_json)


def run_validate_procedure(
    number: str, *, on: datetime, record: str, by: str, as_json: bool, home: Path | None
) -> None:
    """State that a procedure is validated."""
    here = seat(require_laboratory(home), by)
    validating = here.laboratory.validating
    _print_procedure(
        validating.validate(number, validated_on=on.date(), record=record, actor=here.person), as_json=as_json
    )


def run_withdraw_procedure(number: str, *, reason: str, by: str, as_json: bool, home: Path | None) -> None:
    """Withdraw a procedure."""
    here = seat(require_laboratory(home), by)
    _print_procedure(here.laboratory.validating.withdraw(number, reason=reason, actor=here.person), as_json=as_json)


def run_show_procedure(number: str, *, as_json: bool, home: Path | None) -> None:
    """Print a procedure."""
    _print_procedure(require_laboratory(home).validating.procedure(number), as_json=as_json)


def _print_procedure(procedure: Procedure, *, as_json: bool) -> None:
    pairs = zip(procedure.techniques, procedure.categories, strict=True)
    techniques = [{"technique": name, "category": category.value} for name, category in pairs]
    if as_json:
        print_json(
            {
                "procedure": procedure.number,
                "version": procedure.version,
                "state": procedure.state,
                "validated_on": procedure.validation.validated_on.isoformat() if procedure.validation else None,
                "validation_record": procedure.validation.record if procedure.validation else None,
                "register_number": procedure.register_number or None,
                "techniques": techniques,
                "edition": EDITION,
                "required_controls": list(procedure.required_controls),
                "matrices": list(procedure.matrices),
            }
        )
        return
    of = ", ".join(f"{one['technique']} ({one['category']})" for one in techniques)
    say(f"procedure {procedure.number} version {procedure.version}, {procedure.state}: {procedure.name}")
    say(f"  {of}; register of expert methods: {procedure.register_number or 'unknown'}")


def run_ask_deviation(
    exhibit: str, procedure: str, *, departure: str, justification: str, by: str, home: Path | None
) -> None:
    """Ask for a deviation."""
    here = seat(require_laboratory(home), by)
    _say_deviation(
        here.laboratory.validating.ask_deviation(
            exhibit, procedure, departure=departure, justification=justification, actor=here.person
        )
    )


def run_authorise_deviation(number: str, *, by: str, home: Path | None) -> None:
    """Authorise a deviation."""
    here = seat(require_laboratory(home), by)
    _say_deviation(here.laboratory.validating.authorise_deviation(number, actor=here.person))


def run_accept_deviation(
    number: str, *, customer: str, reference: str, on: datetime, by: str, home: Path | None
) -> None:
    """Record the customer's acceptance."""
    here = seat(require_laboratory(home), by)
    facts = AcceptanceFacts(customer=customer, reference=reference, accepted_on=on.date())
    _say_deviation(here.laboratory.validating.accept_deviation(number, facts, actor=here.person))


def _say_deviation(deviation: Deviation) -> None:
    say(f"deviation {deviation.number} from {deviation.procedure_number} is {deviation.state}")


def run_add_finding(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Record a finding."""
    stated = read_finding_file(file)
    here = seat(require_laboratory(home), by)
    service = here.laboratory.finding
    found = service.record(stated.finding, files=stated.files(file.parent), actor=here.person)
    _print_findings((found,), as_json=as_json)


def run_correct_finding(
    number: str, file: Path, *, reason: str, version: int, by: str, as_json: bool, home: Path | None
) -> None:
    """Correct a finding."""
    stated = read_finding_file(file)
    here = seat(require_laboratory(home), by)
    corrected = here.laboratory.finding.correct(
        number,
        stated.finding,
        reason=reason,
        actor=here.person,
        version=version,
        files=stated.files(file.parent),
    )
    _print_findings((corrected,), as_json=as_json)


def run_discard_finding(number: str, *, reason: str, by: str, home: Path | None) -> None:
    """Discard a finding."""
    here = seat(require_laboratory(home), by)
    _print_findings((here.laboratory.finding.discard(number, reason=reason, actor=here.person),), as_json=False)


def run_list_findings(exhibit: str, *, as_json: bool, home: Path | None) -> None:
    """Print all findings of an exhibit, discarded ones too."""
    _print_findings(require_laboratory(home).finding.of_exhibit(exhibit), as_json=as_json)


def _print_findings(findings: tuple[Finding, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"findings": [_finding_data(one) for one in findings]})
        return
    for one in findings:
        discarded = f" ({one.discard.reason})" if one.discard else ""
        say(f"{one.number} version {one.version}, sampling {one.sampling}: {one.title}: {one.state}{discarded}")


def _finding_data(finding: Finding) -> dict[str, Any]:
    return {
        "finding": finding.number,
        "version": finding.version,
        "state": finding.state,
        "sampling": finding.sampling,
        "substance": finding.substance,
        "procedure": finding.procedure_number,
        "results": [{"technique": one.technique, "outcome": one.outcome.value} for one in finding.results],
        "evidence": [one.sha256 for one in finding.evidence],
        "discarded": finding.discard.reason if finding.discard else None,
    }


def run_open_identification(file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Put a substance in question."""
    stated = read_identification_file(file)
    here = seat(require_laboratory(home), by)
    opened = here.laboratory.identifying.open(stated.question, stated.basis, actor=here.person)
    _print_identifications((opened,), as_json=as_json)


def run_revise_identification(number: str, file: Path, *, by: str, as_json: bool, home: Path | None) -> None:
    """Put an identification on other results; the question stays."""
    stated = read_identification_file(file)
    here = seat(require_laboratory(home), by)
    _print_identifications(
        (here.laboratory.identifying.revise(number, stated.basis, actor=here.person),), as_json=as_json
    )


def run_conclude(number: str, verdict: Verdict, *, by: str, as_json: bool, home: Path | None) -> None:
    """Draw a conclusion."""
    here = seat(require_laboratory(home), by)
    concluded = here.laboratory.identifying.conclude(number, verdict, actor=here.person)
    _print_identifications((concluded,), as_json=as_json)


def run_agree(number: str, *, by: str, home: Path | None) -> None:
    """Record that a second person agrees."""
    here = seat(require_laboratory(home), by)
    _print_identifications((here.laboratory.identifying.agree(number, actor=here.person),), as_json=False)


def run_dispute(number: str, *, words: str, by: str, home: Path | None) -> None:
    """Record that a second person disagrees."""
    here = seat(require_laboratory(home), by)
    disputed = here.laboratory.identifying.dispute(number, words=words, actor=here.person)
    _print_identifications((disputed,), as_json=False)


def run_resolve(number: str, *, words: str, stands: bool, by: str, home: Path | None) -> None:
    """End a disagreement."""
    here = seat(require_laboratory(home), by)
    resolved = here.laboratory.identifying.resolve(number, words=words, stands=stands, actor=here.person)
    _print_identifications((resolved,), as_json=False)


def run_show_identifications(exhibit: str, *, as_json: bool, home: Path | None) -> None:
    """Print all identifications of an exhibit, what each still lacks, and what keeps them from a report."""
    laboratory: Laboratory = require_laboratory(home)
    identifications = laboratory.identifying.of_exhibit(exhibit)
    faults = laboratory.identifying.faults(exhibit)
    if as_json:
        print_json(
            {
                "exhibit": exhibit,
                "identifications": [_identification_data(one) for one in identifications],
                "faults": list(faults),
            }
        )
        return
    _print_identifications(identifications, as_json=False)
    for fault in faults:
        say(f"not for a report: {fault}")


def _print_identifications(identifications: tuple[Identification, ...], *, as_json: bool) -> None:
    if as_json:
        print_json({"identifications": [_identification_data(one) for one in identifications]})
        return
    for one in identifications:
        say(f"{one.number} version {one.version}, {one.state}: {one.title}")
        for gap in missing(one):
            say(f"  lacking: {gap.value}")
        for limitation in one.limitations:
            say(f"  limitation: {limitation.value}")


def _identification_data(identification: Identification) -> dict[str, Any]:
    verdict, basis = identification.verdict, identification.basis
    return {
        "identification": identification.number,
        "version": identification.version,
        "state": identification.state,
        "substance": identification.substance,
        "inchikey": identification.inchikey,
        "conclusion": verdict.conclusion.value if verdict else None,
        "rule": identification.outcome.rule,
        "missing": [gap.value for gap in missing(identification)],
        "identity": list(identification.outcome.identity),
        "isomers": basis.isomers.state.value,
        "isomer_set": [
            {
                "name": one.name,
                "relation": one.relation or None,
                "separated_by": one.separated_by or None,
                "isomer_group": one.group or None,
                "tests": list(one.tests),
            }
            for one in basis.isomers.isomers
        ],
        "ring_isomers_in_no_table": list(basis.isomers.possible),
        "limitations": [*(one.value for one in identification.limitations), *basis.limitations],
        "results": [
            {
                "number": one.number,
                "technique": one.technique,
                "outcome": one.outcome.value,
                "sampling": one.sampling,
                "comparison": one.comparison.value,
            }
            for one in basis.supports
        ],
        "not_counted": list(identification.outcome.not_counted),
        "left_out": [{"number": one.number, "reason": one.reason} for one in basis.left_out],
        "disagreements": [
            {
                "by": one.by,
                "words": one.words,
                "resolution": one.resolution.words if one.resolution else None,
            }
            for one in identification.disagreements
        ],
    }
