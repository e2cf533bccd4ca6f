"""What a watched folder says of each arrival, once; and what the command prints of outcomes."""

from datetime import timedelta
from pathlib import Path

import pytest

from lims.cli.batches import outcome_line, outcome_row
from lims.cli.watching import arrivals
from lims.errors import RunMismatchError
from lims.services.inbox import Inbox
from lims.services.measuring import ImportOutcome
from tests.ui.batches import add_batch, make_batch_laboratory, write_runs


@pytest.fixture
def laboratory(tmp_path):
    return make_batch_laboratory(tmp_path / "home")


def test_each_arrival_is_said_once_and_again_only_when_it_changes(laboratory, tmp_path, capsys):
    number = add_batch(laboratory)
    incoming = tmp_path / "incoming"
    first, second, *_ = write_runs(laboratory, number, tmp_path / "written")
    incoming.mkdir()
    first.rename(incoming / "1.D")
    (incoming / "a.txt").write_text("no run")
    inbox = Inbox(folder=incoming, quiet=timedelta(seconds=0.2))
    technician = laboratory.staffing.get("technician")
    watched = arrivals(laboratory, inbox, number, technician, once=False)
    said = [outcome_line(next(watched)).split(":")[0] for _ in range(2)]
    assert said == ["a.txt  refused", "1.D  imported"]
    (incoming / "a.txt").write_text("still no run")
    second.rename(incoming / "2.D")
    said = sorted(outcome_line(next(watched)).split(":")[0] for _ in range(2))
    assert said == ["2.D  imported", "a.txt  refused"]
    assert "a.txt changed after it was taken" in capsys.readouterr().err
    watched.close()
    assert [run.place for run in laboratory.batching.get(number).runs] == [1, 2]
    ending = Inbox(folder=incoming, quiet=timedelta(seconds=0.2))
    once = [outcome_line(one) for one in arrivals(laboratory, ending, number, technician, once=True)]
    assert [line.split(":")[0] for line in sorted(once)] == ["1.D  known", "2.D  known", "a.txt  refused"]


@pytest.mark.parametrize(
    ("facts", "line", "outcome"),
    [
        ({"known_as": "B-1-R1"}, "1.D  known: run B-1-R1", "known"),
        ({"waits": True}, "1.D  waits for the run before it", "waits for the run before it"),
        ({"refusal": RunMismatchError("wrong\nvial")}, "1.D  refused: wrong vial", "refused"),
    ],
)
def test_an_outcome_is_one_line_and_one_row(facts, line, outcome):
    found = ImportOutcome(path=Path("folder/1.D"), **facts)
    assert outcome_line(found) == line
    assert outcome_row(found)["outcome"] == outcome
    assert outcome_row(found)["file"] == "1.D"
