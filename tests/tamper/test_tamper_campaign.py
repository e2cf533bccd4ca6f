"""Every change of entries, lists, checkpoints, raw data and of everything at once is reported, and located."""

import dataclasses
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from lims.ledger import LedgerEntry, leaf_hash
from lims.ledger.checkpoint import SignedCheckpoint
from lims.persistence.engine import open_engine
from lims.persistence.tables import CASE_DUTY, CHECKPOINT, LEDGER, LEDGER_TREE, LISTS, RAW_USE, RECORD, TREE_NODE
from lims.services.witnessing import Witness, WitnessVerdict, compare_witnesses
from tests.builders.laboratories import Bench
from tests.tamper import campaign, changing_lists
from tests.tamper.changes import ShownBy
from tests.tamper.changing_whole import continue_otherwise, put_a_backup_back_with_the_signer, show_another_future
from tests.tamper.copies import PostgresqlCopying
from tests.tamper.histories import History, make_history
from tests.tamper.judging import lines_of_verification
from tests.tamper.targets import ImpossibleChangeError, Target

SEED = 20261122
_TRIES = 200


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> tuple[History, ...]:
    """Make a short history, and one long enough for nodes of the tree."""
    folder = tmp_path_factory.mktemp("histories")
    return (
        make_history(folder / "short", seed=SEED, steps=24),
        make_history(folder / "long", seed=SEED + 1, steps=8, cases=240),
    )


