"""The five residents of the first issue, word for word, through the public API of the real system."""

import re
from datetime import datetime
from itertools import pairwise
from typing import Any

import httpx
import icalendar
import pytest

from tests.browser.conftest import Talk
from tests.running import System

WORK_AND_RENT = (
    "I lost my job in September, I'm two months behind with my rent to the council and I can't sleep for worry"
)
CONTACT = {"name": "Sam", "phone": "07700 900123", "safe_contact": "call_only"}


def organisations(plan: dict[str, Any]) -> str:
    cards = [*plan["data"]["legs"], *plan["data"]["alone"]]
    return " | ".join(f"{card['organisation']}: {card['service']}" for card in cards)


def test_out_of_work_and_behind_with_rent_books_one_joint_visit(talk: Talk, system: System) -> None:
    talk.say(WORK_AND_RENT)
    heard = {need["need"] for need in talk.last("needs")["data"]["needs"]}
    assert {"employment", "rent_arrears", "mental_health"} <= heard
    talk.answer_until({"visit"}, {"postcode": "CB4 3EH", "age_band": "38", **CONTACT})
    asked = [reply["ask"] for reply in talk.seen if reply["kind"] == "question"]
    assert "tenure" not in asked, "they said that the council is their landlord"
    assert "employment_status" not in asked, "they said that they lost their job"
    plan = talk.last("plan")
    assert re.search(r"jobcentre", organisations(plan), re.IGNORECASE)
    assert re.search(r"Cambridge City Council", organisations(plan))
    assert re.search(r"Citizens Advice", organisations(plan))
    assert re.search(r"talking therapies", organisations(plan), re.IGNORECASE)
    visit = talk.last("visit")["data"]
    assert 1 <= len(visit["legs"]) <= 3
    times = [(leg["start"], leg["finish"]) for leg in visit["legs"]]
    assert all(earlier[1] <= later[0] for earlier, later in pairwise(times))
    assert talk.state == "booked"
    _calendar_is_right(system, visit)


def _calendar_is_right(system: System, visit: dict[str, Any]) -> None:
    locked = httpx.get(f"{system.base}{visit['ics']}", follow_redirects=True)
    assert "BEGIN:VCALENDAR" not in locked.text, "a stranger with the reference alone gets nothing"
    with httpx.Client(base_url=system.base, follow_redirects=True) as browser:
        page = browser.get("/visit").text
        csrf = re.search(r'name="csrf" value="(\w+)"', page)
        assert csrf is not None
        form = {"reference": visit["reference"], "proof": "123", "csrf": csrf[1]}
        assert browser.post("/visit", data=form).status_code == 200
        calendar = icalendar.Calendar.from_ical(browser.get(visit["ics"]).text)
    events = calendar.walk("VEVENT")
    starts = min(event.decoded("dtstart") for event in events)
    ends = max(event.decoded("dtend") for event in events)
    assert starts == datetime.fromisoformat(visit["start"])
    assert ends == datetime.fromisoformat(visit["finish"])
    assert starts.tzname() in ("GMT", "BST")
    assert starts.hour == int(datetime.fromisoformat(visit["start"]).astimezone(starts.tzinfo).hour)
    assert 9 <= starts.hour <= 19


def test_mum_who_fell_gets_care_falls_and_carer_support_but_no_job_centre(talk: Talk) -> None:
    talk.say("my mum is 82 and fell twice this month. im worn out looking after her")
    talk.answer_until({"plan"}, {"postcode": "CB1 3RB"})
    asked = [reply["ask"] for reply in talk.seen if reply["kind"] == "question"]
    assert "age_band" not in asked
    assert "carer" not in asked
    found = organisations(talk.last("plan"))
    assert re.search(r"Cambridgeshire County Council|falls", found, re.IGNORECASE)
    assert re.search(r"carer|Caring", found)
    assert not re.search(r"jobcentre", found, re.IGNORECASE)


