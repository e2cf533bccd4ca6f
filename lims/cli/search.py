"""``aigaq search``: spectra of a file against a library. Its JSON is a contract with others' scripts."""

from pathlib import Path
from typing import Any

from lims.cli.identify import file_reader, load_library
from lims.cli.output import note, print_json, say, with_progress
from lims.domain.library import SearchMode
from lims.services.library_search import LibraryHit, LibrarySearch, parse_tolerance
from spectra.errors import InvalidSpectrumError, MixedLibraryError
from spectra.formats.spectrum_file import NamedSpectrum


def run_search(
    queries: Path,
    *,
    library: str,
    mode: SearchMode,
    tolerance: str,
    precursor_tolerance: str,
    top: int,
    as_json: bool,
    home: Path | None,
) -> None:
    """Search every spectrum of a file and print the hits in the order of the file."""
    widths = parse_tolerance(tolerance), parse_tolerance(precursor_tolerance)
    spectra = file_reader(home).spectra(queries)
    release = load_library(library, home=home)
    search = LibrarySearch(release, mode=mode, tolerance=widths[0], precursor_tolerance=widths[1])
    results = [_result(query, _hits(query, search, top)) for query in with_progress(spectra, "searching spectra")]
    if search.left_out:
        note(
            f"{search.left_out} of {len(release.spectra)} library spectra have no precursor, or whole m/z only, "
            "and were left out"
        )
    if search.without_molecule:
        note(f"{search.without_molecule} library spectra state no formula that gives the mass of their molecule")
    if as_json:
        print_json({"queries": results})
    else:
        _print(results)


def _hits(query: NamedSpectrum, search: LibrarySearch, top: int) -> tuple[LibraryHit, ...]:
    """Search one spectrum; one that cannot be searched is named and has no hits, the others go on."""
    try:
        return search.query(query, top=top)
    except (InvalidSpectrumError, MixedLibraryError) as error:
        note(f"{query.name} was not searched: {error}")
        return ()


def _result(query: NamedSpectrum, hits: tuple[LibraryHit, ...]) -> dict[str, Any]:
    return {"query": query.name, "inchikey": query.inchikey, "hits": [_hit(hit) for hit in hits]}


def _hit(hit: LibraryHit) -> dict[str, Any]:
    reference = hit.reference
    return {
        "rank": hit.rank,
        "name": reference.name,
        "inchikey": str(reference.inchikey) if reference.inchikey else None,
        "match_factor": round(hit.match_factor, 2),
        "reverse_match_factor": round(hit.reverse_match_factor, 2),
        "matched_ions": hit.matched_ions,
        "mass_difference": hit.mass_difference,
    }


def _print(results: list[dict[str, Any]]) -> None:
    for result in results:
        say(f"{result['query']}  {result['inchikey'] or ''}".rstrip())
        for hit in result["hits"]:
            factors = f"{hit['match_factor']:7.2f} {hit['reverse_match_factor']:7.2f} {hit['matched_ions']:4d}"
            say(
                f"  {hit['rank']:3d}  {factors}  {hit['name']}  {hit['inchikey'] or ''}{_moved(hit['mass_difference'])}"
            )


def _moved(mass_difference: float | None) -> str:
    return f"  (other by {mass_difference:+g})" if mass_difference else ""
