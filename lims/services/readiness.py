"""What has to be settled before anybody works on an object: the sender's answer, the court's decision, the warning."""

from lims.domain.case import Case
from lims.domain.donor import Donor
from lims.domain.duties import SIDES, Side, case_numbers, exhibit_numbers
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act
from lims.domain.record import Record
from lims.errors import NotFoundError, NotPermittedError
from lims.services.ports import UnitOfWork

RECEIVING = frozenset(
    {
        Act.CASE_WARNING_SIGNED,
        Act.EXHIBIT_REGISTERED,
        Act.DISCREPANCY_FOUND,
        Act.DISCREPANCY_ANSWERED,
        Act.PHOTOGRAPH_ADDED,
        Act.DONOR_REGISTERED,
    }
)
"""Acts on the side of the work that come before the work."""
_OF_A_BATCH = frozenset({Act.BATCH_MEASURED, Act.BATCH_RUN_DISCARDED, Act.BATCH_JUDGED})
"""Acts on all exhibits of a batch at once; each of them was asked about when it was planned, and when its run came."""
WORK = frozenset(act for act, side in SIDES.items() if side is Side.WORK) - RECEIVING - _OF_A_BATCH
"""Acts that wait until everything is settled."""
OWN_CONCLUSION = frozenset(
    {
        Act.EXAMINATION_OPENED,
        Act.COMPONENT_IDENTIFIED,
        Act.COMPONENT_MARKED,
        Act.COMPONENT_LEFT,
        Act.CANDIDATE_REJECTED,
        Act.EXAMINATION_CONCLUDED,
        Act.IDENTIFICATION_OPENED,
        Act.IDENTIFICATION_REVISED,
        Act.IDENTIFICATION_CONCLUDED,
        Act.REPORT_INTENDED,
        Act.REPORT_DRAFTED,
    }
)
"""Acts for which the very person must have signed the warning; for the others anybody's of the case will do."""


def require_ready(work: UnitOfWork, record: Record, *, act: str, actor: str, liability_warning: bool) -> None:
    """Refuse work that has to wait.

    Parameters
    ----------
    record : Record
        As it would be after the act.
    liability_warning : bool
        Whether work waits for the signed warning (rule KZ-1).

    Raises
    ------
    DiscrepancyOpenError
        If an exhibit, or one that it is a part of, has a discrepancy that the sender has not settled (rule E-2).
    CaseDecidedError
        If the court has decided and nobody said that the work is wanted.
    NotWarnedError
        If the warning of liability was not signed.
    """
    if act not in WORK:
        return

    def parent(kind: type[Record], number: str) -> str:
        return _parent(work, kind, number)

    for number in sorted(exhibit_numbers(record, parent)):
        require_workable(work, number)
    for case in _cases(work, case_numbers(record, parent)):
        case.require_wanted()
        if liability_warning:
            case.require_warned(actor if act in OWN_CONCLUSION else "")


def require_workable(work: UnitOfWork, exhibit_number: str) -> None:
    """Refuse work on an exhibit with an open discrepancy, its own or one of the exhibit that it is a part of.

    Raises
    ------
    DiscrepancyOpenError
        Naming it. Of an exhibit that does not exist nothing is said here.
    """
    while exhibit_number:
        try:
            exhibit = work.load(Exhibit, exhibit_number)
        except NotFoundError:
            return
        exhibit.require_workable()
        exhibit_number = exhibit.part_of


def require_examiner(work: UnitOfWork, record: Record, person: str) -> None:
    """Refuse the identity of a donor to an expert who examines nothing of that donor.

    Raises
    ------
    NotPermittedError
        Naming the donor.
    """
    if not isinstance(record, Donor):
        return
    for exhibit in work.children(Exhibit, record.case_number):
        if exhibit.donor_number == record.number and any(
            one.examiner == person for one in work.children(Examination, exhibit.number)
        ):
            return
    raise NotPermittedError(f"{person} examines nothing of donor {record.number}; who it is, the head may read")


def _cases(work: UnitOfWork, numbers: tuple[str, ...]) -> list[Case]:
    found = []
    for number in filter(None, numbers):
        try:
            found.append(work.load(Case, number))
        except NotFoundError:
            continue
    return found


def _parent(work: UnitOfWork, kind: type[Record], number: str) -> str:
    try:
        return work.load(kind, number).parent
    except NotFoundError:
        return ""
