"""The lists of the watch: every examined component, and what was looked at again for a release or an edition."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError

from lims.domain.examination import Examination
from lims.domain.record import Record
from lims.domain.watch import Watch
from lims.ledger import LedgerEntry
from lims.persistence.tables import COMPONENT, WATCHED
from lims.work_errors import AlreadyWatchedError


def component_lines(record: Record, *, sequence: int) -> Iterator[tuple[object, ...]]:
    """Give the lines of an examination, in the order of the table's columns."""
    if isinstance(record, Examination):
        for one in record.components:
            identity = one.identity
            yield (
                *(record.number, one.number, one.decision.value),
                *((identity.inchikey or "", identity.name) if identity else ("", "")),
                *(record.run_number, record.exhibit_number, record.examiner, record.basis.release),
                sequence,
            )


def watched_lines(record: Record, *, sequence: int) -> Iterator[tuple[object, ...]]:
    """Give the lines of a re-search, in the order of the table's columns."""
    if isinstance(record, Watch):
        for one in record.subjects:
            yield record.trigger.value, record.cause, one.number, record.number, sequence


def list_components(connection: Connection, entries: Sequence[tuple[LedgerEntry, Record]]) -> None:
    """Bring the list of components up to these entries."""
    names = [column.name for column in COMPONENT.columns]
    lines = [
        dict(zip(names, line, strict=True))
        for entry, record in entries
        for line in component_lines(record, sequence=entry.sequence)
    ]
    if not lines:
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(COMPONENT)
    changed = {column.name: statement.excluded[column.name] for column in COMPONENT.columns if not column.primary_key}
    statement = statement.on_conflict_do_update(index_elements=COMPONENT.primary_key, set_=changed)
    connection.execute(statement, lines)


def take_watched(connection: Connection, record: Record, *, sequence: int) -> None:
    """Note what a re-search looked at; the key refuses what another one did already.

    Raises
    ------
    AlreadyWatchedError
        If one of the examinations was looked at for the same cause.
    """
    lines = _watched_rows(record, sequence)
    if not lines or not isinstance(record, Watch):
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(WATCHED), lines)
    except IntegrityError as error:
        raise AlreadyWatchedError(record.number, record.cause) from error


def relist_watched(connection: Connection, record: Record, *, sequence: int) -> None:
    """Bring the list up to an entry when it is made anew: the first counts."""
    lines = _watched_rows(record, sequence)
    if lines:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(WATCHED).on_conflict_do_nothing(), lines)


def _watched_rows(record: Record, sequence: int) -> list[dict[str, object]]:
    names = [column.name for column in WATCHED.columns]
    return [dict(zip(names, line, strict=True)) for line in watched_lines(record, sequence=sequence)]
