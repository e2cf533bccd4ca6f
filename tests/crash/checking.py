"""Whether a home lost anything: every acknowledged act, every list, every raw object, and nothing without a name."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from lims.domain.report import ReportStatus
from lims.errors import LimsError
from lims.ledger import LedgerEntry, canonical_bytes
from lims.services.laboratory import Laboratory
from lims.services.named_raw import NamedRaw
from tests.crash.acts import Acknowledgement
from tests.crash.homes import Home

_SIGNER = "signer"
"""What the verification calls the place where a signed checkpoint is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What was found in a home after its processes ended."""

    entries: int
    lost: tuple[str, ...]
    """Acknowledged acts that are missing, doubled or different, or whose raw data are."""
    faults: tuple[str, ...]
    """Whatever else does not hold together: chain, lists, named raw objects, numbers of reports."""
    unnamed: int
    """Raw objects that no entry names, before the sweep."""
    temporary: int
    """Files that were being written, before the sweep."""
    unnamed_after: int
    temporary_after: int
    unkept_checkpoints: int
    """Checkpoints that were signed and not kept: verification says so, and the next checkpoint mends it."""

    @property
    def sound(self) -> bool:
        """Tell whether everything is as it must be."""
        return not (self.lost or self.faults or self.unnamed_after or self.temporary_after)

    def to_facts(self) -> dict[str, object]:
        """Give it for JSON."""
        return asdict(self)

    @classmethod
    def from_facts(cls, facts: dict[str, object]) -> "Findings":
        """Read what ``to_facts`` gave."""
        return cls(**(facts | {"lost": tuple(facts["lost"]), "faults": tuple(facts["faults"])}))


def check(home: Home, acknowledgements: Iterable[Acknowledgement]) -> Findings:
    """Open a home anew, as after a crash, and compare it with what was acknowledged; then sweep it."""
    laboratory = home.open()
    entries = [LedgerEntry.from_bytes(stored.data) for stored in laboratory.auditing.store.entries()]
    lost = tuple(_lost(laboratory, entries, acknowledgements))
    before = _leftovers(home.raw, _named(laboratory, entries))
    swept = tuple(_sweep(laboratory))
    unkept = _keep_checkpoint(laboratory)
    faults = (*swept, *_faults(laboratory, entries))
    after = _leftovers(home.raw, _named(laboratory, entries))
    return Findings(
        entries=len(entries),
        lost=lost,
        faults=faults,
        unnamed=before["unnamed"],
        temporary=before["temporary"],
        unnamed_after=after["unnamed"],
        temporary_after=after["temporary"],
        unkept_checkpoints=int(unkept),
    )


def _lost(
    laboratory: Laboratory, entries: list[LedgerEntry], acknowledgements: Iterable[Acknowledgement]
) -> Iterator[str]:
    found: dict[tuple[str, str, int], list[str]] = {}
    for entry in entries:
        digest = hashlib.sha256(canonical_bytes(entry.body)).hexdigest()
        found.setdefault((entry.kind, entry.number, entry.version), []).append(digest)
    for act in acknowledgements:
        named = f"{act.kind} {act.number} version {act.version}"
        bodies = found.get((act.kind, act.number, act.version), [])
        if bodies != [act.body_sha256]:
            yield f"{named}: {len(bodies)} entries, body {'as' if act.body_sha256 in bodies else 'not as'} acknowledged"
        for sha256 in act.raw:
            try:
                laboratory.importing.raw_store.get(sha256)
            except LimsError as error:
                yield f"{named}: {error}"


def _sweep(laboratory: Laboratory) -> Iterator[str]:
    try:
        laboratory.sweeping.sweep()
    except LimsError as error:
        yield f"sweep: {error}"


def _keep_checkpoint(laboratory: Laboratory) -> bool:
    """Keep a checkpoint that was signed just before the crash, as the next act would; tell whether there was one."""
    faults = laboratory.auditing.verify().checkpoints.faults
    if faults and all(fault.place == _SIGNER for fault in faults):
        laboratory.checkpointing.make()
        return True
    return False


def _faults(laboratory: Laboratory, entries: list[LedgerEntry]) -> Iterator[str]:
    yield from laboratory.auditing.verify().faults
    statuses: dict[str, list[str]] = {}
    for entry in entries:
        if entry.kind == "report":
            statuses.setdefault(entry.number, []).append(str(entry.body["status"]))
    for number, steps in statuses.items():
        if steps[0] != ReportStatus.INTENDED.value or steps.count(ReportStatus.DRAFTED.value) > 1:
            yield f"report {number} went through {steps}: its number was used twice"
    waiting = Counter(
        str(entry.body["examination_number"])
        for entry in entries
        if entry.kind == "report" and statuses[entry.number] == [ReportStatus.INTENDED.value]
    )
    yield from (f"{number} has {n} numbers without a document" for number, n in waiting.items() if n > 1)


def _named(laboratory: Laboratory, entries: list[LedgerEntry]) -> set[str]:
    named = NamedRaw()
    for entry in entries:
        named.note(entry)
    return set(named.digests(laboratory.auditing.raw_store, faults=[]))


def _leftovers(raw: Path, named: set[str]) -> Counter[str]:
    """Count the files of a raw store that no entry names, by what they are."""
    files = [path for path in raw.glob("[0-9a-f][0-9a-f]/*") if path.is_file()]
    return Counter("temporary" if path.name.startswith(".") else "unnamed" for path in files if path.name not in named)
