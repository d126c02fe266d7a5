"""The desk: named contacts see their cases, agencies see their own legs. Dense, calm, plain forms."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework import desk as use
from casework import letters
from casework.cases import CaseNotFound
from casework.consent import contact_value
from casework.letters import LetterRefused
from casework.rings import rang, to_ring
from casework.staff import SignInRefused, Staff, load_staff, sign_in
from casework.undelivered import deliveries_of
from directory.circumstances import QUESTIONS, short_label, value_label
from directory.labels import agency_label, need_label
from foundation.clock import utc_now
from foundation.languages import marked, translate
from foundation.plain_text import clean
from foundation.references import NotAReference, read_reference, show_reference
from web import rendering
from web.edge import edge_of
from web.environment import WORDS
from web.sittings import DESK, DESK_SECONDS
from web.unsent import UNSENT, ask_to_sign_in, given_back

Page = Callable[[Request, Staff], Awaitable[Response]]


def signed_in(page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Only for people with an account; everyone else is asked to sign in."""

    async def guarded(request: Request) -> Response:
        edge = edge_of(request)
        username = edge.sittings.read(request, DESK, seconds=DESK_SECONDS)
        who = await edge.in_thread(load_staff, edge.database, username) if isinstance(username, str) else None
        if who is None:
            kept = ask_to_sign_in(request, await request.form()) if request.method == "POST" else None
            return kept or RedirectResponse("/desk/sign-in", status_code=303)
        if request.method == "POST" and not edge.sittings.genuine(request, (await request.form()).get("csrf")):
            return RedirectResponse("/desk", status_code=303)
        try:
            return await page(request, who)
        except CaseNotFound as error:
            title, text = WORDS("desk.not_found"), translate(str(error))
            return rendering.page(request, "error.html", status=404, title=title, text=text)

    return guarded


async def enter(request: Request) -> Response:
    """The sign-in page, and signing in."""
    edge = edge_of(request)
    if request.method == "GET":
        return rendering.page(request, "desk/sign_in.html", error=None, username="")
    form = await request.form()
    username = str(form.get("username") or "")
    try:
        if not edge.sittings.genuine(request, form.get("csrf")):
            raise SignInRefused(marked("That page was too old. Please try again."))
        who = await edge.in_thread(sign_in, edge.database, username, str(form.get("password") or ""))
    except SignInRefused as error:
        told = translate(str(error))
        again = {"error": told, "username": username[:60], "carried": form.get(UNSENT)}
        return rendering.page(request, "desk/sign_in.html", status=400, **again)
    response = given_back(request, form.get(UNSENT), who.username) or RedirectResponse("/desk", status_code=303)
    edge.sittings.open(response, DESK, who.username)
    return response


async def leave(request: Request) -> Response:
    """Sign out."""
    response = RedirectResponse("/desk/sign-in", status_code=303)
    edge_of(request).sittings.close(response, DESK)
    return response


async def home(request: Request, who: Staff) -> Response:
    """My cases, or my agency's legs; who keeps the directory or the hub has pages of their own."""
    edge, now = edge_of(request), utc_now()
    if who.role.startswith("directory_"):
        return RedirectResponse("/desk/directory", status_code=303)
    if who.role == "hub_manager":
        return RedirectResponse("/desk/hub", status_code=303)
    if who.role == "adviser":
        legs = await edge.in_thread(use.agency_legs, edge.database, who, now=now)
        label = agency_label(who.agency or "")
        waiting = await edge.in_thread(to_ring, edge.database, who)
        return rendering.page(request, "desk/legs.html", who=who, agency_label=label, legs=legs, rings=waiting, now=now)
    cases = await edge.in_thread(use.my_cases, edge.database, who)
    unread = await edge.in_thread(letters.unread, edge.database, who)
    rows = [
        {"case": case, "reference": show_reference(case.reference),
         "name": case.contact.get("name", WORDS("desk.no_name")),
         "needs": [need_label(need["need"]) for need in case.needs],
         "reason": (case.plan or {}).get("reason", ""), "overdue": _overdue(case, now),
         "unread": unread.get(case.reference, 0)}
        for case in cases
    ]  # fmt: skip
    return rendering.page(request, "desk/cases.html", who=who, rows=rows, now=now)


async def rung(request: Request, who: Staff) -> Response:
    """POST /desk/rung: an agency rang somebody whom it could not see in their visit."""
    edge, form = edge_of(request), await request.form()
    told = str(form.get("referral") or "")
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
    await edge.in_thread(rang, edge.database, who, number, now=utc_now())
    return RedirectResponse("/desk", status_code=303)


def _overdue(case: Any, now: Any) -> bool:
    return case.promise_kept_at is None and case.promise_by is not None and case.promise_by < now


