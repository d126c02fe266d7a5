"""Sittings: a browser's secret to one conversation, an unlocked visit, or a desk. Cookies hold no personal data."""

import hashlib
import hmac
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from foundation.settings import Settings

CHAT, VISIT, DESK = "sitting", "visit", "desk"
DESK_SECONDS = 8 * 3600
VISIT_SECONDS = 3600


@dataclass(frozen=True)
class Sitting:
    """The conversation that this browser holds the token of."""

    conversation: str
    token: str


class Sittings:
    """Writes and reads the signed cookies."""

    def __init__(self, settings: Settings) -> None:
        self._secret = settings.signing_key()
        self._secure = settings.secure_cookies

    def _signer(self, name: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._secret, salt=name)

    def open(self, response: Response, name: str, value: object) -> None:
        """Give the browser a cookie that lasts as long as its window, out of reach of scripts and other sites."""
        response.set_cookie(
            name, self._signer(name).dumps(value), httponly=True, samesite="lax", secure=self._secure, path="/"
        )

    def close(self, response: Response, *names: str) -> None:
        """Take cookies back."""
        for name in names:
            response.delete_cookie(name, path="/")

    def read(self, request: Request, name: str, *, seconds: int | None = None) -> object | None:
        """The cookie's value, or None when there is none, it is forged or older than `seconds`."""
        raw = request.cookies.get(name)
        try:
            value: object = self._signer(name).loads(raw, max_age=seconds) if raw else None
        except BadSignature:
            return None
        return value

    def chat(self, request: Request) -> Sitting | None:
        """The conversation of this browser."""
        value = self.read(request, CHAT)
        return Sitting(*value) if isinstance(value, list) and len(value) == 2 else None

    def csrf(self, request: Request) -> str:
        """A token tied to this browser's cookies, to be sent back with every form."""
        mine = "|".join(request.cookies.get(name, "") for name in (CHAT, VISIT, DESK))
        return hmac.new(self._secret.encode(), mine.encode(), hashlib.sha256).hexdigest()

    def genuine(self, request: Request, token: object) -> bool:
        """Whether a form came from one of our own pages."""
        return isinstance(token, str) and hmac.compare_digest(self.csrf(request), token)
