"""Text of the serialiser as patterns: what it writes of one thing, filled with the facts of others of the same sort."""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import itemgetter

import pyoxigraph as ox

from kg.exporters.rdf.terms import Term, decimal, declared

_ESCAPES = str.maketrans(
    {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\b": r"\b", "\f": r"\f", "\x7f": r"\u007F"}
)
_ESCAPED = re.compile(f"[{re.escape(''.join(map(chr, _ESCAPES)))}]")

Fill = Callable[[tuple[object, ...]], str]


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


def filling(text: str, blanks: Sequence[str]) -> Fill:
    """A function that fills values into a text instead of blanks: it takes one for each blank, in their order.

    >>> filling("a <zz:b> of <zz:a>", ("<zz:a>", "<zz:b>"))(("1", "2"))
    'a 2 of 1'
    """
    blank = re.compile("|".join(map(re.escape, blanks)))
    order = [blanks.index(found) for found in blank.findall(text)]
    pattern, values = "%s".join(part.replace("%", "%%") for part in blank.split(text)), itemgetter(*order)
    return lambda filled: pattern % values(filled)
