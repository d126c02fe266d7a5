"""Every page and state: axe, valid HTML, nothing sideways at 320 px, no motion where unwanted, order, keyboard."""

import json
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.directory_pages import keeping
from tests.browser.hub_pages import managing
from tests.browser.pages import TYPED, State, Steps, everywhere
from tests.browser.test_stories import WORK_AND_RENT
from tests.running import ROOT, System

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
# 320 x 256 is also what remains of 1280 x 1024 at 400 %.
WIDTHS = {1280: 900, 390: 844, 320: 256}
FIND = "(more) => axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}, ...more})"
# The page's parts are the same at every width; at the others only what their place and colour decide is looked at.
BY_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
# Where nobody answers, the kiosk must clear itself even without a script; and offline it must come back by itself.
NEEDED = {("still there", "meta-refresh"), ("offline", "meta-refresh")}
LONGEST_MOTION = 0.01  # seconds

# What moves for longer, although the person asked for less motion.
MOVES = """(longest) => {
  const found = []
  const seconds = (list) => Math.max(...list.split(",").map((t) => parseFloat(t) / (t.includes("ms") ? 1000 : 1)))
  // The cover of a screen left alone waits, as an animation, and is then there at once: nothing is seen to move.
  const parts = document.querySelectorAll(":not([data-cover])")
  for (const part of parts) for (const pseudo of [null, "::before", "::after"]) {
    const style = getComputedStyle(part, pseudo)
    const moving = style.animationName !== "none" ? seconds(style.animationDuration) : 0
    if (Math.max(moving, seconds(style.transitionDuration)) > longest) found.push(`${part.tagName}.${part.className}`)
  }
  return found
}"""
# What a screen reader meets: one h1, no level left out, one main, a label for each field, a name for each button.
ORDER = """() => {
  const found = []
  // The summary of errors comes before everything, as GOV.UK has it, with a heading of its own.
  const shown = (part) => part.checkVisibility({visibilityProperty: true}) && !part.closest(".govuk-error-summary")
  const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].filter(shown).map((h) => Number(h.tagName[1]))
  if (levels.filter((level) => level === 1).length !== 1) found.push(`h1: ${levels}`)
  if (levels.some((level, at) => level > (levels[at - 1] || 0) + 1)) found.push(`a level is left out: ${levels}`)
  if (document.querySelectorAll("main").length !== 1) found.push("not one main")
  if (!document.documentElement.lang) found.push("no language")
  if (!document.title.includes("Front Door")) found.push(`title ${document.title}`)
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select"))
    if (shown(field) && !field.labels.length) found.push(`no label: ${field.name}`)
  for (const link of document.querySelectorAll("a[href^='tel:']"))
    for (const part of [link, ...link.querySelectorAll("*")])
      for (const text of part.childNodes)
        if (text.nodeType === 3 && /\\d \\d/.test(text.data) && getComputedStyle(part).whiteSpace !== "nowrap")
          found.push(`a number that may split: ${text.data}`)
  for (const name of ["aria-labelledby", "aria-describedby"])
    for (const part of document.querySelectorAll(`[${name}]`))
      for (const id of part.getAttribute(name).split(/\\s+/).filter(Boolean))
        if (!document.getElementById(id)) found.push(`${name} to nothing: ${id}`)
  return found
}"""


class Seen:
    """What was found wrong, by kind, and the HTML that was served."""

    def __init__(self) -> None:
        self.html: dict[str, str] = {}
        self.axe: list[str] = []
        self.sideways: list[str] = []
        self.moving: list[str] = []
        self.order: list[str] = []

    def look(self, state: State) -> None:
        """Look at one state at every width; the page is left at the first."""
        name, page = state.name, state.page
        assert name not in self.html, f"{name} is there twice"
        self.html[name] = state.html
        self.moving += [f"{name}: {what}" for what in page.evaluate(MOVES, LONGEST_MOTION)]
        self.order += [f"{name}: {what}" for what in page.evaluate(ORDER)]
        page.evaluate(AXE)
        if "kiosk" in name:
            self._look_at(name, page, {})
            return
        for width, height in reversed(WIDTHS.items()):
            page.set_viewport_size({"width": width, "height": height})
            only = {} if width == 1280 else {"runOnly": {"type": "rule", "values": BY_LAYOUT}}
            self._look_at(f"{name} at {width}", page, only)

    def _look_at(self, name: str, page: Page, only: dict[str, Any]) -> None:
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            self.sideways.append(name)
        self.axe += [
            f"{name}: {fault['id']} {json.dumps([node['target'] for node in fault['nodes']])[:200]}"
            for fault in page.evaluate(FIND, only)["violations"]
            if (name.partition("kiosk: ")[2], fault["id"]) not in NEEDED
        ]


