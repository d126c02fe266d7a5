"""Joined-up visits: rules of the rota, interpreters, wishes, waiting list, disruptions, how searches ended."""

import secrets
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

import foundation.database

revision = "0004"
down_revision = "0003"

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
HUB = sa.table("hub", sa.column("id"), sa.column("rota", sa.JSON), sa.column("rota_source"))
ADVISER = sa.table("adviser", sa.column("id"), sa.column("agency"), sa.column("label"))
RULE = sa.table(
    "rota_rule",
    *map(sa.column, ("id", "hub", "kind", "whom", "start", "end", "rrule", "source", "changed_by")),
    sa.column("first_day", sa.Date),
    sa.column("last_day", sa.Date),
    sa.column("changed_at", foundation.database.Instant),
)


def upgrade() -> None:
    """Forward."""
    op.create_table(
        "visit_link",
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("visit", sa.String(length=6), nullable=False),
        sa.Column("whom", sa.String(length=64), nullable=False),
        sa.Column("until", foundation.database.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_visit_link")),
    )
    with op.batch_alter_table("visit_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_link_visit"), ["visit"], unique=False)

    op.create_table(
        "text_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("address", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("about", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("choices", sa.JSON(), nullable=False),
        sa.Column("until", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("asked_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("after_message", sa.Integer(), nullable=False),
        sa.Column("answered_by", sa.Integer(), nullable=True),
        sa.Column("answer", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_question")),
        sa.UniqueConstraint("about", "kind", "version", "channel", "asked_at", name=op.f("uq_text_question_about")),
    )
    with op.batch_alter_table("text_question", schema=None) as batch_op:
        batch_op.create_index("ix_text_question_number", ["channel", "address", "id"], unique=False)

    op.create_table(
        "partner_key",
        sa.Column("agency", sa.String(length=64), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", foundation.database.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("agency", name=op.f("pk_partner_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_partner_key_key_hash")),
    )
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
        "report_run",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("hub", sa.String(length=64), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("begun_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("ended_at", foundation.database.Instant(timezone=True), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("problem", sa.String(length=300), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["hub"], ["hub.id"], name=op.f("fk_report_run_hub_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_run")),
    )
    with op.batch_alter_table("report_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_run_hub"), ["hub"], unique=False)

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
        "rota_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hub", sa.String(length=64), nullable=False),
        sa.Column("at", foundation.database.Instant(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=200), server_default="", nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["hub"], ["hub.id"], name=op.f("fk_rota_change_hub_hub")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_change")),
    )
    with op.batch_alter_table("rota_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_change_hub"), ["hub"], unique=False)

    op.create_table(
        "room_closure",
        sa.Column("room", sa.String(length=64), nullable=False),
        sa.Column("first_cell", sa.Integer(), nullable=False),
        sa.Column("end_cell", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["room"], ["room.id"], name=op.f("fk_room_closure_room_room")),
        sa.PrimaryKeyConstraint("room", "first_cell", name=op.f("pk_room_closure")),
    )
    with op.batch_alter_table("room_closure", schema=None) as batch_op:
        batch_op.create_index("ix_room_closure_first_cell", ["first_cell"], unique=False)

    _rules_of_lines()
    with op.batch_alter_table("hub", schema=None) as batch_op:
        batch_op.drop_column("rota")

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

    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wishes", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("asked", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.add_column(sa.Column("wishes", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("asked", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("arrived_at", foundation.database.Instant(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("report_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_run_hub"))

    op.drop_table("report_run")
    op.drop_table("partner_key")
    op.drop_table("text_question")
    op.drop_table("visit_link")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_column("arrived_at")
        batch_op.drop_column("asked")
        batch_op.drop_column("wishes")

    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_column("asked")
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

    with op.batch_alter_table("hub", schema=None) as batch_op:
        batch_op.add_column(sa.Column("rota", sa.JSON(), server_default="[]", nullable=False))
    _lines_of_rules()
    with op.batch_alter_table("hub", schema=None) as batch_op:
        batch_op.alter_column("rota", server_default=None)

    with op.batch_alter_table("room_closure", schema=None) as batch_op:
        batch_op.drop_index("ix_room_closure_first_cell")

    op.drop_table("room_closure")
    with op.batch_alter_table("rota_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rota_change_hub"))

    op.drop_table("rota_change")
    op.drop_table("rota_rule")
    op.drop_table("disruption")
    with op.batch_alter_table("search_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_outcome_at"))

    op.drop_table("search_outcome")


def _rules_of_lines() -> None:
    """What was imported as a weekly pattern goes on as a rule."""
    db = op.get_bind()
    for hub in db.execute(sa.select(HUB)).all():
        rows = [_rule(line, hub.id, hub.rota_source) for line in hub.rota]
        if rows:
            db.execute(sa.insert(RULE), rows)


def _rule(line: dict[str, Any], hub: str, source: str) -> dict[str, Any]:
    # A pattern held on working days alone, so "every day" was Monday to Friday; leave lasts all day.
    weekdays = [day for day in line["weekdays"] if len(line["weekdays"]) < 7 or day < 5]
    works = line["kind"] == "works"
    every_day = not works and len(line["weekdays"]) == 7
    return {
        "id": secrets.token_hex(16),
        "hub": hub,
        "kind": line["kind"],
        "whom": f"adviser:{line['adviser']}",
        "first_day": date.fromisoformat(line["first"]) if line["first"] else None,
        "last_day": date.fromisoformat(line["last"]) if line["last"] else None,
        "start": line["start"][:5] if works else "",
        "end": line["end"][:5] if works else "",
        "rrule": "" if every_day else "FREQ=WEEKLY;BYDAY=" + ",".join(DAYS[day] for day in weekdays),
        "source": source,
        "changed_by": "",
        "changed_at": datetime.now(UTC),
    }


def _lines_of_rules() -> None:
    """Back to weekly patterns, where a rule is one."""
    db = op.get_bind()
    people = {row.id: row for row in db.execute(sa.select(ADVISER))}
    lines: dict[str, list[dict[str, Any]]] = {}
    for rule in db.execute(sa.select(RULE).where(RULE.c.kind.in_(("works", "leave")))).all():
        parts = dict(part.split("=", 1) for part in rule.rrule.split(";") if part)
        person = people.get(rule.whom.removeprefix("adviser:"))
        plain = not parts or (parts.get("FREQ") == "WEEKLY" and set(parts) == {"FREQ", "BYDAY"})
        if person and plain:
            lines.setdefault(rule.hub, []).append(_line(rule, person, parts))
    for hub, kept in lines.items():
        db.execute(sa.update(HUB).where(HUB.c.id == hub).values(rota=kept))


def _line(rule: Any, person: Any, parts: dict[str, str]) -> dict[str, Any]:
    days = parts["BYDAY"].split(",") if parts else DAYS
    return {
        "adviser": person.id,
        "agency": person.agency,
        "label": person.label,
        "kind": rule.kind,
        "weekdays": sorted(DAYS.index(day) for day in days),
        "start": rule.start,
        "end": rule.end,
        "first": rule.first_day.isoformat() if rule.first_day else "",
        "last": rule.last_day.isoformat() if rule.last_day else "",
    }
