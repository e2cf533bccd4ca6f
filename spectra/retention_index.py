"""Retention indices from a ladder of n-alkanes, and what one adds to a spectral score."""

import bisect
import math
from dataclasses import dataclass
from itertools import pairwise

from spectra.errors import InvalidSettingError, OutsideLadderError


@dataclass(frozen=True, slots=True, kw_only=True)
class AlkaneLadder:
    """The retention times of n-alkanes in one run, by the same method as the runs that they index.

    Raises
    ------
    InvalidSettingError
        If there are fewer than two alkanes, or numbers and times do not rise together, or a time is not above the
        hold-up time.
    """

    carbon_numbers: tuple[int, ...]
    """Rising; neighbours need not be consecutive."""
    retention_times_s: tuple[float, ...]
    """Of the apexes, rising, as many as there are alkanes."""
    hold_up_time_s: float | None
    """Retention of what the column does not retain; None if it was not measured: the Kovats index then has no value."""

    def __post_init__(self) -> None:
        """Refuse what is no ladder."""
        if len(self.carbon_numbers) != len(self.retention_times_s) or len(self.carbon_numbers) < 2:  # noqa: PLR2004 - a step has two ends
            raise InvalidSettingError(
                f"{len(self.carbon_numbers)} carbon numbers, {len(self.retention_times_s)} retention times; "
                "expected as many of both, at least two"
            )
        if self.carbon_numbers[0] < 1 or not all(low < high for low, high in pairwise(self.carbon_numbers)):
            raise InvalidSettingError(f"carbon numbers {self.carbon_numbers}; expected from 1 on, rising")
        if not all(math.isfinite(time) for time in self.retention_times_s):
            raise InvalidSettingError(f"retention times {self.retention_times_s}; expected finite numbers")
        if not all(low < high for low, high in pairwise(self.retention_times_s)):
            raise InvalidSettingError(f"retention times {self.retention_times_s}; expected to rise with the chain")
        if self.hold_up_time_s is not None and not 0.0 <= self.hold_up_time_s < self.retention_times_s[0]:
            raise InvalidSettingError(
                f"hold-up time {self.hold_up_time_s} s; expected from 0 up to below {self.retention_times_s[0]} s"
            )

    def step(self, retention_time_s: float) -> int:
        """Give the place of the alkane at or before a time, one with another behind it.

        Raises
        ------
        OutsideLadderError
            If the time is before the first alkane or after the last: an index is never extrapolated.
        """
        first, last = self.retention_times_s[0], self.retention_times_s[-1]
        if not first <= retention_time_s <= last:
            raise OutsideLadderError(retention_time_s, first, last)
        return min(bisect.bisect_right(self.retention_times_s, retention_time_s), len(self.retention_times_s) - 1) - 1


def linear_retention_index(retention_time_s: float, *, ladder: AlkaneLadder) -> float:
    """Give the linear retention index of a temperature-programmed run.

    Parameters
    ----------
    retention_time_s : float, seconds
        Of the apex.
    ladder : AlkaneLadder
        By the same method.

    Returns
    -------
    float
        100 times a carbon number for an n-alkane.

    Raises
    ------
    OutsideLadderError
        If the time lies outside the ladder.

    Notes
    -----
    ``100 (n + (N - n) (t - t_n) / (t_N - t_n))`` between the alkanes n and N. Source: van den Dool and Kratz,
    J. Chromatogr. 11 (1963) 463, doi:10.1016/S0021-9673(01)80947-X.

    Examples
    --------
    >>> ladder = AlkaneLadder(carbon_numbers=(10, 11, 13), retention_times_s=(300.0, 360.0, 480.0), hold_up_time_s=None)
    >>> linear_retention_index(330.0, ladder=ladder), linear_retention_index(420.0, ladder=ladder)
    (1050.0, 1200.0)
    """
    return _index(retention_time_s, ladder, ladder.retention_times_s, retention_time_s)


def kovats_index(retention_time_s: float, *, ladder: AlkaneLadder) -> float:
    """Give the Kovats index of an isothermal run.

    Parameters
    ----------
    retention_time_s : float, seconds
        Of the apex.
    ladder : AlkaneLadder
        By the same method, with its hold-up time.

    Returns
    -------
    float
        100 times a carbon number for an n-alkane.

    Raises
    ------
    OutsideLadderError
        If the time lies outside the ladder.
    InvalidSettingError
        If the hold-up time was not measured.

    Notes
    -----
    As the linear index, with the logarithms of the adjusted times ``t - t_0``. Source: Kovats, Helv. Chim. Acta 41
    (1958) 1915, doi:10.1002/hlca.19580410703.

    Examples
    --------
    >>> ladder = AlkaneLadder(carbon_numbers=(10, 11), retention_times_s=(110.0, 410.0), hold_up_time_s=10.0)
    >>> round(kovats_index(210.0, ladder=ladder), 6)  # adjusted times 100, 200, 400
    1050.0
    """
    hold_up = ladder.hold_up_time_s
    if hold_up is None:
        raise InvalidSettingError("the hold-up time was not measured; a Kovats index needs it, the linear one does not")
    ladder.step(retention_time_s)
    scale = tuple(math.log(time - hold_up) for time in ladder.retention_times_s)
    return _index(retention_time_s, ladder, scale, math.log(retention_time_s - hold_up))


def _index(retention_time_s: float, ladder: AlkaneLadder, scale: tuple[float, ...], value: float) -> float:
    place = ladder.step(retention_time_s)
    low, high = ladder.carbon_numbers[place : place + 2]
    return 100.0 * (low + (high - low) * (value - scale[place]) / (scale[place + 1] - scale[place]))


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
