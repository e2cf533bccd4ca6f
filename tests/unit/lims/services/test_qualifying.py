from datetime import date, timedelta
from functools import partial

import pytest

from lims.domain.competence import CompetenceScope, CompetenceTask
from lims.domain.exhibit import ExhibitKind
from lims.errors import (
    InvalidRecordError,
    NotCompetentError,
    NotFoundError,
    NotPermittedError,
    StaleVersionError,
    TransitionError,
)
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, TECHNICIAN
from tests.builders.people import QUALITY

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)
BASIS = "training file 7"


@pytest.fixture
def qualifying(bench):
    bench.hire()
    return bench.qualifying


def test_a_competence_is_granted_with_the_record_that_shows_it(qualifying):
    granted = qualifying.grant("technician", " M-9 ", basis=f" {BASIS} ", valid_from=TODAY, actor=HEAD)
    assert (granted.number, granted.method, granted.basis) == ("technician-K3", "M-9", BASIS)
    assert (granted.granted_by, granted.valid_until) == ("head", None)
    assert qualifying.of_person("technician")[-1] == granted
    assert qualifying.of_person("nobody") == ()


@pytest.mark.parametrize("actor", [ADMIN, TECHNICIAN, EXPERT], ids=lambda member: member.number)
def test_head_and_quality_manager_grant_and_nobody_else(qualifying, actor):
    with pytest.raises(NotPermittedError, match="this act needs head or quality manager"):
        qualifying.grant("technician", "M-9", basis=BASIS, valid_from=TODAY, actor=actor)
    with pytest.raises(NotPermittedError, match="this act needs head or quality manager"):
        qualifying.withdraw("technician-K1", reason="r", actor=actor)


def test_what_cannot_be_a_competence_is_refused(qualifying, bench):
    entries = bench.entries
    with pytest.raises(NotPermittedError, match="head cannot grant a competence to the own person"):
        qualifying.grant("head", "M-9", basis=BASIS, valid_from=TODAY, actor=HEAD)
    with pytest.raises(NotFoundError):
        qualifying.grant("nobody", "M-9", basis=BASIS, valid_from=TODAY, actor=HEAD)
    with pytest.raises(InvalidRecordError, match="basis: empty"):
        qualifying.grant("technician", "M-9", basis=" ", valid_from=TODAY, actor=HEAD)
    with pytest.raises(InvalidRecordError, match="the last day is first"):
        qualifying.grant("technician", "M-9", basis=BASIS, valid_from=TODAY, valid_until=TODAY - DAY, actor=HEAD)
    assert bench.entries == entries


def test_17025_6_2_5_at_16_a_withdrawn_competence_stops_the_next_act_and_leaves_the_past(
    qualifying, bench, training_file
):
    examination = bench.opened(training_file)
    bench.clock.advance(hours=24)
    qualifying.withdraw("expert-a-K1", reason="failed the proficiency test", actor=QUALITY)
    with pytest.raises(NotCompetentError, match="not competent for EI-IDENTIFICATION, analysis on 2026-11-23") as no:
        bench.examining.identify(examination.number, 1, rank=1, actor=EXPERT)
    assert "expert-a-K1 from 2000-01-01 is withdrawn" in str(no.value)
    assert "competent person" in no.value.advice()
    assert bench.examining.get(examination.number) == examination
    assert [one.number for one in qualifying.on(TODAY, person="expert-a")] == ["expert-a-K1", "expert-a-K2"]
    assert [one.number for one in qualifying.on(TODAY + DAY, person="expert-a")] == ["expert-a-K2"]
    with pytest.raises(TransitionError, match="withdrawn already"):
        qualifying.withdraw("expert-a-K1", reason="again", actor=QUALITY)
    with pytest.raises(NotFoundError):
        qualifying.withdraw("expert-a-K9", reason="r", actor=QUALITY)


