"""The watch over the law: a change of the book is told where it reads differently, and nowhere else."""

from dataclasses import replace
from datetime import date

import pytest

from lims.domain.alert import AlertReason
from lims.domain.waiting import Job
from lims.domain.watch import Trigger
from lims.services.law_watching import cause_of
from tests.builders.laboratories import ADMIN, EXPERT, QUALITY
from tests.builders.law_books import act
from tests.unit.lims.services.test_determining import (  # noqa: F401 - two are fixtures
    FACTS,
    TEXT,
    enter,
    exhibit,
    lab,
    made,
    rows,
)


def correct(bench, *structures):
    """Confirm the table of the first edition once more: its clerk had left something out."""
    before = bench.legislating.table(FACTS.number)
    bench.legislating.import_table(FACTS, rows(*structures), name="r.csv", actor=ADMIN, replaces=before.version)
    bench.legislating.confirm_table(FACTS.number, compared_with=TEXT, actor=QUALITY)


@pytest.mark.both_databases
def test_l_1_a_decree_that_reads_differently_is_told_to_the_expert_and_changes_nothing(lab, exhibit):  # noqa: F811
    found = made(lab, exhibit, "CCN")
    lab.clock.advance(minutes=1)
    correct(lab, "CNC")
    (watch,) = lab.law_watching.run()
    assert (watch.trigger, watch.rule, [one.number for one in watch.subjects]) == (
        Trigger.EDITION,
        None,
        [found.number],
    )
    (alert,) = lab.alerting.listed().alerts
    assert (alert.reason, alert.determination_number, alert.expert) == (AlertReason.LAW, found.number, EXPERT.number)
    assert (alert.law.jurisdiction, alert.law.as_of) == ("ZZ", "2021-03-05")
    assert alert.law.before.startswith("listed_by_name")
    assert alert.law.after.startswith("not_covered")
    assert alert.number in {one.number for one in lab.queueing.mine(EXPERT).items if one.job is Job.LOOK_AGAIN}
    assert lab.determining.determination(found.number) == found
    assert lab.law_watching.due() == lab.law_watching.run() == ()
    assert lab.auditing.verify().intact


def test_l_1_a_correction_of_an_act_by_which_more_is_missing_is_told(lab, exhibit):  # noqa: F811
    found = made(lab, exhibit, "CCCCN")
    assert found.result.value == "not_covered"
    lab.clock.advance(minutes=1)
    parts = act(parts=("list", "second list"), threshold_parts=("sizes",))
    lab.legislating.draft_act(parts, actor=ADMIN, replaces=lab.legislating.act("ZZ-1").version)
    lab.legislating.confirm_act("ZZ-1", compared_with=TEXT, actor=QUALITY)
    (part,) = lab.law_watching.due()
    assert (part.numbers, part.change.act, part.change.edition) == ((found.number,), "ZZ-1", "")
    lab.law_watching.run()
    (alert,) = lab.alerting.listed().alerts
    assert alert.law.before.startswith("not_covered")
    assert alert.law.after.startswith("cannot_decide")
    assert lab.law_watching.due() == ()


def test_l_1_texts_of_one_number_and_version_are_two_causes(lab, exhibit):  # noqa: F811
    made(lab, exhibit, "CCCCN")
    lab.clock.advance(minutes=1)
    facts = replace(FACTS, number="ZZ-1/1", part="list", consolidated=False)
    lab.legislating.import_table(facts, rows("CCCCN"), name="r.csv", actor=ADMIN)
    lab.legislating.confirm_table(facts.number, compared_with=TEXT, actor=QUALITY)
    (part,) = lab.law_watching.due()
    edition = lab.legislating.edition("ZZ-1/1")
    assert (part.change.number, part.change.version) == (edition.number, edition.version)
    assert part.cause != cause_of(replace(part.change, kind=edition.KIND))


def test_what_reads_the_same_is_looked_at_and_told_to_nobody(lab, exhibit):  # noqa: F811
    made(lab, exhibit, "CCN")
    lab.clock.advance(minutes=1)
    correct(lab, "CCN", "CNC")
    watches = lab.law_watching.run()
    assert [one.alerts for one in watches] == [()] * len(watches)
    assert lab.alerting.listed().total == 0
    assert lab.law_watching.due() == ()


def test_a_determination_of_another_jurisdiction_or_after_the_change_is_not_due(lab, exhibit):  # noqa: F811
    made(lab, exhibit, "CCN", jurisdiction="KZ")
    correct(lab, "CNC")
    assert lab.law_watching.due() == ()
    made(lab, exhibit, "CCN")
    assert lab.law_watching.due() == ()


def test_an_edition_of_later_days_reads_the_same_on_the_days_that_count(lab, exhibit):  # noqa: F811
    made(lab, exhibit, "CCN")
    lab.clock.advance(minutes=1)
    enter(lab, "ZZ-1/3", rows("CNC"), first=date(2030, 1, 1), amended_by="No. 3")
    assert [one.alerts for one in lab.law_watching.run()] == [()]
    assert QUALITY.number not in {one.person for one in lab.queueing.all(reader=None).items}
