"""Clusters and provisional substances from the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lims.cli.casework import seat
from lims.cli.laboratories import require_laboratory
from lims.cli.output import print_json, say
from lims.domain.cluster import Cluster, Sighting
from lims.domain.provisional import ProvisionalSubstance


def run_watch_clusters(*, least: int, limit: int, number: str | None, as_json: bool, home: Path | None) -> None:
    """Print clusters, or one with every component."""
    clustering = require_laboratory(home).clustering
    clustering.update()
    found = clustering.clusters(least=least, limit=limit) if number is None else (clustering.cluster(number),)
    if as_json:
        print_json({"clusters": [_cluster_json(one) for one in found]})
        return
    for one in found:
        for line in _cluster_lines(one, whole=number is not None):
            say(line)
    if not found:
        say(f"no cluster of unknowns of {least} exhibits or more")


def run_watch_name(number: str, *, name: str, by: str, as_json: bool, home: Path | None) -> None:
    """Make a provisional substance."""
    here = seat(require_laboratory(home), by)
    _show(here.laboratory.clustering.make_provisional(number, name=name, actor=here.person), as_json=as_json)


def run_watch_resolve(
    number: str, *, name: str, inchikey: str, basis: str, by: str, as_json: bool, home: Path | None
) -> None:
    """Record what a provisional substance turned out to be."""
    here = seat(require_laboratory(home), by)
    resolved = here.laboratory.clustering.resolve(number, name=name, inchikey=inchikey, basis=basis, actor=here.person)
    _show(resolved, as_json=as_json)


def _show(substance: ProvisionalSubstance, *, as_json: bool) -> None:
    if not as_json:
        say(f"{substance.number} ({substance.state}): {substance.title}")
        return
    resolution = substance.resolution
    print_json(
        {
            "number": substance.number,
            "state": substance.state,
            "name": substance.name,
            "cluster": substance.cluster,
            "components": list(substance.components),
            "resolved_as": resolution.name if resolution else None,
        }
    )


def _cluster_json(cluster: Cluster) -> dict[str, Any]:
    return {
        "number": cluster.number,
        "components": len(cluster.sightings),
        "unresolved": cluster.unresolved,
        "seizures": cluster.seizures,
        "cases": cluster.cases,
        "regions": list(cluster.regions),
        "seizures_without_region": cluster.without_region,
        "first_seized_on": cluster.first_seized_on.isoformat() if cluster.first_seized_on else None,
        "first_analysed_on": cluster.first_analysed_on.isoformat() if cluster.first_analysed_on else None,
        "identities": list(cluster.identities),
        "provisional": cluster.provisional or None,
        "sightings": [_sighting_json(one) for one in cluster.sightings],
    }


def _sighting_json(sighting: Sighting) -> dict[str, Any]:
    return {
        "examination": sighting.examination_number,
        "component": sighting.component_number,
        "decision": sighting.decision.value,
        "identity": sighting.identity or None,
        "examiner": sighting.examiner,
        "exhibit": sighting.exhibit_number,
        "case": sighting.case_number,
        "seizure": sighting.seizure,
        "region": sighting.region or None,
        "seized_on": sighting.seized_on.isoformat() if sighting.seized_on else None,
        "analysed_on": sighting.analysed_on.isoformat() if sighting.analysed_on else None,
    }


def _cluster_lines(cluster: Cluster, *, whole: bool) -> Iterator[str]:
    since = cluster.first_seized_on or cluster.first_analysed_on
    what = "seized" if cluster.first_seized_on else "analysed"
    unknown = f" ({cluster.without_region} of unknown region)" if cluster.without_region else ""
    yield (
        f"{cluster.number}: seen in {cluster.seizures} seizures{unknown} in {len(cluster.regions)} regions"
        f"{f', first {what} {since}' if since else ''}; {cluster.unresolved} of {len(cluster.sightings)} components "
        f"without an identity{f'; {cluster.provisional}' if cluster.provisional else ''}"
    )
    for one in cluster.sightings if whole else ():
        said = one.identity or one.decision.value
        yield f"  {one.examination_number} component {one.component_number}: {said}; {one.seizure}, {one.region or '?'}"
