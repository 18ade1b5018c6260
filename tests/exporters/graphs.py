"""A small graph with hostile texts, as an exporter gets it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from datetime import date as Date

import networkx as nx

from kg.exporters.content import Content
from kg.exporters.marks import Mark
from kg.graph import Graph, add_links, assemble
from kg.ontology import BASE
from kg.records import Concept, Link, Mention, Paper

TITLE = "\"Quotes\", 'ticks' & <tags>; ]]> \\ \u202eright\u202c 深層"
ABSTRACT = 'We use BERT.\nA second line, with a comma; and "BERT" again.'
CONCEPTS = {
    "bert": Concept(
        id="bert", label="BERT; the \"model\" & <co>", kind="Architecture", aliases=("a; b", "Ünïcode"),
        broader=("transformer",), source="scheme",
    ),
    "transformer": Concept(id="transformer", label="Transformer", kind="Architecture", generic=True),
    "glue": Concept(id="glue", label="GLUE", kind="Dataset"),
}  # fmt: skip
CODE = "https://github.com/example/bert?a=1&b='2'"


def mention(text: str, kind: str, concept: str, role: str, start: int) -> Mention:
    return Mention(
        text=text, type=kind, label=concept, role=role, start=start, end=start + len(text), confidence=0.9,
        source="test", concept="" if kind == "Code" else concept,
    )  # type: ignore[arg-type]  # fmt: skip


PAPERS = [
    (
        Paper(
            title=TITLE, abstract=ABSTRACT, date=Date(2024, 2, 29), authors=("O'Brien; Pat", 'Ann "A" Bee'), venue="V"
        ),
        (
            mention("BERT", "Architecture", "bert", "uses", 7),
            mention("BERT", "Architecture", "bert", "evaluates_on", 53),
            mention("code", "Code", CODE, "has_code", 20),
        ),
    ),
    (
        Paper(title="Another paper " + "long " * 2000, abstract="GLUE and BERT"),
        (
            mention("GLUE", "Dataset", "glue", "evaluates_on", 0),
            mention("BERT", "Architecture", "bert", "mentions", 9),
        ),
    ),
]
PAPERS.sort(key=lambda pair: pair[0].key)


def hostile() -> Content:
    """The graph: two papers, three concepts, an address, one link."""

    def papers() -> Iterator[tuple[Paper, tuple[Mention, ...]]]:
        return iter(PAPERS)

    graph = assemble(papers(), CONCEPTS.__getitem__, BASE)
    keys = [paper.key for paper, _ in PAPERS]
    links = (Link(source=keys[0], target=keys[1], weight=0.5, shared=("bert",)),)
    add_links(graph, links)
    return Content(graph, papers, CONCEPTS, links, BASE, "0", datetime(2025, 9, 18, tzinfo=UTC))


def small() -> Graph:
    """Two papers that share a concept, which has a broader one; the younger paper comes first."""
    graph: Graph = nx.DiGraph()
    graph.add_node("paper/b", kind="Paper", label="B", date="2025-02-01", venue="")
    graph.add_node("paper/a", kind="Paper", label="A & B", date="2025-01-01", venue="V")
    graph.add_node("concept/y", kind="Method", label="Y", generic=True)
    graph.add_node("concept/x", kind="Method", label="X", generic=False)
    graph.add_edge("paper/b", "concept/x", kind="USES", weight=1.0)
    graph.add_edge("paper/a", "paper/b", kind="SHARES_CONCEPT", weight=0.5)
    graph.add_edge("paper/a", "concept/x", kind="USES", weight=1.0)
    graph.add_edge("concept/x", "concept/y", kind="BROADER", weight=1.0)
    return graph


def alike(graph: Graph) -> dict[str, Mark]:
    """The same look for all nodes."""
    return dict.fromkeys(graph, Mark(1.5, -2.0, 8.0, (1, 2, 3)))
