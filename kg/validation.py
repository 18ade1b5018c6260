"""SHACL: does a built graph keep to ``ontologies/shapes.ttl``?

The shapes speak of papers, concepts, code, links, evidence and the run. pySHACL checks them in memory, which suits
graphs of up to some hundred papers.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib.namespace import SH
from rdflib.plugins.parsers.notation3 import BadSyntax

from kg.errors import MissingExtra, NotBuilt
from kg.ontology import FOLDER
from kg.store.opening import damaged

SUPPORTED = rdflib.URIRef("https://w3id.org/paper-kg/shapes#Supported")


@dataclass(frozen=True, order=True)
class Violation:
    """A node that breaks a rule: the rule in words, the node, and the value at fault ("" where none is)."""

    rule: str
    node: str
    value: str = ""


def validate(folder: Path) -> list[Violation]:
    """The violations in a built folder, sorted; an empty list where all is well.

    Raises NotBuilt where there is no ``graph.ttl`` and MissingExtra where pySHACL is not installed.
    """
    if not (folder / "graph.ttl").exists():
        raise NotBuilt(f"{folder}: no graph.ttl there; run kg build SOURCE -o {folder} first")
    data, evidence = rdflib.Graph(), folder / "evidence.ttl"
    for file in (folder / "graph.ttl", *([evidence] if evidence.exists() else [])):
        try:
            data.parse(file)
        except BadSyntax as error:
            raise NotBuilt(damaged(file, error)) from error
    return violations(data, evidence=evidence.exists())


def violations(data: rdflib.Graph, *, evidence: bool = True) -> list[Violation]:
    """The violations in a graph; without `evidence`, statements need no annotations."""
    if importlib.util.find_spec("pyshacl") is None:
        raise MissingExtra("kg validate", "validate")
    from pyshacl import validate as check

    shapes = rdflib.Graph().parse(FOLDER / "shapes.ttl")
    vocabulary = rdflib.Graph().parse(FOLDER / "kg.ttl")
    if not evidence:
        shapes.add((SUPPORTED, SH.deactivated, rdflib.Literal(True)))
    _, report, _ = check(data, shacl_graph=shapes, ont_graph=vocabulary, inference="none", advanced=False)
    if not isinstance(report, rdflib.Graph):
        raise report
    results = report.subjects(rdflib.RDF.type, SH.ValidationResult)
    return sorted({violation(report, result) for result in results})


def violation(report: rdflib.Graph, result: rdflib.term.Node) -> Violation:
    """A result of a validation report in words."""
    rule = report.value(result, SH.resultMessage)
    node, value = report.value(result, SH.focusNode), report.value(result, SH.value)
    return Violation(str(rule), str(node), "" if value is None else str(value))
