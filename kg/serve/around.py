"""What the explorer tells of one node: the facts of its panel, and the nodes around it with their edges."""

import asyncio
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kg.exporters.page_picture import short_name
from kg.ontology import NAMESPACE, PREFIXES
from kg.serve.backend import Backend
from kg.serve.pages import short
from kg.serve.roles import KIND, ROLE, strongest
from kg.store.catalogue import internal

Item = dict[str, Any]
Row = dict[str, str]

AROUND = 60
"""The most neighbours that a click brings into the picture."""
LISTED = 300
"""The most papers that the panel lists in one role."""
TYPES = {
    "schema:ScholarlyArticle": "Paper",
    "kg:Architecture": "Architecture",
    "kg:Method": "Method",
    "kg:Dataset": "Dataset",
    "kg:Code": "Code",
    "skos:Concept": "Task",
}
"""Classes → kinds; the first one counts."""
_DCTERMS, _SKOS, _SCHEMA = (PREFIXES[name] for name in ("dcterms", "skos", "schema"))


@dataclass(frozen=True)
class Tie:
    """A neighbour with the properties that join it; `forward` where the node is their subject."""

    id: str
    name: str
    kind: str
    forward: bool
    weight: float = 0.0
    properties: set[str] = field(default_factory=set)

    @property
    def edge(self) -> str:
        """The property that the edge stands for."""
        beyond = self.properties & {"broader", "relatedTo"}
        return next(iter(beyond)) if beyond else strongest(self.properties)

    @property
    def rank(self) -> tuple[Any, ...]:
        """The most telling neighbours first: links by weight after the stronger roles."""
        order = (*list(ROLE)[:4], "relatedTo", "broader", *list(ROLE)[4:])
        return order.index(self.edge), -self.weight, self.name, self.id


async def around(backend: Backend, ident: str, iri: str) -> Item | None:
    """Facts, nodes and edges; None where the graph has no such paper, concept or code."""
    this = {"this": ("iri", iri)}
    brief = await nodes(backend, [ident])
    if not brief:
        return None
    queries = ["said", "neighbours", *(["mentions"] if brief[0]["kind"] == "Paper" else [])]
    said, joined, *more = await asyncio.gather(*(backend.rows(internal(name), this) for name in queries))
    ties = sorted(ties_of(joined, backend.base), key=lambda tie: tie.rank)
    linked = await links(backend, iri) if more else {}
    drawn = ties[:AROUND]
    briefs = {node["id"]: node for node in await nodes(backend, [tie.id for tie in drawn] + spoken_of(linked))}
    facts: Item = {**brief[0], "here": True, "roles": roles(ties), **told(brief[0], said)}
    if more:
        facts["near"] = near(linked, ties, briefs)
        facts["marks"] = marks(more[0], iri, backend.base, ties)
    else:
        facts |= {"broader": beside(ties, forward=True), "narrower": beside(ties, forward=False)}
        facts["count"] = brief[0]["papers"]
        facts["code"] = await code_of(backend, ident, facts["roles"].get("introduces", []))
    facts["left"] = len(ties) - len(drawn)
    return {
        "facts": facts,
        "nodes": [briefs[tie.id] for tie in drawn if tie.id in briefs],
        "edges": [edge(ident, tie, linked) for tie in drawn if tie.id in briefs],
    }


def ties_of(rows: Iterable[Row], base: str) -> Iterable[Tie]:
    """The neighbours, each once."""
    found: dict[str, Tie] = {}
    for row in rows:
        ident, forward = row["node"].removeprefix(base), row["forward"] == "true"
        tie = Tie(ident, row["label"], row["kind"], forward, float(row["weight"] or 0))
        found.setdefault(ident, tie).properties.add(row["property"].rpartition("#")[2])
    return found.values()


