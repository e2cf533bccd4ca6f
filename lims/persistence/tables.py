"""The tables: the ledger, which is the record, and lists that are made from it and can be made again."""

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Integer, LargeBinary, MetaData, Table, Text

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_BIG = BigInteger().with_variant(Integer, "sqlite")

LEDGER = Table(
    "ledger",
    METADATA,
    Column("sequence", _BIG, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("version", _BIG, nullable=False),
    Column("leaf", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""Append-only. ``data`` is the record; the other columns are copies that find it."""
Index("uq_ledger_kind_number_version", LEDGER.c.kind, LEDGER.c.number, LEDGER.c.version, unique=True)

RECORD = Table(
    "record",
    METADATA,
    Column("kind", Text, primary_key=True),
    Column("number", Text, primary_key=True),
    Column("version", _BIG, nullable=False),
    Column("sequence", _BIG, nullable=False),
    Column("parent", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("recorded_at", Text, nullable=False),
    sqlite_strict=True,
)
"""A list: the newest version of each record. Made from the ledger, compared with it, made again at will."""
Index("ix_record_kind_parent", RECORD.c.kind, RECORD.c.parent)
Index("ix_record_kind_sequence", RECORD.c.kind, RECORD.c.sequence)

RAW_USE = Table(
    "raw_use",
    METADATA,
    Column("sha256", Text, primary_key=True),
    Column("run_number", Text, nullable=False),
    sqlite_strict=True,
)
"""A list: which run has which raw data. One injection is the evidence of one run."""

LEDGER_TREE = Table(
    "ledger_tree",
    METADATA,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("size", _BIG, nullable=False),
    Column("nodes", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""A list of one line: the compact range of the Merkle tree. Who locks it is the only writer of the ledger."""

TREE_NODE = Table(
    "tree_node",
    METADATA,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("place", _BIG, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""A list: roots of the full subtrees of 2**8, 2**16, ... leaves, from which proofs are made."""

CHECKPOINT = Table(
    "checkpoint",
    METADATA,
    Column("sequence", _BIG, primary_key=True, autoincrement=False),
    Column("size", _BIG, nullable=False),
    Column("note", LargeBinary, nullable=False),
    sqlite_strict=True,
)
"""Append-only: signed checkpoints of the ledger's tree, none smaller than the one before."""

ACCOUNT = Table(
    "account",
    METADATA,
    Column("staff_number", Text, primary_key=True),
    Column("password_hash", Text, nullable=False),
    sqlite_strict=True,
)
"""Secrets: no record, erasable, never in the ledger."""

SESSION = Table(
    "web_session",
    METADATA,
    Column("token_hash", Text, primary_key=True),
    Column("staff_number", Text, nullable=False),
    Column("opened_at", Text, nullable=False),
    Column("used_at", Text, nullable=False),
    sqlite_strict=True,
)
"""Signed-in browsers: no record."""


def can_be_stored(text: str) -> bool:
    """Tell whether every database here takes a text; nothing is to be found under any other."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


SQLITE_GUARDS = {
    "ledger_insert_guard": (
        "CREATE TRIGGER ledger_insert_guard BEFORE INSERT ON ledger "
        "WHEN new.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM ledger) "
        "BEGIN SELECT raise(ABORT, 'ledger entries follow one another'); END"
    ),
    "ledger_no_update": (
        "CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger "
        "BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END"
    ),
    "ledger_no_delete": (
        "CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger "
        "BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END"
    ),
}
"""Guard rails against our own mistakes; the chain of hashes is the proof against everybody else's."""

POSTGRESQL_GUARD = """
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            RAISE EXCEPTION 'the ledger is append-only';
        END IF;
        IF NEW.sequence <> (SELECT coalesce(max(sequence), 0) + 1 FROM ledger) THEN
            RAISE EXCEPTION 'ledger entries follow one another';
        END IF;
        RETURN NEW;
    END """
POSTGRESQL_TRIGGERS = {
    "ledger_row_guard": "BEFORE INSERT OR UPDATE OR DELETE ON ledger FOR EACH ROW",
    "ledger_truncate_guard": "BEFORE TRUNCATE ON ledger FOR EACH STATEMENT",
}

GUARDS = {
    "sqlite": tuple(SQLITE_GUARDS.values()),
    "postgresql": (
        f"CREATE FUNCTION ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $${POSTGRESQL_GUARD}$$",
        *(
            f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION ledger_guard()"
            for name, when in POSTGRESQL_TRIGGERS.items()
        ),
    ),
}
"""By dialect; applied once, together with the tables."""
