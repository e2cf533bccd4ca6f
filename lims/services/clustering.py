"""Clusters of alike components across all cases, and the provisional substances that are made of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, tzinfo

import numpy as np

from lims.domain.case import Case
from lims.domain.cluster import Cluster, Sighting, cluster_number, founder_of, in_order_of_spread
from lims.domain.examination import Decision
from lims.domain.exhibit import Exhibit
from lims.domain.instrument_time import read_instrument_time
from lims.domain.permissions import Act, require_role
from lims.domain.provisional import ProvisionalSubstance, Resolution
from lims.domain.run import RecordedRun
from lims.domain.seizure import Seizure, day_of_law
from lims.domain.staff import StaffMember
from lims.domain.wording import clean_text
from lims.errors import InvalidRecordError, NotFoundError, TransitionError
from lims.services.archive_ports import Archive, ComponentLine, ExaminedLine, Founder, KeptSpectra, Membership
from lims.services.archiving import Progress, require_casework, silent
from lims.services.ports import Clock, Store, UnitOfWork
from lims.services.watch_search import packed_together
from lims.translation import TIME_ZONE
from spectra import SIMPLE_EI, MassSpectrum, MatchFactorPreset
from spectra.search.founders import Founders
from spectra.search.packed import PackedSpectra

_AT_ONCE = 200
"""Examinations whose memberships are kept together."""
_PAGE = 50
_LEAST_EXHIBITS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterService:
    """Clusters what is archived, shows clusters, and names them provisionally."""

    store: Store = field(repr=False)
    archive: Archive = field(repr=False)
    clock: Clock = field(repr=False)
    alike: int = 900
    """Match factor from which on two components are alike."""
    preset: MatchFactorPreset = SIMPLE_EI
    time_zone: tzinfo = TIME_ZONE
    """Of instruments' clocks whose files state none."""

    def update(self, *, progress: Progress = silent) -> int:
        """Put components that are archived and in no cluster into one, in the order in which they were examined.

        What was clustered before stays as it is. Ended at any point, it goes on there the next time.

        Parameters
        ----------
        progress : callable, optional
            Told how many examinations are done, and of how many.

        Returns
        -------
        int
            How many components were put into clusters.
        """
        require_casework(self.store)
        before = self.archive.memberships()
        founders, names = self._restored(before)
        clustered, kept = {one.examination_number for one in before}, self.archive.kept()
        new = [one for one in self.archive.examined() if one.number in kept and one.number not in clustered]
        place, done = len(before), 0
        for first in range(0, len(new), _AT_ONCE):
            some = self.archive.spectra([one.number for one in new[first : first + _AT_ONCE]])
            joined = list(_joined(founders, some, names, place))
            self.archive.join(joined)
            place += len(joined)
            done += len(some)
            progress(done, len(new))
        return place - len(before)

    def clusters(self, *, least: int = _LEAST_EXHIBITS, limit: int = _PAGE, offset: int = 0) -> tuple[Cluster, ...]:
        """Give clusters with components that have no identity: those seen in most seizures first.

        Parameters
        ----------
        least : int
            Of how many exhibits, at least, its components without an identity have to be.
        limit, offset : int, optional
            Which part is given.
        """
        return in_order_of_spread(self._clusters(self.archive.widest(least=least, limit=limit, offset=offset)))

    def cluster(self, number: str) -> Cluster:
        """Give one cluster, whatever its components were identified as.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        founder = founder_of(number)
        found = self._clusters([founder] if founder else [])
        if not found:
            raise NotFoundError("cluster", number)
        return found[0]

    def spectrum(self, number: str) -> MassSpectrum:
        """Give the spectrum that stands for a cluster: that of its founder.

        Raises
        ------
        NotFoundError
            If there is no such cluster, or its spectrum is not archived.
        """
        founder = self.cluster(number).sightings[0]
        kept = self.archive.spectra([founder.examination_number])
        if not kept:
            raise NotFoundError("archived spectrum of cluster", number)
        return kept[0].spectra.spectrum(founder.component_number - 1)

    # provisional substances

    def make_provisional(self, number: str, *, name: str, actor: StaffMember) -> ProvisionalSubstance:
        """Give a cluster a provisional name.

        Raises
        ------
        NotFoundError
            If there is no such cluster.
        TransitionError
            If it has a name already.
        InvalidRecordError
            If the name is empty.
        """
        require_role(actor, Act.PROVISIONAL_MADE)
        cluster = self.cluster(number)
        if cluster.provisional:
            raise TransitionError(f"cluster {number} is provisional substance {cluster.provisional}")
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            made = ProvisionalSubstance(
                number=_provisional_number(number),
                name=clean_text("provisional name", name),
                cluster=number,
                components=tuple(f"{one.examination_number}-C{one.component_number}" for one in cluster.sightings),
                made_by=actor.number,
                made_at=now,
            )
            work.record(made, act=Act.PROVISIONAL_MADE, actor=actor, at=now)
            work.commit()
        return made

    def resolve(self, number: str, *, name: str, inchikey: str, basis: str, actor: StaffMember) -> ProvisionalSubstance:
        """Record what a provisional substance turned out to be; no examination changes by that.

        Raises
        ------
        NotFoundError
            If there is no such provisional substance.
        TransitionError
            If it was resolved before.
        InvalidRecordError
            If name or basis is empty.
        """
        require_role(actor, Act.PROVISIONAL_RESOLVED)
        with self.store.unit_of_work() as work:
            now = self.clock.now()
            resolution = Resolution(
                name=clean_text("name", name),
                inchikey=clean_text("InChIKey", inchikey),
                basis=clean_text("basis", basis),
                resolved_by=actor.number,
                resolved_at=now,
            )
            resolved = work.load(ProvisionalSubstance, number).resolve(resolution)
            work.record(resolved, act=Act.PROVISIONAL_RESOLVED, actor=actor, at=now)
            work.commit()
        return resolved

    def provisional(self, number: str) -> ProvisionalSubstance:
        """Give one provisional substance.

        Raises
        ------
        NotFoundError
            If there is none of that number.
        """
        with self.store.reading() as work:
            return work.load(ProvisionalSubstance, number)

    # how clusters are made and shown

    def _restored(self, before: Sequence[Membership]) -> tuple[Founders, dict[int, Founder]]:
        """Take up the founders that were found before."""
        names = {
            one.place - 1: (one.founder_examination, one.founder_component)
            for one in before
            if (one.founder_examination, one.founder_component) == (one.examination_number, one.component_number)
        }
        kept = {
            one.examination_number: one
            for one in self.archive.spectra(list(dict.fromkeys(examination for examination, _ in names.values())))
        }
        there = {place: name for place, name in names.items() if name[0] in kept}
        spectra = [kept[examination].spectra.spectrum(component - 1) for examination, component in there.values()]
        founders = Founders(preset=self.preset, least=float(self.alike))
        founders.restore(
            np.array(list(there), dtype=np.int64),
            PackedSpectra.of(spectra),
            lowest_mz=np.array([kept[examination].lowest_mz for examination, _ in there.values()]),
            seen=len(before),
        )
        return founders, names

    def _clusters(self, founders: Sequence[Founder]) -> tuple[Cluster, ...]:
        require_casework(self.store)
        members = self.archive.members(founders)
        with self.store.reading() as work:
            sightings = self._sightings(work, members)
            names = {one: cluster_number(*one) for one in founders}
            made = work.several(ProvisionalSubstance, [_provisional_number(number) for number in names.values()])
        provisional = {one.cluster: one.number for one in made}
        return tuple(
            Cluster(number=number, sightings=found, provisional=provisional.get(number, ""))
            for founder, number in names.items()
            if (found := tuple(sightings[one] for one in members if _founder(one) == founder))
        )

    def _sightings(self, work: UnitOfWork, members: Sequence[Membership]) -> dict[Membership, Sighting]:
        numbers = list(dict.fromkeys(one.examination_number for one in members))
        examined = {one.number: one for one in self.archive.examined(numbers)}
        said = {(one.examination_number, one.component_number): one for one in self.archive.components(numbers)}
        places = _Places.of(work, {one.exhibit_number for one in examined.values()})
        analysed = self._analysed(work, {one.run_number for one in examined.values()})
        return {
            one: _sighting(said[one.examination_number, one.component_number], line, places, analysed)
            for one in members
            if (line := examined.get(one.examination_number)) is not None
        }

    def _analysed(self, work: UnitOfWork, runs: Iterable[str]) -> dict[str, date]:
        """Give the day of each acquisition that can be read."""
        found: dict[str, date] = {}
        for run in work.several(RecordedRun, sorted(runs)):
            try:
                moment = read_instrument_time(run.acquired_at)
            except InvalidRecordError:
                continue
            found[run.number] = moment.astimezone(self.time_zone).date() if moment.tzinfo else moment.date()
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Exhibits with what they come from."""

    exhibits: dict[str, Exhibit]
    seizures: dict[str, Seizure]
    cases: dict[str, Case]

    @classmethod
    def of(cls, work: UnitOfWork, numbers: Iterable[str]) -> "_Places":
        """Read exhibits, the exhibits that they are parts of, and the seizures and cases of all."""
        exhibits: dict[str, Exhibit] = {}
        wanted = sorted(numbers)
        while wanted:
            exhibits |= {one.number: one for one in work.several(Exhibit, wanted)}
            wanted = sorted({one.part_of for one in exhibits.values() if one.part_of} - set(exhibits))
        seized = sorted({one.seizure_number for one in exhibits.values()} - {""})
        cases = sorted({one.case_number for one in exhibits.values()})
        return cls(
            exhibits=exhibits,
            seizures={one.number: one for one in work.several(Seizure, seized)},
            cases={one.number: one for one in work.several(Case, cases)},
        )

    def seizure(self, exhibit: Exhibit) -> Seizure | None:
        """Give the seizure of an exhibit, or of what it is a part of."""
        while not exhibit.seizure_number and exhibit.part_of in self.exhibits:
            exhibit = self.exhibits[exhibit.part_of]
        return self.seizures.get(exhibit.seizure_number)


