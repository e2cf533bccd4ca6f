"""Search of a library for the spectra most like a query."""

from spectra.search.exhaustive import ExhaustiveSearch, LibraryEntry
from spectra.search.hits import Hit, HitList

__all__ = ["ExhaustiveSearch", "Hit", "HitList", "LibraryEntry"]
