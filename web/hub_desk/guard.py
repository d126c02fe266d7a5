"""Who may open the hub manager's pages, and what an error of theirs looks like."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response

from booking.hub import Hub
from booking.tables import hub
from casework.hub_desk.errors import NoHub, NotAtThisHub, VisitUnknown
from casework.staff import Staff
from foundation.database import Database
from foundation.errors import FrontDoorError
from foundation.languages import marked, translate
from web import rendering
from web.desk import signed_in
from web.edge import edge_of

ROLE = "hub_manager"
HOME = "/desk/hub"
GONE = (VisitUnknown, NotAtThisHub, NoHub)


class NotForYou(FrontDoorError):
    """Somebody at the desk who does not run the hub."""


@dataclass(frozen=True)
class Manager:
    """Who is at the desk, and the hub that they run."""

    who: Staff
    hub: Hub

    @property
    def username(self) -> str:
        """For what is written down about a change."""
        return self.who.username


type Answer = Callable[[Request], Awaitable[Response]]
type Page = Callable[[Request, Manager], Awaitable[Response]]


def managed(page: Page) -> Answer:
    """Only for hub managers who are signed in."""

    async def guarded(request: Request, who: Staff) -> Response:
        request.state.who = who
        try:
            if who.role != ROLE:
                raise NotForYou(marked("Your account is not for running the hub."))
            request.state.hub = await edge_of(request).in_thread(_the_hub, edge_of(request).database)
            return await page(request, Manager(who, request.state.hub))
        except NotForYou as error:
            return refused(request, error, 403)
        except GONE as error:
            return refused(request, error, 404)

    return signed_in(guarded)


def _the_hub(database: Database) -> Hub:
    with database.reading() as db:
        details = db.execute(sa.select(hub.c.details).order_by(hub.c.id).limit(1)).scalar_one_or_none()
    if details is None:
        raise NoHub(marked("There is no hub yet. Import one first: frontdoor rota import."))
    return Hub(details)


def refused(request: Request, error: FrontDoorError, status: int) -> Response:
    """A page that says what is not there, or not theirs."""
    return show(request, "refused.html", status=status, text=translate(str(error)))


def show(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    """A page of the hub's desk."""
    told = {"who": request.state.who, "the_hub": getattr(request.state, "hub", None), **context}
    return rendering.page(request, f"desk/hub/{template}", status=status, **told)
