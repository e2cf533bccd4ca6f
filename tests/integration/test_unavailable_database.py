"""A database that cannot write or answer: one error of ours, with the cause and without the case data of the act."""

import sqlite3

import pytest

from lims.domain.case import Case
from lims.errors import StoreUnavailableError
from lims.persistence.engine import open_engine
from tests.builders.laboratories import Bench


@pytest.fixture
def small(tmp_path):
    """Give a laboratory whose database may not grow by a single page."""
    engine = open_engine(f"sqlite:///{tmp_path / 'aigaq.sqlite'}")
    bench = Bench(engine, tmp_path)
    bench.hire()
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    yield bench
    engine.dispose()


def test_a_full_database_is_said_in_our_words(small):
    with pytest.raises(StoreUnavailableError) as refusal:  # noqa: PT012 - which case is the last one is not known before
        for _ in range(100):
            small.case()
    assert str(refusal.value) == "the database says: database or disk is full"
    assert "is recorded" in refusal.value.advice()
    assert isinstance(refusal.value.__cause__, sqlite3.OperationalError)


def test_what_was_recorded_before_stays_readable(small):
    numbers = []
    with pytest.raises(StoreUnavailableError):  # noqa: PT012 - as above
        while True:
            numbers.append(small.case().number)
    with small.store.reading() as work:
        assert [work.load(Case, number).number for number in numbers] == numbers
    assert small.auditing.verify().intact


@pytest.mark.parametrize("database_url", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True)
def test_a_server_that_went_away_is_said_in_our_words(engine, tmp_path):
    bench = Bench(engine, tmp_path)
    with bench.store.reading() as work:
        own = work._connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
        with engine.connect() as other:
            other.exec_driver_sql(f"SELECT pg_terminate_backend({own})")
        with pytest.raises(StoreUnavailableError, match="the database says: "):
            work.count(Case)
