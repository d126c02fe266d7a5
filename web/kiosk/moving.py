"""From the kiosk to a phone, and from a phone to the kiosk: by a code that is good once, never by a number alone."""

from dataclasses import replace

from starlette.responses import Response

from casework import tickets
from foundation.clock import utc_now
from foundation.languages import ENGLISH, LANGUAGES
from web.dressing import new_link
from web.environment import WORDS
from web.kiosk import sitting as sittings
from web.kiosk.visitor import NOW, Visitor, at_kiosk
from web.moving import mobile_number, qr, send_link, take_over


@at_kiosk(begun=True)
async def phone(visitor: Visitor) -> Response:
    """A QR code to point a phone at, a code to type, a number to text; with POST, text it."""
    if visitor.request.method != "POST":
        return await _offer(visitor)
    form = await visitor.request.form()
    number = mobile_number(str(form.get("text") or ""))
    if not visitor.genuine(form) or number is None:
        return visitor.go("/kiosk/phone", missing="number")
    edge = visitor.edge
    conversation = await edge.in_thread(sittings.conversation_of, edge, visitor.sitting)
    sent = await edge.in_thread(send_link, edge, conversation, number)
    return visitor.go("/kiosk/phone", **({"sent": 1} if sent else {"missing": "more"}))


async def _offer(visitor: Visitor) -> Response:
    edge, asked = visitor.edge, visitor.request.query_params
    identity, problem = visitor.sitting.conversation, asked.get("missing", "")
    error = {"number": WORDS("move.no_number"), "more": WORDS("move.too_many")}.get(problem)
    if "text" in asked:
        return visitor.show("phone_number.html", error=error)
    link = await edge.in_thread(new_link, edge.database, identity, edge.settings.own_address)
    code = await edge.in_thread(tickets.typed_code, edge.database, identity, now=utc_now())
    return visitor.show(
        "phone.html",
        qr=qr(link),
        code=tickets.show_code(code),
        can_text="sms" in edge.providers,
        sent="sent" in asked,
        error=error,
    )


@at_kiosk()
async def carry_on(visitor: Visitor) -> Response:
    """Go on here with what was begun on a phone: the form for its code; with POST, use the code up."""
    error = WORDS("move.not_good") if "missing" in visitor.request.query_params else None
    if visitor.request.method != "POST":
        return visitor.show("carry_on.html", error=error)
    form, edge = await visitor.request.form(), visitor.edge
    if not visitor.genuine(form):
        return visitor.go("/kiosk/carry-on", missing="code")
    try:
        identity, token = await edge.in_thread(take_over, edge, str(form.get("text") or ""), sittings.KIOSK)
    except tickets.TicketNotGood:
        return visitor.go("/kiosk/carry-on", missing="code")
    begun = replace(visitor.sitting, conversation=identity, token=token)
    conversation = await edge.in_thread(sittings.conversation_of, edge, begun)
    language = conversation.language if conversation.language in LANGUAGES else ENGLISH
    response = visitor.go(NOW)
    await edge.in_thread(sittings.write, edge, response, replace(begun, language=language))
    return response
