"""Feeds, files and FHIR over HTTP: who opens what, what is in it, and what caches are told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from fhir.resources.R4B.appointment import Appointment
from fhir.resources.R4B.bundle import Bundle
from fhir.resources.R4B.operationoutcome import OperationOutcome
from icalendar import Calendar
from starlette.testclient import TestClient

from booking.calendars.feeds import AdviserNotFound, make_feed
from booking.tables import INTERPRETERS, adviser, leg, visit
from booking.visits.model import load_visit
from casework import tables as t
from casework.partners import PartnerNotKnown, make_key, take_key
from casework.retention import erase, retain
from casework.telling import tell_changed
from cli.main import main
from foundation.clock import utc_now
from foundation.database import Database
from foundation.settings import Settings, get_settings
from tests.conftest import rows
from tests.integration.telling_fixtures import SAFE, START, WAYS, change, make_hub, make_visit, parcels
from web.app import make_app

PUBLIC = "https://help.example.org"
REF = "7K4M2P"
NURSE = "nhs_primary-1"


@pytest.fixture
def browser(database: Database, tmp_path: Path) -> Iterator[TestClient]:
    url = database.url.render_as_string(hide_password=False)
    settings = Settings(
        database_url=url, secret_key="s" * 32, var=tmp_path, public_url=PUBLIC, secure_cookies=False
    )  # fmt: skip
    make_hub(database)
    app = make_app(settings)
    yield TestClient(app, base_url=PUBLIC, follow_redirects=False)
    app.state.edge.database.close()


@pytest.fixture
def feed(database: Database, browser: TestClient) -> str:
    """The path of the nurse's feed; one visit is booked."""
    make_visit(database)
    return f"/calendar/{make_feed(database, NURSE)}.ics"


def events(browser: TestClient, path: str) -> list[Any]:
    found = browser.get(path)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    return Calendar.from_ical(found.text).walk("VEVENT")


# ---------------------------------------------------------------- feeds
def test_a_feed_has_this_advisers_legs_alone(database: Database, browser: TestClient, feed: str) -> None:
    (event,) = events(browser, feed)
    assert event.decoded("dtstart") == START + timedelta(minutes=30)
    assert str(event["location"]) == "Room 1, Fitzroy Street Hub"
    assert str(event["summary"]) == "Visit 7K4 M2P"
    with database.writing() as db:  # a colleague takes it over
        db.execute(leg.update().where(leg.c.adviser == NURSE).values(adviser="nhs_primary-2"))
    assert events(browser, feed) == []


def test_an_interpreter_sees_the_legs_that_they_interpret_and_no_name(
    database: Database, browser: TestClient, feed: str
) -> None:
    values = {"id": "ada", "hub": "h", "agency": INTERPRETERS, "label": "Ada", "languages": ["pl"]}
    with database.writing() as db:
        db.execute(adviser.insert().values(**values))
        db.execute(leg.update().where(leg.c.number == 1).values(interpreter="ada"))
    (event,) = events(browser, f"/calendar/{make_feed(database, 'ada')}.ics")
    assert event.decoded("dtstart") == START
    assert str(event["summary"]) == "Visit 7K4 M2P"


@pytest.mark.parametrize(("agreed", "summary"), [([], ""), (["jobcentre"], ""), (["nhs_primary"], " · Sam")])
def test_a_first_name_is_shown_to_the_agency_that_may_know_it(
    database: Database, browser: TestClient, agreed: list[str], summary: str
) -> None:
    make_visit(database, agreed=agreed)
    text = browser.get(f"/calendar/{make_feed(database, NURSE)}.ics").text
    assert f"SUMMARY:Visit 7K4 M2P{summary}\r\n" in text
    assert "Lee" not in text
    assert "07700" not in text


def test_a_consent_that_was_taken_back_takes_the_name_away(database: Database, browser: TestClient) -> None:
    make_visit(database, agreed=["nhs_primary"])
    path = f"/calendar/{make_feed(database, NURSE)}.ics"
    etag = browser.get(path).headers["etag"]
    with database.writing() as db:
        db.execute(t.consent.update().values(withdrawn_at=utc_now()))
    again = browser.get(path, headers={"If-None-Match": etag})
    assert again.status_code == 200
    assert "Sam" not in again.text


def test_a_cancelled_leg_is_cancelled_for_two_weeks_and_then_gone(
    database: Database, browser: TestClient, feed: str
) -> None:
    change(database, state="cancelled", changed_at=utc_now())
    (event,) = events(browser, feed)
    assert (str(event["status"]), int(event["sequence"])) == ("CANCELLED", 2)
    change(database, changed_at=utc_now() - timedelta(days=15))
    assert events(browser, feed) == []


