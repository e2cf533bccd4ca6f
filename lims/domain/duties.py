"""Which side of a case an act is on: who did any of the work cannot review it, and who did either cannot release it."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType

from lims.domain.aliquot import Aliquot
from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.deviation import Deviation
from lims.domain.donor import Donor
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.finding import Finding
from lims.domain.identification import Identification
from lims.domain.legal_determination import LegalDetermination
from lims.domain.mass_balance import MassBalance
from lims.domain.permissions import Act
from lims.domain.photograph import Photograph
from lims.domain.quantitation import Quantitation
from lims.domain.record import Record
from lims.domain.report import Report
from lims.domain.run import RecordedRun
from lims.domain.sampling_plan import SamplingPlan
from lims.domain.weighing import Weighing

_OF_ONE_EXHIBIT = (
    *(Weighing, Aliquot, MassBalance, SamplingPlan),
    *(Deviation, Finding, Identification, LegalDetermination, Quantitation),
)
Parent = Callable[[type[Record], str], str]
"""Gives the number of the record that another, named by kind and number, belongs to."""


class Side(StrEnum):
    """What a person does in one case; one of them, and for good."""

    WORK = "work"
    REVIEW = "review"
    RELEASE = "release"


SIDES: Mapping[Act, Side] = MappingProxyType(
    {
        Act.CASE_WARNING_SIGNED: Side.WORK,
        Act.EXHIBIT_REGISTERED: Side.WORK,
        Act.DISCREPANCY_FOUND: Side.WORK,
        Act.DISCREPANCY_ANSWERED: Side.WORK,
        Act.PHOTOGRAPH_ADDED: Side.WORK,
        Act.DONOR_REGISTERED: Side.WORK,
        Act.WEIGHING_RECORDED: Side.WORK,
        Act.ALIQUOT_TAKEN: Side.WORK,
        Act.MASS_OPENED: Side.WORK,
        Act.MASS_TAKEN: Side.WORK,
        Act.MASS_CONSUMED: Side.WORK,
        Act.MASS_LOST: Side.WORK,
        Act.MASS_WEIGHED_BACK: Side.WORK,
        Act.SAMPLING_PLANNED: Side.WORK,
        Act.SAMPLING_DRAWN: Side.WORK,
        Act.SAMPLING_RESULT_RECORDED: Side.WORK,
        Act.SAMPLING_CHANGED: Side.WORK,
        Act.SAMPLING_SPLIT: Side.WORK,
        Act.RUN_IMPORTED: Side.WORK,
        Act.BATCH_PLANNED: Side.WORK,
        Act.BATCH_MEASURED: Side.WORK,
        Act.BATCH_RUN_DISCARDED: Side.WORK,
        Act.BATCH_JUDGED: Side.WORK,
        Act.QUANTITATION_RECORDED: Side.WORK,
        Act.QUANTITATION_DISCARDED: Side.WORK,
        Act.EXAMINATION_OPENED: Side.WORK,
        Act.COMPONENT_IDENTIFIED: Side.WORK,
        Act.COMPONENT_MARKED: Side.WORK,
        Act.COMPONENT_LEFT: Side.WORK,
        Act.COMPONENT_NOTED: Side.WORK,
        Act.CANDIDATE_REJECTED: Side.WORK,
        Act.EXAMINATION_CONCLUDED: Side.WORK,
        Act.EXAMINATION_TAKEN_BACK: Side.WORK,
        Act.EXAMINATION_OMISSION_STATED: Side.WORK,
        Act.EXAMINATION_QUESTION_ANSWERED: Side.WORK,
        Act.FINDING_RECORDED: Side.WORK,
        Act.FINDING_CORRECTED: Side.WORK,
        Act.FINDING_DISCARDED: Side.WORK,
        Act.IDENTIFICATION_OPENED: Side.WORK,
        Act.IDENTIFICATION_REVISED: Side.WORK,
        Act.IDENTIFICATION_CONCLUDED: Side.WORK,
        Act.IDENTIFICATION_CHECKED: Side.REVIEW,
        Act.IDENTIFICATION_DISPUTED: Side.REVIEW,
        Act.IDENTIFICATION_REOPENED: Side.RELEASE,
        Act.DETERMINATION_MADE: Side.WORK,
        Act.DETERMINATION_OVERRIDDEN: Side.WORK,
        Act.DETERMINATION_REVIEWED: Side.REVIEW,
        Act.REPORT_INTENDED: Side.WORK,
        Act.REPORT_DRAFTED: Side.WORK,
        Act.BATCH_RELEASED: Side.REVIEW,
        Act.EXAMINATION_APPROVED: Side.REVIEW,
        Act.EXAMINATION_RETURNED: Side.REVIEW,
        Act.REPORT_REVIEWED: Side.REVIEW,
        Act.REPORT_DISPUTED: Side.REVIEW,
        Act.REPORT_ADMINISTRATIVELY_REVIEWED: Side.RELEASE,
        Act.EXAMINATION_REOPENED: Side.RELEASE,
        Act.REPORT_ISSUED: Side.RELEASE,
        Act.REPORT_WITHDRAWN: Side.RELEASE,
        Act.REPORT_AMENDMENT_ORDERED: Side.RELEASE,
        Act.REPORT_SUPERSEDED: Side.RELEASE,
    }
)
"""Acts that are not here belong to no side: what is written down of an order and of a seizure, and a report that is
given up by whoever stopped it."""


def side_of(act: str) -> Side | None:
    """Give the side of an act; None for one that belongs to no case, or to no side."""
    return SIDES[Act(act)] if act in SIDES else None


def compatible(taken: Side, wanted: Side, *, release_by_reviewer: bool) -> bool:
    """Tell whether a person of one side may act on another.

    Parameters
    ----------
    release_by_reviewer : bool
        Whether the laboratory is so small that its reviewer releases; the work stays apart from both even then.
    """
    return taken is wanted or (release_by_reviewer and {taken, wanted} == {Side.REVIEW, Side.RELEASE})


def case_numbers(record: Record, parent: Parent) -> tuple[str, ...]:
    """Name the cases that an act on a record belongs to: several for a batch, none for a run of a blank."""
    if isinstance(record, Case):
        return (record.number,)
    if isinstance(record, Exhibit | Donor):
        return (record.case_number,)
    return tuple(sorted({parent(Exhibit, number) for number in exhibit_numbers(record, parent)}))


def exhibit_numbers(record: Record, parent: Parent) -> set[str]:
    """Name the exhibits that a record is about; none for a case."""
    if isinstance(record, Exhibit):
        return {record.number}
    if isinstance(record, RecordedRun | Examination | Photograph):
        return {record.exhibit_number} - {""}
    if isinstance(record, _OF_ONE_EXHIBIT):
        return {record.exhibit_number}
    if isinstance(record, Batch):
        return {injection.exhibit_number for injection in record.exhibits()}
    if isinstance(record, Report):
        return {parent(Examination, record.examination_number)}
    return set()
