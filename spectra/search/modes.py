"""What a search compares, and what it found before compounds and ties are looked at."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt

from spectra.search.entries import LibraryEntry
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import Tolerance


class SearchMode(StrEnum):
    """What is compared."""

    IDENTITY = "identity"
    """Ions by m/z: all EI spectra; of MS/MS spectra those with the query's precursor only."""
    SIMILARITY = "similarity"
    """Ions by m/z, whatever the precursors are: the open search. For EI the same as identity."""
    NEUTRAL_LOSS = "neutral-loss"
    """Ions by what was lost from the molecule (EI) or the precursor (MS/MS)."""
    HYBRID = "hybrid"
    """Ions by m/z, and by m/z moved by the difference of the molecules or precursors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One query with all that decides about its answer, but how many hits are wanted."""

    spectrum: MassSpectrum
    mode: SearchMode
    nominal_mass: int | None
    """Of the query's molecule, for EI."""
    precursor_tolerance: Tolerance | None
    allowed: npt.NDArray[np.bool_] | None
    """Shape (n_entries,); None for all."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """The best spectra for one query in no particular order; all above the lowest of them are there."""

    positions: npt.NDArray[np.int64]
    match_factor: FloatArray
    """0 to 999."""
    reverse: FloatArray
    """0 to 999; zeros where it is made later, for the hits alone, and ties go by identifier."""
    matched: npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """What stands beside the match factor of one hit."""

    reverse_match_factor: float
    matched_ions: int
    mass_difference: float | None


class Engine(Protocol):
    """The search of one kind of spectra; positions are those of the entries."""

    def added(self, entries: tuple[LibraryEntry, ...], first: int) -> Self:
        """Give an engine with more entries, the first of them at position ``first``."""

    def preset(self, mode: SearchMode) -> str:
        """Name the preset and version of a mode's score."""

    def best(self, question: Question, *, top: int) -> Candidates:
        """Find the ``top`` best, or all there are."""

    def detail(self, question: Question, candidates: Candidates, place: int) -> Detail:
        """Describe one of the candidates."""
