"""Library spectra with what a search needs to know of them beside their peaks."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from spectra.errors import InvalidSettingError
from spectra.spectrum import MassSpectrum

UNKNOWN_MASS = 0
"""No molecule has it; stands for a nominal mass that nobody stated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryEntry:
    """One library spectrum as the search sees it."""

    identifier: str
    group: Hashable
    """Spectra of one compound share a group: only the best of a group enters the hit list."""
    spectrum: MassSpectrum = field(repr=False)
    nominal_mass: int | None = None
    """Of the neutral molecule, in Da; what neutral loss and hybrid search of EI spectra need."""
    release: str = ""
    """The library release it stands in; empty: not said. So are the next two."""
    technique: str = ""
    substance_class: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restriction:
    """Which entries take part in a search: those whose words are all in the sets; None does not restrict."""

    releases: frozenset[str] | None = None
    techniques: frozenset[str] | None = None
    substance_classes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Labels:
    """One word for each entry, stored once each."""

    words: tuple[str, ...]
    codes: npt.NDArray[np.int32] = field(repr=False)
    """Shape (n_entries,): the place of each entry's word in ``words``."""

    @classmethod
    def of(cls, labels: Sequence[str]) -> Self:
        """Give each word its code, in alphabetical order."""
        words = sorted(set(labels))
        code = {word: number for number, word in enumerate(words)}
        return cls(words=tuple(words), codes=np.array([code[label] for label in labels], dtype=np.int32))

    def joined(self, other: "Labels") -> "Labels":
        """Give these labels followed by others; the words of the first keep their codes."""
        words = (*self.words, *(word for word in other.words if word not in self.words))
        moved = np.array([words.index(word) for word in other.words], dtype=np.int32)
        return Labels(words=words, codes=np.concatenate([self.codes, moved[other.codes]]))

    def among(self, wanted: frozenset[str], *, what: str) -> npt.NDArray[np.bool_]:
        """Tell which entries have one of the words; shape (n_entries,).

        Raises
        ------
        InvalidSettingError
            If no entry has one of them: a search that silently leaves out what was asked for would mislead.
        """
        strange = sorted(wanted.difference(self.words))
        if strange:
            raise InvalidSettingError(f"{what}: no entry has {strange}; there are {sorted(self.words)}")
        return np.isin(self.codes, [code for code, word in enumerate(self.words) if word in wanted])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """The entries of an index without their peaks."""

    identifiers: tuple[str, ...] = field(repr=False)
    groups: tuple[Hashable, ...] = field(repr=False)
    nominal_mass: npt.NDArray[np.int32] = field(repr=False)
    """Shape (n_entries,), Da; ``UNKNOWN_MASS`` where nobody stated it."""
    releases: Labels = field(repr=False)
    techniques: Labels = field(repr=False)
    substance_classes: Labels = field(repr=False)
    known: tuple[frozenset[str], ...] = field(repr=False)
    """The identifiers, in one set for each addition."""

    @classmethod
    def of(cls, entries: Sequence[LibraryEntry]) -> Self:
        """List entries.

        Raises
        ------
        InvalidSettingError
            If two share an identifier, or a nominal mass is not above 0.
        """
        identifiers = tuple(entry.identifier for entry in entries)
        known = frozenset(identifiers)
        if len(known) != len(identifiers):
            raise InvalidSettingError("two spectra of the library share an identifier")
        for entry in entries:
            if entry.nominal_mass is not None and entry.nominal_mass <= UNKNOWN_MASS:
                raise InvalidSettingError(f"{entry.identifier}: nominal mass {entry.nominal_mass}; expected above 0")
        return cls(
            identifiers=identifiers,
            groups=tuple(entry.group for entry in entries),
            nominal_mass=np.array([entry.nominal_mass or UNKNOWN_MASS for entry in entries], dtype=np.int32),
            releases=Labels.of([entry.release for entry in entries]),
            techniques=Labels.of([entry.technique for entry in entries]),
            substance_classes=Labels.of([entry.substance_class for entry in entries]),
            known=(known,),
        )

    def __len__(self) -> int:
        """Count the entries."""
        return len(self.identifiers)

    def joined(self, other: "Catalogue") -> "Catalogue":
        """Give these entries followed by others.

        Raises
        ------
        InvalidSettingError
            If an identifier is there already.
        """
        again = sorted(name for name in other.identifiers if any(name in known for known in self.known))
        if again:
            raise InvalidSettingError(f"{len(again)} spectra are in the index already, for example {again[0]!r}")
        return Catalogue(
            identifiers=self.identifiers + other.identifiers,
            groups=self.groups + other.groups,
            nominal_mass=np.concatenate([self.nominal_mass, other.nominal_mass]),
            releases=self.releases.joined(other.releases),
            techniques=self.techniques.joined(other.techniques),
            substance_classes=self.substance_classes.joined(other.substance_classes),
            known=self.known + other.known,
        )

    def allowed(self, restriction: Restriction | None) -> npt.NDArray[np.bool_] | None:
        """Tell which entries take part, shape (n_entries,); None if all do.

        Raises
        ------
        InvalidSettingError
            If a word of the restriction stands at no entry.
        """
        mask: npt.NDArray[np.bool_] | None = None
        for facet in fields(Restriction) if restriction is not None else ():
            wanted = getattr(restriction, facet.name)
            if wanted is not None:
                found = getattr(self, facet.name).among(wanted, what=facet.name)
                mask = found if mask is None else mask & found
        return mask
