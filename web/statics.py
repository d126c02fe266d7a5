"""The built files: compressed on the way, and kept by browsers for as long as their address stays the same.

Pages are not compressed: they carry tokens beside what a person typed, and the length of a compressed page gives such
tokens away to whoever can send forms and watch (BREACH). They are small without it; a test holds the weight.
"""

from pathlib import Path

from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FOR_EVER = b"public, max-age=31536000, immutable"


class Assets:
    """ASGI application that serves a folder. An address with `?v=` never changes what it stands for."""

    def __init__(self, folder: Path) -> None:
        self._files: ASGIApp = GZipMiddleware(StaticFiles(directory=folder, check_dir=False), minimum_size=500)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one file."""
        marked = scope.get("query_string", b"").startswith(b"v=")

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200 and marked:
                message["headers"] = [*message["headers"], (b"cache-control", FOR_EVER)]
            await send(message)

        await self._files(scope, receive, keep)
