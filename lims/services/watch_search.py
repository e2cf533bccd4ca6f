"""What a worker of the watch does: screen archived components against what is new, then rank in the whole release."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from lims.services.archive_ports import KeptSpectra
from lims.services.searching import RankedCandidate, RunSearch
from spectra import MatchFactorPreset
from spectra.search.packed import PackedSpectra
from spectra.search.screening import ScreenTable
from substance_library import LibraryRelease

TOP = 25
"""Lines of the hit list against the whole release that an alert is judged by."""
_TABLE = 2048
"""Spectra of one table: what is new may be a whole library."""

Past = tuple[str, ...]
"""The releases that components were searched in before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchShard:
    """One chunk as a worker gets it."""

    past: Past
    packed: tuple[tuple[str, bytes], ...] = field(repr=False)
    """Number and kept spectra of each examination."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundComponent:
    """A component that a new compound is like."""

    examination_number: str
    component_number: int
    ranked: tuple[RankedCandidate, ...] = field(repr=False)
    """Its hit list against the whole release."""


class ShardSearch:
    """A release prepared for the watch; made once in each worker.

    Parameters
    ----------
    release : LibraryRelease
        Its EI spectra are searched; others are left out.
    new : mapping
        For each past, the places of the release's spectra whose compounds none of those releases had.
    preset : MatchFactorPreset
        Of the hit lists.
    limit : float
        Match factor from which on a new compound is told.
    """

    def __init__(
        self,
        release: LibraryRelease,
        new: Mapping[Past, npt.NDArray[np.int64]],
        *,
        preset: MatchFactorPreset,
        limit: float,
    ) -> None:
        """Keep the release; tables are made when they are first needed."""
        self._spectra = release.spectra
        self._search = RunSearch(_of_ei(release), preset=preset)
        self._new = new
        self._limit = limit
        self._tables: dict[tuple[Past, float], tuple[ScreenTable, ...]] = {}

    def __call__(self, shard: WatchShard) -> tuple[FoundComponent, ...]:
        """Search one chunk."""
        kept = [KeptSpectra.from_bytes(number, data) for number, data in shard.packed]
        by_lowest: dict[float, list[KeptSpectra]] = {}
        for one in kept:
            by_lowest.setdefault(one.lowest_mz, []).append(one)
        alike: dict[str, list[int]] = {}
        for lowest, some in by_lowest.items():
            for table in self._tables_of(shard.past, lowest):
                for number, place in _alike(table, some, least=self._limit):
                    alike.setdefault(number, []).append(place)
        return tuple(
            self._ranked(one, place) for one in kept for place in sorted(set(alike.get(one.examination_number, ())))
        )

    def _ranked(self, kept: KeptSpectra, place: int) -> FoundComponent:
        ranked = self._search.rank(kept.spectra.spectrum(place), lowest_mz=kept.lowest_mz, top=TOP)
        return FoundComponent(examination_number=kept.examination_number, component_number=place + 1, ranked=ranked)

    def _tables_of(self, past: Past, lowest_mz: float) -> tuple[ScreenTable, ...]:
        key = (past, lowest_mz)
        if key not in self._tables:
            spectra, new = self._spectra, self._new[past]
            self._tables[key] = tuple(
                ScreenTable.of(
                    PackedSpectra.of([spectra[place].spectrum for place in new[first : first + _TABLE].tolist()]),
                    preset=self._search.preset,
                    lowest_mz=lowest_mz,
                )
                for first in range(0, len(new), _TABLE)
            )
        return self._tables[key]


def _of_ei(release: LibraryRelease) -> LibraryRelease:
    """Leave out spectra with a precursor; a release of nothing else stays, and nothing of it is ever looked for."""
    spectra = tuple(one for one in release.spectra if one.spectrum.precursor is None)
    return release if len(spectra) in {0, len(release.spectra)} else replace(release, spectra=spectra)


def _alike(table: ScreenTable, kept: Sequence[KeptSpectra], *, least: float) -> Iterator[tuple[str, int]]:
    """Give number and place of each component that something in the table may be like: one product for all."""
    joined = packed_together([one.spectra for one in kept])
    firsts = np.cumsum([0, *(len(one.spectra) for one in kept)])
    for query in np.unique(table.screen(joined, least=least).query).tolist():
        which = int(np.searchsorted(firsts, query, side="right")) - 1
        yield kept[which].examination_number, query - int(firsts[which])


def packed_together(spectra: Sequence[PackedSpectra]) -> PackedSpectra:
    """Give spectra one after another."""
    peaks = np.cumsum([0, *(len(one.mz) for one in spectra)])
    return PackedSpectra(
        starts=np.concatenate(
            [np.zeros(1, np.int64), *(one.starts[1:] + first for one, first in zip(spectra, peaks, strict=False))]
        ),
        mz=np.concatenate([np.empty(0), *(one.mz for one in spectra)]),
        intensity=np.concatenate([np.empty(0), *(one.intensity for one in spectra)]),
        precursor_mz=np.concatenate([np.empty(0), *(one.precursor_mz for one in spectra)]),
    )
