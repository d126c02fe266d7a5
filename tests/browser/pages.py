"""A walk past every page and state that people see, each handed over once, as it was served and in a real browser.

Forms are sent without our script, so that each state is a page that the server made whole; the script runs on it.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from playwright.sync_api import Browser, Page

from casework import tables as t
from casework.outbox import Parcel, put
from foundation.clock import utc_now
from foundation.database import Database
from tests.browser.kiosk_fixtures import at_kiosk
from tests.browser.test_desk import password_of
from tests.browser.test_stories import WORK_AND_RENT
from tests.running import System

PRISON = "got out of prison friday no id no money sofa surfing"
ALONE = "my heating is off and I cannot pay the electricity bill"
CRISES = {
    "violence": "He hit me again last night. I've got two kids and nowhere to go",
    "own violence": "I keep hitting my wife and I want to stop",
    "suicide": "I want to kill myself",
    "child at risk": "next door have left their toddler on her own all day",
    "no shelter": "me and my baby have nowhere to sleep tonight, we are on the street",
    "medical": "he has collapsed and is not breathing",
}
# By the box's autocomplete, or at the kiosk by its keyboard.
TYPED = {"postal-code": "CB4 3EH", "given-name": "Sam", "tel": "07700 900482",
         "capitals": "CB4 3EH", "name": "Sam", "contact": "07700 900482"}  # fmt: skip
PLAIN = {
    "start": "/", "talk": "/talk", "privacy": "/privacy", "accessibility": "/accessibility", "about": "/about",
    "services": "/services", "services found": "/services?text=benifits&need=benefits&postcode=CB4+3EH",
    "services with error": "/services?postcode=rubbish", "services, nothing found": "/services?text=skydiving&open=1",
    "services, danger": "/services?text=i+want+to+kill+myself", "no such service": "/services/none",
    "open data": "/oruk/v3/docs",
    "not found": "/no/such/page", "carry on": "/carry-on", "arrive": "/m/7K4M2PQR7K4M2PQR", "find visit": "/visit",
}  # fmt: skip

AT_ANY_TIME = {
    "still there": "/kiosk/still", "phone": "/kiosk/phone", "number": "/kiosk/phone?text=1",
    "number with error": "/kiosk/phone?text=1&missing=number", "person": "/kiosk/person",
}  # fmt: skip

# As a browser without script sends a form, by this button.
SEND = """(selector) => {
  const button = document.querySelector(selector)
  if (button.name) {
    const said = document.createElement("input")
    Object.assign(said, {type: "hidden", name: button.name, value: button.value})
    button.form.append(said)
  }
  HTMLFormElement.prototype.submit.call(button.form)
}"""
# What kind of reply stands on the page, on the website and at the kiosk: the first that is there.
KINDS = {
    "safety": ".fd-numbers, .k-numbers",
    "handoff": ".fd-promise, .k-promise",
    "visit": ".fd-booked, .k-booked",
    "needs": ".fd-needs, .k-needs",
    "plan": ".fd-call, .k-call, .govuk-summary-card, .k-overview",
    "openings": ".fd-itinerary, .k-radio--time",
    "consent": ".fd-preview, .k-preview",
    "check": "button[value=confirm]",
    "choice": "input[type=radio][name=choice]",
    "typed": "#latest #text",
}
MAIN = "#latest .govuk-button:not(.govuk-button--secondary), #latest .k-button--main"


@dataclass(frozen=True)
class State:
    """One page or state: its name, the page that shows it, and its HTML as it was served."""

    name: str
    page: Page
    html: str


class Steps:
    """Goes from page to page and keeps what was served last."""

    def __init__(self, page: Page, about: str) -> None:
        self.page, self.html, self._about = page, "", about

    def at(self, name: str) -> State:
        return State(f"{self._about}: {name}", self.page, self.html)

    def go(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        self.html = answer.text()

    def send(self, button: str, **fields: str) -> None:
        """Fill in fields by their id, and press a button."""
        for name, value in fields.items():
            self.page.locator(f"#{name}").fill(value)
        with self.page.expect_navigation() as gone:
            self.page.evaluate(SEND, button)
        self.html = gone.value.text()

    def kind(self) -> str:
        return next(kind for kind, selector in KINDS.items() if self.page.locator(selector).count())

    def has(self, selector: str) -> bool:
        return self.page.locator(selector).count() > 0


def conversation(steps: Steps, *, until: str, story: str = "") -> Iterator[State]:
    """Go on to a state of kind `until`; each kind on the way once.

    The main story shows errors too; the others are named by their `story`.
    """
    seen: set[str] = set()
    for _ in range(30):
        kind = steps.kind()
        if kind not in seen:
            seen.add(kind)
            yield steps.at(f"{kind}, {story}" if story else kind)
            if not story and kind in ("choice", "typed", "openings", "consent"):
                steps.send(MAIN)
                yield steps.at(f"{kind} with error")
        if kind == until:
            return
        answer(steps, kind)
    raise AssertionError(f"no {until}")


def answer(steps: Steps, kind: str) -> None:
    """The shortest answer to what stands on the page."""
    page = steps.page
    if kind == "plan":
        steps.send("button[value=book_visit]" if steps.has("button[value=book_visit]") else "button[value=find_person]")
    elif kind == "typed":
        _type(steps)
    elif kind in ("choice", "openings"):
        page.locator("input[type=radio]").nth(1 if kind == "choice" else 0).check(force=True)  # the first asks for more
        steps.send(MAIN)
    elif kind == "consent":
        while steps.has("a[href*='page=']:last-child"):
            steps.go(str(page.locator("a[href*='page=']").last.get_attribute("href")))
        for box in page.locator("input[type=checkbox]").all():
            box.check(force=True)
        steps.send(MAIN)
    else:
        steps.send(MAIN)


def _type(steps: Steps) -> None:
    keys = steps.page.locator("#latest [data-keys]")
    box = keys.get_attribute("data-keys") if keys.count() else steps.page.locator("#text").get_attribute("autocomplete")
    known = TYPED.get(box or "")
    if known is None and steps.has("button[value=skip]"):
        steps.send("button[value=skip]")
    else:
        steps.send(MAIN, text=known or "Sam")


def website(page: Page, language: str) -> Iterator[State]:
    """Every page that residents see, in one of our languages; the page's browser ends with a booked visit."""
    steps = Steps(page, language)
    steps.go(f"/language/{language}?to=/")
    for name, path in PLAIN.items():
        steps.go(path)
        yield steps.at(name)
    yield from _service(steps)
    yield from _refused(steps)
    for name, words in CRISES.items():
        tell(steps, words)
        assert steps.kind() == "safety", name
        yield steps.at(f"safety, {name}")
    tell(steps, ALONE)
    yield from (state for state in conversation(steps, until="plan", story="alone") if "plan" in state.name)
    tell(steps, WORK_AND_RENT)
    yield from conversation(steps, until="visit")
    yield from _visit(steps)


