"""A progress bar on standard error, only where that is a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress() -> Iterator[Callable[[int, int], None] | None]:
    """A function that takes papers done and papers in all and shows rate and time left; None without a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    started, shown = time.monotonic(), 0.0

    def advance(done: int, total: int) -> None:
        nonlocal shown
        now = time.monotonic()
        if now - shown < 0.2 and done < total:
            return
        shown = now
        rate = done / max(now - started, 1e-6)
        left = (total - done) / rate
        bar = "█" * (20 * done // total)
        print(f"\r{bar:<20} {done:,}/{total:,} papers, {rate:,.0f}/s, {left:.0f} s left ", end="", file=sys.stderr)

    try:
        yield advance
    finally:
        if shown:
            print("\r\x1b[K", end="", file=sys.stderr)
