"""The watch, on libraries that grow: what is alerted, to whom, once, and what is not."""

import dataclasses
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from lims.domain.alert import Alert, AlertOutcome, AlertReason
from lims.domain.staff import SYSTEM
from lims.domain.waiting import Job
from lims.domain.watch import Watch
from lims.errors import InvalidRecordError, NotFoundError, TransitionError
from lims.work_errors import AlreadyWatchedError
from tests.builders.archives import KNOWN, LATER, OTHERS, add_release, examined, reference, write_msp, write_run
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, QUALITY, REVIEWER

OLD, NEW = "library 1", "library 2"


@pytest.fixture
def grown(bench, tmp_path):
    """Give a laboratory with an examination in a library that then grew by what the expert could not name."""
    bench.hire()
    add_release(bench, tmp_path, OLD, (*KNOWN, *OTHERS))
    bench.examination = examined(bench, write_run(tmp_path, 1), OLD)
    add_release(bench, tmp_path, NEW, (*KNOWN, *OTHERS, LATER))
    return bench


def alerts_of(bench):
    return bench.alerting.listed().alerts


def test_at_22_the_research_finds_the_planted_old_spectrum(grown):
    outcome = grown.watching.run()
    (alert,) = alerts_of(grown)
    assert outcome.alerts == (alert.number,)
    assert (alert.examination_number, alert.component_number) == (grown.examination.number, 3)
    assert (alert.reason, alert.expert, alert.cause) == (AlertReason.UNKNOWN, EXPERT.number, NEW)
    (hit,) = alert.hits
    assert (hit.name, hit.rank, hit.inchikey) == (LATER, 1, str(reference(LATER).inchikey))
    assert hit.match_factor >= 900
    assert alert.best_known is None or alert.best_known.match_factor < hit.match_factor
    assert grown.auditing.verify().intact


@pytest.mark.both_databases
def test_l_1_the_entry_names_both_libraries_and_no_report_changes_by_itself(grown):
    before = grown.entries
    (watch,) = grown.watching.run().watches
    assert (watch.searched_before, watch.cause, watch.new_spectra) == ((OLD,), NEW, 1)
    assert watch.components == 3
    assert (watch.rule.preset, watch.rule.match_factor) == ("ei-simple", Decimal(900))
    entries = list(grown.store.entries(after=before))
    assert len(entries) == 2  # the part of the re-search, and its alert
    with grown.store.reading() as work:
        for record in (watch, alerts_of(grown)[0]):
            assert work.entry_of(type(record), record.number, version=1).actor == "system"
    assert grown.examining.get(grown.examination.number) == grown.examination


@pytest.mark.both_databases
def test_a_rerun_does_nothing(grown):
    assert grown.watching.status().components_due == 3
    grown.watching.run()
    entries = grown.entries
    assert grown.watching.run() == grown.watching.run(release=NEW)
    assert grown.watching.run().watches == ()
    assert grown.entries == entries
    status = grown.watching.status()
    assert (status.components, status.components_due, status.not_kept) == (3, 0, 0)
    assert [(one.release, one.components_searched) for one in status.releases] == [(OLD, 0), (NEW, 3)]


def test_the_alert_is_the_work_of_the_expert_until_it_is_answered(grown):
    grown.watching.run()
    (item,) = [one for one in grown.queueing.mine(EXPERT).items if one.job is Job.LOOK_AGAIN]
    (alert,) = alerts_of(grown)
    assert (item.number, item.person, item.case_numbers) == (alert.number, EXPERT.number, ("2026-0001",))
    assert Job.LOOK_AGAIN not in {one.job for one in grown.queueing.mine(REVIEWER).items}
    answered = grown.alerting.answer(alert.number, outcome=AlertOutcome.AGAIN, reason="it is JWH-018", actor=EXPERT)
    assert (answered.state, answered.answer.by) == ("settled", EXPERT.number)
    assert Job.LOOK_AGAIN not in {one.job for one in grown.queueing.mine(EXPERT).items}
    with pytest.raises(TransitionError, match="was answered"):
        grown.alerting.answer(alert.number, outcome=AlertOutcome.STANDS, reason="no", actor=EXPERT)
    with pytest.raises(TransitionError, match="no issued report"):
        grown.alerting.assess(alert.number, outcome=AlertOutcome.STANDS, reason="no", actor=QUALITY)


