"""The watch: examined components are searched again in every new release, and alerts are raised of what is new.

What remains is a question to the lists. Chunks are recorded in their order, one transaction each: whenever this ends,
the next one goes on behind the last chunk, and two workers at once cannot record the same one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial

import numpy as np
import numpy.typing as npt

from lims import __version__
from lims.compute import map_shards
from lims.domain.alert import Alert, alert_number, component_number
from lims.domain.alert_rule import Judged, WatchedHit, judge_hits
from lims.domain.examination import Candidate, Examination
from lims.domain.library import RecordedRelease
from lims.domain.permissions import Act
from lims.domain.report import Report, ReportStatus
from lims.domain.staff import SYSTEM
from lims.domain.watch import Trigger, Watch, WatchedSubject, WatchRule
from lims.errors import InvalidRecordError, StaleVersionError
from lims.services.archive_ports import Archive, ExaminedLine
from lims.services.archiving import ArchivingService, Progress, Unreadable, require_casework, silent
from lims.services.curating import CuratingService
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.searching import RankedCandidate
from lims.services.watch_plan import WatchPart, cut, due
from lims.services.watch_search import FoundComponent, Past, ShardSearch, WatchShard
from lims.work_errors import AlreadyWatchedError
from spectra import SIMPLE_EI, MatchFactorPreset
from substance_library import REFERENCE_PURPOSE, LibraryRelease

AT_ONCE = 2000
"""Components of one ledger entry, about: a hundred thousand of them are fifty entries."""
_MAX_RELEASES = 10_000
_CENT = Decimal("0.01")
Compounds = tuple[frozenset[str], frozenset[str]]
"""InChIKeys, or what stands for them, and names without case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseProgress:
    """How far the re-search for one release is."""

    release: str
    examinations_due: int
    components_due: int
    components_searched: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchStatus:
    """How far the watch is."""

    examinations: int
    components: int
    not_kept: int
    """Examinations whose spectra are not in the archive yet."""
    releases: tuple[ReleaseProgress, ...]
    """With reference spectra, oldest first."""

    @property
    def components_due(self) -> int:
        """How many pairs of a component and a release remain."""
        return sum(one.components_due for one in self.releases)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOutcome:
    """What one run of the watch did."""

    watches: tuple[Watch, ...]
    """In the order in which they were recorded."""
    unreadable: tuple[Unreadable, ...]
    """Not searched: their raw data cannot be read; they remain due."""

    @property
    def components(self) -> int:
        """How many components were compared."""
        return sum(one.components for one in self.watches)

    @property
    def alerts(self) -> tuple[str, ...]:
        """The numbers of all alerts that were raised."""
        return tuple(number for one in self.watches for number in one.alerts)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchService:
    """Finds what remains to be searched again, and does it."""

    store: Store = field(repr=False)
    archive: Archive = field(repr=False)
    archiving: ArchivingService = field(repr=False)
    curating: CuratingService = field(repr=False)
    clock: Clock = field(repr=False)
    limit: Decimal = Decimal(900)
    """Match factor from which on a new compound raises an alert."""
    preset: MatchFactorPreset = SIMPLE_EI

    def status(self) -> WatchStatus:
        """Say how much is archived and what remains.

        Raises
        ------
        NotPermittedError
            If this is the store of a person who may not read examinations.
        """
        require_casework(self.store)
        examined = self.archive.examined()
        parts = tuple(self._due(examined, None))
        watched = self.archive.watched(Trigger.RELEASE)
        kept = self.archive.kept()
        return WatchStatus(
            examinations=len(examined),
            components=sum(one.components for one in examined),
            not_kept=sum(one.number not in kept for one in examined),
            releases=tuple(
                ReleaseProgress(
                    release=name,
                    examinations_due=sum(len(part.examinations) for part in parts if part.cause == name),
                    components_due=sum(part.components for part in parts if part.cause == name),
                    components_searched=sum(one.components for one in examined if name in watched.get(one.number, ())),
                )
                for name in self._reference_releases()
            ),
        )

    def run(
        self,
        *,
        release: str | None = None,
        workers: int = 1,
        at_once: int = AT_ONCE,
        progress: Progress = silent,
        archived: Progress = silent,
    ) -> WatchOutcome:
        """Search everything that remains, and record it chunk by chunk; run again, it does nothing.

        Parameters
        ----------
        release : str, optional
            Only this one.
        workers : int
            Processes that search; the outcome does not depend on it.
        at_once : int
            About how many components one ledger entry is of.
        progress, archived : callable, optional
            Told how many components are searched, and how many examinations archived, of how many.

        Raises
        ------
        NotFoundError
            If there is no such release.
        InvalidRecordError
            If nothing may rest on the release, so that nothing is alerted of it.
        """
        if release is not None:
            self._require_reference(release)
        unreadable = self.archiving.fill(workers=workers, progress=archived)
        watches: list[Watch] = []
        complete = False
        while not complete:  # chunks that another worker took may leave some examinations between theirs and ours
            found = self._pass(release, workers=workers, at_once=at_once, progress=progress)
            watches += [one for one in found if one is not None]
            complete = None not in found
        return WatchOutcome(watches=tuple(watches), unreadable=unreadable)

    def _pass(self, release: str | None, *, workers: int, at_once: int, progress: Progress) -> list[Watch | None]:
        """Search what is due now; None for each chunk that another worker recorded meanwhile."""
        parts = tuple(self._due(self._readable(), release))
        total, done, found = sum(part.components for part in parts), 0, list[Watch | None]()
        for name in dict.fromkeys(part.cause for part in parts):
            for chunk, watch in self._search([one for one in parts if one.cause == name], name, workers, at_once):
                found.append(watch)
                done += chunk.components
                progress(done, total)
        return found

    # what remains

    def _readable(self) -> tuple[ExaminedLine, ...]:
        kept = self.archive.kept()
        return tuple(one for one in self.archive.examined() if one.number in kept)

    def _due(self, examined: Sequence[ExaminedLine], release: str | None) -> Iterator[WatchPart]:
        return due(
            examined,
            releases=self._releases(),
            watched=self.archive.watched(Trigger.RELEASE),
            wanted=self._reference_releases() if release is None else (release,),
        )

    def _releases(self) -> tuple[str, ...]:
        """Give all releases, oldest first."""
        return tuple(one.number for one in self._recorded())

    def _reference_releases(self) -> tuple[str, ...]:
        return tuple(one.number for one in self._recorded() if one.purpose == REFERENCE_PURPOSE)

    def _recorded(self) -> tuple[RecordedRelease, ...]:
        with self.store.reading() as work:
            lines = work.listed(RecordedRelease, limit=_MAX_RELEASES)
            found = work.several(RecordedRelease, [line.number for line in lines])
        return tuple(sorted(found, key=lambda one: (one.recorded_at, one.number)))

    def _require_reference(self, release: str) -> None:
        with self.store.reading() as work:
            recorded = work.load(RecordedRelease, release)
        if recorded.purpose != REFERENCE_PURPOSE:
            raise InvalidRecordError(f"release {release} is for {recorded.purpose}; nothing is alerted of it")

    # searching one release

    def _search(
        self, parts: Sequence[WatchPart], name: str, workers: int, at_once: int
    ) -> Iterator[tuple[WatchPart, Watch | None]]:
        release = self.curating.release(name)
        known = {past: self._compounds(past) for past in {one for part in parts for one in part.searched_before}}
        new = {part.searched_before: _new(release, [known[one] for one in part.searched_before]) for part in parts}
        prepare = partial(ShardSearch, release, new, preset=self.preset, limit=float(self.limit))
        chunks = [chunk for part in parts for chunk in cut(part, at_once=at_once)]
        shards = (self._shard(chunk, new) for chunk in chunks)
        results = map_shards(prepare, shards, workers=workers)
        for chunk, found in zip(chunks, results, strict=True):
            yield chunk, self._record(chunk, release, new[chunk.searched_before], found)

    def _compounds(self, release: str) -> Compounds:
        known = self.curating.release(release).spectra
        return frozenset(one.compound_key for one in known), frozenset(one.name.casefold() for one in known)

    def _shard(self, chunk: WatchPart, new: dict[Past, npt.NDArray[np.int64]]) -> WatchShard:
        numbers = [one.number for one in chunk.examinations] if len(new[chunk.searched_before]) else []
        return WatchShard(past=chunk.searched_before, packed=tuple(self.archive.packed(numbers).items()))

    # recording one chunk

    def _record(
        self,
        chunk: WatchPart,
        release: LibraryRelease,
        new: npt.NDArray[np.int64],
        found: Sequence[FoundComponent],
    ) -> Watch | None:
        """Record one chunk with its alerts; None if another worker did it meanwhile."""
        accessions = frozenset(release.spectra[place].accession for place in new.tolist())
        rule = WatchRule(preset=self.preset.name, preset_version=self.preset.version, match_factor=self.limit)
        try:
            with self.store.unit_of_work() as work:
                prefix = f"{chunk.cause}-W"
                number = f"{prefix}{work.count(Watch, prefix=prefix) + 1}"
                alerts = tuple(self._alerts(work, number, chunk.cause, found, accessions))
                watch = Watch(
                    number=number,
                    trigger=Trigger.RELEASE,
                    cause=chunk.cause,
                    cause_sha256=release.sha256,
                    searched_before=chunk.searched_before,
                    new_spectra=len(new),
                    rule=rule,
                    subjects=tuple(
                        WatchedSubject(number=one.number, components=one.components) for one in chunk.examinations
                    ),
                    alerts=tuple(one.number for one in alerts),
                    software_version=__version__,
                )
                record_watch(work, watch, alerts, clock=self.clock)
        except (AlreadyWatchedError, StaleVersionError):  # the key of the list, or that of an alert
            return None
        return watch

    def _alerts(
        self,
        work: UnitOfWork,
        watch: str,
        cause: str,
        found: Sequence[FoundComponent],
        new: frozenset[str],
    ) -> Iterator[Alert]:
        numbers = list(dict.fromkeys(one.examination_number for one in found))
        examinations = {one.number: one for one in work.several(Examination, numbers)}
        for one in found:
            examination = examinations[one.examination_number]
            component = examination.component(one.component_number)
            judged = judge_hits(component, [_hit(ranked, new, self.limit) for ranked in one.ranked])
            if judged is not None:
                yield _alert(work, examination, one.component_number, judged, watch=watch, cause=cause)


