import dataclasses
from decimal import Decimal

import pytest

from lims.domain.examination import Decision
from lims.domain.report_content import Finding
from lims.errors import InvalidRecordError
from lims.persistence.engine import open_engine
from lims.services.ports import LedgerHead
from lims.services.report_building import Issue, build_content
from substance_library import TRAINING_PURPOSE
from tests.builders.clocks import MORNING
from tests.builders.laboratories import EXPERT, REPORT, Bench

ISSUE = Issue(
    number=REPORT,
    language="kk",
    prepared_at=MORNING,
    head=LedgerHead(entries=7, leaf="ab" * 32, root="ef" * 32),
    evidence=False,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory, states, training_file):
    folder = tmp_path_factory.mktemp("building")
    bench = Bench(open_engine(f"sqlite:///{folder / 'aigaq.sqlite'}"), folder, states)
    bench.drafted(training_file)
    with bench.store.reading() as work:
        made = bench.reporting._case_file(work, bench.reporting.get(REPORT))
    bench.engine.dispose()
    return made


def with_components(file, *changes):
    components = [
        dataclasses.replace(component, **change)
        for component, change in zip(file.examination.components, changes, strict=True)
    ]
    return dataclasses.replace(file, examination=dataclasses.replace(file.examination, components=tuple(components)))


def test_a_content_says_what_the_records_say(file):
    content = build_content(file, ISSUE)
    assert (content.number, content.language, content.prepared_at) == (REPORT, "kk", MORNING)
    assert (content.case.number, content.exhibit.number) == ("2026-0001", "2026-0001/1")
    assert content.laboratory == "Laboratory of the tests"
    assert (content.expert.number, content.reviewer.number) == ("expert-a", "expert-b")
    assert (content.ledger.entries, content.ledger.head) == (7, "ab" * 32)
    assert (content.library.purpose, content.library.spectra) == (
        TRAINING_PURPOSE,
        file.examination.basis.release_spectra,
    )
    assert (content.method.preset, content.method.preset_version) == ("ei-simple", 1)
    assert not content.evidence
    assert content.simulated
    (run,) = content.runs
    assert (run.number, run.sha256, run.scans) == (
        "2026-0001/1-R1",
        file.recorded_run.raw.sha256,
        file.recorded_run.scans,
    )
    assert len(run.chromatogram) == run.scans
    assert sum(point.counts for point in run.chromatogram) == round(file.run.total_ion_current.sum())


def test_every_component_is_in_it_and_identities_carry_both_spectra(file):
    content = build_content(file, ISSUE)
    components = content.runs[0].components
    assert [component.finding for component in components] == [Finding.FOUND] * 3
    assert [identity.name for identity in content.identities] == ["Ketamine", "Fentanyl", "JWH-018"]
    for identity in content.identities:
        for peaks in (identity.measured, identity.reference):
            assert max(peak.intensity for peak in peaks) == Decimal("999.0")
            assert [peak.mz for peak in peaks] == sorted(peak.mz for peak in peaks)
        assert not identity.stereochemistry_established
        assert identity.smiles
    assert sum(component.area_percent for component in components) == pytest.approx(Decimal(100), abs=Decimal("0.03"))


def test_an_internal_standard_is_named_but_is_no_identity(file):
    changed = with_components(
        file,
        {"decision": Decision.INTERNAL_STANDARD, "reason": "Added here."},
        {},
        {"decision": Decision.NOT_IDENTIFIED, "identity": None, "reason": "weak"},
    )
    content = build_content(changed, ISSUE)
    first, second, third = content.runs[0].components
    assert (first.finding, first.identity, first.reason) == (Finding.INTERNAL_STANDARD, None, "Ketamine. Added here.")
    assert second.identity is not None
    assert (third.finding, third.identity, third.reason) == (Finding.NOT_IDENTIFIED, None, "weak")
    assert [identity.name for identity in content.identities] == ["Fentanyl"]


def test_nothing_undecided_is_reported(file):
    changed = with_components(file, {}, {"decision": Decision.UNDECIDED}, {})
    with pytest.raises(InvalidRecordError, match="component 2 is undecided"):
        build_content(changed, ISSUE)


def test_spectra_of_another_run_are_not_reported(file):
    changed = with_components(file, {}, {"retention_time_s": Decimal("1.000")}, {})
    with pytest.raises(
        InvalidRecordError, match=f"{file.examination.number} recorded components at .* examine it again"
    ):
        build_content(changed, ISSUE)
    fewer = dataclasses.replace(
        file, examination=dataclasses.replace(file.examination, components=file.examination.components[:2])
    )
    with pytest.raises(InvalidRecordError, match="examine it again"):
        build_content(fewer, ISSUE)


def test_a_release_that_is_another_file_is_not_reported(file):
    other = dataclasses.replace(file.release, sha256="0" * 64)
    with pytest.raises(InvalidRecordError, match="was searched in another file of"):
        build_content(dataclasses.replace(file, release=other), ISSUE)


def test_the_same_records_give_the_same_content(file):
    assert build_content(file, ISSUE) == build_content(file, ISSUE)
    assert (file.expert.number, file.expert.name, file.expert.post) == (EXPERT.number, EXPERT.name, EXPERT.post)
