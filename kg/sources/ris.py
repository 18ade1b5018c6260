"""RIS, the exchange format of reference managers: ``TI  - title``, one tag a line, ``ER  -`` ends a record."""

import re
from collections.abc import Iterator
from datetime import date as Date

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, code_links, doi, link, paper_of, plain, turned
from kg.sources.opening import MAX_LINE, Source

_TAG = re.compile(r"^\ufeff?([A-Z][A-Z0-9]) {1,2}-(?: |$)(.*)$")
_SNIFFED = re.compile(
    r"^\ufeff?(?:TY|TI|T1|AU|A1|AB|N2|PY|Y1|DO|JO|UR|ER|KW|SP|EP|VL|SN) {1,2}-(?: |\r?$)", re.MULTILINE
)

Record = dict[str, list[str]]


def sniff(head: str) -> bool:
    """True where three lines carry tags of this format."""
    return len(_SNIFFED.findall(head)) >= 3


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper a record."""
    for place, record in records(source):
        if record is None:
            yield Rejected(source=source.name, record=place, reason=f"longer than {MAX_LINE:,} characters")
        else:
            yield entry(record, place, source.name, date)


def records(source: Source) -> Iterator[tuple[str, Record | None]]:
    """Line of the first tag, and tag → values; None for a record that is too long. Lines without a tag go on."""
    start, found, last, size = 0, Record(), "", 0
    for number, line in enumerate(source.lines(), 1):
        match = _TAG.match(line)
        tag, value = (match[1], match[2].strip()) if match else ("", line.strip())
        if tag in ("TY", "ER") and found:
            yield f"line {start}", found if size <= MAX_LINE else None
            found, last, size = {}, "", 0
        if tag == "ER" or (not tag and not last):
            continue
        start = start if found else number
        size += len(value)
        if size > MAX_LINE:
            continue
        if tag:
            found.setdefault(tag, []).append(value)
            last = tag
        elif value:
            found[last][-1] += f" {value}"
    if found:
        yield f"line {start}", found if size <= MAX_LINE else None


def entry(record: Record, place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper of a record."""

    def first(*tags: str) -> str:
        return next((record[t][0] for t in tags if record.get(t) and record[t][0]), "")

    def every(*tags: str) -> list[str]:
        return next((record[t] for t in tags if record.get(t)), [])

    where = next(filter(None, map(link, every("UR", "L1", "LK"))), "")
    return paper_of(
        place,
        source,
        date,
        title=plain(first("TI", "T1", "CT")),
        abstract=plain(first("AB", "N2")),
        id=first("ID", "AN"),
        url=where,
        date=first("DA").strip("/") or first("PY", "Y1").strip("/"),
        authors=tuple(filter(None, map(turned, every("AU", "A1")))),
        arxiv_id=arxiv_id(where) or arxiv_id(first("DO")) or arxiv_id(first("M1")),
        doi=doi(first("DO", "M3")),
        venue=plain(first("T2", "JO", "JF", "JA", "BT", "C3")),
        keywords=tuple(dict.fromkeys(filter(None, every("KW")))),
        code=code_links(*every("N1"), *every("L2")),
    )
