"""After the issue, from the console: deliveries, an amendment, notices; and what people say of a report before it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from lims.bootstrap import open_laboratory
from lims.domain.report import ReportStatus
from lims.errors import DocumentError
from lims.persistence.engine import open_engine
from lims.services.recovering import UNFINISHED
from lims.settings import load_settings
from tests.builders.devices import enrol
from tests.builders.laboratories import EXAMINATION, EXPERT, HEAD, REPORT, REVIEWER, Bench
from tests.builders.people import QUALITY
from tests.integration.test_staff_command import aigaq, told

SECOND = "2026-0001-P2"


@pytest.fixture
def bench(tmp_path, states, training_file):
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    bench = Bench(engine, tmp_path, states)
    bench.hire()
    bench.training_file = training_file
    yield bench
    engine.dispose()


def enrolled(bench, *people):
    authentication = open_laboratory(load_settings({}, home=bench.folder)).authentication
    for person in people:
        enrol(authentication, person.number)
    return bench.folder


def test_rp_3_an_amendment_its_recipients_and_their_notices(bench):
    bench.issued(bench.training_file)
    home = enrolled(bench, HEAD)
    day = bench.clock.now().date().isoformat()
    given = ("report", "deliver", REPORT, "--recipient", "Court", "--on", day, "--manner", "by hand")
    said = told(aigaq(*given, "--by", HEAD.number, home=home))
    assert said.endswith(f"delivery 1 of {REPORT} recorded: Court\n")
    assert told(aigaq("report", "notices", home=home, typed="")) == "0 notices owed\n"
    ordered = ("report", "amend", REPORT, "--what", "component 3", "--why", "too weak", "--by", HEAD.number)
    assert f"examination {EXAMINATION} is open again" in told(aigaq(*ordered, home=home))
    assert aigaq(*ordered, home=home).code == 2

    bench.clock.moment = datetime.now(UTC) + timedelta(minutes=2)
    bench.examining.leave_unidentified(EXAMINATION, 3, actor=EXPERT, reason="too weak")
    bench.examining.conclude(EXAMINATION, actor=EXPERT)
    bench.release(bench.approve(bench.draft(EXAMINATION).number).number)
    assert bench.reporting.get(REPORT).status is ReportStatus.SUPERSEDED

    changes = json.loads(told(aigaq("report", "changes", SECOND, "--json", home=home, typed="")))["changes"]
    (examined,) = [one for one in changes if one["kind"] == "examination"]
    places = {one["place"]: (one["before"], one["after"]) for one in examined["fields"]}
    assert places["components 3, decision"] == ("identified", "not identified")
    owed = aigaq("report", "notices", "--json", home=home, typed="")
    assert owed.code == 4
    assert json.loads(owed.said)["owed"] == [
        {"report": REPORT, "delivery": 1, "recipient": "Court", "state": "superseded", "superseded_by": SECOND}
    ]
    found = json.loads(told(aigaq("report", "recipients", REPORT, "--json", home=home, typed="")))
    assert (found["state"], found["superseded_by"], found["deliveries"][0]["told_on"]) == ("superseded", SECOND, None)
    assert f"{REPORT} is superseded by {SECOND}; 1 deliveries" in told(
        aigaq("report", "recipients", REPORT, home=home, typed="")
    )


def test_what_a_crash_left_of_a_report_is_named_and_given_up(bench):
    examination = bench.concluded(bench.training_file)
    bench.desk.unprintable = True
    with pytest.raises(DocumentError):
        bench.draft(examination.number)
    home = enrolled(bench, HEAD)
    assert f"unfinished: report {REPORT} has a number and no document" in told(
        aigaq("ledger", "verify", home=home, typed="")
    )
    told_json = aigaq("ledger", "verify", "--json", home=home, typed="")
    assert json.loads(told_json.said)["unfinished_reports"] == [REPORT]
    recover = ("report", "recover", "--by", HEAD.number)
    said = told(aigaq(*recover, "--json", home=home))
    voided = [{"report": REPORT, "reason": UNFINISHED}]
    assert json.loads(said[said.index("{") :]) == {"voided": voided, "documents": [], "at_work": []}
    assert told(aigaq(*recover, home=home)).endswith("nothing to recover\n")


def test_g_6_comment_dispute_and_resolution(bench):
    bench.drafted(bench.training_file)
    home = enrolled(bench, HEAD, REVIEWER, QUALITY)
    said = told(aigaq("report", "comment", REPORT, "--words", "urgent", "--by", HEAD.number, home=home))
    assert said.endswith(f"comment 1 on {REPORT} recorded\n")
    dispute = ("report", "dispute", REPORT, "--words", "no ketamine", "--third", QUALITY.number)
    told(aigaq(*dispute, "--by", REVIEWER.number, home=home))
    resolve = ("report", "resolve", REPORT, "--words", "he is right", "--returned", "--by", QUALITY.number)
    assert "is to be returned" in told(aigaq(*resolve, home=home))
    report = bench.reporting.get(REPORT)
    assert [one.words for one in report.remarks] == ["urgent"]
    assert (report.disagreements[0].words, report.disagreements[0].resolution.stands) == ("no ketamine", False)


def test_rp_3_issued_reports_whose_records_moved_on_are_named(bench):
    bench.issued(bench.training_file)
    home = bench.folder
    text = told(aigaq("report", "outdated", home=home, typed=""))
    assert text == "0 issued reports describe records that were edited since\n"
    assert json.loads(told(aigaq("report", "outdated", "--json", home=home, typed="")))["outdated"] == []
