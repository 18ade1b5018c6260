"""Files, streams and feeds become papers.

`read` opens a source, recognises its format by content and yields papers and rejected records in the order of
the source. A new format is a module with `sniff` and `read`, and one line in `READERS`.
"""

from collections.abc import Iterator
from datetime import date as Date
from types import ModuleType

from kg.errors import UnknownFormat
from kg.records import Paper, Rejected
from kg.sources import json_lines, page
from kg.sources.opening import Source, expand, open_source

READERS: dict[str, ModuleType] = {
    "jsonl": json_lines,
    "page": page,
}
"""Name → module, in the order in which they are asked; the most particular first."""


def read(name: str, *, format: str | None = None, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """Papers and rejected records of a file, folder, glob or ``-`` (standard input).

    `format` names the reader where sniffing shall not decide; `date` gives the year of dates that lack one, and the
    date of papers whose source tells none. Raises SourceError where nothing can be opened, UnknownFormat where no
    reader fits.
    """
    for path in expand(name):
        with open_source(path) as source:
            yield from reader_of(source, format).read(source, date)


def reader_of(source: Source, format: str | None = None) -> ModuleType:
    """The reader for a source: the one named, else the first that recognises the beginning of its text."""
    if format is not None:
        if format not in READERS:
            raise UnknownFormat(f"no reader is called {format!r}; there are: {', '.join(READERS)}")
        return READERS[format]
    for reader in READERS.values():
        if reader.sniff(source.head):
            return reader
    raise UnknownFormat(f"{source.name}: the format is not recognised; name it with --from ({', '.join(READERS)})")
