import io
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

import kg
from kg.errors import NotBuilt
from kg.exporters.graph_files import graphml, write_graphml
from kg.exporters.marks import COLOURS, LIMIT, marks
from tests.exporters.graphs import TITLE, hostile

SPACE = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_graphml(hostile(), tmp_path)
    return tmp_path


def test_what_is_read_is_what_was_written(folder: Path) -> None:
    assert nx.utils.graphs_equal(kg.read(folder), hostile().graph)
    assert nx.utils.graphs_equal(kg.read(folder / "graph.graphml"), hostile().graph)


def test_networkx_reads_the_same_nodes_and_edges(folder: Path) -> None:
    found = nx.read_graphml(folder / "graph.graphml")
    assert isinstance(found, nx.DiGraph)
    assert set(found) == set(hostile().graph)
    assert set(found.edges) == set(hostile().graph.edges)
    assert TITLE in {label for _, label in found.nodes(data="label")}
    assert {type(d["weight"]) for *_, d in found.edges(data=True)} == {float}


def test_labels_and_kinds_have_the_form_that_apoc_reads(folder: Path) -> None:
    root = ElementTree.parse(folder / "graph.graphml").getroot()
    labels = {node.get("labels") for node in root.iter(f"{SPACE}node")}
    assert labels == {":Paper", ":Concept:Architecture", ":Concept:Dataset", ":Code"}
    kinds = {edge.get("label") for edge in root.iter(f"{SPACE}edge")}
    assert kinds == {"USES", "EVALUATES_ON", "MENTIONS", "HAS_CODE", "BROADER", "SHARES_CONCEPT"} - {"USES"}


def test_ids_of_edges_and_keys_are_unique(folder: Path) -> None:
    root = ElementTree.parse(folder / "graph.graphml").getroot()
    for tag in ("edge", "key"):
        ids = [element.get("id") for element in root.iter(f"{SPACE}{tag}")]
        assert len(ids) == len(set(ids))
    text = (folder / "graph.graphml").read_text(encoding="utf-8")
    assert ">None<" not in text
    assert ">[" not in text


def test_the_same_graph_gives_the_same_bytes(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    write_graphml(hostile(), other)
    assert (folder / "graph.graphml").read_bytes() == (other / "graph.graphml").read_bytes()


def test_a_list_or_none_as_an_attribute_is_refused_and_not_written() -> None:
    for value in (None, ["a"], {"a": 1}):
        graph = nx.DiGraph()
        graph.add_node("paper/x", kind="Paper", label="x", iri="urn:x", bad=value)
        with pytest.raises(KeyError):
            graphml(graph, io.StringIO())


def test_reading_a_folder_without_a_graph_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(NotBuilt, match=r"kg export .* --formats graphml"):
        kg.read(tmp_path)


@pytest.mark.parametrize("text", ["", "no xml", "<graphml><node/></graphml>"])
def test_a_file_that_is_no_graphml_of_kg_is_told(text: str, tmp_path: Path) -> None:
    (tmp_path / "graph.graphml").write_text(text, encoding="utf-8")
    with pytest.raises(NotBuilt, match="not GraphML of kg"):
        kg.read(tmp_path)


def test_every_node_has_a_place_of_its_own_a_size_and_the_colour_of_its_kind() -> None:
    graph = hostile().graph
    found = marks(graph)
    assert set(found) == set(graph)
    assert len({(mark.x, mark.y) for mark in found.values()}) == len(graph)
    assert all(mark.colour == COLOURS[graph.nodes[node]["kind"]] and mark.size > 0 for node, mark in found.items())


def test_a_graph_beyond_the_limit_is_placed_in_one_pass() -> None:
    graph: nx.DiGraph[str] = nx.DiGraph()
    for number in range(LIMIT + 1):
        graph.add_node(f"paper/{number}", kind="Paper", label="p", iri=f"urn:{number}")
        for concept in (f"concept/{number % 97}", f"concept/{number % 89}"):
            graph.add_node(concept, kind="Method", label="c", iri=f"urn:{concept}")
            graph.add_edge(f"paper/{number}", concept, kind="USES", weight=1.0)
    found = marks(graph)
    assert set(found) == set(graph)
    assert marks(graph) is found
