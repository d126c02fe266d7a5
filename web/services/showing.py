"""`/services/ID`: everything about one service that is for the public."""

from starlette.requests import Request
from starlette.responses import Response

from directory.keeping.evidence import PARTS
from directory.keeping.offered import CLOSED_FOR_NOW, GONE, Kept, kept_service
from foundation.clock import utc_now
from foundation.database import Database
from web import rendering
from web.edge import edge_of
from web.environment import WORDS
from web.services.facts import facts, public_service
from web.services.told import told


async def show(request: Request) -> Response:
    """The service; 410 with a kind word when it is there no more, 404 when there never was one for the public."""
    edge = edge_of(request)
    kept = await edge.in_thread(look, edge.database, str(request.path_params["id"]))
    return service_page(request, kept)


def service_page(request: Request, kept: Kept | None, *, error: str | None = None) -> Response:
    """The page of a service, with what was wrong with the form under it."""
    service = public_service(kept.document, kept.doubts) if kept else None
    if kept is None or service is None:
        title, text = WORDS("services.unknown_title"), WORDS("services.unknown")
        return rendering.page(request, "services/gone.html", status=404, title=title, text=text)
    if kept.stands == GONE:
        text = WORDS("services.gone")
        return rendering.page(request, "services/gone.html", status=410, title=service.name, text=text)
    page = facts(service, kept.document, now=utc_now())
    return rendering.page(
        request,
        "services/service.html",
        status=400 if error else 200,
        service=page,
        closed=kept.stands == CLOSED_FOR_NOW,
        parts=[(part, WORDS(f"services.wrong.{part}")) for part in PARTS],
        told=page["id"] in told(request),
        error=error,
    )


def look(database: Database, service_id: str) -> Kept | None:
    """The service as it is kept, whatever became of it."""
    with database.reading() as db:
        return kept_service(db, service_id)
