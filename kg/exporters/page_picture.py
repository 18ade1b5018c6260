"""The drawn part of the page: nodes with sizes and places, edges, and the communities with their names.

A *minor* concept is one that no two papers of the graph share, one too general to tell papers apart, or one that stands
only above others. They would hide the picture, so the page shows them around a chosen node, or all of them on demand.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg.exporters.backbone import LINKS, Backbone
from kg.exporters.content import Content
from kg.exporters.layout import ALONE, layout, petals

SHARED = 12
"""The most shared concepts told of a link."""
SHOW_ALL = 90
"""Up to so many nodes, minor concepts are shown from the start."""
LOOSE = -2
"""The community of nodes that stand around another one."""

Item = dict[str, Any]


@dataclass
class Picture:
    """The nodes and edges that are drawn."""

    content: Content
    chosen: Backbone

    @cached_property
    def ids(self) -> list[str]:
        """The node ids on the page, sorted."""
        return self.chosen.nodes

    @cached_property
    def here(self) -> set[str]:
        """The same for asking; never iterated."""
        return set(self.ids)

    @cached_property
    def paper_counts(self) -> Counter[str]:
        """For each concept or code the number of papers in the whole graph that name it."""
        graph = self.content.graph
        return Counter(b for a, b, k in graph.edges(data="kind") if k not in ("SHARES_CONCEPT", "BROADER"))

    @cached_property
    def minor(self) -> set[str]:
        """The minor concepts; never iterated."""
        nodes = self.content.graph.nodes
        return {
            n for n in self.ids
            if nodes[n]["kind"] not in ("Paper", "Code") and (nodes[n].get("generic") or self.paper_counts[n] < 2)
        }  # fmt: skip

    @cached_property
    def edges(self) -> list[Item]:
        """The edges among the nodes; of the links between papers the strongest `LINKS`."""
        graph, shared = self.content.graph, {(x.source, x.target): x.shared for x in self.content.links}
        found: list[Item] = []
        links: list[Item] = []
        inner = ((a, b, data) for a in self.ids for b, data in graph.succ[a].items() if b in self.here)
        for a, b, data in sorted(inner, key=lambda edge: edge[:2]):
            edge = {"from": a, "to": b, "kind": data["kind"], "weight": round(data["weight"], 4)}
            if data["kind"] == "SHARES_CONCEPT":
                links.append(edge | {"shared": [f"concept/{c}" for c in shared.get((a, b), ())[:SHARED]]})
            elif data["kind"] == "BROADER":
                found.append(edge)
            else:
                found.append(edge | {"roles": data["roles"].split(";")})
        links.sort(key=lambda edge: (-edge["weight"], edge["from"], edge["to"]))
        return [edge | {"id": f"e{number}"} for number, edge in enumerate(found + links[:LINKS])]

    @cached_property
    def strength(self) -> dict[str, float]:
        """For each paper the sum of the weights of its links on the page."""
        found: dict[str, float] = defaultdict(float)
        for edge in self.edges:
            if edge["kind"] == "SHARES_CONCEPT":
                found[edge["from"]] += edge["weight"]
                found[edge["to"]] += edge["weight"]
        return found

    @cached_property
    def _most(self) -> tuple[float, int]:
        """The greatest strength of a paper and the greatest number of papers of a concept that is not minor."""
        counts = (self.paper_counts[n] for n in self.ids if n not in self.minor)
        return max(self.strength.values(), default=1.0) or 1.0, max(counts, default=1) or 1

    def radius(self, node: str) -> float:
        """Half the width of a node on an unzoomed page, in pixels."""
        kind = self.content.graph.nodes[node]["kind"]
        strongest, most = self._most
        if kind == "Paper":
            return round(8 + 7 * math.sqrt(self.strength.get(node, 0.0) / strongest), 1)
        if kind == "Code" or node in self.minor:
            return 4.5
        return round(6 + 7 * math.sqrt(self.paper_counts[node] / most), 1)

    @cached_property
    def _laid(self) -> tuple[dict[str, tuple[int, int]], dict[str, int]]:
        nodes = self.content.graph.nodes
        main = [n for n in self.ids if n not in self.minor and nodes[n]["kind"] != "Code"]
        number = {n: index for index, n in enumerate(main)}
        most = max((e["weight"] for e in self.edges if e["kind"] == "SHARES_CONCEPT"), default=1.0) or 1.0
        ties = [
            (number[e["from"]], number[e["to"]], self._pull(e, most))
            for e in self.edges if e["from"] in number and e["to"] in number
        ]  # fmt: skip
        laid = layout(len(main), ties, [self.radius(n) for n in main])
        places = dict(zip(main, laid.places, strict=True))
        return self._with_petals(places), dict(zip(main, laid.communities, strict=True))

    def _pull(self, edge: Item, most: float) -> float:
        if edge["kind"] == "SHARES_CONCEPT":
            return round(0.2 + 0.8 * float(edge["weight"]) / most, 4)
        if edge["kind"] == "BROADER":
            return 0.3
        return round(1.6 / (1 + math.log2(max(self.paper_counts[edge["to"]], 1))), 4)

    def _with_petals(self, places: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        """Small nodes stand around the paper that names them, else around a concept below them."""
        around: dict[str, list[str]] = defaultdict(list)
        owner = self._owners(places)
        for node in self.ids:
            if node not in places:
                around[owner.get(node, "")].append(node)
        found = dict(places)
        for centre, small in sorted(around.items()):
            small.sort(key=lambda n: (self.content.graph.nodes[n]["kind"] != "Code", n))
            middle = places.get(centre, (0, 0))
            away = math.atan2(middle[1], middle[0]) if middle != (0, 0) else 0.0
            around_it = petals(middle, len(small), self.radius(centre) if centre else 40.0, away)
            found.update(zip(small, around_it, strict=True))
        return found

    def _owners(self, places: Mapping[str, object]) -> dict[str, str]:
        """For each small node the placed node it belongs to: a paper that names it, or one reached over BROADER."""
        owner: dict[str, str] = {}
        for edge in self.edges:
            if edge["kind"] not in ("BROADER", "SHARES_CONCEPT") and edge["to"] not in places:
                owner.setdefault(edge["to"], edge["from"])
        broader = [e for e in self.edges if e["kind"] == "BROADER"]
        for _ in range(6):  # ancestors of ancestors; schemes are shallow
            for edge in broader:
                below = edge["from"] if edge["from"] in places else owner.get(edge["from"])
                if edge["to"] not in places and below:
                    owner.setdefault(edge["to"], below)
        return owner

    @cached_property
    def nodes(self) -> list[Item]:
        """The nodes, sorted by id."""
        places, communities = self._laid
        found = []
        for node in self.ids:
            data = self.content.graph.nodes[node]
            item: Item = {"id": node, "kind": data["kind"], "name": data["label"], "size": self.radius(node)}
            item["label"] = short_name(data["kind"], data["label"])
            item["x"], item["y"] = places[node]
            item["community"] = communities.get(node, LOOSE)
            if data["kind"] != "Paper":
                item["papers"] = self.paper_counts[node]
            if node in self.minor:
                item["minor"] = True
            found.append(item)
        return found

    @cached_property
    def communities(self) -> list[Item]:
        """The communities of three papers or more, each named by the concepts that mark it off from the others."""
        _, community = self._laid
        members: dict[int, list[str]] = defaultdict(list)
        for node in self.ids:
            if community.get(node, LOOSE) >= 0:
                members[community[node]].append(node)
        named: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            if edge["kind"] not in ("SHARES_CONCEPT", "BROADER"):
                named[edge["from"]].append(edge["to"])
        found = []
        for number, nodes in sorted(members.items()):
            papers = [n for n in nodes if self.content.graph.nodes[n]["kind"] == "Paper"]
            if len(papers) < 3:
                continue
            inside = Counter(c for p in papers for c in named[p] if c not in self.minor and c.startswith("concept/"))
            marks = sorted(inside, key=lambda c: (-(inside[c] ** 2) / self.paper_counts[c], c))
            best = [c for c in marks if inside[c] > 1][:2]
            label = " · ".join(self.content.graph.nodes[c]["label"] for c in best)
            found.append({"id": number, "label": label, "papers": len(papers)})
        alone = "Papers that share nothing on this page" if self.chosen.rule else "Papers that share nothing specific"
        if any(number == ALONE for number in community.values()):
            found.append({"id": ALONE, "label": alone, "papers": 0})
        return found

    @cached_property
    def about(self) -> Item:
        """Counts of the whole graph and the rules by which the picture was made."""
        kinds = Counter(kind for _, kind in self.content.graph.nodes(data="kind"))
        papers, code = kinds.pop("Paper", 0), kinds.pop("Code", 0)
        links = [x for x in self.content.links if x.source in self.here and x.target in self.here]
        return {
            "papers": papers,
            "concepts": kinds.total(),
            "code": code,
            "links": len(self.content.links),
            "version": self.content.version,
            "backbone": self.chosen.rule,
            "cut": max(0, len(links) - LINKS),
            "minor": len(self.ids) <= SHOW_ALL,
        }


def short_name(kind: str, name: str) -> str:
    """What stands beside a node."""
    if kind == "Paper":
        return short_title(name)
    return name.split("://", 1)[-1].removeprefix("www.") if kind == "Code" else name


def short_title(title: str, most: int = 38) -> str:
    """What stands beside a paper's node: the name before a colon, else the first words.

    >>> short_title("RISING: a new framework"), short_title("A " + "very " * 12 + "long title")
    ('RISING', 'A very very very very very very very…')
    """
    name, colon, _ = title.partition(": ")
    if colon and 2 <= len(name) <= 28:
        return name
    if len(title) <= most:
        return title
    cut = title[:most]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:.-–—") + "…"
