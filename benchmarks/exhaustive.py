"""The spectral entropy similarity of one query with every library spectrum, by reading every peak: the slow twin."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.foreign_peers import TOLERANCE_DA, WINDOW_DA
from spectra import MassSpectrum
from spectra.search.fragment_index import FragmentMode
from spectra.search.packed import PackedSpectra

_UDALTON = 1e6
_HIGHEST_ENTROPY = 3.0
"""Spectra with less are weighted."""

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExhaustiveEntropy:
    """A cleaned library with its weights, in the order of its spectra."""

    library: PackedSpectra
    owner: Ints
    """Shape (n_peaks,): the spectrum of each peak."""
    mz_udalton: Ints
    half_weights: Floats
    """Half of the weighted intensity of each peak; those of one spectrum sum to 1/2."""

    @classmethod
    def of(cls, library: PackedSpectra) -> "ExhaustiveEntropy":
        """Weight every spectrum."""
        owner = np.repeat(np.arange(len(library)), np.diff(library.starts))
        return cls(
            library=library,
            owner=owner,
            mz_udalton=_udalton(library.mz),
            half_weights=_half_weights(owner, library.intensity, len(library)),
        )

    def scores(self, query: MassSpectrum, mode: FragmentMode) -> Floats:
        """Give the similarity of every spectrum.

        Notes
        -----
        ``sum f(a, b)`` over matched peaks, ``f(a, b) = (a + b) log2(a + b) - a log2 a - b log2 b`` with half weights
        a and b; Li et al., Nat. Methods 18 (2021) 1524, doi:10.1038/s41592-021-01331-z. In a hybrid search a pair by
        neutral loss counts where neither peak has a partner by m/z.
        """
        mz = _udalton(query.mz)
        weights = _half_weights(np.zeros(len(mz), dtype=np.int64), query.intensity, 1)
        precursor = int(_udalton(np.array([query.precursor.mz if query.precursor else 0.0]))[0])
        away = precursor - _udalton(self.library.precursor_mz)
        pairs: list[tuple[int, Ints]] = []
        if mode is not FragmentMode.NEUTRAL_LOSS:
            pairs = [(peak, self._near(self.mz_udalton, value)) for peak, value in enumerate(mz.tolist())]
        if mode in {FragmentMode.NEUTRAL_LOSS, FragmentMode.HYBRID}:
            pairs += self._by_loss(mz, self.mz_udalton + away[self.owner], pairs)
        found = np.zeros(len(self.library))
        for peak, there in pairs:
            gained = _contribution(weights[peak], self.half_weights[there])
            found += np.bincount(self.owner[there], weights=gained, minlength=len(found))
        if mode is FragmentMode.IDENTITY:
            found[np.abs(away) > round(WINDOW_DA * _UDALTON)] = 0.0
        return found

    def _by_loss(self, mz: Ints, shifted: Ints, by_mz: list[tuple[int, Ints]]) -> list[tuple[int, Ints]]:
        taken = np.zeros(len(shifted), dtype=bool)
        for _, there in by_mz:
            taken[there] = True
        pairs = []
        for peak, value in enumerate(mz.tolist()):
            there = self._near(shifted, value)
            if by_mz:
                has_partner = np.zeros(len(self.library), dtype=bool)
                has_partner[self.owner[by_mz[peak][1]]] = True
                there = there[~taken[there] & ~has_partner[self.owner[there]]]
            pairs.append((peak, there))
        return pairs

    @staticmethod
    def _near(values: Ints, value: int) -> Ints:
        return np.flatnonzero(np.abs(values - value) <= round(TOLERANCE_DA * _UDALTON))


def _udalton(mz: Floats) -> Ints:
    return np.rint(mz * _UDALTON).astype(np.int64)


def _half_weights(owner: Ints, intensity: Floats, spectra: int) -> Floats:
    share = intensity / np.bincount(owner, weights=intensity, minlength=spectra)[owner]
    entropy = np.bincount(owner, weights=-share * np.log(share), minlength=spectra)
    power = np.where(entropy < _HIGHEST_ENTROPY, 0.25 + 0.25 * entropy, 1.0)
    weighted = share ** power[owner]
    half: Floats = weighted / np.bincount(owner, weights=weighted, minlength=spectra)[owner] / 2.0
    return half


def _contribution(one: float, other: Floats) -> Floats:
    both = one + other
    gained: Floats = both * np.log2(both) - one * np.log2(one) - other * np.log2(other)
    return gained
