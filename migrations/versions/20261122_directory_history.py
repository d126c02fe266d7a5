"""Services keep their history: versions, conflicts, imports, evidence, reviews, gaps, proposed rules; editors."""

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "gap",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("need", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.String(length=60), nullable=False),
        sa.Column("area", sa.String(length=9), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "need", "detail", "area", "why", name=op.f("pk_gap")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("began_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("ended_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("set_aside", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_run_source"), ["source"], unique=False)

    op.create_table(
        "directory_change",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_change")),
    )
    op.create_table(
        "conflict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.Column("ours", sa.JSON(), nullable=True),
        sa.Column("theirs", sa.JSON(), nullable=True),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_conflict_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
        sa.UniqueConstraint("service_id", "path", name=op.f("uq_conflict_service_id")),
    )
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_conflict_service_id"), ["service_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("part", sa.String(length=24), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("settled_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_evidence_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_service_id"), ["service_id"], unique=False)

    op.create_table(
        "proposed_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("settled_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=60), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_proposed_rule_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_rule")),
    )
    with op.batch_alter_table("proposed_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposed_rule_service_id"), ["service_id"], unique=False)

    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("asked_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("until", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("answered_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_review_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_review_secret_hash")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_service_id"), ["service_id"], unique=False)

    op.create_table(
        "service_version",
        sa.Column("service_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=True),
        sa.Column("why", sa.String(length=24), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service.id"], name=op.f("fk_service_version_service_id_service"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("service_id", "number", name=op.f("pk_service_version")),
    )
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.String(length=64), nullable=True))

    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.add_column(sa.Column("name", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("run_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_quarantine_run_id_import_run"), "import_run", ["run_id"], ["id"], ondelete="CASCADE"
        )

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organisation_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("feed_document", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("removed_at", foundation.database.Instant(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("change", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(batch_op.f("ix_service_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_service_change"), ["change"], unique=False)

    # What is there already came from a feed, and this is the first state that is known of it.
    op.execute("UPDATE service SET feed_document = document")
    op.execute(
        "INSERT INTO service_version (service_id, number, document, removed, why, at) "
        "SELECT id, 1, document, false, 'imported', changed_at FROM service"
    )
    _say_whose_they_are()


def _say_whose_they_are() -> None:
    service = sa.table("service", sa.column("id"), sa.column("document", sa.JSON), sa.column("organisation_id"))
    db = op.get_bind()
    for id, document in db.execute(sa.select(service.c.id, service.c.document)).all():
        whose = str((document.get("organization") or {}).get("id") or "")[:64] or None
        db.execute(service.update().where(service.c.id == id).values(organisation_id=whose))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("staff", schema=None) as batch_op:
        batch_op.drop_column("organisation_id")

    with op.batch_alter_table("service", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_change"))
        batch_op.drop_index(batch_op.f("ix_service_organisation_id"))
        batch_op.drop_column("change")
        batch_op.drop_column("removed_at")
        batch_op.drop_column("version")
        batch_op.drop_column("feed_document")
        batch_op.drop_column("organisation_id")

    with op.batch_alter_table("quarantine", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_quarantine_run_id_import_run"), type_="foreignkey")
        batch_op.drop_column("run_id")
        batch_op.drop_column("name")

    op.drop_table("service_version")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_service_id"))

    op.drop_table("review")
    with op.batch_alter_table("proposed_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposed_rule_service_id"))

    op.drop_table("proposed_rule")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_evidence_service_id"))

    op.drop_table("evidence")
    with op.batch_alter_table("conflict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_conflict_service_id"))

    op.drop_table("conflict")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_source"))

    op.drop_table("import_run")
    op.drop_table("directory_change")
    op.drop_table("gap")
