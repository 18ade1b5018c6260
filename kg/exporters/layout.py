"""Where nodes stand: communities first, then a force-directed layout that keeps them apart.

Louvain's method (Blondel et al., 2008) finds the communities. Each gets a place according to its ties with the others,
its members start around that place, and all nodes then settle under attraction along edges, repulsion among all nodes
(Fruchterman and Reingold, 1991) and a pull towards the middle of the own community. Repulsion is a dense computation
in numpy: a few seconds for 1,500 nodes. Same input, same picture: nodes are numbered in sorted order, and there is no
randomness but Louvain's, whose seed is fixed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

SPACING = 92.0
"""The distance, in pixels of an unzoomed page, that two tied nodes come to rest at."""
ASPECT = 1.45
"""Width to height: screens are wide."""
REACH, FOREIGN = 3.2 * SPACING, 1.2
"""How far nodes repel each other, and how much more they do across communities."""
TIE, OWN, MIDDLE = 0.5, 0.25, 2.2
"""How strongly a tie, the middle of the own community and the middle of the picture pull."""
SEED = 7
ALONE = -1
"""The community of nodes without ties."""
_GOLDEN = math.pi * (3 - math.sqrt(5))

Vectors = NDArray[np.float64]
Ties = Sequence[tuple[int, int, float]]
"""Pairs of node numbers with the strength of their tie."""


@dataclass(frozen=True)
class Layout:
    """Coordinates in whole pixels and the number of the community for each node, in the order of the nodes."""

    places: list[tuple[int, int]]
    communities: list[int]


def layout(count: int, ties: Ties, radii: Sequence[float]) -> Layout:
    """Place `count` nodes; nodes without ties stand in rows below the others."""
    tied = sorted({node for a, b, _ in ties for node in (a, b)})
    number = {node: index for index, node in enumerate(tied)}
    inner = [(number[a], number[b], weight) for a, b, weight in ties]
    communities = find_communities(len(tied), inner)
    room = np.array([radii[node] for node in tied])
    places = arrange(len(tied), inner, communities, room, 1.5 * SPACING if len(tied) < count else 0.0)
    found = dict(zip(tied, places.tolist(), strict=True))
    alone = [node for node in range(count) if node not in number]
    found.update(zip(alone, rows_below(len(alone), places).tolist(), strict=True))
    community = dict(zip(tied, communities, strict=True))
    return Layout(
        [(round(found[node][0]), round(found[node][1])) for node in range(count)],
        [community.get(node, ALONE) for node in range(count)],
    )


def find_communities(count: int, ties: Ties) -> list[int]:
    """A community number for each node; the largest community is 0."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(count))
    graph.add_weighted_edges_from(sorted(ties))
    groups = nx.community.louvain_communities(graph, weight="weight", resolution=1.15, seed=SEED) if count else []
    ordered = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
    found = {node: index for index, group in enumerate(ordered) for node in group}
    return [found[node] for node in range(count)]


def arrange(count: int, ties: Ties, communities: Sequence[int], radii: Vectors, below: float = 0.0) -> Vectors:
    """Coordinates of nodes that all have ties, centred, wider than high together with `below`, what stands below."""
    if count == 0:
        return np.zeros((0, 2))
    groups = np.array(communities)
    places = start_places(groups, ties)
    matrix = attraction(count, ties, groups)
    rounds = 300 if count <= 500 else 130
    places = settle(places, matrix, groups, rounds)
    places = widened(upright(places), below)
    places = spread(places, radii, 60 if count <= 500 else 30)
    return np.asarray(places - (places.max(axis=0) + places.min(axis=0)) / 2, dtype=np.float64)


