from sqlalchemy import inspect

from lims.persistence.engine import open_engine


def test_an_empty_database_gets_its_tables_on_first_use(engine):
    assert set(inspect(engine).get_table_names()) == {"account", "ledger", "raw_use", "record", "web_session"}


def test_a_database_opens_again_as_it_was_left(engine, database_url):
    with engine.connect().execution_options(write=True) as connection, connection.begin():
        connection.exec_driver_sql("INSERT INTO account VALUES ('a', 'b')")
    again = open_engine(database_url)
    with again.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM account").one() == ("a", "b")
    again.dispose()
