"""The list of the raw objects that the ledger names; filled from the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the table."""
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "raw_named",
        sa.Column("sha256", sa.Text, primary_key=True),
        sa.Column("is_folder", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sequence", big, nullable=False),
        sqlite_strict=True,
    )
