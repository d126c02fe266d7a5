"""The database that the settings name, for commands."""

from foundation.database import Database
from foundation.settings import get_settings


def the_database() -> Database:
    """It, opened."""
    return Database(get_settings().database_url)