def test_what_lies_long_behind_is_gone(database: Database, browser: TestClient, feed: str) -> None:
    with database.writing() as db:
        db.execute(leg.update().values(start=leg.c.start, finish=utc_now() - timedelta(days=31)))
    assert events(browser, feed) == []


def test_who_has_read_it_already_reads_nothing_until_something_changes(
    database: Database, browser: TestClient, feed: str
) -> None:
    first = browser.get(feed)
    assert first.headers["cache-control"] == "private, no-cache"
    assert first.headers["cdn-cache-control"] == "no-store"
    assert first.headers["last-modified"].endswith("GMT")
    known = {"If-None-Match": f'W/"other", {first.headers["etag"]}'}
    again = browser.get(feed, headers=known)
    assert (again.status_code, again.content) == (304, b"")
    change(database, changed_at=utc_now())
    assert browser.get(feed, headers=known).status_code == 200
    late = {"If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"}
    assert browser.get(feed, headers=late).status_code == 200, "a date alone does not say that nothing left the feed"


def test_a_new_address_ends_the_old_one(database: Database, browser: TestClient, feed: str) -> None:
    new = make_feed(database, NURSE)
    assert browser.get(feed).status_code == 404
    assert browser.get(f"/calendar/{new}.ics").status_code == 200
    assert new not in str(rows(database, adviser)), "only a hash is kept"


@pytest.mark.parametrize("secret", ["x", "a" * 43, "..", "%00", "é" * 20, "visit"])
def test_a_wrong_address_is_not_found_like_any_page_that_never_was(browser: TestClient, secret: str) -> None:
    assert browser.get(f"/calendar/{secret}.ics").status_code == 404


def test_who_left_the_rota_has_no_feed(database: Database, browser: TestClient, feed: str) -> None:
    with database.writing() as db:
        db.execute(adviser.update().where(adviser.c.id == NURSE).values(active=False))
    assert browser.get(feed).status_code == 404


def test_nobody_is_made_a_feed_who_is_not_in_the_rota(database: Database) -> None:
    with pytest.raises(AdviserNotFound):
        make_feed(database, "nobody")


# ---------------------------------------------------------------- the file behind an e-mail's link
def link_in(database: Database, address: str) -> str:
    (row,) = [row for row in parcels(database) if row["address"] == address]
    return "/calendar/" + row["body"]["text"].rpartition("/calendar/")[2].strip()


def test_the_link_of_an_e_mail_gives_the_visit_as_it_is_now(database: Database, browser: TestClient) -> None:
    make_visit(database, contact={"phone": "", "email": "sam@example.org"})
    with database.writing() as db:
        tell_changed("moved", ways=WAYS, now=utc_now())(db, load_visit(database, REF))
    path, desk = link_in(database, "sam@example.org"), link_in(database, "desk@nhs.example.org")
    calendar = Calendar.from_ical(browser.get(path).text)
    assert str(calendar["method"]) == "REQUEST"
    assert str(calendar.walk("VEVENT")[0]["attendee"]) == "mailto:sam@example.org"
    (part,) = Calendar.from_ical(browser.get(desk).text).walk("VEVENT")
    assert part.decoded("dtstart") == START + timedelta(minutes=30)
    change(database, state="cancelled")
    assert str(Calendar.from_ical(browser.get(path).text)["method"]) == "CANCEL"
    assert browser.get(path[:-5] + ".ics").status_code == 404


def test_links_and_questions_end_and_are_erased_with_their_person(database: Database, tmp_path: Path) -> None:
    make_hub(database)
    make_visit(database, contact={"phone": "", "email": "sam@example.org"})
    with database.writing() as db:
        tell_changed("moved", ways=WAYS, now=utc_now())(db, load_visit(database, REF))
    late = {"keep_days": 400, "keep_case_days": 400, "tracker": tmp_path / "none"}
    retain(database, now=START + timedelta(days=13), **late)  # type: ignore[arg-type]
    assert len(rows(database, t.visit_link)) == 2
    erase(database, REF, tracker=tmp_path / "none", now=utc_now())
    assert rows(database, t.visit_link) == rows(database, t.text_question) == parcels(database) == []


