"""Sittings: a browser's secret to one conversation, an unlocked visit, or a desk. Cookies hold no personal data."""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

from foundation.settings import Settings

CHAT, VISIT, DESK, EMBEDDED, OPENING = "sitting", "visit", "desk", "embedded", "opening"
# A laptop that was closed in the evening finds its conversation in the morning; a browser that brings back the cookies
# of its last windows does not find it next week.
CHAT_SECONDS = 24 * 3600
RENEW_SECONDS = 3600
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

    def seal(self, name: str, value: object) -> str:
        """The value as signed text, for where no cookie may be."""
        return self._signer(name).dumps(value)

    def unseal(self, name: str, raw: str | None, *, seconds: int | None = None) -> object | None:
        """The value of a signed text, or None when there is none, it is forged or older than `seconds`."""
        try:
            value: object = self._signer(name).loads(raw, max_age=seconds) if raw else None
        except BadSignature:
            return None
        return value

    def renew(self, request: Request, response: Response) -> None:
        """Whoever is here keeps the conversation: its cookie's time begins anew, at most once an hour."""
        if (sitting := self.chat(request)) and not self.read(request, CHAT, seconds=RENEW_SECONDS):
            self.open(response, CHAT, [sitting.conversation, sitting.token])

    def close(self, response: Response, *names: str) -> None:
        """Take cookies back."""
        for name in names:
            response.delete_cookie(name, path="/")

    def read(self, request: Request, name: str, *, seconds: int | None = None) -> object | None:
        """The cookie's value, or None when there is none, it is forged or older than `seconds`."""
        return self.unseal(name, request.cookies.get(name), seconds=seconds)

    def chat(self, request: Request) -> Sitting | None:
        """The conversation of this browser, if it was used in the last day."""
        return sitting_in(self.read(request, CHAT, seconds=CHAT_SECONDS))

    def opening(self) -> str:
        """The mark of one showing of a first page: the same form sent twice opens one conversation."""
        return self.seal(OPENING, secrets.token_urlsafe(16))

    def token_of(self, opening: str, said: str) -> str | None:
        """The token that a first form opens its conversation with; None where its page bears no mark of today.

        What was said is part of it: whoever knows a mark alone cannot come into the conversation that it opened.
        """
        if self.unseal(OPENING, opening, seconds=CHAT_SECONDS) is None:
            return None
        digest = hmac.new(self._secret.encode(), json.dumps([OPENING, opening, said]).encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(digest).decode().rstrip("=")

    def csrf(self, request: Request) -> str:
        """A token tied to this browser's cookies, to be sent back with every form."""
        mine = json.dumps([self.read(request, name) for name in (CHAT, VISIT, DESK)])  # a renewed cookie says the same
        return hmac.new(self._secret.encode(), mine.encode(), hashlib.sha256).hexdigest()

    def genuine(self, request: Request, token: object) -> bool:
        """Whether a form came from one of our own pages.

        A browser without cookies has the token of all such browsers, so its own word on where the form was counts too.
        """
        if request.headers.get("sec-fetch-site") == "cross-site":
            return False
        return isinstance(token, str) and hmac.compare_digest(self.csrf(request), token)


def sitting_in(value: object) -> Sitting | None:
    """The sitting in a value that was signed."""
    return Sitting(*value) if isinstance(value, list) and len(value) == 2 else None
