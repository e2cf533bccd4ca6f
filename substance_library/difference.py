"""What one release says and another does not: which records came, which went, which changed, and in what.

A record has no name that lasts: SWGDRUG numbers its entries anew, and names are corrected. So a record is recognised by
what it is, in four steps; whoever is recognised in one step is out of the next:

1. **the same**: every word and every peak is equal (``content_digest``);
2. **the same spectrum**: every m/z and intensity is equal; the words differ, and the difference names them;
3. **the same entry with other peaks**: two of these four agree: InChIKey, name (without case and spaces), the number
   that the source gives it, and the spectrum itself, as nearly the same; one of the first three is enough where both
   records state no other. Different keys never are one entry. One number, or one way of measuring (precursor,
   ionisation, collision energy) it has to be. Where several could be meant, those whose spectra are most alike are
   joined first;
4. what is left **went** from the earlier release or **came** with the later one.

Equal records that stand in a release several times are counted: two in one release and one in the other are one the
same and one that went or came.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from substance_library.checks.likeness import ACCURATE_BIN, likeness_rows
from substance_library.frozen_release import content_digest
from substance_library.importers.stated_fields import ACCESSIONS, COLLISION_ENERGIES, IONISATIONS
from substance_library.provenance import peaks_sha256
from substance_library.reference_spectrum import ReferenceSpectrum
from substance_library.release import LibraryRelease

_AGREEING = 2
"""Of InChIKey, name, number of the source and spectrum: so many have to agree."""
ALIKE = 0.9
"""Cosine from which a spectrum counts as nearly the same: a few peaks were corrected."""
PEAKS = "peaks"
"""How a difference names the spectrum itself, beside the fields of the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRecord:
    """One record in both releases, and what differs."""

    before: ReferenceSpectrum = field(repr=False)
    after: ReferenceSpectrum = field(repr=False)
    changed: tuple[str, ...]
    """Names of the fields that differ, sorted; ``PEAKS`` for the spectrum."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDifference:
    """What happened from one release to another. Every record of both is in exactly one of the lists."""

    earlier: str
    later: str
    """Names of the releases."""
    same: tuple[tuple[ReferenceSpectrum, ReferenceSpectrum], ...] = field(repr=False)
    changed: tuple[ChangedRecord, ...] = field(repr=False)
    went: tuple[ReferenceSpectrum, ...] = field(repr=False)
    came: tuple[ReferenceSpectrum, ...] = field(repr=False)

    @property
    def new_compounds(self) -> tuple[ReferenceSpectrum, ...]:
        """The records that came of compounds which the earlier release has under no spectrum."""
        before = [one for one, _ in self.same] + [one.before for one in self.changed] + list(self.went)
        known = {one.compound_key for one in before}
        return tuple(one for one in self.came if one.compound_key not in known)


def release_difference(earlier: LibraryRelease, later: LibraryRelease) -> ReleaseDifference:
    """Compare two releases, record by record; the module says how a record is recognised.

    Returns
    -------
    ReleaseDifference
        In the order of the releases; what changed in the order of the later one.
    """
    before, after = list(earlier.spectra), list(later.spectra)
    same = _joined(before, after, content_digest)
    before, after = _without(before, [one for one, _ in same]), _without(after, [one for _, one in same])
    words = _joined_by_words(before, after)
    before, after = _without(before, [one for one, _ in words]), _without(after, [one for _, one in words])
    peaks = _joined_by_entry(before, after)
    place = {id(one): number for number, one in enumerate(later.spectra)}
    changed = sorted((*words, *peaks), key=lambda pair: place[id(pair[1])])
    return ReleaseDifference(
        earlier=earlier.name,
        later=later.name,
        same=tuple(same),
        changed=tuple(ChangedRecord(before=one, after=two, changed=_changes(one, two)) for one, two in changed),
        went=tuple(_without(before, [one for one, _ in peaks])),
        came=tuple(_without(after, [one for _, one in peaks])),
    )


_Pair = tuple[ReferenceSpectrum, ReferenceSpectrum]


def _joined(
    before: Sequence[ReferenceSpectrum],
    after: Sequence[ReferenceSpectrum],
    key: Callable[[ReferenceSpectrum], Hashable],
) -> list[_Pair]:
    """Join records of one key, the first with the first, each once."""
    waiting: dict[Hashable, list[ReferenceSpectrum]] = defaultdict(list)
    for one in reversed(before):
        waiting[key(one)].append(one)
    keyed = ((waiting.get(key(two)), two) for two in after)
    return [(found.pop(), two) for found, two in keyed if found]


def _joined_by_words(before: Sequence[ReferenceSpectrum], after: Sequence[ReferenceSpectrum]) -> list[_Pair]:
    """Join records of equal peaks; of a spectrum that stands under several entries those that agree most come first."""
    by_peaks: dict[str, list[ReferenceSpectrum]] = defaultdict(list)
    for one in before:
        by_peaks[peaks_sha256(one.spectrum)].append(one)
    pairs = ((one, two) for two in after for one in by_peaks.get(peaks_sha256(two.spectrum), ()))
    return list(_each_once(sorted(pairs, key=lambda pair: -_agreements(*pair))))


def _joined_by_entry(before: Sequence[ReferenceSpectrum], after: Sequence[ReferenceSpectrum]) -> list[_Pair]:
    by_mark: dict[tuple[str, str], list[ReferenceSpectrum]] = defaultdict(list)
    for one in before:
        for mark in _marks(one):
            by_mark[mark].append(one)
    candidates = {
        (id(one), id(two)): (one, two) for two in after for mark in _marks(two) for one in by_mark.get(mark, ())
    }
    compared = [(pair, _likeness(*pair)) for pair in candidates.values() if not _contradict(*pair)]
    found = [(pair, cosine) for pair, cosine in compared if _is_one_entry(*pair, cosine=cosine)]
    found.sort(key=lambda one: (-_agreements(*one[0]), -one[1]))
    return list(_each_once(pair for pair, _ in found))


def _is_one_entry(one: ReferenceSpectrum, two: ReferenceSpectrum, *, cosine: float) -> bool:
    """Tell whether enough agrees: two marks, or one and the spectrum, or all that both state."""
    both_state = {what for what, _ in _marks(one)} & {what for what, _ in _marks(two)}
    return _agreements(one, two) + (cosine >= ALIKE) >= min(_AGREEING, len(both_state))


def _each_once(pairs: Iterable[_Pair]) -> Iterator[_Pair]:
    taken: set[int] = set()
    for one, two in pairs:
        if not {id(one), id(two)} & taken:
            taken |= {id(one), id(two)}
            yield one, two


def _marks(reference: ReferenceSpectrum) -> tuple[tuple[str, str], ...]:
    """Give what an entry is recognised by: key, folded name, number of the source."""
    key = str(reference.inchikey) if reference.inchikey else ""
    name = "".join(reference.name.casefold().split())
    marks = (("key", key), ("name", name), ("number", _number(reference)))
    return tuple((what, value) for what, value in marks if value)


def _agreements(one: ReferenceSpectrum, two: ReferenceSpectrum) -> int:
    return len(set(_marks(one)) & set(_marks(two)))


def _contradict(one: ReferenceSpectrum, two: ReferenceSpectrum) -> bool:
    """Tell whether both state another InChIKey, or were measured in another way and have not one number.

    Names and numbers are corrected, keys tell apart; and a spectrum at 40 eV is not the one at 20 eV corrected.
    """
    if one.inchikey is not None and two.inchikey is not None and one.inchikey != two.inchikey:
        return True
    return _way(one) != _way(two) and _number(one) != _number(two)


def _way(reference: ReferenceSpectrum) -> tuple[object, ...]:
    """Give how a spectrum was measured: precursor, ionisation, collision energy, as far as the record states them."""
    precursor = reference.spectrum.precursor
    stated = [_first(reference, names) for names in (IONISATIONS, COLLISION_ENERGIES)]
    return (round(precursor.mz, 2), precursor.adduct, *stated) if precursor else (None, None, *stated)


def _number(reference: ReferenceSpectrum) -> str:
    return _first(reference, ACCESSIONS)


def _first(reference: ReferenceSpectrum, names: Sequence[str]) -> str:
    return next((value for wanted in names for name, value in reference.fields if name == wanted), "")


def _likeness(one: ReferenceSpectrum, two: ReferenceSpectrum) -> float:
    rows = likeness_rows([one.spectrum, two.spectrum], width=ACCURATE_BIN)
    return float(np.round((rows[0] @ rows[1].T).toarray()[0, 0], 9))


def _changes(one: ReferenceSpectrum, two: ReferenceSpectrum) -> tuple[str, ...]:
    fields_differ = {key for key, _ in set(one.fields) ^ set(two.fields)}
    if not fields_differ and one.fields != two.fields:
        fields_differ = {"order of fields"}
    if peaks_sha256(one.spectrum) != peaks_sha256(two.spectrum):
        fields_differ.add(PEAKS)
    if one.repairs != two.repairs:
        fields_differ.add("repairs")
    return tuple(sorted(fields_differ))


def _without(records: Sequence[ReferenceSpectrum], gone: Iterable[ReferenceSpectrum]) -> list[ReferenceSpectrum]:
    ids = {id(one) for one in gone}
    return [one for one in records if id(one) not in ids]
