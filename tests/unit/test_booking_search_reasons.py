"""Why nothing fits: what the reasons say must be so when the question itself is eased, and everything tried."""

import random
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from booking.openings import LegRequest
from booking.search.picking import Question
from booking.search.reasons import Reason, find_reasons
from booking.search.stock import Person, Stock, Terms
from tests.solver.brute import everything_tried
from tests.solver.instances import FEATURES, instance, question

CELLS = 9
ALWAYS = {"free": "1" * CELLS, "languages": [], "in_person": True, "by_phone": True, "skills": ["debt"]}


type Name = tuple[str, str, str]


class Ways(dict[Name, dict[str, Any]]):
    """The question as it would be without each of its hindrances: written down here a second time, on the JSON."""

    def __init__(self, asked: dict[str, Any]) -> None:
        super().__init__()
        self.asked, self.terms, self.several = asked, asked["terms"], len(asked["legs"]) > 1
        self.agencies()
        self.rooms()
        self.rules_and_wishes()

    def way(self, kind: str, name: str, skill: str = "") -> dict[str, Any]:
        return self.setdefault((kind, name, skill), deepcopy(self.asked))

    def agencies(self) -> None:
        for number, leg in enumerate(self.asked["legs"]):
            self.way("agency", leg["agency"])["advisers"][leg["agency"]] = {"always": ALWAYS}
            if leg["skills"]:
                self.way("agency", leg["agency"], "debt")["legs"][number]["skills"] = []
        if self.several:
            for leg in self.way("rule", "follows")["legs"]:
                leg["follows"] = []

    def rooms(self) -> None:
        for feature in FEATURES:
            if any(feature in leg["features"] for leg in self.asked["legs"]):
                for leg in self.way("room", feature)["legs"]:
                    leg["features"] = [each for each in leg["features"] if each != feature]
        for site in {room["site"] for room in self.asked["rooms"].values()}:
            new = {"free": "1" * CELLS, "site": site, "capacity": 99, "features": list(FEATURES)}
            self.way("room", "any")["rooms"][f"new {site}"] = new
        if self.terms["together"] or self.terms["language"]:
            for room in self.way("room", "capacity")["rooms"].values():
                room["capacity"] = 99

    def rules_and_wishes(self) -> None:
        without = {"buffer": 0, "min_gap": 0, "together": False, "in_order": False, "max_gap": None, "max_waiting": 96}
        for name, nothing in without.items():
            if self.several and self.terms[name] != nothing:
                self.way("rule" if name == "buffer" else "resident", name)["terms"][name] = nothing
        if self.several:
            self.way("rule", "walking")["walks"] = []
        if self.terms["by_phone"]:
            self.way("resident", "by_phone")["terms"]["by_phone"] = []
        if self.terms["language"]:
            self.way("interpreter", self.terms["language"])["terms"]["language"] = ""
        for name in self.asked["hours"]:
            del self.way("resident", name)["hours"][name]
        self.way("resident", "other_visits")["resident"] = "1" * CELLS


def named(reasons: tuple[Reason, ...]) -> set[tuple[str, str, str]]:
    return {(reason.kind, reason.name, reason.skill) for reason in reasons}


def test_each_thing_that_alone_would_be_enough_is_named_and_nothing_else() -> None:
    told: dict[str, int] = {}
    for seed in range(700):
        asked = instance(random.Random(seed), cells=CELLS, most_legs=3 if seed < 60 else 2)
        if everything_tried(asked) is not None:
            continue
        enough = {way for way, easier in Ways(asked).items() if everything_tried(easier) is not None}
        if not enough:
            continue  # below
        for kind, name, skill in list(enough):
            narrower = any(other == "agency" and whose == name and what for other, whose, what in enough)
            if kind == "agency" and not skill and narrower:
                enough.discard((kind, name, skill))
        if any(kind == "room" and name != "any" for kind, name, _ in enough):
            enough.discard(("room", "any", ""))
        assert named(find_reasons([question(asked)])) == enough, seed
        for kind, name, _ in enough:
            told[kind if kind in ("agency", "interpreter") else name] = told.get(name, 0) + 1
    # All but the commonest are rare where the day is so short; that most are met shows that the test looks at them.
    assert {"agency", "interpreter", "any", "capacity", "by_phone", "max_waiting", "not_before", "other_visits"} <= set(
        told
    )
    assert {"together", "walking", "max_gap"} & set(told)


EVERYTHING = (1 << 32) - 1


