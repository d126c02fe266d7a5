"""Moving to another device: a private link, a QR code or a short code, each good once. A number alone moves nothing."""

import phonenumbers
import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from casework import tickets
from casework.conversations import Conversation, ConversationNotFound
from casework.outbox import Parcel, put_alone, written_about
from casework.sittings import insert_sitting, let_in
from foundation.clock import utc_now
from foundation.languages import LANGUAGES
from web import rendering
from web.dressing import new_link
from web.edge import Edge, edge_of
from web.environment import WORDS
from web.language import COOKIE
from web.sittings import CHAT

MOST_LINKS = 3  # that one conversation may have texted: nobody's phone is to be filled with them


async def offer(request: Request) -> Response:
    """How to go on elsewhere: a QR code, a code to type, a text to a phone."""
    conversation = await _mine(request)
    if conversation is None:
        return RedirectResponse("/carry-on", status_code=303)
    return await _offer(request, conversation)


async def text_link(request: Request) -> Response:
    """Text the private link to the number that was typed."""
    edge, form = edge_of(request), await request.form()
    conversation = await _mine(request)
    if conversation is None or not edge.sittings.genuine(request, form.get("csrf")):
        return RedirectResponse("/carry-on", status_code=303)
    typed = str(form.get("phone") or "")
    number = mobile_number(typed)
    if number is None:
        return await _offer(request, conversation, typed=typed[:40], error=WORDS("move.no_number"))
    if not await edge.in_thread(send_link, edge, conversation, number):
        return await _offer(request, conversation, error=WORDS("move.too_many"))
    return await _offer(request, conversation, told=True)


async def arrive(request: Request) -> Response:
    """The page behind a private link. Looking at it uses nothing up: phones look at links before people do."""
    return rendering.page(request, "arrive.html", code=request.path_params["code"], error=None)


async def carry_on(request: Request) -> Response:
    """The form for a typed code."""
    return rendering.page(request, "carry_on.html", typed="", error=None)


async def enter(request: Request) -> Response:
    """Use up a code, from a link or typed, and go on here."""
    edge, form = edge_of(request), await request.form()
    code = str(form.get("code") or "")
    if not edge.sittings.genuine(request, form.get("csrf")):
        return _refused(request, code, WORDS("move.page_too_old"))
    try:
        identity, token = await edge.in_thread(take_over, edge, code, "website")
    except tickets.TicketNotGood as error:
        return _refused(request, code, str(error))
    conversation = await edge.in_thread(let_in, edge.database, identity, token)
    response = RedirectResponse("/chat", status_code=303)
    edge.sittings.open(response, CHAT, [identity, token])
    if conversation.language in LANGUAGES:
        response.set_cookie(
            COOKIE, conversation.language, httponly=True, samesite="lax", secure=edge.settings.secure_cookies, path="/"
        )
    return response


def take_over(edge: Edge, code: str, channel: str) -> tuple[str, str]:
    """Use up a code: the conversation's id and a token for a new sitting. Raises TicketNotGood."""
    now = utc_now()
    with edge.database.writing() as db:
        identity = tickets.redeem(db, code[:100], now=now)
        if identity is not None:
            return identity, insert_sitting(db, identity, channel=channel, now=now)
    raise tickets.TicketNotGood(WORDS("move.not_good"))


def send_link(edge: Edge, conversation: Conversation, number: str) -> bool:
    """Put a text with a private link into the outbox. False when this conversation has had enough of them."""
    about = f"move:{conversation.id}"
    before = written_about(edge.database, about)
    if before >= MOST_LINKS:
        return False
    link = new_link(edge.database, conversation.id, edge.settings.own_address)
    parcel = Parcel(
        about=about,
        kind="link",
        version=before,
        channel="sms",
        address=number,
        body={"text": WORDS("move.text", link=link)},
        conversation_id=conversation.id,
        language=conversation.language,
    )
    put_alone(edge.database, parcel, now=utc_now())
    edge.post.sender.wake.set()
    return True


def qr(text: str) -> Markup:
    """A QR code as inline SVG, black on white; hidden from screen readers, since the link or code stands beside it."""
    made = segno.make(text, error="m", micro=False)
    return Markup(made.svg_inline(border=4, scale=6, omitsize=True, light="#fff", svgclass="fd-qr", lineclass=None))  # noqa: S704


async def _offer(
    request: Request, conversation: Conversation, *, typed: str = "", error: str | None = None, told: bool = False
) -> Response:
    edge = edge_of(request)
    link = await edge.in_thread(new_link, edge.database, conversation.id, edge.settings.own_address)
    code = await edge.in_thread(tickets.typed_code, edge.database, conversation.id, now=utc_now())
    return rendering.page(
        request,
        "move.html",
        status=400 if error else 200,
        qr=qr(link),
        code=tickets.show_code(code),
        can_text="sms" in edge.providers,
        typed=typed,
        error=error,
        told=told,
    )


def _refused(request: Request, code: str, error: str) -> Response:
    typed = code[:20] if len(code) <= 2 * tickets.LENGTH else ""
    return rendering.page(request, "carry_on.html", typed=typed, error=error, status=400)


async def _mine(request: Request) -> Conversation | None:
    edge = edge_of(request)
    sitting = edge.sittings.chat(request)
    if sitting is None:
        return None
    try:
        return await edge.in_thread(let_in, edge.database, sitting.conversation, sitting.token)
    except ConversationNotFound:
        return None


def mobile_number(text: str) -> str | None:
    """A UK mobile number as E.164, or None. Others cannot be texted, or cost what nobody has agreed to."""
    try:
        number = phonenumbers.parse(text, "GB")
    except phonenumbers.NumberParseException:
        return None
    mobile = text.replace(" ", "").lstrip("+").removeprefix("44").lstrip("0").startswith("7")
    if number.country_code != 44 or not mobile or not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


routes = [
    Route("/move", offer),
    Route("/move", text_link, methods=["POST"]),
    Route("/m/{code}", arrive),
    Route("/carry-on", carry_on),
    Route("/carry-on", enter, methods=["POST"]),
]
