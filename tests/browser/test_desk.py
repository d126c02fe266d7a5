"""The desk: a named contact sees their cases and nobody else's; an agency sees its own legs and what was agreed."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Talk
from tests.browser.test_stories import CONTACT, WORK_AND_RENT
from tests.running import System


def password_of(system: System, username: str) -> str:
    lines = (system.var / "demo-passwords.txt").read_text().splitlines()
    return dict(line.split(" ") for line in lines)[username]


def sign_in(page: Page, system: System, username: str) -> None:
    page.context.clear_cookies()
    page.goto("/desk")
    page.get_by_label(re.compile("name", re.IGNORECASE)).first.fill(username)
    page.get_by_label(re.compile("password", re.IGNORECASE)).first.fill(password_of(system, username))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/desk")


def test_a_named_contact_works_a_case_and_a_colleague_cannot_see_it(page: Page, system: System) -> None:
    talk = Talk(system.base)
    talk.say("got out of prison friday no id no money sofa surfing")
    talk.answer_until({"handoff"}, {"postcode": "CB1 2AA", "sleeping_tonight": "friends_family", **CONTACT})
    handoff = talk.last("handoff")["data"]
    mine = handoff["name"].lower()
    sign_in(page, system, mine)
    page.goto(f"/desk/cases/{handoff['reference']}")
    expect(page.get_by_text("got out of prison friday").first).to_be_visible()
    page.get_by_role("button", name=re.compile("kept|reached", re.IGNORECASE)).first.click()
    expect(page.get_by_text("Reached the resident as promised")).to_be_visible()
    deputy = handoff["deputy"].lower()
    other = next(name for name in ("priya", "tom", "amina") if name not in (mine, deputy))
    sign_in(page, system, other)
    answer = page.goto(f"/desk/cases/{handoff['reference']}")
    assert answer is not None
    assert answer.status == 404
    assert "prison" not in page.content()


def test_an_agency_sees_only_its_own_legs_and_what_was_agreed(page: Page, system: System) -> None:
    talk = Talk(system.base)
    talk.say(WORK_AND_RENT)
    talk.answer_until({"visit"}, {"postcode": "CB4 3EH", "age_band": "38", "name": "Winifred", "phone": "07700 900999"})
    sign_in(page, system, "jobcentre")
    expect(page.get_by_text("Winifred").first).to_be_visible()
    assert "sleep" not in page.content().lower(), "the job centre is not told about health"
    assert "Rent you owe" not in page.content()


def test_a_named_contact_sees_nothing_of_what_was_not_agreed(page: Page, system: System) -> None:
    talk = Talk(system.base)
    talk.say("got out of prison friday no id no money sofa surfing")
    for _ in range(15):
        if "handoff" in talk.kinds():
            break
        waiting = talk.replies[-1]
        ids = [choice["id"] for choice in waiting["choices"]]
        told = {"postcode": "CB1 2AA", **CONTACT}.get(waiting["ask"] or "")
        if waiting["kind"] == "consent":
            talk.say(choice="no")
        elif told is not None and told not in ids:
            talk.say(told)
        else:
            talk.say(choice=told or ("yes" if waiting["kind"] == "needs" else "skip" if "skip" in ids else ids[0]))
    handoff = talk.last("handoff")["data"]
    assert not handoff["reachable"], "a number that was not shared cannot be called"
    sign_in(page, system, handoff["name"].lower())
    page.goto(f"/desk/cases/{handoff['reference']}")
    shown = page.locator("main").inner_text()
    assert handoff["reference"][:3] in shown
    for private in ("prison", "sofa", "900", "Sam"):
        assert private not in shown


def test_a_wrong_password_is_refused_without_saying_which_part_was_wrong(page: Page) -> None:
    page.goto("/desk/sign-in")
    page.get_by_label(re.compile("name", re.IGNORECASE)).first.fill("priya")
    page.get_by_label(re.compile("password", re.IGNORECASE)).first.fill("not her password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("That name or password is not right").first).to_be_visible()
