"""Concepts, addresses and links as lines for Neo4j's importer; papers and what they state are rows of a partition."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import pandas as pd

from kg.exporters.neo4j_csv import edge_facts, edge_line, node_line
from kg.graph import assemble
from kg.records import Concept
from kg.rows import EDGE_FACTS, LABELS, Edge, Node, Rows, Value, concept_facts
from kg.spark.stages import Frames, Run, records_of


def stated(parts: Frames, run: Run, build: str) -> Frames:
    """Resolved records → name of the file and line: papers, and edges to what they mention."""
    for part in parts:
        pairs = [(r.paper, r.mentions) for r in records_of(iter([part]))]
        seen = {
            m.concept: Concept(id=m.concept, label=m.label, kind=m.type)
            for _, mentions in pairs for m in mentions if m.type != "Code"
        }  # fmt: skip
        rows = Rows(assemble(pairs, seen.__getitem__, run.base), partial(iter, pairs), {}, (), True)
        object.__setattr__(rows, "build", build)  # that of the whole, not of this part
        lines = [("Paper", node_line(n)) for n in rows.nodes() if n.labels[0] == "Paper"]
        lines += ((e.kind, edge_line(e, edge_facts(e.kind, True))) for e in rows.edges())
        yield pd.DataFrame([(kind, text[:-1]) for kind, text in lines], columns=["file", "value"], dtype=object)


def concept_lines(concepts: list[Concept], run: Run, build: str) -> Iterator[tuple[str, str]]:
    """Name of the file and line: concepts, and edges to broader ones."""
    for concept in concepts:
        iri = run.base + concept.key
        every: dict[str, Value] = {"id": concept.key, "kind": concept.kind, "label": concept.label, "build": build}
        yield "Concept", node_line(Node(iri, LABELS[concept.kind], every | concept_facts(concept)))[:-1]
        for broader in concept.broader:
            yield "BROADER", _edge(iri, f"{run.base}concept/{broader}", "Concept", "BROADER", 1.0, build, {})


def code_lines(parts: Frames, build: str) -> Frames:
    """Addresses → lines."""
    for part in parts:
        facts = ({"id": url, "kind": "Code", "label": url, "build": build, "url": url} for url in part["name"])
        lines = [node_line(Node(str(f["url"]), LABELS["Code"], f))[:-1] for f in facts]
        yield pd.DataFrame({"value": lines}, dtype=object)


def link_lines(parts: Frames, run: Run, build: str, labels: Any) -> Frames:
    """Links → lines; `labels` is a broadcast map from concept to label."""
    for part in parts:
        lines = [
            _edge(
                run.base + a, run.base + b, "Paper", "SHARES_CONCEPT", weight, build,
                {"shared": tuple(labels.value[c] for c in shared)},
            )
            for a, b, weight, shared in part.itertuples(index=False)
        ]  # fmt: skip
        yield pd.DataFrame({"value": lines}, dtype=object)


def _edge(a: str, b: str, label: str, kind: str, weight: float, build: str, facts: Mapping[str, Value]) -> str:
    every: dict[str, Value] = {"kind": kind, "weight": weight, "build": build, **facts}
    return edge_line(Edge(a, label, b, label, kind, every), EDGE_FACTS[kind])[:-1]