@pytest.fixture(scope="module")
def targets(histories: tuple[History, ...]) -> Iterator[tuple[Target, ...]]:
    made = tuple(campaign.sqlite_target(history) for history in histories)
    campaign.require_honest(made)
    yield made
    for target in made:
        target.copying.engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def target(request: pytest.FixtureRequest, histories: tuple[History, ...]) -> Iterator[Target]:
    """Give a copy of the short history on each kind of database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("targets")[0]
        return
    engine = open_engine(request.getfixturevalue("postgresql_url"))
    copying = PostgresqlCopying(rows=histories[0].rows, engine=engine)
    copying.renew()
    yield Target(history=histories[0], copying=copying, bench=Bench(engine, histories[0].folder))
    engine.dispose()


def test_the_histories_have_everything_that_can_be_changed(targets):
    for table in (RECORD, RAW_USE, CASE_DUTY, LEDGER_TREE, TREE_NODE):
        assert any(target.rows(table) for target in targets), f"{table.name} is empty"
    assert all(len(target.rows(CHECKPOINT)) >= 3 for target in targets)
    assert all(target.history.objects and target.history.witnesses for target in targets)


@pytest.mark.parametrize("table", LISTS, ids=lambda table: table.name)
def test_a_line_that_no_entry_gave_is_reported_in_every_list(targets, table, monkeypatch):
    """Also in a list that no act of a walk fills."""
    monkeypatch.setattr(changing_lists, "LISTS", (table,))
    kinds = [kind for kind in campaign.KINDS if kind.change is changing_lists.insert_row]
    tally = campaign.run([targets[-1]], changes=3, seed=SEED, kinds=kinds)
    assert tally.clean, tally.misses


@pytest.mark.parametrize("kind", campaign.KINDS, ids=lambda kind: kind.name)
def test_at_11_each_kind_of_change_is_reported_and_located(targets, kind):
    tally = campaign.Tally()
    for number in range(_TRIES):
        name = f"{SEED}/{kind.name}/{number}"
        chance = random.Random(name)  # noqa: S311 - changes that can be made again
        target = targets[number % len(targets)]
        target.renew()
        try:
            change = kind.change(target, chance)
        except ImpossibleChangeError:
            continue
        tally.note(kind, change, campaign.JUDGES[kind.shown_by](target, change), seed=name)
        if tally.made.total() == 2:
            break
    target.renew()
    assert tally.made.total() == 2
    assert tally.clean, tally.misses


def a_byte_of_a_custody_row(target):
    row = next(row for row in target.rows(LEDGER) if row["kind"] == "custody")
    return row["sequence"], {row["sequence"]: {"data": row["data"][:-2] + b"\x00}"}}


def two_rows_in_each_others_place(target):
    one, other = (row for row in target.rows(LEDGER) if row["sequence"] in {5, 6})
    return 5, {5: {"data": other["data"], "leaf": other["leaf"]}, 6: {"data": one["data"], "leaf": one["leaf"]}}


def a_row_with_an_earlier_date(target):
    row = target.rows(LEDGER)[6]
    entry = LedgerEntry.from_bytes(row["data"])
    earlier = dataclasses.replace(entry, recorded_at=entry.recorded_at - timedelta(days=1)).to_bytes()
    return row["sequence"], {row["sequence"]: {"data": earlier, "leaf": leaf_hash(earlier)}}


@pytest.mark.parametrize("change", [a_byte_of_a_custody_row, two_rows_in_each_others_place, a_row_with_an_earlier_date])
def test_at_11_a_changed_row_is_named(targets, change):
    targets[0].renew()
    named, changes = change(targets[0])
    with targets[0].hands() as connection:
        for sequence, values in changes.items():
            connection.execute(update(LEDGER).where(LEDGER.c.sequence == sequence).values(**values))
    lines = lines_of_verification(targets[0].auditing)
    assert any(line.startswith(f"entry {named}: ") for line in lines), lines
    targets[0].renew()


def test_at_11_a_missing_last_row_is_named(targets):
    """The tree and the checkpoints that were kept know how many there were."""
    targets[0].renew()
    size = targets[0].size
    with targets[0].hands() as connection:
        connection.execute(delete(LEDGER).where(LEDGER.c.sequence == size))
    assert lines_of_verification(targets[0].auditing) != ()
    targets[0].renew()


def test_some_random_changes_are_reported_and_located(targets):
    tally = campaign.run(targets, changes=75, seed=SEED)
    assert tally.made.total() == 75
    assert tally.clean, tally.misses
    campaign.require_honest(targets)


@pytest.mark.parametrize("change", [put_a_backup_back_with_the_signer, show_another_future])
def test_only_a_witness_shows_what_database_and_signer_agree_on(targets, change):
    """What the documents say of it is true: without a checkpoint outside nothing is to be seen."""
    for number in range(5):
        targets[0].renew()
        made = change(targets[0], random.Random(number))  # noqa: S311 - changes that can be made again
        assert lines_of_verification(targets[0].auditing) == ()
        assert lines_of_verification(targets[0].auditing, witness=made.witness) != ()
    targets[0].renew()


def test_two_futures_of_one_beginning_are_told_by_two_checkpoints_alone(targets):
    """Neither ledger is at hand: only what each of them gave to somebody outside."""
    target = targets[0]
    *_, older, newest = target.history.moments
    ours = target.history.witnesses[-1]
    size = SignedCheckpoint.from_bytes(ours).checkpoint.size
    assert len(older.rows["ledger"]) < size <= len(newest.rows["ledger"])
    theirs = continue_otherwise(target, older, size=size, chance=random.Random(SEED))  # noqa: S311 - no secrets
    witnesses = [Witness(name="ours", note=ours), Witness(name="theirs", note=theirs)]
    (found,) = compare_witnesses(witnesses, identity=target.signer.identity())
    target.renew()
    assert (found.verdict, found.size) == (WitnessVerdict.DIFFERENT, size)


def test_a_copy_is_made_whole_again(target):
    """Else the next change would be reported for the one before it."""
    for number in range(10):
        campaign.run([target], changes=1, seed=SEED + number)
        assert lines_of_verification(target.auditing) == ()


def test_random_changes_on_each_database(target):
    tally = campaign.run([target], changes=20, seed=SEED)
    assert tally.clean, tally.misses


@pytest.mark.nightly
def test_a_hundred_thousand_changes(tmp_path):
    targets = campaign.make_targets(tmp_path, seed=SEED)
    campaign.require_honest(targets)
    tally = campaign.run(targets, changes=100_000, seed=SEED)
    assert tally.made.total() == 100_000
    assert set(tally.made) == {kind.name for kind in campaign.KINDS}
    assert tally.clean, tally.misses


@pytest.mark.nightly
def test_two_thousand_changes_on_each_database(target):
    tally = campaign.run([target], changes=2000, seed=SEED + 1)
    assert tally.clean, tally.misses


def test_kinds_have_names_of_their_own():
    names = [kind.name for kind in campaign.KINDS]
    assert len(names) == len(set(names))
    assert {kind.shown_by for kind in campaign.KINDS} == set(ShownBy) - {ShownBy.START}
