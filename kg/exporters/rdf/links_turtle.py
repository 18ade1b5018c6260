"""Links as Turtle: the serialiser writes one link for each number of shared concepts, and the others are filled in.

Links are the greatest part of a large graph, and differ in nothing but their names.
"""

from collections.abc import Iterable, Iterator
from functools import cache

from kg.exporters.rdf.facts import block, hash_of, link_iri, link_pairs
from kg.exporters.rdf.patterns import Fill, Turtle, filling
from kg.records import Link

_SOURCE, _TARGET, _SHARED, _WEIGHT = "zzsourcezz", "zztargetzz", "zzshared", 0.987654


def link_turtle(links: Iterable[Link], base: str, prefixes: dict[str, str]) -> Iterator[str]:
    """The text of the triples of `kg.exporters.rdf.facts.link_triples`, in the same order, without the prefixes."""
    turtle = Turtle(prefixes)
    node = turtle.node

    @cache
    def pattern(count: int) -> Fill:
        """What is written of a link by so many concepts."""
        shared = [f"{_SHARED}{number}zz" for number in range(count)]
        some = Link(source=_SOURCE, target=_TARGET, weight=_WEIGHT, shared=tuple(shared))
        iris = [base + _SOURCE, base + _TARGET, *(f"{base}concept/{name}" for name in shared)]
        blanks = [
            hash_of(some),
            *map(node, iris),
            f"{_WEIGHT} ",
        ]  # with the space behind: the base may hold these digits
        return filling(turtle.text(block(link_iri(some, base), link_pairs(some, base))), blanks)

    for link in links:
        concepts = [node(f"{base}concept/{name}") for name in link.shared]
        ends = node(base + link.source), node(base + link.target)
        yield pattern(len(concepts))((hash_of(link), *ends, *concepts, f"{turtle.number(link.weight)} "))
