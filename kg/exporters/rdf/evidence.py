"""Where each statement was read: the statements of ``evidence.ttl``.

An ``oa:Annotation`` a mention (Web Annotation Data Model, W3C 2017), addressed by character position (RFC 5147). What
a source's record states outright, such as an address of code, is annotated at ``PAPER/record``.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.exporters.content import Content
from kg.exporters.rdf.facts import block, run_iri
from kg.exporters.rdf.terms import PREDICATE, Pairs, decimal, iri_of_url, named
from kg.graph import stated_code, statements
from kg.records import FieldName, Mention, Paper, Role

CONTEXT = 24
"""Characters quoted before and after a mention."""

_PARTS = ("target", "position", "quote")
_TYPE, _RESOURCE, _SOURCE, _SELECTOR, _POSITION, _START, _END, _QUOTE, _EXACT, _PREFIX, _SUFFIX = map(
    named,
    (
        "rdf:type oa:SpecificResource oa:hasSource oa:hasSelector oa:TextPositionSelector oa:start oa:end "
        "oa:TextQuoteSelector oa:exact oa:prefix oa:suffix"
    ).split(),
)
FIELDS: tuple[FieldName, ...] = ("title", "abstract")
Said = tuple[str, str, Role, float, str]
"""What an annotation says: its body, the paper, the role, the confidence and the component."""


def evidence_triples(content: Content) -> Iterator[ox.Triple]:
    """The annotations of all papers, each paper's after the texts and the record that they point into."""
    run = ox.NamedNode(run_iri(content))
    for paper, mentions in content.papers():
        iri = content.base + paper.key
        for field, found in places(mentions):
            yield from text_triples(paper, field, iri)
            for mention, place in found:
                yield from mention_triples(mention, paper, iri, content.base, run, place)
        yield from record_triples(paper, stated_code(paper, statements(mentions)), iri, run)


def places(mentions: Iterable[Mention]) -> Iterator[tuple[FieldName, list[tuple[Mention, str]]]]:
    """The mentions of title and abstract, each with its place in words; two readings of one place have two places.

    >>> lstm = Mention(text="LSTM", type="Method", start=0, end=4, confidence=1, source="x")
    >>> [(field, [place for _, place in found]) for field, found in places([lstm, lstm])]
    [('abstract', ['0,4', '0,4&n=2'])]
    """
    for field in FIELDS:
        times: dict[str, int] = {}
        found = []
        for mention in mentions:
            if mention.field == field:
                place = f"{mention.start},{mention.end}"
                again = times[place] = times.get(place, 0) + 1
                found.append((mention, place if again == 1 else f"{place}&n={again}"))
        if found:
            yield field, found


def text_triples(paper: Paper, field: FieldName, iri: str) -> Iterator[ox.Triple]:
    """A title or abstract as a node of its own."""
    return block(f"{iri}/{field}", text_pairs(text_of(paper, field), iri))


def text_of(paper: Paper, field: FieldName) -> str:
    """The title or the abstract."""
    return paper.title if field == "title" else paper.abstract


def text_pairs(text: str, iri: str) -> Pairs:
    """What is said of a title or abstract."""
    return [
        ("rdf:type", named("kg:TextField")),
        ("dcterms:isPartOf", ox.NamedNode(iri)),
        ("rdf:value", ox.Literal(text)),
    ]


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters of a text, those before and behind them, and where they stand."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


def quote_of(m: Mention, text: str) -> Quote:
    """What a mention quotes of its text."""
    return Quote(m.start, m.end, m.text, text[max(0, m.start - CONTEXT) : m.start], text[m.end : m.end + CONTEXT])


def mention_triples(
    m: Mention, paper: Paper, iri: str, base: str, run: ox.NamedNode, place: str
) -> Iterator[ox.Triple]:
    """The annotation of a mention: what it says, the statement it supports, where it stands."""
    said = body_of(m, base), iri, m.role, m.confidence, m.source
    return annotation_triples(said, quote_of(m, text_of(paper, m.field)), f"{iri}/{m.field}", place, run)


def body_of(m: Mention, base: str) -> str:
    """The IRI of what a mention names."""
    return iri_of_url(m.label) if m.type == "Code" else f"{base}concept/{m.concept}"


def annotation_triples(said: Said, quote: Quote, source: str, place: str, run: ox.NamedNode) -> Iterator[ox.Triple]:
    """An annotation of a place in the text with the IRI `source`.

    Nine of ten triples of a graph come from here, so they are spelled out.
    """
    target, position, quotation = (ox.NamedNode(within(source, f"{kind}={place}")) for kind in _PARTS)
    yield from block(within(source, f"char={place}"), annotation_pairs(*said, target, run))
    triple, literal = ox.Triple, ox.Literal
    yield triple(target, _TYPE, _RESOURCE)
    yield triple(target, _SOURCE, ox.NamedNode(source))
    yield triple(target, _SELECTOR, position)
    yield triple(target, _SELECTOR, quotation)
    yield triple(position, _TYPE, _POSITION)
    yield triple(position, _START, literal(quote.start))
    yield triple(position, _END, literal(quote.end))
    yield triple(quotation, _TYPE, _QUOTE)
    yield triple(quotation, _EXACT, literal(quote.exact))
    yield triple(quotation, _PREFIX, literal(quote.prefix))
    yield triple(quotation, _SUFFIX, literal(quote.suffix))


def record_triples(paper: Paper, codes: list[str], iri: str, run: ox.NamedNode) -> Iterator[ox.Triple]:
    """The source's record, and an annotation for each address of code that it states."""
    if not codes:
        return
    record = ox.NamedNode(f"{iri}/record")
    pairs: Pairs = [("rdf:type", named("kg:Record")), ("schema:about", ox.NamedNode(iri))]
    if paper.id:
        pairs.append(("dcterms:identifier", ox.Literal(paper.id)))
    yield from block(record.value, pairs)
    for number, url in enumerate(codes, 1):
        said = annotation_pairs(iri_of_url(url), iri, "has_code", 1.0, "record", record, run)
        yield from block(within(record.value, f"code={number}"), said)


def within(iri: str, place: str) -> str:
    """The IRI of a place in a text or record: a fragment, unless the base of the graph has one already.

    >>> within("https://e.org/a", "char=1,2"), within("https://e.org/#a", "char=1,2")
    ('https://e.org/a#char=1,2', 'https://e.org/#a;char=1,2')
    """
    return f"{iri}{';' if '#' in iri else '#'}{place}"


def annotation_pairs(
    body: str, subject: str, role: Role, confidence: float, component: str, target: ox.NamedNode, run: ox.NamedNode
) -> Pairs:
    """What an annotation says: its body, and the statements with this subject that it supports."""
    return [
        ("rdf:type", named("oa:Annotation")),
        ("oa:hasBody", ox.NamedNode(body)),
        ("oa:hasTarget", target),
        ("kg:subject", ox.NamedNode(subject)),
        *(("kg:predicate", named(name)) for name in sorted({PREDICATE[role], "kg:mentions"})),
        ("kg:confidence", decimal(confidence)),
        ("kg:component", ox.Literal(component)),
        ("prov:wasGeneratedBy", run),
    ]
