"""The widget on another site's page: strict policy around it, third-party cookies blocked, and who may not show it."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright, expect, sync_playwright

from tests.browser.test_stories import WORK_AND_RENT
from tests.running import ROOT, System, free_port, is_ready, wait_for

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NO_COOKIES_OF_OTHERS = "--test-third-party-cookie-phaseout"
MEASURE = """() => {
  window.shifted = 0
  new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifted += entry.value })
    .observe({ type: "layout-shift", buffered: true })
}"""
PAGE = """<!doctype html><html lang="en"><head><title>Anytown Council</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/style.css"></head><body><main><h1>Anytown Council</h1>
<p>Bins are emptied on Thursdays. <a href="{home}/" id="plain">Tell Front Door what is going on</a></p>
{place}<script src="{home}/widget.js" async {data}></script><p id="after">Contact us.</p></main></body></html>"""


@dataclass
class Host:
    """A council's website, on another site than Front Door's. What it got of cookies is kept."""

    home: str
    server: ThreadingHTTPServer = field(init=False)
    cookies: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        host = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host.cookies += self.headers.get_all("Cookie") or []
                kind, body = "text/html", PAGE
                place = '<div id="here"><a href="/">Front Door</a></div>' if self.path == "/inline" else ""
                data = 'data-inline="here"' if place else ""
                if self.path == "/style.css":
                    kind, body = "text/css", "#here { min-height: 640px }"
                elif self.path.startswith("/frame/"):
                    body = f'<iframe src="{host.home}{self.path.removeprefix("/frame")}"></iframe>'
                elif self.path == "/polish":
                    data = 'data-language="pl"'
                text = body.replace("{home}", host.home).replace("{place}", place).replace("{data}", data).encode()
                self.send_response(200)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(text)))
                # What the documentation says a strict page has to allow, and nothing more.
                policy = f"default-src 'none'; style-src 'self'; script-src {host.home}; frame-src {host.home}"
                self.send_header("Content-Security-Policy", f"{policy}; require-trusted-types-for 'script'")
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Nothing: the test says what is wrong."""

        return Answer


