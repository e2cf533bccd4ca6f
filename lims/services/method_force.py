"""Whether a procedure is validated and in force on the day of an act (ISO/IEC 17025:2017, 7.2.2)."""

from datetime import date, datetime, tzinfo

from lims.domain.deviation import Deviation
from lims.domain.procedure import Procedure
from lims.errors import NotFoundError, NotInForceError
from lims.services.ports import UnitOfWork


def find_procedure(work: UnitOfWork, number: str) -> Procedure | None:
    """Give the newest version of a procedure; None where none is recorded under that number."""
    try:
        return work.load(Procedure, number)
    except NotFoundError:
        return None


def procedure_on(work: UnitOfWork, number: str, moment: datetime, *, time_zone: tzinfo) -> Procedure:
    """Give the version of a procedure that is in force on the day of a moment.

    Raises
    ------
    NotFoundError
        If no procedure is recorded under that number.
    NotInForceError
        If no version is in force on that day.
    """
    day = moment.astimezone(time_zone).date()
    newest = work.load(Procedure, number)
    ended: date | None = None
    for version in range(newest.version, 0, -1):
        procedure = work.load(Procedure, number, version=version)
        if procedure.in_force(day) and (ended is None or day < ended):
            return procedure
        if procedure.withdrawn_on is not None:
            ended = procedure.withdrawn_on
        elif procedure.validation is None:  # a new text ends the one before it
            ended = procedure.recorded_at.astimezone(time_zone).date()
    raise NotInForceError(f"procedure {number} is not in force on {day}; it is {newest.state}")


def require_in_force(work: UnitOfWork, number: str, moment: datetime, *, time_zone: tzinfo) -> None:
    """Refuse work under a procedure that is recorded and not in force; of a number without a procedure nothing is said.

    Raises
    ------
    NotInForceError
        If a procedure is recorded under that number and no version is in force on the day.
    """
    if find_procedure(work, number) is not None:
        procedure_on(work, number, moment, time_zone=time_zone)


def procedure_for_work(
    work: UnitOfWork, number: str, moment: datetime, *, exhibit_number: str, deviation_number: str, time_zone: tzinfo
) -> Procedure:
    """Give the version to work under: the one in force, or the newest where an accepted deviation covers the work.

    Raises
    ------
    NotFoundError
        If no such procedure or deviation is recorded.
    NotInForceError
        If the procedure is not in force on the day, and no deviation that is authorised and accepted covers it.
    """
    if not deviation_number:
        return procedure_on(work, number, moment, time_zone=time_zone)
    day = moment.astimezone(time_zone).date()
    deviation = work.load(Deviation, deviation_number)
    newest = work.load(Procedure, number)
    if not deviation.covers(exhibit_number=exhibit_number, procedure_number=number, day=day):
        raise NotInForceError(
            f"procedure {number} is {newest.state}; {deviation_number}, which is {deviation.state}, covers no work "
            f"under it on {exhibit_number} on {day}"
        )
    return newest
