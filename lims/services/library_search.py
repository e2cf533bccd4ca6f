"""Spectra of a file searched in a release, in one of five ways. Pure; for scripts and for checking a library."""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from lims.errors import InvalidRecordError
from spectra.alignment import match_peaks
from spectra.cleaning_msms import ENTROPY_CLEANING, clean_msms, clean_msms_spectrum
from spectra.errors import InvalidToleranceError
from spectra.formats.spectrum_file import NamedSpectrum
from spectra.scores import SIMPLE_EI, spectral_entropy_similarity, weigh_low_entropy
from spectra.search.fragment_index import FragmentIndex, FragmentMode
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_index import UnitMassIndex
from spectra.spectrum import MassSpectrum
from spectra.tolerance import Dalton, Ppm, Tolerance
from substance_library import LibraryRelease, ReferenceSpectrum

_FULL = 999.0
_LOWEST_MZ = 1.0
"""A file of spectra does not say where its instrument began to scan: nothing is cut."""
_SPECTRA_A_COMPOUND = 8
"""How many spectra are asked for each compound wanted; asked again for more where compounds have more."""
_TOLERANCE = re.compile(r"(\d+(?:\.\d+)?)\s*(ppm|da)", re.IGNORECASE | re.ASCII)


class SearchMode(StrEnum):
    """What is compared."""

    IDENTITY = "identity"
    """EI spectra at unit mass."""
    MSMS = "msms"
    """MS/MS spectra whose precursors agree."""
    SIMILARITY = "similarity"
    """MS/MS spectra, whatever their precursors."""
    NEUTRAL_LOSS = "neutral-loss"
    """MS/MS spectra by what the precursor lost."""
    HYBRID = "hybrid"
    """MS/MS spectra by fragments, and by neutral losses where no fragment fits."""


