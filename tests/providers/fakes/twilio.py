"""Twilio, played. Payloads: https://www.twilio.com/docs/messaging/api/message-resource and .../guides/webhook-request.

Webhooks are signed with Twilio's own library. STOP and START are heard as Twilio hears them on a long code.
"""

import base64
import secrets
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from twilio.request_validator import RequestValidator

from tests.providers.fakes.base import Call, Fake, Message

LONGEST = 1600
STOP = {"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"}
START = {"START", "UNSTOP", "YES"}
TYPES = {
    "voice": "audio/ogg",
    "image": "image/jpeg",
    "video": "video/mp4",
    "document": "application/pdf",
    "contact": "text/vcard",
    "sticker": "image/webp",
}
WORDS = {
    20003: "Authenticate",
    20429: "Too Many Requests",
    20500: "Internal Server Error",
    21211: "The 'To' number {to} is not a valid phone number.",
    21602: "Message body is required.",
    21606: "The 'From' phone number provided is not a valid, message-capable Twilio phone number.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
    21655: "The ContentSid is Invalid",
}
CODES = {401: 20003, 429: 20429, 500: 20500, 503: 20503}


class FakeTwilio(Fake):
    """One account with a long code for texts and a WhatsApp sender."""

    def __init__(self, *, edge: str = "", public_url: str = "") -> None:
        super().__init__(edge=edge, public_url=public_url)
        self.account, self.token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
        self.number, self.whatsapp_number = "+441632960900", "+441632960901"
        self.template = f"HX{secrets.token_hex(16)}"
        self.service = f"MG{secrets.token_hex(16)}"
        self.opted_out: set[str] = set()
        self.landlines: set[str] = set()
        self._whatsapp: set[str] = set()
        self.closed: set[str] = set()  # WhatsApp addresses that last wrote more than 24 hours ago

    def settings(self, *channels: str) -> dict[str, str]:
        """What our edge has to be started with, once this runs; for texts, or for the channels named."""
        chosen = {f"FRONTDOOR_{channel.upper()}_PROVIDER": "twilio" for channel in channels or ("sms",)}
        return chosen | {
            "FRONTDOOR_TWILIO_ACCOUNT": self.account,
            "FRONTDOOR_TWILIO_AUTH_TOKEN": self.token,
            "FRONTDOOR_TWILIO_SMS_FROM": self.number,
            "FRONTDOOR_TWILIO_WHATSAPP_FROM": self.whatsapp_number,
            "FRONTDOOR_TWILIO_WHATSAPP_TEMPLATES": f"en={self.template}",
            "FRONTDOOR_TWILIO_URL": self.url,
        }

    def routes(self) -> list[Route]:
        path = f"/2010-04-01/Accounts/{self.account}/Messages.json"
        return [Route(path, self._send, methods=["POST"]), Route(path, self._list, methods=["GET"])]

    def error(self, status: int, code: int | None = None, words: str = "") -> Message:
        number = code or CODES.get(status, 20001)
        return {
            "code": number,
            "message": words or WORDS.get(number, "It did not work"),
            "more_info": f"https://www.twilio.com/docs/errors/{number}",
            "status": status,
        }

    async def _send(self, request: Request) -> Response:
        form = await request.form()
        self.asked.append({name: str(value) for name, value in form.items()})
        return self._denied(request) or await self.play(request, lambda: self._accept(form), sends=True)

    async def _list(self, request: Request) -> Response:
        query = request.query_params
        found = [
            self._resource(one)
            for one in self.sent[::-1]
            if one["full_to"] == query.get("To", one["full_to"]) and one["from"] == query.get("From", one["from"])
        ]
        body = {"messages": found[: int(query.get("PageSize", "50"))], "page": 0, "next_page_uri": None}
        return self._denied(request) or await self.play(request, lambda: (200, body), sends=False)

    def _denied(self, request: Request) -> Response | None:
        ours = base64.b64encode(f"{self.account}:{self.token}".encode()).decode()
        known = request.headers.get("authorization") == f"Basic {ours}"
        return None if known else JSONResponse(self.error(401), 401)

    def _accept(self, form: FormData) -> tuple[int, Message]:
        asked = {name: str(value) for name, value in form.items()}
        to = asked.get("To", "")
        code = self._problem(asked, to)
        if code:
            return 400, self.error(400, code, WORDS[code].format(to=to))
        message = {
            "id": f"SM{secrets.token_hex(16)}",
            "to": to.removeprefix("whatsapp:"),
            "full_to": to,
            "from": asked.get("From", self.number),
            "text": _kept(asked),
            "template": asked.get("ContentSid"),
            "callback": asked.get("StatusCallback", ""),
            "at": format_datetime(datetime.now(UTC)),
        }
        self.taken(message)
        if to in self.closed and not message["template"]:
            self._told.submit(self.receipt, message, "undelivered", error=63016)
        return 201, self._resource(message)

    def _problem(self, asked: Message, to: str) -> int | None:
        address = to.removeprefix("whatsapp:")
        ours = f"whatsapp:{self.whatsapp_number}" if to.startswith("whatsapp:") else self.number
        checks = {
            21211: not (address.startswith("+") and address[1:].isdecimal() and 8 <= len(address) <= 16)
            and not (to.startswith("whatsapp:") and "." in to),
            21606: asked.get("From") != ours and asked.get("MessagingServiceSid") != self.service,
            21614: address in self.landlines,
            21610: to in self.opted_out,
            21602: not asked.get("Body", "").strip() and "ContentSid" not in asked,
            21617: len(asked.get("Body", "")) > LONGEST,
            21655: asked.get("ContentSid", self.template) != self.template,
        }
        return next((code for code, wrong in checks.items() if wrong), None)

    def _resource(self, message: Message) -> Message:
        return {
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": message["text"],
            "date_created": message["at"],
            "date_sent": None,
            "date_updated": message["at"],
            "direction": "outbound-api",
            "error_code": None,
            "error_message": None,
            "from": message["from"],
            "num_media": "0",
            "num_segments": "1",
            "price": None,
            "sid": message["id"],
            "status": "queued",
            "to": message["full_to"],
            "uri": f"/2010-04-01/Accounts/{self.account}/Messages/{message['id']}.json",
        }

    def arrives(
        self, address: str, kind: str, *, forged: bool = False, channel: str | None = None, **what: Any
    ) -> Call:
        """On WhatsApp for the addresses that `on_whatsapp` made, else by text; `channel` says it for once."""
        whatsapp = channel == "whatsapp" or (channel is None and address in self._whatsapp)
        full = f"whatsapp:{address}" if whatsapp else address
        text = str(what.get("text", ""))
        if not whatsapp and text.strip().upper() in STOP:
            self.opted_out.add(full)
        if not whatsapp and text.strip().upper() in START:
            self.opted_out.discard(full)
        self.closed.discard(full)
        sid = f"SM{secrets.token_hex(16)}"
        fields = {
            "MessageSid": sid,
            "SmsMessageSid": sid,
            "SmsSid": sid,
            "SmsStatus": "received",
            "AccountSid": self.account,
            "From": full,
            "To": f"whatsapp:{self.whatsapp_number}" if whatsapp else self.number,
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
            "ApiVersion": "2010-04-01",
            "FromCity": "",
            "FromCountry": "GB",
        }
        return self._call("/hooks/twilio", fields | self._extras(kind, whatsapp, what), forged=forged)

    def on_whatsapp(self, *addresses: str) -> None:
        """These residents write on WhatsApp from now on."""
        self._whatsapp |= set(addresses)

    def _extras(self, kind: str, whatsapp: bool, what: Message) -> dict[str, str]:
        more = {"ProfileName": "Anna", "WaId": "447700900482", "MessageType": kind} if whatsapp else {}
        if kind == "choice":
            more |= {"ButtonPayload": str(what["choice"]), "ButtonText": str(what["choice"]), "Body": what["choice"]}
        if kind == "location":
            more |= {"Latitude": str(what["place"][0]), "Longitude": str(what["place"][1])}
        if kind in TYPES:
            media = f"{self.url}/2010-04-01/Accounts/{self.account}/Media/ME{secrets.token_hex(16)}"
            more |= {"NumMedia": "1", "MediaContentType0": TYPES[kind], "MediaUrl0": media}
        return more

    def told(self, message: Message, fate: str, *, error: int | None = None, forged: bool = False) -> Call:
        fields = {
            "AccountSid": self.account,
            "ApiVersion": "2010-04-01",
            "From": message["from"],
            "MessageSid": message["id"],
            "MessageStatus": fate,
            "SmsSid": message["id"],
            "SmsStatus": fate,
            "To": message["full_to"],
        }
        if error:
            fields["ErrorCode"] = str(error)
        path = str(message["callback"]).removeprefix(self.public_url)
        return self._call(path, fields, forged=forged)

    def _call(self, path: str, fields: dict[str, str], *, forged: bool) -> Call:
        url = self.public_url + path
        token = "a guess" if forged else self.token
        signature = RequestValidator(token).compute_signature(url, fields)
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}
        return Call(url, headers, urlencode(fields).encode())


def _kept(asked: Message) -> str:
    """The words as they go out: ends are trimmed, and a Messaging Service swaps curly quotes unless told not to."""
    words = str(asked.get("Body", "")).strip()
    swaps = "MessagingServiceSid" in asked and asked.get("SmartEncoded") != "false"
    return words.replace("’", "'") if swaps else words
