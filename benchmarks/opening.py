"""How long a built page takes from the address to its first picture, in Chromium and without a network.

kg build papers.jsonl -o big
python benchmarks/opening.py big/graph.html [--times 5]
"""

import argparse
import shutil
import statistics
import sys
from pathlib import Path

from screenshot import NAMES, OPTIONS


def main() -> int:
    """Open the page some times in a fresh context and print the seconds until it is drawn."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("page", type=Path, nargs="?", default=Path("outputs/graph.html"), help="a built graph.html")
    parser.add_argument("--times", type=int, default=5)
    chosen = parser.parse_args()
    chromium = next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None or not chosen.page.is_file():
        print("needs chromium on the PATH and a built page", file=sys.stderr)
        return 1
    seconds = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=[f"--{option}" for option in OPTIONS])
        for _ in range(chosen.times + 1):
            context = browser.new_context(offline=True, viewport={"width": 1280, "height": 800})
            tab = context.new_page()
            tab.goto(chosen.page.resolve().as_uri())
            tab.wait_for_selector("html[data-ready]")
            seconds.append(tab.evaluate("() => performance.now()") / 1000)
            context.close()
        browser.close()
    counted = seconds[1:]  # the first one starts the browser
    size = chosen.page.stat().st_size / 1e6
    print(
        f"{chosen.page} ({size:.1f} MB): first picture after {statistics.median(counted):.2f} s (median of {chosen.times})"
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
