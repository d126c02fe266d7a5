"""The public pages of the directory, as a browser asks for them: searching, a service, what is gone, what is wrong."""

import logging
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from directory.keeping.tables import evidence, gap
from foundation import languages
from foundation.database import Database
from foundation.settings import Settings
from tests.conftest import rows
from tests.integration.directory_writing import keep, remove
from tests.unit.directory_fixtures import documents, made
from web.app import make_app

PUBLIC = "https://help.example.org"
CITY = "E07000008"
ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def browser(database: Database, tmp_path: Path) -> Iterator[TestClient]:
    url = database.url.render_as_string(hide_password=False)
    app = make_app(Settings(demonstration=True, var=tmp_path, database_url=url, public_url=PUBLIC))
    yield TestClient(app, base_url=PUBLIC, follow_redirects=False)
    app.state.edge.database.close()


def a_service(**more: Any) -> dict[str, Any]:
    own = {"description": "Wool and needles for all.", "assured_date": "2026-11-01", "name": "Knitting circle"}
    ours = more.pop("ours", {})
    return {
        **made("knitting", needs=[("loneliness", None, 3)], why="You meet people.", **ours),
        "id": ID,
        **own,
        **more,
    }


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def names(page: str) -> list[str]:
    return re.findall(r'<h3 class="fd-results__name"><a class="govuk-link" href="/services/[^"]+">([^<]+)</a>', page)


