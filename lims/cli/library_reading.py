"""``aigaq library``: what releases say, and how two of them differ."""

from pathlib import Path
from typing import Any

from lims.cli.identify import load_library
from lims.cli.laboratories import find_laboratory, require_laboratory
from lims.cli.output import print_json, say
from lims.domain.library import RecordedRelease
from lims.errors import NotFoundError
from lims.ledger.entry import moment_text
from substance_library import ReferenceSpectrum
from substance_library.difference import ChangedRecord, ReleaseDifference, release_difference
from substance_library.library import LibrarySubstance, SubstanceLibrary
from substance_library.name_search import NameHit


def run_list(*, as_json: bool, home: Path | None) -> None:
    """List the releases."""
    curating = require_laboratory(home).curating
    releases = [curating.recorded(name) for name in curating.releases()]
    if as_json:
        print_json([_release_json(one) for one in releases])
        return
    for one in releases:
        purpose = f", for {one.purpose} only" if one.purpose else ""
        say(f"{one.number}  {one.recorded_at:%Y-%m-%d}  {one.spectra} spectra  {one.title}  {one.sha256}{purpose}")


def run_diff(earlier: str, later: str, *, as_json: bool, home: Path | None) -> None:
    """Compare two releases."""
    found = release_difference(load_library(earlier, home=home), load_library(later, home=home))
    if as_json:
        print_json(_difference_json(found))
        return
    say(f"from {found.earlier} to {found.later}: {_counts_in_words(found)}")
    for one in found.went:
        say(f"- {_entry(one)}")
    for changed in found.changed:
        say(f"~ {_entry(changed.before)} -> {_entry(changed.after)}: {', '.join(changed.changed)}")
    for one in found.came:
        say(f"+ {_entry(one)}")


def run_search_name(name: str, *, library: str, as_json: bool, home: Path | None) -> None:
    """Find substances by a name."""
    found = _library(library, home)
    hits = [(hit, found.substance(hit.key)) for hit in found.search_name(name)]
    if as_json:
        print_json([_hit_json(hit, substance) for hit, substance in hits])
        return
    for hit, substance in hits:
        how = hit.found_by.name.casefold().replace("_", " ")
        say(f"{hit.name.text} ({hit.name.language}, {how}): {substance.key}, {substance.basis}")
    say(f"{len(hits)} substances have this name" if hits else "no substance of this library has this name")


def _library(library: str, home: Path | None) -> SubstanceLibrary:
    laboratory = None if Path(library).exists() else find_laboratory(home)
    try:
        if laboratory is not None:
            return laboratory.curating.library(library)
    except NotFoundError:
        pass
    return SubstanceLibrary.of(load_library(library, home=home))


def _release_json(release: RecordedRelease) -> dict[str, Any]:
    return {
        "name": release.number,
        "sha256": release.sha256,
        "recorded_at": moment_text(release.recorded_at),
        "spectra": release.spectra,
        "substances": release.substances,
        "purpose": release.purpose,
        "curated": release.is_curated,
        "imports": list(release.imports),
        "base": release.base or None,
    }


def _counts_in_words(found: ReleaseDifference) -> str:
    counts = (len(found.same), len(found.changed), len(found.went), len(found.came), len(found.new_compounds))
    return "{} the same, {} changed, {} went, {} came, of which {} of compounds that are new".format(*counts)


def _difference_json(found: ReleaseDifference) -> dict[str, Any]:
    return {
        "earlier": found.earlier,
        "later": found.later,
        "same": len(found.same),
        "changed": [_changed_json(one) for one in found.changed],
        "went": [_record_json(one) for one in found.went],
        "came": [_record_json(one) for one in found.came],
        "new_compounds": [one.accession for one in found.new_compounds],
    }


def _changed_json(changed: ChangedRecord) -> dict[str, Any]:
    return {
        "before": _record_json(changed.before),
        "after": _record_json(changed.after),
        "changed": list(changed.changed),
    }


def _record_json(reference: ReferenceSpectrum) -> dict[str, Any]:
    return {
        "accession": reference.accession,
        "name": reference.name,
        "inchikey": str(reference.inchikey) if reference.inchikey else None,
    }


def _hit_json(hit: NameHit, substance: LibrarySubstance) -> dict[str, Any]:
    return {
        "key": hit.key,
        "inchikey": str(substance.inchikey) if substance.inchikey else None,
        "identity": substance.basis.value,
        "name": hit.name.text,
        "language": hit.name.language,
        "source": hit.name.source,
        "found_by": hit.found_by.name.casefold(),
        "names": [name.text for name in substance.names],
        "spectra": list(substance.accessions),
    }


def _entry(reference: ReferenceSpectrum) -> str:
    return f"{reference.name} ({reference.accession}, {reference.inchikey or 'no InChIKey'})"
