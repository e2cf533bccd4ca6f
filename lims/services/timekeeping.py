"""Setting the ledger's time right after a clock was wrong."""

from dataclasses import dataclass, field

from lims.domain.clock import ClockChange
from lims.domain.permissions import Act
from lims.domain.staff import StaffMember
from lims.errors import InvalidRecordError, NotFoundError
from lims.services.ports import Clock, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class TimekeepingService:
    """Lets the ledger's time go back, once, with a name and a reason."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)

    def set_right(self, *, reason: str, actor: StaffMember) -> ClockChange:
        """Record that the clock is right now and the ledger's time before it was not.

        Later entries may then be dated before earlier ones; this act alone allows it.

        Raises
        ------
        NotPermittedError
            If the person is not the quality manager.
        InvalidRecordError
            If there is no reason, or this computer does not count the time since its start.
        """
        reading = self.clock.reading()
        if reading is None:
            raise InvalidRecordError("this computer does not count the time since its start; use one that does")
        with self.store.unit_of_work() as work:
            try:
                version = work.load(ClockChange, reading.boot_id).version + 1
            except NotFoundError:
                version = 1
            change = ClockChange(number=reading.boot_id, found=reading, reason=reason, version=version)
            work.record(change, act=Act.CLOCK_CORRECTED, actor=actor, at=reading.wall_time)
            work.commit()
        return change
