"""What a library search gives back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One library spectrum and how well it fits."""

    identifier: str
    """Of the library spectrum, unique in its library."""
    match_factor: float
    """0 to 999, not rounded."""
    reverse_match_factor: float
    """0 to 999, not rounded."""
    matched_ions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HitList:
    """Hits in falling match factor; equal ones by reverse match factor, then by identifier."""

    hits: tuple[Hit, ...]
    preset: str
    """Name and version of the preset, for example ``ei-simple/1``."""
    searched: int
    """How many spectra were compared."""
