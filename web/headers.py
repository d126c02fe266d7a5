"""Headers that every answer carries: what the page may load, who may frame it, and that nobody may sniff it."""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The page that "exit this page" leaves for; as in GOV.UK's pattern.
SOMEWHERE_ELSE = "https://www.bbc.co.uk/weather"
EMBED = "/embed"


def policy(*, frame_ancestors: str = "'none'", form_action: str = "'self'") -> str:
    """The content security policy of a page: our own files alone, nothing inline."""
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'; form-action {form_action}; base-uri 'none'; frame-ancestors {frame_ancestors}"
    )


HEADERS = {
    "Content-Security-Policy": policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SafeHeaders:
    """ASGI middleware that adds HEADERS. Pages under EMBED, and no others, may be framed by `widget_origins`."""

    def __init__(self, app: ASGIApp, widget_origins: Sequence[str] = ()) -> None:
        self._app = app
        # A browser follows a form's redirect only where form-action lets it: the frame's exit is a form.
        elsewhere = SOMEWHERE_ELSE.rsplit("/", 1)[0]
        framed = policy(frame_ancestors=" ".join(widget_origins) or "'none'", form_action=f"'self' {elsewhere}")
        self._embedded = {**HEADERS, "Content-Security-Policy": framed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to the answer's start."""
        path = scope.get("path", "")
        ours = self._embedded if path == EMBED or path.startswith(f"{EMBED}/") else HEADERS

        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ours.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, add if scope["type"] == "http" else send)
