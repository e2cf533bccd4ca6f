"""Making the lists anew from the ledger."""

from dataclasses import dataclass, field

from lims.domain.ledger_upkeep import ListsRebuild
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.errors import LedgerError
from lims.ledger import LedgerChecking
from lims.services.ledger_reading import CheckedStore, ListFault
from lims.services.ports import Clock, UnitOfWork

_FIRST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RelistingService:
    """Compares the lists with the ledger, and makes them anew."""

    store: CheckedStore = field(repr=False)
    clock: Clock = field(repr=False)

    def differences(self, *, reader: StaffMember | None = None) -> tuple[ListFault, ...]:
        """Compare every list with the ledger.

        Parameters
        ----------
        reader : StaffMember, optional
            Who asks at a page; None for the console.

        Raises
        ------
        NotPermittedError
            If the reader may not make the lists anew.
        LedgerError
            If the ledger itself does not hold together: then nothing is known of its lists.
        """
        if reader is not None:
            require_role(reader, Act.LISTS_REBUILT)
        with self.store.checking() as reading:
            checking = LedgerChecking(observe=reading.note)
            for rows in reading.rows():
                checking.add(rows)
            faults = checking.result().faults
            if faults:
                raise LedgerError(
                    f"entry {faults[0].sequence}: {faults[0].reason}; lists made of it would be wrong too"
                )
            return reading.list_faults(checking)

    def rebuild(self, *, actor: StaffMember) -> ListsRebuild:
        """Make every list anew, and record that it was done and what was wrong before.

        Raises
        ------
        NotPermittedError
            If the person may not.
        LedgerError
            If the ledger does not hold together; then every list stays as it was.
        """
        require_role(actor, Act.LISTS_REBUILT)
        differences = self.differences()
        with self.store.unit_of_work() as work:
            work.permit(
                self._described(work, differences, actor), act=Act.LISTS_REBUILT, actor=actor, at=self.clock.now()
            )
        self.store.rebuild_lists()
        with self.store.unit_of_work() as work:
            rebuild = self._described(work, differences, actor)
            work.record(rebuild, act=Act.LISTS_REBUILT, actor=actor, at=rebuild.rebuilt_at)
            work.commit()
        return rebuild

    def _described(self, work: UnitOfWork, differences: tuple[ListFault, ...], actor: StaffMember) -> ListsRebuild:
        return ListsRebuild(
            number=f"rebuild-{work.count(ListsRebuild) + 1:04d}",
            rebuilt_by=actor.number,
            rebuilt_at=self.clock.now(),
            differences=len(differences),
            first_differences=tuple(map(str, differences[:_FIRST])),
        )
