"""Takes README's picture from a built page, in Chromium and without a network.

    kg build examples/daily-papers.txt -o outputs
    python benchmarks/screenshot.py outputs/graph.html docs/graph.png [--open "#concept/low-rank-adaptation"] [--dark]

Needs `chromium` on the PATH (Debian: apt-get install chromium) and `playwright` from PyPI.
"""

import argparse
import shutil
import sys
from pathlib import Path

WIDTH, HEIGHT = 1280, 800
MOST_BYTES = 600_000
OPTIONS = ("no-sandbox", "disable-gpu", "disable-background-networking", "disable-component-update", "disable-sync")
NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Parse the command line and take the picture; 1 when it cannot be taken or is too heavy for a README."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path, help="a built graph.html")
    parser.add_argument("picture", type=Path, nargs="?", default=Path("docs/graph.png"), help="the PNG to write")
    parser.add_argument("--open", default="", metavar="#NODE", help="open this node first")
    parser.add_argument("--dark", action="store_true", help="the dark colours")
    parser.add_argument("--scale", type=float, default=1.5, help="pixels of the picture per pixel of the page, up to 2")
    chosen = parser.parse_args()
    if not chosen.page.is_file():
        return fail(f"{chosen.page}: no such page; make it with kg build")
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        return fail("no chromium on the PATH; on Debian: apt-get install chromium")
    chosen.picture.parent.mkdir(parents=True, exist_ok=True)
    take(chromium, chosen.page, chosen.picture, chosen.open, chosen.dark, min(chosen.scale, 2.0))
    size = chosen.picture.stat().st_size
    print(f"{chosen.picture}  {size / 1000:.0f} kB")
    return 0 if size < MOST_BYTES else fail(f"heavier than {MOST_BYTES / 1000:.0f} kB; try a smaller --scale")


def take(chromium: str, page: Path, picture: Path, node: str, dark: bool, scale: float) -> None:
    """Open the page, wait until it is drawn, and save what is seen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=[f"--{option}" for option in OPTIONS])
        context = browser.new_context(
            offline=True,
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=scale,
            color_scheme="dark" if dark else "light",
        )
        tab = context.new_page()
        tab.goto(page.resolve().as_uri() + node)
        tab.wait_for_selector("html[data-ready]")
        tab.screenshot(path=str(picture))
        browser.close()


def fail(why: str) -> int:
    """Say why on standard error; the exit code."""
    print(f"screenshot: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
