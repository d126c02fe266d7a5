"""Ten thousand made-up services of a hundred councils, and people who need them: the same at every run."""

import random
from collections import Counter
from typing import Any
from uuid import UUID

from directory.circumstances import QUESTIONS
from directory.geography.councils import county_of
from directory.geography.postcodes import letter_of
from directory.model import Service, read_service
from foundation.needs import NEEDS

LETTERS = "CLPS"  # postcodes that begin so: Cambridge to Cardiff, Leeds to London's borders, Peterborough, Sheffield
COUNCILS, ASSURED = 100, ("2026-11-02", "2026-10-12", "2026-09-01", "2026-07-15", "2026-05-30", "2026-01-20", None)
# What such a service writes about itself, and what somebody who needs it would type.
WORDS: dict[str, str] = {
    "employment": "work job jobs interview skills cv careers", "benefits": "benefits universal credit claim income",
    "housing": "housing homeless accommodation tenancy home", "rent_arrears": "rent arrears landlord tenant eviction",
    "money_debt": "debt money bills budgeting loans", "food": "food bank parcels meals pantry",
    "energy": "energy heating bills fuel meter", "mental_health": "mental health anxiety counselling wellbeing",
    "physical_health": "health doctor nurse dentist clinic", "domestic_abuse": "domestic abuse violence refuge safety",
    "family_children": "families children parents baby playgroup", "education_send": "school learning english special",
    "older_people_care": "older people care carers dementia", "disability": "disability disabled autism wheelchair",
    "substance_misuse": "alcohol drugs addiction recovery", "immigration": "immigration asylum refugee visa settled",
    "crime_exoffender": "prison probation offender court victim", "loneliness": "lonely befriending friends club",
    "legal": "legal advice law solicitor rights tribunal",
}  # fmt: skip
COMMON: tuple[str, ...] = (
    "we", "offer", "free", "help", "and", "support", "for", "people", "who", "live", "in", "the", "area", "please",
    "or", "ring", "come", "to", "see", "us", "our", "staff", "volunteers", "are", "trained", "advice", "is",
    "confidential", "you", "can", "bring", "a", "friend", "open", "during", "week", "information", "about",
    "your", "health", "home", "money", "family", "work", "referrals", "from", "any", "agency", "welcome",
)  # fmt: skip
KINDS = (
    "Advice Centre",
    "Support Service",
    "Drop-in",
    "Helpline",
    "Project",
    "Team",
    "Group",
    "Trust",
    "Hub",
    "Scheme",
)
ABOUT: dict[str, list[list[str]]] = {
    "tenure": [["council"], ["housing_association", "council"], ["private"]],
    "employment_status": [["unemployed"], ["employed", "self_employed"], ["unemployed", "unable", "carer"]],
    "income_band": [["none", "low"]], "benefits_received": [["universal_credit", "pip", "pension_credit", "other"]],
    "household": [["with_children", "single_parent"], ["alone"], ["single_parent"]],
    "sleeping_tonight": [["street", "unsafe", "unknown"], ["friends_family", "hostel", "street"]],
    "disability_or_condition": [["yes"]], "carer": [["yes"]], "prison_leaver": [["yes"]], "armed_forces": [["yes"]],
    "care_leaver": [["yes"]], "pregnant": [["yes"]], "immigration_status": [["refugee", "asylum_seeker"], ["visa"]],
    "eviction_notice": [["yes"]], "safe_at_home": [["no"]],
}  # fmt: skip
AGES: tuple[dict[str, int], ...] = (
    {"min": 18}, {"min": 16}, {"max": 25}, {"min": 65}, {"min": 50}, {"min": 11, "max": 19}, {"min": 16, "max": 24},
)  # fmt: skip


