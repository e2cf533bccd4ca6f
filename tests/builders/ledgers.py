"""Honest chains of ledger entries, and entries that somebody rewrote together with their hash."""

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from lims.ledger import GENESIS, LedgerEntry, StoredEntry, leaf_hash

BEGINNING = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)


def honest_chain(records: Iterable[tuple[str, str]], *, bodies: Mapping[int, Any] | None = None) -> list[StoredEntry]:
    """Chain one entry a second for each kind and number."""
    chain: list[StoredEntry] = []
    versions: dict[tuple[str, str], int] = {}
    for sequence, (kind, number) in enumerate(records, start=1):
        versions[kind, number] = versions.get((kind, number), 0) + 1
        entry = LedgerEntry(
            sequence=sequence,
            previous=chain[-1].leaf if chain else GENESIS,
            recorded_at=BEGINNING + timedelta(seconds=sequence - 1),
            actor="expert-a",
            act=f"{kind}.recorded",
            kind=kind,
            number=number,
            version=versions[kind, number],
            body=(bodies or {}).get(sequence, {"number": number}),
            software="0.1.0",
        )
        chain.append(sealed(entry))
    return chain


def sealed(entry: LedgerEntry) -> StoredEntry:
    data = entry.to_bytes()
    return StoredEntry(sequence=entry.sequence, data=data, leaf=leaf_hash(data))


def resealed(stored: StoredEntry, **changes: Any) -> StoredEntry:
    return sealed(dataclasses.replace(LedgerEntry.from_bytes(stored.data), **changes))
