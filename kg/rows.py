"""The graph as typed rows for property graphs and tables: dates stay dates, lists stay lists, what is unknown is None.

`networkx` and GraphML know neither lists nor dates, so their attributes hold joined text; the rows are taken from the
papers and concepts themselves. Every node of a kind has the same facts in the same order, see `NODE_FACTS`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Any, Literal

from kg.graph import Graph, statements
from kg.records import Concept, Link, Mention, Paper, digest

Value = str | int | float | bool | Date | tuple[str, ...] | tuple[int, ...] | None
Type = Literal["string", "date", "boolean", "int", "float", "string[]", "int[]"]
Papers = Callable[[], Iterator[tuple[Paper, tuple[Mention, ...]]]]

LABELS: dict[str, tuple[str, ...]] = {
    "Paper": ("Paper",),
    "Method": ("Concept", "Method"),
    "Architecture": ("Concept", "Architecture"),
    "Dataset": ("Concept", "Dataset"),
    "Task": ("Concept", "Task"),
    "Code": ("Code",),
}
"""Kind → labels in a property graph; the first is the one that is unique by IRI."""

_EVERY_NODE: dict[str, Type] = {"id": "string", "kind": "string", "label": "string", "build": "string"}
NODE_FACTS: dict[str, dict[str, Type]] = {
    "Paper": _EVERY_NODE | {
        "url": "string", "date": "date", "abstract": "string", "authors": "string[]", "arxiv_id": "string",
        "doi": "string", "venue": "string", "categories": "string[]", "keywords": "string[]",
    },
    "Concept": _EVERY_NODE | {
        "aliases": "string[]", "generic": "boolean", "exact_match": "string[]", "source": "string",
    },
    "Code": _EVERY_NODE | {"url": "string"},
}  # fmt: skip
"""First label → fact → type. `build` tells one state of the graph from another, so that a loader can prune."""

_EVERY_EDGE: dict[str, Type] = {"kind": "string", "weight": "float", "build": "string"}
_MENTIONED: dict[str, Type] = _EVERY_EDGE | {"roles": "string[]", "count": "int"}
EDGE_FACTS: dict[str, dict[str, Type]] = {
    "INTRODUCES": _MENTIONED,
    "HAS_CODE": _MENTIONED,
    "EVALUATES_ON": _MENTIONED,
    "USES": _MENTIONED,
    "COMPARES_TO": _MENTIONED,
    "MENTIONS": _MENTIONED,
    "BROADER": _EVERY_EDGE,
    "SHARES_CONCEPT": _EVERY_EDGE | {"shared": "string[]"},
}
"""Kind → fact → type."""

EVIDENCE: dict[str, Type] = {
    "evidence_field": "string[]",
    "evidence_start": "int[]",
    "evidence_end": "int[]",
    "evidence_text": "string[]",
}
"""Facts of an edge from a paper when evidence is wanted: an entry a mention, offsets as in `kg.records.Mention`."""


@dataclass(frozen=True)
class Node:
    """A node: the IRI that it is known by everywhere, its labels, its facts."""

    iri: str
    labels: tuple[str, ...]
    facts: Mapping[str, Value]


@dataclass(frozen=True)
class Edge:
    """An edge between two nodes, each named by IRI and first label."""

    source: str
    source_label: str
    target: str
    target_label: str
    kind: str
    facts: Mapping[str, Value]


@dataclass(frozen=True)
class Rows:
    """A whole graph as rows. `nodes()` and `edges()` can be gone through again and again; the order is fixed."""

    graph: Graph
    papers: Papers
    concepts: Mapping[str, Concept]
    links: Iterable[Link]
    evidence: bool = False
    build: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "build", state_of(self.graph))

    def nodes(self) -> Iterator[Node]:
        """Papers in the order of their ids, then concepts, then code."""
        for paper, _ in self.papers():
            yield self._node(paper.key, paper_facts(paper))
        for concept in sorted(self.concepts.values(), key=lambda c: c.key):
            yield self._node(concept.key, concept_facts(concept))
        for url in sorted(n for n, kind in self.graph.nodes(data="kind") if kind == "Code"):
            yield self._node(url, {"url": url})

    def edges(self) -> Iterator[Edge]:
        """Edges from papers to what they mention, then to broader concepts, then between papers."""
        for paper, mentions in self.papers():
            for target, found in statements(mentions).items():
                data = self.graph.edges[paper.key, target]
                facts: dict[str, Value] = {"roles": tuple(data["roles"].split(";")), "count": data["count"]}
                yield self._edge(paper.key, target, facts | (evidence_facts(found) if self.evidence else {}))
        for source, target in sorted((a, b) for a, b, kind in self.graph.edges(data="kind") if kind == "BROADER"):
            yield self._edge(source, target, {})
        for link in self.links:
            shared = tuple(self.concepts[ident].label for ident in link.shared)
            yield self._edge(link.source, link.target, {"shared": shared})

    def count(self) -> int:
        """How many nodes and edges there are."""
        return int(self.graph.number_of_nodes() + self.graph.number_of_edges())

    def _node(self, ident: str, facts: dict[str, Value]) -> Node:
        data = self.graph.nodes[ident]
        every: dict[str, Value] = {"id": ident, "kind": data["kind"], "label": data["label"], "build": self.build}
        return Node(data["iri"], LABELS[data["kind"]], every | facts)

    def _edge(self, source: str, target: str, facts: dict[str, Value]) -> Edge:
        a, b, data = self.graph.nodes[source], self.graph.nodes[target], self.graph.edges[source, target]
        every: dict[str, Value] = {"kind": data["kind"], "weight": float(data["weight"]), "build": self.build}
        ends = (a["iri"], LABELS[a["kind"]][0], b["iri"], LABELS[b["kind"]][0])
        return Edge(*ends, data["kind"], every | facts)


def paper_facts(paper: Paper) -> dict[str, Value]:
    """What is known of a paper beyond its title."""
    return {
        "url": paper.url or None,
        "date": paper.date,
        "abstract": paper.abstract or None,
        "authors": paper.authors,
        "arxiv_id": paper.arxiv_id or None,
        "doi": paper.doi or None,
        "venue": paper.venue or None,
        "categories": paper.categories,
        "keywords": paper.keywords,
    }


def concept_facts(concept: Concept) -> dict[str, Value]:
    """What is known of a concept beyond its name."""
    return {
        "aliases": concept.aliases,
        "generic": concept.generic,
        "exact_match": concept.exact_match,
        "source": concept.source or None,
    }


def evidence_facts(mentions: Iterable[Mention]) -> dict[str, Value]:
    """Where the text of a paper says what an edge says."""
    found = sorted(mentions, key=lambda m: (m.field, m.start))
    return {
        "evidence_field": tuple(m.field for m in found),
        "evidence_start": tuple(m.start for m in found),
        "evidence_end": tuple(m.end for m in found),
        "evidence_text": tuple(m.text for m in found),
    }


def state_of(graph: Graph) -> str:
    """A name for the state of a graph: the same for the same nodes, edges and attributes, 12 hex.

    >>> import networkx as nx
    >>> state_of(nx.DiGraph([("a", "b")])) == state_of(nx.DiGraph([("a", "c")]))
    False
    """
    lines: list[Any] = [*sorted((n, sorted(d.items())) for n, d in graph.nodes(data=True))]
    lines += sorted((a, b, sorted(d.items())) for a, b, d in graph.edges(data=True))
    return digest("\n".join(map(repr, lines)))[:12]