@pytest.mark.both_databases
def test_what_waits_is_found_however_much_was_answered_since(grown, tmp_path):
    examined(grown, write_run(tmp_path, 2), OLD)
    grown.watching.run()
    first, second = sorted(alerts_of(grown), key=lambda one: one.number)
    assert [one.number for one in grown.alerting.waiting().alerts] == [first.number, second.number]
    grown.clock.advance(minutes=1)
    grown.alerting.answer(second.number, outcome=AlertOutcome.STANDS, reason="no", actor=EXPERT)
    assert [one.number for one in grown.alerting.listed(limit=1).alerts] == [second.number]
    found = grown.alerting.waiting(limit=1)
    assert ([one.number for one in found.alerts], found.total) == ([first.number], 1)
    grown.alerting.answer(first.number, outcome=AlertOutcome.STANDS, reason="no", actor=EXPERT)
    assert grown.alerting.waiting().total == 0


def test_an_issued_report_is_named_to_the_quality_manager(grown):
    report = grown.release(grown.approve(grown.draft(grown.examination.number).number).number)
    grown.watching.run()
    (alert,) = alerts_of(grown)
    assert alert.reports == (report.number,)
    (item,) = [one for one in grown.queueing.mine(QUALITY).items if one.job is Job.ASSESS_REPORT]
    assert item.number == alert.number
    assert Job.ASSESS_REPORT not in {one.job for one in grown.queueing.mine(HEAD).items}
    assessed = grown.alerting.assess(alert.number, outcome=AlertOutcome.AGAIN, reason="amend it", actor=QUALITY)
    assert assessed.state == "raised"  # the expert has still to look
    assert Job.ASSESS_REPORT not in {one.job for one in grown.queueing.mine(QUALITY).items}
    with pytest.raises(TransitionError, match="was assessed"):
        grown.alerting.assess(alert.number, outcome=AlertOutcome.STANDS, reason="no", actor=QUALITY)


def test_a_better_hit_of_another_compound_overturns_an_identification(bench, tmp_path):
    """The first library has Fentanyl's name over a spectrum that is only like it."""
    bench.hire()
    true = reference("Fentanyl")
    worn = dataclasses.replace(true.spectrum, intensity=true.spectrum.intensity[::-1].copy() ** 0.6 + 300)
    library = [reference("Ketamine"), dataclasses.replace(true, spectrum=worn)]
    bench.curating.add_release(write_msp(tmp_path / "a.msp", library), name=OLD, actor=ADMIN)
    examination = examined(bench, write_run(tmp_path, 1), OLD)
    assert examination.component(2).identity.name == "Fentanyl"
    twin = dataclasses.replace(true, name="another fentanyl", inchikey=None)
    bench.clock.advance(minutes=1)
    bench.curating.add_release(write_msp(tmp_path / "b.msp", [*library, twin]), name=NEW, actor=ADMIN)
    bench.watching.run()
    (alert,) = alerts_of(bench)
    assert (alert.reason, alert.component_number, alert.identity.name) == (AlertReason.BETTER, 2, "Fentanyl")
    assert alert.hits[0].name == "another fentanyl"
    assert alert.identity_now is not None
    assert alert.identity_now.match_factor < alert.hits[0].match_factor


def test_a_new_isomer_of_the_identified_compound_is_told_though_it_fits_less(bench, tmp_path):
    bench.hire()
    add_release(bench, tmp_path, OLD, KNOWN)
    examined(bench, write_run(tmp_path, 1), OLD)
    true = reference("Fentanyl")
    like = dataclasses.replace(true.spectrum, intensity=true.spectrum.intensity + 12.0)
    isomer = dataclasses.replace(true, name="its isomer", inchikey=None, spectrum=like)
    other = dataclasses.replace(isomer, name="no isomer", formula="C21H27NO2")
    bench.clock.advance(minutes=1)
    library = write_msp(tmp_path / "b.msp", [*map(reference, KNOWN), isomer, other])
    bench.curating.add_release(library, name=NEW, actor=ADMIN)
    bench.watching.run()
    (alert,) = alerts_of(bench)
    assert (alert.reason, [hit.name for hit in alert.hits]) == (AlertReason.ISOMER, ["its isomer"])


