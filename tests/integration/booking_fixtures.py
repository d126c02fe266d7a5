"""What the booking tests share: a small hub, its rota, and plain helpers."""

from datetime import UTC, date, datetime
from pathlib import Path

import sqlalchemy as sa

from booking.finding.finding import find_openings
from booking.openings import LegRequest, Opening
from booking.tables import claim, hold, leg, visit
from foundation.database import Database

PLACE = Path(__file__).resolve().parents[2] / "directory" / "places" / "cambridge"
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)  # a Monday
TODAY = date(2026, 11, 23)
THREE = ("jobcentre", "city_housing", "citizens_advice")


def asked(names: tuple[str, ...] = THREE) -> list[LegRequest]:
    return [LegRequest(agency=name, service_id=f"s-{name}", minutes=30, after=at) for at, name in enumerate(names)]


def openings(database: Database, *names: str, resident: str | None = None, now: datetime = NOW) -> tuple[Opening, ...]:
    legs = asked(names or THREE)
    return find_openings(database, legs, resident=resident, from_day=TODAY, days=14, now=now).openings


def count(database: Database, table: sa.Table) -> int:
    with database.reading() as db:
        return db.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def claimed(database: Database) -> set[tuple[str, int]]:
    with database.reading() as db:
        return {(row.resource, row.cell) for row in db.execute(sa.select(claim.c.resource, claim.c.cell))}


def empty(database: Database) -> None:
    with database.writing() as db:
        for table in (claim, leg, visit, hold):
            db.execute(sa.delete(table))
