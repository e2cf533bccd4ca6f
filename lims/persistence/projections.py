"""The kinds of records, and the line that an entry gives the list of them; ``lists.py`` names every list."""

from dataclasses import dataclass

from lims.domain.account import Account, SignInSession
from lims.domain.alert import Alert
from lims.domain.aliquot import Aliquot
from lims.domain.balance_check import BalanceCheck
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.clock import ClockChange
from lims.domain.competence import Competence
from lims.domain.custody import Custody
from lims.domain.detector_look import DetectorLook
from lims.domain.deviation import Deviation
from lims.domain.donor import Donor
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.instrument import Instrument
from lims.domain.inventory import Inventory
from lims.domain.isomer_group import IsomerGroup
from lims.domain.law_text import LawAct, LawEdition, LawTable
from lims.domain.ledger_upkeep import HandedCheckpoint, ListsRebuild
from lims.domain.legal_determination import LegalDetermination
from lims.domain.library import RecordedRelease
from lims.domain.library_import import LibraryImport
from lims.domain.mass_balance import MassBalance
from lims.domain.mass_discrepancy import MassDiscrepancy
from lims.domain.method import Method
from lims.domain.nonconformity import NonconformingWork
from lims.domain.photograph import Photograph
from lims.domain.place import Place
from lims.domain.procedure import Procedure
from lims.domain.provisional import ProvisionalSubstance
from lims.domain.quantitation import Quantitation
from lims.domain.raw_upkeep import RawRepair, RawSweep
from lims.domain.reagent import Reagent
from lims.domain.record import Record
from lims.domain.reference_standard import ReferenceStandard
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.seizure import Seizure
from lims.domain.staff import StaffMember
from lims.domain.transfer import Transfer
from lims.domain.watch import Watch
from lims.domain.weighing import Weighing
from lims.ledger import LedgerEntry
from lims.ledger.entry import moment_text

KINDS: dict[str, type[Record]] = {
    kind.KIND: kind
    for kind in (
        *(
            Account,
            Batch,
            Case,
            ClockChange,
            Competence,
            Custody,
            Donor,
            Examination,
            Exhibit,
            Inventory,
            IsomerGroup,
            Method,
            Photograph,
            Place,
            RecordedRelease,
            RecordedRun,
            Report,
            Seizure,
            Transfer,
        ),
        *(Aliquot, BalanceCheck, Instrument, MassBalance, MassDiscrepancy, Reagent, ReferenceStandard),
        *(SamplingPlan, Weighing),
        LibraryImport,
        *(Deviation, Finding, Identification, NonconformingWork, Procedure, Quantitation),
        *(LawAct, LawEdition, LawTable, LegalDetermination),
        *(Alert, ProvisionalSubstance, Watch),
        *(DetectorLook, HandedCheckpoint, ListsRebuild, RawRepair, RawSweep, SignInSession, StaffMember),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectedRecord:
    """One line of the list of records."""

    kind: str
    number: str
    version: int
    sequence: int
    parent: str
    state: str
    title: str
    recorded_at: str


def project(entry: LedgerEntry, record: Record) -> ProjectedRecord:
    """Give the line that follows from an entry."""
    return ProjectedRecord(
        kind=entry.kind,
        number=entry.number,
        version=entry.version,
        sequence=entry.sequence,
        parent=record.parent,
        state=record.state,
        title=record.title,
        recorded_at=moment_text(entry.recorded_at),
    )
