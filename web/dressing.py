"""What the outbox gets for one turn: its replies, dressed by the renderer of the channel that the message came by."""

from collections.abc import Mapping
from typing import Any

from casework import tickets
from casework.conversations import Conversation, StoredMessage
from casework.outbox import STOP_CONFIRMED, Parcel
from foundation.clock import utc_now
from foundation.database import Database
from web.channels import sms, whatsapp
from web.channels.links import Links
from web.providers.base import Channel, Provider

type Body = Mapping[str, Any]
SHOWN_BETTER = ("plan", "consent")


class Dressing:
    """Knows which renderer a channel has, given who carries it."""

    def __init__(self, database: Database, providers: Mapping[Channel, Provider], *, public_url: str) -> None:
        self._database, self._providers, self._public_url = database, providers, public_url

    def __call__(
        self, conversation: Conversation, message: StoredMessage, replies: list[dict[str, Any]], kind: str
    ) -> list[Parcel]:
        """The parcels that carry these replies; none where a page shows them. `kind` tells a sorry from an answer."""
        if message.channel is None or message.address is None:
            return []
        provider = self._providers.get(message.channel)  # type: ignore[call-overload]
        if message.kind == "stop":
            if provider is not None and message.channel in provider.answers_stop:
                return []
            kind = STOP_CONFIRMED
        return [
            Parcel(
                about=f"message:{message.id}",
                kind=kind if number == 0 else f"{kind}-{number}",
                channel=message.channel,
                address=message.address,
                body=body,
                conversation_id=conversation.id,
                language=conversation.language,
            )
            for number, body in enumerate(self.bodies(conversation.id, message.channel, replies))
        ]

    def bodies(self, conversation_id: str, channel: str, replies: list[dict[str, Any]]) -> list[Body]:
        """What the channel's provider takes, in order."""
        links = self._links(conversation_id, replies)
        if channel == "sms":
            return [{"text": text} for text in sms.render(replies, links=links)]
        carrier = self._providers.get("whatsapp")
        if carrier is not None and carrier.name == "twilio":
            return [{"text": text} for text in whatsapp.plain(replies, links=links)]
        return list(whatsapp.render(replies, links=links))

    def _links(self, conversation_id: str, replies: list[dict[str, Any]]) -> Links:
        """A private link where a page shows more than a text can; the page of a visit asks who is there first."""
        more = any(reply["kind"] in SHOWN_BETTER for reply in replies)
        visit = next((reply["data"].get("reference") for reply in replies if reply["kind"] == "visit"), None)
        return Links(
            conversation=new_link(self._database, conversation_id, self._public_url) if more else None,
            visit=f"{self._public_url}/visit/{visit}" if visit else None,
        )


def new_link(database: Database, conversation_id: str, public_url: str) -> str:
    """A private link that opens the conversation on another device, once, within seven days."""
    with database.writing() as db:
        code = tickets.link_code(db, conversation_id, now=utc_now())
    return f"{public_url}/m/{code}"