async def show(request: Request, who: Staff, *, refused: str | None = None, unsent: str = "") -> Response:
    """One case, with everything its named contact works from. A letter that was `refused` is given back, `unsent`."""
    edge, reference = edge_of(request), _reference(request)
    view = await edge.in_thread(use.open_case_view, edge.database, who, reference)
    written = await edge.in_thread(letters.read_messages, edge.database, who, reference, now=utc_now())
    sent = await edge.in_thread(deliveries_of, edge.database, view.case.conversation_id)
    no_letter = await edge.in_thread(letters.cannot_write, edge.database, who, reference)
    case = view.case
    facts = [
        {"label": short_label(code), "value": WORDS("desk.skipped") if value == "skip" else value_label(code, value)}
        for code, value in case.circumstances.items()
        if code in QUESTIONS
    ]
    words = [
        {"label": WORDS("desk.own_words", what=short_label(code.removesuffix("_words"))), "value": value}
        for code, value in case.circumstances.items()
        if code.removesuffix("_words") in QUESTIONS and code.endswith("_words")
    ]
    contact = [{"label": key, "value": contact_value(key, value)} for key, value in case.contact.items() if value]
    return rendering.page(
        request,
        "desk/case.html",
        status=400 if refused else 200,
        error=refused,
        error_for="letter",
        unsent=unsent,
        messages=written,
        deliveries=sent,
        no_letter=no_letter,
        who=who,
        view=view,
        case=case,
        reference=show_reference(case.reference),
        name=case.contact.get("name", WORDS("desk.no_name")),
        facts=facts + words,
        contact=contact,
        needs=[{**need, "label": need_label(need["need"])} for need in case.needs],
        consents=[{**c, "label": _consent_label(c["agency"])} for c in view.consents],
        referrals=[{**r, "label": agency_label(r["agency"])} for r in view.referrals],
        legs=[{"leg": leg, "label": agency_label(leg.agency)} for leg in (view.visit.legs if view.visit else ())],
        quotes=[quote for need in case.needs for quote in need["because"]],
        now=utc_now(),
    )


def _consent_label(agency: str) -> str:
    return WORDS("desk.you") if agency == "named_contact" else agency_label(agency)


async def act(request: Request, who: Staff) -> Response:
    """Something done on a case: promise kept, a note, handed over, closed."""
    edge, now, form = edge_of(request), utc_now(), await request.form()
    reference, action = _reference(request), str(form.get("action") or "")
    note, text = clean(str(form.get("note") or ""))[:2000], str(form.get("letter") or "")
    if action == "promise_kept":
        await edge.in_thread(use.keep_promise, edge.database, who, reference, now=now)
    elif action == "note" and note:
        await edge.in_thread(use.add_note, edge.database, who, reference, note, now=now)
    elif action == "letter":
        try:
            await edge.in_thread(letters.write_letter, edge.database, who, reference, text, now=now, carry=edge.carry)
            edge.post.sender.wake.set()
        except LetterRefused as error:
            return await show(request, who, refused=str(error), unsent=text)
        return RedirectResponse(f"/desk/cases/{reference}#messages", status_code=303)
    elif action == "referral_failed":
        told = str(form.get("referral") or "")
        number = int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
        await edge.in_thread(use.referral_failed, edge.database, who, reference, number, now=now)
    elif action == "hand_over":
        await edge.in_thread(use.hand_over, edge.database, who, reference, now=now)
    elif action == "close":
        await edge.in_thread(use.close_case, edge.database, who, reference, now=now)
        return RedirectResponse("/desk", status_code=303)
    return RedirectResponse(f"/desk/cases/{reference}", status_code=303)


async def look_up(request: Request, who: Staff) -> Response:
    """Find a case on this desk by its reference."""
    try:
        reference = read_reference(request.query_params.get("reference", ""))
    except NotAReference as error:
        raise CaseNotFound(str(error)) from error
    return RedirectResponse(f"/desk/cases/{reference}", status_code=303)


def _reference(request: Request) -> str:
    try:
        return read_reference(request.path_params["reference"])
    except NotAReference as error:
        raise CaseNotFound("There is no such case on your desk.") from error


routes = [
    Route("/desk/sign-in", enter, methods=["GET", "POST"]),
    Route("/desk/sign-out", leave, methods=["GET", "POST"]),
    Route("/desk", signed_in(home)),
    Route("/desk/find", signed_in(look_up)),
    Route("/desk/rung", signed_in(rung), methods=["POST"]),
    Route("/desk/cases/{reference}", signed_in(show)),
    Route("/desk/cases/{reference}", signed_in(act), methods=["POST"]),
]
