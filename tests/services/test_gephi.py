"""Graph files in Gephi's own importer and in graphology, which Gephi Lite reads with."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kg.exporters.content import Content
from kg.exporters.graph_files import graphml
from kg.exporters.marks import marks
from tests.exporters.test_graphml_scale import large

pytestmark = pytest.mark.services

Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def imported(gephi: Run, outputs: Path) -> dict[str, dict[str, Any]]:
    found = gephi(outputs / "graph.graphml", outputs / "graph.gexf")
    return dict(zip(("graphml", "gexf"), found, strict=True))


@pytest.fixture(params=["graphml", "gexf"])
def file(request: pytest.FixtureRequest, imported: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return imported[request.param]


def test_gephi_has_nothing_to_complain_of(file: dict[str, Any]) -> None:
    # The version of GEXF is told as information.
    assert [issue for issue in file["issues"] if issue[0] != "INFO"] == []


def test_gephi_loses_no_node_and_no_edge(file: dict[str, Any], content: Content) -> None:
    assert set(file["nodes"]) == set(content.graph)
    found = {(a, b, label): weight for a, b, label, weight in file["edges"]}
    wanted = {(a, b, d["kind"]): d["weight"] for a, b, d in content.graph.edges(data=True)}
    assert len(file["edges"]) == len(wanted)
    assert found == pytest.approx(wanted, abs=1e-5)
    assert file["directed"] is True


def test_gephi_knows_the_types_of_columns(file: dict[str, Any]) -> None:
    nodes = {name: file["node_columns"][name] for name in ("kind", "iri", "date", "generic", "aliases")}
    assert nodes == {"kind": "String", "iri": "String", "date": "String", "generic": "Boolean", "aliases": "String"}
    assert file["edge_columns"]["count"] in ("Long", "Integer")
    assert {"kind", "roles", "shared"} <= set(file["edge_columns"])


def test_gephi_shows_labels_places_sizes_and_colours(file: dict[str, Any], content: Content) -> None:
    for node, mark in marks(content.graph).items():
        found = file["nodes"][node]
        # Gephi drops white space around texts, as in a title of a thousand words.
        assert found["label"].split() == content.graph.nodes[node]["label"].split()
        assert (found["x"], found["y"], found["size"]) == pytest.approx((mark.x, mark.y, mark.size), abs=0.01)
        assert tuple(found["colour"]) == mark.colour
        assert found["kind"] == content.graph.nodes[node]["kind"]


def test_gephi_puts_papers_on_the_timeline(imported: dict[str, dict[str, Any]], content: Content) -> None:
    file = imported["gexf"]
    assert file["dynamic"] is True
    assert file["time"] == "DATE"
    dated = {n: day for n, day in content.graph.nodes(data="date") if day}
    assert dated
    for node, day in dated.items():
        start = datetime.fromtimestamp(file["nodes"][node]["start"] / 1000, UTC)
        assert start.date().isoformat() == day


def test_graphology_reads_both_files(graphology: Run, outputs: Path, content: Content) -> None:
    for found in graphology(outputs / "graph.graphml", outputs / "graph.gexf"):
        assert set(found["nodes"]) == set(content.graph)
        assert {(e["source"], e["target"]) for e in found["edges"]} == set(content.graph.edges)
        assert len({e["id"] for e in found["edges"]}) == content.graph.number_of_edges()
        for node, mark in marks(content.graph).items():
            attributes = found["nodes"][node]
            assert attributes["kind"] == content.graph.nodes[node]["kind"]
            assert (attributes["x"], attributes["y"], attributes["size"]) == (mark.x, mark.y, mark.size)
        assert all(e["weight"] > 0 and e["kind"] for e in found["edges"])


@pytest.mark.slow
def test_gephi_opens_a_graph_of_twenty_thousand_papers(gephi: Run, tmp_path: Path) -> None:
    graph, path = large(), tmp_path / "graph.graphml"
    with path.open("w", encoding="utf-8") as file:
        graphml(graph, file)

    [found] = gephi(path)

    assert [issue for issue in found["issues"] if issue[0] != "INFO"] == []
    assert set(found["nodes"]) == set(graph)
    assert {(a, b, label) for a, b, label, _ in found["edges"]} == {
        (a, b, d["kind"]) for a, b, d in graph.edges(data=True)
    }
