"""The pages for going on elsewhere: a link, a square, a code, each good once; looking uses nothing up."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from casework import tables as t
from casework import tickets
from casework.conversations import load_conversation
from casework.sittings import let_in, start_conversation
from foundation.clock import utc_now
from foundation.database import Database
from foundation.settings import Settings
from tests.conftest import rows
from tests.integration.texting_fixtures import in_threads, seconds
from web.app import make_app
from web.dressing import new_link
from web.edge import Edge
from web.moving import MOST_LINKS, send_link
from web.sittings import CHAT

PUBLIC = "https://help.example.org"
GOOD = "07700 900482"


@pytest.fixture
def edge(database: Database, tmp_path: Path) -> Edge:
    """The edge with GOV.UK Notify for texts; nothing is sent, since no sender runs."""
    settings = Settings(
        demonstration=True,
        var=tmp_path,
        database_url=database.url.render_as_string(hide_password=False),
        public_url=PUBLIC,
        sms_provider="notify",
        notify_api_key="test-" + "0" * 73,
        notify_template="11111111-1111-1111-1111-111111111111",
        notify_callback_token="x" * 40,
    )
    made = make_app(settings).state.edge
    assert isinstance(made, Edge)
    yield made
    made.database.close()


@pytest.fixture
def app(edge: Edge) -> Any:
    made = make_app(edge.settings)
    yield made
    made.state.edge.database.close()


@pytest.fixture
def browser(app: Any) -> TestClient:
    return TestClient(app, base_url=PUBLIC, follow_redirects=False)


def sit_down(edge: Edge, browser: TestClient) -> str:
    """A conversation that this browser holds; its id."""
    identity, token = start_conversation(edge.database, channel="website", now=utc_now())
    browser.cookies.set(CHAT, edge.sittings.seal(CHAT, [identity, token]))
    return identity


def csrf(page: str) -> str:
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found, page
    return found[1]


def held(edge: Edge, browser: TestClient) -> str | None:
    """The conversation that the browser's cookie opens."""
    sitting = edge.sittings.unseal(CHAT, browser.cookies.get(CHAT))
    if sitting is None:
        return None
    assert isinstance(sitting, list)
    return let_in(edge.database, *sitting).id


def conversation(edge: Edge) -> str:
    return start_conversation(edge.database, channel="kiosk", now=utc_now())[0]


# ---------------------------------------------------------------- arriving
def test_looking_at_a_private_link_uses_nothing_up(edge: Edge, browser: TestClient) -> None:
    identity = conversation(edge)
    path = new_link(edge.database, identity, PUBLIC).removeprefix(PUBLIC)
    for _ in range(3):  # the phone's preview, a virus scanner, a person
        page = browser.get(path)
        assert page.status_code == 200
        assert browser.head(path).status_code == 200
    assert [row["used_at"] for row in rows(edge.database, t.ticket)] == [None]
    assert held(edge, browser) is None, "and opens nothing"
    done = browser.post("/carry-on", data={"csrf": csrf(page.text), "code": path.removeprefix("/m/")})
    assert (done.status_code, done.headers["location"]) == (303, "/chat")
    assert held(edge, browser) == identity
    assert rows(edge.database, t.ticket)[0]["used_at"] is not None


def test_the_page_of_a_link_is_kept_by_nobody_and_tells_nobody_where_it_was(edge: Edge, browser: TestClient) -> None:
    page = browser.get(new_link(edge.database, conversation(edge), PUBLIC).removeprefix(PUBLIC))
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


def test_a_used_link_says_so_kindly(edge: Edge, app: Any, browser: TestClient) -> None:
    path = new_link(edge.database, conversation(edge), PUBLIC).removeprefix(PUBLIC)
    form = {"csrf": csrf(browser.get(path).text), "code": path.removeprefix("/m/")}
    assert browser.post("/carry-on", data=form).status_code == 303
    second = TestClient(app, base_url=PUBLIC, follow_redirects=False)
    again = second.post("/carry-on", data={**form, "csrf": csrf(second.get(path).text)})
    assert again.status_code == 400
    assert "That code does not work." in again.text
    assert "Get a new one where you were before." in again.text
    assert form["code"] not in again.text, "the page does not repeat the secret"
    assert held(edge, second) is None


@pytest.mark.parametrize("typed", ["", "hello", "7K4M2PQR", "%00", "x" * 5000, "<script>alert(1)</script>"])
def test_a_wrong_code_says_so_kindly(edge: Edge, browser: TestClient, typed: str) -> None:
    page = browser.post("/carry-on", data={"csrf": csrf(browser.get("/carry-on").text), "code": typed})
    assert page.status_code == 400
    assert "That code does not work." in page.text
    assert "<script>alert" not in page.text
    assert held(edge, browser) is None


def test_a_typed_code_with_spaces_and_small_letters(edge: Edge, browser: TestClient) -> None:
    identity = conversation(edge)
    code = tickets.show_code(tickets.typed_code(edge.database, identity, now=utc_now())).lower()
    form = {"csrf": csrf(browser.get("/carry-on").text), "code": f" {code} "}
    assert browser.post("/carry-on", data=form).status_code == 303
    assert held(edge, browser) == identity


def test_too_old_a_code(edge: Edge, browser: TestClient) -> None:
    code = tickets.typed_code(edge.database, conversation(edge), now=utc_now() - seconds(15 * 60 + 1))
    page = browser.post("/carry-on", data={"csrf": csrf(browser.get("/carry-on").text), "code": code})
    assert page.status_code == 400
    assert held(edge, browser) is None


