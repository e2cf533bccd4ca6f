"""The lists of custody: who or what has each exhibit, and where each seal was used; filled from the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the tables."""
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "holding",
        sa.Column("exhibit_number", sa.Text, primary_key=True),
        sa.Column("holder_kind", sa.Text, nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("expected_return", sa.Text, nullable=False),
        sa.Column("version", big, nullable=False),
        sa.Column("sequence", big, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_holding_holder_kind_holder", "holding", ["holder_kind", "holder"])
    op.create_table(
        "seal_use",
        sa.Column("seal", sa.Text, primary_key=True),
        sa.Column("exhibit_number", sa.Text, nullable=False),
        sa.Column("sequence", big, nullable=False),
        sqlite_strict=True,
    )
