"""The addresses of the API. Each answers from the catalogue; nothing here can change anything."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from starlette.responses import Response

from directory.feeds import standard
from directory.feeds.writing import as_uuid
from foundation.settings import Settings
from web.oruk import filters, shapes
from web.oruk.answers import answer, page_of
from web.oruk.asking import Filters, Metres, Paging, Postcode
from web.oruk.catalogue import Catalogue, Listed, Snapshot
from web.oruk.entries import as_json, joined, written

VERSION, PROFILE = "HSDS-UK-3.0", "https://docs.openreferraluk.org/"
router = APIRouter()
_WRONG: dict[int | str, dict[str, Any]] = {400: {"model": shapes.Sorry, "description": "A parameter is wrong."}}
_MISSING: dict[int | str, dict[str, Any]] = {404: {"model": shapes.Sorry, "description": "There is none."}}
_GONE: dict[int | str, dict[str, Any]] = {410: {"model": shapes.Gone, "description": "Its source no longer has it."}}


async def catalogue_of(request: Request) -> Catalogue:
    """The catalogue of the application that serves this request."""
    catalogue = request.app.state.catalogue
    assert isinstance(catalogue, Catalogue)
    return catalogue


Books = Annotated[Catalogue, Depends(catalogue_of)]


@router.get("/", response_model=shapes.About, summary="What this API is", tags=["about"])
def about(request: Request, books: Books) -> Response:
    """The version of the standard, and where the OpenAPI document is."""
    known = books.current()
    settings: Settings = request.app.state.settings
    told = {
        "version": VERSION,
        "profile": PROFILE,
        "openapi_url": f"{settings.own_address}/oruk/v3/openapi.json",
        "name": f"Front Door, {settings.place.title()}",
        "demonstration": settings.demonstration,
        "services": len(known.services),
        "modified": written(known.modified),
    }
    return answer(request, as_json(told), modified=known.modified)


@router.get("/services", response_model=shapes.pages_of(shapes.ServiceInList), responses=_WRONG, tags=["services"])
def list_services(request: Request, books: Books, asked: Filters, paging: Paging) -> Response:
    """Services by name, each with its own values and its organisation's. Read one whole under its own address."""
    known = books.current()
    found = filters.services(known, asked)
    return _page(request, known, paging, found, lambda entry: entry.listed)


@router.get("/services/{id}", response_model=standard.Service, responses=_MISSING | _GONE, tags=["services"])
def one_service(request: Request, books: Books, id: str) -> Response:
    """A service with all that belongs to it. One that its source let go answers 410, so that you can let it go too."""
    known = books.current()
    entry = known.by_id.get(as_uuid(id))
    if entry is None:
        raise HTTPException(404, "There is no service with this id.")
    if entry.gone:
        return _gone(entry.listed)
    whole = books.whole(entry)
    if whole is None:
        raise HTTPException(404, "There is no service with this id.")
    return answer(request, as_json(whole), modified=entry.modified)


@router.get(
    "/organizations",
    response_model=shapes.pages_of(shapes.OrganizationInList),
    responses=_WRONG,
    tags=["organizations"],
)
def list_organizations(request: Request, books: Books, paging: Paging) -> Response:
    """Organisations by name: those that run a service that is published."""
    known = books.current()
    return _listed(request, known, paging, known.organizations.values())


@router.get("/organizations/{id}", response_model=shapes.OrganizationWhole, responses=_MISSING, tags=["organizations"])
def one_organization(request: Request, books: Books, id: str) -> Response:
    """An organisation with all that belongs to it, and its services as lists show them."""
    known = books.current()
    one = _found(known.organizations, id, "organisation")
    newest = max(one.entries, key=lambda entry: entry.modified)
    whole = books.whole(newest)
    told = whole["organization"] if whole and "organization" in whole else None
    services = b"[" + b",".join(entry.listed for entry in one.entries) + b"]"
    return answer(request, joined(as_json(told) if told else one.listed, services=services), modified=newest.modified)


