"""Running a hub in a browser: a sick adviser, a change of the rota, arrivals; without scripts, and with them live."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from booking.changes.change import RotaChange
from booking.changes.rota import apply
from booking.rotas.rules import LEAVE, Rule
from booking.visits.model import load_visit
from foundation.clock import utc_now
from tests.browser.directory_pages import database_of
from tests.browser.pages import Steps, sign_in_at
from tests.integration.hub_fixtures import HOME, booked, day_of, put_visit, soon
from tests.running import System


@pytest.fixture
def plain(chromium: Browser, system: System) -> Iterator[Page]:
    """A browser without scripts, at the desk of who runs the hub."""
    context = chromium.new_context(base_url=system.base, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    lines = (system.var / "demo-passwords.txt").read_text().splitlines()
    page.goto("/desk/sign-in")
    page.get_by_label("Name you sign in with").fill("hub")
    page.get_by_label("Password").fill(dict(line.split(" ") for line in lines)["hub"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{HOME}")
    yield page
    context.close()


def test_a_sick_adviser_from_the_report_to_what_became_of_the_visit(plain: Page, system: System) -> None:
    with closing(database_of(system)) as database:
        made = booked(database, "Zofia", agencies=("cvs", "citizens_advice"))
    day = day_of(made.start).isoformat()
    plain.goto(f"{HOME}/people/{made.legs[0].adviser}")
    plain.get_by_role("link", name="They cannot come").click()
    plain.get_by_label("From this day").fill(day)
    plain.get_by_label("Until this day").fill(day)
    plain.get_by_role("button", name="See what it hits").click()
    row = plain.locator("tbody tr", has_text=made.reference[3:])
    expect(row).to_contain_text("Zofia")
    with closing(database_of(system)) as database:
        assert load_visit(database, made.reference).version == made.version, "looking changes nothing"
    plain.get_by_role("button", name="Report it and settle the visits").click()
    expect(plain.locator("tbody tr", has_text=made.reference[3:])).to_be_visible()
    with closing(database_of(system)) as database:
        after = load_visit(database, made.reference)
    assert after.version > made.version
    assert (made.legs[0].adviser, made.legs[0].start) not in {(leg.adviser, leg.start) for leg in after.legs}
    plain.get_by_role("link", name="Something broke").click()
    expect(plain.get_by_role("heading", name="Reported lately")).to_be_visible()


def test_a_change_of_the_rota_shows_what_it_breaks_and_leaves_it_to_do(plain: Page, system: System) -> None:
    with closing(database_of(system)) as database:
        made = booked(database, "Ali", agencies=("nhs_primary", "county_adults"))
    day, who = day_of(made.start).isoformat(), made.legs[0].adviser
    plain.goto(f"{HOME}/people/{who}")
    plain.get_by_role("link", name="Add leave").click()
    plain.get_by_label("First day").fill(day)
    plain.get_by_label("Last day").fill(day)
    plain.get_by_label("From", exact=True).fill("later")
    plain.get_by_label("To", exact=True).fill("5pm")
    plain.get_by_label("To", exact=True).press("Enter")  # looks, and takes nothing away
    expect(plain.locator(".govuk-error-summary")).to_contain_text("Write a time")
    expect(plain.get_by_label("From", exact=True)).to_have_value("later")
    plain.get_by_label("From", exact=True).fill("")
    plain.get_by_label("To", exact=True).fill("")
    plain.get_by_role("button", name="See what it changes").last.click()
    expect(plain.locator("tbody tr", has_text=made.reference[3:])).to_contain_text("Ali")
    plain.get_by_role("button", name="Change it first").click()
    expect(plain.get_by_label("First day")).to_have_value(day)
    plain.get_by_role("button", name="See what it changes").last.click()
    plain.get_by_role("button", name="Make this change").click()
    todo = plain.locator("tbody tr", has_text=made.reference[3:])
    expect(todo).to_contain_text("is not here at")
    todo.get_by_role("link", name="Find another time").click()
    plain.get_by_role("radio").first.check()
    plain.get_by_label("Why").fill("Rang them")
    plain.get_by_role("button", name="Move the visit").click()
    expect(plain.get_by_text("Moved by the hub: Rang them")).to_be_visible()
    plain.goto(f"{HOME}/broken")
    expect(plain.locator("tbody tr", has_text=made.reference[3:])).to_have_count(0)


def test_one_press_finds_another_place_and_what_finds_none_is_for_somebody_to_ring(plain: Page, system: System) -> None:
    """The second visit is on a day that the rota does not reach yet, with people who are not there any more."""
    with closing(database_of(system)) as database:
        made = booked(database, "Amina", agencies=("city_housing", "citizens_advice"))
        far = put_visit(database, soon() + timedelta(days=120), "Olek")
        day, who = day_of(made.start), made.legs[0].adviser
        away = Rule(kind=LEAVE, whom=f"adviser:{who}", first_day=day, last_day=day)
        apply(database, RotaChange(add=(away,)), by="hub", now=utc_now())
    plain.goto(f"{HOME}/broken")
    todo = plain.get_by_role("region", name="Left to you")
    expect(todo.get_by_text("Ring these people and find another time.")).to_be_visible()
    for reference in (made.reference, far):
        expect(todo.locator("tbody tr", has_text=reference[3:])).to_be_visible()
    todo.get_by_role("button", name="Find another place for").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("A change of the rota")
    expect(plain.locator("tbody tr", has_text=far[3:])).to_contain_text("Left to you")
    expect(plain.locator("tbody tr", has_text=made.reference[3:])).not_to_contain_text("Left to you")
    plain.goto(f"{HOME}/broken")
    ring = todo.locator("tbody tr", has_text=far[3:])
    expect(ring).to_contain_text("Olek")
    expect(ring).to_contain_text("Nothing else fitted by itself.")
    expect(ring.get_by_role("link", name="Find another time")).to_be_visible()
    expect(todo.locator("tbody tr", has_text=made.reference[3:])).to_have_count(0)
    expect(todo.get_by_role("button", name="Find another place for")).to_have_count(0)
    plain.goto(f"{HOME}/visits/{far}")
    plain.get_by_label("Why").fill("Rang Olek, who does not need it")
    plain.get_by_role("button", name="Cancel this visit").click()
    plain.goto(f"{HOME}/broken")
    expect(todo.locator("tbody tr", has_text=far[3:])).to_have_count(0)


def test_who_arrives_is_pressed_here_and_seen_there_by_itself(plain: Page, page: Page, system: System) -> None:
    with closing(database_of(system)) as database:
        reference = put_visit(database, soon(), "Ines")
    sign_in_at(Steps(page, ""), system, "hub")
    there = page.locator(f"#visit-{reference}")
    expect(there).to_contain_text("Expected")
    plain.goto(HOME)
    plain.locator(f"#visit-{reference}").get_by_role("button", name="Arrived").click()
    expect(plain.locator(f"#visit-{reference}")).to_contain_text("Here")
    expect(there).to_contain_text("Here", timeout=15_000)
    button = there.get_by_role("button", name="Begin").first
    button.focus()
    page.keyboard.press("Enter")
    expect(there).to_contain_text("With them now")
    there.get_by_role("button", name="Undo").click()
    expect(there.locator("tr").nth(1)).to_contain_text("Planned")


def test_nobody_is_disturbed_who_writes_a_note(plain: Page, page: Page, system: System) -> None:
    """What somebody types stays while others press; the board is brought up to date when they are done."""
    with closing(database_of(system)) as database:
        mine = put_visit(database, soon(), "Mo")
        other = put_visit(database, soon(), "Jo")
    sign_in_at(Steps(page, ""), system, "hub")
    page.locator("#day").focus()
    plain.goto(HOME)
    plain.locator(f"#visit-{other}").get_by_role("button", name="Arrived").click()
    expect(page.locator("[data-late]")).to_be_attached(timeout=15_000)
    expect(page.locator(f"#visit-{other}")).to_contain_text("Expected")
    expect(page.locator("#day")).to_be_focused()
    page.locator("h1").click()
    expect(page.locator(f"#visit-{other}")).to_contain_text("Here")
    expect(page.locator(f"#visit-{mine}")).to_contain_text("Expected")
