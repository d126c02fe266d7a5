"""The forms of a record's parts: what is shown comes back unchanged; what is typed is understood or told beside it."""

from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.datastructures import FormData

from directory.feeds.integrity import problems_of
from directory.records.parts import PARTS, is_same, put
from tests.unit.directory_fixtures import documents, made
from web.directory_desk.forms import FORMS
from web.directory_desk.forms.hours import DAYS
from web.directory_desk.forms.listed import is_phone
from web.directory_desk.forms.reading import Read
from web.environment import make_environment
from web.typed import read_time

BUSY: dict[str, Any] = made("busy", areas=["E07000008"]) | {
    "description": "Help with <everything> & more.",
    "url": "https://www.example.org/help",
    "phones": [{"id": "p1", "number": "01223 457000", "extensions": 7}, {"number": "999", "description": "In danger"}],
    "languages": [{"id": "l1", "name": "Polish", "code": "pl"}, {"code": "bn"}],
    "interpretation_services": "By phone",
    "schedules": [
        {"id": "s1", "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "09:00:00", "closes_at": "12:30"},
        {"id": "s2", "freq": "WEEKLY", "byday": "MO", "opens_at": "14:00", "closes_at": "17:00"},
        {"id": "s3", "freq": "WEEKLY", "byday": "MO", "opens_at": "19:00", "closes_at": "20:00"},
        {"id": "s4", "freq": "MONTHLY", "byday": "2WE", "opens_at": "10:00", "closes_at": "11:00"},
        {"id": "s5", "valid_from": "2026-12-25", "valid_to": "2026-12-28", "closed": True},
    ],
    "service_at_locations": [
        {
            "id": "sal1",
            "schedules": [{"byday": "FR", "opens_at": "10:00", "closes_at": "12:00", "freq": "WEEKLY"}],
            "location": {
                "id": "loc1", "name": "Church hall", "location_type": "physical", "latitude": 52.2, "longitude": 0.1,
                "addresses": [{"id": "ad1", "address_1": "1 High Street", "city": "Cambridge", "postal_code": "CB4 3EH",
                               "country": "GB", "state_province": "", "address_type": "physical"}],
                "accessibility": [{"id": "ac1", "description": "No steps"}],
            },
        },
    ],
}  # fmt: skip
BUSY["front_door"] |= {
    "eligibility": [
        {"about": "tenure", "any_of": ["council"], "says": "for council tenants", "source": "their website"},
        {"any": [{"about": "age_band", "min": 65, "says": "x"}], "says": "for older people", "source": "y"},
    ],
    "not_for": [{"about": "tenure", "any_of": ["owner"], "says": "for owners", "source": "z"}],
    "access": "referral_only", "referred_by": ["Your GP", "A school"],
    "capacity": {"state": "waiting", "date": "2026-11-01"},
    "exceptions": [
        {"from": "soon", "note": "what boxes for dates cannot show stays"},
        {"from": "2026-12-25", "to": "2026-12-28", "closed": True, "reason": "Christmas"},
        {"date": "2026-12-24", "opens_at": "09:00", "closes_at": "12:00"},
    ],
    "bank_holidays": "closed", "term_time": "E10000003", "by_appointment": True,
    "why": "They help.", "what_happens": "You talk.", "bring": ["photo ID", "a letter"], "uncertain": ["hours"],
    "owner": {"name": "Ada", "email": "ada@example.org"},
}  # fmt: skip


class Fields(HTMLParser):
    """What a browser would send of a form that nobody touched, and the ids of its boxes."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self._select = self._area = ""
        self._chosen: str | None = None
        self._text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if "id" in has:
            self.ids.add(has["id"])
        if tag == "input" and (has.get("type") not in ("checkbox", "radio") or "checked" in has):
            self.sent.append((has["name"], has.get("value", "")))
        elif tag == "select":
            self._select, self._chosen = has["name"], None
        elif tag == "option" and self._select and (self._chosen is None or "selected" in has):
            self._chosen = has.get("value", "")
        elif tag == "textarea":
            self._area, self._text = has["name"], ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.sent.append((self._select, self._chosen or ""))
            self._select = ""
        elif tag == "textarea":
            self.sent.append((self._area, self._text.removeprefix("\n")))  # as HTML has it


def fields(part: str, read: Read) -> Fields:
    """The boxes of a part's form, as its template makes them."""
    template = make_environment().get_template(f"desk/directory/parts/{part}.html")
    parser = Fields()
    parser.feed(template.render(v=read.values, problems=read.problems, areas_known=[]))
    return parser


def untouched(part: str, document: dict[str, Any]) -> list[tuple[str, str]]:
    return fields(part, Read(FORMS[part].shown(document))).sent


def sent(part: str, document: dict[str, Any], **typed: str | list[str]) -> Read:
    """The form as it is shown, with some boxes typed over."""
    pairs = [(name, value) for name, value in untouched(part, document) if name not in typed]
    for name, value in typed.items():
        pairs += [(name, one) for one in (value if isinstance(value, list) else [value])]
    return FORMS[part].read(FormData(pairs), document)


def kept(part: str, document: dict[str, Any], **typed: str | list[str]) -> dict[str, Any]:
    """The document after the form was sent; what it lets through is right."""
    read = sent(part, document, **typed)
    assert read.problems == {}
    new = put(document, read.changes)
    assert [problem for problem in problems_of(new) if problem not in problems_of(document)] == []
    return new


EVERY = {"busy": BUSY, "bare": made("bare") | {"description": "x"}, **documents()}


@pytest.mark.parametrize("part", FORMS)
def test_a_form_that_nobody_touched_changes_nothing(part: str) -> None:
    for name, document in EVERY.items():
        if part == "access" and name == "bare":
            continue  # nobody has said how people get in, and here they have to
        assert is_same(kept(part, document), document, part), name


def test_every_part_but_the_check_has_a_form() -> None:
    assert set(FORMS) == set(PARTS) - {"assured"}


# ---------------------------------------------------------------- what is wrong is told beside its box
WRONG: list[tuple[str, dict[str, str | list[str]], str]] = [
    ("about", {"name": ""}, "name"),
    ("about", {"description": " "}, "description"),
    ("about", {"url": "javascript:alert(1)"}, "url"),
    ("about", {"url": "www.example.org"}, "url"),
    ("about", {"url": "https://[x"}, "url"),
    ("about", {"email": "help at example.org"}, "email"),
    ("status", {"status": "open"}, "status"),
    ("phones", {"number-0": "ask at the door"}, "number-0"),
    ("phones", {"number-2": "", "description-2": "Only a name"}, "number-2"),
    ("places", {"postal_code-0": "CB4"}, "postal_code-0"),
    ("places", {"postal_code-0": "none"}, "postal_code-0"),
    ("places", {"postal_code-0": "ZZ99 9ZZ"}, "postal_code-0"),
    ("places", {"address_1-0": ""}, "address_1-0"),
    ("hours", {"opens-0-WE-0": "soon", "closes-0-WE-0": "5pm"}, "opens-0-WE-0"),
    ("hours", {"opens-0-WE-0": "9"}, "opens-0-WE-0"),
    ("hours", {"opens-0-WE-0": "9", "closes-0-WE-0": "5"}, "opens-0-WE-0"),
    ("hours", {"from-2": "2027-01-02", "to-2": "2027-01-01"}, "from-2"),
    ("hours", {"from-2": "whenever"}, "from-2"),
    ("hours", {"from-2": "2027-01-02", "opens-2": "9"}, "opens-2"),
    ("areas", {"area-1": "Atlantis"}, "area-1"),
    ("areas", {"area-1": "E07999999999"}, "area-1"),
    ("languages", {"language-2": "Elvish-ish"}, "language-2"),
    ("needs", {"need-food": ""}, "need-employment"),
    ("access", {"access": "by magic"}, "access"),
    ("owner", {"email": "ada"}, "email"),
    ("who_for", {"about": "tenure", "says": "x", "source": "y"}, "values"),
    ("who_for", {"about": "tenure", "values": ["moon"], "says": "x", "source": "y"}, "values"),
    ("who_for", {"about": "tenure", "values": ["owner"], "says": "", "source": "y"}, "says"),
    ("who_for", {"about": "tenure", "values": ["owner"], "says": "x", "source": ""}, "source"),
    ("who_for", {"about": "age_band", "says": "x", "source": "y"}, "min"),
    ("who_for", {"about": "age_band", "min": "old", "says": "x", "source": "y"}, "min"),
    ("who_for", {"about": "age_band", "min": "65", "max": "18", "says": "x", "source": "y"}, "max"),
]


@pytest.mark.parametrize(("part", "typed", "box"), WRONG)
def test_what_is_wrong_is_told_beside_its_box_and_nothing_typed_is_lost(
    part: str, typed: dict[str, str | list[str]], box: str
) -> None:
    read = sent(part, BUSY, **typed)
    assert list(read.problems) == [box]
    shown = fields(part, read)
    assert {box, f"{box}-error"} <= shown.ids, "the summary leads to the box, the box to its sentence"
    for name, value in typed.items():
        for one in value if isinstance(value, list) else [value]:
            if one.strip() and name not in ("status", "access", "values"):
                assert (name, one) in shown.sent


# ---------------------------------------------------------------- what is typed
@pytest.mark.parametrize(
    ("typed", "time"),
    [
        ("9", "09:00"), ("9am", "09:00"), ("9 AM", "09:00"), ("9.30", "09:30"), ("9:30pm", "21:30"), ("12am", "00:00"),
        ("12pm", "12:00"), ("noon", "12:00"), ("midnight", "24:00"), ("1730", "17:30"), ("17:30:00", "17:30"),
        ("24:00", "24:00"), ("25:00", None), ("9:75", None), ("13pm", None), ("", None), ("nine", None),
    ],
)  # fmt: skip
def test_times_are_read_as_people_write_them(typed: str, time: str | None) -> None:
    assert read_time(typed) == time


def test_a_week_becomes_a_schedule_for_each_pair_of_times() -> None:
    document = made("plain")
    typed = {f"opens-0-{day}-0": "9am" for day in DAYS[:5]} | {f"closes-0-{day}-0": "5pm" for day in DAYS[:4]}
    new = kept("hours", document, **typed, **{"closes-0-FR-0": "22:00", "opens-0-SA-0": "10pm", "closes-0-SA-0": "2am"})
    told = {(one["byday"], one["opens_at"], one["closes_at"]) for one in new["schedules"]}
    assert told == {("MO,TU,WE,TH", "09:00", "17:00"), ("FR", "09:00", "22:00"), ("SA", "22:00", "02:00")}


def test_hours_that_boxes_cannot_show_stay_until_they_are_taken_away() -> None:
    new = kept("hours", BUSY, **{"opens-0-SU-0": "10am", "closes-0-SU-0": "11am"})
    ids = {one.get("id") for one in new["schedules"]}
    assert {"s3", "s4", "s5"} <= ids
    new = kept("hours", BUSY, away=["0-s4"])
    assert "s4" not in {one.get("id") for one in new["schedules"]}
    assert "s3" in {one.get("id") for one in new["schedules"]}


def test_hours_of_a_place_and_different_days() -> None:
    new = kept("hours", BUSY, **{"closes-1-FR-0": "1pm", "from-2": "2027-01-01", "reason-2": "New Year"})
    assert [one["closes_at"] for one in new["service_at_locations"][0]["schedules"]] == ["13:00"]
    day = "2027-01-01"
    exceptions = new["front_door"]["exceptions"]
    assert exceptions[3:] == [{"from": day, "to": day, "closed": True, "reason": "New Year"}]
    new = kept("hours", BUSY, **{"from-0": "", "to-0": "", "reason-0": "", "opens-1": "10am"})
    assert [one.get("opens_at") for one in new["front_door"]["exceptions"]] == [None, "10:00"]


def test_terms_bank_holidays_and_appointments() -> None:
    new = kept("hours", BUSY, bank_holidays="", term_time=[], by_appointment=[])
    assert {"bank_holidays", "term_time", "by_appointment"} & set(new["front_door"]) == set()
    new = kept("hours", made("plain"), bank_holidays="open", term_time="yes")
    assert (new["front_door"]["bank_holidays"], new["front_door"]["term_time"]) == ("open", True)


def test_what_a_form_does_not_show_of_a_row_stays() -> None:
    new = kept("phones", BUSY, **{"number-0": "01223 000111", "number-1": "", "description-1": ""})
    assert new["phones"] == [{"id": "p1", "number": "01223 000111", "extensions": 7}]


def test_a_place_is_found_by_its_postcode() -> None:
    new = kept("places", BUSY, **{"postal_code-0": "cb11bd"})
    location = new["service_at_locations"][0]["location"]
    assert location["addresses"][0]["postal_code"] == "CB1 1BD"
    of_jimmys = documents()["jimmys-cambridge"]["service_at_locations"][0]["location"]  # at the same postcode
    assert abs(location["latitude"] - of_jimmys["latitude"]) < 0.0003, "about 30 metres"
    assert abs(location["longitude"] - of_jimmys["longitude"]) < 0.0005
    assert new["service_at_locations"][0]["schedules"] == BUSY["service_at_locations"][0]["schedules"]
    new = kept("places", BUSY, **{"address_1-1": "2 Low Street", "city-1": "Ely", "postal_code-1": "CB7 4EE"})
    assert len(new["service_at_locations"]) == 2
    assert new["service_at_locations"][1]["location"]["addresses"][0]["city"] == "Ely"


def test_a_secret_place_is_marked_and_unmarked() -> None:
    new = kept("places", BUSY, confidential="yes")
    assert new["front_door"]["confidential_address"] is True
    back = sent("places", new, confidential=[])
    assert put(new, back.changes)["front_door"]["confidential_address"] is False


def test_areas_and_languages_by_code_or_name() -> None:
    new = kept("areas", BUSY, **{"area-1": "South Cambridgeshire (e07000012)"})
    assert [area["extent"] for area in new["service_areas"]] == ["E07000008", "E07000012"]
    new = kept("languages", BUSY, **{"language-2": "ukrainian"})
    assert (new["languages"][2]["name"], new["languages"][2]["code"]) == ("Ukrainian", "uk")
    assert new["languages"][:2] == BUSY["languages"]


def test_rules_come_and_go() -> None:
    says = {"says": "for people without a home", "source": "their leaflet"}
    new = kept("who_for", BUSY, about="tenure", values=["none", "hostel"], way="any_of", **says)
    assert new["front_door"]["eligibility"][-1] == {"about": "tenure", "any_of": ["hostel", "none"], **says}
    new = kept("who_for", BUSY, about="age_band", min="18", max="25", **says)
    assert new["front_door"]["eligibility"][-1] == {"about": "age_band", "min": 18, "max": 25, **says}
    new = kept("who_for", BUSY, away=["front_door.eligibility:0", "front_door.not_for:0"])
    assert [rule["says"] for rule in new["front_door"]["eligibility"]] == ["for older people"]
    assert "not_for" not in new["front_door"]


def test_a_rule_is_not_made_before_its_boxes_are_there() -> None:
    assert is_same(kept("who_for", BUSY, about="tenure"), BUSY, "who_for")


def test_needs_keep_their_details_and_our_terms_follow() -> None:
    document = documents()["city-housing-advice"]
    new = kept("needs", document, **{"need-rent_arrears": "", "need-legal": "1"})
    told = {one["need"]: one["strength"] for one in new["front_door"]["needs"]}
    assert told == {"housing": 3, "legal": 1}
    assert [one["value"] for one in new["attributes"]] == ["housing"]


def test_room_is_dated_when_it_changes() -> None:
    assert kept("access", BUSY)["front_door"]["capacity"]["date"] == "2026-11-01"
    assert kept("access", BUSY, capacity="full")["front_door"]["capacity"]["date"] > "2026-11-01"
    assert "capacity" not in kept("access", BUSY, capacity="")["front_door"]


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("01223 457000", True), ("116 123", True), ("999", True), ("+44 20 7946 0000", True),
        ("18001 01223 457000", False), ("ring me", False), ("12", False), ("<script>", False),
    ],
)  # fmt: skip
def test_phone_numbers(number: str, good: bool) -> None:
    assert is_phone(number) is good
