"""What every exporter gets: the graph, the facts behind it, and the run that made it."""

from collections.abc import Callable, Iterator
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
