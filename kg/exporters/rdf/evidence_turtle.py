"""Evidence as Turtle: the serialiser writes one annotation of each sort, and the others are filled into its text.

Nine of ten triples of a graph are evidence, and annotations differ in little: to make triples of them all, and text of
the triples, takes three times as long.
"""

from collections.abc import Iterator

import pyoxigraph as ox

from kg.exporters.content import Content
from kg.exporters.rdf.evidence import (
    FIELDS,
    Quote,
    annotation_triples,
    body_of,
    mention_triples,
    places,
    quote_of,
    record_triples,
    text_of,
    text_pairs,
)
from kg.exporters.rdf.facts import block, run_iri
from kg.exporters.rdf.patterns import Turtle, filling, literal
from kg.graph import stated_code, statements
from kg.records import ROLES

_KEY, _BODY, _CONFIDENCE, _COMPONENT = "zzkeyzz", "zz:body", 0.987654, "zzcomponentzz"
_QUOTE = Quote(7000001, 7000002, "zzexactzz", "zzprefixzz", "zzsuffixzz")
_BLANKS = (
    _KEY, str(_QUOTE.start), str(_QUOTE.end), f"<{_BODY}>", str(_CONFIDENCE),
    *(f'"{text}"' for text in (_COMPONENT, _QUOTE.exact, _QUOTE.prefix, _QUOTE.suffix)),
)  # fmt: skip
"""What differs between annotations, as it stands in the text of the one that the serialiser writes."""


def evidence_turtle(content: Content, prefixes: dict[str, str]) -> Iterator[str]:
    """The text of the triples of `kg.exporters.rdf.evidence.evidence_triples`, in the same order, without the prefixes."""
    base, run, turtle = content.base, ox.NamedNode(run_iri(content)), Turtle(prefixes)
    blank = f"{base}paper/{_KEY}"
    said = [(_BODY, blank, role, _CONFIDENCE, _COMPONENT) for role in ROLES]
    place = f"{_QUOTE.start},{_QUOTE.end}"
    annotations = {
        (field, some[2]): filling(
            turtle.text(annotation_triples(some, _QUOTE, f"{blank}/{field}", place, run)), _BLANKS
        )
        for field in FIELDS
        for some in said
    }
    texts = {f: filling(turtle.text(block(f"{blank}/{f}", text_pairs(_QUOTE.exact, blank))), _BLANKS) for f in FIELDS}
    for paper, mentions in content.papers():
        iri, key = base + paper.key, paper.key.removeprefix("paper/")
        for field, found in places(mentions):
            text = text_of(paper, field)
            yield texts[field]((key, "", "", "", "", "", literal(text), "", ""))
            for m, place in found:
                if "&" in place:
                    yield turtle.text(mention_triples(m, paper, iri, base, run, place))
                    continue
                quote = quote_of(m, text)
                yield annotations[field, m.role](
                    (
                        key, quote.start, quote.end, turtle.node(body_of(m, base)), turtle.number(m.confidence),
                        literal(m.source), literal(quote.exact), literal(quote.prefix), literal(quote.suffix),
                    )
                )  # fmt: skip
        if codes := stated_code(paper, statements(mentions)):
            yield turtle.text(record_triples(paper, codes, iri, run))
