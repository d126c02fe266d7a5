"""Meta's WhatsApp Cloud API, played. Payloads: the pages under
https://developers.facebook.com/documentation/business-messaging/whatsapp/ (webhooks/reference/messages and
support/error-codes), of May to August 2026."""

import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.providers.fakes.base import NEARBY, Call, Fake, Message
from tests.providers.fakes.meta_rules import offered, problems, words

WINDOW_SECONDS = 24 * 3600
LONGEST_REFERENCE = 512
WORDS = {
    100: "(#100) Invalid parameter",
    190: "Error validating access token: Session has expired",
    130429: "(#130429) Rate limit hit",
    131009: "(#131009) Parameter value is not valid",
    131016: "(#131016) Service temporarily unavailable",
    131026: "(#131026) Message undeliverable",
    131047: "(#131047) Re-engagement message",
    131056: "(#131056) (Business Account, Consumer Account) pair rate limit hit",
    132001: "(#132001) Template name does not exist in the translation",
}
CODES = {400: 100, 401: 190, 429: 130429, 500: 131016, 503: 131016}


class FakeMeta(Fake):
    """One business number, with one approved template in English and Polish."""

    def __init__(self, *, edge: str = "", public_url: str = "") -> None:
        super().__init__(edge=edge, public_url=public_url)
        self.token, self.app_secret = f"EAA{secrets.token_hex(40)}", secrets.token_hex(16)
        self.verify_token = secrets.token_hex(20)
        self.phone_number, self.number = "106540352242922", "441632960902"
        self.template, self.languages = "carry_on", {"en_GB", "pl"}
        self.not_on_whatsapp: set[str] = set()
        self.refuses_at_once = False  # a message after the window: refused at once, or taken and then failed
        self._heard: dict[str, float] = {}

    def settings(self) -> dict[str, str]:
        """What our edge has to be started with, once this runs."""
        return {
            "FRONTDOOR_WHATSAPP_PROVIDER": "meta",
            "FRONTDOOR_META_TOKEN": self.token,
            "FRONTDOOR_META_APP_SECRET": self.app_secret,
            "FRONTDOOR_META_VERIFY_TOKEN": self.verify_token,
            "FRONTDOOR_META_PHONE_NUMBER": self.phone_number,
            "FRONTDOOR_META_TEMPLATE": self.template,
            "FRONTDOOR_META_TEMPLATE_LANGUAGES": "en=en_GB,pl=pl",
            "FRONTDOOR_META_URL": self.url,
        }

    def routes(self) -> list[Route]:
        return [Route(f"/v{{version:int}}.0/{self.phone_number}/messages", self._send, methods=["POST"])]

    def error(self, status: int, code: int | None = None, words: str = "") -> Message:
        number = code or CODES.get(status, 131000)
        error = {
            "message": WORDS.get(number, f"(#{number}) Something went wrong"),
            "type": "OAuthException",
            "code": number,
            "error_data": {"messaging_product": "whatsapp", "details": words or WORDS.get(number, "It did not work")},
            "fbtrace_id": secrets.token_urlsafe(8),
        }
        return {"error": error}

    def window_closes(self, address: str) -> None:
        """24 hours have passed since this resident last wrote."""
        self._heard[address] = time.time() - WINDOW_SECONDS - 1

    async def _send(self, request: Request) -> Response:
        asked = json.loads(await request.body())
        self.asked.append(asked)
        if request.headers.get("authorization") != f"Bearer {self.token}":
            return JSONResponse(self.error(401), 401)
        return await self.play(request, lambda: self._accept(asked), sends=True)

    def _accept(self, asked: Message) -> tuple[int, Message]:
        to = str(asked.get("recipient") or f"+{str(asked.get('to', '')).removeprefix('+')}")
        wrong = self._problem(asked, to)
        if wrong:
            return 400, self.error(400, *wrong)
        closed = time.time() - self._heard.get(to, 0) > WINDOW_SECONDS and asked["type"] != "template"
        if closed and self.refuses_at_once:
            return 400, self.error(400, 131047)
        message = {
            "id": f"wamid.{secrets.token_urlsafe(24)}",
            "to": to,
            "text": words(asked),
            "choices": offered(asked),
            "reference": asked.get("biz_opaque_callback_data"),
            "body": asked,
        }
        if closed or to in self.not_on_whatsapp:
            # Taken, and lost afterwards: nobody sees it.
            self._told.submit(self.receipt, message, "failed", error=131047 if closed else 131026)
        else:
            self.taken(message)
        contact = {"input": to} | ({"wa_id": to.removeprefix("+")} if to.startswith("+") else {"user_id": to})
        return 200, {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": message["id"]}]}

    def _problem(self, asked: Message, to: str) -> tuple[int, str] | None:
        if asked.get("messaging_product") != "whatsapp" or ("recipient" not in asked and not to[1:].isdecimal()):
            return 100, "messaging_product and to are needed"
        if len(asked.get("biz_opaque_callback_data", "")) > LONGEST_REFERENCE:
            return 131009, "biz_opaque_callback_data is too long"
        if asked.get("type") == "template":
            template = asked.get("template", {})
            known = template.get("name") == self.template and template.get("language", {}).get("code") in self.languages
            return None if known else (132001, "The template is not there in this language")
        found = problems(asked)
        return (131009, "; ".join(found)) if found else None

    # ---- webhooks

    def handshake(self, *, token: str | None = None, challenge: str = "1158201444") -> httpx.Response:
        """What Meta asks when the address is saved."""
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": token or self.verify_token}
        return httpx.get(f"{self.edge}/hooks/whatsapp", params=query, **NEARBY)

    def arrives(self, address: str, kind: str, *, forged: bool = False, **what: Any) -> Call:
        return self.call(messages=[self.message(address, kind, **what)], forged=forged)

    def told(self, message: Message, fate: str, *, error: int | None = None, forged: bool = False) -> Call:
        return self.call(statuses=[self.status(message, fate, error=error)], forged=forged)

    def message(self, address: str, kind: str, *, text: str = "", choice: str = "", place: Any = None) -> Message:
        """One item of a call's `messages`. A choice is one that the last message with any offered, by id or label."""
        self._heard[address] = time.time()
        sender = {"from": address.removeprefix("+")} if address.startswith("+") else {"from_user_id": address}
        head = sender | {"id": f"wamid.{secrets.token_urlsafe(24)}", "timestamp": str(int(time.time()))}
        return head | self._content(address, kind, text, choice, place)

    def status(self, message: Message, fate: str, *, error: int | None = None) -> Message:
        """One item of a call's `statuses`."""
        told = {
            "id": message["id"],
            "status": fate,
            "timestamp": str(int(time.time())),
            "recipient_id": message["to"].removeprefix("+"),
            "biz_opaque_callback_data": message["reference"],
        }
        code = error or 131000
        return told | ({"errors": [self.error(400, code)["error"]]} if fate == "failed" else {})

    def call(
        self,
        *,
        messages: list[Message] | None = None,
        statuses: list[Message] | None = None,
        phone_number: str = "",
        forged: bool = False,
    ) -> Call:
        """One signed call that tells of all of these; `phone_number` is the id of another number of the account."""
        value = {
            "messaging_product": "whatsapp",
            "metadata": {
                "display_phone_number": self.number,
                "phone_number_id": phone_number or self.phone_number,
            },
        }
        if messages:
            value |= {"contacts": [self._contact(one) for one in messages], "messages": messages}
        if statuses:
            value["statuses"] = statuses
        change = {"value": value, "field": "messages"}
        return self.signed({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}, forged)

    def signed(self, body: Any, forged: bool = False) -> Call:
        """Any body, signed as Meta signs it: with letters beyond ASCII escaped."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        secret = "a guess" if forged else self.app_secret
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        return Call(f"{self.public_url}/hooks/whatsapp", headers, raw)

    def _contact(self, message: Message) -> Message:
        person = {"wa_id": message["from"]} if "from" in message else {"user_id": message["from_user_id"]}
        return {"profile": {"name": "Anna"}} | person

    def _content(self, address: str, kind: str, text: str, choice: str, place: Any) -> Message:
        if kind == "choice":
            return self._tap(address, choice)
        if kind == "location":
            return {"type": kind, kind: {"latitude": place[0], "longitude": place[1], "name": "Home"}}
        if kind in ("text", "empty"):
            return {"type": "text", "text": {"body": text}}
        media = {"id": "2754859441498128", "mime_type": "application/octet-stream", "sha256": secrets.token_hex(16)}
        contents: dict[str, tuple[str, Any]] = {
            "voice": ("audio", media | {"voice": True}),
            "reaction": ("reaction", {"message_id": "wamid.earlier", "emoji": "\N{THUMBS UP SIGN}"}),
            "contact": ("contacts", [{"name": {"formatted_name": "B"}, "phones": [{"phone": "+44 7700 900483"}]}]),
            "system": ("system", {"body": "Anna changed", "wa_id": "447700900483", "type": "user_changed_number"}),
            "unsupported": ("errors", [{"code": 131051, "title": "Message type unknown"}]),
        }
        name, content = contents.get(kind, (kind, media | ({"caption": text} if text else {})))
        return {"type": "unsupported" if name == "errors" else name, name: content}

    def _tap(self, address: str, choice: str) -> Message:
        last = next((one for one in self.outbox(address)[::-1] if one["choices"]), None)
        choices = last["choices"] if last else {}
        found = next(((key, label) for key, label in choices.items() if choice in (key, label)), None)
        assert found, f"{choice} is not offered to {address}, only {choices}"
        assert last
        kind = last["body"]["interactive"]["type"]
        name = "list_reply" if kind == "list" else "button_reply"
        reply = {"id": found[0], "title": found[1]}
        context = {"from": self.number, "id": last["id"]}
        return {"context": context, "type": "interactive", "interactive": {"type": name, name: reply}}
