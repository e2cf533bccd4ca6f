"""Donors: registered under a code, looked up by a recorded act, erased under a court order."""

import secrets
from dataclasses import dataclass, field
from datetime import date

from lims.domain.case import Case
from lims.domain.donor import (
    Donor,
    Erasure,
    IdentityField,
    IdentityReading,
    PersonalValue,
    Random,
    personal_value,
    pseudonym,
)
from lims.domain.permissions import Act, require_role
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text, cleaned
from lims.errors import InvalidRecordError
from lims.services.ports import Clock, Store
from lims.services.versions import require_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorIdentity:
    """Who a donor is; None and empty text mean unknown."""

    name: str = ""
    birth_date: date | None = None
    document: str = ""
    """Kind and number of an identity document."""

    @property
    def values(self) -> dict[IdentityField, str]:
        """Give what is known, as texts."""
        born = self.birth_date.isoformat() if self.birth_date else ""
        known = {
            IdentityField.NAME: self.name,
            IdentityField.BIRTH_DATE: born,
            IdentityField.DOCUMENT: self.document,
        }
        return {name: value for name, value in known.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class DonorService:
    """Keeps donors. Who they are stands in a table that can be erased; the ledger has salted commitments to it."""

    store: Store = field(repr=False)
    clock: Clock = field(repr=False)
    random: Random = field(default=secrets.token_bytes, repr=False)

    def register(self, case_number: str, identity: DonorIdentity, *, actor: StaffMember) -> Donor:
        """Register the next donor of a case under a random code.

        Raises
        ------
        NotFoundError
            If there is no such case.
        InvalidRecordError
            If nothing is known of the donor, or a text cannot be kept.
        """
        require_role(actor, Act.DONOR_REGISTERED)
        values = self._values(cleaned(identity))
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            prefix = f"{work.load(Case, case_number).number}-D"
            donor = Donor(
                number=f"{prefix}{work.count(Donor, prefix=prefix) + 1}",
                case_number=case_number,
                pseudonym=pseudonym(self.random),
                commitments=tuple(value.commitment for value in values),
                registered_by=actor.number,
                registered_at=now,
            )
            work.record(donor, act=Act.DONOR_REGISTERED, actor=actor, at=now)
            work.keep_personal(donor.number, values)
            work.commit()
        return donor

    def identity(self, number: str, *, purpose: str, actor: StaffMember) -> tuple[PersonalValue, ...]:
        """Give who a donor is, to the head and to the examiner of an exhibit of that donor; each reading is an act.

        Raises
        ------
        NotFoundError
            If there is no such donor.
        NotPermittedError
            If the actor is neither.
        InvalidRecordError
            If there is no purpose.
        TransitionError
            If it was erased.
        """
        require_role(actor, Act.DONOR_IDENTITY_READ)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            reading = IdentityReading(read_by=actor.number, read_at=now, purpose=clean_text("purpose", purpose))
            donor = work.load(Donor, number).read(reading)
            work.record(donor, act=Act.DONOR_IDENTITY_READ, actor=actor, at=now)
            values = work.personal(number)
            work.commit()
        return values

    def erase(
        self,
        number: str,
        *,
        court: str,
        order_number: str,
        order_date: date,
        actor: StaffMember,
        version: int | None = None,
    ) -> Donor:
        """Erase who a donor is, with the salts, under a court order; the ledger stays as it is.

        Parameters
        ----------
        version : int, optional
            Of the donor that the person saw.

        Raises
        ------
        NotFoundError
            If there is no such donor.
        InvalidRecordError
            If the order is not named.
        TransitionError
            If it was erased before.
        StaleVersionError
            If somebody changed it since it was read, or looked at the identity.
        """
        require_role(actor, Act.DONOR_ERASED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            erasure = Erasure(
                court=clean_text("court", court),
                order_number=clean_text("order number", order_number),
                order_date=order_date,
                erased_by=actor.number,
                erased_at=now,
            )
            kept = work.load(Donor, number)
            require_seen(kept, version)
            donor = kept.erase(erasure)
            work.record(donor, act=Act.DONOR_ERASED, actor=actor, at=now)
            work.erase_personal(number)
            work.commit()
        return donor

    def of_case(self, case_number: str) -> tuple[Donor, ...]:
        """Give all donors of a case, by their codes."""
        with self.store.reading() as work:
            return work.children(Donor, case_number)

    def get(self, number: str) -> Donor:
        """Give one donor, by the code.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(Donor, number)

    def unopened(self, number: str) -> tuple[IdentityField, ...]:
        """Name the commitments of a donor that no kept value opens: none as long as nothing was erased or altered.

        Raises
        ------
        NotFoundError
            If there is no such donor.
        """
        with self.store.reading() as work:
            return work.unopened(work.load(Donor, number))

    def _values(self, identity: DonorIdentity) -> tuple[PersonalValue, ...]:
        known = identity.values
        if not known:
            raise InvalidRecordError("donor: neither name nor birth date nor document; expected one of them")
        return tuple(personal_value(name, value, random=self.random) for name, value in known.items())