@pytest.fixture(scope="module", params=["en", "pl"])
def seen(request: pytest.FixtureRequest, chromium: Browser, system: System) -> Seen:
    found = Seen()
    for state in everywhere(chromium, system, request.param):
        found.look(state)
    if request.param == "en":
        for state in chain(keeping(chromium, system), managing(chromium, system)):
            found.look(state)
    assert len(found.html) > 60, "every page and state"
    return found


def test_axe_finds_nothing_at_any_width(seen: Seen) -> None:
    assert not seen.axe, "\n".join(seen.axe)


def test_nothing_scrolls_sideways(seen: Seen) -> None:
    assert not seen.sideways, "\n".join(seen.sideways)


def test_nothing_moves_for_who_wants_less_motion(seen: Seen) -> None:
    assert not seen.moving, "\n".join(seen.moving)


def test_a_screen_reader_meets_headings_landmarks_and_labels_in_order(seen: Seen) -> None:
    assert not seen.order, "\n".join(seen.order)


def test_the_html_is_valid(seen: Seen, tmp_path: Path) -> None:
    for name, html in seen.html.items():
        (tmp_path / f"{name.replace(':', '').replace(' ', '-')}.html").write_text(html)
    check = ["node_modules/.bin/html-validate", "--config", "tests/browser/html-rules.mjs", "--formatter", "json"]
    report = tmp_path / "report.json"  # a file: Node cuts what it writes to a pipe when it ends
    with report.open("w") as out:
        done = subprocess.run([*check, f"{tmp_path}/*.html"], cwd=ROOT, stdout=out, check=False)
    found = [
        f"{Path(page['filePath']).name}:{fault['line']} {fault['ruleId']}: {fault['message']}"
        for page in json.loads(report.read_text())
        for fault in page["messages"]
    ]
    assert done.returncode == 0, "\n".join(found)


# ---------------------------------------------------------------- the keyboard
# How the focus shows: an outline, a shadow or a background that was not there, on the part or on its label's sign.
FOCUS = """() => {
  const part = document.activeElement
  if (!part || part === document.body) return null
  const label = part.labels && part.labels[0]
  const looks = () => [[part, null], ...(label ? [[label, "::before"]] : [])].map(([of, pseudo]) => {
    const style = getComputedStyle(of, pseudo)
    return [style.outlineStyle === "none" ? "" : style.outlineWidth, style.boxShadow, style.backgroundColor,
            style.borderTopWidth].join()
  }).join("|")
  const focused = looks()
  part.blur()
  const plain = looks()
  part.focus({preventScroll: true})
  const place = part.matches(".govuk-skip-link") ? "skip"
    : (part.closest("header, main, aside, footer") || part.closest("body")).tagName.toLowerCase()
  const says = (part.innerText || part.name || "").trim()
  return {shows: focused !== plain, place, says, main: part.matches("main .govuk-button")}
}"""
MAIN_BUTTON = "#latest .govuk-button:not(.govuk-button--secondary)"
CHANGED = "(turn) => { const now = document.querySelector('input[name=turn]'); return !now || now.value !== turn }"
PLACES = ["skip", "header", "main", "aside", "footer"]


