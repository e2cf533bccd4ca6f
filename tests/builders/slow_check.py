"""The check of a ledger as anybody would write it: the strict reader for every entry, and every record by its name."""

from lims.errors import CanonicalFormError, LedgerError
from lims.ledger import GENESIS, ChainCheck, ChainFault, LedgerEntry, leaf_hash


def slow_check(rows):
    """Check rows of sequence, kind, number, version, leaf and bytes."""
    faults, head, time, versions = [], GENESIS, None, {}
    for count, (sequence, *columns, leaf, data) in enumerate(rows, start=1):
        reasons = []
        try:
            if leaf_hash(data) != leaf:
                reasons.append("its bytes do not have the recorded hash")
            entry = LedgerEntry.from_bytes(data)
        except (CanonicalFormError, LedgerError) as error:
            reasons.append(f"its bytes cannot be read: {error}")
        else:
            if not entry.sequence == sequence == count:
                reasons.append(f"it is number {count} in the store, {sequence} by row, {entry.sequence} by text")
            if entry.previous != head:
                reasons.append("it does not follow the entry before it")
            names = [entry.kind, entry.number, entry.version]
            if columns not in (names, [None] * 3):
                by_columns, by_text = ("{} {} version {}".format(*values) for values in (columns, names))
                reasons.append(f"its columns name {by_columns}, its text {by_text}")
            if time is not None and entry.recorded_at < time and entry.act != "clock.corrected":
                reasons.append("it is dated before the entry before it")
            time = entry.recorded_at
            expected = versions.get((entry.kind, entry.number), 0) + 1
            if entry.version != expected:
                reasons.append(f"it is version {entry.version} of {entry.kind} {entry.number}, expected {expected}")
            versions[entry.kind, entry.number] = entry.version
        faults.extend(ChainFault(sequence=sequence, reason=reason) for reason in reasons)
        head = leaf_hash(data)
        entries = count
    return ChainCheck(entries=entries if rows else 0, head=head, faults=tuple(faults))
