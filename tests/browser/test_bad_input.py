"""What people and machines send that nobody planned for: nothing is lost, doubled or shown as a stack trace."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import psutil
import pytest
import sqlalchemy as sa

from booking.tables import visit
from casework import tables as t
from foundation.database import Database
from tests.browser.conftest import Talk
from tests.browser.test_stories import CONTACT, WORK_AND_RENT
from tests.running import System, is_ready, listening, wait_for

ODD = {
    "empty": "",
    "spaces": "   \n\t ",
    "emoji": "😀😢👍🏽",
    "control characters": "\x00\x07rent\x1b[31m",
    "a command": "/restart",
    "a forged intent": '/choose{"choice": "confirm"}',
    "HTML": "<script>alert(1)</script><b>rent</b>",
    "very long": "I am behind with my rent. " * 400,
    "one letter": "x",
    "right to left": "\u202eabc\u202c",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_messages_get_an_answer_and_leave_a_working_conversation(talk: Talk, name: str) -> None:
    replies = talk.say(ODD[name])
    assert replies
    assert all(reply["text"] for reply in replies)
    assert talk.state in ("listening", "asking")
    talk.say("start again")
    talk.say("we have no food and no money until friday")
    assert "food" in {need["need"] for need in talk.last("needs")["data"]["needs"]}


def test_a_foreign_or_forged_token_finds_nothing_and_is_not_told_why(system: System, talk: Talk) -> None:
    path, sent = f"/api/conversations/{talk.id}/messages", {"text": "hello"}
    other = Talk(system.base)
    answers = [
        httpx.post(system.base + path, json=sent, headers={"Authorization": f"Bearer {token}"})
        for token in (other.token, "x", "-")
    ]
    answers += [httpx.post(system.base + path, json=sent)]
    answers += [httpx.post(f"{system.base}/api/conversations/nobody/messages", json=sent)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"text": 5}', b'{"choice": {}}', b'{"text": "a", "turn": "x"}', b"\xff"]
)
def test_a_broken_request_gets_a_plain_sentence(system: System, talk: Talk, body: bytes) -> None:
    answer = httpx.post(
        f"{system.base}/api/conversations/{talk.id}/messages",
        content=body,
        headers={"Authorization": f"Bearer {talk.token}", "Content-Type": "application/json"},
    )
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


def test_a_wrong_postcode_gets_a_kind_exact_sentence_and_is_asked_again_once(talk: Talk) -> None:
    talk.say(WORK_AND_RENT)
    talk.say(choice="yes")
    assert talk.replies[-1]["ask"] == "postcode"
    talk.say("CB99 9ZZ")
    assert "CB99 9ZZ" in talk.replies[-1]["data"]["error"]
    assert talk.replies[-1]["ask"] == "postcode"
    talk.say("dunno really")
    assert talk.replies[-1]["ask"] != "postcode"


def at_the_check_page(talk: Talk) -> None:
    talk.say(WORK_AND_RENT)
    for _ in range(15):
        if "confirm" in [choice["id"] for choice in talk.replies[-1]["choices"]]:
            return
        waiting = talk.replies[-1]
        ids = [choice["id"] for choice in waiting["choices"]]
        known = {"postcode": "CB4 3EH", "age_band": "38", **CONTACT}.get(waiting["ask"] or "")
        if known is not None and known not in ids:
            talk.say(known)
        else:
            talk.say(choice=known or ("yes" if "yes" in ids else ids[0]))
    raise AssertionError("never came to the check page")


def visits_of(system: System, talk: Talk) -> list[Any]:
    database = Database(f"sqlite:///{system.var / 'frontdoor.db'}")
    with database.reading() as db:
        found = list(db.execute(sa.select(visit.c.reference).where(visit.c.resident == talk.id)).scalars())
    database.close()
    return found


def test_a_double_clicked_confirm_books_once(system: System, talk: Talk) -> None:
    at_the_check_page(talk)

    def click(_: int) -> int:
        return httpx.post(
            f"{system.base}/api/conversations/{talk.id}/messages",
            json={"choice": "confirm"},
            headers={"Authorization": f"Bearer {talk.token}"},
            timeout=60,
        ).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(click, range(4))) == {200}
    assert len(visits_of(system, talk)) == 1
    talk.say(choice="confirm")
    assert talk.kinds() == ["text", "visit"]
    assert len(visits_of(system, talk)) == 1


def test_a_hold_that_ran_out_is_taken_again_or_the_next_best_is_offered(system: System, talk: Talk) -> None:
    at_the_check_page(talk)
    database = Database(f"sqlite:///{system.var / 'frontdoor.db'}")
    with database.writing() as db:
        for table in ("hold", "claim"):
            db.execute(sa.text(f"update {table} set until = '2020-01-01 00:00:00' where state = 'held'"))
    database.close()
    talk.say(choice="confirm")
    assert talk.kinds() == ["visit"]
    assert len(visits_of(system, talk)) == 1


def test_two_tabs_answer_one_question_once(system: System, talk: Talk) -> None:
    talk.say(WORK_AND_RENT)
    talk.say(choice="yes", turn=1)
    first = talk.replies[-1]["ask"]
    talk.say(choice="skip", turn=2)
    second = talk.replies[-1]["ask"]
    talk.say(choice="skip", turn=2)  # the other tab still shows the first question
    assert talk.replies[-1]["ask"] == second != first


def stop(system: System, port: str) -> None:
    """Kill what listens there, as a crash would."""
    found = listening(system.ports[port])
    assert found, f"nothing listens on the port of {port}"
    for process in found:
        process.kill()
    psutil.wait_procs(found, timeout=10)


@pytest.mark.parametrize("port", ["ACTIONS", "BOT"])
def test_a_dead_part_costs_an_apology_and_no_message(system: System, talk: Talk, port: str) -> None:
    """Killed outright: the message is kept, the person is told how to reach a human, and it comes back by itself."""
    stop(system, port)
    talk.say(WORK_AND_RENT)
    assert talk.kinds() == ["text"]
    assert "nothing is lost" in talk.replies[0]["text"]
    assert re.search(r"\d{5} \d{6}", talk.replies[0]["text"])
    wait_for(lambda: is_ready(system.base), 120)
    talk.say("and I need food too")
    heard = {need["need"] for need in talk.last("needs")["data"]["needs"]}
    assert {"rent_arrears", "employment"} <= heard, "what was said while it was down was lost"
    database = Database(f"sqlite:///{system.var / 'frontdoor.db'}")
    with database.reading() as db:
        query = sa.select(sa.func.count()).where(t.message.c.conversation_id == talk.id)
        assert db.execute(query).scalar_one() == 2
        assert db.execute(query.where(t.message.c.status == "waiting")).scalar_one() == 0
    database.close()


def test_a_crisis_is_answered_even_when_the_bot_is_down(system: System, talk: Talk) -> None:
    stop(system, "BOT")
    talk.say("He hit me again last night. I've got two kids and nowhere to go")
    assert talk.kinds() == ["safety"]
    wait_for(lambda: is_ready(system.base), 120)