def _service(steps: Steps) -> Iterator[State]:
    """A service, what can be said to be wrong with it, and one whose place is secret."""
    steps.go("/services?text=womens+aid")
    steps.go(str(steps.page.locator(".fd-results a").first.get_attribute("href")))
    yield steps.at("service with a secret place")
    steps.go("/services?text=wintercomfort")
    steps.go(str(steps.page.locator(".fd-results a").first.get_attribute("href")))
    yield steps.at("service")
    steps.send("#wrong button")
    yield steps.at("service with error")
    steps.page.locator("input[name=part]").last.check(force=True)
    steps.send("#wrong button")
    yield steps.at("service, told")


def _refused(steps: Steps) -> Iterator[State]:
    steps.go("/")
    steps.send("main form button")
    yield steps.at("start with error")
    steps.go("/carry-on")
    steps.send("main form button", code="7K4M 2PQR")
    yield steps.at("carry on with error")
    steps.go("/visit")
    steps.send("main form button", reference="7K4 M2P", proof="Nobody")
    yield steps.at("find visit with error")


def tell(steps: Steps, words: str) -> None:
    """Begin a conversation with these words; the one before is left."""
    kept = [cookie for cookie in steps.page.context.cookies() if cookie["name"] == "language"]
    steps.page.context.clear_cookies()
    steps.page.context.add_cookies(
        [{key: cookie[key] for key in ("name", "value", "domain", "path")} for cookie in kept]
    )  # type: ignore[literal-required]
    steps.go("/")
    steps.send("main form button", text=words)


def _visit(steps: Steps) -> Iterator[State]:
    """What can be done with the visit that was just booked."""
    steps.go("/move")
    yield steps.at("move")
    steps.go("/chat")
    found = re.search(r"/visit/([A-Z0-9]{6})/calendar.ics", steps.html)
    assert found is not None
    steps.go(f"/visit/{found[1]}")
    yield steps.at("visit's own page")
    steps.go(f"/visit/{found[1]}/change")
    yield steps.at("change")
    steps.send("main form button")
    yield steps.at("change with error")
    steps.go(f"/visit/{found[1]}")
    steps.send("[form=cancel-visit]")
    yield steps.at("cancelled")


def widget(page: Page, language: str) -> Iterator[State]:
    """The pages of the frame, without the council's page around it."""
    steps = Steps(page, f"{language}, frame")
    steps.go(f"/embed?language={language}")
    yield steps.at("start")
    steps.send("main form button")
    yield steps.at("start with error")
    steps.send("main form button", text=WORK_AND_RENT)
    yield from conversation(steps, until="openings", story="work and rent")


def handoff_and_desk(resident: Page, page: Page, system: System, language: str) -> Iterator[State]:
    """A named contact's promise, their desk, and what they write to each other."""
    steps, desk = Steps(resident, language), Steps(page, "desk")
    steps.go(f"/language/{language}?to=/")
    tell(steps, PRISON)
    yield from conversation(steps, until="handoff", story="prison")
    name = resident.locator(".fd-promise h2").inner_text()
    reference = resident.locator(".fd-reference").inner_text().replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
    steps.send("#latest .govuk-button--secondary", text="Please ring after 10")
    if language == "en":
        yield from at_desk(desk, system, name.lower(), reference)
    else:
        sign_in_at(desk, system, name.lower())
        desk.go(f"/desk/cases/{reference}")
    desk.send("form:has(#letter) button", letter="I call you at 10.")
    yield desk.at("case with messages")
    steps.go("/chat")
    yield steps.at("handoff with messages")


