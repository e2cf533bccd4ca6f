"""What each act about a person may change of the record, and nothing else."""

from dataclasses import replace

from lims.domain.competence import Competence
from lims.domain.permissions import Act
from lims.domain.staff import Delegation, StaffMember, newcomer
from lims.errors import InvalidRecordError, NotPermittedError, StaleVersionError


def require_staff_step(before: StaffMember | None, after: StaffMember, *, act: str, actor: str, founding: bool) -> None:
    """Refuse a record of a person that is not what the act makes of the one before.

    Parameters
    ----------
    before : StaffMember or None
        None for a person who is new.
    actor : str
        Staff number of the person who acts: nobody signs a step with another's number.
    founding : bool
        Whether an administrator may confirm, because there is no quality manager.

    Raises
    ------
    NotPermittedError, TransitionError
        If the step itself is refused: own roles, own proposal, a person who left.
    StaleVersionError
        If the person's record moved on, or the number is taken.
    InvalidRecordError
        If the record says anything else than the step.
    """
    if after.version != (0 if before is None else before.version) + 1:
        raise StaleVersionError(StaffMember.KIND, after.number, after.version)
    if before is None:
        made = _registered(after, actor) if act == Act.STAFF_REGISTERED else None
    else:
        made = _changed(before, after, act=act, actor=actor, founding=founding)
    if made != after:
        raise InvalidRecordError(f"staff {after.number}: the record is not what {act} by {actor} makes of it")


def require_competence_step(before: Competence | None, after: Competence, *, act: str, actor: str) -> None:
    """Refuse a competence that is not what the act makes of the one before.

    Raises
    ------
    NotPermittedError, TransitionError
        If it is the own one, or withdrawn already.
    InvalidRecordError
        If the record says anything else than the act.
    """
    made: Competence | None = None
    if before is None and act == Act.COMPETENCE_GRANTED:
        made = replace(after, granted_by=actor, withdrawn_by="", withdrawn_at=None, withdrawal_reason="", version=1)
    elif before is not None and act == Act.COMPETENCE_WITHDRAWN and after.withdrawn_at is not None:
        made = before.withdraw(by=actor, at=after.withdrawn_at, reason=after.withdrawal_reason)
    if made == after:
        return
    raise InvalidRecordError(f"competence {after.number}: the record is not what {act} by {actor} makes of it")


def _registered(after: StaffMember, actor: str) -> StaffMember | None:
    stated = StaffMember(number=after.number, name=after.name, post=after.post, roles=())
    if after.proposal is None:
        return stated
    return newcomer(stated, roles=after.proposal.roles, by=actor, at=after.proposal.proposed_at)


def _changed(before: StaffMember, after: StaffMember, *, act: str, actor: str, founding: bool) -> StaffMember | None:
    """Take the step again with what the record says of it; None where it says too little."""
    made: StaffMember | None = None
    if act == Act.ROLES_PROPOSED and after.proposal is not None:
        made = before.propose(after.proposal.roles, by=actor, at=after.proposal.proposed_at)
    elif act == Act.ROLES_CONFIRMED and after.confirmation is not None:
        made = before.confirm(by=actor, at=after.confirmation.confirmed_at, founding=founding)
    elif act == Act.STAFF_ABSENT and after.absences and after.absences[-1].recorded_by == actor:
        made = before.go_away(after.absences[-1])
    elif act == Act.STAFF_RETURNED:
        made = _returned(before, after)
    elif act == Act.STAFF_LEFT and after.left_at is not None:
        made = before.leave(at=after.left_at)
    elif act == Act.ROLE_DELEGATED and after.delegations and after.delegations[-1].given_by == actor:
        made = before.stand_in(after.delegations[-1])
    elif act == Act.DELEGATION_ENDED:
        made = _ended(before, after, actor)
    return made


def _returned(before: StaffMember, after: StaffMember) -> StaffMember | None:
    days = [one.returned_on for one in after.absences if one not in before.absences]
    return before.come_back(days[0]) if days and days[0] is not None else None


def _ended(before: StaffMember, after: StaffMember, actor: str) -> StaffMember | None:
    ended: list[Delegation] = [one for one in after.delegations if one not in before.delegations]
    if not ended or ended[0].ended_on is None:
        return None
    if any(one.given_by != actor for one in ended):
        raise NotPermittedError(f"{actor} did not delegate that role")
    return before.end_delegation(ended[0].role, given_by=actor, day=ended[0].ended_on)
