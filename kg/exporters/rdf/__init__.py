"""Turtle, N-Triples and JSON-LD: statements paper by paper in sorted order, the same bytes for the same input.

Follows the vocabulary of ``ontologies/kg.ttl``. Stores do not infer, so super-properties, super-classes and both
directions of ``kg:relatedTo`` are written out. There are no blank nodes. Evidence is a file of its own.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox

from kg.exporters.content import Content
from kg.exporters.rdf.evidence import evidence_triples
from kg.exporters.rdf.evidence_turtle import evidence_turtle
from kg.exporters.rdf.facts import closing_triples, graph_triples, node_triples
from kg.exporters.rdf.jsonld import write_nodes
from kg.exporters.rdf.links_turtle import link_turtle
from kg.exporters.rdf.patterns import Turtle
from kg.exporters.rdf.terms import declared
from kg.ontology import PREFIXES
from kg.writing import replacing, text_file

Writer = Callable[[Iterator[ox.Triple], BinaryIO, dict[str, str]], None]


def write_turtle(content: Content, folder: Path) -> None:
    """Write ``graph.ttl`` and, unless evidence is off, ``evidence.ttl``."""
    _write(content, folder, "ttl")


def write_ntriples(content: Content, folder: Path) -> None:
    """Write ``graph.nt`` and, unless evidence is off, ``evidence.nt``."""
    _write(content, folder, "nt")


def write_jsonld(content: Content, folder: Path) -> None:
    """Write ``graph.jsonld`` and, unless evidence is off, ``evidence.jsonld``."""
    _write(content, folder, "jsonld")


def write_graph(content: Content, folder: Path, format: str) -> None:
    """Write the graph alone, in one of the formats of this package."""
    if format != "ttl":
        _serialise("graph", graph_triples(content), content, folder, format)
        return
    prefixes, counts = prefixes_of(content.base), Counter[str]()
    with replacing(folder / "graph.ttl") as path, path.open("wb") as file:
        turtle(node_triples(content, counts), file, prefixes)
        file.seek(0, os.SEEK_END)
        file.writelines(text.encode() for text in link_turtle(content.links, content.base, prefixes))
        file.write(Turtle(prefixes).text(closing_triples(content, counts)).encode())


def write_evidence(content: Content, folder: Path, format: str) -> None:
    """Write the evidence alone, in one of the formats of this package."""
    if format != "ttl":
        _serialise("evidence", evidence_triples(content), content, folder, format)
        return
    prefixes = prefixes_of(content.base)
    with text_file(folder / "evidence.ttl") as file:
        file.write(declared(prefixes))
        file.writelines(evidence_turtle(content, prefixes))


def _write(content: Content, folder: Path, format: str) -> None:
    write_graph(content, folder, format)
    if content.evidence:
        write_evidence(content, folder, format)
    else:
        (folder / f"evidence.{format}").unlink(missing_ok=True)


def _serialise(name: str, triples: Iterator[ox.Triple], content: Content, folder: Path, format: str) -> None:
    with replacing(folder / f"{name}.{format}") as path, path.open("wb") as file:
        WRITERS[format](triples, file, prefixes_of(content.base))


def prefixes_of(base: str) -> dict[str, str]:
    """The prefixes of a graph with this base."""
    return dict(sorted((PREFIXES | {"paper": f"{base}paper/", "concept": f"{base}concept/"}).items()))


def turtle(triples: Iterator[ox.Triple], file: BinaryIO, prefixes: dict[str, str]) -> None:
    """Write Turtle; the serialiser orders prefixes its own way, so the same lines are written over it."""
    ox.serialize(triples, file, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    file.seek(0)
    file.write(declared(prefixes).encode())


def ntriples(triples: Iterator[ox.Triple], file: BinaryIO, prefixes: dict[str, str]) -> None:
    """Write N-Triples, which know no prefixes."""
    ox.serialize(triples, file, format=ox.RdfFormat.N_TRIPLES)


def lines_of(triples: Iterable[ox.Triple]) -> list[str]:
    """Triples as lines of N-Triples, without their ends."""
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return data.decode().split("\n")[:-1]


WRITERS: dict[str, Writer] = {"ttl": turtle, "nt": ntriples, "jsonld": write_nodes}
"""Format, which is also the suffix of the file, and what serialises triples in it."""
