"""Who sits at the kiosk: a signed cookie of its own, and a life that the server ends.

The cookie is written anew each time somebody does something, so its age is the time since then; a cookie that is too
old opens nothing, whatever the browser's script does. The database counts as well: a sweep ends the secret inside.
"""

import asyncio
import hashlib
import hmac
import logging
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import Response

from casework.conversations import Conversation, ConversationNotFound
from casework.sittings import end_idle_sittings, end_sitting, let_in, see
from foundation.clock import utc_now
from foundation.languages import ENGLISH, LANGUAGES
from foundation.settings import Settings
from web.edge import Edge
from web.sittings import CHAT, VISIT

log = logging.getLogger("frontdoor.kiosk")
KIOSK = "kiosk"
GRACE_SECONDS = 5  # for the way from the browser to us
SWEEP_SECONDS = 5


@dataclass(frozen=True)
class KioskSitting:
    """What is known of the person at the kiosk. Without a `token` nobody has begun; the look may be set even so."""

    conversation: str = ""
    token: str = ""
    language: str = ENGLISH
    big: bool = False
    contrast: bool = False
    claimed: str = ""  # a visit's reference that was typed, but not yet proved
    visit: str = ""  # the visit that may be shown

    @property
    def begun(self) -> bool:
        """Whether there is anything to clear."""
        return bool(self.token)

    @property
    def touched(self) -> bool:
        """Whether anything differs from how the next person should find it."""
        return self != KioskSitting()


def seconds_left_alone(settings: Settings) -> int:
    """How long a sitting lives untouched."""
    return settings.kiosk_idle_seconds + settings.kiosk_countdown_seconds + GRACE_SECONDS


def read(edge: Edge, request: Request) -> KioskSitting:
    """The sitting of this kiosk; a fresh one when there is none, or when it was left alone too long."""
    value = edge.sittings.read(request, KIOSK, seconds=seconds_left_alone(edge.settings))
    if not isinstance(value, dict) or set(value) != set(KioskSitting.__dataclass_fields__):
        return KioskSitting()
    found = KioskSitting(**value)
    if found.language not in LANGUAGES or (found.begun and not _alive(edge, found)):
        return KioskSitting()
    return found


def _alive(edge: Edge, sitting: KioskSitting) -> bool:
    try:
        conversation_of(edge, sitting)
    except ConversationNotFound:
        return False
    return True


def conversation_of(edge: Edge, sitting: KioskSitting) -> Conversation:
    """The conversation that this sitting is at. Raises ConversationNotFound."""
    return let_in(edge.database, sitting.conversation, sitting.token)


def write(edge: Edge, response: Response, sitting: KioskSitting) -> None:
    """Somebody did something: the time that the sitting lives starts again, in the cookie and in the database."""
    if sitting.begun:
        see(edge.database, sitting.token, now=utc_now())
    edge.sittings.open(response, KIOSK, asdict(sitting))


def end(edge: Edge, request: Request, response: Response) -> None:
    """End the sitting here and now, on the server and in the browser. What was booked stays booked."""
    sitting = read(edge, request)
    if sitting.begun:
        end_sitting(edge.database, sitting.token)
    edge.sittings.close(response, KIOSK, CHAT, VISIT)
    # Pages that the browser holds for its back button go as well. Storage holds the offline page and nothing else.
    response.headers["Clear-Site-Data"] = '"cache"'


async def sweep(edge: Edge) -> None:
    """For as long as the edge runs: end the sittings of kiosks that were left alone, whatever became of the browser."""
    alone = timedelta(seconds=seconds_left_alone(edge.settings))
    while True:
        try:
            await edge.in_thread(end_idle_sittings, edge.database, KIOSK, before=utc_now() - alone)
        except SQLAlchemyError:
            log.exception("kiosks were not looked after; it is tried again")
        await asyncio.sleep(SWEEP_SECONDS)


def form_mark(edge: Edge, sitting: KioskSitting) -> str:
    """What each form of this sitting sends back, so that other sites cannot send one."""
    secret = edge.settings.signing_key().encode()
    return hmac.new(secret, f"kiosk form|{sitting.token}".encode(), hashlib.sha256).hexdigest()
