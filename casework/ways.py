"""Who carries messages for this installation, and how one person may be reached: one way, the one they chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

import phonenumbers
import sqlalchemy as sa

from casework import tables as t
from foundation.settings import Settings

TEXTS_ARE_SAFE = ("call_text", "text_only")
NO_TEXTS = ("call_only", "not_safe")

type Channel = Literal["sms", "whatsapp", "email"]
type Contact = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Ways:
    """What is carried here. `whatsapp` names its provider, whose messages are shaped in its own way; "" is none.

    `public_url` is where links lead, without a slash at its end.
    """

    sms: bool = False
    whatsapp: str = ""
    email: bool = False
    public_url: str = ""

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """As this installation is set up."""
        return cls(
            sms=settings.sms_provider != "none",
            whatsapp="" if settings.whatsapp_provider == "none" else settings.whatsapp_provider,
            email=settings.email_provider != "none",
            public_url=settings.own_address,
        )

    def carries(self, channel: str) -> bool:
        """Whether anybody takes this channel's messages."""
        return bool({"sms": self.sms, "whatsapp": self.whatsapp, "email": self.email}.get(channel))

    def body(self, channel: str, text: str, *, subject: str = "") -> dict[str, Any]:
        """`text` in the shape that the channel's provider takes; see web.providers.base.Outgoing."""
        if channel == "email":
            return {"subject": subject, "text": text}
        if channel == "whatsapp" and self.whatsapp == "meta":
            return {"type": "text", "text": {"body": text, "preview_url": False}}
        return {"text": text}


NOBODY = Ways()


@dataclass(frozen=True)
class Reach:
    """The one way in which this person is written to."""

    channel: Channel
    address: str


def reach(db: sa.Connection, contact: Contact, conversation_id: str, *, ways: Ways) -> Reach | None:
    """The phone that holds their conversation, else the number that they gave, else their e-mail; None: do not write.

    Only what they said is safe: "call me only" and "do not contact me" are obeyed on every channel.
    """
    if contact.get("safe_contact") in NO_TEXTS:
        return None
    line = _line_of(db, conversation_id, ways)
    if line is not None:
        return line
    number = number_to_text(contact)
    if number is not None and ways.sms:
        return Reach("sms", number)
    email = contact.get("email", "").strip()
    return Reach("email", email) if email and ways.email and not contact.get("phone") else None


def _line_of(db: sa.Connection, conversation_id: str, ways: Ways) -> Reach | None:
    held = sa.select(t.line).where(t.line.c.conversation_id == conversation_id).order_by(t.line.c.heard_at.desc())
    found = [row for row in db.execute(held) if ways.carries(row.channel)]
    return Reach(found[0].channel, found[0].address) if found else None


def number_to_text(contact: Contact) -> str | None:
    """The number (E.164) to which this person said that texts are safe; None when there is none."""
    if contact.get("safe_contact") not in TEXTS_ARE_SAFE or not contact.get("phone"):
        return None
    try:
        number = phonenumbers.parse(contact["phone"], "GB")
    except phonenumbers.NumberParseException:
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def language_of(db: sa.Connection, conversation_id: str) -> str:
    """The language in which this conversation is held; English when there is no such conversation."""
    query = sa.select(t.conversation.c.language).where(t.conversation.c.id == conversation_id)
    return str(db.execute(query).scalar_one_or_none() or "en")
