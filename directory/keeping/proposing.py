"""Rules proposed from the free text of feeds, for services that say in words alone whom they are for."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.keeping.tables import proposed_rule, service
from directory.model import ServiceBroken, read_service
from directory.wordings.mentions import Rule
from directory.wordings.reading import Reading, read_wording
from foundation.database import Database

WAITS = "proposed"
A_TIME = 500
_KEYS = ("eligibility_description", "eligibility")  # Open Referral's own, and what feeds write instead


@dataclass(frozen=True)
class Proposed:
    """What a run did: wordings read, wordings that gave no rule, proposals that are new, and that were there before."""

    wordings: int
    without_rules: int
    new: int
    known: int


@dataclass(frozen=True)
class _Found:
    service_id: str
    wording: str
    rules: list[Rule]
    left: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Two with the same key propose the same."""
        return self.service_id, self.wording, json.dumps([self.rules, self.left], sort_keys=True)


def propose_rules(database: Database, *, now: datetime) -> Proposed:
    """Read every wording that has no rules beside it, and put what it says on the list of those who keep the record.

    What was settled, or waits already, is not proposed again; a proposal whose wording is gone goes too.
    """
    with database.reading() as db:
        read = list(_readings(db))
    found = [one for one in read if one.rules]
    with database.writing() as db:
        rows = db.execute(sa.select(proposed_rule)).all()
        settled = {(row.service_id, row.wording) for row in rows if row.state != WAITS}
        open_ones = [row for row in rows if row.state == WAITS]
        waits = {_Found(row.service_id, row.wording, row.rules, row.left).key: row.id for row in open_ones}
        keys = {one.key for one in found}
        gone = [number for key, number in waits.items() if key not in keys]
        for start in range(0, len(gone), A_TIME):
            db.execute(proposed_rule.delete().where(proposed_rule.c.id.in_(gone[start : start + A_TIME])))
        new = [one for one in found if (one.service_id, one.wording) not in settled and one.key not in waits]
        if new:
            db.execute(proposed_rule.insert(), [{**vars(one), "state": WAITS, "at": now} for one in new])
    return Proposed(len(read), len(read) - len(found), len(new), len(found) - len(new))


def _readings(db: sa.Connection) -> Iterator[_Found]:
    """What the wordings say of services that are there and have no rules of their own."""
    query = sa.select(service.c.id, service.c.document).where(service.c.removed_at.is_(None)).order_by(service.c.id)
    for rows in db.execution_options(stream_results=True).execute(query).partitions(A_TIME):
        for service_id, document in rows:
            wording = wording_of(document)
            if wording:
                reading = read_wording(wording)
                yield _Found(service_id, wording, _news(reading, document, wording), reading.left)


def wording_of(document: dict[str, Any]) -> str:
    """The free text about whom a service is for, when it has no rules beside it; else nothing."""
    if (document.get("front_door") or {}).get("eligibility"):
        return ""
    texts = [document[key].strip() for key in _KEYS if isinstance(document.get(key), str)]
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def _news(reading: Reading, document: dict[str, Any], wording: str) -> list[Rule]:
    """The rules that tell more than the record's own fields about ages and areas do."""
    try:
        record = read_service(document)
    except ServiceBroken:
        return []
    told = [_bare(rule) for rule in record.rules]
    if record.areas:
        told.append({"about": "postcode", "any_of": sorted(record.areas)})
    source = f"“{wording}”"
    return [{**rule, "source": source} for rule in reading.rules if _bare(rule) not in told]


def _bare(rule: Any) -> dict[str, Any]:
    """A rule without its words, its values in order."""
    kept = {key: value for key, value in dict(rule).items() if key not in ("says", "source")}
    return {key: sorted(value) if key in ("any_of", "none_of") else value for key, value in kept.items()}
