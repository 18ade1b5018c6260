"""Compact JSON-LD (JSON-LD 1.1, W3C 2020), streamed: the context, then a node a line.

The context is ``ontologies/context.jsonld`` with the prefixes of the graph's base. A property has a term there or is
written with its prefix; a value is coerced by its term or spelled out.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from itertools import groupby
from typing import Any, BinaryIO

import pyoxigraph as ox

from kg.ontology import FOLDER, PREFIXES

_XSD = PREFIXES["xsd"]
_TYPE = PREFIXES["rdf"] + "type"
_BOOLEAN = f"{_XSD}boolean"
_NATIVE = (f"{_XSD}integer", _BOOLEAN)


def write_nodes(triples: Iterable[ox.Triple], file: BinaryIO, prefixes: dict[str, str]) -> None:
    """Write triples, those of a subject together, as JSON-LD."""
    own = {"concept": prefixes["concept"], "paper": prefixes["paper"]}
    context = {**_context(), **own}
    file.write(b'{"@context": ' + json.dumps(context, ensure_ascii=False, indent=1).encode() + b',\n"@graph": [')
    separator = b"\n"
    for subject, group in groupby(triples, key=lambda triple: _iri(triple.subject)):
        node = node_of(subject, group, own)
        file.write(separator + json.dumps(node, ensure_ascii=False, separators=(",", ":")).encode())
        separator = b",\n"
    file.write(b"\n]}\n")


def node_of(subject: str, triples: Iterable[ox.Triple], own: dict[str, str]) -> dict[str, Any]:
    """The node object of a subject; `own` holds the prefixes for identifiers."""
    values: dict[str, list[Any]] = {}
    for triple in triples:
        if triple.predicate.value == _TYPE:
            values.setdefault("@type", []).append(prefixed(_iri(triple.object), PREFIXES))
        else:
            term, coercion = _terms().get(triple.predicate.value, (prefixed(triple.predicate.value, PREFIXES), ""))
            values.setdefault(term, []).append(value_of(triple.object, coercion, own))
    return {"@id": prefixed(subject, own)} | {k: v[0] if len(v) == 1 else v for k, v in values.items()}


def value_of(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, coercion: str, own: dict[str, str]) -> Any:
    """A value as its term's coercion allows: plain where that says enough, else an object."""
    if isinstance(term, ox.NamedNode):
        short = prefixed(term.value, {**own, "kg": PREFIXES["kg"]})
        return short if coercion == "@id" else {"@id": short}
    if not isinstance(term, ox.Literal):
        raise TypeError(f"{term}: neither an IRI nor a literal")
    kind = term.datatype.value
    if kind in _NATIVE and not coercion:
        return term.value == "true" if kind == _BOOLEAN else int(term.value)
    if kind == coercion or (kind == f"{_XSD}string" and not coercion):
        return term.value
    return {"@value": term.value, "@type": prefixed(kind, PREFIXES)}


def _iri(term: object) -> str:
    if not isinstance(term, ox.NamedNode):
        raise TypeError(f"{term}: not an IRI")
    return term.value


def prefixed(iri: str, prefixes: dict[str, str]) -> str:
    """An IRI in short form where a prefix fits.

    >>> prefixed("https://w3id.org/paper-kg/ns#uses", PREFIXES)
    'kg:uses'
    """
    for prefix, start in prefixes.items():
        if iri.startswith(start) and not iri.startswith("//", len(start)):
            return f"{prefix}:{iri[len(start) :]}"
    return iri


@lru_cache(maxsize=1)
def _context() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "context.jsonld").read_text(encoding="utf-8"))["@context"]
    return found


@lru_cache(maxsize=1)
def _terms() -> dict[str, tuple[str, str]]:
    """Property → its term and the coercion, both as the context has them, the types in full."""
    found = {}
    for term, definition in _context().items():
        name, kind = (
            (str(definition), "") if not isinstance(definition, dict) else (definition["@id"], definition["@type"])
        )
        if not term.startswith("@") and ":" in name and not name.startswith(("http:", "https:")):
            found[_full(name)] = (term, kind if kind.startswith("@") else _full(kind))
    return found


def _full(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local if local else ""
