"""How long a browser keeps its conversation, and what a form has to bring."""

import time
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

from foundation.settings import Settings
from web.sittings import CHAT, CHAT_SECONDS, RENEW_SECONDS, Sittings


@pytest.fixture
def sittings(tmp_path: Path) -> Sittings:
    return Sittings(Settings(demonstration=True, var=tmp_path))


def browser(**cookies: str) -> Request:
    held = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return Request({"type": "http", "method": "GET", "path": "/", "headers": [(b"cookie", held.encode())]})


def test_a_sitting_is_good_for_a_day_and_no_longer(sittings: Sittings, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = sittings.seal(CHAT, ["c1", "secret"])

    now = time.time()
    for later, found in ((0, True), (CHAT_SECONDS - 60, True), (CHAT_SECONDS + 60, False)):
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda later=later: now + later)
        assert (sittings.chat(browser(sitting=sealed)) is not None) is found


def test_who_is_here_keeps_it_and_the_open_page_still_counts(
    sittings: Sittings, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = browser(sitting=sittings.seal(CHAT, ["c1", "secret"]))
    fresh, later = Response(), Response()
    sittings.renew(request, fresh)
    assert "set-cookie" not in fresh.headers

    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + RENEW_SECONDS + 60)
    sittings.renew(request, later)
    renewed = later.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    assert renewed != request.cookies["sitting"]
    assert "max-age" not in later.headers["set-cookie"].lower(), "it still ends with the window"
    token = sittings.csrf(request)
    assert sittings.genuine(browser(sitting=renewed), token), "a form of the page that was open is still taken"
    assert not sittings.genuine(browser(sitting=sittings.seal(CHAT, ["c2", "secret"])), token)


def test_a_forged_or_foreign_sitting_opens_nothing(sittings: Sittings) -> None:
    sealed = sittings.seal("visit", ["c1", "secret"])
    assert sittings.chat(browser(sitting=sealed)) is None
    assert sittings.chat(browser(sitting="x.y.z")) is None


def test_the_same_first_form_has_the_same_token_and_another_one_another(
    sittings: Sittings, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark, other = sittings.opening(), sittings.opening()
    token = sittings.token_of(mark, "I am behind with the rent")
    assert token is not None
    assert token == sittings.token_of(mark, "I am behind with the rent")
    assert token not in (
        sittings.token_of(mark, "hello"),
        sittings.token_of(other, "I am behind with the rent"),
    ), "who knows a mark, but not what was said, does not come in"
    assert sittings.token_of("", "hello") is sittings.token_of("forged", "hello") is None
    assert sittings.token_of(sittings.seal(CHAT, "x"), "hello") is None

    now = time.time()
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: now + CHAT_SECONDS + 60)
    assert sittings.token_of(mark, "hello") is None
