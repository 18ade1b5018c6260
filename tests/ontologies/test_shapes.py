"""A small graph is valid, and each rule of ``ontologies/shapes.ttl`` fails when it alone is broken.

``broken.tsv`` has a rule a line, the statement taken away and the one put in its place.
"""

import csv
from pathlib import Path

import pytest
import rdflib
from rdflib.namespace import SH

from kg.ontology import FOLDER
from kg.validation import violations

HERE = Path(__file__).parent
VALID = (HERE / "valid.ttl").read_text(encoding="utf-8")
PREFIXES = VALID[: VALID.index("\n\n")]


def rows() -> list[dict[str, str]]:
    with (HERE / "broken.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def triples(statement: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=f"{PREFIXES}\n{statement} ." if statement else PREFIXES, format="turtle")


@pytest.fixture
def graph() -> rdflib.Graph:
    return rdflib.Graph().parse(data=VALID, format="turtle")


def test_the_small_graph_is_valid(graph: rdflib.Graph) -> None:
    assert violations(graph) == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["rule"])
def test_a_broken_rule_is_found(row: dict[str, str], graph: rdflib.Graph) -> None:
    for triple in triples(row["instead of"]):
        assert triple in graph
        graph.remove(triple)
    for triple in triples(row["there is"]):
        graph.add(triple)

    assert row["rule"] in {violation.rule for violation in violations(graph)}


def test_every_rule_of_the_shapes_is_broken_by_some_row() -> None:
    shapes = rdflib.Graph().parse(FOLDER / "shapes.ttl")

    assert {str(message) for message in shapes.objects(None, SH.message)} == {row["rule"] for row in rows()}


def test_without_evidence_statements_need_no_annotation(graph: rdflib.Graph) -> None:
    for node in set(graph.subjects(rdflib.RDF.type, rdflib.URIRef("http://www.w3.org/ns/oa#Annotation"))):
        graph.remove((node, None, None))

    assert [v.rule for v in violations(graph)] == ["Each role of a paper is supported by an annotation."] * 2
    assert violations(graph, evidence=False) == []
