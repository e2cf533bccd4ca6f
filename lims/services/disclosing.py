"""Disclosure packets: everything that somebody else needs to check a report without trusting the laboratory."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from lims.domain.batch import Batch
from lims.domain.case import Case
from lims.domain.disclosure import Disclosure
from lims.domain.examination import Examination
from lims.domain.exhibit import Exhibit
from lims.domain.permissions import Act, require_role
from lims.domain.photograph import Photograph
from lims.domain.report import LEFT, Report
from lims.domain.run import RecordedRun
from lims.domain.staff import StaffMember
from lims.errors import NotFoundError, RawStoreError, SettingsError, TransitionError
from lims.ledger import JsonValue
from lims.ledger.checkpoint import SignedCheckpoint, VerifierKey
from lims.said import said
from lims.services.charting import ChartingService, chart_csv
from lims.services.curating import CuratingService
from lims.services.extracting import CheckpointMaker, proved
from lims.services.packet_readme import readme
from lims.services.packet_selection import ChosenEntry, candidates, choose
from lims.services.packet_spectra import used_spectra
from lims.services.ports import Clock, RawStore, Store
from lims.services.receipting import receipt_of, telling

ENTRIES = "ledger/entries.jsonl"
PROOFS = "ledger/proofs.jsonl"
CHECKPOINT = "ledger/checkpoint.txt"
KEYS = "ledger/ledger-keys.txt"
RAW_INDEX = "raw/index.json"
RECEIPT = "report/receipt.json"
LEFT_OUT = "the library file is not given out whole: the spectra that were used are in library/"
_WHOLE_LIBRARIES = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketFile:
    """One file of a packet."""

    path: str
    """Relative, with ``/``."""
    read: Callable[[], bytes] = field(repr=False)
    """Gives its bytes when they are written, not before: raw data may be large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Everything that a packet holds."""

    report: Report
    case_number: str
    origin: str
    """Of the ledger."""
    ledger_size: int
    """Entries under the checkpoint."""
    entries: int
    files: tuple[PacketFile, ...] = field(repr=False)


Told = Callable[[int, int], None]
"""Told how much is done, and of how much."""


class PacketShelf(Protocol):
    """Where packets lie as one file each until they are fetched."""

    def put(self, packet: Packet, *, made_on: date, told: Told, record: Callable[[str], Report]) -> Report:
        """Write a packet, have it recorded by its digest, and only then give it its place.

        Raises
        ------
        PacketNotWrittenError
            If it cannot be written: nothing is recorded then.
        """
        ...

    def find(self, report_number: str, bag_sha256: str) -> Path | None:
        """Give the file of a packet; None if it is not there any more."""
        ...


def _untold(done: int, whole: int) -> None:
    """Tell nobody how far it is."""
    del done, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosingService:
    """Gathers packets, and records that one was made."""

    store: Store = field(repr=False)
    raw_store: RawStore = field(repr=False)
    curating: CuratingService = field(repr=False)
    charting: ChartingService = field(repr=False)
    clock: Clock = field(repr=False)
    checkpoints: CheckpointMaker | None = field(default=None, repr=False)
    shelf: PacketShelf | None = field(default=None, repr=False)
    """None: packets are gathered for a folder, and none lies ready as a file."""

    def make(self, report_number: str, *, actor: StaffMember, told: Told = _untold) -> Report:
        """Make the packet of a report as one file, and record it before anybody can fetch it.

        Parameters
        ----------
        told : callable, optional
            Told how many files are written, and of how many: raw data may be large.

        Raises
        ------
        NotPermittedError, NotFoundError, TransitionError, RawStoreError
            As ``gather`` and ``record``.
        SignerUnavailableError, SignerRefusedError
            If the ledger cannot be signed as it is now.
        PacketNotWrittenError
            If the file cannot be written; nothing is recorded then.
        """
        require_role(actor, Act.REPORT_DISCLOSED)
        with self.store.reading() as work:  # before the ledger is signed
            report = work.load(Report, report_number)
            work.permit(report, act=Act.REPORT_DISCLOSED, actor=actor, at=self.clock.now())
            _require_left(report)
        checkpoints, shelf = self._means()
        packet = self.gather(report_number, signed=checkpoints.make(), keys=checkpoints.identity().keys)
        return shelf.put(
            packet,
            made_on=self.clock.now().date(),
            told=told,
            record=lambda sha256: self.record(packet, bag_sha256=sha256, actor=actor),
        )

    def packet(self, report_number: str, bag_sha256: str, *, actor: StaffMember) -> Path:
        """Give the file of a packet that was made and recorded.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        NotFoundError
            If the report has no such packet, or its file made room for a newer one.
        """
        require_role(actor, Act.REPORT_DISCLOSED)
        _, shelf = self._means()
        with self.store.reading() as work:
            known = {one.bag_sha256 for one in work.load(Report, report_number).disclosures}
        found = shelf.find(report_number, bag_sha256) if bag_sha256 in known else None
        if found is None:
            raise NotFoundError(f"packet of {report_number}", bag_sha256)
        return found

    def ready(self, report_number: str) -> frozenset[str]:
        """Name the packets of a report, by digest, whose files can be fetched.

        Raises
        ------
        NotFoundError
            If there is no such report.
        """
        shelf = self.shelf
        with self.store.reading() as work:
            known = [one.bag_sha256 for one in work.load(Report, report_number).disclosures]
        return frozenset(one for one in known if shelf is not None and shelf.find(report_number, one) is not None)

    def _means(self) -> tuple[CheckpointMaker, PacketShelf]:
        if self.checkpoints is None or self.shelf is None:
            raise SettingsError("this laboratory was opened without a place for packets")
        return self.checkpoints, self.shelf

    def gather(self, report_number: str, *, signed: SignedCheckpoint, keys: Iterable[VerifierKey]) -> Packet:
        """Gather what the packet of a report holds; nothing is recorded.

        Parameters
        ----------
        signed : SignedCheckpoint
            Of this ledger; entries after it are not in the packet.
        keys : iterable of VerifierKey
            Public keys of the ledger.

        Raises
        ------
        NotPermittedError
            If the person may not read the whole ledger.
        NotFoundError
            If there is no such report.
        TransitionError
            If it did not leave the laboratory.
        RawStoreError
            If raw data are missing or altered: a packet with a gap is not made.
        """
        size = signed.checkpoint.size
        with self.store.reading() as work:
            report = work.load(Report, report_number)
            _require_left(report)
            exhibit = work.load(Exhibit, work.load(Examination, report.examination_number).exhibit_number)
            case = work.load(Case, exhibit.case_number)
        found = candidates(self.store.entries_of, case=case.number)
        chosen = choose((one for one in found if one.sequence <= size), case=case.number)
        files = (
            *_readmes(),
            *self._ledger_files(chosen, report, signed, tuple(keys)),
            *record_files(chosen),
            *self._raw_files(chosen, {f"report/{report.number}.pdf": str(report.pdf_sha256)}),
            *used_files(chosen, self.curating),
            *self._charts(chosen),
        )
        return Packet(
            report=report,
            case_number=case.number,
            origin=signed.checkpoint.origin,
            ledger_size=size,
            entries=len(chosen),
            files=tuple(sorted(files, key=lambda one: one.path)),
        )

    def record(self, packet: Packet, *, bag_sha256: str, actor: StaffMember) -> Report:
        """Record that a packet was made, before anybody receives it.

        Raises
        ------
        NotPermittedError
            If the actor is neither head nor quality manager.
        TransitionError
            If the report did not leave the laboratory.
        """
        require_role(actor, Act.REPORT_DISCLOSED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            disclosure = Disclosure(
                bag_sha256=bag_sha256,
                ledger_size=packet.ledger_size,
                entries=packet.entries,
                made_by=actor.number,
                made_at=now,
            )
            disclosed = work.load(Report, packet.report.number).disclose(disclosure)
            work.record(disclosed, act=Act.REPORT_DISCLOSED, actor=actor, at=now)
            work.commit()
        return disclosed

    def _ledger_files(
        self, chosen: tuple[ChosenEntry, ...], report: Report, signed: SignedCheckpoint, keys: tuple[VerifierKey, ...]
    ) -> Iterator[PacketFile]:
        tree = self.store.tree()
        own = [one.entry for one in chosen if (one.entry.kind, one.entry.number) == (Report.KIND, report.number)]
        yield _of_bytes(RECEIPT, receipt_of(telling(own), tree=tree, signed=signed, keys=keys).to_bytes())
        stored = ((one.entry.sequence, one.data) for one in chosen)
        extract = proved(stored, tree=tree, signed=signed, keys=keys)
        for path, data in (
            (ENTRIES, extract.entries),
            (PROOFS, extract.proofs),
            (CHECKPOINT, extract.checkpoint),
            (KEYS, extract.keys),
        ):
            yield _of_bytes(path, data)

    def _charts(self, chosen: tuple[ChosenEntry, ...]) -> Iterator[PacketFile]:
        """Give the control charts of the methods and instruments of the case's batches."""
        batches = (one.entry.body for one in chosen if one.entry.kind == Batch.KIND)
        for method, instrument in sorted({(str(one["method_number"]), str(one["instrument"])) for one in batches}):
            for chart in self.charting.control_charts(method, instrument=instrument):
                name = _safe(f"{method}-{instrument}-{chart.quantity.value}")
                yield _of_bytes(f"charts/{name}.csv", chart_csv(chart))

    def _raw_files(self, chosen: tuple[ChosenEntry, ...], document: Mapping[str, str]) -> Iterator[PacketFile]:
        """Give every raw object that the entries name, each under a name that says what it is, and the index."""
        found = dict(document)
        for one in chosen:
            found.update(self._of_run(one))
            found.update(_told_apart(one, but=set(document.values())))
        known = set(found.values())
        others = (sha256 for one in chosen if not _is_library(one) for sha256 in one.entry.raw)
        found.update((f"raw/objects/{sha256}", sha256) for sha256 in others if sha256 not in known)
        for path, sha256 in found.items():
            yield PacketFile(path=path, read=partial(self.raw_store.get, sha256))
        left_out = {sha256: LEFT_OUT for one in chosen for sha256 in one.entry.raw if _is_library(one)}
        index = {"files": dict(sorted(found.items())), "left_out": dict(sorted(left_out.items()))}
        yield _of_bytes(RAW_INDEX, _pretty(index))

    def _of_run(self, one: ChosenEntry) -> Iterator[tuple[str, str]]:
        """Give the files of a run; nothing of a record of another kind."""
        raw = one.entry.body.get("raw")
        if one.entry.kind != RecordedRun.KIND or not isinstance(raw, Mapping):
            return
        sha256, name = str(raw["sha256"]), str(raw["file_name"])
        place = f"raw/runs/{_safe(one.entry.number)}-{sha256[:8]}"
        if not raw.get("is_folder"):
            yield f"{place}/{name}", sha256
            return
        yield f"{place}/manifest.json", sha256
        for row in _rows(self.raw_store.get(sha256), sha256):
            yield f"{place}/{name}/{row['path']}", row["sha256"]


