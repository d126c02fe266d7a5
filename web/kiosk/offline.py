"""When the network drops: one page that the kiosk keeps, and the small worker that shows it."""

import hashlib
from base64 import b64encode

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from web import rendering
from web.environment import BUILD, make_environment

WORKER = "kiosk-worker.js"


def _style() -> str:
    return make_environment().get_template("kiosk/offline.css").render()


async def page(request: Request) -> Response:
    """The offline page. It brings its own style, since nothing else is kept, and tries again by itself."""
    style = _style()
    response = rendering.page(request, "kiosk/offline.html", style=style)
    mark = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{mark}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response


async def worker(_request: Request) -> Response:
    """The worker. It may look after the kiosk's pages and no others."""
    headers = {"Service-Worker-Allowed": "/kiosk", "Cache-Control": "no-cache"}
    return FileResponse(BUILD / WORKER, media_type="text/javascript", headers=headers)
