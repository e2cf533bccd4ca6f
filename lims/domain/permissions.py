"""Who may do what: a table, and nothing that is not in it is allowed."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from lims.domain.staff import Role, StaffMember


class Act(StrEnum):
    """Every act that the ledger may name; dotted, past tense, never renamed once used."""

    CASE_REGISTERED = "case.registered"
    CASE_PERMISSION_RECORDED = "case.permission-recorded"
    CASE_CATEGORISED = "case.categorised"
    CASE_REQUEST_REVIEWED = "case.request-reviewed"
    CASE_WARNING_SIGNED = "case.warning-signed"
    CASE_LINKED = "case.linked"
    CASE_ADJUDICATED = "case.adjudicated"
    CASE_WORK_WANTED = "case.work-wanted"
    TERM_STARTED = "case.term-started"
    TERM_SUSPENDED = "case.term-suspended"
    TERM_RESUMED = "case.term-resumed"
    TERM_EXTENDED = "case.term-extended"
    SEIZURE_REGISTERED = "seizure.registered"
    EXHIBIT_REGISTERED = "exhibit.registered"
    DISCREPANCY_FOUND = "exhibit.discrepancy-found"
    DISCREPANCY_ANSWERED = "exhibit.discrepancy-answered"
    PHOTOGRAPH_ADDED = "photograph.added"
    DONOR_REGISTERED = "donor.registered"
    DONOR_IDENTITY_READ = "donor.identity-read"
    DONOR_ERASED = "donor.erased"
    INSTRUMENT_REGISTERED = "instrument.registered"
    INSTRUMENT_CALIBRATED = "instrument.calibrated"
    INSTRUMENT_KEPT_UP = "instrument.kept-up"
    INSTRUMENT_TAKEN_OUT = "instrument.taken-out"
    INSTRUMENT_PUT_BACK = "instrument.put-back"
    BALANCE_CHECKED = "balance check.recorded"
    REAGENT_REGISTERED = "reagent.registered"
    REAGENT_RELEASED = "reagent.released"
    REAGENT_OPENED = "reagent.opened"
    REAGENT_BLOCKED = "reagent.blocked"
    STANDARD_REGISTERED = "reference standard.registered"
    STANDARD_RELEASED = "reference standard.released"
    STANDARD_USED = "reference standard.used"
    STANDARD_REWEIGHED = "reference standard.reweighed"
    STANDARD_CORRECTED = "reference standard.corrected"
    STANDARD_BLOCKED = "reference standard.blocked"
    WEIGHING_RECORDED = "weighing.recorded"
    ALIQUOT_TAKEN = "aliquot.taken"
    MASS_OPENED = "mass balance.opened"
    MASS_TAKEN = "mass balance.taken"
    MASS_CONSUMED = "mass balance.consumed"
    MASS_LOST = "mass balance.lost"
    MASS_WEIGHED_BACK = "mass balance.weighed-back"
    MASS_DISCREPANCY_RAISED = "discrepancy.raised"
    MASS_DISCREPANCY_CLOSED = "discrepancy.closed"
    SAMPLING_PLANNED = "sampling plan.made"
    SAMPLING_DRAWN = "sampling plan.drawn"
    SAMPLING_RESULT_RECORDED = "sampling plan.result-recorded"
    SAMPLING_CHANGED = "sampling plan.changed"
    SAMPLING_SPLIT = "sampling plan.split"
    CUSTODY_RECEIVED = "custody.received"
    CUSTODY_OFFERED = "custody.offered"
    CUSTODY_TAKEN = "custody.taken"
    CUSTODY_REFUSED = "custody.refused"
    CUSTODY_WITHDRAWN = "custody.withdrawn"
    CUSTODY_STORED = "custody.stored"
    CUSTODY_TAKEN_OUT = "custody.taken-out"
    CUSTODY_PUT_IN = "custody.put-in"
    CUSTODY_TAKEN_FROM = "custody.taken-from"
    CUSTODY_SEAL_OPENED = "custody.seal-opened"
    CUSTODY_SEAL_CLOSED = "custody.seal-closed"
    CUSTODY_RETURNED = "custody.returned"
    CUSTODY_DESTROYED = "custody.destroyed"
    CUSTODY_CORRECTED = "custody.corrected"
    CUSTODY_ALIQUOT_TAKEN = "custody.aliquot-taken"
    CUSTODY_BEGUN_LATE = "custody.begun-late"
    CUSTODY_CONSUMED = "custody.consumed"
    TRANSFER_OFFERED = "transfer.offered"
    TRANSFER_TAKEN = "transfer.taken"
    TRANSFER_REFUSED = "transfer.refused"
    TRANSFER_WITHDRAWN = "transfer.withdrawn"
    TRANSFER_STORED = "transfer.stored"
    TRANSFER_TAKEN_OUT = "transfer.taken-out"
    TRANSFER_RETURNED = "transfer.returned"
    TRANSFER_DESTROYED = "transfer.destroyed"
    PLACE_ADDED = "place.added"
    PLACE_CLOSED = "place.closed"
    INVENTORY_COUNTED = "inventory.counted"
    INVENTORY_COUNTED_AGAIN = "inventory.counted-again"
    RUN_IMPORTED = "run.imported"
    METHOD_DEFINED = "method.defined"
    METHOD_WITHDRAWN = "method.withdrawn"
    PROCEDURE_RECORDED = "procedure.recorded"
    PROCEDURE_VALIDATED = "procedure.validated"
    PROCEDURE_WITHDRAWN = "procedure.withdrawn"
    DEVIATION_ASKED = "deviation.asked"
    DEVIATION_AUTHORISED = "deviation.authorised"
    DEVIATION_ACCEPTED = "deviation.accepted"
    FINDING_RECORDED = "finding.recorded"
    FINDING_CORRECTED = "finding.corrected"
    FINDING_DISCARDED = "finding.discarded"
    IDENTIFICATION_OPENED = "identification.opened"
    IDENTIFICATION_REVISED = "identification.revised"
    IDENTIFICATION_CONCLUDED = "identification.concluded"
    IDENTIFICATION_CHECKED = "identification.checked"
    IDENTIFICATION_DISPUTED = "identification.disputed"
    IDENTIFICATION_RESOLVED = "identification.resolved"
    IDENTIFICATION_REOPENED = "identification.reopened"
    NONCONFORMITY_RAISED = "nonconformity.raised"
    NONCONFORMITY_ASSESSED = "nonconformity.assessed"
    NONCONFORMITY_ACTION_PLANNED = "nonconformity.action-planned"
    NONCONFORMITY_CORRECTED = "nonconformity.corrected"
    NONCONFORMITY_VERIFIED = "nonconformity.verified"
    NONCONFORMITY_RESUMED = "nonconformity.resumed"
    NONCONFORMITY_CLOSED = "nonconformity.closed"
    DETECTORS_ASKED = "detectors.asked"
    BATCH_PLANNED = "batch.planned"
    BATCH_MEASURED = "batch.measured"
    BATCH_RUN_DISCARDED = "batch.run-discarded"
    BATCH_JUDGED = "batch.judged"
    BATCH_RELEASED = "batch.released"
    QUANTITATION_RECORDED = "quantitation.recorded"
    QUANTITATION_DISCARDED = "quantitation.discarded"
    EXAMINATION_OPENED = "examination.opened"
    COMPONENT_IDENTIFIED = "component.identified"
    COMPONENT_MARKED = "component.marked-internal-standard"
    COMPONENT_LEFT = "component.left-unidentified"
    COMPONENT_NOTED = "component.noted"
    CANDIDATE_REJECTED = "component.candidate-rejected"
    EXAMINATION_CONCLUDED = "examination.concluded"
    EXAMINATION_OMISSION_STATED = "examination.omission-stated"
    EXAMINATION_QUESTION_ANSWERED = "examination.question-answered"
    EXAMINATION_APPROVED = "examination.approved"
    EXAMINATION_RETURNED = "examination.returned"
    EXAMINATION_REOPENED = "examination.reopened"
    EXAMINATION_TAKEN_BACK = "examination.conclusion-taken-back"
    REPORT_INTENDED = "report.intended"
    REPORT_DRAFTED = "report.drafted"
    REPORT_REVIEWED = "report.reviewed"
    REPORT_ISSUED = "report.issued"
    REPORT_COMMENTED = "report.commented"
    REPORT_DISPUTED = "report.disputed"
    REPORT_RESOLVED = "report.resolved"
    REPORT_ADMINISTRATIVELY_REVIEWED = "report.administratively-reviewed"
    REPORT_VOIDED = "report.voided"
    REPORT_WITHDRAWN = "report.withdrawn"
    REPORT_AMENDMENT_ORDERED = "report.amendment-ordered"
    REPORT_SUPERSEDED = "report.superseded"
    REPORT_DELIVERED = "report.delivered"
    REPORT_NOTIFIED = "report.recipient-notified"
    REPORT_DISCLOSED = "report.disclosed"
    REPORT_COPIED = "report.copied"
    RELEASE_RECORDED = "release.recorded"
    LIBRARY_IMPORTED = "library import.proposed"
    LIBRARY_DECIDED = "library import.decided"
    LIBRARY_CHECKED = "library import.checked"
    LIBRARY_REFUSED = "library import.refused"
    RELEASE_PUBLISHED = "release.published"
    ISOMERS_PROPOSED = "isomer group.proposed"
    ISOMERS_CONFIRMED = "isomer group.confirmed"
    ISOMERS_REJECTED = "isomer group.rejected"
    WATCH_SEARCHED = "watch.searched"
    ALERT_RAISED = "alert.raised"
    ALERT_ANSWERED = "alert.answered"
    ALERT_ASSESSED = "alert.assessed"
    PROVISIONAL_MADE = "provisional substance.made"
    PROVISIONAL_RESOLVED = "provisional substance.resolved"
    LAW_ACT_DRAFTED = "law act.drafted"
    LAW_ACT_CONFIRMED = "law act.confirmed"
    LAW_ACT_RETURNED = "law act.returned"
    LAW_EDITION_DRAFTED = "law edition.drafted"
    LAW_EDITION_PUBLISHED = "law edition.published"
    LAW_EDITION_RETURNED = "law edition.returned"
    LAW_TABLE_DRAFTED = "law table.drafted"
    LAW_TABLE_CONFIRMED = "law table.confirmed"
    LAW_TABLE_RETURNED = "law table.returned"
    DETERMINATION_MADE = "determination.made"
    DETERMINATION_OVERRIDDEN = "determination.overridden"
    DETERMINATION_REVIEWED = "determination.reviewed"
    STAFF_REGISTERED = "staff.registered"
    ROLES_PROPOSED = "staff.roles-proposed"
    ROLES_CONFIRMED = "staff.roles-confirmed"
    STAFF_ABSENT = "staff.absent"
    STAFF_RETURNED = "staff.returned"
    STAFF_LEFT = "staff.left"
    ROLE_DELEGATED = "role.delegated"
    DELEGATION_ENDED = "role.delegation-ended"
    COMPETENCE_GRANTED = "competence.granted"
    COMPETENCE_WITHDRAWN = "competence.withdrawn"
    PASSWORD_SET = "account.password_set"  # noqa: S105 - the name of an act
    SECOND_FACTOR_ENROLLED = "account.second_factor_enrolled"
    SECOND_FACTOR_RESET_ASKED = "account.second_factor_reset_asked"
    SECOND_FACTOR_RESET = "account.second_factor_reset"
    ACCOUNT_DELAYED = "account.delayed"
    SESSION_OPENED = "session.opened"
    SESSION_CLOSED = "session.closed"
    SESSION_REVOKED = "session.revoked"
    CLOCK_JUMPED = "clock.jumped"
    CLOCK_CORRECTED = "clock.corrected"
    CHECKPOINT_HANDED_OUT = "checkpoint.handed out"
    LISTS_REBUILT = "lists.rebuilt"
    RAW_SWEPT = "raw.swept"
    RAW_REPAIRED = "raw.repaired"


_TECHNICIAN, _EXPERT, _REVIEWER = Role.TECHNICIAN, Role.EXPERT, Role.TECHNICAL_REVIEWER
_HEAD, _QUALITY, _AUDITOR = Role.HEAD, Role.QUALITY_MANAGER, Role.AUDITOR
_CURATOR, _ADMINISTRATOR = Role.LIBRARY_CURATOR, Role.ADMINISTRATOR
_BENCH = frozenset({_TECHNICIAN, _EXPERT})
_CLERKS = frozenset({_CURATOR, _QUALITY})
"""Who enters texts of the law; another one of them, or the head, confirms."""
_NOBODY: frozenset[Role] = frozenset()

PERMITTED: Mapping[Act, frozenset[Role]] = MappingProxyType(
    {
        Act.CASE_REGISTERED: _BENCH,
        Act.CASE_PERMISSION_RECORDED: _BENCH,
        Act.CASE_CATEGORISED: frozenset({_EXPERT, _HEAD}),
        Act.CASE_REQUEST_REVIEWED: frozenset({_EXPERT, _HEAD}),
        Act.CASE_WARNING_SIGNED: frozenset({_EXPERT}),
        Act.CASE_LINKED: _BENCH | {_HEAD},
        Act.CASE_ADJUDICATED: _BENCH | {_HEAD},
        Act.CASE_WORK_WANTED: frozenset({_HEAD}),
        Act.TERM_STARTED: _BENCH | {_HEAD},
        Act.TERM_SUSPENDED: frozenset({_EXPERT, _HEAD}),
        Act.TERM_RESUMED: frozenset({_EXPERT, _HEAD}),
        Act.TERM_EXTENDED: frozenset({_HEAD}),
        Act.SEIZURE_REGISTERED: _BENCH,
        Act.EXHIBIT_REGISTERED: _BENCH,
        Act.DISCREPANCY_FOUND: _BENCH,
        Act.DISCREPANCY_ANSWERED: _BENCH,
        Act.PHOTOGRAPH_ADDED: _BENCH,
        Act.DONOR_REGISTERED: _BENCH,
        Act.DONOR_IDENTITY_READ: frozenset({_EXPERT, _HEAD}),
        Act.DONOR_ERASED: frozenset({_HEAD}),
        Act.INSTRUMENT_REGISTERED: frozenset({_EXPERT, _QUALITY}),
        Act.INSTRUMENT_CALIBRATED: frozenset({_EXPERT, _QUALITY}),
        Act.INSTRUMENT_KEPT_UP: _BENCH | {_QUALITY},
        Act.INSTRUMENT_TAKEN_OUT: _BENCH | {_QUALITY},
        Act.INSTRUMENT_PUT_BACK: frozenset({_EXPERT, _QUALITY}),
        Act.BALANCE_CHECKED: _BENCH,
        Act.REAGENT_REGISTERED: _BENCH | {_QUALITY},
        Act.REAGENT_RELEASED: frozenset({_EXPERT, _QUALITY}),
        Act.REAGENT_OPENED: _BENCH,
        Act.REAGENT_BLOCKED: _BENCH | {_QUALITY},
        Act.STANDARD_REGISTERED: frozenset({_EXPERT, _QUALITY}),
        Act.STANDARD_RELEASED: frozenset({_EXPERT, _QUALITY}),
        Act.STANDARD_USED: _BENCH,
        Act.STANDARD_REWEIGHED: frozenset({_EXPERT, _QUALITY}),
        Act.STANDARD_CORRECTED: frozenset({_QUALITY}),
        Act.STANDARD_BLOCKED: frozenset({_EXPERT, _QUALITY}),
        Act.WEIGHING_RECORDED: _BENCH,
        Act.ALIQUOT_TAKEN: _BENCH,
        Act.MASS_OPENED: _BENCH,
        Act.MASS_TAKEN: _BENCH,
        Act.MASS_CONSUMED: _BENCH,
        Act.MASS_LOST: _BENCH,
        Act.MASS_WEIGHED_BACK: _BENCH,
        Act.MASS_DISCREPANCY_RAISED: _BENCH | {_QUALITY},
        Act.MASS_DISCREPANCY_CLOSED: frozenset({_QUALITY}),
        Act.SAMPLING_PLANNED: frozenset({_EXPERT}),
        Act.SAMPLING_DRAWN: _BENCH,
        Act.SAMPLING_RESULT_RECORDED: _BENCH,
        Act.SAMPLING_CHANGED: frozenset({_EXPERT}),
        Act.SAMPLING_SPLIT: frozenset({_EXPERT}),
        Act.CUSTODY_RECEIVED: _BENCH,
        Act.CUSTODY_OFFERED: _BENCH,
        Act.CUSTODY_TAKEN: _BENCH,
        Act.CUSTODY_REFUSED: _BENCH,
        Act.CUSTODY_WITHDRAWN: _BENCH,
        Act.CUSTODY_STORED: _BENCH,
        Act.CUSTODY_TAKEN_OUT: _BENCH,
        Act.CUSTODY_PUT_IN: _BENCH,
        Act.CUSTODY_TAKEN_FROM: _BENCH,
        Act.CUSTODY_SEAL_OPENED: _BENCH,
        Act.CUSTODY_SEAL_CLOSED: _BENCH,
        Act.CUSTODY_RETURNED: _BENCH,
        Act.CUSTODY_DESTROYED: _BENCH,
        Act.CUSTODY_CORRECTED: _BENCH,
        Act.CUSTODY_ALIQUOT_TAKEN: _BENCH,
        Act.CUSTODY_BEGUN_LATE: _BENCH,
        Act.CUSTODY_CONSUMED: _BENCH,
        **dict.fromkeys((Act.TRANSFER_OFFERED, Act.TRANSFER_TAKEN, Act.TRANSFER_REFUSED), _BENCH),
        **dict.fromkeys((Act.TRANSFER_WITHDRAWN, Act.TRANSFER_STORED, Act.TRANSFER_TAKEN_OUT), _BENCH),
        **dict.fromkeys((Act.TRANSFER_RETURNED, Act.TRANSFER_DESTROYED), _BENCH),
        Act.PLACE_ADDED: frozenset({_HEAD, _QUALITY}),
        Act.PLACE_CLOSED: frozenset({_HEAD, _QUALITY}),
        Act.INVENTORY_COUNTED: _BENCH | {_HEAD, _QUALITY},
        Act.INVENTORY_COUNTED_AGAIN: _BENCH | {_HEAD, _QUALITY},
        Act.RUN_IMPORTED: _BENCH,
        Act.METHOD_DEFINED: frozenset({_EXPERT, _QUALITY}),
        Act.METHOD_WITHDRAWN: frozenset({_EXPERT, _QUALITY}),
        Act.PROCEDURE_RECORDED: frozenset({_EXPERT, _QUALITY}),
        Act.PROCEDURE_VALIDATED: frozenset({_HEAD, _QUALITY}),
        Act.PROCEDURE_WITHDRAWN: frozenset({_HEAD, _QUALITY}),
        Act.DEVIATION_ASKED: _BENCH,
        Act.DEVIATION_AUTHORISED: frozenset({_HEAD, _QUALITY}),
        Act.DEVIATION_ACCEPTED: frozenset({_EXPERT, _HEAD}),
        Act.FINDING_RECORDED: _BENCH,
        Act.FINDING_CORRECTED: _BENCH,
        Act.FINDING_DISCARDED: frozenset({_EXPERT}),
        Act.IDENTIFICATION_OPENED: frozenset({_EXPERT}),
        Act.IDENTIFICATION_REVISED: frozenset({_EXPERT}),
        Act.IDENTIFICATION_CONCLUDED: frozenset({_EXPERT}),
        Act.IDENTIFICATION_CHECKED: frozenset({_REVIEWER}),
        Act.IDENTIFICATION_DISPUTED: frozenset({_REVIEWER}),
        Act.IDENTIFICATION_RESOLVED: frozenset({_HEAD, _QUALITY}),
        Act.IDENTIFICATION_REOPENED: frozenset({_HEAD}),
        Act.NONCONFORMITY_RAISED: _BENCH | {_REVIEWER, _HEAD, _QUALITY},
        Act.NONCONFORMITY_ASSESSED: frozenset({_HEAD, _QUALITY}),
        Act.NONCONFORMITY_ACTION_PLANNED: frozenset({_HEAD, _QUALITY}),
        Act.NONCONFORMITY_CORRECTED: _BENCH | {_REVIEWER, _HEAD, _QUALITY},
        Act.NONCONFORMITY_VERIFIED: frozenset({_HEAD, _QUALITY}),
        Act.NONCONFORMITY_RESUMED: frozenset({_HEAD, _QUALITY}),
        Act.NONCONFORMITY_CLOSED: frozenset({_QUALITY}),
        Act.DETECTORS_ASKED: frozenset({_QUALITY}),
        Act.BATCH_PLANNED: _BENCH,
        Act.BATCH_MEASURED: _BENCH,
        Act.BATCH_RUN_DISCARDED: frozenset({_EXPERT}),
        Act.BATCH_JUDGED: frozenset({_EXPERT}),
        Act.BATCH_RELEASED: frozenset({_REVIEWER, _QUALITY}),
        Act.QUANTITATION_RECORDED: frozenset({_EXPERT}),
        Act.QUANTITATION_DISCARDED: frozenset({_EXPERT}),
        Act.EXAMINATION_OPENED: frozenset({_EXPERT}),
        Act.COMPONENT_IDENTIFIED: frozenset({_EXPERT}),
        Act.COMPONENT_MARKED: frozenset({_EXPERT}),
        Act.COMPONENT_LEFT: frozenset({_EXPERT}),
        Act.COMPONENT_NOTED: frozenset({_EXPERT}),
        Act.CANDIDATE_REJECTED: frozenset({_EXPERT}),
        Act.EXAMINATION_CONCLUDED: frozenset({_EXPERT}),
        Act.EXAMINATION_OMISSION_STATED: frozenset({_EXPERT}),
        Act.EXAMINATION_QUESTION_ANSWERED: frozenset({_EXPERT}),
        Act.EXAMINATION_APPROVED: frozenset({_REVIEWER}),
        Act.EXAMINATION_RETURNED: frozenset({_REVIEWER}),
        Act.EXAMINATION_REOPENED: frozenset({_HEAD, _QUALITY}),
        Act.EXAMINATION_TAKEN_BACK: frozenset({_EXPERT}),
        Act.REPORT_INTENDED: frozenset({_EXPERT}),
        Act.REPORT_DRAFTED: frozenset({_EXPERT}),
        Act.REPORT_REVIEWED: frozenset({_REVIEWER}),
        Act.REPORT_ISSUED: frozenset({_HEAD}),
        Act.REPORT_COMMENTED: frozenset({_EXPERT, _REVIEWER, _HEAD, _QUALITY}),
        Act.REPORT_DISPUTED: frozenset({_REVIEWER}),
        Act.REPORT_RESOLVED: frozenset({_EXPERT, _REVIEWER, _HEAD, _QUALITY}),
        Act.REPORT_ADMINISTRATIVELY_REVIEWED: frozenset({_HEAD, _QUALITY}),
        Act.REPORT_VOIDED: frozenset({_EXPERT, _REVIEWER, _HEAD, _QUALITY}),
        Act.REPORT_WITHDRAWN: frozenset({_HEAD}),
        Act.REPORT_AMENDMENT_ORDERED: frozenset({_HEAD}),
        Act.REPORT_SUPERSEDED: frozenset({_HEAD}),
        Act.REPORT_DELIVERED: _BENCH | {_HEAD, _QUALITY},
        Act.REPORT_NOTIFIED: _BENCH | {_HEAD, _QUALITY},
        Act.REPORT_DISCLOSED: frozenset({_HEAD, _QUALITY}),
        Act.REPORT_COPIED: _BENCH | {_HEAD, _QUALITY},
        Act.RELEASE_RECORDED: frozenset({_CURATOR}),
        Act.LIBRARY_IMPORTED: frozenset({_EXPERT, _CURATOR}),
        Act.LIBRARY_DECIDED: frozenset({_EXPERT, _REVIEWER, _CURATOR}),
        Act.LIBRARY_CHECKED: frozenset({_REVIEWER, _CURATOR}),
        Act.LIBRARY_REFUSED: frozenset({_REVIEWER, _CURATOR}),
        Act.RELEASE_PUBLISHED: frozenset({_CURATOR, _QUALITY}),
        Act.ISOMERS_PROPOSED: frozenset({_CURATOR}),
        Act.ISOMERS_CONFIRMED: frozenset({_CURATOR}),
        Act.ISOMERS_REJECTED: frozenset({_CURATOR}),
        Act.WATCH_SEARCHED: _NOBODY,
        Act.ALERT_RAISED: _NOBODY,
        Act.ALERT_ANSWERED: frozenset({_EXPERT}),
        Act.ALERT_ASSESSED: frozenset({_QUALITY}),
        Act.PROVISIONAL_MADE: frozenset({_EXPERT}),
        Act.PROVISIONAL_RESOLVED: frozenset({_EXPERT}),
        **dict.fromkeys((Act.LAW_ACT_DRAFTED, Act.LAW_EDITION_DRAFTED, Act.LAW_TABLE_DRAFTED), _CLERKS),
        **dict.fromkeys((Act.LAW_ACT_CONFIRMED, Act.LAW_EDITION_PUBLISHED, Act.LAW_TABLE_CONFIRMED), _CLERKS | {_HEAD}),
        **dict.fromkeys((Act.LAW_ACT_RETURNED, Act.LAW_EDITION_RETURNED, Act.LAW_TABLE_RETURNED), _CLERKS | {_HEAD}),
        Act.DETERMINATION_MADE: frozenset({_EXPERT}),
        Act.DETERMINATION_OVERRIDDEN: frozenset({_EXPERT}),
        Act.DETERMINATION_REVIEWED: frozenset({_REVIEWER}),
        Act.STAFF_REGISTERED: frozenset({_ADMINISTRATOR}),
        Act.ROLES_PROPOSED: frozenset({_ADMINISTRATOR}),
        Act.ROLES_CONFIRMED: frozenset({_QUALITY}),
        Act.STAFF_ABSENT: frozenset({_ADMINISTRATOR, _HEAD, _QUALITY}),
        Act.STAFF_RETURNED: frozenset({_ADMINISTRATOR, _HEAD, _QUALITY}),
        Act.STAFF_LEFT: frozenset({_ADMINISTRATOR, _HEAD, _QUALITY}),
        Act.ROLE_DELEGATED: frozenset({_HEAD, _QUALITY}),
        Act.DELEGATION_ENDED: frozenset({_HEAD, _QUALITY}),
        Act.COMPETENCE_GRANTED: frozenset({_HEAD, _QUALITY}),
        Act.COMPETENCE_WITHDRAWN: frozenset({_HEAD, _QUALITY}),
        Act.PASSWORD_SET: frozenset({_ADMINISTRATOR}),
        Act.SECOND_FACTOR_ENROLLED: _NOBODY,
        Act.SECOND_FACTOR_RESET_ASKED: frozenset({_ADMINISTRATOR, _HEAD}),
        Act.SECOND_FACTOR_RESET: frozenset({_QUALITY, _HEAD}),
        Act.ACCOUNT_DELAYED: _NOBODY,
        Act.SESSION_OPENED: _NOBODY,
        Act.SESSION_CLOSED: _NOBODY,
        Act.SESSION_REVOKED: frozenset({_ADMINISTRATOR, _QUALITY}),
        Act.CLOCK_JUMPED: _NOBODY,
        Act.CLOCK_CORRECTED: frozenset({_QUALITY}),
        Act.CHECKPOINT_HANDED_OUT: frozenset({_HEAD, _QUALITY, _ADMINISTRATOR}),
        Act.LISTS_REBUILT: frozenset({_QUALITY, _ADMINISTRATOR}),
        Act.RAW_SWEPT: frozenset({_QUALITY, _ADMINISTRATOR}),
        Act.RAW_REPAIRED: frozenset({_QUALITY, _ADMINISTRATOR}),
    }
)
"""Which roles may do an act: one of them is enough."""

OWN_ACTS = frozenset(
    {
        Act.PASSWORD_SET,
        Act.SECOND_FACTOR_ENROLLED,
        Act.SESSION_OPENED,
        Act.SESSION_CLOSED,
        Act.SESSION_REVOKED,
        Act.STAFF_ABSENT,
    }
)
"""What every person on the staff may do about the own account, also without a role."""

SYSTEM_ACTS = frozenset(
    {
        Act.ACCOUNT_DELAYED,
        Act.SESSION_CLOSED,
        Act.SESSION_REVOKED,
        Act.CLOCK_JUMPED,
        Act.RAW_SWEPT,
        Act.RAW_REPAIRED,
        Act.REPORT_VOIDED,
        Act.WATCH_SEARCHED,
        Act.ALERT_RAISED,
    }
)
"""What the program records by itself, under the number of ``SYSTEM``."""

NOT_DELEGATED = frozenset({Act.ROLE_DELEGATED, Act.DELEGATION_ENDED})
"""What nobody does on a right that another person lent."""

CLOSING_ACTS = frozenset({Act.SESSION_CLOSED, Act.SESSION_REVOKED})
"""What is done about the own sessions also by a person who is away or has left."""

_CASEWORK = frozenset({_TECHNICIAN, _EXPERT, _REVIEWER, _HEAD, _QUALITY, _AUDITOR})
WITNESSES = _CASEWORK - {_AUDITOR}
"""Roles of which one is needed to witness what another person does with an exhibit."""
APPROVERS = frozenset({_HEAD, _QUALITY})
"""Roles of which one is needed to approve a correction of custody (rule CC-4)."""


def roles_for(act: str) -> frozenset[Role]:
    """Give the roles that may do an act; none for one that is not in the table."""
    return PERMITTED[Act(act)] if act in set(Act) else frozenset()


def require_role(actor: StaffMember, act: Act) -> None:
    """Refuse an act early, before anything is read: whether the roles are still in force, the store decides.

    Raises
    ------
    NotPermittedError
        If the person holds none of the roles of the act, of the own or by delegation.
    """
    actor.require(*(role for role in Role if role in PERMITTED[act]))


def may_do(act: str, roles: Iterable[Role]) -> bool:
    """Tell whether one of the roles may do an act."""
    return not roles_for(act).isdisjoint(roles)
