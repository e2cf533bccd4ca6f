"""Clusters across cases: what is alike, where and since when, and the provisional substances made of them."""

import dataclasses
from datetime import date

import pytest

from lims.domain.cluster import founder_of
from lims.errors import InvalidRecordError, NotFoundError, TransitionError
from lims.services.accessioning import CaseFacts, ExhibitFacts, SeizureFacts
from tests.builders.archives import KNOWN, LATER, add_release, examined, reference, write_run
from tests.builders.laboratories import EXPERT, TECHNICIAN

REGIONS = ("KZ-75", "KZ-71", "KZ-75")
DAYS = (date(2026, 3, 2), date(2026, 5, 4), None)


def an_exhibit(bench, region, day):
    case = bench.accessioning.register_case(CaseFacts(appointing_body="Court"), actor=TECHNICIAN).number
    facts = SeizureFacts(region=region, seized_on=day)
    seizure = bench.accessioning.register_seizure(case, facts, actor=TECHNICIAN).number
    exhibit = ExhibitFacts(description="a card", condition="dry", seizure_number=seizure)
    return bench.accessioning.register_exhibit(case, exhibit, actor=TECHNICIAN).number


@pytest.fixture
def seen(bench, tmp_path):
    """Give a laboratory where the same unknown came three times, from two regions, beside two known substances."""
    bench.hire()
    add_release(bench, tmp_path, "library 1", KNOWN)
    bench.examined = [
        examined(bench, write_run(tmp_path, seed), "library 1", exhibit=an_exhibit(bench, region, day))
        for seed, (region, day) in enumerate(zip(REGIONS, DAYS, strict=True))
    ]
    bench.archiving.fill()
    return bench


@pytest.mark.both_databases
def test_an_unknown_seen_in_several_seizures_is_one_cluster_with_its_places_and_days(seen):
    assert seen.clustering.update() == 9
    (cluster,) = seen.clustering.clusters()
    assert cluster.number == f"K-{seen.examined[0].number}-C3"
    assert [one.examination_number for one in cluster.sightings] == [one.number for one in seen.examined]
    assert (cluster.seizures, cluster.cases, cluster.regions) == (3, 3, ("KZ-71", "KZ-75"))
    assert (cluster.first_seized_on, cluster.without_region) == (date(2026, 3, 2), 0)
    assert (cluster.unresolved, cluster.identities) == (3, ())
    assert cluster.first_analysed_on is None  # the simulated runs state no time
    assert seen.clustering.spectrum(cluster.number) == seen.examining.spectra(seen.examined[0].number)[2]


def test_a_cluster_of_what_everybody_knows_is_shown_only_when_asked_for(seen):
    seen.clustering.update()
    cluster = seen.clustering.cluster(f"K-{seen.examined[0].number}-C1")
    assert (cluster.identities, cluster.unresolved, len(cluster.sightings)) == (("Ketamine",), 0, 3)
    for number in ("K-nothing", f"K-{seen.examined[1].number}-C3", "K--C1", "", "K-a-Cx"):
        with pytest.raises(NotFoundError):
            seen.clustering.cluster(number)


@pytest.mark.both_databases
def test_the_number_of_a_cluster_stays_whatever_comes_and_however_it_is_made(seen, tmp_path):
    seen.clustering.update()
    before = seen.archive.memberships()
    assert seen.clustering.update() == 0
    later = examined(seen, write_run(tmp_path, 9), "library 1", exhibit=an_exhibit(seen, "", None))
    seen.archiving.fill()
    assert seen.clustering.update() == 3
    after = seen.archive.memberships()
    assert after[: len(before)] == before
    (cluster,) = seen.clustering.clusters()
    assert cluster.sightings[-1].examination_number == later.number
    assert (cluster.seizures, cluster.without_region) == (4, 1)
    seen.archiving.rebuild()
    assert seen.archive.memberships() == ()
    seen.clustering.update()
    assert seen.archive.memberships() == after


def test_what_another_worker_clustered_meanwhile_stays(seen):
    seen.clustering.update()
    before = seen.archive.memberships()
    moved = [dataclasses.replace(one, founder_component=9) for one in before]
    seen.archive.join(moved)
    assert seen.archive.memberships() == before


def test_a_cluster_gets_one_provisional_name_and_no_structure(seen):
    seen.clustering.update()
    (cluster,) = seen.clustering.clusters()
    with pytest.raises(InvalidRecordError, match="provisional name"):
        seen.clustering.make_provisional(cluster.number, name=" ", actor=EXPERT)
    made = seen.clustering.make_provisional(cluster.number, name="Unknown of March", actor=EXPERT)
    assert made.number == f"PS-{seen.examined[0].number}-C3"
    assert (made.state, made.title, len(made.components)) == ("provisional", "Unknown of March", 3)
    assert seen.clustering.cluster(cluster.number).provisional == made.number
    with pytest.raises(TransitionError, match="is provisional substance"):
        seen.clustering.make_provisional(cluster.number, name="again", actor=EXPERT)
    assert seen.examining.get(seen.examined[0].number) == seen.examined[0]


def test_a_provisional_substance_is_resolved_once_and_changes_no_examination(seen):
    seen.clustering.update()
    (cluster,) = seen.clustering.clusters()
    made = seen.clustering.make_provisional(cluster.number, name="Unknown of March", actor=EXPERT)
    key = str(reference(LATER).inchikey)
    resolved = seen.clustering.resolve(made.number, name=LATER, inchikey=key, basis="standard 1", actor=EXPERT)
    assert (resolved.state, resolved.title) == ("resolved", f"Unknown of March = {LATER}")
    assert seen.clustering.provisional(made.number) == resolved
    with pytest.raises(TransitionError, match="was resolved"):
        seen.clustering.resolve(made.number, name="other", inchikey="", basis="b", actor=EXPERT)
    assert [one.component(3).identity for one in map(seen.examining.get, [e.number for e in seen.examined])] == [
        None
    ] * 3
    assert seen.auditing.verify().intact


def test_a_founder_is_read_from_the_number_of_a_cluster():
    assert founder_of("K-2026-0001/1-R1-E1-C3") == ("2026-0001/1-R1-E1", 3)
    assert founder_of("2026-0001/1-R1-E1-C3") is None