# ---------------------------------------------------------------- FHIR
@pytest.fixture
def key(database: Database, browser: TestClient) -> dict[str, str]:
    make_visit(database, agreed=["nhs_primary"])
    make_visit(database, "BBBBBB", start=START + timedelta(days=1), contact=SAFE | {"name": "Alex Roe"})
    return {"Authorization": f"Bearer {make_key(database, 'nhs_primary', now=utc_now())}"}


def ask(browser: TestClient, key: dict[str, str], path: str, status: int = 200) -> Any:
    found = browser.get(f"/api/fhir/{path}", headers=key)
    assert found.status_code == status, found.text
    assert found.headers["content-type"] == "application/fhir+json"
    assert found.headers["cache-control"] == "no-store"
    return found.json()


def test_a_search_finds_the_agencys_own_legs_as_a_valid_bundle(browser: TestClient, key: dict[str, str]) -> None:
    bundle = ask(browser, key, "Appointment")
    assert Bundle.model_validate(bundle).total == 2
    assert [one["resource"]["id"] for one in bundle["entry"]] == ["7K4M2P-nhs-primary", "BBBBBB-nhs-primary"]
    assert "jobcentre" not in str(bundle)
    first, second = (one["resource"]["participant"][0]["actor"]["display"] for one in bundle["entry"])
    assert (first, second) == ("Sam", "Visitor"), "a name only where the person agreed"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (f"identifier={REF}", 1),
        (f"identifier={PUBLIC}/visit|{REF}", 1),
        (f"identifier=https://nhs.uk|{REF}", 0),
        ("identifier=ZZZZZZ", 0),
        ("date=2026-11-26", 1),
        ("date=ge2026-11-26&date=lt2026-11-27", 1),
        ("date=gt2026-11-26", 1),
        ("date=ge2026-11-28", 0),
        (f"identifier={REF}&_format=json", 1),
    ],
)
def test_a_search_by_the_visits_identifier_or_by_day(
    browser: TestClient, key: dict[str, str], query: str, found: int
) -> None:
    assert ask(browser, key, f"Appointment?{query}")["total"] == found


