"""One entry of the ledger: who did what, when, to which record, and the whole record afterwards."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from lims.errors import CanonicalFormError, LedgerError
from lims.ledger.canonical import JsonValue, canonical_bytes, parse_canonical
from lims.ledger.merkle import leaf_digest

FORMAT_VERSION = 1
GENESIS = "0" * 64
"""What the first entry names as its predecessor."""


def leaf_hash(data: bytes) -> str:
    """Hash the stored bytes of an entry as a leaf of an RFC 6962 tree (section 2.1); hex."""
    return leaf_digest(data).hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One act.

    Raises
    ------
    LedgerError
        If the time is not aware, or a number is below 1.
    """

    sequence: int
    """1 for the first entry, then without a gap."""
    previous: str
    """Hex leaf hash of the entry before; ``GENESIS`` for the first."""
    recorded_at: datetime
    """Aware; written as UTC with microseconds."""
    actor: str
    """Number of the person who acted."""
    act: str
    """Dotted, past tense, for example ``examination.approved``."""
    kind: str
    number: str
    version: int
    body: Mapping[str, JsonValue]
    """The whole record after the act."""
    raw: tuple[str, ...] = ()
    """Hex SHA-256 of the raw objects that the act names."""
    signature: Mapping[str, JsonValue] | None = None
    """Proof, where the act is a signature: meaning, certificate, digest of what was signed."""
    software: str
    authority: str = ""
    """Where the right to act was not a role of the person's own: the delegation, or the founding of the laboratory.
    Written only where there is one."""

    def __post_init__(self) -> None:
        """Refuse what could not be ordered."""
        if self.recorded_at.tzinfo is None:
            raise LedgerError("an entry needs an aware time")
        if self.sequence < 1 or self.version < 1:
            raise LedgerError(f"sequence {self.sequence} and version {self.version} count from 1")

    def to_bytes(self) -> bytes:
        """Write the entry as the canonical bytes that are stored and hashed.

        Raises
        ------
        CanonicalFormError
            If the body has no canonical form.
        """
        return canonical_bytes(
            {
                "v": FORMAT_VERSION,
                "sequence": self.sequence,
                "previous": self.previous,
                "recorded_at": moment_text(self.recorded_at),
                "actor": self.actor,
                "act": self.act,
                "kind": self.kind,
                "number": self.number,
                "version": self.version,
                "body": self.body,
                "raw": list(self.raw),
                "signature": self.signature,
                "software": self.software,
                **({"authority": self.authority} if self.authority else {}),
            }
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read stored bytes.

        Raises
        ------
        CanonicalFormError
            If they are not canonical, or not an entry of this format version.
        """
        values = parse_canonical(data)
        if not isinstance(values, dict) or values.get("v") != FORMAT_VERSION:
            raise CanonicalFormError(f"not a ledger entry of format {FORMAT_VERSION}")
        return cls.from_facts(values)

    @classmethod
    def from_facts(cls, values: Mapping[str, Any]) -> Self:
        """Make an entry of what its canonical bytes say.

        Raises
        ------
        CanonicalFormError
            If a fact is missing, unknown, of another type, or not one that an entry can have.
        """
        facts: dict[str, Any] = {key: value for key, value in values.items() if key != "v"}
        if {name: type(value) for name, value in facts.items()} not in _STORED_TYPES:
            raise CanonicalFormError("not a ledger entry: a fact is missing, unknown or of another type")
        if facts.get("authority") == "":
            raise CanonicalFormError("not a ledger entry: an authority that says nothing")
        try:
            entry = cls(**facts | {"recorded_at": read_moment(facts["recorded_at"]), "raw": _digests(facts["raw"])})
        except (LedgerError, ValueError) as error:
            raise CanonicalFormError(f"not a ledger entry: {error}") from error
        return entry


def moment_text(moment: datetime) -> str:
    """Write an aware time as UTC with microseconds, the one form that the ledger uses.

    Raises
    ------
    CanonicalFormError
        If the time has no zone, so that nobody could say later which moment was meant, or has no year in UTC.
    """
    if moment.tzinfo is None:
        raise CanonicalFormError(f"{moment} has no time zone")
    try:
        return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    except OverflowError as error:
        raise CanonicalFormError(f"{moment} lies outside the years 1 to 9999 of UTC") from error


def read_moment(text: str) -> datetime:
    """Read a time that ``moment_text`` wrote.

    Raises
    ------
    ValueError
        If it is a time in another form, or none.
    """
    moment = datetime.fromisoformat(text)
    if not SURE_MOMENT.fullmatch(text) and moment_text(moment) != text:
        raise ValueError(f"{text!r} is no time as the ledger writes it")
    return moment


def is_moment(text: str) -> bool:
    """Tell whether a text is a time as ``moment_text`` writes it, quicker than ``read_moment`` does."""
    if SURE_MOMENT.fullmatch(text):
        return True
    try:
        read_moment(text)
    except ValueError:
        return False
    return True


SURE_MOMENT = re.compile(
    r"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
)
"""Days that every month has, and no leap second."""
_STORED: dict[str, type] = {
    "sequence": int,
    "previous": str,
    "recorded_at": str,
    "actor": str,
    "act": str,
    "kind": str,
    "number": str,
    "version": int,
    "body": dict,
    "raw": list,
    "signature": type(None),
    "software": str,
}
_STORED_TYPES = tuple(
    _STORED | signature | authority for signature in ({}, {"signature": dict}) for authority in ({}, {"authority": str})
)
"""The facts of an entry as JSON gives them, with and without a signature, with and without an authority."""
STORED_SHAPES: tuple[Mapping[str, type], ...] = tuple(types | {"v": int} for types in _STORED_TYPES)
"""The same with the format version, as the bytes have them."""


def _digests(values: list[object]) -> tuple[str, ...]:
    digests = tuple(value for value in values if isinstance(value, str))
    if len(digests) != len(values):
        raise ValueError("a raw digest that is no text")
    return digests
