"""How nodes look in programs that draw graphs: place, size and colour, the same from run to run.

Colours are those of the page (Okabe and Ito's palette, which colour-blind people can tell apart). Nodes with one
neighbour stand around it; the others are laid out by force up to `LIMIT` of them. Beyond that a start picture has to
do, which a layout in Gephi takes seconds to unfold: concepts on a spiral, the most mentioned in the middle, papers at
the centre of gravity of their concepts.
"""

import math
from collections import defaultdict
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from kg.graph import Graph
from kg.records import digest

COLOURS: dict[str, tuple[int, int, int]] = {
    "Paper": (70, 82, 95),
    "Method": (0, 114, 178),
    "Architecture": (213, 94, 0),
    "Dataset": (0, 158, 115),
    "Task": (204, 121, 167),
    "Code": (230, 159, 0),
}
LIMIT = 800
"""The most nodes whose layout is computed by force; the time grows with the square of their number."""
SPACING = 92.0
_GOLDEN = math.pi * (3 - math.sqrt(5))

Place = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """The look of a node; y grows upwards."""

    x: float
    y: float
    size: float
    colour: tuple[int, int, int]


_known: "WeakKeyDictionary[Graph, dict[str, Mark]]" = WeakKeyDictionary()


def marks(graph: Graph) -> dict[str, Mark]:
    """The mark of every node. Computed once for a graph, since several formats ask."""
    if graph not in _known:
        sizes = sizes_of(graph)
        places = places_of(graph, sizes)
        kinds = graph.nodes(data="kind")
        _known[graph] = {n: Mark(*places[n], sizes[n], COLOURS[kind]) for n, kind in kinds}
    return _known[graph]


def sizes_of(graph: Graph) -> dict[str, float]:
    """Papers by the strength of their links, concepts by the papers that name them, code small."""
    strength: dict[str, float] = defaultdict(float)
    for source, target, data in graph.edges(data=True):
        if data["kind"] == "SHARES_CONCEPT":
            strength[source] += data["weight"]
            strength[target] += data["weight"]
        elif data["kind"] not in ("BROADER", "HAS_CODE"):
            strength[target] += 1
    most: dict[bool, float] = {True: 1e-9, False: 1e-9}
    for node, kind in graph.nodes(data="kind"):
        most[kind == "Paper"] = max(most[kind == "Paper"], strength[node])
    return {
        node: 5.0 if kind == "Code" else round(8 + 14 * math.sqrt(strength[node] / most[kind == "Paper"]), 1)
        for node, kind in graph.nodes(data="kind")
    }


def places_of(graph: Graph, sizes: dict[str, float]) -> dict[str, Place]:
    """A place for every node."""
    inner = [n for n in sorted(graph) if graph.degree(n) != 1 or graph.degree(neighbour(graph, n)) == 1]
    by_force = len(inner) <= LIMIT
    places = force_directed(graph, inner, sizes) if by_force else centres_of_gravity(graph, inner)
    return places | petals(graph, places, sizes)


def neighbour(graph: Graph, node: str) -> str:
    """The only neighbour of a node that has one."""
    return str(next(iter(graph.succ[node] or graph.pred[node])))


def force_directed(graph: Graph, nodes: list[str], sizes: dict[str, float]) -> dict[str, Place]:
    """Communities apart, tied nodes near each other."""
    from kg.exporters.layout import layout

    number = {node: index for index, node in enumerate(nodes)}
    papers = {n: max(1, graph.in_degree(n)) for n in nodes}
    ties = [
        (number[a], number[b], 1.0 if kind == "SHARES_CONCEPT" else round(1.6 / (1 + math.log2(papers[b])), 4))
        for a, b, kind in sorted(graph.edges(data="kind")) if a in number and b in number
    ]  # fmt: skip
    found = layout(len(nodes), ties, [sizes[n] for n in nodes]).places
    return {node: (float(x), float(-y)) for node, (x, y) in zip(nodes, found, strict=True)}


def centres_of_gravity(graph: Graph, nodes: list[str]) -> dict[str, Place]:
    """The start picture of a large graph: one pass over the edges."""
    concepts = [n for n in nodes if graph.nodes[n]["kind"] != "Paper"]
    concepts.sort(key=lambda n: (-graph.in_degree(n), n))
    places = {n: on_spiral(index, SPACING) for index, n in enumerate(concepts)}
    edge = SPACING * math.sqrt(len(concepts) + 1)
    for paper in (n for n in nodes if graph.nodes[n]["kind"] == "Paper"):
        pulls = [(*places[c], 1 / graph.in_degree(c)) for c in graph.succ[paper] if c in places]
        total = sum(w for *_, w in pulls)
        # Papers with the same concepts would stand on each other; their hash pushes them apart.
        dx, dy = on_spiral(int(digest(paper)[:6], 16) % 60, SPACING / 4)
        x = sum(x * w for x, _, w in pulls) / total if total else edge
        y = sum(y * w for _, y, w in pulls) / total if total else 0.0
        places[paper] = (round(x + dx, 1), round(y + dy, 1))
    return places


def petals(graph: Graph, places: dict[str, Place], sizes: dict[str, float]) -> dict[str, Place]:
    """Nodes with one neighbour on a spiral around it."""
    around: dict[str, list[str]] = defaultdict(list)
    for node in sorted(graph):
        if node not in places:
            around[neighbour(graph, node)].append(node)
    found = {}
    for centre, small in around.items():
        for index, node in enumerate(small):
            dx, dy = on_spiral(index + 2, 16 + sizes[centre] / 2)
            found[node] = (round(places[centre][0] + dx, 1), round(places[centre][1] + dy, 1))
    return found


def on_spiral(index: int, step: float) -> Place:
    """The place of the n-th seed of a sunflower (Vogel, 1979).

    >>> on_spiral(0, 10)
    (0.0, 0.0)
    """
    radius = step * math.sqrt(index)
    return round(radius * math.cos(index * _GOLDEN), 1), round(radius * math.sin(index * _GOLDEN), 1)
