"""An index for records of a kind that are in a state: what waits is found among a hundred thousand others."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Make the index."""
    op.create_index("ix_record_kind_state_sequence", "record", ["kind", "state", "sequence"])
