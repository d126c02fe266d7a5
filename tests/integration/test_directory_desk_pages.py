"""The directory's desk over HTTP: who is let in, what is kept, what is told, and what nobody else gets to see."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from casework.staff import Staff, add_staff
from directory.keeping import editing, evidence, reviews
from directory.keeping.judging import faults_of
from directory.keeping.tables import conflict, gap, proposed_rule, quarantine, service, service_version
from directory.keeping.tables import evidence as told
from directory.keeping.versions import record_version
from foundation.clock import to_london, utc_now
from foundation.database import Database
from foundation.settings import Settings
from tests.conftest import rows
from tests.unit.directory_fixtures import made
from web.app import make_app
from web.sittings import DESK

PEOPLE = (
    Staff("anna", "Anna", "", "directory_editor", organisation_id="org-a"),
    Staff("ben", "Ben", "", "directory_editor", organisation_id="org-b"),
    Staff("team", "Team", "", "directory_manager"),
    Staff("priya", "Priya", "", "named_contact"),
)
A = "/desk/directory/services/a"
ADDRESS = {"id": "ad", "address_1": "7 Hidden Lane", "city": "Cambridge", "postal_code": "CB1 1BD", "country": "GB",
           "state_province": "", "address_type": "physical"}  # fmt: skip
PLACES = [
    {"id": "p", "location": {"id": "l", "location_type": "physical", "name": "Oak House", "addresses": [ADDRESS]}}
]


@pytest.fixture
def kept(database: Database) -> Database:
    """A service of each of two organisations, and people to keep them."""
    with database.writing() as db:
        for name in "ab":
            document = made(name, owner={"name": "Ada", "email": "ada@example.org"}, access="drop_in")
            document |= {"description": "Help.", "assured_date": "2026-01-01"}
            record_version(db, name, document, by=None, why="imported", now=utc_now())
    for person in PEOPLE:
        add_staff(database, person, password=None)
    return database


@pytest.fixture
def sign_in(kept: Database, tmp_path: Path) -> Iterator[Callable[[str], TestClient]]:
    """A browser at the edge, with the cookie that somebody has once they signed in."""
    settings = Settings(demonstration=True, var=tmp_path, database_url=kept.url.render_as_string(hide_password=False))
    app = make_app(settings)

    def browser(username: str) -> TestClient:
        client = TestClient(app, follow_redirects=False)
        if username:
            client.cookies.set(DESK, app.state.edge.sittings.seal(DESK, username))
        return client

    yield browser
    app.state.edge.database.close()


def csrf(html: str) -> dict[str, str]:
    found = re.search(r'name="csrf" value="(\w+)"', html)
    assert found is not None
    return {"csrf": found[1]}


def token(client: TestClient) -> dict[str, str]:
    """The token of this browser's forms, from any page: sign out is on all of them."""
    return csrf(client.get("/desk/directory").text)


def version(database: Database, service_id: str = "a") -> int:
    with database.reading() as db:
        return editing.load_record(db, service_id).version


def change(database: Database, **values: Any) -> None:
    """Another state of the service `a`, as a feed would bring it."""
    with database.writing() as db:
        document = editing.load_record(db, "a").document
        ours = document["front_door"] | values.pop("front_door", {})
        record_version(db, "a", {**document, **values, "front_door": ours}, by=None, why="imported", now=utc_now())


