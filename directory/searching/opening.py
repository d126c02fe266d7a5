"""Which services are open at an instant, remembered for as long as it stays so."""

from datetime import datetime, timedelta
from typing import Any

from directory.hours import OPEN, OpenState, hours_of, state_of

# Reading hours anew for every search would cost seconds among 10,000 services.
AT_MOST = timedelta(hours=6)


def states_of(document: dict[str, Any], at: datetime) -> list[OpenState]:
    """How the service of an Open Referral record stands at `at` (aware), a state for each of its places."""
    places = len(document.get("service_at_locations") or [])
    return [state_of(hours_of(document, place=number), at) for number in range(max(1, places))]


class Openings:
    """Of each record, whether it is open, and until when that holds. Threads may share one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[dict[str, Any], bool, datetime, datetime]] = {}

    def is_open(self, document: dict[str, Any], at: datetime) -> bool:
        """Whether it is known to be open somewhere at `at`; what is not known is not open and not closed."""
        known = self._known.get(document["id"])
        if known is not None and known[0] is document and known[2] <= at < known[3]:
            return known[1]
        states = states_of(document, at)
        is_open = any(state.state == OPEN for state in states)
        changes = [change for state in states if (change := state.until or state.next_opens)]
        self._known[document["id"]] = (document, is_open, at, min([at + AT_MOST, *changes]))
        return is_open
