"""Fragments to slots: which fragment stands where, and by which words."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from substance_library.generic.document import Slot
from substance_library.generic.fragment import Fragment
from substance_library.generic.vocabulary import fit

ALLOWED, OPEN, NOT_ENCODED = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One fragment in one slot, allowed by these words or turning on these points."""

    slot: str
    fragment: Fragment
    tier: int
    words: str
    points: tuple[str, ...]
    limbs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A fragment that fits nowhere. Its text is made when it is asked for: writing large fragments out takes time."""

    fragment: Fragment
    eligible: tuple[Slot, ...]
    """The slots that speak about its place."""

    def __str__(self) -> str:
        """Say what stands where, and what might."""
        where = " and ".join(link.position or "an unmarked position" for link in self.fragment.links)
        words = "; ".join(dict.fromkeys(it["words"] for slot in self.eligible for it in slot.allowed))
        if not words:
            return f"{self.fragment.smiles()} at {where}: the text has no such substituent there"
        return f"{self.fragment.smiles()} at {where} is none of: {words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFragments:
    """All fragments of one way to lay the core."""

    placements: tuple[Placement, ...]
    empty_limbs: tuple[str, ...]
    """Limbs that are met by hydrogen alone."""
    failed: tuple["Refusal | str", ...]

    @property
    def points(self) -> tuple[str, ...]:
        """Open points on which the placing turns."""
        return tuple(point for it in self.placements if it.tier == OPEN for point in it.points)

    @property
    def not_encoded(self) -> tuple[str, ...]:
        """Parts of the text that are not encoded and that speak about a fragment."""
        return tuple(point for it in self.placements if it.tier == NOT_ENCODED for point in it.points)

    @property
    def limbs(self) -> frozenset[str]:
        """Limbs and tags of the text that are met."""
        return frozenset(self.empty_limbs).union(*(it.limbs for it in self.placements))


def place_fragments(slots: tuple[Slot, ...], fragments: list[Fragment]) -> PlacedFragments:
    """Put every fragment into a slot, in the way that leaves least open.

    A fragment that fits nowhere, a slot that stays below its least number and one above its greatest are failures.
    """
    choices, failed = [], []
    for fragment in fragments:
        eligible = [slot for slot in slots if _is_eligible(slot, fragment)]
        found = [it for slot in eligible if (it := _placement(slot, fragment)) is not None]
        if found:
            choices.append(sorted(found, key=lambda it: it.tier))
        else:
            failed.append(Refusal(fragment=fragment, eligible=tuple(eligible)))
    best = _Assignment(slots, choices).best()
    missing = () if failed else tuple(_missing(slots, best))
    return PlacedFragments(placements=best, empty_limbs=tuple(_empty_limbs(slots, best)), failed=(*failed, *missing))


def _empty_limbs(slots: tuple[Slot, ...], placements: tuple[Placement, ...]) -> Iterator[str]:
    filled = {it.slot for it in placements}
    yield from (slot.empty_limb for slot in slots if slot.empty_limb and slot.name not in filled)


def _is_eligible(slot: Slot, fragment: Fragment) -> bool:
    links = fragment.links
    if len(links) != slot.bonds or any(link.position not in slot.at for link in links):
        return False
    cores = {link.core_atom for link in links}
    if slot.apart == "same":
        return len(cores) == 1
    if slot.apart == "each":
        return {link.position for link in links} == set(slot.at)
    if slot.apart == "neighbours":
        return len(cores) == 2 and fragment.graph.order(*cores) > 0  # noqa: PLR2004 - two neighbours
    return slot.bonds == 1 or len(cores) == slot.bonds


def _placement(slot: Slot, fragment: Fragment) -> Placement | None:
    """Ask the alternatives of a slot in their order; what is allowed without doubt comes before open points."""
    found: Placement | None = None
    tiers = ((ALLOWED, slot.allowed), (OPEN, slot.undecided), (NOT_ENCODED, slot.not_encoded))
    for tier, descriptions in tiers:
        for description in descriptions:
            answer = fit(fragment, description)
            if not answer.fits:
                continue
            points = answer.points if tier == ALLOWED else (description["point"], *answer.points)
            placement = Placement(
                slot=slot.name,
                fragment=fragment,
                tier=max(tier, OPEN) if points else tier,
                words=description.get("words") or description.get("point", ""),
                points=points,
                limbs=tuple(description[key] for key in ("limb", "tag") if key in description),
            )
            if placement.tier == ALLOWED:
                return placement
            found = placement if found is None or placement.tier < found.tier else found
    return found


def _missing(slots: tuple[Slot, ...], placements: tuple[Placement, ...]) -> list[str]:
    count = Counter(it.slot for it in placements)
    few = [f"{slot.name}: {count[slot.name]} there, at least {slot.min} needed" for slot in slots if _few(slot, count)]
    many = [
        f"{slot.name}: {count[slot.name]} there, at most {slot.max} allowed" for slot in slots if _many(slot, count)
    ]
    return few + many


def _few(slot: Slot, count: Counter[str]) -> bool:
    return count[slot.name] < slot.min


def _many(slot: Slot, count: Counter[str]) -> bool:
    return slot.max is not None and count[slot.name] > slot.max


class _Assignment:
    """Search over fragments that fit in more than one slot: least failures, then least open points."""

    def __init__(self, slots: tuple[Slot, ...], choices: list[list[Placement]]) -> None:
        self._slots = slots
        self._choices = choices
        self._most = {slot.name: slot.max for slot in slots if slot.max is not None}
        self._best = tuple(options[0] for options in choices)
        self._cost = self._cost_of(self._best)
        self._least = sum(it.tier for it in self._best)

    def best(self) -> tuple[Placement, ...]:
        """Take each fragment's first choice, unless a slot then has too few or too many and others help."""
        if self._cost[0] and any(len(options) > 1 for options in self._choices):
            self._extend((), Counter())
        return self._best

    def _extend(self, chosen: tuple[Placement, ...], count: Counter[str]) -> None:
        if self._cost <= (0, self._least):
            return
        if len(chosen) == len(self._choices):
            cost = self._cost_of(chosen)
            self._best, self._cost = min((self._best, self._cost), (chosen, cost), key=lambda it: it[1])
            return
        for option in self._choices[len(chosen)]:
            if count[option.slot] < self._most.get(option.slot, len(self._choices)):
                self._extend((*chosen, option), count + Counter([option.slot]))

    def _cost_of(self, chosen: tuple[Placement, ...]) -> tuple[int, int]:
        return len(_missing(self._slots, chosen)), sum(it.tier for it in chosen)