def asked_of(*legs: LegRequest, advisers: dict[str, dict[str, int]], **more: Any) -> Question:
    terms = {name: more.pop(name) for name in list(more) if name in Terms.__dataclass_fields__}
    stock = {"rooms": {"r": EVERYTHING}, "resident": EVERYTHING} | more
    return Question(
        legs=legs, stock=Stock(first_cell=0, advisers=advisers, **stock), days=[[EVERYTHING]], terms=Terms(**terms)
    )


def leg(agency: str, **more: Any) -> LegRequest:
    return LegRequest(agency=agency, service_id="s", minutes=30, **more)


BOTH = {"a": {"a": EVERYTHING}, "b": {"b": EVERYTHING}}
APART = {"a": {"a": 0b11}, "b": {"b": 0b11 << 20}}
POLISH = Person(languages=frozenset({"pl"}))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (asked_of(leg("a"), leg("b"), advisers={"a": {"a": 0b1111}, "b": {}}), {("agency", "b", "")}),
        (
            asked_of(leg("a", skills=frozenset({"debt"})), advisers=BOTH),
            {("agency", "a", "debt")},
        ),
        (asked_of(leg("a"), advisers=BOTH, rooms={}), {("room", "any", "")}),
        (asked_of(leg("a", room_features=frozenset({"quiet"})), advisers=BOTH), {("room", "quiet", "")}),
        (
            asked_of(leg("a"), leg("b"), advisers=BOTH, capacities={"r": 2}, together=True),
            {("room", "capacity", ""), ("resident", "together", "")},
        ),
        (asked_of(leg("a"), advisers=BOTH, language="pl"), {("interpreter", "pl", "")}),
        (
            asked_of(leg("a"), advisers=BOTH, language="pl", interpreters={"i": 0b11}, people={"i": POLISH},
                     hours={"not_before": EVERYTHING << 4 & EVERYTHING}),
            {("interpreter", "pl", ""), ("resident", "not_before", "")},
        ),
        (asked_of(leg("a"), advisers=BOTH, hours={"lead_time": 0}), {("rule", "lead_time", "")}),
        (
            asked_of(leg("a"), leg("b"), advisers=APART),
            {("agency", "a", ""), ("agency", "b", ""), ("resident", "max_waiting", "")},
        ),
        (
            asked_of(leg("a"), leg("b"), advisers={"a": {"a": 0b11}, "b": {"b": 0b1100}}, buffer=1),
            {("agency", "a", ""), ("agency", "b", ""), ("rule", "buffer", "")},
        ),
        (
            asked_of(leg("a", follows=frozenset({"b"})), leg("b"), advisers={"a": {"a": 0b11}, "b": {"b": 0b1100}}),
            {("agency", "a", ""), ("rule", "follows", "")},
        ),
        (
            asked_of(leg("a"), leg("b"), advisers={"a": {"a": 0b1100}, "b": {"b": 0b11}}, in_order=True),
            {("agency", "b", ""), ("resident", "in_order", "")},
        ),
        (
            asked_of(leg("a"), advisers=BOTH, by_phone=frozenset({"a"})),
            {("agency", "a", ""), ("resident", "by_phone", "")},
        ),
        (asked_of(leg("a"), advisers=BOTH, resident=0), {("resident", "other_visits", "")}),
    ],
)  # fmt: skip
def test_the_reason_is_named(asked: Question, why: set[tuple[str, str, str]]) -> None:
    assert named(find_reasons([asked])) == why


def test_where_two_are_missing_both_are_named() -> None:
    asked = asked_of(leg("a"), leg("b"), leg("c"), advisers={"a": {}, "b": {}, "c": {"c": EVERYTHING}})
    assert named(find_reasons([asked])) == {("agency", "a", ""), ("agency", "b", "")}


def test_where_nothing_alone_would_be_enough_the_agency_without_which_there_is_time_is_named() -> None:
    # `b` is there only when `a` is not, and there is no room then either.
    advisers = {"a": {"a": 0b11}, "b": {"b": 0b11 << 25}, "c": {"c": 0b1100}}
    asked = asked_of(leg("a"), leg("b"), leg("c"), advisers=advisers, max_gap=8)
    assert named(find_reasons([replace(asked, terms=Terms(max_gap=8, in_order=True))])) == {("agency", "b", "")}


def test_a_reason_counts_for_all_the_days_together() -> None:
    short = asked_of(leg("a"), advisers={"a": {"a": 0}})
    rooms = asked_of(leg("a"), advisers=BOTH, rooms={})
    assert named(find_reasons([short, rooms])) == {("agency", "a", ""), ("room", "any", "")}
    assert find_reasons([]) == ()
