"""All services of one laboratory in one value: what a page or a command is handed."""

from dataclasses import dataclass, field

from lims.domain.staff import StaffMember
from lims.services.accessioning import AccessioningService
from lims.services.administering import AdministrativeReviewService
from lims.services.alerting import AlertService
from lims.services.amending import AmendingService
from lims.services.archiving import ArchivingService
from lims.services.auditing import AuditingService
from lims.services.authentication import AuthenticationService
from lims.services.batching import BatchingService
from lims.services.case_filing import CaseFilingService
from lims.services.charting import ChartingService
from lims.services.checkpointing import CheckpointingService
from lims.services.clarifying import ClarifyingService
from lims.services.clustering import ClusterService
from lims.services.collecting import CollectingService
from lims.services.copying import CopyingService
from lims.services.curating import CuratingService
from lims.services.custody import CustodyService
from lims.services.desk_ports import ReportDesk
from lims.services.detecting import DetectingService
from lims.services.determining import DeterminingService
from lims.services.disclosing import DisclosingService
from lims.services.donors import DonorService
from lims.services.examining import ExaminationService
from lims.services.finding import FindingService
from lims.services.identifying import IdentifyingService
from lims.services.importing import ImportService
from lims.services.isomer_curating import IsomerCuratingService
from lims.services.law_watching import LawWatchService
from lims.services.legislating import LegislatingService
from lims.services.measuring import MeasuringService
from lims.services.nonconforming import NonconformingService
from lims.services.overseeing import OverseeingService
from lims.services.permitting import Rights
from lims.services.photographing import PhotographService
from lims.services.ports import Clock
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
from lims.services.sampling import SamplingService
from lims.services.scanning import ScanningService
from lims.services.scrubbing import ScrubbingService
from lims.services.sealing import SealingService
from lims.services.seeing import PersonalStore, over
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
from lims.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory:
    """Everything that a page or a command may call."""

    settings: Settings
    clock: Clock = field(repr=False)
    desk: ReportDesk = field(repr=False)
    authentication: AuthenticationService = field(repr=False)
    sessions: SessionService = field(repr=False)
    signing_in: SignInService = field(repr=False)
    staffing: StaffingService = field(repr=False)
    qualifying: QualifyingService = field(repr=False)
    accessioning: AccessioningService = field(repr=False)
    registering: RegisteringService = field(repr=False)
    stocking: StockingService = field(repr=False)
    weighing: WeighingService = field(repr=False)
    sampling: SamplingService = field(repr=False)
    requesting: RequestService = field(repr=False)
    terms: TermService = field(repr=False)
    clarifying: ClarifyingService = field(repr=False)
    donors: DonorService = field(repr=False)
    photographing: PhotographService = field(repr=False)
    custody: CustodyService = field(repr=False)
    sealing: SealingService = field(repr=False)
    scanning: ScanningService = field(repr=False)
    case_filing: CaseFilingService = field(repr=False)
    storing: StoringService = field(repr=False)
    curating: CuratingService = field(repr=False)
    isomer_curating: IsomerCuratingService = field(repr=False)
    collecting: CollectingService = field(repr=False)
    vetting: VettingService = field(repr=False)
    importing: ImportService = field(repr=False)
    batching: BatchingService = field(repr=False)
    quantitating: QuantitationService = field(repr=False)
    measuring: MeasuringService = field(repr=False)
    charting: ChartingService = field(repr=False)
    examining: ExaminationService = field(repr=False)
    validating: ValidatingService = field(repr=False)
    finding: FindingService = field(repr=False)
    identifying: IdentifyingService = field(repr=False)
    legislating: LegislatingService = field(repr=False)
    determining: DeterminingService = field(repr=False)
    nonconforming: NonconformingService = field(repr=False)
    tracing: TracingService = field(repr=False)
    detecting: DetectingService = field(repr=False)
    queueing: QueueingService = field(repr=False)
    turnaround: TurnaroundService = field(repr=False)
    statistics: StatisticsService = field(repr=False)
    reporting: ReportingService = field(repr=False)
    reviewing: ReviewingService = field(repr=False)
    administering: AdministrativeReviewService = field(repr=False)
    releasing: ReleasingService = field(repr=False)
    amending: AmendingService = field(repr=False)
    disclosing: DisclosingService = field(repr=False)
    receipting: ReceiptingService = field(repr=False)
    copying: CopyingService = field(repr=False)
    auditing: AuditingService = field(repr=False)
    checkpointing: CheckpointingService = field(repr=False)
    relisting: RelistingService = field(repr=False)
    archiving: ArchivingService = field(repr=False)
    watching: WatchService = field(repr=False)
    law_watching: LawWatchService = field(repr=False)
    alerting: AlertService = field(repr=False)
    clustering: ClusterService = field(repr=False)
    rewatching: RewatchService = field(repr=False)
    timekeeping: TimekeepingService = field(repr=False)
    recovering: RecoveringService = field(repr=False)
    sweeping: SweepingService = field(repr=False)
    scrubbing: ScrubbingService = field(repr=False)
    raw_copying: RawCopyService = field(repr=False)
    overseeing: OverseeingService = field(repr=False)

    def seen_by(self, person: StaffMember) -> "Laboratory":
        """Give this laboratory as one person may see it, and act in it as that person and nobody else.

        Its units of work read the person's roles anew each time, refuse kinds of records that these may not read, and
        do not say whether a number exists. What checks who somebody is, and what keeps ledger and raw store whole,
        stays as it is: it gives out counts, hashes and places of faults, and no record.
        """
        rights = Rights(time_zone=self.staffing.time_zone, release_by_reviewer=self.settings.release_by_reviewer)
        store = PersonalStore(store=self.staffing.store, person=person.number, clock=self.clock, rights=rights)
        return over(self, store, keep=_AS_THEY_ARE)


_AS_THEY_ARE = (
    *(AuthenticationService, SessionService, SignInService),
    *(AuditingService, CheckpointingService, TimekeepingService),
    *(RecoveringService, SweepingService, ScrubbingService, RawCopyService, RewatchService, RelistingService),
)
