"""ms_entropy 1.5.3 and matchms 0.33.1 as peers of the search benchmark; imported only where they are installed."""

import logging
from importlib import import_module
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from benchmarks.peers import BY_PARTITION, TOP, PeerMode, PeerPlan, as_it_is, best_by_partition
from spectra import MassSpectrum
from spectra.search.packed import PackedSpectra

TOLERANCE_DA = 0.02
WINDOW_DA = 0.01
_NO_PRECURSOR = 2000.0
"""EI spectra have none; ms_entropy wants one and sorts by it."""
_LARGE_EI = 350_000
_GREEDY_AT_MOST = 12_500

Floats = npt.NDArray[np.floating]


class FlashEntropy:
    """Flash entropy search of ms_entropy, float32 m/z; every score is computed anew for every query."""

    def __init__(self, entries: list[dict[str, Any]], *, precursors: bool) -> None:
        """Build its index of spectra that are clean already."""
        from ms_entropy import FlashEntropySearch  # noqa: PLC0415 - only where it is installed

        self._precursors = precursors
        self._search = FlashEntropySearch(max_ms2_tolerance_in_da=TOLERANCE_DA)
        self._search.build_index(entries, clean_spectra=False)

    def modes(self) -> dict[str, PeerMode]:
        """Give the four modes of MS/MS; for EI the open one stands for identity."""
        search = self._search
        if not self._precursors:
            return {"EI identity": self._mode(self._open, same=False)}
        return {
            "MS/MS identity, 10 mDa window": self._mode(
                lambda query: search.identity_search(_precursor(query), _peaks(query), WINDOW_DA, TOLERANCE_DA)
            ),
            "MS/MS open": self._mode(self._open),
            "MS/MS neutral loss": self._mode(
                lambda query: search.neutral_loss_search(_precursor(query), _peaks(query), TOLERANCE_DA)
            ),
            "MS/MS hybrid": self._mode(
                lambda query: search.hybrid_search(_precursor(query), _peaks(query), TOLERANCE_DA)
            ),
        }

    def _open(self, query: MassSpectrum) -> Floats:
        found: Floats = self._search.open_search(_peaks(query), TOLERANCE_DA)
        return found

    def _mode(self, scores: Any, *, same: bool = True) -> PeerMode:  # noqa: ANN401 - a foreign method
        return PeerMode(
            scores=scores,
            best=lambda found: self._search.get_topn_matches(found, topn=TOP, min_similarity=0.0),
            best_by="its own get_topn_matches",
            score="weighted entropy similarity, float32",
            same_score=same,
        )


def entropy_entries(library: PackedSpectra) -> list[dict[str, Any]]:
    """Give spectra as ms_entropy takes them."""
    peaks = np.column_stack([library.mz, library.intensity]).astype(np.float32)
    precursors = np.nan_to_num(library.precursor_mz, nan=_NO_PRECURSOR)
    edges = library.starts.tolist()
    return [
        {"precursor_mz": float(precursor), "peaks": peaks[first:after]}
        for precursor, first, after in zip(precursors, edges[:-1], edges[1:], strict=True)
        if after > first
    ]


class MatchmsFlash:
    """FlashSimilarity of matchms: its row functions on an index built once; its ``matrix`` builds one at every call."""

    def __init__(self, library: PackedSpectra, *, entropy: bool) -> None:
        """Weight and sort; entropy of MS/MS with neutral losses, or the cosine of EI."""
        from matchms.similarity.flash_utils import _build_library_index, _clean_and_weight  # noqa: PLC0415

        self._functions = import_module("matchms.similarity.FlashSimilarity")  # the class hides it from "from"
        self._weight, self._entropy = _clean_and_weight, entropy
        edges = library.starts.tolist()
        peaks = [
            self._weighted(library.mz[first:after], library.intensity[first:after]) for first, after in pairwise(edges)
        ]
        precursors = [None if np.isnan(mz) else float(mz) for mz in library.precursor_mz]
        self._index = _build_library_index(
            peaks, precursors, compute_neutral_loss=entropy, compute_l2_norm=not entropy, dtype=np.float64
        )

    def modes(self) -> dict[str, PeerMode]:
        """Give the modes of its score."""
        if not self._entropy:
            return {"EI identity": self._mode("fragment", "the same cosine, greedy assignment")}
        score = "weighted entropy similarity"
        wrong = score + "; fragments are counted too (its pull request 947)"
        return {
            "MS/MS identity, 10 mDa window": self._mode("fragment", score, window_da=WINDOW_DA),
            "MS/MS open": self._mode("fragment", score),
            "MS/MS neutral loss": self._mode("neutral_loss", wrong, same=False),
            "MS/MS hybrid": self._mode("hybrid", score),
        }

    def _mode(self, matching: str, score: str, *, window_da: float | None = None, same: bool = True) -> PeerMode:
        choices = {
            "tol": TOLERANCE_DA,
            "use_ppm": False,
            "matching_mode": matching,
            "compute_nl": matching != "fragment",
            "iden_tol": window_da,
            "iden_use_ppm": False,
        }
        row = self._functions._row_task_entropy if self._entropy else self._functions._row_task_cosine  # noqa: SLF001

        def scores(query: MassSpectrum) -> Floats:
            self._functions._set_globals(self._index, choices)  # noqa: SLF001 - as its matrix does
            precursor = query.precursor.mz if query.precursor else None
            found: Floats = row((0, self._weighted(query.mz, query.intensity), precursor))[1]
            return found

        return PeerMode(scores=scores, best=best_by_partition, best_by=BY_PARTITION, score=score, same_score=same)

    def _weighted(self, mz: Floats, intensity: Floats) -> Floats:
        if not self._entropy:
            return np.column_stack((mz, np.sqrt(intensity)))
        weighted: Floats = self._weight(
            np.column_stack((mz, intensity)),
            None,
            remove_precursor=False,
            precursor_window=0.0,
            noise_cutoff=0.0,
            normalize_to_half=True,
            merge_within_da=0.0,
            weighing_type="entropy",
        )
        return weighted


