"""GEXF 1.3, the format of Gephi: kinds, labels, weights, colours, sizes, places, and dates as time.

A paper begins on its date, a statement of a paper with the paper, a link with the younger of its papers, a concept or
repository with the first paper that names it: Gephi's timeline shows how the graph grew. What has no date is always
there. Written as a stream. Schema: https://gexf.net/1.3/gexf.xsd.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any
from xml.sax.saxutils import quoteattr

from kg.exporters.content import Content
from kg.exporters.marks import Mark, marks
from kg.graph import Graph
from kg.writing import text_file

_TYPES = {bool: "boolean", int: "integer", float: "double", str: "string"}
_OPENING = """\
<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" \
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://gexf.net/1.3 http://gexf.net/1.3/gexf.xsd" version="1.3">
  <meta><creator>kg</creator><description>Papers and the concepts they share</description></meta>
"""
_STATIC = '  <graph mode="static" defaultedgetype="directed" idtype="string">\n'
_DYNAMIC = """\
  <graph mode="dynamic" defaultedgetype="directed" idtype="string" timeformat="date" timerepresentation="interval">
"""
_OWN_PLACE = ("label", "weight")
"""What GEXF says in attributes of its elements and not in columns."""

Types = dict[str, str]
Starts = dict[str, str]


def write_gexf(content: Content, folder: Path) -> None:
    """Write ``graph.gexf``."""
    with text_file(folder / "graph.gexf") as file:
        gexf(content.graph, file)


def gexf(graph: Graph, file: IO[str]) -> None:
    """Write a graph as GEXF to an open file; nodes and edges in sorted order."""
    look, starts = marks(graph), starts_of(graph)
    node_types = _types(d for _, d in graph.nodes(data=True))
    edge_types = _types(d for *_, d in graph.edges(data=True))
    file.write(_OPENING)
    file.write(_DYNAMIC if starts else _STATIC)
    for place, types in (("node", node_types), ("edge", edge_types)):
        file.write(f'    <attributes class="{place}" mode="static">\n')
        for name, kind in types.items():
            file.write(f'      <attribute id="{name}" title="{name}" type="{kind}"/>\n')
        file.write("    </attributes>\n")
    file.write("    <nodes>\n")
    for node, data in sorted(graph.nodes(data=True), key=lambda pair: pair[0]):
        file.write(f"      <node id={quoteattr(node)} label={_quoted(data['label'])}{_start(starts.get(node))}>\n")
        file.writelines(_values(data))
        file.write(_viz(look[node]))
        file.write("      </node>\n")
    file.write("    </nodes>\n    <edges>\n")
    for number, (source, target, data) in enumerate(sorted(graph.edges(data=True), key=lambda e: e[:2])):
        ends = f"source={quoteattr(source)} target={quoteattr(target)}"
        facts = f'label="{data["kind"]}" weight="{data["weight"]}"'
        start = _start(edge_start(source, target, starts))
        file.write(f'      <edge id="e{number}" {ends} {facts}{start}>\n')
        file.writelines(_values(data))
        file.write("      </edge>\n")
    file.write("    </edges>\n  </graph>\n</gexf>\n")


def starts_of(graph: Graph) -> Starts:
    """The day each node appears; nodes without one are missing."""
    starts = {node: date for node, date in graph.nodes(data="date") if date}
    for source, target, kind in sorted(graph.edges(data="kind")):
        if source in starts and kind not in ("BROADER", "SHARES_CONCEPT"):
            starts[target] = min(starts[source], starts.get(target, starts[source]))
    return starts


def edge_start(source: str, target: str, starts: Starts) -> str | None:
    """An edge appears with the later of its ends."""
    return max((starts[n] for n in (source, target) if n in starts), default=None)


def _types(rows: Iterable[dict[str, Any]]) -> Types:
    found: Types = {}
    for row in rows:
        for name, value in row.items():
            if name not in _OWN_PLACE:
                found.setdefault(name, _TYPES[type(value)])
    return dict(sorted(found.items()))


def _values(data: dict[str, Any]) -> Iterator[str]:
    yield "        <attvalues>\n"
    for name, value in sorted(data.items()):
        # An absent value is left out: Gephi would take an empty one for the empty text.
        if name not in _OWN_PLACE and value != "":
            text = str(value).lower() if isinstance(value, bool) else str(value)
            yield f'          <attvalue for="{name}" value={_quoted(text)}/>\n'
    yield "        </attvalues>\n"


def _viz(mark: Mark) -> str:
    r, g, b = mark.colour
    return (
        f'        <viz:color r="{r}" g="{g}" b="{b}"/>\n'
        f'        <viz:position x="{mark.x}" y="{mark.y}" z="0.0"/>\n'
        f'        <viz:size value="{mark.size}"/>\n'
    )


def _start(day: str | None) -> str:
    return f' start="{day}"' if day else ""


def _quoted(text: str) -> str:
    return str(quoteattr(text))
