"""The lists of examined components and of what was searched again; their spectra and clusters beside them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
_BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "component",
        sa.Column("examination_number", sa.Text, primary_key=True),
        sa.Column("component_number", sa.Integer, primary_key=True, autoincrement=False),
        *_texts("decision", "identity_key", "identity_name", "run_number", "exhibit_number", "examiner", "release"),
        sa.Column("sequence", _BIG, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "watched",
        sa.Column("trigger", sa.Text, primary_key=True),
        sa.Column("cause", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        *_texts("watch_number"),
        sa.Column("sequence", _BIG, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "component_spectra",
        sa.Column("examination_number", sa.Text, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "component_cluster",
        sa.Column("examination_number", sa.Text, primary_key=True),
        sa.Column("component_number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", _BIG, nullable=False),
        *_texts("founder_examination"),
        sa.Column("founder_component", sa.Integer, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_component_cluster_founder_examination", "component_cluster", ["founder_examination"])


def _texts(*names: str) -> tuple["sa.Column[str]", ...]:
    return tuple(sa.Column(name, sa.Text, nullable=False) for name in names)
