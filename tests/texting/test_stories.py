"""The Cambridge story by text and by WhatsApp, from the first word to the booked visit, read as a resident reads it."""

import re

import pytest

from casework import tables as t
from tests.conftest import rows
from tests.providers.fakes.base import Resident
from tests.texting.conftest import Texting

STORY = "lost my job in september, im two months behind with my rent to the council and cant sleep for worry"
# What this person answers, by what the question says; everything else has a first choice that is true of them.
ANSWERS = {
    "postcode": "cb4 3eh",
    "how old": "38",
    "should we call you": "Dana",
    "best phone number": "07700 900482",
    "who do you live": "1",
    "safe to contact": "1",
}
TURNS = 30


def answer_to(text: str) -> str:
    """What Dana writes back to a text."""
    for words, answer in ANSWERS.items():
        if words in text.casefold():
            return answer
    return "1" if re.search(r"^1 ", text, re.MULTILINE) else "skip"


def talk_until(texting: Texting, phone: Resident, first: str, end: str) -> str:
    """Write, read, answer; the texts of the turn that holds `end`."""
    phone.says(first)
    read = 0
    for _ in range(TURNS):
        texting.settle(phone.address)
        heard = phone.heard
        newest = "\n".join(heard[read:])
        assert newest, f"no answer after {heard[-1:]}"
        read = len(heard)
        if end in newest:
            return newest
        if phone.replies[-1].get("choices") and not any(words in heard[-1].casefold() for words in ANSWERS):
            phone.taps(next(iter(phone.replies[-1]["choices"])))
        else:
            phone.says(answer_to(heard[-1]))
    raise AssertionError(f"no {end!r} after {TURNS} turns; last was {phone.heard[-1]}")


@pytest.mark.parametrize("channel", ["sms", "whatsapp"])
def test_a_resident_books_one_visit_by_text(texting: Texting, channel: str) -> None:
    number = "+447700900482" if channel == "sms" else "+447700900483"
    phone = texting.phone(channel, number)
    end = talk_until(texting, phone, STORY, "visit is booked")
    assert re.search(r"[2-9A-HJKMNP-Z]{3} [2-9A-HJKMNP-Z]{3}", end), "the reference is there"
    assert "Fitzroy Street" in end
    database = texting.database
    mine = [row for row in rows(database, t.line) if row["address"] == number and row["channel"] == channel]
    cases = [row for row in rows(database, t.case_file) if row["conversation_id"] == mine[0]["conversation_id"]]
    assert len(cases) == 1
    assert cases[0]["visit_reference"]
    said = [row for row in rows(database, t.message) if row["conversation_id"] == mine[0]["conversation_id"]]
    assert {row["status"] for row in said} == {"answered"}
    database.close()
