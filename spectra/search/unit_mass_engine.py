"""All ways to search EI spectra at unit mass, each exact."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.scores.match_factor import FULL_MATCH, MatchFactorPreset
from spectra.search.entries import UNKNOWN_MASS, LibraryEntry
from spectra.search.hybrid_rows import HybridRows
from spectra.search.modes import Candidates, Detail, Question, SearchMode
from spectra.search.packed import PackedSpectra
from spectra.search.presets import UnitMassSearch
from spectra.search.unit_mass_files import StoredArrays, read_arrays, write_arrays
from spectra.search.unit_mass_index import UnitMassIndex
from spectra.spectrum import MassSpectrum

_LOSS_ZERO = 20
"""Where the loss of nothing stands on the axis of losses; lower places are isotopes of the molecular ion."""
_BY_MASS = frozenset({SearchMode.IDENTITY, SearchMode.SIMILARITY})
_BY_MASS_FOLDER, _BY_LOSS_FOLDER, _HYBRID_FOLDER = "by-mass", "by-loss", "hybrid"
_HYBRID_ARRAYS = ("starts", "masses", "powers")

_Part = TypeVar("_Part")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMassEngine:
    """One index for each way of looking at the ions; ways that were not asked for are None."""

    settings: UnitMassSearch
    nominal_mass: npt.NDArray[np.int32] = field(repr=False)
    by_mass: UnitMassIndex | None
    by_loss: UnitMassIndex | None
    hybrid: HybridRows | None

    @classmethod
    def build(
        cls, entries: Sequence[LibraryEntry], *, settings: UnitMassSearch, modes: frozenset[SearchMode]
    ) -> "UnitMassEngine":
        """Prepare entries for some modes.

        Raises
        ------
        InvalidSettingError
            If losses are to be searched with weights that grow with m/z.
        InvalidSpectrumError
            If the intensities of one mass add up to infinity.
        """
        preset = settings.match_factor
        if SearchMode.NEUTRAL_LOSS in modes and preset.weighting.mz_exponent:
            raise InvalidSettingError(
                f"{preset.name}/{preset.version} weighs by m/z^{preset.weighting.mz_exponent:g}; "
                "a neutral loss has no m/z of its own, expected exponent 0"
            )
        nominal = _nominal(entries)
        packed = PackedSpectra.of([entry.spectrum for entry in entries])
        return cls(
            settings=settings,
            nominal_mass=nominal,
            by_mass=_index(packed, preset, settings.lowest_mz) if modes & _BY_MASS else None,
            by_loss=_index(_losses(entries, preset), preset, 1.0) if SearchMode.NEUTRAL_LOSS in modes else None,
            hybrid=HybridRows.of(packed, nominal, settings.hybrid) if SearchMode.HYBRID in modes else None,
        )

    def added(self, entries: tuple[LibraryEntry, ...], first: int) -> "UnitMassEngine":
        """Give an engine with more entries behind the ``first`` present ones."""
        nominal = _nominal(entries)
        packed = PackedSpectra.of([entry.spectrum for entry in entries])
        losses = None if self.by_loss is None else _losses(entries, self.settings.match_factor)
        return UnitMassEngine(
            settings=self.settings,
            nominal_mass=np.concatenate([self.nominal_mass[:first], nominal]),
            by_mass=None if self.by_mass is None else self.by_mass.added(packed),
            by_loss=None if self.by_loss is None or losses is None else self.by_loss.added(losses),
            hybrid=None
            if self.hybrid is None
            else self.hybrid.joined(HybridRows.of(packed, nominal, self.settings.hybrid)),
        )

    def preset(self, mode: SearchMode) -> str:
        """Name the preset of a mode's score."""
        chosen = self.settings.hybrid if mode is SearchMode.HYBRID else self.settings.match_factor
        return f"{chosen.name}/{chosen.version}" + (" of losses" if mode is SearchMode.NEUTRAL_LOSS else "")

    def best(self, question: Question, *, top: int) -> Candidates:
        """Find the best spectra; see ``SearchIndex.query`` for the errors."""
        if question.precursor_tolerance is not None:
            raise InvalidSettingError("precursor_tolerance is given; EI spectra have no precursor")
        if question.mode is SearchMode.HYBRID:
            return self._hybrid(question, top)
        if question.mode is SearchMode.NEUTRAL_LOSS:
            lost = _lost(question.spectrum, self._mass(question), self.settings.match_factor)
            if not len(lost):
                raise InvalidSpectrumError("the query has no ion below its molecular mass")
            return _from_index(_prepared(self.by_loss, question.mode), lost, question, top)
        return _from_index(_prepared(self.by_mass, question.mode), question.spectrum, question, top)

    def detail(self, question: Question, candidates: Candidates, place: int) -> Detail:
        """Describe one of the candidates."""
        theirs = int(self.nominal_mass[candidates.positions[place]])
        known = question.nominal_mass is not None and theirs != UNKNOWN_MASS
        return Detail(
            reverse_match_factor=float(candidates.reverse[place]),
            matched_ions=int(candidates.matched[place]),
            mass_difference=float((question.nominal_mass or 0) - theirs) if known else None,
        )

    def _hybrid(self, question: Question, top: int) -> Candidates:
        rows = _prepared(self.hybrid, question.mode)
        found = rows.query(
            question.spectrum,
            nominal_mass=self._mass(question),
            preset=self.settings.hybrid,
            top=top,
            allowed=question.allowed,
        )
        return Candidates(
            positions=found.rows,
            match_factor=FULL_MATCH * found.scores,
            reverse=FULL_MATCH * found.reverse,
            matched=found.matched,
        )

    def _mass(self, question: Question) -> int:
        if question.nominal_mass is None:
            raise InvalidSpectrumError(
                f"the query's molecular mass is not known; {question.mode.value} search needs it"
            )
        return question.nominal_mass

    def save(self, folder: Path) -> None:
        """Write each part into a folder of its own."""
        for name, index in ((_BY_MASS_FOLDER, self.by_mass), (_BY_LOSS_FOLDER, self.by_loss)):
            if index is not None:
                index.save(folder / name)
        if self.hybrid is not None:
            rows = {name: getattr(self.hybrid, name) for name in _HYBRID_ARRAYS}
            write_arrays(folder / _HYBRID_FOLDER, StoredArrays(facts={}, arrays=rows))

    @classmethod
    def load(
        cls, folder: Path, *, settings: UnitMassSearch, nominal_mass: npt.NDArray[np.int32], memory_map: bool
    ) -> "UnitMassEngine":
        """Read what ``save`` wrote.

        Raises
        ------
        FormatError
            If a file is missing or damaged.
        """
        hybrid = None
        if (folder / _HYBRID_FOLDER).is_dir():
            stored = read_arrays(folder / _HYBRID_FOLDER, memory_map=memory_map, verify=True).arrays
            hybrid = HybridRows(**{name: stored[name] for name in _HYBRID_ARRAYS}, nominal_mass=nominal_mass)
        return cls(
            settings=settings,
            nominal_mass=nominal_mass,
            by_mass=_loaded(folder / _BY_MASS_FOLDER, memory_map=memory_map),
            by_loss=_loaded(folder / _BY_LOSS_FOLDER, memory_map=memory_map),
            hybrid=hybrid,
        )


