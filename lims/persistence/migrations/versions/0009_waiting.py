"""The list of what waits, for whom and since when; filled from the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    big = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "waiting",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, primary_key=True),
        sa.Column("job", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("case_number", sa.Text, nullable=False),
        sa.Column("exhibit_number", sa.Text, nullable=False),
        sa.Column("due", sa.Text, nullable=False),
        sa.Column("sequence", big, nullable=False),
        sa.Column("since", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_waiting_job_sequence", "waiting", ["job", "sequence"])
