"""Procedures and deviations: written down, validated, withdrawn; asked for, authorised, accepted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

from lims.domain.deviation import CustomerAcceptance, Deviation
from lims.domain.exhibit import Exhibit, next_number
from lims.domain.permissions import Act, require_role
from lims.domain.procedure import Procedure, Validation
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import NotFoundError, StaleVersionError
from lims.services.method_force import find_procedure
from lims.services.ports import Clock, ListedRecord, Store
from lims.services.versions import require_seen
from lims.translation import TIME_ZONE

_MAX_LISTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureFacts:
    """What a person writes down of a procedure; see ``Procedure`` for the fields."""

    number: str
    name: str
    techniques: tuple[str, ...]
    acceptance_criteria: str
    matrices: tuple[str, ...] = ()
    required_controls: tuple[str, ...] = ()
    limits_of: str = ""
    register_number: str = ""
    field_devices: tuple[str, ...] = ()
    field_operators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceFacts:
    """What the customer said of a deviation."""

    customer: str
    reference: str
    accepted_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatingService:
    """Keeps procedures with their validation, and deviations from them."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    time_zone: tzinfo = TIME_ZONE

    def record(self, facts: ProcedureFacts, *, actor: StaffMember, replaces: int | None = None) -> Procedure:
        """Record a procedure, or a new text of one; a new text is in validation.

        Parameters
        ----------
        replaces : int, optional
            The version that the person saw and means to replace; None for a procedure that is new.

        Raises
        ------
        NotPermittedError
            If the actor is neither expert nor quality manager.
        InvalidRecordError, NotFoundError
            If something is missing or a technique is unknown; or a version was named of a procedure that is new.
        StaleVersionError
            If the procedure exists and another version, or none, was named.
        """
        require_role(actor, Act.PROCEDURE_RECORDED)
        clean = cleaned(facts)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            known = find_procedure(work, clean.number)
            if known is None and replaces is not None:
                raise NotFoundError(Procedure.KIND, clean.number)
            if known is not None and known.version != replaces:
                raise StaleVersionError(Procedure.KIND, known.number, known.version)
            procedure = Procedure(
                number=clean.number,
                name=clean.name,
                techniques=clean.techniques,
                matrices=clean.matrices,
                required_controls=clean.required_controls,
                acceptance_criteria=clean.acceptance_criteria,
                recorded_by=actor.number,
                recorded_at=now,
                limits_of=clean.limits_of,
                register_number=clean.register_number,
                field_devices=clean.field_devices,
                field_operators=clean.field_operators,
                version=1 if known is None else known.version + 1,
            )
            work.record(procedure, act=Act.PROCEDURE_RECORDED, actor=actor, at=now)
            work.commit()
        return procedure

    def validate(
        self, number: str, *, validated_on: date, record: str, actor: StaffMember, version: int | None = None
    ) -> Procedure:
        """State that a procedure is validated, by which record, from which day on.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such procedure, it is not in validation, no record is named, or the day is yet to come.
        StaleVersionError
            If it moved on since it was read: a text is validated that the person saw.
        """
        require_role(actor, Act.PROCEDURE_VALIDATED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            stated = Validation(
                validated_on=validated_on,
                record=clean_text("record of the validation", record),
                stated_by=actor.number,
                stated_at=now,
            )
            known = work.load(Procedure, number)
            require_seen(known, version)
            validated = known.validate(stated, today=self._today())
            work.record(validated, act=Act.PROCEDURE_VALIDATED, actor=actor, at=now)
            work.commit()
        return validated

    def withdraw(self, number: str, *, reason: str, actor: StaffMember, version: int | None = None) -> Procedure:
        """Take a procedure out of force from today on; what was done under it stays valid.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such procedure, it is withdrawn, or no reason is given.
        StaleVersionError
            If it moved on since it was read.
        """
        require_role(actor, Act.PROCEDURE_WITHDRAWN)
        with self.store.unit_of_work() as work:
            words = clean_text("reason", reason)
            known = work.load(Procedure, number)
            require_seen(known, version)
            withdrawn = known.withdraw(on=self._today(), by=actor.number, reason=words)
            work.record(withdrawn, act=Act.PROCEDURE_WITHDRAWN, actor=actor, at=self.clock.now())
            work.commit()
        return withdrawn

    def procedure(self, number: str) -> Procedure:
        """Give the newest version of a procedure.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Procedure, number)

    def procedures(self) -> tuple[ListedRecord, ...]:
        """Give the procedures, newest first."""
        with self.store.reading() as work:
            return work.listed(Procedure, limit=_MAX_LISTED)

    def ask_deviation(
        self, exhibit_number: str, procedure_number: str, *, departure: str, justification: str, actor: StaffMember
    ) -> Deviation:
        """Ask to depart from a procedure on one exhibit.

        Raises
        ------
        NotPermittedError
            If the actor does not work at the bench.
        NotFoundError, InvalidRecordError
            If there is no such exhibit or procedure, or the departure is not described and justified.
        """
        require_role(actor, Act.DEVIATION_ASKED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            work.load(Exhibit, exhibit_number)
            work.load(Procedure, procedure_number)
            taken = (one.number for one in work.children(Deviation, exhibit_number))
            asked = Deviation(
                number=next_number(f"{exhibit_number}-D", taken),
                exhibit_number=exhibit_number,
                procedure_number=procedure_number,
                departure=clean_text("departure", departure),
                justification=clean_text("justification", justification),
                asked_by=actor.number,
                asked_at=now,
            )
            work.record(asked, act=Act.DEVIATION_ASKED, actor=actor, at=now)
            work.commit()
        return asked

    def authorise_deviation(self, number: str, *, actor: StaffMember, version: int | None = None) -> Deviation:
        """Allow a deviation in the laboratory.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager, or asked for it.
        NotFoundError, TransitionError
            If there is no such deviation, or it is authorised.
        StaleVersionError
            If it moved on since it was read.
        """
        require_role(actor, Act.DEVIATION_AUTHORISED)
        now = self.clock.now()
        return self._change(
            number, Act.DEVIATION_AUTHORISED, actor, version, lambda d: d.authorise(by=actor.number, at=now)
        )

    def accept_deviation(
        self, number: str, facts: AcceptanceFacts, *, actor: StaffMember, version: int | None = None
    ) -> Deviation:
        """Record that the customer accepts a deviation.

        Raises
        ------
        NotPermittedError
            If the actor is neither expert nor head.
        NotFoundError, TransitionError, InvalidRecordError
            If there is no such deviation, it is not authorised, or nothing shows the acceptance.
        StaleVersionError
            If it moved on since it was read.
        """
        require_role(actor, Act.DEVIATION_ACCEPTED)
        clean = cleaned(facts)
        acceptance = CustomerAcceptance(
            customer=clean.customer,
            reference=clean.reference,
            accepted_on=clean.accepted_on,
            recorded_by=actor.number,
            recorded_at=self.clock.now(),
        )
        today = self._today()
        return self._change(number, Act.DEVIATION_ACCEPTED, actor, version, lambda d: d.accept(acceptance, today=today))

    def deviations(self, exhibit_number: str) -> tuple[Deviation, ...]:
        """Give all deviations on an exhibit."""
        with self.store.reading() as work:
            return work.children(Deviation, exhibit_number)

    def listed_deviations(
        self, *, limit: int, offset: int = 0, states: Sequence[str] = (), words: str = ""
    ) -> tuple[Deviation, ...]:
        """Give one page of the deviations of all exhibits, the last changed first.

        Parameters
        ----------
        states : sequence of str, optional
            Values of ``DeviationStatus``; none: any.
        words : str, optional
            That stand in the number, which begins with the exhibit's, or in the number of the procedure.
        """
        with self.store.reading() as work:
            lines = work.listed(Deviation, limit=limit, offset=offset, states=states, words=words)
            found = {one.number: one for one in work.several(Deviation, [line.number for line in lines])}
        return tuple(found[line.number] for line in lines)

    def deviation(self, number: str) -> Deviation:
        """Give one deviation.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Deviation, number)

    def _change(
        self, number: str, act: Act, actor: StaffMember, version: int | None, step: Callable[[Deviation], Deviation]
    ) -> Deviation:
        with self.store.unit_of_work() as work:
            known = work.load(Deviation, number)
            require_seen(known, version)
            changed = step(known)
            work.record(changed, act=act, actor=actor, at=self.clock.now())
            work.commit()
        return changed

    def _today(self) -> date:
        return self.clock.now().astimezone(self.time_zone).date()
