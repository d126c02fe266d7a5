"""Conversations, assessments, cases, consents, referrals and staff, as tables."""

import sqlalchemy as sa

from foundation.database import Instant, metadata

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("token_hash", sa.String(64), nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("current", sa.JSON, nullable=True),  # the reply that waits for an answer
    sa.Column("held_text", sa.Text, nullable=True),  # what was said when a safety answer came first
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False, index=True),
)

message = sa.Table(
    "message",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("choice", sa.Text, nullable=True),
    sa.Column("parts", sa.JSON, nullable=True),
    sa.Column("status", sa.String(16), nullable=False),  # waiting, answered
    sa.Column("replies", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

assessment = sa.Table(
    "assessment",
    metadata,
    sa.Column("conversation_id", sa.String(32), primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("last_at", Instant, nullable=False, index=True),
)

case_file = sa.Table(
    "case_file",
    metadata,
    sa.Column("reference", sa.String(6), primary_key=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, unique=True),
    sa.Column("state", sa.String(16), nullable=False),  # open, closed
    sa.Column("route", sa.String(16), nullable=False),  # visit, named_contact
    sa.Column("reason", sa.String(40), nullable=False),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("needs", sa.JSON, nullable=False),
    sa.Column("circumstances", sa.JSON, nullable=False),
    sa.Column("contact", sa.JSON, nullable=False),
    sa.Column("plan", sa.JSON, nullable=False),
    sa.Column("visit_reference", sa.String(6), nullable=True, index=True),
    sa.Column("named_contact", sa.String(60), nullable=True, index=True),
    sa.Column("deputy", sa.String(60), nullable=True),
    sa.Column("promise_by", Instant, nullable=True),
    sa.Column("promise_kept_at", Instant, nullable=True),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("closed_at", Instant, nullable=True),
)

consent = sa.Table(
    "consent",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_reference", sa.ForeignKey("case_file.reference", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("agency", sa.String(60), nullable=False, index=True),
    sa.Column("given", sa.Boolean, nullable=False),
    sa.Column("parts", sa.JSON, nullable=False),
    sa.Column("view", sa.JSON, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("withdrawn_at", Instant, nullable=True),
    sa.UniqueConstraint("case_reference", "agency"),
)

referral = sa.Table(
    "referral",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_reference", sa.ForeignKey("case_file.reference", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("agency", sa.String(60), nullable=False, index=True),
    sa.Column("service_id", sa.String(36), nullable=False),
    sa.Column("needs", sa.JSON, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

case_event = sa.Table(
    "case_event",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("case_reference", sa.ForeignKey("case_file.reference", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("who", sa.String(60), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

staff = sa.Table(
    "staff",
    metadata,
    sa.Column("username", sa.String(60), primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("title", sa.String(120), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),  # named_contact, adviser
    sa.Column("agency", sa.String(60), nullable=True),
    sa.Column("password_hash", sa.String(200), nullable=True),
    sa.Column("caseload_limit", sa.Integer, nullable=False),
    sa.Column("deputy", sa.String(60), nullable=True),
    sa.Column("active", sa.Boolean, nullable=False),
)
