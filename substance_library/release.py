"""A library release: a frozen set of reference spectra that a report can name and a court can recompute from."""

import re
from collections import Counter
from dataclasses import dataclass, field

from substance_library.errors import InvalidReleaseError, UnknownAccessionError, quoted
from substance_library.reference_spectrum import ReferenceSpectrum

REFERENCE_PURPOSE = ""
"""Spectra that an identification may rest on, as far as the laboratory has validated them."""
TRAINING_PURPOSE = "training and presumptive use"
"""Data that no identification may rest on."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryRelease:
    """Reference spectra under one name and one digest.

    Raises
    ------
    InvalidReleaseError
        If the name is blank, the digest has not the form of a SHA-256, there is no spectrum (a search of nothing
        would read as "no hit"), or two spectra share an accession.
    """

    name: str
    sha256: str
    """Of the bytes of the source file, as they are on disk; of a curated release, of its manifest."""
    purpose: str
    """``REFERENCE_PURPOSE`` or a restriction in words, such as ``TRAINING_PURPOSE``."""
    spectra: tuple[ReferenceSpectrum, ...] = field(repr=False)
    _by_accession: dict[str, ReferenceSpectrum] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what a report could not name without doubt."""
        if not self.name.strip():
            raise InvalidReleaseError("release name", found=quoted(self.name), expected="text that is not blank")
        if _SHA256.fullmatch(self.sha256) is None:
            raise InvalidReleaseError(
                f"digest of release {quoted(self.name)}", found=quoted(self.sha256), expected="64 lower-case hex digits"
            )
        self._check_spectra()
        object.__setattr__(self, "_by_accession", {spectrum.accession: spectrum for spectrum in self.spectra})

    def _check_spectra(self) -> None:
        what = f"spectra of release {quoted(self.name)}"
        if not self.spectra:
            raise InvalidReleaseError(what, found="none", expected="at least one")
        counts = Counter(spectrum.accession for spectrum in self.spectra)
        repeated = [accession for accession, count in counts.items() if count > 1]
        if repeated:
            found = f"repeated accessions {', '.join(map(quoted, repeated[:5]))} ({len(repeated)} in all)"
            raise InvalidReleaseError(what, found=found, expected="each accession once")

    def reference(self, accession: str) -> ReferenceSpectrum:
        """Give the reference spectrum that a report cites.

        Parameters
        ----------
        accession : str
            Exactly as cited.

        Returns
        -------
        ReferenceSpectrum
            The only one of that accession.

        Raises
        ------
        UnknownAccessionError
            If this release holds no such accession.
        """
        try:
            return self._by_accession[accession]
        except KeyError:
            raise UnknownAccessionError(self.name, accession) from None
