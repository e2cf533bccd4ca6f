"""Search of a library for the spectra most like a query."""

from spectra.search.entries import LibraryEntry, Restriction
from spectra.search.exhaustive import ExhaustiveSearch
from spectra.search.hits import Hit, HitList

__all__ = ["ExhaustiveSearch", "Hit", "HitList", "LibraryEntry", "Restriction"]