def _sighting(said: ComponentLine, line: ExaminedLine, places: _Places, analysed: dict[str, date]) -> Sighting:
    exhibit = places.exhibits[line.exhibit_number]
    seizure = places.seizure(exhibit)
    return Sighting(
        examination_number=said.examination_number,
        component_number=said.component_number,
        decision=Decision(said.decision),
        identity=said.identity_name,
        examiner=line.examiner,
        run_number=line.run_number,
        exhibit_number=line.exhibit_number,
        case_number=exhibit.case_number,
        seizure=seizure.number if seizure else exhibit.case_number,
        region=seizure.region if seizure else "",
        seized_on=day_of_law(places.cases[exhibit.case_number], seizure),
        analysed_on=analysed.get(line.run_number),
    )


def _joined(
    founders: Founders, some: Sequence[KeptSpectra], names: dict[int, Founder], first: int
) -> Iterator[Membership]:
    """Add the components of some examinations; ``names`` learns what the new founders are."""
    spectra = packed_together([one.spectra for one in some])
    lowest = np.repeat([one.lowest_mz for one in some], [len(one.spectra) for one in some])
    found = founders.add(spectra, lowest_mz=lowest).tolist()
    components = [(one.examination_number, number + 1) for one in some for number in range(len(one.spectra))]
    for place, ((examination, component), founder) in enumerate(zip(components, found, strict=True), start=first):
        if founder == place:
            names[place] = (examination, component)
        yield Membership(
            examination_number=examination,
            component_number=component,
            place=place + 1,
            founder_examination=names[founder][0],
            founder_component=names[founder][1],
        )


def _founder(membership: Membership) -> Founder:
    return membership.founder_examination, membership.founder_component


def _provisional_number(cluster: str) -> str:
    return f"PS-{cluster.removeprefix('K-')}"
