"""Finding a text in columns whatever the case of its letters, also of Cyrillic ones, alike in both databases.

SQLite lowers Latin letters alone, and PostgreSQL what the locale of its cluster knows: the one is given Python's way,
the other told to use Unicode's.
"""

import sqlite3

from sqlalchemy import ColumnElement, Connection, func, or_

_UNICODE = "und-x-icu"
_LOWER = "lower_unicode"


def has_words(connection: Connection, words: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    """Ask whether one of the columns has the text; ``%`` and ``_`` stand for themselves."""
    if connection.dialect.name == "postgresql":
        lowered = [func.lower(column.collate(_UNICODE)) for column in columns]
    else:
        lowered = [getattr(func, _LOWER)(column) for column in columns]
    return or_(*(one.contains(words.lower(), autoescape=True) for one in lowered))


def teach_unicode(connection: sqlite3.Connection, _: object = None) -> None:
    """Let a new connection to SQLite lower every letter."""
    connection.create_function(_LOWER, 1, str.lower, deterministic=True)
