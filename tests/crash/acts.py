"""Acts of one kind after another through the real services, each acknowledged only after its service has returned."""

import hashlib
import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lims.domain.record import Record, body_of
from lims.domain.report import BEFORE_ISSUE, ReportStatus
from lims.domain.signature import SignatureConfirmation, SignatureMeaning, record_digest
from lims.domain.staff import StaffMember
from lims.ledger import LedgerEntry, StoredEntry, canonical_bytes
from lims.services.accessioning import CaseFacts, ExhibitFacts
from lims.services.laboratory import Laboratory
from spectra import run_manifest
from tests.builders.agilent_folder import data_file, write_folder
from tests.builders.andi_file import andi_file
from tests.builders.laboratories import EXPERT, HEAD, REVIEWER, TECHNICIAN
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES
from tests.crash.homes import Home


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """What a service gave back: from then on it must not be lost."""

    kind: str
    number: str
    version: int
    body_sha256: str
    raw: tuple[str, ...] = ()
    """Digests of everything in the raw store that the act relies on."""

    def to_line(self) -> bytes:
        """Give one line that a pipe takes at once or not at all."""
        return json.dumps(asdict(self)).encode() + b"\n"

    @classmethod
    def from_facts(cls, facts: dict[str, object]) -> "Acknowledgement":
        """Read what a line holds."""
        return cls(**(facts | {"raw": tuple(facts["raw"])}))


def acknowledged(record: Record, *, raw: tuple[str, ...] = ()) -> Acknowledgement:
    """Say what a service gave back."""
    digest = hashlib.sha256(canonical_bytes(body_of(record))).hexdigest()
    return Acknowledgement(kind=record.KIND, number=record.number, version=record.version, body_sha256=digest, raw=raw)


def acknowledged_entry(stored: StoredEntry) -> Acknowledgement:
    """Say that an entry is in the ledger."""
    entry = LedgerEntry.from_bytes(stored.data)
    digest = hashlib.sha256(canonical_bytes(entry.body)).hexdigest()
    return Acknowledgement(kind=entry.kind, number=entry.number, version=entry.version, body_sha256=digest)


def register(laboratory: Laboratory, _: Home, **__: object) -> Iterator[Acknowledgement]:
    """Register cases and their exhibits, one after another."""
    for ordinal in itertools.count(1):
        facts = CaseFacts(appointing_body="Court", order_number=str(ordinal), questions=("Which substances?",) * 3)
        case = laboratory.accessioning.register_case(facts, actor=TECHNICIAN)
        yield acknowledged(case)
        exhibit = ExhibitFacts(description=f"packet {ordinal}", seal_number=secrets.token_hex(4), seal_intact=True)
        yield acknowledged(laboratory.accessioning.register_exhibit(case.number, exhibit, actor=TECHNICIAN))


def bring_in(laboratory: Laboratory, home: Home, *, inbox: Path | None = None) -> Iterator[Acknowledgement]:
    """Import small runs that are all different: files, and every third a folder of two files."""
    scratch = inbox or home.folder / "inbox"
    scratch.mkdir(exist_ok=True)
    for ordinal in itertools.count(1):
        path = new_run(scratch, is_folder=ordinal % 3 == 0)
        manifest = run_manifest(path)
        members = tuple(entry.sha256 for entry in manifest.entries)
        run = laboratory.importing.import_run(path, exhibit_number=home.exhibit, actor=TECHNICIAN)
        yield acknowledged(run, raw=(run.raw.sha256, *members))


def new_run(folder: Path, *, is_folder: bool) -> Path:
    """Write a run that nobody ever wrote."""
    name = secrets.token_hex(8)
    if is_folder:
        return write_folder(folder / f"{name}.D", data_file(sample=name).data, contents_xml=f"<x>{name}</x>".encode())
    path = folder / f"{name}.cdf"
    path.write_bytes(andi_file(scan_acquisition_time=[5.25, 6.0 + secrets.randbelow(10**9) / 10**6]))
    return path


def sign(laboratory: Laboratory, home: Home, **_: object) -> Iterator[Acknowledgement]:
    """Draft, review and issue reports, each step signed by its person, until every examination has one."""
    for number in home.examinations:
        report = next((r for r in laboratory.reporting.of_examination(number) if r.status in _ON_THE_WAY), None)
        if report is None:
            examination = laboratory.examining.get(number)
            report = laboratory.reporting.draft(
                number,
                reviewer=REVIEWER.number,
                language="en",
                actor=EXPERT,
                confirmation=_confirmed(laboratory, EXPERT, SignatureMeaning.AUTHOR, examination),
            )
            yield acknowledged(report, raw=(str(report.draft_sha256),))
        if report.status is ReportStatus.DRAFTED:
            confirmation = _confirmed(laboratory, REVIEWER, SignatureMeaning.TECHNICAL_REVIEWER, report)
            report = laboratory.reviewing.approve(
                report.number, actor=REVIEWER, checklist=TECHNICAL_YES, confirmation=confirmation
            )
            yield acknowledged(report, raw=(str(report.pdf_sha256),))
        if report.status is ReportStatus.REVIEWED:
            confirmation = _confirmed(laboratory, HEAD, SignatureMeaning.ADMINISTRATIVE_REVIEWER, report)
            report = laboratory.administering.approve(
                report.number, actor=HEAD, checklist=ADMINISTRATIVE_YES, confirmation=confirmation
            )
            yield acknowledged(report, raw=(str(report.pdf_sha256),))
        if report.status is ReportStatus.ADMINISTRATIVELY_REVIEWED:
            confirmation = _confirmed(laboratory, HEAD, SignatureMeaning.RELEASER, report)
            report = laboratory.releasing.release(report.number, actor=HEAD, confirmation=confirmation)
            yield acknowledged(report, raw=(str(report.pdf_sha256),))


_ON_THE_WAY = (*BEFORE_ISSUE, ReportStatus.ISSUED)


def _confirmed(
    laboratory: Laboratory, person: StaffMember, meaning: SignatureMeaning, record: Record
) -> SignatureConfirmation:
    """Give what the sign-in service gives to a person who typed password and code, without hashing."""
    return SignatureConfirmation(
        person=person.number,
        meaning=meaning,
        kind=record.KIND,
        number=record.number,
        version=record.version,
        record_sha256=record_digest(record),
        confirmed_at=laboratory.clock.now(),
        factors=("password", "totp"),
    )


Acts = Callable[..., Iterator[Acknowledgement]]
"""Takes the laboratory, its home and, by name, the folder in which runs to be imported are made."""

KINDS: dict[str, Acts] = {"registration": register, "import": bring_in, "signing": sign}
