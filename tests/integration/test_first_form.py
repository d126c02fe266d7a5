"""The first form of the website, sent twice before the browser has a cookie, is one conversation and one message."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from httpx import Response
from starlette.testclient import TestClient

from casework import tables as t
from foundation.database import Database
from foundation.settings import Settings
from tests.conftest import rows
from tests.integration.test_web_turns import FakeRasa
from web.app import make_app

SAID = "I am three months behind with the rent"


@pytest.fixture
def app(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setattr("web.app.Rasa", lambda *_, **__: FakeRasa())
    made = make_app(Settings(demonstration=True, var=tmp_path / "var", database_url=url))
    yield made
    made.state.edge.database.close()


def hidden(page: Response) -> dict[str, str]:
    """What stands unseen in the page's own form."""
    form = page.text.partition("<main")[2]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


def browser(app: object) -> TestClient:
    """A browser that has no cookie of ours."""
    return TestClient(app, follow_redirects=False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("page", "form"), [("/", {"text": SAID, "turn": "0"}), ("/talk", {"choice": "talk_to_person"})]
)
def test_sent_twice_it_is_one(app: object, database: Database, page: str, form: dict[str, str]) -> None:
    sent = {**hidden(browser(app).get(page)), **form}
    answers = [browser(app).post("/chat", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(rows(database, t.conversation)) == 1
    assert [row["text"] or row["choice"] for row in rows(database, t.message)] == [form.get("text") or form["choice"]]


def test_the_frame_too(app: object, database: Database) -> None:
    sent = {**hidden(browser(app).get("/embed")), "text": SAID}
    assert [browser(app).post("/embed", data=sent).status_code for _ in range(2)] == [200, 200]
    assert len(rows(database, t.conversation)) == len(rows(database, t.message)) == 1


def test_two_people_who_say_the_same_have_a_conversation_each(app: object, database: Database) -> None:
    for _ in range(2):
        assert browser(app).post("/chat", data={**hidden(browser(app).get("/")), "text": SAID}).status_code == 303
    assert len(rows(database, t.conversation)) == 2
