"""Evidence as Turtle: the serialiser writes one annotation of each sort, and the others are filled into its text.

Nine of ten triples of a graph are evidence, and annotations differ in little: to make triples of them all, and text of
the triples, takes three times as long.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from operator import itemgetter

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
from kg.exporters.rdf.terms import Term, decimal, declared
from kg.graph import stated_code, statements
from kg.records import ROLES

_ESCAPES = str.maketrans(
    {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f", "\x7f": r"\u007F"}
)
_ESCAPED = re.compile(f"[{re.escape(''.join(map(chr, _ESCAPES)))}]")
_KEY, _BODY, _CONFIDENCE, _COMPONENT = "zzkeyzz", "zz:body", 0.987654, "zzcomponentzz"
_QUOTE = Quote(7000001, 7000002, "zzexactzz", "zzprefixzz", "zzsuffixzz")
_BLANKS = (
    _KEY, str(_QUOTE.start), str(_QUOTE.end), f"<{_BODY}>", str(_CONFIDENCE),
    *(f'"{text}"' for text in (_COMPONENT, _QUOTE.exact, _QUOTE.prefix, _QUOTE.suffix)),
)  # fmt: skip
"""What differs between annotations, as it stands in the text of the one that the serialiser writes."""

Fill = Callable[[tuple[object, ...]], str]


def evidence_turtle(content: Content, prefixes: dict[str, str]) -> Iterator[str]:
    """The text of the triples of `kg.exporters.rdf.evidence.evidence_triples`, in the same order, without the prefixes."""
    base, run, turtle = content.base, ox.NamedNode(run_iri(content)), Turtle(prefixes)
    blank = f"{base}paper/{_KEY}"
    said = [(_BODY, blank, role, _CONFIDENCE, _COMPONENT) for role in ROLES]
    place = f"{_QUOTE.start},{_QUOTE.end}"
    annotations = {
        (field, some[2]): filling(turtle.text(annotation_triples(some, _QUOTE, f"{blank}/{field}", place, run)))
        for field in FIELDS
        for some in said
    }
    texts = {f: filling(turtle.text(block(f"{blank}/{f}", text_pairs(_QUOTE.exact, blank)))) for f in FIELDS}
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


class Turtle:
    """The serialiser, under some prefixes."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self._prefixes = prefixes
        self.node = cache(lambda iri: self.term(ox.NamedNode(iri)))
        self.number = cache(lambda number: self.term(decimal(number)))
        self._header = len(declared(prefixes))  # the serialiser has the same lines in another order

    def text(self, triples: Iterable[ox.Triple]) -> str:
        """Triples as text, without the prefixes."""
        data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=self._prefixes) or b""
        return data.decode()[self._header :]

    def term(self, term: Term) -> str:
        """A term as it stands in a statement."""
        some = ox.NamedNode("zz:a")
        return self.text([ox.Triple(some, some, term)]).split(" ", 2)[2].removesuffix(" .\n")


def literal(text: str) -> str:
    r"""A text as it stands in a statement.

    >>> literal('say "a"')
    '"say \\"a\\""'
    """
    return f'"{text.translate(_ESCAPES)}"' if _ESCAPED.search(text) else f'"{text}"'


def filling(text: str) -> Fill:
    """A function that fills the values of `_BLANKS` into a text."""
    blank = re.compile("|".join(map(re.escape, _BLANKS)))
    order = [_BLANKS.index(found) for found in blank.findall(text)]
    pattern, values = blank.sub("%s", text.replace("%", "%%")), itemgetter(*order)
    return lambda filled: pattern % values(filled)
