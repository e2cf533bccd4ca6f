"""The list of what each record rests on; filled from the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the table."""
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "ground",
        sa.Column("kind", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("rests_on_kind", sa.Text, primary_key=True),
        sa.Column("rests_on_number", sa.Text, primary_key=True),
        sa.Column("rests_on_version", big, primary_key=True, autoincrement=False),
        sa.Column("sequence", big, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_ground_rests_on_kind_rests_on_number", "ground", ["rests_on_kind", "rests_on_number"])
