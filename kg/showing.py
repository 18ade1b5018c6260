"""What a graph knows of one concept or paper, with the words it was read from, as lines for a person.

Everything that came from a source goes through `printable`: a title may hold codes that a terminal would obey.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from kg.errors import NotFound
from kg.ontology import NAMESPACE, PREFIXES
from kg.store.asking import View
from kg.store.catalogue import catalogue, internal

Row = dict[str, str]

ROLES = {
    "introduces": "introduced by",
    "hasCode": "code of",
    "evaluatesOn": "evaluated on by",
    "uses": "used by",
    "comparesTo": "compared to by",
    "mentions": "mentioned by",
}
"""Roles, the strongest first, as they are told of a concept."""
FACTS = {
    "date": PREFIXES["dcterms"] + "issued",
    "authors": PREFIXES["dcterms"] + "creator",
    "venue": PREFIXES["dcterms"] + "bibliographicCitation",
    "id": PREFIXES["dcterms"] + "identifier",
    "page": PREFIXES["schema"] + "url",
    "same as": PREFIXES["schema"] + "sameAs",
    "code": f"{NAMESPACE}hasCode",
}
"""What is told of a paper, in this order."""
QUOTES = 2
"""Quotations for one statement."""
CONTEXT = 24
"""Characters that the evidence keeps on either side of a mention."""


@dataclass(frozen=True)
class Style:
    """How headings, quoted mentions and remarks are set off; by default not at all."""

    strong: Callable[[str], str] = str
    mark: Callable[[str], str] = str
    faint: Callable[[str], str] = str


PLAIN = Style()
COLOURS = Style(
    strong=lambda text: f"\x1b[1m{text}\x1b[0m",
    mark=lambda text: f"\x1b[1;33m{text}\x1b[0m",
    faint=lambda text: f"\x1b[2m{text}\x1b[0m",
)


def show(view: View, name: str, style: Style = PLAIN, most: int = 10) -> Iterator[str]:
    """Lines about the concept or paper of a name, at most `most` papers a role; raises NotFound where there is none."""
    try:
        iri = view.concept(name)
    except NotFound as no_concept:
        try:
            paper = view.paper(name)
        except NotFound as no_paper:
            raise NotFound(f"{no_concept}; and {str(no_paper).removeprefix(f'{name}: ')}") from no_paper
        return show_paper(view, view.rows(internal("paper"), paper=paper), style)
    rows = view.rows(internal("concept"), concept=iri)
    return show_concept(view, rows, style, most)


def show_concept(view: View, rows: list[Row], style: Style, most: int) -> Iterator[str]:
    """Lines about a concept: names, place in the scheme, papers by role with quotations, code."""
    first = rows[0]
    iri = view.concept(first["concept"])
    yield f"{style.strong(printable(first['label']))}  {first['kind'].lower()}"
    yield from listed("also", (row["alias"] for row in rows))
    yield from listed("broader", (row["broader_label"] for row in rows))
    narrower = view.rows(catalogue()["narrower-concepts"], concept=iri)
    yield from listed("narrower", (row["name"] for row in narrower))
    yield from listed("matches", (row["match"] for row in rows))
    yield from listed("source", (row["source"] for row in rows))
    if any(row["generic"] for row in rows):
        yield "  too general to link papers"
    evidence = view.rows(catalogue()["evidence"], concept=iri)
    papers = view.rows(catalogue()["papers-mentioning"], concept=iri)
    for role, told in ROLES.items():
        here = [paper for paper in papers if strongest(paper["roles"].split()) == role]
        if here:
            yield f"\n{style.strong(told)}  {len(here)} paper{'s' if len(here) != 1 else ''}"
        for paper in here[:most]:
            yield f"  {printable(paper['title'])}  {style.faint(paper['date'])}".rstrip()
            mine = (row for row in evidence if row["paper"] == paper["paper"] and tail(row["role"]) == role)
            yield from quotations(mine, style)
        if len(here) > most:
            yield f"  and {len(here) - most} more"
    codes = view.rows(catalogue()["code-for-method"], concept=iri)
    if codes:
        yield f"\n{style.strong('code')}"
        yield from dict.fromkeys(f"  {printable(row['code'])}  {style.faint(printable(row['name']))}" for row in codes)


def show_paper(view: View, rows: list[Row], style: Style) -> Iterator[str]:
    """Lines about a paper: facts, its concepts by role with quotations, related papers."""
    paper = view.paper(rows[0]["paper"])
    values = {key: list(group) for key, group in groupby(rows, key=itemgetter("property"))}
    yield style.strong(printable(values[PREFIXES["dcterms"] + "title"][0]["value"]))
    for told, name in FACTS.items():
        yield from listed(told, (row["value"] for row in values.get(name, ())))
    evidence = view.rows(catalogue()["evidence"], paper=paper)
    told_already: set[str] = set()
    for role in (role for role in ROLES if role != "hasCode"):
        here = [row for row in values.get(NAMESPACE + role, ()) if row["label"] and row["value"] not in told_already]
        told_already |= {row["value"] for row in here}
        if here:
            yield f"\n{style.strong(words(role))}"
        for row in here:
            yield f"  {printable(row['label'])}"
            mine = (e for e in evidence if e["concept"] == row["value"] and tail(e["role"]) == role)
            yield from quotations(mine, style)
    related = view.rows(catalogue()["related-papers"], paper=paper)
    if related:
        yield f"\n{style.strong('related papers')}  (kg similar tells why)"
    for row in related[:5]:
        yield f"  {float(row['weight']):.2f}  {printable(row['other_title'])}"


def similar(view: View, name: str, style: Style = PLAIN, most: int = 10) -> Iterator[str]:
    """Lines about the papers that share concepts with a paper: which, and a quotation of the rarest from both sides."""
    paper = view.paper(name)
    title = view.rows(internal("paper"), paper=paper)
    heading = next(row["value"] for row in title if row["property"].endswith("/title"))
    yield f"Papers like {style.strong(printable(heading))}"
    found = groupby(view.rows(internal("shared"), paper=paper), key=itemgetter("other", "other_title", "weight"))
    count = 0
    for (other, other_title, weight), group in found:
        count += 1
        if count > most:
            break
        shared = list(group)
        yield f"\n{float(weight):.2f}  {style.strong(printable(other_title))}"
        yield f"      share {', '.join(printable(row['name']) for row in shared)}"
        theirs = view.paper(other)
        for row in shared:
            concept = view.concept(row["concept"])
            here = view.rows(internal("quotes"), paper=paper, concept=concept)
            there = view.rows(internal("quotes"), paper=theirs, concept=concept)
            if here and there:
                yield f"      here   {quotation(here[0], style)}"
                yield f"      there  {quotation(there[0], style)}"
                break
    if not count:
        yield "  It shares no specific concept with another paper."


def quotations(rows: Iterable[Row], style: Style) -> Iterator[str]:
    """The best quotations for one statement, each with where it stands, what found it and how sure it is."""
    shown = 0
    for row in rows:
        if shown == QUOTES:
            return
        shown += 1
        if not row["quote"]:
            yield f"      {style.faint('stated by the record of the paper')}"
            continue
        where = re.split("[#;]", row["annotation"].rpartition("/")[2])[0]
        place = f"{where} {row['start']}–{row['end']}, {row['component']}, {float(row['confidence']):.2f}"
        yield f"      {quotation(row, style)}  {style.faint(place)}"


def quotation(row: Row, style: Style) -> str:
    """The words around a mention, the mention itself set off; words that were cut in two are left out.

    >>> quotation({"before": "ntence word by word with ", "quote": "LSTM", "after": "."}, PLAIN)
    '“… word by word with LSTM.”'
    """
    before, after = row["before"], row["after"]
    if len(before) >= CONTEXT and " " in before:
        before = "… " + before.partition(" ")[2]
    if len(after) >= CONTEXT and " " in after:
        after = after.rpartition(" ")[0] + " …"
    return f"“{printable(before)}{style.mark(printable(row['quote']))}{printable(after)}”"


def listed(told: str, values: Iterable[str]) -> Iterator[str]:
    """A line with some values; none where there are none."""
    kept = list(dict.fromkeys(printable(value) for value in values if value))
    if kept:
        yield f"  {told:<9} {', '.join(kept)}"


def strongest(roles: Iterable[str]) -> str:
    """The strongest of some roles."""
    return min(roles, key=[*ROLES, *roles].index)


def words(role: str) -> str:
    """A role as people write it.

    >>> words("evaluatesOn")
    'evaluates on'
    """
    return "".join(f" {c.lower()}" if c.isupper() else c for c in role)


def tail(iri: str) -> str:
    """What follows the namespace of a property."""
    return iri.rpartition("#")[2]


def printable(text: str) -> str:
    """A text on one line, without codes that a terminal would obey.

    >>> printable("a\\x1b]0;title\\x07b")
    'a ]0;title b'
    """
    return "".join(c if c.isprintable() else " " for c in text)
