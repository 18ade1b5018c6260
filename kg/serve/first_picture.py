"""The first picture of the explorer: that of ``graph.html``, made of what the store holds.

A layout takes seconds, so a process of its own makes it (``python -m kg.serve.first_picture FOLDER``) while the server
answers others, and its result stands beside the store until the graph changes.
"""

import json
import sys
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg import __version__
from kg.exporters.backbone import Backbone, backbone
from kg.exporters.content import Content
from kg.exporters.page_picture import Picture
from kg.graph import Graph, add_links
from kg.records import Link
from kg.serve.roles import KIND, ROLE, strongest
from kg.store.asking import View
from kg.store.catalogue import internal
from kg.store.opening import stamp_of, store_path

EVERYTHING = " Search finds the others, and a click on a node brings in what is around it."
"""What a live page adds to the rule of the backbone."""


def picture_json(folder: Path) -> str:
    """The answer of ``/api/start``, from the file beside the store where there is one."""
    path = store_path(folder).parent / f"{stamp_of(folder)}.picture.json"
    if path.is_file():
        return path.read_text(encoding="utf-8")
    text = json.dumps(first_picture(View(folder)), ensure_ascii=False, separators=(",", ":"))
    scratch = path.with_suffix(".new")
    scratch.write_text(text, encoding="utf-8")
    for old in path.parent.glob("*.picture.json"):
        old.unlink(missing_ok=True)
    scratch.rename(path)
    return text


def first_picture(view: View) -> dict[str, Any]:
    """Nodes, edges, communities and counts of the page of a graph, or of its backbone."""
    graph = statements(view)
    rows = view.rows(internal("every-link"))
    ends = {row["link"]: (tail(row["one"], view), tail(row["other"], view)) for row in rows}
    links = {row["link"]: Link(source=a, target=b, weight=float(row["weight"]), shared=())
             for row, (a, b) in zip(rows, ends.values(), strict=True)}  # fmt: skip
    add_links(graph, links.values())
    chosen = backbone(graph)
    here = set(chosen.nodes)
    drawn = [link for link, (a, b) in ends.items() if a in here and b in here]
    for link, concepts in shared(view, drawn).items():
        links[link] = links[link].model_copy(update={"shared": tuple(concepts)})
    return drawn_as(graph, tuple(links.values()), chosen, view.base)


def statements(view: View) -> Graph:
    """The graph without the links between papers."""
    import networkx as nx

    graph: Graph = nx.DiGraph()
    for row in view.rows(internal("every-node")):
        facts = {"kind": row["kind"], "label": row["label"], "generic": row["generic"] == "true"}
        graph.add_node(tail(row["node"], view), **facts)
    roles: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in view.rows(internal("every-statement")):
        roles[tail(row["from"], view), tail(row["to"], view)].add(row["property"].rpartition("#")[2])
    for (one, other), found in roles.items():
        if one not in graph or other not in graph:
            continue
        if "broader" in found:
            graph.add_edge(one, other, kind="BROADER", weight=1.0)
        else:
            role = strongest(found)
            graph.add_edge(one, other, kind=KIND[role], weight=1.0, roles=ROLE[role])
    return graph


def shared(view: View, links: list[str]) -> dict[str, list[str]]:
    """For each link the identifiers of the concepts it stands for."""
    query, found = internal("shared-by-links"), defaultdict[str, list[str]](list)
    for start in range(0, len(links), 500):
        text = query.text.replace("{ }", "{ " + " ".join(f"<{link}>" for link in links[start : start + 500]) + " }")
        for row in view.rows(replace(query, text=text)):
            found[row["link"]].append(tail(row["concept"], view).removeprefix("concept/"))
    return found


def tail(iri: str, view: View) -> str:
    """The id of a node."""
    return iri.removeprefix(view.base)


def drawn_as(graph: Graph, links: tuple[Link, ...], chosen: Backbone, base: str) -> dict[str, Any]:
    """The picture as the page takes it; an edge's id is made of its ends, so that it is known again."""
    content = Content(graph, lambda: iter(()), {}, links, base, __version__, datetime.now(UTC))
    picture = Picture(content, chosen)
    about = picture.about
    if about["backbone"]:
        about["backbone"] += EVERYTHING
    edges = [edge | {"id": f"{edge['from']} {edge['to']}"} for edge in picture.edges]
    return {"about": about, "nodes": picture.nodes, "edges": edges, "communities": picture.communities}


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    print(picture_json(Path(sys.argv[1])))
