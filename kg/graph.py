"""Papers, resolved mentions and links become one `networkx.DiGraph`.

Node ids are the tails of the IRIs (``paper/…``, ``concept/…``; a code node is its URL). A paper and a concept have one
edge: its `kind` is the strongest role, `roles` has all of them. Two linked papers have one ``SHARES_CONCEPT`` edge
from the smaller id, with the shared concepts, best first, in `shared`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import networkx as nx

from kg.ontology import BASE
from kg.records import ROLES, Concept, Link, Mention, Paper, Role

EDGE_KIND: dict[Role, str] = {
    "introduces": "INTRODUCES",
    "has_code": "HAS_CODE",
    "evaluates_on": "EVALUATES_ON",
    "uses": "USES",
    "compares_to": "COMPARES_TO",
    "mentions": "MENTIONS",
}
_ADDRESS = re.compile(r"https?://[^\s/]+\.[^\s/]", re.IGNORECASE)
_RANK = {role: rank for rank, role in enumerate(ROLES)}

Graph: TypeAlias = "nx.DiGraph[str]"


def assemble(
    resolved: Iterable[tuple[Paper, tuple[Mention, ...]]],
    concept: Callable[[str], Concept],
    base: str = BASE,
) -> Graph:
    """The graph of papers, concepts and code, before papers are linked; in the order of the papers."""
    graph: Graph = nx.DiGraph()
    used: set[str] = set()
    for paper, mentions in resolved:
        add_paper(graph, paper, base)
        for target, found in statements(mentions).items():
            if target.startswith("concept/"):
                used.add(target.removeprefix("concept/"))
            else:
                graph.add_node(target, kind="Code", label=target, iri=target)
            roles = sorted({m.role for m in found}, key=_RANK.__getitem__)
            graph.add_edge(
                paper.key, target, kind=EDGE_KIND[roles[0]], weight=round(max(m.confidence for m in found), 4),
                roles=";".join(roles), count=len(found),
            )  # fmt: skip
        add_stated_code(graph, paper)
    add_concepts(graph, used, concept, base)
    return graph


def statements(mentions: Iterable[Mention]) -> dict[str, list[Mention]]:
    """The mentions by the node they name, sorted by node id."""
    found: dict[str, list[Mention]] = {}
    for mention in mentions:
        target = mention.label if mention.type == "Code" else f"concept/{mention.concept}"
        found.setdefault(target, []).append(mention)
    return dict(sorted(found.items()))


def add_stated_code(graph: Graph, paper: Paper) -> None:
    """Add a sure HAS_CODE edge for each address of code that the paper's record states."""
    for url in stated_code(paper, graph.successors(paper.key)):
        if url not in graph:
            graph.add_node(url, kind="Code", label=url, iri=url)
        known = graph.edges[paper.key, url] if graph.has_edge(paper.key, url) else {"count": 0}
        facts = {"kind": "HAS_CODE", "weight": 1.0, "roles": "has_code", "count": known["count"] + 1}
        graph.add_edge(paper.key, url, **facts)


def stated_code(paper: Paper, found: Iterable[str]) -> list[str]:
    """The addresses of code that the paper's record states, each as the text spells it where it is among `found`.

    >>> stated_code(Paper(title="A", code=("github.com/a/b.git", "n/a")), ["https://github.com/a/b"])
    ['https://github.com/a/b']
    """
    spelled = {_same_address(node): node for node in found if not node.startswith("concept/")}
    urls = (text if "://" in text else f"https://{text}" for text in paper.code)
    real = (url for url in urls if _ADDRESS.match(url))
    return list(dict.fromkeys(spelled.setdefault(_same_address(url), url) for url in real))


def _same_address(url: str) -> str:
    bare = url.casefold().partition("://")[2].removeprefix("www.")
    return bare.rstrip("/").removesuffix(".git")


def add_paper(graph: Graph, paper: Paper, base: str) -> None:
    """Add a paper's node; facts that the source did not give are left out."""
    facts: dict[str, Any] = {
        "url": paper.url,
        "date": paper.date.isoformat() if paper.date else "",
        "arxiv_id": paper.arxiv_id,
        "doi": paper.doi,
        "venue": paper.venue,
        "authors": "; ".join(paper.authors),
    }
    given = {k: v for k, v in facts.items() if v or k in ("url", "date")}
    graph.add_node(paper.key, kind="Paper", label=paper.title, iri=base + paper.key, **given)


def add_concepts(graph: Graph, used: set[str], concept: Callable[[str], Concept], base: str) -> None:
    """Add the nodes of the used concepts and of the broader ones above them, with BROADER edges."""
    queue, seen = sorted(used), set(used)
    while queue:
        ident = queue.pop()
        found = concept(ident)
        graph.add_node(
            found.key, kind=found.kind, label=found.label, iri=base + found.key,
            aliases="; ".join(found.aliases), generic=found.generic,
        )  # fmt: skip
        for broader in found.broader:
            graph.add_edge(found.key, f"concept/{broader}", kind="BROADER", weight=1.0)
            if broader not in seen:
                seen.add(broader)
                queue.append(broader)


def add_links(graph: Graph, links: Iterable[Link]) -> None:
    """Add SHARES_CONCEPT edges, each from the smaller node id."""
    for link in links:
        shared = "; ".join(graph.nodes[f"concept/{c}"]["label"] for c in link.shared)
        graph.add_edge(link.source, link.target, kind="SHARES_CONCEPT", weight=link.weight, shared=shared)
