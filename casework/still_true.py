"""Whether a reminder is still true when it is about to go out, and whether its person may be reached at this moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.disruptions.planning import BY_HAND
from booking.tables import disrupted_visit
from booking.tables import visit as v
from casework import tables as t
from casework.safe_times import KINDS, hours_of, is_safe, next_safe
from casework.ways import NO_TEXTS
from foundation.clock import cell_of

REMINDERS = "remind:"  # begins the `about` of a reminder: remind:7K4M2P:1984032, the visit and the cell of its start
JUST_WROTE = timedelta(minutes=30)


def drop_untrue_reminders(db: sa.Connection, ids: Sequence[int], now: datetime) -> None:
    """Of these parcels drop the reminders of a visit that is not at that time any more; others wait for safe hours."""
    o = t.outbox.c
    mine = (o.id.in_(ids), o.state == "waiting", o.about.startswith(REMINDERS))
    found: Sequence[sa.Row[Any]] = db.execute(sa.select(t.outbox).where(*mine)).all()
    for row in found:
        values = _what_now(db, row, now)
        if values:
            db.execute(t.outbox.update().where(o.id == row.id).values(lease=None, **values))


def _what_now(db: sa.Connection, row: sa.Row[Any], now: datetime) -> dict[str, Any]:
    """What changes in a reminder's row; nothing when it may go."""
    _, reference, cell = row.about.split(":")
    least = next(kind.least for kind in KINDS if kind.name == row.kind)
    joined = sa.join(v, t.case_file, t.case_file.c.visit_reference == v.c.reference)
    query = sa.select(v.c.state, v.c.start, t.case_file.c.contact).select_from(joined)
    visit = db.execute(query.where(v.c.reference == reference, ~waits_for_a_person())).first()
    if visit is None or visit.state != "booked" or cell_of(visit.start) != int(cell):
        return _dropped("The visit is not at that time any more.", now)
    if visit.contact.get("safe_contact") in NO_TEXTS:
        return _dropped("They asked us not to write.", now)
    hours = hours_of(visit.contact)
    if is_safe(now, hours) or _wrote_just_now(db, row, now):
        return {} if now < visit.start else _dropped("The visit has begun.", now)
    at = next_safe(now, hours)
    if at > visit.start - least:
        return _dropped("There is no safe time left for it.", now)
    return {"not_before": at, "problem": "It waits for a safe time."}


def waits_for_a_person() -> sa.ColumnElement[bool]:
    """Of a row of `visit`: it broke, nothing fitted, and somebody rings. It is not to be reminded of as it stands."""
    d = disrupted_visit.c
    return sa.exists().where(d.visit == v.c.reference, d.what == BY_HAND, v.c.changed_at <= d.at)


def _dropped(problem: str, now: datetime) -> dict[str, Any]:
    return {"state": "dropped", "settled_at": now, "problem": problem}


def _wrote_just_now(db: sa.Connection, row: sa.Row[Any], now: datetime) -> bool:
    """Whoever writes to us at this moment has the phone in hand."""
    mine = (t.line.c.channel == row.channel, t.line.c.address == row.address, t.line.c.heard_at > now - JUST_WROTE)
    return bool(db.execute(sa.select(sa.exists().where(*mine))).scalar_one())
