"""The database engine: opened durable, with the tables of this program and their guards."""

from contextlib import ExitStack

from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from lims.errors import SettingsError
from lims.persistence.durability import make_durable
from lims.persistence.schema import bring_up_to_date
from lims.persistence.transactions import writing


def open_engine(url: str) -> Engine:
    """Open a database, make or change its tables where they are not those of this program, and check its guards.

    Raises
    ------
    SettingsError
        If the URL cannot be used, the database is of an unsupported kind, may lose what it acknowledged, or was made
        by a newer program.
    LedgerError
        If the guards are missing, or SQLite does not keep its settings.
    """
    engine = durable_engine(url)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        try:
            with writing(engine) as connection:
                bring_up_to_date(connection)
        except SQLAlchemyError as error:
            raise SettingsError(f"database_url: {error}") from error
        stack.pop_all()  # it stays open
    return engine


def durable_engine(url: str) -> Engine:
    """Give an engine whose connections are durable; whether anything is there is not looked at.

    Raises
    ------
    SettingsError
        If the URL cannot be used, or the database is of an unsupported kind.
    """
    try:
        dialect = make_url(url).get_backend_name()
        if dialect not in {"sqlite", "postgresql"}:
            raise SettingsError(f"database_url names {dialect}; supported are sqlite and postgresql")
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    except (SQLAlchemyError, ImportError) as error:
        raise SettingsError(f"database_url: {error}") from error
    make_durable(engine)
    return engine
