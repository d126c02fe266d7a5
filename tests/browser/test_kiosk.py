"""The kiosk in a real browser at 1080 x 1920: the whole story by touch, and nothing left for the next person."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from booking import tables
from casework import tables as t
from foundation.database import Database
from foundation.settings import Settings
from tests.browser.kiosk_fixtures import (
    at_kiosk,
    begin,
    cookies,
    faults,
    heading,
    kept_by,
    tick,
    touch,
    type_keys,
)
from tests.browser.test_stories import WORK_AND_RENT
from tests.running import System
from web.kiosk.codes import arrival_code
from web.moving import qr

SECRET = "in September"  # of WORK_AND_RENT; no mark stands inside
FIRST_SCREEN = re.compile("Something going on")


@pytest.fixture
def kiosk(chromium: Browser, system: System) -> Iterator[Page]:
    with at_kiosk(chromium, system.base) as page:
        yield page


def answer_all(page: Page, found: list[str]) -> None:
    """Answer or skip each question until there is a plan."""
    for _ in range(8):
        if heading(page) == "Your plan":
            return
        found += faults(page)
        if "postcode" in heading(page):
            type_keys(page, "CB4 3EH")
            touch(page, "Continue")
        else:
            touch(page, "Skip")
    raise AssertionError("no plan")


def agree(page: Page, found: list[str]) -> None:
    """Every consent: read all parts, tick one box, say yes."""
    while page.get_by_role("button", name="No, tell them nothing").count():
        found += faults(page)
        while page.get_by_role("link", name="More").count():
            touch(page, "More", "link")
            found += faults(page)
        assert page.locator("input:checked").count() == 0, "consent is never ticked for anybody"
        tick(page)
        touch(page, "Yes, they may see this")


def book(page: Page, found: list[str]) -> str:
    """From the first touch to a booked visit, looking at each screen. Returns the reference."""
    page.goto("/kiosk")
    found += faults(page)
    touch(page, "English")
    found += faults(page)
    page.get_by_role("textbox").fill(WORK_AND_RENT)
    touch(page, "Continue")
    assert page.locator("mark").count() >= 3
    found += faults(page)
    touch(page, "Yes, carry on")
    answer_all(page, found)
    found += faults(page)
    touch(page, "See visit times")
    tick(page)
    found += faults(page)
    touch(page, "Keep this time")
    found += faults(page)
    type_keys(page, "Sam")
    assert page.get_by_role("textbox").input_value() == "Sam"
    touch(page, "Continue")
    type_keys(page, "07700900482")
    touch(page, "Continue")
    tick(page, 1)
    found += faults(page)
    touch(page, "Continue")
    agree(page, found)
    found += faults(page)
    touch(page, "Book this visit")
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    found += faults(page)
    return page.locator(".k-booked .k-reference").inner_text().replace("\N{NO-BREAK SPACE}", "")


def test_the_whole_story_by_touch_and_every_screen_of_it(kiosk: Page) -> None:
    found: list[str] = []
    errors: list[str] = []
    kiosk.on("pageerror", lambda error: errors.append(str(error)))
    reference = book(kiosk, found)
    while kiosk.get_by_role("link", name="More").count():
        touch(kiosk, "More", "link")
        found += faults(kiosk)
    touch(kiosk, "Send this to my phone", "link")
    found += faults(kiosk)
    touch(kiosk, "Call a person", "link")
    found += faults(kiosk)
    touch(kiosk, "Finish and clear")
    touch(kiosk, "I’m here for my visit", "link")
    found += faults(kiosk)
    type_keys(kiosk, reference)
    touch(kiosk, "Continue")
    found += faults(kiosk)
    type_keys(kiosk, "482")
    touch(kiosk, "Continue")
    today_or_later = re.compile("Welcome|Your visit is on")  # the first free time may be later today
    expect(kiosk.get_by_role("heading", level=1)).to_have_text(today_or_later)
    found += faults(kiosk)
    assert not found
    assert not errors


def test_the_look_is_the_servers_fits_every_screen_and_goes_with_the_person(kiosk: Page) -> None:
    found: list[str] = []
    look = ("Bigger text", "More contrast")
    kiosk.goto("/kiosk")
    for name in look:
        touch(kiosk, name)
        expect(kiosk.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "true")
    book(kiosk, found)
    assert not found
    touch(kiosk, "Finish and clear")
    for name in look:
        expect(kiosk.get_by_role("button", name=name)).to_have_attribute("aria-pressed", "false")


def test_without_javascript_the_story_is_the_same(chromium: Browser, system: System) -> None:
    with at_kiosk(chromium, system.base, java_script_enabled=False) as page:
        begin(page, WORK_AND_RENT)
        touch(page, "Yes, carry on")
        while heading(page) != "Your plan":
            touch(page, "Skip")
        touch(page, "More", "link")
        expect(page.get_by_text("2 of")).to_be_visible()
        expect(page.get_by_role("button", name="Print")).to_be_hidden()
        touch(page, "Back", "link")
        touch(page, "See visit times")
        tick(page)
        touch(page, "Keep this time")
        for _ in range(3):
            if page.get_by_role("button", name="Skip").count():
                touch(page, "Skip")
        while page.get_by_role("button", name="No, tell them nothing").count():
            touch(page, "No, tell them nothing")
        touch(page, "Book this visit")
        expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
        touch(page, "Finish and clear")
        assert FIRST_SCREEN.search(heading(page))


def test_a_mistake_says_what_to_do_and_still_fits(kiosk: Page) -> None:
    kiosk.goto("/kiosk")
    touch(kiosk, "English")
    touch(kiosk, "Continue")
    expect(kiosk.get_by_role("alert")).to_contain_text("Write a few words")
    assert not faults(kiosk)


# ---------------------------------------------------------------- nothing for the next person
def test_finish_and_clear_leaves_nothing_and_back_shows_nothing(kiosk: Page, system: System) -> None:
    begin(kiosk, WORK_AND_RENT)
    touch(kiosk, "Yes, carry on")
    old = cookies(kiosk.context)
    kiosk.evaluate("navigator.serviceWorker.ready.then(() => true)")
    touch(kiosk, "Finish and clear")
    assert FIRST_SCREEN.search(heading(kiosk))
    assert cookies(kiosk.context) == []
    for _ in range(4):
        kiosk.go_back()
        kiosk.wait_for_load_state()
        assert SECRET not in kiosk.content()
        assert "postcode" not in kiosk.content()
    kiosk.goto("/kiosk")
    kept = kept_by(kiosk)
    assert kept == {"local": 0, "session": 0, "cached": ["/kiosk/offline"], "databases": 0}
    with httpx.Client(base_url=system.base, cookies={"kiosk": old[0]["value"]}) as replay:
        assert replay.get("/kiosk/now").headers["location"] == "/kiosk"


def test_no_screen_may_be_kept(kiosk: Page) -> None:
    kept: list[str] = []

    def look(response: object) -> None:
        path, headers = response.url.split("/", 3)[3], response.headers  # type: ignore[attr-defined]
        if path.startswith("kiosk") and "worker" not in path and headers.get("cache-control") != "no-store":
            kept.append(path)

    kiosk.on("response", look)
    begin(kiosk, WORK_AND_RENT)
    touch(kiosk, "Call a person", "link")
    touch(kiosk, "Finish and clear")
    assert not kept


def test_offline_it_says_so_keeps_nothing_and_comes_back_by_itself(kiosk: Page) -> None:
    begin(kiosk, WORK_AND_RENT)
    kiosk.evaluate("navigator.serviceWorker.ready.then(() => true)")
    kiosk.context.set_offline(True)
    touch(kiosk, "Yes, carry on")
    expect(kiosk.get_by_role("heading", name=re.compile("cannot reach Front Door"))).to_be_visible()
    expect(kiosk.get_by_text("999")).to_be_visible()
    assert SECRET not in kiosk.content()
    kiosk.context.set_offline(False)
    expect(kiosk.get_by_role("heading", name="Are you still there?").first).to_be_visible(timeout=25_000)
    assert SECRET not in kiosk.content(), "whoever stands there now is asked first"
    touch(kiosk, "I’m still here")
    assert heading(kiosk) == "Did we hear you right?"


# ---------------------------------------------------------------- languages, people, safety
def test_polish_begins_in_polish_and_other_languages_call_a_person(kiosk: Page) -> None:
    kiosk.goto("/kiosk")
    touch(kiosk, "Polski")
    expect(kiosk.locator("html")).to_have_attribute("lang", "pl")
    expect(kiosk.get_by_role("textbox")).to_be_visible()
    assert not faults(kiosk)
    kiosk.goto("/kiosk/finish")
    for name, code in (("Română", "ro"), ("العربية", "ar"), ("বাংলা", "bn"), ("Another language", None)):
        touch(kiosk, name, "link")
        expect(kiosk.get_by_text("Please go to the front desk. Show this screen.")).to_be_visible()
        if code:
            expect(kiosk.locator("h1").locator("xpath=..")).to_have_attribute("lang", code)
        assert not faults(kiosk)
        touch(kiosk, "Go back", "link")


def test_a_crisis_shows_numbers_as_text_and_the_desk_and_leads_nowhere_else(kiosk: Page) -> None:
    begin(kiosk, "He hit me again last night. I've got two kids and nowhere to go")
    assert kiosk.title() == "Front Door"
    for number in ("999", "0808\N{NO-BREAK SPACE}2000\N{NO-BREAK SPACE}247"):
        expect(kiosk.get_by_text(number, exact=True).first).to_be_visible()
    expect(kiosk.get_by_text("Tell anyone at the front desk")).to_be_visible()
    assert kiosk.locator("a[href^='tel:'], a[href^='sms:'], a[href^='http']").count() == 0
    assert not faults(kiosk)


def test_a_person_can_be_asked_for_from_the_first_page(kiosk: Page) -> None:
    kiosk.goto("/kiosk")
    touch(kiosk, "Call a person", "link")
    expect(kiosk.get_by_text("01632\N{NO-BREAK SPACE}960110")).to_be_visible()
    assert not faults(kiosk)
    touch(kiosk, "Ask a person to call me")
    assert heading(kiosk) == "What should we call you?"


def test_reading_aloud_speaks_the_screen_in_its_language_and_hides_without_a_voice(kiosk: Page) -> None:
    begin(kiosk, WORK_AND_RENT)
    voices = kiosk.evaluate("speechSynthesis.getVoices().filter((v) => v.lang.startsWith('en')).length")
    assert kiosk.get_by_role("button", name="Read aloud").is_visible() == (voices > 0)
    kiosk.add_init_script(
        """Object.defineProperty(window, "speechSynthesis", {value: {
          getVoices: () => [{lang: "en-GB"}], cancel() {}, addEventListener() {}, speaking: false, pending: false,
          speak(words) { (window.heard = window.heard || []).push([words.text, words.lang]) }}});
        window.SpeechSynthesisUtterance = function (text) { this.text = text }"""
    )
    kiosk.reload()
    kiosk.get_by_role("button", name="Read aloud").tap()
    heard = kiosk.evaluate("heard")
    assert ["Did we hear you right?", "en-GB"] in heard
    assert not faults(kiosk)


def test_unknown_addresses_stay_in_the_kiosk(kiosk: Page) -> None:
    kiosk.goto("/kiosk/no/such/page")
    assert FIRST_SCREEN.search(heading(kiosk))


# ---------------------------------------------------------------- here for a visit, and on to a phone
def stored(system: System) -> Database:
    return Database(f"sqlite:///{system.var / 'frontdoor.db'}")


def move_to_today(system: System, reference: str) -> None:
    """Make the visit one of today, as if the day had come."""
    with closing(stored(system)) as database, database.writing() as db:
        db.execute(tables.visit.update().where(tables.visit.c.reference == reference).values(start=datetime.now(UTC)))


def arrivals(system: System, reference: str) -> int:
    with closing(stored(system)) as database, database.reading() as db:
        of_visit = sa.select(t.case_file.c.reference).where(t.case_file.c.visit_reference == reference)
        lines = sa.select(t.case_event).where(t.case_event.c.case_reference.in_(of_visit))
        return len(db.execute(lines.where(t.case_event.c.kind == "arrived")).all())


def square_of(system: System, reference: str) -> str:
    return arrival_code(Settings(var=system.var, demonstration=True), reference)


def test_here_for_a_visit_by_the_square_and_the_case_is_told_once(kiosk: Page, system: System) -> None:
    reference = book(kiosk, [])
    code = square_of(system, reference)
    assert re.fullmatch(rf"FD:{reference}:[A-Z2-7]{{16}}", code)
    assert str(qr(code)) in kiosk.locator(".k-paper").inner_html().replace("></path>", "/>"), "on the paper"
    touch(kiosk, "Finish and clear")
    assert arrivals(system, reference) == 0
    move_to_today(system, reference)
    for _ in range(2):
        touch(kiosk, "I’m here for my visit", "link")
        kiosk.keyboard.type(code)  # a scanner is a keyboard
        with kiosk.expect_navigation():
            kiosk.keyboard.press("Enter")
        expect(kiosk.get_by_role("heading", level=1)).to_contain_text("Please take a seat")
        expect(kiosk.get_by_text("Jobcentre Plus").first).to_be_visible()
        assert not faults(kiosk)
        touch(kiosk, "Finish and clear")
    assert arrivals(system, reference) == 1


def test_a_wrong_name_or_a_forged_square_opens_no_visit(kiosk: Page) -> None:
    reference = book(kiosk, [])
    touch(kiosk, "Finish and clear")
    touch(kiosk, "I’m here for my visit", "link")
    kiosk.get_by_role("textbox").fill(f"FD:{reference}:AAAAAAAAAAAAAAAA")
    touch(kiosk, "Continue")
    expect(kiosk.get_by_role("alert")).to_contain_text("not one of ours")
    kiosk.get_by_role("textbox").fill(reference)
    touch(kiosk, "Continue")
    kiosk.get_by_role("textbox").fill("Alex")
    touch(kiosk, "Continue")
    expect(kiosk.get_by_role("alert")).to_contain_text("do not match")
    assert not faults(kiosk)
    kiosk.goto("/kiosk/arrived")
    assert "Jobcentre" not in kiosk.content()


def test_the_conversation_goes_on_on_a_phone_and_comes_back(kiosk: Page, chromium: Browser, system: System) -> None:
    begin(kiosk, WORK_AND_RENT)
    touch(kiosk, "Yes, carry on")
    answer_all(kiosk, [])
    touch(kiosk, "Send this to my phone", "link")
    code = kiosk.locator(".k-reference").inner_text()
    touch(kiosk, "Finish and clear")
    phone = chromium.new_context(base_url=system.base)
    page = phone.new_page()
    page.goto("/carry-on")
    page.get_by_role("textbox").fill(code)
    page.get_by_role("button", name="Carry on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan")
    page.goto("/move")
    back = page.locator(".fd-reference").first.inner_text()
    touch(kiosk, "Carry on from before", "link")
    assert not faults(kiosk)
    kiosk.get_by_role("textbox").fill(back)
    touch(kiosk, "Carry on")
    assert heading(kiosk) == "Your plan"
    touch(kiosk, "Finish and clear")
    page.goto("/chat")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan")
    phone.close()


def test_paper_shows_what_is_taken_away_and_nothing_else(kiosk: Page) -> None:
    book(kiosk, [])
    expect(kiosk.locator(".k-paper")).to_be_hidden()
    kiosk.emulate_media(media="print")
    expect(kiosk.locator(".k-paper")).to_be_visible()
    expect(kiosk.locator(".k-header")).to_be_hidden()
    expect(kiosk.locator(".k-band")).to_be_hidden()
    for width in (302, 794):  # 80 mm, A4
        kiosk.set_viewport_size({"width": width, "height": 1100})
        assert kiosk.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"cut off at {width}"
