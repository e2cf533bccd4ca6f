"""The database engine: opened durable, with the tables of this program and their guards."""

from contextlib import ExitStack

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from lims.errors import SettingsError, StoreUnavailableError
from lims.persistence.durability import durable_engine
from lims.persistence.schema import bring_up_to_date
from lims.persistence.transactions import writing
from lims.persistence.word_search import teach_unicode


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
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", teach_unicode)
    with ExitStack() as stack:
        stack.callback(engine.dispose)
        try:
            with writing(engine) as connection:
                bring_up_to_date(connection)
        except SQLAlchemyError as error:
            raise SettingsError(f"database_url: {error}") from error
        stack.pop_all()  # it stays open
    event.listen(engine, "handle_error", _say_in_our_words)
    return engine


def _say_in_our_words(context: ExceptionContext) -> None:
    """Turn what a full disk or a lost server brings into our error, without the statement: its values are case data.

    Raises
    ------
    StoreUnavailableError
        With what the database said.
    """
    if isinstance(context.sqlalchemy_exception, OperationalError | InterfaceError):
        said = " ".join(str(context.original_exception).split())  # PostgreSQL's client says it in several lines
        raise StoreUnavailableError(f"the database says: {said}")
