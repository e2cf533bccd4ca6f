"""The search of a library: one door to every exact index, with compounds, filters, additions and files."""

from collections.abc import Collection, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np

from spectra.errors import InvalidSettingError, MixedLibraryError
from spectra.search.accurate_mass_engine import AccurateMassEngine
from spectra.search.entries import Catalogue, LibraryEntry, Restriction
from spectra.search.hits import Hit, HitList, rank_hits
from spectra.search.index_files import read_manifest, write_manifest
from spectra.search.modes import Candidates, Question, SearchMode
from spectra.search.presets import AccurateMassSearch, UnitMassSearch
from spectra.search.unit_mass_engine import UnitMassEngine
from spectra.spectrum import MassSpectrum
from spectra.tolerance import Tolerance

_SPECTRA_A_GROUP = 8
"""How many spectra are asked for each group wanted; asked again for more where groups have more."""
_FEWEST_WHOLE = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchIndex:
    """A library prepared for search. Made by ``build`` or ``load``; immutable, usable from many threads.

    Notes
    -----
    Every hit list is the one that comparing the query with each spectrum gives, in float64 and to the last tie, as
    ``ExhaustiveSearch`` does it. The indexes behind it decide only which spectra need no look.

    Examples
    --------
    >>> from spectra.search.presets import EI_SEARCH
    >>> a = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([100.0, 25.0]))
    >>> b = MassSpectrum(mz=np.array([58.0, 77.0]), intensity=np.array([100.0, 25.0]))
    >>> entries = [LibraryEntry(identifier=name, group=name, spectrum=s) for name, s in (("a", a), ("b", b))]
    >>> index = SearchIndex.build(entries, settings=EI_SEARCH, modes={SearchMode.IDENTITY})
    >>> [(hit.identifier, round(hit.match_factor)) for hit in index.query(a, mode=SearchMode.IDENTITY, top=2).hits]
    [('a', 999), ('b', 639)]
    """

    settings: UnitMassSearch | AccurateMassSearch
    modes: frozenset[SearchMode]
    catalogue: Catalogue = field(repr=False)
    engine: UnitMassEngine | AccurateMassEngine = field(repr=False)

    @classmethod
    def build(
        cls,
        entries: Sequence[LibraryEntry],
        *,
        settings: UnitMassSearch | AccurateMassSearch,
        modes: Collection[SearchMode],
    ) -> Self:
        """Prepare a library.

        Parameters
        ----------
        entries : sequence of LibraryEntry
            At least one; identifiers unique. Spectra with the same group are one compound.
        settings : UnitMassSearch or AccurateMassSearch
            ``EI_SEARCH``, ``MSMS_SEARCH`` or choices of one's own: they say what kind of spectra these are.
        modes : collection of SearchMode
            What will be asked for. EI takes memory for each; MS/MS has one index for all.

        Raises
        ------
        InvalidSettingError
            If there is no entry or no mode, two entries share an identifier, or losses are to be weighted by m/z.
        MixedLibraryError
            If MS/MS spectra stand in a unit-mass library, or unit-mass spectra in an accurate-mass one.
        InvalidToleranceError
            If peaks of one cleaned MS/MS spectrum are not further apart than twice the tolerance.
        """
        if not entries:
            raise InvalidSettingError("a library without spectra cannot be searched")
        if not modes:
            raise InvalidSettingError("an index for no mode cannot be searched")
        _require_kind(entries, settings)
        asked = frozenset(modes)
        engine = (
            UnitMassEngine.build(entries, settings=settings, modes=asked)
            if isinstance(settings, UnitMassSearch)
            else AccurateMassEngine.build(entries, settings=settings)
        )
        return cls(settings=settings, modes=asked, catalogue=Catalogue.of(entries), engine=engine)

    def __len__(self) -> int:
        """Count the spectra."""
        return len(self.catalogue)

    def added(self, entries: Sequence[LibraryEntry]) -> Self:
        """Give an index with more spectra, a release for example, without rebuilding; this one stays as it is.

        Results are those of an index built of all entries.

        Raises
        ------
        InvalidSettingError, MixedLibraryError, InvalidToleranceError
            As ``build``, and if an identifier is there already.
        """
        _require_kind(entries, self.settings)
        catalogue = self.catalogue.joined(Catalogue.of(entries))
        engine = self.engine.added(tuple(entries), len(self)) if entries else self.engine
        return type(self)(settings=self.settings, modes=self.modes, catalogue=catalogue, engine=engine)

    def query(
        self,
        spectrum: MassSpectrum,
        *,
        mode: SearchMode,
        top: int,
        precursor_tolerance: Tolerance | None = None,
        nominal_mass: int | None = None,
        restriction: Restriction | None = None,
    ) -> HitList:
        """Find the compounds most like one spectrum, each by its best spectrum.

        Parameters
        ----------
        spectrum : MassSpectrum
            The unknown, as measured.
        mode : SearchMode
            What is compared; one of those that the index was built for.
        top : int
            How many groups to return at most, at least 1.
        precursor_tolerance : Dalton or Ppm, optional
            How far precursors may be apart, closed: for identity search of MS/MS spectra, and only there.
        nominal_mass : int, unit Da, optional
            Of the query's molecule: for neutral loss and hybrid search of EI spectra.
        restriction : Restriction, optional
            Which entries take part; None for all.

        Returns
        -------
        HitList
            Falling match factor, ties by reverse match factor (EI) and then by identifier. Spectra without a common
            ion are left out.

        Raises
        ------
        InvalidSettingError
            If ``top`` is below 1, the index was not built for the mode, ``precursor_tolerance`` is missing or has no
            meaning, or the restriction names what no entry has.
        InvalidSpectrumError
            If nothing of the query is left after cleaning, or it lacks the precursor or molecular mass that the mode
            needs.
        MixedLibraryError
            If a query with whole m/z only is put to an accurate-mass library, or an MS/MS query to a unit-mass one.
        InvalidToleranceError
            If one peak of the query could match two of a library spectrum, or the reverse.
        """
        allowed = self.catalogue.allowed(restriction)
        question = self._question(spectrum, mode, precursor_tolerance, nominal_mass, allowed)
        return self._answer(question, top)

    def query_many(
        self,
        spectra: Sequence[MassSpectrum],
        *,
        mode: SearchMode,
        top: int,
        precursor_tolerance: Tolerance | None = None,
        nominal_masses: Sequence[int | None] | None = None,
        restriction: Restriction | None = None,
        threads: int = 1,
    ) -> tuple[HitList, ...]:
        """Query many spectra; the answer to each is that of ``query``, whatever the number of threads.

        Raises
        ------
        InvalidSettingError, InvalidSpectrumError, MixedLibraryError, InvalidToleranceError
            As ``query``; also if there are not as many masses as spectra, or fewer threads than one.
        """
        if threads < 1:
            raise InvalidSettingError(f"threads is {threads}; expected at least 1")
        masses = [None] * len(spectra) if nominal_masses is None else list(nominal_masses)
        if len(masses) != len(spectra):
            raise InvalidSettingError(f"{len(masses)} nominal masses for {len(spectra)} spectra")
        allowed = self.catalogue.allowed(restriction)
        questions = [
            self._question(spectrum, mode, precursor_tolerance, mass, allowed)
            for spectrum, mass in zip(spectra, masses, strict=True)
        ]
        if threads == 1:
            return tuple(self._answer(question, top) for question in questions)
        with ThreadPoolExecutor(threads) as pool:
            return tuple(pool.map(lambda question: self._answer(question, top), questions))

    def save(self, folder: Path) -> str:
        """Write the index into a new folder: plain ``.npy`` files, and manifests with the digest of each file.

        Returns
        -------
        str
            SHA-256 of the outermost manifest: whoever keeps it can tell later that nothing was changed.

        Raises
        ------
        InvalidSettingError
            If the folder exists, or a group is neither a text nor a tuple of texts.
        """
        if folder.exists():
            raise InvalidSettingError(f"{folder} exists; an index is written into a folder of its own")
        folder.mkdir(parents=True)
        self.engine.save(folder)
        return write_manifest(folder, settings=self.settings, modes=self.modes, catalogue=self.catalogue)

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        settings: UnitMassSearch | AccurateMassSearch,
        memory_map: bool = True,
        sha256: str | None = None,
    ) -> Self:
        """Read an index that ``save`` wrote, every file compared with its digest.

        Parameters
        ----------
        folder : Path
            As given to ``save``.
        settings : UnitMassSearch or AccurateMassSearch
            Those that the index was built with.
        memory_map : bool
            Leave the arrays on disk and let the operating system read what is used.
        sha256 : str, optional
            What ``save`` returned.

        Raises
        ------
        FormatError
            If a file is missing or damaged, or the index was built with other settings.
        """
        stored = read_manifest(folder, settings=settings, sha256=sha256)
        engine = (
            UnitMassEngine.load(
                folder, settings=settings, nominal_mass=stored.catalogue.nominal_mass, memory_map=memory_map
            )
            if isinstance(settings, UnitMassSearch)
            else AccurateMassEngine.load(folder, settings=settings, memory_map=memory_map)
        )
        return cls(settings=settings, modes=stored.modes, catalogue=stored.catalogue, engine=engine)

    def _question(
        self,
        spectrum: MassSpectrum,
        mode: SearchMode,
        precursor_tolerance: Tolerance | None,
        nominal_mass: int | None,
        allowed: np.ndarray[tuple[int], np.dtype[np.bool_]] | None,
    ) -> Question:
        if mode not in self.modes:
            raise InvalidSettingError(f"the index was built for {sorted(self.modes)}, not for {mode.value} search")
        _require_measured_as(spectrum, self.settings, "the query")
        return Question(
            spectrum=spectrum,
            mode=mode,
            nominal_mass=nominal_mass,
            precursor_tolerance=precursor_tolerance,
            allowed=allowed,
        )

    def _answer(self, question: Question, top: int) -> HitList:
        if top < 1:
            raise InvalidSettingError(f"top is {top}; expected at least 1")
        compared = len(self) if question.allowed is None else int(np.count_nonzero(question.allowed))
        asked = top * _SPECTRA_A_GROUP
        while True:
            found = self.engine.best(question, top=min(asked, len(self)))
            complete = asked >= len(self) or len(found.positions) < asked
            chosen = self._best_of_groups(found, top, complete=complete)
            if complete or len(chosen) == top:
                hits = tuple(self._hit(question, found, place) for place in chosen)
                return HitList(hits=hits, preset=self.engine.preset(question.mode), searched=compared)
            asked *= 4

    def _best_of_groups(self, found: Candidates, top: int, *, complete: bool) -> list[int]:
        """Choose places among the candidates; ties that may go on beyond them are left for the next look."""
        names = [self.catalogue.identifiers[position] for position in found.positions]
        name_order = np.empty(len(names), dtype=np.int64)
        name_order[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        ranking = rank_hits(found.match_factor, found.reverse, name_order)
        order = ranking.order
        if not complete:
            order = order[ranking.tied < ranking.tied[-1]]
        chosen: list[int] = []
        seen: set[Hashable] = set()
        for place in order.tolist():
            group = self.catalogue.groups[found.positions[place]]
            if group not in seen:
                seen.add(group)
                chosen.append(place)
                if len(chosen) == top:
                    break
        return chosen

    def _hit(self, question: Question, found: Candidates, place: int) -> Hit:
        detail = self.engine.detail(question, found, place)
        return Hit(
            identifier=self.catalogue.identifiers[found.positions[place]],
            match_factor=float(found.match_factor[place]),
            reverse_match_factor=detail.reverse_match_factor,
            matched_ions=detail.matched_ions,
            mass_difference=detail.mass_difference,
        )


def _require_kind(entries: Sequence[LibraryEntry], settings: UnitMassSearch | AccurateMassSearch) -> None:
    for entry in entries:
        _require_measured_as(entry.spectrum, settings, f"{entry.identifier} of the library")


def _require_measured_as(spectrum: MassSpectrum, settings: UnitMassSearch | AccurateMassSearch, whose: str) -> None:
    if isinstance(settings, UnitMassSearch):
        if spectrum.precursor is not None:
            raise MixedLibraryError(whose, "a precursor", "EI spectra, which have none")
    elif has_whole_masses_only(spectrum):
        raise MixedLibraryError(whose, f"{len(spectrum)} whole m/z and no other", "accurate masses")


def has_whole_masses_only(spectrum: MassSpectrum) -> bool:
    """Tell whether a spectrum was measured at unit mass: from three peaks on, whole m/z alone are no chance."""
    return len(spectrum) >= _FEWEST_WHOLE and not np.any(spectrum.mz % 1.0)
