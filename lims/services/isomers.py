"""Isomers that the library knows: never silently none (rules ID-6 and L-3)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lims.domain.identification_basis import Isomer, IsomerSet, IsomerState
from substance_library import LibraryRelease, starter_substances

_SKELETON = 14
"""Characters of an InChIKey that tell the connectivity: isomers of mass spectrometry differ in these."""


def known_isomers(inchikey: str | None, releases: Iterable[LibraryRelease]) -> tuple[Isomer, ...]:
    """Give the isomers of a substance that the tables of the package and the releases of its searches hold.

    Parameters
    ----------
    inchikey : str or None
        Of the substance; None gives no isomers.
    releases : iterable of LibraryRelease
        In which its runs were searched.

    Returns
    -------
    tuple of Isomer
        Of the same formula and another connectivity, each once, by name; told apart by nothing so far.

    Notes
    -----
    Substances whose formula no table states are left out; so the expert's own list is added to this one, and takes
    nothing from it.
    """
    if inchikey is None:
        return ()
    lines = tuple(_lines(releases))
    formulas = {formula for _, key, formula in lines if key[:_SKELETON] == inchikey[:_SKELETON]}
    found: dict[str, Isomer] = {}
    for name, key, formula in lines:
        if formula in formulas and key[:_SKELETON] != inchikey[:_SKELETON]:
            found.setdefault(key[:_SKELETON], Isomer(name=name, inchikey=key))
    return tuple(sorted(found.values(), key=lambda one: one.name))


def with_known(stated: IsomerSet, known: tuple[Isomer, ...], *, source: str) -> IsomerSet:
    """Add the library's isomers to those that the expert names; what the expert says of one of them stays.

    Parameters
    ----------
    source : str
        The tables that the library's isomers come from, for the basis.
    """
    named = {_key(one) for one in stated.isomers} | {one.name.casefold() for one in stated.isomers}
    added = tuple(one for one in known if _key(one) not in named and one.name.casefold() not in named)
    if not added:
        return stated
    basis = "; ".join(filter(None, (stated.basis, source)))
    return replace(stated, state=IsomerState.LISTED, isomers=(*stated.isomers, *added), basis=basis)


def _key(isomer: Isomer) -> str:
    return isomer.inchikey[:_SKELETON] if isomer.inchikey else isomer.name.casefold()


def _lines(releases: Iterable[LibraryRelease]) -> Iterator[tuple[str, str, str]]:
    """Give name, InChIKey and formula of every substance of the tables that states both."""
    for substance in starter_substances():
        yield substance.preferred_name, str(substance.inchikey), substance.formula
    for release in releases:
        for spectrum in release.spectra:
            if spectrum.inchikey is not None and spectrum.formula is not None:
                yield spectrum.name, str(spectrum.inchikey), spectrum.formula