@router.get(
    "/service_at_locations",
    response_model=shapes.pages_of(shapes.ServiceAtLocationInList),
    responses=_WRONG,
    tags=["service_at_locations"],
)
def list_places(
    request: Request,
    books: Books,
    asked: Filters,
    paging: Paging,
    postcode: Postcode = None,
    proximity: Metres = None,
) -> Response:
    """Services at their places. Those whose address is confidential are not here."""
    known = books.current()
    found = filters.places(known, replace(asked, postcode=postcode, proximity=proximity))
    return _page(request, known, paging, found, lambda one: joined(one[1].listed, service=one[0].listed))


@router.get(
    "/service_at_locations/{id}",
    response_model=shapes.ServiceAtLocationWhole,
    responses=_MISSING,
    tags=["service_at_locations"],
)
def one_place(request: Request, books: Books, id: str) -> Response:
    """A service at a place, with all that belongs to it."""
    known = books.current()
    entry, at = _found(known.places, id, "service at a location")
    whole = books.whole(entry) or {}
    place = next((place for place in whole.get("service_at_locations", []) if place["id"] == at.id), None)
    if place is None:
        raise HTTPException(404, "There is no service at a location with this id.")
    service = {key: value for key, value in whole.items() if key != "service_at_locations"}
    return answer(request, as_json({**place, "service": service}), modified=entry.modified)


@router.get("/taxonomies", response_model=shapes.pages_of(shapes.Taxonomy), responses=_WRONG, tags=["taxonomies"])
def list_taxonomies(request: Request, books: Books, paging: Paging) -> Response:
    """The taxonomies of which services here are given terms."""
    known = books.current()
    return _listed(request, known, paging, known.taxonomies.values())


@router.get("/taxonomies/{id}", response_model=shapes.TaxonomyWhole, responses=_MISSING, tags=["taxonomies"])
def one_taxonomy(request: Request, books: Books, id: str) -> Response:
    """A taxonomy and its terms."""
    known = books.current()
    one = _found(known.taxonomies, id, "taxonomy")
    terms = b"[" + b",".join(term.listed for term in known.terms.values() if term.within == one.id) + b"]"
    return answer(request, joined(one.listed, taxonomy_terms=terms), modified=known.modified)


@router.get(
    "/taxonomy_terms", response_model=shapes.pages_of(standard.TaxonomyTerm), responses=_WRONG, tags=["taxonomies"]
)
def list_terms(request: Request, books: Books, paging: Paging) -> Response:
    """The terms that services here are given."""
    known = books.current()
    return _listed(request, known, paging, known.terms.values())


@router.get("/taxonomy_terms/{id}", response_model=standard.TaxonomyTerm, responses=_MISSING, tags=["taxonomies"])
def one_term(request: Request, books: Books, id: str) -> Response:
    """One term."""
    known = books.current()
    return answer(request, _found(known.terms, id, "taxonomy term").listed, modified=known.modified)


def _gone(left: bytes) -> Response:
    told = joined(left, error=as_json("The source of this service no longer has it. Please delete your copy."))
    return Response(told, status_code=410, media_type="application/json")


def _found[T](several: dict[str, T], key: str, what: str) -> T:
    one = several.get(as_uuid(key))
    if one is None:
        raise HTTPException(404, f"There is no {what} with this id.")
    return one


def _listed(request: Request, known: Snapshot, paging: tuple[int, int], several: Iterable[Listed]) -> Response:
    everything = list(several)
    return _page(request, known, paging, everything, lambda one: one.listed)


def _page[T](
    request: Request,
    known: Snapshot,
    paging: tuple[int, int],
    found: Sequence[T],
    body_of: Callable[[T], bytes],
) -> Response:
    page, per_page = paging
    shown = found[(page - 1) * per_page : page * per_page]
    body = page_of([body_of(one) for one in shown], page=page, per_page=per_page, total=len(found))
    return answer(request, body, modified=known.modified)