_FRAGMENT_MODES = {
    SearchMode.MSMS: FragmentMode.IDENTITY,
    SearchMode.SIMILARITY: FragmentMode.OPEN,
    SearchMode.NEUTRAL_LOSS: FragmentMode.NEUTRAL_LOSS,
    SearchMode.HYBRID: FragmentMode.HYBRID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryHit:
    """One compound of the library, by its best spectrum."""

    rank: int
    reference: ReferenceSpectrum = field(repr=False)
    match_factor: float
    """0 to 999: 999 cos^2 for EI, 999 times the entropy similarity for MS/MS."""
    reverse_match_factor: float
    """The same with the query's ions that the reference lacks left out; direct matches only for MS/MS."""
    matched_ions: int
    """Ions that both have at the same m/z."""
    mass_difference: float | None
    """The query's precursor m/z minus the reference's; None without precursors."""


def parse_tolerance(text: str) -> Tolerance:
    """Read a tolerance such as ``10ppm`` or ``0.02Da``.

    Raises
    ------
    InvalidToleranceError
        If it is neither, or out of range.
    """
    match = _TOLERANCE.fullmatch(text.strip())
    if match is None:
        raise InvalidToleranceError(f"{text!r}; expected a number with ppm or Da, for example 10ppm or 0.02Da")
    width = float(match[1])
    return Ppm(width) if match[2].casefold() == "ppm" else Dalton(width)


class LibrarySearch:
    """A release made ready for one way of searching.

    Parameters
    ----------
    release : LibraryRelease
        All EI for ``identity``; for the other modes spectra without a precursor are left out and counted.
    mode : SearchMode
        What is compared.
    tolerance : Dalton or Ppm
        Of fragments; not used for ``identity``.
    precursor_tolerance : Dalton or Ppm
        Used for ``msms`` only.

    Raises
    ------
    InvalidRecordError
        If the release mixes EI and MS/MS spectra, or has none of the kind that the mode needs.
    InvalidToleranceError
        If peaks of one library spectrum are closer together than the tolerance allows.
    """

    def __init__(
        self, release: LibraryRelease, *, mode: SearchMode, tolerance: Tolerance, precursor_tolerance: Tolerance
    ) -> None:
        """Prepare every spectrum once."""
        with_precursor = tuple(r for r in release.spectra if r.spectrum.precursor is not None)
        if mode is SearchMode.IDENTITY and with_precursor:
            raise InvalidRecordError(
                f"{release.name}: {len(with_precursor)} of {len(release.spectra)} spectra have a precursor; "
                "identity search compares EI spectra at unit mass, MS/MS spectra need another mode"
            )
        self.mode = mode
        self.references = release.spectra if mode is SearchMode.IDENTITY else with_precursor
        if not self.references:
            raise InvalidRecordError(f"{release.name}: no spectrum has a precursor; {mode.value} search needs them")
        self.left_out = len(release.spectra) - len(self.references)
        self._search = (
            _UnitMassSearch(self.references)
            if mode is SearchMode.IDENTITY
            else _FragmentSearch(self.references, mode, tolerance, precursor_tolerance)
        )

    def query(self, query: NamedSpectrum, *, top: int) -> tuple[LibraryHit, ...]:
        """Find the compounds most like one spectrum, each by its best spectrum.

        Raises
        ------
        InvalidSettingError
            If ``top`` is below 1.
        InvalidSpectrumError
            If the query has no peak left, or no precursor where one is needed.
        """
        asked = top * _SPECTRA_A_COMPOUND
        while True:
            found = self._search.best(query.spectrum, top=min(asked, len(self.references)))
            chosen = self._best_of_compounds(found, top)
            if len(chosen) == top or len(found) < asked:
                return tuple(
                    self._search.hit(query.spectrum, self.references[position], score, rank)
                    for rank, (position, score) in enumerate(chosen, start=1)
                )
            asked *= 4

    def _best_of_compounds(self, found: list[tuple[int, float]], top: int) -> list[tuple[int, float]]:
        chosen: list[tuple[int, float]] = []
        seen: set[tuple[str, str]] = set()
        for position, score in found:
            reference = self.references[position]
            compound = (reference.compound_key, reference.name.casefold())
            if compound not in seen and len(chosen) < top:
                seen.add(compound)
                chosen.append((position, score))
        return chosen


class _UnitMassSearch:
    """EI at unit mass by the preset ``ei-simple``."""

    def __init__(self, references: tuple[ReferenceSpectrum, ...]) -> None:
        self._index = UnitMassIndex.build(
            PackedSpectra.of([reference.spectrum for reference in references]),
            weighting=SIMPLE_EI.weighting,
            unit_mass=SIMPLE_EI.unit_mass,
            weakest_peak_fraction=SIMPLE_EI.weakest_peak_fraction,
            lowest_mz=_LOWEST_MZ,
        )
        self._details: dict[int, tuple[float, int]] = {}
        self._positions = {reference.accession: position for position, reference in enumerate(references)}

    def best(self, spectrum: MassSpectrum, *, top: int) -> list[tuple[int, float]]:
        hits = self._index.query(spectrum, top=top, allowed=None)
        self._details = {
            int(position): (float(reverse), int(matched))
            for position, reverse, matched in zip(hits.positions, hits.reverse_cosines, hits.matched, strict=True)
        }
        return [(int(position), float(score)) for position, score in zip(hits.positions, hits.cosines, strict=True)]

    def hit(self, _: MassSpectrum, reference: ReferenceSpectrum, score: float, rank: int) -> LibraryHit:
        reverse, matched = self._details[self._positions[reference.accession]]
        return LibraryHit(
            rank=rank,
            reference=reference,
            match_factor=_FULL * score**2,
            reverse_match_factor=_FULL * reverse**2,
            matched_ions=matched,
            mass_difference=None,
        )


class _FragmentSearch:
    """MS/MS by weighted spectral entropy."""

    def __init__(
        self,
        references: tuple[ReferenceSpectrum, ...],
        mode: SearchMode,
        tolerance: Tolerance,
        precursor_tolerance: Tolerance,
    ) -> None:
        self._mode = _FRAGMENT_MODES[mode]
        self._tolerance = tolerance
        self._window = precursor_tolerance if mode is SearchMode.MSMS else None
        packed = PackedSpectra.of([reference.spectrum for reference in references])
        self._index = FragmentIndex.build(clean_msms(packed, cleaning=ENTROPY_CLEANING), tolerance=tolerance)

    def best(self, spectrum: MassSpectrum, *, top: int) -> list[tuple[int, float]]:
        cleaned = self._cleaned(spectrum)
        if not len(cleaned):
            return []  # every peak was noise or precursor: there is nothing to compare
        hits = self._index.query(cleaned, mode=self._mode, top=top, precursor_tolerance=self._window)
        return [(int(position), float(score)) for position, score in zip(hits.positions, hits.scores, strict=True)]

    def hit(self, spectrum: MassSpectrum, reference: ReferenceSpectrum, score: float, rank: int) -> LibraryHit:
        query = self._cleaned(spectrum)
        theirs = clean_msms_spectrum(reference.spectrum, cleaning=ENTROPY_CLEANING)
        pairs = match_peaks(query, theirs, tolerance=self._tolerance)
        common = MassSpectrum(mz=query.mz[pairs.query], intensity=query.intensity[pairs.query])
        reverse = spectral_entropy_similarity(
            weigh_low_entropy(common.intensity),
            weigh_low_entropy(theirs.intensity),
            match_peaks(common, theirs, tolerance=self._tolerance),
        )
        return LibraryHit(
            rank=rank,
            reference=reference,
            match_factor=_FULL * score,
            reverse_match_factor=_FULL * reverse,
            matched_ions=len(pairs),
            mass_difference=_precursor_difference(spectrum, reference.spectrum),
        )

    def _cleaned(self, query: MassSpectrum) -> MassSpectrum:
        """Clean a query; without a precursor nothing is cut below it, and only open search is possible."""
        if query.precursor is None and self._mode is FragmentMode.OPEN:
            return clean_msms_spectrum(query, cleaning=replace(ENTROPY_CLEANING, cut_below_precursor_da=None))
        return clean_msms_spectrum(query, cleaning=ENTROPY_CLEANING)


def _precursor_difference(query: MassSpectrum, reference: MassSpectrum) -> float | None:
    if query.precursor is None or reference.precursor is None:
        return None
    return float(np.round(query.precursor.mz - reference.precursor.mz, 6))
