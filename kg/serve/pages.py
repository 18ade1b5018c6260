"""What the HTML pages show of a node, as plain data for the templates."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from kg.ontology import NAMESPACE, PREFIXES

Row = Mapping[str, str]

_ABSTRACT, _TITLE = (PREFIXES["dcterms"] + name for name in ("abstract", "title"))
_PREF, _TYPE = PREFIXES["skos"] + "prefLabel", PREFIXES["rdf"] + "type"
_RELATED = f"{NAMESPACE}relatedTo"
_LAST = {f"{NAMESPACE}mentions": 1, _RELATED: 2, _TYPE: 3}
"""Properties that come after the others: they say less, or a lot."""
_HIDDEN = {_ABSTRACT, _TITLE, _PREF, PREFIXES["rdf"] + "value"}


@dataclass(frozen=True)
class Value:
    """A value: its text and where it leads, "" for nowhere."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Piece:
    """A piece of text; `href` leads to the concept that it names."""

    text: str
    href: str = ""
    name: str = ""


@dataclass(frozen=True)
class Fact:
    """A property, in words and as a prefixed name, with its values."""

    words: str
    name: str
    values: list[Value]


@dataclass(frozen=True)
class Page:
    """A node: heading, text with its mentions, what is said of it and what points at it."""

    iri: str
    heading: str
    pieces: list[Piece]
    facts: list[Fact]
    incoming: list[Fact] = field(default_factory=list)
    drawn: str = ""
    """The id of the node in the explorer, "" for what it does not draw."""


def page(iri: str, base: str, said: Iterable[Row], incoming: Iterable[Row], marks: Iterable[Row]) -> Page:
    """The page of a node from the rows about it."""
    values: dict[str, list[Row]] = {key: list(rows) for key, rows in groupby(said, key=itemgetter("property"))}
    headings = [values[name][0]["value"] for name in (_PREF, _TITLE) if name in values]
    facts = [
        fact(name, [value_of(row["value"], row["label"], base) for row in rows])
        for name, rows in sorted(values.items(), key=lambda item: _LAST.get(item[0], 0))
        if name not in _HIDDEN
    ]
    sources = [
        fact(name, [value_of(row["node"], row["label"], base) for row in rows])
        for name, rows in groupby(incoming, key=itemgetter("property"))
        if name not in values or name != _RELATED
    ]
    text = next((row["value"] for row in (*values.get(_ABSTRACT, ()), *values.get(PREFIXES["rdf"] + "value", ()))), "")
    here = [mark for mark in marks if mark["field"] == f"{iri}/abstract"]
    heading, ident = headings[0] if headings else short(iri, base), iri.removeprefix(base)
    drawn = ident if headings and ident.startswith(("paper/", "concept/")) else ""
    return Page(iri, heading, list(pieces(text, here, base)), facts, sources, drawn)


def fact(iri: str, values: list[Value]) -> Fact:
    """A property with its values; its words are the last part of its name.

    >>> fact("https://w3id.org/paper-kg/ns#evaluatesOn", []).words
    'evaluates on'
    """
    name = short(iri)
    return Fact(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", re.split(r"[:/#]", name)[-1]).lower(), name, values)


def pieces(text: str, marks: Iterable[Row], base: str) -> Iterator[Piece]:
    """A text cut at its mentions; of mentions that overlap the first is kept."""
    at = 0
    for mark in sorted(marks, key=lambda m: (int(m["start"]), -int(m["end"]))):
        start, end = int(mark["start"]), int(mark["end"])
        if start < at:
            continue
        if start > at:
            yield Piece(text[at:start])
        yield Piece(text[start:end], href(mark["concept"], base), mark["name"])
        at = end
    if at < len(text):
        yield Piece(text[at:])


def value_of(value: str, label: str, base: str) -> Value:
    """A value with its label and its link."""
    return Value(label or short(value, base), href(value, base))


def href(iri: str, base: str) -> str:
    """Where a value leads: to this server for the graph's own IRIs, to the web for http(s), else nowhere.

    >>> href("https://e.org/id/concept/a", "https://e.org/id/"), href("javascript:alert(1)", "https://e.org/id/")
    ('/id/concept/a', '')
    """
    if iri.startswith(base):
        return "/id/" + iri.removeprefix(base)
    return iri if iri.startswith(("http://", "https://")) and " " not in iri else ""


def short(iri: str, base: str = "") -> str:
    """An IRI with a prefix, or without the base."""
    if base and iri.startswith(base):
        return iri.removeprefix(base)
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and len(iri) > len(start):
            return f"{prefix}:{iri.removeprefix(start)}"
    return iri
