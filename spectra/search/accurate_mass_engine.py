"""All ways to search MS/MS spectra by spectral entropy, each exact."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from spectra.alignment import PeakPairs, match_peaks
from spectra.cleaning_msms import clean_msms, clean_msms_spectrum, normalised_intensities, weighted_intensities
from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.scores.match_factor import FULL_MATCH
from spectra.scores.spectral_entropy import spectral_entropy_similarity
from spectra.search.entries import LibraryEntry
from spectra.search.fragment_index import FragmentIndex, FragmentMode
from spectra.search.fragment_segment import FragmentSegment
from spectra.search.modes import Candidates, Detail, Question, SearchMode
from spectra.search.packed import PackedSpectra
from spectra.search.presets import AccurateMassSearch
from spectra.spectrum import FloatArray, MassSpectrum, Precursor
from spectra.tolerance import MICRO_DALTON

_MODES = {
    SearchMode.IDENTITY: FragmentMode.IDENTITY,
    SearchMode.SIMILARITY: FragmentMode.OPEN,
    SearchMode.NEUTRAL_LOSS: FragmentMode.NEUTRAL_LOSS,
    SearchMode.HYBRID: FragmentMode.HYBRID,
}
_FOLDER = "by-fragment"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AccurateMassEngine:
    """One index for all modes."""

    settings: AccurateMassSearch
    index: FragmentIndex
    rows: tuple[npt.NDArray[np.int32], ...] = field(repr=False)
    """For each segment the row of each position, -1 where the position is in another segment."""

    @classmethod
    def build(cls, entries: Sequence[LibraryEntry], *, settings: AccurateMassSearch) -> "AccurateMassEngine":
        """Clean and sort entries.

        Raises
        ------
        InvalidToleranceError
            If peaks of one cleaned spectrum are not further apart than twice the tolerance.
        InvalidSpectrumError
            If peaks are to be cut below the precursor and a spectrum has none.
        """
        index = FragmentIndex.build(
            _cleaned(entries, settings), tolerance=settings.tolerance, weighted=settings.weighted
        )
        return cls._of(settings, index)

    @classmethod
    def _of(cls, settings: AccurateMassSearch, index: FragmentIndex) -> "AccurateMassEngine":
        return cls(
            settings=settings,
            index=index,
            rows=tuple(_rows_of_positions(segment, len(index)) for segment in index.segments),
        )

    def added(self, entries: tuple[LibraryEntry, ...], _: int) -> "AccurateMassEngine":
        """Give an engine with more entries behind the present ones."""
        return self._of(self.settings, self.index.added(_cleaned(entries, self.settings)))

    def preset(self, _: SearchMode) -> str:
        """Name the preset of the scores."""
        return f"{self.settings.name}/{self.settings.version}"

    def best(self, question: Question, *, top: int) -> Candidates:
        """Find the best spectra; see ``SearchIndex.query`` for the errors."""
        if (question.mode is SearchMode.IDENTITY) != (question.precursor_tolerance is not None):
            raise InvalidSettingError(
                f"precursor_tolerance is {question.precursor_tolerance} in {question.mode.value} search; "
                "of MS/MS spectra identity search needs one, the others none"
            )
        query = self._query(question)
        if not len(query):
            raise InvalidSpectrumError("every peak of the query was noise, or stood above its precursor")
        found = self.index.query(
            query,
            mode=_MODES[question.mode],
            top=top,
            precursor_tolerance=question.precursor_tolerance,
            allowed=question.allowed,
        )
        return Candidates(
            positions=found.positions,
            match_factor=FULL_MATCH * found.scores,
            reverse=np.zeros(len(found.positions)),
            matched=np.zeros(len(found.positions), dtype=np.int64),
        )

    def detail(self, question: Question, candidates: Candidates, place: int) -> Detail:
        """Pair the peaks of one hit once more, and say how many there are and what the query's other peaks cost."""
        query = self._query(question)
        position = int(candidates.positions[place])
        reference = self._reference(position)
        pairs = self._pairs(query, reference, question.mode)
        common = MassSpectrum(mz=query.mz[pairs.query], intensity=query.intensity[pairs.query])
        reverse = spectral_entropy_similarity(
            self._shares(common.intensity),
            reference.intensity / reference.intensity.sum(),
            PeakPairs(query=np.arange(len(pairs)), reference=pairs.reference),
        )
        return Detail(
            reverse_match_factor=FULL_MATCH * reverse,
            matched_ions=len(pairs),
            mass_difference=_difference(query.precursor, reference.precursor),
        )

    def save(self, folder: Path) -> None:
        """Write the index into a folder of its own."""
        self.index.save(folder / _FOLDER)

    @classmethod
    def load(cls, folder: Path, *, settings: AccurateMassSearch, memory_map: bool) -> "AccurateMassEngine":
        """Read what ``save`` wrote.

        Raises
        ------
        FormatError
            If a file is missing or damaged.
        """
        return cls._of(settings, FragmentIndex.load(folder / _FOLDER, memory_map=memory_map))

    def _query(self, question: Question) -> MassSpectrum:
        """Clean a query; without a precursor nothing is cut below it, and only open search is possible."""
        cleaning = self.settings.cleaning
        if question.spectrum.precursor is None and question.mode is SearchMode.SIMILARITY:
            cleaning = replace(cleaning, cut_below_precursor_da=None)
        return clean_msms_spectrum(question.spectrum, cleaning=cleaning)

    def _reference(self, position: int) -> MassSpectrum:
        """Give a library spectrum as it is compared: cleaned, its intensities weighted."""
        holders = zip(self.index.segments, self.rows, strict=True)
        segment, row = next((segment, int(rows[position])) for segment, rows in holders if rows[position] >= 0)
        peaks = slice(int(segment.rows.starts[row]), int(segment.rows.starts[row + 1]))
        precursor = int(segment.rows.precursor[row])
        return MassSpectrum(
            mz=segment.rows.mz[peaks] / MICRO_DALTON,
            intensity=2.0 * segment.rows.weight[peaks],
            precursor=Precursor(mz=precursor / MICRO_DALTON) if precursor else None,
        )

    def _pairs(self, query: MassSpectrum, reference: MassSpectrum, mode: SearchMode) -> PeakPairs:
        tolerance = self.settings.tolerance
        shift = _difference(query.precursor, reference.precursor) or 0.0
        if mode is SearchMode.NEUTRAL_LOSS:
            return match_peaks(query, reference, tolerance=tolerance, shift_mz=shift)
        direct = match_peaks(query, reference, tolerance=tolerance)
        if mode is not SearchMode.HYBRID or reference.precursor is None:
            return direct
        lost = match_peaks(query, reference, tolerance=tolerance, shift_mz=shift)
        free = ~(np.isin(lost.query, direct.query) | np.isin(lost.reference, direct.reference))
        ours = np.concatenate([direct.query, lost.query[free]])
        order = np.argsort(ours, kind="stable")
        theirs = np.concatenate([direct.reference, lost.reference[free]])
        return PeakPairs(query=ours[order], reference=theirs[order])

    def _shares(self, intensity: FloatArray) -> FloatArray:
        one = np.zeros(len(intensity), dtype=np.int64)
        weigh = weighted_intensities if self.settings.weighted else normalised_intensities
        return weigh(one, intensity, 1)


