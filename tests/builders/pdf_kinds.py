"""Every kind of change of a signed PDF, by what it costs to make."""

from tests.builders.pdf_changes import KINDS_OF_BYTES, Kind, combined
from tests.builders.pdf_signature_games import GAMES
from tests.builders.pdf_updates import PROGRAMS, SIGNINGS, UPDATES

_SINGLE: tuple[Kind, ...] = (*KINDS_OF_BYTES, *GAMES, *UPDATES, *SIGNINGS)
KINDS: tuple[Kind, ...] = (*_SINGLE, *PROGRAMS, combined(_SINGLE))
"""The same seed gives the same bytes, but for those of ``PROGRAMS``, which differ with the programs' versions."""
