"""A kiosk in a real browser: a screen of 1080 x 1920 that is touched, and what must hold on each of its screens."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.running import ROOT, System, free_port, is_ready, wait_for

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREEN = {"width": 1080, "height": 1920}
REACH = 840  # px from the top: what has to be touched lies below, for people who sit
SMALLEST_TARGET, SMALLEST_TEXT = 48, 24

FAULTS = """([reach, target, text]) => {
  const found = [], page = document.documentElement
  if (page.scrollHeight > innerHeight) found.push(`scrolls down: ${page.scrollHeight}`)
  if (page.scrollWidth > innerWidth) found.push(`scrolls sideways: ${page.scrollWidth}`)
  for (const part of document.querySelectorAll("a, button, input:not([type=hidden]), textarea")) {
    if (!part.checkVisibility({visibilityProperty: true}) || part.closest(".k-skip")) continue
    const box = (part.closest(".k-radio") || part).getBoundingClientRect()
    const name = `${part.name || ""} ${part.textContent.trim().slice(0, 30)}`
    if (box.top < reach) found.push(`out of reach at ${box.top}: ${name}`)
    if (box.bottom > innerHeight || box.right > innerWidth || box.left < 0) found.push(`cut off: ${name}`)
    if (Math.min(box.width, box.height) < target) found.push(`small target: ${name}`)
  }
  for (const part of document.querySelectorAll("body *")) {
    const own = [...part.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
    if (!own || !part.checkVisibility({visibilityProperty: true}) || part.closest(".k-hidden, .k-skip")) continue
    const size = parseFloat(getComputedStyle(part).fontSize)
    if (size < text) found.push(`text of ${size} px: ${part.textContent.trim().slice(0, 30)}`)
  }
  return found
}"""


@contextmanager
def at_kiosk(chromium: Browser, base: str, **more: Any) -> Iterator[Page]:
    """A kiosk's page; `bypass_csp` lets axe in."""
    context = chromium.new_context(
        base_url=base, viewport=SCREEN, has_touch=True, locale="en-GB", timezone_id="Europe/London",
        bypass_csp=True, reduced_motion="reduce", **more,
    )  # fmt: skip
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def hasty_edge(system: System) -> Iterator[str]:
    """A second edge on the same system, for impatient tests: it asks after 2 s, clears after 3 more, rests after 2."""
    port = free_port()
    env = {
        **system.env, "FRONTDOOR_WEB_PORT": str(port), "FRONTDOOR_DEMONSTRATION": "true",
        "FRONTDOOR_KIOSK_IDLE_SECONDS": "2", "FRONTDOOR_KIOSK_COUNTDOWN_SECONDS": "3",
        "FRONTDOOR_KIOSK_SAVER_SECONDS": "2",
    }  # fmt: skip
    edge = subprocess.Popen([sys.executable, "-m", "web"], cwd=os.environ.get("FRONTDOOR_TEST_TREE", ROOT), env=env)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: is_ready(base), 120)
        yield base
    finally:
        edge.terminate()
        edge.wait(30)


def touch(page: Page, name: str, role: Any = "button") -> None:
    """Touch what has this name, and wait for the next screen."""
    with page.expect_navigation():
        page.get_by_role(role, name=name).first.tap()


def tick(page: Page, number: int = 0) -> None:
    """Touch one radio or tick box by the words beside it."""
    page.locator(".k-radio label").nth(number).tap()


def type_keys(page: Page, text: str) -> None:
    """Type on the screen's own keyboard."""
    for letter in text:
        name = "Space" if letter == " " else letter
        page.locator("[data-keys]").get_by_role("button", name=name, exact=False).first.tap()


def begin(page: Page, words: str) -> None:
    """From the first screen to the answer to these words."""
    page.goto("/kiosk")
    touch(page, "English")
    page.get_by_role("textbox").fill(words)
    touch(page, "Continue")


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text().replace("\n", " ")


def faults(page: Page) -> list[str]:
    """What is wrong with this screen: it scrolls, is out of reach, too small, leads away, or axe objects."""
    found: list[str] = page.evaluate(FAULTS, [REACH, SMALLEST_TARGET, SMALLEST_TEXT])
    origin = urlsplit(page.url)[:2]
    addresses = page.eval_on_selector_all("a[href], form[action]", "all => all.map(e => e.href || e.action)")
    found += [f"leads away: {a}" for a in addresses if urlsplit(a)[:2] != origin or not inside(urlsplit(a).path)]
    page.add_script_tag(path=str(AXE))
    result = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    found += [f"{v['id']}: {json.dumps([n['target'] for n in v['nodes']])[:200]}" for v in result["violations"]]
    return [f"{heading(page)}: {fault}" for fault in found]


def inside(path: str) -> bool:
    return path == "/kiosk" or path.startswith("/kiosk/")


def kept_by(page: Page) -> dict[str, Any]:
    """All that the browser itself keeps."""
    found: dict[str, Any] = page.evaluate(
        """async () => ({
          local: localStorage.length, session: sessionStorage.length,
          cached: (await Promise.all((await caches.keys()).map(async (name) =>
            (await (await caches.open(name)).keys()).map((r) => new URL(r.url).pathname)))).flat(),
          databases: (await indexedDB.databases()).length,
        })"""
    )
    return found


def cookies(context: BrowserContext) -> list[Any]:
    return [cookie for cookie in context.cookies() if cookie["name"] == "kiosk"]
