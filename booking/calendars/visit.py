"""A visit as an iCalendar file. Nothing in it says what the visit is about or whom the person sees."""

from datetime import date, datetime

from icalendar import Calendar, Event, Timezone

from booking.visits.model import Visit
from foundation.clock import LONDON, to_london
from foundation.languages import translate
from foundation.references import show_reference

PRODUCT = "-//Front Door//Visit//EN"
# Twenty-one years of clock changes are plenty, and keep the file small.
ZONE_FROM, ZONE_TO = date(2020, 1, 1), date(2041, 1, 1)


def visit_ics(visit: Visit, *, now: datetime) -> str:
    """The text of an `.ics` file (RFC 5545) in Europe/London time, with its time zone in it.

    UID stays the same for a visit and SEQUENCE grows with each version, so that a changed visit replaces the old
    entry; a cancelled visit says METHOD:CANCEL. `now` is the time stamp.
    """
    cancelled = visit.state == "cancelled"
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "CANCEL" if cancelled else "PUBLISH")
    calendar.add_component(Timezone.from_tzinfo(LONDON, "Europe/London", ZONE_FROM, ZONE_TO))
    calendar.add_component(_event(visit, now=now, cancelled=cancelled))
    return str(calendar.to_ical(), "utf-8")


def _event(visit: Visit, *, now: datetime, cancelled: bool) -> Event:
    event = Event()
    event.add("uid", f"visit-{visit.reference}@frontdoor.invalid")
    event.add("sequence", visit.version)
    event.add("dtstamp", now)
    event.add("dtstart", to_london(visit.start))
    event.add("dtend", to_london(visit.finish))
    event.add("summary", translate("Visit to {hub}").format(hub=visit.hub.name))
    event.add("location", visit.hub.address)
    told = translate("Your reference is {reference}. Phone {phone}.")
    event.add("description", told.format(reference=show_reference(visit.reference), phone=visit.hub.phone))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    return event
