"""Lighthouse gives 100 for accessibility. `make lighthouse` brings it (200 packages); without it this is skipped."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.kiosk_fixtures import at_kiosk
from tests.browser.pages import State, handoff_and_desk, kiosk, website
from tests.running import ROOT, System

LIGHTHOUSE = ROOT / "var" / "lighthouse" / "node_modules" / ".bin" / "lighthouse"
LOOKED_AT = {
    "en: start", "en: needs", "en: plan", "en: openings", "en: consent", "en: visit", "en: safety, violence",
    "en: handoff, prison", "desk: case", "en, kiosk: languages", "en, kiosk: typed",
}  # fmt: skip
FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"

pytestmark = pytest.mark.skipif(not LIGHTHOUSE.exists(), reason="`make lighthouse` brings it")


def states(chromium: Browser, system: System) -> Iterator[State]:
    contexts = [chromium.new_context(base_url=system.base) for _ in range(3)]
    pages = [context.new_page() for context in contexts]
    yield from website(pages[0], "en")
    yield from handoff_and_desk(pages[1], pages[2], system, "en")
    with at_kiosk(chromium, system.base) as page:
        yield from kiosk(page, "en")
    for context in contexts:
        context.close()


def faults(state: State) -> list[str]:
    """What keeps this state from 100. It is opened anew, by the cookies of the walk."""
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in state.page.context.cookies())
    words = ["--only-categories=accessibility", "--output=json", "--quiet", "--disable-storage-reset"]
    more = [f"--extra-headers={json.dumps({'Cookie': cookies})}", f"--chrome-flags={FLAGS}"]
    chrome = shutil.which("chromium") or shutil.which("chromium-browser") or ""
    done = subprocess.run(
        [LIGHTHOUSE, state.page.url.partition("#")[0], *words, *more],
        capture_output=True, text=True, check=True, env={**os.environ, "CHROME_PATH": chrome},
    )  # fmt: skip
    report = json.loads(done.stdout)
    assert report["finalDisplayedUrl"].partition("#")[0] == state.page.url.partition("#")[0], "it saw another page"
    if report["categories"]["accessibility"]["score"] == 1:
        return []
    return [f"{state.name}: {audit['id']}" for audit in report["audits"].values() if audit["score"] not in (1, None)]


@pytest.mark.timeout(3600)  # eleven runs of up to a minute or two each
def test_lighthouse_gives_100_for_accessibility(chromium: Browser, system: System) -> None:
    seen, found = set(), []
    for state in states(chromium, system):
        if state.name in LOOKED_AT - seen:
            seen.add(state.name)
            found += faults(state)
        if seen == LOOKED_AT:
            break
    assert seen == LOOKED_AT
    assert found == []
