"""The Merkle tree of the ledger, signed checkpoints, and readings of the computer's clock."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables; the tree is filled from the ledger when they are there."""
    op.create_table(
        "ledger_tree",
        sa.Column(
            "id", sa.Integer, sa.CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False
        ),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("nodes", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "tree_node",
        sa.Column("level", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", _BIG, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "checkpoint",
        sa.Column("sequence", _BIG, primary_key=True, autoincrement=False),
        sa.Column("size", _BIG, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "clock_reading",
        sa.Column("boot_id", sa.Text, primary_key=True),
        sa.Column("boot_time_us", _BIG, nullable=False),
        sa.Column("wall_time", sa.Text, nullable=False),
        sqlite_strict=True,
    )
