"""The website in a real browser: with and without JavaScript, at desktop and phone size, to the visit's own page."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_stories import WORK_AND_RENT
from tests.running import System

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desktop": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, chromium: Browser, system: System) -> Iterator[BrowserContext]:
    made = chromium.new_context(
        base_url=system.base, locale="en-GB", java_script_enabled=request.param == "with JavaScript"
    )
    yield made
    made.close()


def go_on(page: Page, button: str) -> None:
    """Press the button and wait for the page to have changed: the turn number tells."""
    turn = page.locator("input[name=turn]").first
    before = turn.input_value() if turn.count() else None
    page.get_by_role("button", name=button, exact=False).first.click()
    page.wait_for_function(
        "b => { const t = document.querySelector('input[name=turn]'); return !t || t.value !== b }", arg=before
    ) if before is not None else page.wait_for_url("**/chat*")


def tell(page: Page, text: str) -> None:
    page.goto("/")
    page.get_by_role("textbox").first.fill(text)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/chat*")


def answer_questions(page: Page) -> None:
    for _ in range(8):
        heading = page.get_by_role("heading", level=1).inner_text()
        if heading == "Your plan":
            return
        if "postcode" in heading:
            page.get_by_role("textbox").first.fill("CB4 3EH")
            go_on(page, "Continue")
        elif "old" in heading:
            page.get_by_role("textbox").first.fill("38")
            go_on(page, "Continue")
        else:
            go_on(page, "Skip")
    raise AssertionError("no plan")


def book(page: Page) -> str:
    """From the first word to a booked visit. Returns the reference."""
    tell(page, WORK_AND_RENT)
    expect(page.get_by_role("heading", name="Did we hear you right?")).to_be_visible()
    assert page.locator("mark").count() >= 3
    go_on(page, "Yes, carry on")
    answer_questions(page)
    go_on(page, "See visit times")
    page.get_by_role("radio").first.check()
    go_on(page, "Keep this time")
    page.get_by_role("textbox").first.fill("Sam")
    go_on(page, "Continue")
    page.get_by_role("textbox").first.fill("07700 900482")
    go_on(page, "Continue")
    page.get_by_role("radio").nth(1).check()
    go_on(page, "Continue")
    while page.get_by_role("checkbox").count():
        assert page.locator("input[type=checkbox]:checked").count() == 0, "consent is never ticked for anybody"
        page.get_by_role("checkbox").first.check()
        go_on(page, "Yes, they may see this")
    go_on(page, "Book this visit")
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    found = re.search(r"/visit/([A-Z0-9]{6})/calendar.ics", page.content())
    assert found is not None
    return found[1]


def test_from_first_word_to_a_booked_visit_and_its_change_and_cancel(context: BrowserContext) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    reference = book(page)
    page.go_back()
    page.goto("/chat")
    expect(page.get_by_role("heading", name="Your visit is booked")).to_be_visible()
    page.goto(f"/visit/{reference}/change")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name=re.compile("change|move|keep", re.IGNORECASE)).first.click()
    page.wait_for_url(f"**/visit/{reference}")
    calendar = page.request.get(f"/visit/{reference}/calendar.ics").text()
    assert "SEQUENCE:" in calendar
    assert not re.search(r"rent|job|debt|council", calendar, re.IGNORECASE), "a calendar says nothing about why"
    page.locator("summary", has_text="Cancel").click()
    page.get_by_role("button", name=re.compile("cancel", re.IGNORECASE)).last.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("cancelled")
    assert not errors


def test_a_stranger_cannot_open_a_visit_by_its_reference(chromium: Browser, system: System) -> None:
    mine = chromium.new_context(base_url=system.base)
    reference = book(mine.new_page())
    theirs = chromium.new_context(base_url=system.base)
    page = theirs.new_page()
    page.goto(f"/visit/{reference}")
    assert "10:00" not in page.content()
    assert "Jobcentre" not in page.content()
    mine.close()
    theirs.close()


def test_exit_ends_the_sitting_on_the_server(page: Page, system: System) -> None:
    page.route(
        "https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html")
    )
    tell(page, "He hit me again last night. I've got two kids and nowhere to go")
    assert page.title() == "Front Door"
    expect(page.get_by_role("link", name=re.compile("999")).first).to_be_visible()
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    page.get_by_role("link", name=re.compile("Exit")).or_(
        page.get_by_role("button", name=re.compile("Exit"))
    ).first.click()
    expect(page.get_by_role("heading", name="Weather")).to_be_visible()
    page.context.add_cookies([{"name": "sitting", "value": cookies["sitting"], "url": system.base}])
    page.goto("/chat")
    assert "hit me" not in page.content(), "the old cookie opens nothing"


def test_an_empty_answer_is_told_what_to_do(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert").or_(page.locator(".govuk-error-summary")).first).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_no_page_scrolls_sideways_and_axe_finds_nothing(chromium: Browser, system: System, size: str) -> None:
    context = chromium.new_context(base_url=system.base, viewport=SIZES[size], bypass_csp=True)
    page = context.new_page()
    found = {}
    for path in ("/", "/talk", "/privacy", "/accessibility", "/about", "/visit", "/desk/sign-in"):
        page.goto(path)
        found[path] = faults(page)
    tell(page, WORK_AND_RENT)
    found["needs"] = faults(page)
    go_on(page, "Yes, carry on")
    found["question"] = faults(page)
    answer_questions(page)
    found["plan"] = faults(page)
    go_on(page, "See visit times")
    found["openings"] = faults(page)
    tell_again = context.new_page()
    tell_again.context.clear_cookies()
    tell(tell_again, "He hit me again last night. I've got two kids and nowhere to go")
    found["safety"] = faults(tell_again)
    context.close()
    assert not {path: problems for path, problems in found.items() if problems}


def faults(page: Page) -> list[str]:
    problems = []
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        problems.append("scrolls sideways")
    page.add_script_tag(path=str(AXE))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return problems + [
        f"{v['id']}: {json.dumps([n['target'] for n in v['nodes']])[:200]}" for v in result["violations"]
    ]
