"""Where a reference spectrum comes from: how it was measured, by whom, of what, and under which licence it may be used.

Everything is in the words of the source, or empty where the source says nothing: nothing is guessed.
"""

import hashlib
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from spectra.spectrum import MassSpectrum
from substance_library.errors import InvalidReferenceSpectrumError, quoted

_SHA256 = re.compile(r"[0-9a-f]{64}")


class IonTechnique(StrEnum):
    """How ions were made and looked at, as far as it decides which search a spectrum belongs to."""

    EI = "EI"
    """Electron ionisation, one stage."""
    MSMS = "MS/MS"
    """A precursor was isolated and broken."""
    MS1 = "MS1"
    """One stage with a soft ionisation: electrospray, chemical ionisation, DART and others."""
    UNKNOWN = "unknown"
    """The source does not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardOrigin:
    """The reference standard and the run of the laboratory that a spectrum was measured from.

    Raises
    ------
    InvalidReferenceSpectrumError
        If standard, lot, run or the digest of the run's raw data is missing.
    """

    standard: str
    """Number of the lot in the register of the laboratory."""
    lot: str
    """As the producer names it."""
    producer: str
    certificate: str
    purity: Decimal | None
    """Mass fraction of the certificate; None where it states none."""
    run: str
    """Number of the imported run."""
    raw_sha256: str
    """Of the run's raw data."""
    method: str
    """As the run names the method of the instrument."""
    retention_time_s: Decimal
    """Of the component that was taken."""

    def __post_init__(self) -> None:
        """Refuse a standard that nobody could go back to."""
        for what in ("standard", "lot", "run"):
            _require_text(f"{what} of an in-house spectrum", getattr(self, what))
        if _SHA256.fullmatch(self.raw_sha256) is None:
            raise InvalidReferenceSpectrumError(
                "raw data of an in-house spectrum", found=quoted(self.raw_sha256), expected="64 lower-case hex digits"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SpectrumProvenance:
    """How one reference spectrum came to be, and who stands for it."""

    technique: IonTechnique
    source: str
    """The collection, such as ``SWGDRUG 3.4``, or the laboratory itself."""
    source_accession: str = ""
    """By which the source names the record."""
    instrument: str = ""
    ionisation: str = ""
    """In the words of the source, such as ``LC-ESI-ITFT`` or ``EI-B``."""
    collision_energy: str = ""
    """In the words of the source: its units differ."""
    licence: str = ""
    contributor: str = ""
    measured_by: str = ""
    checked_by: str = ""
    """Staff number of the second person who let it into a release; empty before."""
    marks: tuple[str, ...] = ()
    """What is to be known of its quality, in words: complaints of checks that a person let pass, and why."""
    origin: StandardOrigin | None = None
    """For a spectrum of the laboratory's own reference standard."""

    def __post_init__(self) -> None:
        """Refuse a spectrum of nowhere."""
        _require_text("source of a reference spectrum", self.source)


def peaks_sha256(spectrum: MassSpectrum) -> str:
    """Give the SHA-256, hex, of a spectrum's peaks: m/z, then intensities, as little-endian float64.

    Notes
    -----
    Peaks of intensity 0 and of equal m/z count. Nothing is rounded or scaled: two spectra have one digest if, and only
    if, every number is the same.
    """
    digest = hashlib.sha256(len(spectrum).to_bytes(8, "little"))
    for values in (spectrum.mz, spectrum.intensity):
        digest.update(values.astype("<f8", copy=False).tobytes())
    return digest.hexdigest()


def _require_text(what: str, text: str) -> None:
    if not text.strip():
        raise InvalidReferenceSpectrumError(what, found=quoted(text), expected="text that is not blank")
