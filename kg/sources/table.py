"""Tables as text: CSV, TSV, semicolons; columns are guessed from the names in the first row or named by the user.

A row whose quotes swallow the rows after it shows by its number of cells: it is told of, and reading goes on with the
line after its first.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from datetime import date as Date

from kg.errors import UnknownFormat
from kg.records import Paper, Rejected
from kg.sources.columns import folded, guessed, row_of
from kg.sources.opening import MAX_LINE, Source

DELIMITERS = ",\t;|"

_STRANGE = re.compile(r"[{}\[\]<>@=\x00-\x08]|\":")  # what names of columns don't have, and other formats do

MOST_LINES = 500
"""Lines of one row beyond which a quote was left open."""


def sniff(head: str) -> bool:
    """True where the first row names a title and another field of a paper."""
    lines = head.lstrip("\ufeff").splitlines()
    first = next((line for line in lines if line.strip() and not line.startswith("sep=")), "")
    return delimiter_of(first) is not None


def delimiter_of(first: str, named: dict[str, str] | None = None) -> str | None:
    """The mark that divides the first row into names of columns; None where there is no title among them.

    >>> delimiter_of("Title;Abstract;Year"), delimiter_of("Once upon a time, there was a title"), delimiter_of("title")
    (';', None, None)
    """
    for mark in DELIMITERS:
        columns = _cells(first[:20_000], mark)
        known = guessed(columns, named)
        own = {folded(c) for c in (named or {}).values()} & {folded(c) for c in columns}
        if "title" in known and (len(known) > 1 or own) and len(columns) > 1:
            return mark
    return None


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper a row."""
    lines = _Lines(source)
    first = next((line for line in lines if line.strip() and not line.startswith("sep=")), "")
    mark = delimiter_of(first, source.columns)
    if mark is None:
        raise UnknownFormat(
            f"{source.name}: no column of the first row is called title; "
            "name it: --from 'csv:title=COLUMN,abstract=COLUMN'"
        )
    columns = _cells(first, mark)
    found = guessed(columns, source.columns)
    while True:
        start = lines.number + 1
        row = _row(lines, mark, len(columns))
        if row is None:
            return
        place = f"line {start}"
        if isinstance(row, list) and len(row) == len(columns):
            yield row_of(dict(zip(columns, row, strict=True)), found, place, source.name, date)
        elif isinstance(row, list) and not any(cell.strip() for cell in row):
            continue  # a line of delimiters alone
        else:
            reason = row if isinstance(row, str) else f"{len(row)} cells where the first row has {len(columns)}"
            yield Rejected(source=source.name, record=place, reason=reason)
            lines.back()


class _Lines:
    """Lines that can be given back: those of the present row."""

    def __init__(self, source: Source) -> None:
        self._lines = source.lines()
        self._waiting: deque[str] = deque()
        self._row: list[str] = []
        self.number = 0
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.number += 1
        self._row.append(line)
        self._size += len(line)
        if self._size > MAX_LINE or len(self._row) > MOST_LINES:
            raise _TooLong
        return f"{line}\n"

    def begin(self) -> None:
        """A new row begins."""
        self._row, self._size = [], 0

    def back(self) -> None:
        """Give back all lines of the row but the first."""
        self._waiting.extendleft(reversed(self._row[1:]))
        self.number -= len(self._row) - 1
        self.begin()


class _TooLong(Exception):
    """A row longer than rows may be."""


def _row(lines: _Lines, mark: str, width: int) -> list[str] | str | None:
    """The next row that is not empty, or why it is none; None at the end."""
    csv.field_size_limit(MAX_LINE)  # the module's own limit is shorter than some abstracts
    while True:
        lines.begin()
        try:
            row = next(csv.reader(lines, delimiter=mark, skipinitialspace=True, strict=True))
        except StopIteration:
            return None
        except _TooLong:
            return "a quote is not closed, or the row is too long"
        except csv.Error as error:
            return f"not a row ({error})"
        while len(row) > width and not row[-1]:  # a mark at the end of each line
            row.pop()
        if row:
            return row


def _cells(line: str, mark: str) -> list[str]:
    try:
        cells = next(csv.reader([line.strip("\ufeff\r\n")], delimiter=mark, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [c.strip() for c in cells] if not any(_STRANGE.search(c) for c in cells) else []
