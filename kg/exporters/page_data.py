"""What the page knows, as plain data: the picture, and the facts for the details panel."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from kg.exporters.backbone import Backbone, backbone
from kg.exporters.content import Content
from kg.exporters.page_picture import Item, Picture
from kg.records import Mention, Paper

TEXT_BUDGET = 2_400_000
"""Characters of all abstracts together; each paper gets the same share."""
ALIASES = {False: 200, True: 24}
"""The most aliases a concept keeps, on a page of the whole graph and on one of its backbone."""


@dataclass
class PageData:
    """The data of a page; every list is in sorted order and holds only JSON types."""

    about: Item
    nodes: list[Item]
    edges: list[Item]
    communities: list[Item]
    details: dict[str, Item]
    names: dict[str, list[str]] = field(default_factory=dict)
    """Kind and label of concepts that are spoken of but have no node on the page."""


def page_data(content: Content, choose: Callable[[Any], Backbone] = backbone) -> PageData:
    """Everything that the page shows of a graph; `choose` says which nodes it keeps."""
    chosen = choose(content.graph)
    picture = Picture(content, chosen)
    names: dict[str, list[str]] = {}
    details = {**concept_details(picture, names), **paper_details(picture, names)}
    spoken_of = dict(sorted(names.items()))
    return PageData(picture.about, picture.nodes, picture.edges, picture.communities, details, spoken_of)


def concept_details(picture: Picture, names: dict[str, list[str]]) -> dict[str, Item]:
    """The facts about each concept and code on the page; the papers that name it follow from the edges."""
    graph, found = picture.content.graph, {}
    narrower: dict[str, list[str]] = defaultdict(list)
    for a, b in sorted((a, b) for a, b, kind in graph.edges(data="kind") if kind == "BROADER"):
        narrower[b].append(a)
    most = ALIASES[bool(picture.chosen.rule)]
    for node in picture.ids:
        concept = picture.content.concepts.get(node.removeprefix("concept/"))
        if graph.nodes[node]["kind"] in ("Paper", "Code") or concept is None:
            continue
        item: Item = {
            "aliases": list(concept.aliases[:most]),
            "broader": [f"concept/{c}" for c in concept.broader],
            "narrower": narrower[node][: 4 * most],
            "same": list(concept.exact_match),
            "source": concept.source,
            "generic": concept.generic,
        }
        refer(picture, names, item["broader"] + item["narrower"])
        found[node] = {k: v for k, v in item.items() if v}
    return found


def paper_details(picture: Picture, names: dict[str, list[str]]) -> dict[str, Item]:
    """The facts about each paper on the page, its abstract, and where in it concepts are named."""
    papers = [n for n in picture.ids if picture.content.graph.nodes[n]["kind"] == "Paper"]
    share = max(500, TEXT_BUDGET // max(len(papers), 1))
    found = {}
    for paper, mentions in picture.content.some(picture.here):
        item: Item = {
            "date": paper.date.isoformat() if paper.date else "",
            "authors": list(paper.authors[:30]),
            "venue": paper.venue,
            "links": paper_links(paper),
            "abstract": shortened(paper.abstract, share),
            "marks": marks(paper, mentions, share),
        }
        refer(picture, names, [mark[3] for mark in item["marks"]])
        found[paper.key] = {k: v for k, v in item.items() if v}
    for edge in picture.edges:
        refer(picture, names, edge.get("shared", ()))
    return found


def refer(picture: Picture, names: dict[str, list[str]], nodes: Iterable[str]) -> None:
    """Note kind and label of those nodes that the page does not draw."""
    for node in nodes:
        if node not in picture.here and node in picture.content.graph:
            data = picture.content.graph.nodes[node]
            names[node] = [data["kind"], data["label"]]


def paper_links(paper: Paper) -> list[list[str]]:
    """Name and URL of the pages of a paper, each page once."""
    links = [
        ["arXiv", f"https://arxiv.org/abs/{paper.arxiv_id}" if paper.arxiv_id else ""],
        ["DOI", f"https://doi.org/{paper.doi}" if paper.doi else ""],
        ["Page", paper.url],
    ]
    seen: dict[str, list[str]] = {}
    for name, url in links:
        if url.startswith(("http://", "https://")):
            seen.setdefault(url.split("://", 1)[1].rstrip("/"), [name, url])
    return list(seen.values())


def marks(paper: Paper, mentions: Iterable[Mention], most: int) -> list[list[Any]]:
    """Field, start, end, node id and role of each mention; where two overlap, the longer one stays.

    Offsets count code points; a mention beyond the part of the abstract that the page shows is left out.
    """
    found: list[list[Any]] = []
    taken: dict[str, list[tuple[int, int]]] = {"title": [], "abstract": []}
    ordered = sorted(mentions, key=lambda m: (m.start - m.end, m.field, m.start, m.concept, m.label, m.role))
    for m in ordered:
        if m.field == "abstract" and m.end > most:
            continue
        if any(start < m.end and m.start < end for start, end in taken[m.field]):
            continue
        taken[m.field].append((m.start, m.end))
        target = m.label if m.type == "Code" else f"concept/{m.concept}"
        found.append([m.field, m.start, m.end, target, m.role])
    return sorted(found, key=lambda mark: (mark[0] != "title", mark[1]))


def shortened(text: str, most: int) -> str:
    """A text cut to `most` characters."""
    return text if len(text) <= most else text[:most].rstrip() + " …"
