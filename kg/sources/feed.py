"""Atom and RSS feeds: arXiv's interface (Atom), its daily feeds (RSS 2.0, RSS 1.0), and other feeds of papers.

Feeds are parsed as they come, an entry at a time. Nothing is expanded and nothing is fetched: a feed that declares
entities is refused. An entry that is not well-formed is told of, and reading goes on with the next.
"""

import re
from collections.abc import Iterator
from datetime import date as Date
from html.entities import html5
from typing import NamedTuple
from xml.parsers import expat

from kg.records import Paper, Rejected
from kg.sources.fields import arxiv_id, code_links, doi, link, names, paper_of, plain, words
from kg.sources.opening import MAX_LINE, Source

DEEPEST = 100
PIECE = 65_536

_OPENING = re.compile(r"<(?:\w+:)?(?:feed|rss|RDF)\b[^<>]*[\s>]")
_ENTRY = re.compile(r"<(?:\w+:)?(?:entry|item)[\s>]")
_ANNOUNCED = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s+Abstract:\s*", re.IGNORECASE)
_NUMBERED = re.compile(r"\.?\s*\(arXiv:[^()]*\)\s*$")


class Part(NamedTuple):
    """An element of an entry: its path below the entry (``author/name``), its attributes and its text."""

    path: str
    attributes: dict[str, str]
    text: str


def sniff(head: str) -> bool:
    """True for XML with the element that a feed begins with, or with the beginnings of entries."""
    start = head.lstrip("\ufeff \t\r\n\x00")
    if _OPENING.search(start[:5000]):
        return start.startswith("<")
    return start.startswith("<?xml") and bool(_ENTRY.search(start))


def read(source: Source, date: Date | None = None) -> Iterator[Paper | Rejected]:
    """A paper an entry."""
    for number, found in enumerate(_Entries(source).read(), 1):
        place = f"entry {number}"
        if isinstance(found, str):
            yield Rejected(source=source.name, record=place, reason=found)
        else:
            yield entry(found, place, source.name, date)


def entry(parts: list[Part], place: str, source: str, date: Date | None) -> Paper | Rejected:
    """The paper that an entry tells of."""

    def first(*paths: str) -> str:
        return next((p.text for path in paths for p in parts if p.path == path and p.text.strip()), "")

    def every(path: str, attribute: str = "") -> list[str]:
        return [p.attributes.get(attribute, "") if attribute else p.text for p in parts if p.path == path]

    page = link(first("link")) or _page(parts) or link(first("id", "guid"))
    number = next(filter(None, map(arxiv_id, (first("id"), first("guid"), page))), "")
    title = _NUMBERED.sub("", plain(first("title")))
    abstract = _ANNOUNCED.sub("", plain(first("summary", "description", "abstract", "encoded", "content")))
    if title == "Error" and "api/errors" in first("id"):
        return Rejected(source=source, record=place, reason=f"the service says: {abstract}")
    categories = [*every("category", "term"), *every("category"), *every("subject")]
    return paper_of(
        place,
        source,
        date,
        title=title,
        abstract=abstract,
        id=number or first("id", "guid").strip(),
        url=f"https://arxiv.org/abs/{number}" if number else page,
        date=first("published", "pubdate", "date", "updated").strip(),
        authors=_authors(every("author/name"), every("creator") or every("author")),
        arxiv_id=number,
        doi=doi(first("doi")),
        venue=plain(first("journal_ref", "journal_reference", "publicationname")),
        categories=words([c for c in categories if c]),
        code=code_links(first("comment")),
    )


def _page(parts: list[Part]) -> str:
    """The address of the page among an Atom entry's links."""
    links = [p.attributes for p in parts if p.path == "link" and p.attributes.get("rel", "alternate") == "alternate"]
    return next(filter(None, (link(one.get("href")) for one in links)), "")


def _authors(single: list[str], joined: list[str]) -> tuple[str, ...]:
    """Names that stand one an element, else those that a feed puts into one."""
    return tuple(map(plain, single)) or tuple(name for text in joined for name in names(plain(text)))


class _Entries:
    """Entries of a feed as lists of parts, and reasons where one is not well-formed."""

    def __init__(self, source: Source) -> None:
        self._stream = source.text()
        self._fed, self._piece_at = 0, 0
        self._done: list[list[Part] | str] = []
        self._start("")

    def read(self) -> Iterator[list[Part] | str]:
        """Entries in their order; stops at a feed that is no feed."""
        piece = self._stream.read(PIECE)
        while piece:
            try:
                self._feed(piece)
                yield from self._taken()
                piece = self._stream.read(PIECE)
                if not piece:
                    self._parser.Parse(b"", True)
            except _Refused as refused:
                yield from [*self._taken(), str(refused)]
                return
            except expat.ExpatError as error:
                yield from self._taken()
                if self._inside or not self._again:  # behind a damage, the end of the feed closes what isn't open
                    yield f"not well-formed ({expat.errors.messages[error.code]})"
                piece = self._next(piece)
        yield from self._taken()

    def _taken(self) -> list[list[Part] | str]:
        done, self._done = self._done, []
        return done

    def _feed(self, piece: str) -> None:
        before, data = self._fed, piece.encode("utf-8", "replace")
        self._piece_at, self._fed = before, before + len(data)
        self._parser.Parse(data, False)
        if self._fed - max(0, self._parser.CurrentByteIndex) > MAX_LINE:
            raise _Refused(f"a tag longer than {MAX_LINE:,} bytes")

    def _next(self, piece: str) -> str:
        """Start anew at the next entry behind an error; empty where there is none."""
        good = piece.encode("utf-8", "replace")[: max(0, self._parser.ErrorByteIndex - self._piece_at)]
        at = len(good.decode("utf-8", "ignore"))
        while True:
            found = _ENTRY.search(piece, at)
            if found:
                self._start("<again>")
                return piece[found.start() :]
            more = self._stream.read(PIECE)
            if not more:
                return ""
            piece, at = piece[-50:] + more, 0

    def _start(self, root: str) -> None:
        """A parser that knows nothing of what came before."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.UseForeignDTD(True)  # makes a name like &nbsp; no error
        parser.SkippedEntityHandler = self._named
        self._parser, self._again = parser, bool(root)
        self._path: list[str] = []
        self._inside, self._size = 0, 0
        self._parts: list[Part] = []
        self._texts: list[list[str]] = []
        self._attributes: list[dict[str, str]] = []
        self._fed, self._piece_at = 0, 0
        if root:
            self._feed(root)

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2].lower()
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise _Refused(f"elements nested deeper than {DEEPEST}")
        if self._inside:
            self._texts.append([])
            self._attributes.append(attributes)
        elif name in ("entry", "item"):
            self._inside, self._size, self._parts = len(self._path), 0, []

    def _close(self, _: str) -> None:
        if self._inside and len(self._path) > self._inside:
            path = "/".join(self._path[self._inside :])
            self._parts.append(Part(path, self._attributes.pop(), "".join(self._texts.pop())))
        elif self._inside:
            self._done.append(self._parts if self._size <= MAX_LINE else f"longer than {MAX_LINE:,} characters")
            self._inside = 0
        self._path.pop()

    def _characters(self, text: str) -> None:
        if self._texts:
            self._size += len(text)
            if self._size <= MAX_LINE:
                self._texts[-1].append(text)

    def _named(self, name: str, _: bool) -> None:
        self._characters(html5.get(f"{name};", ""))

    def _entity(self, *_: object) -> None:
        raise _Refused("it declares entities, which no feed of papers needs")


class _Refused(Exception):
    """A feed that must not be read on."""
