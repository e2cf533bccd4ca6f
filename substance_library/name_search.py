"""Names found as people type them: in any case, with look-alike letters of either script, without Kazakh letters.

A name never decides identity: "PCP" is phencyclidine in one collection and pentachlorophenol in another. So a search
gives every substance that has the name, and how the name was found.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from substance_library.substance import SubstanceName

_LOOK_ALIKE = MappingProxyType(
    dict(zip("АВЕЅІЈКМНОРСТУХҺԚԜҮаеѕіјорсухһԛԝү", "ABESIJKMHOPCTYXHQWYaesijopcyxhqwy", strict=True))
    | {"ı": "i", "ᴋ": "k", "ʜ": "h"}
)
"""Cyrillic letters, Kazakh ones among them, that look as Latin ones do. Source of most pairs: Unicode, UTS 39,
confusables.txt."""
_WITHOUT_KAZAKH = MappingProxyType(dict(zip("әғқңөұүһі", "агкноууги", strict=True)))
"""What people type who have no Kazakh keyboard."""
_GREEK_MARKUP = re.compile(r"\.(alpha|beta|gamma|delta|epsilon|omega|mu|kappa)\.", re.IGNORECASE)
_GREEK = MappingProxyType(
    {"α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ω": "omega", "μ": "mu", "κ": "kappa"}
)
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_BETWEEN = re.compile(r"[\s\-_,'’.()\[\]{}]+")


class FoundBy(IntEnum):
    """How near a name is to what was typed; smaller is nearer."""

    AS_WRITTEN = 1
    """Letter by letter."""
    FOLDED = 2
    """Without case, spaces, hyphens and brackets; Greek letters spelled out."""
    LOOK_ALIKE = 3
    """With letters of the other script that look the same."""
    WITHOUT_KAZAKH_LETTERS = 4
    """With Russian letters in the place of Kazakh ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameHit:
    """One substance that has a name like the one typed."""

    key: str
    """Of the substance in its library."""
    name: SubstanceName
    """As its source writes it."""
    found_by: FoundBy


class NameIndex:
    """The names of a library, made ready for searching."""

    def __init__(self, names: Iterable[tuple[str, SubstanceName]]) -> None:
        """Take pairs of a substance's key and a name of it."""
        self._tiers: dict[FoundBy, dict[str, list[tuple[str, SubstanceName]]]] = {
            tier: defaultdict(list) for tier in FoundBy
        }
        for key, name in names:
            for tier, fold in _FOLDS.items():
                self._tiers[tier][fold(name.text)].append((key, name))

    def search(self, text: str) -> tuple[NameHit, ...]:
        """Give every substance with the name, the nearest first; each substance once, by its nearest name.

        Returns
        -------
        tuple of NameHit
            Empty where nothing has the name: which says nothing of whether a substance exists or is controlled.
        """
        hits: dict[str, NameHit] = {}
        for tier, fold in _FOLDS.items():
            for key, name in self._tiers[tier].get(fold(text), ()) if fold(text) else ():
                hits.setdefault(key, NameHit(key=key, name=name, found_by=tier))
        return tuple(hits.values())


def folded_name(text: str) -> str:
    """Fold a name for comparison: compatibility form, no case, Greek letters spelled out, nothing between letters.

    Examples
    --------
    >>> folded_name(".alpha.-PHP") == folded_name("α–PHP") == folded_name("Alpha PHP")
    True
    """
    plain = unicodedata.normalize("NFKC", _DASHES.sub("-", text)).strip().casefold()
    plain = _GREEK_MARKUP.sub(lambda match: match[1].casefold(), plain)
    plain = "".join(_GREEK.get(letter, letter) for letter in plain)
    return unicodedata.normalize("NFC", _BETWEEN.sub("", plain))  # marks may have come together


def look_alike_name(text: str) -> str:
    """Fold a name so that letters which look the same are the same, capital or small.

    Examples
    --------
    >>> look_alike_name("СОСАINE") == look_alike_name("cocaine")  # the first five letters are Cyrillic
    True
    """
    latin = "".join(_either_case(letter) for letter in unicodedata.normalize("NFKC", text))
    return folded_name(latin)


def _either_case(letter: str) -> str:
    """Replace a letter that looks as a Latin one, itself or as a capital: "в" is no b, but "В" is a B."""
    return _LOOK_ALIKE.get(letter) or _LOOK_ALIKE.get(letter.upper(), letter)


def _without_kazakh(text: str) -> str:
    return "".join(_WITHOUT_KAZAKH.get(letter, letter) for letter in folded_name(text))


_FOLDS: Mapping[FoundBy, Callable[[str], str]] = MappingProxyType(
    {
        FoundBy.AS_WRITTEN: str.strip,
        FoundBy.FOLDED: folded_name,
        FoundBy.LOOK_ALIKE: look_alike_name,
        FoundBy.WITHOUT_KAZAKH_LETTERS: _without_kazakh,
    }
)
