"""Taking what broke out of the rota: nothing new is booked there, and what is held there is let go."""

from datetime import datetime

import sqlalchemy as sa

from booking.changes.change import RotaChange
from booking.changes.rota import apply_in
from booking.disruptions.away import rules_of
from booking.disruptions.reading import Disruption
from booking.tables import rota_rule


def take_out(db: sa.Connection, broken: Disruption, *, now: datetime) -> None:
    """Add its rules, those that are not there yet. Visits that are booked stay as they are for now.

    In a transaction that has not written anything yet. Raises RotaNotReadable, RotaBusy.
    """
    rules = rules_of(broken)
    there = set(db.scalars(sa.select(rota_rule.c.id).where(rota_rule.c.id.in_([rule.id for rule in rules]))))
    fresh = tuple(rule for rule in rules if rule.id not in there)
    if fresh:
        apply_in(db, RotaChange(add=fresh, note=broken.note, hub=broken.hub), by=broken.by, now=now)