async def nodes(backend: Backend, idents: Sequence[str]) -> list[Item]:
    """Nodes as the picture takes them, in the order asked for; what is no node is left out."""
    query, found = internal("nodes"), dict[str, Item]()
    wanted = [iri for iri in map(backend.iri_of, dict.fromkeys(idents)) if safe(iri)]
    for start in range(0, len(wanted), 200):
        values = " ".join(f"<{iri}>" for iri in wanted[start : start + 200])
        said: dict[str, dict[str, list[str]]] = {}
        for row in await backend.rows(replace(query, text=query.text.replace("{ }", f"{{ {values} }}")), {}):
            facts = said.setdefault(row["node"].removeprefix(backend.base), {})
            facts.setdefault(short(row["property"]), []).append(short(row["value"]))
        found |= {ident: node for ident, facts in said.items() if (node := drawable(ident, facts))}
    return [found[ident] for ident in dict.fromkeys(idents) if ident in found]


def safe(iri: str) -> bool:
    """Whether a text may stand between < and > in a query.

    >>> safe("https://e.org/a"), safe("https://e.org/> }"), safe("a")
    (True, False, False)
    """
    return ":" in iri and not any(c <= " " or c in '<>"{}|^`\\' for c in iri)


def drawable(ident: str, facts: dict[str, list[str]]) -> Item | None:
    """A node for the picture, which finds a place for it; sizes are like those of the first picture.

    None for what is neither a paper nor a concept nor code.
    """
    kind = next((kind for type, kind in TYPES.items() if type in facts.get("rdf:type", ())), None)
    name = next(iter(facts.get("dcterms:title", []) + facts.get("skos:prefLabel", [])), ident)
    papers, generic = int(facts.get("kg:mentions", ["0"])[0]), "kg:generic" in facts
    if kind is None:
        return None
    item: Item = {"id": ident, "kind": kind, "name": name, "label": short_name(kind, name), "community": -2}
    if kind == "Paper":
        return item | {"size": 9}
    item |= {"papers": papers, "size": 4.5}
    if kind != "Code":
        item["minor"] = generic or papers < 2
        if not item["minor"]:
            item["size"] = round(6 + min(7.0, math.sqrt(papers)), 1)
    return item


async def links(backend: Backend, iri: str) -> dict[str, list[Row]]:
    """The linked papers, nearest first, each with the rows of the concepts that are shared."""
    found: dict[str, list[Row]] = {}
    for row in await backend.rows(internal("shared"), {"paper": ("paper", iri)}):
        ident = row["other"].removeprefix(backend.base)
        found.setdefault(ident, []).append(row | {"concept": row["concept"].removeprefix(backend.base)})
    return found


def spoken_of(linked: dict[str, list[Row]]) -> list[str]:
    """The concepts that links stand for."""
    return list(dict.fromkeys(row["concept"] for rows in linked.values() for row in rows))


def roles(ties: Iterable[Tie]) -> dict[str, list[Item]]:
    """References by the strongest role."""
    found: dict[str, list[Item]] = {}
    for tie in ties:
        if tie.edge in ROLE and len(listed := found.setdefault(ROLE[tie.edge], [])) < LISTED:
            listed.append(reference(tie))
    return found


def reference(tie: Tie) -> Item:
    """A neighbour as the panel names it; everything in the store can be opened."""
    return {"id": tie.id, "kind": tie.kind, "name": tie.name, "here": True}


def beside(ties: Iterable[Tie], forward: bool) -> list[Item]:
    """Broader or narrower concepts."""
    return [reference(tie) for tie in ties if tie.edge == "broader" and tie.forward == forward][:LISTED]


def near(linked: dict[str, list[Row]], ties: Iterable[Tie], briefs: dict[str, Item]) -> list[Item]:
    """The linked papers with weight and reasons."""
    kinds = {tie.id: tie.kind for tie in ties} | {ident: brief["kind"] for ident, brief in briefs.items()}
    return [
        {
            "id": ident, "kind": "Paper", "name": rows[0]["other_title"], "here": True, "weight": float(rows[0]["weight"]),
            "shared": [
                {"id": row["concept"], "kind": kinds.get(row["concept"], "Method"), "name": row["name"], "here": True}
                for row in rows
            ],
        }
        for ident, rows in linked.items()
    ]  # fmt: skip


