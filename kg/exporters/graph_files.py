"""GraphML with what Gephi, Neo4j's APOC and networkx each need, written as a stream.

Every node has `labels` (``:Concept:Method``) and every edge a `label` equal to its kind, which
``apoc.import.graphml`` with ``readLabels`` understands; key ids differ between nodes and edges; edge ids are unique;
there is no time stamp. networkx's own writer misses these. GraphML: Brandes et al., http://graphml.graphdrawing.org.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import escape, quoteattr

import networkx as nx

from kg.exporters.content import Content
from kg.writing import text_file

LABELS = {
    "Paper": ":Paper",
    "Method": ":Concept:Method",
    "Architecture": ":Concept:Architecture",
    "Dataset": ":Concept:Dataset",
    "Task": ":Concept:Task",
    "Code": ":Code",
}
_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
_OPENING = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def write_graphml(content: Content, folder: Path) -> None:
    """Write ``graph.graphml``."""
    with text_file(folder / "graph.graphml") as file:
        graphml(content.graph, file)


def graphml(graph: "nx.DiGraph[str]", file: IO[str]) -> None:
    """Write a graph as GraphML to an open file; nodes and edges in sorted order."""
    node_keys = _keys((labelled(d) for _, d in graph.nodes(data=True)), "node")
    edge_keys = _keys((d | {"label": d["kind"]} for _, _, d in graph.edges(data=True)), "edge")
    file.write(_OPENING)
    for place, keys in (("node", node_keys), ("edge", edge_keys)):
        for name, (key, kind) in keys.items():
            file.write(f'  <key id="{key}" for="{place}" attr.name={quoteattr(name)} attr.type="{kind}"/>\n')
    file.write('  <graph id="G" edgedefault="directed">\n')
    for node, data in sorted(graph.nodes(data=True)):
        attributes = labelled(data)
        file.write(f"    <node id={quoteattr(node)} labels={quoteattr(attributes['labels'])}>\n")
        file.writelines(_data(attributes, node_keys))
        file.write("    </node>\n")
    for number, (source, target, data) in enumerate(sorted(graph.edges(data=True), key=lambda e: e[:2])):
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        file.write(f'    <edge id="e{number}" {ends} label={quoteattr(data["kind"])}>\n')
        file.writelines(_data(data | {"label": data["kind"]}, edge_keys))
        file.write("    </edge>\n")
    file.write("  </graph>\n</graphml>\n")


def labelled(data: dict[str, Any]) -> dict[str, Any]:
    """A node's attributes with Neo4j's labels."""
    return data | {"labels": LABELS[data["kind"]]}


def _keys(rows: Iterator[dict[str, Any]], place: str) -> dict[str, tuple[str, str]]:
    types: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            types.setdefault(name, _TYPES[type(value)])
    return {name: (f"{place}_{name}", kind) for name, kind in sorted(types.items())}


def _data(attributes: dict[str, Any], keys: dict[str, tuple[str, str]]) -> Iterator[str]:
    for name, value in sorted(attributes.items()):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        yield f'      <data key="{keys[name][0]}">{escape(text)}</data>\n'
