"""Query results on a terminal or in a pipe."""

import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from kg.cli.printing import printable
from kg.errors import QueryError

if TYPE_CHECKING:
    from kg.store.answers import Answer

ROWS = ("json", "csv", "tsv", "xml")
GRAPHS = ("ttl", "nt", "jsonld", "rdf")


def choose(format: str | None, terminal: bool) -> tuple[str | None, str | None]:
    """The formats for rows and for graphs; None where the format that was asked for is for the other kind.

    >>> choose(None, terminal=False), choose("table", terminal=False), choose("nt", terminal=True)
    (('csv', 'ttl'), ('tsv', None), (None, 'nt'))
    """
    if format is None:
        return ("tsv" if terminal else "csv"), "ttl"
    return {"table": "tsv"}.get(format, format if format in ROWS else None), (format if format in GRAPHS else None)


def show(answer: "Answer", *, as_table: bool, hidden: set[str], folder: Path) -> None:
    """Print an answer; a table leaves out the `hidden` columns, whose values the asker gave."""
    if as_table and answer.kind == "truth":
        print("yes" if answer.body.strip() == b"true" else "no")
    elif as_table and answer.kind == "rows":
        print_table(answer.body, hidden, folder)
    else:
        sys.stdout.buffer.write(answer.body + b"\n" * (answer.kind == "truth"))
        sys.stdout.buffer.flush()


def print_table(tsv: bytes, hidden: set[str], folder: Path) -> None:
    """Print rows as a table as wide as the terminal."""
    from kg.store.answers import table
    from kg.store.opening import prefixes_of

    prefixes = prefixes_of(folder)
    names, rows = table(tsv)
    kept = [i for i, name in enumerate(names) if name not in hidden]
    if not kept and names:
        raise QueryError("every column is a parameter; leave one out")
    cells = [[shown(row[i], prefixes) for i in kept] for row in rows]
    print(laid_out([names[i] for i in kept], cells, get_terminal_size().columns))
    print(f"{len(rows)} row{'s' if len(rows) != 1 else ''}")


def shown(text: str, prefixes: dict[str, str]) -> str:
    """A cell: IRIs in short form, and nothing that a terminal would obey.

    >>> shown("http://e.org/x", {"e": "http://e.org/"}), shown("a\\x1b[2Jb", {})
    ('e:x', 'a [2Jb')
    """
    for prefix, start in prefixes.items():
        if text.startswith(start) and len(text) > len(start):
            text = f"{prefix}:{text.removeprefix(start)}"
            break
    return printable(text)


def laid_out(names: list[str], rows: list[list[str]], room: int) -> str:
    """A table whose widest columns are cut until it fits.

    >>> print(laid_out(["a", "b"], [["x", "a long text"], ["yy", "z"]], 12))
    a   b
    ──  ────────
    x   a long …
    yy  z
    """
    widths = [max(map(width, column)) for column in zip(names, *rows, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > room and max(widths) > 8:
        widths[widths.index(max(widths))] -= 1
    lines = [names, ["─" * w for w in widths], *rows]
    return "\n".join(line(cells, widths) for cells in lines)


def line(cells: Iterable[str], widths: Iterable[int]) -> str:
    """A line of a table."""
    return "  ".join(fitted(cell, w) for cell, w in zip(cells, widths, strict=True)).rstrip()


def fitted(text: str, room: int) -> str:
    """A text cut or padded to so many columns of a terminal."""
    if width(text) > room:
        while text and width(text) > room - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (room - width(text))


def width(text: str) -> int:
    """How many columns a terminal needs for a text: East Asian wide letters take two, marks none."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)
