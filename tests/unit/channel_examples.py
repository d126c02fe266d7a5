"""Replies for the renderers: captured from whole conversations with the running system, and made by the real steps.

`replies/*.json` holds, for each of a few invented residents, every turn's replies as the JSON API gave them.
"""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from booking.openings import Opening, OpeningLeg
from booking.waiting.fallbacks import Fallback
from booking.waiting.list import Offer
from booking.waiting.outcomes import OTHER_HUB, SUBSET, WAITING_LIST, WIDER_GAP
from casework.assessment import Assessment, HeardNeed
from casework.consent import NAMED_CONTACT
from casework.replies import KINDS
from casework.safety import safety_reply
from casework.steps import asking, contact, ending, fitting, hearing, opening
from casework.waiting_offers import offer_reply
from directory.circumstances import QUESTIONS
from directory.labels import need_label
from web.channels.links import Links

FOLDER = Path(__file__).with_name("replies")
LINKS = Links("https://frontdoor.example/c/9fK2xQ7wR_-b", "https://frontdoor.example/v/9fK2xQ7wR_-b")
NO_LINKS = Links()
HALF_AN_HOUR = timedelta(minutes=30)
NEEDS = ("housing", "rent_arrears", "money_debt", "benefits", "employment", "food", "energy", "mental_health",
         "physical_health", "family_children", "older_people_care", "loneliness")  # fmt: skip
CRISES = [("suicide_selfharm", None), ("child_at_risk", None), ("no_shelter", None), ("medical", None),
          ("violence_abuse", "victim"), ("violence_abuse", "witness"), ("violence_abuse", "harms")]  # fmt: skip

type Reply = dict[str, Any]


def turns() -> dict[str, list[Reply]]:
    """Every captured turn, by `resident-number`."""
    return {
        f"{path.stem}-{number}": replies
        for path in sorted(FOLDER.glob("*.json"))
        for number, replies in enumerate(json.loads(path.read_text(encoding="utf-8")))
    }


def captured(kind: str) -> list[Reply]:
    """The captured replies of one kind."""
    return [reply for replies in turns().values() for reply in replies if reply["kind"] == kind]


def examples() -> dict[str, list[Reply]]:
    """Every turn that the tables look at, by name: captured ones, made ones, and the largest that we can think of."""
    return turns() | {name: [copy.deepcopy(reply)] for name, reply in (_made() | _large()).items()}


def _made() -> dict[str, Reply]:
    asked = Assessment()
    found = {f"question {code}": asking.question(asked, code).as_json() for code in QUESTIONS}
    found["question postcode, wrong"] = asking.question(asked, "postcode", error="We cannot find ZZ9 9ZZ.").as_json()
    found |= {f"contact {key}": contact.question(asked, key).as_json() for key in contact.AT_RISK}
    found |= {f"safety {kind} {role}": safety_reply(kind, role).as_json() for kind, role in CRISES}
    found["which times suit"] = opening.what_suits().as_json()
    found["which times suit, not clear"] = opening.what_suits(error="Sorry, we did not understand.").as_json()
    found |= {f"nothing fits, {name}": reply for name, reply in _nothing_fits().items()}
    found["a time from the waiting list"] = offer_reply(_offer(), place="Fitzroy Street Hub").as_json()
    found |= {f"{count} needs": _needs(count) for count in (1, 2, 6, len(NEEDS))}
    found["consent, everything"] = _consent()
    return found


def _needs(count: int) -> Reply:
    heard = Assessment(said=["a lot is going on"], needs=[HeardNeed(code, ["a lot"]) for code in NEEDS[:count]])
    return hearing.show_needs(heard)[-1].as_json()


def _opening() -> Opening:
    at = datetime(2026, 12, 3, 10, tzinfo=UTC)
    return Opening(
        legs=tuple(
            OpeningLeg(
                agency=agency, service_id="s", adviser="a", room="room_1", start=at + number * HALF_AN_HOUR,
                finish=at + (number + 1) * HALF_AN_HOUR,
            )
            for number, agency in enumerate(("jobcentre", "citizens_advice"))
        )
    )  # fmt: skip


def _nothing_fits() -> dict[str, Reply]:
    """Why there is no time, and every way out of it, at its longest."""
    one, way_out = (_opening(),), [Fallback(what=WAITING_LIST)]
    rung, called = ("nhs_primary",), ("jobcentre", "citizens_advice")
    every = [
        Fallback(what=SUBSET, openings=one, rest=rung, by_phone=called[1:]),
        Fallback(what=WIDER_GAP, openings=one),
        Fallback(what=OTHER_HUB, openings=one, hub="east", hub_name="East Road Hub"),
    ]
    kinds = {
        "everything": every, "nothing": [], "fewer": [Fallback(what=SUBSET, openings=one, rest=("cvs",))],
        "by phone": [Fallback(what=SUBSET, openings=one, by_phone=called)],
    }  # fmt: skip
    said: dict[str, Any] = {"text": "There is no time.", "why": "No quiet room is free.", "again": True}
    return {name: fitting.question([*found, *way_out], **said).as_json() for name, found in kinds.items()}


def _offer() -> Offer:
    until = datetime(2026, 12, 2, 10, tzinfo=UTC)
    return Offer(waiting="w", resident="r", number=1, opening=_opening(), hold="h", until=until)


def _consent() -> Reply:
    told = Assessment(
        said=["I do not know where to begin. " * 40],
        needs=[HeardNeed(code, ["I do not know", "where to begin"]) for code in NEEDS],
        circumstances={code: next(iter(QUESTIONS[code].choices))[0] for code in QUESTIONS if QUESTIONS[code].choices},
        contact={"name": "Zoë Łukasiewicz-O’Brien", "phone": "07700 900123", "safe_contact": "call_only"},
        route={"kind": "named_contact", "reason": "asked", "urgent": ""},
    )
    return ending.consent_question(told, NAMED_CONTACT).as_json()


def _large() -> dict[str, Reply]:
    plan = copy.deepcopy(captured("plan")[0])
    legs, alone = plan["data"]["legs"], plan["data"]["alone"]
    plan["data"]["legs"] = [_renamed(leg, n) for leg in legs for n in range(2)]
    plan["data"]["alone"] = [_renamed(item, n) for item in alone for n in range(12)]
    plan["data"]["uncovered"] = [{"need": code, "label": need_label(code)} for code in ("loneliness", "food")]
    visit = copy.deepcopy(captured("visit")[0])
    visit["data"]["bring"] = [f"letter number {n} that they sent to you" for n in range(40)]
    visit["data"]["legs"] *= 4
    times = copy.deepcopy(captured("openings")[1])
    for offered in times["data"]["openings"]:
        offered["legs"] = [{**leg, "label": f"{leg['label']} {n}"} for leg in offered["legs"] for n in range(3)]
        offered["waiting_minutes"] = 15
    text = copy.deepcopy(captured("text")[0])
    text["text"] = "There is a lot to say about this. " * 120
    return {"large plan": plan, "large visit": visit, "large openings": times, "large text": text}


def _renamed(item: dict[str, Any], number: int) -> dict[str, Any]:
    return {**item, "service": f"{item['service']} {number}", "organisation": f"{item['organisation']} {number}"}


def kinds_covered() -> set[str]:
    """The kinds that the examples hold."""
    return {reply["kind"] for replies in examples().values() for reply in replies}


assert kinds_covered() == set(KINDS)
