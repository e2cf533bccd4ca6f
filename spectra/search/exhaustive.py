"""The slow, obvious search: compare the query with every spectrum of the library, keep the best."""

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError, InvalidSpectrumError
from spectra.scores.match_factor import FULL_MATCH, MatchFactorPreset, prepare_spectrum
from spectra.search.entries import LibraryEntry
from spectra.search.hits import Hit, HitList, rank_hits
from spectra.spectrum import FloatArray, MassSpectrum


class ExhaustiveSearch:
    """All spectra of a library as rows of weighted, dense nominal-mass vectors.

    Parameters
    ----------
    entries : sequence of LibraryEntry
        At least one; identifiers unique.
    preset : MatchFactorPreset
        How spectra are cleaned, weighted and compared.
    lowest_mz : float, unit 1
        Lowest m/z that the queries' instrument scanned; the library is cut there too.

    Raises
    ------
    InvalidSettingError
        If there is no entry or two share an identifier.
    """

    def __init__(self, entries: Sequence[LibraryEntry], *, preset: MatchFactorPreset, lowest_mz: float) -> None:
        """Prepare every spectrum once."""
        if not entries:
            raise InvalidSettingError("a library without spectra cannot be searched")
        if len({entry.identifier for entry in entries}) != len(entries):
            raise InvalidSettingError("two spectra of the library share an identifier")
        self._entries = tuple(sorted(entries, key=lambda entry: entry.identifier))
        self._preset = preset
        self._lowest_mz = lowest_mz
        prepared = [prepare_spectrum(entry.spectrum, preset, lowest_mz=lowest_mz) for entry in self._entries]
        self._weights = _dense(prepared, preset)
        self._present = self._weights > 0
        self._norms = np.linalg.norm(self._weights, axis=1)

    def query(self, spectrum: MassSpectrum, *, top: int) -> HitList:
        """Compare one spectrum with the whole library.

        Parameters
        ----------
        spectrum : MassSpectrum
            The unknown, as measured.
        top : int
            How many groups to return, at least 1.

        Returns
        -------
        HitList
            The best spectrum of each of the ``top`` best groups; groups without a common ion are left out.

        Raises
        ------
        InvalidSettingError
            If ``top`` is below 1.
        InvalidSpectrumError
            If nothing of the query is left after cleaning.
        """
        if top < 1:
            raise InvalidSettingError(f"top is {top}; expected at least 1")
        prepared = prepare_spectrum(spectrum, self._preset, lowest_mz=self._lowest_mz)
        if not len(prepared):
            raise InvalidSpectrumError(f"the query has no peak from m/z {self._lowest_mz:g} on")
        hits = self._hits(prepared)
        return HitList(
            hits=self._best_of_groups(hits, top),
            preset=f"{self._preset.name}/{self._preset.version}",
            searched=len(self._entries),
        )

    def _hits(self, prepared: MassSpectrum) -> tuple[FloatArray, FloatArray, npt.NDArray[np.int64]]:
        weights = self._preset.weighting.weigh(prepared)
        inside = prepared.mz < self._weights.shape[1]
        columns = prepared.mz[inside].astype(np.int64)
        dot = self._weights[:, columns] @ weights[inside]
        common = np.sqrt(self._present[:, columns] @ (weights[inside] ** 2))
        forward = _squared_cosine(dot, self._norms * float(np.linalg.norm(weights)))
        reverse = _squared_cosine(dot, self._norms * common)
        return forward, reverse, self._present[:, columns].sum(axis=1)

    def _best_of_groups(
        self, scores: tuple[FloatArray, FloatArray, npt.NDArray[np.int64]], top: int
    ) -> tuple[Hit, ...]:
        forward, reverse, matched = scores
        order = rank_hits(forward, reverse, np.arange(len(forward))).order
        hits: list[Hit] = []
        seen: set[Hashable] = set()
        for row in order[matched[order] > 0]:
            if len(hits) == top:
                break
            entry = self._entries[row]
            if entry.group not in seen:
                seen.add(entry.group)
                hits.append(
                    Hit(
                        identifier=entry.identifier,
                        match_factor=float(forward[row]),
                        reverse_match_factor=float(reverse[row]),
                        matched_ions=int(matched[row]),
                    )
                )
        return tuple(hits)


def _dense(spectra: Sequence[MassSpectrum], preset: MatchFactorPreset) -> FloatArray:
    width = 1 + max((int(spectrum.mz[-1]) for spectrum in spectra if len(spectrum)), default=0)
    weights: FloatArray = np.zeros((len(spectra), width))
    for row, spectrum in enumerate(spectra):
        weights[row, spectrum.mz.astype(np.int64)] = preset.weighting.weigh(spectrum)
    return weights


def _squared_cosine(dot: FloatArray, norms: FloatArray) -> FloatArray:
    cosine = np.divide(dot, norms, out=np.zeros_like(dot), where=norms > 0)
    scores: FloatArray = FULL_MATCH * np.where(cosine >= 1.0 - 1e-12, 1.0, cosine) ** 2  # as in match_factors
    return scores
