"""The services of this database, parsed once and again whenever they change, with what was told against them."""

import threading
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from directory.deciding.catalogue import Catalogue
from directory.keeping.store import changed_services, load_services, services_version
from directory.keeping.tables import evidence
from directory.model import Service
from foundation.clock import to_london
from foundation.database import Database


@dataclass(frozen=True)
class _Kept:
    version: int
    doubts: Hashable
    services: Sequence[Service]
    catalogue: Catalogue


_kept: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()  # by object: a database made anew is another one
_lock = threading.Lock()
_COUNTED = sa.select(sa.func.count(), sa.func.max(evidence.c.id)).where(evidence.c.settled_at.is_(None))


def current_services(database: Database) -> Catalogue:
    """Every active service as it now is. Costs two small queries when nothing has changed since the last call."""
    with database.reading() as db:
        version = services_version(db)
        doubts: Hashable = tuple(db.execute(_COUNTED).one())
        kept = _kept.get(database)
        if kept is not None and (kept.version, kept.doubts) == (version, doubts):
            return kept.catalogue
        services = _brought_up(db, kept, version)
        catalogue = Catalogue(_doubted(services, _days(db)))
    with _lock:
        _kept[database] = _Kept(version, doubts, services, catalogue)
    return catalogue


def _brought_up(db: sa.Connection, kept: _Kept | None, version: int) -> Sequence[Service]:
    """All services, with only those read again that changed: an edit does not cost the reading of ten thousand."""
    if kept is None or version < kept.version:
        return load_services(db)
    if version == kept.version:
        return kept.services
    changed = changed_services(db, kept.version)
    services = [service for service in kept.services if service.id not in changed]
    services += [service for service in changed.values() if service is not None]
    return sorted(services, key=lambda service: (service.name, service.id))


def _days(db: sa.Connection) -> dict[str, list[date]]:
    """The London days on which something was told about each service that nobody has settled."""
    found: dict[str, list[date]] = {}
    query = sa.select(evidence.c.service_id, evidence.c.at).where(evidence.c.settled_at.is_(None))
    for row in db.execute(query.order_by(evidence.c.id)):
        found.setdefault(row.service_id, []).append(to_london(row.at).date())
    return found


def _doubted(services: Sequence[Service], days: dict[str, list[date]]) -> list[Service]:
    return [replace(s, doubts=tuple(days[s.id])) if s.id in days else s for s in services]
