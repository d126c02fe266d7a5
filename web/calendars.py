"""Calendars out: each adviser's own feed, and the file of one visit behind the private link of an e-mail."""

import hashlib
from email.utils import format_datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from booking.calendars.feeds import feed_ics, legs_of_feed, owner_of
from booking.calendars.visit import agency_ics, visit_ics
from booking.errors import VisitNotFound
from booking.visits.model import visit_in
from casework.agreed import first_names
from casework.calendar_links import open_link
from casework.telling import contact_of
from casework.ways import language_of
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import ENGLISH, speaking
from web.edge import edge_of

CALENDAR = "text/calendar; charset=utf-8"
# A calendar may keep its copy and asks each time whether it is still right; nobody between us keeps any (RFC 9213).
OWN_COPY = {"Cache-Control": "private, no-cache", "CDN-Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


async def feed(request: Request) -> Response:
    """GET /calendar/SECRET.ics: an adviser's feed, or 404 as for a page that never was."""
    edge = edge_of(request)
    found = await edge.in_thread(_feed, edge.database, str(request.path_params["secret"]))
    if found is None:
        raise HTTPException(404)
    text, changed = found
    etag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
    headers = {**OWN_COPY, "ETag": etag, **({"Last-Modified": changed} if changed else {})}
    # Only the ETag is believed: a leg that goes to a colleague leaves the feed without a later date in it.
    if etag in [each.strip().removeprefix("W/") for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(text, media_type=CALENDAR, headers=headers)


def _feed(database: Database, secret: str) -> tuple[str, str] | None:
    """The feed, and when the newest change in it was made (an HTTP date)."""
    with database.reading() as db:
        owner = owner_of(db, secret)
        if owner is None:
            return None
        legs = legs_of_feed(db, owner, now=utc_now())
        names = first_names(db, (each.reference for each in legs), owner.agency)
    changed = max((each.changed_at for each in legs), default=None)
    with speaking(ENGLISH):
        text = feed_ics(owner, legs, names=names)
    return text, format_datetime(changed, usegmt=True) if changed is not None else ""


async def one_visit(request: Request) -> Response:
    """GET /calendar/visit/SECRET.ics: the visit as it is now, whole or one agency's part of it."""
    edge = edge_of(request)
    text = await edge.in_thread(_one_visit, edge.database, str(request.path_params["secret"]))
    if text is None:
        raise HTTPException(404)
    headers = {**OWN_COPY, "Content-Disposition": 'attachment; filename="visit.ics"'}
    return Response(text, media_type=CALENDAR, headers=headers)


def _one_visit(database: Database, secret: str) -> str | None:
    now = utc_now()
    linked = open_link(database, secret, now=now)
    if linked is None:
        return None
    with database.reading() as db:
        try:
            visit = visit_in(db, linked.reference)
        except VisitNotFound:
            return None
        contact = contact_of(db, linked.reference) or {}
        language = language_of(db, visit.resident)
    if linked.whom:
        attendee = str(visit.hub.agencies.get(linked.whom, {}).get("email") or "")
        with speaking(ENGLISH):
            return agency_ics(visit, linked.whom, now=now, attendee=attendee)
    with speaking(language):
        return visit_ics(visit, now=now, attendee=contact.get("email", ""))


routes = [
    Route("/calendar/visit/{secret}.ics", one_visit),
    Route("/calendar/{secret}.ics", feed),
]
