"""What was written at the desk outlives the sitting: whoever wrote it signs in again and sends it by a press."""

import re
import time
from collections.abc import Callable
from html import unescape

import pytest
from starlette.testclient import TestClient

from casework.staff import load_staff
from foundation.database import Database
from tests.integration.test_directory_desk_pages import ABOUT, A, kept, shown, sign_in, token, version
from web.sittings import DESK_SECONDS

assert kept  # the fixture behind `sign_in`
assert sign_in
LATER = time.time() + DESK_SECONDS + 3600
WORDS = 'Warm room, "hot soup"\r\nand <b>tea</b> on Fridays.'


def hidden(html: str) -> dict[str, str]:
    """The unseen fields of the page's main form."""
    fields = re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', html.partition("<main")[2])
    return {name: unescape(value) for name, value in fields}


@pytest.fixture
def late(
    kept: Database, sign_in: Callable[[str], TestClient], monkeypatch: pytest.MonkeyPatch
) -> tuple[TestClient, str]:
    """Anna's browser, and the sign-in page that a form got which was sent when the sitting was over."""
    client = sign_in("anna")
    form = {**ABOUT, "description": WORDS, **token(client)}
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: LATER)
    monkeypatch.setattr("web.desk.sign_in", lambda database, username, _password: load_staff(database, username))
    answer = client.post(f"{A}/change/about", data=form)
    assert answer.status_code == 401
    assert "What you wrote is kept" in shown(answer.text)
    assert version(kept) == 1
    return client, answer.text


def test_signed_in_again_it_is_sent_by_a_press(kept: Database, late: tuple[TestClient, str]) -> None:
    client, page = late
    again = client.post("/desk/sign-in", data={**hidden(page), "username": "anna", "password": "x"})
    assert again.status_code == 200
    assert "hot soup" in shown(again.text)
    assert version(kept) == 1, "nothing is done by signing in"
    at = re.search(r'<form method="post" action="(/desk/[^"]+)" data-once>', again.text.partition("<main")[2])
    assert at is not None
    assert client.post(at[1], data=hidden(again.text)).status_code == 303
    assert version(kept) == 2
    assert "hot soup" in client.get(A).text


def test_a_wrong_password_loses_nothing(late: tuple[TestClient, str], monkeypatch: pytest.MonkeyPatch) -> None:
    client, page = late
    monkeypatch.undo()
    wrong = client.post("/desk/sign-in", data={**hidden(page), "username": "anna", "password": "wrong"})
    assert wrong.status_code == 400
    assert hidden(wrong.text)["unsent"] == hidden(page)["unsent"]


def test_somebody_else_does_not_get_it(late: tuple[TestClient, str]) -> None:
    client, page = late
    other = client.post("/desk/sign-in", data={**hidden(page), "username": "ben", "password": "x"})
    assert (other.status_code, other.headers["location"]) == (303, "/desk")


@pytest.mark.parametrize("headers", [{}, {"sec-fetch-site": "cross-site"}])
def test_a_form_that_is_not_theirs_is_not_kept(
    sign_in: Callable[[str], TestClient], monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    client = sign_in("anna")
    form = {**ABOUT, **(token(client) if headers else {"csrf": "forged"})}
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: LATER)
    for browser in (client, sign_in("")):
        answer = browser.post(f"{A}/change/about", data=form, headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/desk/sign-in")


def test_a_forged_parcel_is_nothing(late: tuple[TestClient, str]) -> None:
    client, page = late
    form = {**hidden(page), "unsent": "forged", "username": "anna", "password": "x"}
    assert client.post("/desk/sign-in", data=form).headers["location"] == "/desk"
