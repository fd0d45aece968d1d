"""Takes a picture of every page with the demo practice, at three widths, light and dark.

In English, or with `--language es` in Spanish.

Also `today.png`, `schedule.png` and `editor.png`, the upper parts of pages in the README. Starts
Handbell as a newcomer would, in a throwaway home on free ports, waits until the demo practice's
first messages are out and answered, and looks at each page with Chromium. Ends with 1 if a page
scrolls sideways, writes an error to the browser's console, or is not accessible (axe-core).

    python -m tests.console.pictures --into var/pictures
"""

import argparse
import json
import re
import sys
import tempfile
import time
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import product
from pathlib import Path

from PIL import Image
from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    ConsoleMessage,
    Locator,
    Page,
    sync_playwright,
)

from tests.console.running import CHECKOUT, chromium_path, handbell
from tests.console.tour import sign_in, tour
from tests.console.translations import read_catalog

WIDTHS = (380, 834, 1440)
SCHEMES = ("light", "dark")
#: Pages whose upper part is a picture of the README, and the picture's name.
OF_THE_README = {
    "today": "today",
    "schedule-ahead": "schedule",
    "script-refused-as-typed": "editor",
}


VIOLATIONS = """
axe.run(document, {resultTypes: ['violations']}).then(found => JSON.stringify(
    found.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' '))))
"""


@lru_cache
def axe() -> str:
    """Return axe-core, the script that knows what makes a page inaccessible."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


@dataclass
class Camera:
    """One browser window: goes to pages, takes pictures, notes what is wrong with them."""

    page: Page
    into: Path
    suffix: str
    language: str = "en"
    findings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on(
            "console",
            lambda said: self.note(f"console: {said.text}") if is_fault(said) else None,
        )
        self.page.on("pageerror", lambda error: self.note(f"script: {error}"))

    def say(self, english: str) -> str:
        """Return what a button is called in the language of the pages."""
        entry = None if self.language == "en" else read_catalog().get(english)
        return str(entry.string) if entry else english

    def button(self, english: str) -> Locator:
        return self.page.get_by_role("button", name=self.say(english))

    def link(self, english: str) -> Locator:
        return self.page.get_by_role("link", name=self.say(english))

    def note(self, finding: str) -> None:
        self.findings.append(f"{self.page.url} ({self.suffix}): {finding}")

    def take(self, name: str, address: str | None = None) -> None:
        if address is not None:
            self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        self.page.screenshot(path=self.into / f"{name}-{self.suffix}.png", full_page=True)
        if name in OF_THE_README and self.suffix == "1440-light":
            self.page.set_viewport_size({"width": 1440, "height": 1000})
            self.page.screenshot(path=self.into / f"{OF_THE_README[name]}.png")
            shrink(self.into / f"{OF_THE_README[name]}.png")
        self.look()

    def look(self) -> None:
        """Note what is wrong with the page as it stands."""
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if self.page.evaluate(wide) > 0:
            self.note("scrolls sideways")
        self._ask_axe()

    def _ask_axe(self) -> None:
        # Through the debugger: the page's own policy refuses a script it did not bring.
        session = self.page.context.new_cdp_session(self.page)
        if ask(session, "typeof axe") == "undefined":
            ask(session, axe())
        for violation in json.loads(ask(session, VIOLATIONS)):
            self.note(f"axe: {violation[:300]}")


def shrink(picture: Path) -> None:
    """Write a picture with 256 colours: a third of the bytes, and every token as it was."""
    with Image.open(picture) as taken:
        whole = taken.convert("RGB")
    few = whole.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=3, dither=Image.Dither.NONE)
    few.save(picture, optimize=True)


def ask(session: CDPSession, question: str) -> str:
    """Return what a script comes to in the page."""
    how = {"expression": question, "awaitPromise": True, "returnByValue": True}
    return str(session.send("Runtime.evaluate", how)["result"].get("value"))


def is_fault(said: ConsoleMessage) -> bool:
    """A page that is meant to be missing, a button’s, or a form to be mended is no fault."""
    return said.type == "error" and not re.search(r"(40[45]|422) \(", said.text)


def main() -> int:
    """Take the pictures; return 1 if something is wrong with a page."""
    wanted = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    wanted.add_argument("--into", type=Path, default=CHECKOUT / "var" / "pictures")
    wanted.add_argument("--language", default="en", help="en or es: the language of the pages")
    given = wanted.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    findings: list[str] = []
    path = chromium()
    with (
        tempfile.TemporaryDirectory(prefix="handbell-pictures-") as home,
        handbell(Path(home)) as running,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        owner = running.login("business_owner")
        wait_for_messages(browser, running.address, owner)
        for number, (scheme, width) in enumerate(product(SCHEMES, WIDTHS)):
            window = browser.new_context(
                viewport={"width": width, "height": 900},
                color_scheme="dark" if scheme == "dark" else "light",
                locale={"en": "en-US", "es": "es-US"}[given.language],
            )
            suffix = f"{width}-{scheme}" + ("" if given.language == "en" else f"-{given.language}")
            camera = Camera(window.new_page(), given.into, suffix, given.language)
            tour(camera, running.address, owner, number)
            findings += camera.findings
            window.close()
    print(f"{len(list(given.into.glob('*.png')))} pictures in {given.into}")
    for finding in dict.fromkeys(findings):
        print(finding)
    return 1 if findings else 0


def wait_for_messages(browser: Browser, address: str, login: dict[str, str]) -> None:
    """Wait until the demo practice's first messages are out and answered: two minutes at most."""
    window: BrowserContext = browser.new_context()
    page = window.new_page()
    page.goto(f"{address}/login")
    sign_in(page, login)
    # The carrier's odd telephones answer last; what a sender sent is counted every 20 seconds.
    for place, wanted in (("/", ".tasks"), ("/health", ".sender-health .numbers a")):
        for _ in range(40):
            page.goto(f"{address}{place}")
            if page.locator(wanted).count():
                break
            time.sleep(3)
    window.close()


def chromium() -> str:
    return chromium_path() or sys.exit(
        "no Chromium here: install one (on Debian: apt-get install chromium)"
    )


if __name__ == "__main__":
    sys.exit(main())
