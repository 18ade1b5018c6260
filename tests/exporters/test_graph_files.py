import io
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

import kg
from kg.errors import NotBuilt
from kg.exporters.graph_files import graphml, write_graphml
from kg.exporters.marks import COLOURS, LIMIT, marks
from tests.exporters.graphs import TITLE, alike, hostile, small

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


def test_all_that_is_written_of_a_small_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.exporters.graph_files.marks", alike)
    file = io.StringIO()
    graphml(small(), file)
    _, _, written = file.getvalue().partition('.xsd">\n')
    assert written == WRITTEN


WRITTEN = """\
  <key id="node_b" for="node" attr.name="b" attr.type="long"/>
  <key id="node_date" for="node" attr.name="date" attr.type="string"/>
  <key id="node_g" for="node" attr.name="g" attr.type="long"/>
  <key id="node_generic" for="node" attr.name="generic" attr.type="boolean"/>
  <key id="node_kind" for="node" attr.name="kind" attr.type="string"/>
  <key id="node_label" for="node" attr.name="label" attr.type="string"/>
  <key id="node_labels" for="node" attr.name="labels" attr.type="string"/>
  <key id="node_r" for="node" attr.name="r" attr.type="long"/>
  <key id="node_size" for="node" attr.name="size" attr.type="double"/>
  <key id="node_venue" for="node" attr.name="venue" attr.type="string"/>
  <key id="node_x" for="node" attr.name="x" attr.type="double"/>
  <key id="node_y" for="node" attr.name="y" attr.type="double"/>
  <key id="edge_kind" for="edge" attr.name="kind" attr.type="string"/>
  <key id="edge_label" for="edge" attr.name="label" attr.type="string"/>
  <key id="edge_weight" for="edge" attr.name="weight" attr.type="double"/>
  <graph id="G" edgedefault="directed">
    <node id="concept/x" labels=":Concept:Method">
      <data key="node_b">3</data>
      <data key="node_g">2</data>
      <data key="node_generic">false</data>
      <data key="node_kind">Method</data>
      <data key="node_label">X</data>
      <data key="node_labels">:Concept:Method</data>
      <data key="node_r">1</data>
      <data key="node_size">8.0</data>
      <data key="node_x">1.5</data>
      <data key="node_y">-2.0</data>
    </node>
    <node id="concept/y" labels=":Concept:Method">
      <data key="node_b">3</data>
      <data key="node_g">2</data>
      <data key="node_generic">true</data>
      <data key="node_kind">Method</data>
      <data key="node_label">Y</data>
      <data key="node_labels">:Concept:Method</data>
      <data key="node_r">1</data>
      <data key="node_size">8.0</data>
      <data key="node_x">1.5</data>
      <data key="node_y">-2.0</data>
    </node>
    <node id="paper/a" labels=":Paper">
      <data key="node_b">3</data>
      <data key="node_date">2025-01-01</data>
      <data key="node_g">2</data>
      <data key="node_kind">Paper</data>
      <data key="node_label">A &amp; B</data>
      <data key="node_labels">:Paper</data>
      <data key="node_r">1</data>
      <data key="node_size">8.0</data>
      <data key="node_venue">V</data>
      <data key="node_x">1.5</data>
      <data key="node_y">-2.0</data>
    </node>
    <node id="paper/b" labels=":Paper">
      <data key="node_b">3</data>
      <data key="node_date">2025-02-01</data>
      <data key="node_g">2</data>
      <data key="node_kind">Paper</data>
      <data key="node_label">B</data>
      <data key="node_labels">:Paper</data>
      <data key="node_r">1</data>
      <data key="node_size">8.0</data>
      <data key="node_venue"></data>
      <data key="node_x">1.5</data>
      <data key="node_y">-2.0</data>
    </node>
    <edge id="e0" source="concept/x" target="concept/y" label="BROADER">
      <data key="edge_kind">BROADER</data>
      <data key="edge_label">BROADER</data>
      <data key="edge_weight">1.0</data>
    </edge>
    <edge id="e1" source="paper/a" target="concept/x" label="USES">
      <data key="edge_kind">USES</data>
      <data key="edge_label">USES</data>
      <data key="edge_weight">1.0</data>
    </edge>
    <edge id="e2" source="paper/a" target="paper/b" label="SHARES_CONCEPT">
      <data key="edge_kind">SHARES_CONCEPT</data>
      <data key="edge_label">SHARES_CONCEPT</data>
      <data key="edge_weight">0.5</data>
    </edge>
    <edge id="e3" source="paper/b" target="concept/x" label="USES">
      <data key="edge_kind">USES</data>
      <data key="edge_label">USES</data>
      <data key="edge_weight">1.0</data>
    </edge>
  </graph>
</graphml>
"""
