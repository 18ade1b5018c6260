import io
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import pytest

from kg.exporters.gexf import edge_start, gexf, starts_of, write_gexf
from tests.exporters.graphs import TITLE, alike, hostile, small

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


def test_all_that_is_written_of_a_small_graph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.exporters.gexf.marks", alike)
    file = io.StringIO()
    gexf(small(), file)
    _, _, written = file.getvalue().partition("</meta>\n")
    assert written == WRITTEN


WRITTEN = """\
  <graph mode="dynamic" defaultedgetype="directed" idtype="string" timeformat="date" timerepresentation="interval">
    <attributes class="node" mode="static">
      <attribute id="date" title="date" type="string"/>
      <attribute id="generic" title="generic" type="boolean"/>
      <attribute id="kind" title="kind" type="string"/>
      <attribute id="venue" title="venue" type="string"/>
    </attributes>
    <attributes class="edge" mode="static">
      <attribute id="kind" title="kind" type="string"/>
    </attributes>
    <nodes>
      <node id="concept/x" label="X" start="2025-01-01">
        <attvalues>
          <attvalue for="generic" value="false"/>
          <attvalue for="kind" value="Method"/>
        </attvalues>
        <viz:color r="1" g="2" b="3"/>
        <viz:position x="1.5" y="-2.0" z="0.0"/>
        <viz:size value="8.0"/>
      </node>
      <node id="concept/y" label="Y">
        <attvalues>
          <attvalue for="generic" value="true"/>
          <attvalue for="kind" value="Method"/>
        </attvalues>
        <viz:color r="1" g="2" b="3"/>
        <viz:position x="1.5" y="-2.0" z="0.0"/>
        <viz:size value="8.0"/>
      </node>
      <node id="paper/a" label="A &amp; B" start="2025-01-01">
        <attvalues>
          <attvalue for="date" value="2025-01-01"/>
          <attvalue for="kind" value="Paper"/>
          <attvalue for="venue" value="V"/>
        </attvalues>
        <viz:color r="1" g="2" b="3"/>
        <viz:position x="1.5" y="-2.0" z="0.0"/>
        <viz:size value="8.0"/>
      </node>
      <node id="paper/b" label="B" start="2025-02-01">
        <attvalues>
          <attvalue for="date" value="2025-02-01"/>
          <attvalue for="kind" value="Paper"/>
        </attvalues>
        <viz:color r="1" g="2" b="3"/>
        <viz:position x="1.5" y="-2.0" z="0.0"/>
        <viz:size value="8.0"/>
      </node>
    </nodes>
    <edges>
      <edge id="e0" source="concept/x" target="concept/y" label="BROADER" weight="1.0" start="2025-01-01">
        <attvalues>
          <attvalue for="kind" value="BROADER"/>
        </attvalues>
      </edge>
      <edge id="e1" source="paper/a" target="concept/x" label="USES" weight="1.0" start="2025-01-01">
        <attvalues>
          <attvalue for="kind" value="USES"/>
        </attvalues>
      </edge>
      <edge id="e2" source="paper/a" target="paper/b" label="SHARES_CONCEPT" weight="0.5" start="2025-02-01">
        <attvalues>
          <attvalue for="kind" value="SHARES_CONCEPT"/>
        </attvalues>
      </edge>
      <edge id="e3" source="paper/b" target="concept/x" label="USES" weight="1.0" start="2025-02-01">
        <attvalues>
          <attvalue for="kind" value="USES"/>
        </attvalues>
      </edge>
    </edges>
  </graph>
</gexf>
"""
