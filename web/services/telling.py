"""Is something wrong here? A tap, no words: it counts as evidence, and the people who keep the record look."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory.keeping.evidence import PARTS, record_evidence
from directory.keeping.offered import GONE
from directory.publishing import is_public
from foundation.clock import utc_now
from foundation.database import Database
from web.edge import edge_of
from web.environment import WORDS
from web.services.showing import look, service_page
from web.services.told import remember, told

MOST_SERVICES = 10  # in one day of a browser; more is not one person's day


async def tell(request: Request) -> Response:
    """Keep what is wrong, once a service and sitting; then the page again, with thanks."""
    edge = edge_of(request)
    form = await request.form()
    service_id, part = str(request.path_params["id"]), str(form.get("part") or "")
    kept = await edge.in_thread(look, edge.database, service_id)
    if kept is None or not is_public(kept.document) or kept.stands == GONE:
        return service_page(request, kept)
    if not edge.sittings.genuine(request, form.get("csrf")):
        return service_page(request, kept, error=WORDS("errors.choose_again"))
    if part not in PARTS:
        return service_page(request, kept, error=WORDS("services.choose_part"))
    before = told(request)
    if service_id in before:
        return RedirectResponse(f"/services/{service_id}#wrong", status_code=303)
    if len(before) < MOST_SERVICES:
        await edge.in_thread(_keep, edge.database, service_id, part)
    response = RedirectResponse(f"/services/{service_id}#wrong", status_code=303)
    remember(request, response, [*before, service_id])
    return response


def _keep(database: Database, service_id: str, part: str) -> None:
    with database.writing() as db:
        record_evidence(db, service_id, kind="said_wrong", part=part, now=utc_now())