def test_17025_6_2_6_who_was_authorised_for_what_is_listed_for_any_past_day(qualifying, bench):
    """What is granted or withdrawn later changes no day that has passed."""
    term = {"valid_from": TODAY, "valid_until": TODAY + 2 * DAY}
    qualifying.grant("technician", "M-9", basis=BASIS, **term, actor=HEAD)
    lists = {}
    for past in range(3):
        lists[TODAY + past * DAY] = authorised(bench, TODAY + past * DAY)
        bench.clock.advance(hours=24)
    qualifying.grant("technician", "M-10", basis=BASIS, valid_from=TODAY + 3 * DAY, actor=HEAD)
    qualifying.withdraw("expert-a-K1", reason="failed the proficiency test", actor=QUALITY)
    assert {day: authorised(bench, day) for day in lists} == lists
    assert ("technician", "M-9") in lists[TODAY]
    assert ("technician", "M-9") not in authorised(bench, TODAY + 3 * DAY)
    assert ("technician", "M-10") in authorised(bench, TODAY + 3 * DAY)
    assert ("expert-a", "EI-IDENTIFICATION") not in authorised(bench, TODAY + 3 * DAY)


def authorised(bench, day):
    """List everybody's competences of a day."""
    people = [member.number for member in bench.staffing.everybody()]
    return {(number, one.method) for number in people for one in bench.qualifying.on(day, person=number)}


def test_17025_6_2_5_the_day_of_the_act_is_the_laboratorys(qualifying, bench, training_file):
    """On 22 November 19:00 UTC it is the 23rd in Almaty."""
    qualifying.withdraw("expert-a-K1", reason="r", actor=QUALITY)
    qualifying.grant("expert-a", "EI-IDENTIFICATION", basis=BASIS, valid_from=TODAY, valid_until=TODAY, actor=QUALITY)
    examination = bench.examining.get(bench.opened(training_file).number)
    bench.clock.moment = bench.clock.moment.replace(hour=18, minute=59)
    bench.examining.identify(examination.number, 1, rank=1, actor=EXPERT)
    bench.clock.moment = bench.clock.moment.replace(hour=19, minute=0)
    with pytest.raises(NotCompetentError, match="on 2026-11-23"):
        bench.examining.identify(examination.number, 2, rank=1, actor=EXPERT)


def test_what_was_refused_for_competence_kept_nothing(bench, training_file):
    bench.hire()
    run = bench.run(training_file)
    release = bench.curating.add_training_release(actor=ADMIN)
    bench.qualifying.withdraw("expert-a-K1", reason="r", actor=QUALITY)
    entries, objects = bench.entries, bench.raw_objects
    with pytest.raises(NotCompetentError):
        bench.examining.open(run.number, release_name=release.number, actor=EXPERT)
    assert (bench.entries, bench.raw_objects) == (entries, objects)


def test_17025_6_2_5_review_and_release_need_a_competence_for_that_very_task(qualifying, bench, training_file):
    """Whoever may analyse may not thereby review or release, and for powder is not for blood."""
    report = bench.drafted(training_file)
    for number in ("expert-b", "head"):
        for one in qualifying.of_person(number):
            qualifying.withdraw(one.number, reason="granted anew for single tasks", actor=QUALITY)
    analysis, review = (CompetenceScope(tasks=(one,)) for one in (CompetenceTask.ANALYSIS, CompetenceTask.REVIEW))
    granting = partial(qualifying.grant, method="EI-IDENTIFICATION", basis=BASIS, valid_from=TODAY, actor=QUALITY)
    granting("expert-b", scope=analysis)
    with pytest.raises(NotCompetentError, match="expert-b is not competent for EI-IDENTIFICATION, review"):
        bench.approve(report.number)
    granting("expert-b", scope=review)
    bench.approve(report.number)
    bench.clear(report.number)
    with pytest.raises(NotCompetentError, match="head is not competent for EI-IDENTIFICATION, authorisation"):
        bench.release(report.number)
    granting("head", scope=CompetenceScope(tasks=(CompetenceTask.AUTHORISATION,), matrices=(ExhibitKind.BLOOD,)))
    issued = bench.release(report.number)  # the kind of the exhibit is not stated, so no matrix stands against it
    assert issued.state == "issued"


def test_17025_6_2_6_a_competence_that_moved_on_is_not_withdrawn_again_by_who_saw_it_before(qualifying, bench):
    seen = qualifying.of_people(("technician", "nobody"))
    assert seen["nobody"] == ()
    competence = seen["technician"][0]
    qualifying.withdraw(competence.number, reason="r", actor=QUALITY, version=competence.version)
    entries = bench.entries
    with pytest.raises(StaleVersionError):
        qualifying.withdraw(competence.number, reason="r", actor=HEAD, version=competence.version)
    assert bench.entries == entries
    assert qualifying.today() == TODAY
