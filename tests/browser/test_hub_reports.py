"""The hub's reports in a browser: plots with their tables, a simulation from the form to its answer, sheets, print."""

import csv
import io
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from booking.reports.runs import last_run
from booking.tables import search_outcome
from foundation.clock import to_london, utc_now
from tests.browser.directory_pages import database_of
from tests.browser.test_accessibility import AXE, FIND
from tests.browser.test_desk import password_of
from tests.integration.hub_fixtures import HOME
from tests.running import System, wait_for

REPORTS = f"{HOME}/reports"
SEARCHES = 30


@pytest.fixture(scope="module")
def history(system: System) -> System:
    """Some searches of the last days, so that there is something to count."""
    with closing(database_of(system)) as database, database.writing() as db:
        for number in range(SEARCHES):
            at = utc_now() - timedelta(days=7 + number % 5)
            row = {
                "hub": "fitzroy_street", "at": at, "agencies": ["cvs", "jobcentre"], "what": "whole",
                "first_day": to_london(at).date() + timedelta(days=3), "blocked_kind": "agency", "blocked_name": "cvs",
            }  # fmt: skip
            db.execute(sa.insert(search_outcome).values(**row))
    return system


@pytest.fixture(params=["with scripts", "without scripts"])
def manager(chromium: Browser, history: System, request: pytest.FixtureRequest) -> Iterator[Page]:
    scripts = request.param == "with scripts"
    context = chromium.new_context(base_url=history.base, locale="en-GB", java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/desk/sign-in")
    page.get_by_label("Name you sign in with").fill("hub")
    page.get_by_label("Password").fill(password_of(history, "hub"))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{HOME}")
    page.goto(REPORTS)
    yield page
    context.close()


def test_each_plot_has_a_name_and_its_table_the_same_numbers(manager: Page) -> None:
    plot = manager.get_by_role("img", name="The chance of a joint visit, from the diaries as they are now")
    expect(plot).to_be_visible()
    table = manager.get_by_role("table", name="Chance of a joint visit, by number of agencies")
    shown = {text.text_content() for text in plot.locator("text").all()}
    cells = [row.locator("td").nth(1).text_content() for row in table.locator("tbody tr").all()]
    assert len(cells) == 6
    assert set(cells) <= shown
    expect(manager.get_by_role("table", name="What stood in the way")).to_contain_text("Nobody free")
    assert not manager.locator("main [style], main style, main script").count()


def test_words_in_plots_are_as_large_as_those_around_them_on_a_phone(manager: Page) -> None:
    manager.set_viewport_size({"width": 390, "height": 844})
    for text in manager.locator(".fd-plot text").all():
        box = text.bounding_box()
        assert box is not None
        assert box["height"] >= 15, text.text_content()
        assert box["x"] >= 0, text.text_content()
        assert box["x"] + box["width"] <= 390, text.text_content()


def test_a_simulation_from_the_form_to_its_answer(manager: Page, history: System) -> None:
    manager.get_by_label("More hours a week").select_option("1")
    manager.get_by_label("Day", exact=True).select_option(label="Friday")
    manager.get_by_role("button", name="Work it out").click()
    expect(manager.locator(".govuk-error-summary")).to_contain_text("Say both the day of the week and the hour")
    expect(manager.get_by_label("Day", exact=True)).to_have_value("4")
    manager.get_by_label("From", exact=True).select_option(label="9am")
    manager.get_by_label("People who ask").fill("0.5")
    manager.get_by_label("Diaries full besides").fill("0")
    manager.get_by_role("button", name="Work it out").click()
    manager.wait_for_url(f"**{REPORTS}#what-if")
    expect(manager.locator("#what-if")).to_contain_text("We are working it out.")

    def is_done() -> bool:
        with closing(database_of(history)) as database:
            run = last_run(database, now=utc_now())
        return run is not None and not run.open

    wait_for(is_done, 150, every=1)
    manager.get_by_role("link", name="Look again").click()
    manager.reload()  # the link leads to where the page is already
    expect(manager.locator("#what-if")).to_contain_text("Friday, 9am to 10am")
    expect(manager.get_by_role("table", name="Chance of an offer with the rota as it is")).to_be_visible()


def test_a_sheet_comes_down_and_is_what_the_page_shows(manager: Page) -> None:
    with manager.expect_download() as coming:
        manager.locator("a[download][href*='/blocked.csv']").click()
    rows = list(csv.DictReader(io.StringIO(Path(coming.value.path()).read_text(encoding="utf-8"))))
    assert coming.value.suggested_filename == "blocked.csv"
    found = {(row["kind"], row["name"]): row["count"] for row in rows}
    assert int(found["agency", "cvs"]) >= SEARCHES


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_nothing_stands_in_anybodys_way(chromium: Browser, history: System, width: int) -> None:
    context = chromium.new_context(base_url=history.base, viewport={"width": width, "height": 900})
    with closing(context):
        page = context.new_page()
        page.goto("/desk/sign-in")
        page.get_by_label("Name you sign in with").fill("hub")
        page.get_by_label("Password").fill(password_of(history, "hub"))
        page.get_by_role("button", name="Sign in").click()
        page.goto(REPORTS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(AXE)
        assert page.evaluate(FIND, {})["violations"] == []
