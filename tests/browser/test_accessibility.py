"""Every page and state: axe, valid HTML, nothing sideways at 320 px, no motion where unwanted, order, keyboard."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import State, everywhere
from tests.running import ROOT, System

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()
# 320 x 256 is also what remains of 1280 x 1024 at 400 %.
WIDTHS = {1280: 900, 390: 844, 320: 256}
FIND = "(more) => axe.run(document, {resultTypes: ['violations'], rules: {'target-size': {enabled: true}}, ...more})"
# The page's parts are the same at every width; at the others only what their place and colour decide is looked at.
BY_LAYOUT = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block"]
LONGEST_MOTION = 0.01  # seconds

# What moves for longer, although the person asked for less motion.
MOVES = """(longest) => {
  const found = []
  const seconds = (list) => Math.max(...list.split(",").map((t) => parseFloat(t) / (t.includes("ms") ? 1000 : 1)))
  for (const part of document.querySelectorAll("*")) for (const pseudo of [null, "::before", "::after"]) {
    const style = getComputedStyle(part, pseudo)
    const moving = style.animationName !== "none" ? seconds(style.animationDuration) : 0
    if (Math.max(moving, seconds(style.transitionDuration)) > longest) found.push(`${part.tagName}.${part.className}`)
  }
  return found
}"""
# What a screen reader meets: one h1, no level left out, one main, a label for each field, a name for each button.
ORDER = """() => {
  const found = []
  const shown = (part) => part.checkVisibility({visibilityProperty: true})
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
        ]


@pytest.fixture(scope="module", params=["en", "pl"])
def seen(request: pytest.FixtureRequest, chromium: Browser, system: System) -> Seen:
    found = Seen()
    for state in everywhere(chromium, system, request.param):
        found.look(state)
    assert len(found.html) > 60, "every page and state"
    return found


def test_axe_finds_nothing_at_any_width(seen: Seen) -> None:
    assert seen.axe == []


def test_nothing_scrolls_sideways(seen: Seen) -> None:
    assert seen.sideways == []


def test_nothing_moves_for_who_wants_less_motion(seen: Seen) -> None:
    assert seen.moving == []


def test_a_screen_reader_meets_headings_landmarks_and_labels_in_order(seen: Seen) -> None:
    assert seen.order == []


def test_the_html_is_valid(seen: Seen, tmp_path: Path) -> None:
    for name, html in seen.html.items():
        (tmp_path / f"{name.replace(':', '').replace(' ', '-')}.html").write_text(html)
    check = ["node_modules/.bin/html-validate", "--config", "tests/browser/html-rules.mjs", "--formatter", "json"]
    done = subprocess.run([*check, f"{tmp_path}/*.html"], cwd=ROOT, capture_output=True, text=True, check=False)
    pages = json.loads(done.stdout)
    assert done.returncode == 0, [
        f"{Path(page['filePath']).name}:{fault['line']} {fault['ruleId']}: {fault['message']}"
        for page in pages
        for fault in page["messages"]
    ]
