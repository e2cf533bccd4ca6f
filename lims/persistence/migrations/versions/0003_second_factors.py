"""Second factors, waits after wrong tries, and sessions with their way and stage; who was signed in signs in again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables; the old sessions are forgotten."""
    op.drop_table("web_session")
    op.create_table(
        "second_factor",
        sa.Column("staff_number", sa.Text, primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("confirmed", sa.Integer, nullable=False),
        sa.Column("last_step", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sqlite_strict=True,
    )
    op.create_table(
        "browser_session",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("staff_number", sa.Text, nullable=False),
        sa.Column("stage", sa.Text, nullable=False),
        sa.Column("way", sa.Text, nullable=False),
        sa.Column("factors", sa.Text, nullable=False),
        sa.Column("opened_at", sa.Text, nullable=False),
        sa.Column("used_at", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("uq_browser_session_number", "browser_session", ["number"], unique=True)
    op.create_index("ix_browser_session_staff_number", "browser_session", ["staff_number"])
    op.create_table(
        "sign_in_delay",
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", sa.Text, nullable=False),
        sa.Column("until", sa.Text, nullable=False),
        sqlite_strict=True,
    )
    op.create_index("ix_sign_in_delay_last_at", "sign_in_delay", ["last_at"])
