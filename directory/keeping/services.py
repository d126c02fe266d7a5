"""The services of this database, parsed once and again whenever they change."""

import threading

from directory.keeping.store import load_services, services_version
from directory.model import Service
from foundation.database import Database

_kept: dict[str, tuple[object, list[Service]]] = {}
_lock = threading.Lock()


def current_services(database: Database) -> list[Service]:
    """Every active service as it now is. Costs one small query when nothing has changed since the last call."""
    key = database.url.render_as_string(hide_password=False)
    with database.reading() as db:
        version = services_version(db)
        kept = _kept.get(key)
        if kept is not None and kept[0] == version:
            return kept[1]
        services = load_services(db)
    with _lock:
        _kept[key] = (version, services)
    return services