class MatchmsGreedy:
    """CosineGreedy of matchms: each pair by itself, in Python."""

    def __init__(self, references: list[Any]) -> None:
        """Take its own spectra."""
        from matchms.similarity import CosineGreedy  # noqa: PLC0415 - only where it is installed

        self._references = references
        self._score = CosineGreedy(tolerance=TOLERANCE_DA, mz_power=0.0, intensity_power=0.5)

    def modes(self) -> dict[str, PeerMode]:
        """Give its only one."""
        score = "the same cosine, greedy assignment"
        mode = PeerMode(scores=self._all, best=best_by_partition, best_by=BY_PARTITION, score=score, same_score=True)
        return {"EI identity": mode}

    def _all(self, query: MassSpectrum) -> Floats:
        table = self._score.matrix(self._references, [_matchms_spectrum(query.mz, query.intensity)], progress_bar=False)
        found: Floats = table[table.dtype.names[0]][:, 0]
        return found


def matchms_spectra(library: PackedSpectra) -> list[Any]:
    """Give spectra as matchms takes them."""
    logging.getLogger("matchms").setLevel(logging.ERROR)  # it reports each missing precursor on the standard output
    edges = library.starts.tolist()
    return [
        _matchms_spectrum(library.mz[first:after], library.intensity[first:after]) for first, after in pairwise(edges)
    ]


def _matchms_spectrum(mz: Floats, intensity: Floats) -> Any:  # noqa: ANN401 - a foreign type
    from matchms import Spectrum  # noqa: PLC0415 - only where it is installed

    return Spectrum(mz=mz, intensities=intensity / intensity.max(initial=1e-300), metadata={})


def _peaks(query: MassSpectrum) -> npt.NDArray[np.float32]:
    return np.column_stack([query.mz, query.intensity]).astype(np.float32)


def _precursor(query: MassSpectrum) -> float:
    return query.precursor.mz if query.precursor else _NO_PRECURSOR


_TOO_LARGE = "its index of so many EI spectra needs more memory and time than the rest of the table together"
FOREIGN_EI = (
    PeerPlan(
        name="ms_entropy Flash open",
        package="ms_entropy",
        at_most=_LARGE_EI,
        beyond=_TOO_LARGE,
        prepare=entropy_entries,
        build=lambda entries: FlashEntropy(entries, precursors=False),
    ),
    PeerPlan(
        name="matchms FlashSimilarity",
        package="matchms",
        at_most=_LARGE_EI,
        beyond=_TOO_LARGE,
        prepare=as_it_is,
        build=lambda library: MatchmsFlash(library, entropy=False),
    ),
    PeerPlan(
        name="matchms CosineGreedy",
        package="matchms",
        at_most=_GREEDY_AT_MOST,
        beyond="each pair by itself takes seconds to minutes a query",
        prepare=matchms_spectra,
        build=MatchmsGreedy,
    ),
)
FOREIGN_MSMS = (
    PeerPlan(
        name="ms_entropy Flash",
        package="ms_entropy",
        prepare=entropy_entries,
        build=lambda entries: FlashEntropy(entries, precursors=True),
    ),
    PeerPlan(
        name="matchms FlashSimilarity",
        package="matchms",
        prepare=as_it_is,
        build=lambda library: MatchmsFlash(library, entropy=True),
    ),
)
