"""The composition root: settings in, a laboratory with all its services out. The only place that knows every part."""

import logging
import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

from lims.domain.completeness import Premises
from lims.domain.deadline import DayCount, Terms
from lims.domain.seizure import AuthorisedScreen
from lims.instruments.connected import ConnectedBalances
from lims.persistence.accounts import SqlAccounts
from lims.persistence.archive import SqlArchive
from lims.persistence.engine import open_engine
from lims.persistence.projections import KINDS
from lims.persistence.raw_store import open_raw_store
from lims.persistence.secret_box import open_secret_box
from lims.persistence.service_facts import SqlServiceFacts
from lims.persistence.signer_program import open_signer
from lims.persistence.statistics_counts import SqlStatistics
from lims.persistence.store import SqlStore
from lims.receiving_settings import ReceivingSetting
from lims.reporting.desk import open_desk
from lims.reporting.packet_folder import PACKETS, PacketFolder
from lims.services.accessioning import AccessioningService
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
from lims.services.checkpointing import CheckpointingService, DueCheckpoints
from lims.services.clarifying import ClarifyingService
from lims.services.clustering import ClusterService
from lims.services.collecting import CollectingService
from lims.services.copying import CopyingService
from lims.services.curating import CuratingService
from lims.services.custody import CustodyService
from lims.services.custody_steps import CustodyPolicy
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
from lims.services.laboratory import Laboratory
from lims.services.law_watching import LawWatchService
from lims.services.legislating import LegislatingService
from lims.services.measuring import MeasuringService
from lims.services.nonconforming import NonconformingService
from lims.services.overseeing import OverseeingService
from lims.services.permitting import Rights
from lims.services.photographing import PhotographService
from lims.services.ports import Clock, FileReader
from lims.services.qualifying import QualifyingService
from lims.services.quantitating import QuantitationService
from lims.services.queueing import QueueingService
from lims.services.raw_copying import RawCopyService
from lims.services.receipting import ReceiptingService
from lims.services.recovering import RecoveringService
from lims.services.registering import RegisteringService
from lims.services.releasing import ReleasingService
from lims.services.relisting import RelistingService
from lims.services.reporting import ReportingService
from lims.services.requesting import RequestService
from lims.services.reviewing import ReviewingService
from lims.services.rewatching import RewatchService
from lims.services.run_folders import RunFolders
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
from lims.services.timekeeping import TimekeepingService
from lims.services.tracing import TracingService
from lims.services.turnaround import TurnaroundService
from lims.services.validating import ValidatingService
from lims.services.vetting import VettingService
from lims.services.watching import WatchService
from lims.services.weighing import WeighingService
from lims.settings import SECOND_FACTOR_KEY_FILE, Settings
from lims.system_clock import SystemClock
from spectra.formats.bounded import BoundedReader

_LOG = logging.getLogger(__name__)