def edge(ident: str, tie: Tie, linked: dict[str, list[Row]]) -> Item:
    """The edge to a neighbour; a link goes from the smaller id, a role and BROADER from the subject."""
    ends = (ident, tie.id) if tie.forward else (tie.id, ident)
    if tie.edge == "relatedTo":
        ends = (min(ends), max(ends))
    found: Item = {"id": " ".join(ends), "from": ends[0], "to": ends[1], "kind": KIND[tie.edge], "weight": 1.0}
    if tie.edge == "relatedTo":
        found |= {"weight": tie.weight, "shared": [row["concept"] for row in linked.get(tie.id, [])]}
    elif tie.edge != "broader":
        found["roles"] = [ROLE[tie.edge]]
    return found


def marks(rows: Iterable[Row], iri: str, base: str, ties: Iterable[Tie]) -> list[Item]:
    """Where title and abstract name what; where two mentions overlap, the longer one stays."""
    known = {tie.id: reference(tie) for tie in ties}
    found: list[Item] = []
    for row in sorted(rows, key=lambda row: int(row["start"]) - int(row["end"])):
        field, target = row["field"].removeprefix(f"{iri}/"), row["target"].removeprefix(base)
        start, end = int(row["start"]), int(row["end"])
        if target not in known or any(m["field"] == field and m["start"] < end and start < m["end"] for m in found):
            continue
        role = ROLE.get(strongest(row["roles"].split()), "mentions")
        found.append({"field": field, "start": start, "end": end, "role": role, "target": known[target]})
    return sorted(found, key=lambda mark: int(mark["start"]))


def told(brief: Item, said: Iterable[Row]) -> Item:
    """Facts that are literals or addresses elsewhere."""
    values: dict[str, list[str]] = {}
    for row in said:
        values.setdefault(row["property"], []).append(row["value"])

    def every(name: str) -> list[str]:
        return values.get(name, [])

    def one(name: str) -> str:
        return "".join(every(name)[:1])

    if brief["kind"] == "Paper":
        facts: Item = {
            "date": one(_DCTERMS + "issued"),
            "authors": every(_DCTERMS + "creator"),
            "venue": one(_DCTERMS + "bibliographicCitation"),
            "links": pages([*every(_SCHEMA + "sameAs"), *every(_SCHEMA + "url")]),
            "abstract": one(_DCTERMS + "abstract"),
        }
    else:
        facts = {
            "aliases": every(_SKOS + "altLabel"),
            "same": every(_SKOS + "exactMatch"),
            "generic": one(f"{NAMESPACE}generic") == "true",
        }
    return {name: value for name, value in facts.items() if value}


def pages(urls: Iterable[str]) -> list[list[str]]:
    """Name and address of the pages of a paper, each page once.

    >>> pages(["https://arxiv.org/abs/1", "https://e.org/1", "https://arxiv.org/abs/1/"])
    [['arXiv', 'https://arxiv.org/abs/1'], ['Page', 'https://e.org/1']]
    """
    seen: dict[str, list[str]] = {}
    for url in urls:
        bare = url.partition("://")[2].rstrip("/")
        name = "arXiv" if bare.startswith("arxiv.org/abs/") else "DOI" if bare.startswith("doi.org/") else "Page"
        seen.setdefault(bare, [name, url])
    return list(seen.values())


async def code_of(backend: Backend, ident: str, papers: Sequence[Item]) -> list[Item]:
    """The code of the papers that introduce a concept."""
    if not papers:
        return []
    found = await asyncio.gather(
        *(backend.rows(internal("neighbours"), {"this": ("iri", backend.iri_of(paper["id"]))}) for paper in papers[:5])
    )
    code = (tie for rows in found for tie in ties_of(rows, backend.base) if tie.edge == "hasCode")
    return list({tie.id: reference(tie) for tie in code}.values())
