"""Providers of texts, played over real HTTP: their own payloads, their own signing, their own refusals and moods.

    fake = FakeMeta(edge="http://127.0.0.1:8123")       # where our edge listens; it must know fake.settings()
    with fake.running() as url:                         # FRONTDOOR_META_URL=url
        anna = fake.resident("+447700900482")
        anna.says("I cannot pay my rent")               # a signed webhook; the answer is an httpx.Response
        anna.wait_for_replies(1)                        # waits until our edge has sent one
        anna.taps("yes")                                # only what the last message with buttons offered
        fake.outbox("+447700900482")                    # every message that was taken, oldest first

Moods: `fail_next(503, times=2)`, `fail_next(429, retry_after=7)`, `slow(3)`, `time_out_after_accepting()`,
`cut_after_accepting()`. Receipts: `tells("sent", "delivered", "read")` sends these after each message, in this order
(leave one out, swap two, say one twice); `receipt(message, "delivered")` sends one by hand. Webhooks: `times=2` sends
one twice, `forged=True` signs it wrong, `with fake.holding() as held:` keeps them back until
`held.release(backwards=True)`, `fake.replay()` sends the last one again, byte for byte. Everything blocks: from async
code, use asyncio.to_thread.
"""

from tests.providers.fakes.base import Call, Fake
from tests.providers.fakes.meta import FakeMeta
from tests.providers.fakes.notify import FakeNotify
from tests.providers.fakes.resident import Resident
from tests.providers.fakes.twilio import FakeTwilio

__all__ = ["Call", "Fake", "FakeMeta", "FakeNotify", "FakeTwilio", "Resident"]
