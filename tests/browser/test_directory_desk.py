"""Keeping a service true in a browser without scripts: change, two at once, history, undo, assure, an owner's link."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.keeping import reviews
from foundation.clock import utc_now
from tests.browser.directory_pages import HOME, change, database_of
from tests.browser.pages import Steps, sign_in_at
from tests.running import System
from tests.unit.directory_fixtures import documents

OURS = documents()["city-housing-benefit-extra-rent-help"]["id"]
SERVICE = f"{HOME}/services/{OURS}"


@pytest.fixture
def plain(chromium: Browser, system: System) -> Iterator[Page]:
    """A browser without scripts, at the desk of the council's editor."""
    context = chromium.new_context(base_url=system.base, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, system, "council-data")
    yield page
    context.close()


def sign_in(page: Page, system: System, username: str) -> None:
    page.goto("/desk/sign-in")
    page.get_by_label("Name you sign in with").fill(username)
    lines = (system.var / "demo-passwords.txt").read_text().splitlines()
    page.get_by_label("Password").fill(dict(line.split(" ") for line in lines)[username])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{HOME}")


def test_a_phone_is_changed_looked_up_in_the_history_and_brought_back(plain: Page) -> None:
    plain.get_by_label("Find a service").fill("housing benefit")
    plain.get_by_role("button", name="Find").click()
    plain.locator(f"a[href='{SERVICE}']").click()
    before = plain.locator("#phones li").all_inner_texts()
    plain.get_by_role("link", name="Change Phones").click()
    plain.get_by_role("button", name="Add another phone").click()
    number = plain.get_by_label("Number").last
    number.fill("ring us")
    number.press("Enter")  # saves, and adds no row
    expect(plain.locator(".govuk-error-summary")).to_contain_text("Write a phone number")
    expect(plain.locator(".govuk-input--error")).to_have_value("ring us")
    plain.locator(".govuk-input--error").fill("01632 960999")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator("#phones")).to_contain_text("01632 960999")
    plain.get_by_role("link", name="History").click()
    plain.get_by_role("link", name="What changed").first.click()
    expect(plain.locator("ins")).to_have_text("Is: 01632 960999")
    plain.locator("tbody tr", has_text="Bring this back").first.get_by_role("button").click()
    plain.get_by_role("link", name="Back to the service").click()
    assert plain.locator("#phones li").all_inner_texts() == before


def test_a_service_is_added_found_by_people_closed_and_opened_again(plain: Page) -> None:
    plain.get_by_role("link", name="Add a service").click()
    plain.get_by_label("Name", exact=True).fill("Seedling swap")
    plain.get_by_label("What it does").fill("Bring seeds and take seedlings home.")
    plain.get_by_role("button", name="Add the service").last.click()
    expect(plain.locator(".govuk-error-summary")).to_contain_text("Choose at least one thing")
    expect(plain.get_by_label("Name", exact=True)).to_have_value("Seedling swap")
    plain.get_by_label("Food").select_option("2")
    plain.get_by_label("Number").fill("01632 960777")
    plain.get_by_label("Area 1").fill("Cambridge City Council (E07000008)")
    plain.get_by_role("button", name="Add the service").last.click()
    expect(plain.get_by_role("status")).to_contain_text("Added. People can find it now.")
    plain.get_by_role("link", name="Change What we tell people").click()
    plain.get_by_label("Why this service helps").fill("You meet your neighbours.")
    plain.get_by_role("button", name="Save").last.click()
    expect(plain.locator("#wording")).to_contain_text("You meet your neighbours.")
    at, found = plain.url.partition("?")[0], plain.get_by_role("link", name="Seedling swap")
    for status, said, people_see in (
        ("", "", 1),
        ("Closed for now", "not shown this service any more", 0),
        ("Open to people", "shown this service again", 1),
    ):
        if status:
            plain.goto(at)
            plain.get_by_role("link", name="Change Open or closed").click()
            plain.get_by_label(status).check()
            plain.get_by_role("button", name="Save").last.click()
            expect(plain.get_by_role("status")).to_contain_text(said)
        plain.goto("/services")
        plain.get_by_label("What are you looking for?").fill("seedling swap")
        plain.get_by_role("button", name="Search").click()
        expect(found).to_have_count(people_see)


def test_two_who_write_at_the_same_time_both_see_what_the_other_wrote(plain: Page, system: System) -> None:
    plain.goto(f"{SERVICE}/change/wording")
    plain.get_by_label("Why this service helps").fill("We wrote this.")
    change(system, service_id=OURS, **{"front_door.why": "The feed wrote that."})
    plain.get_by_role("button", name="Save").click()
    expect(plain.get_by_role("heading", name="Somebody changed this while you were writing")).to_be_visible()
    expect(plain.locator(".fd-desk__both")).to_contain_text("The feed wrote that.")
    expect(plain.locator(".fd-desk__both")).to_contain_text("We wrote this.")
    expect(plain.get_by_label("Why this service helps")).to_have_value("We wrote this.")
    plain.get_by_role("button", name="Save").click()
    expect(plain.locator("#wording")).to_contain_text("We wrote this.")


def test_one_button_says_that_everything_is_still_right(plain: Page, system: System) -> None:
    change(system, service_id=OURS, assured_date="2026-01-01")
    plain.goto(SERVICE)
    expect(plain.locator(".fd-desk__top .govuk-tag")).to_have_text("Out of date")
    plain.get_by_role("button", name="Everything is still right").click()
    expect(plain.locator(".fd-desk__top .govuk-tag")).to_have_text("Checked")
    expect(plain.get_by_role("status")).to_contain_text("marked as checked today")


def test_an_owner_answers_by_a_link_without_an_account(plain: Page, system: System) -> None:
    with closing(database_of(system)) as database, database.writing() as db:
        secret = reviews.ask(db, OURS, now=utc_now())
    plain.context.clear_cookies()
    plain.goto(f"/review/{secret}")
    plain.get_by_label("The opening hours").check()
    plain.get_by_role("button", name="Tell the directory team").click()
    expect(plain.get_by_role("heading", name="Thank you")).to_be_visible()
    sign_in(plain, system, "council-data")
    plain.goto(f"{HOME}/told")
    row = plain.locator("tr", has=plain.locator(f"a[href='{SERVICE}']")).filter(has_text="The opening hours")
    row.get_by_role("checkbox").check()
    plain.get_by_role("button", name="Take the ticked ones off the list").click()
    expect(row).to_have_count(0)


def test_the_desk_is_worked_by_keyboard(page: Page, system: System) -> None:
    """From the list to a saved change, with nothing but Tab, Enter and letters."""
    sign_in_at(Steps(page, ""), system, "council-data")
    page.goto(f"{SERVICE}/change/owner")
    page.locator("#name").focus()
    page.keyboard.type("The benefits team")
    page.keyboard.press("Tab")
    page.keyboard.type("benefits@example.org")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save").last).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{SERVICE}?saved=owner*")
    expect(page.locator("#owner")).to_contain_text("The benefits team, benefits@example.org")
