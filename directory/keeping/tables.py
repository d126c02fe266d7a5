"""Services as documents with the columns that are searched, their history, and what came of imports and checks."""

import sqlalchemy as sa

from foundation.database import Instant, metadata

service = sa.Table(
    "service",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("organisation", sa.Text, nullable=False),
    sa.Column("organisation_id", sa.String(64), nullable=True, index=True),
    sa.Column("status", sa.String(24), nullable=False, index=True),
    sa.Column("assured_date", sa.String(10), nullable=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),  # of the document as the feed had it last
    sa.Column("document", sa.JSON, nullable=False),  # as it counts: the feed's with the edits of its owners
    sa.Column("feed_document", sa.JSON, nullable=True),  # as the feed had it; none when it was written at the desk
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("removed_at", Instant, nullable=True),  # a tombstone: its source no longer has it
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("change", sa.Integer, nullable=False, server_default="0", index=True),  # see directory_change
)

# One row that counts the changes of all services. Who changes one locks it first, so changes are seen in their order.
directory_change = sa.Table(
    "directory_change",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),  # always 1
    sa.Column("number", sa.Integer, nullable=False),
)

# Every state that a service was in. `number` 1 is how it came.
service_version = sa.Table(
    "service_version",
    metadata,
    sa.Column("service_id", sa.String(36), sa.ForeignKey("service.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("document", sa.JSON, nullable=False),
    sa.Column("removed", sa.Boolean, nullable=False),
    sa.Column("by", sa.String(60), nullable=True),  # a username; none when a feed brought it
    sa.Column("why", sa.String(24), nullable=False),  # imported, added, edited, assured, undone, removed, …
    sa.Column("at", Instant, nullable=False),
)

# A part that was edited by hand and that the feed has changed since: ours stays until somebody settles it.
conflict = sa.Table(
    "conflict",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("service_id", sa.String(36), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("path", sa.String(120), nullable=False),  # a key of the document, or front_door.KEY
    sa.Column("ours", sa.JSON, nullable=True),
    sa.Column("theirs", sa.JSON, nullable=True),
    sa.Column("at", Instant, nullable=False),
    sa.UniqueConstraint("service_id", "path"),
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("run_id", sa.Integer, sa.ForeignKey("import_run.id", ondelete="CASCADE"), nullable=True),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

import_run = sa.Table(
    "import_run",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.Text, nullable=False, index=True),
    sa.Column("began_at", Instant, nullable=False),
    sa.Column("ended_at", Instant, nullable=True),
    sa.Column("whole", sa.Boolean, nullable=False),  # read to its end; only then can something have vanished
    sa.Column("changed", sa.Integer, nullable=False),
    sa.Column("unchanged", sa.Integer, nullable=False),
    sa.Column("set_aside", sa.Integer, nullable=False),
    sa.Column("removed", sa.Integer, nullable=False),
    sa.Column("note", sa.Text, nullable=False, server_default=""),  # what its owner was told about the whole of it
)

# What residents and handoffs tell about a service's data. No words and no names: a kind, and when.
evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("service_id", sa.String(36), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("kind", sa.String(24), nullable=False),  # handoff_failed, said_wrong
    sa.Column("part", sa.String(24), nullable=False),  # phone, hours, place, who_for, closed, other
    sa.Column("at", Instant, nullable=False),
    sa.Column("settled_at", Instant, nullable=True),
    sa.Column("settled_by", sa.String(60), nullable=True),
)

# One request to a record's owner to say "still right". Only the hash of its link's secret is kept.
review = sa.Table(
    "review",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("service_id", sa.String(36), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("asked_at", Instant, nullable=False),
    sa.Column("until", Instant, nullable=False),
    sa.Column("answered_at", Instant, nullable=True),
)

# Searches and plans that found nothing, counted by day and council. Nothing of the person is here.
gap = sa.Table(
    "gap",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("need", sa.String(40), primary_key=True),  # a need code, or "search" for a search in words
    sa.Column("detail", sa.String(60), primary_key=True),  # "" when there is none
    sa.Column("area", sa.String(9), primary_key=True),  # a council's code, or ""
    sa.Column("why", sa.String(24), primary_key=True),  # none_here, none_fits, no_words
    sa.Column("count", sa.Integer, nullable=False),
)

# Rules read out of a feed's free text about who a service is for: proposed by a program, confirmed by a person.
proposed_rule = sa.Table(
    "proposed_rule",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("service_id", sa.String(36), sa.ForeignKey("service.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("wording", sa.Text, nullable=False),
    sa.Column("rules", sa.JSON, nullable=False),  # as in front_door.eligibility
    sa.Column("left", sa.Text, nullable=False),  # the words that were not understood
    sa.Column("state", sa.String(12), nullable=False),  # proposed, confirmed, refused
    sa.Column("at", Instant, nullable=False),
    sa.Column("settled_at", Instant, nullable=True),
    sa.Column("settled_by", sa.String(60), nullable=True),
)
