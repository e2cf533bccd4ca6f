"""What was found in an import, record by record, as it is kept in the raw store: JSON, because it may be long."""

import json
from dataclasses import dataclass, field

from lims.errors import RawStoreError
from lims.ledger.canonical import canonical_bytes
from spectra.formats.text_record import RefusedRecord
from substance_library.checks.finding import Check, CheckFinding, CheckReport, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportFindings:
    """Every record that was refused, and everything that the checks found in the others."""

    refused: tuple[RefusedRecord, ...] = field(repr=False)
    report: CheckReport = field(repr=False)


def findings_bytes(findings: ImportFindings) -> bytes:
    """Write the findings as canonical JSON."""
    return canonical_bytes(
        {
            "refused": [
                {"place": one.place, "name": one.name, "found": one.found, "expected": one.expected}
                for one in findings.refused
            ],
            "looked_at": {check.value: number for check, number in findings.report.looked_at},
            "findings": [
                {
                    "check": one.check.value,
                    "severity": one.severity.value,
                    "accession": one.accession,
                    "words": one.words,
                    "others": list(one.others),
                }
                for one in findings.report.findings
            ],
        }
    )


def findings_of(data: bytes) -> ImportFindings:
    """Read the findings back.

    Raises
    ------
    RawStoreError
        If the bytes are none.
    """
    try:
        facts = json.loads(data)
        return ImportFindings(
            refused=tuple(RefusedRecord(**one) for one in facts["refused"]),
            report=CheckReport(
                findings=tuple(
                    CheckFinding(
                        check=Check(one["check"]),
                        severity=Severity(one["severity"]),
                        accession=one["accession"],
                        words=one["words"],
                        others=tuple(one["others"]),
                    )
                    for one in facts["findings"]
                ),
                looked_at=tuple((Check(name), number) for name, number in facts["looked_at"].items()),
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RawStoreError(f"findings of a library import cannot be read: {error}") from error
