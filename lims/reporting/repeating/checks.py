"""Named checks with one of three outcomes; what several parts of a report gave becomes one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from lims.translation import Translator

_MOST_PLACES = 40


class CheckName(StrEnum):
    """What is repeated. Never given another meaning: programs of others rely on them."""

    DATA = "data"
    MATCH_FACTORS = "match_factors"
    SAMPLING = "sampling"
    WEIGHTS = "weights"
    THRESHOLD = "threshold"
    QUANTITATION = "quantitation"
    CONFIDENCE = "confidence"
    PROOFS = "proofs"
    CHECKPOINT = "checkpoint"


class CheckState(StrEnum):
    """How a check ended."""

    EQUAL = "equal"
    """Done, and the report says the same."""
    DIFFERS = "differs"
    """Done, and the report says something else."""
    NOT_POSSIBLE = "not possible"
    """Something that it needs is not in the file, or not known; the words name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatedCheck:
    """One check and its outcome."""

    name: CheckName
    state: CheckState
    words: str
    """Sentences in the language that was asked for."""


def shown(number: Decimal, t: Translator) -> str:
    """Write a number of a file that anybody may have made: one with thousands of places stays in powers of ten."""
    _, digits, exponent = number.as_tuple()
    plain = isinstance(exponent, int) and abs(exponent) <= _MOST_PLACES and len(digits) <= _MOST_PLACES
    return t.number(number) if plain else f"{number:.6E}"


@dataclass(slots=True, kw_only=True)
class Tally:
    """Gathers what the parts of one check gave."""

    name: CheckName
    t: Translator
    differing: list[str] = field(default_factory=list)
    """A sentence for each part that says something else."""
    equal: int = 0
    """Parts that say the same."""
    lacking: list[str] = field(default_factory=list)
    """A sentence for each part that could not be done."""

    def result(self, *, said_of_equal: str, nothing: str) -> RepeatedCheck:
        """Give the check: one part that differs makes it differ.

        Parameters
        ----------
        said_of_equal : str
            Sentence about the parts that are equal.
        nothing : str
            Sentence for a report that has no such part.
        """
        sentences: Sequence[str] = (*self.differing, *((said_of_equal,) if self.equal else ()), *self.lacking)
        return RepeatedCheck(name=self.name, state=self._state(), words=" ".join(sentences) or nothing)

    def _state(self) -> CheckState:
        if self.differing:
            return CheckState.DIFFERS
        return CheckState.EQUAL if self.equal else CheckState.NOT_POSSIBLE
