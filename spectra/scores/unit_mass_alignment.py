"""Two unit-mass spectra on one axis: the form in which scores look at neighbouring ions."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from spectra.spectrum import FloatArray, MassSpectrum


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UnitMassPair:
    """Two spectra at all masses that at least one of them has."""

    mz: FloatArray
    """Nominal masses, rising, shape (n_masses,)."""
    query: FloatArray
    """Intensities, shape (n_masses,); 0 where the query has no ion."""
    reference: FloatArray
    """Intensities, shape (n_masses,); 0 where the reference has no ion."""

    @property
    def common(self) -> npt.NDArray[np.bool_]:
        """Where both have an ion, shape (n_masses,)."""
        found: npt.NDArray[np.bool_] = (self.query > 0) & (self.reference > 0)
        return found


def lay_together(query: MassSpectrum, reference: MassSpectrum) -> UnitMassPair:
    """Put two spectra that were binned to unit mass on one axis.

    Parameters
    ----------
    query, reference : MassSpectrum
        As ``UnitMass.bin`` leaves them: m/z whole, rising, each once.

    Returns
    -------
    UnitMassPair
        All masses of both.

    Examples
    --------
    >>> one = MassSpectrum(mz=np.array([58.0, 91.0]), intensity=np.array([4.0, 1.0]))
    >>> other = MassSpectrum(mz=np.array([91.0, 120.0]), intensity=np.array([2.0, 3.0]))
    >>> pair = lay_together(one, other)
    >>> pair.mz.tolist(), pair.query.tolist(), pair.reference.tolist()
    ([58.0, 91.0, 120.0], [4.0, 1.0, 0.0], [0.0, 2.0, 3.0])
    """
    mz = np.union1d(query.mz, reference.mz)
    return UnitMassPair(mz=mz, query=_at(mz, query), reference=_at(mz, reference))


def _at(mz: FloatArray, spectrum: MassSpectrum) -> FloatArray:
    intensity: FloatArray = np.zeros(len(mz))
    intensity[np.searchsorted(mz, spectrum.mz)] = spectrum.intensity
    return intensity
