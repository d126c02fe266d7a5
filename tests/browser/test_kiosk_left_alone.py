"""A kiosk that is left alone clears by itself, and nothing is left for the next person.

Apart from the other kiosk tests: the impatient edge sweeps the database of theirs, and would end their sittings too.
"""

import json
import re
import time
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.kiosk_fixtures import at_kiosk, begin, cookies, faults, hasty_edge, heading, touch
from tests.browser.test_kiosk import FIRST_SCREEN, SECRET
from tests.browser.test_stories import WORK_AND_RENT
from tests.running import System, wait_for

LIMIT = 2 + 3 + 5 + 6  # seconds: asks, counts, a grace, and the time between two sweeps


@pytest.fixture(scope="module")
def hasty(system: System) -> Iterator[str]:
    with hasty_edge(system) as base:
        yield base


def test_left_alone_it_asks_counts_and_clears_and_the_next_person_finds_nothing(chromium: Browser, hasty: str) -> None:
    with at_kiosk(chromium, hasty) as page:
        begin(page, WORK_AND_RENT)
        assert SECRET in page.content()
        old = cookies(page.context)
        expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible(timeout=5000)
        expect(page.locator("[data-asking]")).to_contain_text(re.compile(r"clears in [123] seconds"))
        assert not faults(page)
        page.wait_for_url("**/kiosk", timeout=10_000)
        assert FIRST_SCREEN.search(heading(page))
        assert cookies(page.context) == []
        page.go_back()
        page.wait_for_load_state()
        assert SECRET not in page.content(), "back shows nothing"
        page.context.add_cookies(old)
        page.goto("/kiosk/now")
        assert FIRST_SCREEN.search(heading(page)), "an old cookie opens nothing"
        page.context.clear_cookies()
        begin(page, "my heating is off and I cannot pay the bill")
        assert SECRET not in page.content(), "the second visitor is alone"


def test_the_server_ends_a_sitting_whose_browser_has_died(chromium: Browser, hasty: str) -> None:
    with at_kiosk(chromium, hasty) as page:
        begin(page, WORK_AND_RENT)
        old = cookies(page.context)
    opened = {"cookies": {"kiosk": old[0]["value"]}, "base_url": hasty}
    with httpx.Client(**opened) as replay:
        assert SECRET in replay.get("/kiosk/now").text, "it lives while nobody has left it alone for long"
        assert SECRET not in replay.get("/kiosk/still").text, "the question who is there tells nothing"
    with httpx.Client(base_url=hasty) as replay:
        # This screen asks without counting as a touch. The header is written anew: a client would keep newer cookies.
        same = {"Cookie": f"kiosk={old[0]['value']}"}
        wait_for(lambda: replay.get("/kiosk/still", headers=same).status_code == 303, LIMIT)
    with httpx.Client(**opened) as replay:
        assert replay.get("/kiosk/now").headers["location"] == "/kiosk"


def test_the_secret_inside_ends_too_when_nobody_asks_for_it_any_more(chromium: Browser, hasty: str) -> None:
    with at_kiosk(chromium, hasty) as page:
        begin(page, WORK_AND_RENT)
        raw = cookies(page.context)[0]["value"]
    packed = raw.rsplit(".", 2)[0]
    body = urlsafe_b64decode(packed.lstrip(".") + "=" * (-len(packed.lstrip(".")) % 4))
    inside = json.loads(zlib.decompress(body) if packed.startswith(".") else body)
    address = f"{hasty}/api/conversations/{inside['conversation']}/messages"
    bearer = {"Authorization": f"Bearer {inside['token']}"}
    assert httpx.post(address, json={"choice": "yes"}, headers=bearer, timeout=30).status_code == 200
    time.sleep(LIMIT)  # that nothing asks in between is what is tested
    assert httpx.post(address, json={"choice": "yes"}, headers=bearer, timeout=30).status_code == 404


def test_a_script_that_has_died_leaves_a_covered_screen(chromium: Browser, hasty: str) -> None:
    with at_kiosk(chromium, hasty) as page:
        page.route("**/kiosk-*.js", lambda route: route.abort())
        begin(page, WORK_AND_RENT)
        expect(page.locator("[data-cover]")).to_be_visible(timeout=LIMIT * 1000)
        middle = page.evaluate("document.elementFromPoint(540, 400).closest('[data-cover]') !== null")
        assert middle, "nothing shows through"


def test_without_javascript_a_screen_left_alone_clears_by_itself(chromium: Browser, hasty: str) -> None:
    with at_kiosk(chromium, hasty, java_script_enabled=False) as page:
        begin(page, WORK_AND_RENT)
        page.wait_for_url("**/kiosk/still", timeout=8000)
        assert SECRET not in page.content()
        touch(page, "I’m still here")
        assert heading(page) == "Did we hear you right?"
        page.wait_for_url("**/kiosk/still", timeout=8000)
        page.wait_for_url("**/kiosk", timeout=8000)
        assert FIRST_SCREEN.search(heading(page))


def test_who_is_still_there_stays(chromium: Browser, hasty: str) -> None:
    with at_kiosk(chromium, hasty) as page:
        begin(page, WORK_AND_RENT)
        for _ in range(5):  # longer than the server waits, by half
            page.get_by_role("button", name="I’m still here").tap(timeout=6000)
            expect(page.get_by_role("heading", name="Are you still there?")).to_be_hidden()
        touch(page, "Yes, carry on")
        assert heading(page) == "What is your postcode?"


def test_the_first_page_rests_and_a_touch_only_wakes_it(chromium: Browser, hasty: str) -> None:
    with at_kiosk(chromium, hasty) as page:
        page.goto("/kiosk")
        expect(page.get_by_text("Touch to start")).to_be_visible(timeout=8000)
        assert page.evaluate("document.querySelector('.k-saver__drift').getAnimations().length") == 0, "no motion"
        page.touchscreen.tap(300, 1500)
        expect(page.get_by_text("Touch to start")).to_be_hidden()
        assert page.url.endswith("/kiosk"), "the tile underneath was not meant"
