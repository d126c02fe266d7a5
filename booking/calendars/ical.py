"""What every calendar of ours has: its head, its time zone, who organises. RFC 5545, with RFC 5546 for the methods."""

from datetime import date, datetime
from typing import Literal

from icalendar import Calendar, Event, Timezone, vCalAddress, vText

from booking.hub import Hub
from foundation.clock import LONDON, to_london

type Method = Literal["PUBLISH", "REQUEST", "CANCEL"]
# Twenty-one years of clock changes are plenty, and keep the file small.
ZONE_FROM, ZONE_TO = date(2020, 1, 1), date(2041, 1, 1)
# RFC 2606 keeps .invalid: an answer that a calendar sends there goes nowhere. A hub may have an address of its own.
NO_ADDRESS = "no-answer@frontdoor.invalid"


def new_calendar(product: str, method: Method) -> Calendar:
    """An empty calendar with the time zone of its events in it."""
    calendar = Calendar()
    calendar.add("prodid", f"-//Front Door//{product}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(Timezone.from_tzinfo(LONDON, "Europe/London", ZONE_FROM, ZONE_TO))
    return calendar


def new_event(hub: Hub, *, uid: str, sequence: int, stamp: datetime, start: datetime, finish: datetime) -> Event:
    """An event in wall time, organised by the hub and open to nobody else's eyes."""
    event = Event()
    event.add("uid", f"{uid}@frontdoor.invalid")
    event.add("sequence", sequence)
    event.add("dtstamp", stamp)
    event.add("dtstart", to_london(start))
    event.add("dtend", to_london(finish))
    event.add("class", "PRIVATE")
    event.add("organizer", _address(str(hub.details.get("email") or NO_ADDRESS), name=hub.name), encode=False)
    return event


def invite(event: Event, address: str) -> None:
    """Name whom the event is for. They have said yes before, and no answer is asked of their calendar."""
    attendee = _address(address)
    attendee.params.update({"CUTYPE": "INDIVIDUAL", "PARTSTAT": "ACCEPTED", "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"})
    event.add("attendee", attendee, encode=False)


def as_text(calendar: Calendar) -> str:
    """The file: lines of at most 75 octets, each ended by CR LF."""
    return str(calendar.to_ical(), "utf-8")


def _address(address: str, *, name: str = "") -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    if name:
        found.params["CN"] = vText(name)
    return found
