"""The fast search of unit-mass spectra: what comparing with every spectrum gives, without reading every spectrum.

A sketch of 64 numbers a spectrum bounds its cosine from above (``unit_mass_sketch``); blocks of like spectra are ruled
out by one angle (``unit_mass_blocks``); the few spectra whose bound reaches the best get their exact cosine from
float64 rows (``unit_mass_segment``). Bounds are float32 and allow for their rounding, so they decide about speed only:
results are those of float64 cosines, whatever the number of threads or the platform's linear algebra.
"""

import itertools
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from spectra.errors import FormatError, InvalidSettingError, InvalidSpectrumError
from spectra.search.packed import PackedSpectra
from spectra.search.unit_mass_blocks import Blocks
from spectra.search.unit_mass_files import MANIFEST, Array, StoredArrays, read_arrays, write_arrays
from spectra.search.unit_mass_rows import UnitMassChoices, UnitMassRows, peak_places, unit_mass_row, unit_mass_rows
from spectra.search.unit_mass_segment import BestRows, BoolArray, IntArray, Segment, UnitMassQuery
from spectra.search.unit_mass_sketch import SketchBasis
from spectra.spectrum import FloatArray, MassSpectrum
from spectra.tolerance import UnitMass
from spectra.weighting import Weighting

_FORMAT = "unit-mass-index/1"
_LARGE = 40_000
"""Libraries of fewer spectra have fine sketches too. In a large library the best are near the query, and the exact
cosines that fine sketches would save cost less than reading them."""
_SKETCH_LENGTH = 64
_SMALL_LIBRARY_SKETCH_LENGTH = 96
_FINE_SKETCH_LENGTH = 256
"""At 12 500 spectra, of 180 (median) whose bound reaches the 25th best, the fine bound leaves 29. Of the lengths tried
(48 to 96, 192 and 256) these gave the lowest 90th and 99th percentile; the medians did not differ measurably."""
_OPEN_SEGMENT = 2048
"""Rows up to which additions join the last segment; joining so many takes a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMassHits:
    """The best spectra for one query, in falling cosine; cosines within 1e-12 stand in the order of positions."""

    positions: IntArray
    """Shape (n_hits,): places in the library, spectra added later behind those built first."""
    cosines: FloatArray
    """In (0, 1]; a match factor is 999 times the square."""
    matched: IntArray
    """Nominal masses that query and spectrum share."""
    reverse_cosines: FloatArray
    """Ions that only the query has left out."""

    def __len__(self) -> int:
        """Count the hits."""
        return len(self.positions)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMassIndex:
    """A library of unit-mass spectra, prepared for search; make one with ``build`` or ``load``."""

    choices: UnitMassChoices
    basis: SketchBasis = field(repr=False)
    fine_basis: SketchBasis | None = field(repr=False)
    segments: tuple[Segment, ...] = field(repr=False)
    width: int
    """One more than the highest mass of the library."""

    @classmethod
    def build(
        cls,
        spectra: PackedSpectra,
        *,
        weighting: Weighting,
        unit_mass: UnitMass,
        weakest_peak_fraction: float,
        lowest_mz: float,
    ) -> Self:
        """Prepare a library.

        Parameters
        ----------
        spectra : PackedSpectra
            At least one spectrum, in the order of their identifiers: ties go by position. Empty spectra are allowed
            and never found.
        weighting : Weighting
            Exponents of m/z and intensity.
        unit_mass : UnitMass
            How m/z becomes a nominal mass.
        weakest_peak_fraction : float
            Peaks below this fraction of the base peak are noise, on both sides; in [0, 1).
        lowest_mz : float, unit 1
            Lowest m/z that the queries' instrument scanned; the library is cut there too.

        Raises
        ------
        InvalidSettingError
            If there is no spectrum, or the fraction or the lowest m/z is outside its domain.
        InvalidSpectrumError
            If the intensities of one mass add up to more than a float64 holds.

        Examples
        --------
        >>> spectrum = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([100.0, 25.0]))
        >>> index = UnitMassIndex.build(
        ...     PackedSpectra.of([spectrum]),
        ...     weighting=Weighting(mz_exponent=0.0, intensity_exponent=0.5),
        ...     unit_mass=UnitMass(),
        ...     weakest_peak_fraction=0.002,
        ...     lowest_mz=40.0,
        ... )
        >>> hits = index.query(spectrum, top=5, allowed=None)
        >>> hits.positions.tolist(), hits.cosines.round(9).tolist(), hits.matched.tolist()
        ([0], [1.0], [2])
        """
        if not len(spectra):
            raise InvalidSettingError("a library without spectra cannot be searched")
        choices = UnitMassChoices(
            weighting=weighting,
            unit_mass=unit_mass,
            weakest_peak_fraction=weakest_peak_fraction,
            lowest_mz=lowest_mz,
        )
        rows = unit_mass_rows(spectra, choices)
        small = len(rows) < _LARGE
        basis = SketchBasis.of(rows, length=_SMALL_LIBRARY_SKETCH_LENGTH if small else _SKETCH_LENGTH)
        fine = SketchBasis.of(rows, length=_FINE_SKETCH_LENGTH) if small else None
        segments = (Segment.of(rows, basis, fine),)
        return cls(choices=choices, basis=basis, fine_basis=fine, segments=segments, width=rows.width)

    def __len__(self) -> int:
        """Count the spectra."""
        return sum(len(segment.rows) for segment in self.segments)

    @property
    def nbytes(self) -> int:
        """Size of all arrays."""
        return sum(array.nbytes for array in self._arrays().values())

    def query(self, spectrum: MassSpectrum, *, top: int, allowed: BoolArray | None) -> UnitMassHits:
        """Find the spectra most like one query.

        Parameters
        ----------
        spectrum : MassSpectrum
            The unknown, as measured.
        top : int
            How many spectra, at least 1.
        allowed : ndarray, shape (n_spectra,), bool, optional
            Which spectra may be found; None for all.

        Returns
        -------
        UnitMassHits
            The ``top`` best, or fewer: a spectrum without a common ion is none.

        Raises
        ------
        InvalidSettingError
            If ``top`` is below 1, or ``allowed`` is not one bool for each spectrum.
        InvalidSpectrumError
            If nothing of the query is left after cleaning.

        Notes
        -----
        ``cos = sum(w_q w_l) / (||w_q|| ||w_l||)`` over common nominal masses, float64; the reverse cosine takes
        ``||w_q||`` over common masses only. Equal to comparing with every spectrum, ties included: whatever is left
        out has a bound 2e-5 below the ``top``-th best, and neighbouring ties reach no farther than 1e-12 each.
        """
        if top < 1:
            raise InvalidSettingError(f"top is {top}; expected at least 1")
        if allowed is not None and (allowed.dtype != np.bool_ or allowed.shape != (len(self),)):
            raise InvalidSettingError(
                f"allowed is {allowed.dtype} of shape {allowed.shape}; expected bool of shape ({len(self)},)"
            )
        query = self._prepared(spectrum)
        best = BestRows(top)
        first = 0
        for segment in self.segments:
            after = first + len(segment.rows)
            segment.search(query, best, first=first, allowed=None if allowed is None else allowed[first:after])
            first = after
        return self._described(query, *best.ranked())

    def query_many(
        self, spectra: Sequence[MassSpectrum], *, top: int, allowed: BoolArray | None
    ) -> tuple[UnitMassHits, ...]:
        """Search many queries; the result of each is that of ``query``.

        Raises
        ------
        InvalidSettingError, InvalidSpectrumError
            As ``query``.

        Notes
        -----
        One after another: a query reads so little of the index that sharing its reading among queries gains nothing.
        """
        return tuple(self.query(spectrum, top=top, allowed=allowed) for spectrum in spectra)

    def added(self, spectra: PackedSpectra) -> Self:
        """Give an index with more spectra, without rebuilding; this one stays as it is.

        Results are those of an index that was built with all of them. The directions of the sketches stay those of
        the first build, so that a library which becomes another one is searched more slowly, never wrongly.

        Raises
        ------
        InvalidSpectrumError
            As ``build``.
        """
        rows = unit_mass_rows(spectra, self.choices)
        last = self.segments[-1]
        if len(self.segments) > 1 and len(last.rows) + len(rows) <= _OPEN_SEGMENT:
            segments = (*self.segments[:-1], last.joined(rows, self.basis, self.fine_basis))
        else:
            segments = (*self.segments, Segment.of(rows, self.basis, self.fine_basis))
        return type(self)(
            choices=self.choices,
            basis=self.basis,
            fine_basis=self.fine_basis,
            segments=segments,
            width=max(self.width, rows.width),
        )

    def save(self, folder: Path) -> None:
        """Write the index to a new folder: plain ``.npy`` files and a manifest with the digest of each.

        Raises
        ------
        FormatError
            If the folder exists or cannot be written.
        """
        facts = {
            "format": _FORMAT,
            "choices": asdict(self.choices),
            "width": self.width,
            "fine": self.fine_basis is not None,
            "blocks": [segment.blocks is not None for segment in self.segments],
        }
        write_arrays(folder, StoredArrays(facts=facts, arrays=self._arrays()))

    @classmethod
    def load(cls, folder: Path, *, memory_map: bool, verify: bool = True) -> Self:
        """Read an index that ``save`` wrote.

        Parameters
        ----------
        folder : Path
            The folder.
        memory_map : bool
            Leave the arrays on disk and let the operating system read what is used.
        verify : bool
            Compare every file with its digest. Skip it only for a folder that was compared before and cannot have
            changed since.

        Raises
        ------
        FormatError
            If a file is missing or damaged, or the folder holds something else.
        """
        stored = read_arrays(folder, memory_map=memory_map, verify=verify)
        try:
            return cls._restored(stored)
        except (KeyError, TypeError, ValueError) as error:
            found = f"{type(error).__name__}: {error}"
            raise FormatError(folder / MANIFEST, "facts", found, f"an index of format {_FORMAT}") from error

    @classmethod
    def _restored(cls, stored: StoredArrays) -> Self:
        facts, arrays = stored.facts, stored.arrays
        if facts["format"] != _FORMAT:
            raise ValueError(facts["format"])
        choices = facts["choices"]
        return cls(
            choices=UnitMassChoices(
                weighting=Weighting(**choices["weighting"]),
                unit_mass=UnitMass(**choices["unit_mass"]),
                weakest_peak_fraction=choices["weakest_peak_fraction"],
                lowest_mz=choices["lowest_mz"],
            ),
            basis=_basis(arrays, "basis"),
            fine_basis=_basis(arrays, "fine_basis") if facts["fine"] else None,
            segments=tuple(
                _segment(arrays, number, blocks=has, fine=facts["fine"]) for number, has in enumerate(facts["blocks"])
            ),
            width=facts["width"],
        )

    def _arrays(self) -> dict[str, Array]:
        arrays: dict[str, Array] = {}
        for name, basis in (("basis", self.basis), ("fine_basis", self.fine_basis)):
            if basis is not None:
                arrays[f"{name}-band_of_mass"] = basis.band_of_mass
                arrays[f"{name}-directions"] = basis.directions
                arrays[f"{name}-band_starts"] = basis.band_starts
        for number, segment in enumerate(self.segments):
            rows, blocks = segment.rows, segment.blocks
            parts: dict[str, Array] = {"order": segment.order, "sketches": segment.sketches}
            parts |= {"starts": rows.starts, "masses": rows.masses, "weights": rows.weights}
            if segment.fine is not None:
                parts["fine"] = segment.fine
            if blocks is not None:
                parts |= {"block_starts": blocks.starts, "centres": blocks.centres}
                parts |= {"radius_cosine": blocks.radius_cosine, "radius_sine": blocks.radius_sine}
            arrays |= {f"{number}-{name}": array for name, array in parts.items()}
        return arrays

    def _prepared(self, spectrum: MassSpectrum) -> UnitMassQuery:
        row = unit_mass_row(spectrum, self.choices)
        if not len(row.masses):
            raise InvalidSpectrumError(f"the query has no peak from m/z {self.choices.lowest_mz:g} on")
        dense = np.zeros(self.width)
        inside = np.searchsorted(row.masses, self.width)
        dense[row.masses[:inside]] = row.weights[:inside]
        return UnitMassQuery(
            dense=dense,
            sketch=self.basis.sketch(row.masses, row.weights),
            fine=None if self.fine_basis is None else self.fine_basis.sketch(row.masses, row.weights),
        )

    def _described(self, query: UnitMassQuery, positions: IntArray, cosines: FloatArray) -> UnitMassHits:
        matched = np.zeros(len(positions), dtype=np.int64)
        reverse = np.zeros(len(positions))
        edges = itertools.accumulate((len(segment.rows) for segment in self.segments), initial=0)
        for (first, after), segment in zip(itertools.pairwise(edges), self.segments, strict=True):
            here = np.flatnonzero((positions >= first) & (positions < after))
            if len(here):
                matched[here], common = _common_ions(query, segment.rows, positions[here] - first)
                reverse[here] = np.minimum(cosines[here] / np.sqrt(common), 1.0)
        return UnitMassHits(positions=positions, cosines=cosines, matched=matched, reverse_cosines=reverse)


def _common_ions(query: UnitMassQuery, rows: UnitMassRows, chosen: IntArray) -> tuple[IntArray, FloatArray]:
    """Count the masses that each row shares with the query, and sum the query's squared weights there."""
    places = peak_places(rows.starts, chosen)
    weights = query.dense[rows.masses[places.peaks]]
    common = np.add.reduceat(weights * weights, places.firsts)
    return np.add.reduceat(weights > 0, places.firsts, dtype=np.int64), common


def _named(arrays: Any, prefix: object, *names: str) -> dict[str, npt.NDArray[Any]]:  # noqa: ANN401 - a mapping of arrays
    return {name: arrays[f"{prefix}-{name}"] for name in names}


def _basis(arrays: Any, name: str) -> SketchBasis:  # noqa: ANN401 - a mapping of arrays
    return SketchBasis(**_named(arrays, name, "band_of_mass", "directions", "band_starts"))


def _segment(arrays: Any, number: int, *, blocks: bool, fine: bool) -> Segment:  # noqa: ANN401 - a mapping of arrays
    held = None
    if blocks:
        named = _named(arrays, number, "block_starts", "centres", "radius_cosine", "radius_sine")
        held = Blocks(starts=named.pop("block_starts"), **named)
    return Segment(
        rows=UnitMassRows(**_named(arrays, number, "starts", "masses", "weights")),
        fine=arrays[f"{number}-fine"] if fine else None,
        blocks=held,
        **_named(arrays, number, "order", "sketches"),
    )
