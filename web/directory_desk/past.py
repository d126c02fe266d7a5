"""A service's history: every state, what differs between two, and bringing an old one back."""

from dataclasses import dataclass
from itertools import pairwise

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from casework.staff import staff_names
from directory.keeping.editing import NotRight, PartChanged, Record, ServiceNotFound, load_record, undo
from directory.keeping.keepers import Keeper, only_seen
from directory.keeping.reviews import BY_LINK
from directory.keeping.versions import Version, history
from directory.records.differences import Difference, differences
from directory.records.saying import part_label
from foundation.clock import utc_now
from foundation.database import Database
from foundation.languages import marked
from web.directory_desk.guard import show
from web.directory_desk.record import number_in, page_of
from web.edge import edge_of

MOST_SHOWN = 100


@dataclass(frozen=True)
class State:
    """One state as a row: `changed` are the names of the parts that differ from the state before."""

    version: Version
    changed: list[str]
    owner: bool


def _states(database: Database, service_id: str) -> tuple[Record, list[Version]]:
    with database.reading() as db:
        return load_record(db, service_id), history(db, service_id)


def _rows(states: list[Version]) -> list[State]:
    shown = states[: MOST_SHOWN + 1]
    rows = [
        State(newer, [part_label(one.part) for one in differences(older.document, newer.document)], newer.by == BY_LINK)
        for newer, older in pairwise(shown)
    ]
    first = [State(one, [], owner=False) for one in states[-1:]]
    return rows if len(states) > MOST_SHOWN else [*rows, *first]


async def past(
    request: Request, who: Keeper, *, status: int = 200, changed: bool = False, error: str | None = None
) -> Response:
    """GET /desk/directory/services/ID/history?from=1&to=3"""
    edge, query = edge_of(request), request.query_params
    record, states = await edge.in_thread(_states, edge.database, request.path_params["id"])
    only_seen(who, record.organisation_id)
    by_number = {one.number: one for one in states}
    older, newer = (by_number.get(number_in(query.get(name))) for name in ("from", "to"))
    if (query.get("from") or query.get("to")) and not (older and newer):
        raise ServiceNotFound(marked("There is no such state of this service."))
    compared: list[Difference] | None = None
    if older and newer:
        compared = differences(older.document, newer.document)
    return show(
        request,
        "history.html",
        status=status,
        record=record,
        states=await edge.in_thread(_rows, states),
        older=older,
        newer=newer,
        compared=compared,
        label=part_label,
        names=await edge.in_thread(staff_names, edge.database),
        mine=who.keeps(record.organisation_id) and record.removed_at is None,
        changed=changed,
        error=error,
        error_for="main",
    )


async def bring_back(request: Request, who: Keeper) -> Response:
    """POST there: the state `to` becomes the newest."""
    edge, typed = edge_of(request), await request.form()
    service_id = request.path_params["id"]
    to, base = number_in(typed.get("to")), number_in(typed.get("version"))
    try:
        await edge.in_thread(undo, edge.database, who, service_id, to=to, base=base, now=utc_now())
    except PartChanged:
        return await past(request, who, status=409, changed=True)
    except NotRight as error:
        return await past(request, who, status=400, error=error.said())
    return RedirectResponse(f"{page_of(service_id)}/history", status_code=303)