def _cleaned(entries: Sequence[LibraryEntry], settings: AccurateMassSearch) -> PackedSpectra:
    """Clean library spectra; those without a precursor keep every peak, and only open search finds them."""
    packed = PackedSpectra.of([entry.spectrum for entry in entries])
    lacking = np.isnan(packed.precursor_mz)
    if not lacking.any() or settings.cleaning.cut_below_precursor_da is None:
        return clean_msms(packed, cleaning=settings.cleaning)
    beyond = np.where(lacking, packed.mz.max(initial=0.0) + settings.cleaning.cut_below_precursor_da + 1.0, 0.0)
    stand_in = PackedSpectra(
        starts=packed.starts,
        mz=packed.mz,
        intensity=packed.intensity,
        precursor_mz=np.where(lacking, beyond, packed.precursor_mz),
    )
    cleaned = clean_msms(stand_in, cleaning=settings.cleaning)
    return PackedSpectra(
        starts=cleaned.starts, mz=cleaned.mz, intensity=cleaned.intensity, precursor_mz=packed.precursor_mz
    )


def _rows_of_positions(segment: FragmentSegment, count: int) -> npt.NDArray[np.int32]:
    rows = np.full(count, -1, dtype=np.int32)
    rows[segment.rows.position] = np.arange(len(segment.rows), dtype=np.int32)
    return rows


def _difference(query: Precursor | None, reference: Precursor | None) -> float | None:
    if query is None or reference is None:
        return None
    return float(np.round(query.mz - reference.mz, 6))
