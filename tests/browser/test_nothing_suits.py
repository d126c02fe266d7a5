"""None of the times suits, or there is none: a resident's own words, the waiting list, one person who arranges it."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Locator, Page, expect

from booking.tables import waiting
from tests.browser.directory_pages import database_of
from tests.browser.test_stories import WORK_AND_RENT
from tests.browser.test_website import answer_questions, go_on, tell
from tests.running import System

DAY = re.compile(r"\b(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday)\b")
NONE = "None of these work for me"


@pytest.fixture(params=["with scripts", "without scripts"])
def times(chromium: Browser, system: System, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A resident who looks at the times for a visit of several agencies."""
    scripts = request.param == "with scripts"
    context = chromium.new_context(base_url=system.base, locale="en-GB", java_script_enabled=scripts)
    page = context.new_page()
    tell(page, WORK_AND_RENT)
    go_on(page, "Yes, carry on")
    answer_questions(page)
    go_on(page, "See visit times")
    yield page
    context.close()


def days_offered(page: Page) -> set[str]:
    return set(DAY.findall(page.locator(".fd-itineraries").inner_text()))


def in_own_words(page: Page, words: str) -> None:
    go_on(page, NONE)
    expect(page.get_by_role("heading", name="Which days and times suit you?")).to_be_visible()
    page.get_by_label("Your own words").fill(words)
    go_on(page, "Continue")


def choose(page: Page, label: str) -> None:
    page.get_by_label(label).check()
    go_on(page, "Continue")


def agree(page: Page, *, until: Locator) -> None:
    """Say who one is and agree to all that is asked, until the page shows `until`."""
    for _ in range(15):
        if until.count():
            return
        if page.get_by_role("checkbox").count():
            page.get_by_role("checkbox").first.check()
            go_on(page, "Yes, they may see this")
            continue
        if page.locator("#text").count():
            page.locator("#text").fill("07700 900482" if page.locator("#text[type=tel]").count() else "Sam")
        else:
            page.get_by_role("radio").nth(1).check()
        go_on(page, "Continue")
    raise AssertionError(page.locator("main").inner_text())


def test_not_that_day_is_heard_said_back_and_obeyed(times: Page) -> None:
    unwanted = sorted(days_offered(times))[0]
    in_own_words(times, f"not {unwanted}s please")
    expect(times.get_by_text(f"We took that as: not on {unwanted}s.")).to_be_visible()
    left = days_offered(times)
    assert left
    assert unwanted not in left


def test_only_that_day_is_obeyed_though_others_come_sooner(times: Page) -> None:
    soonest = days_offered(times)
    wanted = next(day for day in ("Friday", "Thursday", "Wednesday", "Tuesday", "Monday") if day not in soonest)
    in_own_words(times, f"only {wanted}s")
    assert days_offered(times) == {wanted}


def test_what_is_no_day_or_time_is_asked_again(times: Page) -> None:
    in_own_words(times, "purple")
    expect(times.get_by_text("Sorry, we did not understand.").first).to_be_visible()
    expect(times.get_by_label("Your own words")).to_be_visible()


def test_where_no_time_fits_the_waiting_list_keeps_a_place(times: Page, system: System) -> None:
    before = places(system)
    in_own_words(times, "only Sundays")
    expect(times.get_by_text("There is no time when you can see all of them in one visit.").first).to_be_visible()
    choose(times, "Wait until a time is free. We will tell you")
    agree(times, until=times.get_by_text("You are on the waiting list."))
    (place,) = places(system) - before
    assert place[1] == "waiting"
    times.goto("/chat")
    expect(times.get_by_text("You are on the waiting list.").first).to_be_visible()


def places(system: System) -> set[tuple[str, str]]:
    with closing(database_of(system)) as database, database.reading() as db:
        return {(row.id, row.state) for row in db.execute(sa.select(waiting.c.id, waiting.c.state))}


def test_where_no_time_fits_one_person_can_arrange_it(times: Page, system: System) -> None:
    before = places(system)
    in_own_words(times, "only Sundays")
    choose(times, "Have one person arrange it with me")
    agree(times, until=times.locator(".fd-promise"))
    assert places(system) == before, "nobody waits on the list besides"
