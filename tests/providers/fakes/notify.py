"""GOV.UK Notify, played. Payloads, errors and limits: https://docs.notifications.service.gov.uk/rest-api.html."""

import json
import unicodedata
import uuid
from datetime import UTC, datetime
from typing import Any

from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from notifications_python_client.errors import TokenError, TokenExpiredError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.providers.fakes.base import Call, Fake, Message

LONGEST = 918  # six segments; longer is refused (Notify, text message pricing)
KEPT = set("£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà€") | set("áíóúẃýÁÍÓÚẂÝëïẅÿËÏẄŸâêîôûŵŷÂÊÎÔÛŴŶÀÈÌÒÙẀỲẁỳ")
KNOWN_EMAIL = {"email_address", "template_id", "personalisation", "reference", "email_reply_to_id"}
KNOWN = {"phone_number", "template_id", "personalisation", "reference", "sms_sender_id"}
DAILY_LIMIT = 250_000


class FakeNotify(Fake):
    """One service at Notify, with a text template, `((message))`, and one for e-mail, `((subject))`, `((message))`."""

    def __init__(self, *, edge: str = "", public_url: str = "", daily_limit: int = DAILY_LIMIT) -> None:
        super().__init__(edge=edge, public_url=public_url)
        self.service, self.secret, self.template = str(uuid.uuid4()), str(uuid.uuid4()), str(uuid.uuid4())
        self.email_template = str(uuid.uuid4())
        self.callback_token = "a bearer token of the council's own making"
        self.number = "07700900999"
        self.daily_limit = daily_limit

    def settings(self) -> dict[str, str]:
        """What our edge has to be started with, once this runs."""
        return {
            "FRONTDOOR_SMS_PROVIDER": "notify",
            "FRONTDOOR_NOTIFY_API_KEY": f"front_door-{self.service}-{self.secret}",
            "FRONTDOOR_NOTIFY_TEMPLATE": self.template,
            "FRONTDOOR_NOTIFY_CALLBACK_TOKEN": self.callback_token,
            "FRONTDOOR_NOTIFY_URL": self.url,
        }

    def email_settings(self) -> dict[str, str]:
        """What it has to be started with besides, where it carries e-mail too."""
        return {"FRONTDOOR_EMAIL_PROVIDER": "notify", "FRONTDOOR_NOTIFY_EMAIL_TEMPLATE": self.email_template}

    def routes(self) -> list[Route]:
        return [
            Route("/v2/notifications/sms", self._send, methods=["POST"]),
            Route("/v2/notifications/email", self._send_email, methods=["POST"]),
            Route("/v2/notifications", self._list, methods=["GET"]),
        ]

    def error(self, status: int, code: int | None = None, words: str = "It did not work") -> Message:
        kind = {400: "BadRequestError", 403: "AuthError", 429: "RateLimitError"}.get(status, "Exception")
        return self._says(status, kind, words)

    def _says(self, status: int, kind: str, words: str) -> Message:
        return {"status_code": status, "errors": [{"error": kind, "message": words}]}

    async def _send(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.asked.append(asked)
        denied = self._denied(request)
        return denied or await self.play(request, lambda: self._accept(asked), sends=True)

    async def _send_email(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.asked.append(asked)
        denied = self._denied(request)
        return denied or await self.play(request, lambda: self._accept_email(asked), sends=True)

    def _accept_email(self, asked: Message) -> tuple[int, Message]:
        told, to = asked.get("personalisation", {}), str(asked.get("email_address", ""))
        unknown = sorted(set(asked) - KNOWN_EMAIL)
        missing = [name for name in ("subject", "message") if name not in told]
        if unknown:
            words = f"Additional properties are not allowed ({unknown} was unexpected)"
            return 400, self._says(400, "ValidationError", words)
        if to.count("@") != 1 or "." not in to.rpartition("@")[2]:
            return 400, self._says(400, "ValidationError", "email_address Not a valid email address")
        if asked.get("template_id") != self.email_template:
            return 400, self._says(400, "BadRequestError", "Template not found")
        if missing:
            return 400, self._says(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        message = {
            "id": str(uuid.uuid4()), "type": "email", "to": to, "subject": told["subject"], "text": told["message"],
            "reference": asked.get("reference"), "at": _now(),
        }  # fmt: skip
        self.taken(message)
        content = {
            "subject": told["subject"],
            "body": told["message"],
            "from_email": "front.door@notifications.example",
        }
        return 201, {
            "id": message["id"],
            "reference": message["reference"],
            "content": content,
            "uri": f"{self.url}/v2/notifications/{message['id']}",
            "template": {"id": self.email_template, "version": 1},
        }

    async def _list(self, request: Request) -> Response:
        wanted = request.query_params.get("reference")
        kind = request.query_params.get("template_type", "sms")
        found = [
            self._listed(one)
            for one in self.sent[::-1]
            if one["reference"] == wanted and one.get("type", "sms") == kind
        ]
        body = {"notifications": found[:250], "links": {"current": str(request.url)}}
        return self._denied(request) or await self.play(request, lambda: (200, body), sends=False)

    def _denied(self, request: Request) -> Response | None:
        """The token is a JWT signed with the key's secret, not older than 30 seconds."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        try:
            decode_jwt_token(token, self.secret)
            known = get_token_issuer(token) == self.service
        except TokenExpiredError:
            words = "Error: Your system clock must be accurate to within 30 seconds"
            return JSONResponse(self._says(403, "AuthError", words), 403)
        except TokenError:
            known = False
        return None if known else JSONResponse(self._says(403, "AuthError", "Invalid token: API key not found"), 403)

    def _accept(self, asked: Message) -> tuple[int, Message]:
        problem = self._problem(asked)
        if problem:
            return 400, self._says(400, *problem)
        if len(self.sent) >= self.daily_limit:
            words = f"Exceeded send limits (sms: {self.daily_limit}) for today"
            return 429, self._says(429, "TooManyRequestsError", words)
        text = "".join(_kept(letter) for letter in asked["personalisation"]["message"])
        message = {
            "id": str(uuid.uuid4()),
            "to": asked["phone_number"],
            "text": text,
            "reference": asked.get("reference"),
            "at": _now(),
        }
        self.taken(message)
        return 201, {
            "id": message["id"],
            "reference": message["reference"],
            "content": {"body": text, "from_number": self.number},
            "uri": f"{self.url}/v2/notifications/{message['id']}",
            "template": {"id": self.template, "version": 1, "uri": f"{self.url}/v2/template/{self.template}"},
        }

    def _problem(self, asked: Message) -> tuple[str, str] | None:
        unknown = sorted(set(asked) - KNOWN)
        if unknown:
            return "ValidationError", f"Additional properties are not allowed ({unknown} was unexpected)"
        digits = str(asked.get("phone_number", "")).removeprefix("+")
        if not digits.isdecimal():
            return "ValidationError", "phone_number Must not contain letters or symbols"
        if len(digits) < 11:
            return "ValidationError", "phone_number Not enough digits"
        if asked.get("template_id") != self.template:
            return "BadRequestError", "Template not found"
        text = asked.get("personalisation", {}).get("message")
        if text is None:
            return "BadRequestError", "Missing personalisation: message"
        if len(text) > LONGEST:
            return "BadRequestError", f"Content for template has a character count greater than the limit of {LONGEST}"
        return None

    def _listed(self, message: Message) -> Message:
        return {
            "id": message["id"],
            "reference": message["reference"],
            "phone_number": message["to"],
            "type": message.get("type", "sms"),
            "status": "sending",
            "template": {"id": self.template, "version": 1},
            "body": message["text"],
            "created_at": message["at"],
            "sent_at": message["at"],
            "completed_at": None,
        }

    def arrives(self, address: str, kind: str, *, forged: bool = False, **what: Any) -> Call:
        if kind not in ("text", "empty"):
            raise TypeError(f"Notify hands on words alone, not a {kind}")
        body = {
            "id": str(uuid.uuid4()),
            "source_number": address.removeprefix("+"),
            "destination_number": self.number,
            "message": what.get("text", ""),
            "date_received": _now(),
        }
        return self._call("/hooks/notify", body, forged=forged)

    def told(self, message: Message, fate: str, *, error: int | None = None, forged: bool = False) -> Call:
        body = {
            "id": message["id"],
            "reference": message["reference"],
            "to": message["to"],
            "status": fate,
            "created_at": message["at"],
            "completed_at": _now(),
            "sent_at": message["at"],
            "notification_type": message.get("type", "sms"),
            "template_id": self.email_template if message.get("type") == "email" else self.template,
            "template_version": 1,
        }
        return self._call("/hooks/notify/receipts", body, forged=forged)

    def _call(self, path: str, body: Message, *, forged: bool) -> Call:
        token = "a guess" if forged else self.callback_token
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        return Call(self.public_url + path, headers, json.dumps(body).encode())


def _kept(letter: str) -> str:
    """What Notify makes of a letter: itself, the same without its accent, or a question mark."""
    if letter.isascii() or letter in KEPT:
        return letter
    plain = unicodedata.normalize("NFKD", letter)[0]
    return plain if plain.isascii() and plain.isalpha() else "?"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
