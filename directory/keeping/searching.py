"""The search index of this database's services, made once and again when they have changed."""

import threading

from directory.keeping.services import current_services
from directory.searching.index import ServiceIndex
from foundation.database import Database

_kept: dict[str, tuple[object, ServiceIndex]] = {}
_making = threading.Lock()


def current_index(database: Database) -> ServiceIndex:
    """The index of every active service. While one thread makes a new one, the others still use that before it."""
    services = current_services(database)
    key = database.url.render_as_string(hide_password=False)
    kept = _kept.get(key)
    if kept is not None and kept[0] is services:
        return kept[1]
    if not _making.acquire(blocking=kept is None):
        assert kept is not None
        return kept[1]
    try:
        kept = _kept.get(key)
        if kept is None or kept[0] is not services:
            kept = (services, ServiceIndex(services, before=kept[1] if kept else None))
            _kept[key] = kept
        return kept[1]
    finally:
        _making.release()
