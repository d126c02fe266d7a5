"""What residents and handoffs tell about a service's data: a kind, a part and a time. No words, and nobody's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from directory.freshness import EVIDENCE_DAYS
from directory.keeping.keepers import Keeper, only_seen
from directory.keeping.tables import evidence, service
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked

KINDS = ("handoff_failed", "said_wrong")
PARTS = ("phone", "hours", "place", "who_for", "closed", "other")
COUNTS_FOR = timedelta(days=EVIDENCE_DAYS + 1)  # whole days in London, so a little more
MOST_A_DAY = 20  # about one service: more is somebody playing, and the list has to stay readable


class NoSuchEvidence(FrontDoorError):
    """It is not there, or somebody settled it already."""


@dataclass(frozen=True)
class Told:
    """Something that was told about a service and that nobody has looked at yet."""

    id: int
    service_id: str
    service: str
    organisation: str
    kind: str
    part: str
    at: datetime


def record_evidence(db: sa.Connection, service_id: str, *, kind: str, part: str, now: datetime) -> bool:
    """Keep that somebody told us so, in this transaction; False when the service is gone or has had its day's worth.

    Raises ValueError for a `kind` or `part` that there is not.
    """
    if kind not in KINDS or part not in PARTS:
        raise ValueError(f"{kind!r} about {part!r} is no evidence")
    today = sa.select(sa.func.count()).where(
        evidence.c.service_id == service_id, evidence.c.at > now - timedelta(days=1)
    )
    known = sa.select(sa.exists().where(service.c.id == service_id, service.c.removed_at.is_(None)))
    if not db.execute(known).scalar_one() or db.execute(today).scalar_one() >= MOST_A_DAY:
        return False
    db.execute(evidence.insert().values(service_id=service_id, kind=kind, part=part, at=now))
    return True


def unsettled(db: sa.Connection, who: Keeper, *, limit: int = 200) -> list[Told]:
    """What waits on this person's lists, the newest first."""
    query = (
        sa.select(evidence, service.c.name.label("service"), service.c.organisation)
        .join(service)
        .where(evidence.c.settled_at.is_(None), theirs(who))
        .order_by(evidence.c.at.desc(), evidence.c.id.desc())
        .limit(limit)
    )
    return [
        Told(row.id, row.service_id, row.service, row.organisation, row.kind, row.part, row.at)
        for row in db.execute(query)
    ]


def theirs(who: Keeper) -> sa.ColumnElement[bool]:
    """The condition on `service` for what is on this person's lists."""
    if who.manager:
        return sa.true()
    return service.c.organisation_id == who.organisation_id if who.organisation_id else sa.false()


def evidence_days(db: sa.Connection, *, now: datetime) -> dict[str, list[date]]:
    """The London days on which something was told about each service and is not settled, of the last 30 days.

    For `directory.freshness`. Services of which nothing was told are not in it.
    """
    query = sa.select(evidence.c.service_id, evidence.c.at).where(
        evidence.c.settled_at.is_(None), evidence.c.at > now - COUNTS_FOR
    )
    found: dict[str, list[date]] = {}
    for row in db.execute(query):
        found.setdefault(row.service_id, []).append(to_london(row.at).date())
    return found


def settle_evidence(database: Database, who: Keeper, ids: Sequence[int], *, now: datetime) -> None:
    """Somebody has looked: it counts no longer. All of them or none. Raises NoSuchEvidence, NotYours."""
    with database.writing() as db:
        for identity in ids:
            found = db.execute(
                sa.select(service.c.organisation_id)
                .select_from(evidence.join(service))
                .where(evidence.c.id == identity)
            ).one_or_none()
            if found is None:
                raise NoSuchEvidence(marked("That is not on your list any more."))
            only_seen(who, found.organisation_id)
            settle_rows(db, evidence.c.id == identity, by=who.username, now=now)


def settle_rows(db: sa.Connection, which: sa.ColumnElement[bool], *, by: str, now: datetime) -> None:
    """Mark the unsettled ones of these as settled, in this transaction."""
    unsettled_still = evidence.c.settled_at.is_(None)
    db.execute(evidence.update().where(which, unsettled_still).values(settled_at=now, settled_by=by))
