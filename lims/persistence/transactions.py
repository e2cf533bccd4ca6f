"""The two kinds of transactions: one that writes, and is the only one that does, and one that reads a single moment."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Connection, Engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open a connection whose work is committed at the end, or not done at all."""
    with begin_writing(engine) as connection:
        yield connection
        connection.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Open a connection that sees the store as it is at its first look, whatever others write meanwhile."""
    with begin_reading(engine) as connection:
        yield connection


def begin_writing(engine: Engine) -> Connection:
    """Begin a transaction that writes; the caller commits and closes it."""
    return _begun(engine.connect().execution_options(write=True))


def begin_reading(engine: Engine) -> Connection:
    """Begin a transaction that only reads; the caller closes it."""
    connection = engine.connect()
    if engine.dialect.name == "postgresql":  # on SQLite every transaction sees one moment
        connection = connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return _begun(connection)


def _begun(connection: Connection) -> Connection:
    with ExitStack() as stack:
        stack.callback(connection.close)
        connection.begin()
        stack.pop_all()  # it stays open
    return connection
