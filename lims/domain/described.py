"""What a report describes, and by which sign a later edit of it shows (rule RP-2).

Of each record the part is kept that a report says something of: a custody chain goes on when an exhibit is put back
into its place, and the report stays true; a correction of that chain makes it untrue.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from lims.domain.record import Record, body_of
from lims.ledger.canonical import JsonValue, canonical_bytes
from lims.said import said

_NOT_DESCRIBED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "case": frozenset({"category", "reviews", "links", "term_events", "adjudication"}),
        "examination": frozenset({"status", "reviews", "taken_back"}),
        "identification": frozenset({"checks"}),
        "determination": frozenset({"reviews"}),
    }
)
"""Fields, by the kind of record, whose change is no edit of what a report says; the version is none anywhere."""
_ADDED_LATER: Mapping[str, frozenset[str]] = MappingProxyType(
    {"examination": frozenset({"answers"}), "determination": frozenset({"quantitation_number"})}
)
"""Fields that records did not have when reports were signed already: empty, they are as if they were not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DescribedRecord:
    """One record that a report describes, as it was when the author signed."""

    kind: str
    number: str
    version: int
    sha256: str
    """Of the part that a report says something of; see ``fingerprint``."""

    @property
    def name(self) -> str:
        """Name it in words."""
        return f"{self.kind} {self.number}"


def described(record: Record) -> DescribedRecord:
    """Note a record as a report describes it."""
    return DescribedRecord(kind=record.KIND, number=record.number, version=record.version, sha256=fingerprint(record))


def fingerprint(record: Record) -> str:
    """Give the SHA-256, hex, of the part of a record that a report says something of."""
    body: Mapping[str, JsonValue] = body_of(record)
    left_out = _NOT_DESCRIBED.get(record.KIND, frozenset()) | {"version"}
    later = _ADDED_LATER.get(record.KIND, frozenset())
    kept = {name: value for name, value in body.items() if name not in left_out and (value or name not in later)}
    return hashlib.sha256(canonical_bytes(kept)).hexdigest()


def edits(signed: Iterable[DescribedRecord], now: Iterable[DescribedRecord]) -> tuple[str, ...]:
    """Say in words what was edited since a report was signed; nothing: it is still true.

    Parameters
    ----------
    signed : iterable of DescribedRecord
        What the report describes.
    now : iterable of DescribedRecord
        What a report would describe now.
    """
    before = {(one.kind, one.number): one for one in signed}
    after = {(one.kind, one.number): one for one in now}
    changed = (
        said(
            "{record} is version {after}, was {before}",
            record=one.name,
            after=one.version,
            before=before[key].version,
        )
        for key, one in after.items()
        if key in before and before[key].sha256 != one.sha256
    )
    added = (said("{record} is new", record=one.name) for key, one in after.items() if key not in before)
    gone = (
        said("{record} does not belong to it any more", record=one.name)
        for key, one in before.items()
        if key not in after
    )
    return (*changed, *added, *gone)