def focused(page: Page) -> dict[str, Any]:
    """What has the focus, which must be there to be seen."""
    found: dict[str, Any] | None = page.evaluate(FOCUS)
    assert found is not None, "nothing has the focus"
    assert found["shows"], f"the focus cannot be seen on {found}"
    return found


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until this has the focus."""
    for _ in range(most):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            focused(page)
            return
        page.keyboard.press("Tab")
        focused(page)
    raise AssertionError(f"Tab does not reach {selector}")


def press(page: Page, selector: str, key: str = "Enter") -> None:
    """Reach a button by Tab and press it; wait for the next page, whose heading then has the focus."""
    turn = page.locator("input[name=turn]").first.input_value()
    tab_to(page, selector)
    page.keyboard.press(key)
    page.wait_for_function(CHANGED, arg=turn)


@pytest.fixture
def keyboard(chromium: Browser, system: System) -> Iterator[Page]:
    context = chromium.new_context(base_url=system.base, locale="en-GB", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_from_the_first_word_to_a_booked_visit_by_keyboard_alone(keyboard: Page) -> None:
    page = keyboard
    page.goto("/")
    tab_to(page, "#text")
    page.keyboard.type(WORK_AND_RENT)
    press(page, "main form .govuk-button")
    expect(page.locator("[data-heading]")).to_be_visible()  # the first answer is a new page; the others take its place
    for _ in range(20):
        by_key(page, Steps(page, "").kind())
        expect(page.locator("[data-heading]")).to_be_focused()
        if Steps(page, "").kind() == "visit":
            return
    raise AssertionError("no visit")


def by_key(page: Page, kind: str) -> None:
    """One answer by keyboard: letters, Space, arrows, Enter."""
    if kind == "plan":
        press(page, "button[value=book_visit]", "Space")
    elif kind == "typed":
        known = TYPED.get(page.locator("#text").get_attribute("autocomplete") or "")
        if known is None:
            press(page, "button[value=skip]", "Space")
        else:
            tab_to(page, "#text")
            page.keyboard.type(known)
            press(page, "#text")  # Enter in the box means the main button
    elif kind in ("choice", "openings"):
        tab_to(page, "input[type=radio]")
        page.keyboard.press("ArrowDown")
        assert page.locator("input[type=radio]").nth(1).is_checked()
        press(page, MAIN_BUTTON)
    elif kind == "consent":
        tab_to(page, "input[type=checkbox]")
        page.keyboard.press("Space")
        press(page, MAIN_BUTTON)
    else:
        press(page, MAIN_BUTTON)


@pytest.mark.parametrize("colours", ["none", "active"])
def test_the_focus_goes_down_the_page_and_always_shows(keyboard: Page, colours: Any) -> None:
    page = keyboard
    page.emulate_media(forced_colors=colours)
    page.goto("/")
    tab_to(page, "#text")
    page.keyboard.type(WORK_AND_RENT)
    press(page, "main form .govuk-button")
    press(page, MAIN_BUTTON)
    page.goto("/chat")
    met = []
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        met.append(focused(page))
    places = [PLACES.index(one["place"]) for one in met]
    assert places == sorted(places)
    assert set(places) == set(range(len(PLACES))), "each part of the page is met"
    said = [one["says"] for one in met]
    assert said.index("Continue") < said.index("Skip this question"), "the main button comes before skip"


def test_an_error_takes_the_focus_and_is_told_first(keyboard: Page) -> None:
    keyboard.goto("/")
    tab_to(keyboard, "main form .govuk-button")
    keyboard.keyboard.press("Enter")
    summary = keyboard.locator(".govuk-error-summary")
    expect(summary).to_be_focused()
    assert keyboard.title().startswith("Error: ")
    keyboard.keyboard.press("Tab")
    keyboard.keyboard.press("Enter")
    expect(keyboard.locator("#text")).to_be_focused()


def test_what_front_door_says_is_told_once(keyboard: Page) -> None:
    keyboard.goto("/")
    keyboard.get_by_role("textbox").fill(WORK_AND_RENT)
    keyboard.get_by_role("button", name="Continue").click()
    expect(keyboard.get_by_role("heading", name="Did we hear you right?")).to_be_visible()
    keyboard.evaluate(
        """() => { window.heard = []; new MutationObserver((all) => {
          for (const one of all) if (one.target.textContent) heard.push(one.target.textContent)
        }).observe(document.querySelector("body > [role=status]"), {childList: true, subtree: true}) }"""
    )
    press(keyboard, MAIN_BUTTON)
    keyboard.locator("#text").fill("what is this?")
    press(keyboard, MAIN_BUTTON)
    heard = keyboard.evaluate("heard")
    assert len(heard) == len(set(heard)), heard
    assert all(text.startswith("Front Door said") for text in heard)
    assert heard
