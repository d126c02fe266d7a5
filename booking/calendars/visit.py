"""A visit as an iCalendar file. Nothing in it says what the visit is about or whom the person sees.

UID stays the same for a visit and SEQUENCE grows with each version, so that a changed visit replaces the old entry.
The method depends on who opens the file. RFC 5546 (3.2.1) forbids attendees in PUBLISH and wants one in REQUEST
(3.2.2). A file that anybody may take from the visit's page is published: Outlook, Apple's Calendar and Google's then
just put it in, without asking for an answer that nobody reads. The file behind the link of an e-mail is for one known
address: it is a REQUEST, so that a calendar that has the entry moves it. Both become CANCEL with the visit.
"""

from collections.abc import Sequence
from datetime import datetime

from icalendar import Calendar, Event

from booking.calendars.ical import Method, as_text, invite, new_calendar, new_event
from booking.openings import OpeningLeg
from booking.visits.model import Visit
from foundation.languages import translate
from foundation.references import show_reference


def visit_ics(visit: Visit, *, now: datetime, attendee: str = "") -> str:
    """The text of an `.ics` file (RFC 5545) in Europe/London time. `attendee`: the address it was sent to."""
    cancelled = visit.state == "cancelled"
    calendar = new_calendar("Visit", _method(cancelled=cancelled, attendee=attendee))
    event = new_event(
        visit.hub, uid=f"visit-{visit.reference}", sequence=visit.version, stamp=now, start=visit.start,
        finish=visit.finish,
    )  # fmt: skip
    event.add("summary", translate("Visit to {hub}").format(hub=visit.hub.name))
    event.add("location", visit.hub.address)
    told = translate("Your reference is {reference}. Phone {phone}.")
    event.add("description", told.format(reference=show_reference(visit.reference), phone=visit.hub.phone))
    _finish(calendar, event, cancelled=cancelled, attendee=attendee)
    return as_text(calendar)


def agency_ics(visit: Visit, agency: str, *, now: datetime, attendee: str = "") -> str:
    """The part of one agency; cancelled where the visit is, or where this agency is not in it any more."""
    legs: Sequence[OpeningLeg] = [leg for leg in visit.legs if leg.agency == agency]
    cancelled = visit.state == "cancelled" or not legs
    calendar = new_calendar("Visit", _method(cancelled=cancelled, attendee=attendee))
    start = min((leg.start for leg in legs), default=visit.start)
    finish = max((leg.finish for leg in legs), default=visit.finish)
    event = new_event(
        visit.hub, uid=leg_uid(visit.reference, agency), sequence=visit.version, stamp=now, start=start, finish=finish
    )
    event.add("summary", f"Visit {show_reference(visit.reference)}")
    event.add("location", ", ".join(filter(None, [legs[0].room_label if legs else "", visit.hub.name])))
    _finish(calendar, event, cancelled=cancelled, attendee=attendee)
    return as_text(calendar)


def leg_uid(reference: str, agency: str) -> str:
    """What an agency's part of a visit is known by in calendars, whoever of the agency sees the person."""
    return f"visit-{reference}-{agency}"


def _method(*, cancelled: bool, attendee: str) -> Method:
    return "CANCEL" if cancelled else "REQUEST" if attendee else "PUBLISH"


def _finish(calendar: Calendar, event: Event, *, cancelled: bool, attendee: str) -> None:
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if attendee:
        invite(event, attendee)
    calendar.add_component(event)
