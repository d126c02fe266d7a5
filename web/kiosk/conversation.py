"""The conversation at the kiosk: every kind of reply by forms alone, one screen at a time."""

from pathlib import Path
from typing import Any

from markupsafe import Markup
from starlette.responses import Response

from casework import conversations as kept
from casework.conversations import ConversationNotFound
from casework.sittings import let_in
from casework.work import words
from foundation.words import Words
from web.environment import WORDS
from web.kiosk.codes import arrival_code
from web.kiosk.screens import parts_of
from web.kiosk.visitor import FIRST, NOW, Visitor, at_kiosk
from web.moving import qr
from web.standing import is_typed, read_form, standing

OWN = Words(Path(__file__).with_name("words.yml"))


@at_kiosk(begun=True)
async def show(visitor: Visitor) -> Response:
    """Where the conversation stands; answers what was left waiting while the bot was away."""
    try:
        await visitor.edge.turns.catch_up(visitor.sitting.conversation, visitor.sitting.token)
    except ConversationNotFound:
        return visitor.go(FIRST)
    return visitor.show("conversation.html", **await visitor.edge.in_thread(_context, visitor))


@at_kiosk(begun=True)
async def send(visitor: Visitor) -> Response:
    """Take one form in, then show where things stand."""
    form = await visitor.request.form()
    if not visitor.genuine(form):
        return visitor.go(NOW, missing="age")
    sent = read_form(form)
    if sent.parts == []:
        return visitor.go(NOW, missing="parts", page=visitor.page)
    if sent.empty:
        return visitor.go(NOW, missing="answer", **({"add": 1} if "adding" in form else {}))
    try:
        await visitor.edge.turns.take(
            visitor.sitting.conversation,
            visitor.sitting.token,
            text=sent.text,
            choice=sent.choice,
            parts=sent.parts,
            turn=sent.turn,
        )
    except ConversationNotFound:
        return visitor.go(FIRST)
    return visitor.go(NOW)


def _missing(code: str, *, typed: bool, asked: bool, times: bool) -> str | None:
    """What to do, when a form came without an answer. The page is shown anew, so that going back sends nothing."""
    if code == "age":
        return words("done_already")
    if code == "parts":
        return WORDS("errors.nothing_ticked")
    if code != "answer":
        return None
    if typed and asked:
        return OWN("nothing_written")
    return WORDS("errors.empty" if typed else "errors.no_time_chosen" if times else "errors.nothing_chosen")


def _context(visitor: Visitor) -> dict[str, Any]:
    edge, sitting = visitor.edge, visitor.sitting
    conversation = let_in(edge.database, sitting.conversation, sitting.token)
    messages = kept.messages(edge.database, sitting.conversation)
    shown = standing(conversation, messages, help_phone=edge.hub["phone"])
    parts = parts_of(shown["current"], big=sitting.big)
    page = min(max(visitor.page, 1), len(parts))
    asked = visitor.request.query_params
    typed = is_typed(shown["current"]) or "add" in asked
    times = bool(shown["current"]) and shown["current"]["kind"] == "openings"
    question = bool(shown["current"]) and "add" not in asked
    error = _missing(asked.get("missing", ""), typed=typed, asked=question, times=times) or shown["error"]
    story = next((m.text for m in messages if m.text and m.choice is None), "")
    split = {"story": story, "part": parts[page - 1], "page": page, "pages": len(parts), "adding": "add" in asked}
    return {**shown, **split, "error": error, "typed": typed, "arrival_qr": _square(visitor, shown["current"])}


def _square(visitor: Visitor, current: dict[str, Any] | None) -> Markup | None:
    """The square that opens a booked visit when the person is here for it."""
    if not current or current["kind"] != "visit":
        return None
    return qr(arrival_code(visitor.edge.settings, current["data"]["reference"]))