def test_nothing_new_raises_nothing_and_is_recorded_as_searched(grown, tmp_path):
    grown.watching.run()
    add_release(grown, tmp_path, "library 3", (*KNOWN, LATER))
    (watch,) = grown.watching.run().watches
    assert (watch.new_spectra, watch.alerts) == (0, ())
    assert watch.searched_before == (OLD, NEW)


def test_releases_for_training_are_not_watched(grown):
    grown.watching.run()
    release = grown.curating.add_training_release(actor=ADMIN)
    assert grown.watching.status().components_due == 0
    with pytest.raises(InvalidRecordError, match="training"):
        grown.watching.run(release=release.number)
    with pytest.raises(NotFoundError):
        grown.watching.run(release="no such release")


def test_an_older_release_is_not_due_for_what_was_searched_in_a_newer_one(grown, tmp_path):
    later = examined(grown, write_run(tmp_path, 2), NEW)
    (watch,) = grown.watching.run().watches
    assert later.number not in {one.number for one in watch.subjects}


def test_what_cannot_be_read_is_named_and_stays_due(grown):
    for path in grown.raw_objects:
        if path.stat().st_size > 50_000:
            path.chmod(0o600)
            path.write_bytes(b"something else")
    outcome = grown.watching.run()
    assert [one.examination_number for one in outcome.unreadable] == [grown.examination.number]
    assert outcome.watches == ()
    assert grown.watching.status().components_due == 3


@pytest.mark.both_databases
def test_two_workers_at_once_do_not_record_the_same_twice(grown):
    """The second one planned before the first one recorded."""
    grown.archiving.fill()
    second = dataclasses.replace(grown.watching)
    parts = tuple(second._due(second._readable(), None))
    (done,) = grown.watching.run().watches
    entries = grown.entries
    for part in parts:
        found = list(second._search([part], part.cause, 1, 10))
        assert [watch for _, watch in found] == [None]
    assert grown.entries == entries
    again = dataclasses.replace(done, number=f"{NEW}-W2", alerts=())
    with grown.store.unit_of_work() as work:
        work.record(again, act="watch.searched", actor=SYSTEM, at=grown.clock.now())
        with pytest.raises(AlreadyWatchedError, match=NEW):
            work.commit()
    assert grown.entries == entries


@pytest.mark.both_databases
def test_chunks_of_any_size_and_workers_of_any_number_find_the_same(grown, tmp_path):
    for seed in (2, 3):
        examined(grown, write_run(tmp_path, seed), OLD)
    watches = grown.watching.run(at_once=1, workers=2).watches
    assert [len(one.subjects) for one in watches] == [1, 1, 1]
    assert [one.number for one in watches] == [f"{NEW}-W1", f"{NEW}-W2", f"{NEW}-W3"]
    assert len(alerts_of(grown)) == 3
    assert grown.auditing.verify().intact


@pytest.mark.both_databases
def test_workers_that_run_at_the_same_time_share_the_work(grown, tmp_path):
    for seed in range(2, 6):
        examined(grown, write_run(tmp_path, seed), OLD)
    grown.archiving.fill()
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda _: grown.watching.run(at_once=1), range(3)))
    subjects = [one.number for outcome in outcomes for watch in outcome.watches for one in watch.subjects]
    assert sorted(subjects) == sorted(one.number for one in grown.archive.examined())
    assert len(alerts_of(grown)) == 5
    assert grown.watching.status().components_due == 0
    assert grown.auditing.verify().intact


def test_the_lists_are_made_again_from_the_ledger(grown):
    grown.watching.run()
    before = grown.watching.status()
    grown.store.rebuild_lists()
    assert grown.watching.status() == before
    assert grown.auditing.verify().intact
    with grown.store.reading() as work:
        assert (work.count(Watch), work.count(Alert)) == (1, 1)


def test_the_archive_is_made_again_from_the_raw_data(grown):
    grown.archiving.fill()
    number = grown.examination.number
    before = grown.archive.packed([number])
    grown.archiving.rebuild()
    assert grown.archive.packed([number]) == before
    spectra = grown.archive.spectra([number])[0].spectra
    measured = grown.examining.spectra(number)
    assert [spectra.spectrum(place) == one for place, one in enumerate(measured)] == [True] * 3
