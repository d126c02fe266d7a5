"""A person, one touch away: the front desk, the hub's number, or the person who calls back."""

from starlette.exceptions import HTTPException
from starlette.responses import Response

from casework.work import words
from web.kiosk.sitting import write
from web.kiosk.sitting_pages import begin
from web.kiosk.tiles import load_tiles
from web.kiosk.visitor import NOW, Visitor, at_kiosk

OTHER = "other"


@at_kiosk()
async def person(visitor: Visitor) -> Response:
    """Call a person."""
    return visitor.show("person.html")


@at_kiosk()
async def ask(visitor: Visitor) -> Response:
    """Ask a named contact to call; begins a conversation where there is none yet."""
    form = await visitor.request.form()
    if not visitor.genuine(form):
        return visitor.go("/kiosk/person")
    sitting = visitor.sitting
    if not sitting.begun:
        sitting = await begin(visitor, sitting.language)
    await visitor.edge.turns.take(sitting.conversation, sitting.token, choice="talk_to_person")
    response = visitor.go(NOW)
    await visitor.edge.in_thread(write, visitor.edge, response, sitting)
    return response


@at_kiosk()
async def language(visitor: Visitor) -> Response:
    """To the front desk, in a language that the conversation does not speak yet. Raises 404 for one not offered."""
    code = visitor.request.path_params["language"]
    tiles = {tile.code: tile for tile in load_tiles()}
    if code != OTHER and (code not in tiles or not tiles[code].desk):
        raise HTTPException(404)
    # Each sentence is followed by the same in English, which the page says by itself.
    sentence = words(f"language.{code}").partition("One person")[0].strip() if code != OTHER else ""
    return visitor.show("language.html", tile=tiles.get(code), sentence=sentence)