def many_legs(database: Database, number: int) -> list[str]:
    """So many more visits, several at one time; the ids of this agency's Appointments in order."""
    references = [f"C{letter}CCCC" for letter in "ABCDEFGHJKL"[:number]]
    for at, reference in enumerate(references):
        make_visit(database, reference, start=START + timedelta(days=2 + at // 3))
    return [f"{each}-nhs-primary" for each in (REF, "BBBBBB", *references)]


def links(bundle: Any) -> dict[str, str]:
    return {each["relation"]: each["url"] for each in bundle["link"]}


def ids(bundle: Any) -> list[str]:
    return [each["resource"]["id"] for each in bundle.get("entry", ())]


def test_a_search_comes_in_pages_that_lead_through_all_of_it(
    database: Database, browser: TestClient, key: dict[str, str]
) -> None:
    every = many_legs(database, 7)
    assert ids(ask(browser, key, "Appointment")) == every, "one page by itself"
    path, seen, pages = "Appointment?date=ge2026-11-20&_count=2", list[str](), 0
    while path:
        bundle = ask(browser, key, path)
        assert Bundle.model_validate(bundle).total == len(every), "of all pages, and of this agency alone"
        assert links(bundle)["self"].startswith(f"{PUBLIC}/api/fhir/Appointment?")
        assert len(ids(bundle)) <= 2
        seen, pages = seen + ids(bundle), pages + 1
        path = links(bundle).get("next", "").removeprefix(f"{PUBLIC}/api/fhir/")
        assert not path or ("date=ge2026-11-20" in path and "_count=2" in path)
    assert (seen, pages) == (every, 5)


def test_what_is_cancelled_or_booked_between_two_pages_moves_no_other(
    database: Database, browser: TestClient, key: dict[str, str]
) -> None:
    every = many_legs(database, 4)
    first = ask(browser, key, "Appointment?_count=3")
    with database.writing() as db:
        db.execute(leg.delete().where(leg.c.visit == REF))
    make_visit(database, "AAAAAA", start=START - timedelta(days=1))
    second = ask(browser, key, links(first)["next"].removeprefix(f"{PUBLIC}/api/fhir/"))
    assert ids(first) + ids(second) == every


def test_a_count_of_nought_asks_for_the_total_alone_and_too_many_for_as_many_as_we_give(
    database: Database, browser: TestClient, key: dict[str, str]
) -> None:
    none = ask(browser, key, "Appointment?_count=0")
    assert (none["total"], ids(none), set(links(none))) == (2, [], {"self"})
    Bundle.model_validate(none)
    every = ask(browser, key, "Appointment?_count=999999")
    assert (every["total"], len(ids(every)), set(links(every))) == (2, 2, {"self"})
    exact = ask(browser, key, "Appointment?_count=2")
    assert set(links(exact)) == {"self"}, "no page without anything on it"


@pytest.mark.parametrize(
    "query",
    ["_count=", "_count=-1", "_count=two", "_count=1.5", "_count=%C2%B2", "_count=1&_count=2", "_count=" + "9" * 400,
     "_after=x", "_after=1.ZZZZZZ", "_after=99999999999999.ZZZZZZ.1", "_after='--.ZZZZZZ.1"],
)  # fmt: skip
def test_a_page_that_cannot_be_is_told_so(browser: TestClient, key: dict[str, str], query: str) -> None:
    told = ask(browser, key, f"Appointment?{query}", status=400)
    OperationOutcome.model_validate(told)
    assert told["issue"][0]["code"] == "invalid"


@pytest.mark.parametrize(
    "query", ["identifier=x", "date=tomorrow", "date=ge2026-13-01", "patient=1", "date=9999-12-31"]
)
def test_a_search_that_makes_no_sense_is_told_so(browser: TestClient, key: dict[str, str], query: str) -> None:
    OperationOutcome.model_validate(ask(browser, key, f"Appointment?{query}", status=400))


def test_one_appointment_by_its_id_and_none_of_another_agency(browser: TestClient, key: dict[str, str]) -> None:
    found = Appointment.model_validate(ask(browser, key, f"Appointment/{REF}-nhs-primary"))
    assert (found.status, found.minutesDuration) == ("booked", 30)
    for id in (f"{REF}-jobcentre", "ZZZZZZ-nhs-primary", "x", REF):
        OperationOutcome.model_validate(ask(browser, key, f"Appointment/{id}", status=404))


def test_statuses_follow_the_visit(database: Database, browser: TestClient, key: dict[str, str]) -> None:
    path = f"Appointment/{REF}-nhs-primary"
    change(database, arrived_at=utc_now())
    assert ask(browser, key, path)["status"] == "arrived"
    with database.writing() as db:
        db.execute(leg.update().where(leg.c.visit == REF).values(state="done"))
    assert ask(browser, key, path)["status"] == "fulfilled"
    change(database, state="cancelled")
    assert ask(browser, key, path)["status"] == "cancelled"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic x", "Bearer ", f"Bearer {'a' * 43}"])
def test_without_the_key_nothing_is_told(browser: TestClient, key: dict[str, str], header: str) -> None:
    found = browser.get("/api/fhir/Appointment", headers={"Authorization": header} if header else {})
    assert (found.status_code, found.headers["www-authenticate"]) == (401, 'Bearer realm="Front Door"')
    OperationOutcome.model_validate(found.json())


def test_what_it_can_do_needs_no_key(browser: TestClient) -> None:
    assert ask(browser, {}, "metadata")["fhirVersion"] == "4.0.1"


def test_a_new_key_ends_the_old_one_and_one_can_be_taken_back(
    database: Database, browser: TestClient, key: dict[str, str]
) -> None:
    new = {"Authorization": f"Bearer {make_key(database, 'nhs_primary', now=utc_now())}"}
    ask(browser, key, "Appointment", status=401)
    ask(browser, new, "Appointment")
    take_key(database, "nhs_primary")
    ask(browser, new, "Appointment", status=401)
    with pytest.raises(PartnerNotKnown):
        take_key(database, "nhs_primary")
    with pytest.raises(PartnerNotKnown, match="nhs_primary"):
        make_key(database, "nhs", now=utc_now())


# ---------------------------------------------------------------- the command line
def test_the_commands_show_each_secret_once(
    database: Database, browser: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_visit(database)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    monkeypatch.setenv("FRONTDOOR_PUBLIC_URL", PUBLIC)
    get_settings.cache_clear()
    try:
        address = CliRunner().invoke(main, ["rota", "feed", NURSE]).output.strip()
        key = CliRunner().invoke(main, ["partner", "key", "nhs_primary"]).output.strip()
        wrong = CliRunner().invoke(main, ["rota", "feed", "nobody"])
    finally:
        get_settings.cache_clear()
    assert address.startswith(f"{PUBLIC}/calendar/")
    assert browser.get(address).status_code == 200
    assert ask(browser, {"Authorization": f"Bearer {key}"}, "Appointment")["total"] == 1
    assert wrong.exit_code == 1
    assert "nobody" in wrong.output
    with database.reading() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(visit)).scalar_one() == 1
