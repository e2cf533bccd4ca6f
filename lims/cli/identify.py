"""``aigaq identify``: components of runs and their candidates. Its JSON is a contract with others' scripts."""

from pathlib import Path
from typing import Any

from lims.cli.output import note, print_json, say, with_progress
from lims.errors import LimsError, NotFoundError, UnreadableFileError
from lims.services.searching import RankedCandidate, RunSearch, SearchedComponent, SearchedRun, detection_in_words
from lims.settings import laboratory_exists, load_settings
from spectra import Run, run_manifest
from spectra.formats.bounded import BoundedReader
from substance_library import LibraryRelease, release_from_msp


def run_identify(runs: list[Path], *, library: str, top: int, as_json: bool, home: Path | None) -> None:
    """Search runs in a library and print the result."""
    reader = file_reader(home)
    release = load_library(library, home=home)
    search = RunSearch(release)
    results = [_result(path, search, top, reader) for path in with_progress(runs, "searching runs")]
    if as_json:
        print_json(
            {
                "library": {"name": release.name, "sha256": release.sha256, "spectra": len(release.spectra)},
                "runs": results,
            }
        )
    else:
        _print(release, results)
    note(f"Reported are {detection_in_words(search.detection)}.")


def file_reader(home: Path | None) -> BoundedReader:
    """Give the bounded reader, with the limits of the laboratory where there is one."""
    if not laboratory_exists(home=home):
        return BoundedReader()
    settings = load_settings(home=home)
    return BoundedReader(runs=settings.run_limits, libraries=settings.library_limits)


def load_library(library: str, *, home: Path | None) -> LibraryRelease:
    """Load an MSP file, or a release that the laboratory recorded.

    Raises
    ------
    UnreadableFileError
        If it is neither a file nor the name of a release.
    """
    path = Path(library)
    if path.exists():
        return release_from_msp(path, read_file=file_reader(home).msp)
    from lims.cli.laboratories import find_laboratory  # noqa: PLC0415 - a file needs no laboratory

    laboratory = find_laboratory(home)
    try:
        if laboratory is not None:
            return laboratory.curating.release(library)
    except NotFoundError:
        pass
    raise UnreadableFileError(path, "neither a file nor the name of a recorded release")


def _result(path: Path, search: RunSearch, top: int, reader: BoundedReader) -> dict[str, Any]:
    run = reader.run(path).run
    manifest = run_manifest(path)
    searched = _search(path, run, search, top)
    if searched.below_limit:
        note(f"{path}: {len(searched.below_limit)} weaker peak(s) below the reporting limit were not searched")
    return {
        "file": str(path),
        "sha256": manifest.sha256,
        "scans": len(run),
        "sample_name": run.metadata.sample_name,
        "components": [_component(component) for component in searched.components],
    }


def _search(path: Path, run: Run, search: RunSearch, top: int) -> SearchedRun:
    if not len(run.mz):
        raise EmptyRunError(path)
    return search.search(run, top=top)


class EmptyRunError(LimsError):
    """A run whose scans hold no peak at all."""

    def __init__(self, path: Path) -> None:
        """Keep the file."""
        super().__init__(f"{path}: no scan of the run holds a peak")
        self.path = path


def _component(searched: SearchedComponent) -> dict[str, Any]:
    component = searched.component
    return {
        "retention_time_s": round(component.retention_time_s, 3),
        "area": round(component.area),
        "base_peak_mz": component.base_peak_mz,
        "candidates": [_candidate(candidate) for candidate in searched.candidates],
    }


def _candidate(candidate: RankedCandidate) -> dict[str, Any]:
    reference = candidate.reference
    return {
        "rank": candidate.rank,
        "name": reference.name,
        "inchikey": str(reference.inchikey) if reference.inchikey else None,
        "match_factor": round(candidate.hit.match_factor),
        "reverse_match_factor": round(candidate.hit.reverse_match_factor),
    }


def _print(release: LibraryRelease, results: list[dict[str, Any]]) -> None:
    say(f"library {release.name}: {len(release.spectra)} spectra, SHA-256 {release.sha256}")
    if release.purpose:
        say(f"  for {release.purpose} only")
    for result in results:
        say(f"{result['file']}: {result['sample_name'] or 'no sample name'}, {result['scans']} scans")
        for component in result["components"]:
            say(f"  {component['retention_time_s']:8.1f} s  base peak {component['base_peak_mz']}")
            for candidate in component["candidates"]:
                factors = f"{candidate['match_factor']:4d} {candidate['reverse_match_factor']:4d}"
                say(f"    {candidate['rank']:2d}  {factors}  {candidate['name']}  {candidate['inchikey'] or ''}")
