"""The website conversation: full pages and forms, the same with and without JavaScript."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework import conversations as kept
from casework.conversations import ConversationNotFound
from casework.sittings import end_sitting, let_in
from casework.work import words
from foundation.languages import speaking, spoken
from web import rendering
from web.edge import Edge, edge_of
from web.environment import WORDS
from web.headers import SOMEWHERE_ELSE
from web.language import COOKIE as LANGUAGE
from web.language import remember
from web.services.told import TOLD
from web.sittings import CHAT, VISIT, Sitting
from web.standing import Sent, is_typed, read_form, standing


async def start(request: Request) -> Response:
    """The first page: who this is, one box, one button."""
    return rendering.page(request, "start.html", csrf=edge_of(request).sittings.csrf(request), error=None)


async def show(request: Request) -> Response:
    """The conversation as it stands; answers what was left waiting while the bot was away."""
    edge = edge_of(request)
    sitting = edge.sittings.chat(request)
    if sitting is None:
        return RedirectResponse("/", status_code=303)
    try:
        await edge.turns.catch_up(sitting.conversation, sitting.token)
        context = await edge.in_thread(context_of, edge, sitting)
    except ConversationNotFound:
        gone: Response = RedirectResponse("/", status_code=303)
        edge.sittings.close(gone, CHAT)
        return gone
    with speaking(context["language"]):  # what the conversation is held in, whatever this browser chose before
        page = rendering.page(request, "conversation.html", **context)
    if context["language"] != spoken():
        remember(page, context["language"], secure=edge.settings.secure_cookies)
    edge.sittings.renew(request, page)
    return page


async def send(request: Request) -> Response:
    """Take one form in, then show the conversation. A first message opens a sitting."""
    edge = edge_of(request)
    form = await request.form()
    if not edge.sittings.genuine(request, form.get("csrf")):
        return await _not_genuine(request, str(form.get("text") or ""))
    sent, sitting = read_form(form), edge.sittings.chat(request)
    if sent.empty:
        return await _nothing_sent(request)
    if sent.parts == []:
        return await _nothing_sent(request, "errors.nothing_ticked")
    if sitting is None and sent.turn:  # the conversation of this page is over, or its cookie too old
        return await _not_genuine(request, sent.text)
    response: Response = RedirectResponse("/chat#latest", status_code=303)
    try:
        opened = await take(edge, sitting, sent, "website")
    except ConversationNotFound:
        response = await _not_genuine(request, sent.text)
        edge.sittings.close(response, CHAT)
        return response
    if sitting is None:
        edge.sittings.open(response, CHAT, [opened.conversation, opened.token])
    return response


async def take(edge: Edge, sitting: Sitting | None, sent: Sent, channel: str) -> Sitting:
    """Take one form's message in; the first opens a sitting. Raises ConversationNotFound."""
    turn = sent.turn
    if sitting is None:
        turn = turn or 0  # whoever has no conversation yet looks at its beginning
        opened_by = edge.sittings.token_of(sent.opening, f"{sent.text}\n{sent.choice}")
        identity, token, _ = await edge.in_thread(edge.turns.start, channel, opened_by)
        sitting = Sitting(identity, token)
    await edge.turns.take(
        sitting.conversation, sitting.token, text=sent.text, choice=sent.choice, parts=sent.parts, turn=turn
    )
    return sitting


async def talk(request: Request) -> Response:
    """Talk to a person: the number to call, and a button that finds one from here."""
    return rendering.page(request, "talk.html", csrf=edge_of(request).sittings.csrf(request))


async def leave(request: Request) -> Response:
    """Exit this page: the sitting ends on the server, its cookies go, and the browser is somewhere else."""
    edge = edge_of(request)
    response = RedirectResponse(SOMEWHERE_ELSE, status_code=303)
    if sitting := edge.sittings.chat(request):
        await edge.in_thread(end_sitting, edge.database, sitting.token)
    edge.sittings.close(response, CHAT, VISIT, TOLD, LANGUAGE)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def _nothing_sent(request: Request, key: str = "errors.nothing_chosen") -> Response:
    """The same page again, saying what to do."""
    edge = edge_of(request)
    sitting = edge.sittings.chat(request)
    if sitting is None:
        return rendering.page(request, "start.html", error=WORDS("errors.empty"), status=400)
    try:
        context = await edge.in_thread(context_of, edge, sitting)
    except ConversationNotFound:
        return RedirectResponse("/", status_code=303)
    return rendering.page(request, "conversation.html", status=400, **{**context, "error": told(context, key)})


def told(context: dict[str, Any], key: str = "errors.nothing_chosen") -> str:
    """What to do, said to someone who sent an empty form."""
    current = context["current"]
    if is_typed(current):
        return WORDS("errors.nothing_written" if current and current["kind"] == "question" else "errors.empty")
    return WORDS("errors.no_time_chosen" if current["kind"] == "openings" else key)


async def _not_genuine(request: Request, text: str) -> Response:
    """A form from an old page or another site: nothing is done, and what was typed is given back."""
    csrf = edge_of(request).sittings.csrf(request)
    return rendering.page(request, "start.html", csrf=csrf, error=words("form_too_old"), typed=text, status=400)


def context_of(edge: Edge, sitting: Sitting) -> dict[str, Any]:
    """What the page of this sitting's conversation shows. Raises ConversationNotFound."""
    conversation = let_in(edge.database, sitting.conversation, sitting.token)
    messages = kept.messages(edge.database, sitting.conversation)
    return standing(conversation, messages, help_phone=edge.hub["phone"])


routes = [
    Route("/", start),
    Route("/chat", show),
    Route("/chat", send, methods=["POST"]),
    Route("/talk", talk),
    Route("/exit", leave, methods=["GET", "POST"]),
]
