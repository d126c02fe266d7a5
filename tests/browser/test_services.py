"""The directory's public pages in a real browser, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.test_website import SIZES, answer_questions, faults, go_on, tell
from tests.running import System
from web.services.asking import PAGE_SIZE

NAMES = ".fd-results__name a"
BILL = "my heating is off and I cannot pay the electricity bill"


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def context(request: pytest.FixtureRequest, chromium: Browser, system: System) -> Iterator[BrowserContext]:
    made = chromium.new_context(
        base_url=system.base, locale="en-GB", java_script_enabled=request.param == "with JavaScript"
    )
    yield made
    made.close()


def test_from_the_first_page_to_a_service_and_to_say_what_is_wrong(context: BrowserContext) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="find a service").click()
    page.get_by_label("What are you looking for?").fill("benifits")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("We looked for “benefits”")).to_be_visible()
    page.get_by_role("link", name="Benefits advice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Benefits advice")
    page.get_by_text("Is something wrong here?").click()
    page.get_by_role("radio", name="The phone number").check()
    page.get_by_role("button", name="Tell them").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    page.get_by_role("link", name="Tell us what is going on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tell us what is going on")
    assert not errors


def test_filters_and_pages_keep_what_was_asked(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/services")
    page.get_by_text("Only some services").click()
    page.get_by_label("For people who live at this postcode").fill("cb43eh")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**postcode=cb43eh*")
    first = page.locator(NAMES).all_inner_texts()
    assert len(first) == PAGE_SIZE
    page.get_by_role("link", name="Next page").click()
    page.wait_for_url("**page=2*")
    expect(page.get_by_label("For people who live at this postcode")).to_have_value("cb43eh")
    second = page.locator(NAMES).all_inner_texts()
    assert second
    assert not set(first) & set(second)
    page.get_by_role("link", name="Previous page").click()
    expect(page.locator(NAMES)).to_have_text(first)


def test_while_typing_names_are_offered(chromium: Browser, system: System) -> None:
    context = chromium.new_context(base_url=system.base, locale="en-GB")
    page = context.new_page()
    page.goto("/services")
    page.get_by_label("What are you looking for?").press_sequentially("deme")
    expect(page.locator("#suggestions option[value='Dementia support line']")).to_be_attached()
    context.close()


def test_a_plan_leads_to_the_page_of_each_service(context: BrowserContext) -> None:
    page = context.new_page()
    tell(page, BILL)
    go_on(page, "Yes, carry on")
    answer_questions(page)
    card = page.locator(".govuk-summary-card").first
    name = card.locator("dd").first.inner_text()
    card.get_by_role("link", name="More about this").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_no_way_out_of_the_kiosk_leads_here(chromium: Browser, system: System) -> None:
    context = chromium.new_context(base_url=system.base, locale="en-GB")
    page = context.new_page()
    page.goto("/kiosk")
    assert page.locator("a[href^='/services']").count() == 0
    context.close()


@pytest.mark.parametrize("width", [*SIZES, "small phone"])
def test_services_fit_and_axe_finds_nothing(chromium: Browser, system: System, width: str) -> None:
    size = {"width": 320, "height": 640} if width == "small phone" else SIZES[width]
    context = chromium.new_context(base_url=system.base, viewport=size, bypass_csp=True)
    page = context.new_page()
    found = {}
    for path in ("/services", "/services?text=benifits&open=1", "/services?postcode=rubbish",
                 "/services?text=i+want+to+kill+myself", "/services/none"):  # fmt: skip
        page.goto(path)
        found[path] = faults(page)
    page.goto("/services?text=wintercomfort")
    page.locator(".fd-results a").first.click()
    page.get_by_text("Is something wrong here?").click()
    found["service"] = faults(page)
    context.close()
    assert not {path: problems for path, problems in found.items() if problems}
