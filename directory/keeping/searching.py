"""The search index of this database's services, made once and again when they have changed."""

import threading
from weakref import WeakKeyDictionary

from directory.keeping.services import current_services
from directory.searching.index import ServiceIndex
from foundation.database import Database

_kept: WeakKeyDictionary[Database, tuple[object, ServiceIndex]] = WeakKeyDictionary()
_making = threading.Lock()


def current_index(database: Database) -> ServiceIndex:
    """The index of every active service. While one thread makes a new one, the others still use that before it."""
    services = current_services(database)
    kept = _kept.get(database)
    if kept is not None and kept[0] is services:
        return kept[1]
    if not _making.acquire(blocking=kept is None):
        assert kept is not None
        return kept[1]
    try:
        kept = _kept.get(database)
        if kept is None or kept[0] is not services:
            kept = (services, ServiceIndex(services, before=kept[1] if kept else None))
            _kept[database] = kept
        return kept[1]
    finally:
        _making.release()
