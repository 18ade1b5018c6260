"""Files, streams and feeds become papers.

`read` opens a source, recognises its format by content and yields papers and rejected records in the order of
the source. A new format is a module with `sniff` and `read`, and one line in `READERS`.
"""

from collections.abc import Iterator
from datetime import date as Date
from types import ModuleType

from kg.errors import SourceError, UnknownFormat
from kg.records import Paper, Rejected
from kg.sources import (
    arxiv_snapshot,
    bibtex,
    feed,
    hf_json,
    html_page,
    json_lines,
    openalex,
    openreview,
    page,
    parquet,
    ris,
    semantic_scholar,
    table,
)
from kg.sources.columns import NAMES
from kg.sources.opening import Source, expand, open_source, source_of

READERS: dict[str, ModuleType] = {
    "parquet": parquet,
    "feed": feed,
    "html": html_page,
    "hf": hf_json,
    "openreview": openreview,
    "arxiv": arxiv_snapshot,
    "openalex": openalex,
    "s2": semantic_scholar,
    "jsonl": json_lines,
    "bibtex": bibtex,
    "ris": ris,
    "csv": table,
    "page": page,
}
"""Name → module, in the order in which they are asked; the most particular first."""

LISTED = 10_000
"""Rejected records of one source that are told one by one; of the others, how many."""

_ALIASES = {
    "json": "jsonl",
    "tsv": "csv",
    "atom": "feed",
    "rss": "feed",
    "bib": "bibtex",
    "text": "page",
    "txt": "page",
}


def read(name: str, *, format: str | None = None, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """Papers and rejected records of a file, folder, glob, URL or ``-`` (standard input).

    `format` names the reader where sniffing shall not decide, for tables with the names of their columns
    (``csv:title=Titel,abstract=Inhalt``); `date` gives the year of dates that lack one, and the date of papers whose
    source tells none. Raises SourceError where nothing can be opened, UnknownFormat where no reader fits; a file of a
    folder or a glob that cannot be read is a rejected record among the papers of the others.
    """
    paths = expand(name)
    for path in paths:
        try:
            with open_source(path) as source:
                yield from read_source(source, format, date)
        except SourceError as error:
            if len(paths) == 1:
                raise
            yield Rejected(source=path, record="file", reason=str(error).removeprefix(f"{path}: "))


def read_source(source: Source, format: str | None = None, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """Papers and rejected records of an open source; what breaks off after papers is a rejected record itself."""
    papers, rejected, last = 0, 0, None
    try:
        for found in reader_of(source, format).read(source, date):
            if isinstance(found, Paper):
                papers += 1
                yield found
            else:
                rejected, last = rejected + 1, found
                if rejected <= LISTED:
                    yield found
    except SourceError as error:
        if not papers:
            raise
        yield Rejected(source=source.name, record=f"after paper {papers}", reason=str(error))
    if last and rejected > LISTED:
        reason = f"{rejected - LISTED:,} more, the last: {last.reason}"
        yield Rejected(source=source.name, record=last.record, reason=reason)
    if source.fault:
        if not papers:
            raise SourceError(f"{source.name}: {source.fault}; get the file again")
        yield Rejected(source=source.name, record=f"after paper {papers}", reason=source.fault)


def reader_of(source: Source, format: str | None = None) -> ModuleType:
    """The reader for a source: the one named, else the first that recognises the beginning of its text."""
    if format is not None:
        name, _, columns = format.partition(":")
        name = _ALIASES.get(name.lower(), name.lower())
        if name not in READERS:
            raise UnknownFormat(f"no reader is called {name!r}; there are: {', '.join(READERS)}")
        source.columns = named_columns(columns)
        return READERS[name]
    if not source.head.strip("\ufeff \t\r\n\x00"):
        if source.fault:
            raise SourceError(f"{source.name}: {source.fault}; get the file again")
        raise UnknownFormat(f"{source.name}: it is empty; give a file with papers in it")
    for reader in READERS.values():
        if reader.sniff(source.head):
            return reader
    raise UnknownFormat(
        f"{source.name}: the format is not recognised; name it with --from ({', '.join(READERS)}), "
        "or give a page, feed or table with titles and abstracts"
    )


def named_columns(text: str) -> dict[str, str]:
    """Field → column from ``title=Titel,abstract=Inhalt``; raises SourceError for a field that no paper has.

    >>> named_columns("title=Titel,abstract=Inhalt")
    {'title': 'Titel', 'abstract': 'Inhalt'}
    """
    pairs = [pair.partition("=") for pair in text.split(",") if pair]
    for field, _, column in pairs:
        if field not in NAMES or not column:
            raise SourceError(f"--from: {field!r} is no field of a paper; write FIELD=COLUMN with {', '.join(NAMES)}")
    return {field: column for field, _, column in pairs}


__all__ = ["READERS", "Source", "expand", "open_source", "read", "read_source", "reader_of", "source_of"]
