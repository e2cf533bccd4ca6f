"""Indexes for what waits: for one person, in one case, of one exhibit; a queue reads its own lines and no others."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Make the indexes."""
    op.create_index("ix_waiting_person_job_sequence", "waiting", ["person", "job", "sequence"])
    op.create_index("ix_waiting_case", "waiting", ["case_number"])
    op.create_index("ix_waiting_exhibit", "waiting", ["exhibit_number"])