def councils() -> dict[str, list[str]]:
    """The hundred councils with the most postcodes, each with some of these."""
    found: dict[str, list[str]] = {}
    counted: Counter[str] = Counter()
    for letter in LETTERS:
        data = letter_of(letter)
        for code, council in zip(data.codes[::97].tolist(), data.councils[::97].tolist(), strict=True):
            if council.startswith(b"E"):
                counted[council.decode()] += 1
                found.setdefault(council.decode(), []).append(f"{code[:4].decode().strip()} {code[4:].decode()}")
    return {council: found[council] for council, _ in counted.most_common(COUNCILS)}


def documents(count: int, places: list[str], chance: random.Random) -> list[dict[str, Any]]:
    """`count` Open Referral records of services in `places`, councils by their codes."""
    return [_document(chance.choice(places), chance) for _ in range(count)]


def services(count: int, places: list[str], chance: random.Random) -> list[Service]:
    """The same, read."""
    return [read_service(document) for document in documents(count, places, chance)]


def person(places: dict[str, list[str]], chance: random.Random) -> tuple[list[str], dict[str, Any]]:
    """One to four needs, a postcode (one in ten has none, one in ten tells its first part), half of the answers."""
    told: dict[str, Any] = {
        code: chance.choice(question.values)[0]
        for code, question in QUESTIONS.items()
        if question.kind in ("choice", "age") and question.values and chance.random() < 0.5
    }
    postcode = chance.choice(places[chance.choice(list(places))])
    whole = chance.random()
    if whole > 0.2:
        told["postcode"] = postcode
    elif whole > 0.1:
        told["postcode"] = postcode.split(" ")[0]
    return chance.sample(NEEDS, chance.randint(1, 4)), told


def _document(council: str, chance: random.Random) -> dict[str, Any]:
    needs = chance.sample(NEEDS, 2 if chance.random() < 0.3 else 1)
    town = f"Town{council[-4:]}"
    name = f"{WORDS[needs[0]].split()[0].capitalize()} {chance.choice(KINDS)} {town} {chance.randint(1, 99)}"
    words = [*(word for need in needs for word in WORDS[need].split()), *chance.choices(COMMON, k=35)]
    chance.shuffle(words)
    agency = f"{town}-{chance.randint(1, 30)}"
    return {
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "name": name,
        "description": " ".join(words).capitalize() + ".",
        "status": "active",
        "assured_date": chance.choice(ASSURED),
        "organization": {"id": agency, "name": f"{agency} organisation"},
        "service_areas": [{"id": f"a{n}", "extent": code} for n, code in enumerate(_areas(council, chance))],
        "languages": [{"code": "en"}, *([{"code": "pl"}] if chance.random() < 0.1 else [])],
        "front_door": {
            "agency": agency,
            "needs": [{"need": need, "detail": None, "strength": chance.choice((1, 2, 2, 3))} for need in needs],
            "eligibility": [_rule(chance) for _ in range(chance.choice((0, 0, 0, 1, 1, 1, 2, 3)))],
            "access": chance.choice(("self_refer", "self_refer", "drop_in", "phone", "referral_only")),
        },
    }


def _areas(council: str, chance: random.Random) -> list[str]:
    """Most serve a council's area, some its county or two councils', a few everybody."""
    kind = chance.random()
    if kind < 0.04:
        return []
    if kind < 0.08:
        return ["E92000001"]
    if kind < 0.3 and county_of(council):
        return [county_of(council)]
    return [council]


def _rule(chance: random.Random) -> dict[str, Any]:
    kind = chance.random()
    if kind < 0.4:
        limits = chance.choice(AGES)
        return {"about": "age_band", **limits, "says": f"for people of {limits}", "source": "made up"}
    code = chance.choice(list(ABOUT))
    wanted = chance.choice(ABOUT[code])
    leaf = {"about": code, "any_of": wanted, "says": f"for {code} {' '.join(wanted)}", "source": "made up"}
    if kind < 0.5:
        return {"any": [leaf, _rule(chance)], "says": "for some", "source": "made up"}
    return {"not": leaf, "says": f"not for {code}", "source": "made up"} if kind < 0.55 else leaf
