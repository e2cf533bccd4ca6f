"""Donors of biological material: a pseudonym and commitments in the ledger, who it is in values that can be erased."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from lims.domain.wording import require_text
from lims.errors import InvalidRecordError, TransitionError

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without signs that are read as others."""
_CODE = 8
SALT_BYTES = 32
Random = Callable[[int], bytes]
"""Gives as many random bytes as it is asked for."""


class IdentityField(StrEnum):
    """What tells a donor from everybody else."""

    NAME = "name"
    BIRTH_DATE = "birth date"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalValue:
    """One value of a donor's identity with its salt. It is no part of any record: it stands in an erasable table."""

    field: IdentityField
    value: str
    salt: str
    """Hex."""

    @property
    def commitment(self) -> "Commitment":
        """Give what the ledger keeps of it."""
        return Commitment(field=self.field, sha256=commitment_of(self.value, salt=self.salt))


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What binds the ledger to a value without saying it."""

    field: IdentityField
    sha256: str
    """Hex of ``SHA-256(salt || value)``, the value in UTF-8."""

    def opens_with(self, value: PersonalValue) -> bool:
        """Tell whether this is the value that was committed to."""
        return value.commitment == self


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityReading:
    """Who looked at the identity of a donor, and what for."""

    read_by: str
    read_at: datetime
    purpose: str

    def __post_init__(self) -> None:
        """Refuse to look without a purpose."""
        require_text("purpose", self.purpose)


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """The order under which the identity of a donor was erased."""

    court: str
    order_number: str
    order_date: date
    erased_by: str
    erased_at: datetime

    def __post_init__(self) -> None:
        """Refuse an erasure without a court order."""
        require_text("court", self.court)
        require_text("order number", self.order_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Donor:
    """One person whose biological material is examined, by a code."""

    KIND: ClassVar[str] = "donor"

    number: str
    """The case number, ``-D`` and the ordinal in the case."""
    case_number: str
    pseudonym: str
    """A random code; it says nothing of the person."""
    commitments: tuple[Commitment, ...]
    registered_by: str
    registered_at: datetime
    reading: IdentityReading | None = None
    """The newest; those before are in the versions before."""
    erasure: Erasure | None = None
    version: int = 1

    def __post_init__(self) -> None:
        """Refuse a donor without a code, and a field that stands twice."""
        require_text("donor number", self.number)
        require_text("pseudonym", self.pseudonym)
        names = [one.field for one in self.commitments]
        if len(set(names)) != len(names):
            raise InvalidRecordError(f"{self.number}: identity fields {', '.join(names)}; each stands once")

    @property
    def parent(self) -> str:
        """Belong to the case."""
        return self.case_number

    @property
    def state(self) -> str:
        """Say whether anybody can still learn who it is."""
        return "erased" if self.erasure else "kept"

    @property
    def title(self) -> str:
        """Show the code."""
        return self.pseudonym

    def read(self, reading: IdentityReading) -> Self:
        """Note that somebody looked at the identity.

        Raises
        ------
        TransitionError
            If it was erased.
        """
        self._require_kept()
        return replace(self, reading=reading, version=self.version + 1)

    def erase(self, erasure: Erasure) -> Self:
        """Note that the values and salts were erased; the commitments stay and open with nothing any more.

        Raises
        ------
        TransitionError
            If they were erased before.
        """
        self._require_kept()
        return replace(self, erasure=erasure, version=self.version + 1)

    def unopened(self, values: Iterable[PersonalValue]) -> tuple[IdentityField, ...]:
        """Name the commitments that these values do not open."""
        by_field = {one.field: one for one in values}
        return tuple(
            one.field
            for one in self.commitments
            if one.field not in by_field or not one.opens_with(by_field[one.field])
        )

    def _require_kept(self) -> None:
        if self.erasure is not None:
            raise TransitionError(
                f"the identity of {self.number} was erased on {self.erasure.erased_at:%Y-%m-%d} "
                f"under order {self.erasure.order_number} of {self.erasure.court}"
            )


def commitment_of(value: str, *, salt: str) -> str:
    """Commit to a value: hex of ``SHA-256(salt || value)``.

    Parameters
    ----------
    value : str
        Encoded as UTF-8.
    salt : str
        Hex of 32 random bytes.
    """
    return hashlib.sha256(bytes.fromhex(salt) + value.encode()).hexdigest()


def personal_value(field: IdentityField, value: str, *, random: Random) -> PersonalValue:
    """Give a value with a fresh salt."""
    require_text(field.value, value)
    return PersonalValue(field=field, value=value, salt=random(SALT_BYTES).hex())


def pseudonym(random: Random) -> str:
    """Draw a code of eight signs, about 39 bits."""
    signs = ""
    while len(signs) < _CODE:
        signs += "".join(_ALPHABET[byte] for byte in random(_CODE) if byte < len(_ALPHABET))
    return signs[:_CODE]
