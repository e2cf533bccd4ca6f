"""One spectrum of a library: what the source said about it, and the peaks that are searched."""

import re
from dataclasses import dataclass, field

from spectra.spectrum import MassSpectrum
from substance_library.errors import InvalidReferenceSpectrumError, quoted
from substance_library.identifiers import InChIKey
from substance_library.provenance import SpectrumProvenance

PEAKS_SORTED = "peaks were sorted by m/z"
"""The repair of a record whose peaks did not stand in rising m/z; nothing else about them is changed."""

_RETENTION_INDEX_FIELDS = frozenset({"ri", "retentionindex"})
"""Names of fields that state a retention index, without case, spaces, hyphens and underscores."""
_PLAIN_INDEX = re.compile(r"[0-9]{2,5}(?:\.[0-9]+)?", re.ASCII)
_NIST_INDEX = re.compile(r"(?:^|\s)SemiStdNP=([0-9]{2,5}(?:\.[0-9]+)?)(?:/|\s|$)", re.ASCII | re.IGNORECASE)
"""The index on a semi-standard nonpolar column, with deviation and number of data behind strokes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceSpectrum:
    """A library spectrum with its provenance.

    Raises
    ------
    InvalidReferenceSpectrumError
        If accession, name or a stated formula is empty, or if no peak has an intensity above 0.
    """

    accession: str
    """Unique within its release; a hit in a report is cited by release and accession."""
    name: str
    """As the source writes it, markup included."""
    inchikey: InChIKey | None
    """As the source states it, not recomputed; None where it states none."""
    formula: str | None
    """As the source states it; None where it states none."""
    spectrum: MassSpectrum = field(repr=False)
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    """All fields of the source record in their order, also those that nobody here understands."""
    repairs: tuple[str, ...] = ()
    """What was changed on the way in, in words that can be printed."""
    provenance: SpectrumProvenance | None = field(default=None, repr=False)
    """None for records that were taken straight from a file, without curation."""

    def __post_init__(self) -> None:
        """Refuse what could not be cited or searched."""
        for what, text in (("accession", self.accession), ("name", self.name), ("formula", self.formula)):
            if text is not None and not text.strip():
                raise InvalidReferenceSpectrumError(what, found=quoted(text), expected="text that is not blank")
        if not self.spectrum.intensity.any():
            raise InvalidReferenceSpectrumError(
                f"spectrum of {quoted(self.name)}",
                found=f"{len(self.spectrum)} peaks, none with an intensity above 0",
                expected="at least one such peak",
            )

    @property
    def compound_key(self) -> str:
        """What a hit list is reduced to compounds by: the InChIKey, or else the name without case and extra spaces.

        A case-folded name holds no capital A to Z, so no name can pose as an InChIKey.

        Notes
        -----
        The key is only as fine as the source. SWGDRUG 3.4 gives 79 keys to more than one spectrum, 76 of them under
        different names; among those are isomers that the law keeps apart, such as ephedrine and pseudoephedrine or
        cocaine and pseudococaine. Whoever reduces a hit list by this key has to show every name that it unites.
        """
        return str(self.inchikey) if self.inchikey is not None else " ".join(self.name.casefold().split())

    @property
    def retention_index(self) -> float | None:
        """The retention index that the source states; None where it states none, or two that differ.

        Notes
        -----
        Read from the fields "RI", "Retention_index" and "RETENTIONINDEX", in any case: either a plain number of two to
        five digits, or, as NIST exports it, the number behind ``SemiStdNP=`` (5 % phenyl columns). Indices of other
        columns (``StdNP=``, ``StdPolar=``) are not taken: they are on another scale. Nothing is estimated.
        """
        stated = {
            index
            for name, value in self.fields
            if re.sub(r"[\s_-]", "", name.casefold()) in _RETENTION_INDEX_FIELDS
            and (index := _index(value)) is not None
        }
        return stated.pop() if len(stated) == 1 else None


def _index(text: str) -> float | None:
    if _PLAIN_INDEX.fullmatch(text.strip()):
        return float(text)
    found = _NIST_INDEX.search(text)
    return float(found[1]) if found else None
