"""The errors of the substance library: one root, messages that say what was found and what was expected."""

from collections.abc import Sequence
from pathlib import Path
from typing import Self

_LONGEST_QUOTE = 60
"""Enough to recognise a value, short enough to stand beside a path on one line."""


class SubstanceLibraryError(Exception):
    """Root of everything that this package raises on purpose."""


class InvalidValueError(SubstanceLibraryError, ValueError):
    """A value that its type refuses to hold."""

    def __init__(self, what: str, *, found: str, expected: str) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"{what}: found {found}; expected {expected}")
        self.what = what
        self.found = found
        self.expected = expected


class InvalidIdentifierError(InvalidValueError):
    """An InChIKey or SMILES of wrong form, or a structure that is refused."""


class InvalidFormulaError(InvalidValueError):
    """A molecular formula that cannot be read."""


class InvalidSubstanceError(InvalidValueError):
    """A substance whose statements are incomplete or contradict each other."""


class InvalidReferenceSpectrumError(InvalidValueError):
    """A reference spectrum that nobody could search or cite."""


class InvalidReleaseError(InvalidValueError):
    """A library release that a report could not name unambiguously."""


class InvalidLawError(InvalidValueError):
    """An act, edition, entry or threshold that contradicts itself."""


class InvalidThresholdError(InvalidValueError):
    """A mass, an uncertainty or a threshold that cannot be."""


class InvalidDerivationError(InvalidValueError):
    """A base or a substituent of a derivation rule that could not be compared with a structure."""


class InvalidRuleError(InvalidValueError):
    """A generic definition whose document the engine cannot read."""


class TooManyMappingsError(SubstanceLibraryError):
    """A structure on which a core lies in too many ways: not all were tried, and none of those tried matched."""

    def __init__(self, rule: str, *, smiles: str, limit: int) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"rule {rule}, {quoted(smiles)}: more than {limit} ways to lay the core on it; no answer")
        self.rule = rule
        self.smiles = smiles
        self.limit = limit


class PackageDataError(InvalidValueError):
    """A table shipped with this package that is not what it should be: the installation is damaged."""


class UnknownAccessionError(SubstanceLibraryError, LookupError):
    """An accession that a release does not hold."""

    def __init__(self, release: str, accession: str) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"release {quoted(release)} holds no accession {quoted(accession)}")
        self.release = release
        self.accession = accession


class RecordError(SubstanceLibraryError, ValueError):
    """One fault of one record of a library file: which file, where in it, whose record, what is wrong."""

    def __init__(self, path: Path, *, ordinal: int, line: int, name: str, problem: str) -> None:
        """Keep the facts as attributes; the message is one sentence made of them."""
        super().__init__(f"{path}, record {ordinal} (line {line}, {quoted(name)}): {problem}")
        self.path = path
        self.ordinal = ordinal
        self.line = line
        self.name = name
        self.problem = problem


class RecordErrors(ExceptionGroup[RecordError], SubstanceLibraryError):  # noqa: N818 - the plural of RecordError
    """All faults of the records of one library file, collected by reading it to the end."""

    @classmethod
    def of(cls, path: Path, faults: Sequence[RecordError]) -> Self:
        """Make the group of the faults of one file."""
        return cls(f"{path}: {len(faults)} fault(s), nothing was taken from it", list(faults))

    def derive(self, excs: Sequence[RecordError]) -> Self:  # type: ignore[override]  # narrower on purpose
        """Keep the type when the group is split by ``except*``."""
        return type(self)(self.message, list(excs))


def quoted(text: str) -> str:
    """Quote what was found: escaped, so that no hidden character hides, and cut to one line."""
    escaped = ascii(text)
    return escaped if len(escaped) <= _LONGEST_QUOTE else f"{escaped[: _LONGEST_QUOTE - 3]}..."
