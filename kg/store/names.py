"""What people call a concept or a paper becomes its IRI.

A concept: its preferred label, an alias, its identifier or IRI; letter case, accents and plural endings aside where
nothing fits exactly. A paper: its title or a part of it, its identifier (arXiv's, DOI) or address in any spelling, its IRI.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date as Date

import pyoxigraph as ox

from kg.errors import NotFound, QueryError
from kg.merging import identifier
from kg.ontology import NAMESPACE, PREFIXES, fold
from kg.records import Paper, fold_title
from kg.store.answers import Term
from kg.store.catalogue import NamedQuery

_LABELS = tuple(ox.NamedNode(PREFIXES["skos"] + name) for name in ("prefLabel", "altLabel"))
_TITLE = ox.NamedNode(PREFIXES["dcterms"] + "title")
_IDENTIFIERS = (
    ox.NamedNode(PREFIXES["dcterms"] + "identifier"),
    ox.NamedNode(PREFIXES["fabio"] + "hasArXivId"),
    ox.NamedNode(PREFIXES["schema"] + "sameAs"),
    ox.NamedNode(PREFIXES["schema"] + "url"),
)
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_PAPER = ox.NamedNode(PREFIXES["schema"] + "ScholarlyArticle")
_MENTIONS = ox.NamedNode(f"{NAMESPACE}mentions")


def typed(query: NamedQuery, given: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The values of a query's parameters with their types; raises QueryError for a parameter that it does not have."""
    types = {p.name: p.type for p in query.parameters}
    for name in given:
        if name not in types:
            known = ", ".join(f"--{n}" for n in types) or "none"
            raise QueryError(f"{query.name} has no parameter --{name}; it has {known}")
    return {name: (types[name], value) for name, value in given.items()}


def term(store: ox.Store, base: str, type: str, value: str) -> Term:
    """A value as the term that its type asks for; raises QueryError where it is none, NotFound for unknown names."""
    if type in ("concept", "paper"):
        return (concept if type == "concept" else paper)(store, base, value)
    try:
        return _LITERALS[type](value)
    except ValueError as error:
        raise QueryError(f"{value!r} is no {type}") from error


def iri(value: str) -> ox.NamedNode:
    """A node; raises ValueError where the text is no IRI."""
    return ox.NamedNode(value)


def _property(value: str) -> Term:
    return ox.NamedNode(value if ":" in value else NAMESPACE + value)


_LITERALS: dict[str, Callable[[str], Term]] = {
    "integer": lambda value: ox.Literal(int(value)),
    "date": lambda value: ox.Literal(
        Date.fromisoformat(value).isoformat(), datatype=ox.NamedNode(f"{PREFIXES['xsd']}date")
    ),
    "text": lambda value: ox.Literal(value),
    "property": _property,
    "iri": iri,
}


def concept(store: ox.Store, base: str, name: str) -> ox.NamedNode:
    """The concept of a name; of several the one that most papers mention. Raises NotFound where there is none."""
    for iri in _as_iri(base, "concept/", name):
        if any(store.quads_for_pattern(iri, _LABELS[0], None)):
            return iri
    for label in _LABELS:
        found = [q.subject for q in store.quads_for_pattern(None, label, ox.Literal(name))]
        if found:
            return _most_mentioned(store, found)
    key = fold(name)
    for label in _LABELS:
        found = [q.subject for q in store.quads_for_pattern(None, label, None) if key and fold(_text(q.object)) == key]
        if found:
            return _most_mentioned(store, found)
    raise NotFound(f"{name}: no concept of the graph has this name or alias{_like(store, name)}")


def paper(store: ox.Store, base: str, name: str) -> ox.NamedNode:
    """The paper of a title, a part of it, an identifier or an IRI; raises NotFound where there is none or several."""
    keys = [base + Paper(title=name).key] if fold_title(name) else []
    for iri in [*_as_iri(base, "paper/", name), *(ox.NamedNode(key) for key in keys)]:
        if any(store.quads_for_pattern(iri, _TYPE, _PAPER)):
            return iri
    for property in _IDENTIFIERS[:2]:
        for quad in store.quads_for_pattern(None, property, ox.Literal(name)):
            return _node(quad.subject)
    wanted = identifier(name)
    for quad in (quad for property in _IDENTIFIERS for quad in store.quads_for_pattern(None, property, None)):
        if identifier(_text(quad.object)) == wanted and any(store.quads_for_pattern(quad.subject, _TYPE, _PAPER)):
            return _node(quad.subject)
    key = fold_title(name)
    titles = {
        _node(q.subject): _text(q.object)
        for q in store.quads_for_pattern(None, _TITLE, None)
        if key in fold_title(_text(q.object)) and any(store.quads_for_pattern(q.subject, _TYPE, _PAPER))
    }
    if len(titles) == 1:
        return next(iter(titles))
    if titles:
        some = "; ".join(sorted(titles.values())[:4])
        raise NotFound(f"{name}: {len(titles)} papers have this in their title ({some}{' …' * (len(titles) > 4)})")
    raise NotFound(f"{name}: no paper of the graph has this title, part of a title, or identifier")


def _as_iri(base: str, folder: str, name: str) -> Iterable[ox.NamedNode]:
    """The IRIs that a name may be: itself, or the tail of one."""
    for text in (name, base + name, base + folder + name):
        try:
            yield ox.NamedNode(text)
        except ValueError:
            continue


def _most_mentioned(store: ox.Store, found: Iterable[object]) -> ox.NamedNode:
    nodes = {_node(node) for node in found}
    counts = {node: sum(1 for _ in store.quads_for_pattern(None, _MENTIONS, node)) for node in nodes}
    return min(nodes, key=lambda node: (-counts[node], node.value))


def _like(store: ox.Store, name: str) -> str:
    """Some names that contain what was asked for, or are contained in it."""
    key = fold(name)
    labels = {_text(q.object) for q in store.quads_for_pattern(None, _LABELS[0], None)}
    near = sorted((x for x in labels if len(key) > 2 and key in fold(x)), key=lambda x: (len(x), x))[:4]
    return f"; there are: {', '.join(near)}" if near else ""


def _node(term: object) -> ox.NamedNode:
    assert isinstance(term, ox.NamedNode)
    return term


def _text(term: object) -> str:
    return str(getattr(term, "value", ""))
