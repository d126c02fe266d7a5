"""What this browser has told us of services today, in a signed cookie that names services alone."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from web.edge import edge_of

TOLD = "told"
SECONDS = 24 * 3600


def told(request: Request) -> list[str]:
    """The ids of the services that it said something was wrong with."""
    kept = edge_of(request).sittings.read(request, TOLD, seconds=SECONDS)
    return [str(one) for one in kept] if isinstance(kept, list) else []


def remember(request: Request, response: Response, services: Sequence[str]) -> None:
    """Give the browser its list back."""
    edge_of(request).sittings.open(response, TOLD, list(services))
