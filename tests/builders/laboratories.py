"""A whole laboratory on any database, with a clock that a test sets and a desk that writes plain text.

Everything but clock and desk is the real part. The desk makes real bytes and real digests; it only has no keys.
"""

import dataclasses
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from secrets import randbelow
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import Engine, delete, insert, select

from lims.domain.case import Case
from lims.domain.completeness import Premises
from lims.domain.copy_mark import CopyMark
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.record import Record, body_of
from lims.domain.report import Report, ReportStatus
from lims.domain.report_content import Person, ReportContent
from lims.domain.run import RecordedRun
from lims.domain.signature import SignatureConfirmation, SignatureMeaning, record_digest
from lims.domain.staff import Role, StaffMember
from lims.errors import DocumentError, SigningError
from lims.ledger import canonical_bytes
from lims.ledger.chain import StoredEntry
from lims.ledger.extract import LedgerExtract
from lims.persistence.accounts import SqlAccounts
from lims.persistence.archive import SqlArchive
from lims.persistence.engine import open_engine
from lims.persistence.projections import KINDS
from lims.persistence.raw_store import open_raw_store
from lims.persistence.secret_box import AesSecretBox
from lims.persistence.service_facts import SqlServiceFacts
from lims.persistence.statistics_counts import SqlStatistics
from lims.persistence.store import SqlStore
from lims.persistence.tables import ACCOUNT, LEDGER, LISTS
from lims.services.accessioning import AccessioningService, CaseFacts, ExhibitFacts
from lims.services.administering import AdministrativeReviewService
from lims.services.alerting import AlertService
from lims.services.amending import AmendingService
from lims.services.archiving import ArchivingService
from lims.services.auditing import AuditingService
from lims.services.authentication import AuthenticationService
from lims.services.batch_measurement import BatchMeasurement
from lims.services.batching import BatchingService
from lims.services.case_filing import CaseFilingService
from lims.services.charting import ChartingService
from lims.services.clarifying import ClarifyingService
from lims.services.clustering import ClusterService
from lims.services.collecting import CollectingService
from lims.services.copying import CopyingService
from lims.services.curating import CuratingService
from lims.services.custody import CustodyService
from lims.services.desk_ports import ExchangeFolder, RecomputedPart, ShownPicture, SignedDocument
from lims.services.detecting import DetectingService
from lims.services.determining import DeterminingService
from lims.services.disclosing import DisclosingService
from lims.services.donors import DonorService
from lims.services.examining import ExaminationService
from lims.services.finding import FindingService
from lims.services.identifying import IdentifyingService
from lims.services.importing import ImportService
from lims.services.isomer_curating import IsomerCuratingService
from lims.services.issue_gate import IssuePolicy
from lims.services.law_watching import LawWatchService
from lims.services.legislating import LegislatingService
from lims.services.measuring import MeasuringService
from lims.services.nonconforming import NonconformingService
from lims.services.overseeing import OverseeingService
from lims.services.passwords import Passwords
from lims.services.permitting import Rights
from lims.services.photographing import PhotographService
from lims.services.qualifying import QualifyingService
from lims.services.quantitating import QuantitationService
from lims.services.queueing import QueueingService
from lims.services.recovering import RecoveringService
from lims.services.registering import RegisteringService
from lims.services.releasing import ReleasingService
from lims.services.reporting import ReportingService
from lims.services.requesting import RequestService
from lims.services.reviewing import ReviewingService
from lims.services.sampling import SamplingService
from lims.services.scanning import ScanningService
from lims.services.scrubbing import ScrubbingService
from lims.services.sealing import SealingService
from lims.services.sessions import SessionService
from lims.services.signing_in import SignInService
from lims.services.staffing import StaffingService
from lims.services.statistics import StatisticsService
from lims.services.stocking import StockingService
from lims.services.storing import StoringService
from lims.services.sweeping import SweepingService
from lims.services.terms import TermService
from lims.services.tracing import TracingService
from lims.services.turnaround import TurnaroundService
from lims.services.validating import ValidatingService
from lims.services.vetting import VettingService
from lims.services.watching import WatchService
from lims.services.weighing import WeighingService
from tests.builders.clocks import SetClock
from tests.builders.databases import place_empty
from tests.builders.people import QUALITY, hire
from tests.builders.readers import InProcessReader
from tests.builders.reviews import ADMINISTRATIVE_YES, TECHNICAL_YES

PASSWORD = "a long enough password"  # noqa: S105 - of people who exist in tests only
SECRET_KEY = bytes(32)
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)

