"""The ledger, the first lists, accounts and sessions: the tables as they were before changes of them were counted."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables; a database that has a ledger already has them."""
    if sa.inspect(op.get_bind()).has_table("ledger"):
        return
    op.create_table(
        "ledger",
        sa.Column("sequence", _BIG, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("version", _BIG, nullable=False),
        sa.Column("leaf", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("uq_ledger_kind_number_version", "ledger", ["kind", "number", "version"], unique=True)
    _make_lists()
    _make_accounts()


def _make_lists() -> None:
    op.create_table(
        "record",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("version", _BIG, nullable=False),
        sa.Column("sequence", _BIG, nullable=False),
        sa.Column("parent", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("recorded_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_record_kind_parent", "record", ["kind", "parent"])
    op.create_index("ix_record_kind_sequence", "record", ["kind", "sequence"])
    op.create_table(
        "raw_use",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("run_number", sa.Text, nullable=False),
        sqlite_strict=True,
    )


def _make_accounts() -> None:
    op.create_table(
        "account",
        sa.Column("staff_number", sa.Text, primary_key=True),
        sa.Column("password_hash", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("staff_number", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
