"""Exact search of MS/MS libraries by spectral entropy similarity, fast enough for a million spectra."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.search.fragment_files import StoredIndex, read_index, write_index
from spectra.search.fragment_postings import MAX_ROWS
from spectra.search.fragment_rows import NO_GAP, FragmentRows
from spectra.search.fragment_scoring import FragmentHits, PreparedQuery, best, check_gap
from spectra.search.fragment_segment import FragmentSegment
from spectra.search.packed import PackedSpectra
from spectra.spectrum import MassSpectrum
from spectra.tolerance import MICRO_DALTON, Tolerance

MAX_ADDED = 1024
"""Spectra kept in a segment of their own; sorting that many anew takes 5 ms. More are merged into the main one."""


class FragmentMode(StrEnum):
    """What is compared."""

    OPEN = "open"
    """Fragments by m/z, whatever the precursors are: similarity search."""
    IDENTITY = "identity"
    """Fragments by m/z, of library spectra with the same precursor only."""
    NEUTRAL_LOSS = "neutral-loss"
    """Fragments by precursor minus m/z."""
    HYBRID = "hybrid"
    """Fragments by m/z, and by neutral loss where neither peak has a partner by m/z."""


_NEEDS_PRECURSOR = frozenset({FragmentMode.IDENTITY, FragmentMode.NEUTRAL_LOSS, FragmentMode.HYBRID})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FragmentIndex:
    """Cleaned MS/MS spectra, sorted for search. Made by ``build`` or ``load``; immutable, usable from many threads.

    Notes
    -----
    Every query returns what comparing it with each library spectrum in float64 returns: the index only decides
    which spectra cannot be among the best, by upper bounds, and scores the others exactly.

    Examples
    --------
    >>> from spectra.spectrum import Precursor
    >>> from spectra.tolerance import Dalton
    >>> library = [
    ...     MassSpectrum(mz=[91.05, 119.08], intensity=[0.7, 0.3], precursor=Precursor(mz=136.1)),
    ...     MassSpectrum(mz=[91.05, 133.1], intensity=[0.7, 0.3], precursor=Precursor(mz=150.1)),
    ... ]
    >>> index = FragmentIndex.build(PackedSpectra.of(library), tolerance=Dalton(0.02))
    >>> hits = index.query(library[0], mode=FragmentMode.OPEN, top=2)
    >>> hits.positions.tolist(), hits.scores.round(3).tolist()
    ([0, 1], [1.0, 0.584])
    """

    tolerance: Tolerance
    """Of the query's m/z."""
    weighted: bool
    """Whether intensities are weighted by entropy, in library and query."""
    segments: tuple[FragmentSegment, ...] = field(repr=False)
    """The main one, and one of added spectra where there are any."""
    closest_udalton: int
    """The distance of the two closest peaks of one spectrum: what the tolerance is checked against."""

    @classmethod
    def build(cls, spectra: PackedSpectra, *, tolerance: Tolerance, weighted: bool = True) -> Self:
        """Sort a library.

        Parameters
        ----------
        spectra : PackedSpectra
            Cleaned, as by ``clean_msms``; they may be empty and may lack a precursor. Their places here are the
            ``positions`` of hits.
        tolerance : Dalton or Ppm
            Of the query's m/z, closed, in whole micro-daltons.
        weighted : bool
            Weight intensities by entropy, as published.

        Raises
        ------
        InvalidToleranceError
            If peaks of one library spectrum are not further apart than twice the tolerance.
        InvalidSettingError
            If there are more than 16 777 216 spectra.
        """
        rows = FragmentRows.of(spectra, weighted=weighted, first_position=0)
        return cls._of([rows], tolerance=tolerance, weighted=weighted, ready=())

    @classmethod
    def _of(
        cls,
        parts: list[FragmentRows],
        *,
        tolerance: Tolerance,
        weighted: bool,
        ready: tuple[FragmentSegment, ...],
        closest_udalton: int = NO_GAP,
    ) -> Self:
        for rows in parts:
            if len(rows) > MAX_ROWS:
                raise InvalidSettingError(f"{len(rows)} spectra; expected at most {MAX_ROWS} in one index")
            gap, position = rows.closest_peaks()
            widest = tolerance.half_width_udalton(np.array([rows.highest_udalton / MICRO_DALTON]))
            check_gap(gap, widest=int(widest[0]), tolerance=tolerance, place=f"spectrum {position} of the library")
            closest_udalton = min(closest_udalton, gap)
        segments = (*ready, *(FragmentSegment.of(rows) for rows in parts))
        return cls(tolerance=tolerance, weighted=weighted, segments=segments, closest_udalton=closest_udalton)

    def __len__(self) -> int:
        """Count the library spectra."""
        return sum(len(segment.rows) for segment in self.segments)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays; a search takes two more for each spectrum and thread."""
        return sum(array.nbytes for segment in self.segments for array in segment.arrays().values())

    def added(self, spectra: PackedSpectra) -> Self:
        """Give an index that holds more spectra, behind the present ones; this one stays as it is.

        Results are those of an index built of all spectra. Few spectra are put into a small segment of their own;
        when more than ``MAX_ADDED`` have come together, everything is sorted anew.

        Raises
        ------
        InvalidToleranceError
            As ``build``.
        InvalidSettingError
            As ``build``.
        """
        new = FragmentRows.of(spectra, weighted=self.weighted, first_position=len(self))
        *main, last = self.segments
        if not main and len(last.rows) > MAX_ADDED:
            main, recent = [last], new
        else:
            recent = last.rows.joined(new)
        if main and len(recent) > MAX_ADDED:
            main, recent = [], main[0].rows.joined(recent)
        return self._of(
            [recent],
            tolerance=self.tolerance,
            weighted=self.weighted,
            ready=tuple(main),
            closest_udalton=self.closest_udalton,
        )

    def query(
        self,
        spectrum: MassSpectrum,
        *,
        mode: FragmentMode,
        top: int,
        precursor_tolerance: Tolerance | None = None,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> FragmentHits:
        """Find the library spectra most like one spectrum.

        Parameters
        ----------
        spectrum : MassSpectrum
            Cleaned like the library.
        mode : FragmentMode
            What is compared.
        top : int
            How many to return at most, at least 1.
        precursor_tolerance : Dalton or Ppm
            How far precursors may be apart, closed; for ``IDENTITY``, and only there.
        allowed : ndarray, shape (n_spectra,), bool, optional
            Which library spectra take part; all, if absent.

        Returns
        -------
        FragmentHits
            The best, ties by position (scores within 1e-12 are ties); spectra without a match are left out.

        Raises
        ------
        InvalidSettingError
            If ``top`` is below 1, ``allowed`` has another shape or type, or ``precursor_tolerance`` is absent for
            ``IDENTITY`` or given for another mode.
        InvalidSpectrumError
            If the query has no peak, or no precursor in a mode other than ``OPEN``.
        InvalidToleranceError
            If one peak of the query could match two of a library spectrum, or the reverse.
        """
        self._check(mode=mode, top=top, precursor_tolerance=precursor_tolerance, allowed=allowed)
        query = PreparedQuery.of(
            spectrum, tolerance=self.tolerance, weighted=self.weighted, library_gap=self.closest_udalton
        )
        if mode in _NEEDS_PRECURSOR and spectrum.precursor is None:
            raise InvalidSpectrumError(f"the query has no precursor; {mode.value} search needs one")
        if precursor_tolerance is not None:
            half = int(precursor_tolerance.half_width_udalton(np.array([query.precursor / MICRO_DALTON]))[0])
            parts = [
                segment.search_window(query, low=query.precursor - half, high=query.precursor + half, allowed=allowed)
                for segment in self.segments
            ]
        else:
            fragments, losses = mode is not FragmentMode.NEUTRAL_LOSS, mode is not FragmentMode.OPEN
            parts = [
                segment.search(query, fragments=fragments, losses=losses, top=top, allowed=allowed)
                for segment in self.segments
            ]
        return best(parts, top=top)

    def query_many(
        self,
        spectra: Iterable[MassSpectrum],
        *,
        mode: FragmentMode,
        top: int,
        precursor_tolerance: Tolerance | None = None,
        allowed: npt.NDArray[np.bool_] | None = None,
    ) -> tuple[FragmentHits, ...]:
        """Query one spectrum after another; arguments, results and errors are those of ``query``."""
        return tuple(
            self.query(spectrum, mode=mode, top=top, precursor_tolerance=precursor_tolerance, allowed=allowed)
            for spectrum in spectra
        )

    def save(self, folder: Path) -> None:
        """Write the index into a new or empty folder: ``.npy`` files, and a manifest with their SHA-256 digests.

        Raises
        ------
        InvalidSettingError
            If the folder holds anything: its files may be in use, mapped into memory.
        """
        stored = StoredIndex(
            tolerance=self.tolerance,
            weighted=self.weighted,
            closest_udalton=self.closest_udalton,
            segments=self.segments,
        )
        write_index(folder, stored)

    @classmethod
    def load(cls, folder: Path, *, memory_map: bool = True) -> Self:
        """Read an index that ``save`` wrote.

        Parameters
        ----------
        folder : Path
            As given to ``save``.
        memory_map : bool
            Leave the arrays on disk and read what is needed; the digests are checked either way.

        Raises
        ------
        FormatError
            If the manifest or a file is missing, unreadable or not as the manifest says.
        """
        stored = read_index(folder, memory_map=memory_map)
        return cls(
            tolerance=stored.tolerance,
            weighted=stored.weighted,
            closest_udalton=stored.closest_udalton,
            segments=stored.segments,
        )

    def _check(
        self,
        *,
        mode: FragmentMode,
        top: int,
        precursor_tolerance: Tolerance | None,
        allowed: npt.NDArray[np.bool_] | None,
    ) -> None:
        if top < 1 or math.isnan(top):
            raise InvalidSettingError(f"top is {top}; expected at least 1")
        if (mode is FragmentMode.IDENTITY) != (precursor_tolerance is not None):
            raise InvalidSettingError(f"precursor_tolerance is {precursor_tolerance} in {mode.value} search")
        if allowed is not None and (allowed.dtype != np.bool_ or allowed.shape != (len(self),)):
            raise InvalidSettingError(
                f"allowed is {allowed.dtype}, shape {allowed.shape}; expected bool, shape ({len(self)},)"
            )
