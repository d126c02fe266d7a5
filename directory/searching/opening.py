"""Which services are open at an instant, remembered for as long as it stays so."""

from datetime import datetime, timedelta
from typing import Any

from directory.hours import OPEN, OpenState, state_of, timetable

# Reading hours anew for every search would cost seconds among 10,000 services.
AT_MOST = timedelta(hours=6)


def opening_of(document: dict[str, Any], at: datetime) -> OpenState:
    """Whether the service of an Open Referral record is open somewhere at `at` (aware)."""
    ours = document.get("front_door") or {}
    read = timetable(
        schedules_of(document), exceptions=ours.get("exceptions") or (), bank_holidays=ours.get("bank_holidays"),
        term_time=ours.get("term_time") or False, by_appointment=ours.get("access") == "appointment",
    )  # fmt: skip
    return state_of(read, at)


def schedules_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The schedules of the service and of its places."""
    places = [place for place in document.get("service_at_locations") or [] if isinstance(place, dict)]
    return [schedule for record in (document, *places) for schedule in record.get("schedules") or []]


class Openings:
    """Of each record, whether it is open, and until when that holds. Threads may share one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[dict[str, Any], bool, datetime, datetime]] = {}

    def is_open(self, document: dict[str, Any], at: datetime) -> bool:
        """Whether it is known to be open at `at`; what is not known is not open and not closed."""
        known = self._known.get(document["id"])
        if known is not None and known[0] is document and known[2] <= at < known[3]:
            return known[1]
        state = opening_of(document, at)
        changes = state.until if state.state == OPEN else state.next_opens
        holds = at + AT_MOST
        self._known[document["id"]] = (document, state.state == OPEN, at, min(changes, holds) if changes else holds)
        return state.state == OPEN
