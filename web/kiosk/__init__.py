"""The kiosk of a hub: the same conversation at arm's length, cleared by the server when a person has gone."""

from web.kiosk.routes import routes
from web.kiosk.sitting import sweep
from web.kiosk.visitor import is_kiosk

__all__ = ["is_kiosk", "routes", "sweep"]
