"""The tables of booking. `claim`, with (resource, cell) as its key, is what makes a double booking impossible."""

import sqlalchemy as sa

from foundation.database import Instant, metadata

hub = sa.Table(
    "hub",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("rota", sa.JSON, nullable=False, default=list),
    sa.Column("rota_source", sa.String(16), nullable=False, default="place"),
)

room = sa.Table(
    "room",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False, index=True),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("features", sa.JSON, nullable=False),
    sa.Column("open", sa.Boolean, nullable=False, default=True),
)

adviser = sa.Table(
    "adviser",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False, index=True),
    sa.Column("agency", sa.String(64), nullable=False, index=True),
    sa.Column("label", sa.String(120), nullable=False),
)

# A weekly pattern, expanded: the adviser is at the hub from first_cell until before end_cell.
shift = sa.Table(
    "shift",
    metadata,
    sa.Column("adviser", sa.ForeignKey("adviser.id"), primary_key=True),
    sa.Column("first_cell", sa.Integer, primary_key=True),
    sa.Column("end_cell", sa.Integer, nullable=False),
    sa.Index("ix_shift_first_cell", "first_cell"),
)

# Time that is ring-fenced for joined-up visits.
hub_session = sa.Table(
    "hub_session",
    metadata,
    sa.Column("hub", sa.ForeignKey("hub.id"), primary_key=True),
    sa.Column("first_cell", sa.Integer, primary_key=True),
    sa.Column("end_cell", sa.Integer, nullable=False),
    sa.Column("label", sa.String(120), nullable=False),
)

# Its row is what a confirmation and a takeover compete for: held -> confirmed | expired | released.
hold = sa.Table(
    "hold",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("resident", sa.String(64), nullable=False, index=True),
    sa.Column("opening", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("until", Instant, nullable=False, index=True),
)

claim = sa.Table(
    "claim",
    metadata,
    sa.Column("resource", sa.String(96), primary_key=True),
    sa.Column("cell", sa.Integer, primary_key=True),
    sa.Column("hold", sa.ForeignKey("hold.id"), nullable=False, index=True),
    sa.Column("state", sa.String(8), nullable=False),  # held, with `until`, or booked
    sa.Column("until", Instant),
    sa.Index("ix_claim_cell", "cell"),
)

visit = sa.Table(
    "visit",
    metadata,
    sa.Column("reference", sa.String(6), primary_key=True),
    sa.Column("hold", sa.ForeignKey("hold.id"), nullable=False, unique=True),
    sa.Column("resident", sa.String(64), nullable=False, index=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False),
    sa.Column("host", sa.String(120), nullable=False),
    sa.Column("state", sa.String(12), nullable=False),  # booked, cancelled
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("start", Instant, nullable=False, index=True),
    sa.Column("finish", Instant, nullable=False),
    sa.Column("booked_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
)

leg = sa.Table(
    "leg",
    metadata,
    sa.Column("visit", sa.ForeignKey("visit.reference", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("agency", sa.String(64), nullable=False, index=True),
    sa.Column("service_id", sa.String(64), nullable=False),
    sa.Column("start", Instant, nullable=False),
    sa.Column("finish", Instant, nullable=False),
    sa.Column("adviser", sa.String(64), nullable=False),
    sa.Column("room", sa.String(64), nullable=False),
    sa.Column("room_label", sa.String(120), nullable=False),
)
