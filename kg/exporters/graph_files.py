"""GraphML with what Gephi, Neo4j's APOC and networkx each need, written as a stream; and reading it back.

Every node has `labels` (``:Concept:Method``) and every edge a `label` equal to its kind, which
``apoc.import.graphml`` with ``readLabels`` understands; `x`, `y`, `size`, `r`, `g`, `b` are what Gephi takes for place,
size and colour. Key ids differ between nodes and edges; edge ids are unique; there is no time stamp. networkx's own
writer misses these. GraphML: Brandes et al., http://graphml.graphdrawing.org.
"""

from collections.abc import Callable, Iterable
from itertools import chain, count
from operator import itemgetter
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

import networkx as nx

from kg.errors import NotBuilt
from kg.exporters.content import Content
from kg.exporters.marks import Mark, marks
from kg.graph import Graph
from kg.rows import LABELS
from kg.writing import text_file

FILE = "graph.graphml"
LOOK = ("x", "y", "size", "r", "g", "b")
"""Attributes of nodes that say how they are drawn; `read` leaves them out."""
_TYPES = {bool: "boolean", int: "long", float: "double", str: "string"}
_PARSERS: dict[str, Callable[[str], Any]] = {
    "boolean": lambda text: text == "true",
    "long": int,
    "double": float,
    "string": str,
}
_SPACE = "{http://graphml.graphdrawing.org/xmlns}"
_OPENING = """\
<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""

Attributes = dict[str, Any]
Keys = dict[str, tuple[str, str]]
"""Name of an attribute → id of its key and type."""


def write_graphml(content: Content, folder: Path) -> None:
    """Write ``graph.graphml``."""
    with text_file(folder / FILE) as file:
        graphml(content.graph, file)


def graphml(graph: Graph, file: IO[str]) -> None:
    """Write a graph as GraphML to an open file; nodes and edges in sorted order."""
    look = marks(graph)
    nodes = sorted(graph.nodes(data=True), key=itemgetter(0))
    some = [drawn(data, look[node]) for node, data in nodes[:1]]
    node_keys = _keys((data for _, data in nodes), some, "node")
    edge_keys = _keys((data for _, _, data in graph.edges(data=True)), ({"label": ""},), "edge")
    file.write(_OPENING)
    for place, keys in (("node", node_keys), ("edge", edge_keys)):
        for name, (key, kind) in keys.items():
            file.write(f'  <key id="{key}" for="{place}" attr.name={quoteattr(name)} attr.type="{kind}"/>\n')
    file.write('  <graph id="G" edgedefault="directed">\n')
    node_data, edge_data = Writer(node_keys), Writer(edge_keys)
    for node, data in nodes:
        attributes = drawn(data, look[node])
        head = f"    <node id={quoteattr(node)} labels={quoteattr(attributes['labels'])}>\n"
        file.write(f"{head}{node_data.lines(attributes)}    </node>\n")
    quoted = {node: quoteattr(node) for node in graph}
    numbers = count()
    for source, row in sorted(graph.adjacency(), key=itemgetter(0)):
        for target, data in sorted(row.items(), key=itemgetter(0)):
            ends = f'source={quoted[source]} target={quoted[target]} label="{data["kind"]}"'
            lines = edge_data.lines(named(data))
            file.write(f'    <edge id="e{next(numbers)}" {ends}>\n{lines}    </edge>\n')
    file.write("  </graph>\n</graphml>\n")


def drawn(data: Attributes, mark: Mark) -> Attributes:
    """A node's attributes with Neo4j's labels and Gephi's look."""
    look = dict(zip(LOOK, (mark.x, mark.y, mark.size, *mark.colour), strict=True))
    return data | {"labels": "".join(f":{label}" for label in LABELS[data["kind"]])} | look


def named(data: Attributes) -> Attributes:
    """An edge's attributes with its kind as label."""
    return data | {"label": data["kind"]}


def read(outputs: Path | str = "outputs") -> Graph:
    """The graph of a built folder, or of a ``.graphml`` file of `kg`, with its attributes as they were built.

    Raises NotBuilt where there is no such file or it is no GraphML of `kg`.
    """
    path = Path(outputs)
    path = path / FILE if path.is_dir() or not path.suffix else path
    try:
        with path.open("rb") as file:
            return read_graphml(file)
    except FileNotFoundError as error:
        way = f"kg export {path.parent} --formats graphml"
        raise NotBuilt(f"{path}: not there; run {way}, or kg build SOURCE -o {path.parent} first") from error
    except (ElementTree.ParseError, KeyError, ValueError) as error:
        raise NotBuilt(f"{path}: not GraphML of kg ({error}); write it with kg export --formats graphml") from error


def read_graphml(file: IO[bytes]) -> Graph:
    """Read what `graphml` wrote, an element at a time."""
    graph: Graph = nx.DiGraph()
    keys: dict[str, tuple[str, str]] = {}
    # Our own files hold no document type, and expat (2.4.1 and later) refuses entities that blow up.
    for _, element in ElementTree.iterparse(file, events=("end",)):  # noqa: S314
        tag = element.tag.removeprefix(_SPACE)
        if tag == "key":
            keys[element.attrib["id"]] = (element.attrib["attr.name"], element.attrib["attr.type"])
        elif tag == "node":
            graph.add_node(element.attrib["id"], **_attributes(element, keys, ("labels", *LOOK)))
        elif tag == "edge":
            ends = element.attrib["source"], element.attrib["target"]
            graph.add_edge(*ends, **_attributes(element, keys, ("label",)))
        else:
            continue
        element.clear()
    return graph


def _attributes(element: ElementTree.Element, keys: dict[str, tuple[str, str]], without: Iterable[str]) -> Attributes:
    found = {}
    for data in element:
        name, kind = keys[data.attrib["key"]]
        if name not in without:
            found[name] = _PARSERS[kind](data.text or "")
    return found


def _keys(rows: Iterable[Attributes], more: Iterable[Attributes], place: str) -> Keys:
    types: dict[str, str] = {}
    for row in chain(rows, more):
        if not row.keys() <= types.keys():
            types |= {name: _TYPES[type(value)] for name, value in row.items() if name not in types}
    return {name: (f"{place}_{name}", kind) for name, kind in sorted(types.items())}


class Writer:
    """Writes the attributes of nodes or edges, by name; what opens them is found once for all that have the same."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._open: dict[tuple[str, ...], list[tuple[str, str]]] = {}

    def lines(self, attributes: Attributes) -> str:
        """The attributes of a node or an edge."""
        names = tuple(attributes)
        opened = self._open.get(names)
        if opened is None:
            opened = self._open[names] = [(n, f'      <data key="{self._keys[n][0]}">') for n in sorted(names)]
        return "".join([f"{start}{_text(attributes[name])}</data>\n" for name, start in opened])


def _text(value: object) -> str:
    if isinstance(value, str):
        return escape(value) if "&" in value or "<" in value or ">" in value else value
    return str(value).lower() if isinstance(value, bool) else str(value)
