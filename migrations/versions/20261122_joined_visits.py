"""Joined-up visits: rules of the rota, interpreters, wishes, waiting list, disruptions, how searches ended."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "search_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hub", sa.String(length=64), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("blocked_kind", sa.String(length=16), server_default="", nullable=False),
        sa.Column("blocked_name", sa.String(length=96), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_outcome")),
    )
    with op.batch_alter_table("search_outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_outcome_at"), ["at"], unique=False)

    op.create_table(
        "disruption",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hub", sa.String(length=64), nullable=False),
        sa.Column("whom", sa.String(length=96), nullable=False),
        sa.Column("first_cell", sa.Integer(), nullable=False),
        sa.Column("end_cell", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("settled_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hub"], ["hub.id"], name=op.f("fk_disruption_hub_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disruption")),
    )
    op.create_table(
        "rota_rule",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hub", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("whom", sa.String(length=96), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("start", sa.String(length=5), server_default="", nullable=False),
        sa.Column("end", sa.String(length=5), server_default="", nullable=False),
        sa.Column("rrule", sa.Text(), server_default="", nullable=False),
        sa.Column("except_days", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("changed_by", sa.String(length=60), server_default="", nullable=False),
        sa.Column("changed_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["hub"], ["hub.id"], name=op.f("fk_rota_rule_hub_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_rule")),
    )
    with op.batch_alter_table("rota_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_rule_hub"), ["hub"], unique=False)
        batch_op.create_index(batch_op.f("ix_rota_rule_whom"), ["whom"], unique=False)

    op.create_table(
        "waiting",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("resident", sa.String(length=64), nullable=False),
        sa.Column("hub", sa.String(length=64), nullable=False),
        sa.Column("legs", sa.JSON(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("offers", sa.Integer(), server_default="0", nullable=False),
        sa.Column("declined", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("hold", sa.String(length=32), nullable=True),
        sa.Column("until", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["hub"], ["hub.id"], name=op.f("fk_waiting_hub_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_resident"), ["resident"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_state"), ["state"], unique=False)
        waits = sa.text("state IN ('waiting', 'offered')")
        batch_op.create_index(
            "uq_waiting_resident", ["resident"], unique=True, sqlite_where=waits, postgresql_where=waits
        )

    op.create_table(
        "disrupted_visit",
        sa.Column("disruption", sa.String(length=32), nullable=False),
        sa.Column("visit", sa.String(length=6), nullable=False),
        sa.Column("what", sa.String(length=12), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["disruption"], ["disruption.id"], name=op.f("fk_disrupted_visit_disruption_disruption"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("disruption", "visit", name=op.f("pk_disrupted_visit")),
    )
    with op.batch_alter_table("adviser", schema=None) as batch_op:
        batch_op.add_column(sa.Column("skills", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("languages", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("by_phone", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("in_person", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("feed_hash", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_adviser_feed_hash"), ["feed_hash"])

    with op.batch_alter_table("leg", schema=None) as batch_op:
        batch_op.add_column(sa.Column("interpreter", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("state", sa.String(length=12), server_default="planned", nullable=False))
        batch_op.add_column(sa.Column("begun_at", foundation.database.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("done_at", foundation.database.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("handed_over", sa.String(length=200), server_default="", nullable=False))

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.add_column(sa.Column("capacity", sa.Integer(), server_default="3", nullable=False))
        batch_op.add_column(sa.Column("site", sa.String(length=64), server_default="", nullable=False))

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wishes", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("arrived_at", foundation.database.Instant(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_column("arrived_at")
        batch_op.drop_column("wishes")

    with op.batch_alter_table("room", schema=None) as batch_op:
        batch_op.drop_column("site")
        batch_op.drop_column("capacity")

    with op.batch_alter_table("leg", schema=None) as batch_op:
        batch_op.drop_column("handed_over")
        batch_op.drop_column("done_at")
        batch_op.drop_column("begun_at")
        batch_op.drop_column("state")
        batch_op.drop_column("interpreter")

    with op.batch_alter_table("adviser", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_adviser_feed_hash"), type_="unique")
        batch_op.drop_column("feed_hash")
        batch_op.drop_column("active")
        batch_op.drop_column("in_person")
        batch_op.drop_column("by_phone")
        batch_op.drop_column("languages")
        batch_op.drop_column("skills")

    op.drop_table("disrupted_visit")
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.drop_index("uq_waiting_resident")
        batch_op.drop_index(batch_op.f("ix_waiting_state"))
        batch_op.drop_index(batch_op.f("ix_waiting_resident"))

    op.drop_table("waiting")
    with op.batch_alter_table("rota_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_rule_whom"))
        batch_op.drop_index(batch_op.f("ix_rota_rule_hub"))

    op.drop_table("rota_rule")
    op.drop_table("disruption")
    with op.batch_alter_table("search_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_outcome_at"))

    op.drop_table("search_outcome")