def _told_apart(one: ChosenEntry, *, but: AbstractSet[str]) -> Iterator[tuple[str, str]]:
    """Name photographs, and documents of reports with their copies: people should know what they open."""
    body, number = one.entry.body, _safe(one.entry.number)
    if one.entry.kind == Photograph.KIND:
        yield f"raw/photographs/{number}/{body['file_name']}", str(body["sha256"])
    if one.entry.kind != Report.KIND:
        return
    document = str(body.get("pdf_sha256") or "")
    if document and document not in but:
        yield f"raw/documents/{number}-{document[:8]}.pdf", document
    copies: Any = body.get("copies") or ()
    for made in copies:
        sha256 = str(made["copy_sha256"])
        yield f"raw/copies/{number}-{_safe(made['form'])}-{_safe(made['language'])}-{sha256[:8]}.pdf", sha256


def record_files(chosen: Iterable[ChosenEntry]) -> Iterator[PacketFile]:
    """Give the records once more, sorted by kind and easy to read; they say nothing that the entries do not say."""
    kinds: dict[str, list[JsonValue]] = {}
    for one in chosen:
        entry = one.entry
        kinds.setdefault(entry.kind, []).append(
            {
                "entry": entry.sequence,
                "recorded_at": entry.recorded_at.isoformat(),
                "actor": entry.actor,
                "act": entry.act,
                "number": entry.number,
                "version": entry.version,
                "body": dict(entry.body),
            }
        )
    for kind, records in sorted(kinds.items()):
        yield _of_bytes(f"records/{_safe(kind)}.json", _pretty(records))