ADMIN = StaffMember(number="admin", name="Admin", post="head", roles=(Role.ADMINISTRATOR, Role.LIBRARY_CURATOR))
TECHNICIAN = StaffMember(number="technician", name="Technician", post="technician", roles=(Role.TECHNICIAN,))
EXPERT = StaffMember(number="expert-a", name="Expert A", post="chemist", roles=(Role.EXPERT,))
REVIEWER = StaffMember(number="expert-b", name="Expert B", post="chemist", roles=(Role.EXPERT, Role.TECHNICAL_REVIEWER))
HEAD = StaffMember(number="head", name="Head", post="head", roles=(Role.HEAD,))
PEOPLE = (ADMIN, TECHNICIAN, EXPERT, REVIEWER, HEAD, QUALITY)
EXAMINATION = "2026-0001/1-R1-E1"
POLICY = IssuePolicy(premises=Premises(address="1 Street of the tests"))
REPORT = "2026-0001-P1"
"""The numbers that the usual steps lead to."""


@dataclasses.dataclass
class PlainDesk:
    """Writes documents as canonical JSON and signs with a line of text."""

    keyless: frozenset[str] = frozenset()
    """People who cannot sign."""
    unprintable: bool = False
    """True as long as no document can be composed."""
    services_away: bool = False
    """True as long as a service that a signature needs does not answer."""
    tokens: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """The PIN of each person whose key lies on a token."""

    @property
    def evidence(self) -> bool:
        return False

    @property
    def signature_level(self) -> str:
        return "a line of text"

    @property
    def trust_roots(self) -> tuple[bytes, ...]:
        return ()

    @property
    def revocation_lists(self) -> tuple[bytes, ...]:
        return ()

    def content_bytes(self, content: ReportContent) -> bytes:
        return canonical_bytes(body_of(content))

    def compose(
        self, content: ReportContent, extract: LedgerExtract | None = None, pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        assert (extract is None) is (content.ledger.checkpoint is None)
        printed = {one.shown_sha256 for one in content.exhibit.photographs if one.shown_sha256}
        assert printed == set(pictures or ())
        if self.unprintable:
            raise DocumentError("no glyph for U+1F9EA")
        return self.content_bytes(content) + b"\n"

    def shown_picture(self, photograph: bytes) -> ShownPicture:
        if photograph.startswith(b"unreadable"):
            raise DocumentError("the photograph cannot be shown: it is no picture")
        return ShownPicture(jpeg=b"shown " + photograph, width_px=40, height_px=30)

    def compose_copy(self, content: ReportContent, mark: CopyMark, pictures: Mapping[str, bytes]) -> bytes:
        if self.unprintable:
            raise DocumentError("no glyph for U+1F9EA")
        return canonical_bytes({"mark": body_of(mark), "of": content.number, "pictures": sorted(pictures)})

    def content_in(self, pdf: bytes) -> bytes:
        return pdf.split(b"\n", 1)[0]

    def number_in(self, data: bytes) -> str:
        return str(json.loads(data.split(b"\n", 1)[0])["number"]) if b"\nsigned as " in data else ""

    def page_count(self, pdf: bytes) -> int:
        return 1 if pdf else 0

    def require_services(self, *, at: datetime) -> None:
        assert at.tzinfo is not None
        if self.services_away:
            raise SigningError("time-stamp service: it cannot be reached; nothing was signed")

    def asks_pin(self, person: str) -> bool:
        return person in self.tokens

    def recompute(self, pdf: bytes, *, language: str) -> tuple[RecomputedPart, ...]:
        return (RecomputedPart(name="data", state="equal", words=f"{len(pdf)} bytes in {language}"),)

    def exchanges(self) -> tuple[ExchangeFolder, ...]:
        return ()

    def check_pin(self, *, person: Person, at: datetime, pin: str) -> None:
        assert at.tzinfo is not None
        if not self._token(person, pin):
            raise SigningError(f"{person.number} has no token")

    def sign_as_expert(
        self, pdf: bytes, *, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        return self._sign(pdf, "expert", person, number, at, pin)

    def sign_as_reviewer(
        self, pdf: bytes, *, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        return self._sign(pdf, "reviewer", person, number, at, pin)

    def sign_statement(self, statement: bytes, *, person: Person, at: datetime, pin: str) -> Mapping[str, str]:
        return {
            **self._token(person, pin),
            "signed_at": at.isoformat(),
            "statement_sha256": hashlib.sha256(statement).hexdigest(),
        }

    def _token(self, person: Person, pin: str | None) -> dict[str, str]:
        if pin is None and person.number not in self.tokens:
            return {}
        if self.tokens.get(person.number) != pin:
            raise SigningError(f"the token of {person.number} does not open with this PIN")
        return {"token": f"token of {person.number}"}

    def _sign(
        self, pdf: bytes, part: str, person: Person, number: str, at: datetime, pin: str | None
    ) -> SignedDocument:
        token = self._token(person, pin)
        if person.number in self.keyless:
            raise SigningError(f"no key is configured for {person.number}")
        if f'"number":"{number}"'.encode() not in pdf:
            raise SigningError(f"the document is not {number}")
        if part == "reviewer" and b"\nsigned as expert " not in pdf:
            raise SigningError("the document is not certified by its author")
        signed = pdf + f"\nsigned as {part} by {person.number} at {at.isoformat()}\n".encode()
        proof: Mapping[str, str] = {
            **token,
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
    states: "States | None" = None
    """Where the usual steps were already made once; None to make them here."""
    clock: SetClock = dataclasses.field(default_factory=SetClock)
    desk: PlainDesk = dataclasses.field(default_factory=PlainDesk)
    rights: Rights = dataclasses.field(default_factory=Rights)

    def __post_init__(self) -> None:
        self.store = SqlStore(self.engine, read_clock=self.clock.reading, rights=self.rights)
        self.raw_store = open_raw_store((self.folder / "raw").absolute().as_uri())
        self.accounts = SqlAccounts(self.engine)
        parts = {"store": self.store, "clock": self.clock}
        kept = {**parts, "raw_store": self.raw_store}
        secrets = {**parts, "accounts": self.accounts}
        self.sessions = SessionService(**secrets)
        self.authentication = AuthenticationService(
            **secrets,
            sessions=self.sessions,
            box=AesSecretBox(key=SECRET_KEY),
            laboratory="Laboratory of the tests",
            passwords=Passwords(hasher=QUICK_HASHER),
        )
        self.signing_in = SignInService(store=self.store, authentication=self.authentication, sessions=self.sessions)
        self.staffing = StaffingService(**parts, authentication=self.authentication)
        self.qualifying = QualifyingService(**parts)
        self.registering = RegisteringService(**parts)
        self.stocking = StockingService(**parts)
        self.weighing = WeighingService(**parts, registering=self.registering)
        self.sampling = SamplingService(**parts)
        self.accessioning = AccessioningService(**parts, laboratory="Laboratory of the tests")
        self.requesting = RequestService(**parts)
        self.terms = TermService(**parts)
        self.clarifying = ClarifyingService(**parts)
        self.donors = DonorService(**parts)
        self.photographing = PhotographService(**kept)
        self._open_custody(parts)
        reader = InProcessReader()
        self.importing = ImportService(**kept, reader=reader)
        self.curating = CuratingService(**kept, reader=reader)
        measurement = BatchMeasurement(importing=self.importing, curating=self.curating)
        self.batching = BatchingService(**parts, measurement=measurement)
        self.measuring = MeasuringService(**parts, importing=self.importing)
        self.charting = ChartingService(store=self.store)
        self.examining = ExaminationService(**parts, importing=self.importing, curating=self.curating)
        self.validating = ValidatingService(**parts)
        self.finding = FindingService(**kept)
        self.identifying = IdentifyingService(**parts, curating=self.curating)
        self.isomer_curating = IsomerCuratingService(**parts, curating=self.curating)
        self.legislating, self.determining = LegislatingService(**parts), DeterminingService(**parts)
        self.nonconforming = NonconformingService(**parts)
        self.tracing = TracingService(store=self.store)
        self.queueing = QueueingService(**parts, terms=self.terms, kinds=KINDS)
        self.turnaround = TurnaroundService(store=self.store)
        self.statistics = StatisticsService(**parts, counts=SqlStatistics(self.engine))
        self.detecting = DetectingService(**parts, importing=self.importing, kinds=KINDS)
        self.reporting = ReportingService(
            **kept, desk=self.desk, importing=self.importing, curating=self.curating, policy=POLICY
        )
        self._open_onward(parts, kept)
        self.auditing = AuditingService(store=self.store, raw_store=self.raw_store, draw=randbelow)
        self.sweeping = SweepingService(**kept)
        facts = SqlServiceFacts(self.engine, self.raw_store)
        self.overseeing = OverseeingService(**kept, facts=facts, has_second_copy=False)
        self.quantitating = QuantitationService(**parts, measurement=measurement, curating=self.curating)
        self._open_library(kept, reader)
        self._open_watch(parts)

    def _open_onward(self, parts: Mapping[str, Any], kept: Mapping[str, Any]) -> None:
        self.reviewing = ReviewingService(**kept, desk=self.desk, reporting=self.reporting)
        self.administering = AdministrativeReviewService(**kept, desk=self.desk, reporting=self.reporting)
        self.releasing = ReleasingService(**kept, desk=self.desk, reporting=self.reporting)
        self.amending = AmendingService(**parts)
        self.scrubbing = ScrubbingService(**kept)
        self.copying = CopyingService(**kept, desk=self.desk)
        self.recovering = RecoveringService(**kept, desk=self.desk)
        self.disclosing = DisclosingService(**kept, curating=self.curating, charting=self.charting)

    def _open_custody(self, parts: Mapping[str, Any]) -> None:
        self.custody = CustodyService(**parts)
        self.sealing = SealingService(**parts)
        self.scanning = ScanningService(store=self.store)
        self.case_filing = CaseFilingService(store=self.store, custody=self.custody)
        self.storing = StoringService(**parts)

    def _open_watch(self, parts: Mapping[str, Any]) -> None:
        self.archive = SqlArchive(self.engine)
        self.archiving = ArchivingService(store=self.store, archive=self.archive, importing=self.importing)
        self.watching = WatchService(**parts, archive=self.archive, archiving=self.archiving, curating=self.curating)
        self.law_watching = LawWatchService(**parts, archive=self.archive)
        self.alerting = AlertService(**parts)
        self.clustering = ClusterService(**parts, archive=self.archive)

    def _open_library(self, kept: Mapping[str, Any], reader: InProcessReader) -> None:
        self.collecting = CollectingService(
            **kept, importing=self.importing, laboratory="Laboratory of the tests", reader=reader
        )
        self.vetting = VettingService(**kept, desk=self.desk, collecting=self.collecting, curating=self.curating)

    @property
    def entries(self) -> int:
        with self.store.reading() as work:
            return work.head().entries

    @property
    def raw_objects(self) -> list[Path]:
        return sorted(path for path in (self.folder / "raw").rglob("*") if path.is_file())

    def hire(self) -> None:
        if self._reach("hired"):
            return
        hire(self, PEOPLE, password=PASSWORD)

    def case(self) -> Case:
        return self.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=TECHNICIAN)

    def exhibit(self) -> Exhibit:
        return self.accessioning.register_exhibit(
            self.case().number, ExhibitFacts(description="a card", condition="dry, closed"), actor=TECHNICIAN
        )

    def run(self, path: Path) -> RecordedRun:
        return self.importing.import_run(path, exhibit_number=self.exhibit().number, actor=TECHNICIAN)

    def opened(self, path: Path) -> Examination:
        """Examine a run in the training release; people must be hired."""
        if self._reach("opened"):
            return self.examining.get(EXAMINATION)
        release = self.curating.add_training_release(actor=ADMIN)
        return self.examining.open(self.run(path).number, release_name=release.number, actor=EXPERT)

    def concluded(self, path: Path) -> Examination:
        if self._reach("concluded"):
            return self.examining.get(EXAMINATION)
        examination = self.opened(path)
        for component in examination.components:
            self.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
        return self.examining.conclude(examination.number, actor=EXPERT)

    def drafted(self, path: Path) -> Report:
        if self._reach("drafted"):
            return self.reporting.get(REPORT)
        return self.draft(self.concluded(path).number)

    def reviewed(self, path: Path) -> Report:
        if self._reach("reviewed"):
            return self.reporting.get(REPORT)
        return self.approve(self.drafted(path).number)

    def cleared(self, path: Path) -> Report:
        """Bring a report through its administrative review."""
        if self._reach("cleared"):
            return self.reporting.get(REPORT)
        return self.clear(self.reviewed(path).number)

    def issued(self, path: Path) -> Report:
        if self._reach("issued"):
            return self.reporting.get(REPORT)
        return self.release(self.cleared(path).number)

    def draft(self, examination_number: str) -> Report:
        return self.reporting.draft(
            examination_number,
            reviewer=REVIEWER.number,
            language="en",
            actor=EXPERT,
            confirmation=self.confirmed_author(examination_number),
        )

    def approve(self, report_number: str, *, comment: str = "") -> Report:
        confirmed = self.confirmed(REVIEWER, SignatureMeaning.TECHNICAL_REVIEWER, self.reporting.get(report_number))
        return self.reviewing.approve(
            report_number, actor=REVIEWER, comment=comment, checklist=TECHNICAL_YES, confirmation=confirmed
        )

    def clear(self, report_number: str) -> Report:
        report = self.reporting.get(report_number)
        confirmed = self.confirmed(HEAD, SignatureMeaning.ADMINISTRATIVE_REVIEWER, report)
        return self.administering.approve(
            report_number, actor=HEAD, checklist=ADMINISTRATIVE_YES, confirmation=confirmed
        )

    def release(self, report_number: str) -> Report:
        """Issue a report, after its administrative review if that is still to come."""
        if self.reporting.get(report_number).status is ReportStatus.REVIEWED:
            self.clear(report_number)
        confirmed = self.confirmed(HEAD, SignatureMeaning.RELEASER, self.reporting.get(report_number))
        return self.releasing.release(report_number, actor=HEAD, confirmation=confirmed)

    def confirmed(self, person: StaffMember, meaning: SignatureMeaning, record: Record) -> SignatureConfirmation:
        """Give what the sign-in service gives to a person who typed password and code, without hashing."""
        return SignatureConfirmation(
            person=person.number,
            meaning=meaning,
            kind=record.KIND,
            number=record.number,
            version=record.version,
            record_sha256=record_digest(record),
            confirmed_at=self.clock.now(),
            factors=("password", "totp"),
        )

    def confirmed_author(self, examination_number: str, *, person: StaffMember = EXPERT) -> SignatureConfirmation:
        return self.confirmed(person, SignatureMeaning.AUTHOR, self.examining.get(examination_number))

    def _reach(self, state: str) -> bool:
        return self.states is not None and self.states.bring(self, state)


@dataclasses.dataclass(frozen=True)
class State:
    """A laboratory that nobody changes any more, and what was read from it once."""

    bench: Bench
    entries: tuple[StoredEntry, ...]
    rows: Mapping[str, Sequence[Mapping[str, Any]]]
    """Of the ledger, the lists and the accounts, by the table's name."""

    @classmethod
    def of(cls, bench: Bench) -> "State":
        with bench.engine.connect() as connection:
            rows = {
                table.name: [
                    dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
                ]
                for table in (LEDGER, *LISTS, ACCOUNT)
            }
        return cls(bench=bench, entries=tuple(bench.store.entries()), rows=rows)


@dataclasses.dataclass
class States:
    """Laboratories as they are after the usual steps: made once by the services, then copied."""

    folder: Path
    training_file: Path
    _made: dict[str, State] = dataclasses.field(default_factory=dict)

    def bring(self, bench: Bench, state: str) -> bool:
        """Bring a laboratory to a state; False if it is not on the way there."""
        source = self._state(state)
        present = tuple(bench.store.entries()) if bench.entries else ()
        if source.entries[: len(present)] != present:
            return False
        if present or bench.engine.dialect.name != "sqlite":
            self._copy_rows(source, bench, after=len(present))
        else:
            _copy_database(source.bench.engine, bench.engine)
        for path in source.bench.raw_objects:
            target = bench.folder / path.relative_to(source.bench.folder)
            target.parent.mkdir(mode=0o700, exist_ok=True)
            if not target.exists():
                shutil.copy2(path, target)
        return True

    @staticmethod
    def _copy_rows(source: State, bench: Bench, *, after: int) -> None:
        with bench.engine.connect().execution_options(write=True) as connection, connection.begin():
            for row in source.rows[LEDGER.name][after:]:
                connection.execute(insert(LEDGER).values(row))
            for table in LISTS if after else (*LISTS, ACCOUNT):
                connection.execute(delete(table))
                if rows := source.rows[table.name]:
                    connection.execute(insert(table), rows)

    def close(self) -> None:
        for state in self._made.values():
            state.bench.engine.dispose()

    def _state(self, state: str) -> State:
        if state not in self._made:
            folder = self.folder / state
            folder.mkdir()
            bench = Bench(open_engine(f"sqlite:///{place_empty(folder / 'aigaq.sqlite')}"), folder)
            bench.hire()
            if state != "hired":
                getattr(bench, state)(self.training_file)
            self._made[state] = State.of(bench)
        return self._made[state]


def _copy_database(source: Engine, target: Engine) -> None:
    """Copy page by page, which SQLite itself does."""
    with closing(source.raw_connection()) as read, closing(target.raw_connection()) as written:
        read.driver_connection.backup(written.driver_connection)