def record_watch(work: UnitOfWork, watch: Watch, alerts: Sequence[Alert], *, clock: Clock) -> None:
    """Record a re-search and its alerts, by the program itself.

    Raises
    ------
    AlreadyWatchedError
        If another worker looked at one of its examinations meanwhile.
    """
    now = clock.now()
    work.record(watch, act=Act.WATCH_SEARCHED, actor=SYSTEM, at=now)
    for alert in alerts:
        work.record(alert, act=Act.ALERT_RAISED, actor=SYSTEM, at=now)
    work.commit()


def issued_reports(work: UnitOfWork, examination: str) -> tuple[str, ...]:
    """Name the reports of an examination that stand."""
    reports = work.children(Report, examination)
    return tuple(one.number for one in reports if one.status is ReportStatus.ISSUED)


def _alert(
    work: UnitOfWork, examination: Examination, component: int, judged: Judged, *, watch: str, cause: str
) -> Alert:
    examined = examination.component(component)
    return Alert(
        number=alert_number(component_number(examination.number, component), trigger=Trigger.RELEASE, cause=cause),
        trigger=Trigger.RELEASE,
        cause=cause,
        watch_number=watch,
        examination_number=examination.number,
        examination_version=examination.version,
        component_number=component,
        exhibit_number=examination.exhibit_number,
        expert=examination.examiner,
        reason=judged.reason,
        decision=examined.decision,
        identity=examined.identity,
        hits=judged.hits,
        best_known=judged.best_known,
        identity_now=judged.identity_now,
        reports=issued_reports(work, examination.number),
    )


def _new(release: LibraryRelease, known: Sequence[Compounds]) -> npt.NDArray[np.int64]:
    """Give the places of EI spectra whose compound no earlier release had, by key or by name."""
    keys = frozenset[str]().union(*(one for one, _ in known))
    names = frozenset[str]().union(*(one for _, one in known))
    places = (
        place
        for place, one in enumerate(release.spectra)
        if one.spectrum.precursor is None and one.compound_key not in keys and one.name.casefold() not in names
    )
    return np.fromiter(places, dtype=np.int64)


def _hit(ranked: RankedCandidate, new: frozenset[str], limit: Decimal) -> WatchedHit:
    reference = ranked.reference
    candidate = Candidate(
        rank=ranked.rank,
        accession=reference.accession,
        name=reference.name,
        inchikey=str(reference.inchikey) if reference.inchikey else None,
        match_factor=Decimal(ranked.hit.match_factor).quantize(_CENT),
        reverse_match_factor=Decimal(ranked.hit.reverse_match_factor).quantize(_CENT),
        matched_ions=ranked.hit.matched_ions,
    )
    return WatchedHit(
        candidate=candidate,
        formula=reference.formula or "",
        is_new=reference.accession in new,
        reaches=ranked.hit.match_factor >= float(limit),
    )
