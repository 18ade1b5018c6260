"""What every exporter gets: the graph, the facts behind it, and the run that made it."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from datetime import datetime

import networkx as nx

from kg.records import Concept, Link, Mention, Paper

Papers = Callable[[], Iterator[tuple[Paper, tuple[Mention, ...]]]]


@dataclass(frozen=True)
class Content:
    """Everything that is known after linking.

    `papers()` goes through the papers in the order of their keys, each with its resolved mentions; it can be called
    again. `concepts` holds the used concepts and the broader ones above them by identifier.
    """

    graph: "nx.DiGraph[str]"
    papers: Papers
    concepts: dict[str, Concept]
    links: tuple[Link, ...]
    base: str
    version: str
    time: datetime
    evidence: bool = True

    def some(self, keys: Container[str]) -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
        """The papers with these keys, in the order of keys; quicker than all where `papers` has a way to skip."""
        skipping = getattr(self.papers, "of", None)
        if skipping:
            yield from skipping(keys)
        else:
            yield from (pair for pair in self.papers() if pair[0].key in keys)
