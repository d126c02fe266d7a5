"""Several sittings a conversation; lines, what was received, the outbox; codes for moving; leases."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "opt_out",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_opt_out")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("body_hash", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=255), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("not_before", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.Column("leased_until", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("written_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("tried_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("settled_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("about", "kind", "version", "channel", name=op.f("uq_outbox_about")),
        sa.UniqueConstraint("reference", name=op.f("uq_outbox_reference")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_provider_id"), ["provider_id"], unique=False)
        batch_op.create_index("ix_outbox_queue", ["state", "channel", "address", "id"], unique=False)

    op.create_table(
        "received",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("provider_id", sa.String(length=255), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("channel", "provider_id", name=op.f("pk_received")),
    )
    with op.batch_alter_table("received", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_received_at"), ["at"], unique=False)

    op.create_table(
        "line",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("heard_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_line_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("channel", "address", name=op.f("pk_line")),
    )
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_line_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "sitting",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("opened_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("seen_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_sitting_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sitting")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sitting_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "ticket",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("conversation_id", sa.String(length=32), nullable=False),
        sa.Column("until", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("used_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversation.id"],
            name=op.f("fk_ticket_conversation_id_conversation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_ticket")),
    )
    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ticket_conversation_id"), ["conversation_id"], unique=False)

    # Not by `batch_alter_table`: it drops and makes the table anew, and SQLite then deletes every message with it.
    op.add_column("conversation", sa.Column("language", sa.String(length=8), server_default="en", nullable=False))
    op.add_column("conversation", sa.Column("lease", sa.String(length=32), nullable=True))
    op.add_column("conversation", sa.Column("leased_until", foundation.database.Instant(timezone=True), nullable=True))
    op.execute(
        "insert into sitting (token_hash, conversation_id, channel, opened_at, seen_at) "
        "select token_hash, id, channel, started_at, last_at from conversation where state <> 'ended'"
    )
    op.drop_column("conversation", "token_hash")
    op.add_column("message", sa.Column("channel", sa.String(length=16), nullable=True))
    op.add_column("message", sa.Column("address", sa.String(length=160), nullable=True))
    op.add_column("message", sa.Column("kind", sa.String(length=16), server_default="text", nullable=False))
    op.add_column("message", sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_message_status", "message", ["status", "conversation_id"])


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_message_status", "message")
    for column in ("attempts", "kind", "address", "channel"):
        op.drop_column("message", column)
    op.add_column("conversation", sa.Column("token_hash", sa.String(length=64), server_default="", nullable=False))
    op.execute(
        "update conversation set token_hash = coalesce("
        "(select min(token_hash) from sitting where sitting.conversation_id = conversation.id), '')"
    )
    for column in ("leased_until", "lease", "language"):
        op.drop_column("conversation", column)

    with op.batch_alter_table("ticket", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ticket_conversation_id"))

    op.drop_table("ticket")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sitting_conversation_id"))

    op.drop_table("sitting")
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_line_conversation_id"))

    op.drop_table("line")
    with op.batch_alter_table("received", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_received_at"))

    op.drop_table("received")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_queue")
        batch_op.drop_index(batch_op.f("ix_outbox_provider_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_conversation_id"))

    op.drop_table("outbox")
    op.drop_table("opt_out")
