"""Who may open the directory's pages at the desk, and what an error of theirs looks like."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response

from casework.staff import Staff
from directory.keeping.conflicts import NoSuchConflict
from directory.keeping.editing import ServiceNotFound, ServiceRemoved
from directory.keeping.evidence import NoSuchEvidence
from directory.keeping.keepers import Keeper, NotYours
from directory.keeping.listing import Waiting, waiting
from directory.keeping.proposals import NoSuchProposal
from directory.keeping.quarantined import NoSuchRecord
from foundation.clock import utc_now
from foundation.errors import FrontDoorError
from foundation.languages import marked, translate
from web import rendering
from web.desk import signed_in
from web.edge import edge_of

EDITOR, MANAGER = "directory_editor", "directory_manager"
ROLES = (EDITOR, MANAGER)
GONE = (ServiceNotFound, ServiceRemoved, NoSuchConflict, NoSuchEvidence, NoSuchProposal, NoSuchRecord)
type Answer = Callable[[Request], Awaitable[Response]]
type Page = Callable[[Request, Keeper], Awaitable[Response]]


def keeper_of(who: Staff) -> Keeper:
    """What somebody at the desk may do with the directory."""
    if who.role not in ROLES:
        raise NotYours(marked("Your account is for cases and visits, not for the directory."))
    return Keeper(who.username, who.organisation_id if who.role == EDITOR else None, manager=who.role == MANAGER)


def kept_by(page: Page) -> Answer:
    """Only for people of the directory who are signed in. What they may not do is refused by the use case itself."""

    async def guarded(request: Request, who: Staff) -> Response:
        request.state.who = who
        try:
            keeper = keeper_of(who)
            request.state.waiting = await edge_of(request).in_thread(_waiting, request, keeper)
            return await page(request, keeper)
        except NotYours as error:
            return _told(request, error, 403)
        except GONE as error:
            return _told(request, error, 404)

    return signed_in(guarded)


def _waiting(request: Request, who: Keeper) -> Waiting:
    with edge_of(request).database.reading() as db:
        return waiting(db, who, now=utc_now())


def _told(request: Request, error: FrontDoorError, status: int) -> Response:
    return show(request, "refused.html", status=status, text=translate(str(error)))


def show(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    """A page of the directory's desk, with what waits for this person."""
    told = {"who": request.state.who, "waiting": getattr(request.state, "waiting", None), **context}
    return rendering.page(request, f"desk/directory/{template}", status=status, **told)
