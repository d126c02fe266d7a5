"""I'm here for my visit: by the square on paper or phone, or by the reference and then a name or number."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from starlette.responses import Response

from booking.progress.arriving import Here
from booking.progress.progress import here
from booking.visits.model import Visit, load_visit
from casework.steps.reached import visit_reply
from casework.visits import VisitLocked, arrive, case_of_visit, unlock_visit
from casework.work import Work
from directory.labels import agency_label
from foundation.clock import utc_now
from foundation.plain_times import clock, day
from foundation.references import NotAReference, read_reference
from foundation.words import Words
from web.kiosk import sitting as sittings
from web.kiosk.codes import NotOurCode, arrival_code, is_scanned, read_arrival
from web.kiosk.sitting_pages import begin
from web.kiosk.visitor import Visitor, at_kiosk
from web.moving import qr

WORDS = Words(Path(__file__).with_name("words.yml"))
ARRIVED, FIND = "/kiosk/arrived", "/kiosk/visit"
ON_THE_DAY = ("early", "in_time", "late", "going_on", "missed")
JUST_NOW = timedelta(minutes=2)


@at_kiosk()
async def find(visitor: Visitor) -> Response:
    """Ask for the reference, then for a name or number; a scanned square answers both."""
    asked = visitor.request.query_params.get("missing", "")
    error = WORDS(asked) if WORDS.has(asked) else None
    return visitor.show("visit_find.html", asks_proof=bool(visitor.sitting.claimed), error=error)


@at_kiosk()
async def claim(visitor: Visitor) -> Response:
    """Take one answer of `find`. Whether there is such a visit is not told before both are right."""
    form = await visitor.request.form()
    if not visitor.genuine(form):
        return visitor.go(FIND)
    edge, sitting = visitor.edge, visitor.sitting
    typed, proof = str(form.get("reference") or ""), str(form.get("proof") or "")
    try:
        if is_scanned(typed):
            return await _open(visitor, read_arrival(edge.settings, typed))
        if not sitting.claimed:
            return await _ask_proof(visitor, read_reference(typed))
        return await _open(visitor, await edge.in_thread(unlock_visit, edge.database, sitting.claimed, proof))
    except NotOurCode:
        return visitor.go(FIND, missing="not_our_square")
    except NotAReference:
        return visitor.go(FIND, missing="not_a_reference")
    except VisitLocked:
        response = visitor.go(FIND, missing="no_match")
        await edge.in_thread(sittings.write, edge, response, replace(sitting, claimed=""))
        return response


async def _ask_proof(visitor: Visitor, reference: str) -> Response:
    sitting = visitor.sitting if visitor.sitting.begun else await begin(visitor, visitor.sitting.language)
    response = visitor.go(FIND)
    claimed = replace(sitting, claimed=reference)
    await visitor.edge.in_thread(sittings.write, visitor.edge, response, claimed)
    return response


async def _open(visitor: Visitor, reference: str) -> Response:
    """Show the visit in this sitting, and on its day tell the case that the person is here."""
    sitting = visitor.sitting if visitor.sitting.begun else await begin(visitor, visitor.sitting.language)
    response = visitor.go(ARRIVED)
    await visitor.edge.in_thread(arrive, visitor.edge.database, reference, now=utc_now())
    opened = replace(sitting, claimed="", visit=reference)
    await visitor.edge.in_thread(sittings.write, visitor.edge, response, opened)
    return response


@at_kiosk(begun=True)
async def arrived(visitor: Visitor) -> Response:
    """The visit of the person who is here: what happens, when, and where to sit."""
    if not visitor.sitting.visit:
        return visitor.go(FIND)
    return await visitor.edge.in_thread(_arrived, visitor)


def _arrived(visitor: Visitor) -> Response:
    edge, reference, now = visitor.edge, visitor.sitting.visit, utc_now()
    visit, case = load_visit(edge.database, reference), case_of_visit(edge.database, reference)
    work = Work(edge.database, edge.settings.place_folder, visit.resident, now)
    stands = here(edge.database, reference, now=now)
    return visitor.show(
        "arrived.html",
        visit=visit_reply(work, visit, case.plan if case else {}).as_json()["data"],
        when=stands.when,
        says=says(visit, stands, now=now),
        arrival_qr=qr(arrival_code(edge.settings, reference)),
    )


def says(visit: Visit, stands: Here, *, now: datetime) -> dict[str, str]:
    """What the screen says: a heading, a text, and what comes next ("" where nothing does)."""
    told = {
        "host": visit.host or WORDS("arrived.host"), "day": day(visit.start), "start": clock(visit.start),
        "finish": clock(visit.finish),
    }  # fmt: skip
    text = WORDS(f"arrived.{stands.when}.text", **told)
    if stands.when in ON_THE_DAY and stands.known_since is not None and now - stands.known_since > JUST_NOW:
        text = f"{text} {WORDS('arrived.known', time=clock(stands.known_since))}"
    comes = " ".join(_legs(stands)) if stands.when == "going_on" else ""
    return {"heading": WORDS(f"arrived.{stands.when}.heading", **told), "text": text, "next": comes}


def _legs(stands: Here) -> Iterator[str]:
    """Whom they are with, and who comes next."""
    for leg, key, call in (
        (stands.now_with, "now_with", "now_ringing"),
        (stands.following, "next", "next_call"),
    ):
        if leg is not None:
            told = {"agency": agency_label(leg.planned.agency), "time": clock(leg.planned.start)}
            yield WORDS(f"arrived.{call if leg.planned.by_phone else key}", **told, room=leg.planned.room_label)
