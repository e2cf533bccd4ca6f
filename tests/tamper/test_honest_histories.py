"""No false alarm: whatever people do through the services, the record is in order afterwards."""

import pytest

from tests.tamper import honesty

SEED = 20261122


def test_a_few_histories_raise_no_alarm(tmp_path):
    tally = honesty.run(tmp_path, histories=3, seed=SEED, steps=40)
    assert tally.alarms == []
    assert tally.histories == 3
    assert tally.checkpoints > 5
    assert tally.done["import_run"] > 0
    assert tally.done["restart"] > 0
    assert tally.refused.total() > 5


@pytest.mark.nightly
def test_a_thousand_histories_raise_no_alarm(tmp_path):
    tally = honesty.run(tmp_path, histories=1000, seed=SEED)
    assert (tally.histories, tally.alarms) == (1000, [])
    for act in ("release", "withdraw", "judge_batch", "release_batch", "send_back", "sweep", "make_lists_anew"):
        assert tally.done[act], f"{act} never came about"


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_history_on_postgresql_raises_no_alarm(tmp_path, database_url):
    tally = honesty.run(tmp_path, histories=1, seed=SEED, steps=40, database_url=database_url)
    assert (tally.histories, tally.alarms) == (1, [])


@pytest.mark.nightly
@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
@pytest.mark.parametrize("seed", range(50))
def test_fifty_histories_on_postgresql_raise_no_alarm(tmp_path, database_url, seed):
    assert honesty.run(tmp_path, histories=1, seed=seed, database_url=database_url).alarms == []


def test_an_alarm_is_heard(tmp_path, monkeypatch):
    """Negative control: a history whose lists were changed in silence raises one."""
    walk = honesty.Walk.go

    def go_and_change(self, steps):
        walk(self, steps)
        with self.laboratory.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE record SET title = 'x' WHERE number = 'admin'")

    monkeypatch.setattr(honesty.Walk, "go", go_and_change)
    tally = honesty.run(tmp_path, histories=1, seed=SEED, steps=3)
    assert any("record staff admin" in alarm for alarm in tally.alarms)
    assert any("record is another after it was made anew" in alarm for alarm in tally.alarms)