def see(browser: TestClient, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


# ---- searching


def test_the_list_finds_by_words_and_says_why(database: Database, browser: TestClient) -> None:
    keep(database, *documents().values())
    page = see(browser, "/services?text=benifits")
    assert names(page)[0] == "Benefits advice"
    said = text_of(page)
    assert "You wrote “benifits”. We looked for “benefits”." in said
    assert "It mentions “Benefits”." in said
    assert 'value="benifits"' in page, "what was typed stays"


def test_what_is_no_postcode_is_told_in_polish_and_stays_out_of_the_log(
    browser: TestClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    languages._miss.cache_clear()  # what is missing is logged once
    monkeypatch.setattr(languages.log, "disabled", False)  # import-linter turns loggers off
    browser.cookies.set("language", "pl")
    with caplog.at_level(logging.DEBUG, "frontdoor.words"):
        page = see(browser, "/services?postcode=Mill+Road", 400)
    assert "„Mill Road” to nie jest kod pocztowy." in text_of(page)
    assert "Mill" not in caplog.text


def test_all_services_come_in_pages(database: Database, browser: TestClient) -> None:
    keep(database, *documents().values())
    first, seen, path = see(browser, "/services"), [], "/services"
    assert f"{len(documents())} services" in text_of(first)
    titles = set()
    while path:
        page = see(browser, path)
        titles.add(re.findall("<title>(.*)</title>", page)[0])
        seen += names(page)
        found = re.search(r'rel="next" href="([^"]+)"', page)
        path = unescape(found[1]) if found else ""
    assert len(seen) == len(documents())
    assert {"Find a service – Front Door", "Find a service, page 2 – Front Door"} <= titles
    assert [unescape(name) for name in seen] == sorted(unescape(name) for name in seen)


def test_a_page_beyond_the_last_leads_back(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    page = see(browser, "/services?page=9")
    assert names(page) == []
    assert 'href="/services"' in page.split("We found nothing")[1]
    for strange in ("0", "-1", "x", "²", "9" * 40):
        see(browser, f"/services?page={strange}")


def test_a_postcode_lets_through_who_serves_there(database: Database, browser: TestClient) -> None:
    keep(database, *documents().values())
    there = names(see(browser, "/services?text=housing+advice&postcode=CB10+1AA"))
    assert "Housing advice in Uttlesford" in there
    assert "Housing advice" not in there


@pytest.mark.parametrize(("postcode", "says"), [("rubbish", "is not a postcode"), ("ZZ99 9ZZ", "cannot find")])
def test_a_wrong_postcode_is_told_kindly(database: Database, browser: TestClient, postcode: str, says: str) -> None:
    keep(database, a_service())
    page = see(browser, f"/services?text=wool&postcode={postcode}", status=400)
    assert says in text_of(page)
    assert '<a href="#postcode"' in page
    assert page.count("<title>Error:") == 1
    assert f'value="{postcode}"' in page


def test_open_now_lets_through_what_is_known_to_be_open(database: Database, browser: TestClient) -> None:
    always = [{"freq": "WEEKLY", "byday": "MO,TU,WE,TH,FR,SA,SU", "opens_at": "00:00", "closes_at": "24:00"}]
    keep(database, a_service(schedules=always), made("closed-or-unknown"))
    assert names(see(browser, "/services?open=1")) == ["Knitting circle"]
    assert len(names(see(browser, "/services"))) == 2


def test_a_need_lets_through_what_meets_it(database: Database, browser: TestClient) -> None:
    keep(database, a_service(), made("pantry", needs=[("food", None, 3)]))
    assert names(see(browser, "/services?need=food")) == ["Pantry"]
    assert len(names(see(browser, "/services?need=no_such_need"))) == 2


def test_what_is_for_staff_alone_or_gone_is_not_listed(database: Database, browser: TestClient) -> None:
    gone = made("gone")
    keep(database, a_service(), made("staff-room", internal=True), gone, {**made("shut"), "status": "inactive"})
    remove(database, gone)
    assert names(see(browser, "/services")) == ["Knitting circle"]
    assert names(see(browser, "/services?text=staff")) == []


def test_a_danger_is_answered_before_any_list(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    page = see(browser, "/services?text=I+want+to+kill+myself")
    assert 'href="tel:116123"' in page
    assert page.index("fd-numbers") < page.index('id="text"')
    assert "<title>Front Door</title>" in page
    assert "fd-numbers" not in see(browser, "/services?text=wool")


def test_words_are_shown_as_text(database: Database, browser: TestClient) -> None:
    keep(database, a_service(description="<b>Wool</b> & needles <script>alert(1)</script>"))
    for path in ("/services?text=%22%3E%3Cscript%3Ealert(2)%3C/script%3Ewool", f"/services/{ID}"):
        assert "<script>alert" not in see(browser, path)


def test_what_is_typed_so_far_suggests_names_and_counts_nothing(database: Database, browser: TestClient) -> None:
    keep(database, a_service(), made("staff-knitting", internal=True), made("knit-for-all"))
    answer = browser.get("/services/suggest?text=kni")
    assert set(answer.json()["names"]) == {"Knitting circle", "Knit-for-all"}
    assert browser.get("/services/suggest").json() == {"names": []}
    assert browser.get("/services/suggest?text=skydiving").json() == {"names": []}
    assert rows(database, gap) == []


# ---- what is missing is counted


def test_a_search_that_finds_nothing_is_counted_without_its_words(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    see(browser, "/services?text=skydiving&postcode=CB4+3EH")
    see(browser, "/services?text=wool")
    kept = rows(database, gap)
    assert [(row["need"], row["detail"], row["area"], row["why"], row["count"]) for row in kept] == [
        ("search", "", CITY, "no_words", 1)
    ]


def test_what_is_there_for_others_alone_is_a_gap_here(database: Database, browser: TestClient) -> None:
    keep(database, made("energy-essex", needs=[("energy", None, 3)], areas=["E10000012"]))
    see(browser, "/services?text=leccy&postcode=CB4+3EH")
    assert [(row["detail"], row["why"]) for row in rows(database, gap)] == [("energy", "none_here")]


def test_what_is_only_shut_or_for_another_need_is_no_gap(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    see(browser, "/services?text=wool&open=1")
    see(browser, "/services?text=wool&need=food")
    assert rows(database, gap) == []


# ---- one service


def test_a_service_tells_all_that_is_for_the_public(database: Database, browser: TestClient) -> None:
    at = {"location": {"addresses": [{"address_1": "1 Mill Road", "city": "Cambridge", "postal_code": "CB1 2AA"}],
                       "accessibility": [{"description": "There is a ramp."}]}}  # fmt: skip
    hours = [{"freq": "WEEKLY", "byday": "MO", "opens_at": "10:00", "closes_at": "12:00"}]
    rule = {"about": "age_band", "min": 55, "says": "for people aged 55 or over", "source": "their website"}
    ours = {"rules": [rule], "access": "drop_in", "bring": ["your glasses"], "what_happens": "We knit.",
            "owner": {"name": "Jo Bloggs", "email": "jo@example.org"}}  # fmt: skip
    more = {"service_at_locations": [at], "schedules": hours, "phones": [{"number": "01632960100"}],
            "url": "https://knit.example.org/", "languages": [{"name": "English"}], "fees_description": "Free.",
            "service_areas": [{"name": "Cambridge", "extent": CITY}]}  # fmt: skip
    keep(database, a_service(ours=ours, **more))
    said = text_of(see(browser, f"/services/{ID}"))
    for fact in ("Knitting circle", "Wool and needles for all.", "You meet people.", "Knitting organisation",
                 "01632 960 100", "knit.example.org", "Monday, 10am to 12 noon", "1 Mill Road, Cambridge, CB1 2AA",
                 "There is a ramp.", "You can just walk in.", "For people aged 55 or over", "Cambridge", "We knit.",
                 "your glasses", "Free.", "English", "Company and friends", "1 November 2026",
                 "Demonstration data"):  # fmt: skip
        assert " ".join(fact.split()) in said or fact.lower() in said.lower(), fact
    assert "Jo Bloggs" not in said
    assert "jo@example.org" not in said


def test_each_place_has_its_own_hours(database: Database, browser: TestClient) -> None:
    def at(street: str, day: str) -> dict[str, Any]:
        hours = {"freq": "WEEKLY", "byday": day, "opens_at": "10:00", "closes_at": "12:00"}
        return {"location": {"addresses": [{"address_1": street, "city": "Ely"}]}, "schedules": [hours]}

    keep(database, a_service(service_at_locations=[at("1 Mill Road", "MO"), at("2 High Street", "TU")]))
    said = text_of(see(browser, f"/services/{ID}"))
    assert said.index("1 Mill Road") < said.index("Monday, 10am to 12 noon") < said.index("2 High Street")
    assert said.index("2 High Street") < said.index("Tuesday, 10am to 12 noon")
    assert said.count("Closed now.") + said.count("Open now") == 2


def test_where_a_refuge_is_stands_nowhere(database: Database, browser: TestClient) -> None:
    address = {"address_1": "1 Hidden Lane", "city": "Ely", "postal_code": "CB7 4EE"}
    at = {"location": {"name": "Rose House", "latitude": 52.2, "longitude": 0.1, "addresses": [address]}}
    text = "Come to Rose House, 1 Hidden Lane, CB7 4EE."
    keep(
        database, a_service(ours={"confidential_address": True}, service_at_locations=[at], description=text, why=text)
    )
    for path in (f"/services/{ID}", "/services", "/services?text=hidden+lane", "/services?text=knitting"):
        page = see(browser, path)
        for secret in ("Hidden Lane", "CB7 4EE", "Rose House", "52.2"):
            assert secret not in page.replace('value="hidden lane"', ""), (path, secret)
    assert "kept secret" in see(browser, f"/services/{ID}")


def test_a_place_to_be_safe_gives_nothing_away_in_the_title(database: Database, browser: TestClient) -> None:
    keep(database, {**a_service(), "front_door": {"needs": [{"need": "domestic_abuse", "strength": 3}]}})
    assert "<title>Front Door</title>" in see(browser, f"/services/{ID}")
    keep(database, a_service())
    assert "<title>Knitting circle – Front Door</title>" in see(browser, f"/services/{ID}")


def test_what_nobody_checked_for_long_says_so(database: Database, browser: TestClient) -> None:
    keep(database, a_service(assured_date="2020-01-01"))
    for path in ("/services", f"/services/{ID}"):
        assert "fd-results__doubt" in see(browser, path) or "govuk-inset-text" in see(browser, path)
    keep(database, a_service(assured_date="2026-11-20"))
    for path in ("/services", f"/services/{ID}"):
        assert "fd-results__doubt" not in see(browser, path)
        assert "govuk-inset-text" not in see(browser, path)


@pytest.mark.parametrize("how", ["removed", "defunct", "inactive"])
def test_what_is_there_no_more_is_told_kindly(database: Database, browser: TestClient, how: str) -> None:
    keep(database, a_service(status="active" if how == "removed" else how))
    if how == "removed":
        remove(database, a_service())
    said = text_of(see(browser, f"/services/{ID}", status=410))
    assert "not on our list any more" in said
    assert "Wool" not in said
    assert browser.post(f"/services/{ID}/wrong", data={"part": "phone"}).status_code == 410


def test_what_is_closed_for_now_is_still_there(database: Database, browser: TestClient) -> None:
    keep(database, a_service(status="temporarily closed"))
    assert "Closed for now" in text_of(see(browser, f"/services/{ID}"))


def test_what_never_was_for_the_public_is_not_found(database: Database, browser: TestClient) -> None:
    keep(database, a_service(ours={"internal": True}))
    for path in (f"/services/{ID}", "/services/no-such-service", "/services/%00", "/services/" + "x" * 500):
        assert "Knitting" not in see(browser, path, status=404)


# ---- something is wrong


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def test_what_is_wrong_is_told_with_one_tap_and_once(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    page = see(browser, f"/services/{ID}")
    for _ in range(3):
        answer = browser.post(f"/services/{ID}/wrong", data={"part": "phone", "csrf": csrf(page)})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/services/{ID}#wrong"
    told = rows(database, evidence)
    assert [(row["service_id"], row["kind"], row["part"]) for row in told] == [(ID, "said_wrong", "phone")]
    assert "Thank you" in text_of(see(browser, f"/services/{ID}"))


def test_exit_takes_back_what_tells_which_service_was_looked_at(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    page = see(browser, f"/services/{ID}")
    browser.post(f"/services/{ID}/wrong", data={"part": "phone", "csrf": csrf(page)})
    assert "told" in browser.cookies
    browser.get("/exit")
    assert "told" not in browser.cookies
    assert "Thank you" not in see(browser, f"/services/{ID}")


def test_enough_of_it_makes_the_facts_doubtful(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    page = see(browser, f"/services/{ID}")
    assert "govuk-inset-text" not in page
    browser.post(f"/services/{ID}/wrong", data={"part": "hours", "csrf": csrf(page)})
    assert "govuk-inset-text" in see(browser, f"/services/{ID}")


def test_nothing_chosen_is_told_what_to_do(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    page = see(browser, f"/services/{ID}")
    for part in ("", "free text", "phone; drop table"):
        answer = browser.post(f"/services/{ID}/wrong", data={"part": part, "csrf": csrf(page)})
        assert answer.status_code == 400
        assert "Choose what is wrong." in text_of(answer.text)
        assert '<a href="#part"' in answer.text
    assert rows(database, evidence) == []


def test_a_form_that_is_not_ours_tells_nothing(database: Database, browser: TestClient) -> None:
    keep(database, a_service())
    page = see(browser, f"/services/{ID}")
    assert browser.post(f"/services/{ID}/wrong", data={"part": "phone"}).status_code == 400
    assert browser.post(f"/services/{ID}/wrong", data={"part": "phone", "csrf": "0" * 64}).status_code == 400
    elsewhere = browser.post(
        f"/services/{ID}/wrong", data={"part": "phone", "csrf": csrf(page)}, headers={"sec-fetch-site": "cross-site"}
    )
    assert elsewhere.status_code == 400
    assert rows(database, evidence) == []


def test_one_browser_tells_of_a_few_services_a_day(database: Database, browser: TestClient) -> None:
    several = [{**a_service(), "id": f"11111111-1111-4111-8111-{number:012}"} for number in range(13)]
    keep(database, *several)
    token = csrf(see(browser, f"/services/{several[0]['id']}"))
    for one in several:
        browser.post(f"/services/{one['id']}/wrong", data={"part": "phone", "csrf": token})
    assert len(rows(database, evidence)) == 10
