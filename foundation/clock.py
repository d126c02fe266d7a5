"""Instants are aware UTC datetimes; people live in Europe/London; a cell is 15 minutes of UTC."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
CELL_MINUTES = 15
CELL_SECONDS = CELL_MINUTES * 60


def utc_now() -> datetime:
    """The present instant, aware, UTC. Only front doors and the command line call this."""
    return datetime.now(UTC)


def cell_of(instant: datetime) -> int:
    """The number of the 15-minute cell that `instant` (aware) falls in: epoch seconds // 900."""
    return int(instant.timestamp()) // CELL_SECONDS


def instant_of(cell: int) -> datetime:
    """The UTC instant at which `cell` begins."""
    return datetime.fromtimestamp(cell * CELL_SECONDS, UTC)


def to_london(instant: datetime) -> datetime:
    """The same instant as wall time in Europe/London."""
    return instant.astimezone(LONDON)
