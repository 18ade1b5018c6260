"""What tests in a browser share: where Chromium is, how it starts, and where nodes are on the page."""

import os
import shutil
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
try:
    import playwright.sync_api  # noqa: F401
except ImportError:
    CHROMIUM = None

needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and os.environ.get("CI") != "true",
    reason="needs a chromium on the PATH (apt-get install chromium) and playwright from PyPI",
)
OPTIONS = [f"--{option}" for option in ("no-sandbox", "disable-gpu", "disable-background-networking",
                                        "disable-component-update", "disable-sync")]  # fmt: skip


def visible(page: "Page") -> list[str]:
    """The ids of the drawn nodes."""
    found: list[str] = page.evaluate("page => [...window.kgPage.picture.visible].sort()", None)
    return found


def until(page: "Page", condition: str) -> None:
    """Wait till a condition holds; asked from outside, since the page's own policy forbids the page to evaluate strings."""
    end = time.monotonic() + 20
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        page.wait_for_timeout(20)


def click_node(page: "Page", node: str) -> None:
    """Click where a node is drawn."""
    place = page.evaluate("id => window.kgPage.picture.network.canvasToDOM(window.kgPage.picture.nodes.get(id))", node)
    box = page.locator("#graph").bounding_box()
    assert box
    page.mouse.click(box["x"] + place["x"], box["y"] + place["y"])


def key_of(page: "Page", beginning: str) -> str:
    """The id of the node that begins like this."""
    found: str = page.evaluate("b => [...window.kgPage.byId.keys()].find(id => id.startsWith(b))", beginning)
    return found
