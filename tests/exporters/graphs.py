"""A small graph with hostile texts, as an exporter gets it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from datetime import date as Date

from kg.exporters.content import Content
from kg.graph import add_links, assemble
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
