"""The desk's list of services: whose, how fresh, what waits, by words; a page at a time, whatever their number."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

import sqlalchemy as sa

from directory.freshness import CHECK_DAYS, STALE_DAYS, freshness
from directory.keeping.evidence import COUNTS_FOR, evidence_days, theirs
from directory.keeping.keepers import Keeper
from directory.keeping.tables import conflict, evidence, proposed_rule, quarantine, service
from foundation.clock import to_london

PAGE = 50
type Which = Literal["all", "check", "stale", "told", "conflicts", "proposals", "closed", "removed"]
WHICH: tuple[Which, ...] = ("all", "check", "stale", "told", "conflicts", "proposals", "closed", "removed")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the list is to show. `mine`: only what this person can change. `found`: only these, in this order."""

    which: Which = "all"
    mine: bool = False
    words: str = ""
    found: Sequence[str] = ()
    page: int = 1


@dataclass(frozen=True)
class Listed:
    """One row. `tier` is its freshness; `told` and `conflicts` are how much waits."""

    id: str
    name: str
    organisation: str
    organisation_id: str | None
    status: str
    assured: date | None
    tier: str
    removed: bool
    told: int
    conflicts: int


@dataclass(frozen=True)
class Waiting:
    """How much waits on a person's lists."""

    due: int
    conflicts: int
    told: int
    proposals: int
    set_aside: int


def listed(db: sa.Connection, who: Keeper, asked: Asked, *, now: datetime) -> tuple[list[Listed], int]:
    """One page of the services that were asked for, and how many there are in all."""
    where = [_which(asked.which, now), *_words(asked), *_seen_by(who)]
    if asked.mine:
        where.append(service.c.organisation_id == who.organisation_id if who.organisation_id else sa.false())
    s = service.c
    total = db.execute(sa.select(sa.func.count()).select_from(service).where(*where)).scalar_one()
    query = (
        sa.select(
            s.id, s.name, s.organisation, s.organisation_id, s.status, s.assured_date, s.removed_at, _count(conflict)
        )
        .where(*where)
        .order_by(*_order(asked), s.name, s.id)
        .limit(PAGE)
        .offset((max(asked.page, 1) - 1) * PAGE)
    )
    told, today = evidence_days(db, now=now), to_london(now).date()
    return [_row(row, told.get(row.id, []), today) for row in db.execute(query)], int(total)


def _seen_by(who: Keeper) -> list[sa.ColumnElement[bool]]:
    """Services for staff alone are listed for their own editors and the council's team."""
    if who.manager:
        return []
    marked = sa.cast(service.c.document, sa.Text).contains(
        '"internal"'
    )  # a look at the text costs a tenth of reading it
    internal = sa.cast(service.c.document["front_door"]["internal"].as_string(), sa.String)
    return [sa.or_(~marked, internal.is_(None), internal.in_(("false", "0", "")), theirs(who))]


def _row(row: sa.Row[tuple[object, ...]], told: list[date], today: date) -> Listed:
    assured = read_date(row.assured_date)
    return Listed(
        row.id, row.name, row.organisation, row.organisation_id, row.status, assured,
        freshness(assured, today, evidence=told), row.removed_at is not None, len(told), row.waiting,
    )  # fmt: skip


def read_date(text: str | None) -> date | None:
    """A date of a record; None for none, and for what is no date."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _which(which: Which, now: datetime) -> sa.ColumnElement[bool]:
    s, here = service.c, service.c.removed_at.is_(None)
    told = sa.exists().where(
        evidence.c.service_id == s.id, evidence.c.settled_at.is_(None), evidence.c.at > now - COUNTS_FOR
    )
    several = {
        "all": here,
        "check": sa.and_(here, s.status == "active", sa.or_(_older(now, CHECK_DAYS), told)),
        "stale": sa.and_(here, s.status == "active", _older(now, STALE_DAYS)),
        "told": sa.and_(here, told),
        "conflicts": sa.and_(here, sa.exists().where(conflict.c.service_id == s.id)),
        "proposals": sa.and_(
            here, sa.exists().where(proposed_rule.c.service_id == s.id, proposed_rule.c.state == "proposed")
        ),
        "closed": sa.and_(here, s.status != "active"),
        "removed": s.removed_at.is_not(None),
    }
    return several[which]


def _older(now: datetime, days: int) -> sa.ColumnElement[bool]:
    since = (to_london(now).date() - timedelta(days=days)).isoformat()
    return sa.or_(service.c.assured_date.is_(None), service.c.assured_date < since)


def _words(asked: Asked) -> list[sa.ColumnElement[bool]]:
    """What the search found, or what has the words in its name: the search knows only what is open to people."""
    if not asked.words:
        return []
    named = [service.c.name.icontains(word, autoescape=True) for word in asked.words.split()]
    by = [service.c.organisation.icontains(word, autoescape=True) for word in asked.words.split()]
    return [sa.or_(service.c.id.in_(list(asked.found)), sa.and_(*named), sa.and_(*by))]


def _order(asked: Asked) -> list[sa.ColumnElement[int]]:
    """As it was found; what wants a check: the longest unchecked first."""
    if asked.found:
        place = {identity: number for number, identity in enumerate(asked.found)}
        return [sa.case(place, value=service.c.id, else_=len(place))]
    if asked.which in ("check", "stale"):
        return [sa.case((service.c.assured_date.is_(None), 0), else_=1), service.c.assured_date]
    return []


def _count(table: sa.Table) -> sa.Label[int]:
    count = sa.select(sa.func.count()).where(table.c.service_id == service.c.id)
    return count.scalar_subquery().label("waiting")


def waiting(db: sa.Connection, who: Keeper, *, now: datetime) -> Waiting:
    """What waits for this person. What imports set aside waits for the council's team alone."""

    def count(source: sa.FromClause, *where: sa.ColumnElement[bool]) -> int:
        return int(db.execute(sa.select(sa.func.count()).select_from(source).where(*where)).scalar_one())

    mine = theirs(who)
    return Waiting(
        due=count(service, mine, _which("check", now)),
        conflicts=count(conflict.join(service), mine),
        told=count(evidence.join(service), mine, evidence.c.settled_at.is_(None)),
        proposals=count(
            proposed_rule.join(service), mine, proposed_rule.c.state == "proposed", service.c.removed_at.is_(None)
        ),
        set_aside=count(quarantine) if who.manager else 0,
    )