def shown(html: str) -> str:
    """What a person reads of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.partition("<main")[2])).split())


ABOUT = {"name": "New name", "description": "Help.", "version": "1", "save": "yes"}


# ---------------------------------------------------------------- who is let in
def test_each_role_lands_on_its_own_home(sign_in: Callable[[str], TestClient]) -> None:
    for username in ("anna", "team"):
        assert sign_in(username).get("/desk").headers["location"] == "/desk/directory"
    assert sign_in("priya").get("/desk").status_code == 200
    assert sign_in("priya").get("/desk/directory").status_code == 403
    assert sign_in("").get("/desk/directory").headers["location"] == "/desk/sign-in"


FORGED: list[tuple[str, dict[str, str]]] = [
    (f"{A}/change/about", ABOUT),
    (A, {"do": "still_right", "version": "1"}),
    (A, {"do": "settle", "told": "1"}),
    (A, {"do": "link"}),
    (f"{A}/history", {"to": "1", "version": "1"}),
    ("/desk/directory/conflicts", {"conflict": "1", "take": "theirs"}),
    ("/desk/directory/proposals", {"proposal": "1", "do": "confirm"}),
    ("/desk/directory/proposals", {"proposal": "1", "do": "refuse"}),
    ("/desk/directory/told", {"told": "1"}),
    ("/desk/directory/set-aside/1", {"do": "away"}),
    ("/desk/directory/set-aside/1", {"do": "corrected", "record": json.dumps(made("c"))}),
]
# What the council's team settles for everybody.
THE_TEAMS = ("settle", "link", "away", "corrected")


@pytest.fixture
def busy(kept: Database) -> Database:
    """Something waits on every list."""
    with kept.writing() as db:
        evidence.record_evidence(db, "a", kind="said_wrong", part="phone", now=utc_now())
        db.execute(conflict.insert().values(service_id="a", path="name", ours="A", theirs="Theirs", at=utc_now()))
        rule = {"about": "age_band", "min": 65, "says": "for people over 65"}
        values = {"wording": "65+", "rules": [rule], "left": "", "state": "proposed", "at": utc_now()}
        db.execute(proposed_rule.insert().values(service_id="a", **values))
        record = json.dumps(made("c") | {"status": "open"})
        db.execute(quarantine.insert().values(source="f", name="C", record=record, reason="The status", at=utc_now()))
    return kept


def everything(database: Database) -> list[Any]:
    return [
        sorted(map(str, rows(database, table)))
        for table in (service, service_version, conflict, proposed_rule, quarantine, told)
    ]


@pytest.mark.parametrize("username", ["ben", "team", "priya", ""])
def test_a_forged_form_of_somebody_else_changes_nothing(
    busy: Database, sign_in: Callable[[str], TestClient], username: str
) -> None:
    client, before = sign_in(username), everything(busy)
    forms = csrf(client.get("/desk/sign-in").text)
    for path, form in FORGED:
        if username == "team" and (form.get("do") in THE_TEAMS or path.endswith("/told")):
            continue
        answer = client.post(path, data={**forms, **form})
        assert answer.status_code == (303 if username == "" else 403), path
        assert everything(busy) == before, path


def test_a_form_from_another_site_changes_nothing(busy: Database, sign_in: Callable[[str], TestClient]) -> None:
    client, before = sign_in("anna"), everything(busy)
    mine, stranger = token(client), csrf(sign_in("ben").get("/desk/directory").text)
    for path, form in FORGED[:9]:
        for more, headers in (({}, {}), (stranger, {}), (mine, {"sec-fetch-site": "cross-site"})):
            assert client.post(path, data={**more, **form}, headers=headers).headers["location"] == "/desk"
    assert everything(busy) == before


def test_the_same_forms_of_the_right_people_do_what_they_say(
    busy: Database, sign_in: Callable[[str], TestClient]
) -> None:
    """That the forged ones are refused says something only because these go through."""
    anna, team = sign_in("anna"), sign_in("team")
    for path, form in FORGED:
        client = team if "set-aside" in path and form["do"] == "corrected" else anna
        if "set-aside" in path and client is anna:
            continue
        if form.get("do") == "refuse" or path.endswith("/told"):
            continue  # these were settled by the ones before them
        form = form | ({"version": str(version(busy))} if "version" in form else {})
        answer = client.post(path, data={**token(client), **form})
        assert answer.status_code == (200 if form.get("do") == "link" else 303), (path, answer.text[:3000])
    assert [rows(busy, table) for table in (conflict, quarantine)] == [[], []]
    assert rows(busy, told)[0]["settled_by"] == "anna"
    assert {row["id"] for row in rows(busy, service)} == {"a", "b", "c"}


# ---------------------------------------------------------------- adding
ADD = "/desk/directory/add"
NEW = {
    "name": "Lunch club", "description": "A warm lunch.", "need-food": "3", "number-0": "01223 457000",
    "description-0": "", "url": "", "area-0": "E07000008", "save": "yes",
}  # fmt: skip


def marked(client: TestClient) -> dict[str, str]:
    """What an empty form for a new service holds that nobody types."""
    page = client.get(ADD).text
    found = re.search(r'name="mark" value="(\w+)"', page)
    assert found is not None
    return {**csrf(page), "mark": found[1]}


def test_a_service_is_added_and_filled_in_by_the_forms_that_there_are(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    client = sign_in("anna")
    assert f'href="{ADD}"' in client.get("/desk/directory").text
    answer = client.post(ADD, data={**marked(client), **NEW})
    assert answer.status_code == 303
    at = answer.headers["location"].partition("?")[0]
    page = shown(client.get(answer.headers["location"]).text)
    for said in ("Lunch club", "Added. People can find it now", "A organisation", "01223 457000", "comes from no feed"):
        assert said in page
    client.post(f"{at}/change/wording", data={**token(client), "why": "It is warm.", "version": "1", "save": "yes"})
    past = shown(client.get(f"{at}/history").text)
    assert "Anna Added here" in past
    assert "Anna Changed What we tell people" in past


def test_the_same_form_sent_twice_makes_one_service(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("anna")
    form = {**marked(client), **NEW}
    first, second = (client.post(ADD, data=form).headers["location"] for _ in range(2))
    assert first == second
    assert len(rows(kept, service)) == 3
    other = client.post(ADD, data={**form, "name": "Supper club"})
    assert other.status_code == 409
    assert 'value="Supper club"' in other.text
    assert f'href="{first.partition("?")[0]}"' in other.text
    assert len(rows(kept, service)) == 3
    again = re.search(r'name="mark" value="(\w+)"', other.text)
    assert again is not None
    assert client.post(ADD, data={**form, "name": "Supper club", "mark": again[1]}).status_code == 303
    assert len(rows(kept, service)) == 4


WRONG = [
    ({"name": ""}, "name"), ({"description": ""}, "description"), ({"need-food": ""}, "need-"),
    ({"number-0": "ring us"}, "number-0"), ({"number-0": ""}, "number-0"), ({"url": "lunch"}, "url"),
    ({"area-0": "here"}, "area-0"), ({"mark": "old"}, "part-form"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "box"), WRONG, ids=[str(typed) for typed, _ in WRONG])
def test_what_is_wrong_with_a_new_service_is_told_and_nothing_typed_is_lost(
    kept: Database, sign_in: Callable[[str], TestClient], typed: dict[str, str], box: str
) -> None:
    client = sign_in("anna")
    sent = {**marked(client), **NEW, **typed}
    answer = client.post(ADD, data=sent)
    assert answer.status_code == 400
    assert f'href="#{box}' in answer.text
    for name in ("name", "description", "number-0", "url", "area-0"):
        assert sent[name] in unescape(answer.text)
    assert re.search(r'name="mark" value="[0-9a-f]{32}"', answer.text), "so that it can be sent again"
    assert len(rows(kept, service)) == 2


def test_another_phone_is_asked_for_without_keeping_anything(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    client = sign_in("anna")
    answer = client.post(ADD, data={**marked(client), **NEW, "name": "", "more": "yes"})
    assert answer.status_code == 200
    assert 'id="number-1"' in answer.text
    assert "There is a problem" not in answer.text
    assert len(rows(kept, service)) == 2


def test_only_an_editor_adds_and_only_to_an_organisation_that_is_known(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    add_staff(kept, Staff("new", "New", "", "directory_editor", organisation_id="org-new"), password=None)
    mark = {"mark": "0" * 32}
    for username, status in (("team", 403), ("priya", 403), ("new", 409), ("", 303)):
        client = sign_in(username)
        assert client.get(ADD).status_code == status
        forms = csrf(client.get("/desk/sign-in").text)
        assert client.post(ADD, data={**forms, **mark, **NEW}).status_code == status
    assert "Ask the council’s directory team" in shown(sign_in("new").get(ADD).text)
    assert f'href="{ADD}"' not in sign_in("team").get("/desk/directory").text
    assert len(rows(kept, service)) == 2


# ---------------------------------------------------------------- changing
def test_a_change_is_kept_and_shown(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("anna")
    form = client.get(f"{A}/change/about")
    assert 'value="A"' in form.text
    answer = client.post(f"{A}/change/about", data={**csrf(form.text), **ABOUT})
    assert answer.headers["location"] == f"{A}?saved=about#about"
    page = shown(client.get(answer.headers["location"]).text)
    assert "New name" in page
    assert "Saved." in page
    assert "Anna Changed About the service" in shown(client.get(f"{A}/history").text)


def test_a_service_is_closed_and_opened_again(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("anna")
    told = ("Saved. People are not shown this service any more.", "Saved. People are shown this service again.")
    for base, (status, label, said) in enumerate(
        (("temporarily closed", "Closed for now", told[0]), ("active", "Open to people", told[1])), start=1
    ):
        form = client.get(f"{A}/change/status")
        typed = {**csrf(form.text), "status": status, "version": str(base), "save": "yes"}
        answer = client.post(f"{A}/change/status", data=typed)
        page = client.get(answer.headers["location"]).text
        assert said in shown(page)
        assert f"Open or closed {label} Change" in shown(page)
        assert ('fd-tag--quiet">Closed for now<' in page) is (status != "active")
    assert "Anna Changed Open or closed" in shown(client.get(f"{A}/history").text)
    assert client.post(f"{A}/change/status", data={**token(client), "status": "x", "version": "3"}).status_code == 400


def test_what_is_wrong_is_told_and_what_was_typed_is_still_there(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    client = sign_in("anna")
    typed = {**ABOUT, "url": "not an address", "description": "Long and <b>new</b>"}
    answer = client.post(f"{A}/change/about", data={**token(client), **typed})
    assert answer.status_code == 400
    assert 'href="#url"' in answer.text
    assert 'id="url-error"' in answer.text
    assert "Long and &lt;b&gt;new&lt;/b&gt;" in answer.text
    assert 'value="not an address"' in answer.text
    assert version(kept) == 1


def test_another_row_is_added_without_keeping_anything(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("anna")
    typed = {"version": "1", "number-0": "01223 457000", "id-0": "", "description-0": "", "more": "yes"}
    answer = client.post(f"{A}/change/phones", data={**token(client), **typed})
    assert answer.status_code == 200
    assert 'value="01223 457000"' in answer.text
    assert 'id="number-1"' in answer.text
    assert version(kept) == 1


def test_a_change_of_somebody_else_meanwhile_is_shown_beside_mine(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    client = sign_in("anna")
    change(kept, name="The feed's name")
    answer = client.post(f"{A}/change/about", data={**token(client), **ABOUT})
    assert answer.status_code == 409
    page = shown(answer.text)
    assert "Somebody changed this while you were writing" in page
    assert "The feed changed it" in page
    assert "The feed's name" in page
    assert 'value="New name"' in answer.text
    assert version(kept) == 2
    again = client.post(f"{A}/change/about", data={**token(client), **ABOUT, "version": "2"})
    assert again.status_code == 303
    assert version(kept) == 3


def test_still_right_is_not_taken_for_what_was_not_seen(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("anna")
    change(kept, name="The feed's name")
    answer = client.post(A, data={**token(client), "do": "still_right", "version": "1"})
    assert answer.status_code == 409
    answer = client.post(A, data={**token(client), "do": "still_right", "version": "2"})
    assert answer.status_code == 303
    with kept.reading() as db:
        assert editing.load_record(db, "a").document["assured_date"] == to_london(utc_now()).date().isoformat()


def test_an_old_state_is_brought_back(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("anna")
    change(kept, name="Worse")
    page = shown(client.get(f"{A}/history?from=1&to=2").text)
    assert "Was: A" in page
    assert "Is: Worse" in page
    stale = client.post(f"{A}/history", data={**token(client), "to": "1", "version": "1"})
    assert stale.status_code == 409
    client.post(f"{A}/history", data={**token(client), "to": "1", "version": "2"})
    with kept.reading() as db:
        assert editing.load_record(db, "a").name == "A"


@pytest.mark.parametrize(
    "path",
    [f"{A}/change/owner2", f"{A}/history?from=1&to=99", f"{A}/history?from=x&to=1", "/desk/directory/services/none",
     "/desk/directory/services/none/change/about", "/desk/directory/services/none/history"],
)  # fmt: skip
def test_what_is_not_there_is_a_plain_page(sign_in: Callable[[str], TestClient], path: str) -> None:
    answer = sign_in("anna").get(path)
    assert answer.status_code == 404
    assert "Back to your desk" in answer.text


# ---------------------------------------------------------------- what nobody else gets to see
def test_a_refuge_is_shown_to_its_own_editors_and_the_team_alone(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    change(kept, service_at_locations=PLACES, front_door={"confidential_address": True})
    for username, sees in (("anna", True), ("team", True), ("ben", False)):
        client = sign_in(username)
        page = client.get(A)
        assert page.status_code == 200
        for secret in ("Hidden Lane", "CB1 1BD", "Oak House", "ada@example.org"):
            assert (secret in page.text) is sees, (username, secret)
        assert client.get(f"{A}/history").status_code == (200 if sees else 403)
        assert client.get(f"{A}/change/places").status_code == (200 if username == "anna" else 403)


def test_a_service_for_staff_alone_is_not_in_others_lists(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    change(kept, name="Secret desk", front_door={"internal": True})
    for username, sees in (("anna", True), ("team", True), ("ben", False)):
        client = sign_in(username)
        assert ("Secret desk" in client.get("/desk/directory?whose=all").text) is sees
        assert client.get(A).status_code == (200 if sees else 403)


def test_what_people_write_is_never_markup(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    change(kept, name="<script>alert(1)</script>", url="javascript:alert(2)")
    for path in (A, f"{A}/change/about", f"{A}/history?from=1&to=2", "/desk/directory?words=<script>&whose=all"):
        page = sign_in("anna").get(path).text
        assert "<script>alert" not in page
        assert 'href="javascript' not in page


# ---------------------------------------------------------------- the lists
def test_the_list_is_filtered_searched_and_paged(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    fresh = to_london(utc_now()).date().isoformat()
    with kept.writing() as db:
        for number in range(120):
            document = made(f"n{number:03}", needs=[("food", None, 3)])
            document |= {
                "organization": {"id": "org-n", "name": "Many"},
                "assured_date": fresh,
                "name": f"Club {number:03}",
            }
            record_version(db, document["id"], document, by=None, why="imported", now=utc_now())
        record_version(db, "b", made("b"), by=None, why="removed", now=utc_now(), removed=True)
    team, anna = sign_in("team"), sign_in("anna")
    links = re.compile(r'href="/desk/directory/services/(\w+)"')
    pages = [links.findall(team.get(f"/desk/directory?page={page}").text) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [50, 50, 21, 0]
    assert len({found for page in pages for found in page}) == 121
    assert links.findall(anna.get("/desk/directory").text) == ["a"]
    assert links.findall(team.get("/desk/directory?which=check").text) == ["a"]
    assert links.findall(team.get("/desk/directory?which=removed").text) == ["b"]
    assert links.findall(team.get("/desk/directory?words=club+042").text)[0] == "n042"
    assert links.findall(team.get("/desk/directory?words=%25").text) == []
    assert team.get("/desk/directory?which=nonsense&page=x&words=%00").status_code == 200


def test_the_team_sees_all_lists_and_an_editor_only_theirs(
    busy: Database, sign_in: Callable[[str], TestClient]
) -> None:
    for name in ("told", "conflicts", "proposals"):
        pages = {username: sign_in(username).get(f"/desk/directory/{name}") for username in ("anna", "ben", "team")}
        assert {username: 'services/a"' in page.text for username, page in pages.items()} == {
            "anna": True, "ben": False, "team": True,
        }  # fmt: skip
        if name != "told":
            assert '<button class="govuk-button govuk-button--secondary" name' not in pages["team"].text
    for name in ("set-aside", "set-aside/1", "reminders"):
        assert sign_in("team").get(f"/desk/directory/{name}").status_code == 200
        assert sign_in("anna").get(f"/desk/directory/{name}").status_code == 403


def test_a_record_that_cannot_be_corrected_says_why_and_keeps_what_was_typed(
    busy: Database, sign_in: Callable[[str], TestClient]
) -> None:
    team = sign_in("team")
    answer = team.post("/desk/directory/set-aside/1", data={**token(team), "do": "corrected", "record": '{"id": '})
    assert answer.status_code == 400
    assert "not whole JSON" in answer.text
    assert "{&#34;id&#34;:" in answer.text
    assert len(rows(busy, quarantine)) == 1


def test_what_a_check_finds_is_said_in_polish_at_a_polish_desk(
    busy: Database, sign_in: Callable[[str], TestClient]
) -> None:
    bad = made("d") | {"status": "open", "url": "lunch"}
    with busy.writing() as db:
        reason = " ".join(map(str, faults_of(bad, to_london(utc_now()).date())))
        values = {"source": "f", "record": json.dumps(bad), "at": utc_now()}
        db.execute(quarantine.insert().values(name="D", reason=reason, **values))
        db.execute(quarantine.insert().values(name="E", reason="We cannot tell.", **values))
    team = sign_in("team")
    english = {path: shown(team.get(f"/desk/directory/{path}").text) for path in ("set-aside", "set-aside/2")}
    assert all(reason in page for page in english.values())
    team.get("/language/pl")
    for path in english:
        page = team.get(f"/desk/directory/{path}").text
        assert "Status to 'open'; możliwe są: active, inactive, defunct, temporarily closed." in shown(page)
        assert "Adres internetowy 'lunch' nie zaczyna się od http:// ani https:// albo jest w nim spacja." in shown(
            page
        )
        assert reason not in shown(page)
    assert '<span lang="en">We cannot tell.</span>' in team.get("/desk/directory/set-aside").text
    typed = {**token(team), "do": "corrected", "record": json.dumps({**bad, "status": "active"})}
    answer = team.post("/desk/directory/set-aside/2", data=typed)
    assert answer.status_code == 400
    assert "Adres internetowy 'lunch' nie zaczyna się" in shown(answer.text)
    nameless = {**typed, "record": json.dumps({**bad, "name": ""})}
    assert "Ta usługa nie ma pola name." in shown(team.post("/desk/directory/set-aside/2", data=nameless).text)


def test_small_numbers_are_not_in_the_gap_report(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    with kept.writing() as db:
        for need, count in (("food", 12), ("legal", 3)):
            today = to_london(utc_now()).date()
            db.execute(
                gap.insert().values(day=today, need=need, detail="", area="E07000012", why="none_here", count=count)
            )
    page = shown(sign_in("anna").get("/desk/directory/gaps").text)
    assert "Food South Cambridgeshire District Council Nobody here helps with it 12" in page
    assert "Your rights and the law Not told Nobody here helps with it Fewer than 5" in page


# ---------------------------------------------------------------- an owner's link
def asked(database: Database) -> str:
    with database.writing() as db:
        return reviews.ask(db, "a", now=datetime.now(UTC) - timedelta(days=1))


def test_opening_the_link_changes_nothing_and_one_click_does(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    change(kept, service_at_locations=PLACES, front_door={"confidential_address": True, "why": "They help."})
    link, client, before = f"/review/{asked(kept)}", sign_in(""), everything(kept)
    for method in ("GET", "GET", "HEAD"):
        page = client.request(method, link)
        assert page.status_code == 200
    assert everything(kept) == before
    page = client.get(link)
    assert "They help." in page.text
    for secret in ("Hidden Lane", "CB1 1BD", "ada@example.org"):
        assert secret not in page.text
    done = client.post(link, data={**csrf(page.text), "do": "still_right", "version": "2"})
    assert "is marked as checked today" in shown(done.text)
    assert version(kept) == 3
    assert client.get(link).status_code == 404


def test_something_wrong_goes_to_the_people_who_keep_the_record(
    kept: Database, sign_in: Callable[[str], TestClient]
) -> None:
    link, client = f"/review/{asked(kept)}", sign_in("")
    form = csrf(client.get(link).text)
    assert client.post(link, data={**form, "do": "wrong"}).status_code == 400
    assert client.post(link, data={**form, "do": "wrong", "part": "soul"}).status_code == 400
    assert client.post(link, data={"do": "wrong", "part": "hours"}).status_code == 400, "without our token"
    assert client.post(link, data={**form, "do": "wrong", "part": "hours"}).status_code == 200
    assert "The opening hours" in shown(sign_in("anna").get("/desk/directory/told").text)
    assert client.post(link, data={**form, "do": "wrong", "part": "hours"}).status_code == 404


def test_a_link_made_at_the_desk_is_shown_once(kept: Database, sign_in: Callable[[str], TestClient]) -> None:
    client = sign_in("team")
    page = client.post(A, data={**token(client), "do": "link"})
    found = re.search(r'value="http://[^"]+(/review/[^"]+)"', page.text)
    assert found is not None
    assert sign_in("").get(found[1]).status_code == 200
    assert found[1] not in client.get(A).text