@contextmanager
def edge(system: System, origin: str, port: int) -> Iterator[None]:
    """One more edge of the running system, which lets `origin` show the widget."""
    env = {**system.env, "FRONTDOOR_WEB_PORT": str(port), "FRONTDOOR_WIDGET_ORIGINS": origin}
    with (system.var / f"edge-{port}.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "web"], cwd=ROOT, env=env, stdout=log, stderr=log)
    try:
        wait_for(lambda: process.poll() is not None or is_ready(f"http://127.0.0.1:{port}"), 90)
        assert process.poll() is None, Path(log.name).read_text()
        yield
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def hosts(system: System) -> Iterator[tuple[Host, Host]]:
    """A council on the list and one that is not."""
    port = free_port()
    home = f"http://127.0.0.1:{port}"
    listed, other = Host(home), Host(home)
    with edge(system, listed.origin, port):
        yield listed, other
    for host in (listed, other):
        host.server.shutdown()
        host.server.server_close()


@pytest.fixture
def council(hosts: tuple[Host, Host]) -> Host:
    return hosts[0]


@pytest.fixture(scope="module")
def strict() -> Iterator[Browser]:
    """A Chromium that blocks the cookies of third parties."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


def launch(playwright: Playwright) -> Browser:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return playwright.chromium.launch(executable_path=found, args=[*flags, NO_COOKIES_OF_OTHERS])


@pytest.fixture
def visitor(strict: Browser) -> Iterator[BrowserContext]:
    context = strict.new_context(locale="en-GB")
    yield context
    context.close()


def open_widget(page: Page, address: str) -> Frame:
    page.goto(address)
    page.get_by_role("button", name="Tell us what is going on").click()
    return framed(page)


def framed(page: Page) -> Frame:
    page.locator("iframe").wait_for()
    handle = page.locator("iframe").element_handle()
    assert handle is not None
    frame = handle.content_frame()
    assert frame is not None
    return frame


def refused(page: Page) -> None:
    """Chromium shows its own page where a frame is not allowed."""
    wait_for(lambda: page.evaluate("true") and framed(page).url.startswith("chrome-error:"), 20)


def tell(frame: Frame, text: str = WORK_AND_RENT) -> None:
    frame.get_by_label("What is happening?").fill(text)
    frame.get_by_role("button", name="Continue").click()
    expect(frame.get_by_role("heading", name="Did we hear you right?")).to_be_visible()


def test_the_first_turns_need_no_cookie_and_leave_nothing_on_the_page(visitor: BrowserContext, council: Host) -> None:
    page = visitor.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    frame = open_widget(page, council.origin)
    tell(frame)
    visitor.clear_cookies()  # as a browser does that keeps no cookie for a frame at all
    frame.get_by_role("button", name="Yes, carry on").click()
    expect(frame.get_by_role("heading", name="What is your postcode?")).to_be_visible()
    visitor.clear_cookies()
    frame.get_by_role("textbox").fill("CB4 3EH")
    frame.get_by_role("button", name="Continue").click()
    expect(frame.get_by_role("heading", name="What is your postcode?")).to_be_hidden()
    assert frame.url == f"{council.home}/embed", "nothing about the conversation stands in an address"
    assert visitor.cookies(council.origin) == []
    assert page.evaluate("document.cookie + localStorage.length + sessionStorage.length") == "00"
    assert council.cookies == []
    assert not said


def test_cookies_of_third_parties_are_really_blocked_here_and_the_partitioned_one_finds_the_conversation_again(
    visitor: BrowserContext, council: Host
) -> None:
    page = visitor.new_page()
    frame = open_widget(page, council.origin)
    tell(frame)
    (kept,) = [cookie for cookie in visitor.cookies() if cookie["name"] == "embedded"]
    assert (kept["sameSite"], kept["secure"], kept["httpOnly"], kept["path"]) == ("None", True, True, "/embed")
    assert kept["expires"] == -1, "it lasts as long as the window"
    assert kept.get("partitionKey"), "it is kept apart for each site that shows the widget"
    visitor.add_cookies([{"name": "control", "value": "x", "url": council.home, "sameSite": "None", "secure": True}])
    with page.expect_request(lambda request: request.url.startswith(f"{council.home}/embed")) as sent:
        again = open_widget(page, council.origin)
    names = sent.value.all_headers().get("cookie", "")
    assert "embedded=" in names
    assert "control=" not in names, "the browser does not block third-party cookies, so this test shows nothing"
    expect(again.get_by_role("heading", name="Did we hear you right?")).to_be_visible()


def test_exit_takes_the_whole_window_away_and_ends_the_sitting(visitor: BrowserContext, council: Host) -> None:
    page = visitor.new_page()
    weather: dict[str, Any] = {"body": "<h1>Weather</h1>", "content_type": "text/html"}
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(**weather))
    frame = open_widget(page, council.origin)
    frame.get_by_label("What is happening?").fill("He hit me again last night. I've got two kids and nowhere to go")
    frame.get_by_role("button", name="Continue").click()
    expect(frame.get_by_role("link", name="999").first).to_be_visible()
    sitting = frame.locator("[name=sitting]").first.input_value()
    frame.get_by_role("button", name="Exit this page").click()
    expect(page.get_by_role("heading", name="Weather")).to_be_visible()
    assert page.url.startswith("https://www.bbc.co.uk/")
    shown = httpx.post(f"{council.home}/embed", data={"sitting": sitting, "turn": "1", "look": "yes"}).text
    assert "hit me" not in shown
    assert "too old" in shown


def test_a_site_that_is_not_listed_shows_nothing(visitor: BrowserContext, hosts: tuple[Host, Host]) -> None:
    listed, other = hosts
    page = visitor.new_page()
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text))
    page.goto(other.origin)
    page.get_by_role("button", name="Tell us what is going on").click()
    refused(page)
    assert any("frame-ancestors" in said for said in refusals)
    listed_policy = httpx.get(f"{listed.home}/embed").headers["content-security-policy"]
    assert f"frame-ancestors {listed.origin}" in listed_policy
    assert other.origin not in listed_policy


@pytest.mark.parametrize("path", ["/", "/talk", "/desk/sign-in", "/kiosk"])
def test_no_other_page_can_be_framed_even_by_a_listed_site(visitor: BrowserContext, council: Host, path: str) -> None:
    page = visitor.new_page()
    page.goto(f"{council.origin}/frame{path}")
    refused(page)


def test_without_javascript_the_plain_link_is_the_way_in(strict: Browser, council: Host) -> None:
    context = strict.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(council.origin)
    assert page.get_by_role("button").count() == 0
    page.get_by_role("link", name="Tell Front Door").click()
    expect(page.get_by_role("heading", name="Tell us what is going on")).to_be_visible()
    context.close()


def test_the_frame_works_where_its_own_script_is_blocked(visitor: BrowserContext, council: Host) -> None:
    visitor.route("**/front-door.js*", lambda route: route.abort())
    page = visitor.new_page()
    frame = open_widget(page, council.origin)
    tell(frame)
    visitor.clear_cookies()
    frame.get_by_role("button", name="Yes, carry on").click()
    expect(frame.get_by_role("heading", name="What is your postcode?")).to_be_visible()


def test_the_keyboard_opens_it_and_escape_gives_the_focus_back(visitor: BrowserContext, council: Host) -> None:
    page = visitor.new_page()
    page.goto(council.origin)
    button = page.get_by_role("button", name="Tell us what is going on")
    button.wait_for()
    expect(button).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("dialog", name="Tell us what is going on")).to_be_visible()
    expect(page.locator("iframe")).to_have_attribute("title", "Tell us what is going on")
    frame = framed(page)
    expect(frame.get_by_label("What is happening?")).to_be_visible()
    expect(page.locator("iframe")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_page_that_is_not_the_frame_cannot_close_it(visitor: BrowserContext, council: Host) -> None:
    page = visitor.new_page()
    open_widget(page, council.origin)
    page.evaluate("postMessage('front-door:close', '*')")
    page.wait_for_function("new Promise(done => setTimeout(() => done(true), 200))")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_on_a_phone_it_fills_the_screen(strict: Browser, council: Host) -> None:
    context = strict.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    frame = open_widget(page, council.origin)
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    tell(frame)
    assert not frame.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Tell us what is going on")).to_be_focused()
    context.close()


def test_nothing_on_the_page_moves(visitor: BrowserContext, council: Host) -> None:
    page = visitor.new_page()
    page.add_init_script(f"({MEASURE})()")
    for path in ("/", "/inline"):
        page.goto(f"{council.origin}{path}")
        if path == "/":
            page.get_by_role("button", name="Tell us what is going on").click()
        expect(framed(page).get_by_label("What is happening?")).to_be_visible()
        assert page.evaluate("new Promise(go => requestAnimationFrame(() => setTimeout(() => go(shifted), 100)))") == 0
    place, frame = page.locator("#here").bounding_box(), page.locator("iframe").bounding_box()
    assert place == frame, "the frame lies in the place that the page has kept for it"


def test_it_speaks_the_language_that_the_page_asks_for(visitor: BrowserContext, council: Host) -> None:
    page = visitor.new_page()
    page.goto(f"{council.origin}/polish")
    button = page.get_by_role("button")
    assert button.inner_text() != "Tell us what is going on"
    button.click()
    frame = framed(page)
    expect(frame.locator("html[lang=pl]")).to_be_attached()
    frame.get_by_role("textbox").fill("Jestem w ciąży i nie mam gdzie spać")
    frame.locator("main button").click()
    expect(frame.locator("[name=sitting]").first).to_be_attached()
    expect(frame.locator("html[lang=pl]")).to_be_attached()


def test_axe_finds_nothing_on_the_page_with_the_widget_or_in_the_frame(strict: Browser, council: Host) -> None:
    context = strict.new_context(bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    frame = open_widget(page, council.origin)
    tell(frame)
    page.add_script_tag(path=str(AXE))
    frame.add_script_tag(path=str(AXE))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found] == []
    context.close()


def test_the_script_is_light_and_any_site_may_load_it(council: Host) -> None:
    answer = httpx.get(f"{council.home}/widget.js")
    assert len(answer.content) <= 5000
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"


def test_a_form_from_another_site_is_not_taken(council: Host) -> None:
    answer = httpx.post(f"{council.home}/embed", data={"text": "hello"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 400
    assert 'name="sitting" value=""' in answer.text, "no conversation was begun"
