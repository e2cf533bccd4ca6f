"""Spectra of a file searched in a release, in one of five ways. Pure; for scripts and for checking a library."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from lims.domain.library import SearchMode
from lims.errors import InvalidRecordError
from spectra import (
    EI_SEARCH,
    IDENTITY_EI,
    MSMS_SEARCH,
    Dalton,
    Hit,
    IdentitySearch,
    InvalidToleranceError,
    LibraryEntry,
    NamedSpectrum,
    Ppm,
    SearchIndex,
    Tolerance,
)
from spectra import SearchMode as Compared
from spectra.search.index import has_whole_masses_only
from substance_library import InvalidFormulaError, LibraryRelease, ReferenceSpectrum, nominal_mass

_TOLERANCE = re.compile(r"(\d+(?:\.\d+)?)\s*(ppm|da)", re.IGNORECASE | re.ASCII)


_COMPARED = {
    SearchMode.IDENTITY: Compared.IDENTITY,
    SearchMode.MSMS: Compared.IDENTITY,
    SearchMode.SIMILARITY: Compared.SIMILARITY,
    SearchMode.NEUTRAL_LOSS: Compared.NEUTRAL_LOSS,
    SearchMode.HYBRID: Compared.HYBRID,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryHit:
    """One compound of the library, by its best spectrum."""

    rank: int
    reference: ReferenceSpectrum = field(repr=False)
    match_factor: float
    """0 to 999: 999 cos^2 for EI (hybrid: 999 cos), 999 times the entropy similarity for MS/MS."""
    reverse_match_factor: float
    """The same with the query's ions that have no partner in the reference left out."""
    matched_ions: int
    """Ions of the query with a partner in the reference, as the mode compares them."""
    mass_difference: float | None
    """Query minus reference: precursor m/z, or nominal mass of the molecules for EI; None where not known. In identity
    search of EI the shift by which the reference's ions explain the query, if it is not 0: then it is found as an
    isotopologue, not as itself."""


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
        All EI, or MS/MS. A library with precursors is one of MS/MS spectra: those without a precursor, or with whole
        m/z only, are left out and counted.
    mode : SearchMode
        What is compared.
    tolerance : Dalton or Ppm
        Of fragments; not used for EI.
    precursor_tolerance : Dalton or Ppm
        Used for ``msms`` only.

    Raises
    ------
    InvalidRecordError
        If the release has MS/MS spectra where EI ones are searched, or none of the kind that the mode needs.
    InvalidToleranceError
        If peaks of one library spectrum are closer together than the tolerance allows.
    """

    def __init__(
        self, release: LibraryRelease, *, mode: SearchMode, tolerance: Tolerance, precursor_tolerance: Tolerance
    ) -> None:
        """Prepare every spectrum once."""
        self.references = _of_kind(release, mode)
        self.left_out = len(release.spectra) - len(self.references)
        self._by_accession = {reference.accession: reference for reference in self.references}
        self._compared = _COMPARED[mode]
        self._window = precursor_tolerance if mode is SearchMode.MSMS else None
        fragments = self.references[0].spectrum.precursor is not None
        entries = [_entry(reference, release.name) for reference in self.references]
        if mode is SearchMode.IDENTITY:
            self._find = self._by_identity(entries)
        else:
            settings = replace(MSMS_SEARCH, tolerance=tolerance) if fragments else EI_SEARCH
            self._find = self._by_index(SearchIndex.build(entries, settings=settings, modes={self._compared}))
        self._needs_molecules = not fragments and mode in {SearchMode.NEUTRAL_LOSS, SearchMode.HYBRID}

    @property
    def without_molecule(self) -> int:
        """How many EI spectra of the library state no formula, where their molecules' masses are needed."""
        known = (_stated_mass(reference.formula) for reference in self.references)
        return sum(mass is None for mass in known) if self._needs_molecules else 0

    def query(self, query: NamedSpectrum, *, top: int) -> tuple[LibraryHit, ...]:
        """Find the compounds most like one spectrum, each by its best spectrum.

        Raises
        ------
        InvalidSettingError
            If ``top`` is below 1.
        InvalidSpectrumError
            If the query has no peak left, or lacks the precursor or the formula that the mode needs.
        MixedLibraryError
            If it was measured in another way than the library.
        """
        return tuple(
            LibraryHit(
                rank=rank,
                reference=self._by_accession[hit.identifier],
                match_factor=hit.match_factor,
                reverse_match_factor=hit.reverse_match_factor,
                matched_ions=hit.matched_ions,
                mass_difference=hit.mass_difference,
            )
            for rank, hit in enumerate(self._find(query, top), start=1)
        )

    def _by_identity(self, entries: list[LibraryEntry]) -> Callable[[NamedSpectrum, int], tuple[Hit, ...]]:
        search = IdentitySearch(entries, settings=EI_SEARCH, preset=IDENTITY_EI)
        return lambda query, top: tuple(found.hit for found in search.query(query.spectrum, top=top))

    def _by_index(self, index: SearchIndex) -> Callable[[NamedSpectrum, int], tuple[Hit, ...]]:
        return lambda query, top: (
            index.query(
                query.spectrum,
                mode=self._compared,
                top=top,
                precursor_tolerance=self._window,
                nominal_mass=_stated_mass(query.formula),
            ).hits
        )


def _of_kind(release: LibraryRelease, mode: SearchMode) -> tuple[ReferenceSpectrum, ...]:
    with_precursor = tuple(r for r in release.spectra if r.spectrum.precursor is not None)
    if mode is SearchMode.IDENTITY and with_precursor:
        raise InvalidRecordError(
            f"{release.name}: {len(with_precursor)} of {len(release.spectra)} spectra have a precursor; "
            "identity search compares EI spectra at unit mass, MS/MS spectra need another mode"
        )
    if mode is SearchMode.MSMS and not with_precursor:
        raise InvalidRecordError(f"{release.name}: no spectrum has a precursor; {mode.value} search needs them")
    if not with_precursor:
        return release.spectra
    accurate = tuple(r for r in with_precursor if not has_whole_masses_only(r.spectrum))
    if not accurate:
        raise InvalidRecordError(f"{release.name}: every spectrum has whole m/z only; MS/MS needs accurate masses")
    return accurate


def _entry(reference: ReferenceSpectrum, release: str) -> LibraryEntry:
    return LibraryEntry(
        identifier=reference.accession,
        group=(reference.compound_key, reference.name.casefold()),
        spectrum=reference.spectrum,
        nominal_mass=_stated_mass(reference.formula),
        release=release,
    )


def _stated_mass(formula: str | None) -> int | None:
    """Give the nominal mass that a formula states; salts, charges and other forms that cannot be counted state none."""
    try:
        return None if formula is None else nominal_mass(formula)
    except InvalidFormulaError:
        return None
