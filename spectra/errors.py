"""The errors of the spectra package: one root, messages that say what was found and what was expected."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self


class SpectraError(Exception):
    """Root of everything that this package raises on purpose."""


class InvalidSpectrumError(SpectraError, ValueError):
    """Peaks that no mass spectrum can have: NaN, negative, unequal lengths, out of order."""


class InvalidToleranceError(SpectraError, ValueError):
    """A mass tolerance that is not a positive, sensible number."""


class InvalidSettingError(SpectraError, ValueError):
    """A parameter outside its domain, with its name and the domain in the message."""


class OutsideLadderError(SpectraError, ValueError):
    """A retention time for which the n-alkane ladder has no index."""

    def __init__(self, retention_time_s: float, first_s: float, last_s: float) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"{retention_time_s:g} s; the ladder runs from {first_s:g} s to {last_s:g} s")
        self.retention_time_s = retention_time_s
        self.first_s = first_s
        self.last_s = last_s


class MixedLibraryError(SpectraError, ValueError):
    """Spectra measured in another way than the library says: unit mass beside accurate mass, EI beside MS/MS."""

    def __init__(self, whose: str, found: str, expected: str) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"{whose}: found {found}; expected {expected}")
        self.whose = whose
        self.found = found
        self.expected = expected


class FormatError(SpectraError, ValueError):
    """A file that is refused: which file, where in it, what was found, what was expected."""

    def __init__(self, path: Path, place: str, found: str, expected: str) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"{path}, {place}: found {found}; expected {expected}")
        self.path = path
        self.place = place
        self.found = found
        self.expected = expected


class FormatErrors(ExceptionGroup[FormatError], SpectraError):  # noqa: N818 - the plural of FormatError
    """All faults of one file, collected by reading it to the end."""

    @classmethod
    def of(cls, path: Path, faults: Sequence[FormatError]) -> Self:
        """Make the group of the faults of one file."""
        return cls(f"{path}: {len(faults)} fault(s), nothing was taken from it", list(faults))

    def derive(self, excs: Sequence[FormatError]) -> Self:  # type: ignore[override]  # narrower on purpose
        """Keep the type when the group is split by ``except*``."""
        return type(self)(self.message, list(excs))
