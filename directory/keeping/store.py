"""The services that are kept, as documents and as what deciding code sees. What changes them is in `versions`."""

import logging
from typing import Any

import sqlalchemy as sa

from directory.keeping.tables import directory_change, service
from directory.model import Service, ServiceBroken, read_service

ACTIVE = "active"
log = logging.getLogger(__name__)


def is_offered(row: Any) -> bool:
    """Whether a row of `service` is offered: active, and still in its source."""
    return bool(row.status == ACTIVE and row.removed_at is None)


def load_services(db: sa.Connection) -> list[Service]:
    """Every service that is offered, by name."""
    query = sa.select(service.c.document).where(service.c.status == ACTIVE, service.c.removed_at.is_(None))
    documents = db.execute(query.order_by(service.c.name, service.c.id)).scalars()
    return [read for document in documents if (read := _read(document)) is not None]


def _read(document: dict[str, Any]) -> Service | None:
    """One that went in under older rules and breaks a newer one is told, and does not take the others with it."""
    try:
        return read_service(document)
    except ServiceBroken as error:
        log.error("The service %s cannot be offered: %s `frontdoor directory check` names it.", document["id"], error)
        return None


def changed_services(db: sa.Connection, since: int) -> dict[str, Service | None]:
    """By id, the services that changed after change number `since`: as they are now, or None when not offered."""
    columns = service.c.id, service.c.status, service.c.removed_at, service.c.document
    return {
        row.id: _read(row.document) if is_offered(row) else None
        for row in db.execute(sa.select(*columns).where(service.c.change > since))
    }


def services_version(db: sa.Connection) -> int:
    """Rises with every change of any service: an edit, a removal, a return. One row is read."""
    number = db.execute(sa.select(directory_change.c.number)).scalar_one_or_none()
    return 0 if number is None else int(number)


def all_documents(db: sa.Connection) -> list[dict[str, Any]]:
    """Every service's document, whatever its status, but for those that their source no longer has."""
    query = sa.select(service.c.document).where(service.c.removed_at.is_(None))
    return list(db.execute(query.order_by(service.c.name, service.c.id)).scalars())
