import hashlib
import json

import pytest

from lims.domain.custody import SealCondition
from lims.domain.report import Report
from lims.errors import DocumentError
from lims.services.photographing import PhotographFacts
from tests.builders.laboratories import EXPERT, REPORT, TECHNICIAN
from tests.builders.pictures import jpeg, png

EXHIBIT = "2026-0001/1"


@pytest.fixture
def bench(bench, training_file, tmp_path):
    """Give a laboratory with a concluded examination, and three photographs of its exhibit around a seal."""
    bench.hire()
    bench.concluded(training_file)
    for place, (name, data) in enumerate((("a.jpg", jpeg()), ("b.png", png()), ("c.png", png())), start=1):
        path = tmp_path / name
        path.write_bytes(data)
        facts = PhotographFacts(shows=f"view {place}", taken_at=bench.clock.now())
        bench.photographing.add(EXHIBIT, path, facts, actor=TECHNICIAN)
        if place == 1:
            bench.sealing.close_seal(EXHIBIT, seal="L-1", photograph=f"{EXHIBIT}-F1", actor=TECHNICIAN)
        if place == 2:
            intact = SealCondition.INTACT
            bench.sealing.open_seal(EXHIBIT, seal="L-1", condition=intact, photograph=f"{EXHIBIT}-F2", actor=TECHNICIAN)
            bench.clock.advance(minutes=1)
    return bench


def drafted(bench):
    report = bench.draft("2026-0001/1-R1-E1")
    content = json.loads(bench.desk.content_in(bench.reporting.document(REPORT)))
    return report, content["exhibit"]["photographs"]


def test_a_report_prints_seals_and_what_was_taken_before_the_opening(bench):
    _, photographs = drafted(bench)
    assert [one["number"] for one in photographs] == [f"{EXHIBIT}-F{n}" for n in (1, 2, 3)]
    assert [one["seals"] for one in photographs] == [
        [{"number": "L-1", "opened": False}],
        [{"number": "L-1", "opened": True}],
        [],
    ]
    assert [one["before_opening"] for one in photographs] == [True, True, False]
    assert [one["not_printed"] for one in photographs] == [None, None, "taken after the exhibit was opened"]
    assert photographs[0]["taken_by"] == "Technician (technician)"
    assert photographs[0]["sha256"] == hashlib.sha256(jpeg()).hexdigest()


def test_the_pictures_are_kept_and_named_by_the_entry(bench):
    report, photographs = drafted(bench)
    shown = [one["shown_sha256"] for one in photographs if one["shown_sha256"]]
    assert [bench.raw_store.get(sha256) for sha256 in shown] == [b"shown " + jpeg(), b"shown " + png()]
    with bench.store.reading() as work:
        entry = work.entry_of(Report, REPORT, version=report.version)
    assert entry.raw == (report.draft_sha256, *shown)


def test_a_copy_prints_the_very_pictures_of_the_report(bench):
    _, photographs = drafted(bench)
    bench.release(bench.approve(REPORT).number)
    made = json.loads(bench.copying.copy(REPORT, language="kk", actor=EXPERT))
    assert made["pictures"] == sorted(one["shown_sha256"] for one in photographs if one["shown_sha256"])


def test_a_photograph_that_cannot_be_shown_keeps_no_report_back(bench, monkeypatch):
    def refuse(_, __):
        raise DocumentError("no picture")

    monkeypatch.setattr(type(bench.desk), "shown_picture", refuse)
    report, photographs = drafted(bench)
    assert [one["not_printed"] for one in photographs][:2] == ["its file cannot be shown"] * 2
    with bench.store.reading() as work:
        assert work.entry_of(Report, REPORT, version=report.version).raw == (report.draft_sha256,)
