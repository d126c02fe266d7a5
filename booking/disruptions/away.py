"""The time that something broken takes out of the rota, as rules: leave, or a closed room or hub. Plain values."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from booking.disruptions.reading import Disruption
from booking.rotas.rules import CLOSED, DESK, LEAVE, Rule
from foundation.clock import instant_of, to_london

MIDNIGHT = "24:00"


def rules_of(broken: Disruption) -> list[Rule]:
    """One rule for a part of a day, one for the whole days between: the same rules each time it is reported."""
    kind = LEAVE if broken.whom.startswith("adviser:") else CLOSED
    first, end = to_london(instant_of(broken.first)), to_london(instant_of(broken.end))
    return [
        Rule(
            kind=kind, whom=broken.whom, hub=broken.hub, first_day=days[0], last_day=days[1], start=hours[0],
            end=hours[1], note=broken.note, source=DESK, changed_by=broken.by, changed_at=broken.at,
        ).with_id()
        for days, hours in _parts(first, end)
    ]  # fmt: skip


def _parts(first: datetime, end: datetime) -> Iterator[tuple[tuple[date, date], tuple[str, str]]]:
    """Days (first and last) and hours, all day being no hours."""
    begins, last = first.date(), end.date()
    if begins == last:
        yield (begins, begins), (_clock(first), _clock(end))
        return
    if _clock(first) != "00:00":
        yield (begins, begins), (_clock(first), MIDNIGHT)
        begins += timedelta(days=1)
    if begins < last:
        yield (begins, last - timedelta(days=1)), ("", "")
    if _clock(end) != "00:00":
        yield (last, last), ("00:00", _clock(end))


def _clock(wall: datetime) -> str:
    return f"{wall:%H:%M}"