def _loaded(folder: Path, *, memory_map: bool) -> UnitMassIndex | None:
    return UnitMassIndex.load(folder, memory_map=memory_map) if folder.is_dir() else None


def _prepared(part: _Part | None, mode: SearchMode) -> _Part:
    if part is None:
        raise InvalidSettingError(f"the index was not built for {mode.value} search")
    return part


def _nominal(entries: Sequence[LibraryEntry]) -> npt.NDArray[np.int32]:
    return np.array([entry.nominal_mass or UNKNOWN_MASS for entry in entries], dtype=np.int32)


def _index(packed: PackedSpectra, preset: MatchFactorPreset, lowest_mz: float) -> UnitMassIndex:
    return UnitMassIndex.build(
        packed,
        weighting=preset.weighting,
        unit_mass=preset.unit_mass,
        weakest_peak_fraction=preset.weakest_peak_fraction,
        lowest_mz=lowest_mz,
    )


def _losses(entries: Sequence[LibraryEntry], preset: MatchFactorPreset) -> PackedSpectra:
    return PackedSpectra.of([_lost(entry.spectrum, entry.nominal_mass or UNKNOWN_MASS, preset) for entry in entries])


def _lost(spectrum: MassSpectrum, nominal_mass: int, preset: MatchFactorPreset) -> MassSpectrum:
    """Turn the axis round: the place of an ion is what the molecule lost, isotopes of the molecular ion below 20.

    Ions further above the molecule are no part of it and are left out; without a molecular mass nothing is left.
    """
    binned = preset.unit_mass.bin(spectrum)
    places = nominal_mass + _LOSS_ZERO - binned.mz
    kept = (places >= 1) & (nominal_mass != UNKNOWN_MASS)
    return MassSpectrum(mz=places[kept][::-1], intensity=binned.intensity[kept][::-1])


def _from_index(index: UnitMassIndex, spectrum: MassSpectrum, question: Question, top: int) -> Candidates:
    found = index.query(spectrum, top=top, allowed=question.allowed)
    return Candidates(
        positions=found.positions,
        match_factor=FULL_MATCH * found.cosines**2,
        reverse=FULL_MATCH * found.reverse_cosines**2,
        matched=found.matched,
    )
