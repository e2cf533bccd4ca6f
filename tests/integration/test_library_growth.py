"""A real library that grows: SWGDRUG 3.3 imported, checked and released, then 3.4; the older one stays as it was."""

import dataclasses
import gzip

import numpy as np
import pytest

from lims.domain.library import SearchMode
from lims.domain.library_import import Verdict
from lims.domain.signature import SignatureMeaning
from lims.persistence.engine import open_engine
from lims.services.collecting import CollectionFacts
from lims.services.library_search import LibrarySearch
from lims.services.vetting import ReleasePlan
from spectra import Dalton, MassSpectrum, NamedSpectrum
from substance_library import IonTechnique
from substance_library.difference import PEAKS, release_difference
from tests.builders.laboratories import ADMIN, REVIEWER, Bench

pytestmark = pytest.mark.real_data
QUERIES = 25


@pytest.fixture(scope="module")
def lab(tmp_path_factory, states, shared_data):
    folder = tmp_path_factory.mktemp("growth")
    engine = open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}")
    bench = Bench(engine, folder, states)
    bench.hire()
    release(bench, shared_data, "3.3")
    yield bench
    engine.dispose()


def release(bench, shared_data, version):
    """Import, decide about every complaint, check by another person, release."""
    path = shared_data / "swgdrug" / f"swgdrug-{version}.msp.gz"
    facts = CollectionFacts(name=f"SWGDRUG {version}", technique=IonTechnique.EI, licence="free of charge")
    made = bench.collecting.import_file(path, facts, actor=ADMIN)
    waiting = sorted(bench.collecting.findings(made.number).report.complained)
    bench.vetting.decide(made.number, waiting, verdict=Verdict.TAKE, reason="as published", actor=ADMIN)
    confirmed = bench.confirmed(REVIEWER, SignatureMeaning.APPROVER, bench.collecting.get(made.number))
    bench.vetting.check(made.number, structures_confirmed=True, actor=REVIEWER, confirmation=confirmed)
    prepared = bench.vetting.prepare(ReleasePlan(name=version, imports=(made.number,)), actor=ADMIN)
    confirmed = bench.confirmed(ADMIN, SignatureMeaning.RELEASER, prepared)
    return bench.vetting.publish(prepared, actor=ADMIN, confirmation=confirmed)


def hit_lists(found):
    """Search noisy copies of some of its spectra in a release; every number to the last bit."""
    random = np.random.default_rng(20261123)
    search = LibrarySearch(found, mode=SearchMode.IDENTITY, tolerance=Dalton(0.5), precursor_tolerance=Dalton(0.5))
    lists = []
    for one in found.spectra[:: len(found.spectra) // QUERIES]:
        heights = one.spectrum.intensity * random.uniform(0.7, 1.3, len(one.spectrum))
        noisy = MassSpectrum(mz=one.spectrum.mz, intensity=heights)
        query = NamedSpectrum(name="unknown", inchikey=None, formula=None, spectrum=noisy)
        hits = search.query(query, top=20)
        lists.append(
            [(hit.reference.accession, hit.match_factor.hex(), hit.reverse_match_factor.hex()) for hit in hits]
        )
    return lists


def test_the_older_release_is_frozen_and_the_difference_is_right_to_the_record(lab, shared_data):
    recorded, older = lab.curating.recorded("3.3"), lab.curating.release("3.3")
    before = hit_lists(older)
    release(lab, shared_data, "3.4")
    assert lab.curating.recorded("3.3") == recorded
    assert hit_lists(lab.curating.release("3.3")) == before
    newer = lab.curating.release("3.4")
    assert (len(older.spectra), len(newer.spectra)) == (2861, 2988)
    found = release_difference(older, newer)
    assert len(found.same) + len(found.changed) + len(found.went) == 2861
    assert len(found.same) + len(found.changed) + len(found.came) == 2988
    assert (len(found.same), len(found.went), len(found.came)) == (2747, 23, 150)
    assert sum(PEAKS in one.changed for one in found.changed) == 80


def test_the_release_holds_every_word_and_every_peak_of_the_file(lab, shared_data):
    text = gzip.decompress((shared_data / "swgdrug" / "swgdrug-3.3.msp.gz").read_bytes()).decode()
    lines = [line.strip() for line in text.splitlines()]
    wanted = [line for line in lines if ":" in line and not line.startswith("Num Peaks:")]
    found = lab.curating.release("3.3").spectra
    assert [f"{key}: {value}".strip() for one in found for key, value in one.fields] == [
        " ".join((line.partition(":")[0] + ":", line.partition(":")[2].strip())).strip() for line in wanted
    ]
    pairs = [pair.split() for line in lines if line and line[0].isdigit() for pair in line.split(";") if pair.strip()]
    mapped = lab.curating.mapped("3.3")
    assert mapped.mz.tolist() == [float(mz) for mz, _ in pairs]
    assert mapped.intensity.tolist() == [float(height) for _, height in pairs]


def test_who_stands_for_a_record_is_in_it(lab):
    one = lab.curating.release("3.3").spectra[0]
    assert one.provenance.checked_by == REVIEWER.number
    assert one.provenance.contributor == "DEA SWL"
    assert dataclasses.replace(one.provenance, marks=()) == one.provenance
