"""A named contact's letters reach the resident's page, and what a resident types reaches us: once, whatever fails."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from casework import letters
from casework import tables as t
from casework.staff import load_staff
from foundation.clock import utc_now
from foundation.database import Database
from foundation.settings import Settings
from tests.browser.conftest import Talk
from tests.browser.test_desk import sign_in
from tests.browser.test_stories import CONTACT, WORK_AND_RENT
from tests.running import ROOT, System, free_port, is_ready, wait_for
from web.sittings import CHAT, Sittings

ANSWERS = {"postcode": "CB1 2AA", "sleeping_tonight": "friends_family", **CONTACT}
# Everything that the live region says, as a screen reader would read it out: what was added to it and is still there
# when it is looked at.
LISTEN = """() => {
  window.heard = []
  new MutationObserver((changes) => {
    const region = document.querySelector("body > [role=status]")
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node !== region && region?.contains(node)) heard.push(node.textContent)
  }).observe(document, { subtree: true, childList: true })
}"""


@pytest.fixture
def database(system: System) -> Iterator[Database]:
    made = Database(f"sqlite:///{system.var / 'frontdoor.db'}")
    yield made
    made.close()


class Resident:
    """Someone with a named contact, and browsers that hold their conversation."""

    def __init__(self, system: System, database: Database) -> None:
        self.system, self.database = system, database
        self.talk = Talk(system.base)
        self.talk.say("got out of prison friday no id no money sofa surfing")
        self.talk.answer_until({"handoff"}, ANSWERS)
        self.handoff: dict[str, Any] = self.talk.last("handoff")["data"]
        sittings = Sittings(Settings(demonstration=True, var=system.var))
        self.cookie = sittings.seal(CHAT, [self.talk.id, self.talk.token])

    @property
    def name(self) -> str:
        return str(self.handoff["name"])

    def sit(self, browser: Browser, base: str | None = None, **more: Any) -> BrowserContext:
        context = browser.new_context(base_url=base or self.system.base, locale="en-GB", **more)
        context.add_cookies([{"name": CHAT, "value": self.cookie, "url": base or self.system.base}])
        context.add_init_script(f"({LISTEN})()")
        return context

    def write(self, text: str) -> int:
        who = load_staff(self.database, self.name.lower())
        assert who is not None
        return letters.write_letter(self.database, who, self.handoff["reference"], text, now=utc_now())


@pytest.fixture
def resident(system: System, database: Database) -> Iterator[Resident]:
    made = Resident(system, database)
    yield made
    made.talk.client.close()


class Edge:
    """An edge of the running system that can be killed and started again on its port."""

    def __init__(self, system: System) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._env = {**system.env, "FRONTDOOR_WEB_PORT": str(self.port)}
        self._log = system.var / f"edge-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "web"], cwd=ROOT, env=self._env, stdout=log, stderr=log
            )
        wait_for(lambda: is_ready(self.base), 90)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)
            self._process = None


@contextmanager
def own_edge(system: System) -> Iterator[Edge]:
    edge = Edge(system)
    edge.start()
    try:
        yield edge
    finally:
        edge.kill()


def said_to(page: Page) -> list[str]:
    return page.locator(".fd-said__person .fd-said__text").all_inner_texts()


def messages_of(database: Database, conversation: str) -> list[str]:
    query = sa.select(t.message.c.text).where(t.message.c.conversation_id == conversation, t.message.c.text != "")
    with database.reading() as db:
        return list(db.execute(query.order_by(t.message.c.id)).scalars())


def test_desk_and_resident_write_to_each_other_without_a_reload(
    chromium: Browser, system: System, resident: Resident
) -> None:
    theirs, desk = resident.sit(chromium), chromium.new_context(base_url=system.base, locale="en-GB")
    page, case = theirs.new_page(), desk.new_page()
    with page.expect_response("**/chat/events") as stream:
        page.goto("/chat")
    assert stream.value.headers["cache-control"] == "no-store"
    box = page.get_by_label(f"Write to {resident.name}")
    box.fill("Half a sen")
    box.focus()
    sign_in(case, system, resident.name.lower())
    case.goto(f"/desk/cases/{resident.handoff['reference']}")
    case.get_by_label("Write to them").fill("Can you bring your letter from the court?")
    case.get_by_role("button", name="Send message").click()
    expect(page.get_by_text("Can you bring your letter from the court?").first).to_be_visible()
    expect(page.get_by_text(f"{resident.name} said").first).to_be_visible()
    heard = page.evaluate("heard.filter(text => text.includes('court'))")
    assert heard == [f"{resident.name} said: Can you bring your letter from the court?"], "it is said once"
    expect(box).to_be_focused()
    expect(box).to_have_value("Half a sen")
    box.fill("Yes, I have it here")
    page.get_by_role("button", name="Send message").click()
    expect(page.get_by_text("We gave your message to the person who helps you.")).to_be_visible()
    assert [line.split("\n\n") for line in page.locator(".fd-letters li").all_inner_texts()] == [
        [f"{resident.name} said", "Can you bring your letter from the court?"],
        ["You said", "Yes, I have it here"],
    ]
    case.goto("/desk")
    row = case.get_by_role("row").filter(has=case.locator(f"a[href$='{resident.handoff['reference']}']"))
    expect(row).to_contain_text("1 new message")
    case.goto(f"/desk/cases/{resident.handoff['reference']}")
    written = case.locator(".fd-desk__messages li")
    assert [line.split("\n")[-1] for line in written.all_inner_texts()] == [
        "Can you bring your letter from the court?",
        "Yes, I have it here",
    ]
    expect(written.last).to_contain_text("New")
    case.reload()
    expect(written.last).not_to_contain_text("New")
    theirs.close()
    desk.close()


def test_without_javascript_a_button_brings_the_letter(chromium: Browser, resident: Resident) -> None:
    context = resident.sit(chromium, java_script_enabled=False)
    page = context.new_page()
    page.goto("/chat")
    assert said_to(page) == []
    resident.write("I am at the hub until five")
    page.get_by_role("button", name="See if there is a new message").click()
    assert said_to(page) == ["I am at the hub until five"]
    context.close()


def test_a_killed_edge_loses_and_repeats_no_letter(chromium: Browser, system: System, resident: Resident) -> None:
    with own_edge(system) as edge:
        context = resident.sit(chromium, edge.base)
        page = context.new_page()
        asked: list[str | None] = []
        page.on(
            "request",
            lambda request: asked.append(request.headers.get("last-event-id")) if "events" in request.url else None,
        )
        page.goto("/chat")
        first = resident.write("One")
        expect(page.get_by_text("One", exact=True)).to_be_visible()
        edge.kill()
        resident.write("Two")
        resident.write("Three")
        edge.start()
        expect(page.get_by_text("Three", exact=True)).to_be_visible(timeout=45_000)
        resident.write("Four")
        expect(page.get_by_text("Four", exact=True)).to_be_visible(timeout=45_000)
        assert said_to(page) == ["One", "Two", "Three", "Four"]
        assert page.evaluate("heard.map(text => text.split(': ')[1])") == ["One", "Two", "Three", "Four"]
        assert asked[0] == "0"
        assert asked[-1] == str(first), "it asked for what came after the last letter that it had"
        page.reload()
        assert said_to(page) == ["One", "Two", "Three", "Four"]
        context.close()


def test_two_letters_that_come_together_are_both_said(chromium: Browser, resident: Resident) -> None:
    context = resident.sit(chromium)
    page = context.new_page()

    def together(route: Route) -> None:
        events = [
            f'id: {resident.write(text)}\nevent: letter\ndata: {{"who": "Sam said", "text": "{text}"}}\n\n'
            for text in ("Bring the letter", "And your bank card")
        ]
        route.fulfill(body="".join(events), content_type="text/event-stream")

    page.route("**/chat/events", together, times=1)
    page.goto("/chat")
    expect(page.get_by_text("And your bank card", exact=True)).to_be_visible()
    assert page.evaluate("heard") == ["Sam said: Bring the letter", "Sam said: And your bank card"]
    context.close()


def test_a_third_tab_takes_the_place_of_the_oldest(system: System, resident: Resident) -> None:
    with (
        httpx.Client(base_url=system.base, cookies={CHAT: resident.cookie}, timeout=30) as client,
        client.stream("GET", "/chat/events") as oldest,
        client.stream("GET", "/chat/events") as second,
    ):
        assert oldest.status_code == second.status_code == 200
        with client.stream("GET", "/chat/events") as third:
            assert "event: elsewhere" in "".join(oldest.iter_text())
            resident.write("Still here")
            for stream in (second, third):
                lines = stream.iter_lines()
                assert next(line for line in lines if line.startswith("data:")).endswith('"text": "Still here"}')


def test_who_left_hears_nothing_more_in_any_tab(chromium: Browser, resident: Resident) -> None:
    context = resident.sit(chromium)
    context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Weather</h1>"))
    page, other = context.new_page(), context.new_page()
    page.goto("/chat")
    other.goto("/chat")
    other.get_by_role("link", name=re.compile("Exit")).first.click()
    other.wait_for_url("https://www.bbc.co.uk/**")
    page.wait_for_url(f"{resident.system.base}/", timeout=40_000)
    assert httpx.get(f"{resident.system.base}/chat/events", cookies={CHAT: resident.cookie}).status_code == 404
    context.close()


def test_nobody_listens_without_a_sitting(system: System) -> None:
    for cookies in ({}, {CHAT: "forged"}):
        answer = httpx.get(f"{system.base}/chat/events", cookies=cookies)
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "no-store"


def conversation_of(page: Page, system: System) -> str:
    sealed = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}[CHAT]
    value = Sittings(Settings(demonstration=True, var=system.var)).unseal(CHAT, sealed)
    assert isinstance(value, list)
    return str(value[0])


def at_the_postcode(page: Page, text: str = WORK_AND_RENT) -> None:
    page.goto("/")
    page.get_by_label("What is happening?").fill(text)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Yes, carry on").click()
    expect(page.get_by_role("heading", name="What is your postcode?")).to_be_visible()


def test_what_is_typed_while_offline_stays_in_the_box_and_is_sent_once(
    page: Page, system: System, database: Database
) -> None:
    page.goto("/")
    page.context.set_offline(True)
    page.get_by_label("What is happening?").fill(WORK_AND_RENT)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("What you wrote is still here").first).to_be_visible()
    expect(page.get_by_label("What is happening?")).to_have_value(WORK_AND_RENT)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Did we hear you right?")).to_be_visible()
    page.get_by_role("button", name="Yes, carry on").click()
    postcode = page.get_by_role("textbox").first
    expect(page.get_by_role("heading", name="What is your postcode?")).to_be_visible()
    page.context.set_offline(True)
    postcode.fill("CB4 3EH")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".fd-not-sent")).to_be_visible()
    expect(postcode).to_have_value("CB4 3EH")
    page.get_by_role("button", name="Continue").click()  # a person tries again themselves
    expect(page.locator(".fd-not-sent")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="What is your postcode?")).to_be_hidden()
    expect(page.locator(".fd-not-sent")).to_have_count(0)
    assert messages_of(database, conversation_of(page, system)) == [WORK_AND_RENT, "CB4 3EH"]


def test_an_answer_that_was_lost_on_its_way_back_does_not_send_the_words_twice(
    page: Page, system: System, database: Database
) -> None:
    at_the_postcode(page)
    lost: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/chat", lose)
    page.get_by_role("textbox").first.fill("CB4 3EH")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="What is your postcode?")).to_be_hidden(timeout=15_000)
    assert lost == [303], "the server had taken it"
    assert messages_of(database, conversation_of(page, system)) == [WORK_AND_RENT, "CB4 3EH"]


def test_a_restarted_edge_finds_the_conversation_and_the_words(
    chromium: Browser, system: System, database: Database
) -> None:
    with own_edge(system) as edge:
        context = chromium.new_context(base_url=edge.base, locale="en-GB")
        page = context.new_page()
        at_the_postcode(page)
        edge.kill()
        page.get_by_role("textbox").first.fill("CB4 3EH")
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".fd-not-sent")).to_be_visible()
        edge.start()
        expect(page.get_by_role("heading", name="What is your postcode?")).to_be_hidden(timeout=45_000)
        assert messages_of(database, conversation_of(page, system)) == [WORK_AND_RENT, "CB4 3EH"]
        context.close()


def test_the_chat_page_is_light_and_asks_nobody_else(chromium: Browser, system: System) -> None:
    context = chromium.new_context(base_url=system.base)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    hosts: set[str] = set()

    def started(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event.get("type", "")
        hosts.add(event["request"]["url"].split("/")[2])

    wire.on("Network.requestWillBeSent", started)
    wire.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    at_the_postcode(page)
    sizes.clear()
    wire.send("Network.clearBrowserCache")
    page.goto("/chat", wait_until="networkidle")
    fonts = sum(size for request, size in sizes.items() if kinds.get(request) == "Font")
    rest = sum(sizes.values()) - fonts
    assert 1_000 < rest <= 100_000, f"{rest} bytes before the fonts"
    assert hosts == {system.base.removeprefix("http://")}
    context.close()