def at_desk(desk: Steps, system: System, name: str, reference: str) -> Iterator[State]:
    """The desk of one named contact, and of an agency."""
    with closing(Database(f"sqlite:///{system.var / 'frontdoor.db'}")) as database, database.writing() as db:
        put(db, Parcel("case:none", "lost", "sms", "+447700900482", {"text": "Front Door"}), now=utc_now())
        db.execute(t.outbox.update().where(t.outbox.c.kind == "lost").values(state="dead", problem="No such number"))
    desk.go("/desk/sign-in")
    yield desk.at("sign in")
    desk.send("main form button", username=name, password="not it")
    yield desk.at("sign in with error")
    sign_in_at(desk, system, "jobcentre")
    yield desk.at("legs")
    sign_in_at(desk, system, name)
    yield desk.at("cases")
    desk.go("/desk/undelivered")
    yield desk.at("undelivered")
    desk.go("/desk/cases/7K4M2P")
    yield desk.at("no such case")
    desk.go(f"/desk/cases/{reference}")
    yield desk.at("case")
    desk.send("form:has(#letter) button")
    yield desk.at("case with error")


def sign_in_at(desk: Steps, system: System, username: str) -> None:
    """As this person of the demonstration; the page is then their home."""
    desk.page.context.clear_cookies()
    desk.go("/desk/sign-in")
    desk.send("main form button", username=username, password=password_of(system, username))


def kiosk(page: Page, language: str) -> Iterator[State]:
    """Every screen of the kiosk in one of our languages."""
    steps = Steps(page, f"{language}, kiosk")
    steps.go("/kiosk")
    yield steps.at("languages")
    for other in ("ar", "other"):
        steps.go(f"/kiosk/language/{other}")
        yield steps.at(f"language {other}")
    for story, words, last in (
        ("violence", CRISES["violence"], "safety"),
        ("prison", PRISON, "handoff"),
        ("", WORK_AND_RENT, "visit"),
    ):
        begin(steps, language)
        if not story:
            yield steps.at("start")
        steps.send(MAIN, text=words)
        yield from conversation(steps, until=last, story=story)
    yield from _parts(steps)
    for name, path in AT_ANY_TIME.items():
        steps.go(path)
        yield steps.at(name)
    yield from _arrive(steps, language)
    steps.go("/kiosk/offline")
    yield steps.at("offline")


def begin(steps: Steps, language: str) -> None:
    """A new sitting at the kiosk."""
    steps.go("/kiosk/finish")
    steps.send(f"button[name=language][value={language}]")


def _parts(steps: Steps) -> Iterator[State]:
    """The other screens of the visit: what to bring, the way, what to start alone."""
    number = 2
    while steps.has(f"a[href='/kiosk/now?page={number}']"):
        steps.go(f"/kiosk/now?page={number}")
        yield steps.at(f"visit, part {number}")
        number += 1


def _arrive(steps: Steps, language: str) -> Iterator[State]:
    steps.go("/kiosk/now")
    reference = steps.page.locator(".k-booked .k-reference").inner_text().replace("\N{NO-BREAK SPACE}", "")
    begin(steps, language)
    for name, path in {"carry on": "/kiosk/carry-on", "carry on with error": "/kiosk/carry-on?missing=code",
                       "find visit": "/kiosk/visit"}.items():  # fmt: skip
        steps.go(path)
        yield steps.at(name)
    steps.send("main .k-button--main", text="?")
    yield steps.at("find visit with error")
    steps.send("main .k-button--main", text=reference)
    yield steps.at("find visit, proof")
    steps.send("main .k-button--main", text="Sam")
    yield steps.at("arrived")


def wide_at(system: System) -> dict[str, object]:
    """A browser at a desk's screen, in which axe may run; motion is reduced."""
    same = {"base_url": system.base, "locale": "en-GB", "timezone_id": "Europe/London"}
    return {**same, "viewport": {"width": 1280, "height": 900}, "bypass_csp": True, "reduced_motion": "reduce"}


def everywhere(chromium: Browser, system: System, language: str) -> Iterator[State]:
    """All of it in one language; motion is reduced, and axe may run."""
    wide = wide_at(system)
    for walk in (website, widget):
        context = chromium.new_context(**wide)  # type: ignore[arg-type]
        yield from walk(context.new_page(), language)
        context.close()
    resident, desk = chromium.new_context(**wide), chromium.new_context(**wide)  # type: ignore[arg-type]
    yield from handoff_and_desk(resident.new_page(), desk.new_page(), system, language)
    resident.close()
    desk.close()
    with at_kiosk(chromium, system.base) as page:
        yield from kiosk(page, language)
