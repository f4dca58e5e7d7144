"""Chromium without a window, and the page in it as a person sees and works it."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from local.wait import wait_until

_NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDTHS = (1280, 768, 360)
SCHEMES = ("light", "dark")
_HEIGHT = 900


class Browser:
    """One tab."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, url: str) -> None:
        """Opens a page and waits for what it shows."""
        self.driver.get(url)
        wait_until(
            "the page is live", lambda: self.text("#connection"), lambda text: text == "live"
        )

    def script(self, text: str, *arguments: Any) -> Any:
        """The value of a script."""
        return self.driver.execute_script(text, *arguments)

    def find(self, selector: str) -> WebElement:
        """The first element that is there."""
        return self.driver.find_element("css selector", selector)

    def text(self, selector: str) -> str:
        """The text of an element; nothing if it is not there."""
        said = self.script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)
        return str(said)

    def rows(self, selector: str) -> list[str]:
        """The text of each element, in one look."""
        found: list[str] = self.script(
            "return [...document.querySelectorAll(arguments[0])].map((each) => each.innerText)",
            selector,
        )
        return [" ".join(text.split()) for text in found]

    def press(self, selector: str) -> None:
        """Clicks, and leaves: a list that is pointed at holds still."""
        self.find(selector).click()
        self.leave()

    def leave(self) -> None:
        """The pointer goes to a corner where nothing is."""
        webdriver.ActionChains(self.driver).move_by_offset(0, 0).perform()
        self.driver.execute_cdp_cmd(
            "Input.dispatchMouseEvent", {"type": "mouseMoved", "x": 1, "y": 1}
        )

    def type(self, *keys: str) -> None:
        """Keys, to whatever has the focus."""
        webdriver.ActionChains(self.driver).send_keys(*keys).perform()

    def tab(self) -> dict[str, Any]:
        """Goes on by one, and says what has the focus then and whether that can be seen."""
        self.type(Keys.TAB)
        focused: dict[str, Any] = self.script(_FOCUSED)
        return focused

    def counters(self) -> dict[str, int]:
        """The numbers of the journey, as they are shown, in one look."""
        shown: dict[str, str] = self.script(_COUNTERS)
        return {name: int(text.replace(",", "")) for name, text in shown.items()}

    def look(self, scheme: str, width: int, height: int = _HEIGHT) -> None:
        """A window of this size, for a person who likes it light or dark."""
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
        )
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def picture(self, path: Path) -> None:
        """A picture of the window."""
        self.driver.save_screenshot(str(path))

    def complaints(self) -> list[str]:
        """The lines that Chromium wrote since the last time: errors, and what the policy refused."""
        return [str(entry["message"]) for entry in self.driver.get_log("browser")]


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """Starts it, and stops it."""
    options = webdriver.ChromeOptions()
    options.binary_location = next(filter(None, map(shutil.which, _NAMES)), "")
    options.add_argument("--headless=new")
    options.add_argument("--hide-scrollbars")
    options.add_argument("--disable-dev-shm-usage")
    if os.geteuid() == 0:
        # Chromium has no sandbox for root, which CI is.
        options.add_argument("--no-sandbox")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, Service(shutil.which("chromedriver")))
    try:
        running = Browser(driver)
        running.look("light", WIDTHS[0])
        yield running
    finally:
        driver.quit()


_FOCUSED = """
const at = document.activeElement, style = getComputedStyle(at);
return {
  text: at.innerText, id: at.id, label: at.getAttribute("aria-label"),
  send: at.dataset.send, cut: at.dataset.cut, tag: at.tagName,
  shows: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
};
"""

_COUNTERS = """
return Object.fromEntries([...document.querySelectorAll("[data-flow], [data-depth]")].map(
  (each) => [each.dataset.flow ?? `${each.dataset.depth} depth`, each.textContent]));
"""
