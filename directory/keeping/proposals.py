"""Rules that a program read out of a feed's free text: they count once a person of the organisation confirms them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from babel.dates import format_date

from directory.keeping.editing import Record, keep, load_record
from directory.keeping.evidence import theirs
from directory.keeping.keepers import Keeper, only_keeper
from directory.keeping.tables import proposed_rule, service
from directory.keeping.versions import take_turn
from directory.records.parts import get, put
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked

RULES = "front_door.eligibility"


class NoSuchProposal(FrontDoorError):
    """It is not there, or somebody settled it already."""


@dataclass(frozen=True)
class Proposal:
    """What a wording of a feed was read as. `left` holds the words that were not understood."""

    id: int
    service_id: str
    service: str
    organisation: str
    organisation_id: str | None
    wording: str
    rules: list[dict[str, Any]]
    left: str


def open_proposals(
    db: sa.Connection, who: Keeper, *, service_id: str | None = None, limit: int = 200
) -> list[Proposal]:
    """What waits on this person's lists, by service; of one service, if one is named."""
    p = proposed_rule.c
    query = (
        sa.select(p.id, p.service_id, p.wording, p.rules, p.left,
                  service.c.name.label("service"), service.c.organisation, service.c.organisation_id)
        .join(service)
        .where(p.state == "proposed", service.c.removed_at.is_(None), theirs(who))
        .order_by(service.c.name, p.id)
        .limit(limit)
    )  # fmt: skip
    if service_id is not None:
        query = query.where(p.service_id == service_id)
    return [Proposal(**row) for row in db.execute(query).mappings()]


def confirm_proposal(database: Database, who: Keeper, proposal_id: int, *, now: datetime) -> str:
    """The rules become the service's own, with who confirmed them as their source; the id of the service.

    Raises NoSuchProposal, NotYours, NotRight.
    """
    with database.writing() as db:
        row, kept = _open(db, who, proposal_id)
        source = f"“{row.wording}”, confirmed by {kept.organisation}, {_on(now)}"
        rules = list(get(kept.document, RULES) or [])
        known = [_bare(rule) for rule in rules]
        rules += [{**rule, "source": source} for rule in row.rules if _bare(rule) not in known]
        keep(db, who, kept, put(kept.document, {RULES: rules}), why="edited", now=now)
        _settle(db, who, proposal_id, "confirmed", now)
        return kept.id


def refuse_proposal(database: Database, who: Keeper, proposal_id: int, *, now: datetime) -> str:
    """It was read wrong; the service stays as it is. The id of the service. Raises NoSuchProposal, NotYours."""
    with database.writing() as db:
        _, kept = _open(db, who, proposal_id)
        _settle(db, who, proposal_id, "refused", now)
        return kept.id


def _open(db: sa.Connection, who: Keeper, proposal_id: int) -> tuple[Any, Record]:
    take_turn(db)
    query = sa.select(proposed_rule).where(proposed_rule.c.id == proposal_id, proposed_rule.c.state == "proposed")
    row = db.execute(query).one_or_none()
    if row is None:
        raise NoSuchProposal(marked("That is settled already."))
    kept = load_record(db, row.service_id)
    only_keeper(who, kept.organisation_id)
    return row, kept


def _settle(db: sa.Connection, who: Keeper, proposal_id: int, state: str, now: datetime) -> None:
    values = {"state": state, "settled_at": now, "settled_by": who.username}
    db.execute(proposed_rule.update().where(proposed_rule.c.id == proposal_id).values(**values))


def _bare(rule: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if key != "source"}


def _on(now: datetime) -> str:
    """In English: it becomes a part of the record."""
    return str(format_date(to_london(now).date(), "d MMMM y", locale="en_GB"))
