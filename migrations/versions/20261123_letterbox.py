"""The letterbox: what providers handed us, until it is sorted."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "letterbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letterbox")),
    )


def downgrade() -> None:
    """Back."""
    op.drop_table("letterbox")