def start_places(groups: NDArray[np.int64], ties: Ties) -> Vectors:
    """Communities by their ties with each other, members on a sunflower spiral around the middle of theirs."""
    sizes = np.bincount(groups)
    centres = community_centres(sizes, groups, ties)
    places = np.zeros((len(groups), 2))
    seen = np.zeros(len(sizes), dtype=int)
    for node, group in enumerate(groups):
        radius, angle = SPACING * 0.6 * math.sqrt(seen[group] + 0.3), seen[group] * _GOLDEN
        places[node] = centres[group] + radius * np.array([math.cos(angle), math.sin(angle)])
        seen[group] += 1
    return places


def community_centres(sizes: NDArray[np.int64], groups: NDArray[np.int64], ties: Ties) -> Vectors:
    """A place for each community, near those it is tied to; the room it needs grows with its size."""
    count = len(sizes)
    between: dict[tuple[int, int], float] = {}
    for a, b, weight in ties:
        ga, gb = sorted((int(groups[a]), int(groups[b])))
        if ga != gb:
            between[ga, gb] = between.get((ga, gb), 0.0) + weight
    reach = SPACING * 0.75 * np.sqrt(sizes)
    turns = np.arange(count) * _GOLDEN
    spiral = np.sqrt(np.cumsum(reach**2)) * 1.2
    places = np.column_stack([spiral * np.cos(turns), spiral * np.sin(turns)]) if count > 1 else np.zeros((1, 2))
    weights = sorted(((a, b, w / math.sqrt(sizes[a] * sizes[b])) for (a, b), w in between.items()))
    pull = csr_matrix(
        ([w for *_, w in weights] * 2, ([a for a, *_ in weights] + [b for _, b, _ in weights],
         [b for _, b, _ in weights] + [a for a, *_ in weights])), shape=(count, count),
    )  # fmt: skip
    degree = np.asarray(pull.sum(axis=1)).ravel()
    wanted = reach[:, None] + reach[None, :]
    for step in range(200):
        heat = 1 - step / 200
        move = heat * 0.15 * (pull @ places - degree[:, None] * places) / np.maximum(degree, 1.0)[:, None]
        move -= 0.02 * places * np.array([1.0, ASPECT])
        places = apart(places + move, wanted)
    return places


def apart(places: Vectors, wanted: Vectors) -> Vectors:
    """Push pairs that are nearer than `wanted` away from each other; each end goes half of half of what is missing."""
    x, y = (places[:, axis].astype(np.float32) for axis in (0, 1))
    dx, dy = x[:, None] - x[None, :], y[:, None] - y[None, :]
    distance = np.maximum(np.sqrt(dx * dx + dy * dy), np.float32(1))
    push = np.maximum(wanted.astype(np.float32) / distance - 1, 0) * np.float32(0.25)
    np.fill_diagonal(push, 0)
    pushed = places + np.column_stack([(dx * push).sum(axis=1), (dy * push).sum(axis=1)])
    return np.asarray(pushed, dtype=np.float64)


def attraction(count: int, ties: Ties, groups: NDArray[np.int64]) -> csr_matrix:
    """The symmetric matrix of ties; those that leave a community pull less, so that communities stay together."""
    rows, columns, data = [], [], []
    for a, b, weight in sorted(ties):
        strength = weight * (1.0 if groups[a] == groups[b] else 0.25)
        rows += [a, b]
        columns += [b, a]
        data += [strength, strength]
    return csr_matrix((data, (rows, columns)), shape=(count, count))


