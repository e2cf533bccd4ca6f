"""What a change is: done by somebody with everything in hand, and where a report of it has to point."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.tamper.targets import Target

Place = tuple[str, ...]
"""Words that one line of a report has to hold, each as a word of its own."""


class ShownBy(StrEnum):
    """What has to report a change."""

    VERIFYING = "ledger verify"
    SCRUBBING = "raw scrub"
    WITNESS = "a witness from outside"
    START = "the next start"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change that was made."""

    words: str
    """What was done, for whoever reads of a failure."""
    places: Sequence[Place]
    """Where a report may point: one of these is enough."""
    witness: bytes = b""
    """The checkpoint outside that shows it, where the ledger alone cannot."""


Changing = Callable[[Target, random.Random], Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of change."""

    change: Changing
    weight: int = 10
    """How often in relation to the others."""
    shown_by: ShownBy = ShownBy.VERIFYING

    @property
    def name(self) -> str:
        """Give the name under which it is counted."""
        return self.change.__name__


def entry(sequence: int) -> Place:
    """Point to an entry of the ledger."""
    return (f"entry {sequence}",)


def raw_object(sha256: str) -> Place:
    """Point to an object of the raw store."""
    return (sha256,)


def checkpoint(sequence: int) -> Place:
    """Point to a kept checkpoint by its number."""
    return (f"checkpoint {sequence}",)


def between(before: int, behind: int) -> Place:
    """Point to the entries between two checkpoints, by their sizes."""
    return (f"an entry from {before + 1} to {behind}",)


SIGNER: Place = ("signer",)
"""Point to what the signer of the checkpoints remembers."""
