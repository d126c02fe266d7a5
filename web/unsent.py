"""What somebody at the desk wrote while their sitting ended: kept through signing in again, and sent by a press."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from web import rendering
from web.edge import edge_of
from web.sittings import DESK, DESK_SECONDS

UNSENT = "unsent"
A_TEXT = 20  # characters: what is shorter was chosen, or written again in a moment


def ask_to_sign_in(request: Request, form: FormData) -> Response | None:
    """The sign-in page that carries `form`; None where the form is not one of theirs whose sitting has ended."""
    sittings = edge_of(request).sittings
    username = sittings.read(request, DESK)  # of whatever age: it says whose the form was
    if not isinstance(username, str) or not sittings.genuine(request, form.get("csrf")):
        return None
    at = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    fields = [[name, value] for name, value in form.multi_items() if isinstance(value, str) and name != "csrf"]
    carried = sittings.seal(UNSENT, {"by": username, "at": at, "fields": fields})
    return rendering.page(request, "desk/sign_in.html", status=401, username=username, error=None, carried=carried)


def given_back(request: Request, carried: object, username: str) -> Response | None:
    """The page that sends what was carried, for whoever wrote it; None where there is nothing of theirs."""
    kept = edge_of(request).sittings.unseal(UNSENT, str(carried or ""), seconds=DESK_SECONDS)
    if not isinstance(kept, dict) or kept["by"] != username:
        return None
    texts = [value for _, value in kept["fields"] if len(value) > A_TEXT and " " in value]
    return rendering.page(request, "desk/unsent.html", at=kept["at"], fields=kept["fields"], texts=texts)
