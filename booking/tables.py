"""The tables of booking. `claim`, with (resource, cell) as its key, is what makes a double booking impossible."""

import sqlalchemy as sa

from foundation.database import Instant, metadata

INTERPRETERS = "interpreters"
# Written out: an index that holds for some rows only is not found by a question with parameters.
WAITS = sa.text("state IN ('waiting', 'offered')")

hub = sa.Table(
    "hub",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("details", sa.JSON, nullable=False),
    sa.Column("rota_source", sa.String(16), nullable=False, default="place"),  # place, imported, desk: a start keeps it
)

room = sa.Table(
    "room",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False, index=True),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("features", sa.JSON, nullable=False),  # step_free, hearing_loop, private, quiet, ...
    sa.Column("capacity", sa.Integer, nullable=False, server_default="3"),  # people in it, staff included
    sa.Column("site", sa.String(64), nullable=False, server_default=""),  # a building of the hub; "" is the main one
    sa.Column("open", sa.Boolean, nullable=False, default=True),
)

# Advisers of an agency, and interpreters (whose `agency` is INTERPRETERS): people with a rota.
adviser = sa.Table(
    "adviser",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False, index=True),
    sa.Column("agency", sa.String(64), nullable=False, index=True),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("skills", sa.JSON, nullable=False, server_default="[]"),
    sa.Column("languages", sa.JSON, nullable=False, server_default="[]"),  # ISO 639-1, besides English
    sa.Column("by_phone", sa.Boolean, nullable=False, server_default=sa.false()),  # can do it by phone as well
    sa.Column("in_person", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("active", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("feed_hash", sa.String(64), nullable=True, unique=True),  # opens this person's own calendar feed
)

# A rule of the rota in London wall time: somebody works, is away, or comes once; a hub session; a closure.
rota_rule = sa.Table(
    "rota_rule",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(12), nullable=False),  # works, leave, extra, session, closed
    sa.Column("whom", sa.String(96), nullable=False, index=True),  # adviser:ID, room:ID, hub
    sa.Column("first_day", sa.Date, nullable=True),
    sa.Column("last_day", sa.Date, nullable=True),
    sa.Column("start", sa.String(5), nullable=False, server_default=""),  # HH:MM; "" is all day
    sa.Column("end", sa.String(5), nullable=False, server_default=""),
    sa.Column("rrule", sa.Text, nullable=False, server_default=""),  # RFC 5545, in wall time; "" is every day
    sa.Column("except_days", sa.JSON, nullable=False, server_default="[]"),  # ISO days on which it does not hold
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("source", sa.String(16), nullable=False),  # place, imported, desk
    sa.Column("changed_by", sa.String(60), nullable=False, server_default=""),
    sa.Column("changed_at", Instant, nullable=False),
)

# Who changed the rota, its people or its rooms, and when: what was there before, and what was put in its place.
rota_change = sa.Table(
    "rota_change",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("before", sa.JSON, nullable=False),  # {rules, people, rooms}: only those that the change concerns
    sa.Column("after", sa.JSON, nullable=False),
)

# The rules, expanded: the person is at the hub from first_cell until before end_cell.
shift = sa.Table(
    "shift",
    metadata,
    sa.Column("adviser", sa.ForeignKey("adviser.id"), primary_key=True),
    sa.Column("first_cell", sa.Integer, primary_key=True),
    sa.Column("end_cell", sa.Integer, nullable=False),
    sa.Index("ix_shift_first_cell", "first_cell"),
)

# The rules, expanded: a room that is open otherwise is closed from first_cell until before end_cell.
room_closure = sa.Table(
    "room_closure",
    metadata,
    sa.Column("room", sa.ForeignKey("room.id"), primary_key=True),
    sa.Column("first_cell", sa.Integer, primary_key=True),
    sa.Column("end_cell", sa.Integer, nullable=False),
    sa.Index("ix_room_closure_first_cell", "first_cell"),
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
    sa.Column("wishes", sa.JSON, nullable=False, server_default="{}"),  # booking.wishes.Wishes
    sa.Column("asked", sa.JSON, nullable=False, server_default="[]"),  # LegRequests: skills and rooms, leg by leg
)

