"""Spectra of two substances that are as alike as repeated spectra of one: measured in a library itself.

The question is not whether two spectra look alike, but whether this library's own repetitions are less alike than they
are. No limit of a score is laid down: the repetitions give it, and what they give is stated with their number.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from statistics import median

from spectra import SIMPLE_EI, WEIGHTED_ENTROPY, MassSpectrum, entropy_similarity, match_factors
from spectra.scores.accurate_mass import prepare_accurate
from spectra.scores.match_factor import FULL_MATCH
from substance_library.provenance import IonTechnique
from substance_library.reference_spectrum import ReferenceSpectrum

_PRECURSOR_TYPE, _ENERGY = "precursor_type", "collision_energy"
_ROUNDED = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class AlikePreset:
    """All choices of a comparison, under a name and a version that records keep."""

    name: str
    version: int
    level: float
    """Share of repetitions that may be less alike than a pair which is still told apart by nothing: two spectra of one
    substance are called told apart at most so often."""
    score: str
    source: str


REPLICATES_5 = AlikePreset(
    name="alike-as-replicates",
    version=1,
    level=0.05,
    score="EI: match factor of the preset ei-simple 1, from the lowest m/z that both spectra have; MS/MS: spectral "
    "entropy similarity of the preset msms-entropy 1 at one precursor type and one collision energy",
    source="rank of a value among exchangeable ones, level 1 in 20: Vovk, Gammerman, Shafer, Algorithmic Learning in a "
    "Random World (2005), chapter 2",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryCompound:
    """What a library holds of one substance."""

    key: str
    """As the library keeps substances apart: the InChIKey of the source."""
    names: tuple[str, ...]
    formula: str
    spectra: tuple[ReferenceSpectrum, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replicates:
    """How alike repeated spectra of one substance are in a library."""

    likeness: tuple[float, ...]
    """One value for each substance with repetitions: the median of its pairs; ascending."""
    spectra: int
    """That were compared."""

    def share_at_most(self, value: float) -> float:
        """Give the share of repetitions that are no more alike than a value; in (0, 1].

        Notes
        -----
        ``(1 + n_at_most) / (1 + n)``: the value itself counts as one of the repetitions. With none the share is 1.
        """
        return (1 + bisect_right(self.likeness, value)) / (1 + len(self.likeness))


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPair:
    """Two substances and how alike their spectra are."""

    first: str
    second: str
    """Keys."""
    likeness: float | None
    """Median over all pairs of their spectra under one condition; None if they have none in common."""
    share: float | None
    """Of the repetitions that are no more alike than this pair; None where there is no likeness."""
    told_apart: bool
    """True only if the share is at most the level. What cannot be compared is not told apart."""


def compounds_of(spectra: Iterable[ReferenceSpectrum], technique: IonTechnique) -> tuple[LibraryCompound, ...]:
    """Gather the spectra of each substance by one technique; those without InChIKey or formula are left out."""
    kept: dict[str, list[ReferenceSpectrum]] = defaultdict(list)
    for one in spectra:
        if one.inchikey is not None and one.formula is not None and technique_of(one) is technique:
            kept[str(one.inchikey)].append(one)
    return tuple(
        LibraryCompound(
            key=key,
            names=tuple(dict.fromkeys(one.name for one in ones)),
            formula=ones[0].formula or "",
            spectra=tuple(ones),
        )
        for key, ones in kept.items()
    )


def technique_of(reference: ReferenceSpectrum) -> IonTechnique:
    """Say how a spectrum was measured: as its provenance has it, else by whether it has a precursor."""
    stated = IonTechnique.UNKNOWN if reference.provenance is None else reference.provenance.technique
    if stated is not IonTechnique.UNKNOWN:
        return stated
    return IonTechnique.EI if reference.spectrum.precursor is None else IonTechnique.MSMS


def replicates(compounds: Iterable[LibraryCompound]) -> Replicates:
    """Measure how alike the repetitions in a library are, under one condition each.

    Notes
    -----
    Each substance counts once, whatever the number of its spectra. What a source puts under one key counts as one
    substance: if it puts isomers there, repetitions seem less alike than they are, and fewer pairs are told apart.
    """
    found: list[float] = []
    counted = 0
    for compound in compounds:
        groups = [ones for ones in _conditions(compound.spectra).values() if len(ones) > 1]
        values = _known(likeness(a, b) for ones in groups for a, b in combinations(ones, 2))
        if values:
            found.append(round(median(values), _ROUNDED))
            counted += sum(map(len, groups))
    return Replicates(likeness=tuple(sorted(found)), spectra=counted)


def compare(
    first: LibraryCompound, second: LibraryCompound, *, repeated: Replicates, preset: AlikePreset
) -> ComparedPair:
    """Compare the spectra of two substances with what repetitions of one give.

    Parameters
    ----------
    repeated : Replicates
        Of the library that the spectra are from.
    preset : AlikePreset
        Its level decides; its score says how spectra are compared.

    Notes
    -----
    If the spectra of the two were repetitions of one substance, exchangeable with those of the library, a share as
    small as the level would come about at most so often.
    """
    values = _known(_across(first, second))
    if not values:
        return ComparedPair(first=first.key, second=second.key, likeness=None, share=None, told_apart=False)
    value = round(median(values), _ROUNDED)
    share = repeated.share_at_most(value)
    return ComparedPair(
        first=first.key, second=second.key, likeness=value, share=share, told_apart=share <= preset.level
    )


def compare_formulas(
    compounds: Sequence[LibraryCompound], *, repeated: Replicates, preset: AlikePreset
) -> Mapping[str, tuple[ComparedPair, ...]]:
    """Compare all substances of one formula with each other; formulas with one substance are left out."""
    by_formula: dict[str, list[LibraryCompound]] = defaultdict(list)
    for compound in compounds:
        by_formula[compound.formula].append(compound)
    return {
        formula: tuple(compare(a, b, repeated=repeated, preset=preset) for a, b in combinations(ones, 2))
        for formula, ones in by_formula.items()
        if len(ones) > 1
    }


def _across(first: LibraryCompound, second: LibraryCompound) -> Iterator[float | None]:
    others = _conditions(second.spectra)
    for condition, ones in _conditions(first.spectra).items():
        for a, b in product(ones, others.get(condition, ())):
            yield likeness(a, b)


def _conditions(spectra: Iterable[ReferenceSpectrum]) -> dict[tuple[str, str], list[ReferenceSpectrum]]:
    """Sort spectra by what has to agree before they are compared: nothing for EI."""
    found: dict[tuple[str, str], list[ReferenceSpectrum]] = defaultdict(list)
    for one in spectra:
        found[_condition(one)].append(one)
    return found


def _condition(reference: ReferenceSpectrum) -> tuple[str, str]:
    if reference.spectrum.precursor is None:
        return "", ""
    stated = {name.casefold(): value for name, value in reference.fields}
    energy = reference.provenance.collision_energy if reference.provenance is not None else ""
    return stated.get(_PRECURSOR_TYPE, ""), energy or stated.get(_ENERGY, "")


def likeness(first: ReferenceSpectrum, second: ReferenceSpectrum) -> float | None:
    """Give how alike two spectra are, 0 to 1, in the way of their technique; see ``AlikePreset.score``.

    Returns
    -------
    float or None
        None where one of them has nothing to compare: an MS/MS spectrum of the precursor alone.
    """
    left, right = first.spectrum, second.spectrum
    if left.precursor is None or right.precursor is None:
        lowest = float(max(left.mz[0], right.mz[0]))
        return match_factors(left, right, preset=SIMPLE_EI, lowest_mz=lowest).match_factor / FULL_MATCH
    if not (_fragments(left) and _fragments(right)):
        return None
    return entropy_similarity(left, right, preset=WEIGHTED_ENTROPY)


def _fragments(spectrum: MassSpectrum) -> int:
    return len(prepare_accurate(spectrum, WEIGHTED_ENTROPY))


def _known(values: Iterable[float | None]) -> list[float]:
    return [one for one in values if one is not None]