def test_violence_at_home_gets_safety_first_then_a_named_contact_by_a_safe_route(talk: Talk) -> None:
    talk.say("He hit me again last night. I've got two kids and nowhere to go")
    assert talk.kinds() == ["safety"]
    numbers = [line["number"] for block in talk.replies[0]["data"]["blocks"] for line in block["lines"]]
    assert numbers[0] == "999"
    assert "0808 2000 247" in numbers
    talk.say(choice="find_person")
    talk.answer_until({"handoff"}, {**CONTACT, "safe_hours": "morning"})
    handoff = talk.last("handoff")["data"]
    assert talk.state == "with_person"
    assert re.search(r"Women.s Aid", str(handoff["plan"]))
    assert "leaves no voicemail" in handoff["how"]
    outward = " ".join(str(handoff[key]) for key in ("how", "if_someone_else", "name", "role", "by_words"))
    assert not re.search(r"abuse|violen|hit|domestic|safe", outward, re.IGNORECASE)


def test_carrying_on_after_the_safety_answer_loses_nothing(talk: Talk) -> None:
    talk.say("He hit me again last night. I've got two kids and nowhere to go")
    talk.say(choice="carry_on")
    assert {"domestic_abuse"} <= {need["need"] for need in talk.last("needs")["data"]["needs"]}
    talk.answer_until({"handoff"}, {"postcode": "CB4 2AA", **CONTACT})
    assert talk.last("plan")["data"]["route"] == "named_contact"


def test_out_of_prison_with_nothing_gets_one_named_contact(talk: Talk) -> None:
    talk.say("got out of prison friday no id no money sofa surfing")
    talk.answer_until({"handoff"}, {"postcode": "CB1 2AA", "sleeping_tonight": "friends_family", **CONTACT})
    found = organisations(talk.last("plan"))
    assert re.search(r"housing|homeless", found, re.IGNORECASE)
    assert re.search(r"jobcentre|Universal Credit|Citizens Advice", found, re.IGNORECASE)
    assert re.search(r"probation|mentor", found, re.IGNORECASE)


def test_the_swimming_pool_is_told_kindly_that_this_is_not_it(talk: Talk) -> None:
    talk.say("what time does the swimming pool open?")
    assert talk.kinds() == ["text"]
    assert "01223 457000" in talk.replies[0]["text"]
    assert talk.state == "listening"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is this private?", "private"),
        ("are you a real person?", "computer program"),
        ("how does this work", "your own words"),
    ],
)
def test_a_question_in_between_is_answered_and_what_was_asked_stays_open(talk: Talk, text: str, expected: str) -> None:
    talk.say(WORK_AND_RENT)
    talk.say(choice="yes")
    question = talk.replies[-1]
    talk.say(text)
    assert expected in talk.replies[0]["text"]
    assert talk.replies[-1] == question


def test_going_back_asks_again_and_starting_again_forgets(talk: Talk) -> None:
    talk.say(WORK_AND_RENT)
    talk.say(choice="yes")
    first = talk.replies[-1]
    talk.say("CB4 3EH") if first["ask"] == "postcode" else talk.say(choice="skip")
    talk.say("go back")
    assert talk.replies[-1]["ask"] == first["ask"]
    talk.say("start again")
    assert talk.state == "listening"
    talk.say("I need food for my kids, the cupboards are bare")
    assert "rent_arrears" not in {need["need"] for need in talk.last("needs")["data"]["needs"]}


def test_asking_for_a_person_leads_to_one_with_all_that_was_said(talk: Talk) -> None:
    talk.say(WORK_AND_RENT)
    talk.say("can I talk to a real person please")
    talk.answer_until({"handoff"}, CONTACT)
    assert talk.state == "with_person"
    assert "rent_arrears" in str(talk.last("handoff")["data"]["plan"])
    talk.say("please ring after 10")
    assert "We gave your message" in talk.replies[0]["text"]


def test_somebody_who_writes_in_polish_gets_a_person_with_an_interpreter(talk: Talk) -> None:
    talk.say("potrzebuję pomocy z mieszkaniem, nie mam pieniędzy na czynsz")
    said = "\n".join(reply["text"] for reply in talk.replies)
    assert "999" in said
    assert "talk_to_person" in [choice["id"] for choice in talk.replies[-1]["choices"]]
    talk.say(choice="talk_to_person")
    talk.answer_until({"handoff"}, CONTACT)
    assert talk.state == "with_person"
