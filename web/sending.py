"""The sender: takes parcels from the outbox to their providers, each once, whatever breaks in between."""

import asyncio
import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta

from casework import fates, outbox
from casework.outbox import Queued
from foundation.clock import utc_now
from foundation.database import Database
from web.hands import MOST, Hands
from web.providers.base import (
    Channel,
    KeyRefused,
    OptedOut,
    Outgoing,
    Provider,
    Refused,
    TryLater,
    Unsure,
    WindowClosed,
)

log = logging.getLogger("frontdoor.sending")
LEASE = timedelta(seconds=90)  # longer than any provider's time-out
MOST_ATTEMPTS = 12  # with the rests below, about a day
FIRST_REST, LONGEST_REST = 2.0, 6 * 3600.0  # seconds
KEY_REST = 300.0  # seconds
CONVERSING = timedelta(hours=24)  # WhatsApp's window after the resident's last message


class Sender:
    """Sends what is due until it is stopped. Several may run at once, in one process or in many."""

    def __init__(self, database: Database, providers: Mapping[Channel, Provider]) -> None:
        self._database, self._providers = database, providers
        self._holder = secrets.token_hex(8)
        self._hands = Hands(self._due, self._send)
        self.wake = self._hands.wake

    async def run(self) -> None:
        """For ever: send what is due, side by side for different numbers, then wait for something new."""
        await self._hands.run()

    async def send_due(self) -> int:
        """Send what is due now, at most one a number; how many were taken up."""
        due = await self._due(MOST)
        await asyncio.gather(*(self._send(parcel) for parcel in due))
        return len(due)

    async def _due(self, limit: int) -> list[Queued]:
        now = utc_now()
        return await asyncio.to_thread(
            outbox.claim, self._database, holder=self._holder, now=now, until=now + LEASE, limit=limit
        )

    async def _send(self, parcel: Queued) -> None:
        provider = self._providers.get(parcel.channel)  # type: ignore[call-overload]
        if provider is None:
            await self._give_up(parcel, "Nobody carries this channel any more.")
        elif parcel.state == "waiting" and _window_is_closed(parcel):
            await self._hold(parcel)
        else:
            await self._try(parcel, provider)

    async def _try(self, parcel: Queued, provider: Provider) -> None:
        try:
            await self._settle(parcel, await self._hand_over(parcel, provider))
        except WindowClosed:
            await self._hold(parcel)
        except Refused as error:
            await self._refused(parcel, error)
        except TryLater as error:
            await self._later(parcel, str(error), seconds=error.seconds, unsure=parcel.state == "unsure")
        except Unsure as error:
            await self._later(parcel, str(error), seconds=None, unsure=True)
        except Exception as error:  # whatever one parcel breaks on, the others go out
            log.exception("a fault of ours at a message by %s", parcel.channel)
            await self._later(parcel, f"A fault of ours: {type(error).__name__}.", seconds=None, unsure=True)

    async def _refused(self, parcel: Queued, error: Refused) -> None:
        if isinstance(error, KeyRefused):  # ours to mend, and nothing is lost meanwhile
            log.error("a provider refuses our key: %s", error)
            await self._later(parcel, str(error), seconds=KEY_REST, unsure=False)
        elif isinstance(error, OptedOut):
            await asyncio.to_thread(
                fates.opted_out, self._database, parcel, holder=self._holder, problem=str(error), now=utc_now()
            )
        else:
            await self._give_up(parcel, str(error))

    async def _hand_over(self, parcel: Queued, provider: Provider) -> str | None:
        """The provider's id; None where an earlier attempt was looked up and had not reached it."""
        outgoing = _outgoing(parcel)
        if parcel.state == "unsure":
            return await provider.find(outgoing)
        return await provider.send(outgoing)

    async def _settle(self, parcel: Queued, provider_id: str | None) -> None:
        if provider_id is None:  # it goes back into the queue, where a STOP or a newer one still counts
            await asyncio.to_thread(fates.not_sent, self._database, parcel, holder=self._holder)
            self.wake.set()
            return
        await asyncio.to_thread(
            fates.sent, self._database, parcel, holder=self._holder, provider_id=provider_id, now=utc_now()
        )

    async def _later(self, parcel: Queued, problem: str, *, seconds: float | None, unsure: bool) -> None:
        if parcel.attempts + 1 >= MOST_ATTEMPTS:
            await self._give_up(parcel, problem)
            return
        rest = max(seconds or 0.0, min(FIRST_REST * 4**parcel.attempts, LONGEST_REST))
        await asyncio.to_thread(
            fates.put_off,
            self._database,
            parcel,
            holder=self._holder,
            until=utc_now() + timedelta(seconds=rest),
            problem=problem,
            unsure=unsure,
        )

    async def _hold(self, parcel: Queued) -> None:
        await asyncio.to_thread(fates.hold, self._database, parcel, holder=self._holder, now=utc_now())
        self.wake.set()

    async def _give_up(self, parcel: Queued, problem: str) -> None:
        log.warning("a message by %s could not be sent: %s", parcel.channel, problem)
        await asyncio.to_thread(
            fates.give_up, self._database, parcel, holder=self._holder, problem=problem, now=utc_now()
        )


def _window_is_closed(parcel: Queued) -> bool:
    if parcel.channel != "whatsapp" or parcel.kind == outbox.KNOCK:
        return False
    return parcel.heard_at is None or utc_now() - parcel.heard_at >= CONVERSING


def _outgoing(parcel: Queued) -> Outgoing:
    return Outgoing(
        channel=parcel.channel,  # type: ignore[arg-type]
        reference=parcel.reference,
        to=parcel.address,
        body=parcel.body,
        language=parcel.language,
        conversing=parcel.kind != outbox.KNOCK,
        written_at=parcel.written_at,
        tried_at=parcel.tried_at,
    )
