"""What goes wrong between phones, providers and us: nothing is lost, nothing comes twice, nobody is left alone."""

import re
from collections import Counter

import httpx
import pytest

from casework import tables as t
from casework.tickets import typed_code
from foundation.clock import utc_now
from tests.browser.conftest import Talk
from tests.conftest import rows
from tests.providers.fakes.base import Resident
from tests.texting.conftest import Texting

SMS, WHATSAPP = "sms", "whatsapp"
FRESH = iter(range(100, 1000))


def fresh(texting: Texting, channel: str) -> Resident:
    """A phone that nobody has used in this run; numbers of Ofcom's drama range."""
    return texting.phone(channel, f"+447700900{next(FRESH):03d}")


def stored(texting: Texting, phone: Resident) -> list[str]:
    """What is kept of what this phone wrote, oldest first."""
    database = texting.database
    kept = [row["text"] for row in rows(database, t.message) if row["address"] == phone.address]
    database.close()
    return kept


def kept(texting: Texting, phone: Resident) -> bool:
    """Whether something of this phone lies in the letterbox, or has been sorted since we looked."""
    database = texting.database
    lies_there = any(phone.address in str(row["told"]) for row in rows(database, t.letterbox))
    database.close()
    return lies_there or bool(stored(texting, phone))


@pytest.mark.parametrize("channel", [SMS, WHATSAPP])
def test_a_message_that_comes_five_times_is_answered_once(texting: Texting, channel: str) -> None:
    phone = fresh(texting, channel)
    phone.says("behind with the rent", times=5)
    texting.settle(phone.address)
    once = Counter(phone.heard)
    assert stored(texting, phone) == ["behind with the rent"]
    assert set(once.values()) == {1}
    phone.fake.replay()
    texting.settle(phone.address)
    assert Counter(phone.heard) == once


@pytest.mark.parametrize("channel", [SMS, WHATSAPP])
def test_who_does_not_sign_is_not_heard_and_who_signs_is(texting: Texting, channel: str) -> None:
    phone = fresh(texting, channel)
    refused = phone.says("behind with the rent", forged=True)
    assert refused is not None
    assert refused.status_code == 403
    assert stored(texting, phone) == []
    taken = phone.says("behind with the rent")
    assert taken is not None
    assert taken.is_success
    assert kept(texting, phone), "what is acknowledged is on disk"
    texting.settle(phone.address)
    assert stored(texting, phone) == ["behind with the rent"]


@pytest.mark.parametrize("channel", [SMS, WHATSAPP])
@pytest.mark.parametrize("mood", ["busy", "broken", "took it and hung up"])
def test_a_provider_in_a_bad_mood_gets_each_text_once(texting: Texting, channel: str, mood: str) -> None:
    phone = fresh(texting, channel)
    if channel == WHATSAPP and mood == "took it and hung up":
        phone.fake.tells("sent")  # Meta cannot be asked; it tells by itself
    {
        "busy": lambda: phone.fake.fail_next(429, retry_after=1),
        "broken": lambda: phone.fake.fail_next(503),
        "took it and hung up": lambda: phone.fake.cut_after_accepting(),
    }[mood]()
    phone.says("behind with the rent")
    texting.settle(phone.address)
    phone.fake.tells()
    assert phone.heard
    assert set(Counter(phone.heard).values()) == {1}


def test_stop_is_obeyed_and_writing_again_is_answered(texting: Texting) -> None:
    phone = fresh(texting, SMS)
    phone.says("behind with the rent")
    texting.settle(phone.address)
    phone.says("STOP")
    texting.settle(phone.address)
    after_stop = len(phone.heard)
    database = texting.database
    assert phone.address in {row["address"] for row in rows(database, t.opt_out)}
    if not phone.fake.__class__.__name__.startswith("FakeTwilio"):  # Twilio hears START alone
        phone.says("sorry, i do need help with the rent")
        texting.settle(phone.address)
        assert len(phone.heard) > after_stop
        assert "asked us to stop" in phone.heard[after_stop]
        assert phone.address not in {row["address"] for row in rows(database, t.opt_out)}
    database.close()


@pytest.mark.parametrize("channel", [SMS, WHATSAPP])
def test_danger_by_text_is_answered_with_numbers_that_are_whole(texting: Texting, channel: str) -> None:
    phone = fresh(texting, channel)
    phone.says("he hit me last night and im scared he will do it again")
    texting.settle(phone.address)
    said = "\n".join(phone.heard)
    for number in ("999", "0808 2000 247", "55"):
        assert re.search(rf"(?<!\d){number}(?!\d)", said.replace("\N{NO-BREAK SPACE}", " ")), number


@pytest.mark.parametrize("kind", ["voice", "image", "document", "sticker", "contact"])
def test_what_we_cannot_read_is_answered_kindly_and_not_kept(texting: Texting, kind: str) -> None:
    phone = fresh(texting, WHATSAPP)
    phone.sends(kind)
    texting.settle(phone.address)
    assert len(phone.heard) == 1
    assert stored(texting, phone) == [""]


def test_a_shared_place_answers_where_you_are(texting: Texting) -> None:
    phone = fresh(texting, WHATSAPP)
    phone.shares(52.2053, 0.1218)
    texting.settle(phone.address)
    assert stored(texting, phone) == ["CB2 3"]


def test_a_conversation_moves_to_a_phone_by_its_code_and_never_by_its_number(texting: Texting) -> None:
    talk = Talk(texting.system.base)
    talk.say("i am two months behind with my rent to the council")
    phone = fresh(texting, SMS)
    phone.says("hello, i wrote to you on the website about my rent")
    texting.settle(phone.address)
    database = texting.database
    mine = next(row for row in rows(database, t.line) if row["address"] == phone.address)
    assert mine["conversation_id"] != talk.id, "a number recognises nobody"
    code = typed_code(database, talk.id, now=utc_now())
    before = len(phone.heard)
    phone.says(code.lower())
    texting.settle(phone.address)
    mine = next(row for row in rows(database, t.line) if row["address"] == phone.address)
    assert mine["conversation_id"] == talk.id
    assert "Rent you owe" in "\n".join(phone.heard[before:]), "what was asked on the page is asked here"
    phone.says("1")
    texting.settle(phone.address)
    talk.say("what now")
    assert talk.state == "asking", "the page knows what was said on the phone"
    database.close()
    talk.client.close()


def test_an_unknown_way_in_is_not_there(texting: Texting) -> None:
    assert httpx.get(f"{texting.system.base}/hooks/nobody").status_code == 404
