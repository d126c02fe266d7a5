"""FHIR R4 for partners: an agency's own legs as Appointments, read with the key that the hub made for it."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from booking.calendars.fhir import (
    Resource,
    appointment,
    capability,
    outcome,
    searchset,
    visit_system,
)
from booking.calendars.legs import BookedLeg, booked_legs, count_legs
from booking.tables import leg, visit
from casework.agreed import first_names
from casework.partners import partner_of
from foundation.clock import LONDON, utc_now
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.references import NotAReference, read_reference
from web.edge import edge_of
from web.fhir_pages import AFTER, COUNT, MOST, Page, PageNotPossible, read_page

FHIR_JSON = "application/fhir+json"
DATED = "2026-11-23"  # when what the server can do changed last
SINCE = timedelta(days=30)  # without a date, a search begins here
type Answer = Callable[[Request, str], Awaitable[Response]]
type Where = list[sa.ColumnElement[bool]]
COMPARED: dict[str, Callable[[datetime, datetime], Where]] = {
    "eq": lambda first, end: [leg.c.start >= first, leg.c.start < end],
    "ge": lambda first, _: [leg.c.start >= first],
    "gt": lambda _, end: [leg.c.start >= end],
    "le": lambda _, end: [leg.c.start < end],
    "lt": lambda first, _: [leg.c.start < first],
}


class SearchNotPossible(FrontDoorError):
    """A search parameter that is not known or cannot be read. The text says which."""


def partnered(page: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Only for a partner with a key, who then sees their own agency's legs."""

    async def guarded(request: Request) -> Response:
        edge = edge_of(request)
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        agency = await edge.in_thread(_partner, edge.database, key.strip()) if scheme.lower() == "bearer" else None
        if agency is None:
            refused = answer(outcome("login", "Send your agency's key as a bearer token."), status=401)
            refused.headers["WWW-Authenticate"] = 'Bearer realm="Front Door"'
            return refused
        return await page(request, agency)

    return guarded


def _partner(database: Database, key: str) -> str | None:
    with database.reading() as db:
        return partner_of(db, key)


async def metadata(request: Request) -> Response:
    """GET /api/fhir/metadata"""
    return answer(capability(base=edge_of(request).settings.own_address, dated=DATED))


async def search(request: Request, agency: str) -> Response:
    """GET /api/fhir/Appointment?identifier=SYSTEM|REFERENCE&date=ge2026-11-23&_count=50"""
    edge, asked = edge_of(request), request.query_params.multi_items()
    base = edge.settings.own_address
    try:
        page, where = read_page(asked), _where(asked, base=base, now=utc_now())
    except (SearchNotPossible, PageNotPossible) as error:
        return answer(outcome("invalid", str(error)), status=400)
    total, legs, found = await edge.in_thread(_a_page, edge.database, agency, where, page, base=base)
    more = page.next(legs[page.count - 1]).query(asked) if 0 < page.count < len(legs) else ""
    return answer(searchset(found[: page.count], total=total, base=base, asked=str(request.query_params), more=more))


async def read(request: Request, agency: str) -> Response:
    """GET /api/fhir/Appointment/ID. Another agency's is as little there as one that never was."""
    edge = edge_of(request)
    id = str(request.path_params["id"])
    where: Where = [leg.c.visit == id[:6]]
    one = Page(count=MOST)
    _, _, found = await edge.in_thread(_a_page, edge.database, agency, where, one, base=edge.settings.own_address)
    mine = [each for each in found if each["id"] == id]
    if not mine:
        return answer(outcome("not-found", "There is no such Appointment of your agency."), status=404)
    return answer(mine[0], headers={"ETag": f'W/"{mine[0]["meta"]["versionId"]}"'})


def _a_page(
    database: Database, agency: str, where: Where, page: Page, *, base: str
) -> tuple[int, list[BookedLeg], list[Resource]]:
    """How many there are in all, the legs of a page and one more where there is one, and these as Appointments."""
    mine = [leg.c.agency == agency, *where]
    with database.reading() as db:
        total = count_legs(db, *mine)
        legs = booked_legs(db, *mine, *page.where(), most=page.count + 1) if page.count else []
        names = first_names(db, {each.reference for each in legs}, agency)
    return total, legs, [appointment(each, base=base, name=names.get(each.reference, "")) for each in legs]


def _where(asked: list[tuple[str, str]], *, base: str, now: datetime) -> Where:
    """What a search picks. Raises SearchNotPossible."""
    where: Where = []
    for name, value in asked:
        if name == "identifier":
            where.append(_identified(value, base))
        elif name == "date":
            where += _dated(value)
        elif name not in ("_format", COUNT, AFTER):
            raise SearchNotPossible(f"We cannot search by {name!r}. Use identifier or date, and _count.")
    return where or [visit.c.finish > now - SINCE]


def _identified(value: str, base: str) -> sa.ColumnElement[bool]:
    system, bar, reference = value.rpartition("|")
    if bar and system != visit_system(base):
        return sa.false()  # somebody else's identifier: we have none of those
    try:
        return leg.c.visit == read_reference(reference)
    except NotAReference as error:
        raise SearchNotPossible(f"{reference!r} is not a visit's reference.") from error


def _dated(value: str) -> Where:
    prefix, day = (value[:2], value[2:]) if value[:2] in COMPARED else ("eq", value)
    try:
        first = datetime.combine(date.fromisoformat(day), time(), LONDON)
        end = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), LONDON)
    except (ValueError, OverflowError) as error:
        raise SearchNotPossible(f"{value!r} is not a day such as ge2026-11-23.") from error
    return COMPARED[prefix](first, end)


def answer(resource: Resource, *, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A resource as FHIR JSON, which nobody between us keeps."""
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(resource, status_code=status, media_type=FHIR_JSON, headers=kept)


routes = [
    Route("/api/fhir/metadata", metadata),
    Route("/api/fhir/Appointment", partnered(search)),
    Route("/api/fhir/Appointment/{id}", partnered(read)),
]
