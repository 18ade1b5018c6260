"""What fits on one page: the whole graph, or of a large one its backbone by a rule that the page states.

A browser draws about 1,500 nodes smoothly, and nobody reads more. Papers are ranked by PageRank over their links
(S. Brin and L. Page, 1998): unlike the sum of weights it spreads over all subjects instead of filling the page with the
densest. Each brings its nearest paper along, so that none stands there without a reason.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import networkx as nx

from kg.graph import Graph

LIMIT = 1500
PAPERS = 900
LINKS = 6000
"""The most nodes, the most papers among them once that limit is passed, and the most links between papers."""


@dataclass(frozen=True)
class Backbone:
    """The node ids on the page, sorted; `rule` says in a sentence how they were chosen, "" when all are there."""

    nodes: list[str]
    rule: str = ""


def backbone(graph: Graph, limit: int = LIMIT, most_papers: int = PAPERS) -> Backbone:
    """All nodes of a graph up to `limit`; of a larger one the central papers and the concepts that these name most."""
    if len(graph) <= limit:
        return Backbone(sorted(graph))
    papers = of_kind(graph, "Paper")
    chosen = with_nearest(graph, central_papers(graph, papers), min(most_papers, limit))
    concepts = named_most(graph, chosen)[: limit - len(chosen)]
    every = len([kind for _, kind in graph.nodes(data="kind") if kind not in ("Paper", "Code")])
    rule = (
        f"This page shows the backbone of a larger graph: {_of(chosen, papers, 'papers')}, the most central by "
        f"PageRank over the links between papers, each with its nearest; and {len(concepts):,} of {every:,} concepts, "
        "those that most of these papers name, specific ones first."
    )
    return Backbone(sorted({*chosen, *concepts}), rule)


def of_kind(graph: Graph, kind: str) -> list[str]:
    """The ids of the nodes of a kind, sorted."""
    return sorted(node for node, found in graph.nodes(data="kind") if found == kind)


def central_papers(graph: Graph, papers: Iterable[str]) -> list[str]:
    """Papers by PageRank over their links, the most central first; equal ones by id."""
    papers = list(papers)
    # Numbers for names: the order of a set of strings changes from run to run.
    index = {paper: number for number, paper in enumerate(papers)}
    links: nx.Graph[int] = nx.Graph()
    links.add_nodes_from(range(len(papers)))
    links.add_weighted_edges_from(
        (a, b, weight)
        for a, b, weight in sorted(
            (index[a], index[b], data["weight"])
            for a, b, data in graph.edges(data=True)
            if data["kind"] == "SHARES_CONCEPT"
        )
    )
    rank = nx.pagerank(links, max_iter=1000) if links.number_of_edges() else {}
    return sorted(papers, key=lambda paper: (-round(rank.get(index[paper], 0.0), 12), paper))


def with_nearest(graph: Graph, ranked: Iterable[str], most: int) -> list[str]:
    """The first papers of a ranking, each followed by the paper its strongest link leads to, up to `most`."""
    nearest: dict[str, tuple[float, str]] = {}
    for a, b, data in graph.edges(data=True):
        if data["kind"] == "SHARES_CONCEPT":
            for one, other in ((a, b), (b, a)):
                # Greater weight first, then the smaller id.
                nearest[one] = min(nearest.get(one, (0.0, "")), (-data["weight"], other))
    chosen: dict[str, None] = {}
    for paper in ranked:
        if len(chosen) >= most:
            break
        chosen[paper] = None
        if paper in nearest:
            chosen[nearest[paper][1]] = None
    return list(chosen)[:most]


def named_most(graph: Graph, papers: Iterable[str]) -> list[str]:
    """The concepts that papers name, specific ones before general ones, then by the number of papers, then by id."""
    counts = Counter(target for paper in papers for target in graph.successors(paper))
    nodes = graph.nodes
    concepts = [node for node in counts if nodes[node]["kind"] not in ("Paper", "Code")]
    return sorted(concepts, key=lambda node: (bool(nodes[node].get("generic")), -counts[node], node))


def _of(some: list[str], every: list[str], noun: str) -> str:
    return f"all {len(every):,} {noun}" if len(some) == len(every) else f"{len(some):,} of {len(every):,} {noun}"
