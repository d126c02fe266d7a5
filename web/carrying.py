"""How a letter from the desk reaches a phone: whole, on the line that the resident holds; else a word that it waits."""

from collections.abc import Mapping

import sqlalchemy as sa

from casework import tables as t
from casework.cases import Case
from casework.letters import LetterReply
from casework.outbox import Parcel
from casework.tickets import link_code
from casework.ways import NO_TEXTS, language_of, number_to_text
from foundation.clock import utc_now
from foundation.languages import speaking
from web.dressing import Dressing
from web.environment import WORDS
from web.providers.base import Channel, Provider

KIND = "letter"


class Carrying:
    """Makes the parcels of a letter, in the transaction that writes it."""

    def __init__(self, dress: Dressing, providers: Mapping[Channel, Provider], *, public_url: str) -> None:
        self._dress, self._providers, self._public_url = dress, providers, public_url

    def __call__(self, db: sa.Connection, case: Case, message_id: int, letter: LetterReply) -> list[Parcel]:
        """What goes out for this letter; nothing where no phone may be texted."""
        if case.contact.get("safe_contact") in NO_TEXTS:
            return []
        held = sa.select(t.line).where(t.line.c.conversation_id == case.conversation_id)
        line = db.execute(held.order_by(t.line.c.heard_at.desc()).limit(1)).one_or_none()
        if line is not None and line.channel in self._providers:
            named = {**letter, "text": f"{letter['data']['from']}: {letter['text']}"}
            bodies = self._dress.bodies(case.conversation_id, line.channel, [named])
            return self._parcels(db, case, message_id, line.channel, line.address, bodies)
        number = number_to_text(case.contact)
        if number is None or "sms" not in self._providers:
            return []
        link = f"{self._public_url}/m/{link_code(db, case.conversation_id, now=utc_now())}"
        with speaking(language_of(db, case.conversation_id)):
            body = {"text": WORDS("letter.waits", link=link)}
        return self._parcels(db, case, message_id, "sms", number, [body])

    def _parcels(
        self,
        db: sa.Connection,
        case: Case,
        message_id: int,
        channel: str,
        address: str,
        bodies: list[Mapping[str, object]],
    ) -> list[Parcel]:
        return [
            Parcel(
                about=f"message:{message_id}",
                kind=KIND if number == 0 else f"{KIND}-{number}",
                channel=channel,
                address=address,
                body=body,
                conversation_id=case.conversation_id,
                language=language_of(db, case.conversation_id),
            )
            for number, body in enumerate(bodies)
        ]
