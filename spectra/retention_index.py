"""What a retention index adds to a spectral score: a penalty for the difference from the library's value."""

import math
from dataclasses import dataclass

from spectra.errors import InvalidSettingError


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPenaltyPreset:
    """All choices that change a retention-index penalty, under one name and version.

    Raises
    ------
    InvalidSettingError
        If a standard deviation, the window or the share of gross errors is out of its domain.
    """

    name: str
    version: int
    measured_sd: float
    """Standard deviation of a measured index, in index units."""
    library_sd: float
    """Standard deviation of a library's index, in index units."""
    gross_error_share: float
    """Share of library values that are wrong altogether, in (0, 1): it bounds the penalty."""
    window: float
    """Width over which a wrong value is equally likely anywhere, in index units."""
    source: str

    def __post_init__(self) -> None:
        """Refuse what cannot be meant."""
        for name in ("measured_sd", "library_sd", "window"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > 0):
                raise InvalidSettingError(f"{name} is {value}; expected above 0")
        if not 0.0 < self.gross_error_share < 1.0:
            raise InvalidSettingError(f"gross_error_share is {self.gross_error_share}; expected inside (0, 1)")


SEMI_STANDARD_NONPOLAR = RetentionPenaltyPreset(
    name="ri-semi-standard-nonpolar",
    version=1,
    measured_sd=5.0,
    library_sd=5.0,
    gross_error_share=0.03,
    window=3000.0,
    source="a normal error of measurement and library with 3 % gross errors; the two together lose half their weight "
    "at about 8 index units, inside the hard windows of 15 to 22 units of Zhang et al. 2011 (PMC3430127); "
    "standard deviations assumed, to be replaced by those of the method",
)


def retention_index_penalty(measured: float, library: float, *, preset: RetentionPenaltyPreset) -> float:
    """Give how much less likely a candidate is for the difference of its retention index.

    Parameters
    ----------
    measured, library : float, index units
        Linear retention indices on the same kind of column.
    preset : RetentionPenaltyPreset
        The choices, for example ``SEMI_STANDARD_NONPOLAR``.

    Returns
    -------
    float
        At most 0.0 (no difference), a natural logarithm; to be added to a logarithm of odds. Never below the
        floor that the share of gross errors sets.

    Raises
    ------
    InvalidSettingError
        If an index is not finite.

    Notes
    -----
    ``ln f(d) - ln f(0)`` with ``f(d) = (1 - g) N(d; 0, s_m^2 + s_l^2) + g / window``: the normal density of the
    difference mixed with a uniform one for gross errors of the library. Symmetric in its two values. A constant
    factor of the likelihood ratio is left out, since it is the same for every candidate of a list.

    Examples
    --------
    >>> retention_index_penalty(1500.0, 1500.0, preset=SEMI_STANDARD_NONPOLAR)
    0.0
    >>> round(retention_index_penalty(1500.0, 1510.0, preset=SEMI_STANDARD_NONPOLAR), 2)  # -(10^2) / (2 * 50)
    -1.0
    """
    if not (math.isfinite(measured) and math.isfinite(library)):
        raise InvalidSettingError(f"retention indices {measured} and {library}; expected finite numbers")
    return min(0.0, _log_density(measured - library, preset) - _log_density(0.0, preset))


def _log_density(difference: float, preset: RetentionPenaltyPreset) -> float:
    variance = preset.measured_sd**2 + preset.library_sd**2
    normal = math.exp(-(difference**2) / (2.0 * variance)) / math.sqrt(2.0 * math.pi * variance)
    return math.log((1.0 - preset.gross_error_share) * normal + preset.gross_error_share / preset.window)
