"""Retention indices: by the ladder of the method, beside the candidates of which the library states one."""

import json
from decimal import Decimal

import pytest

from lims.domain.examination import Examination
from lims.domain.method import LadderRun
from lims.domain.record import body_of, from_body
from lims.domain.report_content import ReportContent
from lims.reporting.sections.research import research
from lims.services.batching import BatchPlan
from lims.services.retention import index_difference, measured_index
from lims.translation import Translator
from spectra.retention_index import AlkaneLadder
from substance_library import principal_ions
from tests.builders.batches import METHOD, injections, method, planned, training_scans
from tests.builders.laboratories import ADMIN, EXPERT, TECHNICIAN

LADDER = AlkaneLadder(carbon_numbers=(15, 20, 25), retention_times_s=(200.0, 300.0, 450.0), hold_up_time_s=None)
STATED = ("Ketamine", "Fentanyl", "JWH-018")


def test_an_index_is_interpolated_and_never_extrapolated():
    assert measured_index(250.0, LADDER) == Decimal("1750.0")
    assert measured_index(450.0, LADDER) == Decimal("2500.0")
    assert measured_index(199.9, LADDER) is None
    assert measured_index(250.0, None) is None


def test_a_difference_needs_both_indices():
    (reference,) = [one for one in principal_ions() if one.name == "Ketamine"]
    assert index_difference(Decimal(1750), reference) is None  # the packaged table states none
    assert index_difference(None, reference) is None


@pytest.fixture
def examined(bench, tmp_path):
    """A run of a batch whose method has a ladder, searched in a release of which one compound states an index."""
    desk = planned(bench)
    ladder = LadderRun(
        carbon_numbers=(15, 20, 25),
        retention_times_s=(Decimal(200), Decimal(300), Decimal(450)),
        hold_up_time_s=None,
        run_sha256="ab" * 32,
    )
    bench.batching.define_method(method(ladder=ladder), actor=EXPERT, replaces=1)
    plan = BatchPlan(method_number=METHOD, instrument="", time_zone="UTC", injections=injections(desk.exhibit))
    desk.batch = bench.batching.plan(plan, actor=TECHNICIAN)
    for place in range(1, 8):
        desk.bring(place, **({"scans": training_scans()} if place == 6 else {}))
    records = []
    for one in principal_ions():
        if one.name in STATED:
            index = "RI: 1840\n" if one.name == "Ketamine" else ""
            peaks = zip(one.spectrum.mz, one.spectrum.intensity, strict=True)
            lines = "".join(f"{mz:g} {height:g}\n" for mz, height in peaks)
            records.append(f"Name: {one.name}\n{index}Num Peaks: {len(one.spectrum)}\n{lines}")
    (tmp_path / "indexed.msp").write_text("\n".join(records))
    release = bench.curating.add_release(tmp_path / "indexed.msp", name=None, actor=ADMIN)
    run = desk.now.run_at(6).run_number
    desk.examination = bench.examining.open(run, release_name=release.number, actor=EXPERT)
    return desk


def test_candidates_carry_the_difference_where_both_are_known(examined):
    first, *others = examined.examination.components
    assert first.candidates[0].name == "Ketamine"
    # 260 s lies 60 s behind C15, of the 100 s up to C20
    assert abs(first.retention_index - 1800) < 2
    assert first.candidates[0].retention_index_difference == first.retention_index - 1840
    assert others[-1].retention_time_s > 450
    assert others[-1].retention_index is None
    for component in examined.examination.components:
        for candidate in component.candidates:
            known = candidate.name == "Ketamine" and component.retention_index is not None
            assert (candidate.retention_index_difference is not None) == known


def test_an_examination_of_before_has_no_index(examined):
    body = json.loads(json.dumps(body_of(examined.examination)))
    for component in body["components"]:
        del component["retention_index"]
        for candidate in component["candidates"]:
            del candidate["retention_index_difference"]
    old = from_body(Examination, body)
    assert all(component.retention_index is None for component in old.components)


def test_the_report_prints_the_difference_in_a_column_of_its_own(examined):
    bench, examination = examined.bench, examined.examination
    for component in examination.components:
        bench.examining.identify(examination.number, component.number, rank=1, actor=EXPERT)
    bench.examining.conclude(examination.number, actor=EXPERT)
    bench.batching.judge(examined.batch.number, actor=EXPERT)
    report = bench.draft(examination.number)
    content = from_body(ReportContent, json.loads(bench.reporting.document(report.number).split(b"\n")[0]))
    tables = [block for block in research(content, t=Translator("en")) if block.KIND == "table"]
    (candidates,) = [table for table in tables if table.columns[0].title == "Component"]
    assert candidates.columns[-1].title == "Difference of the retention index"
    difference = examination.components[0].candidates[0].retention_index_difference
    assert candidates.rows[0][-1] == str(difference)
    assert candidates.rows[-1][-1] == "unknown"
