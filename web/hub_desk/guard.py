"""Who may open the hub manager's pages, and what an error of theirs looks like."""

from collections.abc import Awaitable, Callable, Sequence
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
ANOTHER = f"{HOME}/at/{{hub}}"  # of a hub that is not the first one
GONE = (VisitUnknown, NotAtThisHub, NoHub)


class NotForYou(FrontDoorError):
    """Somebody at the desk who does not run the hub."""


@dataclass(frozen=True)
class Manager:
    """Who is at the desk, the hub that they look at, and where its pages begin."""

    who: Staff
    hub: Hub
    home: str

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
            hubs = await edge_of(request).in_thread(_all_hubs, edge_of(request).database)
            request.state.hubs = {each.id: (each.name, home_of(each.id, hubs)) for each in hubs}
            request.state.hub = _asked(request.path_params.get("hub"), hubs)
            request.state.home = home_of(request.state.hub.id, hubs)
            return await page(request, Manager(who, request.state.hub, request.state.home))
        except NotForYou as error:
            return refused(request, error, 403)
        except GONE as error:
            return refused(request, error, 404)

    return signed_in(guarded)


def _all_hubs(database: Database) -> list[Hub]:
    """The first one is that of the installation's own place. Raises NoHub."""
    with database.reading() as db:
        found = [Hub(details) for details in db.scalars(sa.select(hub.c.details).order_by(hub.c.id))]
    if not found:
        raise NoHub(marked("There is no hub yet. Import one first: frontdoor rota import."))
    return found


def _asked(hub_id: str | None, hubs: Sequence[Hub]) -> Hub:
    """The hub in the address; the first where there is none. Raises NotAtThisHub."""
    found = hubs[0] if hub_id is None else next((each for each in hubs if each.id == hub_id), None)
    if found is None:
        raise NotAtThisHub("There is no such hub.")
    return found


def home_of(hub_id: str, hubs: Sequence[Hub]) -> str:
    """Where the pages of a hub begin."""
    return HOME if hub_id == hubs[0].id else ANOTHER.format(hub=hub_id)


def refused(request: Request, error: FrontDoorError, status: int) -> Response:
    """A page that says what is not there, or not theirs."""
    return show(request, "refused.html", status=status, text=translate(str(error)))


def show(request: Request, template: str, *, status: int = 200, **context: object) -> Response:
    """A page of the hub's desk."""
    state = request.state
    told = {
        "who": state.who,
        "the_hub": getattr(state, "hub", None),
        "home": getattr(state, "home", HOME),
        "hubs": getattr(state, "hubs", {}),
        **context,
    }
    return rendering.page(request, f"desk/hub/{template}", status=status, **told)