def used_files(chosen: Iterable[ChosenEntry], curating: CuratingService) -> Iterator[PacketFile]:
    """Give the library spectra that the examinations of a case name, as MSP, one file for each release."""
    for name, text in used_spectra(chosen, curating):
        yield _of_bytes(f"library/{_safe(name)}.msp", text.encode())


def _require_left(report: Report) -> None:
    if report.status not in LEFT:
        raise TransitionError(
            said(
                "{number} is {state}: it did not leave the laboratory, so no packet does",
                number=report.number,
                state=report.status,
            )
        )
    if report.pdf_sha256 is None:
        raise NotFoundError("document of report", report.number)


def _readmes() -> Iterator[PacketFile]:
    for language in ("en", "kk", "ru"):
        yield _of_bytes(f"README-{language}.txt", readme(language))


def _is_library(one: ChosenEntry) -> bool:
    return one.entry.kind == _WHOLE_LIBRARIES


def _rows(manifest: bytes, sha256: str) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads(manifest)
    for row in rows:
        path = PurePosixPath(row["path"])
        if path.is_absolute() or ".." in path.parts:
            raise RawStoreError(f"manifest {sha256} names the path {row['path']!r} outside its folder")
    return rows


def _of_bytes(path: str, data: bytes) -> PacketFile:
    return PacketFile(path=path, read=lambda: data)


def _pretty(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _safe(name: str) -> str:
    return re.sub(r"[^\w.-]", "-", name)
