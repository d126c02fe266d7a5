"""A conversation in Polish in a real browser, from the link to the booked visit. Only the directory speaks English."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_website import go_on
from tests.running import System

# Every text of a page, but what is marked as another language than the page's.
TEXTS = """() => {
  const found = []
  const walk = (node, marked) => {
    if (node.nodeType === 3 && node.textContent.trim() && !marked) found.push(node.textContent.trim())
    if (node.nodeType !== 1 || ['SCRIPT', 'STYLE'].includes(node.tagName)) return
    const other = marked || (node.tagName !== 'HTML' && node.lang !== '' && node.lang !== 'pl')
    for (const name of ['aria-label', 'alt', 'title', 'placeholder'])
      if (node.getAttribute(name) && !other) found.push(node.getAttribute(name))
    node.childNodes.forEach((child) => walk(child, other))
  }
  walk(document.documentElement, false)
  return found
}"""
# English words that a Polish sentence does not have.
ENGLISH = re.compile(r"\b(?:the|you|your|and|of|to your|with|what|this|is|are|call|choose|visit|need)\b", re.IGNORECASE)


@pytest.fixture(params=[1280, 390])
def page(request: pytest.FixtureRequest, chromium: Browser, system: System) -> Iterator[Page]:
    context = chromium.new_context(base_url=system.base, viewport={"width": request.param, "height": 850})
    yield context.new_page()
    context.close()


def all_polish(page: Page) -> None:
    assert page.locator("html").get_attribute("lang") == "pl"
    assert [text for text in page.evaluate(TEXTS) if ENGLISH.search(text)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs off the page"


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def pick(page: Page, label: str) -> None:
    page.get_by_role("radio", name=label, exact=True).check()
    go_on(page, "Dalej")


def answer_questions(page: Page) -> None:
    for _ in range(8):
        asked = heading(page)
        all_polish(page)
        if asked == "Twój plan":
            return
        if "kod pocztowy" in asked:
            page.get_by_role("textbox").first.fill("CB4 3EH")
            go_on(page, "Dalej")
        else:
            go_on(page, "Pomiń")
    raise AssertionError("no plan")


def test_from_the_link_to_a_booked_visit(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="Polski").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Opowiedz nam, co się dzieje")
    for path in ("/talk", "/privacy", "/accessibility", "/about", "/visit", "/nowhere", "/"):
        page.goto(path)
        all_polish(page)
    page.get_by_role("textbox").first.fill("Nie mam pieniędzy na czynsz i nie mam pracy")
    page.get_by_role("button", name="Dalej").click()
    page.wait_for_url("**/chat*")
    expect(page.get_by_text("zadzwoń: 999").first).to_be_visible()
    pick(page, "Zaległy czynsz")
    go_on(page, "Dodaj coś jeszcze")
    all_polish(page)
    pick(page, "Praca")
    assert [need.inner_text() for need in page.locator(".fd-needs h2").all()] == ["Zaległy czynsz", "Praca"]
    go_on(page, "Tak, dalej")
    answer_questions(page)
    go_on(page, "Zobacz terminy wizyty")
    all_polish(page)
    page.get_by_role("radio").first.check()
    go_on(page, "Zarezerwuj mi ten termin")
    page.get_by_role("textbox").first.fill("Ola")
    go_on(page, "Dalej")
    page.get_by_role("textbox").first.fill("07700 900482")
    go_on(page, "Dalej")
    page.get_by_role("radio").first.check()
    go_on(page, "Dalej")
    while page.get_by_role("checkbox").count():
        page.get_by_role("checkbox").first.check()
        all_polish(page)
        go_on(page, "Tak, mogą to zobaczyć")
    all_polish(page)
    go_on(page, "Umów tę wizytę")
    expect(page.get_by_role("heading", level=1)).to_have_text("Twoja wizyta jest umówiona")
    all_polish(page)
    page.get_by_role("link", name="Zmień termin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zmień termin wizyty")
    all_polish(page)


def test_the_question_that_waits_is_asked_again_in_the_new_language(page: Page) -> None:
    page.goto("/")
    page.get_by_role("textbox").first.fill("I have no money for food and I owe rent")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url("**/chat*")
    go_on(page, "Yes, carry on")
    asked = heading(page)
    page.get_by_role("link", name="Polski").click()
    page.wait_for_url("**/chat")
    assert page.locator("html").get_attribute("lang") == "pl"
    assert heading(page) != asked
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/chat")
    assert heading(page) == asked


def test_exit_forgets_the_language(page: Page) -> None:
    page.goto("/language/pl?to=/privacy")
    assert page.url.endswith("/privacy")
    assert [cookie["name"] for cookie in page.context.cookies()] == ["language"]
    page.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="weather"))
    page.get_by_role("link", name="Wyjdź").first.click()
    page.wait_for_url("https://www.bbc.co.uk/**")
    page.goto("/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_language_link_leads_to_no_other_site(page: Page, system: System) -> None:
    page.goto("/language/pl?to=//example.com/")
    assert page.url == f"{system.base}/"