def settle(places: Vectors, ties: csr_matrix, groups: NDArray[np.int64], rounds: int) -> Vectors:
    """Move all nodes under the forces, less from round to round, until the picture stands.

    Repulsion ends at `REACH`: what is far apart need not be driven further, or the picture would be mostly empty.
    """
    degree = np.asarray(ties.sum(axis=1)).ravel()
    members = csr_matrix((np.ones(len(groups)), (groups, np.arange(len(groups)))))
    sizes = np.asarray(members.sum(axis=1)).ravel()
    foreign = (1.0 + FOREIGN * (groups[:, None] != groups[None, :])).astype(np.float32) * np.float32(SPACING**2)
    for step in range(rounds):
        heat = SPACING * 0.5 * (1 - step / rounds) ** 1.3 + 0.5
        x, y = (places[:, axis].astype(np.float32) for axis in (0, 1))
        dx, dy = x[:, None] - x[None, :], y[:, None] - y[None, :]
        square = dx * dx + dy * dy
        push = foreign / (square + 25.0) * np.maximum(1 - square / np.float32(REACH**2), 0)
        force = np.column_stack([(dx * push).sum(axis=1), (dy * push).sum(axis=1)]).astype(np.float64)
        force += TIE * (ties @ places - degree[:, None] * places) / np.maximum(np.sqrt(degree), 1.0)[:, None]
        middle = (members @ places) / sizes[:, None]
        force += OWN * (middle[groups] - places)
        force -= MIDDLE / math.sqrt(len(places)) * places * np.array([1.0, ASPECT])
        length = np.maximum(np.sqrt((force**2).sum(axis=1)), 1e-9)
        places = places + force * (np.minimum(length * 0.25, heat) / length)[:, None]
    return places


def upright(places: Vectors) -> Vectors:
    """Turn the picture so that its longest direction lies flat; the heavier half goes to the left and to the top."""
    centred = places - places.mean(axis=0)
    if len(places) < 3:
        return np.asarray(centred, dtype=np.float64)
    _, directions = np.linalg.eigh(np.cov(centred.T))
    turned = centred @ directions[:, ::-1]
    return np.asarray(turned * np.where((turned**3).sum(axis=0) < 0, -1.0, 1.0), dtype=np.float64)


def widened(places: Vectors, below: float) -> Vectors:
    """Stretch the picture, within limits, to the shape of a screen: labels are wide, so width is what they need."""
    width, height = np.ptp(places, axis=0)
    stretch = min(max(ASPECT * (float(height) + below) / max(float(width), 1.0), 1.0), 1.6)
    return np.asarray(places * np.array([stretch, 1.0]), dtype=np.float64)


def spread(places: Vectors, radii: Vectors, rounds: int) -> Vectors:
    """Push apart what would overlap, with room for a label."""
    wanted = np.maximum(radii[:, None] + radii[None, :] + 16.0, SPACING * 0.5)
    for _ in range(rounds):
        places = apart(places, wanted)
    return places


def rows_below(count: int, places: Vectors) -> Vectors:
    """Places in rows under a picture that has `places`."""
    if count == 0:
        return np.zeros((0, 2))
    width = max(float(np.ptp(places[:, 0])) if len(places) else 0.0, SPACING * math.sqrt(count) * ASPECT)
    columns = max(1, min(count, int(width / SPACING)))
    top = float(places[:, 1].max()) + 1.5 * SPACING if len(places) else 0.0
    index = np.arange(count)
    in_row = np.minimum(columns, count - index // columns * columns)
    across = (index % columns - (in_row - 1) / 2) * SPACING
    return np.column_stack([across, top + (index // columns) * SPACING * 0.9])


def petals(centre: tuple[int, int], count: int, radius: float, away: float) -> list[tuple[int, int]]:
    """Places for small nodes on rings around a node, the first in the direction `away` (radians)."""
    found: list[tuple[int, int]] = []
    ring, reach = 0, radius + 19.0
    while len(found) < count:
        room = max(6, int(2 * math.pi * reach / 20))
        here = min(room, count - len(found))
        for index in range(here):
            # The petals fan out from the first: -1, +1, -2, +2 … steps of the ring.
            step = (index + 1) // 2 * (-1 if index % 2 else 1)
            angle = away + 2 * math.pi * step / room + ring * 0.3
            found.append((round(centre[0] + reach * math.cos(angle)), round(centre[1] + reach * math.sin(angle))))
        ring, reach = ring + 1, reach + 19.0
    return found