def open_laboratory(
    settings: Settings, *, clock: Clock | None = None, file_reader: FileReader | None = None
) -> Laboratory:
    """Open the laboratory that the settings describe; its store is made on first use.

    Parameters
    ----------
    clock : Clock, optional
        None for the computer's.
    file_reader : FileReader, optional
        None, as everywhere where files of others come in: each is read in a process with limits.

    Raises
    ------
    SettingsError
        If the database, the raw store or the keys cannot be used.
    LedgerError
        If the ledger's guards are missing.
    """
    time = clock or SystemClock()
    engine = open_engine(settings.database_url)
    zone = ZoneInfo(settings.time_zone)
    rights = Rights(
        time_zone=zone,
        release_by_reviewer=settings.release_by_reviewer,
        liability_warning=settings.receiving.liability_warning,
        custody_gate=settings.custody.gate == "on",
    )
    checkpointing = CheckpointingService(
        store=SqlStore(engine, read_clock=time.reading, rights=rights),
        signer=open_signer(settings.ledger, settings.home),
        clock=time,
    )
    due_checkpoints = DueCheckpoints(checkpointing, report=_report_missing_checkpoint)
    store = SqlStore(engine, due_checkpoints, read_clock=time.reading, rights=rights)
    raw_store = open_raw_store(settings.raw_store_url, free_mb=settings.raw_free_mb)
    second = open_raw_store(settings.raw_copy_url) if settings.raw_copy_url else None
    desk = open_desk(settings)
    reader = file_reader or BoundedReader(runs=settings.run_limits, libraries=settings.library_limits)
    importing = ImportService(store=store, raw_store=raw_store, clock=time, reader=reader, time_zone=zone)
    curating = CuratingService(store=store, raw_store=raw_store, clock=time, reader=reader)
    collecting = CollectingService(
        store=store,
        raw_store=raw_store,
        clock=time,
        importing=importing,
        laboratory=settings.laboratory,
        reader=reader,
        time_zone=zone,
    )
    reporting = ReportingService(
        store=store,
        raw_store=raw_store,
        desk=desk,
        importing=importing,
        curating=curating,
        clock=time,
        release_by_reviewer=settings.release_by_reviewer,
        policy=IssuePolicy(
            premises=Premises(address=settings.address, place_of_work=settings.place_of_work),
            hand_over_time=timedelta(minutes=settings.custody.hand_over_minutes),
            time_zone=zone,
        ),
        checkpoints=checkpointing,
    )
    policy = CustodyPolicy(
        hand_over_time=timedelta(minutes=settings.custody.hand_over_minutes),
        late_after=timedelta(hours=settings.custody.late_hours),
        time_zone=zone,
    )
    custody = CustodyService(store=store, clock=time, policy=policy)
    registering = RegisteringService(store=store, clock=time, time_zone=zone)
    terms = TermService(store=store, clock=time, terms=_terms(settings.receiving), time_zone=zone)
    accounts = SqlAccounts(engine)
    sessions = SessionService(store=store, accounts=accounts, clock=time)
    authentication = AuthenticationService(
        store=store,
        accounts=accounts,
        clock=time,
        sessions=sessions,
        box=open_secret_box(settings.second_factor_key or settings.home / SECOND_FACTOR_KEY_FILE),
        laboratory=settings.laboratory,
    )
    archive = SqlArchive(engine)
    archiving = ArchivingService(store=store, archive=archive, importing=importing)
    measurement = BatchMeasurement(importing=importing, curating=curating)
    watching = WatchService(
        store=store, archive=archive, archiving=archiving, curating=curating, clock=time, limit=settings.watch.limit
    )
    law_watching = LawWatchService(store=store, archive=archive, clock=time)
    clustering = ClusterService(store=store, archive=archive, clock=time, alike=settings.watch.alike, time_zone=zone)
    return Laboratory(
        settings=settings,
        clock=time,
        desk=desk,
        authentication=authentication,
        sessions=sessions,
        signing_in=SignInService(store=store, authentication=authentication, sessions=sessions),
        staffing=StaffingService(store=store, authentication=authentication, clock=time, time_zone=zone),
        qualifying=QualifyingService(store=store, clock=time, time_zone=zone),
        registering=registering,
        stocking=StockingService(store=store, clock=time, time_zone=zone),
        weighing=WeighingService(
            store=store,
            registering=registering,
            clock=time,
            balances=ConnectedBalances(urls=settings.balances),
        ),
        sampling=SamplingService(store=store, clock=time),
        accessioning=AccessioningService(
            store=store,
            clock=time,
            laboratory=settings.laboratory,
            authorised_screens=_authorised_screens(settings.receiving),
        ),
        requesting=RequestService(store=store, clock=time, time_zone=zone),
        terms=terms,
        clarifying=ClarifyingService(store=store, clock=time, time_zone=zone),
        donors=DonorService(store=store, clock=time),
        photographing=PhotographService(store=store, raw_store=raw_store, clock=time),
        custody=custody,
        sealing=SealingService(store=store, clock=time, policy=policy),
        scanning=ScanningService(store=store),
        case_filing=CaseFilingService(store=store, custody=custody),
        storing=StoringService(store=store, clock=time),
        curating=curating,
        collecting=collecting,
        vetting=VettingService(
            store=store, raw_store=raw_store, clock=time, desk=desk, collecting=collecting, curating=curating
        ),
        importing=importing,
        batching=BatchingService(store=store, measurement=measurement, clock=time, time_zone=zone),
        quantitating=QuantitationService(store=store, measurement=measurement, curating=curating, clock=time),
        measuring=MeasuringService(
            store=store, importing=importing, clock=time, folders=RunFolders(roots=settings.importing.folders)
        ),
        charting=ChartingService(store=store),
        examining=ExaminationService(store=store, importing=importing, curating=curating, clock=time, time_zone=zone),
        validating=ValidatingService(store=store, clock=time, time_zone=zone),
        finding=FindingService(store=store, raw_store=raw_store, clock=time, time_zone=zone),
        isomer_curating=IsomerCuratingService(store=store, curating=curating, clock=time),
        identifying=IdentifyingService(store=store, curating=curating, clock=time, time_zone=zone),
        legislating=LegislatingService(store=store, clock=time, time_zone=zone),
        determining=DeterminingService(store=store, clock=time, time_zone=zone),
        nonconforming=NonconformingService(store=store, clock=time),
        tracing=TracingService(store=store),
        detecting=DetectingService(store=store, importing=importing, kinds=KINDS, clock=time, time_zone=zone),
        queueing=QueueingService(
            store=store,
            clock=time,
            terms=terms,
            setting=settings.queue,
            kinds=KINDS,
            hand_over_time=policy.hand_over_time,
            release_by_reviewer=settings.release_by_reviewer,
            time_zone=zone,
        ),
        turnaround=TurnaroundService(store=store, time_zone=zone),
        statistics=StatisticsService(store=store, counts=SqlStatistics(engine), clock=time, time_zone=zone),
        reporting=reporting,
        reviewing=ReviewingService(store=store, raw_store=raw_store, desk=desk, reporting=reporting, clock=time),
        administering=AdministrativeReviewService(
            store=store, raw_store=raw_store, desk=desk, reporting=reporting, clock=time
        ),
        releasing=ReleasingService(store=store, raw_store=raw_store, desk=desk, reporting=reporting, clock=time),
        amending=AmendingService(store=store, clock=time),
        copying=CopyingService(store=store, raw_store=raw_store, desk=desk, clock=time),
        disclosing=DisclosingService(
            store=store,
            raw_store=raw_store,
            curating=curating,
            charting=ChartingService(store=store),
            clock=time,
            checkpoints=checkpointing,
            shelf=PacketFolder(folder=settings.home / PACKETS),
        ),
        receipting=ReceiptingService(store=store, checkpoints=checkpointing),
        archiving=archiving,
        watching=watching,
        law_watching=law_watching,
        alerting=AlertService(store=store, clock=time),
        clustering=clustering,
        rewatching=RewatchService(watching=watching, law_watching=law_watching, clustering=clustering),
        timekeeping=TimekeepingService(store=store, clock=time),
        auditing=AuditingService(store=store, raw_store=raw_store, checkpointing=checkpointing, draw=secrets.randbelow),
        checkpointing=checkpointing,
        relisting=RelistingService(store=store, clock=time),
        recovering=RecoveringService(store=store, raw_store=raw_store, desk=desk, clock=time),
        sweeping=SweepingService(store=store, raw_store=raw_store, clock=time),
        scrubbing=ScrubbingService(store=store, raw_store=raw_store, clock=time),
        raw_copying=RawCopyService(store=store, raw_store=raw_store, second=second, clock=time),
        overseeing=OverseeingService(
            store=store,
            facts=SqlServiceFacts(engine, raw_store),
            raw_store=raw_store,
            has_second_copy=second is not None,
            clock=time,
        ),
    )


def _terms(setting: ReceivingSetting) -> Terms:
    counting = DayCount(setting.counting) if setting.counting else None
    return Terms(days=setting.term_days, counting=counting, days_off=frozenset(setting.days_off))


def _authorised_screens(setting: ReceivingSetting) -> tuple[AuthorisedScreen, ...]:
    return tuple(
        AuthorisedScreen(device=one.device, operator=one.operator, basis=one.basis) for one in setting.field_screens
    )


def _report_missing_checkpoint(error: Exception) -> None:
    """Say that a checkpoint was due and could not be made; the act before it is recorded all the same."""
    _LOG.warning("no checkpoint of the ledger was made: %s", error)
