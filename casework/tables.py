"""Conversations, assessments, cases, consents, referrals and staff, as tables."""

import sqlalchemy as sa

from foundation.database import Instant, metadata

conversation = sa.Table(
    "conversation",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),  # where it began
    sa.Column("language", sa.String(8), nullable=False, server_default="en"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("turn", sa.Integer, nullable=False),
    sa.Column("current", sa.JSON, nullable=True),  # the reply that waits for an answer
    sa.Column("held_text", sa.Text, nullable=True),  # what was said when a safety answer came first
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("last_at", Instant, nullable=False, index=True),
    sa.Column("lease", sa.String(32), nullable=True),  # who is answering just now
    sa.Column("leased_until", Instant, nullable=True),
)

# A secret that opens a conversation: one a browser or kiosk. Only its hash is kept.
sitting = sa.Table(
    "sitting",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)

# A phone that holds a conversation by text. The number opens nothing but its own conversation.
line = sa.Table(
    "line",
    metadata,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("address", sa.String(160), primary_key=True),  # E.164, or the id of a WhatsApp user who hides it
    sa.Column("conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("heard_at", Instant, nullable=False),  # WhatsApp lets us speak freely for 24 hours from here
)

# Numbers that asked us to stop. Kept until they ask us to start again.
opt_out = sa.Table(
    "opt_out",
    metadata,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("address", sa.String(160), primary_key=True),
    sa.Column("at", Instant, nullable=False),
)

# What providers handed us, as it came, until it is sorted: see casework.letterbox.
letterbox = sa.Table(
    "letterbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("told", sa.JSON, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
)

# What providers have handed us, so that a second delivery is known even after its message is deleted.
received = sa.Table(
    "received",
    metadata,
    sa.Column("channel", sa.String(16), primary_key=True),
    sa.Column("provider_id", sa.String(255), primary_key=True),
    sa.Column("at", Instant, nullable=False, index=True),
)

# What goes out by text. `about` is what it tells of ("message:12", "visit:7K4M2P").
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("about", sa.String(64), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("address", sa.String(160), nullable=False),
    sa.Column("conversation_id", sa.String(32), nullable=True, index=True),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("body", sa.JSON, nullable=False),
    sa.Column("body_hash", sa.String(64), nullable=False),
    sa.Column("reference", sa.String(32), nullable=False, unique=True),  # ours, at the provider
    sa.Column("provider_id", sa.String(255), nullable=True, index=True),
    sa.Column("state", sa.String(16), nullable=False),  # waiting, unsure, sent, delivered, read, failed, dead, dropped
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Column("not_before", Instant, nullable=False),
    sa.Column("lease", sa.String(32), nullable=True),
    sa.Column("leased_until", Instant, nullable=True),
    sa.Column("problem", sa.Text, nullable=True),
    sa.Column("written_at", Instant, nullable=False),
    sa.Column("tried_at", Instant, nullable=True),  # when it was last handed to its provider
    sa.Column("settled_at", Instant, nullable=True),
    sa.UniqueConstraint("about", "kind", "version", "channel"),
    sa.Index("ix_outbox_queue", "state", "channel", "address", "id"),
)

# One-time codes with which a conversation moves to another device. Only the hash is kept.
ticket = sa.Table(
    "ticket",
    metadata,
    sa.Column("code_hash", sa.String(64), primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("until", Instant, nullable=False),
    sa.Column("used_at", Instant, nullable=True),
)

# Private links to the calendar file of a visit, sent by e-mail.
visit_link = sa.Table(
    "visit_link",
    metadata,
    sa.Column("secret_hash", sa.String(64), primary_key=True),
    sa.Column("visit", sa.String(6), nullable=False, index=True),
    sa.Column("whom", sa.String(64), nullable=False),  # the agency whose part it shows; "" for the whole
    sa.Column("until", Instant, nullable=False),
)

# A question that we sent by text and that a number answers: a reminder, an offer, a choice of times.
text_question = sa.Table(
    "text_question",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(16), nullable=False),
    sa.Column("address", sa.String(160), nullable=False),
    sa.Column("kind", sa.String(24), nullable=False),
    sa.Column("about", sa.String(64), nullable=False),  # "visit:7K4M2P"
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("choices", sa.JSON, nullable=False),  # what 1, 2, ... stand for
    sa.Column("until", Instant, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("after_message", sa.Integer, nullable=False),  # the last one of the conversation when it was asked
    sa.Column("answered_by", sa.Integer, nullable=True),  # the message that answered it
    sa.Column("answer", sa.JSON, nullable=True),  # what that message was told, should it be dealt with again
    sa.UniqueConstraint("about", "kind", "version", "channel", "asked_at"),
    sa.Index("ix_text_question_number", "channel", "address", "id"),
)

# What lets an agency's own system read its legs. Only a hash of the key is kept.
partner_key = sa.Table(
    "partner_key",
    metadata,
    sa.Column("agency", sa.String(64), primary_key=True),
    sa.Column("key_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", Instant, nullable=False),
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
    sa.Column("channel", sa.String(16), nullable=True),  # sms or whatsapp, where the answer goes out by text
    sa.Column("address", sa.String(160), nullable=True),
    sa.Column("kind", sa.String(16), nullable=False, server_default="text"),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_message_status", "status", "conversation_id"),
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
    sa.Column("role", sa.String(20), nullable=False),  # one of casework.staff.ROLES
    sa.Column("agency", sa.String(60), nullable=True),
    sa.Column("organisation_id", sa.String(64), nullable=True),  # whose services a directory editor keeps
    sa.Column("password_hash", sa.String(200), nullable=True),
    sa.Column("caseload_limit", sa.Integer, nullable=False),
    sa.Column("deputy", sa.String(60), nullable=True),
    sa.Column("active", sa.Boolean, nullable=False),
)
