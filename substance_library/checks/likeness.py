"""How alike spectra are to each other, many at once: cosines of the square roots of their intensities.

For finding doubles and outliers within one import, not for identification: there the measured scores are used.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from spectra.spectrum import MassSpectrum

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

UNIT_MASS_BIN = 1.0
ACCURATE_BIN = 0.01
"""Width of a bin of m/z, in Da: ions in one bin are one ion."""
_ROWS_AT_ONCE = 512


def likeness_rows(spectra: Sequence[MassSpectrum], *, width: float) -> "csr_matrix":
    """Make one row of length 1 of each spectrum: roots of the intensities in bins of m/z.

    Parameters
    ----------
    spectra : sequence of MassSpectrum
        At least one.
    width : float, Da
        Of a bin; bin ``k`` holds what lies nearest to ``k * width``.
    """
    bins = [np.rint(one.mz / width).astype(np.int64) for one in spectra]
    offsets = np.cumsum([0, *(len(one) for one in bins)])
    columns = np.unique(np.concatenate(bins), return_inverse=True)
    data = np.concatenate([one.intensity for one in spectra])
    from scipy.sparse import csr_matrix  # noqa: PLC0415 - takes 10 MB, which only the import of a library needs

    rows = csr_matrix((data, columns[1], offsets), shape=(len(spectra), len(columns[0])))
    rows.sum_duplicates()
    rows.data = np.sqrt(rows.data)
    lengths = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    rows.data /= np.repeat(lengths, np.diff(rows.indptr))
    return rows


def alike_pairs(rows: "csr_matrix", *, at_least: float) -> Iterator[tuple[int, int, float]]:
    """Give every pair of rows, the first before the second, whose cosine is at least this."""
    for start in range(0, rows.shape[0], _ROWS_AT_ONCE):
        cosines = (rows[start : start + _ROWS_AT_ONCE] @ rows[start:].T).tocoo()
        keep = (cosines.data >= at_least) & (cosines.col > cosines.row)
        for i, j, value in zip(cosines.row[keep], cosines.col[keep], cosines.data[keep], strict=True):
            yield start + int(i), start + int(j), float(value)


def all_cosines(rows: "csr_matrix") -> npt.NDArray[np.float64]:
    """Give the cosines of all pairs of a few rows, shape (n, n)."""
    found: npt.NDArray[np.float64] = (rows @ rows.T).toarray()
    return found
