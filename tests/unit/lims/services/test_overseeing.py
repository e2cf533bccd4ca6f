"""How the service stands: counts and ages for those who look after it, and nothing for the others."""

from datetime import timedelta

import pytest

from lims.domain.reading_rights import READABLE
from lims.domain.staff import Role
from lims.errors import NotPermittedError
from lims.persistence.migrations import NEWEST
from lims.services.permitting import Rights
from lims.services.seeing import PersonalStore, over
from lims.services.timekeeping import TimekeepingService
from tests.builders.checkpointing import signed
from tests.builders.laboratories import ADMIN, EXPERT, HEAD, TECHNICIAN
from tests.builders.people import QUALITY
from tests.builders.upkeep_cells import ORPHAN


@pytest.fixture
def hired(bench):
    bench.hire()
    return bench


def test_the_state_says_how_old_the_checkpoint_and_the_outside_witness_are(hired):
    before = hired.overseeing.state()
    assert (before.covered, before.handed, before.entries) == (None, None, hired.entries)
    checkpoint = signed(hired).checkpointing.make()
    covered = hired.overseeing.state().covered
    assert covered is not None
    assert (covered.size, covered.newest_at <= hired.clock.now()) == (hired.entries, True)
    hired.clock.advance(hours=2)
    hired.checkpointing.hand_out(checkpoint, to="a court", actor=ADMIN)
    state = hired.overseeing.state()
    assert state.handed is not None
    assert (state.handed.handed_to, state.at - state.handed.handed_at) == ("a court", timedelta(0))
    assert state.entries == covered.size + 1
    assert state.at - covered.newest_at >= timedelta(hours=2)


def test_the_state_names_database_tables_size_and_room(hired):
    state = hired.overseeing.state()
    kind = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[hired.engine.dialect.name]
    assert (state.database.kind, state.database.tables) == (kind, NEWEST)
    assert state.database.version[0].isdecimal()
    assert state.database.size_bytes > 100_000
    assert state.raw_free_bytes is not None
    assert state.raw_free_bytes > 0
    assert not state.has_second_copy
    assert isinstance(state.separation, str)


def test_a_clock_that_was_set_right_stands_in_the_state(hired):
    TimekeepingService(store=hired.store, clock=hired.clock).set_right(reason="an hour slow", actor=QUALITY)
    (change,) = hired.overseeing.state().clock_changes
    assert (change.reason, change.state) == ("an hour slow", "corrected")


def test_the_raw_store_is_counted_without_being_read(hired):
    sha256 = hired.raw_store.put(ORPHAN)
    (hired.folder / "raw" / sha256[:2] / sha256).chmod(0o600)
    (hired.folder / "raw" / sha256[:2] / sha256).write_bytes(ORPHAN + b"!")
    told = []
    measure = hired.overseeing.measure_raw(progress=told.append)
    assert (measure.objects, measure.size_bytes, told) == (1, len(ORPHAN) + 1, [1])
    hired.raw_store.set_aside(f"{sha256[:2]}/{sha256}", unchanged_since=None)
    measure = hired.overseeing.measure_raw()
    assert (measure.objects, measure.quarantined) == (0, 1)


@pytest.mark.parametrize("actor", [ADMIN, HEAD, QUALITY, EXPERT, TECHNICIAN], ids=lambda member: member.number)
def test_au_2_who_may_not_read_of_the_upkeep_is_given_nothing(hired, actor):
    store = PersonalStore(store=hired.store, person=actor.number, clock=hired.clock, rights=Rights())
    seen = over(hired.overseeing, store, keep=())
    if READABLE["checkpoint"].isdisjoint(actor.roles):
        for step in (seen.require_reader, seen.state, seen.measure_raw):
            with pytest.raises(NotPermittedError, match="reading a checkpoint needs"):
                step()
    else:
        assert seen.state().entries == hired.entries


@pytest.mark.parametrize("actor", [EXPERT, TECHNICIAN, HEAD, QUALITY, ADMIN], ids=lambda member: member.number)
def test_au_2_a_look_over_raw_store_and_lists_is_for_those_who_may_mend_them(hired, actor):
    bench = signed(hired)
    may = not {Role.QUALITY_MANAGER, Role.ADMINISTRATOR}.isdisjoint(actor.roles)
    for look in (bench.scrubbing.scrub, bench.relisting.differences):
        if may:
            look(reader=actor)
        else:
            with pytest.raises(NotPermittedError, match="this act needs quality manager or administrator"):
                look(reader=actor)


@pytest.mark.parametrize("actor", [ADMIN, TECHNICIAN], ids=lambda member: member.number)
def test_au_2_reports_that_a_crash_left_are_named_to_those_who_may_give_them_up(hired, actor):
    with pytest.raises(NotPermittedError):
        hired.recovering.unfinished(reader=actor)
    assert hired.recovering.unfinished(reader=HEAD) == ()