@pytest.mark.parametrize("wrong", ["", "0" * 64, None])
def test_a_form_from_elsewhere_uses_no_code_up(edge: Edge, browser: TestClient, wrong: str | None) -> None:
    code = tickets.typed_code(edge.database, conversation(edge), now=utc_now())
    form = {"code": code} if wrong is None else {"code": code, "csrf": wrong}
    page = browser.post("/carry-on", data=form)
    assert page.status_code == 400
    assert "too old" in page.text
    assert rows(edge.database, t.ticket)[0]["used_at"] is None
    assert held(edge, browser) is None


def test_the_language_comes_along(edge: Edge, browser: TestClient) -> None:
    identity = conversation(edge)
    with edge.database.writing() as db:
        db.execute(t.conversation.update().values(language="pl"))
    code = tickets.typed_code(edge.database, identity, now=utc_now())
    browser.post("/carry-on", data={"csrf": csrf(browser.get("/carry-on").text), "code": code})
    assert 'lang="pl"' in browser.get("/carry-on").text


# ---------------------------------------------------------------- leaving
def test_the_square_and_the_code_of_the_page_open_this_conversation(edge: Edge, app: Any, browser: TestClient) -> None:
    identity = sit_down(edge, browser)
    page = browser.get("/move")
    assert page.status_code == 200
    assert "<svg" in page.text
    code = re.search(r"\b([2-9A-HJKMNP-Z]{4} [2-9A-HJKMNP-Z]{4})\b", page.text)
    assert code, page.text
    phone = TestClient(app, base_url=PUBLIC, follow_redirects=False)
    phone.post("/carry-on", data={"csrf": csrf(phone.get("/carry-on").text), "code": code[1]})
    assert held(edge, phone) == held(edge, browser) == identity


def test_without_a_conversation_there_is_nothing_to_move(edge: Edge, browser: TestClient) -> None:
    assert browser.get("/move").headers["location"] == "/carry-on"
    assert browser.post("/move", data={"phone": GOOD}).headers["location"] == "/carry-on"
    assert rows(edge.database, t.ticket) == rows(edge.database, t.outbox) == []


@pytest.mark.parametrize(
    "typed",
    [GOOD, "07700900482", "+447700900482", "+44 (0)7700 900482", "0044 7700 900482", "07700-900-482", "(07700) 900482"],
)
def test_a_link_is_texted_to_a_uk_mobile(edge: Edge, browser: TestClient, typed: str) -> None:
    identity = sit_down(edge, browser)
    page = browser.post("/move", data={"csrf": csrf(browser.get("/move").text), "phone": typed})
    assert page.status_code == 200
    (parcel,) = rows(edge.database, t.outbox)
    assert (parcel["channel"], parcel["address"], parcel["conversation_id"]) == ("sms", "+447700900482", identity)
    link = re.search(rf"{PUBLIC}/m/(\S+)", parcel["body"]["text"])
    assert link
    with edge.database.writing() as db:
        assert tickets.redeem(db, link[1], now=utc_now()) == identity


@pytest.mark.parametrize(
    "typed",
    ["", "hello", "01632 960123", "07700 90048", "07700 9004821", "+33 6 12 34 56 78", "999", "070 1234 5678",
     "07600 123456", "0800 1111", "+1 202 555 0143"],
)  # fmt: skip
def test_nothing_is_texted_to_any_other_number(edge: Edge, browser: TestClient, typed: str) -> None:
    sit_down(edge, browser)
    page = browser.post("/move", data={"csrf": csrf(browser.get("/move").text), "phone": typed})
    assert page.status_code == 400
    assert "Write a UK mobile number" in page.text
    assert rows(edge.database, t.outbox) == []


def test_a_form_from_elsewhere_texts_nobody(edge: Edge, browser: TestClient) -> None:
    sit_down(edge, browser)
    assert browser.post("/move", data={"csrf": "0" * 64, "phone": GOOD}).status_code == 303
    assert rows(edge.database, t.outbox) == []


def test_three_links_a_conversation_and_no_more(edge: Edge, browser: TestClient) -> None:
    sit_down(edge, browser)
    for _ in range(MOST_LINKS):
        assert browser.post("/move", data={"csrf": csrf(browser.get("/move").text), "phone": GOOD}).status_code == 200
    page = browser.post("/move", data={"csrf": csrf(browser.get("/move").text), "phone": GOOD})
    assert (page.status_code, len(rows(edge.database, t.outbox))) == (400, MOST_LINKS)
    assert "already" in page.text
    other = TestClient(browser.app, base_url=PUBLIC, follow_redirects=False)
    sit_down(edge, other)
    assert other.post("/move", data={"csrf": csrf(other.get("/move").text), "phone": GOOD}).status_code == 200


def test_links_to_two_phones_both_go(edge: Edge) -> None:
    from casework.outbox import claim

    mine = load_conversation(edge.database, conversation(edge))
    assert send_link(edge, mine, "+447700900482")
    assert send_link(edge, mine, "+447700900111")
    due = claim(edge.database, holder="one", now=utc_now(), until=utc_now() + seconds(90), limit=8)
    assert {each.address for each in due} == {"+447700900482", "+447700900111"}


@pytest.mark.race
def test_asked_many_times_at_once_it_is_still_three(edge: Edge) -> None:
    mine = load_conversation(edge.database, conversation(edge))
    found = in_threads(send_link, [(edge, mine, "+447700900482")] * 8)
    assert all(isinstance(each, bool) for each in found), found
    assert 1 <= len(rows(edge.database, t.outbox)) <= MOST_LINKS
