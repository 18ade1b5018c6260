from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from kg.exporters.gexf import edge_start, starts_of, write_gexf
from tests.exporters.graphs import TITLE, hostile

SPACE = "{http://gexf.net/1.3}"


@pytest.fixture
def root(tmp_path: Path) -> ElementTree.Element:
    write_gexf(hostile(), tmp_path)
    return ElementTree.parse(tmp_path / "graph.gexf").getroot()


def test_nodes_have_label_kind_colour_place_and_size(root: ElementTree.Element) -> None:
    nodes = list(root.iter(f"{SPACE}node"))
    assert len(nodes) == len(hostile().graph)
    assert TITLE in {node.get("label") for node in nodes}
    for node in nodes:
        for name in ("color", "position", "size"):
            assert node.find(f"{{http://gexf.net/1.3/viz}}{name}") is not None
        assert {value.get("for") for value in node.iter(f"{SPACE}attvalue")} >= {"kind", "iri"}


def test_edges_have_unique_ids_a_weight_and_their_kind_as_label(root: ElementTree.Element) -> None:
    edges = list(root.iter(f"{SPACE}edge"))
    assert len({edge.get("id") for edge in edges}) == len(edges) == hostile().graph.number_of_edges()
    for edge in edges:
        data = hostile().graph.edges[edge.get("source"), edge.get("target")]
        assert (edge.get("label"), float(edge.get("weight") or 0)) == (data["kind"], data["weight"])


def test_columns_have_types(root: ElementTree.Element) -> None:
    types = {a.get("title"): a.get("type") for a in root.iter(f"{SPACE}attribute")}
    assert (types["generic"], types["count"], types["kind"]) == ("boolean", "integer", "string")


def test_dated_papers_and_what_they_name_begin_on_their_day(root: ElementTree.Element) -> None:
    starts = {node.get("id"): node.get("start") for node in root.iter(f"{SPACE}node")}
    assert starts["concept/bert"] == "2024-02-29"
    assert starts["concept/glue"] is None
    assert sorted(filter(None, starts.values())) == ["2024-02-29"] * 3


def test_a_concept_begins_with_its_first_paper_and_a_link_with_its_younger_one() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node("a", date="2024-01-02")
    graph.add_node("b", date="2023-01-02")
    graph.add_edge("a", "c", kind="USES")
    graph.add_edge("b", "c", kind="USES")
    starts = starts_of(graph)
    assert starts["c"] == "2023-01-02"
    assert edge_start("a", "b", starts) == "2024-01-02"


def test_a_graph_without_dates_is_static(tmp_path: Path) -> None:
    content = hostile()
    for node in content.graph.nodes.values():
        node.pop("date", None)
    write_gexf(content, tmp_path)
    assert 'mode="static" defaultedgetype' in (tmp_path / "graph.gexf").read_text(encoding="utf-8")
