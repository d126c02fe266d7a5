"""Getting there, in words: how far it is, and by which bus."""

from typing import Any

from directory.geography.distance import MILE, Near
from directory.labels import travel_word
from foundation.languages import translate_count

MOST_BUSES = 3
EXACT_UP_TO = 20  # miles; beyond it a round number says it better


def how_far(metres: float) -> str:
    """`Less than half a mile away`, `About half a mile away`, `About 2 miles away`: as the crow flies, so "about"."""
    miles = metres / MILE
    if miles < 0.375:
        return travel_word("near")
    if miles < 0.7:
        return travel_word("half_a_mile")
    count = round(miles) if miles < EXACT_UP_TO else 5 * round(miles / 5)
    return translate_count("About {count} mile away", "About {count} miles away", count).format(count=count)


def getting_there(document: dict[str, Any], near: Near | None) -> list[str]:
    """What to know of the way to a service of an Open Referral record, a sentence each; nothing for a secret place.

    `near` is the place that is nearest to the person, where that is known.
    """
    ours = document.get("front_door") or {}
    if ours.get("confidential_address"):
        return []
    distance = [f"{how_far(near.metres)}."] if near else []
    told = [bus for bus in ours.get("buses") or [] if bus.get("route") and bus.get("stop")]
    buses = [_bus(bus) for bus in told[:MOST_BUSES]]
    return distance + (buses or _transport(document, near.place if near else 0))


def _bus(bus: dict[str, Any]) -> str:
    minutes = round(float(bus.get("walk_minutes") or 0))
    named = {"bus": str(bus["route"]), "stop": str(bus["stop"])}
    if not minutes:
        return travel_word("bus_here", **named)
    return translate_count(
        "Bus {bus} stops at {stop}, {count} minute from there on foot.",
        "Bus {bus} stops at {stop}, {count} minutes from there on foot.",
        minutes,
    ).format(count=minutes, **named)


def _transport(document: dict[str, Any], place: int) -> list[str]:
    """What the record itself says of buses and parking at that place, in its own words."""
    places = document.get("service_at_locations") or []
    told = (places[place].get("location") or {}).get("transportation") if place < len(places) else None
    return [str(told)] if told else []
