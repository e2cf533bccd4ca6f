"""A whole laboratory on any database, with a clock that a test sets and a desk that writes plain text.

Everything but clock and desk is the real part. The desk makes real bytes and real digests; it only has no keys.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from argon2 import PasswordHasher
from sqlalchemy import Engine

from lims.domain.case import Case
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.record import body_of
from lims.domain.report import Report
from lims.domain.report_content import Person, ReportContent
from lims.domain.run import RecordedRun
from lims.domain.staff import Role, StaffMember
from lims.errors import DocumentError, SigningError
from lims.ledger import canonical_bytes
from lims.persistence.accounts import SqlAccounts
from lims.persistence.raw_store import FolderRawStore
from lims.persistence.store import SqlStore
from lims.services.accessioning import AccessioningService, CaseFacts, ExhibitFacts
from lims.services.auditing import AuditingService
from lims.services.curating import CuratingService
from lims.services.examining import ExaminationService
from lims.services.importing import ImportService
from lims.services.ports import SignedDocument
from lims.services.reporting import ReportingService
from lims.services.reviewing import ReviewingService
from lims.services.staffing import StaffingService
from tests.builders.clocks import SetClock

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

ADMIN = StaffMember(number="admin", name="Admin", post="head", roles=(Role.ADMINISTRATOR, Role.LIBRARY_CURATOR))
TECHNICIAN = StaffMember(number="technician", name="Technician", post="technician", roles=(Role.TECHNICIAN,))
EXPERT = StaffMember(number="expert-a", name="Expert A", post="chemist", roles=(Role.EXPERT,))
REVIEWER = StaffMember(number="expert-b", name="Expert B", post="chemist", roles=(Role.EXPERT, Role.TECHNICAL_REVIEWER))
PEOPLE = (ADMIN, TECHNICIAN, EXPERT, REVIEWER)


@dataclasses.dataclass
class PlainDesk:
    """Writes documents as canonical JSON and signs with a line of text."""

    keyless: frozenset[str] = frozenset()
    """People who cannot sign."""
    unprintable: bool = False
    """True as long as no document can be composed."""

    @property
    def evidence(self) -> bool:
        return False

    @property
    def signature_level(self) -> str:
        return "a line of text"

    @property
    def trust_roots(self) -> tuple[bytes, ...]:
        return ()

    def content_bytes(self, content: ReportContent) -> bytes:
        return canonical_bytes(body_of(content))

    def compose(self, content: ReportContent) -> bytes:
        if self.unprintable:
            raise DocumentError("no glyph for U+1F9EA")
        return self.content_bytes(content) + b"\n"

    def sign_as_expert(self, pdf: bytes, *, person: Person, number: str, at: datetime) -> SignedDocument:
        return self._sign(pdf, "expert", person, number, at)

    def sign_as_reviewer(self, pdf: bytes, *, person: Person, number: str, at: datetime) -> SignedDocument:
        return self._sign(pdf, "reviewer", person, number, at)

    def _sign(self, pdf: bytes, part: str, person: Person, number: str, at: datetime) -> SignedDocument:
        if person.number in self.keyless:
            raise SigningError(f"no key is configured for {person.number}")
        if f'"number":"{number}"'.encode() not in pdf:
            raise SigningError(f"the document is not {number}")
        if part == "reviewer" and b"\nsigned as expert " not in pdf:
            raise SigningError("the document is not certified by its author")
        signed = pdf + f"\nsigned as {part} by {person.number} at {at.isoformat()}\n".encode()
        proof: Mapping[str, str] = {
            "signer": person.number,
            "sha256_before": hashlib.sha256(pdf).hexdigest(),
            "sha256_after": hashlib.sha256(signed).hexdigest(),
        }
        return SignedDocument(pdf=signed, proof=proof)


@dataclasses.dataclass
class Bench:
    """The services of one laboratory, and the steps that most tests begin with."""

    engine: Engine
    folder: Path
    clock: SetClock = dataclasses.field(default_factory=SetClock)
    desk: PlainDesk = dataclasses.field(default_factory=PlainDesk)

    def __post_init__(self) -> None:
        self.store = SqlStore(self.engine)
        self.raw_store = FolderRawStore(self.folder / "raw")
        self.accounts = SqlAccounts(self.engine)
        parts = {"store": self.store, "clock": self.clock}
        kept = {**parts, "raw_store": self.raw_store}
        self.staffing = StaffingService(**parts, accounts=self.accounts, hasher=QUICK_HASHER)
        self.accessioning = AccessioningService(**parts, laboratory="Laboratory of the tests")
        self.importing = ImportService(**kept)
        self.curating = CuratingService(**kept)
        self.examining = ExaminationService(**parts, importing=self.importing, curating=self.curating)
        self.reporting = ReportingService(**kept, desk=self.desk, importing=self.importing, curating=self.curating)
        self.reviewing = ReviewingService(**kept, desk=self.desk, reporting=self.reporting)
        self.auditing = AuditingService(store=self.store, raw_store=self.raw_store)

    @property
    def entries(self) -> int:
        with self.store.reading() as work:
            return work.head().entries

    @property
    def raw_objects(self) -> list[Path]:
        return sorted(path for path in (self.folder / "raw").rglob("*") if path.is_file())

    def hire(self) -> None:
        actor = None
        for member in PEOPLE:
            self.staffing.register(member, password=PASSWORD, actor=actor)
            actor = ADMIN

    def case(self) -> Case:
        return self.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=TECHNICIAN)

    def exhibit(self) -> Exhibit:
        return self.accessioning.register_exhibit(
            self.case().number, ExhibitFacts(description="a card"), actor=TECHNICIAN
        )

    def run(self, path: Path) -> RecordedRun:
        return self.importing.import_run(path, exhibit_number=self.exhibit().number, actor=TECHNICIAN)

    def opened(self, path: Path) -> Examination:
        """Examine a run in the training release; people must be hired."""
        release = self.curating.add_training_release(actor=ADMIN)
        return self.examining.open(self.run(path).number, release_name=release.number, actor=EXPERT)

    def concluded(self, path: Path) -> Examination:
        examination = self.opened(path)
        for component in examination.components:
            self.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
        return self.examining.conclude(examination.number, actor=EXPERT)

    def drafted(self, path: Path) -> Report:
        return self.draft(self.concluded(path).number)

    def draft(self, examination_number: str) -> Report:
        return self.reporting.draft(examination_number, reviewer=REVIEWER.number, language="en", actor=EXPERT)
