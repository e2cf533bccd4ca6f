"""Electronic signatures: what a person confirms, as whom, and what the confirmation is bound to.

A signature begins with the person who proves once more to be that person. The proof is bound to the very bytes of
the record that was shown, so that it signs nothing else. Source: 21 CFR 11.50, 11.70 and 11.200.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from lims.domain.record import Record, body_of
from lims.errors import InvalidRecordError, SignatureRefusedError
from lims.ledger.canonical import JsonValue, canonical_bytes
from lims.ledger.entry import moment_text

CONFIRMATION_LIFE = timedelta(minutes=5)
"""A confirmation is for one signature that follows at once. Five minutes cover a slow token and a document of many
pages; whoever left the desk meanwhile is asked again (21 CFR 11.200(a)(1)(ii))."""
TOKEN_FACTOR = "pkcs11 pin"  # noqa: S105 - the name of a factor
"""What a person proves by a token: holding it, and knowing its PIN."""


class SignatureMeaning(StrEnum):
    """In which capacity a person signs; 21 CFR 11.50(a)(3)."""

    AUTHOR = "author"
    TECHNICAL_REVIEWER = "technical reviewer"
    ADMINISTRATIVE_REVIEWER = "administrative reviewer"
    RELEASER = "releaser"
    WITHDRAWER = "withdrawer"
    """Of the person who takes an issued report back."""
    COPIER = "copier"
    """Of the person who stands for a copy or a summary of an issued report."""
    GIVER = "giver"
    """Of the person out of whose hands exhibits go."""
    TAKER = "taker"
    WITNESS = "witness"
    APPROVER = "approver"
    """Of the second person behind a correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureBinding:
    """What one signature is for: a person, a meaning, and one version of one record as that person saw it."""

    person: str
    """Staff number."""
    meaning: SignatureMeaning
    kind: str
    number: str
    version: int
    record_sha256: str
    """``record_digest`` of the record as it was shown."""
    confirmed_at: datetime
    """Aware; when the person confirmed."""

    def statement(self) -> dict[str, JsonValue]:
        """Say what is confirmed, as data: who, in which capacity, when, and of what. A token signs these bytes."""
        return {
            "meaning": self.meaning.value,
            "person": self.person,
            "confirmed_at": moment_text(self.confirmed_at),
            "record": {"kind": self.kind, "number": self.number, "version": self.version},
            "record_sha256": self.record_sha256,
        }

    def require(self, *, person: str, meaning: SignatureMeaning, record: Record, now: datetime) -> None:
        """Refuse to sign anything but what was confirmed.

        Parameters
        ----------
        person : str
            Staff number of the person who acts.
        meaning : SignatureMeaning
            Of the act.
        record : Record
            As it stands now.
        now : datetime
            Aware.

        Raises
        ------
        SignatureRefusedError
            If it is another person's, of another meaning, for another record, for a version that is not the present
            one or was changed, older than ``CONFIRMATION_LIFE``, or from the future.
        """
        if self.person != person:
            raise SignatureRefusedError(f"{self.person} confirmed this signature, not {person}")
        if self.meaning is not meaning:
            raise SignatureRefusedError(f"confirmed as {self.meaning.value}; this signature is as {meaning.value}")
        if (self.kind, self.number) != (record.KIND, record.number):
            raise SignatureRefusedError(
                f"confirmed for {self.kind} {self.number}; this signature is for {record.KIND} {record.number}"
            )
        if self.version != record.version or self.record_sha256 != record_digest(record):
            raise SignatureRefusedError(
                f"{self.kind} {self.number} was shown as version {self.version} and is version {record.version} now, "
                f"or has another content"
            )
        if not timedelta(0) <= now - self.confirmed_at <= CONFIRMATION_LIFE:
            raise SignatureRefusedError(
                f"confirmed at {moment_text(self.confirmed_at)}, used at {moment_text(now)}; "
                f"a confirmation holds for {CONFIRMATION_LIFE.seconds // 60} minutes"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureConfirmation(SignatureBinding):
    """A person proved to be that person, for one signature.

    Raises
    ------
    InvalidRecordError
        If no factor is named.
    """

    factors: tuple[str, ...]
    """What was proved, for example ``("password", "totp")``; never the secrets."""

    def __post_init__(self) -> None:
        """Refuse a confirmation by nothing."""
        if not self.factors:
            raise InvalidRecordError(f"confirmation of {self.person}: no factor was checked")

    def proof(self, *, name: str) -> dict[str, JsonValue]:
        """Write what the ledger keeps: the printed name, the time, the meaning, and the link to the record.

        Source: 21 CFR 11.50(a), 11.70.
        """
        return {**self.statement(), "name": name, "factors": list(self.factors)}


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPin(SignatureBinding):
    """A PIN that a person entered for one signature. It confirms nothing until that person's token has signed."""

    pin: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse an empty PIN."""
        if not self.pin:  # never a rule whose message repeats the value
            raise InvalidRecordError("PIN: empty; it is needed")

    def used(self) -> SignatureConfirmation:
        """Give the confirmation that the PIN has become. To be called only after the token has signed with it."""
        return SignatureConfirmation(
            person=self.person,
            meaning=self.meaning,
            kind=self.kind,
            number=self.number,
            version=self.version,
            record_sha256=self.record_sha256,
            confirmed_at=self.confirmed_at,
            factors=(TOKEN_FACTOR,),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedSignature:
    """A signature as the ledger has it: printed name, meaning, date and time. Source: 21 CFR 11.50(a)."""

    person: str
    name: str
    meaning: SignatureMeaning
    at: datetime
    """When it was recorded."""


def record_digest(record: Record) -> str:
    """Give the SHA-256, hex, of a record's body in the canonical bytes that the ledger stores."""
    body: Mapping[str, JsonValue] = body_of(record)
    return hashlib.sha256(canonical_bytes(body)).hexdigest()