claim = sa.Table(
    "claim",
    metadata,
    sa.Column("resource", sa.String(96), primary_key=True),
    sa.Column("cell", sa.Integer, primary_key=True),
    sa.Column("hold", sa.ForeignKey("hold.id"), nullable=False, index=True),
    sa.Column("state", sa.String(8), nullable=False),  # held, with `until`, or booked
    sa.Column("until", Instant),
    sqlite_with_rowid=False,  # asked by resource and cells: in the order of the key each look-up is one, not two
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
    sa.Column("wishes", sa.JSON, nullable=False, server_default="{}"),  # booking.wishes.Wishes, obeyed at each change
    sa.Column("asked", sa.JSON, nullable=False, server_default="[]"),  # the LegRequests that it was booked for
    sa.Column("start", Instant, nullable=False, index=True),
    sa.Column("finish", Instant, nullable=False),
    sa.Column("booked_at", Instant, nullable=False),
    sa.Column("changed_at", Instant, nullable=False),
    sa.Column("arrived_at", Instant, nullable=True),
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
    sa.Column("room_label", sa.String(120), nullable=False),  # "" with room "": by phone
    sa.Column("interpreter", sa.String(64), nullable=False, server_default=""),  # an adviser's id
    sa.Column("state", sa.String(12), nullable=False, server_default="planned"),  # planned, begun, done, missed
    sa.Column("begun_at", Instant, nullable=True),
    sa.Column("done_at", Instant, nullable=True),
    sa.Column("handed_over", sa.String(200), nullable=False, server_default=""),  # one line from the leg before
)

# Somebody for whom nothing fitted and who waits for a joint opening. First come, first offered.
waiting = sa.Table(
    "waiting",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("resident", sa.String(64), nullable=False, index=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False),
    sa.Column("legs", sa.JSON, nullable=False),  # LegRequests
    sa.Column("wishes", sa.JSON, nullable=False),
    sa.Column("state", sa.String(12), nullable=False, index=True),  # waiting, offered, booked, left, gone
    sa.Column("since", Instant, nullable=False),
    sa.Column("offers", sa.Integer, nullable=False, server_default="0"),
    sa.Column("declined", sa.JSON, nullable=False, server_default="[]"),  # starts of offers that they did not take
    sa.Column("hold", sa.String(32), nullable=True),  # what is kept for them while an offer lasts
    sa.Column("until", Instant, nullable=True),
    sa.Column("ended_at", Instant, nullable=True),
    # Nobody waits twice at once.
    sa.Index("uq_waiting_resident", "resident", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
)

# How each search for a joint visit ended, for the reports. Without anything personal.
search_outcome = sa.Table(
    "search_outcome",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("hub", sa.String(64), nullable=False),
    sa.Column("at", Instant, nullable=False, index=True),
    sa.Column("agencies", sa.JSON, nullable=False),
    # whole, subset, wider_gap, other_hub, waiting_list, named_contact; nothing: none of these was chosen (yet)
    sa.Column("what", sa.String(16), nullable=False),
    sa.Column("first_day", sa.Date, nullable=True),  # of the earliest opening that was offered
    sa.Column("blocked_kind", sa.String(16), nullable=False, server_default=""),  # agency, room, interpreter, rule, ...
    sa.Column("blocked_name", sa.String(96), nullable=False, server_default=""),
)

# Something that broke: an adviser is ill, a room is flooded. `settled_at` once each visit it hit is dealt with.
disruption = sa.Table(
    "disruption",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False),
    sa.Column("whom", sa.String(96), nullable=False),  # adviser:ID, room:ID, hub, rota (it was changed)
    sa.Column("first_cell", sa.Integer, nullable=False),
    sa.Column("end_cell", sa.Integer, nullable=False),
    sa.Column("note", sa.String(200), nullable=False, server_default=""),
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("settled_at", Instant, nullable=True),
)

# What became of each visit that it hit.
disrupted_visit = sa.Table(
    "disrupted_visit",
    metadata,
    sa.Column("disruption", sa.ForeignKey("disruption.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("visit", sa.String(6), primary_key=True),
    # same_time, moved_leg, moved_visit, by_hand (nothing fits: a person rings); waiting: a "rota" one, not settled yet
    sa.Column("what", sa.String(12), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

# A simulation that a hub manager asked for: a process of its own works it out, and the page shows the last one.
report_run = sa.Table(
    "report_run",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("hub", sa.ForeignKey("hub.id"), nullable=False, index=True),
    sa.Column("asked", sa.JSON, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),  # waiting, running, done, failed
    sa.Column("by", sa.String(60), nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("begun_at", Instant, nullable=True),
    sa.Column("ended_at", Instant, nullable=True),
    sa.Column("result", sa.JSON, nullable=True),
    sa.Column("problem", sa.String(300), nullable=False, server_default=""),
)
