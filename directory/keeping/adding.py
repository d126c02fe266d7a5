"""A service that no feed brings: written at the desk, by an editor for their own organisation, once for each form."""

import re
import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.keeping.editing import NotRight, ServiceNotFound, load_record
from directory.keeping.judging import faults_of
from directory.keeping.keepers import Keeper, only_keeper
from directory.keeping.tables import service
from directory.keeping.versions import history, record_version, take_turn
from directory.records.differences import differences
from directory.records.parts import OTHER, PARTS, Changes, get, put
from foundation.clock import to_london
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked

ASKED = ("about", "phones", "areas", "needs")  # the least that makes a record; the other parts have their own forms
MARK = re.compile(r"[0-9a-f]{32}")
_NAMES = uuid.UUID("6f0c2a3e-6f0d-4d5b-9a53-0d6c5b7a1f42")  # of the services that are written at the desk


class NoOrganisation(FrontDoorError):
    """Nothing in the directory says what this editor's organisation is called."""


class AddedBefore(FrontDoorError):
    """The same form made the service `service_id` already, from other words."""

    def __init__(self, service_id: str) -> None:
        super().__init__(marked("You have sent this form before, with other words."))
        self.service_id = service_id


def organisation_of(db: sa.Connection, who: Keeper) -> dict[str, Any]:
    """Their organisation, as its own records have it: the one that changed last. Raises NotYours, NoOrganisation."""
    return dict(_pattern(db, who)[0]["organization"])


def add_service(database: Database, who: Keeper, mark: str, changes: Changes, *, now: datetime) -> str:
    """Keep a new service of their own organisation, with what `changes` say of the parts ASKED; its id.

    `mark` is 32 hexadecimal digits that came with the form: sent twice, a form makes one service. Nobody's feed has
    it, so no import takes it away. Raises NotYours, NoOrganisation, NotRight, AddedBefore, ValueError for no mark.
    """
    if not MARK.fullmatch(mark):
        raise ValueError("a form's mark has 32 hexadecimal digits")
    service_id = str(uuid.uuid5(_NAMES, f"{who.username} {mark}"))  # nobody can choose the id of another service
    with database.writing() as db:
        take_turn(db)
        document = _written(service_id, _pattern(db, who), changes, now)
        if _is_there(db, service_id, document):
            return service_id
        if faults := faults_of(document, to_london(now).date()):
            raise NotRight(faults)
        record_version(db, service_id, document, by=who.username, why="added", now=now)
    return service_id


def _pattern(db: sa.Connection, who: Keeper) -> list[dict[str, Any]]:
    """The records of their organisation, the one that changed last first."""
    only_keeper(who, who.organisation_id)
    query = sa.select(service.c.document).where(service.c.organisation_id == who.organisation_id)
    order = service.c.removed_at.is_not(None), service.c.changed_at.desc(), service.c.id
    found = list(db.execute(query.order_by(*order)).scalars())
    if not found:
        raise NoOrganisation("The directory has no service of this organisation yet.")
    return found


def _written(service_id: str, ours: list[dict[str, Any]], changes: Changes, now: datetime) -> dict[str, Any]:
    organisation = ours[0]["organization"]
    base = {
        "id": service_id,
        "organization_id": organisation["id"],
        "name": "",
        "status": "active",
        "assured_date": to_london(now).date().isoformat(),  # who keeps it right has just written all of it
        "organization": organisation,
    }
    agencies = {get(document, "front_door.agency") for document in ours}
    paths = {path for part in ASKED for path in PARTS[part]}
    asked = {path: value for path, value in changes.items() if path in paths}
    # Two services of one agency are one agency's to a person's plan; where it has several, nobody can tell which.
    return put(base, {**asked, "front_door.agency": agencies.pop() if len(agencies) == 1 else None})


def _is_there(db: sa.Connection, service_id: str, document: dict[str, Any]) -> bool:
    """Whether this form was sent before. Raises AddedBefore where it said something else then."""
    try:
        load_record(db, service_id)
    except ServiceNotFound:
        return False
    first = history(db, service_id)[-1].document
    if any(one.part in ASKED for one in differences(first, document) if one.part != OTHER):
        raise AddedBefore(service_id)
    return True
