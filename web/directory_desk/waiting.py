"""What waits for a person: conflicts with a feed, what was told, proposed rules, and records that were set aside."""

import json
from collections.abc import Callable
from functools import partial
from json import JSONDecodeError
from typing import Any, Literal

import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from directory.keeping.conflicts import open_conflicts, settle_conflict
from directory.keeping.editing import NotRight
from directory.keeping.evidence import settle_evidence, unsettled
from directory.keeping.keepers import Keeper
from directory.keeping.proposals import confirm_proposal, open_proposals, refuse_proposal
from directory.keeping.quarantined import SetAside, one_set_aside, put_away, said_reason, set_aside, take_corrected
from directory.records.parts import part_of, put
from directory.records.saying import lines, part_label, rule_line
from foundation.clock import utc_now
from foundation.database import Database
from web.directory_desk.guard import show
from web.directory_desk.record import number_in, page_of
from web.edge import edge_of

LISTS = "/desk/directory"


def _read[T](database: Database, read: Callable[[sa.Connection], T]) -> T:
    with database.reading() as db:
        return read(db)


# ---------------------------------------------------------------- conflicts
async def conflicts(request: Request, who: Keeper, *, error: str | None = None) -> Response:
    """GET /desk/directory/conflicts"""
    edge = edge_of(request)
    found = await edge.in_thread(_read, edge.database, partial(open_conflicts, who=who))
    rows = [
        {
            "conflict": one,
            "label": part_label(part_of(one.path)),
            "ours": value_lines(one.path, one.ours),
            "theirs": value_lines(one.path, one.theirs),
            "mine": who.keeps(one.organisation_id),
        }
        for one in found
    ]
    return show(request, "conflicts.html", rows=rows, error=error, error_for="main", status=400 if error else 200)


def value_lines(path: str, value: Any) -> list[str]:
    """One value at a path, in the lines of its part."""
    part = part_of(path)
    alone = put({}, {path: value})
    return lines(alone, part) if value not in (None, "", []) else []


async def settle(request: Request, who: Keeper) -> Response:
    """POST there: `ours` or `theirs`."""
    edge, form = edge_of(request), await request.form()
    identity = number_in(form.get("conflict"))
    take: Literal["ours", "theirs"] = "theirs" if form.get("take") == "theirs" else "ours"
    if form.get("take") in ("ours", "theirs"):
        try:
            await edge.in_thread(settle_conflict, edge.database, who, identity, take=take, now=utc_now())
        except NotRight as problem:
            return await conflicts(request, who, error=problem.said())
    return RedirectResponse(_back(form.get("back"), "conflicts"), status_code=303)


def _back(service_id: object, place: str) -> str:
    """To the service that the button stood on, or to its list."""
    text = str(service_id or "")
    return page_of(text) if text and all(c.isalnum() or c in "-_" for c in text) else f"{LISTS}/{place}"


# ---------------------------------------------------------------- what was told
async def told(request: Request, who: Keeper) -> Response:
    """GET /desk/directory/told"""
    edge = edge_of(request)
    found = await edge.in_thread(_read, edge.database, partial(unsettled, who=who))
    return show(request, "told.html", rows=found)


async def settle_told(request: Request, who: Keeper) -> Response:
    """POST there: the ones that were ticked are settled."""
    edge, form = edge_of(request), await request.form()
    ids = [number_in(one) for one in form.getlist("told")]
    await edge.in_thread(settle_evidence, edge.database, who, ids, now=utc_now())
    return RedirectResponse(f"{LISTS}/told", status_code=303)


# ---------------------------------------------------------------- proposed rules
async def proposals(request: Request, who: Keeper, *, error: str | None = None) -> Response:
    """GET /desk/directory/proposals"""
    edge = edge_of(request)
    found = await edge.in_thread(_read, edge.database, partial(open_proposals, who=who))
    rows = [
        {"proposal": one, "rules": [rule_says(rule) for rule in one.rules], "mine": who.keeps(one.organisation_id)}
        for one in found
    ]
    return show(request, "proposals.html", rows=rows, error=error, error_for="main", status=400 if error else 200)


def rule_says(rule: dict[str, Any]) -> str:
    """A proposed rule in its own words; its source is not settled yet."""
    return str(rule.get("says") or "") or rule_line(rule)


async def settle_proposal(request: Request, who: Keeper) -> Response:
    """POST there: `confirm` or `refuse`."""
    edge, form = edge_of(request), await request.form()
    do = {"confirm": confirm_proposal, "refuse": refuse_proposal}.get(str(form.get("do")))
    if do is not None:
        try:
            await edge.in_thread(do, edge.database, who, number_in(form.get("proposal")), now=utc_now())
        except NotRight as problem:
            return await proposals(request, who, error=problem.said())
    return RedirectResponse(_back(form.get("back"), "proposals"), status_code=303)


# ---------------------------------------------------------------- set aside
async def aside(request: Request, who: Keeper) -> Response:
    """GET /desk/directory/set-aside"""
    edge = edge_of(request)
    found = await edge.in_thread(_read, edge.database, partial(set_aside, who=who))
    return show(request, "set_aside.html", rows=await edge.in_thread(_with_reasons, found))


def _with_reasons(found: list[SetAside]) -> list[tuple[SetAside, str | None]]:
    return [(one, said_reason(one)) for one in found]


async def record_aside(
    request: Request, who: Keeper, *, typed: str | None = None, error: str | None = None
) -> Response:
    """GET /desk/directory/set-aside/7"""
    edge, identity = edge_of(request), request.path_params["number"]
    one = await edge.in_thread(_read, edge.database, partial(one_set_aside, who=who, record_id=identity))
    pretty = _pretty(one.record)
    return show(
        request,
        "set_aside_one.html",
        status=400 if error else 200,
        one=one,
        reason=said_reason(one),
        typed=pretty if typed is None else typed,
        whole=pretty is not None,
        error=error,
        error_for="record",
    )


def _pretty(record: str) -> str | None:
    """The record on several lines; None where it is not whole, or was no record at all."""
    try:
        read = json.loads(record)
    except JSONDecodeError:
        return None
    return json.dumps(read, ensure_ascii=False, indent=1) if isinstance(read, dict) else None


async def settle_aside(request: Request, who: Keeper) -> Response:
    """POST there: `away`, or take it in as it was `corrected`."""
    edge, form = edge_of(request), await request.form()
    identity = request.path_params["number"]
    if form.get("do") == "away":
        await edge.in_thread(put_away, edge.database, who, identity)
        return RedirectResponse(f"{LISTS}/set-aside", status_code=303)
    typed = str(form.get("record") or "")[:200_000]
    try:
        kept = await edge.in_thread(take_corrected, edge.database, who, identity, typed, now=utc_now())
    except NotRight as problem:
        return await record_aside(request, who, typed=typed, error=problem.said())
    return RedirectResponse(page_of(kept), status_code=303)
