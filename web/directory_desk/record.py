"""One service: its parts as they are, what waits about it, "still right", and a link for its owner."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory.freshness import freshness
from directory.keeping.conflicts import Conflict, open_conflicts
from directory.keeping.editing import PartChanged, Record, assure, load_record
from directory.keeping.evidence import Told, settle_evidence, unsettled
from directory.keeping.keepers import Keeper, NotYours
from directory.keeping.listing import read_date
from directory.keeping.proposals import Proposal, open_proposals
from directory.keeping.reviews import ask_by_hand
from directory.keeping.store import ACTIVE
from directory.records.parts import OTHER, PARTS
from directory.records.saying import choices, empty_label, lines, part_label
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.languages import marked
from web.directory_desk.forms import FORMS
from web.directory_desk.guard import show
from web.directory_desk.outside import as_shown
from web.edge import edge_of

SHOWN = [*FORMS, OTHER]
SAVED = [*PARTS, "added"]
OUTSIDE = [part for part in FORMS if part != "owner"]


@dataclass(frozen=True)
class Seen:
    """Everything that the page of a service shows."""

    record: Record
    tier: str
    assured: date | None
    told: list[Told]
    conflicts: list[Conflict]
    proposals: list[Proposal]


def page_of(service_id: str) -> str:
    """The address of a service's page."""
    return f"/desk/directory/services/{service_id}"


def look(database: Database, who: Keeper, service_id: str) -> Seen:
    """The service with what waits about it. Raises ServiceNotFound."""
    now = utc_now()
    with database.reading() as db:
        record = load_record(db, service_id)
        told = [one for one in unsettled(db, who) if one.service_id == service_id]
        conflicts = open_conflicts(db, who, service_id=service_id)
        proposals = open_proposals(db, who, service_id=service_id)
    assured = read_date(str(record.document.get("assured_date") or "")[:10])
    days = [to_london(one.at).date() for one in told]
    tier = freshness(assured, to_london(now).date(), evidence=days)
    return Seen(record, tier, assured, told, conflicts, proposals)


async def service(request: Request, who: Keeper, *, status: int = 200, **more: Any) -> Response:
    """GET /desk/directory/services/ID"""
    edge = edge_of(request)
    seen = await edge.in_thread(look, edge.database, who, request.path_params["id"])
    on_list = who.sees(seen.record.organisation_id)
    # Of what others run, an editor sees what the world sees: no refuge's address, nobody's contact.
    document = seen.record.document if on_list else as_shown(seen.record.document)
    if document is None:
        raise NotYours(marked("This service is for the staff of the organisation that runs it."))
    return show(
        request,
        "service.html",
        status=status,
        seen=seen,
        record=seen.record,
        parts=[_part(document, code) for code in (SHOWN if on_list else OUTSIDE)],
        mine=who.keeps(seen.record.organisation_id) and seen.record.removed_at is None,
        on_list=on_list,
        closed=_closed(seen.record),
        saved=request.query_params.get("saved") if request.query_params.get("saved") in SAVED else None,
        **more,
    )


def _closed(record: Record) -> str | None:
    """How it is closed, in words; None for a service that is open to people."""
    status = str(record.document.get("status") or ACTIVE)
    return None if status == ACTIVE else choices("status").get(status, status)


def _part(document: dict[str, Any], code: str) -> dict[str, Any]:
    return {"code": code, "label": part_label(code), "lines": lines(document, code), "empty": empty_label(code)}


async def act(request: Request, who: Keeper) -> Response:
    """POST there: `still_right`, `settle` what was told, or make a `link` for the owner."""
    edge, form = edge_of(request), await request.form()
    service_id, do, now = request.path_params["id"], str(form.get("do") or ""), utc_now()
    if do == "still_right":
        base = number_in(form.get("version"))
        try:
            await edge.in_thread(assure, edge.database, who, service_id, base=base, now=now)
        except PartChanged as error:
            return await service(request, who, status=409, changed_by=error.by, changed=True)
        return RedirectResponse(f"{page_of(service_id)}?saved=assured", status_code=303)
    if do == "settle":
        told = [number_in(one) for one in form.getlist("told")]
        await edge.in_thread(settle_evidence, edge.database, who, told, now=now)
    elif do == "link":
        secret = await edge.in_thread(ask_by_hand, edge.database, who, service_id, now=now)
        return await service(request, who, link=f"{edge.settings.own_address}/review/{secret}")
    return RedirectResponse(page_of(service_id), status_code=303)


def number_in(value: object) -> int:
    """A number that a form sent; -1, which no state has, for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
